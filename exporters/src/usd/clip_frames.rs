//! Determines the frames at which a file's animation is read.

use metaface_clip::FrameRate;

use super::clip_record::ClipRecord;
use super::invalid;
use super::scene::Scene;
use crate::Result;

/// The largest number of frames (nine hours at 30 frames per second); longer animations are treated
/// as damaged files.
const MAX_FRAMES: f64 = 1_000_000.0;

/// The largest number of floats of an animation (1 GiB).
const MAX_FLOATS: usize = 1 << 28;

/// The lowest rate that is detected from samples; slower samples are key poses, not frames.
const MIN_RATE: f64 = 12.0;

/// The largest distance of a sample from a frame, as a share of a frame.
const FRAME_TOLERANCE: f64 = 1e-3;

/// The frames to read.
pub(super) struct Frames {
    pub(super) rate: FrameRate,
    /// The time code of the first frame, in frames at `rate`.
    pub(super) start_frame: f64,
    /// The time code of each frame.
    pub(super) times: Vec<f64>,
}

/// A range of time codes and its frame rate.
struct TimeRange {
    rate: FrameRate,
    start_frame: f64,
    start: f64,
    end: f64,
}

impl Frames {
    /// The frames at the rate `requested`, by default at the file's rate. `samples` are the times
    /// of all samples, ascending; `width` is the number of floats per frame.
    pub(super) fn of(
        scene: &Scene<'_>,
        samples: &[f64],
        record: Option<&ClipRecord>,
        requested: Option<FrameRate>,
        width: usize,
    ) -> Result<Self> {
        let per_second = scene.stage.time_codes_per_second();
        let recorded = record.and_then(|record| recorded_range(record, per_second, samples));
        let range = match recorded {
            Some(range) => range,
            None => sampled_range(scene, per_second, samples)?,
        };
        let rate = requested.unwrap_or(range.rate);
        let step = per_second / rate.as_f64();
        let count = ((range.end - range.start) / step).round() + 1.0;
        if !(1.0..=MAX_FRAMES).contains(&count) {
            let reason = format!("its animation of {count} frames is too long");
            return Err(invalid(scene.path, reason, "cut it into shorter clips"));
        }
        let count = count as usize;
        if count.saturating_mul(width) > MAX_FLOATS {
            let reason = "its animation would take more than 1 GiB";
            return Err(invalid(scene.path, reason, "cut it into shorter clips"));
        }
        let start_frame = if rate == range.rate {
            range.start_frame
        } else {
            range.start / step
        };
        let time = |frame: usize| range.start + frame as f64 * step;
        Ok(Self {
            rate,
            start_frame,
            times: (0..count).map(time).collect(),
        })
    }
}

/// The recorded time range, unless the file's samples no longer match it.
fn recorded_range(record: &ClipRecord, per_second: f64, samples: &[f64]) -> Option<TimeRange> {
    let step = per_second / record.rate.as_f64();
    let start = record.start_frame * step;
    let end = start + (record.frame_count - 1) as f64 * step;
    let has_sample = |time: f64| {
        let mut samples = samples.iter();
        samples.any(|sample| (sample - time).abs() <= FRAME_TOLERANCE * step)
    };
    (has_sample(start) && has_sample(end)).then_some(TimeRange {
        rate: record.rate,
        start_frame: record.start_frame,
        start,
        end,
    })
}

/// The range from the first sample to the last, at the stated rate or that of evenly spaced
/// samples.
fn sampled_range(scene: &Scene<'_>, per_second: f64, samples: &[f64]) -> Result<TimeRange> {
    let stated = scene.number("framesPerSecond")?.unwrap_or(per_second);
    let start = samples.first().copied().unwrap_or(0.0);
    let end = samples.last().copied().unwrap_or(start);
    let regular = |step: f64| {
        samples.iter().all(|time| {
            let frame = (time - start) / step;
            (frame - frame.round()).abs() < FRAME_TOLERANCE
        })
    };
    let spacing = (end - start) / (samples.len().max(2) - 1) as f64;
    let detected = Some(per_second / spacing)
        .filter(|rate| rate.is_finite() && *rate >= MIN_RATE)
        .filter(|_| !regular(per_second / stated) && regular(spacing));
    let rate = FrameRate::nearest(detected.unwrap_or(stated))
        .map_err(|error| invalid(scene.path, error.to_string(), "correct its framesPerSecond"))?;
    Ok(TimeRange {
        rate,
        start_frame: start / (per_second / rate.as_f64()),
        start,
        end,
    })
}
