//! From one frame rate to another without losing what a viewer would miss.
//!
//! 1. Every channel is filtered: slower rates average over a triangle two output frames wide
//!    (its response is zero at the output rate, so nothing folds onto standstill), faster rates
//!    follow the monotone cubic of [`Clip::sample_at`]. Both only ever mix values with positive
//!    weights, so that no value leaves the range of its neighbours.
//! 2. Then moments are put back: an output frame takes the unfiltered mouth of the nearest lip
//!    closure, widest opening or lip shape, and the eye of the nearest blink, at most half an
//!    output frame from its true time. Motion faster than the output rate can show is left out.

use std::ops::Range;

use crate::lips::{LipMotion, aperture_mm};
use crate::peaks::{Peak, peaks, without_flutter};
use crate::{Channel, Clip, Frame, FrameRate};

/// Mouth channels change by at least this much at a moment worth keeping.
const LIP_SHAPE_PROMINENCE: f32 = 0.05;
/// The lips part by at least this much, in millimetres, at an opening worth keeping.
const OPENING_PROMINENCE_MM: f32 = 1.5;
/// A lid falls by at least this much in a blink.
const BLINK_PROMINENCE: f32 = 0.2;
/// Apertures this close to a closure's smallest, in millimetres, are as good as it.
const AS_CLOSED_MM: f32 = 0.05;
/// How far round a moment its prominence is measured, in seconds.
const SURROUNDINGS: f64 = 0.5;

/// Channels that move the mouth, and so belong to one moment of speech.
pub(crate) fn moves_mouth(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::CheekPuff | Channel::NoseSneerLeft | Channel::NoseSneerRight | Channel::TongueOut
    ) || (Channel::JawForward..=Channel::MouthUpperUpRight).contains(&channel)
}

impl Clip {
    /// The same motion at another frame rate.
    ///
    /// The duration stays within half an output frame, the start keeps its time, and no channel
    /// leaves the range it has. Lips that are closed at a moment are closed at the output frame
    /// nearest to it, as firmly as they were; openings, lip shapes and blinks keep their
    /// extremes in the same way. Where several moments fall on one output frame, a closure
    /// comes first, then the more prominent one. At the clip's own rate nothing changes.
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
        let step = Step::between(self.rate, rate, self.frames.len());
        let mut clip = Self {
            name: self.name.clone(),
            rate,
            start_frame: step.output_position(self.start_frame),
            frames: (0..step.output_count)
                .map(|frame| self.filtered_at(&step, frame))
                .collect(),
            metadata: self.metadata.clone(),
        };
        if !clip.frames.is_empty() {
            self.put_back_blinks(&step, &mut clip);
            self.put_back_speech(&step, &mut clip);
        }
        clip
    }

    fn filtered_at(&self, step: &Step, output: usize) -> Frame {
        let centre = output as f64 * step.input_frames;
        let last = self.frames.len().saturating_sub(1);
        // Near the ends a lopsided triangle would shift the motion in time.
        let reach = step.input_frames.min(centre).min(last as f64 - centre);
        if reach <= 1.0 {
            return self.sample_at_frame(centre);
        }
        let first = (centre - reach).ceil() as usize;
        let end = (centre + reach).floor() as usize + 1;
        let near = &self.frames[first..end.min(self.frames.len())];
        let weight = |index: usize| (1.0 - (index as f64 - centre).abs() / reach) as f32;
        let weights: Vec<f32> = (first..end).map(weight).collect();
        let total: f32 = weights.iter().sum();
        let mut frame = Frame::NEUTRAL;
        for channel in Channel::ALL {
            let (mut sum, mut least, mut most) = (0.0, f32::INFINITY, f32::NEG_INFINITY);
            for (input, weight) in near.iter().zip(&weights) {
                sum += weight * input[channel];
                least = least.min(input[channel]);
                most = most.max(input[channel]);
            }
            // Rounding must not push a constant channel off its value.
            frame[channel] = (sum / total).max(least).min(most);
        }
        frame
    }

    /// The more prominent peaks come last, so that they win a shared output frame.
    fn moments(&self, step: &Step, signal: &[f32], floor: f32) -> Vec<Peak> {
        let reach = (SURROUNDINGS * self.rate.as_f64()).ceil() as usize;
        let mut found = without_flutter(&peaks(signal, floor, reach), 2.0 * step.input_frames);
        found.sort_by(|a, b| a.prominence.total_cmp(&b.prominence));
        found
    }

    fn put_back_blinks(&self, step: &Step, clip: &mut Self) {
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
            for peak in self.moments(step, &curve, BLINK_PROMINENCE) {
                let output = step.output_nearest(peak.index);
                copy(
                    &self.frames[peak.index],
                    &mut clip.frames[output],
                    |channel| eye.contains(&channel),
                );
            }
        }
    }

    fn put_back_speech(&self, step: &Step, clip: &mut Self) {
        let lips = LipMotion::of(self);
        let lip_shapes = Channel::ALL.into_iter().filter(|channel| {
            moves_mouth(*channel) && !matches!(channel, Channel::JawOpen | Channel::MouthClose)
        });
        for shape in lip_shapes {
            for sign in [1.0, -1.0] {
                let curve: Vec<f32> = self.curve(shape).map(|value| sign * value).collect();
                for peak in self.moments(step, &curve, LIP_SHAPE_PROMINENCE) {
                    let output = step.output_nearest(peak.index);
                    clip.frames[output][shape] = self.frames[peak.index][shape];
                }
            }
        }
        // Jaw and lips decide together whether the mouth is open: they keep one moment whole.
        let jaw: Vec<f32> = self.curve(Channel::JawOpen).collect();
        let raised_jaw: Vec<f32> = jaw.iter().map(|value| -value).collect();
        let mut whole = self.moments(step, &raised_jaw, LIP_SHAPE_PROMINENCE);
        whole.extend(self.moments(step, &jaw, LIP_SHAPE_PROMINENCE));
        whole.extend(self.moments(step, &lips.apertures, OPENING_PROMINENCE_MM));
        let copy_mouth = |clip: &mut Self, input: usize, output: usize| {
            copy(&self.frames[input], &mut clip.frames[output], moves_mouth);
        };
        for peak in whole {
            copy_mouth(clip, peak.index, step.output_nearest(peak.index));
        }
        // A faster rate meets every input frame on its way; only a slower one steps over some.
        let may_miss = step.input_frames > 1.0;
        for output in (0..step.output_count).filter(|_| may_miss) {
            let input = step.input_nearest(output).min(self.frames.len() - 1);
            if lips.is_closed(input) && aperture_mm(&clip.frames[output]) >= lips.threshold {
                copy_mouth(clip, input, output);
            }
        }
        let mut firmest: Vec<usize> = (lips.closures.iter().cloned())
            .filter_map(|closure| firmest_moment(step, &lips.apertures, closure))
            .collect();
        firmest.sort_by(|a, b| lips.apertures[*b].total_cmp(&lips.apertures[*a]));
        for input in firmest {
            copy_mouth(clip, input, step.output_nearest(input));
        }
    }
}

fn copy(from: &Frame, to: &mut Frame, which: impl Fn(Channel) -> bool) {
    for channel in Channel::ALL.into_iter().filter(|channel| which(*channel)) {
        to[channel] = from[channel];
    }
}

/// Of the frames of a closure that are as good as its firmest, the one closest in time to an
/// output frame.
fn firmest_moment(step: &Step, apertures: &[f32], closure: Range<usize>) -> Option<usize> {
    let least = apertures[closure.clone()]
        .iter()
        .copied()
        .fold(f32::INFINITY, f32::min);
    let distance = |input: usize| {
        let position = step.output_position(input as f64);
        (position - position.round()).abs()
    };
    closure
        .filter(|input| apertures[*input] <= least + AS_CLOSED_MM)
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
}

/// How frames of one rate lie among frames of another.
struct Step {
    /// Output frames per input frame, as an exact fraction.
    output_per_input: [u64; 2],
    /// The length of an output frame in input frames.
    input_frames: f64,
    /// How many output frames last as long as the input.
    output_count: usize,
}

impl Step {
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

    /// Where a (fractional) input frame lies among the output frames.
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
