use metaface_clip::{Channel, Frame};

use super::{Eyes, EyesFrame, EyesSettings};
use crate::model::prosody::tests::{conversation, moments, silence};
use crate::model::prosody::{PROSODY_HZ, Prosody};

fn animate(seed: u64, settings: EyesSettings, prosody: &[Prosody]) -> Vec<EyesFrame> {
    let mut eyes = Eyes::new(seed, settings);
    let moments = moments(prosody);
    moments.iter().map(|moment| eyes.next(moment)).collect()
}

/// First and last frame of each blink.
fn blinks(frames: &[EyesFrame]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (index, _) in frames.iter().enumerate().filter(|(_, f)| f.blink[0] > 0.0) {
        match found.last_mut() {
            Some(last) if last.1 + 1 == index => last.1 = index,
            _ => found.push((index, index)),
        }
    }
    found
}

#[test]
fn the_blink_rate_is_about_that_of_the_settings_and_lower_in_silence() {
    let minutes = 20.0;
    let rate = |frames: &[EyesFrame]| blinks(frames).len() as f32 / minutes;
    let spoken = rate(&animate(
        1,
        EyesSettings::default(),
        &conversation(60.0 * minutes),
    ));
    let silent = rate(&animate(
        1,
        EyesSettings::default(),
        &silence(60.0 * minutes),
    ));
    assert!((14.0..21.0).contains(&spoken), "{spoken}");
    assert!((7.0..16.0).contains(&silent), "{silent}");
    let none = EyesSettings {
        blinks_per_minute: 0.0,
        ..EyesSettings::default()
    };
    assert_eq!(rate(&animate(1, none, &conversation(60.0 * minutes))), 0.0);
}

#[test]
fn a_blink_closes_faster_than_it_opens_and_lasts_about_a_quarter_second() {
    let frames = animate(2, EyesSettings::default(), &conversation(600.0));
    let mut full = 0;
    let found = blinks(&frames);
    for &(first, last) in &found[..found.len() - 1] {
        let seconds = (last - first + 1) as f32 / PROSODY_HZ;
        assert!((0.2..0.4).contains(&seconds), "{seconds}");
        let curve: Vec<f32> = frames[first..=last].iter().map(|f| f.blink[0]).collect();
        let peak = curve.iter().copied().fold(0.0, f32::max);
        let at_peak = curve.iter().position(|&v| v == peak).unwrap_or(0);
        let after_peak = curve.len() - curve.iter().rposition(|&v| v == peak).unwrap_or(0);
        assert!(at_peak + 1 < after_peak, "{curve:?}");
        assert!(peak > 0.55);
        full += usize::from(peak > 0.94);
        assert!(curve.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.5));
    }
    assert!(
        full as f32 > 0.75 * found.len() as f32,
        "most blinks are full"
    );
}

#[test]
fn blinks_are_frequent_after_a_phrase_and_rare_on_stressed_syllables() {
    let prosody = conversation(1800.0);
    let frames = animate(3, EyesSettings::default(), &prosody);
    let starts: Vec<usize> = blinks(&frames).iter().map(|blink| blink.0).collect();
    // Phrases repeat every 150 frames and end at frame 110; their end is known 10 frames later.
    let share = |range: std::ops::Range<usize>| {
        let length = range.len() as f32;
        starts
            .iter()
            .filter(|s| range.contains(&(*s % 150)))
            .count() as f32
            / length
    };
    assert!(share(118..135) > 1.8 * share(0..110));
    // Stressed syllables are loudest at frames 32 and 82 of a phrase.
    for stressed in [27..37, 77..87] {
        let (on_stress, in_phrase) = (share(stressed.clone()), share(0..110));
        assert!(
            on_stress < 0.7 * in_phrase,
            "{stressed:?}: {on_stress} {in_phrase}"
        );
    }
}

#[test]
fn no_blink_begins_while_a_plosive_shuts_the_lips() {
    let prosody = conversation(1800.0);
    let moments = moments(&prosody);
    for seed in 0..3 {
        let frames = animate(seed, EyesSettings::default(), &prosody);
        let found = blinks(&frames);
        assert!(found.len() > 300);
        assert!(found.iter().all(|blink| !moments[blink.0].lips_shut));
    }
    let hum: Vec<Prosody> = conversation(120.0)
        .into_iter()
        .map(|frame| Prosody {
            lips_shut: true,
            ..frame
        })
        .collect();
    assert!(blinks(&animate(0, EyesSettings::default(), &hum)).len() > 20);
}

#[test]
fn gaze_rests_between_quick_small_shifts() {
    let frames = animate(4, EyesSettings::default(), &conversation(900.0));
    let degrees: Vec<[f32; 2]> = frames.iter().map(|f| f.look.map(f32::to_degrees)).collect();
    let moving: Vec<bool> = degrees.windows(2).map(|pair| pair[0] != pair[1]).collect();
    let shifts = moving.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    let per_minute = shifts as f32 / 15.0;
    assert!((40.0..110.0).contains(&per_minute), "{per_minute}");
    let still = moving.iter().filter(|m| !**m).count() as f32 / moving.len() as f32;
    assert!(still > 0.9, "fixations: {still}");
    let mut longest = 0;
    let mut run = 0;
    for &moves in &moving {
        run = if moves { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    assert!(longest as f32 / PROSODY_HZ <= 3.1);
    for pair in degrees.windows(2) {
        let step = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
        assert!(step * PROSODY_HZ < 500.0, "{step} degrees in a frame");
        assert!(pair[0][0].abs() <= 9.0 && pair[0][1].abs() <= 6.0);
    }
    let ahead = degrees.iter().filter(|d| d[0].abs() < 2.0).count() as f32;
    assert!(ahead > 0.6 * degrees.len() as f32, "mostly at the listener");
}

#[test]
fn look_blendshapes_agree_with_the_angles_and_lids_follow_the_gaze() {
    let look = |yaw: f32, pitch: f32| {
        let mut frame = Frame::NEUTRAL;
        EyesFrame {
            look: [yaw, pitch],
            ..EyesFrame::default()
        }
        .apply(&mut frame);
        frame
    };
    let left = look(0.3, 0.0);
    assert!(left[Channel::EyeLookOutLeft] > 0.4 && left[Channel::EyeLookInRight] > 0.4);
    assert_eq!(left[Channel::EyeLookInLeft], 0.0);
    assert_eq!(
        (left[Channel::LeftEyeYaw], left[Channel::RightEyeYaw]),
        (0.3, 0.3)
    );
    let (up, ahead, down) = (look(0.0, 0.2), look(0.0, 0.0), look(0.0, -0.2));
    assert!(up[Channel::EyeLookUpLeft] > 0.3 && down[Channel::EyeLookDownRight] > 0.3);
    assert!(up[Channel::EyeBlinkLeft] < ahead[Channel::EyeBlinkLeft]);
    assert!(ahead[Channel::EyeBlinkLeft] < down[Channel::EyeBlinkLeft]);
    let mut shut = Frame::NEUTRAL;
    EyesFrame {
        blink: [1.0; 2],
        look: [0.0, -0.3],
        ..EyesFrame::default()
    }
    .apply(&mut shut);
    assert_eq!(shut[Channel::EyeBlinkLeft], 1.0);
}

#[test]
fn eyes_stay_on_their_target_when_the_head_turns() {
    let ahead = EyesFrame::default().stabilised([0.1, -0.05, 0.0]);
    assert_eq!(ahead.look, [-0.1, 0.05]);
}

#[test]
fn every_channel_stays_in_range_and_the_same_seed_repeats() {
    let prosody = conversation(120.0);
    let settings = EyesSettings::default();
    let frames = animate(5, settings, &prosody);
    assert_eq!(frames, animate(5, settings, &prosody));
    assert_ne!(frames, animate(6, settings, &prosody));
    for eyes in frames {
        let mut frame = Frame::NEUTRAL;
        frame[Channel::EyeSquintLeft] = 0.98;
        eyes.apply(&mut frame);
        for &channel in Channel::blendshapes() {
            assert!((0.0..=1.0).contains(&frame[channel]), "{channel}");
        }
    }
    let invalid = EyesSettings {
        blinks_per_minute: f32::NAN,
        gaze: f32::INFINITY,
    };
    assert!(
        animate(5, invalid, &prosody)
            .iter()
            .all(|f| f.look.iter().all(|a| a.is_finite()))
    );
}
