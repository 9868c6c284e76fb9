//! Lines: sound in, files out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use metaface_core::audio::{AudioError, Sound};
use metaface_core::clip::{Clip, ClipError};
use metaface_core::{AnimateError, Animator, Heard};
use metaface_exporters::{Cast, ExportError, clip_file};
use rayon::prelude::*;

use crate::Job;
use crate::batch::Due;
use crate::state::{Made, Record, Status};
use crate::stock::Stock;

/// Why a line could not be made, in words that name the file and the remedy.
#[derive(Debug)]
pub struct Fault(pub String);

impl From<AudioError> for Fault {
    fn from(error: AudioError) -> Self {
        Self(error.to_string())
    }
}

impl From<AnimateError> for Fault {
    fn from(error: AnimateError) -> Self {
        Self(error.to_string())
    }
}

impl From<ClipError> for Fault {
    fn from(error: ClipError) -> Self {
        Self(error.to_string())
    }
}

impl From<ExportError> for Fault {
    fn from(error: ExportError) -> Self {
        Self(error.to_string())
    }
}

/// What files say of a clip by themselves, or are read by.
const OWN_KEYS: [&str; 5] = ["sound", "timecode", "additive", "reduce", "quantise"];

/// What a line became.
struct Line {
    outputs: Vec<Made>,
    sound_seconds: f64,
    warnings: Vec<String>,
}

/// Who plays a line.
struct Ready {
    cast: Option<Arc<Cast>>,
    voice: Arc<Animator>,
}

impl Ready {
    /// What is wrong with the character or the speaker should not cost an animation.
    fn of(job: &Job, stock: &Stock) -> Result<Self, Fault> {
        Ok(Self {
            cast: match job.has_scene() {
                true => Some(stock.cast(job)?),
                false => None,
            },
            voice: stock.voice(job)?,
        })
    }
}

/// Makes a line and tells how it went. Whatever happens in it, other lines go on.
pub fn make(job: &Job, due: Due, stock: &Stock, output: &Path) -> Record {
    let started = Instant::now();
    let made = guarded(job, || {
        let ready = Ready::of(job, stock)?;
        let (clip, heard) = ready
            .voice
            .animate_file(name(job), &job.audio, &job.options)?;
        write(job, clip, &heard, ready.cast.as_deref(), output)
    });
    record(job, due, started.elapsed().as_secs_f64(), made)
}

/// Makes lines of one voice with the same options in one go, as a GPU likes it. What is wrong with
/// one leaves the others alone.
pub fn make_together(
    dues: Vec<(&Job, Due)>,
    stock: &Stock,
    output: &Path,
    on: &(dyn Fn(Record) + Sync),
) {
    let started = Instant::now();
    let heard: Vec<_> = dues
        .into_par_iter()
        .map(|(job, due)| {
            let heard = guarded(job, || {
                Ok((Ready::of(job, stock)?, Sound::open(&job.audio)?))
            });
            (job, due, heard)
        })
        .collect();
    let (mut good, mut seconds) = (Vec::new(), 0.0);
    for (job, due, heard) in heard {
        match heard {
            Ok((ready, sound)) => {
                seconds += sound.duration();
                good.push((job, due, ready, sound));
            }
            Err(fault) => on(record(job, due, 0.0, Err(fault))),
        }
    }
    let Some((first, _, ready, _)) = good.first() else {
        return;
    };
    let lines: Vec<_> = good
        .iter()
        .map(|(job, .., sound)| (name(job), sound))
        .collect();
    let clips = guarded(first, || {
        Ok(ready.voice.animate_together(&lines, &first.options)?)
    });
    let clips: Vec<Result<Clip, Fault>> = match clips {
        Ok(clips) => clips.into_iter().map(Ok).collect(),
        Err(Fault(reason)) => good.iter().map(|_| Err(Fault(reason.clone()))).collect(),
    };
    let spent = started.elapsed().as_secs_f64();
    good.into_par_iter()
        .zip(clips)
        .for_each(|((job, due, ready, sound), clip)| {
            let writing = Instant::now();
            let made = guarded(job, || {
                write(
                    job,
                    clip?,
                    &Heard::of(&sound),
                    ready.cast.as_deref(),
                    output,
                )
            });
            // What was done together is shared out by length.
            let share = spent * sound.duration() / seconds.max(f64::MIN_POSITIVE);
            on(record(
                job,
                due,
                share + writing.elapsed().as_secs_f64(),
                made,
            ));
        });
}

/// Runs a part of the making; a panic in it is a fault of the line.
fn guarded<T>(job: &Job, part: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|_| {
        let name = job.audio.display();
        Err(Fault(format!(
            "the program failed on this line, which it should not; please report it with the sound: {name}"
        )))
    })
}

/// What a line's clip is called.
fn name(job: &Job) -> &str {
    job.line.rsplit('/').next().unwrap_or(&job.line)
}

fn record(job: &Job, due: Due, seconds: f64, made: Result<Line, Fault>) -> Record {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut record = Record {
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
    match made {
        Ok(line) => {
            record.status = Status::Done;
            record.outputs = line.outputs;
            record.sound_seconds = line.sound_seconds;
            record.warnings = line.warnings;
        }
        Err(fault) => record.error = Some(fault.0),
    }
    record
}

/// The record of a line that could not even be begun.
pub fn refused(job: &Job, reason: String) -> Record {
    record(job, Due::default(), 0.0, Err(Fault(reason)))
}

/// Writes a line's clip to all its files.
fn write(
    job: &Job,
    mut clip: Clip,
    heard: &Heard,
    cast: Option<&Cast>,
    output: &Path,
) -> Result<Line, Fault> {
    if let Some(start) = job.start {
        clip.start_at(start)?;
    }
    for (key, value) in &job.metadata {
        // What the program itself says of a clip keeps its name.
        let key = match clip.metadata.contains_key(key) || OWN_KEYS.contains(&key.as_str()) {
            true => format!("table.{key}"),
            false => key.clone(),
        };
        clip.metadata.insert(key, value.clone());
    }
    let mut warnings: Vec<String> = heard.warnings.iter().map(|w| w.to_string()).collect();
    warnings.extend(cast.iter().flat_map(|cast| cast.warnings.iter().cloned()));
    let lines = vec![clip_file::Line {
        clip,
        sound: Some(job.audio.clone()),
    }];
    let saved = clip_file::save_all(lines, &job.outputs, cast, job.compression)?;
    warnings.extend(saved.warnings);
    let made = |path: &std::path::PathBuf| {
        let below = path.strip_prefix(output).unwrap_or(path);
        let size = std::fs::metadata(path).map(|file| file.len());
        size.map(|bytes| Made {
            file: below.to_string_lossy().replace('\\', "/"),
            bytes,
        })
    };
    let outputs = saved.files.iter().map(made).collect::<Result<Vec<_>, _>>();
    let gone = |error| {
        Fault(format!(
            "a file that was just written is gone ({error}): {}",
            job.line
        ))
    };
    Ok(Line {
        outputs: outputs.map_err(gone)?,
        sound_seconds: heard.seconds,
        warnings,
    })
}
