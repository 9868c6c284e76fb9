//! Finds the recordings of a folder.
//!
//! [`AlignedSpeech`] finds the phone times. Curves are clip files whose names begin with the
//! recording's id and a dot.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use metaface_core::audio::{AudioError, Sound, is_sound_file};
use metaface_core::clip::PhoneSpan;
use metaface_evaluation::recordings::{AlignedRecording, AlignedSpeech};
use metaface_exporters::{Format, FormatError};

use crate::failure::Failure;
use crate::paths;

/// Depth of the search in subfolders.
const MAX_DEPTH: usize = 4;

/// A sound with phone times or captured curves.
pub struct Recording {
    /// Unique in its folder.
    pub id: String,
    /// The speaker.
    pub speaker: String,
    /// Empty if unknown.
    pub language: String,
    /// Empty if unknown.
    pub split: String,
    /// Empty if unknown.
    pub phones: Vec<PhoneSpan>,
    /// The file of the captured curves.
    pub curves: Option<PathBuf>,
    sound: SoundSource,
}

enum SoundSource {
    Aligned(AlignedRecording),
    File(PathBuf),
}

impl Recording {
    /// Reads the sound.
    pub fn sound(&self) -> Result<Sound, Failure> {
        Ok(match &self.sound {
            SoundSource::Aligned(recording) => match recording.utterance()?.samples {
                samples if samples.is_empty() => {
                    let name = self.id.clone();
                    return Err(AudioError::Empty { name }.into());
                }
                samples => Sound::from_samples(&samples, 16_000, 1)?,
            },
            SoundSource::File(path) => Sound::open(path)?,
        })
    }
}

/// Finds every recording with phone times or curves: first those with phone times, in the order of the
/// manifest, then the others by name.
pub fn find(folder: &Path, curves_folder: Option<&Path>) -> Result<Vec<Recording>, Failure> {
    let files = list_files(folder)?;
    let curves = match curves_folder {
        Some(other) => CurveFiles::among(other, &list_files(other)?),
        None => CurveFiles::among(folder, &files),
    };
    let manifest = folder.join("manifest.tsv");
    let (aligned, rows) = if manifest.exists() {
        let speech = AlignedSpeech::open(folder)?;
        (speech.recordings().to_vec(), manifest_rows(&manifest)?)
    } else {
        (Vec::new(), BTreeMap::new())
    };
    let aligned_ids: BTreeSet<String> = (aligned.iter())
        .map(|recording| recording.id.clone())
        .collect();
    let mut recordings: Vec<Recording> = (aligned.into_iter())
        .map(|recording| Recording {
            id: recording.id.clone(),
            speaker: recording.speaker.clone(),
            language: recording.language.clone(),
            split: recording.split.clone(),
            phones: recording.phones.clone(),
            curves: curves.of(&recording.id),
            sound: SoundSource::Aligned(recording),
        })
        .collect();
    for path in files.iter().filter(|path| is_sound_file(path)) {
        let id = paths::stem(path);
        let Some(captured) = curves.of(&id).filter(|_| !aligned_ids.contains(&id)) else {
            continue;
        };
        let row = rows.get(&id);
        recordings.push(Recording {
            speaker: row.map_or_else(|| speaker_of(&id).to_owned(), |row| row.speaker.clone()),
            language: row.map(|row| row.language.clone()).unwrap_or_default(),
            split: row.map(|row| row.split.clone()).unwrap_or_default(),
            phones: Vec::new(),
            curves: Some(captured),
            sound: SoundSource::File(path.clone()),
            id,
        });
    }
    if recordings.is_empty() {
        return Err(Failure::Usage(format!(
            "no recordings in {}: no sound has phone times or captured curves; list phone times in \
             manifest.tsv with ID.phones.csv, or put ID.csv beside ID.wav, or name the folder of the curves with --curves",
            folder.display()
        )));
    }
    Ok(recordings)
}

/// The speaker in an id: the part before the last `_` and a number, `anna` in `anna_12`.
fn speaker_of(id: &str) -> &str {
    match id.rsplit_once('_') {
        Some((speaker, number))
            if !speaker.is_empty()
                && !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            speaker
        }
        _ => id,
    }
}

/// Candidate files of curves, with their names. Curve formats come before scenes, because a scene may
/// be an animation of the same line; short names come before long ones.
struct CurveFiles(Vec<(String, PathBuf)>);

impl CurveFiles {
    fn among(folder: &Path, files: &[PathBuf]) -> Self {
        let is_phones = |path: &Path, name: &str| {
            let relative = path.strip_prefix(folder).unwrap_or(path);
            name.to_lowercase().ends_with(".phones.csv")
                || relative.iter().any(|part| part == "phones")
        };
        let mut found: Vec<(u8, usize, String, PathBuf)> = (files.iter())
            .filter_map(|path| {
                let name = path.file_name()?.to_string_lossy().into_owned();
                let rank = rank(path).filter(|_| !is_phones(path, &name))?;
                Some((rank, name.len(), name, path.clone()))
            })
            .collect();
        found.sort();
        let named_path = |(_, _, name, path)| (name, path);
        Self(found.into_iter().map(named_path).collect())
    }

    /// The first file whose name begins with the id and a dot.
    fn of(&self, id: &str) -> Option<PathBuf> {
        let is_named = |name: &str| {
            name.strip_prefix(id)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        let found = self.0.iter().find(|(name, _)| is_named(name));
        found.map(|(_, path)| path.clone())
    }
}

/// Lower ranks are preferred; `None` for files without curves.
fn rank(path: &Path) -> Option<u8> {
    let format = Format::of(path)?;
    format.spec().is_read.then_some(match format {
        Format::Csv => 0,
        _ if !format.is_scene() => 1,
        _ => 2,
    })
}

/// All files of a folder and its subfolders, sorted.
fn list_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    collect(folder, MAX_DEPTH, &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder).map_err(read_error(folder))? {
        let path = entry.map_err(read_error(folder))?.path();
        if !path.is_dir() {
            files.push(path);
        } else if depth > 1 {
            collect(&path, depth - 1, files)?;
        }
    }
    Ok(())
}

fn read_error(path: &Path) -> impl Fn(std::io::Error) -> FormatError {
    move |source| FormatError::Read {
        path: path.to_owned(),
        source,
    }
}

struct ManifestRow {
    speaker: String,
    language: String,
    split: String,
}

/// The manifest's rows by id. [`AlignedSpeech`] has checked its columns.
fn manifest_rows(manifest: &Path) -> Result<BTreeMap<String, ManifestRow>, Failure> {
    let text = std::fs::read_to_string(manifest).map_err(read_error(manifest))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let rows = lines.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |names: &[&str]| {
            let column = header.iter().position(|title| names.contains(title));
            let text = column.and_then(|column| fields.get(column));
            text.map(|text| (*text).to_owned()).unwrap_or_default()
        };
        let row = ManifestRow {
            speaker: field(&["speaker"]),
            language: field(&["language", "lang"]),
            split: field(&["split"]),
        };
        (field(&["id"]), row)
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CurveFiles, find, speaker_of};

    #[test]
    fn a_number_at_the_end_of_an_id_is_not_part_of_the_speaker() {
        for (id, speaker) in [
            ("president_a_12", "president_a"),
            ("anna", "anna"),
            ("anna_x", "anna_x"),
            ("_3", "_3"),
            ("anna_", "anna_"),
        ] {
            assert_eq!(speaker_of(id), speaker);
        }
    }

    #[test]
    fn curves_are_found_by_the_id_of_their_recording() {
        // Only names below the folder count, not its own path.
        let folder = Path::new("/phones/takes");
        let files = [
            "a.glb",
            "a.csv",
            "b.mediapipe52.csv",
            "c.1.take.csv",
            "d.phones.csv",
            "phones/e.csv",
            "f.a2f.json",
            "g.wav",
        ];
        let curves = CurveFiles::among(folder, &files.map(|file| folder.join(file)));
        let of = |id: &str| curves.of(id);
        for (id, file) in [
            ("a", Some("a.csv")),
            ("b", Some("b.mediapipe52.csv")),
            ("c.1", Some("c.1.take.csv")),
            ("d", None),
            ("e", None),
            ("f", Some("f.a2f.json")),
            ("g", None),
        ] {
            assert_eq!(of(id), file.map(|file| folder.join(file)), "{id}");
        }
    }

    #[test]
    fn the_error_of_a_folder_without_recordings_names_a_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.wav"), "").expect("written");
        let message = find(folder.path(), None)
            .err()
            .map(|error| error.to_string());
        let message = message.unwrap_or_default();
        assert!(message.contains("ID.csv beside ID.wav"), "{message}");
        assert!(find(Path::new("no such folder"), None).is_err());
    }
}
