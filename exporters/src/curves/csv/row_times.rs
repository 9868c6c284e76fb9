//! The time of each row of a table, from its time code or seconds.

use std::path::Path;

use metaface_clip::{FrameRate, Timecode};

use super::table::{CsvTable, TimeColumn, shortened};
use super::{Warning, invalid};
use crate::Result;

/// The rows' times, in ticks after the first row.
pub(super) struct RowTimes {
    /// Per row; not descending unless the frame rate was given.
    pub ticks: Vec<i64>,
    /// Ticks per second.
    pub ticks_per_second: f64,
    /// The precision of times in the file, in ticks.
    pub precision: i64,
    /// The time of the first row, in seconds (of the day, for time codes).
    pub start_seconds: f64,
    /// The format of times in the file.
    pub format: TimeFormat,
    /// Per row, its line number in the file.
    pub lines: Vec<usize>,
}

/// The format of a row's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeFormat {
    /// Time codes.
    TimeCodes { drop_frame: bool },
    /// Seconds.
    Seconds,
}

/// Half a day: a time code that goes back by more than this has passed midnight.
const HALF_DAY_SECONDS: i64 = 12 * 3600;
/// Ticks per second for times in seconds.
const MICROSECONDS: f64 = 1e6;
/// The largest time that is accepted, in seconds: over three years.
const MAX_SECONDS: f64 = 1e8;

impl RowTimes {
    /// Reads the times of a table's rows. If a rate is given, times may go backwards.
    pub(super) fn of(
        path: &Path,
        table: &CsvTable<'_>,
        given: Option<FrameRate>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        let mut times = match table.time_column {
            TimeColumn::Timecode => from_timecodes(path, table, given, warnings)?,
            TimeColumn::Seconds => from_seconds(path, table)?,
        };
        let start = times.ticks[0];
        for tick in &mut times.ticks {
            *tick -= start;
        }
        if given.is_some() {
            return Ok(times);
        }
        for (row, pair) in times.ticks.windows(2).enumerate() {
            if pair[1] < pair[0] {
                let reason = format!("time goes backwards at line {}", times.lines[row + 1]);
                return Err(invalid(
                    path,
                    reason,
                    "split the take there, or sort its rows",
                ));
            }
        }
        Ok(times)
    }
}

fn from_seconds(path: &Path, table: &CsvTable<'_>) -> Result<RowTimes> {
    let mut ticks = Vec::with_capacity(table.stamps.len());
    let mut decimals = 0;
    for (line, stamp) in &table.stamps {
        let seconds: Option<f64> = stamp.parse().ok();
        let seconds = seconds
            .filter(|seconds| seconds.abs() <= MAX_SECONDS)
            .ok_or_else(|| {
                let reason = format!(
                    "line {line}, column 1: '{}' is not a time in seconds",
                    shortened(stamp)
                );
                invalid(path, reason, "fix this value")
            })?;
        decimals = decimals.max(
            stamp
                .split_once('.')
                .map_or(0, |(_, fraction)| fraction.len()),
        );
        ticks.push((seconds * MICROSECONDS).round() as i64);
    }
    Ok(RowTimes {
        start_seconds: ticks[0] as f64 / MICROSECONDS,
        precision: 10_i64.pow(6_u32.saturating_sub(decimals as u32)),
        ticks,
        ticks_per_second: MICROSECONDS,
        format: TimeFormat::Seconds,
        lines: table.stamps.iter().map(|(line, _)| *line).collect(),
    })
}

fn from_timecodes(
    path: &Path,
    table: &CsvTable<'_>,
    given: Option<FrameRate>,
    warnings: &mut Vec<Warning>,
) -> Result<RowTimes> {
    let mut codes: Vec<Timecode> = Vec::with_capacity(table.stamps.len());
    for (line, stamp) in &table.stamps {
        let code = stamp.parse().map_err(|error| {
            invalid(
                path,
                format!("line {line}, column 1: {error}"),
                "fix this time code",
            )
        })?;
        codes.push(code);
    }
    let counted = frames_per_second(&codes, given, warnings);
    let drop_frame = codes.iter().any(|code| code.drop_frame);
    let clock = if drop_frame {
        // Drop-frame counting exists only at 29.97 and 59.94.
        FrameRate::new(if counted > 30 { 60_000 } else { 30_000 }, 1001)
    } else {
        FrameRate::whole(counted)
    }
    .map_err(|error| invalid(path, error.to_string(), "fix the time codes"))?;
    let mut ticks = Vec::with_capacity(codes.len());
    let ticks_per_second = clock.as_f64() * 1000.0;
    let day = (24.0 * 3600.0 * ticks_per_second).round() as i64;
    let mut days = 0;
    for ((line, _), code) in table.stamps.iter().zip(&codes) {
        let code = Timecode {
            drop_frame,
            ..*code
        };
        let frame = code.frame(clock).map_err(|error| {
            invalid(
                path,
                format!("line {line}, column 1: {error}"),
                "fix this time code",
            )
        })?;
        let tick = (frame * 1000.0).round() as i64 + days * day;
        let passed_midnight = ticks.last().is_some_and(|last| {
            ((last - tick) as f64) > HALF_DAY_SECONDS as f64 * ticks_per_second
        });
        days += i64::from(passed_midnight);
        ticks.push(if passed_midnight { tick + day } else { tick });
    }
    Ok(RowTimes {
        start_seconds: ticks[0] as f64 / ticks_per_second,
        ticks,
        ticks_per_second,
        precision: 1,
        format: TimeFormat::TimeCodes { drop_frame },
        lines: table.stamps.iter().map(|(line, _)| *line).collect(),
    })
}

/// Frames per second that the time codes count.
///
/// When the second changes from one row to the next, the frame number drops by this count less the
/// usual step between rows. The median over all such changes is robust against missing rows.
fn frames_per_second(
    codes: &[Timecode],
    given: Option<FrameRate>,
    warnings: &mut Vec<Warning>,
) -> u32 {
    let within = |code: &Timecode| i64::from(code.frames) * 1000 + i64::from(code.thousandths);
    let second = |code: &Timecode| {
        (i64::from(code.hours) * 60 + i64::from(code.minutes)) * 60 + i64::from(code.seconds)
    };
    let pairs = || codes.windows(2).map(|pair| (&pair[0], &pair[1]));
    let step = usual_step(
        pairs()
            .filter(|(a, b)| second(a) == second(b))
            .map(|(a, b)| within(b) - within(a))
            .collect(),
    )
    .map(|step| step.round() as i64);
    let highest = codes
        .iter()
        .map(|code| u32::from(code.frames))
        .max()
        .unwrap_or(0);
    let measured = step.and_then(|step| {
        median(
            pairs()
                .filter(|(a, b)| second(b) - second(a) == 1)
                .map(|(a, b)| within(a) + step - within(b))
                .collect(),
        )
    });
    if let Some(thousandths) = measured {
        let counted = ((thousandths + 500) / 1000).clamp(1, 1000) as u32;
        return counted.max(highest + 1);
    }
    if let Some(rate) = given {
        return rate
            .numerator()
            .div_ceil(rate.denominator())
            .max(highest + 1);
    }
    // The take is shorter than a second or has one row per second. The app counts 60 frames, most
    // other tools 30.
    let steps_of_two = step.is_some_and(|step| step > 1500);
    let counted = if highest >= 60 {
        highest + 1
    } else if highest >= 30 || steps_of_two {
        60
    } else {
        30
    };
    warnings.push(Warning(format!(
        "the take is too short to determine its frame rate; its time codes were read as {counted} frames per second"
    )));
    counted
}

/// Steps outside this range, relative to the median, are gaps or repeats.
const REGULAR_STEPS: std::ops::Range<f64> = 0.3..1.7;

/// The mean step between rows, without gaps and repeats.
pub(super) fn usual_step(mut steps: Vec<i64>) -> Option<f64> {
    steps.retain(|step| *step > 0);
    let median = median(steps.clone())? as f64;
    steps.retain(|step| REGULAR_STEPS.contains(&(*step as f64 / median)));
    Some(steps.iter().sum::<i64>() as f64 / steps.len() as f64)
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
