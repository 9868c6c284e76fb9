//! The limits of a speaker's contents, checked before writing and after reading.

use serde_json::Value;

use super::{ChannelRange, Speaker, SpeakerError};
use crate::clip::Channel;
use crate::model::{LowRank, Matrix};

/// The largest magnitude of a number without a limit below.
const MAX_VALUE: f32 = 1e3;
/// The largest mass of a memory slot, in frames of reference.
const MAX_MASS: f32 = 1e6;
const MAX_SLOTS: usize = 256;
const MAX_LAYERS: usize = 64;
const MAX_RANKS: usize = 64;
/// The most rows or columns of a matrix.
const MAX_MATRIX_SIDE: usize = 4096;
const MAX_LATENT: usize = 1024;
/// The most characters of a name.
pub(super) const MAX_NAME_LENGTH: usize = 200;
/// The most characters of any other text.
const MAX_TEXT_LENGTH: usize = 4000;
const MAX_TAKES: usize = 64;
const MAX_NOTES: usize = 128;
const MAX_TAIL_ERRORS: usize = 16;
const MAX_STEPS: usize = 1_000_000;
const MAX_BLINKS_PER_MINUTE: f32 = 120.0;
/// The largest factor on gaze shifts.
pub(super) const MAX_GAZE: f32 = 3.0;

type Checked = Result<(), SpeakerError>;

impl Speaker {
    /// Checks every number, shape and text against the limits of a speaker file.
    ///
    /// # Errors
    /// [`SpeakerError::Invalid`], with the first problem found.
    pub fn validate(&self) -> Checked {
        check_text("its name", &self.name, MAX_NAME_LENGTH)?;
        let is_hash = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if self.base.len() != 64 || !self.base.chars().all(is_hash) {
            return invalid("its base model is not a SHA-256 hash");
        }
        self.check_about()?;
        check_numbers("its rest pose", &self.rest, 1.0)?;
        for (channel, range) in Channel::blendshapes().iter().zip(&self.ranges) {
            if let Some(range) = range {
                check_range(*channel, range)?;
            }
        }
        let eyes = [
            (
                "its blink rate",
                self.blinks_per_minute,
                MAX_BLINKS_PER_MINUTE,
            ),
            ("its gaze factor", self.gaze, MAX_GAZE),
        ];
        for (what, value, max) in eyes {
            if value.is_some_and(|value| !(0.0..=max).contains(&value)) {
                return invalid(format!("{what} is outside 0 to {max}"));
            }
        }
        check_count("its latent", self.weights.latent.len(), MAX_LATENT)?;
        check_numbers("its latent", &self.weights.latent, MAX_VALUE)?;
        self.check_memory()?;
        check_count(
            "its adapted layers",
            self.weights.adapters.len(),
            MAX_LAYERS,
        )?;
        for (layer, change) in &self.weights.adapters {
            check_layer(layer, change)?;
        }
        Ok(())
    }

    fn check_about(&self) -> Checked {
        let about = &self.about;
        check_count("its takes", about.takes.len(), MAX_TAKES)?;
        for take in &about.takes {
            check_text("a take's sound", &take.sound, MAX_NAME_LENGTH)?;
            check_text("a take's curves", &take.curves, MAX_NAME_LENGTH)?;
            check_numbers("a take", &[take.fps, take.seconds, take.lag_ms], MAX_VALUE)?;
        }
        check_count("its steps", about.steps, MAX_STEPS)?;
        check_count(
            "its tail errors",
            about.tail_error_mm.len(),
            MAX_TAIL_ERRORS,
        )?;
        check_numbers("its tail errors", &about.tail_error_mm, MAX_VALUE)?;
        check_count("its notes", about.notes.len(), MAX_NOTES)?;
        for note in &about.notes {
            check_text("a note", note, MAX_TEXT_LENGTH)?;
        }
        check_text("its consent", &about.consent, MAX_TEXT_LENGTH)?;
        check_text("its licence", &about.licence, MAX_TEXT_LENGTH)?;
        check_text("its generator", &about.generator, MAX_NAME_LENGTH)
    }

    fn check_memory(&self) -> Checked {
        let memory = &self.weights.memory;
        check_matrix("its memory's keys", &memory.keys)?;
        check_matrix("its memory's values", &memory.values)?;
        check_count("its memory's slots", memory.mass.len(), MAX_SLOTS)?;
        if [memory.keys.rows, memory.values.rows] != [memory.mass.len(); 2] {
            return invalid("its memory has different numbers of keys, values and masses");
        }
        check_numbers("its memory's masses", &memory.mass, MAX_MASS)?;
        if memory.mass.iter().any(|mass| *mass < 0.0) {
            return invalid("a mass of its memory is negative");
        }
        Ok(())
    }
}

fn check_range(channel: Channel, range: &ChannelRange) -> Checked {
    let values = [range.low, range.high, range.average_high];
    if values.iter().all(|value| (0.0..=1.0).contains(value)) && range.low <= range.high {
        return Ok(());
    }
    invalid(format!(
        "its range of {channel} is reversed or outside 0 to 1"
    ))
}

fn check_layer(layer: &str, change: &LowRank) -> Checked {
    check_text("a layer's name", layer, MAX_NAME_LENGTH)?;
    check_matrix(layer, &change.down)?;
    check_matrix(layer, &change.up)?;
    let rank = change.down.columns;
    if rank == 0 || rank != change.up.rows {
        return invalid(format!(
            "the factors of layer '{layer}' have different ranks"
        ));
    }
    check_count(&format!("the ranks of layer '{layer}'"), rank, MAX_RANKS)
}

fn check_matrix(what: &str, matrix: &Matrix) -> Checked {
    check_count(what, matrix.rows.max(matrix.columns), MAX_MATRIX_SIDE)?;
    if matrix.values.len() != matrix.rows * matrix.columns {
        return invalid(format!("{what} does not have rows x columns values"));
    }
    check_numbers(what, &matrix.values, MAX_VALUE)
}

fn check_count(what: &str, count: usize, max: usize) -> Checked {
    if count > max {
        return invalid(format!("{what}: {count}, but the limit is {max}"));
    }
    Ok(())
}

fn check_numbers(what: &str, values: &[f32], max: f32) -> Checked {
    // NaN is not within the limit, either.
    if values.iter().all(|value| value.abs() <= max) {
        return Ok(());
    }
    invalid(format!("{what} contains a number outside -{max} to {max}"))
}

/// Texts are shown on terminals, which interpret control characters.
fn check_text(what: &str, text: &str, max: usize) -> Checked {
    if text.chars().count() > max {
        return invalid(format!("{what} is longer than {max} characters"));
    }
    if text.chars().any(|c| c.is_control() && !"\n\t".contains(c)) {
        return invalid(format!("{what} contains control characters"));
    }
    Ok(())
}

/// Checks every number and text in a JSON value.
pub(super) fn check_json(what: &str, value: &Value) -> Checked {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => {
            let number = number.as_f64().map_or(f32::NAN, |number| number as f32);
            check_numbers(what, &[number], MAX_VALUE)
        }
        Value::String(string) => check_text(what, string, MAX_TEXT_LENGTH),
        Value::Array(values) => values.iter().try_for_each(|value| check_json(what, value)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            check_text(what, name, MAX_NAME_LENGTH)?;
            check_json(what, value)
        }),
    }
}

fn invalid(reason: impl Into<String>) -> Checked {
    Err(SpeakerError::invalid(reason))
}
