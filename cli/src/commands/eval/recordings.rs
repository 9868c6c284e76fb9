//! What there is to judge in a folder.
//!
//! Phone times are found as [`AlignedSpeech`] finds them. Curves are files that a clip can be read
//! from whose name is the recording's, a dot and anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use metaface_core::audio::{AudioError, Sound, is_sound_file};
use metaface_core::training::PhoneSpan;
use metaface_core::training::corpus::{AlignedRecording, AlignedSpeech};
use metaface_exporters::{ExportError, Format};

use crate::failure::Failure;
use crate::paths;

/// Folders in folders that are searched.
const DEEPEST: usize = 4;

/// A sound and what its animation can be judged by.
pub struct Recording {
    /// Unique in its folder.
    pub id: String,
    /// Who speaks.
    pub speaker: String,
    /// Empty where nobody says.
    pub language: String,
    /// Empty where nobody says.
    pub split: String,
    /// Empty where they are not known.
    pub phones: Vec<PhoneSpan>,
    /// What the face did.
    pub curves: Option<PathBuf>,
    source: Source,
}

enum Source {
    Aligned(AlignedRecording),
    File(PathBuf),
}

impl Recording {
    /// Reads the sound.
    pub fn sound(&self) -> Result<Sound, Failure> {
        Ok(match &self.source {
            Source::Aligned(recording) => match recording.utterance()?.samples {
                samples if samples.is_empty() => {
                    let name = self.id.clone();
                    return Err(AudioError::Empty { name }.into());
                }
                samples => Sound::from_samples(&samples, 16_000, 1)?,
            },
            Source::File(path) => Sound::open(path)?,
        })
    }
}

/// Every recording with phone times or curves: those with phone times in the manifest's order,
/// then the others by name.
pub fn find(folder: &Path, curves: Option<&Path>) -> Result<Vec<Recording>, Failure> {
    let files = files(folder)?;
    let curves = match curves {
        Some(other) => Curves::among(other, &self::files(other)?),
        None => Curves::among(folder, &files),
    };
    let manifest = folder.join("manifest.tsv");
    let (aligned, rows) = if manifest.exists() {
        let speech = AlignedSpeech::open(folder)?;
        (speech.recordings().to_vec(), rows(&manifest)?)
    } else {
        (Vec::new(), BTreeMap::new())
    };
    let with_phones: BTreeSet<String> = aligned.iter().map(|found| found.id.clone()).collect();
    let mut recordings: Vec<Recording> = (aligned.into_iter())
        .map(|found| Recording {
            id: found.id.clone(),
            speaker: found.speaker.clone(),
            language: found.language.clone(),
            split: found.split.clone(),
            phones: found.phones.clone(),
            curves: curves.of(&found.id),
            source: Source::Aligned(found),
        })
        .collect();
    for path in files.iter().filter(|path| is_sound_file(path)) {
        let id = paths::stem(path);
        let Some(found) = curves.of(&id).filter(|_| !with_phones.contains(&id)) else {
            continue;
        };
        let row = rows.get(&id);
        recordings.push(Recording {
            speaker: row.map_or_else(|| speaker_of(&id).to_owned(), |row| row.speaker.clone()),
            language: row.map(|row| row.language.clone()).unwrap_or_default(),
            split: row.map(|row| row.split.clone()).unwrap_or_default(),
            phones: Vec::new(),
            curves: Some(found),
            source: Source::File(path.clone()),
            id,
        });
    }
    if recordings.is_empty() {
        return Err(Failure::Usage(format!(
            "nothing to judge in {}: no sound has phone times or captured curves; list phone times in \
             manifest.tsv with ID.phones.csv, or put ID.csv beside ID.wav, or say where curves are with --curves",
            folder.display()
        )));
    }
    Ok(recordings)
}

/// The name before the last `_` and number: `anna` of `anna_12`.
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

/// Files that could hold curves, with their names: tables before scenes, which may be animations
/// of the same line, and short names before long ones.
struct Curves(Vec<(String, PathBuf)>);

impl Curves {
    fn among(folder: &Path, files: &[PathBuf]) -> Self {
        let is_phones = |path: &Path, name: &str| {
            let below = path.strip_prefix(folder).unwrap_or(path);
            name.to_lowercase().ends_with(".phones.csv")
                || below.iter().any(|part| part == "phones")
        };
        let mut found: Vec<(u8, usize, String, PathBuf)> = (files.iter())
            .filter_map(|path| {
                let name = path.file_name()?.to_string_lossy().into_owned();
                let rank = rank(path).filter(|_| !is_phones(path, &name))?;
                Some((rank, name.len(), name, path.clone()))
            })
            .collect();
        found.sort();
        let named = |(_, _, name, path)| (name, path);
        Self(found.into_iter().map(named).collect())
    }

    /// The first file whose name is the id, a dot and anything.
    fn of(&self, id: &str) -> Option<PathBuf> {
        let is_named = |name: &str| {
            name.strip_prefix(id)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        let found = self.0.iter().find(|(name, _)| is_named(name));
        found.map(|(_, path)| path.clone())
    }
}

fn rank(path: &Path) -> Option<u8> {
    match Format::of(path)? {
        Format::Csv => Some(0),
        Format::Audio2Face => Some(1),
        format if format.is_scene() => Some(2),
        _ => None,
    }
}

/// Every file of a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    collect(folder, DEEPEST, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, deepest: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder).map_err(unread(folder))? {
        let path = entry.map_err(unread(folder))?.path();
        if !path.is_dir() {
            found.push(path);
        } else if deepest > 1 {
            collect(&path, deepest - 1, found)?;
        }
    }
    Ok(())
}

fn unread(path: &Path) -> impl Fn(std::io::Error) -> ExportError {
    move |source| ExportError::Read {
        path: path.to_owned(),
        source,
    }
}

struct Row {
    speaker: String,
    language: String,
    split: String,
}

/// The manifest's rows by id. [`AlignedSpeech`] has checked its columns.
fn rows(manifest: &Path) -> Result<BTreeMap<String, Row>, Failure> {
    let text = std::fs::read_to_string(manifest).map_err(unread(manifest))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let rows = lines.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |names: &[&str]| {
            let column = header.iter().position(|title| names.contains(title));
            let field = column.and_then(|column| fields.get(column));
            field.map(|field| (*field).to_owned()).unwrap_or_default()
        };
        let row = Row {
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

    use super::{Curves, find, speaker_of};

    #[test]
    fn a_number_at_the_end_is_the_take_of_a_speaker() {
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
    fn curves_are_named_after_their_recording() {
        // Its own path says nothing about what is in it.
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
        let curves = Curves::among(folder, &files.map(|file| folder.join(file)));
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
    fn a_folder_with_nothing_to_judge_says_what_to_put_there() {
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
