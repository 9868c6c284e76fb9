//! Scores of utterances, pooled into a table.

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
use metaface_clip::PhoneSpan;

/// The scores of one clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UtteranceScore {
    /// The utterance's name.
    pub id: String,
    /// The speaker's name.
    pub speaker: String,
    /// A language tag such as `en`.
    pub language: String,
    /// The clip's length in seconds.
    pub seconds: f64,
    /// Scores against phone times. `None` without phone times.
    pub speech: Option<SpeechScore>,
    /// Scores against a capture of the same speech. `None` without a capture.
    pub capture: Option<CaptureScore>,
    /// The closure errors. `None` without phone times.
    pub errors: Option<ClosureErrors>,
}

impl UtteranceScore {
    /// Scores a clip against phones; frame 0 of the clip is at time 0 of the phones. Without
    /// phones, only the length is set.
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

/// A pooled figure and its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// The figure over all utterances.
    pub value: f64,
    /// The 95 % interval over speakers (or utterances). `None` for a single one.
    pub interval: Option<Interval>,
}

/// Pooled figures by measure, without those that could not be measured.
pub type Figures = BTreeMap<Measure, Figure>;

/// The pooled figures of utterances.
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

/// The pooled figures and the rows of utterances.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// The figures of all utterances.
    pub figures: Figures,
    /// The same figures of the controls.
    pub controls: BTreeMap<Control, Figures>,
    /// The settings of the intervals.
    pub bootstrap: Bootstrap,
    /// Number of speakers.
    pub speakers: usize,
    /// Scored seconds of animation.
    pub seconds: f64,
    /// Counts pooled over all utterances.
    pub speech: SpeechScore,
    /// Closure errors by phone.
    pub phones: BTreeMap<&'static str, PhoneErrors>,
    /// Closures by language.
    pub by_language: BTreeMap<String, ClosureGroup>,
    /// Closures by speaker.
    pub by_speaker: BTreeMap<String, ClosureGroup>,
    /// One row per utterance, in the given order.
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

    /// Scores and pools recordings and their controls. Lip vertex errors need a geometry.
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

    /// A pooled figure. `None` if it could not be measured.
    pub fn value(&self, measure: Measure) -> Option<f64> {
        self.figures.get(&measure).map(|figure| figure.value)
    }
}
