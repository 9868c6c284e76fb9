//! Learning, inspecting, blending and applying speakers.

mod captured;
mod learning;
mod refusals;
mod samples;
mod using;

use std::path::Path;
use std::sync::LazyLock;

use crate::common::{LINE, fails, metaface, reports, succeeds, wave_header};
use metaface_core::audio::Sound;
use metaface_core::clip::{ChannelGains, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};
use serde_json::Value;
use tempfile::TempDir;

static ANIMATOR: LazyLock<Animator> = LazyLock::new(|| Animator::new(DeviceChoice::Cpu).unwrap());

/// A folder with `take.wav`: the sample line twice, 12.4 s.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "take.wav", &repeated_line().samples);
    folder
}

/// The sample line twice.
fn repeated_line() -> Sound {
    let line = Sound::open(LINE).unwrap().samples;
    Sound::from_samples(&[line.as_slice(), &line].concat(), 16_000, 1).unwrap()
}

/// Writes 16 kHz mono samples as a WAV file.
fn save(folder: &Path, name: &str, samples: &[f32]) {
    let mut bytes = wave_header(samples.len() as u32);
    let data = samples.iter();
    bytes.extend(data.flat_map(|sample| ((sample * 32767.0) as i16).to_le_bytes()));
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// Curves for the take with a smile, wide mouth openings and little gaze.
fn smiling(fps: u32) -> Clip {
    let gains: ChannelGains = "JawOpen=1.3,MouthSmile*=1.0+0.2,eyes=0.5".parse().unwrap();
    let options = Options {
        fps: FrameRate::whole(fps).unwrap(),
        gains,
        seed: 5,
        ..Options::default()
    };
    ANIMATOR
        .animate("take", &repeated_line(), &options)
        .unwrap()
}

fn notes(report: &Value) -> String {
    report["speaker"]["about"]["notes"].to_string()
}
