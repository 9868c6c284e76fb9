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

/// Loads the embedded base model or the user's on the device.
fn animator(arguments: &ModelArguments) -> Result<Animator, Failure> {
    Ok(match &arguments.base_model {
        Some(path) => {
            // Checked first, so that a large file is not read into memory.
            let size = std::fs::metadata(path).map_or(0, |file| file.len());
            if size > LARGEST_BASE_MODEL as u64 {
                return Err(WeightsError::Invalid(format!(
                    "{size} bytes are more than the maximum of {LARGEST_BASE_MODEL}"
                ))
                .into());
            }
            Animator::with_base_model(&files::read(path)?, arguments.device)?
        }
        None => Animator::new(arguments.device)?,
    })
}
