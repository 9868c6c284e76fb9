//! What a speaker may hold at most, checked before it is written and after it is read.

use serde_json::Value;

use super::{ChannelRange, LowRank, Matrix, Speaker, SpeakerError};
use crate::clip::Channel;

/// The largest magnitude of any number.
const LARGEST_VALUE: f32 = 1e3;
/// The longest reference, in frames, that can speak for one slot.
const LARGEST_MASS: f32 = 1e6;
const MOST_SLOTS: usize = 256;
const MOST_LAYERS: usize = 64;
const MOST_RANKS: usize = 64;
/// Rows or columns of any table.
const WIDEST: usize = 4096;
const LONGEST_LATENT: usize = 1024;
/// Letters of a name or of a layer's name.
const LONGEST_NAME: usize = 200;
/// Letters of any other text.
const LONGEST_TEXT: usize = 4000;
const MOST_TAKES: usize = 64;
const MOST_NOTES: usize = 128;
const MOST_FIGURES: usize = 16;
const MOST_BLINKS_PER_MINUTE: f32 = 120.0;
const STRONGEST_GAZE: f32 = 3.0;

type Checked = Result<(), SpeakerError>;

impl Speaker {
    /// Checks every number, shape and text against what a speaker file may hold.
    ///
    /// # Errors
    /// [`SpeakerError::Invalid`], naming the first thing that is wrong.
    pub fn validate(&self) -> Checked {
        text("its name", &self.name, LONGEST_NAME)?;
        let is_hash = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if self.base.len() != 64 || !self.base.chars().all(is_hash) {
            return wrong("its base model is not named by a SHA-256");
        }
        self.check_about()?;
        numbers("its rest pose", &self.rest, 1.0)?;
        for (channel, range) in Channel::blendshapes().iter().zip(&self.ranges) {
            if let Some(range) = range {
                check_range(*channel, range)?;
            }
        }
        let eyes = [
            ("its blinks", self.blinks_per_minute, MOST_BLINKS_PER_MINUTE),
            ("its gaze", self.gaze, STRONGEST_GAZE),
        ];
        for (what, value, most) in eyes {
            if value.is_some_and(|value| !(0.0..=most).contains(&value)) {
                return wrong(format!("{what} are not between 0 and {most}"));
            }
        }
        at_most("its latent", self.latent.len(), LONGEST_LATENT)?;
        numbers("its latent", &self.latent, LARGEST_VALUE)?;
        self.check_memory()?;
        at_most("its adapted layers", self.adapters.len(), MOST_LAYERS)?;
        for (layer, change) in &self.adapters {
            check_layer(layer, change)?;
        }
        Ok(())
    }

    fn check_about(&self) -> Checked {
        let about = &self.about;
        at_most("its takes", about.takes.len(), MOST_TAKES)?;
        for take in &about.takes {
            text("a take's sound", &take.sound, LONGEST_NAME)?;
            text("a take's curves", &take.curves, LONGEST_NAME)?;
            numbers(
                "a take",
                &[take.fps, take.seconds, take.lag_ms],
                LARGEST_VALUE,
            )?;
        }
        at_most("its steps", about.steps, 1_000_000)?;
        at_most("its figures", about.tail_error_mm.len(), MOST_FIGURES)?;
        numbers("its figures", &about.tail_error_mm, LARGEST_VALUE)?;
        at_most("its notes", about.notes.len(), MOST_NOTES)?;
        for note in &about.notes {
            text("a note", note, LONGEST_TEXT)?;
        }
        text("its consent", &about.consent, LONGEST_TEXT)?;
        text("its licence", &about.licence, LONGEST_TEXT)?;
        text("its generator", &about.generator, LONGEST_NAME)
    }

    fn check_memory(&self) -> Checked {
        let memory = &self.memory;
        table("its memory's keys", &memory.keys)?;
        table("its memory's values", &memory.values)?;
        at_most("its memory's slots", memory.mass.len(), MOST_SLOTS)?;
        if [memory.keys.rows, memory.values.rows] != [memory.mass.len(); 2] {
            return wrong("its memory's keys, values and masses are not equally many");
        }
        numbers("its memory's masses", &memory.mass, LARGEST_MASS)?;
        match memory.mass.iter().any(|mass| *mass < 0.0) {
            true => wrong("a mass of its memory is negative"),
            false => Ok(()),
        }
    }
}

fn check_range(channel: Channel, range: &ChannelRange) -> Checked {
    let within = [range.low, range.high, range.average_high];
    if within.iter().all(|value| (0.0..=1.0).contains(value)) && range.low <= range.high {
        return Ok(());
    }
    wrong(format!("its range of {channel} is not within 0 to 1"))
}

fn check_layer(layer: &str, change: &LowRank) -> Checked {
    text("a layer's name", layer, LONGEST_NAME)?;
    table(layer, &change.down)?;
    table(layer, &change.up)?;
    let rank = change.down.columns;
    if rank == 0 || rank != change.up.rows {
        return wrong(format!("the two halves of layer '{layer}' do not fit"));
    }
    at_most(&format!("the ranks of layer '{layer}'"), rank, MOST_RANKS)
}

fn table(what: &str, matrix: &Matrix) -> Checked {
    at_most(what, matrix.rows.max(matrix.columns), WIDEST)?;
    if matrix.values.len() != matrix.rows * matrix.columns {
        return wrong(format!("{what} is not a whole table"));
    }
    numbers(what, &matrix.values, LARGEST_VALUE)
}

fn at_most(what: &str, count: usize, most: usize) -> Checked {
    match count <= most {
        true => Ok(()),
        false => wrong(format!("{what}: {count}, at most {most} are allowed")),
    }
}

fn numbers(what: &str, values: &[f32], largest: f32) -> Checked {
    // Not a number is not smaller either.
    match values.iter().all(|value| value.abs() <= largest) {
        true => Ok(()),
        false => wrong(format!(
            "{what} holds a number that is not within {largest}"
        )),
    }
}

/// Texts are shown on terminals, where control characters do things.
fn text(what: &str, text: &str, longest: usize) -> Checked {
    if text.chars().count() > longest {
        return wrong(format!("{what} is longer than {longest} letters"));
    }
    match text.chars().any(|c| c.is_control() && !"\n\t".contains(c)) {
        true => wrong(format!("{what} holds control characters")),
        false => Ok(()),
    }
}

/// Checks JSON of any structure in the same way.
pub(super) fn json(what: &str, value: &Value) -> Checked {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => {
            let number = number.as_f64().map_or(f32::NAN, |number| number as f32);
            numbers(what, &[number], LARGEST_VALUE)
        }
        Value::String(string) => text(what, string, LONGEST_TEXT),
        Value::Array(values) => values.iter().try_for_each(|value| json(what, value)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            text(what, name, LONGEST_NAME)?;
            json(what, value)
        }),
    }
}

fn wrong(reason: impl Into<String>) -> Checked {
    Err(SpeakerError::invalid(reason))
}
