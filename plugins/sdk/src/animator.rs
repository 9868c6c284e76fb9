//! Animating sound.

use metaface_core as core;
use metaface_core::device::DeviceChoice;
use metaface_core::options::{OptionSpec, Options};

use crate::bridge::ffi::{self, ProgressCallback};
use crate::clip::Clip;
use crate::failure::{ErrorKind, Failure, Result, guard};
use crate::live::Live;
use crate::sound::Sound;
use crate::speaker::Speaker;
use crate::stream::Stream;
use crate::text::{checked_text, optional_path, path};

/// `metaface::Animator`.
pub struct Animator(pub core::Animator);

pub fn open_animator(device: u8, base_model: &[u8]) -> Result<Box<Animator>> {
    guard(|| {
        // In the order of `metaface::Device`.
        let device = match device {
            1 => DeviceChoice::Cpu,
            2 => DeviceChoice::Cuda,
            _ => DeviceChoice::Auto,
        };
        let Some(file) = optional_path(base_model) else {
            return Ok(Box::new(Animator(core::Animator::new(device)?)));
        };
        let bytes = metaface_exporters::files::read(&file)?;
        let animator = core::Animator::with_base_model(&bytes, device);
        let with_path = |error: core::AnimateError| match error {
            core::AnimateError::Weights(error) => {
                Failure::new(ErrorKind::File, format!("{error}: {}", file.display()))
            }
            error => error.into(),
        };
        Ok(Box::new(Animator(animator.map_err(with_path)?)))
    })
}

pub fn is_cuda(animator: &Animator) -> bool {
    animator.0.device() == "cuda"
}

pub fn base_model(animator: &Animator) -> String {
    animator.0.base_hash().to_owned()
}

/// The same base model conditioned on a speaker.
pub fn with_speaker(
    animator: &Animator,
    speaker: &Speaker,
    style_strength: f32,
) -> Result<Box<Animator>> {
    guard(|| {
        if let Some(option) = OptionSpec::of("style_strength") {
            option
                .check(&style_strength.to_string())
                .map_err(Failure::argument)?;
        }
        let conditioned = animator.0.with_speaker(&speaker.0, style_strength);
        let with_name =
            |error| Failure::new(ErrorKind::Speaker, format!("{error} ({})", speaker.0.name));
        Ok(Box::new(Animator(conditioned.map_err(with_name)?)))
    })
}

fn parsed_options(given: &ffi::Options) -> Result<Options> {
    let mut options = Options::default();
    for option in &given.values {
        let result = options.set(&option.key, &option.value);
        result.map_err(|error| Failure::argument(format!("{}: {error}", option.key)))?;
    }
    Ok(options)
}

pub fn animate_file(
    animator: &Animator,
    sound: &[u8],
    options: &ffi::Options,
    callback: &ProgressCallback,
) -> Result<Box<Clip>> {
    guard(|| {
        let sound = path(sound);
        let stem = || sound.file_stem().unwrap_or_default().to_string_lossy();
        let name = match options.name.as_str() {
            "" => stem().into_owned(),
            name => checked_text("a clip's name", name.to_owned())?,
        };
        let progress = &mut |fraction| callback.report(fraction);
        let animated = (animator.0).animate_file_with_progress(
            &name,
            &sound,
            &parsed_options(options)?,
            progress,
        );
        let (clip, summary) = animated?;
        let warnings = summary.warnings.iter().map(ToString::to_string).collect();
        Ok(Clip::new(clip, Some(sound), warnings))
    })
}

pub fn animate(
    animator: &Animator,
    sound: &Sound,
    options: &ffi::Options,
    callback: &ProgressCallback,
) -> Result<Box<Clip>> {
    guard(|| {
        let name = match options.name.as_str() {
            "" => "line".to_owned(),
            name => checked_text("a clip's name", name.to_owned())?,
        };
        let progress = &mut |fraction| callback.report(fraction);
        let clip = (animator.0).animate_with_progress(
            &name,
            &sound.0,
            &parsed_options(options)?,
            progress,
        )?;
        let warnings = sound.0.warnings.iter().map(ToString::to_string).collect();
        Ok(Clip::new(clip, None, warnings))
    })
}

pub fn stream(animator: &Animator, options: &ffi::Options) -> Result<Box<Stream>> {
    guard(|| {
        let stream = animator.0.stream(&parsed_options(options)?);
        Ok(Box::new(Stream(Some(stream))))
    })
}

pub fn live(animator: &Animator, options: &ffi::Options) -> Result<Box<Live>> {
    guard(|| {
        let stream = animator.0.stream(&parsed_options(options)?);
        Ok(Box::new(Live::starting(stream)?))
    })
}
