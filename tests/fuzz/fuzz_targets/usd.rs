#![no_main]

use std::panic;

libfuzzer_sys::fuzz_target!(
    init: {
        // MetaFace converts panics of the USD library to errors, but the fuzzer's hook would end the run
        // at the first one. Panics of MetaFace's own code still abort.
        panic::set_hook(Box::new(|panic| {
            let file = panic.location().map_or("", |location| location.file());
            if !file.contains("/registry/src/") && !file.contains("/rustc/") {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    },
    |bytes: &[u8]| metaface_test_readers::read("usd", bytes)
);
