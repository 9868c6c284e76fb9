//! A whole sound heard at once, for those who compare faces with what the network hears.

use super::{Animator, OFFLINE_BLOCK, Options, offline_samples};
use crate::audio::{
    LevelStatistics, LogMel, MEL_BANDS, MelFrame, Normalizer, log_mel, loudness_curve,
};
use crate::clip::{Channel, Frame};
use crate::model::pose::{PoseStyle, SpeechUnits};
use crate::model::prosody::Phrasing;
use crate::model::{NetworkFrame, STRIDE, Windows};
use crate::speaker::learning::{Learned, Method};
use crate::speaker::material::Stretch;
use crate::speaker::{AlignedTake, Reference};
use crate::training::pose_teacher::prosody;

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
        let mut windows = Windows::new(OFFLINE_BLOCK);
        let mut frames = Vec::new();
        for samples in samples.chunks(offline_samples()) {
            let mel = normal(mel.push(samples));
            frames.extend(self.engine.push(&mut windows, &mel));
        }
        frames.extend(self.engine.push(&mut windows, &normal(mel.finish())));
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
        let stretch = |take: &AlignedTake| Stretch::of(take, &reference.rest);
        let takes: Vec<_> = (reference.takes.iter())
            .map(|take| (stretch(take), reference.observed))
            .collect();
        self.engine.learn(&takes, method, progress)
    }

    /// How the head moves in a reference; none if it does not.
    pub(crate) fn bearing(&self, reference: &Reference) -> Option<PoseStyle> {
        let (mut angles, mut units) = (Vec::new(), Vec::new());
        for take in &reference.takes {
            let Some(head) = &take.head else { continue };
            let heard = self.hear(&take.samples);
            let silence: Vec<f32> = heard.iter().map(|frame| frame.silence).collect();
            let (mut phrasing, mut speech) = (Phrasing::default(), SpeechUnits::default());
            let prosody = prosody(&loudness_curve(&take.samples), &silence);
            let said = prosody
                .iter()
                .map(|moment| speech.next(&phrasing.next(moment)));
            let said: Vec<_> = said.take(head.len()).collect();
            angles.extend_from_slice(&head[..said.len()]);
            units.extend(said);
        }
        PoseStyle::of(&angles, &units)
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

impl Stretch {
    /// A take as the network hears it, with this rest pose taken out.
    fn of(take: &AlignedTake, rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Self {
        let normalizer = normalizer_of(&take.samples);
        let mut mel = log_mel(&take.samples);
        let last = mel.last().copied().unwrap_or([0.0; MEL_BANDS]);
        mel.resize(STRIDE * take.motion.len(), last);
        let moved = |frame: &[f32; Channel::BLENDSHAPE_COUNT]| {
            std::array::from_fn(|channel| frame[channel] - rest[channel])
        };
        Self {
            mel: mel.iter().map(|frame| normalizer.apply(frame)).collect(),
            motion: take.motion.iter().map(moved).collect(),
        }
    }
}
