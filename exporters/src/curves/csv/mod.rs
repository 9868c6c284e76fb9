//! Live Link Face CSV, read and written; plain tables with a time column, read.
//!
//! ```text
//! Timecode,BlendShapeCount,EyeBlinkLeft, ... ,RightEyeRoll     61 columns of values
//! 13:13:04:31.652,61,0.1236470118, ... ,0.0058006854           one row per frame
//! ```
//!
//! **Reading** goes by column names, in any order and letter case; columns that are missing stay
//! at zero. Blendshapes and signed angles (radians) are never limited; yaw and pitch turn from
//! Live Link's signs (right and down positive) to [`Channel`]'s. The
//! frame rate comes from the time codes: how many frames a second they count, and how far apart
//! the rows are; 30 rows a second counted in 60ths are 30 frames per second. Rows that repeat a
//! time code are left out, missing rows are filled with straight lines, and rows at uneven times
//! are put on the exact grid; a [`Warning`] says so. A table without time codes needs a first
//! column `time` (or `seconds`, `timestamp`) in seconds.
//!
//! **Writing** uses the app's own column order, ten decimals, and time codes that begin with the
//! clip's own and keep to the clock from there: at 23.976 frames per second, the frame after
//! `01:00:00:00.000` is `01:00:00:01.001`. So every rate survives, as
//! long as the clip lasts a second: a shorter one does not show how many frames a second its time
//! codes count, and is read at 30 or 60 frames per second unless [`read_at`] is told the rate.
//! Drop-frame time codes count every frame, which tells the rate as well.
//!
//! Ten decimals hold every 32-bit value of 0.001 and more (in fact 2^-10) exactly; smaller ones
//! are rounded to 1e-10, once. The start is rounded to a thousandth of a frame. The clip's name
//! is the file's; of its metadata only whether time codes are drop-frame is kept.

mod frame_grid;
mod row_times;
mod table;

use std::fmt::Write as _;
use std::path::Path;

use metaface_clip::{Channel, Clip, Frame, FrameRate, Timecode};

use super::{Warning, as_text, stem};
use crate::live_link::live_link_sign;
use crate::{ExportError, Result, files};
use row_times::{RowTimes, Stamps};
use table::Table;

pub(super) const FORMAT: &str = "Live Link Face CSV";

/// The columns of the app's own files: like the enumeration, but right before left twice.
pub fn column_order() -> [Channel; Channel::COUNT] {
    let mut order = Channel::ALL;
    order.swap(Channel::JawLeft.index(), Channel::JawRight.index());
    order.swap(Channel::MouthLeft.index(), Channel::MouthRight.index());
    order
}

/// The text of a Live Link Face CSV. Values that are not finite are written as zero; [`save`]
/// refuses them.
pub fn write(clip: &Clip) -> String {
    let order = column_order();
    let mut text = String::with_capacity((clip.frames.len() + 1) * 820);
    text.push_str("Timecode,BlendShapeCount");
    for channel in order {
        text.push(',');
        text.push_str(channel.name());
    }
    text.push('\n');
    let labels = Labels::of(clip);
    for (index, frame) in clip.frames.iter().enumerate() {
        let label = labels.of_row(index);
        // Writing to a string cannot fail.
        let _ = write!(text, "{label:#},{}", Channel::COUNT);
        for channel in order {
            push_value(&mut text, live_link_sign(channel, frame[channel]));
        }
        text.push('\n');
    }
    text
}

/// [`write()`] to a file, whole or not at all.
///
/// # Errors
/// [`ExportError::Invalid`] for a value that is not finite, [`ExportError::Write`].
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
/// [`ExportError::Read`]; [`ExportError::Invalid`] with the row and column where it is wrong.
pub fn read(path: &Path) -> Result<(Clip, Vec<Warning>)> {
    read_at(path, None)
}

/// [`read`], told the frame rate: every row is then one frame, whatever the time codes say; only
/// the first one counts, for the start.
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
    let table = Table::parse(path, text, &mut warnings)?;
    let times = RowTimes::of(path, &table, rate, &mut warnings)?;
    let (rate, frames) = match rate {
        Some(rate) => (rate, table.frames),
        None => frame_grid::on_exact_grid(path, &times, table.frames, &mut warnings)?,
    };
    let start_frame = match times.stamps {
        Stamps::Seconds => times.start_seconds * rate.as_f64(),
        Stamps::Labels { drop_frame } => {
            let frames = times.start_seconds * counted(rate, drop_frame).as_f64();
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
    clip.set_drop_frame(times.stamps == Stamps::Labels { drop_frame: true });
    Ok((clip, warnings))
}

/// How many labels a second time codes have: all frames where drop-frame counting keeps them to
/// the clock, or else the rate rounded up.
fn counted(rate: FrameRate, drop_frame: bool) -> FrameRate {
    let whole = rate.numerator().div_ceil(rate.denominator());
    // Up to 1000 frames per second is a rate by construction.
    let whole = FrameRate::whole(whole).unwrap_or(rate);
    if drop_frame { rate } else { whole }
}

/// The time codes of a clip's rows: that of its start, then by the clock.
struct Labels {
    rate: FrameRate,
    counted: FrameRate,
    drop_frame: bool,
    /// Thousandths of a label.
    start: f64,
}

impl Labels {
    fn of(clip: &Clip) -> Self {
        let start = (clip.start_frame * 1000.0).round();
        let drop_frame = clip.is_drop_frame();
        Self {
            rate: clip.rate,
            counted: counted(clip.rate, drop_frame),
            drop_frame,
            start: if start.is_finite() { start } else { 0.0 },
        }
    }

    fn of_row(&self, row: usize) -> Timecode {
        let thousandths = row as f64 * 1000.0 * self.counted.as_f64() / self.rate.as_f64();
        let label = (self.start + thousandths.round()) / 1000.0;
        let midnight = Timecode {
            hours: 0,
            minutes: 0,
            seconds: 0,
            frames: 0,
            thousandths: 0,
            drop_frame: false,
        };
        Timecode::of_frame(label, self.counted, self.drop_frame).unwrap_or(midnight)
    }
}

/// The face between two rows, rounded as the file's own values are, so that it can be written
/// and read again unchanged.
fn blended(from: &Frame, to: &Frame, share: f64) -> Frame {
    const UNIT: f64 = 1e10;
    let mut frame = Frame::NEUTRAL;
    for channel in Channel::ALL {
        let [from, to] = [from, to].map(|frame| f64::from(frame[channel]));
        frame[channel] = (((from + (to - from) * share) * UNIT).round() / UNIT) as f32;
    }
    frame
}

fn invalid(path: &Path, reason: String, remedy: &str) -> ExportError {
    ExportError::invalid(path, FORMAT, reason, remedy)
}

#[cfg(test)]
mod tests;
