//! A cache of loaded characters and speakers. Its size is bounded.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use metaface_core::Animator;
use metaface_core::speaker::Speaker;
use metaface_exporters::RiggedCharacter;

use crate::Job;
use crate::make::LineError;

/// Characters in memory at a time. Jobs are sorted by character, so few are in use.
const MAX_CHARACTERS: usize = 4;
/// Speakers in memory at a time; they share the base model.
const MAX_SPEAKERS: usize = 16;

/// Loaded characters and speakers that lines share.
pub struct Cache {
    /// The average speaker.
    animator: Arc<Animator>,
    /// By character file and rig map.
    characters: RecentlyUsed<(Option<PathBuf>, Option<PathBuf>), RiggedCharacter>,
    /// By speaker file and the bits of the style strength.
    animators: RecentlyUsed<(PathBuf, u32), Animator>,
}

impl Cache {
    pub fn new(animator: Animator) -> Self {
        Self {
            animator: Arc::new(animator),
            characters: RecentlyUsed::new(MAX_CHARACTERS),
            animators: RecentlyUsed::new(MAX_SPEAKERS),
        }
    }

    /// Clears everything that was read from files, because the files may have changed.
    pub fn clear(&self) {
        self.characters.clear();
        self.animators.clear();
    }

    /// The animator of the average speaker.
    pub fn animator(&self) -> &Animator {
        &self.animator
    }

    /// The animator of a line's speaker.
    pub fn animator_for(&self, job: &Job) -> Result<Arc<Animator>, LineError> {
        let Some(path) = &job.speaker else {
            return Ok(self.animator.clone());
        };
        let strength = job.style_strength;
        let key = (path.clone(), strength.to_bits());
        self.animators.get(key, || {
            let line_error = |error| LineError(format!("{error}: {}", path.display()));
            let speaker = Speaker::read(path).map_err(line_error)?;
            let animator = self.animator.with_speaker(&speaker, strength);
            animator.map_err(line_error)
        })
    }

    /// A line's character.
    pub fn character_for(&self, job: &Job) -> Result<Arc<RiggedCharacter>, LineError> {
        let key = (job.character.clone(), job.rig_map.clone());
        self.characters.get(key, || {
            let rig_map = job.rig_map.as_deref();
            Ok(match &job.character {
                Some(path) => RiggedCharacter::open(path, rig_map)?,
                None => RiggedCharacter::of(metaface_exporters::sample_head::load()?, rig_map)?,
            })
        })
    }
}

/// The most recently used items.
struct RecentlyUsed<K, T> {
    capacity: usize,
    /// The most recently used first.
    items: Mutex<VecDeque<(K, Arc<T>)>>,
}

impl<K: PartialEq, T> RecentlyUsed<K, T> {
    fn new(capacity: usize) -> Self {
        Self {
            capacity,
            items: Mutex::default(),
        }
    }

    fn clear(&self) {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        items.clear();
    }

    /// Returns the cached item, or loads it. Other threads wait during the load, because most often
    /// they need the same item.
    fn get(
        &self,
        key: K,
        load: impl FnOnce() -> Result<T, LineError>,
    ) -> Result<Arc<T>, LineError> {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let found = items.iter().position(|(known, _)| *known == key);
        let item = match found.and_then(|index| items.remove(index)) {
            Some((_, item)) => item,
            None => Arc::new(load()?),
        };
        items.push_front((key, item.clone()));
        items.truncate(self.capacity);
        Ok(item)
    }
}
