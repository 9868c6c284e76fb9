#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| metaface_test_readers::read("live_link", bytes));
