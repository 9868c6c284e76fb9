//! One module per command; each has `run`.

pub mod animate;
pub mod convert;
pub mod doctor;
pub mod eval;
pub mod inspect;
pub mod preview;
pub mod train;

use std::path::Path;

use metaface_core::Animator;
use metaface_core::device::DeviceChoice;
use metaface_exporters::files;

use crate::failure::Failure;

/// The embedded base model, or the user's, on a device.
fn animator(base_model: Option<&Path>, device: DeviceChoice) -> Result<Animator, Failure> {
    Ok(match base_model {
        Some(path) => Animator::with_base_model(&files::read(path)?, device)?,
        None => Animator::new(device)?,
    })
}

/// A file's name without its ending.
fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "line".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}
