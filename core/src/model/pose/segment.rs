//! Where tokens begin and how they join.
//!
//! A token is a window of angular velocity. The next one begins after [`HOP`] frames, or at once
//! where an event of speech does, so that a nod starts with its accent and not up to a hop late.
//! A new token fades in by a squared sine, over [`HOP`] frames or faster on an accent, while all
//! older ones fade out together; at the regular hop that is the overlap-add of Hann windows. The weights always add
//! up to one and never jump, so neither does velocity.

use super::units::Unit;

/// Frames of a token: 320 ms.
pub(super) const WINDOW: usize = 16;
/// Frames between tokens in the absence of events: 160 ms.
pub(super) const HOP: usize = 8;

/// Says at which frames tokens begin.
#[derive(Debug, Clone, Default)]
pub(super) struct Borders {
    last: Option<(Unit, usize)>,
}

impl Borders {
    /// Whether a token begins at the next frame, which has this unit.
    pub(super) fn next(&mut self, unit: Unit) -> bool {
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

/// Frames over which a token of this unit fades in. A nod does not wait for what came before: the
/// token before it was drawn when nobody knew of the accent.
pub(super) fn fade(unit: Unit) -> usize {
    if unit.is_accented() { 6 } else { HOP }
}

/// The weight of a token this many frames after it began, while none has begun after it.
pub(super) fn rise(age: usize, fade: usize) -> f32 {
    if age >= fade {
        return 1.0;
    }
    let phase = (age as f32 + 0.5) / fade as f32;
    (std::f32::consts::FRAC_PI_2 * phase).sin().powi(2)
}

/// The weight of a token at this frame of it if the next begins after the regular hop.
pub(super) fn weight(frame: usize, fade: usize) -> f32 {
    if frame < HOP {
        rise(frame, fade)
    } else {
        1.0 - rise(frame - HOP, HOP)
    }
}
