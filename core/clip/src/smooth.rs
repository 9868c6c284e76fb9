//! Smoothing that preserves lip closures and blinks.

use crate::lips::LipMotion;
use crate::resample::moves_mouth;
use crate::{Channel, Clip, ClipError};

/// The blink weight from which a lid counts as closed.
const CLOSED_LID: f32 = 0.5;
/// The cutoffs of the weakest and the strongest smoothing amount, in hertz.
const CUTOFF_BY_AMOUNT: [f64; 2] = [20.0, 2.0];
/// The kernel's reach in standard deviations; there the Gaussian is about 1 % of its maximum.
const KERNEL_REACH: f64 = 3.0;

/// The strength of smoothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    cutoff: Option<f64>,
}

impl Smoothing {
    /// No smoothing.
    pub const NONE: Self = Self { cutoff: None };

    /// A low-pass filter with this -3 dB cutoff. Speech needs about 8 Hz, head motion about 3 Hz.
    ///
    /// # Errors
    /// [`ClipError::Smoothing`] unless it is a finite number above 0.05.
    pub fn cutoff_hz(hertz: f64) -> Result<Self, ClipError> {
        if !hertz.is_finite() || hertz < 0.05 {
            return Err(ClipError::Smoothing(hertz));
        }
        Ok(Self {
            cutoff: Some(hertz),
        })
    }

    /// An amount from 0 (none) to 1 (strongest): the cutoff falls from 20 Hz to 2 Hz, each
    /// equal step of the amount by the same factor.
    ///
    /// # Errors
    /// [`ClipError::Smoothing`] outside 0 to 1.
    pub fn amount(amount: f64) -> Result<Self, ClipError> {
        if !(0.0..=1.0).contains(&amount) {
            return Err(ClipError::Smoothing(amount));
        }
        if amount == 0.0 {
            return Ok(Self::NONE);
        }
        let [weakest, strongest] = CUTOFF_BY_AMOUNT;
        Self::cutoff_hz(weakest * (strongest / weakest).powf(amount))
    }

    /// The cutoff in hertz; `None` without smoothing.
    pub fn cutoff(self) -> Option<f64> {
        self.cutoff
    }

    /// One half of a symmetric Gaussian, starting at its centre, for `rate` samples per second.
    /// The standard deviation is sqrt(ln 2) / (2 pi cutoff).
    fn half_kernel(self, rate: f64) -> Vec<f32> {
        let Some(cutoff) = self.cutoff else {
            return vec![1.0];
        };
        let deviation = std::f64::consts::LN_2.sqrt() / (std::f64::consts::TAU * cutoff) * rate;
        let reach = (KERNEL_REACH * deviation).ceil() as usize;
        (0..=reach)
            .map(|sample| (-0.5 * (sample as f64 / deviation).powi(2)).exp() as f32)
            .collect()
    }
}

impl Clip {
    /// Smooths every channel without delay (a symmetric Gaussian). No channel leaves its range.
    ///
    /// Mouth and jaw keep their values while the lips are closed, and so do the eyes while the
    /// lids are closed; beside these frames original and smoothed values are cross-faded.
    /// Closures keep their depth and length.
    pub fn smoothed(&self, smoothing: Smoothing) -> Self {
        let mut clip = self.clone();
        clip.smooth(smoothing);
        clip
    }

    /// [`Clip::smoothed`] in place.
    pub fn smooth(&mut self, smoothing: Smoothing) {
        let kernel = smoothing.half_kernel(self.rate.as_f64());
        if kernel.len() < 2 {
            return;
        }
        let lips = LipMotion::of(self);
        let lid_closed = |lid: Channel| -> Vec<bool> {
            self.curve(lid).map(|value| value >= CLOSED_LID).collect()
        };
        let closed_lips: Vec<bool> = (0..self.frames.len())
            .map(|at| lips.is_closed(at))
            .collect();
        let fade = kernel.len() / 2;
        let kept_mouth = nearness(&closed_lips, fade);
        let kept_left = nearness(&lid_closed(Channel::EyeBlinkLeft), fade);
        let kept_right = nearness(&lid_closed(Channel::EyeBlinkRight), fade);
        for channel in Channel::ALL {
            let curve: Vec<f32> = self.curve(channel).collect();
            let kept = if moves_mouth(channel) {
                Some(&kept_mouth)
            } else if channel <= Channel::EyeWideLeft {
                Some(&kept_left)
            } else if channel <= Channel::EyeWideRight {
                Some(&kept_right)
            } else {
                None
            };
            for (at, frame) in self.frames.iter_mut().enumerate() {
                let smooth = convolved(&curve, &kernel, at);
                let keep = kept.map_or(0.0, |kept| kept[at]);
                frame[channel] = keep * curve[at] + (1.0 - keep) * smooth;
            }
        }
    }
}

/// The curve convolved with the kernel at one sample. Near the ends the kernel shrinks on both
/// sides, so that the curve is not pulled inwards.
fn convolved(curve: &[f32], half_kernel: &[f32], at: usize) -> f32 {
    let reach = (half_kernel.len() - 1).min(at).min(curve.len() - 1 - at);
    let (mut sum, mut total) = (half_kernel[0] * curve[at], half_kernel[0]);
    let (mut least, mut most) = (curve[at], curve[at]);
    for (distance, weight) in half_kernel.iter().enumerate().skip(1).take(reach) {
        for value in [curve[at - distance], curve[at + distance]] {
            sum += weight * value;
            total += weight;
            least = least.min(value);
            most = most.max(value);
        }
    }
    // Rounding must not change a constant channel.
    (sum / total).max(least).min(most)
}

/// One where `marked`, falling to zero over `fade` samples on both sides.
fn nearness(marked: &[bool], fade: usize) -> Vec<f32> {
    let step = 1.0 / (fade + 1) as f32;
    let mut near: Vec<f32> = marked
        .iter()
        .map(|mark| f32::from(u8::from(*mark)))
        .collect();
    for at in 1..near.len() {
        near[at] = near[at].max(near[at - 1] - step);
    }
    for at in (1..near.len()).rev() {
        near[at - 1] = near[at - 1].max(near[at] - step);
    }
    near
}

#[cfg(test)]
mod tests {
    use super::Smoothing;
    use crate::lips::LipMotion;
    use crate::{Channel, Clip, FrameRate};

    fn clip(seconds: f64, pose: impl Fn(f64, &mut crate::Frame)) -> Clip {
        let rate = FrameRate::whole(60).expect("a rate");
        let mut clip = Clip::neutral("line", rate, (seconds * 60.0) as usize);
        for (index, frame) in clip.frames.iter_mut().enumerate() {
            pose(rate.seconds(index as f64), frame);
        }
        clip
    }

    /// The gain of the smoothing at this frequency.
    fn gain_at(hertz: f64, smoothing: Smoothing) -> f32 {
        let wave = clip(4.0, |time, frame| {
            frame[Channel::HeadYaw] = (time * hertz * std::f64::consts::TAU).sin() as f32;
        });
        let range = |clip: &Clip| {
            let inner: Vec<f32> = clip.curve(Channel::HeadYaw).skip(60).take(120).collect();
            inner.iter().map(|value| value * value).sum::<f32>().sqrt()
        };
        range(&wave.smoothed(smoothing)) / range(&wave)
    }

    #[test]
    fn the_cutoff_halves_the_power_and_slow_motion_stays() {
        let smoothing = Smoothing::cutoff_hz(6.0).expect("a cutoff");
        assert!((gain_at(6.0, smoothing) - 0.707).abs() < 0.02);
        assert!(gain_at(1.0, smoothing) > 0.98);
        assert!(gain_at(20.0, smoothing) < 0.05);
    }

    #[test]
    fn smoothing_does_not_delay() {
        let bump = clip(2.0, |time, frame| {
            frame[Channel::BrowInnerUp] = (1.0 - (time - 1.0).abs() * 5.0).max(0.0) as f32;
        });
        let smooth = bump.smoothed(Smoothing::amount(0.7).expect("an amount"));
        let top = |clip: &Clip| {
            let mut curve: Vec<_> = clip.curve(Channel::BrowInnerUp).enumerate().collect();
            curve.sort_by(|a, b| b.1.total_cmp(&a.1));
            curve[0].0
        };
        assert_eq!(top(&smooth), top(&bump));
        assert!(smooth.frames[60][Channel::BrowInnerUp] < 0.95);
    }

    #[test]
    fn closed_lips_and_lids_stay_closed_under_the_strongest_smoothing() {
        let take = clip(2.0, |time, frame| {
            frame[Channel::JawOpen] = 0.3;
            if (1.0..1.05).contains(&time) {
                frame[Channel::MouthClose] = 0.3;
            }
            if (0.5..0.6).contains(&time) {
                frame[Channel::EyeBlinkRight] = 0.9;
            }
        });
        let smooth = take.smoothed(Smoothing::amount(1.0).expect("an amount"));
        assert_eq!(
            LipMotion::of(&smooth).closures,
            LipMotion::of(&take).closures
        );
        assert_eq!(smooth.frames[33][Channel::EyeBlinkRight], 0.9);
    }

    #[test]
    fn amounts_outside_their_range_are_rejected_and_zero_changes_nothing() {
        for amount in [-0.1, 1.1, f64::NAN] {
            assert!(Smoothing::amount(amount).is_err());
        }
        for hertz in [0.0, -1.0, f64::INFINITY, f64::NAN] {
            assert!(Smoothing::cutoff_hz(hertz).is_err());
        }
        let take = clip(0.5, |time, frame| frame[Channel::JawOpen] = time as f32);
        assert_eq!(take.smoothed(Smoothing::amount(0.0).expect("none")), take);
        assert_eq!(Smoothing::amount(1.0), Smoothing::cutoff_hz(2.0));
        let empty = Clip::neutral("", take.rate, 0);
        assert_eq!(
            empty.smoothed(Smoothing::amount(1.0).expect("an amount")),
            empty
        );
    }

    proptest::proptest! {
        #[test]
        fn no_value_leaves_its_range(values in proptest::collection::vec(0.0_f32..1.0, 1..60), amount in 0.0_f64..1.0) {
            let mut take = Clip::neutral("", FrameRate::whole(30).expect("a rate"), values.len());
            for (frame, value) in take.frames.iter_mut().zip(&values) {
                frame[Channel::JawOpen] = *value;
            }
            let [least, most] = [values.iter().copied().fold(1.0, f32::min), values.iter().copied().fold(0.0, f32::max)];
            let smooth = take.smoothed(Smoothing::amount(amount).expect("an amount"));
            assert!(smooth.curve(Channel::JawOpen).all(|value| value >= least - 1e-6 && value <= most + 1e-6));
        }
    }
}
