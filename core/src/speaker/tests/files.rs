use std::time::{Duration, Instant};

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::SafeTensors;

use super::*;

fn bytes() -> Vec<u8> {
    speaker(1).to_bytes().expect("written")
}

/// The file with one entry of its metadata changed.
fn with(key: &str, text: &str) -> Vec<u8> {
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
fn a_file_reads_back_within_half_precision_and_is_the_same_bytes_again() {
    let (speaker, bytes) = (speaker(1), bytes());
    let read = Speaker::from_bytes(&bytes).expect("read");
    assert_eq!(read.about, speaker.about);
    assert_eq!(read.rest, speaker.rest);
    assert_eq!(read.ranges, speaker.ranges);
    assert_eq!(
        (read.blinks_per_minute, read.gaze, &read.head),
        (speaker.blinks_per_minute, speaker.gaze, &speaker.head)
    );
    assert_eq!(read.memory.mass, speaker.memory.mass);
    let pairs = read.latent.iter().zip(&speaker.latent);
    assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-3));
    assert_eq!(read.adapters.len(), 2);
    assert_eq!(read.adapters["decoder.out"].up.columns, 52);
    assert!(read.to_bytes().expect("written again") == bytes);
    assert_eq!(read.hash().expect("a hash").len(), 64);
}

#[test]
fn a_speaker_without_memory_and_adapters_is_a_file_too() {
    let mut bare = speaker(1);
    bare.memory = RelationMemory::default();
    bare.adapters.clear();
    bare.latent.clear();
    bare.head = None;
    let bytes = bare.to_bytes().expect("written");
    assert_eq!(Speaker::from_bytes(&bytes).expect("read"), bare);
}

#[test]
fn newer_foreign_and_damaged_files_are_refused_with_a_remedy() {
    let newer = refusal(&with("version", "2"));
    assert!(
        newer.contains("version 2") && newer.contains("update MetaFace"),
        "{newer}"
    );
    assert!(Speaker::from_bytes(&with("note of a later program", "x")).is_ok());
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
        let message = refusal(&with(key, text));
        assert!(message.contains("MetaFace wrote"), "{key}: {message}");
    }
    let large = refusal(&vec![0; LARGEST_SPEAKER + 1]);
    assert!(large.contains("too many"), "{large}");
}

#[test]
fn what_no_file_may_hold_is_not_written() {
    let cases: [fn(&mut Speaker); 9] = [
        |s| s.latent[0] = f32::NAN,
        |s| s.rest[0] = 2.0,
        |s| s.memory.mass[0] = -1.0,
        |s| s.memory.keys.rows = 9,
        |s| s.gaze = Some(f32::INFINITY),
        |s| s.about.consent = "x".repeat(5000),
        |s| s.name = "x".repeat(201),
        |s| s.adapters.values_mut().for_each(|layer| layer.up.rows = 5),
        |s| {
            s.adapters
                .values_mut()
                .for_each(|layer| layer.up.values[3] = 1e4)
        },
    ];
    for (index, spoil) in cases.into_iter().enumerate() {
        let mut spoilt = speaker(1);
        spoil(&mut spoilt);
        let error = spoilt.to_bytes().expect_err("refused");
        assert!(
            matches!(error, SpeakerError::Invalid { .. }),
            "case {index}: {error}"
        );
    }
    let mut large = speaker(1);
    for layer in 0..8 {
        let half = |rows, columns| Matrix {
            rows,
            columns,
            values: vec![0.5; rows * columns],
        };
        let change = LowRank {
            down: half(2000, 16),
            up: half(16, 500),
        };
        large.adapters.insert(format!("layer {layer}"), change);
    }
    let error = large.to_bytes().expect_err("refused");
    assert!(
        matches!(error, SpeakerError::TooLarge(640_000..)),
        "{error}"
    );
}

/// Whatever the bytes, reading ends in a speaker that can be written, or in an error.
fn survives(bytes: &[u8]) {
    if let Ok(speaker) = Speaker::from_bytes(bytes) {
        speaker.to_bytes().expect("what is read can be written");
    }
}

#[test]
fn no_damage_makes_reading_panic() {
    let whole = bytes();
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().expect("eight")) as usize;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let started = Instant::now();
    let mut tried = 0;
    while started.elapsed() < Duration::from_secs(3) {
        let mut broken = whole.clone();
        for _ in 0..rng.random_range(1..6) {
            let at = match rng.random_bool(0.8) {
                true => rng.random_range(0..header.min(broken.len().max(1))),
                false => rng.random_range(0..broken.len().max(1)),
            };
            match rng.random_range(0..5) {
                0 if at < broken.len() => broken[at] = rng.random(),
                1 if at < broken.len() => broken[at] ^= 1 << rng.random_range(0..8),
                // Numbers of the header become other numbers.
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
        survives(&broken);
        tried += 1;
    }
    println!("{tried} damaged files");
    for end in 0..header {
        survives(&whole[..end]);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
        let mut headed = (bytes.len() as u64).to_le_bytes().to_vec();
        headed.extend(&bytes);
        survives(&headed);
    }

    #[test]
    fn no_text_in_the_metadata_makes_reading_panic(
        key in prop::sample::select(vec!["about", "ranges", "eyes", "head", "version", "base"]),
        text in "\\PC{0,60}",
    ) {
        survives(&with(key, &text));
    }

    #[test]
    fn every_number_survives_its_way_through_a_file(value in -1000.0f32..1000.0) {
        let mut own = speaker(2);
        own.latent = vec![value];
        let read = Speaker::from_bytes(&own.to_bytes().expect("written")).expect("read");
        prop_assert!((read.latent[0] - value).abs() <= value.abs() * 5e-4 + 1e-7);
    }
}
