//! The numeric precision of animations.
//!
//! glTF 2.0 allows normalised integers of 8 or 16 bits for weights and rotations without an
//! extension (section 3.11).

use std::fmt;
use std::str::FromStr;

use super::document::Document;
use super::document::{BYTE, SHORT, UNSIGNED_BYTE, UNSIGNED_SHORT, ViewTarget};

/// The numeric precision of an animation's weights and rotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// Single-precision floats: exact.
    #[default]
    Float,
    /// Integers of 16 bits: weights in steps of 1/65535, rotations within 0.004 degrees.
    Short,
    /// Weights as integers of 8 bits, in steps of 1/255. Rotations have 16 bits, because the error
    /// of half a degree with 8 bits would be visible as jitter.
    Byte,
}

impl Precision {
    /// The number of bits of a weight.
    pub fn bits(self) -> u32 {
        match self {
            Self::Float => 32,
            Self::Short => 16,
            Self::Byte => 8,
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bit", self.bits())
    }
}

impl FromStr for Precision {
    type Err = String;

    /// Reads the number of bits: `8` or `16`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "8" => Ok(Self::Byte),
            "16" => Ok(Self::Short),
            _ => Err("give the number of bits of a weight, 8 or 16".to_owned()),
        }
    }
}

/// A normalised integer type of glTF.
struct NormalisedInteger {
    component: u32,
    signed: bool,
    bytes: usize,
}

impl NormalisedInteger {
    /// The type for these values; `None` if they must be floats.
    fn for_values(values: &[f32], precision: Precision) -> Option<Self> {
        let within = |low: f32| values.iter().all(|value| (low..=1.0).contains(value));
        let signed = !within(0.0);
        if signed && !within(-1.0) {
            return None;
        }
        let (component, bytes) = match (precision, signed) {
            (Precision::Float, _) => return None,
            (Precision::Short, false) => (UNSIGNED_SHORT, 2),
            (Precision::Short, true) => (SHORT, 2),
            (Precision::Byte, false) => (UNSIGNED_BYTE, 1),
            (Precision::Byte, true) => (BYTE, 1),
        };
        Some(Self {
            component,
            signed,
            bytes,
        })
    }

    fn encoded(&self, values: &[f32]) -> Vec<u8> {
        let bits = 8 * self.bytes as u32 - u32::from(self.signed);
        let largest = (2_i32.pow(bits) - 1) as f32;
        let integers = values.iter().map(|value| (value * largest).round() as i32);
        integers
            .flat_map(|integer| integer.to_le_bytes().into_iter().take(self.bytes))
            .collect()
    }
}

/// Appends the weights of a track. A track with a value outside -1 to 1 is written as floats, so
/// that no motion is clipped.
pub(super) fn push_weights(
    document: &mut Document,
    weights: &[f32],
    precision: Precision,
) -> usize {
    match NormalisedInteger::for_values(weights, precision) {
        Some(integer) => push_integers::<1>(document, weights, &integer),
        None => {
            let rows: Vec<[f32; 1]> = weights.iter().map(|&weight| [weight]).collect();
            document.push_floats(&rows, ViewTarget::None, false)
        }
    }
}

/// Appends unit quaternions.
pub(super) fn push_rotations(
    document: &mut Document,
    rotations: &[[f32; 4]],
    precision: Precision,
) -> usize {
    if precision == Precision::Float {
        return document.push_floats(rotations, ViewTarget::None, false);
    }
    let integer = NormalisedInteger {
        component: SHORT,
        signed: true,
        bytes: 2,
    };
    push_integers::<4>(document, rotations.as_flattened(), &integer)
}

fn push_integers<const N: usize>(
    document: &mut Document,
    values: &[f32],
    integer: &NormalisedInteger,
) -> usize {
    document.push_integers::<N>(
        &integer.encoded(values),
        integer.component,
        values.len() / N,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_type_that_holds_every_value_is_used() {
        let component = |values: &[f32], precision| {
            NormalisedInteger::for_values(values, precision).map(|integer| integer.component)
        };
        let bytes = |values: &[f32]| component(values, Precision::Byte);
        assert_eq!(bytes(&[0.0, 1.0]), Some(UNSIGNED_BYTE));
        assert_eq!(bytes(&[-0.25, 1.0]), Some(BYTE));
        assert_eq!(component(&[-1.0], Precision::Short), Some(SHORT));
        for beyond in [1.001, -1.001, f32::NAN, f32::INFINITY] {
            assert_eq!(bytes(&[0.5, beyond]), None, "{beyond}");
        }
        assert_eq!(component(&[0.5], Precision::Float), None);
    }

    #[test]
    fn values_are_rounded_to_the_nearest_integer_and_reach_both_limits() {
        let encoded = |values: &[f32], precision| {
            let integer = NormalisedInteger::for_values(values, precision).expect("an integer");
            integer.encoded(values)
        };
        assert_eq!(encoded(&[0.0, 0.5, 1.0], Precision::Byte), [0, 128, 255]);
        assert_eq!(encoded(&[-1.0, 0.5, 1.0], Precision::Byte), [129, 64, 127]);
        assert_eq!(encoded(&[1.0, 0.25], Precision::Short), [255, 255, 0, 64]);
        assert_eq!(encoded(&[-1.0], Precision::Short), [1, 128]);
    }
}
