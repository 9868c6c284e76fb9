//! The position in a sound that a host plays: [`PlaybackClock`].

/// An offset above this many seconds is visible, so it is removed at once.
const MAX_DRIFT: f64 = 0.1;

/// The fraction of a smaller offset that one report removes.
const CORRECTION: f64 = 0.1;

/// Synchronises an animation with its sound. The host's frames advance it evenly; the positions that
/// the host's player reports now and then correct the drift, and a jump (a hitch, a seek) is followed
/// at once.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PlaybackClock {
    /// The position in the sound, in seconds.
    pub position: f64,
}

impl PlaybackClock {
    /// Advances by seconds of the host's time. Negative times count as 0.
    pub fn advance(&mut self, seconds: f64) {
        self.position += seconds.max(0.0);
    }

    /// Takes a position that the player reports, in seconds. Ignores NaN and infinity.
    pub fn synchronise(&mut self, reported: f64) {
        if !reported.is_finite() {
            return;
        }
        let offset = reported - self.position;
        self.position += if offset.abs() > MAX_DRIFT {
            offset
        } else {
            offset * CORRECTION
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_follows_the_player_and_not_only_the_hosts_clock() {
        let mut clock = PlaybackClock::default();
        for frame in 1..=600 {
            // The sound runs half a percent slower than the host.
            clock.advance(1.0 / 60.0);
            clock.synchronise(f64::from(frame) / 60.0 * 0.995);
        }
        assert!((clock.position - 9.95).abs() < 0.005, "{clock:?}");
        clock.synchronise(3.0);
        assert_eq!(clock.position, 3.0);
        clock.synchronise(f64::NAN);
        clock.advance(-1.0);
        assert_eq!(clock.position, 3.0);
    }
}
