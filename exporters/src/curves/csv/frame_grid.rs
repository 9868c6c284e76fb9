//! Resamples captured rows to an exact frame rate.

use std::path::Path;

use metaface_clip::{ClipError, Frame, FrameRate};

use super::row_times::{RowTimes, TimeFormat, usual_step};
use super::{Warning, interpolated, invalid};
use crate::Result;
use crate::curves::MAX_FRAMES;

/// Common frame rates, as numerator and denominator.
const COMMON_RATES: [(u32, u32); 17] = [
    (24, 1),
    (25, 1),
    (30, 1),
    (48, 1),
    (50, 1),
    (60, 1),
    (90, 1),
    (100, 1),
    (120, 1),
    (12, 1),
    (15, 1),
    (20, 1),
    (24_000, 1001),
    (30_000, 1001),
    (48_000, 1001),
    (60_000, 1001),
    (120_000, 1001),
];
/// The largest relative error of a capture's clock: half the difference between 23.976 and 24.
const CLOCK_ERROR: f64 = 5e-4;
/// The largest relative error of an unevenly spaced capture.
const UNEVEN_CLOCK_ERROR: f64 = 0.03;
/// Rows closer to each other than this share of a frame are the same frame.
const SAME_FRAME: f64 = 0.25;
/// Rows further from a whole number of frames than this share of a frame are uneven.
const UNEVEN: f64 = 0.25;
/// The largest drift of rows from the grid over a take, in frames.
const DRIFT_FRAMES: f64 = 1.0;
/// A longer gap between rows separates two takes in one file.
const LONGEST_GAP_SECONDS: f64 = 10.0;

/// The take's rate, and its frames resampled to it.
pub(super) fn on_exact_grid(
    path: &Path,
    times: &RowTimes,
    mut frames: Vec<Frame>,
    warnings: &mut Vec<Warning>,
) -> Result<(FrameRate, Vec<Frame>)> {
    let unusable = |error: ClipError| {
        invalid(
            path,
            error.to_string(),
            "fix the time codes, or give the frame rate",
        )
    };
    let steps: Vec<i64> = times
        .ticks
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .collect();
    let Some(usual_step) = usual_step(steps.clone()) else {
        let rate = one_row_rate(times).map_err(unusable)?;
        let kept = frames.len().min(1);
        warn_of_repeats(frames.len() - kept, warnings);
        frames.truncate(kept);
        return Ok((rate, frames));
    };
    for (row, step) in steps.iter().enumerate() {
        let seconds = *step as f64 / times.ticks_per_second;
        if seconds > LONGEST_GAP_SECONDS.max(1.5 * usual_step / times.ticks_per_second) {
            let reason = format!(
                "{seconds:.1} s are missing before line {}",
                times.lines[row + 1]
            );
            return Err(invalid(path, reason, "split the take there"));
        }
    }
    let kept = without_repeats(&times.ticks, usual_step * SAME_FRAME);
    warn_of_repeats(times.ticks.len() - kept.len(), warnings);
    let ticks: Vec<i64> = kept.iter().map(|row| times.ticks[*row]).collect();
    let frames: Vec<Frame> = kept.iter().map(|row| frames[*row]).collect();

    let rate = find_rate(times, &ticks, usual_step).map_err(unusable)?;
    let ticks_per_frame = times.ticks_per_second / rate.as_f64();
    let indices = frame_indices(&ticks, ticks_per_frame);
    let last = match &indices {
        Some(indices) => indices.last().copied().unwrap_or(0),
        None => (ticks[ticks.len() - 1] as f64 / ticks_per_frame).round() as usize,
    };
    if last >= MAX_FRAMES {
        let reason = format!("its rows span {last} frames");
        return Err(invalid(path, reason, "split the take"));
    }
    let positions: Vec<f64> = match &indices {
        Some(indices) => {
            let missing = last + 1 - indices.len();
            if missing > 0 {
                warnings.push(Warning(format!("{missing} missing rows were interpolated")));
            }
            indices.iter().map(|index| *index as f64).collect()
        }
        None => {
            warnings.push(Warning(format!(
                "rows are at uneven times; they were resampled to {rate} frames per second"
            )));
            ticks
                .iter()
                .map(|tick| *tick as f64 / ticks_per_frame)
                .collect()
        }
    };
    Ok((rate, at_whole_frames(&positions, &frames, last)))
}

fn warn_of_repeats(count: usize, warnings: &mut Vec<Warning>) {
    if count > 0 {
        warnings.push(Warning(format!(
            "{count} rows repeat the time of the previous row and were skipped"
        )));
    }
}

/// The rate of a take of one row: that of its time codes, or 30.
fn one_row_rate(times: &RowTimes) -> std::result::Result<FrameRate, ClipError> {
    FrameRate::nearest(if times.format != TimeFormat::Seconds {
        times.ticks_per_second / 1000.0
    } else {
        30.0
    })
}

/// The rows that are more than `min_distance` ticks after the previous row kept.
fn without_repeats(ticks: &[i64], min_distance: f64) -> Vec<usize> {
    let mut kept = vec![0];
    let mut last = 0;
    for (row, tick) in ticks.iter().enumerate().skip(1) {
        if (tick - ticks[last]) as f64 > min_distance {
            kept.push(row);
            last = row;
        }
    }
    kept
}

/// The rate that reproduces the rows' times, otherwise the nearest common rate, otherwise the
/// measured rate.
fn find_rate(
    times: &RowTimes,
    ticks: &[i64],
    usual_step: f64,
) -> std::result::Result<FrameRate, ClipError> {
    let whole_steps = |pair: &[i64]| ((pair[1] - pair[0]) as f64 / usual_step).round().max(1.0);
    let count: f64 = ticks.windows(2).map(whole_steps).sum();
    let span = (ticks[ticks.len() - 1] - ticks[0]) as f64;
    let measured = count * times.ticks_per_second / span;

    let common = || {
        COMMON_RATES
            .into_iter()
            .filter_map(|(n, d)| FrameRate::new(n, d).ok())
    };
    let rounded = [1.0_f64, 2.0, 3.0, 4.0, 10.0, 100.0, 1000.0]
        .into_iter()
        .filter_map(|parts| FrameRate::new((measured * parts).round() as u32, parts as u32).ok());
    let candidates: Vec<FrameRate> = common().chain(rounded).collect();
    // Times rounded to the nearest, as here, or truncated, as in some tools.
    for allowed in [0.5, 1.0] {
        let exact = (candidates.iter()).find(|rate| reproduces(**rate, times, ticks, allowed));
        if let Some(rate) = exact {
            return Ok(*rate);
        }
    }
    let nearest = |rates: &mut dyn Iterator<Item = FrameRate>, measured: f64, allowed: f64| {
        rates
            .map(|rate| (rate, (rate.as_f64() / measured - 1.0).abs()))
            .filter(|(_, error)| *error <= allowed)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(rate, _)| rate)
    };
    if let Some(rate) = nearest(&mut common(), measured, CLOCK_ERROR) {
        return Ok(rate);
    }
    // Such an uneven clock cannot distinguish 29.97 from 30.
    let mut whole = common().filter(|rate| rate.denominator() == 1);
    let by_step = times.ticks_per_second / usual_step;
    if let Some(rate) = nearest(&mut whole, by_step, UNEVEN_CLOCK_ERROR) {
        return Ok(rate);
    }
    FrameRate::nearest(measured)
}

/// Whether rows without gaps at this rate would have the given times. `allowed` is the error, in
/// units of the file's precision.
fn reproduces(rate: FrameRate, times: &RowTimes, ticks: &[i64], allowed: f64) -> bool {
    let ticks_per_frame = times.ticks_per_second / rate.as_f64();
    let allowed = allowed * times.precision as f64 + 1e-6;
    (ticks.iter().enumerate())
        .all(|(row, tick)| (row as f64 * ticks_per_frame - *tick as f64).abs() <= allowed)
}

/// The frame index of each row, if all steps are nearly whole frames and do not drift.
fn frame_indices(ticks: &[i64], ticks_per_frame: f64) -> Option<Vec<usize>> {
    let mut indices = vec![0];
    let mut index = 0_usize;
    for pair in ticks.windows(2) {
        let step = (pair[1] - pair[0]) as f64 / ticks_per_frame;
        let whole = step.round();
        if whole < 1.0 || (step - whole).abs() > UNEVEN {
            return None;
        }
        index += whole as usize;
        let drift = (pair[1] - ticks[0]) as f64 / ticks_per_frame - index as f64;
        if drift.abs() > DRIFT_FRAMES {
            return None;
        }
        indices.push(index);
    }
    Some(indices)
}

/// Interpolates frames 0 to `last` from rows at ascending positions, in frames.
fn at_whole_frames(positions: &[f64], rows: &[Frame], last: usize) -> Vec<Frame> {
    let mut after = 0;
    (0..=last)
        .map(|frame| {
            let position = frame as f64;
            while after + 1 < rows.len() && positions[after] < position {
                after += 1;
            }
            let before = after.saturating_sub(1);
            let length = positions[after] - positions[before];
            let share = if length > 0.0 {
                (position - positions[before]) / length
            } else {
                1.0
            };
            if share >= 1.0 {
                rows[after]
            } else {
                interpolated(&rows[before], &rows[after], share)
            }
        })
        .collect()
}
