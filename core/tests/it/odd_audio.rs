//! Unusual sound files from the test suites of other projects give the right sound or a clear error.
//!
//! The files are not part of the repository: `METAFACE_SHARED`, default `../shared` beside the
//! workspace.

use std::path::PathBuf;

use metaface_core::audio::{AudioError, Sound};

fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("METAFACE_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let path = root.join(folder);
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: {folder} is absent");
        None
    }
}

#[test]
fn hounds_24_bit_samples_in_four_bytes_have_the_right_scale() {
    let Some(folder) = shared("odd_audio") else {
        return;
    };
    for name in ["pcmwaveformat", "waveformatextensible"] {
        let file = format!("hound_testsamples/{name}-24bit-4byte-48kHz-stereo.wav");
        let sound = Sound::open(folder.join(file)).expect("a good file");
        assert_eq!(sound.peak, 8_388_607.0 / 8_388_608.0, "{name}");
    }
}

/// The properties of a file according to another program.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ProbedSound {
    rate: u32,
    channels: u16,
    seconds: f64,
}

/// Parses `codec,rate,channels,bits,seconds`; `None` for an error or an unknown length.
fn ffprobe(column: &str) -> Option<ProbedSound> {
    let fields: Vec<&str> = column.split(',').collect();
    Some(ProbedSound {
        rate: fields.get(1)?.parse().ok()?,
        channels: fields.get(2)?.parse().ok()?,
        seconds: fields.get(4)?.parse().ok()?,
    })
}

/// Parses `FORMAT rate Hz channels ch frames frames`; `None` for an error.
fn libsndfile(column: &str) -> Option<ProbedSound> {
    let fields: Vec<&str> = column.split_whitespace().collect();
    let rate: u32 = fields.get(1)?.parse().ok()?;
    let frames: f64 = fields.get(5)?.parse().ok()?;
    Some(ProbedSound {
        rate,
        channels: fields.get(3)?.parse().ok()?,
        seconds: frames / f64::from(rate),
    })
}

/// The files that are refused, with the kind of error.
///
/// The two with one and four frames at 48 and 192 kHz are shorter than a sample at 16 kHz.
const REFUSED: &[(&str, &str)] = &[
    ("generated_from_librivox/bits_zero.wav", "broken"),
    ("generated_from_librivox/channels_zero.wav", "broken"),
    ("generated_from_librivox/empty.wav", "empty"),
    ("generated_from_librivox/gsm.wav", "unsupported"),
    ("generated_from_librivox/sample_rate_zero.wav", "rate"),
    ("generated_from_librivox/text.wav", "unknown"),
    ("generated_from_librivox/truncated_header.wav", "broken"),
    ("generated_from_librivox/zero_length.wav", "empty"),
    ("hound_testsamples/fuzz/crash-247", "broken"),
    ("hound_testsamples/fuzz/crash-b84", "broken"),
    ("hound_testsamples/fuzz/crash-cbd", "broken"),
    ("hound_testsamples/fuzz/crash-e54", "broken"),
    ("hound_testsamples/fuzz/crash-e87", "broken"),
    ("hound_testsamples/fuzz/oom-48a", "broken"),
    ("hound_testsamples/nonstandard-01.wav", "empty"),
    (
        "hound_testsamples/waveformatextensible-24bit-192kHz-mono.wav",
        "empty",
    ),
    (
        "scipy/test-44100Hz-le-1ch-4bytes-early-eof-no-data.wav",
        "broken",
    ),
    (
        "scipy/test-44100Hz-le-1ch-4bytes-incomplete-chunk.wav",
        "broken",
    ),
];

#[test]
fn every_unusual_file_gives_the_right_sound_or_a_clear_error() {
    let Some(folder) = shared("odd_audio") else {
        return;
    };
    let table = std::fs::read_to_string(folder.join("PROBE.tsv")).expect("PROBE.tsv is text");
    let mut refused = Vec::new();
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, probes) = (columns[0], [ffprobe(columns[2]), libsndfile(columns[3])]);
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        match Sound::open(&path) {
            Ok(sound) => {
                let known: Vec<ProbedSound> = probes.into_iter().flatten().collect();
                // The programs differ on Opus, which has no fixed rate, and on data after the end
                // of a stream; one of them must agree in each property.
                let is_right = known.is_empty()
                    || known.iter().any(|probe| probe.rate == sound.source_rate)
                        && known
                            .iter()
                            .any(|probe| probe.channels == sound.source_channels)
                        && known
                            .iter()
                            .any(|probe| (probe.seconds - sound.duration()).abs() < 0.002);
                println!(
                    "ok\t{name}\t{} Hz {} ch {:.4} s peak {:.3}\t{:?}",
                    sound.source_rate,
                    sound.source_channels,
                    sound.duration(),
                    sound.peak,
                    sound.warnings
                );
                if !is_right {
                    wrong.push(format!(
                        "{name}: {} Hz {} ch {:.4} s, but {known:?}",
                        sound.source_rate,
                        sound.source_channels,
                        sound.duration()
                    ));
                }
            }
            Err(error) => {
                println!("--\t{name}\t{error}\t{}\t{}", columns[2], columns[3]);
                assert!(
                    error
                        .to_string()
                        .ends_with(&format!("({})", path.display()))
                );
                refused.push((name.to_owned(), error));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(refused.len(), REFUSED.len(), "{refused:#?}");
    for (name, expected) in REFUSED {
        let found = refused.iter().find(|(refused, _)| refused.contains(name));
        let (_, error) = found.unwrap_or_else(|| panic!("{name} was accepted"));
        let kind = match error {
            AudioError::Empty { .. } => "empty",
            AudioError::UnknownFormat { .. } => "unknown",
            AudioError::Unsupported { .. } => "unsupported",
            AudioError::Broken { .. } => "broken",
            AudioError::RateOutOfRange { .. } => "rate",
            _ => "other",
        };
        assert_eq!(kind, *expected, "{name}: {error}");
    }
}
