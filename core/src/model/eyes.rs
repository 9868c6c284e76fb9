//! Blinks and small gaze shifts, made frame by frame.
//!
//! Depends on the past alone, so that a stream in chunks equals the whole.

use metaface_clip::{Channel, Frame};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::prosody::{Boundary, Moment, PROSODY_HZ, Phrasing, Prosody};
use crate::random::{log_normal, normal};

/// How lively the eyes are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EyesSettings {
    /// Blinks per minute in conversation, 0 to 60; people have 10 to 30.
    pub blinks_per_minute: f32,
    /// Factor on the angles of gaze shifts; 0 looks straight ahead.
    pub gaze: f32,
}

impl Default for EyesSettings {
    fn default() -> Self {
        Self {
            blinks_per_minute: 17.0,
            gaze: 1.0,
        }
    }
}

/// Seconds of one frame.
const FRAME: f32 = 1.0 / PROSODY_HZ;
/// The shortest time from one blink's start to the next, in seconds.
const BLINK_REFRACTORY: f32 = 0.7;
/// Share of phrase ends that bring a blink.
const PHRASE_END_BLINK: f32 = 0.4;
/// Gaze shifts from this size on, in degrees, often come with a blink.
const BLINKED_SHIFT_DEG: f32 = 4.5;
/// Those extra blinks are taken off the spontaneous ones: this factor keeps the rate as set.
const SPONTANEOUS_SHARE: f32 = 0.72;
/// Duration of a saccade: 21 ms and 2.2 ms per degree (Carpenter 1988).
const SACCADE_SECONDS: (f32, f32) = (0.021, 0.0022);
/// Radians of gaze at EyeLook* = 1, as Live Link Face's own captures relate the two.
const LOOK_YAW: f32 = 0.605;
const LOOK_PITCH: f32 = 0.555;
/// How far the upper lid follows a downward look: EyeBlink per EyeLookDown, from the same.
const LID_FOLLOW: f32 = 0.66;
/// EyeBlink of a relaxed eye looking ahead.
const RELAXED_LID: f32 = 0.03;

/// The eyes of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EyesFrame {
    /// Closure by blinking, 0 to 1: left, right.
    pub blink: [f32; 2],
    /// Cheek-side squint that goes with a blink, 0 to 1, to be added to what the face does.
    pub squint: [f32; 2],
    /// Gaze of both eyes in radians: yaw (positive to the character's left), pitch (positive up).
    pub look: [f32; 2],
}

impl EyesFrame {
    /// The same gaze in the world after the head turned by these angles (yaw, pitch, roll in
    /// radians): eyes counter-rotate so that they keep looking at what they look at.
    #[must_use]
    pub fn stabilised(mut self, head: [f32; 3]) -> Self {
        for (look, head) in self.look.iter_mut().zip(head) {
            *look = (*look - head).clamp(-0.45, 0.45);
        }
        self
    }

    /// Sets the EyeBlink, EyeLook and eye angle channels; adds to EyeSquint and EyeWide. Lids
    /// follow the gaze: lower when looking down, higher when looking up.
    pub fn apply(&self, frame: &mut Frame) {
        use Channel as C;
        let [yaw, pitch] = self.look;
        let (left, right) = ((yaw / LOOK_YAW).max(0.0), (-yaw / LOOK_YAW).max(0.0));
        let (up, down) = (
            (pitch / LOOK_PITCH).max(0.0),
            (-pitch / LOOK_PITCH).max(0.0),
        );
        let lid = (RELAXED_LID + LID_FOLLOW * down - 0.2 * up).max(0.0);
        for (channel, value) in [
            (C::EyeLookOutLeft, left),
            (C::EyeLookInRight, left),
            (C::EyeLookInLeft, right),
            (C::EyeLookOutRight, right),
            (C::EyeLookUpLeft, up),
            (C::EyeLookUpRight, up),
            (C::EyeLookDownLeft, down),
            (C::EyeLookDownRight, down),
            (C::EyeBlinkLeft, lid + (1.0 - lid) * self.blink[0]),
            (C::EyeBlinkRight, lid + (1.0 - lid) * self.blink[1]),
            (C::EyeSquintLeft, frame[C::EyeSquintLeft] + self.squint[0]),
            (C::EyeSquintRight, frame[C::EyeSquintRight] + self.squint[1]),
            (C::EyeWideLeft, frame[C::EyeWideLeft] + 0.25 * up),
            (C::EyeWideRight, frame[C::EyeWideRight] + 0.25 * up),
        ] {
            frame[channel] = value.clamp(0.0, 1.0);
        }
        frame[C::LeftEyeYaw] = yaw;
        frame[C::RightEyeYaw] = yaw;
        frame[C::LeftEyePitch] = pitch;
        frame[C::RightEyePitch] = pitch;
    }
}

#[derive(Debug, Clone, Copy)]
struct Blink {
    age: f32,
    closing: f32,
    closed: f32,
    opening: f32,
    depth: [f32; 2],
}

impl Blink {
    /// 0 to 1; lids close fast and open about twice as slowly, slowing towards the end.
    fn closure(&self) -> f32 {
        let opened = (self.age - self.closing - self.closed) / self.opening;
        if opened >= 1.0 {
            0.0
        } else if opened > 0.0 {
            let left = 1.0 - opened;
            left * left * (3.0 - 2.0 * left)
        } else {
            let x = (self.age / self.closing).min(1.0);
            x * x * (3.0 - 2.0 * x)
        }
    }

    fn is_over(&self) -> bool {
        self.age >= self.closing + self.closed + self.opening
    }
}

#[derive(Debug, Clone, Copy)]
struct Saccade {
    from: [f32; 2],
    age: f32,
    duration: f32,
}

/// A stream of eyes at [`PROSODY_HZ`].
#[derive(Debug, Clone)]
pub struct Eyes {
    rng: ChaCha8Rng,
    settings: EyesSettings,
    phrasing: Phrasing,
    blink: Option<Blink>,
    until_blink: f32,
    since_blink: f32,
    /// Degrees.
    target: [f32; 2],
    saccade: Option<Saccade>,
    until_saccade: f32,
    /// Chance that the next gaze shift leaves the listener.
    aversion: f32,
}

impl Eyes {
    /// Eyes that look ahead. The same seed, settings and prosody give the same frames.
    pub fn new(seed: u64, settings: EyesSettings) -> Self {
        let sane = |value: f32, most: f32| {
            if value.is_finite() {
                value.clamp(0.0, most)
            } else {
                0.0
            }
        };
        let settings = EyesSettings {
            blinks_per_minute: sane(settings.blinks_per_minute, 60.0),
            gaze: sane(settings.gaze, 3.0),
        };
        let mut eyes = Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x4559_4553),
            settings,
            phrasing: Phrasing::new(),
            blink: None,
            until_blink: 0.0,
            since_blink: 0.0,
            target: [0.0; 2],
            saccade: None,
            until_saccade: 0.0,
            aversion: 0.25,
        };
        // As if watched from the middle of an interval on.
        eyes.until_blink = eyes.blink_interval() * eyes.rng.random_range(0.2..1.0);
        eyes.until_saccade = eyes.fixation(0.0);
        eyes
    }

    /// The eyes of the next frame.
    pub fn next(&mut self, prosody: &Prosody) -> EyesFrame {
        let moment = self.phrasing.next(prosody);
        self.shift_gaze(&moment);
        self.time_blinks(&moment, prosody.stress);
        let look = self.advance_saccade();
        let (blink, squint) = self.advance_blink();
        EyesFrame {
            blink,
            squint,
            look: look.map(f32::to_radians),
        }
    }

    /// Seconds to the next spontaneous blink.
    fn blink_interval(&mut self) -> f32 {
        let rate = self.settings.blinks_per_minute * SPONTANEOUS_SHARE;
        if rate <= 0.0 {
            return f32::INFINITY;
        }
        const SIGMA: f32 = 0.55;
        let median = 60.0 / rate * (-0.5 * SIGMA * SIGMA).exp();
        log_normal(&mut self.rng, median, SIGMA).max(BLINK_REFRACTORY)
    }

    fn time_blinks(&mut self, moment: &Moment, stress: f32) {
        // People blink more while they speak, and rarely on the emphasised word itself.
        let mut pace = 0.8 + 0.3 * moment.activity;
        if stress > 0.6 {
            pace *= 0.25;
        }
        self.since_blink += FRAME;
        self.until_blink -= pace * FRAME;
        if moment.boundary == Some(Boundary::End) && self.chance(PHRASE_END_BLINK) {
            self.blink_within(0.25);
        }
        if self.until_blink <= 0.0 && self.since_blink > BLINK_REFRACTORY && self.blink.is_none() {
            self.until_blink = self.blink_interval();
            self.since_blink = 0.0;
            let depth = if self.chance(0.12) {
                self.rng.random_range(0.6..0.85)
            } else {
                1.0
            };
            let uneven = 1.0 - 0.05 * self.rng.random::<f32>();
            self.blink = Some(Blink {
                age: 0.0,
                closing: self.rng.random_range(0.07..0.10),
                closed: self.rng.random_range(0.02..0.05),
                opening: self.rng.random_range(0.14..0.20),
                depth: if self.chance(0.5) {
                    [depth, depth * uneven]
                } else {
                    [depth * uneven, depth]
                },
            });
        }
    }

    /// Brings the next blink forward, unless there are to be none or there was one just now.
    fn blink_within(&mut self, seconds: f32) {
        let time = self.rng.random_range(0.0..=seconds);
        if self.settings.blinks_per_minute > 0.0 && self.since_blink > 1.0 {
            self.until_blink = self.until_blink.min(time);
        }
    }

    fn chance(&mut self, probability: f32) -> bool {
        self.rng.random::<f32>() < probability
    }

    fn advance_blink(&mut self) -> ([f32; 2], [f32; 2]) {
        let Some(blink) = &mut self.blink else {
            return ([0.0; 2], [0.0; 2]);
        };
        blink.age += FRAME;
        let closed = blink.depth.map(|depth| depth * blink.closure());
        if blink.is_over() {
            self.blink = None;
        }
        (closed, closed.map(|closed| 0.12 * closed))
    }

    /// Seconds until the eyes move on.
    fn fixation(&mut self, activity: f32) -> f32 {
        let median = 1.1 - 0.3 * activity;
        log_normal(&mut self.rng, median, 0.6).clamp(0.3, 3.0)
    }

    fn shift_gaze(&mut self, moment: &Moment) {
        match moment.boundary {
            // Speakers look away while they plan and back at the listener when they hand over.
            Some(Boundary::Start) => {
                self.aversion = 0.6;
                self.until_saccade = self.until_saccade.min(0.2);
            }
            Some(Boundary::End) => {
                self.aversion = 0.08;
                self.until_saccade = self.until_saccade.min(0.3);
            }
            None => self.aversion += (0.3 - self.aversion) * FRAME / 1.5,
        }
        self.until_saccade -= FRAME;
        if self.until_saccade > 0.0 || self.saccade.is_some() {
            return;
        }
        self.until_saccade = self.fixation(moment.activity);
        let away = self.chance(self.aversion);
        let (yaw, pitch) = (normal(&mut self.rng), normal(&mut self.rng));
        let target = if away {
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
        self.saccade = Some(Saccade {
            from,
            age: 0.0,
            duration: (SACCADE_SECONDS.0 + SACCADE_SECONDS.1 * size).max(2.0 * FRAME),
        });
        if size > BLINKED_SHIFT_DEG && self.chance(0.4) {
            self.blink_within(0.0);
        }
    }

    /// The gaze in degrees.
    fn advance_saccade(&mut self) -> [f32; 2] {
        let mut gaze = self.target;
        if let Some(saccade) = &mut self.saccade {
            saccade.age += FRAME;
            let x = (saccade.age / saccade.duration).min(1.0);
            let reached = x * x * (3.0 - 2.0 * x);
            for (gaze, from) in gaze.iter_mut().zip(saccade.from) {
                *gaze = from + (*gaze - from) * reached;
            }
            if x >= 1.0 {
                self.saccade = None;
            }
        }
        gaze.map(|angle| angle * self.settings.gaze)
    }
}

#[cfg(test)]
mod tests;
