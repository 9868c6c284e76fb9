//! A whole sound heard at once, for those who compare faces with what the network hears.

use super::{Animator, OFFLINE_BLOCK, Options, face::Face, offline_samples};
use crate::audio::{LevelStatistics, LogMel, MelFrame, Normalizer, loudness_curve};
use crate::clip::Frame;
use crate::model::{NetworkFrame, STYLE_DIMENSIONS, Windows};

/// The normalisation of a whole sound, by its own statistics.
pub(super) fn normalizer_of(samples: &[f32]) -> Normalizer {
    let mut statistics = LevelStatistics::default();
    let mut mel = LogMel::new();
    for samples in samples.chunks(offline_samples()) {
        statistics.push(&mel.push(samples));
    }
    statistics.push(&mel.finish());
    statistics.normalizer()
}

impl Animator {
    /// What the network makes of 16 kHz mono samples, at its own frame rate.
    pub(crate) fn hear(&self, samples: &[f32]) -> Vec<NetworkFrame> {
        let normalizer = normalizer_of(samples);
        let normal = |mel: Vec<MelFrame>| -> Vec<MelFrame> {
            mel.iter().map(|frame| normalizer.apply(frame)).collect()
        };
        let mut mel = LogMel::new();
        let mut windows = Windows::new([0.0; STYLE_DIMENSIONS], OFFLINE_BLOCK);
        let mut frames = Vec::new();
        for samples in samples.chunks(offline_samples()) {
            let mel = normal(mel.push(samples));
            frames.extend(self.engine.push(&mut windows, &mel));
        }
        frames.extend(self.engine.push(&mut windows, &normal(mel.finish())));
        frames.extend(self.engine.finish(&mut windows));
        frames
    }

    /// The faces for what was heard in these samples, at the network's frame rate.
    pub(crate) fn faces(
        &self,
        heard: &[NetworkFrame],
        samples: &[f32],
        options: &Options,
    ) -> Vec<Frame> {
        let mut face = Face::new(self.calibration.lips, options);
        face.hear(loudness_curve(samples));
        let mut frames = face.frames(heard);
        for frame in &mut frames {
            frame.clamp();
        }
        frames
    }
}
