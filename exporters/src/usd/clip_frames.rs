//! Which frames of a file's animation are read.

use metaface_clip::FrameRate;

use super::invalid;
use super::record::Record;
use super::scene::Scene;
use crate::Result;

/// Longer animations (nine hours at 30 frames per second) are taken for broken files.
const MOST_FRAMES: f64 = 1_000_000.0;

/// The most numbers that an animation may be read as (1 GiB).
const MOST_FLOATS: usize = 1 << 28;

/// Slower samples are the distance of someone's key poses, not of frames.
const SLOWEST: f64 = 12.0;

/// Samples further than this share of a frame from one are off it.
const OFF_FRAME: f64 = 1e-3;

/// The frames that are read.
pub(super) struct Frames {
    pub(super) rate: FrameRate,
    /// The time code of the first frame, in frames at `rate`.
    pub(super) start_frame: f64,
    /// Time codes.
    pub(super) times: Vec<f64>,
}

/// A stretch of time codes and the rate that it was made at.
struct Stretch {
    rate: FrameRate,
    start_frame: f64,
    start: f64,
    end: f64,
}

impl Frames {
    /// The frames at `asked` or else at the file's own rate. `samples` are the times of all
    /// samples, ascending; `width` is how many numbers a frame has.
    pub(super) fn of(
        scene: &Scene<'_>,
        samples: &[f64],
        record: Option<&Record>,
        asked: Option<FrameRate>,
        width: usize,
    ) -> Result<Self> {
        let per_second = scene.stage.time_codes_per_second();
        let recorded = record.and_then(|record| recorded(record, per_second, samples));
        let stretch = match recorded {
            Some(stretch) => stretch,
            None => sampled(scene, per_second, samples)?,
        };
        let rate = asked.unwrap_or(stretch.rate);
        let step = per_second / rate.as_f64();
        let count = ((stretch.end - stretch.start) / step).round() + 1.0;
        if !(1.0..=MOST_FRAMES).contains(&count) {
            let reason = format!("its animation is {count} frames long");
            return Err(invalid(scene.path, reason, "cut it into shorter clips"));
        }
        let count = count as usize;
        if count.saturating_mul(width) > MOST_FLOATS {
            let reason = "its animation would take more than 1 GiB";
            return Err(invalid(scene.path, reason, "cut it into shorter clips"));
        }
        let start_frame = match rate == stretch.rate {
            true => stretch.start_frame,
            false => stretch.start / step,
        };
        let time = |frame: usize| stretch.start + frame as f64 * step;
        Ok(Self {
            rate,
            start_frame,
            times: (0..count).map(time).collect(),
        })
    }
}

/// What the file remembers, unless its samples have been moved since.
fn recorded(record: &Record, per_second: f64, samples: &[f64]) -> Option<Stretch> {
    let step = per_second / record.rate.as_f64();
    let start = record.start_frame * step;
    let end = start + (record.frame_count - 1) as f64 * step;
    let sampled = |time: f64| samples.iter().any(|s| (s - time).abs() <= OFF_FRAME * step);
    (sampled(start) && sampled(end)).then_some(Stretch {
        rate: record.rate,
        start_frame: record.start_frame,
        start,
        end,
    })
}

/// From the first sample to the last, at the rate that the file states or that its samples keep.
fn sampled(scene: &Scene<'_>, per_second: f64, samples: &[f64]) -> Result<Stretch> {
    let stated = scene.number("framesPerSecond")?.unwrap_or(per_second);
    let start = samples.first().copied().unwrap_or(0.0);
    let end = samples.last().copied().unwrap_or(start);
    let regular = |step: f64| {
        samples.iter().all(|time| {
            let frame = (time - start) / step;
            (frame - frame.round()).abs() < OFF_FRAME
        })
    };
    let spacing = (end - start) / (samples.len().max(2) - 1) as f64;
    let own = Some(per_second / spacing).filter(|own| own.is_finite() && *own >= SLOWEST);
    let own = own.filter(|_| !regular(per_second / stated) && regular(spacing));
    let rate = FrameRate::nearest(own.unwrap_or(stated))
        .map_err(|error| invalid(scene.path, error.to_string(), "correct its framesPerSecond"))?;
    Ok(Stretch {
        rate,
        start_frame: start / (per_second / rate.as_f64()),
        start,
        end,
    })
}
