//! Makes lines: reads sounds, writes animation files.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use metaface_core::audio::{AudioError, Sound};
use metaface_core::clip::{Clip, ClipError};
use metaface_core::{AnimateError, Animator, AudioSummary};
use metaface_exporters::{FormatError, RiggedCharacter, clip_file};
use rayon::prelude::*;

use crate::Job;
use crate::batch::DueJob;
use crate::cache::Cache;
use crate::state::{JournalEntry, OutputFile, Status};

/// Why a line could not be made. The message names the file and the remedy.
#[derive(Debug)]
pub struct LineError(pub String);

impl From<AudioError> for LineError {
    fn from(error: AudioError) -> Self {
        Self(error.to_string())
    }
}

impl From<AnimateError> for LineError {
    fn from(error: AnimateError) -> Self {
        Self(error.to_string())
    }
}

impl From<ClipError> for LineError {
    fn from(error: ClipError) -> Self {
        Self(error.to_string())
    }
}

impl From<FormatError> for LineError {
    fn from(error: FormatError) -> Self {
        Self(error.to_string())
    }
}

/// Metadata keys that the exporters write or read.
const RESERVED_KEYS: [&str; 5] = ["sound", "timecode", "additive", "reduce", "quantise"];

/// The written files of a line.
struct WrittenLine {
    outputs: Vec<OutputFile>,
    sound_seconds: f64,
    warnings: Vec<String>,
}

/// The loaded character and speaker of a line.
struct LineAssets {
    /// `None` if no output shows a character.
    character: Option<Arc<RiggedCharacter>>,
    animator: Arc<Animator>,
}

impl LineAssets {
    /// Loads both before the animation, so that an error in them is found first.
    fn load(job: &Job, cache: &Cache) -> Result<Self, LineError> {
        Ok(Self {
            character: if job.has_scene() {
                Some(cache.character_for(job)?)
            } else {
                None
            },
            animator: cache.animator_for(job)?,
        })
    }
}

/// Makes one line. Errors and panics go into its journal entry and do not stop other lines.
pub fn make_line(job: &Job, due: DueJob, cache: &Cache, output: &Path) -> JournalEntry {
    let started = Instant::now();
    let result = catch_panic(job, || {
        let assets = LineAssets::load(job, cache)?;
        let (clip, audio) =
            (assets.animator).animate_file(clip_name(job), &job.audio, &job.options)?;
        write(job, clip, &audio, assets.character.as_deref(), output)
    });
    entry(job, due, started.elapsed().as_secs_f64(), result)
}

/// Makes lines of one speaker with the same options in one batch of the network, which is efficient
/// on a GPU. An error in one line does not affect the others.
pub fn make_pack(
    pack: Vec<(&Job, DueJob)>,
    cache: &Cache,
    output: &Path,
    finish: &(dyn Fn(JournalEntry) + Sync),
) {
    let started = Instant::now();
    let loaded: Vec<_> = pack
        .into_par_iter()
        .map(|(job, due)| {
            let result = catch_panic(job, || {
                Ok((LineAssets::load(job, cache)?, Sound::open(&job.audio)?))
            });
            (job, due, result)
        })
        .collect();
    let (mut ready, mut seconds) = (Vec::new(), 0.0);
    for (job, due, result) in loaded {
        match result {
            Ok((assets, sound)) => {
                seconds += sound.duration();
                ready.push((job, due, assets, sound));
            }
            Err(error) => finish(entry(job, due, 0.0, Err(error))),
        }
    }
    let Some((first, _, assets, _)) = ready.first() else {
        return;
    };
    let lines: Vec<_> = ready
        .iter()
        .map(|(job, .., sound)| (clip_name(job), sound))
        .collect();
    let animated = catch_panic(first, || {
        Ok(assets.animator.animate_together(&lines, &first.options)?)
    });
    let clips: Vec<Result<Clip, LineError>> = match animated {
        Ok(clips) => clips.into_iter().map(Ok).collect(),
        Err(LineError(reason)) => (ready.iter())
            .map(|_| Err(LineError(reason.clone())))
            .collect(),
    };
    let shared_seconds = started.elapsed().as_secs_f64();
    ready
        .into_par_iter()
        .zip(clips)
        .for_each(|((job, due, assets, sound), clip)| {
            let writing = Instant::now();
            let result = catch_panic(job, || {
                write(
                    job,
                    clip?,
                    &AudioSummary::of(&sound),
                    assets.character.as_deref(),
                    output,
                )
            });
            // The time of the shared work is divided in proportion to the duration of the sounds.
            let share = shared_seconds * sound.duration() / seconds.max(f64::MIN_POSITIVE);
            finish(entry(
                job,
                due,
                share + writing.elapsed().as_secs_f64(),
                result,
            ));
        });
}

/// Runs a step of making a line and turns a panic into an error of the line.
fn catch_panic<T>(job: &Job, step: impl FnOnce() -> Result<T, LineError>) -> Result<T, LineError> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| {
        let name = job.audio.display();
        Err(LineError(format!(
            "internal error on this line; please report it with the sound: {name}"
        )))
    })
}

/// The name of a line's clip.
fn clip_name(job: &Job) -> &str {
    job.line.rsplit('/').next().unwrap_or(&job.line)
}

fn entry(
    job: &Job,
    due: DueJob,
    seconds: f64,
    result: Result<WrittenLine, LineError>,
) -> JournalEntry {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut entry = JournalEntry {
        line: job.line.clone(),
        status: Status::Failed,
        fingerprint: due.fingerprint,
        sound: due.sound,
        outputs: Vec::new(),
        sound_seconds: 0.0,
        seconds,
        warnings: Vec::new(),
        error: None,
        finished: now.map_or(0, |since| since.as_millis() as u64),
    };
    match result {
        Ok(line) => {
            entry.status = Status::Done;
            entry.outputs = line.outputs;
            entry.sound_seconds = line.sound_seconds;
            entry.warnings = line.warnings;
        }
        Err(error) => entry.error = Some(error.0),
    }
    entry
}

/// The entry of a job that cannot run.
pub fn blocked_entry(job: &Job, reason: String) -> JournalEntry {
    entry(job, DueJob::default(), 0.0, Err(LineError(reason)))
}

/// Writes a line's clip to all its files.
fn write(
    job: &Job,
    mut clip: Clip,
    audio: &AudioSummary,
    character: Option<&RiggedCharacter>,
    output: &Path,
) -> Result<WrittenLine, LineError> {
    if let Some(start) = job.start {
        clip.start_at(start)?;
    }
    for (key, value) in &job.metadata {
        // A column must not replace the program's own metadata.
        let is_taken = clip.metadata.contains_key(key) || RESERVED_KEYS.contains(&key.as_str());
        let key = if is_taken {
            format!("table.{key}")
        } else {
            key.clone()
        };
        clip.metadata.insert(key, value.clone());
    }
    let mut warnings: Vec<String> = audio.warnings.iter().map(|w| w.to_string()).collect();
    warnings.extend(
        character
            .iter()
            .flat_map(|rigged| rigged.warnings.iter().cloned()),
    );
    let clips = vec![clip_file::SourcedClip {
        clip,
        sound: Some(job.audio.clone()),
    }];
    let saved = clip_file::save_all(clips, &job.outputs, character, job.compression)?;
    warnings.extend(saved.warnings);
    let output_file = |path: &std::path::PathBuf| {
        let relative = path.strip_prefix(output).unwrap_or(path);
        let size = std::fs::metadata(path).map(|file| file.len());
        size.map(|bytes| OutputFile {
            file: relative.to_string_lossy().replace('\\', "/"),
            bytes,
        })
    };
    let outputs = (saved.files.iter().map(output_file)).collect::<Result<Vec<_>, _>>();
    let missing = |error| {
        LineError(format!(
            "an output file disappeared after it was written ({error}): {}",
            job.line
        ))
    };
    Ok(WrittenLine {
        outputs: outputs.map_err(missing)?,
        sound_seconds: audio.seconds,
        warnings,
    })
}
