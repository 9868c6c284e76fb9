//! The pose teacher: head motion of many made-up speakers, from which the pose prior learns.
//!
//! No recording of heads comes with the project, so the teacher is the procedural
//! [`HeadPose`] with habits drawn anew for each style: how far and how fast the head turns, where
//! it rests, on which accents it nods and whether downwards, how much it idles, how it listens.
//! What a studio has captured can be given to [`PosePrior::train`](crate::model::pose::PosePrior::train)
//! instead or as well: an example is angles and units, whatever their source.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::audio::{LOUDNESS_FLOOR_DB, loudness_curve};
use crate::model::head_pose::{HeadHabits, HeadPose, HeadPoseSettings};
use crate::model::pose::{PoseExample, SpeechUnits};
use crate::model::prosody::{PROSODY_HZ, Phrasing, Prosody, prosody};
use crate::random::log_normal;
use crate::training::{Phone, Utterance};

/// Pauses between utterances that are joined, in seconds.
const PAUSES: std::ops::Range<f32> = 0.3..1.5;

/// One made-up speaker's head.
#[derive(Debug, Clone)]
pub struct PoseTeacher {
    settings: HeadPoseSettings,
    habits: HeadHabits,
}

impl PoseTeacher {
    /// The average habits, this lively.
    pub fn new(settings: HeadPoseSettings) -> Self {
        Self {
            settings,
            habits: HeadHabits::default(),
        }
    }

    /// Draws a style. The same seed gives the same one.
    pub fn draw(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x504F_5345);
        let rng = &mut rng;
        let average = HeadHabits::default();
        let mut spread = |median: f32, sigma: f32| log_normal(rng, median, sigma);
        let settings = HeadPoseSettings {
            amplitude: spread(1.0, 0.35).clamp(0.3, 2.2),
            tempo: spread(1.0, 0.3).clamp(0.5, 2.0),
            nods: spread(1.0, 0.6).clamp(0.1, 3.0),
        };
        let posture_deg = average.posture_deg.map(|size| size * spread(1.0, 0.4));
        let idle = spread(1.0, 0.4);
        let shift = spread(1.0, 0.35);
        let habits = HeadHabits {
            rest_deg: [
                rng.random_range(-4.0..4.0),
                rng.random_range(-3.0..3.0),
                rng.random_range(-2.5..2.5),
            ],
            posture_deg,
            posture_at_rest: rng.random_range(0.1..0.8),
            tilt: rng.random_range(-0.5..0.5),
            shift_time: rng.random_range(0.55..1.05),
            shift_every: (2.0 * shift, 4.5 * shift),
            nod_up: rng.random_range(0.0..0.45),
            nod_chance: (rng.random_range(0.1..0.7), rng.random_range(0.2..0.8)),
            nod_aside: [rng.random_range(0.1..0.5), rng.random_range(0.05..0.4)],
            nod_time: rng.random_range(0.8..1.3),
            idle_deg: average.idle_deg.map(|size| size * idle),
            idle_at_rest: rng.random_range(0.25..0.9),
        };
        Self { settings, habits }
    }

    /// The style's units and angles on speech; `seed` is the take, not the style.
    pub fn perform(&self, style: &str, speech: &[Prosody], seed: u64) -> PoseExample {
        let mut phrasing = Phrasing::default();
        let mut units = SpeechUnits::default();
        let mut head = HeadPose::with_habits(seed, self.settings, self.habits);
        let frames = speech.iter().map(|prosody| {
            let moment = phrasing.next(prosody);
            (units.next(&moment), head.next(&moment))
        });
        let (units, angles) = frames.unzip();
        PoseExample {
            style: style.to_owned(),
            units,
            angles,
        }
    }
}

/// Examples of so many styles, each on `utterances` of the speech, joined with pauses: style `i`
/// speaks those from the `i`-th on, round and round. At 50 Hz.
pub fn pose_examples(
    speech: &[Vec<Prosody>],
    styles: usize,
    utterances: usize,
    seed: u64,
) -> Vec<PoseExample> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..styles)
        .map(|style| {
            let mut joined = Vec::new();
            let chosen = speech.iter().cycle().skip(style % speech.len().max(1));
            for utterance in chosen.take(utterances) {
                joined.extend_from_slice(utterance);
                let pause = rng.random_range(PAUSES) * PROSODY_HZ;
                joined.extend(std::iter::repeat_n(QUIET, pause as usize));
            }
            let teacher = PoseTeacher::draw(rng.random());
            teacher.perform(&format!("style {style}"), &joined, rng.random())
        })
        .collect()
}

const QUIET: Prosody = Prosody {
    loudness_ahead_db: LOUDNESS_FLOOR_DB,
    speech: 0.0,
    lips_shut: false,
};

/// Prosody of a recording with known phone times.
pub fn utterance_prosody(utterance: &Utterance) -> Vec<Prosody> {
    let loudness = loudness_curve(&utterance.samples);
    let mut silence = vec![1.0; loudness.len()];
    for span in utterance
        .phones
        .iter()
        .filter(|span| span.phone != Phone::Sil)
    {
        let [start, end] = [span.start, span.end].map(|time| (time * PROSODY_HZ).round() as usize);
        let end = end.min(silence.len());
        silence[start.min(end)..end].fill(0.0);
    }
    prosody(&loudness, &silence)
}

/// The loudness and pauses of made-up speech, for where no corpus is at hand: phrases of 1 to 4
/// seconds with a syllable every 0.2 s or so, a third of them stressed, and pauses between.
pub fn made_up_speech(seconds: f32, seed: u64) -> Vec<Prosody> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let length = (seconds * PROSODY_HZ) as usize;
    let mut loudness: Vec<f32> = Vec::with_capacity(length);
    let mut silence = Vec::with_capacity(length);
    while loudness.len() < length {
        let pause = log_normal(&mut rng, 0.7, 0.5).clamp(0.3, 3.0);
        let frames = (pause * PROSODY_HZ) as usize;
        loudness.extend(std::iter::repeat_with(|| rng.random_range(-75.0..-65.0)).take(frames));
        silence.resize(loudness.len(), 1.0);
        for _ in 0..rng.random_range(4..20) {
            let peak = if rng.random::<f32>() < 0.35 {
                -16.0
            } else {
                -23.0
            };
            let peak = peak + rng.random_range(-2.0..2.0);
            let frames = (log_normal(&mut rng, 0.2, 0.25).clamp(0.1, 0.4) * PROSODY_HZ) as usize;
            loudness.extend((0..frames).map(|frame| {
                let phase = (frame as f32 + 0.5) / frames as f32;
                peak - 12.0 * (1.0 - (std::f32::consts::PI * phase).sin())
            }));
        }
        silence.resize(loudness.len(), 0.0);
    }
    loudness.truncate(length);
    silence.truncate(length);
    prosody(&loudness, &silence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pose::PoseStyle;
    use crate::model::prosody::LOUDNESS_AHEAD;
    use crate::training::PhoneSpan;

    #[test]
    fn a_teacher_repeats_itself_and_teachers_differ() {
        let speech = [made_up_speech(20.0, 1), made_up_speech(15.0, 2)];
        let examples = pose_examples(&speech, 3, 2, 7);
        assert_eq!(examples, pose_examples(&speech, 3, 2, 7));
        let styles: Vec<_> = (examples.iter())
            .map(|example| PoseStyle::of(&example.angles, &example.units))
            .collect();
        assert!(styles.iter().all(Option::is_some));
        assert!(styles[0] != styles[1] && styles[1] != styles[2]);
        assert!(pose_examples(&[], 1, 2, 7)[0].angles.is_empty());
    }

    #[test]
    fn prosody_knows_silence_now_and_loudness_ahead() {
        let utterance = Utterance {
            id: String::new(),
            speaker: String::new(),
            language: String::new(),
            samples: [vec![0.0; 8000], vec![0.5; 8000]].concat(),
            phones: vec![
                PhoneSpan {
                    phone: Phone::Sil,
                    start: 0.0,
                    end: 0.5,
                },
                PhoneSpan {
                    phone: Phone::ALL[3],
                    start: 0.5,
                    end: 9.0,
                },
            ],
        };
        let prosody = utterance_prosody(&utterance);
        assert_eq!(prosody.len(), 50);
        let speech: Vec<f32> = prosody.iter().map(|frame| frame.speech).collect();
        assert_eq!(speech, [vec![0.0; 25], vec![1.0; 25]].concat());
        let loud = prosody
            .iter()
            .position(|frame| frame.loudness_ahead_db > -20.0);
        assert_eq!(loud, Some(25 - LOUDNESS_AHEAD));
        assert_eq!(prosody[49].loudness_ahead_db, LOUDNESS_FLOOR_DB);
    }
}
