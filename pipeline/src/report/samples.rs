//! Pictures of a few lines, drawn from their output files.

use metaface_exporters::thumbnail::{Moment, Portrait, telling_moments};
use metaface_exporters::{Format, clip_file};

use super::{LineReport, LineStatus, Report};
use crate::Batch;

/// Number of lines with pictures.
const SHOWN: usize = 12;
/// Width and height of a picture, in pixels.
const SIZE: [u32; 2] = [160, 160];

/// A line's pictures.
pub(super) struct LineSample {
    /// The name of the line.
    pub line: String,
    /// Captions and PNG files.
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// Up to three pictures each of some lines, spread evenly over the table. At least half of the lines
/// have warnings, if there are enough.
pub(super) fn samples(batch: &Batch, report: &Report) -> Vec<LineSample> {
    let done: Vec<&LineReport> = report
        .lines
        .iter()
        .filter(|line| line.status == LineStatus::Done)
        .collect();
    let (warned, clean): (Vec<&LineReport>, Vec<&LineReport>) =
        done.into_iter().partition(|line| !line.warnings.is_empty());
    let half = SHOWN / 2;
    let from_warned = half
        .max(SHOWN.saturating_sub(clean.len()))
        .min(warned.len());
    let chosen = spread(&warned, from_warned).chain(spread(&clean, SHOWN - from_warned));
    let mut samples: Vec<_> = chosen
        .filter_map(|line| sample(batch, &line.line))
        .collect();
    samples.sort_by(|a, b| a.line.cmp(&b.line));
    samples
}

/// At most `most` items, evenly spaced.
fn spread<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let count = most.min(all.len());
    (0..count).map(move |index| &all[index * all.len() / count])
}

/// The pictures of a line; `None` if its files hold no clip or the character cannot be drawn.
fn sample(batch: &Batch, name: &str) -> Option<LineSample> {
    let job = batch.plan().jobs.iter().find(|job| job.line == name)?;
    let readable = |format: Format| format.spec().is_read;
    // Curves are read faster than scenes.
    let mut files: Vec<_> = job.outputs.iter().filter(|o| readable(o.format)).collect();
    files.sort_by_key(|output| output.format.is_scene());
    let file = files.first()?;
    let (clip, _) = clip_file::read(&file.path, job.rig_map.as_deref(), None).ok()?;
    let rigged = batch.character_for(job)?;
    let (performance, _) = rigged.perform(&clip, None);
    let portrait = Portrait::new(&rigged.character, &performance).ok()?;
    let picture = |moment: Moment| {
        let caption = format!("{}, {:.2} s", moment.caption, moment.seconds);
        Some((caption, portrait.picture(moment.frame, SIZE).ok()?))
    };
    let moments = telling_moments(&clip).into_iter();
    Some(LineSample {
        line: name.to_owned(),
        pictures: moments.filter_map(picture).collect(),
    })
}
