//! Real recordings with phone times, read from their own folder.
//!
//! ```text
//! manifest.tsv                     a header line; columns id, speaker, language (or lang), split (optional)
//! audio/.../ID.flac  or ID.wav ...  sound of any usual kind, in `audio` with sub-folders or beside the manifest
//! phones/ID.csv  or  ID.phones.csv a header line; start, end (seconds), phone (ARPABET or IPA)
//! ```
//!
//! Recordings without a phone file are passed over; an empty label is silence. Other CSV files, such
//! as captured curves, are none of phones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::CorpusError;
use super::ipa::phones_of_ipa;
use crate::audio::{Sound, is_sound_file};
use crate::training::{Phone, PhoneSpan, Utterance};

/// Folders in folders that are searched for sound.
const DEEPEST: usize = 4;

/// A folder of aligned recordings: the manifest in memory, sound read as it is asked for.
#[derive(Debug, Clone)]
pub struct AlignedSpeech {
    recordings: Vec<AlignedRecording>,
}

/// One recording with known phone times.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedRecording {
    /// A name unique within the folder.
    pub id: String,
    /// Who speaks.
    pub speaker: String,
    /// A language tag, as the manifest spells it.
    pub language: String,
    /// Which split it belongs to, such as `train` or `valid`; empty where the manifest has none.
    pub split: String,
    /// Phones in order, without overlap.
    pub phones: Vec<PhoneSpan>,
    sound: PathBuf,
}

/// Reads every recording of a split with its sound; `None` takes all.
///
/// # Errors
///
/// [`CorpusError`] names the file that is missing or wrong.
pub fn read_aligned(folder: &Path, split: Option<&str>) -> Result<Vec<Utterance>, CorpusError> {
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
    /// [`CorpusError`] when the file cannot be read or decoded.
    pub fn utterance(&self) -> Result<Utterance, CorpusError> {
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
    /// [`CorpusError`]: no manifest, a column missing, a label or time that makes no sense, a
    /// phone file whose sound is missing.
    pub fn open(folder: &Path) -> Result<Self, CorpusError> {
        let manifest = folder.join("manifest.tsv");
        let text = fs::read_to_string(&manifest).map_err(CorpusError::io("read", &manifest))?;
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
        let needed = |names: &[&str]| {
            column(names).ok_or_else(|| {
                CorpusError::malformed(
                    &manifest,
                    Some(1),
                    format!("no column named {}", names.join(" or ")),
                )
            })
        };
        let id = needed(&["id"])?;
        let speaker = needed(&["speaker"])?;
        let language = needed(&["language", "lang"])?;
        let split = column(&["split"]);

        let mut recordings = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let fields: Vec<&str> = line.split('\t').collect();
            let field = |index: usize| {
                fields
                    .get(index)
                    .map(|field| (*field).to_owned())
                    .ok_or_else(|| {
                        CorpusError::malformed(
                            &manifest,
                            Some(number + 1),
                            format!("fewer than {} columns", index + 1),
                        )
                    })
            };
            let name = field(id)?;
            let Some(label_path) = labels.get(&name) else {
                continue;
            };
            let Some(sound) = sounds.get(&name) else {
                return Err(CorpusError::malformed(
                    &manifest,
                    Some(number + 1),
                    format!(
                        "there are phones of {name:?} but no sound {name}.wav, .flac or the like"
                    ),
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

    /// Every recording that has phones, in the manifest's order.
    pub fn recordings(&self) -> &[AlignedRecording] {
        &self.recordings
    }
}

/// Sound and phone files by the id they are named after.
fn find_files(
    folder: &Path,
    deepest: usize,
    sounds: &mut BTreeMap<String, PathBuf>,
    labels: &mut BTreeMap<String, PathBuf>,
) -> Result<(), CorpusError> {
    let unread = |source| CorpusError::io("read", folder)(source);
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
            // Of the folder's path only what lies below the manifest's folder.
            let mut below = folder.iter().rev().take(DEEPEST - deepest);
            let mut in_phones = || below.any(|part| part == "phones");
            if let Some(id) = id.or_else(|| in_phones().then_some(stem)) {
                labels.insert(id.to_owned(), path.clone());
            }
        }
    }
    Ok(())
}

fn read_phones(path: &Path, language: &str) -> Result<Vec<PhoneSpan>, CorpusError> {
    let text = fs::read_to_string(path).map_err(CorpusError::io("read", path))?;
    let mut spans: Vec<PhoneSpan> = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let bad = |reason: String| CorpusError::malformed(path, Some(number + 1), reason);
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
        // A hundredth of overlap is rounding, more is a mistake.
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
        spans.extend(phones.iter().enumerate().map(|(place, phone)| PhoneSpan {
            phone: *phone,
            start: start + step * place as f32,
            end: start + step * (place + 1) as f32,
        }));
    }
    Ok(spans)
}

/// ARPABET first, then IPA; run-together labels such as `PT` give several phones.
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
    use crate::training::Phone;

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
    fn a_pool_with_folders_and_a_flat_folder_are_both_read() {
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
        let said = read_aligned(flat.path(), None).expect("readable");
        assert_eq!(said[0].samples.len(), 16_000);
        let phones: Vec<Phone> = said[0].phones.iter().map(|span| span.phone).collect();
        assert_eq!(phones, [Phone::Sil, Phone::Ax, Phone::P, Phone::T]);
        assert!((said[0].phones[3].start - 0.3).abs() < 1e-6);
    }

    #[test]
    fn mistakes_are_named_with_file_and_line() {
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
    fn the_shared_pool_and_the_aligned_speech_are_read_and_share_no_speaker() {
        let shared = std::env::var_os("METAFACE_SHARED").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
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
        for judge in held_out.recordings() {
            // LibriSpeech readers are numbered: ls61 in one folder is librispeech61 in the other.
            let name = judge.speaker.replace("librispeech", "ls");
            assert!(
                pool.recordings().iter().all(|known| known.speaker != name),
                "{name}"
            );
            let sound = judge.utterance().expect("readable");
            let end = sound.phones.last().expect("phones").end;
            let length = sound.samples.len() as f32 / 16_000.0;
            assert!(
                (length - end).abs() < 0.1,
                "{}: {length} s, labels to {end} s",
                judge.id
            );
        }
        let flac = pool.recordings()[0].utterance().expect("readable");
        assert!(flac.samples.iter().any(|sample| sample.abs() > 0.01));
    }
}
