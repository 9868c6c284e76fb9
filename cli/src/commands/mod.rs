//! One module per command; each has `run`.

pub mod animate;
pub mod convert;
pub mod doctor;
pub mod eval;
pub mod inspect;
pub mod preview;
pub mod train;

use metaface_core::Animator;
use metaface_exporters::files;

use crate::arguments::ModelArguments;
use crate::failure::Failure;

/// The embedded base model, or the user's, on a device.
fn animator(arguments: &ModelArguments) -> Result<Animator, Failure> {
    Ok(match &arguments.base_model {
        Some(path) => Animator::with_base_model(&files::read(path)?, arguments.device)?,
        None => Animator::new(arguments.device)?,
    })
}
