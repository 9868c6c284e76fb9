//! Semantic units: the state of speech at a frame, as relevant for the head.

use crate::model::prosody::{Boundary, SpeechMoment};

/// Number of [`Unit`]s.
pub const UNITS: usize = 7;

/// The state of speech at one frame. The order is that of the rows of a
/// [`PoseStyle`](super::PoseStyle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// The speaker is silent.
    Silence,
    /// The first 0.32 s of a phrase.
    Onset,
    /// Within a phrase, outside the other units.
    Plain,
    /// Around a stressed syllable: the 0.16 s from 120 ms before its loudness peak.
    Accent,
    /// The same for the stronger half of the stressed syllables.
    Stress,
    /// The half second after an accent, in which a nod returns.
    Settling,
    /// The half second after the detected end of a phrase.
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

    /// The row of a [`PoseStyle`](super::PoseStyle).
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether the unit is a stressed syllable.
    pub(super) fn is_accented(self) -> bool {
        matches!(self, Self::Accent | Self::Stress)
    }

    /// The unit that gives the idle motion of this one: in others, movements hide the idle motion.
    pub(super) fn idle_unit(self) -> Self {
        match self {
            Self::Silence | Self::Ending => Self::Silence,
            _ => Self::Plain,
        }
    }

    /// Whether the unit starts a movement, and therefore a token.
    pub(super) fn is_event(self) -> bool {
        self.is_accented() || matches!(self, Self::Onset | Self::Ending)
    }
}

/// Accents at least this strong are [`Unit::Stress`].
const STRONG: f32 = 0.5;
/// Durations of units in frames: multiples of the tokens' hop, so that tokens begin with their
/// unit. An accent ends before the next can begin.
const ONSET: u32 = 16;
const ACCENT: u32 = 8;
const SETTLED: u32 = 32;
const ENDING: u32 = 24;
/// A phrase that began this many frames ago ends when activity is below [`INACTIVE`], even without
/// a boundary: very short speech has no end boundary.
const ESTABLISHED: u32 = 25;
const INACTIVE: f32 = 0.15;

/// Derives units from [`SpeechMoment`]s, frame by frame, without future frames.
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
    pub fn next(&mut self, moment: &SpeechMoment) -> Unit {
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

#[cfg(test)]
mod tests {
    use super::{SpeechUnits, Unit};
    use crate::model::prosody::PROSODY_HZ;
    use crate::model::prosody::tests::{conversation, moments};

    #[test]
    fn units_follow_phrases_and_accents() {
        let mut units = SpeechUnits::default();
        let all: Vec<Unit> = (moments(&conversation(30.0)).iter())
            .map(|moment| units.next(moment))
            .collect();
        let mut runs: Vec<(Unit, usize)> = Vec::new();
        for unit in &all {
            match runs.last_mut() {
                Some((last, frames)) if last == unit => *frames += 1,
                _ => runs.push((*unit, 1)),
            }
        }
        // A phrase of 2.2 s with two accents every 3 s, after the typical syllable is known.
        for begin in [15, 18, 21, 24] {
            let phrase = &all[50 * begin..50 * begin + 150];
            assert_eq!(phrase[0], Unit::Onset);
            for accent in [0.53, 1.53] {
                let unit = phrase[(accent * PROSODY_HZ) as usize + 3];
                assert!(matches!(unit, Unit::Accent | Unit::Stress), "{unit:?}");
            }
            assert_eq!(phrase[125], Unit::Ending);
        }
        let accents = runs
            .iter()
            .filter(|run| matches!(run.0, Unit::Accent | Unit::Stress));
        assert!(accents.clone().count() >= 18 && accents.clone().all(|run| run.1 == 8));
    }
}
