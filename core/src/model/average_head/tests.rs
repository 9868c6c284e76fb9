use super::{AverageHead, HeadSettings, PROSODY_HZ};
use crate::model::prosody::Prosody;
use crate::model::prosody::tests::{conversation, moments, silence};

fn degrees(seed: u64, settings: HeadSettings, prosody: &[Prosody]) -> Vec<[f32; 3]> {
    let mut head = AverageHead::new(seed, settings);
    moments(prosody)
        .iter()
        .map(|moment| head.next(moment).map(f32::to_degrees))
        .collect()
}

fn deviation(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let count = values.clone().count() as f32;
    let mean = values.clone().sum::<f32>() / count;
    (values.map(|v| (v - mean).powi(2)).sum::<f32>() / count).sqrt()
}

#[test]
fn a_speaking_head_moves_by_degrees_and_a_silent_head_moves_less() {
    let speaking = degrees(1, HeadSettings::default(), &conversation(300.0));
    let silent = degrees(1, HeadSettings::default(), &silence(300.0));
    for axis in 0..3 {
        let spoken = deviation(speaking.iter().map(|pose| pose[axis]));
        let in_silence = deviation(silent.iter().map(|pose| pose[axis]));
        assert!((1.0..3.2).contains(&spoken), "axis {axis}: {spoken}");
        assert!(
            (0.2..0.65 * spoken).contains(&in_silence),
            "axis {axis}: {in_silence}"
        );
        let mean = speaking.iter().map(|pose| pose[axis]).sum::<f32>() / speaking.len() as f32;
        assert!(mean.abs() < 0.8, "axis {axis} is centred: {mean}");
    }
}

#[test]
fn the_head_never_jumps() {
    for seed in 0..20 {
        let poses = degrees(seed, HeadSettings::default(), &conversation(60.0));
        for triple in poses.windows(3) {
            for (a, (b, c)) in triple[0].iter().zip(triple[1].iter().zip(&triple[2])) {
                let speed = (b - a) * PROSODY_HZ;
                let next = (c - b) * PROSODY_HZ;
                assert!(speed.abs() < 50.0, "{speed} degrees per second");
                let acceleration = (next - speed) * PROSODY_HZ;
                assert!(acceleration.abs() < 800.0, "{acceleration} degrees/s^2");
                assert!(a.abs() <= 12.0);
            }
        }
    }
}

#[test]
fn the_head_holds_still_between_movements_instead_of_drifting() {
    for prosody in [conversation(300.0), silence(300.0)] {
        let poses = degrees(3, HeadSettings::default(), &prosody);
        // The change of the head's angle within half a second, in degrees.
        let mut changes: Vec<f32> = poses
            .windows(25)
            .map(|half| (half[24][0] - half[0][0]).hypot(half[24][1] - half[0][1]))
            .collect();
        changes.sort_by(f32::total_cmp);
        let (median, high) = (
            changes[changes.len() / 2],
            changes[changes.len() * 98 / 100],
        );
        assert!(median < 1.8, "mostly still: {median}");
        assert!(
            high > 2.5 * median,
            "98th percentile {high}, median {median}"
        );
    }
}

#[test]
fn stressed_syllables_lower_the_head() {
    let poses = degrees(4, HeadSettings::default(), &conversation(600.0));
    let around = |time: f32| {
        let frame = (time * PROSODY_HZ) as usize;
        let pitches: Vec<f32> = poses.chunks(150).map(|phrase| phrase[frame][1]).collect();
        pitches.iter().sum::<f32>() / pitches.len() as f32
    };
    // Stressed syllables are loudest at 0.65 s and 1.65 s.
    assert!(around(0.7) < around(0.5) - 0.5);
    assert!(around(1.7) < around(1.4) - 0.5);
}

#[test]
fn the_same_seed_repeats_another_differs_and_amplitude_zero_is_still() {
    let prosody = conversation(10.0);
    let default = HeadSettings::default();
    assert_eq!(degrees(5, default, &prosody), degrees(5, default, &prosody));
    assert_ne!(degrees(5, default, &prosody), degrees(6, default, &prosody));
    let still = HeadSettings {
        amplitude: 0.0,
        ..default
    };
    assert!(
        degrees(5, still, &prosody)
            .iter()
            .all(|pose| pose.iter().all(|&a| a == 0.0))
    );
    let invalid = HeadSettings {
        amplitude: f32::NAN,
        tempo: -1.0,
        nods: f32::INFINITY,
    };
    assert!(
        degrees(5, invalid, &prosody)
            .iter()
            .all(|pose| pose.iter().all(|a| a.is_finite()))
    );
}
