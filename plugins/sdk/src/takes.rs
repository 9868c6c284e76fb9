//! Learning a speaker.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use metaface_core::audio;
use metaface_core::clip as core;
use metaface_core::speaker::{self, LearnOptions, LearnStep, Method, Reference, Take};
use metaface_exporters::clip_file;

use crate::animator::Animator;
use crate::bridge::ffi::{Lesson, Watcher};
use crate::clip::Clip;
use crate::failure::{Failure, Kind, Result, guard};
use crate::sound::Sound;
use crate::speaker::Speaker;
use crate::text::path;

/// What is learned from: a list of `metaface::Take`.
#[derive(Default)]
pub struct Takes {
    sounds: Vec<Source<audio::Sound>>,
    curves: Vec<Source<core::Clip>>,
}

/// A file, or what is in memory.
enum Source<T> {
    File(PathBuf),
    Memory(T),
}

impl<T: Clone> Source<T> {
    fn read(&self, read: impl FnOnce(&PathBuf) -> Result<T>) -> Result<T> {
        match self {
            Self::File(path) => read(path),
            Self::Memory(thing) => Ok(thing.clone()),
        }
    }

    fn file<'a>(&'a self, otherwise: &'a str) -> &'a Path {
        match self {
            Self::File(path) => path,
            Self::Memory(_) => Path::new(otherwise),
        }
    }
}

pub fn takes() -> Box<Takes> {
    Box::default()
}

impl Takes {
    pub fn hear_file(&mut self, file: &[u8]) -> Result<()> {
        guard(|| {
            self.sounds.push(Source::File(path(file)));
            Ok(())
        })
    }

    pub fn hear(&mut self, sound: &Sound) -> Result<()> {
        guard(|| {
            self.sounds.push(Source::Memory(sound.0.clone()));
            Ok(())
        })
    }

    pub fn see_file(&mut self, file: &[u8]) -> Result<()> {
        guard(|| {
            self.curves.push(Source::File(path(file)));
            Ok(())
        })
    }

    pub fn see(&mut self, clip: &Clip) -> Result<()> {
        guard(|| {
            self.curves.push(Source::Memory(clip.whole()));
            Ok(())
        })
    }

    fn read(&self) -> Result<Vec<Take>> {
        let pairs = self.sounds.iter().zip(&self.curves);
        let take = |(sound, curves): (&Source<audio::Sound>, &Source<core::Clip>)| {
            let heard = sound.read(|path| Ok(audio::Sound::open(path)?))?;
            let seen = curves.read(|path| Ok(clip_file::read(path, None, None)?.0))?;
            let (sound, curves) = (sound.file("sound"), curves.file("curves"));
            Ok(Take::of_files(sound, heard, curves, seen))
        };
        pairs.map(take).collect()
    }
}

/// Fits draw on random numbers of the whole process: two at once would disturb each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub fn learn(
    animator: &Animator,
    takes: &Takes,
    lesson: &Lesson,
    watcher: &Watcher,
) -> Result<Box<Speaker>> {
    guard(|| {
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let options = LearnOptions {
            method: match lesson.instant {
                true => Method::INSTANT,
                false => Method::FITTED,
            },
            name: lesson.name.clone(),
            consent: lesson.consent.clone(),
            licence: lesson.licence.clone(),
        };
        let reference = Reference::new(takes.read()?, &animator.0)?;
        let learned = speaker::learn(&animator.0, &reference, &options, &mut |step| {
            watcher.report(match step {
                LearnStep::Listening => 0.0,
                LearnStep::Fitting { step, steps } => step as f64 / steps.max(1) as f64,
            })
        })?;
        let stopped = || Failure::new(Kind::Cancelled, "stopped before the end, as asked");
        Ok(Box::new(Speaker(learned.ok_or_else(stopped)?)))
    })
}
