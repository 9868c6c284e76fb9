//! Conversion between frame rates that preserves visible extremes.
//!
//! 1. Every channel is filtered: slower rates average over a triangle two output frames wide
//!    (its response is zero at the output rate, so that motion at that rate does not alias to a
//!    constant), faster rates follow the monotone cubic of [`Clip::sample_at`]. Both use positive
//!    weights only, so that no value leaves the range of its neighbours.
//! 2. Then extremes are restored: an output frame gets the unfiltered mouth of the nearest lip
//!    closure, widest opening or lip shape, and the eye of the nearest blink, at most half an
//!    output frame from its true time. Motion too fast for the output rate is not restored.

use std::ops::Range;

use crate::lips::{LipMotion, aperture_mm};
use crate::peaks::{Peak, peaks, without_flutter};
use crate::{Channel, Clip, Frame, FrameRate};

/// The least prominence of a peak of a mouth channel that is restored.
const LIP_SHAPE_PROMINENCE: f32 = 0.05;
/// The least prominence of a lip opening that is restored, in millimetres.
const OPENING_PROMINENCE_MM: f32 = 1.5;
/// The least prominence of a blink that is restored.
const BLINK_PROMINENCE: f32 = 0.2;
/// Apertures within this distance of a closure's smallest, in millimetres, count as equal to it.
const AS_CLOSED_MM: f32 = 0.05;
/// The prominence of a peak is measured within this many seconds on each side.
const PROMINENCE_REACH_SECONDS: f64 = 0.5;

/// Whether the channel moves the mouth. These channels are restored together.
pub(crate) fn moves_mouth(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::CheekPuff | Channel::NoseSneerLeft | Channel::NoseSneerRight | Channel::TongueOut
    ) || (Channel::JawForward..=Channel::MouthUpperUpRight).contains(&channel)
}

impl Clip {
    /// The same motion at another frame rate.
    ///
    /// The duration changes by at most half an output frame, the start keeps its time, and no
    /// channel leaves its range. If the lips are closed at some time, they are as tightly closed
    /// at the nearest output frame; openings, lip shapes and blinks keep their extremes in the
    /// same way. If several extremes fall on one output frame, a closure takes precedence, then
    /// the more prominent one. At the clip's own rate nothing changes.
    ///
    /// ```
    /// use metaface_clip::{Channel, Clip, FrameRate};
    ///
    /// let mut clip = Clip::neutral("line", FrameRate::whole(50)?, 100);
    /// for frame in &mut clip.frames {
    ///     frame[Channel::JawOpen] = 0.4;
    /// }
    /// clip.frames[43][Channel::MouthClose] = 0.4; // a /b/ of 40 ms
    /// clip.frames[44][Channel::MouthClose] = 0.4;
    /// let film = clip.resampled(FrameRate::whole(24)?);
    /// assert_eq!(film.frames.len(), 48);
    /// assert_eq!(film.frames[21][Channel::MouthClose], 0.4);
    /// # Ok::<(), metaface_clip::ClipError>(())
    /// ```
    pub fn resampled(&self, rate: FrameRate) -> Self {
        if rate == self.rate {
            return self.clone();
        }
        let mapping = FrameMapping::between(self.rate, rate, self.frames.len());
        let mut clip = Self {
            name: self.name.clone(),
            rate,
            start_frame: mapping.output_position(self.start_frame),
            frames: (0..mapping.output_count)
                .map(|frame| self.filtered_at(&mapping, frame))
                .collect(),
            metadata: self.metadata.clone(),
        };
        if !clip.frames.is_empty() {
            self.restore_blinks(&mapping, &mut clip);
            self.restore_mouth(&mapping, &mut clip);
        }
        clip
    }

    fn filtered_at(&self, mapping: &FrameMapping, output: usize) -> Frame {
        let centre = output as f64 * mapping.input_frames;
        let last = self.frames.len().saturating_sub(1);
        // Near the ends an asymmetric triangle would shift the motion in time.
        let reach = mapping.input_frames.min(centre).min(last as f64 - centre);
        if reach <= 1.0 {
            return self.sample_at_frame(centre);
        }
        let first = (centre - reach).ceil() as usize;
        let end = (centre + reach).floor() as usize + 1;
        let inputs = &self.frames[first..end.min(self.frames.len())];
        let weight = |index: usize| (1.0 - (index as f64 - centre).abs() / reach) as f32;
        let weights: Vec<f32> = (first..end).map(weight).collect();
        let total: f32 = weights.iter().sum();
        let mut frame = Frame::NEUTRAL;
        for channel in Channel::ALL {
            let (mut sum, mut least, mut most) = (0.0, f32::INFINITY, f32::NEG_INFINITY);
            for (input, weight) in inputs.iter().zip(&weights) {
                sum += weight * input[channel];
                least = least.min(input[channel]);
                most = most.max(input[channel]);
            }
            // Rounding must not change a constant channel.
            frame[channel] = (sum / total).max(least).min(most);
        }
        frame
    }

    /// The peaks to restore, by rising prominence, so that the most prominent one takes a shared
    /// output frame.
    fn peaks_to_restore(&self, mapping: &FrameMapping, signal: &[f32], floor: f32) -> Vec<Peak> {
        let reach = (PROMINENCE_REACH_SECONDS * self.rate.as_f64()).ceil() as usize;
        let mut found = without_flutter(&peaks(signal, floor, reach), 2.0 * mapping.input_frames);
        found.sort_by(|a, b| a.prominence.total_cmp(&b.prominence));
        found
    }

    fn restore_blinks(&self, mapping: &FrameMapping, clip: &mut Self) {
        for (lid, eye) in [
            (
                Channel::EyeBlinkLeft,
                Channel::EyeBlinkLeft..=Channel::EyeWideLeft,
            ),
            (
                Channel::EyeBlinkRight,
                Channel::EyeBlinkRight..=Channel::EyeWideRight,
            ),
        ] {
            let curve: Vec<f32> = self.curve(lid).collect();
            for peak in self.peaks_to_restore(mapping, &curve, BLINK_PROMINENCE) {
                let output = mapping.output_nearest(peak.index);
                copy(
                    &self.frames[peak.index],
                    &mut clip.frames[output],
                    |channel| eye.contains(&channel),
                );
            }
        }
    }

    fn restore_mouth(&self, mapping: &FrameMapping, clip: &mut Self) {
        let lips = LipMotion::of(self);
        let lip_shapes = Channel::ALL.into_iter().filter(|channel| {
            moves_mouth(*channel) && !matches!(channel, Channel::JawOpen | Channel::MouthClose)
        });
        for shape in lip_shapes {
            for sign in [1.0, -1.0] {
                let curve: Vec<f32> = self.curve(shape).map(|value| sign * value).collect();
                for peak in self.peaks_to_restore(mapping, &curve, LIP_SHAPE_PROMINENCE) {
                    let output = mapping.output_nearest(peak.index);
                    clip.frames[output][shape] = self.frames[peak.index][shape];
                }
            }
        }
        // Jaw and lips together determine the aperture, so all mouth channels are copied.
        let jaw: Vec<f32> = self.curve(Channel::JawOpen).collect();
        let raised_jaw: Vec<f32> = jaw.iter().map(|value| -value).collect();
        let mut mouth_peaks = self.peaks_to_restore(mapping, &raised_jaw, LIP_SHAPE_PROMINENCE);
        mouth_peaks.extend(self.peaks_to_restore(mapping, &jaw, LIP_SHAPE_PROMINENCE));
        mouth_peaks.extend(self.peaks_to_restore(mapping, &lips.apertures, OPENING_PROMINENCE_MM));
        let copy_mouth = |clip: &mut Self, input: usize, output: usize| {
            copy(&self.frames[input], &mut clip.frames[output], moves_mouth);
        };
        for peak in mouth_peaks {
            copy_mouth(clip, peak.index, mapping.output_nearest(peak.index));
        }
        // Only a slower rate skips input frames.
        let skips_frames = mapping.input_frames > 1.0;
        for output in (0..mapping.output_count).filter(|_| skips_frames) {
            let input = mapping.input_nearest(output).min(self.frames.len() - 1);
            if lips.is_closed(input) && aperture_mm(&clip.frames[output]) >= lips.threshold {
                copy_mouth(clip, input, output);
            }
        }
        let mut tightest: Vec<usize> = (lips.closures.iter().cloned())
            .filter_map(|closure| tightest_frame(mapping, &lips.apertures, closure))
            .collect();
        tightest.sort_by(|a, b| lips.apertures[*b].total_cmp(&lips.apertures[*a]));
        for input in tightest {
            copy_mouth(clip, input, mapping.output_nearest(input));
        }
    }
}

fn copy(from: &Frame, to: &mut Frame, selects: impl Fn(Channel) -> bool) {
    for channel in Channel::ALL.into_iter().filter(|channel| selects(*channel)) {
        to[channel] = from[channel];
    }
}

/// The frame closest in time to an output frame, among those of a closure that are as tightly
/// closed as its tightest.
fn tightest_frame(
    mapping: &FrameMapping,
    apertures: &[f32],
    closure: Range<usize>,
) -> Option<usize> {
    let least = apertures[closure.clone()]
        .iter()
        .copied()
        .fold(f32::INFINITY, f32::min);
    let distance = |input: usize| {
        let position = mapping.output_position(input as f64);
        (position - position.round()).abs()
    };
    closure
        .filter(|input| apertures[*input] <= least + AS_CLOSED_MM)
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
}

/// Maps frames of one rate to frames of another.
struct FrameMapping {
    /// Output frames per input frame, as an exact fraction.
    output_per_input: [u64; 2],
    /// The length of an output frame in input frames.
    input_frames: f64,
    /// The number of output frames.
    output_count: usize,
}

impl FrameMapping {
    fn between(input: FrameRate, output: FrameRate, input_count: usize) -> Self {
        let [up, down] = [
            u64::from(output.numerator()) * u64::from(input.denominator()),
            u64::from(output.denominator()) * u64::from(input.numerator()),
        ];
        let count =
            (input_count as u128 * u128::from(up) + u128::from(down / 2)) / u128::from(down);
        Self {
            output_per_input: [up, down],
            input_frames: down as f64 / up as f64,
            output_count: (count as usize).max(input_count.min(1)),
        }
    }

    /// The (fractional) output frame at the time of a (fractional) input frame.
    fn output_position(&self, input: f64) -> f64 {
        let [up, down] = self.output_per_input;
        input * up as f64 / down as f64
    }

    fn output_nearest(&self, input: usize) -> usize {
        let nearest = self.output_position(input as f64).round() as usize;
        nearest.min(self.output_count.saturating_sub(1))
    }

    fn input_nearest(&self, output: usize) -> usize {
        (output as f64 * self.input_frames).round() as usize
    }
}

#[cfg(test)]
mod tests;
