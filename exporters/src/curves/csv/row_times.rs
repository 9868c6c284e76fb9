//! When each row of a table is, from its time code or time.

use std::path::Path;

use metaface_clip::{FrameRate, Timecode};

use super::table::{StampKind, Table};
use super::{Warning, invalid};
use crate::Result;

/// The rows' times as whole ticks after the first row.
pub(super) struct RowTimes {
    /// Per row; never falling.
    pub ticks: Vec<i64>,
    /// How many ticks a second has.
    pub ticks_per_second: f64,
    /// How finely the file writes times, in ticks.
    pub precision: i64,
    /// The time of the first row, in seconds (of the day, for time codes).
    pub start_seconds: f64,
    /// What the rows' times are written as.
    pub stamps: Stamps,
    /// Per row, its line in the file.
    pub lines: Vec<usize>,
}

/// What times are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamps {
    /// Time codes.
    Labels { drop_frame: bool },
    /// Seconds.
    Seconds,
}

/// Half a day: a time code that falls by more has passed midnight.
const HALF_DAY_SECONDS: i64 = 12 * 3600;
/// Ticks per second where rows give seconds.
const MICROSECONDS: f64 = 1e6;
/// The largest time taken, in seconds: over three years.
const LATEST_SECONDS: f64 = 1e8;

impl RowTimes {
    /// With a rate given, rows may be at any times.
    pub(super) fn of(
        path: &Path,
        table: &Table<'_>,
        given: Option<FrameRate>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        let mut times = match table.stamp_kind {
            StampKind::Timecode => from_timecodes(path, table, given, warnings)?,
            StampKind::Seconds => from_seconds(path, table)?,
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
                let reason = format!("at line {} time goes backwards", times.lines[row + 1]);
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

fn from_seconds(path: &Path, table: &Table<'_>) -> Result<RowTimes> {
    let mut ticks = Vec::with_capacity(table.stamps.len());
    let mut decimals = 0;
    for (line, stamp) in &table.stamps {
        let seconds: Option<f64> = stamp.parse().ok();
        let seconds = seconds
            .filter(|seconds| seconds.abs() <= LATEST_SECONDS)
            .ok_or_else(|| {
                let stamp: String = stamp.chars().take(40).collect();
                let reason = format!("line {line}, column 1: '{stamp}' is not a time in seconds");
                invalid(path, reason, "mend this value")
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
        stamps: Stamps::Seconds,
        lines: table.stamps.iter().map(|(line, _)| *line).collect(),
    })
}

fn from_timecodes(
    path: &Path,
    table: &Table<'_>,
    given: Option<FrameRate>,
    warnings: &mut Vec<Warning>,
) -> Result<RowTimes> {
    let mut codes: Vec<Timecode> = Vec::with_capacity(table.stamps.len());
    for (line, stamp) in &table.stamps {
        let code = stamp.parse().map_err(|error| {
            invalid(
                path,
                format!("line {line}, column 1: {error}"),
                "mend this time code",
            )
        })?;
        codes.push(code);
    }
    let labels = labels_per_second(&codes, given, warnings);
    let drop_frame = codes.iter().any(|code| code.drop_frame);
    let clock = if drop_frame {
        // Drop-frame labels exist at 29.97 and 59.94 only.
        FrameRate::new(if labels > 30 { 60_000 } else { 30_000 }, 1001)
    } else {
        FrameRate::whole(labels)
    }
    .map_err(|error| invalid(path, error.to_string(), "mend the time codes"))?;
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
                "mend this time code",
            )
        })?;
        let tick = (frame * 1000.0).round() as i64 + days * day;
        let fallen = ticks.last().is_some_and(|last| {
            ((last - tick) as f64) > HALF_DAY_SECONDS as f64 * ticks_per_second
        });
        days += i64::from(fallen);
        ticks.push(if fallen { tick + day } else { tick });
    }
    Ok(RowTimes {
        start_seconds: ticks[0] as f64 / ticks_per_second,
        ticks,
        ticks_per_second,
        precision: 1,
        stamps: Stamps::Labels { drop_frame },
        lines: table.stamps.iter().map(|(line, _)| *line).collect(),
    })
}

/// How many frames a second the time codes count.
///
/// Where the second changes from one row to the next, the frame number falls by that many, less
/// the step that rows take anyway; the median of all such places is not fooled by missing rows.
fn labels_per_second(
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
    let seen = step.and_then(|step| {
        median(
            pairs()
                .filter(|(a, b)| second(b) - second(a) == 1)
                .map(|(a, b)| within(a) + step - within(b))
                .collect(),
        )
    });
    if let Some(seen) = seen {
        let labels = ((seen + 500) / 1000).clamp(1, 1000) as u32;
        return labels.max(highest + 1);
    }
    if let Some(rate) = given {
        return rate
            .numerator()
            .div_ceil(rate.denominator())
            .max(highest + 1);
    }
    // Less than a second, or a row a second: the app counts 60; most other tools count 30.
    let two_at_a_time = step.is_some_and(|step| step > 1500);
    let labels = if highest >= 60 {
        highest + 1
    } else if highest >= 30 || two_at_a_time {
        60
    } else {
        30
    };
    warnings.push(Warning(format!(
        "the take is too short to show its frame rate; its time codes were taken as {labels} a second"
    )));
    labels
}

/// The step that rows usually take: the mean of those that are neither gaps nor repeats, judged
/// by the median.
pub(super) fn usual_step(mut steps: Vec<i64>) -> Option<f64> {
    steps.retain(|step| *step > 0);
    let middle = median(steps.clone())? as f64;
    steps.retain(|step| (0.3..1.7).contains(&(*step as f64 / middle)));
    Some(steps.iter().sum::<i64>() as f64 / steps.len() as f64)
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
