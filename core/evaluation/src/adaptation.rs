//! Evaluation of speaker learning: learns from the first seconds of takes, scores the rest.
//!
//! ```text
//! CapturedRecording -> split -> SplitSpeaker (reference, rest) -> learn -> animate rest -> figures
//! ```

use std::collections::BTreeMap;

use metaface_clip::{Clip, ClipError, Frame, PhoneSpan};
use metaface_core::audio::{AudioError, SAMPLE_RATE, Sound, loudness_curve};
use metaface_core::speaker::{LearnError, LearnOptions, Method, Speaker, SpeakerError, Take};
use metaface_core::{AnimateError, Animator, Options};
use serde::Serialize;

use super::bootstrap::Bootstrap;
use super::controls::mean_pose;
use super::evaluation::{Figures, UtteranceScore, figures};
use super::lip_error::LipGeometry;
use super::trial::Trial;

/// The rest of a take is scored if it is at least this long, in seconds.
const SHORTEST_REST: f64 = 1.0;

/// Shortest take of a reference, in seconds.
const SHORTEST_TAKE: f64 = 2.0;

/// A sound and the face captured with it.
#[derive(Debug, Clone, PartialEq)]
pub struct CapturedRecording {
    /// The recording's name.
    pub id: String,
    /// The speaker's name.
    pub speaker: String,
    /// A language tag such as `en`; empty if unknown.
    pub language: String,
    /// The phones; empty if unknown.
    pub phones: Vec<PhoneSpan>,
    /// The sound.
    pub sound: Sound,
    /// The captured face; frame 0 is at the start of the sound.
    pub captured: Clip,
    /// The file of the captured face, for messages.
    pub curves_name: String,
}

/// A speaker's takes, split into a reference and a rest.
#[derive(Debug, Clone, Default)]
pub struct SplitSpeaker {
    /// The takes to learn from.
    pub reference: Vec<Take>,
    /// The recordings to score.
    pub rest: Vec<CapturedRecording>,
}

/// How the rest of a speaker's takes is animated: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdaptationRow {
    /// Still, at the reference's mean pose.
    MeanFace,
    /// With the average speaker.
    Average,
    /// With the speaker's rest pose and the average speaker's motion.
    RestPose,
    /// With the next speaker's file.
    AnotherSpeaker,
    /// With the speaker's file, learned without gradient steps.
    Instant,
    /// With the speaker's file, learned with gradient steps.
    Fitted,
}

impl AdaptationRow {
    /// All rows, controls first.
    pub const ALL: [Self; 6] = [
        Self::MeanFace,
        Self::Average,
        Self::RestPose,
        Self::AnotherSpeaker,
        Self::Instant,
        Self::Fitted,
    ];

    /// The row's name in tables.
    pub fn label(self) -> &'static str {
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

/// The table of results.
#[derive(Debug, Serialize)]
pub struct Adaptation {
    /// Length of each speaker's reference in seconds.
    pub reference_seconds: f64,
    /// Number of speakers.
    pub speakers: usize,
    /// Scored seconds.
    pub judged_seconds: f64,
    /// Figures by row.
    pub rows: BTreeMap<AdaptationRow, Figures>,
}

/// An error of learning or scoring.
#[derive(Debug, thiserror::Error)]
pub enum AdaptationError {
    /// A clip cannot be cut.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// A sound cannot be cut.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// A speaker cannot be learned.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// A speaker cannot be applied.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// An animation failed.
    #[error(transparent)]
    Animate(#[from] AnimateError),
}

/// Splits every speaker's takes, in order, into a reference of `seconds` seconds and a rest.
/// Speakers without a rest are skipped.
///
/// # Errors
/// [`AdaptationError::Clip`] and [`AdaptationError::Audio`].
pub fn split(
    recordings: Vec<CapturedRecording>,
    seconds: f64,
) -> Result<BTreeMap<String, SplitSpeaker>, AdaptationError> {
    let mut speakers: BTreeMap<String, (f64, SplitSpeaker)> = BTreeMap::new();
    for mut recording in recordings {
        let name = recording.speaker.clone();
        let (missing, speaker) = speakers
            .entry(name)
            .or_insert_with(|| (seconds, SplitSpeaker::default()));
        let (sound, clip) = (&recording.sound, &recording.captured);
        let length = sound.duration().min(clip.duration());
        let available = missing.min(length);
        let cut = if available < SHORTEST_TAKE {
            0.0
        } else {
            available
        };
        if cut > 0.0 {
            speaker.reference.push(Take {
                name: recording.id.clone(),
                curves_name: recording.curves_name.clone(),
                sound: part(sound, 0.0, cut)?,
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
            let mut captured = clip.trimmed(cut, length)?;
            captured.start_frame = 0.0;
            speaker.rest.push(CapturedRecording {
                sound: part(sound, cut, length)?,
                captured,
                ..recording
            });
        }
    }
    let splits = (speakers.into_iter()).map(|(name, (_, speaker))| (name, speaker));
    Ok(splits
        .filter(|(_, speaker)| !speaker.rest.is_empty())
        .collect())
}

/// The sound from `start` to `end` seconds.
fn part(sound: &Sound, start: f64, end: f64) -> Result<Sound, AudioError> {
    let length = sound.samples.len();
    let at = |seconds: f64| ((seconds * f64::from(SAMPLE_RATE)).round() as usize).min(length);
    Sound::from_samples(&sound.samples[at(start)..at(end)], SAMPLE_RATE, 1)
}

/// Learns and scores every speaker. `progress` is called with each speaker's name before the
/// speaker is learned.
///
/// # Errors
/// [`AdaptationError`].
pub fn evaluate_adaptation(
    animator: &Animator,
    speakers: &BTreeMap<String, SplitSpeaker>,
    reference_seconds: f64,
    options: &Options,
    lips: Option<&LipGeometry>,
    progress: &mut dyn FnMut(&str),
) -> Result<Adaptation, AdaptationError> {
    let mut learned = Vec::new();
    for (name, speaker) in speakers {
        progress(name);
        let reference = animator.reference(speaker.reference.clone())?;
        let mut files = Vec::new();
        for method in [Method::INSTANT, Method::FITTED] {
            let options = LearnOptions {
                method,
                name: name.clone(),
                ..LearnOptions::default()
            };
            files.extend(animator.learn(&reference, &options, &mut |_| true)?);
        }
        learned.push(files);
    }
    let scorer = Scorer {
        animator,
        options,
        lips,
    };
    let mut rows: BTreeMap<AdaptationRow, Vec<UtteranceScore>> = BTreeMap::new();
    let mut judged_seconds = 0.0;
    for (index, speaker) in speakers.values().enumerate() {
        let next = &learned[(index + 1) % learned.len()];
        let ([instant, fitted], [.., another]) = (&learned[index][..], &next[..]) else {
            continue;
        };
        for row in AdaptationRow::ALL {
            if row == AdaptationRow::AnotherSpeaker && speakers.len() < 2 {
                continue;
            }
            let file = match row {
                AdaptationRow::MeanFace | AdaptationRow::Average => None,
                AdaptationRow::RestPose => Some(rest_pose_of(fitted)),
                AdaptationRow::AnotherSpeaker => Some(another.clone()),
                AdaptationRow::Instant => Some(instant.clone()),
                AdaptationRow::Fitted => Some(fitted.clone()),
            };
            let scores = scorer.scores(speaker, row, file.as_ref())?;
            if row == AdaptationRow::Average {
                judged_seconds += scores.iter().map(|score| score.seconds).sum::<f64>();
            }
            rows.entry(row).or_default().extend(scores);
        }
    }
    Ok(Adaptation {
        reference_seconds,
        speakers: speakers.len(),
        judged_seconds,
        rows: (rows.into_iter())
            .map(|(row, scores)| (row, figures(&scores, Bootstrap::default())))
            .collect(),
    })
}

/// A copy of a speaker that keeps only the rest pose.
fn rest_pose_of(speaker: &Speaker) -> Speaker {
    let mut reduced = speaker.clone();
    reduced.weights.latent.fill(0.0);
    reduced.weights.memory.values.values.fill(0.0);
    reduced.weights.adapters.clear();
    reduced
}

struct Scorer<'a> {
    animator: &'a Animator,
    options: &'a Options,
    lips: Option<&'a LipGeometry>,
}

impl Scorer<'_> {
    fn scores(
        &self,
        speaker: &SplitSpeaker,
        row: AdaptationRow,
        file: Option<&Speaker>,
    ) -> Result<Vec<UtteranceScore>, AdaptationError> {
        let conditioned = file
            .map(|file| self.animator.with_speaker(file, 1.0))
            .transpose()?;
        let animator = conditioned.as_ref().unwrap_or(self.animator);
        let mut scores = Vec::new();
        for recording in &speaker.rest {
            let captured = &recording.captured;
            let predicted = match row {
                AdaptationRow::MeanFace => still(speaker, captured),
                _ => animator.animate(&recording.id, &recording.sound, self.options)?,
            };
            let trial = Trial {
                predicted,
                captured: Some(captured.clone()),
                loudness_db: loudness_curve(&recording.sound.samples),
                id: recording.id.clone(),
                speaker: recording.speaker.clone(),
                language: recording.language.clone(),
                phones: recording.phones.clone(),
            };
            scores.push(trial.score(self.lips));
        }
        Ok(scores)
    }
}

/// The reference's mean pose, as long as a capture.
fn still(speaker: &SplitSpeaker, captured: &Clip) -> Clip {
    let takes = speaker.reference.iter();
    let joined = Clip {
        frames: takes
            .flat_map(|take| take.clip.frames.iter().cloned())
            .collect(),
        ..captured.clone()
    };
    let pose = mean_pose(&joined).frames.first().cloned();
    Clip {
        frames: vec![pose.unwrap_or(Frame::NEUTRAL); captured.frames.len()],
        ..captured.clone()
    }
}
