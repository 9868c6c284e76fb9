//! Brow gestures: raised or lowered brows on stressed words and at phrase starts.
//!
//! The network's brows follow every syllable slightly, which looks like trembling. Only their slow
//! part is kept, as the speaker's resting brows. The gestures are generated here, few and large
//! enough to look intended. They follow minimum-jerk paths, use no future frames, and repeat for a
//! seed.

use metaface_clip::{Channel, Frame};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::glide::{Glide, Stroke, StrokeTiming};
use super::prosody::{Boundary, FRAME_SECONDS, SpeechMoment, approach};
use crate::random::{log_normal, normal};

/// BrowInnerUp of a raise on the weakest accent, and the increase on the strongest.
const RAISE: (f32, f32) = (0.1, 0.2);
/// The largest raise or lowering of a gesture.
const LIMIT: f32 = 0.36;
/// Chance of a gesture on the weakest accent, and the increase on the strongest.
const CHANCE: (f32, f32) = (0.0, 0.5);
/// Increase of that chance per second since the last gesture: brows do not rest for long.
const CHANCE_PER_SECOND: f32 = 0.1;
/// Share of accents that lower the brows instead of raising them, and the size relative to a raise.
const LOWERED_SHARE: f32 = 0.2;
const LOWERED_SIZE: f32 = 0.75;
/// Gestures are at least this far apart, in seconds: not every word gets one.
const SPACING: f32 = 1.1;
/// Chance of a raise as a phrase begins, and its size.
const START_CHANCE: f32 = 0.5;
const START_RAISE: f32 = 0.08;
/// Half-normal deviation of the brow level of a phrase, and the share of phrases with lowered
/// brows.
const PHRASE_LEVEL: f32 = 0.1;
const FROWN_SHARE: f32 = 0.25;
/// Time constant of the low-pass that gives the resting brows, in seconds.
const REST_TIME: f32 = 0.7;
/// How long a gesture is held: median in seconds and standard deviation of the logarithm.
const HOLD: (f32, f32) = (0.25, 0.8);
/// BrowOuterUp per BrowInnerUp, and the relative difference of the sides (standard deviation).
const OUTER: f32 = 0.7;
const UNEVEN: f32 = 0.12;
/// EyeWide per raise; EyeSquint and CheekSquint per lowering.
const EYE_WIDE: f32 = 0.2;
const EYE_CHEEK_SQUINT: (f32, f32) = (0.45, 0.25);

const BROWS: [Channel; 5] = [
    Channel::BrowDownLeft,
    Channel::BrowDownRight,
    Channel::BrowInnerUp,
    Channel::BrowOuterUpLeft,
    Channel::BrowOuterUpRight,
];

/// Brow motion at [`PROSODY_HZ`](super::prosody::PROSODY_HZ).
#[derive(Debug, Clone)]
pub struct Brows {
    rng: ChaCha8Rng,
    amplitude: f32,
    /// Slow part of the network's [`BROWS`]; `None` before the first frame.
    rest: Option<[f32; 5]>,
    /// Level of the present phrase: positive is raised, negative is lowered.
    level: Glide,
    raise: Stroke,
    lower: Stroke,
    /// Factors on the left and right side of the present gesture.
    sides: [Glide; 2],
    since_gesture: f32,
}

impl Brows {
    /// Brows at rest. The same seed, amplitude (a factor on all brow movement, 0 to 2) and
    /// moments give the same brows.
    pub fn new(seed: u64, amplitude: f32) -> Self {
        let mut sides: [Glide; 2] = Default::default();
        sides.iter_mut().for_each(|side| side.move_to(1.0, 0.0));
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x4252_4F57),
            amplitude,
            rest: None,
            level: Glide::default(),
            raise: Stroke::default(),
            lower: Stroke::default(),
            sides,
            since_gesture: 3.0,
        }
    }

    /// Animates the next frame's brows, and the eyes and cheeks with them. `frame` contains the
    /// network's brows.
    pub fn next(&mut self, moment: &SpeechMoment, frame: &mut Frame) {
        self.since_gesture += FRAME_SECONDS;
        if let Some(boundary) = moment.boundary {
            self.follow_boundary(boundary);
        }
        if let Some(strength) = moment.accent {
            self.follow_accent(strength);
        }
        let level = self.level.next();
        let raise = (self.raise.next() + level.max(0.0)).max(0.0);
        let lower = (self.lower.next() - level.min(0.0)).max(0.0);
        let [left, right] = [0, 1].map(|side| self.sides[side].next());
        let moved = [
            lower * left - 0.15 * raise,
            lower * right - 0.15 * raise,
            raise - 0.2 * lower,
            OUTER * raise * left,
            OUTER * raise * right,
        ];
        let network_brows = BROWS.map(|channel| frame[channel]);
        let rest = self.rest.get_or_insert(network_brows);
        for (index, channel) in BROWS.into_iter().enumerate() {
            approach(&mut rest[index], network_brows[index], REST_TIME);
            let value = (rest[index] + moved[index]).max(0.0);
            frame[channel] = (self.amplitude * value).min(1.0);
        }
        for (channel, added) in [
            (Channel::EyeWideLeft, EYE_WIDE * raise * left),
            (Channel::EyeWideRight, EYE_WIDE * raise * right),
            (Channel::EyeSquintLeft, EYE_CHEEK_SQUINT.0 * lower * left),
            (Channel::EyeSquintRight, EYE_CHEEK_SQUINT.0 * lower * right),
            (Channel::CheekSquintLeft, EYE_CHEEK_SQUINT.1 * lower * left),
            (
                Channel::CheekSquintRight,
                EYE_CHEEK_SQUINT.1 * lower * right,
            ),
        ] {
            frame[channel] = (frame[channel] + self.amplitude * added).clamp(0.0, 1.0);
        }
    }

    /// Sets a random brow level for each phrase, and may start it with a small raise.
    fn follow_boundary(&mut self, boundary: Boundary) {
        if boundary == Boundary::End {
            let seconds = self.rng.random_range(0.7..1.3);
            return self.level.move_to(0.0, seconds);
        }
        let magnitude = PHRASE_LEVEL * normal(&mut self.rng).abs().min(2.0);
        let frowns = self.rng.random::<f32>() < FROWN_SHARE;
        let level = if frowns { -magnitude } else { magnitude };
        let seconds = self.rng.random_range(0.5..1.0);
        self.level.move_to(level, seconds);
        if self.rng.random::<f32>() < START_CHANCE {
            let size = log_normal(&mut self.rng, START_RAISE, 0.35);
            self.gesture(size, false);
        }
    }

    /// May start a gesture on an accent.
    fn follow_accent(&mut self, strength: f32) {
        let chance = CHANCE.0 + CHANCE.1 * strength + CHANCE_PER_SECOND * self.since_gesture;
        if self.since_gesture < SPACING || self.rng.random::<f32>() > chance {
            return;
        }
        let size = log_normal(&mut self.rng, RAISE.0 + RAISE.1 * strength, 0.25);
        let lowers = self.rng.random::<f32>() < LOWERED_SHARE;
        self.gesture(size, lowers);
    }

    fn gesture(&mut self, size: f32, lowers: bool) {
        self.since_gesture = 0.0;
        let size = size.min(LIMIT);
        let timing = StrokeTiming {
            rise: self.rng.random_range(0.12..0.17) + 0.15 * size,
            hold: log_normal(&mut self.rng, HOLD.0, HOLD.1).min(1.5),
            fall: self.rng.random_range(0.45..0.9),
        };
        let uneven = UNEVEN * normal(&mut self.rng).clamp(-2.0, 2.0);
        self.sides[0].move_to(1.0 + uneven, timing.rise);
        self.sides[1].move_to(1.0 - uneven, timing.rise);
        if lowers {
            self.lower.start(LOWERED_SIZE * size, timing);
        } else {
            self.raise.start(size, timing);
        }
    }
}

#[cfg(test)]
mod tests;
