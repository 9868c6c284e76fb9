//! A clip from a file of any format.

use std::path::Path;

use metaface_core::clip::{Clip, FrameRate};
use metaface_exporters::curves::{audio2face, csv};
use metaface_exporters::{ExportError, gltf, usd};

use crate::arguments::ReportArguments;
use crate::character;
use crate::failure::Failure;
use crate::format::Format;

/// Reads a clip, at `rate` if given; what the reader had to mend is said as warnings.
pub fn read(
    path: &Path,
    rig_map: Option<&Path>,
    rate: Option<FrameRate>,
    report: &ReportArguments,
) -> Result<Clip, Failure> {
    let (clip, warnings) = match Format::of(path) {
        Some(Format::Csv) => csv::read(path)?,
        Some(Format::Audio2Face) => audio2face::read(path)?,
        Some(Format::Glb | Format::Gltf) => {
            let map = rig_map.map(metaface_exporters::RigMap::read).transpose()?;
            (gltf::read_clip(path, rate, map.as_ref())?, Vec::new())
        }
        Some(Format::Usd(_)) => {
            let character = character::load(path)?;
            let map = character::discover(&character, rig_map)?.usable(&character)?;
            let curves = usd::read_clip_at(path, rate)?;
            (
                map.recover(&character, &curves.performance(&character)),
                Vec::new(),
            )
        }
        _ => {
            return Err(Failure::File(ExportError::invalid(
                path,
                "clip",
                "its ending is none of .csv .a2f.json .glb .gltf .vrm .usd .usda .usdc .usdz",
                "give a file that holds facial animation",
            )));
        }
    };
    for warning in warnings {
        report.warn(format!("{warning} ({})", path.display()));
    }
    Ok(match rate {
        Some(rate) => clip.resampled(rate),
        None => clip,
    })
}
