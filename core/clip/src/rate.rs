//! Exact frame rates.

use std::fmt;
use std::str::FromStr;

use crate::ClipError;

/// Frames per second as an exact fraction in lowest terms: 23.976 is 24000/1001.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

impl FrameRate {
    /// The accepted rates, in frames per second.
    pub const RANGE: std::ops::RangeInclusive<f64> = 1.0..=1000.0;

    /// `numerator / denominator` frames per second.
    ///
    /// # Errors
    /// [`ClipError::FrameRate`] outside 1 to 1000 frames per second.
    pub fn new(numerator: u32, denominator: u32) -> Result<Self, ClipError> {
        let value = f64::from(numerator) / f64::from(denominator);
        if denominator == 0 || !Self::RANGE.contains(&value) {
            return Err(ClipError::FrameRate(format!("{numerator}/{denominator}")));
        }
        let divisor = num_integer::gcd(numerator, denominator);
        Ok(Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        })
    }

    /// A whole number of frames per second.
    ///
    /// # Errors
    /// [`ClipError::FrameRate`] outside 1 to 1000 frames per second.
    pub fn whole(frames_per_second: u32) -> Result<Self, ClipError> {
        Self::new(frames_per_second, 1)
    }

    /// The numerator in lowest terms.
    pub fn numerator(self) -> u32 {
        self.numerator
    }

    /// The denominator in lowest terms.
    pub fn denominator(self) -> u32 {
        self.denominator
    }

    /// Frames per second.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// The time of a (perhaps fractional) frame in seconds.
    pub fn seconds(self, frame: f64) -> f64 {
        frame * f64::from(self.denominator) / f64::from(self.numerator)
    }

    /// The exact rate of a rounded decimal: 23.976, 29.97, 59.94 and the like become
    /// n * 1000/1001; anything else keeps three decimals.
    ///
    /// # Errors
    /// [`ClipError::FrameRate`] outside 1 to 1000 frames per second, or not a number.
    pub fn nearest(value: f64) -> Result<Self, ClipError> {
        if !Self::RANGE.contains(&value) {
            return Err(ClipError::FrameRate(value.to_string()));
        }
        let nominal = value.round();
        if (value - nominal).abs() < 1e-4 {
            return Self::new(nominal as u32, 1);
        }
        if (value - value.ceil() * 1000.0 / 1001.0).abs() < 6e-3 {
            return Self::new(value.ceil() as u32 * 1000, 1001);
        }
        Self::new((value * 1000.0).round() as u32, 1000)
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl FromStr for FrameRate {
    type Err = ClipError;

    /// Reads `30`, `23.976` (see [`FrameRate::nearest`]) or `24000/1001`.
    fn from_str(text: &str) -> Result<Self, ClipError> {
        let invalid = || ClipError::FrameRate(text.to_owned());
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Self::new(
                numerator.trim().parse().map_err(|_| invalid())?,
                denominator.trim().parse().map_err(|_| invalid())?,
            );
        }
        Self::nearest(text.trim().parse().map_err(|_| invalid())?)
    }
}

#[cfg(test)]
mod tests {
    use super::FrameRate;

    #[test]
    fn rounded_decimals_become_exact_rates() {
        for (text, numerator, denominator) in [
            ("24", 24, 1),
            ("23.976", 24000, 1001),
            ("23.98", 24000, 1001),
            ("29.97", 30000, 1001),
            ("59.94", 60000, 1001),
            ("24000/1001", 24000, 1001),
            ("12.5", 25, 2),
            ("60/2", 30, 1),
        ] {
            let rate: FrameRate = text.parse().expect(text);
            assert_eq!(
                (rate.numerator(), rate.denominator()),
                (numerator, denominator),
                "{text}"
            );
        }
        for text in ["0", "-3", "nan", "1001", "3/0", "fast", ""] {
            assert!(text.parse::<FrameRate>().is_err(), "{text}");
        }
    }
}
