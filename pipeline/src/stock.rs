//! Characters and speakers, loaded once for many lines and kept in bounded number.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use metaface_core::Animator;
use metaface_core::speaker::Speaker;
use metaface_exporters::Cast;

use crate::Job;
use crate::make::Fault;

/// Characters in memory at a time. Lines come sorted by character, so few are in use.
const CASTS: usize = 4;
/// Speakers in memory at a time; they share the base model.
const VOICES: usize = 16;

/// What lines share.
pub struct Stock {
    animator: Arc<Animator>,
    casts: Shelf<(Option<PathBuf>, Option<PathBuf>), Cast>,
    voices: Shelf<(PathBuf, u32), Animator>,
}

impl Stock {
    pub fn new(animator: Animator) -> Self {
        Self {
            animator: Arc::new(animator),
            casts: Shelf::new(CASTS),
            voices: Shelf::new(VOICES),
        }
    }

    /// Lets go of what was read from files, which may have changed.
    pub fn forget(&self) {
        self.casts.clear();
        self.voices.clear();
    }

    /// The average speaker.
    pub fn animator(&self) -> &Animator {
        &self.animator
    }

    /// Whoever speaks a line.
    pub fn voice(&self, job: &Job) -> Result<Arc<Animator>, Fault> {
        let Some(path) = &job.speaker else {
            return Ok(self.animator.clone());
        };
        let strength = job.style_strength;
        self.voices.get((path.clone(), strength.to_bits()), || {
            let fault = |error| Fault(format!("{error}: {}", path.display()));
            let speaker = Speaker::read(path).map_err(fault)?;
            let speaking = self.animator.speaking_as(&speaker, strength);
            speaking.map_err(fault)
        })
    }

    /// Whose face is animated.
    pub fn cast(&self, job: &Job) -> Result<Arc<Cast>, Fault> {
        let key = (job.character.clone(), job.rig_map.clone());
        self.casts.get(key, || {
            let rig_map = job.rig_map.as_deref();
            Ok(match &job.character {
                Some(path) => Cast::open(path, rig_map)?,
                None => Cast::of(metaface_sample_head::load()?, rig_map)?,
            })
        })
    }
}

/// The things used last.
struct Shelf<K, T> {
    most: usize,
    things: Mutex<VecDeque<(K, Arc<T>)>>,
}

impl<K: PartialEq, T> Shelf<K, T> {
    fn new(most: usize) -> Self {
        Self {
            most,
            things: Mutex::default(),
        }
    }

    fn clear(&self) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.clear();
    }

    /// What is there, or what `load` gives. Others wait meanwhile: they most often want the same.
    fn get(&self, key: K, load: impl FnOnce() -> Result<T, Fault>) -> Result<Arc<T>, Fault> {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        let found = things.iter().position(|(known, _)| *known == key);
        let thing = match found.and_then(|index| things.remove(index)) {
            Some((_, thing)) => thing,
            None => Arc::new(load()?),
        };
        things.push_front((key, thing.clone()));
        things.truncate(self.most);
        Ok(thing)
    }
}
