//! Real recordings with phone times, read from a folder.
//!
//! ```text
//! manifest.tsv                     a header line; columns id, speaker, language (or lang), split (optional)
//! audio/.../ID.flac or ID.wav ...  a sound in any supported format, in `audio` or beside the manifest
//! phones/ID.csv or ID.phones.csv   a header line; start, end (seconds), phone (ARPABET or IPA)
//! ```
//!
//! Recordings without a phone file are skipped. An empty label is silence. Other CSV files, such as
//! captured curves, are ignored.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use metaface_clip::{Phone, PhoneSpan, phones_of_ipa};
use metaface_core::audio::{AudioError, Sound, is_sound_file};

/// Depth of the search for files in sub-folders.
const DEEPEST: usize = 4;

/// Speech with known phone times.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    /// A unique name within its corpus.
    pub id: String,
    /// The name of the voice or person.
    pub speaker: String,
    /// A language tag such as `en` or `fr`.
    pub language: String,
    /// 16 kHz mono samples, -1 to 1.
    pub samples: Vec<f32>,
    /// Phones in order, without overlap; gaps are silence.
    pub phones: Vec<PhoneSpan>,
}

/// An error in a folder of recordings.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// A file or folder could not be read.
    #[error("cannot read the file or folder ({source}): {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is malformed.
    #[error("{}, line {line}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A sound cannot be used.
    #[error(transparent)]
    Sound(#[from] AudioError),
}

impl RecordingError {
    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }

    fn malformed(path: &Path, line: usize, reason: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_path_buf(),
            line,
            reason: reason.into(),
        }
    }
}

/// A folder of aligned recordings. The phones are in memory; sound is read on demand.
#[derive(Debug, Clone)]
pub struct AlignedSpeech {
    recordings: Vec<AlignedRecording>,
}

/// One recording with known phone times.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedRecording {
    /// A unique name within the folder.
    pub id: String,
    /// The speaker's name.
    pub speaker: String,
    /// A language tag, spelled as in the manifest.
    pub language: String,
    /// The split, such as `train` or `valid`; empty if the manifest has no splits.
    pub split: String,
    /// Phones in order, without overlap.
    pub phones: Vec<PhoneSpan>,
    sound: PathBuf,
}

/// Reads the recordings of a split with their sounds; `None` reads all recordings.
///
/// # Errors
///
/// [`RecordingError`] if a file is missing or malformed.
pub fn read_aligned(folder: &Path, split: Option<&str>) -> Result<Vec<Utterance>, RecordingError> {
    AlignedSpeech::open(folder)?
        .recordings()
        .iter()
        .filter(|recording| split.is_none_or(|split| split == recording.split))
        .map(AlignedRecording::utterance)
        .collect()
}

impl AlignedRecording {
    /// Reads the sound.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] if the file cannot be read or decoded.
    pub fn utterance(&self) -> Result<Utterance, RecordingError> {
        Ok(Utterance {
            id: self.id.clone(),
            speaker: self.speaker.clone(),
            language: self.language.clone(),
            samples: Sound::open(&self.sound)?.samples,
            phones: self.phones.clone(),
        })
    }
}

impl AlignedSpeech {
    /// Reads the manifest and the phone files.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] if the manifest, a column or the sound of a phone file is missing, or if
    /// a label or time is invalid.
    pub fn open(folder: &Path) -> Result<Self, RecordingError> {
        let manifest = folder.join("manifest.tsv");
        let text = fs::read_to_string(&manifest).map_err(RecordingError::io(&manifest))?;
        let mut sounds = BTreeMap::new();
        let mut labels = BTreeMap::new();
        find_files(folder, DEEPEST, &mut sounds, &mut labels)?;

        let mut lines = text.lines().enumerate();
        let header: Vec<&str> = lines
            .next()
            .map_or("", |(_, line)| line)
            .split('\t')
            .collect();
        let column = |names: &[&str]| header.iter().position(|title| names.contains(title));
        let required = |names: &[&str]| {
            column(names).ok_or_else(|| {
                RecordingError::malformed(
                    &manifest,
                    1,
                    format!("no column named {}", names.join(" or ")),
                )
            })
        };
        let id = required(&["id"])?;
        let speaker = required(&["speaker"])?;
        let language = required(&["language", "lang"])?;
        let split = column(&["split"]);

        let mut recordings = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let fields: Vec<&str> = line.split('\t').collect();
            let field = |index: usize| {
                fields
                    .get(index)
                    .map(|field| (*field).to_owned())
                    .ok_or_else(|| {
                        RecordingError::malformed(
                            &manifest,
                            number + 1,
                            format!("fewer than {} columns", index + 1),
                        )
                    })
            };
            let name = field(id)?;
            let Some(label_path) = labels.get(&name) else {
                continue;
            };
            let Some(sound) = sounds.get(&name) else {
                return Err(RecordingError::malformed(
                    &manifest,
                    number + 1,
                    format!("{name:?} has a phone file but no sound; add {name}.wav or .flac"),
                ));
            };
            let tag = field(language)?;
            recordings.push(AlignedRecording {
                phones: read_phones(label_path, &tag)?,
                id: name,
                speaker: field(speaker)?,
                language: tag,
                split: split.map_or(Ok(String::new()), field)?,
                sound: sound.clone(),
            });
        }
        Ok(Self { recordings })
    }

    /// All recordings with phones, in the manifest's order.
    pub fn recordings(&self) -> &[AlignedRecording] {
        &self.recordings
    }
}

/// Finds the sound and phone files, by id.
fn find_files(
    folder: &Path,
    deepest: usize,
    sounds: &mut BTreeMap<String, PathBuf>,
    labels: &mut BTreeMap<String, PathBuf>,
) -> Result<(), RecordingError> {
    let unread = |source| RecordingError::io(folder)(source);
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            if deepest > 1 {
                find_files(&path, deepest - 1, sounds, labels)?;
            }
            continue;
        }
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        if is_sound_file(&path) {
            sounds.insert(stem.to_owned(), path.clone());
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
        {
            let id = stem.strip_suffix(".phones");
            // Only the folders below the manifest's folder.
            let mut below = folder.iter().rev().take(DEEPEST - deepest);
            let mut in_phones = || below.any(|part| part == "phones");
            if let Some(id) = id.or_else(|| in_phones().then_some(stem)) {
                labels.insert(id.to_owned(), path.clone());
            }
        }
    }
    Ok(())
}

fn read_phones(path: &Path, language: &str) -> Result<Vec<PhoneSpan>, RecordingError> {
    let text = fs::read_to_string(path).map_err(RecordingError::io(path))?;
    let mut spans: Vec<PhoneSpan> = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let bad = |reason: String| RecordingError::malformed(path, number + 1, reason);
        let mut fields = line.splitn(3, ',').map(str::trim);
        let (Some(start), Some(end), Some(label)) = (fields.next(), fields.next(), fields.next())
        else {
            return Err(bad("expected start,end,phone".to_owned()));
        };
        let time = |field: &str| {
            field
                .parse::<f32>()
                .ok()
                .filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
                .ok_or_else(|| bad(format!("{field:?} is not a time in seconds")))
        };
        let (start, end) = (time(start)?, time(end)?);
        let reached = spans.last().map_or(0.0, |span| span.end);
        // An overlap of 10 ms is a rounding error; more is a mistake.
        if end < start || start < reached - 0.011 {
            return Err(bad(format!("{start} to {end} s is out of order")));
        }
        let label = label.trim_matches('"');
        let phones = phones_of_label(label, language)
            .ok_or_else(|| bad(format!("{label:?} is neither ARPABET nor IPA")))?;
        let start = start.max(reached);
        let step = (end - start) / phones.len() as f32;
        if step <= 0.0 {
            continue;
        }
        spans.extend(phones.iter().enumerate().map(|(index, phone)| PhoneSpan {
            phone: *phone,
            start: start + step * index as f32,
            end: start + step * (index + 1) as f32,
        }));
    }
    Ok(spans)
}

/// Parses ARPABET, else IPA. Joined labels such as `PT` give several phones.
fn phones_of_label(label: &str, language: &str) -> Option<Vec<Phone>> {
    if let Some(phone) = Phone::from_label(label) {
        return Some(vec![phone]);
    }
    phones_of_ipa(&label.to_lowercase(), language)
        .ok()
        .filter(|phones| !phones.is_empty())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{AlignedSpeech, read_aligned};
    use metaface_clip::Phone;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        std::fs::write(path, text).expect("written");
    }

    fn tone(folder: &Path, name: &str, rate: u32) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).expect("wav");
        for index in 0..rate {
            writer
                .write_sample((index % 100 * 50) as i16)
                .expect("sample");
        }
        writer.finalize().expect("wav");
    }

    #[test]
    fn nested_and_flat_folders_are_read() {
        let pool = tempfile::tempdir().expect("folder");
        write(
            pool.path(),
            "manifest.tsv",
            "id\tspeaker\tlanguage\tsplit\na1\tann\ten\ttrain\nb1\tbob\ten\tvalid\nc1\tcy\tar\ttrain\n",
        );
        write(
            pool.path(),
            "phones/a1.csv",
            "start_s,end_s,phone\n0.00,0.37,SIL\n0.37,0.46,K\n0.46,0.50,AE1\n",
        );
        write(
            pool.path(),
            "phones/b1.csv",
            "start_s,end_s,phone\n0.00,0.37,M\n",
        );
        for name in ["audio/ann/a1.wav", "audio/bob/b1.wav", "audio/cy/c1.wav"] {
            tone(pool.path(), name, 16_000);
        }
        let train = read_aligned(pool.path(), Some("train")).expect("readable");
        assert_eq!(train.len(), 1, "c1 has no phones");
        assert_eq!(
            (train[0].speaker.as_str(), train[0].samples.len()),
            ("ann", 16_000)
        );
        assert_eq!(train[0].phones[2].phone, Phone::Ae);
        assert_eq!(read_aligned(pool.path(), None).expect("readable").len(), 2);

        let flat = tempfile::tempdir().expect("folder");
        write(
            flat.path(),
            "manifest.tsv",
            "id\tlang\tspeaker\nx\teng\tmary\n",
        );
        write(
            flat.path(),
            "x.phones.csv",
            "start,end,label\n0.0,0.1,\"\"\n0.1,0.2,\"ə\"\n0.2,0.4,\"PT\"\n",
        );
        tone(flat.path(), "x.wav", 48_000);
        // Captured curves of the same name.
        write(flat.path(), "x.csv", "Timecode,JawOpen\n");
        write(flat.path(), "curves/x.csv", "Timecode,JawOpen\n");
        let utterances = read_aligned(flat.path(), None).expect("readable");
        let spans = &utterances[0].phones;
        assert_eq!(utterances[0].samples.len(), 16_000);
        let phones: Vec<Phone> = spans.iter().map(|span| span.phone).collect();
        assert_eq!(phones, [Phone::Sil, Phone::Ax, Phone::P, Phone::T]);
        assert!((spans[3].start - 0.3).abs() < 1e-6);
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        for (phones, expected) in [
            ("start,end,phone\n0.0,0.1,QЖ\n", "neither ARPABET nor IPA"),
            ("start,end,phone\n0.0,x,M\n", "not a time"),
            ("start,end,phone\n0.0,0.5,M\n0.1,0.6,B\n", "out of order"),
            ("start,end,phone\n0.0,0.5\n", "expected start,end,phone"),
        ] {
            let folder = tempfile::tempdir().expect("folder");
            write(
                folder.path(),
                "manifest.tsv",
                "id\tspeaker\tlang\nx\tmary\ten\n",
            );
            write(folder.path(), "x.phones.csv", phones);
            tone(folder.path(), "x.wav", 16_000);
            let error = AlignedSpeech::open(folder.path())
                .expect_err(expected)
                .to_string();
            assert!(
                error.contains(expected) && error.contains("x.phones.csv, line"),
                "{error}"
            );
        }
        let folder = tempfile::tempdir().expect("folder");
        write(folder.path(), "manifest.tsv", "id\tvoice\nx\tmary\n");
        let error = AlignedSpeech::open(folder.path())
            .expect_err("no speaker")
            .to_string();
        assert!(error.contains("no column named speaker"), "{error}");
    }

    #[test]
    fn the_training_and_the_held_out_recordings_are_read_and_share_no_speaker() {
        let shared = std::env::var_os("METAFACE_SHARED").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            Into::into,
        );
        let (pool, held_out) = (shared.join("speech_pool"), shared.join("speech_aligned"));
        if !pool.exists() || !held_out.exists() {
            println!("skipped: {} absent", shared.display());
            return;
        }
        let pool = AlignedSpeech::open(&pool).expect("readable");
        let held_out = AlignedSpeech::open(&held_out).expect("readable");
        assert_eq!(pool.recordings().len(), 901);
        assert_eq!(held_out.recordings().len(), 14);
        for recording in held_out.recordings() {
            // LibriSpeech readers are numbered: ls61 in one folder is librispeech61 in the other.
            let name = recording.speaker.replace("librispeech", "ls");
            assert!(
                pool.recordings().iter().all(|known| known.speaker != name),
                "{name}"
            );
            let sound = recording.utterance().expect("readable");
            let end = sound.phones.last().expect("phones").end;
            let length = sound.samples.len() as f32 / 16_000.0;
            assert!(
                (length - end).abs() < 0.1,
                "{}: {length} s, labels to {end} s",
                recording.id
            );
        }
        let flac = pool.recordings()[0].utterance().expect("readable");
        assert!(flac.samples.iter().any(|sample| sample.abs() > 0.01));
    }
}
