//! The borders of tokens, and the cross-fades between them.
//!
//! A token is a window of angular velocity. The next token begins after [`HOP`] frames, or
//! immediately on a speech event, so that a nod starts with its accent and not up to a hop late.
//! A new token fades in by a squared sine, over [`HOP`] frames or faster on an accent, while all
//! older tokens fade out together; at the regular hop this is the overlap-add of Hann windows. The
//! weights always add up to one and are continuous, so the velocity is continuous.

use super::units::Unit;

/// Length of a token in frames: 320 ms.
pub const WINDOW: usize = 16;
/// Frames between tokens without events: 160 ms.
pub const HOP: usize = 8;

/// Finds the frames at which tokens begin.
#[derive(Debug, Clone, Default)]
pub struct TokenBorders {
    last: Option<(Unit, usize)>,
}

impl TokenBorders {
    /// Whether a token begins at the next frame, which has this unit.
    pub fn next(&mut self, unit: Unit) -> bool {
        let begins = match self.last {
            Some((before, age)) => age + 1 >= HOP || (unit != before && unit.is_event()),
            None => true,
        };
        let age = match self.last {
            Some((_, age)) if !begins => age + 1,
            _ => 0,
        };
        self.last = Some((unit, age));
        begins
    }
}

/// Fade-in of a token of this unit, in frames. A nod fades in faster: the previous token was
/// sampled before the accent was known.
pub(super) fn fade(unit: Unit) -> usize {
    if unit.is_accented() { 6 } else { HOP }
}

/// The weight of a token this many frames after its start, before the next token begins.
pub(super) fn rise(age: usize, fade: usize) -> f32 {
    if age >= fade {
        return 1.0;
    }
    let phase = (age as f32 + 0.5) / fade as f32;
    (std::f32::consts::FRAC_PI_2 * phase).sin().powi(2)
}

/// The weight of a token at one of its frames, if the next token begins after the regular hop.
pub(super) fn weight(frame: usize, fade: usize) -> f32 {
    if frame < HOP {
        rise(frame, fade)
    } else {
        1.0 - rise(frame - HOP, HOP)
    }
}
