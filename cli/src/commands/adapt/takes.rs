//! Which sound goes with which curves.

use std::path::{Path, PathBuf};

use metaface_core::audio::{Sound, is_sound_file};
use metaface_core::speaker::Take;
use metaface_exporters::Format;

use crate::arguments::AdaptArguments;
use crate::failure::Failure;
use crate::paths;

/// Endings of curves, those first that are captured rather than animated.
const CURVES: [&str; 9] = [
    "csv", "a2f.json", "glb", "gltf", "vrm", "usdc", "usda", "usdz", "usd",
];

/// The files of one take.
pub struct Files {
    sound: PathBuf,
    curves: PathBuf,
}

impl Files {
    /// The takes in the order given. A sound takes the next `--curves`, or those beside it by
    /// name; curves take the next `--audio`, or the sound beside them by name.
    pub fn of(arguments: &AdaptArguments) -> Result<Vec<Self>, Failure> {
        let (sounds, clips): (Vec<&PathBuf>, Vec<&PathBuf>) =
            arguments.inputs.iter().partition(|path| !is_curves(path));
        fits("--curves", &arguments.curves, "sounds", sounds.len())?;
        fits(
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
                    sound: sound.ok_or_else(|| alone(path, "sound", "--audio FILE"))?,
                    curves: path.clone(),
                });
            }
            let curves = curves.next().cloned().or_else(|| curves_beside(path));
            if curves.is_none() && !path.exists() {
                Sound::open(path)?;
            }
            Ok(Self {
                sound: path.clone(),
                curves: curves.ok_or_else(|| alone(path, "curves", "--curves FILE"))?,
            })
        };
        arguments.inputs.iter().map(take).collect()
    }

    /// Both files.
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
    Format::of(path).is_some_and(Format::is_clip)
}

fn fits(option: &str, given: &[PathBuf], what: &str, wanted: usize) -> Result<(), Failure> {
    if given.is_empty() || given.len() == wanted {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{option} is given {} times for {wanted} {what}; give it once for each, in the same order",
        given.len()
    )))
}

fn alone(path: &Path, what: &str, option: &str) -> Failure {
    Failure::Usage(format!(
        "no {what} beside '{}' by its name; say which with {option}",
        path.display()
    ))
}

fn curves_beside(sound: &Path) -> Option<PathBuf> {
    let candidates = CURVES.iter().map(|ending| sound.with_extension(ending));
    candidates.into_iter().find(|path| path.is_file())
}

fn sound_beside(curves: &Path) -> Option<PathBuf> {
    // A name such as take.a2f.json has two endings.
    let stem = paths::stem(curves);
    let stem = stem.strip_suffix(".a2f").unwrap_or(&stem);
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
