//! Semantic units: what speech is doing at a frame, as far as a head cares.

use crate::model::prosody::{Boundary, Moment};

/// How many [`Unit`]s there are.
pub const UNITS: usize = 7;

/// One frame of speech as heads follow it. The order is that of the rows of a
/// [`PoseStyle`](super::PoseStyle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Nobody speaks, or somebody else does.
    Silence,
    /// The first 0.32 s of a phrase.
    Onset,
    /// Within a phrase, nothing in particular.
    Plain,
    /// A stressed syllable is coming: the 0.16 s from 120 ms before its vowel is loudest.
    Accent,
    /// The same of the stronger half of stressed syllables.
    Stress,
    /// The half second after an accent, in which a nod comes back.
    Settling,
    /// The half second after the end of a phrase is known.
    Ending,
}

impl Unit {
    /// All units, in order.
    pub const ALL: [Self; UNITS] = [
        Self::Silence,
        Self::Onset,
        Self::Plain,
        Self::Accent,
        Self::Stress,
        Self::Settling,
        Self::Ending,
    ];

    /// Its row.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether a stressed syllable is coming.
    pub(super) fn is_accented(self) -> bool {
        matches!(self, Self::Accent | Self::Stress)
    }

    /// The unit whose resting head tells how this one's idles: movements hide it in others.
    pub(super) fn at_rest(self) -> Self {
        match self {
            Self::Silence | Self::Ending => Self::Silence,
            _ => Self::Plain,
        }
    }

    /// Whether a movement of its own begins with it, so that a token does.
    pub(super) fn is_event(self) -> bool {
        self.is_accented() || matches!(self, Self::Onset | Self::Ending)
    }
}

/// Accents at least this strong are [`Unit::Stress`].
const STRONG: f32 = 0.5;
/// How long units last, in frames: whole hops of tokens, so that a unit's tokens begin where it
/// does. An accent is over before the next can come.
const ONSET: u32 = 16;
const ACCENT: u32 = 8;
const SETTLED: u32 = 32;
const ENDING: u32 = 24;
/// A phrase that began this many frames ago is over when activity is below [`INACTIVE`], even if
/// no end was reported: too short speech has none.
const ESTABLISHED: u32 = 25;
const INACTIVE: f32 = 0.15;

/// Follows [`Moment`]s, knowing no more of the future than they do.
#[derive(Debug, Clone)]
pub struct SpeechUnits {
    in_phrase: bool,
    since_boundary: u32,
    since_accent: u32,
    is_strong: bool,
}

impl Default for SpeechUnits {
    fn default() -> Self {
        Self {
            in_phrase: false,
            since_boundary: u32::MAX,
            since_accent: u32::MAX,
            is_strong: false,
        }
    }
}

impl SpeechUnits {
    /// The unit of the next frame.
    pub fn next(&mut self, moment: &Moment) -> Unit {
        self.since_boundary = self.since_boundary.saturating_add(1);
        self.since_accent = self.since_accent.saturating_add(1);
        if let Some(boundary) = moment.boundary {
            self.in_phrase = boundary == Boundary::Start;
            self.since_boundary = 0;
        }
        if let Some(strength) = moment.accent {
            self.since_accent = 0;
            self.is_strong = strength >= STRONG;
        }
        if self.in_phrase && self.since_boundary > ESTABLISHED && moment.activity < INACTIVE {
            self.in_phrase = false;
            self.since_boundary = u32::MAX;
        }
        match (self.since_accent, self.since_boundary) {
            (0..ACCENT, _) if self.is_strong => Unit::Stress,
            (0..ACCENT, _) => Unit::Accent,
            (_, 0..ENDING) if !self.in_phrase => Unit::Ending,
            _ if !self.in_phrase => Unit::Silence,
            (..SETTLED, _) => Unit::Settling,
            (_, 0..ONSET) => Unit::Onset,
            _ => Unit::Plain,
        }
    }
}
