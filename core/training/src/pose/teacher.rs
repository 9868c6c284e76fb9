//! The pose teacher: simulated head motion of many speakers, from which the pose prior learns.
//!
//! The project has no recordings of heads. The teacher is the procedural [`AverageHead`] with
//! random habits for each style: size and speed of movements, rest pose, which accents nod and in
//! which direction, idle motion, motion in pauses. [`train_pose_prior`](super::train_pose_prior)
//! also accepts captured motion: an example is angles and units, whatever their source.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use metaface_clip::Phone;
use metaface_core::audio::{LOUDNESS_FLOOR_DB, loudness_curve};
use metaface_core::model::average_head::{AverageHead, HeadHabits, HeadSettings};
use metaface_core::model::pose::SpeechUnits;
use metaface_core::model::prosody::{PROSODY_HZ, Phrasing, Prosody, prosody};
use metaface_core::random::log_normal;
use metaface_evaluation::recordings::Utterance;

use super::PoseExample;

/// Range of the pauses between joined utterances, in seconds.
const PAUSES: std::ops::Range<f32> = 0.3..1.5;

/// The head of one simulated speaker.
#[derive(Debug, Clone)]
pub struct PoseTeacher {
    settings: HeadSettings,
    habits: HeadHabits,
}

impl PoseTeacher {
    /// The average habits with these settings.
    pub fn new(settings: HeadSettings) -> Self {
        Self {
            settings,
            habits: HeadHabits::default(),
        }
    }

    /// Draws a random style. The same seed gives the same style.
    pub fn draw(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x504F_5345);
        let rng = &mut rng;
        let average = HeadHabits::default();
        let mut spread = |median: f32, sigma: f32| log_normal(rng, median, sigma);
        let settings = HeadSettings {
            amplitude: spread(1.0, 0.35).clamp(0.3, 2.2),
            tempo: spread(1.0, 0.3).clamp(0.5, 2.0),
            nods: spread(1.0, 0.6).clamp(0.1, 3.0),
        };
        let posture_deg = average.posture_deg.map(|size| size * spread(1.0, 0.4));
        let idle = spread(1.0, 0.4);
        let shift = spread(1.0, 0.35);
        let habits = HeadHabits {
            mean_deg: [
                rng.random_range(-4.0..4.0),
                rng.random_range(-3.0..3.0),
                rng.random_range(-2.5..2.5),
            ],
            posture_deg,
            posture_in_silence: rng.random_range(0.1..0.8),
            tilt: rng.random_range(-0.5..0.5),
            shift_time: rng.random_range(0.55..1.05),
            shift_every: (2.0 * shift, 4.5 * shift),
            nod_up: rng.random_range(0.0..0.45),
            nod_chance: (rng.random_range(0.1..0.7), rng.random_range(0.2..0.8)),
            nod_aside: [rng.random_range(0.1..0.5), rng.random_range(0.05..0.4)],
            nod_time: rng.random_range(0.8..1.3),
            idle_deg: average.idle_deg.map(|size| size * idle),
            idle_in_silence: rng.random_range(0.25..0.9),
        };
        Self { settings, habits }
    }

    /// The style's units and angles on speech. `seed` varies the motion, not the style.
    pub fn perform(&self, style: &str, speech: &[Prosody], seed: u64) -> PoseExample {
        let mut phrasing = Phrasing::default();
        let mut units = SpeechUnits::default();
        let mut head = AverageHead::with_habits(seed, self.settings, self.habits);
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

/// Examples of `styles` styles at 50 Hz. Each is on `utterances` utterances of the speech, joined
/// with pauses; style `i` starts at the `i`-th utterance and cycles.
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

/// The prosody of a recording with known phone times.
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

/// The prosody of simulated speech, for use without a corpus: phrases of 1 to 4 seconds with a
/// syllable about every 0.2 s, a third of them stressed, and pauses in between.
pub fn simulated_speech(seconds: f32, seed: u64) -> Vec<Prosody> {
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
            let level = if rng.random::<f32>() < 0.35 {
                -16.0
            } else {
                -23.0
            };
            let peak = level + rng.random_range(-2.0..2.0);
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
    use metaface_clip::PhoneSpan;
    use metaface_core::model::pose::PoseStyle;
    use metaface_core::model::prosody::LOUDNESS_AHEAD;

    #[test]
    fn a_seed_repeats_its_examples_and_styles_differ() {
        let speech = [simulated_speech(20.0, 1), simulated_speech(15.0, 2)];
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
    fn prosody_has_the_current_silence_and_the_future_loudness() {
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
