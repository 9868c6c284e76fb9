//! `metaface eval --adapt`: how much learning a speaker improves the animation.

use std::fmt;

use metaface_core::speaker::LearnError;
use metaface_evaluation::Measure;
use metaface_evaluation::adaptation::{
    Adaptation, AdaptationError, CapturedRecording, evaluate_adaptation, split,
};
use serde::Serialize;

use super::recordings::Recording;
use super::{Evaluator, capture, number};
use crate::arguments::EvalArguments;
use crate::failure::Failure;

/// The report of the command.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct AdaptationReport(Adaptation);

/// The measures in the table.
const SHOWN: [Measure; 9] = [
    Measure::LipErrorMm,
    Measure::LipErrorSquareM,
    Measure::LipMotionErrorMm,
    Measure::JawOpenCorrelation,
    Measure::ApertureCorrelation,
    Measure::RoundingCorrelation,
    Measure::DynamicsDeviation,
    Measure::MisalignmentMs,
    Measure::ClosureRecall,
];

impl fmt::Display for AdaptationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.0;
        writeln!(
            f,
            "{} speakers, learned from {:.0} s, evaluated on {:.0} s of the rest",
            table.speakers, table.reference_seconds, table.judged_seconds
        )?;
        let shown = || {
            SHOWN
                .iter()
                .filter(|m| table.rows.values().any(|row| row.contains_key(m)))
        };
        write!(f, "|  |")?;
        shown().try_for_each(|measure| write!(f, " {} |", measure.label()))?;
        write!(f, "\n|---|{}", "---|".repeat(shown().count()))?;
        for (row, figures) in &table.rows {
            write!(f, "\n| {} |", row.label())?;
            for measure in shown() {
                let value = figures.get(measure).map(|figure| number(figure.value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
        }
        Ok(())
    }
}

impl From<AdaptationError> for Failure {
    fn from(error: AdaptationError) -> Self {
        match error {
            AdaptationError::Clip(error) => error.into(),
            AdaptationError::Audio(error) => error.into(),
            AdaptationError::Learn(error) => error.into(),
            AdaptationError::Speaker(error) => LearnError::from(error).into(),
            AdaptationError::Animate(error) => error.into(),
        }
    }
}

/// Learns and evaluates every speaker with captured curves.
pub(super) fn adaptation(
    evaluator: &Evaluator,
    recordings: Vec<Recording>,
    seconds: f64,
    arguments: &EvalArguments,
) -> Result<AdaptationReport, Failure> {
    let captured = recordings.into_iter().filter_map(|recording| {
        let path = recording.curves.clone()?;
        Some((recording, path))
    });
    let read = captured.map(|(recording, path)| -> Result<_, Failure> {
        let sound = recording.sound()?;
        Ok(CapturedRecording {
            captured: capture::read(&path, sound.duration(), &arguments.report)?,
            sound,
            id: recording.id,
            speaker: recording.speaker,
            language: recording.language,
            phones: recording.phones,
            curves_name: path.display().to_string(),
        })
    });
    let speakers = split(read.collect::<Result<_, _>>()?, seconds)?;
    if speakers.is_empty() {
        return Err(Failure::Usage(format!(
            "no speaker in {} has more than {seconds} s of captured curves; give a shorter --adapt",
            arguments.folder.display()
        )));
    }
    let bar = arguments.report.bar(speakers.len() as u64);
    let mut progress = |name: &str| {
        bar.set_message(name.to_owned());
        bar.inc(1);
    };
    let (options, lips) = (&evaluator.options, evaluator.lips.as_ref());
    let animator = &evaluator.animator;
    let table = evaluate_adaptation(animator, &speakers, seconds, options, lips, &mut progress)?;
    bar.finish_and_clear();
    Ok(AdaptationReport(table))
}
