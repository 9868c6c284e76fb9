//! Mouth shapes for 2D animation: Rhubarb JSON and TSV, Moho switch data.
//!
//! [`cues`] converts a clip to a sequence of [`MouthShape`]s without gaps, from time 0 to its end.
//! A shape is chosen for each frame ([`shapes`] has the table), then shapes that are too short to
//! be seen are merged into their neighbours: see [`SHORTEST_CUE_SECONDS`].
//!
//! | ending | writer | contents |
//! |---|---|---|
//! | `.cues.json` | [`write_json`] | `{"metadata": {"soundFile", "duration"}, "mouthCues": [{"start", "end", "value"}]}` |
//! | `.tsv` | [`write_tsv`] | `seconds<TAB>shape`; the last row is the end, with a closed mouth |
//! | `.dat` | [`write_dat`] | `MohoSwitch1`, then `frame shape`, frames counted from 1 |
//!
//! Times are rounded to hundredths of a second, as Rhubarb writes them.

mod shapes;

use std::fmt::Write as _;
use std::path::Path;

use metaface_clip::{Clip, FrameRate};

use crate::Result;
pub use shapes::{DatNames, MouthShape, shapes};

/// The minimum length of a cue: two frames at 24 frames per second, as animators hold shapes. A
/// shorter clip has one shape.
pub const SHORTEST_CUE_SECONDS: f64 = 0.08;

/// A mouth shape and its time range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MouthCue {
    /// Seconds after the clip's first frame.
    pub start: f64,
    /// Seconds after the clip's first frame; the next cue's start.
    pub end: f64,
    /// The shape.
    pub shape: MouthShape,
}

/// The mouth shapes of a clip, in order and without gaps.
pub fn cues(clip: &Clip) -> Vec<MouthCue> {
    let shortest = (SHORTEST_CUE_SECONDS * clip.rate.as_f64() - 1e-6)
        .ceil()
        .max(1.0) as usize;
    let mut runs: Vec<ShapeRun> = Vec::new();
    for shape in shapes(clip) {
        push(&mut runs, shape, 1);
    }
    extend_contacts(&mut runs, shortest);
    while let Some(at) = shortest_run(&runs, shortest) {
        merge_into_neighbours(&mut runs, at);
    }
    let mut start = 0;
    let mut cues = Vec::with_capacity(runs.len());
    for (shape, length) in runs {
        let [from, to] = [start, start + length].map(|frame| clip.rate.seconds(frame as f64));
        start += length;
        cues.push(MouthCue {
            start: from,
            end: to,
            shape,
        });
    }
    cues
}

/// A shape and its number of frames.
type ShapeRun = (MouthShape, usize);

fn push(runs: &mut Vec<ShapeRun>, shape: MouthShape, length: usize) {
    match runs.last_mut() {
        Some(last) if last.0 == shape => last.1 += length,
        _ if length > 0 => runs.push((shape, length)),
        _ => {}
    }
}

/// Extends short contacts with frames of the longer neighbour until they can be seen. Viewers
/// notice missing lip contacts first.
fn extend_contacts(runs: &mut [ShapeRun], shortest: usize) {
    for at in 0..runs.len() {
        while runs[at].0.is_contact() && runs[at].1 < shortest {
            let donor = |position: Option<usize>| {
                position
                    .and_then(|position| runs.get(position).map(|run| (run, position)))
                    .filter(|(run, _)| run.1 > 1 && (!run.0.is_contact() || run.1 > shortest))
                    .map(|(run, position)| (run.1, position))
            };
            let Some((_, from)) = donor(at.checked_sub(1)).max(donor(Some(at + 1))) else {
                break;
            };
            runs[from].1 -= 1;
            runs[at].1 += 1;
        }
    }
}

/// The run to merge next: the shortest of those that are too short, contacts last.
fn shortest_run(runs: &[ShapeRun], shortest: usize) -> Option<usize> {
    if runs.len() < 2 {
        return None;
    }
    (0..runs.len())
        .filter(|at| runs[*at].1 < shortest)
        .min_by_key(|at| (runs[*at].0.is_contact(), runs[*at].1))
}

/// Assigns a run's frames to the more similar neighbour, or half to each if both are equally
/// similar.
fn merge_into_neighbours(runs: &mut Vec<ShapeRun>, at: usize) {
    let (shape, length) = runs[at];
    let before = at.checked_sub(1).map(|at| runs[at].0.difference(shape));
    let after = runs.get(at + 1).map(|run| run.0.difference(shape));
    let earlier = match (before, after) {
        (Some(before), Some(after)) if before == after => length / 2,
        (Some(before), Some(after)) => length * usize::from(before < after),
        (Some(_), None) => length,
        _ => 0,
    };
    if earlier > 0 {
        runs[at - 1].1 += earlier;
    }
    if length > earlier {
        runs[at + 1].1 += length - earlier;
    }
    let rest = runs.split_off(at);
    for (shape, length) in rest.into_iter().skip(1) {
        push(runs, shape, length);
    }
}

/// Rhubarb's JSON. The sound's name is the clip's metadata `sound`; defaults to the clip's name.
pub fn write_json(clip: &Clip) -> String {
    let sound = clip.metadata.get("sound").unwrap_or(&clip.name);
    let sound = serde_json::to_string(sound).unwrap_or_default();
    let cues: Vec<String> = cues(clip)
        .iter()
        .map(|cue| {
            format!(
                "    {{ \"start\": {:.2}, \"end\": {:.2}, \"value\": \"{}\" }}",
                cue.start, cue.end, cue.shape
            )
        })
        .collect();
    format!(
        "{{\n  \"metadata\": {{\n    \"soundFile\": {sound},\n    \"duration\": {:.2}\n  }},\n  \
         \"mouthCues\": [\n{}\n  ]\n}}\n",
        clip.duration(),
        cues.join(",\n"),
    )
}

/// Rhubarb's TSV: one row per cue, and one for the end.
pub fn write_tsv(clip: &Clip) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for cue in cues(clip) {
        let _ = writeln!(text, "{:.2}\t{}", cue.start, cue.shape);
    }
    let _ = writeln!(text, "{:.2}\t{}", clip.duration(), MouthShape::X);
    text
}

/// Moho (Anime Studio) switch data, also read by OpenToonz and Synfig: one row per cue, and one for
/// the end. Frames count from 1 at `rate`, by default the clip's. If two cues fall on one frame,
/// the later is kept.
pub fn write_dat(clip: &Clip, rate: Option<FrameRate>, names: DatNames) -> String {
    let rate = rate.unwrap_or(clip.rate);
    let mut rows: Vec<(u64, &str)> = Vec::new();
    let ends = [(clip.duration(), MouthShape::X)];
    for (start, shape) in cues(clip)
        .iter()
        .map(|cue| (cue.start, cue.shape))
        .chain(ends)
    {
        let frame = 1 + (start * rate.as_f64()).round() as u64;
        let name = shape.dat_name(names);
        match rows.last_mut() {
            Some(last) if last.0 == frame => last.1 = name,
            _ => rows.push((frame, name)),
        }
    }
    rows.dedup_by(|later, earlier| later.1 == earlier.1);
    let rows = rows.iter().map(|(frame, name)| format!("{frame} {name}\n"));
    "MohoSwitch1\n".to_owned() + &rows.collect::<String>()
}

/// Writes [`write_json`]'s text to a file, atomically.
///
/// # Errors
/// [`FormatError::Invalid`](crate::FormatError::Invalid) for a value that is not finite,
/// [`FormatError::Write`](crate::FormatError::Write).
pub fn save_json(clip: &Clip, path: &Path) -> Result<()> {
    super::save(clip, path, "Rhubarb JSON", write_json)
}

/// Writes [`write_tsv`]'s text to a file, atomically.
///
/// # Errors
/// As [`save_json`].
pub fn save_tsv(clip: &Clip, path: &Path) -> Result<()> {
    super::save(clip, path, "Rhubarb TSV", write_tsv)
}

/// Writes [`write_dat`]'s text to a file, atomically.
///
/// # Errors
/// As [`save_json`].
pub fn save_dat(clip: &Clip, path: &Path, rate: Option<FrameRate>, names: DatNames) -> Result<()> {
    super::save(clip, path, "Moho switch data", |clip| {
        write_dat(clip, rate, names)
    })
}

#[cfg(test)]
mod tests;
