use metaface_clip::{Channel, Frame};

use super::{BROWS, Brows};
use crate::model::prosody::tests::{conversation, moments, peaks, silence};
use crate::model::prosody::{PROSODY_HZ, Prosody};

/// A network frame whose brows tremble about 0.04.
fn trembling_brows(frame: usize) -> Frame {
    let mut face = Frame::NEUTRAL;
    for channel in BROWS {
        face[channel] = 0.04 + 0.02 * (frame as f32 * 0.9).sin();
    }
    face
}

fn animate(seed: u64, amplitude: f32, prosody: &[Prosody]) -> Vec<Frame> {
    let mut brows = Brows::new(seed, amplitude);
    let mut frames = Vec::new();
    for (index, moment) in moments(prosody).iter().enumerate() {
        let mut frame = trembling_brows(index);
        brows.next(moment, &mut frame);
        frames.push(frame);
    }
    frames
}

fn curve(frames: &[Frame], channel: Channel) -> Vec<f32> {
    frames.iter().map(|frame| frame[channel]).collect()
}

#[test]
fn brows_rise_on_stressed_syllables_and_not_on_others() {
    let frames = animate(1, 1.0, &conversation(600.0));
    for channel in [Channel::BrowInnerUp, Channel::BrowOuterUpLeft] {
        let brow = curve(&frames, channel);
        // The mean rise of the brow from 0.2 s before to 0.1 s after the syllables' peaks.
        let rise = |stressed: bool| {
            let peaks: Vec<usize> = peaks(stressed)
                .filter(|frame| (10..brow.len() - 5).contains(frame))
                .collect();
            let rises = peaks.iter().map(|frame| brow[frame + 5] - brow[frame - 10]);
            rises.sum::<f32>() / peaks.len() as f32
        };
        let (stressed, other) = (rise(true), rise(false));
        assert!(
            stressed > 0.025 && stressed > other + 0.02,
            "{channel}: {stressed} {other}"
        );
    }
}

#[test]
fn raises_are_large_enough_to_look_intended_and_not_on_every_word() {
    let frames = animate(2, 1.0, &conversation(600.0));
    let brow = curve(&frames, Channel::BrowInnerUp);
    let mut sorted = brow.clone();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f32| sorted[(share * (sorted.len() - 1) as f32) as usize];
    assert!(
        (0.12..0.45).contains(&(at(0.95) - at(0.05))),
        "{}",
        at(0.95) - at(0.05)
    );
    assert!(at(1.0) < 0.65);
    let raised = 0.15;
    let raises = brow
        .windows(2)
        .filter(|pair| pair[0] < raised && pair[1] >= raised)
        .count();
    let per_minute = raises as f32 / 10.0;
    assert!((6.0..35.0).contains(&per_minute), "{per_minute}");
}

#[test]
fn brows_do_not_tremble_and_do_not_jump() {
    for prosody in [conversation(120.0), silence(120.0)] {
        let frames = animate(3, 1.0, &prosody);
        for channel in BROWS {
            let brow = curve(&frames, channel);
            // The difference from the mean of the neighbours at 100 ms contains mainly frequencies
            // above 2.5 Hz.
            let fast = brow.windows(11).map(|w| w[5] - 0.5 * (w[0] + w[10]));
            let energy = fast.map(|v| v * v).sum::<f32>();
            let fast_rms = (energy / brow.len() as f32).sqrt();
            assert!(fast_rms < 0.03, "{channel}: {fast_rms}");
            for pair in brow.windows(2) {
                let speed = (pair[1] - pair[0]).abs() * PROSODY_HZ;
                assert!(speed < 5.0, "{channel}: {speed} per second");
            }
        }
    }
}

#[test]
fn lowered_brows_squint_eyes_and_cheeks_and_raised_brows_widen_the_eyes() {
    let frames = animate(4, 1.0, &conversation(300.0));
    let lowest = (frames.iter())
        .max_by(|a, b| a[Channel::BrowDownLeft].total_cmp(&b[Channel::BrowDownLeft]));
    let lowest = lowest.expect("frames");
    assert!(lowest[Channel::BrowDownLeft] > 0.12);
    assert!(lowest[Channel::EyeSquintLeft] > 0.04 && lowest[Channel::CheekSquintLeft] > 0.02);
    let highest =
        (frames.iter()).max_by(|a, b| a[Channel::BrowInnerUp].total_cmp(&b[Channel::BrowInnerUp]));
    assert!(highest.expect("frames")[Channel::EyeWideLeft] > 0.03);
    assert!(frames.iter().any(|frame| {
        (frame[Channel::BrowOuterUpLeft] - frame[Channel::BrowOuterUpRight]).abs() > 0.01
    }));
}

#[test]
fn the_same_seed_repeats_another_differs_and_amplitude_zero_is_rest() {
    let prosody = conversation(30.0);
    assert_eq!(animate(5, 1.0, &prosody), animate(5, 1.0, &prosody));
    assert_ne!(animate(5, 1.0, &prosody), animate(6, 1.0, &prosody));
    for frame in animate(5, 0.0, &prosody) {
        assert_eq!(frame, Frame::NEUTRAL);
    }
}
