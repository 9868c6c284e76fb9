//! A few minutes of the corpus in two files: a sound and its index.
//!
//! ```text
//! 0000.wav     utterances one after another, 16 kHz, 16 bit, mono
//! 0000.jsonl   a header line with the skipped phone names, then one line per utterance
//! ```
//!
//! The index is written last, first under another name: if it exists, the shard is complete.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use super::synthesis::ShardContent;
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::audio::SAMPLE_RATE;
use metaface_evaluation::recordings::Utterance;

/// An utterance in the index.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusEntry {
    /// A unique name within the corpus.
    pub id: String,
    /// The voice.
    pub speaker: String,
    /// A language tag.
    pub language: String,
    /// The spoken text.
    pub text: String,
    /// Phones in order, without gaps.
    pub phones: Vec<PhoneSpan>,
    shard: usize,
    first_sample: u32,
    samples: u32,
}

impl CorpusEntry {
    /// Length in seconds.
    pub fn seconds(&self) -> f32 {
        self.samples as f32 / SAMPLE_RATE as f32
    }
}

#[derive(Serialize, Deserialize)]
struct ShardHeader {
    left_out: BTreeMap<String, usize>,
}

#[derive(Serialize, Deserialize)]
struct IndexLine {
    id: String,
    speaker: String,
    language: String,
    text: String,
    first_sample: u32,
    samples: u32,
    phones: Vec<(String, f32, f32)>,
}

const REMEDY: &str = "delete this shard's two files and make the corpus again";

fn index_path(folder: &Path, shard: usize) -> PathBuf {
    folder.join(format!("{shard:04}.jsonl"))
}

fn sound_path(folder: &Path, shard: usize) -> PathBuf {
    folder.join(format!("{shard:04}.wav"))
}

pub(super) fn is_complete(folder: &Path, shard: usize) -> bool {
    index_path(folder, shard).exists()
}

/// Reads a shard's index: its entries, and the unknown phone names with their counts.
pub(super) fn read_index(
    folder: &Path,
    shard: usize,
) -> Result<(Vec<CorpusEntry>, BTreeMap<String, usize>), CorpusError> {
    let path = index_path(folder, shard);
    let text = fs::read_to_string(&path).map_err(CorpusError::io("read the file", &path))?;
    let bad = |number: usize, reason: String| {
        CorpusError::malformed(&path, Some(number + 1), format!("{reason}; {REMEDY}"))
    };
    let mut lines = text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line);
    let header: ShardHeader =
        serde_json::from_str(first).map_err(|error| bad(0, error.to_string()))?;
    let mut entries = Vec::new();
    for (number, json) in lines {
        let line: IndexLine =
            serde_json::from_str(json).map_err(|error| bad(number, error.to_string()))?;
        let phones = line
            .phones
            .iter()
            .map(|(label, start, end)| {
                let phone = Phone::from_label(label)
                    .ok_or_else(|| bad(number, format!("unknown phone {label:?}")))?;
                Ok(PhoneSpan {
                    phone,
                    start: *start,
                    end: *end,
                })
            })
            .collect::<Result<_, CorpusError>>()?;
        entries.push(CorpusEntry {
            id: line.id,
            speaker: line.speaker,
            language: line.language,
            text: line.text,
            phones,
            shard,
            first_sample: line.first_sample,
            samples: line.samples,
        });
    }
    Ok((entries, header.left_out))
}

/// Reads an entry's sound.
pub(super) fn read_sound(folder: &Path, entry: &CorpusEntry) -> Result<Vec<f32>, CorpusError> {
    let path = sound_path(folder, entry.shard);
    let broken =
        |source: hound::Error| CorpusError::malformed(&path, None, format!("{source}; {REMEDY}"));
    let mut reader = hound::WavReader::open(&path).map_err(broken)?;
    if u64::from(reader.duration()) < u64::from(entry.first_sample) + u64::from(entry.samples) {
        let reason = format!("shorter than its index; {REMEDY}");
        return Err(CorpusError::malformed(&path, None, reason));
    }
    reader
        .seek(entry.first_sample)
        .map_err(|source| broken(source.into()))?;
    reader
        .samples::<i16>()
        .take(entry.samples as usize)
        .map(|sample| sample.map(|value| f32::from(value) / 32768.0))
        .collect::<Result<_, _>>()
        .map_err(broken)
}

/// Writes a shard and returns its length in seconds.
pub(super) fn write(
    folder: &Path,
    shard: usize,
    content: &ShardContent,
) -> Result<f32, CorpusError> {
    let (sound, index) = (sound_path(folder, shard), index_path(folder, shard));
    let partial = sound.with_extension("wav.partial");
    let unwritten = |source: hound::Error| {
        CorpusError::io("write the file", &partial)(match source {
            hound::Error::IoError(source) => source,
            other => std::io::Error::other(other),
        })
    };
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut lines = to_json(
        &index,
        &ShardHeader {
            left_out: content.unknown.clone(),
        },
    )?;
    lines.push('\n');
    let mut writer = hound::WavWriter::create(&partial, spec).map_err(unwritten)?;
    let mut first_sample = 0;
    for (utterance, text) in &content.utterances {
        for sample in &utterance.samples {
            let value = (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16;
            writer.write_sample(value).map_err(unwritten)?;
        }
        let line = index_line(utterance, text, first_sample);
        first_sample += line.samples;
        lines.push_str(&to_json(&index, &line)?);
        lines.push('\n');
    }
    writer.finalize().map_err(unwritten)?;
    fs::rename(&partial, &sound).map_err(CorpusError::io("write the file", &sound))?;
    write_atomically(&index, lines.as_bytes())?;
    Ok(first_sample as f32 / SAMPLE_RATE as f32)
}

fn index_line(utterance: &Utterance, text: &str, first_sample: u32) -> IndexLine {
    // 0.1 ms is finer than the accuracy of any label.
    let rounded = |seconds: f32| (seconds * 10_000.0).round() / 10_000.0;
    IndexLine {
        id: utterance.id.clone(),
        speaker: utterance.speaker.clone(),
        language: utterance.language.clone(),
        text: text.to_owned(),
        first_sample,
        samples: utterance.samples.len() as u32,
        phones: utterance
            .phones
            .iter()
            .map(|span| {
                let label = span.phone.label().to_owned();
                (label, rounded(span.start), rounded(span.end))
            })
            .collect(),
    }
}

pub(super) fn to_json(path: &Path, value: &impl Serialize) -> Result<String, CorpusError> {
    serde_json::to_string(value)
        .map_err(|error| CorpusError::malformed(path, None, error.to_string()))
}

/// Writes to a temporary file and renames it, so that `path` is never half written.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    let partial = path.with_extension("partial");
    fs::File::create(&partial)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path))
        .map_err(CorpusError::io("write the file", path))
}
