//! The single list of options, the source of flags, fields, help and tables of every interface.
//!
//! The CLI derives its flags and the columns of the batch table from [`OPTIONS`] at run time.
//! `cargo xtask options` writes the sources of C++, Python, plugins/host and Unreal and the tables of
//! the docs, and a test compares them. docs/architecture.md lists the steps for a new option.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Options;
use crate::clip::Smoothing;

/// The type of an option's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// A frame rate: `30`, `23.976`, `24000/1001`.
    Rate,
    /// A whole number from 0.
    Whole,
    /// A number within the option's range.
    Number,
    /// A text; empty by default.
    Text,
    /// A file; the help states the default.
    File,
    /// A time code, `HH:MM:SS:FF`, with `;` before the frames for drop-frame.
    Timecode,
    /// On by default; can be turned off.
    Switch,
}

/// One option.
pub struct OptionSpec {
    /// The name in snake case: the column of the batch table, the C++ field, the Python argument.
    /// CLI flags use hyphens, Maya and Unreal camel case.
    pub name: &'static str,
    /// The type of its value.
    pub kind: OptionKind,
    /// The value's unit; empty for none.
    pub unit: &'static str,
    /// The default as text; empty for none.
    pub default: &'static str,
    /// The smallest and the largest number.
    pub range: Option<RangeInclusive<f64>>,
    /// Help in one line.
    pub help: &'static str,
    /// Whether a [`Stream`](crate::Stream) supports it.
    pub streams: bool,
    /// The field of [`Options`]; `None` if the option is not a field of it.
    field: Option<OptionField>,
}

/// Access to a field of [`Options`] as text.
#[derive(Clone, Copy)]
struct OptionField {
    /// Parses a text into the field; the error says why it is invalid.
    set: fn(&mut Options, &str) -> Result<(), String>,
    /// The field as text: unique per value, and [`OptionSpec::default`] for the default.
    text: fn(&Options) -> String,
}

/// An unknown option or an invalid value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// There is no option of this name.
    #[error("'{name}' is not an option of the animation; the options are {}", names().join(", "))]
    Unknown {
        /// The name.
        name: String,
    },
    /// The value is out of range or cannot be parsed.
    #[error("{reason}")]
    Value {
        /// The option's name.
        name: &'static str,
        /// Why it is invalid, and what to give instead.
        reason: String,
    },
}

/// Every option of `metaface animate`, in the order in which interfaces show them.
pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "fps",
        kind: OptionKind::Rate,
        unit: "frames per second",
        default: "30",
        range: Some(1.0..=1000.0),
        help: "Frames per second: 30, 23.976 or 24000/1001",
        streams: false,
        field: Some(OptionField {
            set: |options, text| {
                options.fps = text.parse().map_err(message)?;
                Ok(())
            },
            text: |options| options.fps.to_string(),
        }),
    },
    OptionSpec {
        name: "start",
        kind: OptionKind::Timecode,
        unit: "",
        default: "",
        range: None,
        help: "Time code of the first frame: HH:MM:SS:FF, with ; before the frames for drop-frame",
        streams: false,
        field: None,
    },
    OptionSpec {
        name: "strength",
        kind: OptionKind::Number,
        unit: "factor",
        default: "1",
        range: Some(FACTOR),
        help: "Factor on all motion",
        streams: true,
        field: Some(OptionField {
            set: |options, text| {
                options.strength = number(text, FACTOR)? as f32;
                Ok(())
            },
            text: |options| options.strength.to_string(),
        }),
    },
    OptionSpec {
        name: "liveliness",
        kind: OptionKind::Number,
        unit: "factor",
        default: "1",
        range: Some(FACTOR),
        help: "Factor on the movement of brows, head and gaze; at 0 only the mouth moves",
        streams: true,
        field: Some(OptionField {
            set: |options, text| {
                options.liveliness = number(text, FACTOR)? as f32;
                Ok(())
            },
            text: |options| options.liveliness().to_string(),
        }),
    },
    OptionSpec {
        name: "gains",
        kind: OptionKind::Text,
        unit: "",
        default: "",
        range: None,
        help: "Gains and offsets per channel or group, such as JawOpen=1.2,HeadPitch+=0.05,MouthSmile*=0.5,brows=1.3",
        streams: true,
        field: Some(OptionField {
            set: |options, text| {
                options.gains = text.parse().map_err(message)?;
                Ok(())
            },
            text: |options| options.gains.to_string(),
        }),
    },
    OptionSpec {
        name: "smoothing",
        kind: OptionKind::Number,
        unit: "amount",
        default: "0",
        range: Some(AMOUNT),
        help: "Smoothing of the motion; lip closures are kept",
        streams: false,
        field: Some(OptionField {
            set: |options, text| {
                let smoothing = Smoothing::amount(number(text, AMOUNT)?).map_err(message)?;
                options.smoothing = smoothing.cutoff().map(|_| smoothing);
                Ok(())
            },
            text: |options| cutoff(options).unwrap_or_default().to_string(),
        }),
    },
    OptionSpec {
        name: "seed",
        kind: OptionKind::Whole,
        unit: "",
        default: "7",
        range: None,
        help: "Seed of brow, head and eye movement; the same seed gives the same clip",
        streams: true,
        field: Some(OptionField {
            set: |options, text| {
                let invalid = |_| format!("'{text}' is not a whole number from 0");
                options.seed = text.parse().map_err(invalid)?;
                Ok(())
            },
            text: |options| options.seed.to_string(),
        }),
    },
    OptionSpec {
        name: "head",
        kind: OptionKind::Switch,
        unit: "",
        default: "true",
        range: None,
        help: "Move the head",
        streams: true,
        field: Some(OptionField {
            set: |options, text| {
                options.head = switch(text)?.then(Default::default);
                Ok(())
            },
            text: |options| options.head.is_some().to_string(),
        }),
    },
    OptionSpec {
        name: "eyes",
        kind: OptionKind::Switch,
        unit: "",
        default: "true",
        range: None,
        help: "Move the eyes: blinks and gaze",
        streams: true,
        field: Some(OptionField {
            set: |options, text| {
                options.eyes = switch(text)?.then(Default::default);
                Ok(())
            },
            text: |options| options.eyes.is_some().to_string(),
        }),
    },
    OptionSpec {
        name: "speaker",
        kind: OptionKind::File,
        unit: "",
        default: "",
        range: None,
        help: "Speaker file; defaults to the average speaker",
        streams: true,
        field: None,
    },
    OptionSpec {
        name: "style_strength",
        kind: OptionKind::Number,
        unit: "factor",
        default: "1",
        range: Some(FACTOR),
        help: "How much of the speaker is applied: 0 is the average speaker, 1 the speaker, 2 exaggerated",
        streams: true,
        field: None,
    },
    OptionSpec {
        name: "character",
        kind: OptionKind::File,
        unit: "",
        default: "",
        range: None,
        help: "Your glTF or USD character; defaults to the sample head",
        streams: false,
        field: None,
    },
    OptionSpec {
        name: "rig_map",
        kind: OptionKind::File,
        unit: "",
        default: "",
        range: None,
        help: "Rig map: which channel drives which morph target or joint; by default found by name",
        streams: false,
        field: None,
    },
    OptionSpec {
        name: "reduce",
        kind: OptionKind::Number,
        unit: "mm",
        default: "",
        range: Some(0.0..=f64::MAX),
        help: "Key reduction, with at most this many millimetres of error on the lips",
        streams: false,
        field: None,
    },
    OptionSpec {
        name: "quantise",
        kind: OptionKind::Whole,
        unit: "bits",
        default: "",
        range: Some(8.0..=16.0),
        help: "Weights in glTF as integers of 8 or 16 bits",
        streams: false,
        field: None,
    },
];

const FACTOR: RangeInclusive<f64> = 0.0..=2.0;
const AMOUNT: RangeInclusive<f64> = 0.0..=1.0;

impl OptionSpec {
    /// The option with this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        OPTIONS.iter().find(|option| option.name == name)
    }

    /// Whether it is a field of [`Options`].
    pub fn is_animation(&self) -> bool {
        self.field.is_some()
    }

    /// Checks a value.
    ///
    /// # Errors
    /// The reason why it is invalid, and what to give instead.
    pub fn check(&self, text: &str) -> Result<(), String> {
        match (self.field, self.kind, &self.range) {
            (Some(field), ..) => (field.set)(&mut Options::default(), text),
            (None, OptionKind::Number, Some(range)) => number(text, range.clone()).map(|_| ()),
            _ => Ok(()),
        }
    }
}

impl Options {
    /// Sets the option with this name from text.
    ///
    /// ```
    /// use metaface_core::Options;
    ///
    /// let mut options = Options::default();
    /// options.set("fps", "24000/1001")?;
    /// options.set("head", "false")?;
    /// assert!(options.set("strength", "3").is_err());
    /// # Ok::<(), metaface_core::options::OptionError>(())
    /// ```
    ///
    /// # Errors
    /// [`OptionError`].
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), OptionError> {
        let option = OptionSpec::of(name);
        let Some((option, field)) = option.and_then(|option| Some((option, option.field?))) else {
            return Err(OptionError::Unknown {
                name: name.to_owned(),
            });
        };
        (field.set)(self, text).map_err(|reason| OptionError::Value {
            name: option.name,
            reason,
        })
    }

    /// The options that are not the default, as text. Equal options give equal texts.
    pub fn changes(&self) -> BTreeMap<&'static str, String> {
        let changed = OPTIONS.iter().filter_map(|option| {
            let text = (option.field?.text)(self);
            (text != option.default).then_some((option.name, text))
        });
        changed.collect()
    }
}

/// The cutoff of the smoothing in hertz.
fn cutoff(options: &Options) -> Option<f64> {
    options.smoothing.and_then(Smoothing::cutoff)
}

/// Parses a number within a range.
fn number(text: &str, range: RangeInclusive<f64>) -> Result<f64, String> {
    match text.trim().parse() {
        Ok(value) if range.contains(&value) => Ok(value),
        _ if *range.end() == f64::MAX => Err(format!("'{text}' is not a number above 0")),
        _ => {
            let (min, max) = (range.start(), range.end());
            Err(format!("'{text}' is not a number from {min} to {max}"))
        }
    }
}

fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(format!("'{text}' is neither true nor false")),
    }
}

fn message(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn names() -> Vec<&'static str> {
    let animation = OPTIONS.iter().filter(|option| option.is_animation());
    animation.map(|option| option.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_can_be_set_and_is_the_default() {
        let mut options = Options::default();
        for option in OPTIONS.iter().filter(|option| option.is_animation()) {
            options.set(option.name, option.default).expect(option.name);
        }
        assert_eq!(options, Options::default());
        assert!(options.changes().is_empty());
    }

    #[test]
    fn every_change_is_named() {
        let mut options = Options::default();
        let animation = OPTIONS.iter().filter(|option| option.is_animation());
        for (count, option) in animation.enumerate() {
            let value = match option.kind {
                OptionKind::Rate => "24000/1001",
                OptionKind::Whole => "8",
                OptionKind::Number => "0.5",
                OptionKind::Switch => "false",
                OptionKind::Text | OptionKind::File | OptionKind::Timecode => "JawOpen=1.2",
            };
            options.set(option.name, value).expect(option.name);
            assert_eq!(options.changes().len(), count + 1, "{}", option.name);
        }
    }

    #[test]
    fn numbers_outside_their_range_are_rejected_and_the_ends_are_not() {
        for option in OPTIONS {
            let Some(range) = option
                .range
                .clone()
                .filter(|_| option.kind == OptionKind::Number)
            else {
                continue;
            };
            assert!(option.check("-0.01").is_err(), "{}", option.name);
            assert!(option.check("nan").is_err(), "{}", option.name);
            assert!(option.check(&range.end().to_string()).is_ok());
            if *range.end() < f64::MAX {
                let above = (range.end() + 0.01).to_string();
                let error = option.check(&above).expect_err("above");
                assert!(error.contains(&range.end().to_string()), "{error}");
            }
        }
    }

    #[test]
    fn an_unknown_option_is_an_error_with_the_known_ones() {
        let error = Options::default().set("gain", "1").expect_err("unknown");
        assert!(error.to_string().contains("gains"), "{error}");
        let error = Options::default().set("seed", "-1").expect_err("negative");
        assert!(error.to_string().contains("whole number"), "{error}");
    }

    #[test]
    fn help_fits_on_one_line_and_ends_without_a_full_stop() {
        for option in OPTIONS {
            let help = option.help;
            assert!(help.len() <= 110 && !help.ends_with('.'), "{help}");
        }
    }
}
