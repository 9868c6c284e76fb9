//! The due times of frames.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use metaface_core::clip::FrameRate;

/// A frame that is later than this is dropped.
pub const MAX_DELAY: Duration = Duration::from_millis(250);

/// Longest sleep between two checks of the stop flag.
const STOP_INTERVAL: Duration = Duration::from_millis(50);

/// Paces frames by a monotonic clock. Due times are relative to the first frame, so a late frame does
/// not delay the following ones.
pub struct Pace {
    rate: FrameRate,
    started: Instant,
    next: u64,
    /// Number of dropped frames.
    pub dropped: u64,
}

/// A frame that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueFrame {
    /// The frame's number, from 0.
    pub number: u64,
    /// The time since it was due.
    pub delay: Duration,
}

impl Pace {
    /// Starts now: the first frame is due after this delay.
    pub fn starting(rate: FrameRate, delay: Duration) -> Self {
        Self {
            rate,
            started: Instant::now() + delay,
            next: 0,
            dropped: 0,
        }
    }

    /// The due time of a frame.
    pub fn due(&self, frame: u64) -> Instant {
        self.started + time_of(frame, self.rate)
    }

    /// The next frame, unless it is dropped.
    pub fn upcoming(&self) -> u64 {
        self.next
    }

    /// Waits until the next frame is due, and returns it. `None` if `stop` is set.
    pub fn next(&mut self, stop: Option<&AtomicBool>) -> Option<DueFrame> {
        loop {
            if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return None;
            }
            let left = self
                .due(self.next)
                .saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            sleep(left.min(STOP_INTERVAL));
        }
        let dropped = frames_to_drop(self.due(self.next).elapsed(), self.rate);
        self.dropped += dropped;
        self.next += dropped;
        let number = self.next;
        self.next += 1;
        let delay = self.due(number).elapsed();
        Some(DueFrame { number, delay })
    }
}

/// The number of frames to drop if the next one has this delay.
fn frames_to_drop(delay: Duration, rate: FrameRate) -> u64 {
    if delay > MAX_DELAY {
        (delay.as_secs_f64() * rate.as_f64()) as u64
    } else {
        0
    }
}

/// A frame's time since the first frame. Exact to the nanosecond for any frame number.
fn time_of(frame: u64, rate: FrameRate) -> Duration {
    const NANOSECONDS: u128 = 1_000_000_000;
    let time = u128::from(frame) * u128::from(rate.denominator()) * NANOSECONDS
        / u128::from(rate.numerator());
    Duration::new((time / NANOSECONDS) as u64, (time % NANOSECONDS) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> FrameRate {
        text.parse().expect("a rate")
    }

    #[test]
    fn a_day_of_frames_does_not_drift_by_a_nanosecond() {
        assert_eq!(
            time_of(86_400 * 60, rate("60")),
            Duration::from_secs(86_400)
        );
        assert_eq!(
            time_of(24_000 * 90, rate("23.976")),
            Duration::from_secs(1001 * 90)
        );
        assert_eq!(time_of(1, rate("60")), Duration::from_nanos(16_666_666));
    }

    #[test]
    fn no_frame_is_early_and_every_frame_is_counted() {
        let mut pace = Pace::starting(rate("200"), Duration::from_millis(20));
        let start = pace.due(0);
        // A busy machine may drop some.
        for count in 0..40 {
            let frame = pace.next(None).expect("a frame").number;
            assert!(start.elapsed() >= time_of(frame, rate("200")));
            assert_eq!(frame, count + pace.dropped);
        }
    }

    #[test]
    fn late_frames_are_sent_at_once_and_very_late_frames_are_dropped() {
        assert_eq!(frames_to_drop(MAX_DELAY, rate("50")), 0);
        assert_eq!(frames_to_drop(Duration::from_millis(450), rate("50")), 22);
        let mut pace = Pace::starting(rate("50"), Duration::ZERO);
        sleep(MAX_DELAY + Duration::from_millis(200));
        let next = pace.next(None).expect("a frame").number;
        assert!(next >= 22 && pace.dropped == next, "{next}");
        assert_eq!(pace.upcoming(), next + 1);
    }

    #[test]
    fn the_stop_flag_ends_the_wait() {
        let stop = AtomicBool::new(true);
        let mut pace = Pace::starting(rate("1"), Duration::from_secs(10));
        assert_eq!(pace.next(Some(&stop)), None);
    }
}
