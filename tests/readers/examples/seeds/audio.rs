//! Short sounds in every container and codec.

use std::io::Cursor;
use std::process::Command;

use super::Seed;

/// Samples per seed.
const LENGTH: i32 = 300;

/// The formats that ffmpeg writes: file name extension and encoder.
const ENCODED: [(&str, &str); 19] = [
    ("flac", "flac"),
    ("mp3", "libmp3lame"),
    ("mp2", "mp2"),
    ("ogg", "libvorbis"),
    ("opus", "libopus"),
    ("m4a", "aac"),
    ("alac.m4a", "alac"),
    ("aac", "aac"),
    ("aiff", "pcm_s16be"),
    ("caf", "pcm_s16be"),
    ("alac.caf", "alac"),
    ("au", "pcm_s16be"),
    ("mkv", "libvorbis"),
    ("webm", "libopus"),
    ("adpcm.wav", "adpcm_ima_wav"),
    ("ms.wav", "adpcm_ms"),
    ("alaw.wav", "pcm_alaw"),
    ("flac.ogg", "flac"),
    ("w64", "pcm_s16le"),
];

pub fn seeds() -> Vec<Seed> {
    use hound::SampleFormat::{Float, Int};
    let formats = [
        (8, Int, 1),
        (16, Int, 2),
        (24, Int, 3),
        (32, Int, 1),
        (32, Float, 2),
    ];
    let waves = formats.map(|(bits, format, channels)| {
        let name = format!("{bits}-{format:?}.wav").to_lowercase();
        ("audio", name, wave(bits, format, channels))
    });
    waves.into_iter().chain(encoded()).collect()
}

fn wave(bits: u16, format: hound::SampleFormat, channels: u16) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: 16_000,
        bits_per_sample: bits,
        sample_format: format,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("a valid format");
    for n in 0..LENGTH * i32::from(channels) {
        if format == hound::SampleFormat::Float {
            writer.write_sample((n as f32 / 10.0).sin()).expect("fits");
        } else {
            writer.write_sample(n % 100).expect("fits");
        }
    }
    writer.finalize().expect("memory");
    bytes.into_inner()
}

fn encoded() -> Vec<Seed> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("source.wav");
    std::fs::write(&source, wave(16, hound::SampleFormat::Int, 1)).expect("written");
    let encode = |&(ending, codec): &(&str, &str)| {
        let name = format!("coded.{ending}");
        let path = folder.path().join(&name);
        let status = Command::new("ffmpeg")
            .args(["-v", "error", "-bitexact", "-i"])
            .arg(&source)
            .args(["-c:a", codec, "-strict", "-2", "-y"])
            .arg(&path)
            .status();
        if status.is_ok_and(|status| status.success()) {
            Some(("audio", name, std::fs::read(&path).expect("encoded")))
        } else {
            println!("skipped: {ending}");
            None
        }
    };
    ENCODED.iter().filter_map(encode).collect()
}
