//! `metaface eval`

use std::collections::BTreeSet;
use std::fmt;

use metaface_core::Options;
use metaface_core::audio::Sound;
use metaface_core::metrics::{Bootstrap, Evaluation, UtteranceScore};
use metaface_core::training::corpus::AlignedSpeech;
use serde::Serialize;

use super::animator;
use crate::arguments::EvalArguments;
use crate::failure::Failure;

#[derive(Serialize)]
struct Report {
    folder: String,
    base_model: String,
    device: &'static str,
    evaluation: Evaluation,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.evaluation;
        writeln!(
            f,
            "{} recordings of {} speakers, {:.0} s; base model {} on the {}",
            found.utterances.len(),
            found.speakers,
            found.seconds,
            &self.base_model[..12],
            self.device
        )?;
        writeln!(f, "| measure | value | 95 % interval |\n|---|---|---|")?;
        for (measure, figure) in &found.figures {
            let interval = figure
                .interval
                .map(|interval| format!("{:.2} to {:.2}", interval.low, interval.high))
                .unwrap_or_default();
            writeln!(
                f,
                "| {} | {:.3} | {interval} |",
                measure.label(),
                figure.value
            )?;
        }
        let closures = &found.speech.closures;
        write!(
            f,
            "{} of {} p, b, m closed the lips; {} of {} closed stretches were right",
            closures.hits, closures.total, closures.right_stretches, closures.closed_stretches
        )
    }
}

/// Runs the command.
pub fn run(arguments: &EvalArguments) -> Result<(), Failure> {
    let report = &arguments.report;
    let speech = AlignedSpeech::open(&arguments.folder)?;
    let animator = animator(&arguments.model)?;
    let options = Options {
        rate: arguments.fps,
        ..Options::default()
    };
    let split = arguments.split.as_deref();
    let recordings: Vec<_> = speech
        .recordings()
        .iter()
        .filter(|recording| split.is_none_or(|split| recording.split == split))
        .collect();
    if recordings.is_empty() {
        let splits: BTreeSet<&str> = (speech.recordings().iter())
            .map(|recording| recording.split.as_str())
            .collect();
        return Err(Failure::Usage(format!(
            "no recording to judge; the splits of {} are: {}",
            arguments.folder.display(),
            Vec::from_iter(splits).join(", ")
        )));
    }
    let bar = report.bar(recordings.len() as u64);
    let mut rows = Vec::new();
    for recording in recordings {
        bar.set_message(recording.id.clone());
        let utterance = recording.utterance()?;
        let sound = Sound::from_samples(&utterance.samples, 16_000, 1)?;
        let clip = animator.animate(&utterance.id, &sound, &options)?;
        rows.push(UtteranceScore::of(
            utterance.id,
            utterance.speaker,
            utterance.language,
            &clip,
            &utterance.phones,
        ));
        bar.inc(1);
    }
    bar.finish_and_clear();
    report.finish(&Report {
        folder: arguments.folder.display().to_string(),
        base_model: animator.base_hash().to_owned(),
        device: animator.device(),
        evaluation: Evaluation::of(rows, Bootstrap::default()),
    })
}
