//! Captured curves, and the lips that they are measured on.

use std::path::Path;

use metaface_core::clip::{Channel, Clip};
use metaface_core::metrics::LipGeometry;
use metaface_exporters::lips::LipVertices;
use metaface_exporters::{ExportError, RigMap, load_character};

use crate::arguments::ReportArguments;
use crate::failure::Failure;

/// Curves and sound may differ by this many seconds, and by this share of the sound.
const SLACK: (f64, f64) = (0.5, 0.05);

/// Reads what a face did during a sound of so many seconds.
pub fn read(path: &Path, sound_seconds: f64, report: &ReportArguments) -> Result<Clip, Failure> {
    let clip = report.read_clip(path, None, None)?;
    let invalid = |reason: String, remedy| -> Result<Clip, Failure> {
        Err(ExportError::invalid(path, "capture", reason, remedy).into())
    };
    let seconds = clip.duration();
    if (seconds - sound_seconds).abs() > SLACK.0 + SLACK.1 * sound_seconds {
        return invalid(
            format!("its curves last {seconds:.2} s, the sound lasts {sound_seconds:.2} s"),
            "give curves and sound of the same take, cut to the same start and end",
        );
    }
    let moves = |channel: &Channel| {
        let first = clip.curve(*channel).next();
        clip.curve(*channel).any(|value| Some(value) != first)
    };
    if !Channel::blendshapes().iter().any(moves) {
        return invalid(
            "none of its blendshapes moves".to_owned(),
            "export the take with the face's blendshapes",
        );
    }
    if clip
        .metadata
        .get("generator")
        .is_some_and(|name| name.to_lowercase().contains("metaface"))
    {
        report.warn(format!(
            "these curves were made by this program, not captured ({})",
            path.display()
        ));
    }
    Ok(clip)
}

/// The lips of a character, or of the sample head.
pub fn lips(head: Option<&Path>) -> Result<LipGeometry, Failure> {
    let character = match head {
        Some(path) => load_character(path)?,
        None => metaface_sample_head::load()?,
    };
    let map = RigMap::choose(&character, None)?.usable(&character)?;
    let Some(lips) = LipVertices::of(&character, &map) else {
        let path = head.unwrap_or_else(|| Path::new("sample head"));
        return Err(Failure::File(ExportError::invalid(
            path,
            "head",
            "it has no shapes of the lips, such as mouthClose or mouthPucker",
            "give a character with ARKit blendshapes",
        )));
    };
    Ok(LipGeometry {
        rest: lips.rest,
        deltas: lips.deltas,
    })
}
