//! Times and shapes of blinks.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::model::prosody::{Boundary, FRAME_SECONDS, SpeechMoment};
use crate::random::log_normal;

/// The shortest time from one blink's start to the next, in seconds.
const REFRACTORY: f32 = 0.7;
/// The shortest time from a blink's start to a prompted blink (phrase end, gaze shift), in seconds.
const PROMPTED_REFRACTORY: f32 = 1.0;
/// Share of phrase ends with a blink, and the time within which it starts, in seconds.
const PHRASE_END: (f32, f32) = (0.5, 0.3);
/// Share of large gaze shifts with a blink.
const GAZE_SHARE: f32 = 0.4;
/// Factor on the rate of spontaneous blinks, so that spontaneous and prompted blinks together have
/// the rate of the settings.
const SPONTANEOUS_SHARE: f32 = 0.72;
/// Standard deviation of the logarithm of spontaneous intervals.
const SPREAD: f32 = 0.55;
/// Minimum strength of an accent that suppresses blinks, and for how long, in seconds.
const ACCENT: (f32, f32) = (0.3, 0.35);
/// The longest wait of a blink for shut lips to open, in seconds: a hummed m is not a plosive.
const LONGEST_WAIT: f32 = 0.5;

/// One blink, with the durations of its phases in seconds.
#[derive(Debug, Clone, Copy)]
struct Blink {
    age: f32,
    closing: f32,
    closed: f32,
    opening: f32,
    /// Left, right.
    depth: [f32; 2],
}

impl Blink {
    /// Closure, 0 to 1. Lids open about half as fast as they close, and slow down at the end.
    fn closure(&self) -> f32 {
        let opened = (self.age - self.closing - self.closed) / self.opening;
        let x = if opened > 0.0 {
            (1.0 - opened).max(0.0)
        } else {
            (self.age / self.closing).min(1.0)
        };
        x * x * (3.0 - 2.0 * x)
    }

    fn is_over(&self) -> bool {
        self.age >= self.closing + self.closed + self.opening
    }
}

/// Blinks, frame by frame.
#[derive(Debug, Clone)]
pub(super) struct Blinks {
    rng: ChaCha8Rng,
    per_minute: f32,
    blink: Option<Blink>,
    until_blink: f32,
    since_blink: f32,
    since_accent: f32,
    waited: f32,
}

impl Blinks {
    pub(super) fn new(seed: u64, per_minute: f32) -> Self {
        let mut blinks = Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x424C_494E),
            per_minute,
            blink: None,
            until_blink: 0.0,
            since_blink: 0.0,
            since_accent: f32::INFINITY,
            waited: 0.0,
        };
        // The sound starts inside an interval.
        blinks.until_blink = blinks.interval() * blinks.rng.random_range(0.1..0.6);
        blinks
    }

    /// May start a blink with a large gaze shift that begins now.
    pub(super) fn prompt_by_gaze_shift(&mut self) {
        self.prompt(GAZE_SHARE, 0.0);
    }

    /// Closure of the next frame, 0 to 1: left, right.
    pub(super) fn next(&mut self, moment: &SpeechMoment) -> [f32; 2] {
        // People blink more while they speak, and rarely on a stressed word.
        let mut rate = 0.8 + 0.3 * moment.activity;
        self.since_accent += FRAME_SECONDS;
        if moment.accent.is_some_and(|strength| strength > ACCENT.0) {
            self.since_accent = 0.0;
        }
        if self.since_accent < ACCENT.1 {
            rate *= 0.25;
        }
        self.since_blink += FRAME_SECONDS;
        self.until_blink -= rate * FRAME_SECONDS;
        if moment.boundary == Some(Boundary::End) {
            self.prompt(PHRASE_END.0, PHRASE_END.1);
        }
        if self.until_blink <= 0.0 && self.since_blink > REFRACTORY && self.blink.is_none() {
            self.waited += FRAME_SECONDS;
            if !moment.lips_shut || self.waited > LONGEST_WAIT {
                self.begin();
            }
        }
        self.advance()
    }

    /// Seconds to the next spontaneous blink.
    fn interval(&mut self) -> f32 {
        let rate = self.per_minute * SPONTANEOUS_SHARE;
        if rate <= 0.0 {
            return f32::INFINITY;
        }
        let median = 60.0 / rate * (-0.5 * SPREAD * SPREAD).exp();
        log_normal(&mut self.rng, median, SPREAD).max(REFRACTORY)
    }

    /// Moves the next blink forward with this chance, unless blinks are off or the last blink was
    /// less than [`PROMPTED_REFRACTORY`] ago.
    fn prompt(&mut self, chance: f32, within_seconds: f32) {
        let time = self.rng.random_range(0.0..=within_seconds);
        let happens = self.rng.random::<f32>() < chance;
        let is_stressed = self.since_accent < ACCENT.1;
        if happens
            && !is_stressed
            && self.per_minute > 0.0
            && self.since_blink > PROMPTED_REFRACTORY
        {
            self.until_blink = self.until_blink.min(time);
        }
    }

    fn begin(&mut self) {
        self.until_blink = self.interval();
        self.since_blink = 0.0;
        self.waited = 0.0;
        let rng = &mut self.rng;
        let depth = if rng.random_bool(0.12) {
            rng.random_range(0.6..0.85)
        } else {
            1.0
        };
        let uneven = 1.0 - 0.05 * rng.random::<f32>();
        self.blink = Some(Blink {
            age: 0.0,
            closing: rng.random_range(0.07..0.10),
            closed: rng.random_range(0.02..0.05),
            opening: rng.random_range(0.14..0.20),
            depth: if rng.random_bool(0.5) {
                [depth, depth * uneven]
            } else {
                [depth * uneven, depth]
            },
        });
    }

    fn advance(&mut self) -> [f32; 2] {
        let Some(blink) = &mut self.blink else {
            return [0.0; 2];
        };
        blink.age += FRAME_SECONDS;
        let closure = blink.closure();
        let closed = blink.depth.map(|depth| depth * closure);
        if blink.is_over() {
            self.blink = None;
        }
        closed
    }
}
