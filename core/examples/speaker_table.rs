//! What each part of learning a speaker is worth, on performers and voices that no one trained on.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example speaker_table -- RECORDINGS [SPLIT] [BASE_MODEL...]
//! ```
//!
//! RECORDINGS is a folder of speech with phone times (manifest.tsv, audio/, phones/). Performers are
//! drawn outside the training's range of styles and rigs; the first base model is judged, further
//! ones add a row each (other trainings of the same learner).

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::full::fine_tuned;
use common::people::{Person, people};
use metaface_core::Animator;
use metaface_core::clip::{Clip, Frame};
use metaface_core::device::DeviceChoice;
use metaface_core::metrics::{
    Bootstrap, Figure, Measure, StyleClassifier, Trial, UtteranceScore, figures, mean_pose,
};
use metaface_core::speaker::{LearnOptions, Method, Reference, Speaker, Start, learn};
use metaface_core::training::Breadth;

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

type Rows = BTreeMap<String, Vec<(UtteranceScore, f64)>>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        return Err("give a folder of recordings with phone times".into());
    };
    let split = rest.first().map_or("test", String::as_str);
    let bytes = rest.get(1).map(std::fs::read).transpose()?;
    let animator = common::animator(bytes.as_deref())?;
    let speech = common::people::sentences(Path::new(folder), split)?;
    let longest = LENGTHS[LENGTHS.len() - 1];
    let people = people(&speech, PEOPLE, longest, Breadth::Unusual, 1001)?;
    let judge = common::style_judge(&speech)?;
    println!(
        "{} performers, {:.0} s judged; base model {}",
        people.len(),
        people
            .iter()
            .map(|person| person.query.seconds())
            .sum::<f64>(),
        &animator.base_hash()[..12]
    );
    let mean_style = mean_style(&animator, &speech)?;
    for (index, seconds) in LENGTHS.into_iter().enumerate() {
        let mut rows = Rows::new();
        let mut order = Vec::new();
        let all = index == MAIN;
        for (name, method) in LEARNED {
            let main = name == EVERYTHING || method == Method::INSTANT;
            if !(all || main) {
                continue;
            }
            let mut files = Vec::new();
            for person in &people {
                files.push(learned(&animator, person, seconds, method)?);
            }
            if name == EVERYTHING {
                order.push("another performer's file".to_owned());
                for (person, other) in people.iter().zip(files.iter().cycle().skip(1)) {
                    let clip = common::animate(&animator, Some(other), person)?;
                    add(&mut rows, "another performer's file", person, clip, &judge);
                }
            }
            order.push(name.to_owned());
            for (person, file) in people.iter().zip(&files) {
                let clip = common::animate(&animator, Some(file), person)?;
                add(&mut rows, name, person, clip, &judge);
            }
        }
        if all {
            for (name, path) in rest
                .iter()
                .skip(2)
                .map(|path| (format!("everything, {path}"), path))
            {
                order.push(name.clone());
                let bytes = std::fs::read(path)?;
                let other = Animator::with_base_model(&bytes, DeviceChoice::Cpu)?;
                for person in &people {
                    let file = learned(&other, person, seconds, Method::FITTED)?;
                    let clip = common::animate(&other, Some(&file), person)?;
                    add(&mut rows, &name, person, clip, &judge);
                }
            }
            let name = "full fine-tuning, plain base";
            order.push(name.to_owned());
            for person in &people {
                let (tuned, rest) = fine_tuned(&animator, bytes.as_deref(), person, seconds)?;
                let clip = common::animate(&tuned, Some(&rest), person)?;
                add(&mut rows, name, person, clip, &judge);
            }
        }
        for person in &people {
            let controls = [
                (
                    "still, at the reference's mean pose",
                    still(person, seconds),
                ),
                ("average speaker", common::animate(&animator, None, person)?),
                (
                    "mean style",
                    common::animate(&animator, Some(&mean_style), person)?,
                ),
            ];
            for (name, clip) in controls {
                add(&mut rows, name, person, clip, &judge);
            }
        }
        order.splice(
            0..0,
            [
                "still, at the reference's mean pose",
                "average speaker",
                "mean style",
            ]
            .map(str::to_owned),
        );
        print_table(seconds, &order, &rows);
    }
    Ok(())
}

fn learned(
    animator: &Animator,
    person: &Person,
    seconds: f64,
    method: Method,
) -> Result<Speaker, Box<dyn std::error::Error>> {
    let reference = Reference::new(vec![person.reference.take(seconds)?], animator)?;
    let options = LearnOptions {
        method,
        name: person.name.clone(),
        ..LearnOptions::default()
    };
    learn(animator, &reference, &options, &mut |_| true)?.ok_or_else(|| "stopped".into())
}

/// The mean latent of usual performers, with nothing else.
fn mean_style(
    animator: &Animator,
    speech: &[metaface_core::training::Utterance],
) -> Result<Speaker, Box<dyn std::error::Error>> {
    let usual = people(speech, 16, 10.0, Breadth::Usual, 2002)?;
    let mut files = Vec::new();
    for person in &usual {
        files.push(learned(animator, person, 10.0, Method::INSTANT)?);
    }
    let mut mean = files[0].clone();
    let share = 1.0 / files.len() as f32;
    mean.memory.values.values.fill(0.0);
    for (index, value) in mean.latent.iter_mut().enumerate() {
        *value = files.iter().map(|file| file.latent[index]).sum::<f32>() * share;
    }
    for (index, value) in mean.rest.iter_mut().enumerate() {
        *value = files.iter().map(|file| file.rest[index]).sum::<f32>() * share;
    }
    Ok(mean)
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

fn add(rows: &mut Rows, name: &str, person: &Person, predicted: Clip, judge: &StyleClassifier) {
    let plain = |clip: &Clip| -> Vec<[f32; 52]> {
        clip.frames
            .iter()
            .map(|frame| std::array::from_fn(|i| frame.0[i]))
            .collect()
    };
    let alike = judge.similarity(&plain(&predicted), &plain(&person.query.clip));
    let trial = Trial {
        id: person.name.clone(),
        speaker: person.name.clone(),
        language: String::new(),
        phones: person.query.phones.clone(),
        predicted,
        captured: Some(person.query.clip.clone()),
        loudness_db: Vec::new(),
    };
    let score = trial.score(Some(&common::lips()));
    rows.entry(name.to_owned())
        .or_default()
        .push((score, alike.unwrap_or(0.0)));
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

fn print_table(seconds: f64, order: &[String], rows: &Rows) {
    let heads = SHOWN.map(|(_, head, _)| format!(" {head} |")).concat();
    println!(
        "\n{seconds} s of reference\n\n|  |{heads} style similarity |\n|---|{}---|",
        "---|".repeat(SHOWN.len())
    );
    for name in order {
        let scores: Vec<UtteranceScore> =
            rows[name].iter().map(|(score, _)| score.clone()).collect();
        let found = figures(&scores, Bootstrap::default());
        print!("| {name} |");
        for (measure, _, scale) in SHOWN {
            match found.get(&measure) {
                Some(Figure {
                    value,
                    interval: Some(range),
                }) if measure == Measure::LipErrorMm => {
                    print!(
                        " {:.2} ({:.2} to {:.2}) |",
                        value * scale,
                        range.low * scale,
                        range.high * scale
                    );
                }
                Some(figure) => print!(" {:.3} |", figure.value * scale),
                None => print!("  |"),
            }
        }
        let alike = rows[name].iter().map(|(_, alike)| alike).sum::<f64>();
        println!(" {:.3} |", alike / rows[name].len() as f64);
    }
}
