use proptest::prelude::*;

use crate::lips::{LipMotion, aperture_mm};
use crate::{Channel, Clip, FrameRate};

fn rate(text: &str) -> FrameRate {
    text.parse().expect("a frame rate")
}

/// A clip whose frames are set by `pose`, called with the time in seconds.
fn clip(rate: FrameRate, seconds: f64, mut pose: impl FnMut(f64, &mut crate::Frame)) -> Clip {
    let count = (seconds * rate.as_f64()).round() as usize;
    let mut clip = Clip::neutral("line", rate, count);
    for (index, frame) in clip.frames.iter_mut().enumerate() {
        pose(rate.seconds(index as f64), frame);
    }
    clip
}

/// An open mouth that closes for `length` seconds from `onset` on.
fn bilabial(rate: FrameRate, onset: f64, length: f64) -> Clip {
    clip(rate, 1.0, |time, frame| {
        frame[Channel::JawOpen] = 0.35;
        let closed = time >= onset - 1e-9 && time < onset + length - 1e-9;
        if closed {
            frame[Channel::JawOpen] = 0.2;
            frame[Channel::MouthClose] = 0.2;
            frame[Channel::MouthPressLeft] = 0.5;
            frame[Channel::MouthPressRight] = 0.5;
        }
    })
}

#[test]
fn a_higher_frame_rate_does_not_speed_up_the_motion() {
    let slow = clip(rate("50"), 1.0, |time, frame| {
        frame[Channel::JawOpen] = (0.3 * (time * 20.0).sin()).max(0.0) as f32;
    });
    // Millimetres per second.
    let fastest = |clip: &Clip| {
        let gaps: Vec<f32> = clip.frames.iter().map(aperture_mm).collect();
        let steps = gaps.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        steps.fold(0.0, f32::max) * clip.rate.as_f64() as f32
    };
    for faster in ["120", "240", "1000"] {
        let speeds = (fastest(&slow.resampled(rate(faster))), fastest(&slow));
        assert!(speeds.0 < 1.6 * speeds.1, "{faster}: {speeds:?}");
    }
}

#[test]
fn a_closure_of_forty_milliseconds_survives_at_every_phase_and_rate() {
    for (from, to) in [
        ("50", "24"),
        ("50", "23.976"),
        ("60", "24"),
        ("60", "12"),
        ("50", "30"),
        ("24", "30"),
        ("30", "60"),
    ] {
        let length = 0.04_f64.max(1.0 / rate(from).as_f64());
        for phase in 0..12 {
            let onset = 0.3 + rate(from).seconds(f64::from(phase));
            let take = bilabial(rate(from), onset, length);
            let closure = LipMotion::of(&take).closures[0].clone();
            let expected = aperture_mm(&take.frames[closure.start]);
            let film = take.resampled(rate(to));
            let nearest = film
                .frames
                .iter()
                .enumerate()
                .filter(|(_, frame)| (aperture_mm(frame) - expected).abs() < 1e-4)
                .map(|(index, _)| film.rate.seconds(index as f64))
                .map(|time| {
                    let [first, last] = [closure.start, closure.end - 1]
                        .map(|index| take.rate.seconds(index as f64));
                    (first - time).max(time - last).max(0.0)
                })
                .fold(f64::INFINITY, f64::min);
            assert!(
                nearest <= 0.5 * film.rate.seconds(1.0) + 1e-9,
                "{from} -> {to}, onset {onset}: the closest closure is {nearest} s away"
            );
        }
    }
}

#[test]
fn repeated_closures_are_all_kept() {
    // Five closures a second: "ba ba ba".
    let take = clip(rate("50"), 4.0, |time, frame| {
        frame[Channel::JawOpen] = 0.3;
        if (time * 5.0).fract() < 0.2 - 1e-6 {
            frame[Channel::MouthClose] = 0.3;
        }
    });
    assert_eq!(LipMotion::of(&take).closures.len(), 20);
    for fps in ["24", "25", "30", "23.976"] {
        let film = take.resampled(rate(fps));
        assert_eq!(LipMotion::of(&film).closures.len(), 20, "at {fps}");
    }
}

#[test]
fn a_blink_and_the_widest_opening_keep_their_extremes() {
    let bump = |time: f64, centre: f64, width: f64| -> f32 {
        (1.0 - ((time - centre) / width).abs()).max(0.0) as f32
    };
    let take = clip(rate("60"), 2.0, |time, frame| {
        frame[Channel::EyeBlinkLeft] = 0.95 * bump(time, 0.45, 0.08);
        frame[Channel::EyeBlinkRight] = frame[Channel::EyeBlinkLeft];
        frame[Channel::JawOpen] = 0.8 * bump(time, 1.2, 0.06);
        frame[Channel::MouthPucker] = 0.7 * bump(time, 1.6, 0.06);
    });
    for fps in ["24", "12", "30"] {
        let film = take.resampled(rate(fps));
        for channel in [
            Channel::EyeBlinkLeft,
            Channel::EyeBlinkRight,
            Channel::JawOpen,
            Channel::MouthPucker,
        ] {
            let peak = |clip: &Clip| clip.curve(channel).fold(0.0, f32::max);
            assert!(
                (peak(&film) - peak(&take)).abs() < 1e-6,
                "{channel} at {fps}"
            );
        }
    }
}

#[test]
fn motion_too_fast_for_the_new_rate_does_not_alias_to_slow_motion() {
    // Without a filter, 21 Hz at 24 fps would alias to a strong 3 Hz wobble.
    let take = clip(rate("60"), 4.0, |time, frame| {
        let wave = (time * 21.0 * std::f64::consts::TAU).sin() as f32;
        frame[Channel::JawOpen] = 0.5 + 0.2 * wave;
        frame[Channel::BrowInnerUp] = 0.5 + 0.2 * wave;
        frame[Channel::HeadYaw] = 0.3 * wave;
    });
    let film = take.resampled(rate("24"));
    for channel in [Channel::JawOpen, Channel::BrowInnerUp, Channel::HeadYaw] {
        let middle: Vec<f32> = film
            .curve(channel)
            .skip(6)
            .take(film.frames.len() - 12)
            .collect();
        let range = middle.iter().fold(f32::MIN, |a, b| a.max(*b))
            - middle.iter().fold(f32::MAX, |a, b| a.min(*b));
        assert!(range < 0.06, "{channel} still moves by {range}");
    }
}

#[test]
fn slow_motion_survives_the_round_trip_almost_unchanged() {
    let take = clip(rate("60"), 3.0, |time, frame| {
        frame[Channel::HeadYaw] = 0.3 * (time * std::f64::consts::TAU).sin() as f32;
    });
    let back = take.resampled(rate("24")).resampled(rate("60"));
    assert_eq!(back.frames.len(), take.frames.len());
    for (before, after) in take
        .curve(Channel::HeadYaw)
        .zip(back.curve(Channel::HeadYaw))
        .take(170)
    {
        assert!((before - after).abs() < 0.01, "{before} became {after}");
    }
}

#[test]
fn the_start_keeps_its_time_and_an_empty_clip_stays_empty() {
    let mut take = clip(rate("60"), 1.0, |_, _| {});
    take.start_frame = 90.0;
    assert_eq!(take.resampled(rate("24")).start_frame, 36.0);
    assert!(
        Clip::neutral("", rate("60"), 0)
            .resampled(rate("24"))
            .frames
            .is_empty()
    );
    assert_eq!(
        Clip::neutral("", rate("60"), 1)
            .resampled(rate("24"))
            .frames
            .len(),
        1
    );
}

fn rates() -> impl Strategy<Value = FrameRate> {
    prop::sample::select(vec![
        "10", "12", "23.976", "24", "25", "29.97", "30", "50", "59.94", "60", "120",
    ])
    .prop_map(rate)
}

fn clips() -> impl Strategy<Value = Clip> {
    (
        rates(),
        prop::collection::vec(prop::array::uniform5(0.0_f32..1.0), 1..80),
    )
        .prop_map(|(rate, values)| {
            let mut clip = Clip::neutral("line", rate, values.len());
            for (frame, value) in clip.frames.iter_mut().zip(values) {
                frame[Channel::JawOpen] = value[0];
                frame[Channel::MouthClose] = value[1] * value[0];
                frame[Channel::MouthPucker] = value[2];
                frame[Channel::EyeBlinkLeft] = value[3];
                frame[Channel::HeadPitch] = value[4] - 0.5;
            }
            clip
        })
}

proptest! {
    #[test]
    fn any_clip_keeps_its_duration_and_range(clip in clips(), to in rates()) {
        let other = clip.resampled(to);
        prop_assert!((other.duration() - clip.duration()).abs() <= to.seconds(1.0));
        for channel in Channel::ALL {
            let least = clip.curve(channel).fold(f32::INFINITY, f32::min);
            let most = clip.curve(channel).fold(f32::NEG_INFINITY, f32::max);
            prop_assert!(other.curve(channel).all(|value| (least..=most).contains(&value)), "{}", channel);
        }
    }

    #[test]
    fn a_still_face_stays_still(value in -1.0_f32..1.0, from in rates(), to in rates(), count in 1_usize..90) {
        let mut clip = Clip::neutral("line", from, count);
        for frame in &mut clip.frames {
            frame.0 = [value; Channel::COUNT];
        }
        prop_assert!(clip.resampled(to).frames.iter().all(|frame| *frame == clip.frames[0]));
    }

    #[test]
    fn resampling_to_the_same_rate_changes_nothing(clip in clips()) {
        prop_assert_eq!(clip.resampled(clip.rate), clip);
    }

    #[test]
    fn the_tightest_closure_of_any_clip_is_kept(clip in clips(), to in rates()) {
        let lips = LipMotion::of(&clip);
        let least = lips.apertures.iter().copied().fold(f32::INFINITY, f32::min);
        prop_assume!(least < lips.threshold);
        let other = clip.resampled(to);
        let kept = other.frames.iter().map(aperture_mm).fold(f32::INFINITY, f32::min);
        prop_assert!(kept <= least + super::AS_CLOSED_MM + 1e-4, "{} became {}", least, kept);
    }
}
