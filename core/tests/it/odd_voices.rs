//! Whispered, shouted, sung, small, large and creaky voices give plausible animation.

use std::path::Path;

use metaface_core::audio::Sound;
use metaface_core::clip::lips::LipMotion;
use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};
use realfft::RealFftPlanner;

const RATE: u32 = 16_000;

/// Samples per spectrum, and between spectra.
const WINDOW: usize = 512;
const HOP: usize = 128;

/// The sample line, 16 kHz mono.
fn line() -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/speech/line.wav");
    Sound::open(&path).expect("the sample line").samples
}

/// The times of p, b and m in the sample line, in seconds.
fn bilabials() -> Vec<f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/speech/line.moments.json");
    let text = std::fs::read_to_string(path).expect("the moments");
    let moments: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    (moments.as_array().expect("a list").iter())
        .filter(|moment| {
            moment["group"]
                .as_str()
                .is_some_and(|group| group.contains("p, b, m"))
        })
        .filter_map(|moment| moment["time"].as_f64())
        .collect()
}

fn hann(i: usize) -> f32 {
    0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / WINDOW as f32).cos()
}

/// Deterministic noise from -1 to 1 (xorshift).
fn noise() -> impl FnMut() -> f32 {
    let mut state = 0x2545_f491_u32;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    }
}

/// Noise instead of phonation, with the spectral envelope of the voice.
fn whispered(samples: &[f32]) -> Vec<f32> {
    /// The smoothing radius of the envelope in bins of 31 Hz: wider than the distance of harmonics.
    const REACH: usize = 6;
    /// Whispers have little energy below this bin (400 Hz).
    const LOWEST: usize = 13;
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, back) = (
        planner.plan_fft_forward(WINDOW),
        planner.plan_fft_inverse(WINDOW),
    );
    let mut noise = noise();
    let mut out = vec![0.0; samples.len()];
    for start in (0..samples.len().saturating_sub(WINDOW)).step_by(HOP) {
        let spectrum_of = |values: &mut dyn FnMut(usize) -> f32| {
            let mut frame: Vec<f32> = (0..WINDOW).map(|i| values(i) * hann(i)).collect();
            let mut spectrum = forward.make_output_vec();
            forward
                .process(&mut frame, &mut spectrum)
                .expect("lengths match");
            spectrum
        };
        let voiced = spectrum_of(&mut |i| samples[start + i]);
        let mut breath = spectrum_of(&mut |_| noise());
        let last = breath.len() - 1;
        for (bin, value) in breath.iter_mut().enumerate() {
            let near = bin.saturating_sub(REACH)..=(bin + REACH).min(last);
            let power: f32 = voiced[near.clone()].iter().map(|v| v.norm_sqr()).sum();
            let power = power / near.count() as f32;
            let weight = if bin < LOWEST { 0.1 } else { 1.0 };
            // White noise through this window has a mean power of about 64 per bin.
            *value *= weight * power.sqrt() / 8.0;
        }
        breath[0].im = 0.0;
        breath[last].im = 0.0;
        let mut frame = back.make_output_vec();
        back.process(&mut breath, &mut frame)
            .expect("lengths match");
        for (i, value) in frame.iter().enumerate() {
            out[start + i] += 0.2 * value * hann(i) / WINDOW as f32;
        }
    }
    out
}

/// Loud, strained and clipped.
fn shouted(samples: &[f32]) -> Vec<f32> {
    let peak = samples
        .iter()
        .fold(0.0f32, |peak, value| peak.max(value.abs()));
    let mut last = 0.0;
    (samples.iter())
        .map(|value| {
            let brighter = value - 0.6 * last;
            last = *value;
            (8.0 * brighter / peak).clamp(-0.98, 0.98)
        })
        .collect()
}

/// Stretches the samples in time by `factor`, with overlapping grains.
fn stretched(samples: &[f32], factor: f64) -> Vec<f32> {
    let grain = |i: usize| 0.5 * hann(i);
    let mut out = vec![0.0; (samples.len() as f64 * factor) as usize];
    for start in (0..out.len().saturating_sub(WINDOW)).step_by(HOP) {
        let from = (start as f64 / factor) as usize;
        for i in 0..WINDOW.min(samples.len() - from) {
            out[start + i] += samples[from + i] * grain(i);
        }
    }
    out
}

/// Sung: stretched, with a slow tremolo.
fn sung(samples: &[f32], factor: f64) -> Vec<f32> {
    (stretched(samples, factor).iter().enumerate())
        .map(|(i, value)| {
            let phase = std::f32::consts::TAU * 5.5 * i as f32 / RATE as f32;
            value * (1.0 + 0.25 * phase.sin())
        })
        .collect()
}

/// Creaky: 35 glottal pulses per second.
fn creaky(samples: &[f32]) -> Vec<f32> {
    (samples.iter().enumerate())
        .map(|(i, value)| {
            let phase = (i as f32 * 35.0 / RATE as f32).fract();
            value * (-6.0 * phase).exp() * 1.6
        })
        .collect()
}

fn animated(name: &str, samples: &[f32], rate: u32) -> Clip {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let sound = Sound::from_samples(samples, rate, 1).expect("a sound");
    let options = Options {
        fps: FrameRate::whole(50).expect("a rate"),
        ..Options::default()
    };
    animator.animate(name, &sound, &options).expect("a clip")
}

/// The fraction of the times (in seconds) that are within 80 ms of closed lips.
fn closed_share(lips: &LipMotion, times: &[f64]) -> f64 {
    let is_closed = |time: &&f64| {
        (lips.closures.iter()).any(|closed| {
            closed.start as f64 / 50.0 <= **time + 0.08 && closed.end as f64 / 50.0 >= **time - 0.08
        })
    };
    times.iter().filter(is_closed).count() as f64 / times.len() as f64
}

#[test]
fn unusual_voices_move_a_face_within_plausible_ranges() {
    let line = line();
    let times = bilabials();
    let voices: [(&str, Vec<f32>, u32, f64, f64); 7] = [
        ("as recorded", line.clone(), RATE, 1.0, 0.9),
        ("whispered", whispered(&line), RATE, 1.0, 0.5),
        ("shouted", shouted(&line), RATE, 1.0, 0.75),
        ("sung", sung(&line, 1.8), RATE, 1.8, 0.6),
        ("a child's", line.clone(), 22_400, 16.0 / 22.4, 0.6),
        ("a giant's", line.clone(), 13_000, 16.0 / 13.0, 0.6),
        ("creaky", creaky(&line), RATE, 1.0, 0.6),
    ];
    for (name, samples, rate, time_factor, min_closed) in voices {
        let clip = animated(name, &samples, rate);
        let lips = LipMotion::of(&clip);
        let mut sorted = lips.apertures.clone();
        sorted.sort_by(f32::total_cmp);
        let wide = sorted[sorted.len() * 95 / 100];
        let jaw = clip.curve(Channel::JawOpen).fold(0.0, f32::max);
        let steps = lips
            .apertures
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs());
        let fastest = steps.fold(0.0, f32::max);
        let scaled: Vec<f64> = times.iter().map(|time| time * time_factor).collect();
        let closed = closed_share(&lips, &scaled);
        println!(
            "{name}: 95 % of apertures below {wide:.1} mm, jaw to {jaw:.2}, fastest step {fastest:.1} mm, p b m closed {closed:.2}"
        );
        assert!((3.0..20.0).contains(&wide), "{name}: {wide} mm");
        assert!((0.08..0.7).contains(&jaw), "{name}: {jaw}");
        assert!(fastest < 9.0, "{name}: {fastest} mm in 20 ms");
        assert!(closed >= min_closed, "{name}: {closed} of the bilabials");
        let values = clip.frames.iter().flat_map(|frame| frame.0);
        assert!(values.into_iter().all(f32::is_finite), "{name}");
    }
}
