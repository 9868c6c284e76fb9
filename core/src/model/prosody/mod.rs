//! The prosody that brows, head and eyes follow: phrases and accents, frame by frame.

mod accents;

use accents::Accents;

use crate::audio::LOUDNESS_FLOOR_DB;

/// Frames per second of brows, head and eyes, as of the network.
pub const PROSODY_HZ: f32 = 50.0;

/// Seconds of one frame.
pub(crate) const FRAME_SECONDS: f32 = 1.0 / PROSODY_HZ;

/// Look-ahead of the loudness in frames: 160 ms, within the network's look-ahead.
pub const LOUDNESS_AHEAD: usize = 8;

/// Prosody of one frame, at [`PROSODY_HZ`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prosody {
    /// Level in dBFS, [`LOUDNESS_AHEAD`] frames after this frame: brows and head lead the sound
    /// slightly, as those of people do.
    pub loudness_ahead_db: f32,
    /// Probability of speech, 0 to 1.
    pub speech: f32,
    /// Whether the lips are closed, on a sound or at rest.
    pub lips_shut: bool,
}

/// Prosody from loudness in dBFS and the probability of silence, both at 50 Hz, as in the animator.
/// Ends with the shorter of the two. The lips are assumed open, because the head does not follow
/// them.
pub fn prosody(loudness_db: &[f32], silence: &[f32]) -> Vec<Prosody> {
    let ahead = (loudness_db.iter().skip(LOUDNESS_AHEAD).copied())
        .chain(std::iter::repeat_n(LOUDNESS_FLOOR_DB, LOUDNESS_AHEAD));
    let frames = silence.iter().zip(ahead).take(loudness_db.len());
    frames
        .map(|(silence, loudness_ahead_db)| Prosody {
            loudness_ahead_db,
            speech: 1.0 - silence,
            lips_shut: false,
        })
        .collect()
}

/// Threshold on [`Prosody::speech`].
const SPEAKING: f32 = 0.5;
/// Duration of a pause that ends a phrase, in seconds.
const PHRASE_END: f32 = 0.2;
/// Minimum duration of speech in a phrase, in seconds.
const SHORTEST_PHRASE: f32 = 0.4;

/// Start or end of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// Speech began after a pause.
    Start,
    /// Speech has paused.
    End,
}

/// Phrase and accent at one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeechMoment {
    /// 0 in silence, 1 in speech, with slow transitions.
    pub activity: f32,
    /// Strength, 0 to 1, of a stressed syllable whose vowel is loudest 120 ms after this frame.
    pub accent: Option<f32>,
    /// The start or end of a phrase.
    pub boundary: Option<Boundary>,
    /// Whether the lips are closed within a phrase: on a sound such as p, b, m.
    pub lips_shut: bool,
}

/// Detects phrases and accents frame by frame, without future frames.
#[derive(Debug, Clone)]
pub struct Phrasing {
    activity: f32,
    accents: Accents,
    spoken: f32,
    paused: f32,
    in_phrase: bool,
}

impl Default for Phrasing {
    fn default() -> Self {
        Self {
            activity: 0.0,
            accents: Accents::new(),
            spoken: 0.0,
            paused: PHRASE_END,
            in_phrase: false,
        }
    }
}

impl Phrasing {
    /// Takes the next frame.
    pub fn next(&mut self, prosody: &Prosody) -> SpeechMoment {
        let speech = if prosody.speech.is_finite() {
            prosody.speech.clamp(0.0, 1.0)
        } else {
            0.0
        };
        let is_speaking = speech > SPEAKING;
        let time = if speech > self.activity { 0.25 } else { 0.6 };
        approach(&mut self.activity, speech, time);
        let boundary = self.boundary(is_speaking);
        // `in_phrase` rather than `is_speaking`: the silence before a plosive is not a pause.
        let accent = (self.accents).next(prosody.loudness_ahead_db, self.in_phrase);
        SpeechMoment {
            activity: self.activity,
            accent,
            boundary,
            lips_shut: prosody.lips_shut && self.in_phrase,
        }
    }

    fn boundary(&mut self, is_speaking: bool) -> Option<Boundary> {
        if is_speaking {
            self.spoken += FRAME_SECONDS;
            let started = !self.in_phrase && self.paused >= PHRASE_END;
            self.paused = 0.0;
            self.in_phrase = true;
            return started.then_some(Boundary::Start);
        }
        self.paused += FRAME_SECONDS;
        if self.in_phrase && self.paused >= PHRASE_END {
            self.in_phrase = false;
            let spoken = std::mem::take(&mut self.spoken);
            return (spoken >= SHORTEST_PHRASE).then_some(Boundary::End);
        }
        None
    }
}

/// One step of a first-order low-pass with this time constant in seconds.
pub(crate) fn approach(value: &mut f32, target: f32, time: f32) {
    *value += (target - *value) * (1.0 - (-FRAME_SECONDS / time).exp());
}

#[cfg(test)]
pub(crate) mod tests;
