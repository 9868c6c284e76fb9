//! Many lines animated together: [`Animator::animate_together`].
//!
//! On the processor each line runs on one core. A line of a few seconds does not fill a GPU, so
//! there one network pass takes windows of several lines ([`crate::model::run_together`]).

use rayon::prelude::*;

use super::{AnimateError, Animator, Options};
use crate::audio::{Sound, loudness_curve, normalized_log_mel};
use crate::clip::Clip;
use crate::model::{FRAME_RATE, NetworkFrame, OFFLINE_BLOCK, SAMPLES_PER_FRAME, Window, Windows};

/// The most frames of a group of lines that are packed together: 22 min of sound, whose log-mel and
/// network frames take 60 MB.
const GROUP_FRAMES: usize = 22 * 60 * FRAME_RATE as usize;

impl Animator {
    /// Animates named sounds of the same speaker with the same options; the clips are in the order
    /// of the sounds.
    ///
    /// On the processor the lines run in parallel, and each clip is bit-identical to that of
    /// [`Animator::animate`]. On CUDA lines share network passes, and frames differ from those of
    /// [`Animator::animate`] by rounding only. Memory besides sounds and clips is bounded.
    ///
    /// # Errors
    /// [`AnimateError::Clip`] if an option is out of range.
    pub fn animate_together(
        &self,
        lines: &[(&str, &Sound)],
        options: &Options,
    ) -> Result<Vec<Clip>, AnimateError> {
        if self.engine.prefers_packing() {
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
        for group in groups(lines) {
            if let [(name, sound)] = group {
                clips.push(self.animate(name, sound, options)?);
                continue;
            }
            let windows: Vec<_> = (group.par_iter())
                .map(|(_, sound)| windows(&sound.samples))
                .collect();
            let outputs = self.engine.run_together(&windows);
            let group_clips: Result<Vec<_>, _> = (group.par_iter().zip(outputs))
                .map(|((name, sound), frames)| {
                    self.clip_of_network_frames(name, sound, &frames, options)
                })
                .collect();
            clips.extend(group_clips?);
        }
        Ok(clips)
    }

    /// The clip of a line, from the network's output for it.
    fn clip_of_network_frames(
        &self,
        name: &str,
        sound: &Sound,
        frames: &[NetworkFrame],
        options: &Options,
    ) -> Result<Clip, AnimateError> {
        let mut face = self.face(options);
        face.push_loudness(loudness_curve(&sound.samples));
        self.clip(name, face.frames(frames), options)
    }
}

/// The network windows of a whole sound.
fn windows(samples: &[f32]) -> Vec<Window> {
    let mut cutter = Windows::new(OFFLINE_BLOCK);
    let mut windows = cutter.complete(&normalized_log_mel(samples));
    windows.extend(cutter.remaining());
    windows
}

/// Consecutive lines of at most [`GROUP_FRAMES`] in total; a longer line is a group alone.
fn groups<'a, 'b>(
    mut lines: &'a [(&'b str, &'b Sound)],
) -> impl Iterator<Item = &'a [(&'b str, &'b Sound)]> {
    std::iter::from_fn(move || {
        let mut frames = 0;
        let fits = |(_, sound): &&(&str, &Sound)| {
            frames += sound.samples.len().div_ceil(SAMPLES_PER_FRAME);
            frames <= GROUP_FRAMES
        };
        let count = lines.iter().take_while(fits).count();
        let (group, remaining) = lines.split_at(count.max(1).min(lines.len()));
        lines = remaining;
        (!group.is_empty()).then_some(group)
    })
}

#[cfg(test)]
mod tests;
