//! Blinks and small gaze shifts, frame by frame.
//!
//! Uses no future frames, so a stream in chunks equals the whole sound.

mod blinks;
mod gaze;

use metaface_clip::{Channel, Frame};

use self::blinks::Blinks;
use self::gaze::Gaze;
use super::prosody::SpeechMoment;

/// Settings of blinks and gaze.
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

/// Radians of gaze at EyeLook* = 1, measured in captures of Live Link Face.
const LOOK_YAW: f32 = 0.605;
const LOOK_PITCH: f32 = 0.555;
/// EyeBlink per EyeLookDown, measured in the same captures: the upper lid follows a downward gaze.
const LID_FOLLOW: f32 = 0.66;
/// EyeSquint of a full blink.
const SQUINT: f32 = 0.12;
/// EyeBlink of a relaxed eye looking ahead.
const RELAXED_LID: f32 = 0.03;

/// The eyes of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EyesFrame {
    /// Closure by a blink, 0 to 1: left, right.
    pub blink: [f32; 2],
    /// EyeSquint of a blink, 0 to 1, added to the face's: left, right.
    pub squint: [f32; 2],
    /// Gaze of both eyes in radians: yaw (positive to the character's left), pitch (positive up).
    pub look: [f32; 2],
}

impl EyesFrame {
    /// Counter-rotates the eyes by these angles of the head (yaw, pitch, roll in radians), so that
    /// the gaze stays on its target.
    #[must_use]
    pub fn stabilised(mut self, head: [f32; 3]) -> Self {
        for (look, head) in self.look.iter_mut().zip(head) {
            *look = (*look - head).clamp(-0.45, 0.45);
        }
        self
    }

    /// Sets the EyeBlink, EyeLook and eye angle channels; adds to EyeSquint and EyeWide. The lids
    /// follow the gaze down and up.
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

/// A stream of eye frames at [`PROSODY_HZ`](super::prosody::PROSODY_HZ).
#[derive(Debug, Clone)]
pub struct Eyes {
    blinks: Blinks,
    gaze: Gaze,
}

impl Eyes {
    /// Eyes that start looking ahead. The same seed, settings and moments give the same frames.
    pub fn new(seed: u64, settings: EyesSettings) -> Self {
        let clamp_finite = |value: f32, maximum: f32| {
            if value.is_finite() {
                value.clamp(0.0, maximum)
            } else {
                0.0
            }
        };
        Self {
            blinks: Blinks::new(seed, clamp_finite(settings.blinks_per_minute, 60.0)),
            gaze: Gaze::new(seed, clamp_finite(settings.gaze, 3.0)),
        }
    }

    /// The eyes of the next frame.
    pub fn next(&mut self, moment: &SpeechMoment) -> EyesFrame {
        let look = self.gaze.next(moment);
        if self.gaze.began_large_shift() {
            self.blinks.prompt_by_gaze_shift();
        }
        let blink = self.blinks.next(moment);
        EyesFrame {
            blink,
            squint: blink.map(|closed| SQUINT * closed),
            look,
        }
    }
}

#[cfg(test)]
mod tests;
