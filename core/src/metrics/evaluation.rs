//! Many utterances, one table.

use std::collections::BTreeMap;

use metaface_clip::Clip;
use metaface_clip::lips::aperture_mm;
use serde::Serialize;

use super::bootstrap::{Bootstrap, Interval, ResampledUnit};
use super::breakdown::{ClosureGroup, PhoneErrors};
use super::capture::CaptureScore;
use super::closure_errors::{ClosureErrors, closure_errors};
use super::controls::Control;
use super::lip_error::LipGeometry;
use super::measure::{Measure, pooled_speech};
use super::speech::SpeechScore;
use super::trial::Trial;
use crate::training::PhoneSpan;

/// What one clip scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UtteranceScore {
    /// The utterance's name.
    pub id: String,
    /// Who speaks.
    pub speaker: String,
    /// A language tag such as `en`.
    pub language: String,
    /// The clip's length in seconds.
    pub seconds: f64,
    /// Against phone times, where there are any.
    pub speech: Option<SpeechScore>,
    /// Against a capture of the same speech, where there is one.
    pub capture: Option<CaptureScore>,
    /// What was wrong with the closures, where there are phone times.
    pub errors: Option<ClosureErrors>,
}

impl UtteranceScore {
    /// Scores a clip whose frame 0 is at the start of the sound that the phones are timed in;
    /// without phones nothing is scored against them.
    pub fn of(
        id: impl Into<String>,
        speaker: impl Into<String>,
        language: impl Into<String>,
        clip: &Clip,
        phones: &[PhoneSpan],
    ) -> Self {
        let apertures: Vec<f32> = clip.frames.iter().map(aperture_mm).collect();
        let has_phones = !phones.is_empty();
        Self {
            id: id.into(),
            speaker: speaker.into(),
            language: language.into(),
            seconds: clip.duration(),
            speech: has_phones.then(|| SpeechScore::with_apertures(clip, &apertures, phones)),
            capture: None,
            errors: has_phones.then(|| closure_errors(&apertures, clip.rate, phones)),
        }
    }

    /// Adds the scores against a capture.
    pub fn with_capture(self, capture: CaptureScore) -> Self {
        let capture = Some(capture);
        Self { capture, ..self }
    }
}

/// A pooled figure and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// Over all utterances.
    pub value: f64,
    /// With other speakers (or utterances), 95 of 100 values would lie here; none for a single
    /// one.
    pub interval: Option<Interval>,
}

/// Pooled figures by measure; what could not be measured is left out.
pub type Figures = BTreeMap<Measure, Figure>;

/// Pools the utterances.
pub fn figures(utterances: &[UtteranceScore], bootstrap: Bootstrap) -> Figures {
    let all: Vec<&UtteranceScore> = utterances.iter().collect();
    let groups: Vec<Vec<&UtteranceScore>> = match bootstrap.unit {
        ResampledUnit::Speaker => by_speaker(utterances).into_values().collect(),
        ResampledUnit::Utterance => utterances.iter().map(|row| vec![row]).collect(),
    };
    let figure = |measure: &Measure| {
        let figure = Figure {
            value: measure.pooled(&all)?,
            interval: bootstrap.interval(&groups, |rows| measure.pooled(rows)),
        };
        Some((*measure, figure))
    };
    Measure::ALL.iter().filter_map(figure).collect()
}

fn by_speaker(utterances: &[UtteranceScore]) -> BTreeMap<&str, Vec<&UtteranceScore>> {
    let mut speakers: BTreeMap<&str, Vec<&UtteranceScore>> = BTreeMap::new();
    for row in utterances {
        speakers.entry(&row.speaker).or_default().push(row);
    }
    speakers
}

/// Several utterances: the pooled figures and a row for each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// The figures of all utterances.
    pub figures: Figures,
    /// The same figures of faces that any method must beat.
    pub controls: BTreeMap<Control, Figures>,
    /// Where the intervals come from.
    pub bootstrap: Bootstrap,
    /// How many speakers there are.
    pub speakers: usize,
    /// Seconds of animation scored.
    pub seconds: f64,
    /// Counts pooled over all utterances.
    pub speech: SpeechScore,
    /// Closure errors by phone.
    pub phones: BTreeMap<&'static str, PhoneErrors>,
    /// Closures by language.
    pub by_language: BTreeMap<String, ClosureGroup>,
    /// Closures by speaker.
    pub by_speaker: BTreeMap<String, ClosureGroup>,
    /// One row per utterance, in the order given.
    pub utterances: Vec<UtteranceScore>,
}

impl Evaluation {
    /// Pools the utterances.
    pub fn of(utterances: Vec<UtteranceScore>, bootstrap: Bootstrap) -> Self {
        Self {
            figures: figures(&utterances, bootstrap),
            controls: BTreeMap::new(),
            bootstrap,
            speakers: by_speaker(&utterances).len(),
            seconds: utterances.iter().map(|row| row.seconds).sum(),
            speech: pooled_speech(&utterances.iter().collect::<Vec<_>>()),
            phones: PhoneErrors::by_phone(&utterances),
            by_language: ClosureGroup::by(&utterances, |row| &row.language),
            by_speaker: ClosureGroup::by(&utterances, |row| &row.speaker),
            utterances,
        }
    }

    /// Scores and pools the recordings, and the controls beside them; lip vertex errors need a
    /// geometry.
    pub fn of_trials(trials: &[Trial], lips: Option<&LipGeometry>, bootstrap: Bootstrap) -> Self {
        let rows = trials.iter().map(|trial| trial.score(lips)).collect();
        let control = |control: &Control| {
            let figures = figures(&control.scores(trials, lips), bootstrap);
            (!figures.is_empty()).then_some((*control, figures))
        };
        Self {
            controls: Control::ALL.iter().filter_map(control).collect(),
            ..Self::of(rows, bootstrap)
        }
    }

    /// A pooled figure; none where nothing was there to measure.
    pub fn value(&self, measure: Measure) -> Option<f64> {
        self.figures.get(&measure).map(|figure| figure.value)
    }
}
