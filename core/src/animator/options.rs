//! The options of an animation: [`Options`].

use std::collections::BTreeMap;

use crate::clip::{Channel, ChannelGains, Frame, FrameRate, Smoothing};
use crate::model::average_head::HeadSettings;
use crate::model::eyes::EyesSettings;
use crate::model::{DEFAULT_SEED, FaceSettings};

/// The options of an animation.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Frames per second of the clip.
    pub fps: FrameRate,
    /// Seed of brow, head and eye movement; the same seed gives the same clip.
    pub seed: u64,
    /// Factor on all motion away from rest, 0 to 2; 1 is the trained amount.
    pub strength: f32,
    /// Gains and offsets per channel.
    pub gains: ChannelGains,
    /// Extra smoothing that keeps lip closures; none by default.
    pub smoothing: Option<Smoothing>,
    /// Factor on the movement of brows, head and gaze, 0 to 2; blinks keep their rate and depth.
    /// At 0 brows, eyes and head rest, blinks included: only the mouth moves.
    pub liveliness: f32,
    /// Head movement; `None` keeps the head still.
    pub head: Option<HeadSettings>,
    /// Blinks and gaze; `None` keeps the eyes still.
    pub eyes: Option<EyesSettings>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fps: FrameRate::whole(30).unwrap_or_else(|_| unreachable!()),
            seed: DEFAULT_SEED,
            strength: 1.0,
            gains: ChannelGains::default(),
            smoothing: None,
            liveliness: 1.0,
            head: Some(HeadSettings::default()),
            eyes: Some(EyesSettings::default()),
        }
    }
}

impl Options {
    /// [`Options::liveliness`] clamped to its range; 1 if it is NaN.
    pub(super) fn liveliness(&self) -> f32 {
        if self.liveliness.is_nan() {
            1.0
        } else {
            self.liveliness.clamp(0.0, 2.0)
        }
    }

    /// The settings of brows, head and eyes.
    pub(super) fn face(&self) -> FaceSettings {
        FaceSettings {
            seed: self.seed,
            liveliness: self.liveliness(),
            head: self.head,
            eyes: self.eyes,
            head_gains: [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll]
                .map(|channel| self.gains.of(channel).0),
        }
    }

    /// The metadata with which a take can be reproduced: seed, factors, and other options that
    /// are not the default. The frame rate is stored by the clip.
    pub(super) fn metadata(&self) -> BTreeMap<String, String> {
        let mut metadata = self.changes();
        metadata.remove("fps");
        metadata.insert("seed", self.seed.to_string());
        metadata.insert("strength", self.strength.to_string());
        metadata.insert("liveliness", self.liveliness().to_string());
        if let Some(hertz) = metadata.remove("smoothing") {
            metadata.insert("smoothing_hz", hertz);
        }
        for part in ["head", "eyes"] {
            if let Some(value) = metadata.get_mut(part) {
                *value = "still".to_owned();
            }
        }
        let owned = metadata.into_iter();
        owned.map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// The user's adjustments of finished frames.
#[derive(Debug, Clone)]
pub(super) struct Adjustments {
    strength: f32,
    gains: ChannelGains,
}

impl Adjustments {
    pub(super) fn of(options: &Options) -> Self {
        Self {
            strength: options.strength,
            gains: options.gains.clone(),
        }
    }

    /// Applies strength, then gains, then the limits of every channel.
    pub(super) fn apply(&self, frames: &mut [Frame]) {
        for frame in &mut *frames {
            frame.strengthen(self.strength, &Frame::NEUTRAL);
        }
        self.gains.apply(frames);
        for frame in frames {
            frame.clamp();
        }
    }
}
