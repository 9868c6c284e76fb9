//! The report on a speaker file.

use std::fmt;

use metaface_core::clip::Channel;
use metaface_core::model::Style;
use metaface_core::speaker::{About, ChannelRange, LearningKind, Speaker, TakeNote};
use serde::Serialize;

/// Most channels or parameters that a list shows.
const MAX_SHOWN: usize = 8;
/// Smallest deviation of a shown style parameter, in standard deviations over people.
const MIN_DEVIATION: f32 = 0.5;
/// Smallest shown weight of a rest pose.
const MIN_REST: f32 = 0.02;

/// The report on a speaker: text for people, JSON for scripts.
#[derive(Serialize)]
pub struct SpeakerReport {
    name: String,
    base_model: String,
    bytes: usize,
    about: About,
    seconds: f32,
    /// Channels of the rest pose, the largest first.
    rest: Vec<(&'static str, f32)>,
    /// Ranges of the captured channels, the largest difference from the average speaker first.
    ranges: Vec<(&'static str, ChannelRange)>,
    blinks_per_minute: Option<f32>,
    gaze: Option<f32>,
    latent: usize,
    memory_slots: usize,
    adapters: AdapterSummary,
    head: bool,
    /// The nearest articulation style, the largest deviation from the average first; empty if the
    /// speaker belongs to another base model.
    style: Vec<StyleLine>,
}

/// One parameter of a style.
#[derive(Serialize)]
struct StyleLine {
    parameter: &'static str,
    value: f32,
    average: f32,
    /// Distance from the average, in standard deviations over people.
    deviations: f32,
}

fn style_lines(style: &Style) -> Vec<StyleLine> {
    let (values, vector) = (style.values(), style.to_vector());
    let mut lines: Vec<StyleLine> = (Style::PARAMETERS.iter().zip(values).zip(vector))
        .map(|((parameter, value), deviations)| StyleLine {
            parameter: parameter.name,
            value,
            average: parameter.average,
            deviations,
        })
        .collect();
    lines.sort_by(|a, b| b.deviations.abs().total_cmp(&a.deviations.abs()));
    lines
}

/// The size of the low-rank adapters.
#[derive(Serialize)]
struct AdapterSummary {
    layers: usize,
    ranks: Vec<usize>,
    parameters: usize,
}

impl SpeakerReport {
    /// The report on a speaker with the size of its file. `style` is `None` for another base model.
    pub fn new(speaker: &Speaker, bytes: usize, style: Option<&Style>) -> Self {
        let channels = Channel::blendshapes().iter();
        let mut rest: Vec<_> = (channels.clone().zip(speaker.rest))
            .map(|(channel, rest)| (channel.name(), rest))
            .filter(|(_, rest)| rest.abs() >= MIN_REST)
            .collect();
        rest.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let mut ranges: Vec<_> = (channels.zip(speaker.ranges))
            .filter_map(|(channel, range)| Some((channel.name(), range?)))
            .collect();
        let difference = |range: &ChannelRange| (range.high - range.average_high).abs();
        ranges.sort_by(|a, b| difference(&b.1).total_cmp(&difference(&a.1)));
        let layers = speaker.weights.adapters.values();
        let mut ranks: Vec<usize> = layers.clone().map(|layer| layer.down.columns).collect();
        ranks.sort_unstable();
        ranks.dedup();
        Self {
            name: speaker.name.clone(),
            base_model: speaker.base.clone(),
            bytes,
            seconds: speaker.about.takes.iter().map(|take| take.seconds).sum(),
            about: speaker.about.clone(),
            rest,
            ranges,
            blinks_per_minute: speaker.blinks_per_minute,
            gaze: speaker.gaze,
            latent: speaker.weights.latent.len(),
            memory_slots: speaker.weights.memory.mass.len(),
            adapters: AdapterSummary {
                layers: speaker.weights.adapters.len(),
                ranks,
                parameters: layers
                    .map(|layer| layer.down.values.len() + layer.up.values.len())
                    .sum(),
            },
            head: speaker.head.is_some(),
            style: style.map(style_lines).unwrap_or_default(),
        }
    }

    /// The name, the method, the takes, the lip error and the notes.
    pub fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.about;
        let method = match about.learning {
            LearningKind::Instant => "learned instantly".to_owned(),
            LearningKind::Fitted => format!("fitted in {} steps", about.steps),
            LearningKind::Blended => "blended".to_owned(),
        };
        writeln!(f, "{}: {method}, from {:.1} s", self.name, self.seconds)?;
        for take in &about.takes {
            let TakeNote {
                sound, curves, fps, ..
            } = take;
            write!(
                f,
                "  {sound} with {curves} ({fps} fps): {:.1} s",
                take.seconds
            )?;
            match take.lag_ms {
                0.0 => writeln!(f)?,
                lag if lag > 0.0 => writeln!(f, ", the curves were {lag:.0} ms late")?,
                lag => writeln!(f, ", the curves were {:.0} ms early", -lag)?,
            }
        }
        if let [average, instant, fitted @ ..] = about.tail_error_mm.as_slice() {
            write!(
                f,
                "lip error on a held-out part: {average:.2} mm for the average speaker, {instant:.2} mm instantly"
            )?;
            for fitted in fitted {
                write!(f, ", {fitted:.2} mm fitted")?;
            }
            writeln!(f)?;
        }
        for note in &about.notes {
            writeln!(f, "note: {note}")?;
        }
        let stated = |text: &str| if text.is_empty() { "not stated" } else { text }.to_owned();
        writeln!(f, "consent: {}", stated(&about.consent))?;
        write!(f, "licence: {}", stated(&about.licence))
    }
}

impl fmt::Display for SpeakerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary(f)?;
        if self.rest.is_empty() {
            writeln!(f, "\n\nrest pose: like the average speaker's")?;
        } else {
            writeln!(f, "\n\nrest pose, relative to the average speaker's:")?;
        }
        for (channel, rest) in self.rest.iter().take(MAX_SHOWN) {
            writeln!(f, "  {channel:24} {rest:+.2}")?;
        }
        if !self.ranges.is_empty() {
            writeln!(
                f,
                "ranges, the largest difference from the average speaker first:"
            )?;
        }
        for (channel, range) in self.ranges.iter().take(MAX_SHOWN) {
            let ChannelRange {
                low,
                high,
                average_high,
            } = range;
            writeln!(
                f,
                "  {channel:24} {low:.2} to {high:.2}; average speaker up to {average_high:.2}"
            )?;
        }
        let mut distinctive = (self.style.iter())
            .filter(|line| line.deviations.abs() >= MIN_DEVIATION)
            .take(MAX_SHOWN)
            .peekable();
        if distinctive.peek().is_some() {
            writeln!(
                f,
                "articulation, the largest deviation from the average first:"
            )?;
        }
        for line in distinctive {
            let name = line.parameter.replace('_', " ");
            let (value, average, deviations) = (line.value, line.average, line.deviations);
            writeln!(
                f,
                "  {name:24} {value:.2}; average {average:.2} ({deviations:+.1} deviations)"
            )?;
        }
        match self.blinks_per_minute {
            Some(rate) => writeln!(f, "blinks: {rate:.0} per minute")?,
            None => writeln!(f, "blinks: not captured, or too short to count")?,
        }
        match self.gaze {
            Some(gaze) => writeln!(f, "gaze: range {gaze:.2} times the average")?,
            None => writeln!(f, "gaze: not captured")?,
        }
        let head = if self.head { "learned" } else { "not learned" };
        writeln!(f, "head motion: {head}")?;
        let AdapterSummary {
            layers,
            ranks,
            parameters,
        } = &self.adapters;
        match layers {
            0 => writeln!(f, "adapters: none")?,
            _ => {
                let ranks: Vec<String> = ranks.iter().map(usize::to_string).collect();
                writeln!(
                    f,
                    "adapters: {layers} layers, rank {}, {parameters} parameters",
                    ranks.join(" and ")
                )?;
            }
        }
        writeln!(f, "memory: {} slots", self.memory_slots)?;
        write!(
            f,
            "file: {:.0} KB, for base model {}; written by {}",
            self.bytes as f64 / 1e3,
            self.base_model.chars().take(16).collect::<String>(),
            self.about.generator
        )
    }
}
