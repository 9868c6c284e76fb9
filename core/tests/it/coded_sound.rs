//! FLAC files, encoded here without prediction, give the right samples, and the right times after
//! damage.

use std::io::Cursor;

use metaface_core::audio::{AudioWarning, Sound};

/// Samples per frame.
const BLOCK: usize = 1_600;

/// A checksum of `bits` bits, most significant bit first, as FLAC uses it.
fn checksum(bytes: &[u8], polynomial: u32, bits: u32) -> u32 {
    let top = 1 << (bits - 1);
    let mask = (top << 1) - 1;
    bytes.iter().fold(0, |sum, &byte| {
        (0..8).fold(sum ^ (u32::from(byte) << (bits - 8)), |sum, _| {
            let carry = if sum & top == 0 { 0 } else { polynomial };
            ((sum << 1) ^ carry) & mask
        })
    })
}

/// One frame of 16-bit mono samples without prediction (RFC 9639, verbatim subframe).
fn frame(number: u8, samples: &[i16]) -> Vec<u8> {
    // Fixed block size given in 16 bits at the end of the header, 16 kHz, mono, 16 bits.
    let mut bytes = vec![0xFF, 0xF8, 0x75, 0x08, number];
    bytes.extend((samples.len() as u16 - 1).to_be_bytes());
    bytes.push(checksum(&bytes, 0x07, 8) as u8);
    bytes.push(0b0000_0010);
    bytes.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
    let sum = checksum(&bytes, 0x8005, 16) as u16;
    bytes.extend(sum.to_be_bytes());
    bytes
}

fn flac(samples: &[i16]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = b"fLaC\x80\0\0\x22".to_vec();
    bytes.extend([(BLOCK as u16).to_be_bytes(), (BLOCK as u16).to_be_bytes()].concat());
    bytes.extend([0; 6]);
    // 20 bits of rate, 3 of channels - 1, 5 of bits - 1, 36 of the number of samples.
    let facts = (16_000_u64 << 44) | (15 << 36) | samples.len() as u64;
    bytes.extend(facts.to_be_bytes());
    bytes.extend([0; 16]);
    let mut starts = Vec::new();
    for (number, block) in samples.chunks(BLOCK).enumerate() {
        starts.push(bytes.len());
        bytes.extend(frame(number as u8, block));
    }
    (bytes, starts)
}

fn tone() -> Vec<i16> {
    (0..20 * BLOCK)
        .map(|n| (9_000.0 * (n as f32 * n as f32 / 60_000.0).sin()) as i16)
        .collect()
}

#[test]
fn flac_is_decoded_without_loss() {
    let (bytes, _) = flac(&tone());
    let sound = Sound::decode(Cursor::new(bytes), "tone.flac").expect("a good file");
    let expected: Vec<f32> = tone().iter().map(|&x| f32::from(x) / 32_768.0).collect();
    assert_eq!(sound.samples, expected);
    assert_eq!((sound.source_rate, sound.source_channels), (16_000, 1));
    assert_eq!(sound.warnings, []);
}

#[test]
fn damaged_parts_are_silent_and_the_rest_keeps_its_timing() {
    let (mut bytes, starts) = flac(&tone());
    bytes[starts[7] + 1_000..starts[7] + 1_100].fill(0x5A);
    let sound = Sound::decode(Cursor::new(bytes), "tone.flac").expect("most of it is good");
    let expected: Vec<f32> = tone().iter().map(|&x| f32::from(x) / 32_768.0).collect();
    println!("{:?}", sound.warnings);
    assert_eq!(sound.samples.len(), expected.len());
    assert_eq!(sound.samples[..7 * BLOCK], expected[..7 * BLOCK]);
    assert_eq!(sound.samples[8 * BLOCK..], expected[8 * BLOCK..]);
    assert!(matches!(
        sound.warnings[..],
        [AudioWarning::Damaged { parts: 1 }]
    ));
}

#[test]
fn a_truncated_file_gives_its_complete_frames() {
    let (bytes, starts) = flac(&tone());
    let cut = bytes[..starts[12] + 100].to_vec();
    let sound = Sound::decode(Cursor::new(cut), "tone.flac").expect("most of it is there");
    assert_eq!(sound.samples.len(), 12 * BLOCK);
}
