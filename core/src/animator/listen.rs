//! A whole sound heard at once, for those who compare faces with what the network hears.

use super::{Animator, OFFLINE_BLOCK, Options};
use crate::audio::{MEL_BANDS, MelFrame, Normalizer, log_mel, loudness_curve};
use crate::clip::{Channel, Frame};
use crate::model::{NetworkFrame, STRIDE, Windows};
use crate::speaker::learning::{Learned, Method};
use crate::speaker::material::Stretch;
use crate::speaker::{AlignedTake, Reference};

impl Animator {
    /// What the network makes of 16 kHz mono samples, at its own frame rate.
    pub(crate) fn hear(&self, samples: &[f32]) -> Vec<NetworkFrame> {
        let mut windows = Windows::new(OFFLINE_BLOCK);
        let mut frames = self.engine.push(&mut windows, &normal_mel(samples));
        frames.extend(self.engine.finish(&mut windows));
        frames
    }

    /// Learns from a reference; none if `progress`, which is told of gradient steps, stopped it.
    /// What is wrong comes as words.
    pub(crate) fn study(
        &self,
        reference: &Reference,
        method: Method,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Learned>, String> {
        let takes = reference.takes.iter();
        let takes: Vec<_> = takes.map(|take| stretch(take, &reference.rest)).collect();
        self.engine
            .learn(&takes, reference.observed, method, progress)
    }

    /// The faces for what was heard in these samples, at the network's frame rate.
    pub(crate) fn faces(
        &self,
        heard: &[NetworkFrame],
        samples: &[f32],
        options: &Options,
    ) -> Vec<Frame> {
        let mut face = self.face(options);
        face.hear(loudness_curve(samples));
        let mut frames = face.frames(heard);
        for frame in &mut frames {
            frame.clamp();
        }
        frames
    }
}

/// The log-mel of a whole sound, normalised by its own statistics.
pub(super) fn normal_mel(samples: &[f32]) -> Vec<MelFrame> {
    let mel = log_mel(samples);
    let normalizer = Normalizer::of(&mel);
    mel.iter().map(|frame| normalizer.apply(frame)).collect()
}

/// A take as the network hears it, with this rest pose taken out.
fn stretch(take: &AlignedTake, rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Stretch {
    let mut mel = normal_mel(&take.samples);
    let last = mel.last().copied().unwrap_or([0.0; MEL_BANDS]);
    mel.resize(STRIDE * take.motion.len(), last);
    let moved = |frame: &[f32; Channel::BLENDSHAPE_COUNT]| {
        std::array::from_fn(|channel| frame[channel] - rest[channel])
    };
    Stretch {
        mel,
        motion: take.motion.iter().map(moved).collect(),
    }
}
