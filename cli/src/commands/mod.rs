//! One module per command; each has `run`.

pub mod adapt;
pub mod animate;
pub mod batch;
pub mod convert;
pub mod doctor;
pub mod eval;
pub mod inspect;
mod interrupt;
pub mod preview;
pub mod stream;
pub mod train;

use metaface_core::Animator;
use metaface_core::model::{LARGEST_BASE_MODEL, WeightsError};
use metaface_exporters::files;

use crate::arguments::ModelArguments;
use crate::failure::Failure;

/// The embedded base model, or the user's, on a device.
fn animator(arguments: &ModelArguments) -> Result<Animator, Failure> {
    Ok(match &arguments.base_model {
        Some(path) => {
            // A file of this size is nothing to read into memory to find out.
            let size = std::fs::metadata(path).map_or(0, |file| file.len());
            if size > LARGEST_BASE_MODEL as u64 {
                return Err(WeightsError::Invalid(format!("{size} bytes are too many")).into());
            }
            Animator::with_base_model(&files::read(path)?, arguments.device)?
        }
        None => Animator::new(arguments.device)?,
    })
}
