//! What a speaker file holds, in words and numbers.

use std::fmt;

use metaface_core::clip::Channel;
use metaface_core::speaker::{About, ChannelRange, Learning, Speaker, TakeNote};
use metaface_core::training::teacher::Style;
use serde::Serialize;

/// Channels shown of the rest pose and of the ranges.
const MOST_SHOWN: usize = 8;
/// Nearer to the average, a style is not worth a line, in standard deviations over people.
const LEAST_DEVIATION: f32 = 0.5;
/// Smaller parts of a rest pose are not worth a line.
const LEAST_REST: f32 = 0.02;

/// A speaker, for people and scripts.
#[derive(Serialize)]
pub struct SpeakerReport {
    name: String,
    base_model: String,
    bytes: usize,
    about: About,
    seconds: f32,
    /// Channels of the rest pose, the largest first.
    rest: Vec<(&'static str, f32)>,
    /// What each captured channel did, the most unlike the average speaker's first.
    ranges: Vec<(&'static str, ChannelRange)>,
    blinks_per_minute: Option<f32>,
    gaze: Option<f32>,
    latent: usize,
    memory_slots: usize,
    adapters: Adapters,
    head: bool,
    /// The articulation style that comes nearest, what differs most from the average first; empty
    /// where the speaker belongs to another base model.
    style: Vec<StyleLine>,
}

/// One parameter of a style.
#[derive(Serialize)]
struct StyleLine {
    parameter: &'static str,
    value: f32,
    average: f32,
    /// Standard deviations over people from the average.
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

/// The size of what was fitted.
#[derive(Serialize)]
struct Adapters {
    layers: usize,
    ranks: Vec<usize>,
    parameters: usize,
}

impl SpeakerReport {
    /// Of a speaker whose file has so many bytes, and whose style is known or not.
    pub fn new(speaker: &Speaker, bytes: usize, style: Option<&Style>) -> Self {
        let channels = Channel::blendshapes().iter();
        let mut rest: Vec<_> = (channels.clone().zip(speaker.rest))
            .map(|(channel, rest)| (channel.name(), rest))
            .filter(|(_, rest)| rest.abs() >= LEAST_REST)
            .collect();
        rest.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let mut ranges: Vec<_> = (channels.zip(speaker.ranges))
            .filter_map(|(channel, range)| Some((channel.name(), range?)))
            .collect();
        let unlike = |range: &ChannelRange| (range.high - range.average_high).abs();
        ranges.sort_by(|a, b| unlike(&b.1).total_cmp(&unlike(&a.1)));
        let layers = speaker.adapters.values();
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
            latent: speaker.latent.len(),
            memory_slots: speaker.memory.mass.len(),
            adapters: Adapters {
                layers: speaker.adapters.len(),
                ranks,
                parameters: layers
                    .map(|layer| layer.down.values.len() + layer.up.values.len())
                    .sum(),
            },
            head: speaker.head.is_some(),
            style: style.map(style_lines).unwrap_or_default(),
        }
    }

    /// Who, from what, and what was noticed.
    pub fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.about;
        let how = match about.learning {
            Learning::Instant => "learned instantly".to_owned(),
            Learning::Fitted => format!("fitted in {} steps", about.steps),
            Learning::Blended => "blended".to_owned(),
        };
        writeln!(f, "{}: {how}, from {:.1} s", self.name, self.seconds)?;
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
                "lip error on a part kept back: {average:.2} mm as the average speaker, {instant:.2} mm instantly"
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
        match self.rest.is_empty() {
            true => writeln!(f, "\n\nat rest: like the average speaker")?,
            false => writeln!(f, "\n\nat rest, beside the average speaker:")?,
        }
        for (channel, rest) in self.rest.iter().take(MOST_SHOWN) {
            writeln!(f, "  {channel:24} {rest:+.2}")?;
        }
        if !self.ranges.is_empty() {
            writeln!(f, "ranges, the most unlike the average speaker's first:")?;
        }
        for (channel, range) in self.ranges.iter().take(MOST_SHOWN) {
            let ChannelRange {
                low,
                high,
                average_high,
            } = range;
            writeln!(
                f,
                "  {channel:24} {low:.2} to {high:.2}, the average speaker to {average_high:.2}"
            )?;
        }
        let unlike = (self.style.iter()).filter(|line| line.deviations.abs() >= LEAST_DEVIATION);
        let unlike: Vec<_> = unlike.take(MOST_SHOWN).collect();
        if !unlike.is_empty() {
            writeln!(
                f,
                "speaks with, what differs most from people's average first:"
            )?;
        }
        for line in unlike {
            let name = line.parameter.replace('_', " ");
            let (value, average, away) = (line.value, line.average, line.deviations);
            writeln!(
                f,
                "  {name:24} {value:.2}, people's average is {average:.2} ({away:+.1} deviations)"
            )?;
        }
        match self.blinks_per_minute {
            Some(rate) => writeln!(f, "blinks: {rate:.0} a minute")?,
            None => writeln!(f, "blinks: not captured, or too short to count")?,
        }
        match self.gaze {
            Some(gaze) => writeln!(f, "gaze: wanders {gaze:.2} times as far as usual")?,
            None => writeln!(f, "gaze: not captured")?,
        }
        match self.head {
            true => writeln!(f, "head: as it moved in the takes")?,
            false => writeln!(f, "head: not learned")?,
        }
        let Adapters {
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
                    "adapters: {layers} layers, rank {}, {parameters} numbers",
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
