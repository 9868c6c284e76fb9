//! What head and eyes follow in speech: phrases and emphasis, frame by frame.

/// Frames per second of [`HeadPose`](super::head_pose::HeadPose) and [`Eyes`](super::eyes::Eyes).
pub const PROSODY_HZ: f32 = 50.0;

/// One frame of prosody at [`PROSODY_HZ`].
///
/// Whoever has look-ahead may pass values from up to 200 ms later than the frame they make: head
/// and eyes then lead the sound a little, as people's do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prosody {
    /// Level in dBFS.
    pub loudness_db: f32,
    /// Whether someone speaks, 0 to 1.
    pub speech: f32,
    /// Accentuation, 0 to 1; zero throughout where it is not known.
    pub stress: f32,
}

/// Speech above this counts as speaking.
const SPEAKING: f32 = 0.5;
/// A pause becomes the end of a phrase after this long, in seconds.
const PHRASE_END: f32 = 0.2;
/// Speech shorter than this is no phrase, in seconds.
const SHORTEST_PHRASE: f32 = 0.4;
/// Loudness above the running level that counts as full emphasis, in dB.
const EMPHATIC_DB: f32 = 9.0;

/// A change at this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// Speech began after a pause.
    Start,
    /// Speech has paused.
    End,
}

/// What prosody means at one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// 0 in silence, 1 in speech, with slow transitions.
    pub(crate) activity: f32,
    /// 0 to 1: stress or, in its place, a peak of loudness. Smooth.
    pub(crate) emphasis: f32,
    /// The start or end of a phrase.
    pub(crate) boundary: Option<Boundary>,
}

/// Follows prosody causally.
#[derive(Debug, Clone)]
pub(crate) struct Phrasing {
    activity: f32,
    emphasis: [f32; 2],
    level_db: Option<f32>,
    spoken: f32,
    paused: f32,
    in_phrase: bool,
}

impl Phrasing {
    pub(crate) fn new() -> Self {
        Self {
            activity: 0.0,
            emphasis: [0.0; 2],
            level_db: None,
            spoken: 0.0,
            paused: PHRASE_END,
            in_phrase: false,
        }
    }

    pub(crate) fn next(&mut self, prosody: &Prosody) -> Moment {
        let speech = finite(prosody.speech).clamp(0.0, 1.0);
        let speaking = speech > SPEAKING;
        let time = if speech > self.activity { 0.25 } else { 0.6 };
        approach(&mut self.activity, speech, time);

        let louder = self.louder(prosody.loudness_db, speaking);
        let emphasis = finite(prosody.stress).clamp(0.0, 1.0).max(0.7 * louder) * speech;
        let [first, second] = &mut self.emphasis;
        approach(first, emphasis, 0.06);
        approach(second, *first, 0.06);

        Moment {
            activity: self.activity,
            emphasis: self.emphasis[1],
            boundary: self.boundary(speaking),
        }
    }

    /// How far this frame stands out of the running level of speech, 0 to 1.
    fn louder(&mut self, loudness_db: f32, speaking: bool) -> f32 {
        if !speaking || !loudness_db.is_finite() {
            return 0.0;
        }
        let level = self.level_db.get_or_insert(loudness_db);
        approach(level, loudness_db, 1.5);
        ((loudness_db - *level - 2.0) / EMPHATIC_DB).clamp(0.0, 1.0)
    }

    fn boundary(&mut self, speaking: bool) -> Option<Boundary> {
        let frame = 1.0 / PROSODY_HZ;
        if speaking {
            self.spoken += frame;
            let started = !self.in_phrase && self.paused >= PHRASE_END;
            self.paused = 0.0;
            self.in_phrase = true;
            return started.then_some(Boundary::Start);
        }
        self.paused += frame;
        if self.in_phrase && self.paused >= PHRASE_END {
            self.in_phrase = false;
            let spoken = std::mem::take(&mut self.spoken);
            return (spoken >= SHORTEST_PHRASE).then_some(Boundary::End);
        }
        None
    }
}

/// One frame of a first-order low-pass with this time constant in seconds.
pub(crate) fn approach(value: &mut f32, target: f32, time: f32) {
    *value += (target - *value) * (1.0 - (-1.0 / (PROSODY_HZ * time)).exp());
}

fn finite(value: f32) -> f32 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Boundary, PROSODY_HZ, Phrasing, Prosody};

    /// Phrases of 2.2 s with three accents and pauses of 0.8 s, for so many seconds.
    pub(crate) fn conversation(seconds: f32) -> Vec<Prosody> {
        (0..(seconds * PROSODY_HZ) as usize)
            .map(|frame| {
                let time = (frame as f32 / PROSODY_HZ) % 3.0;
                let speech = f32::from(u8::from(time < 2.2));
                let stress = [0.3, 1.0, 1.6]
                    .iter()
                    .map(|peak| (-((time - peak) / 0.12_f32).powi(2)).exp())
                    .fold(0.0, f32::max);
                Prosody {
                    loudness_db: -60.0 + speech * (36.0 + 8.0 * stress),
                    speech,
                    stress: stress * speech,
                }
            })
            .collect()
    }

    pub(crate) fn silence(seconds: f32) -> Vec<Prosody> {
        let quiet = Prosody {
            loudness_db: -70.0,
            speech: 0.0,
            stress: 0.0,
        };
        vec![quiet; (seconds * PROSODY_HZ) as usize]
    }

    #[test]
    fn phrases_start_with_speech_and_end_in_the_pause() {
        let mut phrasing = Phrasing::new();
        let boundaries: Vec<_> = conversation(9.0)
            .iter()
            .enumerate()
            .filter_map(|(frame, prosody)| Some((phrasing.next(prosody).boundary?, frame)))
            .collect();
        let kinds: Vec<_> = boundaries.iter().map(|&(boundary, _)| boundary).collect();
        assert_eq!(kinds, [Boundary::Start, Boundary::End].repeat(3));
        assert!((118..=122).contains(&boundaries[1].1), "{boundaries:?}");
    }

    #[test]
    fn loudness_stands_in_for_stress_and_its_absolute_level_does_not_matter() {
        let strongest = |gain: f32| {
            let mut phrasing = Phrasing::new();
            conversation(9.0)
                .iter()
                .map(|prosody| {
                    let prosody = Prosody {
                        loudness_db: prosody.loudness_db + gain,
                        stress: 0.0,
                        ..*prosody
                    };
                    phrasing.next(&prosody).emphasis
                })
                .fold(0.0, f32::max)
        };
        assert!(strongest(0.0) > 0.15);
        assert!((strongest(0.0) - strongest(-20.0)).abs() < 1e-3);
    }

    #[test]
    fn values_that_are_no_numbers_do_not_stick() {
        let mut phrasing = Phrasing::new();
        let broken = Prosody {
            loudness_db: f32::NEG_INFINITY,
            speech: f32::NAN,
            stress: f32::NAN,
        };
        phrasing.next(&broken);
        for prosody in conversation(2.0) {
            let moment = phrasing.next(&prosody);
            assert!(moment.activity.is_finite() && moment.emphasis.is_finite());
        }
    }
}
