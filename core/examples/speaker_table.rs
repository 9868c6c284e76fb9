//! What each part of learning a speaker is worth, on performers and voices that no one trained on.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example speaker_table -- RECORDINGS [SPLIT] [BASE_MODEL...]
//! ```
//!
//! RECORDINGS is a folder of speech with phone times (manifest.tsv, audio/, phones/). Performers are
//! drawn outside the training's range of styles and rigs. Without a base model the program's own is
//! judged; with several there is one row for each: other trainings of the same learner.

mod common;

use std::path::Path;

use common::full::fine_tuned;
use common::people::{Person, people};
use metaface_core::Animator;
use metaface_core::clip::{Clip, Frame};
use metaface_core::metrics::{
    Bootstrap, Figure, Measure, StyleClassifier, Trial, UtteranceScore, figures, mean_pose,
};
use metaface_core::model::relation::LATENT;
use metaface_core::speaker::{
    LearnOptions, Method, Reference, RelationMemory, Speaker, Start, learn,
};
use metaface_core::training::{Breadth, Utterance};

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// Performers judged.
const PEOPLE: usize = 24;
/// Seconds of reference.
const LENGTHS: [f64; 4] = [2.5, 5.0, 10.0, 30.0];
/// The length at which every row is judged.
const MAIN: usize = 2;

/// The rows learned from a reference, with what learns them.
const LEARNED: [(&str, Method); 9] = [
    (
        "neural process: latent only",
        Method {
            latent: true,
            memory: false,
            adapters: None,
        },
    ),
    (
        "neural process: relation memory only",
        Method {
            latent: false,
            memory: true,
            adapters: None,
        },
    ),
    ("neural process (instant)", Method::INSTANT),
    (
        "one adapter of the same rank, plain base",
        Method {
            latent: false,
            memory: false,
            adapters: Some(Start::FreshSingle),
        },
    ),
    (
        "MoLoRA, plain base",
        Method {
            latent: false,
            memory: false,
            adapters: Some(Start::Fresh),
        },
    ),
    (
        "RMIS + MoLoRA",
        Method {
            latent: false,
            memory: false,
            adapters: Some(Start::Learned),
        },
    ),
    (
        "neural process + MoLoRA without RMIS",
        Method {
            latent: true,
            memory: true,
            adapters: Some(Start::Fresh),
        },
    ),
    (
        "everything but the relation memory",
        Method {
            latent: true,
            memory: false,
            adapters: Some(Start::Learned),
        },
    ),
    (EVERYTHING, Method::FITTED),
];
const EVERYTHING: &str = "everything (fitted)";

/// The rows of one table, in order.
#[derive(Default)]
struct Table(Vec<(String, Vec<(UtteranceScore, f64)>)>);

/// Who is learned and judged, and by whom.
struct Study {
    animator: Animator,
    people: Vec<Person>,
    judge: StyleClassifier,
}

fn main() -> Anyhow<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        return Err("give a folder of recordings with phone times".into());
    };
    let split = rest.first().map_or("test", String::as_str);
    let speech = common::people::sentences(Path::new(folder), split)?;
    let longest = LENGTHS[LENGTHS.len() - 1];
    let models = rest.get(1..).unwrap_or_default();
    let base = match models {
        [one] => Some(std::fs::read(one)?),
        _ => None,
    };
    let mut study = Study {
        animator: common::animator(base.as_deref())?,
        people: people(&speech, PEOPLE, longest, Breadth::Unusual, 1001)?,
        judge: common::style_judge(&speech)?,
    };
    let judged = study.people.iter().map(|person| person.query.seconds());
    println!("{PEOPLE} performers, {:.0} s judged", judged.sum::<f64>());
    if models.len() > 1 {
        let mut table = Table::default();
        for path in models {
            study.animator = common::animator(Some(&std::fs::read(path)?))?;
            study.learned(&mut table, path, Method::FITTED, LENGTHS[MAIN])?;
        }
        table.print(LENGTHS[MAIN]);
        return Ok(());
    }
    println!("base model {}", &study.animator.base_hash()[..12]);
    let mean_style = study.mean_style(&speech)?;
    for (index, seconds) in LENGTHS.into_iter().enumerate() {
        let mut table = Table::default();
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
    /// Rows that learn nothing.
    fn controls(&self, table: &mut Table, mean_style: &Speaker, seconds: f64) -> Anyhow<()> {
        let mut row = |name: &str, clip: &dyn Fn(&Person) -> Anyhow<Clip>| -> Anyhow<()> {
            let clips: Anyhow<Vec<Clip>> = self.people.iter().map(clip).collect();
            self.add(table, name, clips?);
            Ok(())
        };
        row("still, at the reference's mean pose", &|person| {
            Ok(still(person, seconds))
        })?;
        row("average speaker", &|person| {
            common::animate(&self.animator, None, person)
        })?;
        row("mean style", &|person| {
            common::animate(&self.animator, Some(mean_style), person)
        })
    }

    /// A row that learns everybody; beside everything, what another's file does.
    fn learned(&self, table: &mut Table, name: &str, method: Method, seconds: f64) -> Anyhow<()> {
        let learned = self
            .people
            .iter()
            .map(|person| learned(&self.animator, person, seconds, method));
        let files: Vec<Speaker> = learned.collect::<Anyhow<_>>()?;
        let say = |skip: usize| -> Anyhow<Vec<Clip>> {
            let files = files.iter().cycle().skip(skip);
            (self.people.iter().zip(files))
                .map(|(person, file)| common::animate(&self.animator, Some(file), person))
                .collect()
        };
        if name == EVERYTHING {
            self.add(table, "another performer's file", say(1)?);
        }
        self.add(table, name, say(0)?);
        Ok(())
    }

    /// The row that fits every weight.
    fn fine_tuned(&self, table: &mut Table, base: Option<&[u8]>, seconds: f64) -> Anyhow<()> {
        let mut clips = Vec::new();
        for person in &self.people {
            let (tuned, rest) = fine_tuned(&self.animator, base, person, seconds)?;
            clips.push(common::animate(&tuned, Some(&rest), person)?);
        }
        self.add(table, "full fine-tuning, plain base", clips);
        Ok(())
    }

    /// The mean latent and rest pose of usual performers, with nothing else.
    fn mean_style(&self, speech: &[Utterance]) -> Anyhow<Speaker> {
        let usual = people(speech, 16, LENGTHS[MAIN], Breadth::Usual, 2002)?;
        let learned = usual
            .iter()
            .map(|person| learned(&self.animator, person, LENGTHS[MAIN], Method::INSTANT));
        let files: Vec<Speaker> = learned.collect::<Anyhow<_>>()?;
        let mean =
            |of: &dyn Fn(&Speaker) -> f32| files.iter().map(of).sum::<f32>() / files.len() as f32;
        let mut average = files[0].clone();
        average.memory = RelationMemory::default();
        // Whoever the neural process had nothing to say about has no latent: the average one.
        let of = |file: &Speaker, index: usize| file.latent.get(index).copied().unwrap_or(0.0);
        average.latent = (0..LATENT)
            .map(|index| mean(&|file| of(file, index)))
            .collect();
        average.rest = std::array::from_fn(|index| mean(&|file| file.rest[index]));
        Ok(average)
    }

    fn add(&self, table: &mut Table, name: &str, clips: Vec<Clip>) {
        let plain = |clip: &Clip| -> Vec<[f32; 52]> {
            let frames = clip.frames.iter();
            frames
                .map(|frame| std::array::from_fn(|i| frame.0[i]))
                .collect()
        };
        let scored = (self.people.iter().zip(clips)).map(|(person, predicted)| {
            let truth = &person.query.clip;
            let alike = self.judge.similarity(&plain(&predicted), &plain(truth));
            let trial = Trial {
                id: person.name.clone(),
                speaker: person.name.clone(),
                language: String::new(),
                phones: person.query.phones.clone(),
                predicted,
                captured: Some(truth.clone()),
                loudness_db: Vec::new(),
            };
            (trial.score(Some(&common::lips())), alike.unwrap_or(0.0))
        });
        table.0.push((name.to_owned(), scored.collect()));
    }
}

fn learned(animator: &Animator, person: &Person, seconds: f64, method: Method) -> Anyhow<Speaker> {
    let reference = Reference::new(vec![person.reference.take(seconds)?], animator)?;
    let options = LearnOptions {
        method,
        name: person.name.clone(),
        ..LearnOptions::default()
    };
    learn(animator, &reference, &options, &mut |_| true)?.ok_or_else(|| "stopped".into())
}

fn still(person: &Person, seconds: f64) -> Clip {
    let reference = person.reference.cut(seconds);
    let pose = mean_pose(&reference)
        .frames
        .first()
        .copied()
        .unwrap_or(Frame::NEUTRAL);
    Clip {
        frames: vec![pose; person.query.clip.frames.len()],
        ..person.query.clip.clone()
    }
}

const SHOWN: [(Measure, &str, f64); 8] = [
    (Measure::LipErrorMm, "LVE (mm)", 1.0),
    (Measure::LipErrorSquareM, "LVE (1e-5 m^2)", 1e5),
    (Measure::LipMotionErrorMm, "LVE without rest (mm)", 1.0),
    (Measure::JawOpenCorrelation, "JawOpen r", 1.0),
    (Measure::DynamicsDeviation, "FDD", 1.0),
    (Measure::MisalignmentMs, "MTM (ms)", 1.0),
    (Measure::ClosureRecall, "closure recall", 1.0),
    (Measure::ClosurePrecision, "closure precision", 1.0),
];

impl Table {
    fn print(&self, seconds: f64) {
        let heads = SHOWN.map(|(_, head, _)| format!(" {head} |")).concat();
        println!("\n{seconds} s of reference\n\n|  |{heads} style similarity |");
        println!("|---|{}---|", "---|".repeat(SHOWN.len()));
        for (name, row) in &self.0 {
            let scores: Vec<UtteranceScore> = row.iter().map(|(score, _)| score.clone()).collect();
            let found = figures(&scores, Bootstrap::default());
            print!("| {name} |");
            for (measure, _, scale) in SHOWN {
                let Some(Figure { value, interval }) = found.get(&measure) else {
                    print!("  |");
                    continue;
                };
                match interval.filter(|_| measure == Measure::LipErrorMm) {
                    Some(range) => print!(" {value:.2} ({:.2} to {:.2}) |", range.low, range.high),
                    None => print!(" {:.3} |", value * scale),
                }
            }
            let alike = row.iter().map(|(_, alike)| alike).sum::<f64>();
            println!(" {:.3} |", alike / row.len() as f64);
        }
    }
}
