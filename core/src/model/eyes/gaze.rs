//! Gaze: still fixations and quick saccades between them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::model::prosody::{Boundary, FRAME_SECONDS, SpeechMoment};
use crate::random::{log_normal, normal};

/// Duration of a saccade: 21 ms and 2.2 ms per degree (Carpenter 1988), in seconds.
const SACCADE_SECONDS: (f32, f32) = (0.021, 0.0022);
/// Minimum size of a large gaze shift, in degrees.
const LARGE_SHIFT_DEG: f32 = 4.5;
/// Duration of fixations in silence and its reduction in speech (medians), and the shortest and
/// longest fixation, in seconds.
const FIXATION: (f32, f32) = (1.0, 0.3);
const FIXATION_LIMITS: (f32, f32) = (0.2, 2.4);
/// Chance that a gaze shift leads away from the listener: within a phrase, at its start, at its end
/// (Kendon 1967: speakers look away while they plan and look back when they finish).
const AVERSION: (f32, f32, f32) = (0.3, 0.6, 0.08);

#[derive(Debug, Clone, Copy)]
struct Saccade {
    from: [f32; 2],
    age: f32,
    duration: f32,
}

/// Generates gaze frame by frame.
#[derive(Debug, Clone)]
pub(super) struct Gaze {
    rng: ChaCha8Rng,
    factor: f32,
    /// Yaw and pitch of the present fixation, in degrees.
    target: [f32; 2],
    saccade: Option<Saccade>,
    until_saccade: f32,
    aversion: f32,
    began_large_shift: bool,
}

impl Gaze {
    pub(super) fn new(seed: u64, factor: f32) -> Self {
        let mut gaze = Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x4741_5A45),
            factor,
            target: [0.0; 2],
            saccade: None,
            until_saccade: 0.0,
            aversion: AVERSION.0,
            began_large_shift: false,
        };
        gaze.until_saccade = gaze.fixation(0.0);
        gaze
    }

    /// Yaw and pitch of the next frame in radians.
    pub(super) fn next(&mut self, moment: &SpeechMoment) -> [f32; 2] {
        self.began_large_shift = false;
        match moment.boundary {
            Some(Boundary::Start) => {
                self.aversion = AVERSION.1;
                self.until_saccade = self.until_saccade.min(0.2);
            }
            Some(Boundary::End) => {
                self.aversion = AVERSION.2;
                self.until_saccade = self.until_saccade.min(0.3);
            }
            None => self.aversion += (AVERSION.0 - self.aversion) * FRAME_SECONDS / 1.5,
        }
        self.until_saccade -= FRAME_SECONDS;
        if self.until_saccade <= 0.0 && self.saccade.is_none() {
            self.shift(moment.activity);
        }
        let angles = self.advance();
        angles.map(|angle| (angle * self.factor).to_radians())
    }

    /// Whether a large gaze shift began at the last frame.
    pub(super) fn began_large_shift(&self) -> bool {
        self.began_large_shift
    }

    /// Duration of the next fixation in seconds.
    fn fixation(&mut self, activity: f32) -> f32 {
        let median = FIXATION.0 - FIXATION.1 * activity;
        log_normal(&mut self.rng, median, 0.6).clamp(FIXATION_LIMITS.0, FIXATION_LIMITS.1)
    }

    fn shift(&mut self, activity: f32) {
        self.until_saccade = self.fixation(activity);
        let is_aversion = self.rng.random::<f32>() < self.aversion;
        let (yaw, pitch) = (normal(&mut self.rng), normal(&mut self.rng));
        let target = if is_aversion {
            [
                (3.6 * yaw).clamp(-9.0, 9.0),
                (2.0 * pitch - 0.5).clamp(-6.0, 4.0),
            ]
        } else {
            // Between the listener's eyes and mouth.
            [0.8 * yaw, 0.6 * pitch - 0.2]
        };
        let from = self.target;
        let size = (target[0] - from[0]).hypot(target[1] - from[1]);
        self.target = target;
        self.began_large_shift = size > LARGE_SHIFT_DEG;
        self.saccade = Some(Saccade {
            from,
            age: 0.0,
            duration: (SACCADE_SECONDS.0 + SACCADE_SECONDS.1 * size).max(2.0 * FRAME_SECONDS),
        });
    }

    /// The gaze in degrees.
    fn advance(&mut self) -> [f32; 2] {
        let mut gaze = self.target;
        if let Some(saccade) = &mut self.saccade {
            saccade.age += FRAME_SECONDS;
            let x = (saccade.age / saccade.duration).min(1.0);
            let progress = x * x * (3.0 - 2.0 * x);
            for (gaze, from) in gaze.iter_mut().zip(saccade.from) {
                *gaze = from + (*gaze - from) * progress;
            }
            if x >= 1.0 {
                self.saccade = None;
            }
        }
        gaze
    }
}
