//! Scores of a clip against a capture of the same speech.

use metaface_clip::lips::aperture_mm;
use metaface_clip::{Channel, Clip, Frame};
use metaface_core::statistics::{correlation, deviation};
use serde::Serialize;

use super::lip_error::{LipError, LipGeometry, lip_error};
use super::misalignment::{Misalignment, misalignment};

/// The channels of lids, brows and cheeks: the upper face without the gaze.
pub const UPPER_FACE: [Channel; 13] = [
    Channel::EyeBlinkLeft,
    Channel::EyeBlinkRight,
    Channel::EyeSquintLeft,
    Channel::EyeSquintRight,
    Channel::EyeWideLeft,
    Channel::EyeWideRight,
    Channel::BrowDownLeft,
    Channel::BrowDownRight,
    Channel::BrowInnerUp,
    Channel::BrowOuterUpLeft,
    Channel::BrowOuterUpRight,
    Channel::CheekSquintLeft,
    Channel::CheekSquintRight,
];

/// The scores of a clip against a capture of the same speech.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaptureScore {
    /// Seconds that both clips cover.
    pub seconds: f64,
    /// Pearson correlation of JawOpen at zero lag, -1 to 1; see [`correlation`].
    pub jaw_open: Option<f64>,
    /// The same for the lip aperture.
    pub aperture: Option<f64>,
    /// The same for pucker plus funnel.
    pub rounding: Option<f64>,
    /// Lip vertex error. `None` without a geometry.
    pub lip_error: Option<LipError>,
    /// Upper-face dynamics deviation; see [`dynamics_deviation`].
    pub dynamics_deviation: Option<f64>,
    /// Timing of lip-opening extrema.
    pub misalignment: Misalignment,
}

impl CaptureScore {
    /// Compares two clips that start at the start of the sound, over the time that both cover. The
    /// predicted clip is resampled to the captured clip's frame rate.
    pub fn of(predicted: &Clip, captured: &Clip, lips: Option<&LipGeometry>) -> Self {
        let predicted = predicted.resampled(captured.rate);
        let count = predicted.frames.len().min(captured.frames.len());
        let (p, c) = (&predicted.frames[..count], &captured.frames[..count]);
        let correlated = |value: fn(&Frame) -> f32| correlation(&curve(p, value), &curve(c, value));
        let apertures = [p, c].map(|frames| curve(frames, aperture_mm));
        Self {
            seconds: captured.rate.seconds(count as f64),
            jaw_open: correlated(|frame| frame[Channel::JawOpen]),
            aperture: correlation(&apertures[0], &apertures[1]),
            rounding: correlated(|f| f[Channel::MouthPucker] + f[Channel::MouthFunnel]),
            lip_error: lips.and_then(|lips| lip_error(p, c, lips)),
            dynamics_deviation: dynamics_deviation(p, c),
            misalignment: misalignment(&apertures[0], &apertures[1], captured.rate),
        }
    }
}

fn curve(frames: &[Frame], value: impl Fn(&Frame) -> f32) -> Vec<f32> {
    frames.iter().map(value).collect()
}

/// Upper-face dynamics deviation (FDD; Xing et al. 2023, CodeTalker) on [`UPPER_FACE`] channels
/// instead of vertices: the mean over channels of the captured standard deviation over time minus
/// the predicted one. Positive if the prediction moves too little. `None` without frames.
pub fn dynamics_deviation(predicted: &[Frame], captured: &[Frame]) -> Option<f64> {
    if predicted.is_empty() || captured.is_empty() {
        return None;
    }
    let dynamics = |frames: &[Frame], channel: Channel| deviation(&curve(frames, |f| f[channel]));
    let sum: f64 = UPPER_FACE
        .iter()
        .map(|channel| dynamics(captured, *channel) - dynamics(predicted, *channel))
        .sum();
    Some(sum / UPPER_FACE.len() as f64)
}

#[cfg(test)]
mod tests {
    use metaface_clip::{Channel, Clip, FrameRate};
    use proptest::prelude::*;

    use super::{CaptureScore, correlation};
    use crate::mean_pose;

    /// Four seconds of talking: two openings per second; rounding and brows move once per second.
    fn talk(frames_per_second: u32, late: f64) -> Clip {
        let rate = FrameRate::whole(frames_per_second).expect("a rate");
        let mut clip = Clip::neutral("talk", rate, 4 * frames_per_second as usize);
        for (frame, values) in clip.frames.iter_mut().enumerate() {
            let turn = std::f64::consts::TAU * (rate.seconds(frame as f64) - late);
            values[Channel::JawOpen] = (0.2 - 0.2 * (2.0 * turn).cos()) as f32;
            values[Channel::MouthPucker] = (0.3 + 0.3 * turn.sin()) as f32;
            values[Channel::BrowInnerUp] = (0.13 + 0.13 * turn.sin()) as f32;
        }
        clip
    }

    #[test]
    fn a_face_matches_itself_at_any_frame_rate() {
        for rate in [24, 50, 60, 120] {
            let score = CaptureScore::of(&talk(rate, 0.0), &talk(60, 0.0), None);
            for value in [score.jaw_open, score.aperture, score.rounding] {
                assert!(value > Some(0.99), "{rate}: {score:?}");
            }
            assert!(
                score.misalignment.mean_ms() < Some(15.0),
                "{rate}: {score:?}"
            );
            assert!(score.dynamics_deviation.expect("frames").abs() < 1e-3);
            assert!((score.seconds - 4.0).abs() < 0.05 && score.lip_error.is_none());
        }
    }

    #[test]
    fn a_delay_of_100_ms_lowers_the_correlation_and_is_measured() {
        let score = CaptureScore::of(&talk(50, 0.1), &talk(50, 0.0), None);
        // The cosine of 0.1 s at 2 Hz is 0.309, at 1 Hz 0.809.
        assert!(
            (score.jaw_open.expect("moves") - 0.309).abs() < 0.01,
            "{score:?}"
        );
        assert!(
            (score.rounding.expect("moves") - 0.809).abs() < 0.01,
            "{score:?}"
        );
        assert!((score.misalignment.lag_ms().expect("pairs") - 100.0).abs() < 6.0);
    }

    #[test]
    fn a_still_face_has_zero_correlation_and_no_dynamics() {
        let truth = talk(50, 0.0);
        let score = CaptureScore::of(&mean_pose(&truth), &truth, None);
        assert_eq!((score.jaw_open, score.rounding), (Some(0.0), Some(0.0)));
        assert_eq!(score.misalignment.paired(), Some(0.0));
        // One of 13 channels moves, with a standard deviation of 0.13 divided by the root of 2.
        let missing = score.dynamics_deviation.expect("frames");
        assert!((missing - 0.01 / 2f64.sqrt()).abs() < 1e-4, "{missing}");
        let still_capture = CaptureScore::of(&truth, &mean_pose(&truth), None);
        assert_eq!(still_capture.jaw_open, None);
    }

    #[test]
    fn opposite_curves_correlate_at_minus_one() {
        let opposite = correlation(&[0.0, 1.0, 0.0], &[1.0, 0.0, 1.0]).expect("both move");
        assert!((opposite + 1.0).abs() < 1e-9);
        assert_eq!(correlation(&[], &[]), None);
        assert_eq!(correlation(&[0.0, f32::NAN], &[0.0, 1.0]), None);
    }

    proptest! {
        #[test]
        fn correlation_is_symmetric_and_independent_of_gain_and_offset(
            pairs in proptest::collection::vec((0.0f32..1.0, 0.0f32..1.0), 5..60),
            gain in 0.2f32..4.0,
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let louder: Vec<f32> = a.iter().map(|value| gain * value + 0.3).collect();
            if let (Some(one), Some(other)) = (correlation(&a, &b), correlation(&b, &louder)) {
                prop_assert!((-1.0..=1.0).contains(&one));
                prop_assert!((one - other).abs() < 1e-3);
            }
        }
    }
}
