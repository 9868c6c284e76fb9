//! A few minutes of the corpus in two files: sound, and an index of it.
//!
//! ```text
//! 0000.wav     utterances one after another, 16 kHz, 16 bit, mono
//! 0000.jsonl   a first line with what was left out, then one line for each utterance
//! ```
//!
//! The index is written last, under another name first: where it is, the shard is whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use super::recite::Recital;
use crate::audio::SAMPLE_RATE;
use crate::training::{Phone, PhoneSpan, Utterance};

/// What the index knows of an utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// A name unique within the corpus.
    pub id: String,
    /// The voice.
    pub speaker: String,
    /// A language tag.
    pub language: String,
    /// What was said.
    pub text: String,
    /// Phones in order, without gaps.
    pub phones: Vec<PhoneSpan>,
    shard: usize,
    first_sample: u32,
    samples: u32,
}

impl Entry {
    /// How long it lasts.
    pub fn seconds(&self) -> f32 {
        self.samples as f32 / SAMPLE_RATE as f32
    }
}

#[derive(Serialize, Deserialize)]
struct Header {
    left_out: BTreeMap<String, usize>,
}

#[derive(Serialize, Deserialize)]
struct Row {
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

pub(super) fn is_whole(folder: &Path, shard: usize) -> bool {
    index_path(folder, shard).exists()
}

/// Reads a shard's index: its entries, and what was left out of it.
pub(super) fn read_index(
    folder: &Path,
    shard: usize,
) -> Result<(Vec<Entry>, BTreeMap<String, usize>), CorpusError> {
    let path = index_path(folder, shard);
    let text = fs::read_to_string(&path).map_err(CorpusError::io("read", &path))?;
    let bad = |line: usize, reason: String| {
        CorpusError::malformed(&path, Some(line + 1), format!("{reason}; {REMEDY}"))
    };
    let mut lines = text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line);
    let header: Header = serde_json::from_str(first).map_err(|error| bad(0, error.to_string()))?;
    let mut entries = Vec::new();
    for (line, json) in lines {
        let row: Row = serde_json::from_str(json).map_err(|error| bad(line, error.to_string()))?;
        let phones = row
            .phones
            .iter()
            .map(|(label, start, end)| {
                let phone = Phone::from_label(label)
                    .ok_or_else(|| bad(line, format!("no phone is named {label:?}")))?;
                Ok(PhoneSpan {
                    phone,
                    start: *start,
                    end: *end,
                })
            })
            .collect::<Result<_, CorpusError>>()?;
        entries.push(Entry {
            id: row.id,
            speaker: row.speaker,
            language: row.language,
            text: row.text,
            phones,
            shard,
            first_sample: row.first_sample,
            samples: row.samples,
        });
    }
    Ok((entries, header.left_out))
}

/// Reads an entry's sound.
pub(super) fn read_sound(folder: &Path, entry: &Entry) -> Result<Vec<f32>, CorpusError> {
    let path = sound_path(folder, entry.shard);
    let broken =
        |source: hound::Error| CorpusError::malformed(&path, None, format!("{source}; {REMEDY}"));
    let mut reader = hound::WavReader::open(&path).map_err(broken)?;
    if u64::from(reader.duration()) < u64::from(entry.first_sample) + u64::from(entry.samples) {
        let reason = format!("shorter than its index says; {REMEDY}");
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

/// Writes a shard and gives its length in seconds.
pub(super) fn write(folder: &Path, shard: usize, recital: &Recital) -> Result<f32, CorpusError> {
    let (sound, index) = (sound_path(folder, shard), index_path(folder, shard));
    let partial = sound.with_extension("wav.partial");
    let unwritten = |source: hound::Error| {
        CorpusError::io("write", &partial)(match source {
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
        &Header {
            left_out: recital.unknown.clone(),
        },
    )?;
    lines.push('\n');
    let mut writer = hound::WavWriter::create(&partial, spec).map_err(unwritten)?;
    let mut first_sample = 0;
    for (utterance, text) in &recital.utterances {
        for sample in &utterance.samples {
            let value = (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16;
            writer.write_sample(value).map_err(unwritten)?;
        }
        let row = row(utterance, text, first_sample);
        first_sample += row.samples;
        lines.push_str(&to_json(&index, &row)?);
        lines.push('\n');
    }
    writer.finalize().map_err(unwritten)?;
    fs::rename(&partial, &sound).map_err(CorpusError::io("write", &sound))?;
    write_whole(&index, lines.as_bytes())?;
    Ok(first_sample as f32 / SAMPLE_RATE as f32)
}

fn row(utterance: &Utterance, text: &str, first_sample: u32) -> Row {
    // Tenths of a millisecond are finer than any label is true.
    let rounded = |seconds: f32| (seconds * 10_000.0).round() / 10_000.0;
    Row {
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

/// Writes under another name first, so that the name stands for the whole file or nothing.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    let partial = path.with_extension("partial");
    fs::File::create(&partial)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path))
        .map_err(CorpusError::io("write", path))
}
