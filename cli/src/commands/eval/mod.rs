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
use metaface_core::{Animator, Options};
use metaface_evaluation::{
    Bootstrap, Evaluation, Figures, LipGeometry, Trial, UtteranceScore, figures,
};
use metaface_exporters::files;
use serde::Serialize;

use self::recordings::Recording;
use super::animator;
use crate::arguments::EvalArguments;
use crate::failure::Failure;
use crate::{paths, speaker_file};

/// Length of the base model's hash in texts, in characters.
const SHORT_HASH: usize = 12;

/// The report of the command.
#[derive(Serialize)]
struct EvalReport {
    folder: String,
    base_model: String,
    /// The speaker file; `None` for the average speaker.
    speaker: Option<String>,
    device: &'static str,
    fps: String,
    /// The character whose lips the captures were measured on.
    head: String,
    evaluation: Evaluation,
    /// The figures with degraded sound.
    degraded: BTreeMap<Degradation, Figures>,
    /// The written page.
    page: Option<String>,
}

impl EvalReport {
    /// The base model and the speaker.
    fn animated_by(&self) -> String {
        let base = format!("base model {}", &self.base_model[..SHORT_HASH]);
        match &self.speaker {
            Some(speaker) => format!("{base} as {}", title(speaker)),
            None => base,
        }
    }
}

/// The trial of a recording, and its sound.
struct LoadedTrial {
    trial: Trial,
    /// 16 kHz mono.
    samples: Vec<f32>,
}

/// Runs the command.
pub fn run(arguments: &EvalArguments) -> Result<(), Failure> {
    let report = &arguments.report;
    let recordings = find_recordings(arguments)?;
    let optional_inputs = [
        &arguments.model.base_model,
        &arguments.head,
        &arguments.speaker.speaker,
    ];
    let inputs = optional_inputs.into_iter().flatten();
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
        .flat_map(|argument| argument.0.clone())
        .collect();
    let evaluator = Evaluator {
        animator: speaker_file::apply(animator(&arguments.model)?, &arguments.speaker)?,
        options: Options {
            fps: arguments.fps,
            ..Options::default()
        },
        lips,
    };
    if let Some(seconds) = arguments.adapt {
        let table = adapt::adaptation(&evaluator, recordings, seconds, arguments)?;
        return report.finish(&table);
    }
    let bar = report.bar(recordings.len() as u64);
    let mut loaded = Vec::new();
    let mut degraded: BTreeMap<Degradation, Vec<UtteranceScore>> = BTreeMap::new();
    for recording in recordings {
        bar.set_message(recording.id.clone());
        let mut trial = evaluator.load(recording, arguments)?;
        for degradation in &degradations {
            let score = evaluator.score_degraded(&mut trial, *degradation)?;
            degraded.entry(*degradation).or_default().push(score);
        }
        loaded.push(trial);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let bootstrap = Bootstrap::default();
    let (trials, samples): (Vec<Trial>, Vec<Vec<f32>>) = loaded
        .into_iter()
        .map(|loaded| (loaded.trial, loaded.samples))
        .unzip();
    let result = EvalReport {
        folder: arguments.folder.display().to_string(),
        base_model: evaluator.animator.base_hash().to_owned(),
        speaker: (arguments.speaker.speaker.as_ref()).map(|path| path.display().to_string()),
        device: evaluator.animator.device(),
        fps: arguments.fps.to_string(),
        head: (arguments.head.as_ref()).map_or_else(
            || "sample head".to_owned(),
            |path| path.display().to_string(),
        ),
        evaluation: Evaluation::of_trials(&trials, evaluator.lips.as_ref(), bootstrap),
        degraded: (degraded.into_iter())
            .map(|(degradation, scores)| (degradation, figures(&scores, bootstrap)))
            .collect(),
        page: arguments
            .page
            .as_ref()
            .map(|path| path.display().to_string()),
    };
    if let Some(path) = &arguments.page {
        files::write(path, page::page(&result, &trials, &samples).as_bytes())?;
    }
    report.finish(&result)
}

/// The recordings of the folder, limited to the split in the arguments.
fn find_recordings(arguments: &EvalArguments) -> Result<Vec<Recording>, Failure> {
    let mut recordings = recordings::find(&arguments.folder, arguments.curves.as_deref())?;
    let splits: BTreeSet<String> = (recordings.iter())
        .map(|recording| recording.split.clone())
        .collect();
    let split = arguments.split.as_deref();
    recordings.retain(|recording| split.is_none_or(|split| recording.split == split));
    if recordings.is_empty() {
        return Err(Failure::Usage(format!(
            "no recordings in this split; the splits of {} are: {}",
            arguments.folder.display(),
            Vec::from_iter(splits).join(", ")
        )));
    }
    Ok(recordings)
}

/// Animates and scores recordings.
struct Evaluator {
    animator: Animator,
    options: Options,
    lips: Option<LipGeometry>,
}

impl Evaluator {
    fn animate(&self, id: &str, sound: &Sound) -> Result<Clip, Failure> {
        Ok(self.animator.animate(id, sound, &self.options)?)
    }

    /// Reads and animates a recording.
    fn load(
        &self,
        recording: Recording,
        arguments: &EvalArguments,
    ) -> Result<LoadedTrial, Failure> {
        let sound = recording.sound()?;
        let read = |path: &PathBuf| capture::read(path, sound.duration(), &arguments.report);
        let captured = recording.curves.as_ref().map(read).transpose()?;
        Ok(LoadedTrial {
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

    /// Scores a recording with degraded sound. The trial is unchanged afterwards.
    fn score_degraded(
        &self,
        loaded: &mut LoadedTrial,
        degradation: Degradation,
    ) -> Result<UtteranceScore, Failure> {
        let sound = Sound::from_samples(&degradation.apply(&loaded.samples), 16_000, 1)?;
        let degraded = self.animate(&loaded.trial.id, &sound)?;
        let clean = std::mem::replace(&mut loaded.trial.predicted, degraded);
        let score = loaded.trial.score(self.lips.as_ref());
        loaded.trial.predicted = clean;
        Ok(score)
    }
}

/// Formats a value with three decimals; with one from 10 on, and with an exponent below 0.0005.
fn number(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 5e-4 => format!("{value:.2e}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// The name of a file or folder, for headings.
fn title(folder: &str) -> String {
    let name = Path::new(folder).file_name();
    name.map_or_else(
        || folder.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}
