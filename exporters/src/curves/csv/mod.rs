//! Reads and writes Live Link Face CSV; reads plain tables with a time column.
//!
//! ```text
//! Timecode,BlendShapeCount,EyeBlinkLeft, ... ,RightEyeRoll     61 columns of values
//! 13:13:04:31.652,61,0.1236470118, ... ,0.0058006854           one row per frame
//! ```
//!
//! **Reading**: Columns are found by name, in any order and letter case; missing columns stay at
//! zero. Blendshapes and signed angles (radians) are not limited. Yaw and pitch are converted from
//! Live Link's signs (right and down positive) to [`Channel`]'s. The frame rate is derived from the
//! frames per second that the time codes count and from the distance of the rows: 30 rows a second,
//! counted in 60ths, are 30 frames per second. Rows that repeat a time code are skipped, missing
//! rows are interpolated linearly, and rows at uneven times are resampled, each with a [`Warning`].
//! A table without time codes needs a first column `time` (or `seconds`, `timestamp`) in seconds.
//!
//! **Writing** uses the app's column order, ten decimals, and time codes that start with the clip's
//! and then follow real time: at 23.976 frames per second, the frame after `01:00:00:00.000` is
//! `01:00:00:01.001`. So every rate is preserved if the clip lasts at least a second. A shorter
//! clip does not show how many frames per second its time codes count; it is read at 30 or 60
//! frames per second unless [`read_at`] gets the rate. Drop-frame time codes count every frame, so
//! they also determine the rate.
//!
//! Ten decimals represent single-precision values of at least 2^-10 exactly; smaller ones are
//! rounded to 1e-10. The start is rounded to a thousandth of a frame. The clip's name is that of
//! the file. Of the metadata, only drop-frame counting is kept.

mod frame_grid;
mod row_times;
mod table;

use std::fmt::Write as _;
use std::path::Path;

use metaface_clip::{Channel, Clip, Frame, FrameRate, Timecode};

use super::{Warning, as_text, stem};
use crate::live_link::live_link_sign;
use crate::{FormatError, Result, files};
use row_times::{RowTimes, TimeFormat};
use table::CsvTable;

pub(super) const FORMAT: &str = "Live Link Face CSV";

/// The columns of the app's files: the order of [`Channel::ALL`], except that JawRight precedes
/// JawLeft and MouthRight precedes MouthLeft.
pub fn column_order() -> [Channel; Channel::COUNT] {
    let mut order = Channel::ALL;
    order.swap(Channel::JawLeft.index(), Channel::JawRight.index());
    order.swap(Channel::MouthLeft.index(), Channel::MouthRight.index());
    order
}

/// The size of a row with 61 values of ten decimals, for allocation.
const TYPICAL_ROW_BYTES: usize = 820;

/// The text of a Live Link Face CSV. Values that are not finite are written as zero; [`save`]
/// rejects them.
pub fn write(clip: &Clip) -> String {
    let order = column_order();
    let mut text = String::with_capacity((clip.frames.len() + 1) * TYPICAL_ROW_BYTES);
    text.push_str("Timecode,BlendShapeCount");
    for channel in order {
        text.push(',');
        text.push_str(channel.name());
    }
    text.push('\n');
    let time_codes = RowTimeCodes::of(clip);
    for (index, frame) in clip.frames.iter().enumerate() {
        let time_code = time_codes.of_row(index);
        // Writing to a string cannot fail.
        let _ = write!(text, "{time_code:#},{}", Channel::COUNT);
        for channel in order {
            push_value(&mut text, live_link_sign(channel, frame[channel]));
        }
        text.push('\n');
    }
    text
}

/// Writes [`write()`]'s text to a file, atomically.
///
/// # Errors
/// [`FormatError::Invalid`] for a value that is not finite, [`FormatError::Write`].
pub fn save(clip: &Clip, path: &Path) -> Result<()> {
    super::save(clip, path, FORMAT, write)
}

fn push_value(text: &mut String, value: f32) {
    let start = text.len();
    let value = if value.is_finite() { value } else { 0.0 };
    let _ = write!(text, ",{value:.10}");
    if text[start..]
        .bytes()
        .all(|byte| matches!(byte, b',' | b'-' | b'0' | b'.'))
    {
        text.truncate(start);
        text.push_str(",0.0000000000");
    }
}

/// Reads a Live Link Face CSV or a table with a time column.
///
/// # Errors
/// [`FormatError::Read`]; [`FormatError::Invalid`] with the row and column of the problem.
pub fn read(path: &Path) -> Result<(Clip, Vec<Warning>)> {
    read_at(path, None)
}

/// As [`read`]. If a frame rate is given, every row is one frame, and only the first time code is
/// used, for the start.
///
/// # Errors
/// As [`read`].
pub fn read_at(path: &Path, rate: Option<FrameRate>) -> Result<(Clip, Vec<Warning>)> {
    let bytes = files::read(path)?;
    let text = as_text(path, FORMAT, &bytes)?;
    parse(path, text, rate)
}

fn parse(path: &Path, text: &str, rate: Option<FrameRate>) -> Result<(Clip, Vec<Warning>)> {
    let mut warnings = Vec::new();
    let table = CsvTable::parse(path, text, &mut warnings)?;
    let times = RowTimes::of(path, &table, rate, &mut warnings)?;
    let (rate, frames) = match rate {
        Some(given) => (given, table.frames),
        None => frame_grid::on_exact_grid(path, &times, table.frames, &mut warnings)?,
    };
    let start_frame = match times.format {
        TimeFormat::Seconds => times.start_seconds * rate.as_f64(),
        TimeFormat::TimeCodes { drop_frame } => {
            let frames = times.start_seconds * time_code_rate(rate, drop_frame).as_f64();
            (frames * 1000.0).round() / 1000.0
        }
    };
    let mut clip = Clip {
        name: stem(path, &[".csv"]),
        rate,
        start_frame,
        frames,
        metadata: Default::default(),
    };
    clip.set_drop_frame(times.format == TimeFormat::TimeCodes { drop_frame: true });
    Ok((clip, warnings))
}

/// The rate at which time codes count frames: the frame rate itself for drop-frame counting, which
/// follows real time, otherwise the frame rate rounded up.
fn time_code_rate(rate: FrameRate, drop_frame: bool) -> FrameRate {
    if drop_frame {
        return rate;
    }
    let rounded_up = rate.numerator().div_ceil(rate.denominator());
    // Cannot fail: frame rates are at most 1000.
    FrameRate::whole(rounded_up).unwrap_or(rate)
}

/// The time codes of a clip's rows: they start with the clip's and then follow real time.
struct RowTimeCodes {
    rate: FrameRate,
    /// Frames per second that the time codes count.
    counted: FrameRate,
    drop_frame: bool,
    /// In thousandths of a counted frame.
    start: f64,
}

impl RowTimeCodes {
    fn of(clip: &Clip) -> Self {
        let start = (clip.start_frame * 1000.0).round();
        let drop_frame = clip.is_drop_frame();
        Self {
            rate: clip.rate,
            counted: time_code_rate(clip.rate, drop_frame),
            drop_frame,
            start: if start.is_finite() { start } else { 0.0 },
        }
    }

    fn of_row(&self, row: usize) -> Timecode {
        let thousandths = row as f64 * 1000.0 * self.counted.as_f64() / self.rate.as_f64();
        let frame = (self.start + thousandths.round()) / 1000.0;
        let midnight = Timecode {
            hours: 0,
            minutes: 0,
            seconds: 0,
            frames: 0,
            thousandths: 0,
            drop_frame: false,
        };
        Timecode::of_frame(frame, self.counted, self.drop_frame).unwrap_or(midnight)
    }
}

/// Interpolates two rows. Values are rounded to the file's precision, so that they can be written
/// and read again unchanged.
fn interpolated(from: &Frame, to: &Frame, share: f64) -> Frame {
    /// Ten decimals.
    const UNIT: f64 = 1e10;
    let mut frame = Frame::NEUTRAL;
    for channel in Channel::ALL {
        let [from, to] = [from, to].map(|frame| f64::from(frame[channel]));
        frame[channel] = (((from + (to - from) * share) * UNIT).round() / UNIT) as f32;
    }
    frame
}

fn invalid(path: &Path, reason: String, remedy: &str) -> FormatError {
    FormatError::invalid(path, FORMAT, reason, remedy)
}

#[cfg(test)]
mod tests;
