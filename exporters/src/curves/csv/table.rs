//! The rows of a CSV file, with columns found by name.

use std::path::Path;

use metaface_clip::{Channel, Frame};

use super::{Warning, invalid};
use crate::Result;
use crate::curves::MAX_FRAMES;

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Column {
    Time,
    Channel(Channel),
    Ignored,
}

/// The kind of the time column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeColumn {
    /// `HH:MM:SS:FF.fff`.
    Timecode,
    /// Seconds.
    Seconds,
}

/// A file's rows.
pub(super) struct CsvTable<'a> {
    pub time_column: TimeColumn,
    /// Per row, its line number in the file, from 1, and the text of its time column.
    pub stamps: Vec<(usize, &'a str)>,
    /// Per row, its values.
    pub frames: Vec<Frame>,
}

/// Values outside 0..1 by no more than this are normal overshoot of a tracker.
const OVERSHOOT: f32 = 0.02;

impl<'a> CsvTable<'a> {
    pub(super) fn parse(path: &Path, text: &'a str, warnings: &mut Vec<Warning>) -> Result<Self> {
        // Line numbers include empty lines, as in an editor.
        let mut lines = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .peekable();
        let Some((_, header)) = lines.next() else {
            return Err(invalid(
                path,
                "it is empty".to_owned(),
                "give a take with a header and rows",
            ));
        };
        let (columns, time_column) = parse_header(path, header, warnings)?;
        let mut table = Self {
            time_column,
            stamps: Vec::new(),
            frames: Vec::new(),
        };
        while let Some((line, row)) = lines.next() {
            let count = row.split(',').count();
            if count != columns.len() {
                let reason = format!(
                    "line {line} has {count} cells, the header has {}",
                    columns.len()
                );
                if lines.peek().is_none() && count < columns.len() && !table.frames.is_empty() {
                    warnings.push(Warning(format!(
                        "{reason}; this incomplete last row was skipped"
                    )));
                    break;
                }
                return Err(invalid(path, reason, "fix or delete this line"));
            }
            if table.frames.len() >= MAX_FRAMES {
                let reason = format!("it has more than {MAX_FRAMES} rows");
                return Err(invalid(path, reason, "split the take"));
            }
            let (stamp, frame) = parse_row(path, line, row, &columns, header)?;
            table.stamps.push((line, stamp));
            table.frames.push(frame);
        }
        if table.frames.is_empty() {
            return Err(invalid(
                path,
                "it has a header but no rows".to_owned(),
                "record the take again",
            ));
        }
        table.warn_of_range(warnings);
        Ok(table)
    }

    fn warn_of_range(&self, warnings: &mut Vec<Warning>) {
        let mut worst: Option<(f32, Channel, f32)> = None;
        for (frame, channel) in self.frames.iter().flat_map(|frame| {
            Channel::blendshapes()
                .iter()
                .map(move |channel| (frame, *channel))
        }) {
            let value = frame[channel];
            let excess = (value - 1.0).max(-value);
            if excess > worst.map_or(OVERSHOOT, |(most, ..)| most) {
                worst = Some((excess, channel, value));
            }
        }
        if let Some((_, channel, value)) = worst {
            warnings.push(Warning(format!(
                "blendshape values outside 0..1 were kept ({channel} reaches {value})"
            )));
        }
    }
}

fn unquoted(cell: &str) -> &str {
    cell.trim().trim_matches('"').trim()
}

fn parse_header(
    path: &Path,
    header: &str,
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<Column>, TimeColumn)> {
    let names: Vec<&str> = header.split(',').map(unquoted).collect();
    let is_any = |name: &str, candidates: &[&str]| {
        let mut candidates = candidates.iter();
        candidates.any(|candidate| name.eq_ignore_ascii_case(candidate))
    };
    let time_column = if is_any(names[0], &["Timecode", "Time code"]) {
        TimeColumn::Timecode
    } else if is_any(names[0], &["time", "seconds", "timestamp", "time_s", "t"]) {
        TimeColumn::Seconds
    } else {
        return Err(invalid(
            path,
            format!(
                "its first column is '{}', neither Timecode nor time",
                shortened(names[0])
            ),
            "give a Live Link Face take or a comma-separated table with a time column in seconds",
        ));
    };
    let mut columns = vec![Column::Time];
    let mut ignored = Vec::new();
    for name in &names[1..] {
        let column = match name.parse::<Channel>() {
            Ok(channel) => Column::Channel(channel),
            Err(_) => {
                if !is_any(name, &["BlendshapeCount"]) {
                    ignored.push(shortened(name));
                }
                Column::Ignored
            }
        };
        if column != Column::Ignored && columns.contains(&column) {
            let reason = format!("it has two columns named {name}");
            return Err(invalid(path, reason, "delete one of them"));
        }
        columns.push(column);
    }
    let missing: Vec<&str> = Channel::ALL
        .into_iter()
        .filter(|channel| !columns.contains(&Column::Channel(*channel)))
        .map(Channel::name)
        .collect();
    if missing.len() == Channel::COUNT {
        return Err(invalid(
            path,
            "no column is named after a channel".to_owned(),
            "use ARKit's names for the columns: JawOpen or jawOpen",
        ));
    }
    if !ignored.is_empty() {
        warnings.push(Warning(format!(
            "columns that are not channels: {}",
            first_of(&ignored)
        )));
    }
    if !missing.is_empty() {
        warnings.push(Warning(format!(
            "no column for {}; these channels stay at zero",
            first_of(&missing)
        )));
    }
    Ok((columns, time_column))
}

/// The first few names, and the number of the others.
fn first_of(names: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Text from the file, short enough for a message.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    text.chars().take(LONGEST).collect()
}

fn parse_row<'a>(
    path: &Path,
    line: usize,
    row: &'a str,
    columns: &[Column],
    header: &str,
) -> Result<(&'a str, Frame)> {
    let mut frame = Frame::NEUTRAL;
    let mut stamp = "";
    for (position, (cell, column)) in row.split(',').map(unquoted).zip(columns).enumerate() {
        match column {
            Column::Time => stamp = cell,
            Column::Ignored => {}
            Column::Channel(channel) => {
                let value: Option<f32> = cell.parse().ok();
                let value = value.filter(|value| value.is_finite()).ok_or_else(|| {
                    let name = header.split(',').nth(position).map_or("", unquoted);
                    let reason = format!(
                        "line {line}, column {} ({name}): '{}' is not a number",
                        position + 1,
                        shortened(cell)
                    );
                    invalid(path, reason, "fix this value")
                })?;
                frame[*channel] = super::live_link_sign(*channel, value);
            }
        }
    }
    Ok((stamp, frame))
}
