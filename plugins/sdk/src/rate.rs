//! Frame rates across the bridge.

use metaface_core::clip::{ClipError, FrameRate};

use crate::bridge::ffi::Rate;
use crate::failure::{Result, guard};

impl TryFrom<Rate> for FrameRate {
    type Error = ClipError;

    fn try_from(rate: Rate) -> std::result::Result<Self, ClipError> {
        Self::new(rate.numerator, rate.denominator)
    }
}

impl From<FrameRate> for Rate {
    fn from(rate: FrameRate) -> Self {
        Self {
            numerator: rate.numerator(),
            denominator: rate.denominator(),
        }
    }
}

pub fn parse_rate(text: &str) -> Result<Rate> {
    guard(|| Ok(text.parse::<FrameRate>()?.into()))
}

pub fn nearest_rate(value: f64) -> Result<Rate> {
    guard(|| Ok(FrameRate::nearest(value)?.into()))
}
