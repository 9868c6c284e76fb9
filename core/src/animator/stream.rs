//! Sound as it arrives: [`Stream`].

use std::sync::Arc;

use super::engine::Engine;
use super::face::Face;
use super::options::Hand;
use crate::audio::{LogMel, LoudnessMeter, MelFrame, Normalizer, RunningNormalizer};
use crate::clip::Frame;
use crate::model::Windows;

/// How a stream's sound is normalised.
pub(super) enum Normalization {
    Fixed(Normalizer),
    Running(RunningNormalizer),
}

/// Sound in, frames out, in pieces of any size.
pub struct Stream {
    engine: Arc<Engine>,
    mel: LogMel,
    normalization: Normalization,
    windows: Windows,
    face: Face,
    loudness: LoudnessMeter,
    hand: Hand,
}

impl Stream {
    /// A stream that computes at least `block` frames at a time.
    pub(super) fn new(
        engine: Arc<Engine>,
        normalization: Normalization,
        block: usize,
        face: Face,
        hand: Hand,
    ) -> Self {
        Self {
            engine,
            mel: LogMel::new(),
            normalization,
            windows: Windows::new(block),
            face,
            loudness: LoudnessMeter::new(),
            hand,
        }
    }

    /// Takes 16 kHz mono samples and returns the frames (50 per second) that are now certain.
    /// Samples that are not numbers count as silence.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Frame> {
        let mut frames = self.listen(samples);
        self.hand.shape(&mut frames);
        frames
    }

    /// Returns the last frames.
    pub fn finish(mut self) -> Vec<Frame> {
        let mut frames = self.last_frames();
        self.hand.shape(&mut frames);
        frames
    }

    /// [`Stream::push`] without the user's hand.
    pub(super) fn listen(&mut self, samples: &[f32]) -> Vec<Frame> {
        let mel = self.mel.push(samples);
        self.face.hear(self.loudness.push(samples));
        let mel = self.normalize(&mel);
        let frames = self.engine.push(&mut self.windows, &mel);
        self.face.frames(&frames)
    }

    /// [`Stream::finish`] without the user's hand.
    pub(super) fn last_frames(&mut self) -> Vec<Frame> {
        let mel = std::mem::take(&mut self.mel).finish();
        let mel = self.normalize(&mel);
        self.face.hear(std::mem::take(&mut self.loudness).finish());
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
