//! Compares the decoders with libsndfile, sample by sample, on unusual files from other test suites.
//!
//! Needs the files (`METAFACE_SHARED`, default `../shared` beside the workspace) and a Python with
//! the packages of `tests/requirements.txt` (`METAFACE_TEST_PYTHON`, default the one that the test
//! command of the workspace installs).

use std::path::{Path, PathBuf};
use std::process::Command;

use metaface_core::audio::Sound;

/// Files that libsndfile decodes wrongly or differently by design, or that cannot be compared.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "generated_from_librivox/f32_nan_inf_over.wav",
        "samples that are not finite are silent here",
    ),
    (
        "generated_from_librivox/data_size_zero_with_data.wav",
        "libsndfile accepts the size of 0",
    ),
    (
        "hound_testsamples/pcmwaveformat-24bit-4byte-48kHz-stereo.wav",
        "24 bits in four bytes: libsndfile reads three bytes per sample",
    ),
    (
        "hound_testsamples/waveformatextensible-24bit-4byte-48kHz-stereo.wav",
        "24 bits in four bytes: libsndfile reads 32",
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn environment(name: &str, default: &str) -> PathBuf {
    std::env::var_os(name).map_or_else(|| root().join(default), PathBuf::from)
}

fn read_floats(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).expect("the reference was written");
    let words = bytes.chunks_exact(4);
    words
        .map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

/// The ratio of `theirs` to the difference from `ours` in decibels, and the largest difference.
fn agreement(ours: &[f32], theirs: &[f32]) -> (f64, f32) {
    let energy = |samples: &mut dyn Iterator<Item = f32>| -> f64 {
        samples.map(|x| f64::from(x) * f64::from(x)).sum()
    };
    let difference = || ours.iter().zip(theirs).map(|(a, b)| a - b);
    let ratio = energy(&mut theirs.iter().copied()) / energy(&mut difference()).max(1.0e-30);
    let largest = difference().fold(0.0, |most: f32, x| most.max(x.abs()));
    (10.0 * ratio.max(1.0e-30).log10(), largest)
}

#[test]
fn the_decoders_give_the_same_samples_as_libsndfile() {
    let folder = environment("METAFACE_SHARED", "../shared").join("odd_audio");
    if !folder.is_dir() {
        println!("skipped: odd_audio is absent");
        return;
    }
    let python = environment("METAFACE_TEST_PYTHON", "target/test-tools/venv/bin/python3");
    let out = tempfile::tempdir().expect("a folder");
    let script = root().join("tests/audio/decode_reference.py");
    let done = Command::new(&python)
        .arg(script)
        .args([&folder, out.path()])
        .status();
    if !done.is_ok_and(|status| status.success()) {
        println!("skipped: a Python with soundfile is absent");
        return;
    }
    let index = std::fs::read_to_string(out.path().join("index.tsv")).expect("the index");
    let (mut compared, mut wrong) = (0, Vec::new());
    for line in index.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, rate, _, frames, file] = fields[..] else {
            continue;
        };
        let (rate, frames) = (rate.parse().unwrap_or(0), frames.parse().unwrap_or(0));
        let different = DIFFERENT.iter().find(|(path, _)| *path == name);
        let (Ok(ours), false) = (Sound::open(folder.join(name)), frames == 0) else {
            continue;
        };
        // Opus has no fixed rate: libsndfile decodes at the rate of the encoder's source.
        let theirs = Sound::from_samples(&read_floats(&out.path().join(file)), rate, 1);
        let Ok(theirs) = theirs else {
            continue;
        };
        let (ratio, largest) = agreement(&ours.samples, &theirs.samples);
        let lengths = (ours.samples.len(), theirs.samples.len());
        println!("{name}\t{ratio:.1} dB\t{largest:.6}\t{lengths:?}\t{different:?}");
        compared += 1;
        // libsndfile rounds every step of IMA's predictor differently.
        let is_lossy = name.contains("adpcm_ima")
            || [".mp3", ".ogg", ".opus"]
                .iter()
                .any(|end| name.ends_with(end));
        let is_same = if is_lossy {
            ratio > 35.0
        } else {
            largest < 2.0e-6
        };
        if different.is_none() && (!is_same || lengths.0.abs_diff(lengths.1) > 16) {
            wrong.push(line.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(compared > 60, "only {compared} files were compared");
}
