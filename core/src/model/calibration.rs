//! Measurements of a trained network, stored in its file.

use serde::{Deserialize, Serialize};

use super::LipRules;
use crate::audio::{MEL_BANDS, MelFrame};

/// Constants for the use of one trained network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Probability thresholds of the lip rules.
    pub lips: LipRules,
    /// Mean log power per band of typical speech: the start value of a live stream's normaliser.
    #[serde(with = "bands")]
    pub typical_speech: MelFrame,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            lips: LipRules::default(),
            typical_speech: [-12.0; MEL_BANDS],
        }
    }
}

/// A log-mel frame as a list of numbers.
mod bands {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::audio::MelFrame;

    pub(super) fn serialize<S: Serializer>(bands: &MelFrame, to: S) -> Result<S::Ok, S::Error> {
        bands.as_slice().serialize(to)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<MelFrame, D::Error> {
        let bands = Vec::<f32>::deserialize(from)?;
        let count = bands.len();
        MelFrame::try_from(bands).map_err(|_| D::Error::custom(format!("{count} bands")))
    }
}
