//! Helpers that several tests of the program share.

#![allow(dead_code)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

pub const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");

pub fn metaface(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_metaface"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program runs")
}

/// Runs the program, which must succeed, and returns its standard output.
pub fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = metaface(folder, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the program, which must succeed, and returns its JSON report.
pub fn reports(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--json"]].concat();
    serde_json::from_str(&succeeds(folder, &arguments)).unwrap()
}

/// Runs the program, which must end with this exit code, and returns its standard error.
pub fn fails(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = metaface(folder, arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

/// The header of a WAV file with this number of 16-bit samples at 16 kHz, mono.
pub fn wave_header(samples: u32) -> Vec<u8> {
    let data = samples * 2;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(16_000u32.to_le_bytes());
    bytes.extend(32_000u32.to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(data.to_le_bytes());
    bytes
}
