use std::time::{Duration, Instant};

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::SafeTensors;

use super::*;

fn bytes() -> Vec<u8> {
    speaker(1).to_bytes().expect("written")
}

/// The file with one changed entry of the metadata.
fn with_metadata(key: &str, text: &str) -> Vec<u8> {
    let bytes = bytes();
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("a header");
    let mut metadata = header.metadata().clone().expect("metadata");
    metadata.insert(key.to_owned(), text.to_owned());
    let tensors = SafeTensors::deserialize(&bytes).expect("tensors").tensors();
    safetensors::serialize(tensors, Some(metadata)).expect("written")
}

fn refusal(bytes: &[u8]) -> String {
    Speaker::from_bytes(bytes).expect_err("refused").to_string()
}

#[test]
fn a_file_reads_back_within_half_precision_and_is_written_with_the_same_bytes() {
    let (speaker, bytes) = (speaker(1), bytes());
    let read = Speaker::from_bytes(&bytes).expect("read");
    assert_eq!(read.about, speaker.about);
    assert_eq!(read.rest, speaker.rest);
    assert_eq!(read.ranges, speaker.ranges);
    assert_eq!(
        (read.blinks_per_minute, read.gaze, &read.head),
        (speaker.blinks_per_minute, speaker.gaze, &speaker.head)
    );
    assert_eq!(read.weights.memory.mass, speaker.weights.memory.mass);
    let pairs = read.weights.latent.iter().zip(&speaker.weights.latent);
    assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-3));
    assert_eq!(read.weights.adapters.len(), 2);
    assert_eq!(read.weights.adapters["decoder.out"].up.columns, 52);
    assert!(read.to_bytes().expect("written again") == bytes);
    assert_eq!(read.hash().expect("a hash").len(), 64);
}

#[test]
fn a_speaker_without_memory_and_adapters_can_be_written_and_read() {
    let mut bare = speaker(1);
    bare.weights.memory = RelationMemory::default();
    bare.weights.adapters.clear();
    bare.weights.latent.clear();
    bare.head = None;
    let bytes = bare.to_bytes().expect("written");
    assert_eq!(Speaker::from_bytes(&bytes).expect("read"), bare);
}

#[test]
fn newer_foreign_and_damaged_files_are_refused_with_advice() {
    let newer = refusal(&with_metadata("version", "2"));
    assert!(
        newer.contains("version 2") && newer.contains("update MetaFace"),
        "{newer}"
    );
    assert!(Speaker::from_bytes(&with_metadata("note of a later version", "x")).is_ok());
    for (key, text) in [
        ("format", "metaface.base"),
        ("version", "first"),
        ("base", "../../etc"),
        ("name", "a\u{1b}[2Jb"),
        ("about", "{}"),
        ("eyes", r#"{"blinks_per_minute":1e9,"gaze":null}"#),
        ("head", "[1e30]"),
        (
            "ranges",
            r#"{"HeadYaw":{"low":0,"high":1,"average_high":1}}"#,
        ),
        (
            "ranges",
            r#"{"JawOpen":{"low":0.9,"high":0.1,"average_high":1}}"#,
        ),
    ] {
        let message = refusal(&with_metadata(key, text));
        assert!(message.contains("MetaFace wrote"), "{key}: {message}");
    }
    let large = refusal(&vec![0; LARGEST_SPEAKER + 1]);
    assert!(large.contains("more than the maximum"), "{large}");
}

#[test]
fn contents_beyond_the_limits_are_not_written() {
    let cases: [fn(&mut Speaker); 9] = [
        |s| s.weights.latent[0] = f32::NAN,
        |s| s.rest[0] = 2.0,
        |s| s.weights.memory.mass[0] = -1.0,
        |s| s.weights.memory.keys.rows = 9,
        |s| s.gaze = Some(f32::INFINITY),
        |s| s.about.consent = "x".repeat(5000),
        |s| s.name = "x".repeat(201),
        |s| {
            s.weights
                .adapters
                .values_mut()
                .for_each(|layer| layer.up.rows = 5)
        },
        |s| {
            s.weights
                .adapters
                .values_mut()
                .for_each(|layer| layer.up.values[3] = 1e4)
        },
    ];
    for (index, damage) in cases.into_iter().enumerate() {
        let mut invalid = speaker(1);
        damage(&mut invalid);
        let error = invalid.to_bytes().expect_err("refused");
        assert!(
            matches!(error, SpeakerError::Invalid { .. }),
            "case {index}: {error}"
        );
    }
    let mut large = speaker(1);
    for layer in 0..8 {
        let factor = |rows, columns| Matrix {
            rows,
            columns,
            values: vec![0.5; rows * columns],
        };
        let change = LowRank {
            down: factor(2000, 16),
            up: factor(16, 500),
        };
        large
            .weights
            .adapters
            .insert(format!("layer {layer}"), change);
    }
    let error = large.to_bytes().expect_err("refused");
    assert!(
        matches!(error, SpeakerError::TooLarge(640_000..)),
        "{error}"
    );
}

/// Checks that reading gives an error or a speaker that can be written.
fn assert_read_or_refused(bytes: &[u8]) {
    if let Ok(speaker) = Speaker::from_bytes(bytes) {
        speaker.to_bytes().expect("a valid speaker can be written");
    }
}

#[test]
fn no_damage_makes_reading_panic() {
    let intact = bytes();
    let header = 8 + u64::from_le_bytes(intact[..8].try_into().expect("eight")) as usize;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let started = Instant::now();
    let mut files = 0;
    while started.elapsed() < Duration::from_secs(3) {
        let mut broken = intact.clone();
        for _ in 0..rng.random_range(1..6) {
            let at = if rng.random_bool(0.8) {
                rng.random_range(0..header.min(broken.len().max(1)))
            } else {
                rng.random_range(0..broken.len().max(1))
            };
            match rng.random_range(0..5) {
                0 if at < broken.len() => broken[at] = rng.random(),
                1 if at < broken.len() => broken[at] ^= 1 << rng.random_range(0..8),
                // Changes digits of the header.
                2 if at < broken.len() && broken[at].is_ascii_digit() => {
                    broken[at] = rng.random_range(b'0'..=b'9');
                }
                3 => broken.truncate(at),
                4 if at < broken.len() => {
                    let piece = broken[at..(at + 20).min(broken.len())].to_vec();
                    broken.splice(at..at, piece);
                }
                _ => {}
            }
        }
        assert_read_or_refused(&broken);
        files += 1;
    }
    println!("{files} damaged files");
    for end in 0..header {
        assert_read_or_refused(&intact[..end]);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        assert_read_or_refused(&bytes);
        let mut headed = (bytes.len() as u64).to_le_bytes().to_vec();
        headed.extend(&bytes);
        assert_read_or_refused(&headed);
    }

    #[test]
    fn no_text_in_the_metadata_makes_reading_panic(
        key in prop::sample::select(vec!["about", "ranges", "eyes", "head", "version", "base"]),
        text in proptest::collection::vec(any::<char>(), 0..60),
    ) {
        assert_read_or_refused(&with_metadata(key, &String::from_iter(text)));
    }

    #[test]
    fn numbers_are_stored_within_half_precision(value in -1000.0f32..1000.0) {
        let mut speaker = speaker(2);
        speaker.weights.latent = vec![value];
        let read = Speaker::from_bytes(&speaker.to_bytes().expect("written")).expect("read");
        prop_assert!((read.weights.latent[0] - value).abs() <= value.abs() * 5e-4 + 1e-7);
    }
}
