//! Speakers as a user learns, inspects, blends and uses them.

#![allow(clippy::unwrap_used, clippy::panic)]

mod captured;
mod learning;
mod refusals;
mod samples;
mod using;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use metaface_core::audio::Sound;
use metaface_core::clip::{ChannelGains, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};
use serde_json::Value;
use tempfile::TempDir;

const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");

static ANIMATOR: LazyLock<Animator> = LazyLock::new(|| Animator::new(DeviceChoice::Cpu).unwrap());

fn metaface(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_metaface"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = metaface(folder, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

fn reports(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--json"]].concat();
    serde_json::from_str(&succeeds(folder, &arguments)).unwrap()
}

fn fails(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = metaface(folder, arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

/// A folder with `take.wav`, 12.4 s of the sample line said twice.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "take.wav", &twice().samples);
    folder
}

fn twice() -> Sound {
    let line = Sound::open(LINE).unwrap().samples;
    Sound::from_samples(&[line.as_slice(), &line].concat(), 16_000, 1).unwrap()
}

/// Writes 16 kHz mono samples as a WAV file.
fn save(folder: &Path, name: &str, samples: &[f32]) {
    let data = samples
        .iter()
        .flat_map(|sample| ((sample * 32767.0) as i16).to_le_bytes());
    let data: Vec<u8> = data.collect();
    let length = data.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(16_000u32.to_le_bytes());
    bytes.extend(32_000u32.to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(data);
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// What somebody who smiles, opens wide and stares does during the take.
fn smiling(fps: u32) -> Clip {
    let gains: ChannelGains = "JawOpen=1.3,MouthSmile*=1.0+0.2,eyes=0.5".parse().unwrap();
    let options = Options {
        rate: FrameRate::whole(fps).unwrap(),
        gains,
        seed: 5,
        ..Options::default()
    };
    ANIMATOR.animate("take", &twice(), &options).unwrap()
}

fn notes(report: &Value) -> String {
    report["speaker"]["about"]["notes"].to_string()
}
