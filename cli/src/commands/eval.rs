//! `metaface eval`

mod adapt;
mod capture;
mod page;
mod recordings;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use metaface_core::audio::{Degradation, Sound, loudness_curve};
use metaface_core::clip::Clip;
use metaface_core::metrics::{
    Bootstrap, Evaluation, Figures, LipGeometry, Trial, UtteranceScore, figures,
};
use metaface_core::{Animator, Options};
use metaface_exporters::files;
use serde::Serialize;

use self::recordings::Recording;
use super::animator;
use crate::arguments::EvalArguments;
use crate::failure::Failure;
use crate::{paths, speaker_file};

#[derive(Serialize)]
struct Report {
    folder: String,
    base_model: String,
    /// Whose way of moving was judged; none for the average speaker's.
    speaker: Option<String>,
    device: &'static str,
    fps: String,
    /// Whose lips captures were measured on.
    head: String,
    evaluation: Evaluation,
    /// The figures with the sound made worse.
    degraded: BTreeMap<Degradation, Figures>,
    /// The page that was written.
    page: Option<String>,
}

impl Report {
    /// The base model, and the speaker where there is one.
    fn animated_by(&self) -> String {
        let base = format!("base model {}", &self.base_model[..12]);
        match &self.speaker {
            Some(speaker) => format!("{base} as {}", title(speaker)),
            None => base,
        }
    }
}

/// A recording with its sound and everything that it is judged by.
struct Take {
    trial: Trial,
    samples: Vec<f32>,
}

/// Runs the command.
pub fn run(arguments: &EvalArguments) -> Result<(), Failure> {
    let report = &arguments.report;
    let recordings = chosen(arguments)?;
    let inputs = [
        &arguments.model.base_model,
        &arguments.head,
        &arguments.speaker.speaker,
    ];
    let inputs = inputs.into_iter().flatten();
    let curves = recordings
        .iter()
        .filter_map(|recording| recording.curves.as_ref());
    paths::must_differ(
        inputs.chain(curves).map(PathBuf::as_path),
        arguments.page.iter().map(PathBuf::as_path),
    )?;
    let has_curves = recordings
        .iter()
        .any(|recording| recording.curves.is_some());
    let lips = (has_curves || arguments.head.is_some())
        .then(|| capture::lips(arguments.head.as_deref()))
        .transpose()?;
    let degradations: BTreeSet<Degradation> = arguments
        .degrade
        .iter()
        .flat_map(|named| named.0.clone())
        .collect();
    let judge = Judge {
        animator: speaker_file::cast(animator(&arguments.model)?, &arguments.speaker)?,
        options: Options {
            rate: arguments.fps,
            ..Options::default()
        },
        lips,
    };
    if let Some(seconds) = arguments.adapt {
        return report.finish(&adapt::adaptation(&judge, recordings, seconds, arguments)?);
    }
    let bar = report.bar(recordings.len() as u64);
    let mut takes = Vec::new();
    let mut degraded: BTreeMap<Degradation, Vec<UtteranceScore>> = BTreeMap::new();
    for recording in recordings {
        bar.set_message(recording.id.clone());
        let mut take = judge.take(recording, arguments)?;
        for degradation in &degradations {
            let row = judge.degraded(&mut take, *degradation)?;
            degraded.entry(*degradation).or_default().push(row);
        }
        takes.push(take);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let bootstrap = Bootstrap::default();
    let (trials, samples): (Vec<Trial>, Vec<Vec<f32>>) = takes
        .into_iter()
        .map(|take| (take.trial, take.samples))
        .unzip();
    let found = Report {
        folder: arguments.folder.display().to_string(),
        base_model: judge.animator.base_hash().to_owned(),
        speaker: (arguments.speaker.speaker.as_ref()).map(|path| path.display().to_string()),
        device: judge.animator.device(),
        fps: arguments.fps.to_string(),
        head: (arguments.head.as_ref()).map_or_else(
            || "sample head".to_owned(),
            |path| path.display().to_string(),
        ),
        evaluation: Evaluation::of_trials(&trials, judge.lips.as_ref(), bootstrap),
        degraded: (degraded.into_iter())
            .map(|(degradation, rows)| (degradation, figures(&rows, bootstrap)))
            .collect(),
        page: arguments
            .page
            .as_ref()
            .map(|path| path.display().to_string()),
    };
    if let Some(path) = &arguments.page {
        files::write(path, page::page(&found, &trials, &samples).as_bytes())?;
    }
    report.finish(&found)
}

/// The recordings of the folder, or of the split that was asked for.
fn chosen(arguments: &EvalArguments) -> Result<Vec<Recording>, Failure> {
    let mut recordings = recordings::find(&arguments.folder, arguments.curves.as_deref())?;
    let splits: BTreeSet<String> = (recordings.iter())
        .map(|found| found.split.clone())
        .collect();
    let split = arguments.split.as_deref();
    recordings.retain(|recording| split.is_none_or(|split| recording.split == split));
    if recordings.is_empty() {
        return Err(Failure::Usage(format!(
            "no recording to judge; the splits of {} are: {}",
            arguments.folder.display(),
            Vec::from_iter(splits).join(", ")
        )));
    }
    Ok(recordings)
}

/// What animates and scores.
struct Judge {
    animator: Animator,
    options: Options,
    lips: Option<LipGeometry>,
}

impl Judge {
    fn animate(&self, id: &str, sound: &Sound) -> Result<Clip, Failure> {
        Ok(self.animator.animate(id, sound, &self.options)?)
    }

    fn take(&self, recording: Recording, arguments: &EvalArguments) -> Result<Take, Failure> {
        let sound = recording.sound()?;
        let read = |path: &PathBuf| capture::read(path, sound.duration(), &arguments.report);
        let captured = recording.curves.as_ref().map(read).transpose()?;
        Ok(Take {
            trial: Trial {
                predicted: self.animate(&recording.id, &sound)?,
                captured,
                loudness_db: loudness_curve(&sound.samples),
                id: recording.id,
                speaker: recording.speaker,
                language: recording.language,
                phones: recording.phones,
            },
            samples: sound.samples,
        })
    }

    /// The same recording, heard worse; the take is left as it was.
    fn degraded(
        &self,
        take: &mut Take,
        degradation: Degradation,
    ) -> Result<UtteranceScore, Failure> {
        let sound = Sound::from_samples(&degradation.apply(&take.samples), 16_000, 1)?;
        let worse = self.animate(&take.trial.id, &sound)?;
        let clean = std::mem::replace(&mut take.trial.predicted, worse);
        let row = take.trial.score(self.lips.as_ref());
        take.trial.predicted = clean;
        Ok(row)
    }
}

/// A value with as many digits as it deserves.
fn number(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 5e-4 => format!("{value:.2e}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// The file's name, for a heading.
fn title(folder: &str) -> String {
    let name = Path::new(folder).file_name();
    name.map_or_else(
        || folder.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}
