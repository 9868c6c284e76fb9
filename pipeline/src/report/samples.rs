//! Pictures of a few lines, made of the files that were written.

use metaface_exporters::thumbnail::{Moment, Portrait, telling_moments};
use metaface_exporters::{Format, clip_file};

use super::{End, LineReport, Report};
use crate::Batch;

/// Lines that are shown.
const SHOWN: usize = 12;
/// Width and height of a picture.
const SIZE: [u32; 2] = [160, 160];

/// A line's pictures.
pub(super) struct Sample {
    /// What the line is called.
    pub line: String,
    /// Captions and PNG files.
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// Three pictures each of some lines, spread over the table: those with warnings first, because
/// somebody will want to look at them.
pub(super) fn samples(batch: &Batch, report: &Report) -> Vec<Sample> {
    let done: Vec<&LineReport> = report
        .lines
        .iter()
        .filter(|line| line.status == End::Done)
        .collect();
    let (warned, well): (Vec<&LineReport>, Vec<&LineReport>) =
        done.into_iter().partition(|line| !line.warnings.is_empty());
    let half = SHOWN / 2;
    let from_warned = half.max(SHOWN.saturating_sub(well.len())).min(warned.len());
    let chosen = spread(&warned, from_warned).chain(spread(&well, SHOWN - from_warned));
    let mut samples: Vec<_> = chosen
        .filter_map(|line| sample(batch, &line.line))
        .collect();
    samples.sort_by(|a, b| a.line.cmp(&b.line));
    samples
}

/// So many of them at equal distances.
fn spread<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let count = most.min(all.len());
    (0..count).map(move |index| &all[index * all.len() / count])
}

/// The line as its files show it; none where they hold no clip or the face cannot be drawn.
fn sample(batch: &Batch, name: &str) -> Option<Sample> {
    let job = batch.plan().jobs.iter().find(|job| job.line == name)?;
    let readable = |format: Format| format.is_clip();
    // A table of numbers is read faster than a scene.
    let mut files: Vec<_> = job.outputs.iter().filter(|o| readable(o.format)).collect();
    files.sort_by_key(|output| output.format.is_scene());
    let file = files.first()?;
    let (clip, _) = clip_file::read(&file.path, job.rig_map.as_deref(), None).ok()?;
    let cast = batch.cast(job)?;
    let (performance, _) = cast.perform(&clip, None);
    let portrait = Portrait::new(&cast.character, &performance).ok()?;
    let picture = |moment: Moment| {
        let caption = format!("{}, {:.2} s", moment.caption, moment.seconds);
        Some((caption, portrait.picture(moment.frame, SIZE).ok()?))
    };
    let moments = telling_moments(&clip).into_iter();
    Some(Sample {
        line: name.to_owned(),
        pictures: moments.filter_map(picture).collect(),
    })
}
