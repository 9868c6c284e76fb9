//! What learning a speaker is worth: learned from the first seconds, judged on the rest.

use std::collections::BTreeMap;
use std::fmt;

use metaface_core::audio::{SAMPLE_RATE, Sound, loudness_curve};
use metaface_core::clip::{Clip, Frame};
use metaface_core::metrics::{
    Bootstrap, Figures, Measure, Trial, UtteranceScore, figures, mean_pose,
};
use metaface_core::speaker::{LearnError, LearnOptions, Method, Reference, Speaker, Take, learn};
use serde::Serialize;

use super::recordings::Recording;
use super::{Judge, capture, number};
use crate::arguments::EvalArguments;
use crate::failure::Failure;

/// What a speaker's takes have left after the reference is judged if it is this long, in seconds.
const SHORTEST_REST: f64 = 1.0;

/// Takes are cut no shorter for a reference, in seconds.
const SHORTEST_TAKE: f64 = 2.0;

/// Whose file animates the rest of a speaker's takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// Nobody: the still face at the reference's mean pose.
    MeanFace,
    /// No file: the average speaker.
    Average,
    /// The own file's rest pose, nothing else of it.
    RestPose,
    /// The next speaker's file.
    AnotherSpeaker,
    /// The own file, learned without gradient steps.
    Instant,
    /// The own file.
    Fitted,
}

impl Row {
    const ALL: [Self; 6] = [
        Self::MeanFace,
        Self::Average,
        Self::RestPose,
        Self::AnotherSpeaker,
        Self::Instant,
        Self::Fitted,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::MeanFace => "still, at the reference's mean pose",
            Self::Average => "average speaker (no file)",
            Self::RestPose => "own rest pose alone",
            Self::AnotherSpeaker => "another speaker's file",
            Self::Instant => "own file, instant",
            Self::Fitted => "own file, fitted",
        }
    }
}

/// The table.
#[derive(Debug, Serialize)]
pub struct Adaptation {
    /// Seconds that each speaker was learned from.
    pub reference_seconds: f64,
    /// Speakers.
    pub speakers: usize,
    /// Seconds judged.
    pub judged_seconds: f64,
    /// Figures by row.
    pub rows: BTreeMap<Row, Figures>,
}

/// The measures shown.
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

impl fmt::Display for Adaptation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} speakers, learned from {:.0} s, judged on {:.0} s of the rest",
            self.speakers, self.reference_seconds, self.judged_seconds
        )?;
        let shown = || {
            SHOWN
                .iter()
                .filter(|m| self.rows.values().any(|row| row.contains_key(m)))
        };
        write!(f, "|  |")?;
        shown().try_for_each(|measure| write!(f, " {} |", measure.label()))?;
        write!(f, "\n|---|{}", "---|".repeat(shown().count()))?;
        for (row, figures) in &self.rows {
            write!(f, "\n| {} |", row.label())?;
            for measure in shown() {
                let value = figures.get(measure).map(|figure| number(figure.value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
        }
        Ok(())
    }
}

/// A speaker's reference, and what is left of the takes.
struct Person {
    reference: Vec<Take>,
    rest: Vec<(Recording, Sound, Clip)>,
}

/// Learns and judges every speaker with captured curves.
pub(super) fn adaptation(
    judge: &Judge,
    recordings: Vec<Recording>,
    seconds: f64,
    arguments: &EvalArguments,
) -> Result<Adaptation, Failure> {
    let people = people(recordings, seconds, arguments)?;
    let bar = arguments.report.bar(people.len() as u64);
    let mut learned = Vec::new();
    for (name, person) in &people {
        bar.set_message(name.clone());
        let reference = Reference::new(person.reference.clone(), &judge.animator)?;
        let mut speakers = Vec::new();
        for method in [Method::INSTANT, Method::FITTED] {
            let options = LearnOptions {
                method,
                name: name.clone(),
                ..LearnOptions::default()
            };
            speakers.extend(learn(&judge.animator, &reference, &options, &mut |_| true)?);
        }
        learned.push(speakers);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut rows: BTreeMap<Row, Vec<UtteranceScore>> = BTreeMap::new();
    let mut judged_seconds = 0.0;
    for (index, person) in people.values().enumerate() {
        let next = &learned[(index + 1) % learned.len()];
        let ([instant, fitted], [.., another]) = (&learned[index][..], &next[..]) else {
            continue;
        };
        for row in Row::ALL {
            if row == Row::AnotherSpeaker && people.len() < 2 {
                continue;
            }
            let speaker = match row {
                Row::MeanFace | Row::Average => None,
                Row::RestPose => Some(rest_pose_of(fitted)),
                Row::AnotherSpeaker => Some(another.clone()),
                Row::Instant => Some(instant.clone()),
                Row::Fitted => Some(fitted.clone()),
            };
            let scores = judge.rest(person, row, speaker.as_ref())?;
            if row == Row::Average {
                judged_seconds += scores.iter().map(|score| score.seconds).sum::<f64>();
            }
            rows.entry(row).or_default().extend(scores);
        }
    }
    let rows = rows.into_iter();
    Ok(Adaptation {
        reference_seconds: seconds,
        speakers: people.len(),
        judged_seconds,
        rows: rows
            .map(|(row, scores)| (row, figures(&scores, Bootstrap::default())))
            .collect(),
    })
}

/// A speaker with nothing but the rest pose.
fn rest_pose_of(speaker: &Speaker) -> Speaker {
    let mut bare = speaker.clone();
    bare.latent.fill(0.0);
    bare.memory.values.values.fill(0.0);
    bare.adapters.clear();
    bare
}

impl Judge {
    fn rest(
        &self,
        person: &Person,
        row: Row,
        speaker: Option<&Speaker>,
    ) -> Result<Vec<UtteranceScore>, Failure> {
        let own = speaker.map(|speaker| self.animator.speaking_as(speaker, 1.0));
        let own = own.transpose().map_err(LearnError::from)?;
        let animator = own.as_ref().unwrap_or(&self.animator);
        let mut scores = Vec::new();
        for (recording, sound, captured) in &person.rest {
            let predicted = match row {
                Row::MeanFace => still(person, captured),
                _ => animator.animate(&recording.id, sound, &self.options)?,
            };
            let trial = Trial {
                predicted,
                captured: Some(captured.clone()),
                loudness_db: loudness_curve(&sound.samples),
                id: recording.id.clone(),
                speaker: recording.speaker.clone(),
                language: recording.language.clone(),
                phones: recording.phones.clone(),
            };
            scores.push(trial.score(self.lips.as_ref()));
        }
        Ok(scores)
    }
}

/// The reference's mean pose for as long as a capture.
fn still(person: &Person, captured: &Clip) -> Clip {
    let mut frames: Vec<Frame> = Vec::new();
    for take in &person.reference {
        frames.extend(take.clip.frames.iter().cloned());
    }
    let whole = Clip {
        frames,
        ..captured.clone()
    };
    let pose = mean_pose(&whole).frames.first().cloned();
    Clip {
        frames: vec![pose.unwrap_or(Frame::NEUTRAL); captured.frames.len()],
        ..captured.clone()
    }
}

/// Splits everybody's takes, in order, into a reference of so many seconds and the rest.
fn people(
    recordings: Vec<Recording>,
    seconds: f64,
    arguments: &EvalArguments,
) -> Result<BTreeMap<String, Person>, Failure> {
    let mut people: BTreeMap<String, (f64, Person)> = BTreeMap::new();
    for mut recording in recordings {
        let Some(path) = recording.curves.clone() else {
            continue;
        };
        let sound = recording.sound()?;
        let clip = capture::read(&path, sound.duration(), &arguments.report)?;
        let (missing, person) = people.entry(recording.speaker.clone()).or_insert_with(|| {
            let (reference, rest) = (Vec::new(), Vec::new());
            (seconds, Person { reference, rest })
        });
        let length = sound.duration().min(clip.duration());
        let cut = missing.min(length);
        // A little of another take is not worth its own beginning.
        let cut = if cut < SHORTEST_TAKE { 0.0 } else { cut };
        if cut > 0.0 {
            person.reference.push(Take {
                name: recording.id.clone(),
                curves_name: path.display().to_string(),
                sound: part(&sound, 0.0, cut)?,
                clip: clip.trimmed(0.0, cut)?,
            });
            *missing -= cut;
        }
        if length - cut >= SHORTEST_REST {
            for phone in &mut recording.phones {
                phone.start -= cut as f32;
                phone.end -= cut as f32;
            }
            recording.phones.retain(|phone| phone.start >= 0.0);
            let mut rest = clip.trimmed(cut, length)?;
            rest.start_frame = 0.0;
            person
                .rest
                .push((recording, part(&sound, cut, length)?, rest));
        }
    }
    let learnable = |(_, (_, person)): &(String, (f64, Person))| !person.rest.is_empty();
    let people: BTreeMap<String, Person> = (people.into_iter().filter(learnable))
        .map(|(name, (_, person))| (name, person))
        .collect();
    if people.is_empty() {
        return Err(Failure::Usage(format!(
            "nobody in {} has more than {seconds} s of captured curves; give a shorter --adapt",
            arguments.folder.display()
        )));
    }
    Ok(people)
}

/// From `start` to `end` seconds.
fn part(sound: &Sound, start: f64, end: f64) -> Result<Sound, Failure> {
    let at = |seconds: f64| (seconds * f64::from(SAMPLE_RATE)).round() as usize;
    let samples =
        &sound.samples[at(start).min(sound.samples.len())..at(end).min(sound.samples.len())];
    Ok(Sound::from_samples(samples, SAMPLE_RATE, 1)?)
}
