//! Damaged sound files give sound or an error: no panic, no hang, no memory beyond the size of the
//! data.
//!
//! Damages generated sounds, and the files in `METAFACE_SHARED` (default: `../shared` beside the
//! workspace) if they exist. `METAFACE_DAMAGE_ROUNDS` sets the number of rounds.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use metaface_core::audio::{SAMPLE_RATE, SoundReader};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A file's name and content.
type Seed = (String, Vec<u8>);

fn wave(bits: u16, format: hound::SampleFormat, channels: u16) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: 44_100,
        bits_per_sample: bits,
        sample_format: format,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("a valid format");
    for n in 0..2_000 * i32::from(channels) {
        if format == hound::SampleFormat::Float {
            writer.write_sample((n as f32 / 10.0).sin()).expect("fits");
        } else {
            writer.write_sample(n % 100).expect("fits");
        }
    }
    writer.finalize().expect("memory");
    bytes.into_inner()
}

fn generated() -> Vec<Seed> {
    use hound::SampleFormat::{Float, Int};
    [
        (8, Int, 1),
        (16, Int, 2),
        (24, Int, 3),
        (32, Int, 1),
        (32, Float, 2),
    ]
    .into_iter()
    .map(|(bits, format, channels)| (format!("{bits}-{format:?}"), wave(bits, format, channels)))
    .collect()
}

/// The beginnings of the shared sound files.
fn shared() -> Vec<Seed> {
    let root = std::env::var_os("METAFACE_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let mut seeds = Vec::new();
    collect(&root.join("odd_audio"), &mut seeds);
    if seeds.is_empty() {
        println!("skipped: odd_audio is absent");
    }
    seeds
}

fn collect(folder: &Path, seeds: &mut Vec<Seed>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, seeds);
        } else if path.extension().is_none_or(|ending| ending != "tsv") {
            let mut bytes = std::fs::read(&path).expect("a readable file");
            // The first seconds are enough, and faster.
            bytes.truncate(60_000);
            seeds.push((path.display().to_string(), bytes));
        }
    }
}

/// Changes, removes, repeats or overwrites a few bytes, mostly in the headers near the start.
fn damage(bytes: &mut Vec<u8>, random: &mut StdRng) {
    for _ in 0..random.random_range(1..=4) {
        if bytes.is_empty() {
            return;
        }
        let reach = if random.random_bool(0.7) {
            200
        } else {
            bytes.len()
        };
        let at = random.random_range(0..reach.min(bytes.len()));
        let end = (at + random.random_range(1..=8)).min(bytes.len());
        match random.random_range(0..7) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => bytes[at] = random.random(),
            2 => bytes[at..end].fill(0xFF),
            3 => bytes[at..end].fill(0),
            4 => bytes.truncate(at),
            5 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                bytes.drain(at..end);
            }
        }
    }
}

/// The peak memory of this process in bytes; 0 if unknown.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes * 1024)
}

#[test]
fn damage_gives_sound_or_an_error_in_bounded_time_and_memory() {
    let rounds: u64 = std::env::var("METAFACE_DAMAGE_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(10);
    let mut seeds = generated();
    seeds.extend(shared());
    let before = peak_memory();
    let (mut opened, mut refused, mut panicked) = (0, 0, Vec::new());
    let mut slowest = (Duration::ZERO, String::new());
    for (index, (name, whole)) in seeds.iter().enumerate() {
        for round in 0..rounds {
            let case = format!("{name}, round {round}");
            let mut bytes = whole.clone();
            let mut random = StdRng::seed_from_u64(round * 1_000 + index as u64);
            damage(&mut bytes, &mut random);
            let start = Instant::now();
            // Caught only to report the case.
            let outcome = std::panic::catch_unwind(|| {
                let Ok(reader) = SoundReader::new(Cursor::new(bytes), &case) else {
                    return None;
                };
                // A few bytes of a codec can encode hours of silence.
                let blocks = reader.take(120).take_while(Result::is_ok).flatten();
                blocks
                    .map(|block| {
                        assert!(block.iter().all(|sample| sample.is_finite()));
                        assert!((1..=SAMPLE_RATE as usize).contains(&block.len()));
                    })
                    .last()
            });
            match outcome {
                Ok(Some(())) => opened += 1,
                Ok(None) => refused += 1,
                Err(_) => panicked.push(case.clone()),
            }
            slowest = slowest.max((start.elapsed(), case));
        }
    }
    let grown = (peak_memory() - before) >> 20;
    println!("{opened} opened, {refused} refused, {grown} MiB more, slowest {slowest:?}");
    assert!(panicked.is_empty(), "{panicked:#?}");
    // Generous for busy machines, because the test looks for hangs.
    assert!(slowest.0 < Duration::from_secs(120), "{slowest:?}");
    assert!(grown < 200, "{grown} MiB");
}
