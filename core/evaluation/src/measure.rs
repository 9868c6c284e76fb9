//! The measures, and how each is pooled over utterances.

use serde::Serialize;

use super::capture::CaptureScore;
use super::closures::ClosureScore;
use super::evaluation::UtteranceScore;
use super::lip_error::LipError;
use super::misalignment::Misalignment;
use super::speech::SpeechScore;

/// A measure: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Share of p, b, m with closed lips.
    ClosureRecall,
    /// Share of closed stretches at a sound that closes the lips, or in silence.
    ClosurePrecision,
    /// Harmonic mean of recall and precision.
    ClosureF1,
    /// Share of closed frames at a sound that closes the lips, or in silence.
    ClosedFramePrecision,
    /// Median delay of closures, in milliseconds.
    ClosureOffsetMs,
    /// AUC of pucker plus funnel for rounded sounds against all others.
    RoundingAuc,
    /// AUC of the lip aperture for open vowels against all others.
    OpennessAuc,
    /// Share of silent frames with the lips at rest.
    SilenceAtRest,
    /// Correlation with the captured JawOpen.
    JawOpenCorrelation,
    /// Correlation with the captured lip aperture.
    ApertureCorrelation,
    /// Correlation with the captured pucker plus funnel.
    RoundingCorrelation,
    /// Lip vertex error, in millimetres.
    LipErrorMm,
    /// Squared lip vertex error, in square metres.
    LipErrorSquareM,
    /// Lip vertex error without the rest poses, in millimetres.
    LipMotionErrorMm,
    /// Squared lip vertex error without the rest poses, in square metres.
    LipMotionErrorSquareM,
    /// Upper-face dynamics deviation.
    DynamicsDeviation,
    /// Mean temporal misalignment of lip-opening extrema, in milliseconds.
    MisalignmentMs,
    /// Median lag of lip-opening extrema, in milliseconds.
    LagMs,
    /// Share of captured lip-opening extrema that the prediction also has.
    PairedExtrema,
}

impl Measure {
    /// All measures, in the table's order.
    pub const ALL: &[Self] = &[
        Self::ClosureRecall,
        Self::ClosurePrecision,
        Self::ClosureF1,
        Self::ClosedFramePrecision,
        Self::ClosureOffsetMs,
        Self::RoundingAuc,
        Self::OpennessAuc,
        Self::SilenceAtRest,
        Self::JawOpenCorrelation,
        Self::ApertureCorrelation,
        Self::RoundingCorrelation,
        Self::LipErrorMm,
        Self::LipErrorSquareM,
        Self::LipMotionErrorMm,
        Self::LipMotionErrorSquareM,
        Self::DynamicsDeviation,
        Self::MisalignmentMs,
        Self::LagMs,
        Self::PairedExtrema,
    ];

    /// The measure's name in tables, with its unit.
    pub fn label(self) -> &'static str {
        match self {
            Self::ClosureRecall => "closure recall",
            Self::ClosurePrecision => "closure precision",
            Self::ClosureF1 => "closure F1",
            Self::ClosedFramePrecision => "closed frame precision",
            Self::ClosureOffsetMs => "closure offset (ms)",
            Self::RoundingAuc => "rounding AUC",
            Self::OpennessAuc => "openness AUC",
            Self::SilenceAtRest => "lips at rest in silence",
            Self::JawOpenCorrelation => "JawOpen correlation",
            Self::ApertureCorrelation => "lip aperture correlation",
            Self::RoundingCorrelation => "rounding correlation",
            Self::LipErrorMm => "LVE (mm)",
            Self::LipErrorSquareM => "LVE, squared (m^2)",
            Self::LipMotionErrorMm => "LVE without rest pose (mm)",
            Self::LipMotionErrorSquareM => "LVE without rest pose, squared (m^2)",
            Self::DynamicsDeviation => "FDD, upper face",
            Self::MisalignmentMs => "MTM (ms)",
            Self::LagMs => "lip lag (ms)",
            Self::PairedExtrema => "lip extrema found",
        }
    }

    /// The figure over utterances. Counts, ranks and lags are joined before they are divided or
    /// averaged; correlations, errors and deviations are averaged, weighted by the time that
    /// prediction and capture share. `None` if it could not be measured.
    pub fn pooled(self, utterances: &[&UtteranceScore]) -> Option<f64> {
        let closures = || {
            let mut pool = ClosureScore::default();
            for score in speech(utterances) {
                pool += &score.closures;
            }
            pool
        };
        let extrema = || {
            let mut pool = Misalignment::default();
            for capture in captures(utterances) {
                pool.merge(&capture.misalignment);
            }
            pool
        };
        let lips = |value: fn(&LipError) -> f64| {
            averaged(utterances, |capture| capture.lip_error.as_ref().map(value))
        };
        match self {
            Self::ClosureRecall => closures().recall(),
            Self::ClosurePrecision => closures().precision(),
            Self::ClosureF1 => closures().f1(),
            Self::ClosedFramePrecision => closures().frame_precision(),
            Self::ClosureOffsetMs => closures().offset_ms(),
            Self::RoundingAuc => pooled_speech(utterances).rounding.value(),
            Self::OpennessAuc => pooled_speech(utterances).openness.value(),
            Self::SilenceAtRest => pooled_speech(utterances).silence.value(),
            Self::JawOpenCorrelation => averaged(utterances, |capture| capture.jaw_open),
            Self::ApertureCorrelation => averaged(utterances, |capture| capture.aperture),
            Self::RoundingCorrelation => averaged(utterances, |capture| capture.rounding),
            Self::LipErrorMm => lips(|error| error.mm),
            Self::LipErrorSquareM => lips(|error| error.square_m),
            Self::LipMotionErrorMm => lips(|error| error.motion_mm),
            Self::LipMotionErrorSquareM => lips(|error| error.motion_square_m),
            Self::DynamicsDeviation => averaged(utterances, |capture| capture.dynamics_deviation),
            Self::MisalignmentMs => extrema().mean_ms(),
            Self::LagMs => extrema().lag_ms(),
            Self::PairedExtrema => extrema().paired(),
        }
    }
}

fn speech<'a>(rows: &[&'a UtteranceScore]) -> impl Iterator<Item = &'a SpeechScore> {
    rows.iter().filter_map(|row| row.speech.as_ref())
}

fn captures<'a>(rows: &[&'a UtteranceScore]) -> impl Iterator<Item = &'a CaptureScore> {
    rows.iter().filter_map(|row| row.capture.as_ref())
}

/// The mean over the captures that have the value, weighted by their length.
fn averaged(rows: &[&UtteranceScore], value: impl Fn(&CaptureScore) -> Option<f64>) -> Option<f64> {
    let (mut sum, mut seconds) = (0.0, 0.0);
    for capture in captures(rows) {
        if let Some(value) = value(capture) {
            sum += value * capture.seconds;
            seconds += capture.seconds;
        }
    }
    (seconds > 0.0).then(|| sum / seconds)
}

pub(super) fn pooled_speech(utterances: &[&UtteranceScore]) -> SpeechScore {
    let mut pool = SpeechScore::default();
    for score in speech(utterances) {
        pool.closures += &score.closures;
        pool.rounding += score.rounding;
        pool.openness += score.openness;
        pool.silence += score.silence;
    }
    pool
}
