//! One line: sound in, files out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use metaface_core::AnimateError;
use metaface_core::audio::{AudioError, Sound};
use metaface_core::clip::ClipError;
use metaface_exporters::{ExportError, clip_file};

use crate::fingerprint::Hashed;
use crate::state::{Made, Record, Status};
use crate::stock::Stock;
use crate::{Fingerprint, Job};

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

/// Makes a line and tells how it went. Whatever happens in it, other lines go on.
pub fn make(
    job: &Job,
    stock: &Stock,
    output: &Path,
    fingerprint: Fingerprint,
    sound: Option<Hashed>,
) -> Record {
    let started = Instant::now();
    let made = catch_unwind(AssertUnwindSafe(|| line(job, stock, output)));
    let made = made.unwrap_or_else(|_| {
        let name = job.audio.display();
        Err(Fault(format!(
            "the program failed on this line, which it should not; please report it with the sound: {name}"
        )))
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut record = Record {
        line: job.line.clone(),
        status: Status::Failed,
        fingerprint,
        sound,
        outputs: Vec::new(),
        sound_seconds: 0.0,
        seconds: started.elapsed().as_secs_f64(),
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

fn line(job: &Job, stock: &Stock, output: &Path) -> Result<Line, Fault> {
    // What is wrong with the character or the speaker should not cost an animation.
    let cast = match job.has_scene() {
        true => Some(stock.cast(job)?),
        false => None,
    };
    let voice = stock.voice(job)?;
    let sound = Sound::open(&job.audio)?;
    let name = job.line.rsplit('/').next().unwrap_or(&job.line);
    let mut clip = voice.animate(name, &sound, &job.options)?;
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
    let mut warnings: Vec<String> = sound.warnings.iter().map(|w| w.to_string()).collect();
    warnings.extend(cast.iter().flat_map(|cast| cast.warnings.iter().cloned()));
    let lines = vec![clip_file::Line {
        clip,
        sound: Some(job.audio.clone()),
    }];
    let saved = clip_file::save_all(lines, &job.outputs, cast.as_deref(), job.compression)?;
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
        sound_seconds: sound.duration(),
        warnings,
    })
}
