//! Time codes: `HH:MM:SS:FF`.

use std::fmt;
use std::str::FromStr;

use crate::{ClipError, FrameRate};

/// A time of day: hours, minutes, seconds, and frames within the second.
///
/// Frames are counted from zero up to the frame rate rounded up (30 for 29.97). Printed as
/// `HH:MM:SS:FF`, with `.fff` thousandths of a frame if they are not zero (`{:#}` always prints
/// them). Drop-frame counting, written with `;` before the frames, exists at 29.97 and 59.94: it
/// skips the labels 00 and 01 (00 to 03 at 59.94) of every minute except each tenth, so that labels
/// follow the clock (SMPTE ST 12-1).
///
/// ```
/// use metaface_clip::{FrameRate, Timecode};
///
/// let rate: FrameRate = "29.97".parse()?;
/// let code = Timecode::of_frame(1800.0, rate, true)?;
/// assert_eq!(code.to_string(), "00:01:00;02");
/// assert_eq!(code.frame(rate)?, 1800.0);
/// # Ok::<(), metaface_clip::ClipError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timecode {
    /// 0 to 23.
    pub hours: u8,
    /// 0 to 59.
    pub minutes: u8,
    /// 0 to 59.
    pub seconds: u8,
    /// Frames since the second began.
    pub frames: u16,
    /// Thousandths of a frame, 0 to 999.
    pub thousandths: u16,
    /// Whether labels are skipped to follow the clock.
    pub drop_frame: bool,
}

/// Minutes in a day.
const DAY_MINUTES: u64 = 24 * 60;

impl Timecode {
    /// The label of a frame, counted from midnight and rounded to a thousandth of a frame. Labels
    /// wrap around after a day; negative frames belong to the day before.
    ///
    /// # Errors
    /// [`ClipError::StartFrame`] if the frame is not a finite number, [`ClipError::Timecode`] for
    /// drop-frame labels at a rate other than 30000/1001 and 60000/1001.
    pub fn of_frame(frame: f64, rate: FrameRate, drop_frame: bool) -> Result<Self, ClipError> {
        if !frame.is_finite() {
            return Err(ClipError::StartFrame(frame));
        }
        let counting = Counting::new(rate, drop_frame).map_err(|reason| ClipError::Timecode {
            code: frame.to_string(),
            reason,
        })?;
        let day = counting.minute_start(DAY_MINUTES) as f64 * 1000.0;
        let thousandths = (frame * 1000.0).round().rem_euclid(day) as u64;
        let frame = thousandths / 1000;
        // The tenth of an hour is uniform; inside it the first minute is longer.
        let mut minute = frame * DAY_MINUTES / counting.minute_start(DAY_MINUTES);
        while counting.minute_start(minute) > frame {
            minute -= 1;
        }
        while counting.minute_start(minute + 1) <= frame {
            minute += 1;
        }
        let label = frame - counting.minute_start(minute) + counting.skipped(minute);
        Ok(Self {
            hours: (minute / 60) as u8,
            minutes: (minute % 60) as u8,
            seconds: (label / counting.nominal) as u8,
            frames: (label % counting.nominal) as u16,
            thousandths: (thousandths % 1000) as u16,
            drop_frame,
        })
    }

    /// The frame of this label, counted from midnight, with its fraction.
    ///
    /// # Errors
    /// [`ClipError::Timecode`] if the rate has no such label.
    pub fn frame(self, rate: FrameRate) -> Result<f64, ClipError> {
        let error = |reason: String| ClipError::Timecode {
            code: self.to_string(),
            reason,
        };
        let counting = Counting::new(rate, self.drop_frame).map_err(error)?;
        let minute = u64::from(self.hours) * 60 + u64::from(self.minutes);
        let label = u64::from(self.seconds) * counting.nominal + u64::from(self.frames);
        if u64::from(self.frames) >= counting.nominal {
            return Err(error(format!(
                "at {rate} frames per second there is no frame {}",
                self.frames
            )));
        }
        let Some(frame_of_minute) = label.checked_sub(counting.skipped(minute)) else {
            return Err(error("drop-frame counting skips this label".to_owned()));
        };
        let thousandths =
            (counting.minute_start(minute) + frame_of_minute) * 1000 + u64::from(self.thousandths);
        Ok(thousandths as f64 / 1000.0)
    }
}

/// How a rate numbers its frames.
struct Counting {
    /// Labels per second.
    nominal: u64,
    /// Labels skipped in nine of ten minutes.
    dropped: u64,
}

impl Counting {
    fn new(rate: FrameRate, drop_frame: bool) -> Result<Self, String> {
        let nominal = u64::from(rate.numerator().div_ceil(rate.denominator()));
        let dropped = match (drop_frame, rate.numerator(), rate.denominator()) {
            (false, ..) => 0,
            (true, 30_000, 1001) => 2,
            (true, 60_000, 1001) => 4,
            _ => {
                return Err(format!(
                    "drop-frame labels (';') exist at 29.97 and 59.94 frames per second, not at {rate}"
                ));
            }
        };
        Ok(Self { nominal, dropped })
    }

    /// The frame at which a minute of the day begins.
    fn minute_start(&self, minute: u64) -> u64 {
        // Every tenth minute before it is complete.
        let shortened = minute - minute.div_ceil(10);
        minute * 60 * self.nominal - shortened * self.dropped
    }

    /// The number of labels skipped at the beginning of a minute of the day.
    fn skipped(&self, minute: u64) -> u64 {
        if minute.is_multiple_of(10) {
            0
        } else {
            self.dropped
        }
    }
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hours,
            minutes,
            seconds,
            frames,
            thousandths,
            drop_frame,
        } = self;
        let mark = if *drop_frame { ';' } else { ':' };
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:02}")?;
        if *thousandths != 0 || f.alternate() {
            write!(f, ".{thousandths:03}")?;
        }
        Ok(())
    }
}

impl FromStr for Timecode {
    type Err = ClipError;

    /// Parses `HH:MM:SS:FF`, `HH:MM:SS:FF.fff` (one or more decimals, rounded to three) and the
    /// same with `;` before the frames. [`Timecode::frame`] checks the frames against the rate.
    fn from_str(text: &str) -> Result<Self, ClipError> {
        let error = |reason: &str| ClipError::Timecode {
            code: text.to_owned(),
            reason: reason.to_owned(),
        };
        let form = || error("write HH:MM:SS:FF or HH:MM:SS:FF.fff");
        let trimmed = text.trim();
        let (clock, frames) = trimmed.rsplit_once([':', ';']).ok_or_else(form)?;
        let drop_frame = trimmed.as_bytes().get(clock.len()) == Some(&b';');
        let clock: Vec<&str> = clock.split(':').collect();
        let [hours, minutes, seconds] = clock[..] else {
            return Err(form());
        };
        let number = |text: &str| -> Option<u16> {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits)
        };
        let below = |text: &str, limit: u16, what: &str| {
            let value = number(text).ok_or_else(form)?;
            if value >= limit {
                return Err(error(&format!("there is no {what} {value}")));
            }
            Ok(value as u8)
        };
        let (frames, fraction) = frames.split_once('.').unwrap_or((frames, "0"));
        let frames = number(frames).ok_or_else(form)?;
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(form());
        }
        let fraction: f64 = format!("0.{fraction}").parse().map_err(|_| form())?;
        // A fraction that would round up to the next frame stays in its own.
        let thousandths = ((fraction * 1000.0).round() as u16).min(999);
        if frames > 999 {
            return Err(error(&format!("there is no frame {frames}")));
        }
        Ok(Self {
            hours: below(hours, 24, "hour")?,
            minutes: below(minutes, 60, "minute")?,
            seconds: below(seconds, 60, "second")?,
            frames,
            thousandths,
            drop_frame,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Timecode;
    use crate::FrameRate;

    fn rate(text: &str) -> FrameRate {
        text.parse().expect(text)
    }

    #[test]
    fn labels_count_frames_from_midnight() {
        for (fps, frame, code) in [
            ("24", 0.0, "00:00:00:00"),
            ("24", 25.5, "00:00:01:01.500"),
            ("23.976", 24.0, "00:00:01:00"),
            ("60", 3_599.0, "00:00:59:59"),
            ("30", 24.0 * 3600.0 * 30.0, "00:00:00:00"),
            ("30", -1.0, "23:59:59:29"),
            ("12.5", 13.0, "00:00:01:00"),
        ] {
            let label = Timecode::of_frame(frame, rate(fps), false).expect("a label");
            assert_eq!(label.to_string(), code, "frame {frame} at {fps}");
        }
    }

    #[test]
    fn drop_frame_skips_labels_except_every_tenth_minute() {
        // Ten minutes at 29.97 have 17982 frames.
        for (fps, frame, code) in [
            ("29.97", 1799.0, "00:00:59;29"),
            ("29.97", 1800.0, "00:01:00;02"),
            ("29.97", 17_981.0, "00:09:59;29"),
            ("29.97", 17_982.0, "00:10:00;00"),
            ("29.97", 107_892.0, "01:00:00;00"),
            ("29.97", 2_589_407.0, "23:59:59;29"),
            ("59.94", 3600.0, "00:01:00;04"),
            ("59.94", 215_784.0, "01:00:00;00"),
        ] {
            let label = Timecode::of_frame(frame, rate(fps), true).expect("a label");
            assert_eq!(label.to_string(), code, "frame {frame} at {fps}");
            assert_eq!(label.frame(rate(fps)), Ok(frame));
        }
        assert!(Timecode::of_frame(0.0, rate("30"), true).is_err());
        let skipped: Timecode = "00:01:00;01".parse().expect("well formed");
        assert!(skipped.frame(rate("29.97")).is_err());
    }

    #[test]
    fn an_invalid_time_code_is_rejected_with_the_reason() {
        for (text, reason) in [
            ("", "HH:MM:SS:FF"),
            ("1:2:3", "HH:MM:SS:FF"),
            ("00:00:00:00:00", "HH:MM:SS:FF"),
            ("24:00:00:00", "hour 24"),
            ("00:60:00:00", "minute 60"),
            ("00:00:61:00", "second 61"),
            ("00:00:00:1000", "frame 1000"),
            ("00:00:00:-1", "HH:MM:SS:FF"),
            ("00:00:00:01.", "HH:MM:SS:FF"),
            ("00:00:00:01.5e", "HH:MM:SS:FF"),
            ("00:00:+1:01", "HH:MM:SS:FF"),
        ] {
            let error = text.parse::<Timecode>().expect_err(text).to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        let late: Timecode = "00:00:00:24".parse().expect("well formed");
        assert!(late.frame(rate("24")).is_err());
        assert!(late.frame(rate("25")).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn every_frame_of_a_day_survives_the_round_trip(
            thousandths in 0_u64..2_589_408_000,
            (fps, drop_frame) in proptest::sample::select(vec![
                ("24", false), ("30", false), ("29.97", false), ("29.97", true), ("59.94", true), ("60", false),
            ]),
        ) {
            let rate = rate(fps);
            // The range is a day at 29.97; it is longer than a day at 24.
            let scale = if fps == "24" { 0.5 } else { 1.0 };
            let frame = (thousandths as f64 / 1000.0 * scale * 1000.0).round() / 1000.0;
            let label = Timecode::of_frame(frame, rate, drop_frame).expect("a label");
            assert_eq!(label.frame(rate), Ok(frame));
            assert_eq!(label.to_string().parse(), Ok(label));
            assert_eq!(format!("{label:#}").parse(), Ok(label));
        }

        #[test]
        fn the_parser_never_panics(
            digits in proptest::collection::vec(proptest::sample::select(b"0123456789:;.".to_vec()), 0..20),
            other in proptest::collection::vec(proptest::char::any(), 0..3),
        ) {
            let text: String = digits.into_iter().map(char::from).chain(other).collect();
            if let Ok(label) = text.parse::<Timecode>() {
                let _ = label.frame(rate("30"));
            }
        }
    }
}
