//! When lids close, and how.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::model::prosody::{Boundary, FRAME_SECONDS, Moment};
use crate::random::log_normal;

/// The shortest time from one blink's start to the next, in seconds.
const REFRACTORY: f32 = 0.7;
/// Blinks that follow something else than the clock come at the earliest this long after the
/// last, in seconds.
const PROMPTED_REFRACTORY: f32 = 1.0;
/// Share of phrase ends that bring a blink, within how many seconds.
const PHRASE_END: (f32, f32) = (0.5, 0.3);
/// Share of far gaze shifts that come with a blink.
const GAZE_SHARE: f32 = 0.4;
/// Prompted blinks are taken off the spontaneous ones: this factor keeps the rate as set.
const SPONTANEOUS_SHARE: f32 = 0.72;
/// Standard deviation of the logarithm of spontaneous intervals.
const SPREAD: f32 = 0.55;
/// Blinks keep off an accent at least so strong, for this long in seconds.
const ACCENT: (f32, f32) = (0.3, 0.35);
/// A blink waits while the lips are shut, but not longer than this, in seconds: a hummed m is no
/// plosive.
const LONGEST_WAIT: f32 = 0.5;

/// One blink, its phases in seconds.
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
    /// 0 to 1; lids close fast and open about twice as slowly, slowing towards the end.
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
    until: f32,
    since: f32,
    since_accent: f32,
    waited: f32,
}

impl Blinks {
    pub(super) fn new(seed: u64, per_minute: f32) -> Self {
        let mut blinks = Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x424C_494E),
            per_minute,
            blink: None,
            until: 0.0,
            since: 0.0,
            since_accent: f32::INFINITY,
            waited: 0.0,
        };
        // As if watched from the middle of an interval on.
        blinks.until = blinks.interval() * blinks.rng.random_range(0.1..0.6);
        blinks
    }

    /// A blink may go with a far gaze shift that begins now.
    pub(super) fn go_with_gaze(&mut self) {
        self.prompt(GAZE_SHARE, 0.0);
    }

    /// Closure of the next frame, 0 to 1: left, right.
    pub(super) fn next(&mut self, moment: &Moment) -> [f32; 2] {
        // People blink more while they speak, and rarely on the stressed word itself.
        let mut pace = 0.8 + 0.3 * moment.activity;
        self.since_accent += FRAME_SECONDS;
        if moment.accent.is_some_and(|strength| strength > ACCENT.0) {
            self.since_accent = 0.0;
        }
        if self.since_accent < ACCENT.1 {
            pace *= 0.25;
        }
        self.since += FRAME_SECONDS;
        self.until -= pace * FRAME_SECONDS;
        if moment.boundary == Some(Boundary::End) {
            self.prompt(PHRASE_END.0, PHRASE_END.1);
        }
        if self.until <= 0.0 && self.since > REFRACTORY && self.blink.is_none() {
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

    /// Brings the next blink forward with this chance, unless there are to be none or there was
    /// one just now.
    fn prompt(&mut self, chance: f32, within_seconds: f32) {
        let time = self.rng.random_range(0.0..=within_seconds);
        let happens = self.rng.random::<f32>() < chance;
        let stressed = self.since_accent < ACCENT.1;
        if happens && !stressed && self.per_minute > 0.0 && self.since > PROMPTED_REFRACTORY {
            self.until = self.until.min(time);
        }
    }

    fn begin(&mut self) {
        self.until = self.interval();
        self.since = 0.0;
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
