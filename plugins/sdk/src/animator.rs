//! From sound to motion.

use metaface_core::clip::Smoothing;
use metaface_core::device::DeviceChoice;
use metaface_core::{self as core, Options};

use crate::bridge::ffi::{Choices, Rate, Watcher};
use crate::clip::Clip;
use crate::failure::{Failure, Kind, Result, guard};
use crate::sound::Sound;
use crate::speaker::Speaker;
use crate::stream::Stream;
use crate::text::{checked, optional_path, path};

/// `metaface::Animator`.
pub struct Animator(pub core::Animator);

pub fn open_animator(device: u8, base_model: &[u8]) -> Result<Box<Animator>> {
    guard(|| {
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
        let named = |error: core::AnimateError| match error {
            core::AnimateError::Weights(error) => {
                Failure::new(Kind::File, format!("{error}: {}", file.display()))
            }
            error => error.into(),
        };
        Ok(Box::new(Animator(animator.map_err(named)?)))
    })
}

pub fn is_cuda(animator: &Animator) -> bool {
    animator.0.device() == "cuda"
}

pub fn base_model(animator: &Animator) -> String {
    animator.0.base_hash().to_owned()
}

fn factor(name: &str, value: f32) -> Result<f32> {
    match Options::FACTORS.contains(&value) {
        true => Ok(value),
        false => Err(Failure::argument(format!(
            "a {name} of {value} cannot be; give 0 to 2"
        ))),
    }
}

pub fn speaking_as(animator: &Animator, speaker: &Speaker, strength: f32) -> Result<Box<Animator>> {
    guard(|| {
        let strength = factor("speaker's strength", strength)?;
        let speaking = animator.0.speaking_as(&speaker.0, strength);
        let named = |error| Failure::new(Kind::Speaker, format!("{error} ({})", speaker.0.name));
        Ok(Box::new(Animator(speaking.map_err(named)?)))
    })
}

fn options(choices: &Choices) -> Result<Options> {
    let usual = Options::default();
    let Rate {
        numerator,
        denominator,
    } = choices.rate;
    let smoothing = choices.smoothes.then_some(choices.smoothing);
    Ok(Options {
        rate: metaface_core::clip::FrameRate::new(numerator, denominator)?,
        seed: choices.seed,
        strength: factor("strength", choices.strength)?,
        liveliness: factor("liveliness", choices.liveliness)?,
        gains: choices.gains.parse()?,
        smoothing: smoothing.map(Smoothing::amount).transpose()?,
        head: usual.head.filter(|_| choices.head),
        eyes: usual.eyes.filter(|_| choices.eyes),
    })
}

pub fn animate_file(
    animator: &Animator,
    sound: &[u8],
    choices: &Choices,
    watcher: &Watcher,
) -> Result<Box<Clip>> {
    guard(|| {
        let sound = path(sound);
        let stem = || sound.file_stem().unwrap_or_default().to_string_lossy();
        let name = match choices.name.as_str() {
            "" => stem().into_owned(),
            name => checked("a clip's name", name.to_owned())?,
        };
        let watch = &mut |share| watcher.report(share);
        let animated = (animator.0).animate_file_watched(&name, &sound, &options(choices)?, watch);
        let (clip, heard) = animated?;
        let warnings = heard.warnings.iter().map(ToString::to_string).collect();
        Ok(Clip::new(clip, Some(sound), warnings))
    })
}

pub fn animate(
    animator: &Animator,
    sound: &Sound,
    choices: &Choices,
    watcher: &Watcher,
) -> Result<Box<Clip>> {
    guard(|| {
        let name = match choices.name.as_str() {
            "" => "line".to_owned(),
            name => checked("a clip's name", name.to_owned())?,
        };
        let watch = &mut |share| watcher.report(share);
        let clip = (animator.0).animate_watched(&name, &sound.0, &options(choices)?, watch)?;
        let warnings = sound.0.warnings.iter().map(ToString::to_string).collect();
        Ok(Clip::new(clip, None, warnings))
    })
}

pub fn stream(animator: &Animator, choices: &Choices) -> Result<Box<Stream>> {
    guard(|| {
        let stream = animator.0.stream(&options(choices)?);
        Ok(Box::new(Stream(Some(stream))))
    })
}
