//! Pairs sounds with curves.

use std::path::{Path, PathBuf};

use metaface_core::audio::{Sound, is_sound_file};
use metaface_core::speaker::Take;
use metaface_exporters::{FORMATS, Format, FormatKind, FormatSpec};

use crate::arguments::AdaptArguments;
use crate::failure::Failure;
use crate::paths;

/// The files of one take.
pub struct TakeFiles {
    sound: PathBuf,
    curves: PathBuf,
}

impl TakeFiles {
    /// The takes, in the order of the arguments. A sound is paired with the next `--curves`, or with
    /// the curves of the same name beside it; curves with the next `--audio`, or with the sound of the
    /// same name beside them.
    pub fn of(arguments: &AdaptArguments) -> Result<Vec<Self>, Failure> {
        let (sounds, clips): (Vec<&PathBuf>, Vec<&PathBuf>) =
            arguments.inputs.iter().partition(|path| !is_curves(path));
        check_count("--curves", &arguments.curves, "sounds", sounds.len())?;
        check_count(
            "--audio",
            &arguments.audio,
            "takes with curves",
            clips.len(),
        )?;
        let mut curves = arguments.curves.iter();
        let mut audio = arguments.audio.iter();
        let take = |path: &PathBuf| {
            if is_curves(path) {
                let sound = audio.next().cloned().or_else(|| sound_beside(path));
                return Ok(Self {
                    sound: sound.ok_or_else(|| missing(path, "sound", "--audio FILE"))?,
                    curves: path.clone(),
                });
            }
            let curves = curves.next().cloned().or_else(|| curves_beside(path));
            if curves.is_none() && !path.exists() {
                Sound::open(path)?;
            }
            Ok(Self {
                sound: path.clone(),
                curves: curves.ok_or_else(|| missing(path, "curves", "--curves FILE"))?,
            })
        };
        arguments.inputs.iter().map(take).collect()
    }

    /// The sound and the curves.
    pub fn both(&self) -> [&PathBuf; 2] {
        [&self.sound, &self.curves]
    }

    /// Reads both.
    pub fn read(&self, arguments: &AdaptArguments) -> Result<Take, Failure> {
        let report = &arguments.report;
        let sound = Sound::open(&self.sound)?;
        for warning in &sound.warnings {
            report.warn(format!("{warning} ({})", self.sound.display()));
        }
        let clip = report.read_clip(&self.curves, arguments.rig_map.as_deref(), None)?;
        Ok(Take::of_files(&self.sound, sound, &self.curves, clip))
    }
}

fn is_curves(path: &Path) -> bool {
    Format::of(path).is_some_and(|format| format.spec().is_read)
}

/// Checks that an option is given once per take, or never.
fn check_count(option: &str, given: &[PathBuf], takes: &str, count: usize) -> Result<(), Failure> {
    if given.is_empty() || given.len() == count {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{option} is given {} times for {count} {takes}; give it once for each, in the same order",
        given.len()
    )))
}

fn missing(path: &Path, kind: &str, option: &str) -> Failure {
    Failure::Usage(format!(
        "found no {kind} with the same name beside '{}'; choose the file with {option}",
        path.display()
    ))
}

fn curves_beside(sound: &Path) -> Option<PathBuf> {
    let mut formats: Vec<&FormatSpec> = FORMATS.iter().filter(|spec| spec.is_read).collect();
    // Formats of captures first.
    formats.sort_by_key(|spec| spec.kind != FormatKind::Curves);
    let endings = formats.into_iter().flat_map(|spec| spec.endings);
    let mut candidates = endings.map(|ending| sound.with_extension(&ending[1..]));
    candidates.find(|path| path.is_file())
}

fn sound_beside(curves: &Path) -> Option<PathBuf> {
    // A name such as take.a2f.json has two endings.
    let file_stem = paths::stem(curves);
    let stem = file_stem.strip_suffix(".a2f").unwrap_or(&file_stem);
    let folder = curves
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let files = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let mut sounds: Vec<PathBuf> = (files.flatten().map(|file| file.path()))
        .filter(|path| is_sound_file(path) && paths::stem(path) == stem)
        .collect();
    sounds.sort();
    let sound = sounds.into_iter().next()?;
    Some(curves.with_file_name(sound.file_name()?))
}
