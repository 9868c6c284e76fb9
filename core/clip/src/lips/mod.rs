//! The lip aperture as a linear function of the channels.
//!
//! Resampling, smoothing, training and evaluation need to know when the lips touch. The numbers
//! are those of the sample head; a test compares its generator with them.

mod points;

use std::ops::Range;

use crate::{Channel, Clip, Frame};

pub use points::{LIP_POINTS, LIP_POINTS_MM, LIP_POINTS_REST_MM};

/// The gap between the inner lips of the resting face, in millimetres.
pub const LIP_REST_MM: f32 = 0.6;

/// How many millimetres each channel opens (positive) or closes (negative) the inner lips when
/// it goes from 0 to 1, all others at rest. Other channels do not change the gap.
pub const LIP_APERTURE_MM: [(Channel, f32); 16] = [
    (Channel::JawOpen, 33.0),
    (Channel::MouthClose, -33.0),
    (Channel::MouthFunnel, 9.0),
    (Channel::MouthPucker, -0.5),
    (Channel::MouthRollLower, -0.3),
    (Channel::MouthRollUpper, -0.2),
    (Channel::MouthShrugLower, -0.5),
    (Channel::MouthShrugUpper, 4.5),
    (Channel::MouthPressLeft, -0.25),
    (Channel::MouthPressRight, -0.25),
    (Channel::MouthLowerDownLeft, 3.4),
    (Channel::MouthLowerDownRight, 3.4),
    (Channel::MouthUpperUpLeft, 3.4),
    (Channel::MouthUpperUpRight, 3.4),
    (Channel::NoseSneerLeft, 2.0),
    (Channel::NoseSneerRight, 2.0),
];

/// Lips always count as closed below this gap, in millimetres.
pub const CLOSED_LIPS_MM: f32 = 1.5;

/// Lips also count as closed below this share of the clip's 95th-percentile aperture.
pub const CLOSED_LIPS_SHARE: f32 = 0.12;

/// The gap between the inner lips in millimetres: [`LIP_REST_MM`] plus the sum of
/// [`LIP_APERTURE_MM`] times the channels. Negative if the lips are pressed together.
pub fn aperture_mm(frame: &Frame) -> f32 {
    LIP_APERTURE_MM
        .iter()
        .fold(LIP_REST_MM, |gap, &(channel, millimetres)| {
            gap + millimetres * frame[channel]
        })
}

/// The gap below which the lips of a clip with these apertures (millimetres) count as closed:
/// the larger of [`CLOSED_LIPS_MM`] and [`CLOSED_LIPS_SHARE`] of their 95th percentile.
pub fn closure_threshold_mm(apertures: &[f32]) -> f32 {
    let mut sorted = apertures.to_vec();
    sorted.sort_by(f32::total_cmp);
    let percentile = sorted.get((sorted.len() * 95 / 100).min(sorted.len().saturating_sub(1)));
    CLOSED_LIPS_MM.max(CLOSED_LIPS_SHARE * percentile.copied().unwrap_or(0.0))
}

/// The lips of one clip over time.
#[derive(Debug, Clone, PartialEq)]
pub struct LipMotion {
    /// Per frame, the gap between the inner lips in millimetres; see [`aperture_mm`].
    pub apertures: Vec<f32>,
    /// The gap below which the lips count as closed; see [`closure_threshold_mm`].
    pub threshold: f32,
    /// The ranges of frames with closed lips, in order.
    pub closures: Vec<Range<usize>>,
}

impl LipMotion {
    /// Measures every frame of a clip.
    pub fn of(clip: &Clip) -> Self {
        let apertures: Vec<f32> = clip.frames.iter().map(aperture_mm).collect();
        let threshold = closure_threshold_mm(&apertures);
        let mut closures: Vec<Range<usize>> = Vec::new();
        for (frame, _) in (0..).zip(&apertures).filter(|(_, gap)| **gap < threshold) {
            match closures.last_mut() {
                Some(last) if last.end == frame => last.end += 1,
                _ => closures.push(frame..frame + 1),
            }
        }
        Self {
            apertures,
            threshold,
            closures,
        }
    }

    /// Whether the lips are closed at a frame.
    pub fn is_closed(&self, frame: usize) -> bool {
        self.apertures
            .get(frame)
            .is_some_and(|gap| *gap < self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::{LipMotion, aperture_mm};
    use crate::{Channel, Clip, Frame, FrameRate};

    #[test]
    fn the_jaw_opens_the_lips_and_mouth_close_closes_them() {
        let mut frame = Frame::NEUTRAL;
        assert_eq!(aperture_mm(&frame), super::LIP_REST_MM);
        frame[Channel::JawOpen] = 0.5;
        assert!(aperture_mm(&frame) > 15.0);
        frame[Channel::MouthClose] = 0.5;
        assert!((aperture_mm(&frame) - super::LIP_REST_MM).abs() < 1e-4);
    }

    #[test]
    fn closures_are_the_ranges_of_frames_with_closed_lips() {
        let rate = FrameRate::whole(50).expect("a rate");
        let mut clip = Clip::neutral("line", rate, 10);
        for frame in [0, 1, 4, 5, 6] {
            clip.frames[frame][Channel::JawOpen] = 0.4;
        }
        let lips = LipMotion::of(&clip);
        assert_eq!(lips.closures, [2..4, 7..10]);
        assert!(lips.is_closed(3) && !lips.is_closed(4) && !lips.is_closed(10));
    }
}
