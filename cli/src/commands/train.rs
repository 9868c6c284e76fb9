//! `metaface train`

use std::fmt;

use metaface_core::device::DeviceChoice;
use metaface_exporters::files;
use metaface_training::corpus::CorpusPlan;
use metaface_training::{LearnerPlan, Recipe, Stage, TrainPlan, train_on};
use serde::Serialize;

use crate::arguments::TrainArguments;
use crate::failure::Failure;

/// The report of the command.
#[derive(Serialize)]
struct TrainReport {
    output: String,
    bytes: usize,
}

impl fmt::Display for TrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:.1} MB)", self.output, self.bytes as f64 / 1e6)
    }
}

/// Runs the command.
pub fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let recipe = Recipe {
        folder: arguments.folder.clone(),
        corpus: CorpusPlan::of_hours(arguments.hours, 1),
        recordings: arguments.recordings.clone(),
        start: (arguments.from.as_deref()).map(files::read).transpose()?,
        plan: TrainPlan {
            steps: arguments.steps,
            seed: arguments.seed,
            learning_rate: arguments.learning_rate,
            ..TrainPlan::default()
        },
        learner: LearnerPlan::of_steps(arguments.learner_steps, arguments.seed),
    };
    let bar = arguments.report.bar(0);
    let use_bar = arguments.report.quiet || arguments.report.json || !bar.is_hidden();
    let device: DeviceChoice = arguments.device;
    let bytes = train_on(&recipe, device, &mut |stage| {
        let (message, done, total) = describe(stage);
        if use_bar {
            bar.set_length(total);
            bar.set_position(done);
            bar.set_message(message);
        } else {
            eprintln!("{done}/{total} {message}");
        }
        true
    })?;
    bar.finish_and_clear();
    if let Some(bytes) = bytes {
        files::write(&arguments.output, &bytes)?;
        arguments.report.finish(&TrainReport {
            output: arguments.output.display().to_string(),
            bytes: bytes.len(),
        })?;
    }
    Ok(())
}

/// The progress of a stage: a message, the completed units and their total.
fn describe(stage: &Stage) -> (String, u64, u64) {
    match stage {
        Stage::Corpus(made) => (
            format!("making the corpus, {:.1} h", made.seconds_made / 3600.0),
            made.shards_made as u64,
            made.shards_planned as u64,
        ),
        Stage::Features(done, total) => {
            ("reading the corpus".to_owned(), *done as u64, *total as u64)
        }
        Stage::Training(report) => (
            format!(
                "training: loss {:.3}, phones {:.0} %, {:.0} s/s",
                report.losses.iter().sum::<f32>(),
                100.0 * report.phone_accuracy,
                report.speed
            ),
            report.step as u64,
            report.steps as u64,
        ),
        Stage::Learner(report) => (
            format!(
                "training the learning of speakers: loss {:.3} (average speaker), {:.3}, fitted {:.3}",
                report.losses[0], report.losses[1], report.losses[2]
            ),
            report.step as u64,
            report.steps as u64,
        ),
    }
}
