//! Sound files written by `hound` or byte by byte are decoded to the sound that they contain.

use std::f64::consts::TAU;
use std::io::{BufReader, Cursor};

use metaface_core::audio::{AudioError, AudioWarning, SAMPLE_RATE, Sound, SoundReader};

const RATE: u32 = SAMPLE_RATE;

/// A quarter second of a rising tone, 24-bit integers, different in each channel.
fn integers(channels: u16) -> Vec<i32> {
    (0..4_000 * usize::from(channels))
        .map(|n| {
            let (time, channel) = (n / usize::from(channels), n % usize::from(channels));
            let phase = TAU * (time * (time + 500)) as f64 / 40_000.0 + channel as f64;
            (6.0e6 * phase.sin()) as i32
        })
        .collect()
}

/// The expected sound for 24-bit integers: the mean of the channels, full scale 1.
fn mono(integers: &[i32], channels: u16) -> Vec<f32> {
    integers
        .chunks(usize::from(channels))
        .map(|frame| {
            let sum: f64 = frame.iter().map(|&x| f64::from(x)).sum();
            (sum / f64::from(channels) / 8_388_608.0) as f32
        })
        .collect()
}

fn decode(bytes: &[u8]) -> Result<Sound, AudioError> {
    Sound::decode(Cursor::new(bytes.to_vec()), "written here")
}

fn assert_near(sound: &Sound, expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(sound.samples.len(), expected.len(), "{what}");
    for (n, (a, b)) in sound.samples.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= tolerance,
            "{what}: sample {n} is {a}, not {b}"
        );
    }
}

fn hound_file(bits: u16, format: hound::SampleFormat, channels: u16, rate: u32) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: format,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("a valid format");
    for sample in integers(channels) {
        match format {
            hound::SampleFormat::Float => writer.write_sample(sample as f32 / 8_388_608.0),
            hound::SampleFormat::Int if bits <= 24 => writer.write_sample(sample >> (24 - bits)),
            hound::SampleFormat::Int => writer.write_sample(sample << (bits - 24)),
        }
        .expect("memory");
    }
    writer.finalize().expect("memory");
    bytes.into_inner()
}

/// A chunk of a RIFF file, with padding.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = name.to_vec();
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn format_chunk(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
    let frame = channels * bits.div_ceil(8);
    let mut content = Vec::new();
    content.extend(tag.to_le_bytes());
    content.extend(channels.to_le_bytes());
    content.extend(RATE.to_le_bytes());
    content.extend((RATE * u32::from(frame)).to_le_bytes());
    content.extend(frame.to_le_bytes());
    content.extend(bits.to_le_bytes());
    chunk(b"fmt ", &content)
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut content = b"WAVE".to_vec();
    content.extend(chunks.concat());
    chunk(b"RIFF", &content)
}

fn sixteen(integers: &[i32]) -> Vec<u8> {
    integers
        .iter()
        .flat_map(|x| ((x >> 8) as i16).to_le_bytes())
        .collect()
}

#[test]
fn every_width_and_channel_count_of_wave_is_read_exactly() {
    use hound::SampleFormat::{Float, Int};
    for channels in [1, 2, 3, 6, 8] {
        for (bits, format) in [(8, Int), (16, Int), (24, Int), (32, Int), (32, Float)] {
            let what = format!("{bits}-bit {format:?}, {channels} channels");
            let sound = decode(&hound_file(bits, format, channels, RATE)).expect(&what);
            assert_eq!(sound.source_channels, channels);
            assert_eq!(sound.warnings, [], "{what}");
            // Fewer bits round down; nothing else may differ.
            let step = if bits < 24 {
                1.0 / (1 << (bits - 1)) as f32
            } else {
                1.0e-7
            };
            assert_near(&sound, &mono(&integers(channels), channels), step, &what);
        }
    }
}

#[test]
fn hound_reads_the_same_samples() {
    let bytes = hound_file(16, hound::SampleFormat::Int, 1, RATE);
    let mut reader = hound::WavReader::new(Cursor::new(&bytes)).expect("a good file");
    let expected: Vec<f32> = reader
        .samples::<i16>()
        .map(|sample| f32::from(sample.expect("memory")) / 32_768.0)
        .collect();
    assert_eq!(decode(&bytes).expect("a good file").samples, expected);
}

#[test]
fn invalid_but_common_wave_headers_are_read() {
    let data = sixteen(&integers(1));
    let expected = mono(&integers(1), 1);
    let format = format_chunk(1, 1, 16);
    let good = riff(&[format.clone(), chunk(b"data", &data)]);
    let size_at = 12 + format.len() + 4;

    let mut piped = good.clone();
    piped[4..8].fill(0xFF);
    piped[size_at..size_at + 4].fill(0xFF);
    let mut zero = good.clone();
    zero[size_at..size_at + 4].fill(0);
    let mut odd_list = chunk(b"LIST", b"odd");
    odd_list.pop();
    let mut rf64 = good.clone();
    rf64[..4].copy_from_slice(b"RF64");
    rf64[size_at..size_at + 4].fill(0xFF);
    let long = [0, data.len() as u64, 0].map(u64::to_le_bytes).concat();
    rf64.splice(12..12, chunk(b"ds64", &long));

    for (what, bytes) in [
        ("a valid file", good.clone()),
        ("unknown sizes, written to a pipe", piped),
        ("a size left at zero", zero),
        (
            "an odd chunk without padding",
            riff(&[format.clone(), odd_list, chunk(b"data", &data)]),
        ),
        (
            "data before the format",
            riff(&[chunk(b"data", &data), format.clone()]),
        ),
        (
            "a chunk after the data",
            riff(&[format.clone(), chunk(b"data", &data), chunk(b"id3 ", b"x")]),
        ),
        ("RF64", rf64),
    ] {
        let sound = decode(&bytes).expect(what);
        assert_near(&sound, &expected, 1.0 / 32_768.0, what);
        assert_eq!(sound.warnings, [], "{what}");
    }

    let cut = decode(&good[..good.len() - 1_001]).expect("most of it is there");
    assert_near(&cut, &expected[..3_499], 1.0 / 32_768.0, "cut");
    assert_eq!(cut.warnings, [AudioWarning::Truncated]);
}

#[test]
fn au_and_wave64_are_read() {
    let expected = mono(&integers(1), 1);
    let mut au = b".snd".to_vec();
    for word in [28, u32::MAX, 4, RATE, 1, 0] {
        au.extend(word.to_be_bytes());
    }
    au.extend(
        integers(1)
            .iter()
            .flat_map(|x| x.to_be_bytes()[1..].to_vec()),
    );
    assert_near(&decode(&au).expect("AU"), &expected, 0.0, "AU");

    let guid = |name: &[u8; 4]| [name.as_slice(), &[0; 12]].concat();
    let part = |name: &[u8; 4], content: &[u8]| {
        let mut bytes = guid(name);
        bytes.extend((content.len() as u64 + 24).to_le_bytes());
        bytes.extend(content);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    };
    let mut wave64 = guid(b"riff");
    wave64.extend(0_u64.to_le_bytes());
    wave64.extend(guid(b"wave"));
    wave64.extend(part(b"fmt ", &format_chunk(1, 1, 16)[8..]));
    wave64.extend(part(b"data", &sixteen(&integers(1))));
    assert_near(
        &decode(&wave64).expect("Wave64"),
        &expected,
        1.0 / 32_768.0,
        "Wave64",
    );
}

#[test]
fn g711_is_decoded_by_its_table() {
    // ITU-T G.711: the code of positive zero, the largest and the smallest values.
    let mu = riff(&[
        format_chunk(7, 1, 8),
        chunk(b"data", &[0xFF, 0x80, 0x00, 0xFE]),
    ]);
    let expected = [0.0, 32_124.0, -32_124.0, 8.0].map(|x| x / 32_768.0);
    assert_near(&decode(&mu).expect("mu-law"), &expected, 0.0, "mu-law");
    let a = riff(&[
        format_chunk(6, 1, 8),
        chunk(b"data", &[0xD5, 0xAA, 0x2A, 0x55]),
    ]);
    let expected = [8.0, 32_256.0, -32_256.0, -8.0].map(|x| x / 32_768.0);
    assert_near(&decode(&a).expect("A-law"), &expected, 0.0, "A-law");
}

#[test]
fn the_position_of_24_bits_in_four_bytes_is_detected() {
    let expected = mono(&integers(1), 1);
    let mut format = format_chunk(1, 1, 32);
    format[22] = 24;
    for (what, shift, mask) in [
        ("upper", 8, -1),
        ("lower, sign-extended", 0, -1),
        ("lower, top byte 0", 0, 0x00FF_FFFF),
    ] {
        let bytes: Vec<u8> = integers(1)
            .iter()
            .flat_map(|x| ((x << shift) & mask).to_le_bytes())
            .collect();
        let sound = decode(&riff(&[format.clone(), chunk(b"data", &bytes)])).expect(what);
        assert_near(&sound, &expected, 0.0, what);
    }
}

#[test]
fn invalid_samples_are_silent_and_cause_a_warning() {
    let mut samples = vec![0.25_f32; 4_000];
    samples[100] = f32::NAN;
    samples[200] = f32::NEG_INFINITY;
    let bytes: Vec<u8> = samples.iter().flat_map(|x| x.to_le_bytes()).collect();
    let sound = decode(&riff(&[format_chunk(3, 1, 32), chunk(b"data", &bytes)])).expect("sound");
    assert_eq!((sound.samples[100], sound.samples[200]), (0.0, 0.0));
    assert_eq!(sound.samples[300], 0.25);
    assert_eq!(sound.warnings, [AudioWarning::NotFinite { samples: 2 }]);

    let huge = Sound::from_samples(&[f32::MAX; 4_410], 44_100, 1).expect("sound");
    assert!(huge.samples.iter().all(|sample| sample.is_finite()));
    assert!(matches!(
        huge.warnings[..],
        [AudioWarning::FarBeyondFullScale { .. }]
    ));
    let silent = Sound::from_samples(&[0.0; 100], 16_000, 2).expect("sound");
    assert_eq!(silent.warnings, [AudioWarning::Silent]);
}

#[test]
fn a_stream_gives_the_samples_of_the_file_in_blocks_of_at_most_a_second() {
    let channels = 2;
    let long: Vec<f32> = integers(channels)
        .iter()
        .cycle()
        .take(44_100 * 2 * 5)
        .map(|&x| x as f32 / 8_388_608.0)
        .collect();
    let bytes: Vec<u8> = long.iter().flat_map(|x| x.to_le_bytes()).collect();
    let mut format = format_chunk(3, channels, 32);
    format[12..16].copy_from_slice(&44_100_u32.to_le_bytes());
    let file = riff(&[format, chunk(b"data", &bytes)]);

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("named.mp3");
    std::fs::write(&path, &file).expect("a file");
    let whole = Sound::open(&path).expect("the content decides, not the extension");
    assert_eq!(whole.samples.len(), 80_000);
    assert_eq!((whole.source_rate, whole.source_channels), (44_100, 2));
    assert_eq!(
        Sound::from_samples(&long, 44_100, 2)
            .expect("sound")
            .samples,
        whole.samples
    );

    let source = BufReader::new(std::fs::File::open(&path).expect("the file"));
    let mut streamed = Vec::new();
    for block in SoundReader::new(source, "stream").expect("the same file") {
        let block = block.expect("a good file");
        assert!((1..=16_000).contains(&block.len()));
        streamed.extend(block);
    }
    assert_eq!(streamed, whole.samples);
}

#[test]
fn a_sound_written_as_wave_reads_back_within_half_a_step_of_16_bits() {
    let sound = decode(&hound_file(24, hound::SampleFormat::Int, 1, RATE)).expect("sound");
    let again = decode(&sound.to_wav()).expect("a good file");
    assert_near(&again, &sound.samples, 0.5 / 32_768.0, "written");
    assert_eq!((again.source_rate, again.source_channels), (16_000, 1));
    let loud = Sound::from_samples(&[2.0, -2.0, f32::NAN], 16_000, 1).expect("sound");
    let clamped = decode(&loud.to_wav()).expect("a good file").samples;
    assert_eq!(clamped, [32_767.0 / 32_768.0, -1.0, 0.0]);
}

#[test]
fn errors_contain_the_file_name_and_advice() {
    let missing = Sound::open("no/such/line.wav").expect_err("there is no such file");
    assert!(matches!(missing, AudioError::Unreadable { .. }));
    assert!(
        missing.to_string().ends_with("(no/such/line.wav)"),
        "{missing}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(
        Sound::open(folder.path()),
        Err(AudioError::Unreadable { .. })
    ));
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b"hello, this is a text", "text"),
        (
            &riff(&[format_chunk(1, 1, 16), chunk(b"data", &[])]),
            "empty",
        ),
        (
            &riff(&[format_chunk(0x31, 1, 0), chunk(b"data", &[0; 65])]),
            "GSM",
        ),
        (
            &riff(&[format_chunk(1, 0, 16), chunk(b"data", &[0; 64])]),
            "zero channels",
        ),
        (&riff(&[chunk(b"data", &[0; 64])]), "no format chunk"),
        (&riff(&[format_chunk(1, 1, 16)]), "no data chunk"),
        (b"RIFF\x10\0\0\0AVI LIST", "AVI"),
    ] {
        let error = decode(bytes).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
        assert!(error.ends_with("(written here)"), "{error}");
    }
    assert!(matches!(
        Sound::from_samples(&[0.0; 10], 500, 1),
        Err(AudioError::RateOutOfRange { rate: 500, .. })
    ));
    assert!(matches!(
        Sound::from_samples(&[0.0; 1], 16_000, 2),
        Err(AudioError::Empty { .. })
    ));
}
