//! Learning a speaker from takes.

use std::path::{Path, PathBuf};

use metaface_core::audio;
use metaface_core::clip as core;
use metaface_core::speaker::{LearnOptions, LearnProgress, Method, Take};
use metaface_exporters::clip_file;

use crate::animator::Animator;
use crate::bridge::ffi::{self, ProgressCallback};
use crate::clip::Clip;
use crate::failure::{ErrorKind, Failure, Result, guard};
use crate::sound::Sound;
use crate::speaker::Speaker;
use crate::text::path;

/// A list of `metaface::Take` to learn from.
#[derive(Default)]
pub struct Takes {
    sounds: Vec<Input<audio::Sound>>,
    curves: Vec<Input<core::Clip>>,
}

/// A file, or its content in memory.
enum Input<T> {
    File(PathBuf),
    Memory(T),
}

impl<T: Clone> Input<T> {
    fn read(&self, read: impl FnOnce(&PathBuf) -> Result<T>) -> Result<T> {
        match self {
            Self::File(path) => read(path),
            Self::Memory(value) => Ok(value.clone()),
        }
    }

    /// The file's path, or `placeholder` for content in memory.
    fn path_or<'a>(&'a self, placeholder: &'a str) -> &'a Path {
        match self {
            Self::File(path) => path,
            Self::Memory(_) => Path::new(placeholder),
        }
    }
}

pub fn takes() -> Box<Takes> {
    Box::default()
}

impl Takes {
    pub fn add_sound_file(&mut self, file: &[u8]) -> Result<()> {
        guard(|| {
            self.sounds.push(Input::File(path(file)));
            Ok(())
        })
    }

    pub fn add_sound(&mut self, sound: &Sound) -> Result<()> {
        guard(|| {
            self.sounds.push(Input::Memory(sound.0.clone()));
            Ok(())
        })
    }

    pub fn add_curves_file(&mut self, file: &[u8]) -> Result<()> {
        guard(|| {
            self.curves.push(Input::File(path(file)));
            Ok(())
        })
    }

    pub fn add_curves(&mut self, clip: &Clip) -> Result<()> {
        guard(|| {
            self.curves.push(Input::Memory(clip.to_core()));
            Ok(())
        })
    }

    fn read(&self) -> Result<Vec<Take>> {
        let pairs = self.sounds.iter().zip(&self.curves);
        let take = |(sound, curves): (&Input<audio::Sound>, &Input<core::Clip>)| {
            Ok(Take::of_files(
                sound.path_or("sound"),
                sound.read(|path| Ok(audio::Sound::open(path)?))?,
                curves.path_or("curves"),
                curves.read(|path| Ok(clip_file::read(path, None, None)?.0))?,
            ))
        };
        pairs.map(take).collect()
    }
}

pub fn learn(
    animator: &Animator,
    takes: &Takes,
    options: &ffi::LearnOptions,
    callback: &ProgressCallback,
) -> Result<Box<Speaker>> {
    guard(|| {
        let learn_options = LearnOptions {
            method: if options.instant {
                Method::INSTANT
            } else {
                Method::FITTED
            },
            name: options.name.clone(),
            consent: options.consent.clone(),
            licence: options.licence.clone(),
        };
        let reference = animator.0.reference(takes.read()?)?;
        let mut report = |progress: LearnProgress| {
            callback.report(match progress {
                LearnProgress::Encoding => 0.0,
                LearnProgress::Fitting { step, steps } => step as f64 / steps.max(1) as f64,
            })
        };
        let learned = (animator.0).learn(&reference, &learn_options, &mut report)?;
        let stopped = || Failure::new(ErrorKind::Cancelled, "stopped before the end, as requested");
        Ok(Box::new(Speaker(learned.ok_or_else(stopped)?)))
    })
}
