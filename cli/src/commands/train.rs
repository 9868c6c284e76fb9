//! `metaface train`

use std::fmt;

use metaface_core::device::DeviceChoice;
use metaface_core::training::corpus::CorpusPlan;
use metaface_core::training::{LearnerPlan, Recipe, Stage, TrainPlan, train_on};
use metaface_exporters::files;
use serde::Serialize;

use crate::arguments::TrainArguments;
use crate::failure::Failure;

#[derive(Serialize)]
struct Report {
    output: String,
    bytes: usize,
}

impl fmt::Display for Report {
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
    let quiet = arguments.report.quiet || arguments.report.json || !bar.is_hidden();
    let device: DeviceChoice = arguments.device;
    let bytes = train_on(&recipe, device, &mut |stage| {
        let (message, done, all) = describe(stage);
        if quiet {
            bar.set_length(all);
            bar.set_position(done);
            bar.set_message(message);
        } else {
            eprintln!("{done}/{all} {message}");
        }
        true
    })?;
    bar.finish_and_clear();
    if let Some(bytes) = bytes {
        files::write(&arguments.output, &bytes)?;
        arguments.report.finish(&Report {
            output: arguments.output.display().to_string(),
            bytes: bytes.len(),
        })?;
    }
    Ok(())
}

/// What is going on: in words, how far, of how much.
fn describe(stage: &Stage) -> (String, u64, u64) {
    match stage {
        Stage::Corpus(made) => (
            format!("making the corpus, {:.1} h", made.seconds_made / 3600.0),
            made.shards_made as u64,
            made.shards_planned as u64,
        ),
        Stage::Features(done, all) => ("reading the corpus".to_owned(), *done as u64, *all as u64),
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
                "learning to learn speakers: loss {:.3} (average speaker), {:.3}, fitted {:.3}",
                report.losses[0], report.losses[1], report.losses[2]
            ),
            report.step as u64,
            report.steps as u64,
        ),
    }
}
