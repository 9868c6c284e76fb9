//! Maps this machine's clock to moments of a live sound: [`SoundClock`].

use std::collections::VecDeque;

/// Length of the window of arrivals, in seconds.
const WINDOW: f64 = 2.0;

/// Quantile of the arrival delays that the clock waits for. Longer delays are treated as outliers.
const DELAY_QUANTILE: f64 = 0.95;

/// Speed at which excess delay is reduced, in seconds per second: motion that is a tenth faster is not
/// visible.
const CATCH_UP_RATE: f64 = 0.1;

/// Larger excess delay, in seconds, is skipped at once instead of being reduced gradually.
const MAX_CATCH_UP: f64 = 0.5;

/// Chooses the moment of a sound that is shown at a time of this machine's clock. The motion is even
/// although blocks of sound arrive unevenly, and the delay does not grow although the clocks of the
/// microphone and of this machine differ.
///
/// The delay follows the recent arrivals: how far behind the newest frame was just before the next
/// frames arrived. The moment never goes back. It stops if no frames arrive, and moves a little faster
/// if the delay is longer than needed. All times are in seconds.
#[derive(Default)]
pub struct SoundClock {
    /// Arrival times of frames, and the delay just before: time less the moment of the newest frame.
    arrivals: VecDeque<(f64, f64)>,
    /// The current delay.
    delay: Option<f64>,
    /// Time of the last call of [`Self::moment`].
    last_time: f64,
    /// The last moment.
    shown: f64,
}

impl SoundClock {
    /// Frames arrived at this time. `newest` is the moment of the newest frame before them.
    pub fn frames_arrived(&mut self, time: f64, newest: f64) {
        self.arrivals.push_back((time, time - newest));
        while (self.arrivals.front()).is_some_and(|(first, _)| time - first > WINDOW) {
            self.arrivals.pop_front();
        }
    }

    /// The moment to show at this time. `newest` is the moment of the newest frame.
    pub fn moment(&mut self, time: f64, newest: f64) -> f64 {
        let Some(needed) = self.needed_delay() else {
            return self.shown;
        };
        let reduction = CATCH_UP_RATE * (time - self.last_time).max(0.0);
        self.last_time = time;
        let delay = match self.delay {
            Some(delay) if delay > needed && delay - needed <= MAX_CATCH_UP => {
                (delay - reduction).max(needed)
            }
            _ => needed,
        };
        self.delay = Some(delay);
        self.shown = (time - delay).min(newest).max(self.shown);
        self.shown
    }

    /// The delay of recent arrivals, without outliers.
    fn needed_delay(&self) -> Option<f64> {
        let mut delays: Vec<f64> = self.arrivals.iter().map(|(_, delay)| *delay).collect();
        delays.sort_by(f64::total_cmp);
        let rank = (delays.len() as f64 * DELAY_QUANTILE) as usize;
        delays.get(rank.min(delays.len().checked_sub(1)?)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulates blocks of 20 ms with these arrival times. Returns time and shown moment for every
    /// 60th of a second.
    fn simulate(blocks: &[f64], seconds: f64) -> Vec<(f64, f64)> {
        let mut clock = SoundClock::default();
        let (mut count, mut newest) = (0, 0.0);
        let shown = (0..(seconds * 60.0) as usize).map(|frame| {
            let time = frame as f64 / 60.0;
            while count < blocks.len() && blocks[count] <= time {
                clock.frames_arrived(blocks[count], newest);
                count += 1;
                newest = count as f64 * 0.02;
            }
            (time, clock.moment(time, newest))
        });
        shown.collect()
    }

    fn steps(shown: &[(f64, f64)]) -> impl Iterator<Item = f64> {
        shown.windows(2).map(|pair| pair[1].1 - pair[0].1)
    }

    #[test]
    fn uneven_blocks_give_even_motion() {
        // 20 ms each, up to 8 ms early or late.
        let late = |block: usize| 0.008 * ((block * 7 % 11) as f64 / 5.0 - 1.0);
        let blocks: Vec<_> = (1..1000)
            .map(|block| block as f64 * 0.02 + late(block))
            .collect();
        let shown = simulate(&blocks, 18.0);
        for step in steps(&shown[180..]) {
            assert!((step - 1.0 / 60.0).abs() < 0.003, "{step}");
        }
        let (time, moment) = shown[1000];
        assert!(time - moment < 0.045, "{} s behind", time - moment);
    }

    #[test]
    fn a_slightly_fast_or_slow_microphone_causes_no_growing_delay() {
        for speed in [0.9995, 1.0005] {
            let blocks: Vec<_> = (1..180_000)
                .map(|block| block as f64 * 0.02 * speed)
                .collect();
            let shown = simulate(&blocks, 3590.0);
            for (time, moment) in &shown[300..] {
                let behind = time / speed - moment;
                assert!((0.0..0.06).contains(&behind), "{behind} s behind at {time}");
            }
        }
    }

    #[test]
    fn after_a_stall_the_delay_is_reduced_gradually() {
        let on_time = (1..1000).map(|block| block as f64 * 0.02);
        let blocks: Vec<_> = on_time
            .map(|time| {
                if (5.0..5.3).contains(&time) {
                    5.3
                } else {
                    time
                }
            })
            .collect();
        let shown = simulate(&blocks, 15.0);
        assert!(steps(&shown).all(|step| step >= 0.0), "never back");
        let (time, moment) = shown[899];
        assert!(time - moment < 0.05, "{} s behind", time - moment);
    }

    #[test]
    fn lost_sound_stops_the_motion_only_once() {
        // Half a second is lost: all later blocks arrive half a second later.
        let on_time = (1..1000).map(|block| block as f64 * 0.02);
        let blocks: Vec<_> = on_time
            .map(|time| if time > 5.0 { time + 0.5 } else { time })
            .collect();
        let shown = simulate(&blocks, 15.0);
        let (time, moment) = shown[899];
        assert!((time - moment - 0.5).abs() < 0.05, "{}", time - moment);
        let mut last_steps = steps(&shown[480..]);
        assert!(last_steps.all(|step| (step - 1.0 / 60.0).abs() < 0.003));
    }

    #[test]
    fn before_the_first_arrival_the_start_is_shown() {
        let mut clock = SoundClock::default();
        assert_eq!(clock.moment(1.0, 0.0), 0.0);
    }
}
