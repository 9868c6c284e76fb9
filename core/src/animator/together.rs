//! Many lines at once.
//!
//! On the processor every line has a core to itself. A GPU is hardly busy with a line of a few
//! seconds, so there windows of several lines go through the network in one pass
//! ([`crate::model::run_together`]).

use rayon::prelude::*;

use super::listen::normal_mel;
use super::{AnimateError, Animator, OFFLINE_BLOCK, Options, SAMPLES_PER_FRAME};
use crate::audio::{Sound, loudness_curve};
use crate::clip::Clip;
use crate::model::{FRAME_RATE, NetworkFrame, Window, Windows};

/// Lines are packed among as many others as make this many frames: 22 min of sound, whose
/// log-mel and network frames take 60 MB.
const PORTION_FRAMES: usize = 22 * 60 * FRAME_RATE as usize;

impl Animator {
    /// Animates named sounds by the same speaker with the same options; the clips come in the
    /// order of the sounds.
    ///
    /// On the processor the lines are computed side by side, each to the bit as
    /// [`Animator::animate`] does. On CUDA lines go through the network together: frames are those
    /// of [`Animator::animate`] but for rounding. Memory beside sounds and clips stays bounded
    /// however many lines there are.
    ///
    /// # Errors
    /// [`AnimateError::Clip`] if an option is out of range.
    pub fn animate_together(
        &self,
        lines: &[(&str, &Sound)],
        options: &Options,
    ) -> Result<Vec<Clip>, AnimateError> {
        if self.engine.wants_packs() {
            return self.animate_packed(lines, options);
        }
        (lines.par_iter())
            .map(|(name, sound)| self.animate(name, sound, options))
            .collect()
    }

    fn animate_packed(
        &self,
        lines: &[(&str, &Sound)],
        options: &Options,
    ) -> Result<Vec<Clip>, AnimateError> {
        let mut clips = Vec::with_capacity(lines.len());
        for portion in portions(lines) {
            if let [(name, sound)] = portion {
                clips.push(self.animate(name, sound, options)?);
                continue;
            }
            let windows: Vec<_> = (portion.par_iter())
                .map(|(_, sound)| windows(&sound.samples))
                .collect();
            let heard = self.engine.run_together(&windows);
            let made: Result<Vec<_>, _> = (portion.par_iter().zip(heard))
                .map(|((name, sound), heard)| self.line(name, sound, &heard, options))
                .collect();
            clips.extend(made?);
        }
        Ok(clips)
    }

    /// The clip of a line, from what the network heard in it.
    fn line(
        &self,
        name: &str,
        sound: &Sound,
        heard: &[NetworkFrame],
        options: &Options,
    ) -> Result<Clip, AnimateError> {
        let mut face = self.face(options);
        face.hear(loudness_curve(&sound.samples));
        self.clip(name, face.frames(heard), options)
    }
}

/// What the network is to compute for a sound.
fn windows(samples: &[f32]) -> Vec<Window> {
    let mut cut = Windows::new(OFFLINE_BLOCK);
    let mut windows = cut.certain(&normal_mel(samples));
    windows.extend(cut.rest());
    windows
}

/// Neighbouring lines of at most [`PORTION_FRAMES`] together; a longer one is alone.
fn portions<'a, 'b>(
    mut lines: &'a [(&'b str, &'b Sound)],
) -> impl Iterator<Item = &'a [(&'b str, &'b Sound)]> {
    std::iter::from_fn(move || {
        let mut frames = 0;
        let fits = |(_, sound): &&(&str, &Sound)| {
            frames += sound.samples.len().div_ceil(SAMPLES_PER_FRAME);
            frames <= PORTION_FRAMES
        };
        let count = lines.iter().take_while(fits).count();
        let (portion, rest) = lines.split_at(count.max(1).min(lines.len()));
        lines = rest;
        (!portion.is_empty()).then_some(portion)
    })
}

#[cfg(test)]
mod tests;
