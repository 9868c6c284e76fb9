//! Interpolation between frames.

use crate::{Channel, Clip, Frame};

impl Clip {
    /// The face at a time in seconds after the first frame, interpolated between frames.
    ///
    /// The curve is the monotone piecewise cubic of Fritsch and Butland (SIAM J. Sci. Stat.
    /// Comput. 5, 1984): it passes through every frame, is smooth, and stays within the range of
    /// the two adjacent frames. Outside the clip the first or last frame is held. A clip without
    /// frames is neutral, and NaN counts as zero.
    pub fn sample_at(&self, seconds: f64) -> Frame {
        self.sample_at_frame(seconds * self.rate.as_f64())
    }

    /// [`Clip::sample_at`] with the time in (fractional) frames.
    pub(crate) fn sample_at_frame(&self, position: f64) -> Frame {
        let Some(last) = self.frames.len().checked_sub(1) else {
            return Frame::NEUTRAL;
        };
        let position = if position.is_nan() { 0.0 } else { position }.clamp(0.0, last as f64);
        let left = (position.floor() as usize).min(last.saturating_sub(1));
        let fraction = (position - left as f64) as f32;
        if fraction <= 0.0 || last == 0 {
            return self.frames[left];
        }
        let [before, after] = [left.checked_sub(1), Some(left + 2)]
            .map(|index| index.and_then(|index| self.frames.get(index)));
        let (from, to) = (&self.frames[left], &self.frames[left + 1]);
        let mut frame = Frame::NEUTRAL;
        for channel in Channel::ALL {
            frame[channel] = monotone_cubic(
                before.map(|frame| frame[channel]),
                [from[channel], to[channel]],
                after.map(|frame| frame[channel]),
                fraction,
            );
        }
        frame
    }
}

/// The value at `fraction` (0 to 1) between two neighbouring frames; `before` and `after` are
/// `None` at the ends of the clip.
fn monotone_cubic(
    before: Option<f32>,
    [from, to]: [f32; 2],
    after: Option<f32>,
    fraction: f32,
) -> f32 {
    let rise = to - from;
    let slope_from = match before {
        Some(before) => slope_inside(from - before, rise),
        None => slope_at_end(rise, after.map(|after| after - to)),
    };
    let slope_to = match after {
        Some(after) => slope_inside(rise, after - to),
        None => slope_at_end(rise, before.map(|before| from - before)),
    };
    let (u, v) = (fraction, 1.0 - fraction);
    let value =
        from * (1.0 + 2.0 * u) * v * v + to * (1.0 + 2.0 * v) * u * u + slope_from * u * v * v
            - slope_to * v * u * u;
    value.clamp(from.min(to), from.max(to))
}

/// The harmonic mean of the rises on both sides; zero at an extremum.
fn slope_inside(left: f32, right: f32) -> f32 {
    if left * right > 0.0 {
        2.0 * left * right / (left + right)
    } else {
        0.0
    }
}

/// The three-point slope at an end of the curve, limited so that the curve stays monotone.
fn slope_at_end(rise: f32, next_rise: Option<f32>) -> f32 {
    let slope = 1.5 * rise - 0.5 * next_rise.unwrap_or(rise);
    if slope * rise <= 0.0 {
        0.0
    } else {
        slope.clamp(-3.0 * rise.abs(), 3.0 * rise.abs())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Channel, Clip, Frame, FrameRate};

    fn jaw(values: &[f32]) -> Clip {
        let rate = FrameRate::whole(10).expect("a rate");
        let mut clip = Clip::neutral("line", rate, values.len());
        for (frame, value) in clip.frames.iter_mut().zip(values) {
            frame[Channel::JawOpen] = *value;
        }
        clip
    }

    #[test]
    fn the_curve_passes_through_the_frames_and_holds_the_ends() {
        let clip = jaw(&[0.1, 0.5, 0.2]);
        for (seconds, expected) in [(-1.0, 0.1), (0.0, 0.1), (0.1, 0.5), (0.2, 0.2), (9.0, 0.2)] {
            let value = clip.sample_at(seconds)[Channel::JawOpen];
            assert!((value - expected).abs() < 1e-6, "{seconds} s: {value}");
        }
        assert_eq!(clip.sample_at(f64::NAN), clip.frames[0]);
        assert_eq!(jaw(&[]).sample_at(0.3), Frame::NEUTRAL);
        assert_eq!(jaw(&[0.7]).sample_at(0.3)[Channel::JawOpen], 0.7);
    }

    #[test]
    fn a_straight_line_stays_straight_up_to_its_ends() {
        let clip = jaw(&[0.0, 0.1, 0.2, 0.3]);
        for step in 0..=30 {
            let seconds = f64::from(step) * 0.01;
            let value = f64::from(clip.sample_at(seconds)[Channel::JawOpen]);
            assert!((value - seconds).abs() < 1e-6, "{seconds} s: {value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn values_stay_within_the_range_of_the_adjacent_frames(
            values in proptest::collection::vec(0.0_f32..1.0, 2..20),
            fraction in 0.0_f64..1.0,
        ) {
            let clip = jaw(&values);
            let position = fraction * (values.len() - 1) as f64;
            let left = (position.floor() as usize).min(values.len() - 2);
            let value = clip.sample_at_frame(position)[Channel::JawOpen];
            let (from, to) = (values[left], values[left + 1]);
            assert!(value >= from.min(to) && value <= from.max(to));
        }
    }
}
