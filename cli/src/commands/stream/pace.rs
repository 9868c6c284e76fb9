//! When each frame is due.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use metaface_core::clip::FrameRate;

use super::histogram::Histogram;

/// A frame that is later than this is left out.
pub const LATEST: Duration = Duration::from_millis(250);

/// How long nobody looks whether the stream is to end.
const NAP: Duration = Duration::from_millis(50);

/// Counts frames against a clock that only goes forward. Every frame has a time of its own since
/// the first; a late one moves no other.
pub struct Pace {
    rate: FrameRate,
    started: Instant,
    next: u64,
    /// Frames that were left out.
    pub dropped: u64,
    /// How late frames were.
    pub late: Histogram,
}

impl Pace {
    /// The first frame is due now, or after a delay.
    pub fn starting(rate: FrameRate, delay: Duration) -> Self {
        Self {
            rate,
            started: Instant::now() + delay,
            next: 0,
            dropped: 0,
            late: Histogram::new(),
        }
    }

    /// When a frame is due.
    pub fn due(&self, frame: u64) -> Instant {
        self.started + time_of(frame, self.rate)
    }

    /// The frame that comes next, unless it is left out.
    pub fn upcoming(&self) -> u64 {
        self.next
    }

    /// Waits for the next frame that is due, and tells which one it is. None when `stop` is raised.
    pub fn next(&mut self, stop: Option<&AtomicBool>) -> Option<u64> {
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
            sleep(left.min(NAP));
        }
        let missed = left_out(self.due(self.next).elapsed(), self.rate);
        self.dropped += missed;
        self.next += missed;
        self.late.count(self.due(self.next).elapsed().as_secs_f64());
        let frame = self.next;
        self.next += 1;
        Some(frame)
    }
}

/// How many frames are left out where the next one is so late.
fn left_out(late: Duration, rate: FrameRate) -> u64 {
    match late > LATEST {
        true => (late.as_secs_f64() * rate.as_f64()) as u64,
        false => 0,
    }
}

/// A frame's time since the first, exact to the nanosecond however many there were.
fn time_of(frame: u64, rate: FrameRate) -> Duration {
    const NANOSECONDS: u128 = 1_000_000_000;
    let time = u128::from(frame) * u128::from(rate.denominator()) * NANOSECONDS;
    let time = time / u128::from(rate.numerator());
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
    fn no_frame_comes_before_its_time_and_every_one_is_counted() {
        let mut pace = Pace::starting(rate("200"), Duration::from_millis(20));
        let begun = pace.due(0);
        // A busy machine may leave out some.
        for count in 0..40 {
            let frame = pace.next(None).expect("a frame");
            assert!(begun.elapsed() >= time_of(frame, rate("200")));
            assert_eq!(frame, count + pace.dropped);
        }
    }

    #[test]
    fn late_frames_are_sent_at_once_and_very_late_ones_left_out() {
        assert_eq!(left_out(LATEST, rate("50")), 0);
        assert_eq!(left_out(Duration::from_millis(450), rate("50")), 22);
        let mut pace = Pace::starting(rate("50"), Duration::ZERO);
        sleep(LATEST + Duration::from_millis(200));
        let next = pace.next(None).expect("a frame");
        assert!(next >= 22 && pace.dropped == next, "{next}");
        assert_eq!(pace.upcoming(), next + 1);
    }

    #[test]
    fn a_raised_flag_ends_the_waiting() {
        let stop = AtomicBool::new(true);
        let mut pace = Pace::starting(rate("1"), Duration::from_secs(10));
        assert_eq!(pace.next(Some(&stop)), None);
    }
}
