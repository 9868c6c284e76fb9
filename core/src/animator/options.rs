//! How a line is animated: [`Options`].

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::clip::{ChannelGains, Frame, FrameRate, Smoothing};
use crate::model::{eyes::EyesSettings, head_pose::HeadPoseSettings};

/// How a line is animated.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Frames per second of the clip.
    pub rate: FrameRate,
    /// Brow, head and eye movement follow from it; the same seed gives the same clip.
    pub seed: u64,
    /// Factor on all motion away from rest, 0 to 2; 1 is as trained.
    pub strength: f32,
    /// Gains and offsets per channel.
    pub gains: ChannelGains,
    /// Extra smoothing that keeps lip closures; none by default.
    pub smoothing: Option<Smoothing>,
    /// Factor on the movement of brows, head and gaze, 0 to 2; blinks keep their rate and depth.
    /// At 0 brows, eyes and head rest, blinks included: only the mouth moves.
    pub liveliness: f32,
    /// Head movement; none keeps the head still.
    pub head: Option<HeadPoseSettings>,
    /// Blinks and gaze; none keeps the eyes still.
    pub eyes: Option<EyesSettings>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rate: FrameRate::whole(60).unwrap_or_else(|_| unreachable!()),
            seed: 7,
            strength: 1.0,
            gains: ChannelGains::default(),
            smoothing: None,
            liveliness: 1.0,
            head: Some(HeadPoseSettings::default()),
            eyes: Some(EyesSettings::default()),
        }
    }
}

impl Options {
    /// What strengths and liveliness, and the strength of a speaker's style, may be.
    pub const FACTORS: RangeInclusive<f32> = 0.0..=2.0;

    /// [`Options::liveliness`] within its range; 1 if it is not a number.
    pub(super) fn liveliness(&self) -> f32 {
        if self.liveliness.is_nan() {
            1.0
        } else {
            self.liveliness.clamp(0.0, 2.0)
        }
    }
    /// What a take needs to be made again: every option that is not the default.
    pub(super) fn metadata(&self) -> BTreeMap<String, String> {
        let mut metadata = BTreeMap::new();
        let mut set = |key: &str, value: String| metadata.insert(key.to_owned(), value);
        set("seed", self.seed.to_string());
        set("strength", self.strength.to_string());
        set("liveliness", self.liveliness().to_string());
        if !self.gains.is_empty() {
            set("gains", self.gains.to_string());
        }
        if let Some(hertz) = self.smoothing.and_then(Smoothing::cutoff) {
            set("smoothing_hz", hertz.to_string());
        }
        if self.head.is_none() {
            set("head", "still".to_owned());
        }
        if self.eyes.is_none() {
            set("eyes", "still".to_owned());
        }
        metadata
    }
}

/// The user's hand on what was made.
#[derive(Debug, Clone)]
pub(super) struct Hand {
    strength: f32,
    gains: ChannelGains,
}

impl Hand {
    pub(super) fn of(options: &Options) -> Self {
        Self {
            strength: options.strength,
            gains: options.gains.clone(),
        }
    }

    /// Strength, then gains, then the limits of every channel.
    pub(super) fn shape(&self, frames: &mut [Frame]) {
        for frame in &mut *frames {
            frame.strengthen(self.strength, &Frame::NEUTRAL);
        }
        self.gains.apply(frames);
        for frame in frames {
            frame.clamp();
        }
    }
}
