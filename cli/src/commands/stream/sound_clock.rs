//! Which moment of a sound is shown now: [`SoundClock`].

use std::collections::VecDeque;

/// Seconds of arrivals that are looked back on.
const WINDOW: f64 = 2.0;

/// Arrivals later than this share of the others count as accidents: they are not waited for.
const TIMELY: f64 = 0.95;

/// Seconds of delay that are caught up in a second: a tenth faster is not seen.
const CATCHING_UP: f64 = 0.1;

/// A longer delay than this, in seconds, is not caught up but leapt over.
const LEAP: f64 = 0.5;

/// Tells which moment of a sound that arrives in pieces can be shown at a time of our own clock, so
/// that motion is even though pieces come unevenly, and that nothing piles up although a
/// microphone's clock and ours are never quite the same.
///
/// The moment shown lies as far behind as faces were missing lately just before the next ones
/// came. It never goes back; it waits where nothing has come, and goes a little faster where more
/// has come than is needed. All times in seconds.
#[derive(Default)]
pub struct SoundClock {
    /// When faces came, and how far behind the newest one was just before.
    arrivals: VecDeque<(f64, f64)>,
    behind: Option<f64>,
    asked: f64,
    shown: f64,
}

impl SoundClock {
    /// Faces came, at this time; the newest before them was that of the moment `newest`.
    pub fn came(&mut self, time: f64, newest: f64) {
        self.arrivals.push_back((time, time - newest));
        while (self.arrivals.front()).is_some_and(|(first, _)| time - first > WINDOW) {
            self.arrivals.pop_front();
        }
    }

    /// The moment to show at this time, of faces up to the moment `newest`.
    pub fn moment(&mut self, time: f64, newest: f64) -> f64 {
        let Some(needed) = self.needed() else {
            return self.shown;
        };
        let most = CATCHING_UP * (time - self.asked).max(0.0);
        self.asked = time;
        let behind = match self.behind {
            Some(behind) if behind > needed && behind - needed <= LEAP => {
                (behind - most).max(needed)
            }
            _ => needed,
        };
        self.behind = Some(behind);
        self.shown = (time - behind).min(newest).max(self.shown);
        self.shown
    }

    /// How far behind timely arrivals were.
    fn needed(&self) -> Option<f64> {
        let mut delays: Vec<f64> = self.arrivals.iter().map(|(_, delay)| *delay).collect();
        delays.sort_by(f64::total_cmp);
        let rank = (delays.len() as f64 * TIMELY) as usize;
        delays.get(rank.min(delays.len().checked_sub(1)?)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays pieces that come at these times, each 20 ms of sound; what is shown every 60th of a
    /// second, with its time.
    fn played(pieces: &[f64], seconds: f64) -> Vec<(f64, f64)> {
        let mut clock = SoundClock::default();
        let (mut come, mut newest) = (0, 0.0);
        let shown = (0..(seconds * 60.0) as usize).map(|frame| {
            let time = frame as f64 / 60.0;
            while come < pieces.len() && pieces[come] <= time {
                clock.came(pieces[come], newest);
                come += 1;
                newest = come as f64 * 0.02;
            }
            (time, clock.moment(time, newest))
        });
        shown.collect()
    }

    fn steps(shown: &[(f64, f64)]) -> impl Iterator<Item = f64> {
        shown.windows(2).map(|pair| pair[1].1 - pair[0].1)
    }

    #[test]
    fn uneven_pieces_make_even_motion() {
        // 20 ms each, up to 8 ms early or late.
        let late = |piece: usize| 0.008 * ((piece * 7 % 11) as f64 / 5.0 - 1.0);
        let pieces: Vec<_> = (1..1000)
            .map(|piece| piece as f64 * 0.02 + late(piece))
            .collect();
        let shown = played(&pieces, 18.0);
        for step in steps(&shown[180..]) {
            assert!((step - 1.0 / 60.0).abs() < 0.003, "{step}");
        }
        let (time, moment) = shown[1000];
        assert!(time - moment < 0.045, "{} s behind", time - moment);
    }

    #[test]
    fn a_microphone_that_runs_a_little_fast_or_slow_is_followed_for_hours() {
        for speed in [0.9995, 1.0005] {
            let pieces: Vec<_> = (1..180_000)
                .map(|piece| piece as f64 * 0.02 * speed)
                .collect();
            let shown = played(&pieces, 3590.0);
            for (time, moment) in &shown[300..] {
                let behind = time / speed - moment;
                assert!((0.0..0.06).contains(&behind), "{behind} s behind at {time}");
            }
        }
    }

    #[test]
    fn after_a_stall_the_delay_is_caught_up_without_a_leap() {
        let pieces = (1..1000).map(|piece| piece as f64 * 0.02);
        let pieces: Vec<_> = pieces
            .map(|time| {
                if (5.0..5.3).contains(&time) {
                    5.3
                } else {
                    time
                }
            })
            .collect();
        let shown = played(&pieces, 15.0);
        assert!(steps(&shown).all(|step| step >= 0.0), "never back");
        let (time, moment) = shown[899];
        assert!(time - moment < 0.05, "{} s behind", time - moment);
    }

    #[test]
    fn sound_that_is_lost_for_good_is_waited_for_once() {
        // Half a second never comes: all that follows is half a second later.
        let pieces = (1..1000).map(|piece| piece as f64 * 0.02);
        let pieces: Vec<_> = pieces
            .map(|time| if time > 5.0 { time + 0.5 } else { time })
            .collect();
        let shown = played(&pieces, 15.0);
        let (time, moment) = shown[899];
        assert!((time - moment - 0.5).abs() < 0.05, "{}", time - moment);
        let last = steps(&shown[480..]);
        assert!({ last }.all(|step| (step - 1.0 / 60.0).abs() < 0.003));
    }

    #[test]
    fn before_anything_has_come_the_beginning_is_shown() {
        let mut clock = SoundClock::default();
        assert_eq!(clock.moment(1.0, 0.0), 0.0);
    }
}
