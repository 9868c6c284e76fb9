//! Ablation of speaker learning, on performers and voices outside the training set.
//!
//! ```sh
//! cargo run --release --ignore-rust-version --bin speaker_table -- RECORDINGS [SPLIT] [BASE_MODEL...]
//! ```
//!
//! RECORDINGS is a folder of speech with phone times (manifest.tsv, audio/, phones/). Performers are
//! drawn outside the training's range of styles and rigs. The base model defaults to the embedded
//! one; several base models give one row each, to compare trainings of the learner.

use std::path::Path;

use metaface_core::Animator;
use metaface_core::clip::{Clip, Frame};
use metaface_core::model::RelationMemory;
use metaface_core::model::relation::LATENT;
use metaface_core::speaker::{LearnOptions, Method, Speaker, Start};
use metaface_evaluation::recordings::Utterance;
use metaface_evaluation::{
    Bootstrap, Figure, Measure, StyleClassifier, Trial, UtteranceScore, figures, mean_pose,
};
use metaface_tools::AnyResult;
use metaface_tools::full::fine_tuned;
use metaface_tools::performers::{TestPerformer, draw_performers, sentences};
use metaface_training::Breadth;

/// Number of evaluated performers.
const PERFORMERS: usize = 24;
/// Lengths of the reference in seconds.
const LENGTHS: [f64; 4] = [2.5, 5.0, 10.0, 30.0];
/// The index of the length for which all rows are computed.
const MAIN: usize = 2;

/// The rows of learned speakers, with their methods.
const LEARNED: [(&str, Method); 9] = [
    (
        "neural process: latent only",
        Method {
            latent: true,
            memory: false,
            adapter_start: None,
        },
    ),
    (
        "neural process: relation memory only",
        Method {
            latent: false,
            memory: true,
            adapter_start: None,
        },
    ),
    ("neural process (instant)", Method::INSTANT),
    (
        "one adapter of the same rank, plain base",
        Method {
            latent: false,
            memory: false,
            adapter_start: Some(Start::FreshSingle),
        },
    ),
    (
        "MoLoRA, plain base",
        Method {
            latent: false,
            memory: false,
            adapter_start: Some(Start::Fresh),
        },
    ),
    (
        "RMIS + MoLoRA",
        Method {
            latent: false,
            memory: false,
            adapter_start: Some(Start::Learned),
        },
    ),
    (
        "neural process + MoLoRA without RMIS",
        Method {
            latent: true,
            memory: true,
            adapter_start: Some(Start::Fresh),
        },
    ),
    (
        "everything but the relation memory",
        Method {
            latent: true,
            memory: false,
            adapter_start: Some(Start::Learned),
        },
    ),
    (EVERYTHING, Method::FITTED),
];
const EVERYTHING: &str = "everything (fitted)";

/// The rows of a table: name, and the score and style similarity of every performer.
#[derive(Default)]
struct ScoreTable(Vec<(String, Vec<(UtteranceScore, f64)>)>);

/// The evaluated model and performers.
struct Study {
    animator: Animator,
    performers: Vec<TestPerformer>,
    classifier: StyleClassifier,
}

fn main() -> AnyResult<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        return Err("usage: speaker_table RECORDINGS [SPLIT] [BASE_MODEL...]".into());
    };
    let split = rest.first().map_or("test", String::as_str);
    let speech = sentences(Path::new(folder), split)?;
    let longest = LENGTHS[LENGTHS.len() - 1];
    let models = rest.get(1..).unwrap_or_default();
    let base = match models {
        [one] => Some(std::fs::read(one)?),
        _ => None,
    };
    let mut study = Study {
        animator: metaface_tools::animator(base.as_deref())?,
        performers: draw_performers(&speech, PERFORMERS, longest, Breadth::Unusual, 1001)?,
        classifier: metaface_tools::style_classifier(&speech)?,
    };
    let scored = study
        .performers
        .iter()
        .map(|performer| performer.query.seconds());
    println!(
        "{PERFORMERS} performers, {:.0} s scored",
        scored.sum::<f64>()
    );
    if models.len() > 1 {
        let mut table = ScoreTable::default();
        for path in models {
            study.animator = metaface_tools::animator(Some(&std::fs::read(path)?))?;
            study.learned(&mut table, path, Method::FITTED, LENGTHS[MAIN])?;
        }
        table.print(LENGTHS[MAIN]);
        return Ok(());
    }
    println!("base model {}", &study.animator.base_hash()[..12]);
    let mean_style = study.mean_style(&speech)?;
    for (index, seconds) in LENGTHS.into_iter().enumerate() {
        let mut table = ScoreTable::default();
        study.controls(&mut table, &mean_style, seconds)?;
        for (name, method) in LEARNED {
            if index == MAIN || name == EVERYTHING || method == Method::INSTANT {
                study.learned(&mut table, name, method, seconds)?;
            }
        }
        if index == MAIN {
            study.fine_tuned(&mut table, base.as_deref(), seconds)?;
        }
        table.print(seconds);
    }
    Ok(())
}

impl Study {
    /// Adds the rows without learning.
    fn controls(
        &self,
        table: &mut ScoreTable,
        mean_style: &Speaker,
        seconds: f64,
    ) -> AnyResult<()> {
        let mut row =
            |name: &str, clip: &dyn Fn(&TestPerformer) -> AnyResult<Clip>| -> AnyResult<()> {
                let clips: AnyResult<Vec<Clip>> = self.performers.iter().map(clip).collect();
                self.add(table, name, clips?);
                Ok(())
            };
        row("still, at the reference's mean pose", &|performer| {
            Ok(still(performer, seconds))
        })?;
        row("average speaker", &|performer| {
            metaface_tools::animate(&self.animator, None, performer)
        })?;
        row("mean style", &|performer| {
            metaface_tools::animate(&self.animator, Some(mean_style), performer)
        })
    }

    /// Adds a row of learned speakers; for the complete method, also a row with other performers'
    /// files.
    fn learned(
        &self,
        table: &mut ScoreTable,
        name: &str,
        method: Method,
        seconds: f64,
    ) -> AnyResult<()> {
        let learned = self
            .performers
            .iter()
            .map(|performer| learned(&self.animator, performer, seconds, method));
        let files: Vec<Speaker> = learned.collect::<AnyResult<_>>()?;
        let animated = |skip: usize| -> AnyResult<Vec<Clip>> {
            let files = files.iter().cycle().skip(skip);
            (self.performers.iter().zip(files))
                .map(|(performer, file)| {
                    metaface_tools::animate(&self.animator, Some(file), performer)
                })
                .collect()
        };
        if name == EVERYTHING {
            self.add(table, "another performer's file", animated(1)?);
        }
        self.add(table, name, animated(0)?);
        Ok(())
    }

    /// Adds the row that fits every weight.
    fn fine_tuned(
        &self,
        table: &mut ScoreTable,
        base: Option<&[u8]>,
        seconds: f64,
    ) -> AnyResult<()> {
        let mut clips = Vec::new();
        for performer in &self.performers {
            let (tuned, rest) = fine_tuned(&self.animator, base, performer, seconds)?;
            clips.push(metaface_tools::animate(&tuned, Some(&rest), performer)?);
        }
        self.add(table, "full fine-tuning, plain base", clips);
        Ok(())
    }

    /// A speaker with the mean latent and rest pose of usual performers.
    fn mean_style(&self, speech: &[Utterance]) -> AnyResult<Speaker> {
        let usual = draw_performers(speech, 16, LENGTHS[MAIN], Breadth::Usual, 2002)?;
        let learned = usual
            .iter()
            .map(|performer| learned(&self.animator, performer, LENGTHS[MAIN], Method::INSTANT));
        let files: Vec<Speaker> = learned.collect::<AnyResult<_>>()?;
        let mean =
            |of: &dyn Fn(&Speaker) -> f32| files.iter().map(of).sum::<f32>() / files.len() as f32;
        let mut average = files[0].clone();
        average.weights.memory = RelationMemory::default();
        // A missing latent means the average latent, 0.
        let of =
            |file: &Speaker, index: usize| file.weights.latent.get(index).copied().unwrap_or(0.0);
        average.weights.latent = (0..LATENT)
            .map(|index| mean(&|file| of(file, index)))
            .collect();
        average.rest = std::array::from_fn(|index| mean(&|file| file.rest[index]));
        Ok(average)
    }

    fn add(&self, table: &mut ScoreTable, name: &str, clips: Vec<Clip>) {
        let blendshapes = |clip: &Clip| -> Vec<[f32; 52]> {
            let frames = clip.frames.iter();
            frames
                .map(|frame| std::array::from_fn(|i| frame.0[i]))
                .collect()
        };
        let scored = (self.performers.iter().zip(clips)).map(|(performer, predicted)| {
            let truth = &performer.query.clip;
            let similarity =
                (self.classifier).similarity(&blendshapes(&predicted), &blendshapes(truth));
            let trial = Trial {
                id: performer.name.clone(),
                speaker: performer.name.clone(),
                language: String::new(),
                phones: performer.query.phones.clone(),
                predicted,
                captured: Some(truth.clone()),
                loudness_db: Vec::new(),
            };
            (
                trial.score(Some(&metaface_tools::lips())),
                similarity.unwrap_or(0.0),
            )
        });
        table.0.push((name.to_owned(), scored.collect()));
    }
}

fn learned(
    animator: &Animator,
    performer: &TestPerformer,
    seconds: f64,
    method: Method,
) -> AnyResult<Speaker> {
    let reference = animator.reference(vec![performer.reference.take(seconds)?])?;
    let options = LearnOptions {
        method,
        name: performer.name.clone(),
        ..LearnOptions::default()
    };
    animator
        .learn(&reference, &options, &mut |_| true)?
        .ok_or_else(|| "stopped".into())
}

fn still(performer: &TestPerformer, seconds: f64) -> Clip {
    let reference = performer.reference.cut(seconds);
    let pose = mean_pose(&reference)
        .frames
        .first()
        .copied()
        .unwrap_or(Frame::NEUTRAL);
    Clip {
        frames: vec![pose; performer.query.clip.frames.len()],
        ..performer.query.clip.clone()
    }
}

/// The columns: measure, title, factor.
const COLUMNS: [(Measure, &str, f64); 8] = [
    (Measure::LipErrorMm, "LVE (mm)", 1.0),
    (Measure::LipErrorSquareM, "LVE (1e-5 m^2)", 1e5),
    (Measure::LipMotionErrorMm, "LVE without rest (mm)", 1.0),
    (Measure::JawOpenCorrelation, "JawOpen r", 1.0),
    (Measure::DynamicsDeviation, "FDD", 1.0),
    (Measure::MisalignmentMs, "MTM (ms)", 1.0),
    (Measure::ClosureRecall, "closure recall", 1.0),
    (Measure::ClosurePrecision, "closure precision", 1.0),
];

impl ScoreTable {
    fn print(&self, seconds: f64) {
        let titles = COLUMNS.map(|(_, title, _)| format!(" {title} |")).concat();
        println!("\n{seconds} s of reference\n\n|  |{titles} style similarity |");
        println!("|---|{}---|", "---|".repeat(COLUMNS.len()));
        for (name, row) in &self.0 {
            let scores: Vec<UtteranceScore> = row.iter().map(|(score, _)| score.clone()).collect();
            let pooled = figures(&scores, Bootstrap::default());
            print!("| {name} |");
            for (measure, _, scale) in COLUMNS {
                let Some(Figure { value, interval }) = pooled.get(&measure) else {
                    print!("  |");
                    continue;
                };
                match interval.filter(|_| measure == Measure::LipErrorMm) {
                    Some(range) => print!(" {value:.2} ({:.2} to {:.2}) |", range.low, range.high),
                    None => print!(" {:.3} |", value * scale),
                }
            }
            let similarity = row.iter().map(|(_, similarity)| similarity).sum::<f64>();
            println!(" {:.3} |", similarity / row.len() as f64);
        }
    }
}
