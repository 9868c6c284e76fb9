//! Animation of live sound: [`Stream`].

use std::sync::Arc;

use super::options::Adjustments;
use crate::audio::{LogMel, LoudnessMeter, MelFrame, Normalizer, RunningNormalizer};
use crate::clip::Frame;
use crate::model::{Engine, FaceAnimator, Windows};

/// How a stream's sound is normalised.
pub(super) enum Normalization {
    Fixed(Normalizer),
    Running(RunningNormalizer),
}

/// Turns sound into frames, in chunks of any size.
pub struct Stream {
    engine: Arc<Engine>,
    mel: LogMel,
    normalization: Normalization,
    windows: Windows,
    face: FaceAnimator,
    loudness: LoudnessMeter,
    adjustments: Adjustments,
}

impl Stream {
    /// A stream that computes at least `block` frames at a time.
    pub(super) fn new(
        engine: Arc<Engine>,
        normalization: Normalization,
        block: usize,
        face: FaceAnimator,
        adjustments: Adjustments,
    ) -> Self {
        Self {
            engine,
            mel: LogMel::new(),
            normalization,
            windows: Windows::new(block),
            face,
            loudness: LoudnessMeter::new(),
            adjustments,
        }
    }

    /// Takes 16 kHz mono samples and returns the frames (50 per second) that are now complete.
    /// NaN and infinite samples count as silence.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Frame> {
        let mut frames = self.push_unadjusted(samples);
        self.adjustments.apply(&mut frames);
        frames
    }

    /// Returns the last frames.
    pub fn finish(mut self) -> Vec<Frame> {
        let mut frames = self.finish_unadjusted();
        self.adjustments.apply(&mut frames);
        frames
    }

    /// [`Stream::push`] without the user's adjustments.
    pub(super) fn push_unadjusted(&mut self, samples: &[f32]) -> Vec<Frame> {
        let mel = self.mel.push(samples);
        self.face.push_loudness(self.loudness.push(samples));
        let mel = self.normalize(&mel);
        let frames = self.engine.push(&mut self.windows, &mel);
        self.face.frames(&frames)
    }

    /// [`Stream::finish`] without the user's adjustments.
    pub(super) fn finish_unadjusted(&mut self) -> Vec<Frame> {
        let mel = std::mem::take(&mut self.mel).finish();
        let mel = self.normalize(&mel);
        self.face
            .push_loudness(std::mem::take(&mut self.loudness).finish());
        let mut frames = self.engine.push(&mut self.windows, &mel);
        frames.extend(self.engine.finish(&mut self.windows));
        self.face.frames(&frames)
    }

    fn normalize(&mut self, mel: &[MelFrame]) -> Vec<MelFrame> {
        match &mut self.normalization {
            Normalization::Fixed(normalizer) => mel.iter().map(|f| normalizer.apply(f)).collect(),
            Normalization::Running(running) => mel.iter().map(|f| running.apply(f)).collect(),
        }
    }
}
