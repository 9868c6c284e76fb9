//! The training set: utterances in memory, from which random examples are drawn.

use std::collections::BTreeMap;

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::augment::augment;
use super::backgrounds::background;
use super::teacher::articulate;
use metaface_clip::lips::aperture_mm;
use metaface_clip::{Channel, Frame};
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::audio::{MEL_BANDS, MelFrame, Normalizer, log_mel, loudness_curve};
use metaface_core::model::Style;
use metaface_core::model::{FRAME_RATE, STRIDE, STYLE_DIMENSIONS};
use metaface_evaluation::recordings::Utterance;

/// Largest change of tempo, as a natural logarithm.
const MOST_TEMPO: f32 = 0.22;

/// An utterance's features.
struct PreparedUtterance {
    mel: Vec<MelFrame>,
    loudness: Vec<f32>,
    phones: Vec<PhoneSpan>,
}

impl PreparedUtterance {
    fn new(utterance: &Utterance) -> Self {
        let mut mel = log_mel(&utterance.samples);
        if mel.len() % STRIDE == 1 {
            mel.extend(mel.last().copied());
        }
        let mut loudness = loudness_curve(&utterance.samples);
        loudness.resize(mel.len() / STRIDE, SILENT_DB);
        Self {
            mel,
            loudness,
            phones: utterance.phones.clone(),
        }
    }

    /// The utterance at a faster (above 1) or slower tempo.
    fn at_tempo(&self, tempo: f32) -> Self {
        let pairs = ((self.loudness.len() as f32 / tempo) as usize).max(1);
        // The exact tempo after rounding to whole frames.
        let exact_tempo = self.loudness.len() as f32 / pairs as f32;
        Self {
            mel: resampled(&self.mel, pairs * STRIDE, |a, b, share| {
                std::array::from_fn(|band| a[band] + (b[band] - a[band]) * share)
            }),
            loudness: resampled(&self.loudness, pairs, |a, b, share| a + (b - a) * share),
            phones: (self.phones.iter())
                .map(|span| PhoneSpan {
                    phone: span.phone,
                    start: span.start / exact_tempo,
                    end: span.end / exact_tempo,
                })
                .collect(),
        }
    }
}

/// Resamples values to `length`; `blend` interpolates neighbours.
fn resampled<T: Copy>(values: &[T], length: usize, blend: impl Fn(&T, &T, f32) -> T) -> Vec<T> {
    let step = values.len() as f32 / length as f32;
    (0..length)
        .map(|i| {
            let position = i as f32 * step;
            let low = (position as usize).min(values.len() - 1);
            let high = (low + 1).min(values.len() - 1);
            blend(&values[low], &values[high], position - low as f32)
        })
        .collect()
}

/// Prepares utterances on all cores. Keeps their order.
fn prepared(utterances: &[Utterance]) -> Vec<PreparedUtterance> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let size = utterances.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = utterances
            .chunks(size)
            .map(|part| scope.spawn(|| part.iter().map(PreparedUtterance::new).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_default())
            .collect()
    })
}

/// The share of examples without speech.
const SILENT_SHARE: f64 = 0.05;

/// The loudness of padding, dB relative to full scale.
const SILENT_DB: f32 = -90.0;

/// Network input and teacher targets of one excerpt.
#[derive(Debug, Clone)]
pub struct Example {
    /// Normalised log-mel, `STRIDE * frames`.
    pub mel: Vec<MelFrame>,
    /// The teacher's style, in standard deviations.
    pub style: [f32; STYLE_DIMENSIONS],
    /// The teacher's 52 blendshapes per frame.
    pub expression: Vec<[f32; Channel::BLENDSHAPE_COUNT]>,
    /// Per frame: 1 where a bilabial shuts the lips, else 0.
    pub closure: Vec<f32>,
    /// The index of the phone at each frame.
    pub phones: Vec<i32>,
}

/// The training set, in memory.
pub struct Dataset {
    synthetic: Vec<PreparedUtterance>,
    /// By speaker, so that every speaker is drawn equally often, however long their recordings are.
    real: BTreeMap<String, Vec<PreparedUtterance>>,
    /// The share of examples from real recordings, if there are any.
    real_share: f64,
}

impl Dataset {
    /// An empty data set. `real_share` (0 to 1) of its examples will come from real recordings.
    pub fn new(real_share: f64) -> Self {
        Self {
            synthetic: Vec::new(),
            real: BTreeMap::new(),
            real_share,
        }
    }

    /// Adds synthetic utterances.
    pub fn add_synthetic(&mut self, utterances: &[Utterance]) {
        self.synthetic.extend(prepared(utterances));
    }

    /// Adds recordings of people.
    pub fn add_real(&mut self, utterances: &[Utterance]) {
        for (utterance, prepared) in utterances.iter().zip(prepared(utterances)) {
            let speaker = self.real.entry(utterance.speaker.clone());
            speaker.or_default().push(prepared);
        }
    }

    /// Whether the data set has no utterances.
    pub fn is_empty(&self) -> bool {
        self.synthetic.is_empty() && self.real.is_empty()
    }

    /// Length of the synthetic and of the real speech, in seconds.
    pub fn seconds(&self) -> [f64; 2] {
        let seconds = |item: &PreparedUtterance| item.mel.len() as f64 / 100.0;
        [
            self.synthetic.iter().map(seconds).sum(),
            self.real.values().flatten().map(seconds).sum(),
        ]
    }

    /// Mean log power per band of the real recordings, or of the synthetic speech if there are no
    /// recordings.
    pub fn typical_speech(&self) -> MelFrame {
        let items: Vec<&PreparedUtterance> = if self.real.is_empty() {
            self.synthetic.iter().collect()
        } else {
            self.real.values().flatten().collect()
        };
        let mut mean = [0.0; MEL_BANDS];
        for item in &items {
            let normalizer = Normalizer::of(&item.mel);
            for (mean, value) in mean.iter_mut().zip(normalizer.mean()) {
                *mean += value / items.len() as f32;
            }
        }
        mean
    }

    /// Draws an example of `frames` output frames. `None` if the data set is empty.
    pub fn draw(&self, frames: usize, rng: &mut impl Rng) -> Option<Example> {
        if rng.random_bool(SILENT_SHARE) {
            return Some(silent_example(frames, rng));
        }
        let real = !self.real.is_empty()
            && (self.synthetic.is_empty() || rng.random_bool(self.real_share));
        let speakers: Vec<&Vec<PreparedUtterance>> = self.real.values().collect();
        let utterance = |rng: &mut _| -> Option<&PreparedUtterance> {
            if real {
                speakers.choose(rng)?.choose(rng)
            } else {
                self.synthetic.choose(rng)
            }
        };
        let tempo = if rng.random_bool(0.6) {
            rng.random_range(-MOST_TEMPO..MOST_TEMPO).exp()
        } else {
            1.0
        };
        let mut sequence = SpeechSequence::default();
        sequence.pad(rng.random_range(0..FRAME_RATE as usize / 2));
        while sequence.loudness.len() < frames {
            sequence.append(&utterance(rng)?.at_tempo(tempo));
            sequence.pad(rng.random_range(0..FRAME_RATE as usize));
        }
        let style = if rng.random_bool(0.2) {
            Style::average()
        } else {
            Style::sample(rng)
        };
        let babble: Vec<&[MelFrame]> = (0..4)
            .filter_map(|_| utterance(rng).map(|item| item.mel.as_slice()))
            .collect();
        sequence.fill_padding();
        if rng.random_bool(0.95) {
            augment(&mut sequence.mel, &babble, rng);
        }
        Some(sequence.cut(frames, &style, rng))
    }
}

/// An excerpt of one speaker's speech.
#[derive(Debug, Clone)]
pub(super) struct SpeechExcerpt {
    /// Normalised log-mel, `STRIDE * frames`.
    pub(super) mel: Vec<MelFrame>,
    /// Level in dB per output frame.
    pub(super) loudness: Vec<f32>,
    /// The phones, in seconds from the start of the excerpt.
    pub(super) phones: Vec<PhoneSpan>,
}

/// Sentences to draw in turn: those of a real speaker, or random synthetic ones.
pub(super) struct SpeakerSentences<'a> {
    remaining: Vec<&'a PreparedUtterance>,
    data: &'a Dataset,
}

impl Dataset {
    /// Draws a real speaker's sentences in random order, or random synthetic ones. `None` if the
    /// data set is empty.
    pub(super) fn draw_speaker(&self, rng: &mut impl Rng) -> Option<SpeakerSentences<'_>> {
        let real = !self.real.is_empty() && (self.synthetic.is_empty() || rng.random_bool(0.6));
        let mut remaining: Vec<&PreparedUtterance> = if real {
            let speakers: Vec<&Vec<PreparedUtterance>> = self.real.values().collect();
            speakers.choose(rng)?.iter().collect()
        } else {
            (0..40).filter_map(|_| self.synthetic.choose(rng)).collect()
        };
        remaining.shuffle(rng);
        Some(SpeakerSentences {
            remaining,
            data: self,
        })
    }
}

impl SpeakerSentences<'_> {
    /// The next `frames` output frames of this speaker, with augmented sound if `augmented`. After
    /// the last sentence, sentences of other speakers follow.
    pub(super) fn next_excerpt(
        &mut self,
        frames: usize,
        augmented: bool,
        rng: &mut impl Rng,
    ) -> SpeechExcerpt {
        let mut sequence = SpeechSequence::default();
        sequence.pad(rng.random_range(5..FRAME_RATE as usize / 2));
        while sequence.loudness.len() < frames {
            let Some(next) = self.remaining.pop().or_else(|| {
                let real = self.data.real.values().flatten();
                let all: Vec<&PreparedUtterance> = real.chain(&self.data.synthetic).collect();
                all.choose(rng).copied()
            }) else {
                break;
            };
            sequence.append(next);
            sequence.pad(rng.random_range(0..FRAME_RATE as usize));
        }
        sequence.pad(frames.saturating_sub(sequence.loudness.len()));
        sequence.fill_padding();
        if augmented {
            augment(&mut sequence.mel, &[], rng);
        }
        let normalizer = Normalizer::of(&sequence.mel);
        let mut mel: Vec<MelFrame> = sequence
            .mel
            .iter()
            .map(|frame| normalizer.apply(frame))
            .collect();
        mel.truncate(frames * STRIDE);
        sequence.loudness.truncate(frames);
        SpeechExcerpt {
            mel,
            loudness: sequence.loudness,
            phones: sequence.phones,
        }
    }
}

/// A background without speech, and a face at rest.
fn silent_example(frames: usize, rng: &mut impl Rng) -> Example {
    let mel = background(frames * STRIDE, rng);
    let normalizer = Normalizer::of(&mel);
    Example {
        mel: mel.iter().map(|frame| normalizer.apply(frame)).collect(),
        style: [0.0; STYLE_DIMENSIONS],
        expression: vec![[0.0; Channel::BLENDSHAPE_COUNT]; frames],
        closure: vec![0.0; frames],
        phones: vec![Phone::Sil.index() as i32; frames],
    }
}

/// Consecutive utterances and pauses.
#[derive(Default)]
struct SpeechSequence {
    mel: Vec<MelFrame>,
    loudness: Vec<f32>,
    phones: Vec<PhoneSpan>,
    /// Ranges of output frames that are padding, for [`Self::fill_padding`].
    padding: Vec<std::ops::Range<usize>>,
}

impl SpeechSequence {
    fn pad(&mut self, frames: usize) {
        let start = self.loudness.len();
        self.padding.push(start..start + frames);
        self.loudness.resize(start + frames, SILENT_DB);
        self.mel.resize((start + frames) * STRIDE, [0.0; MEL_BANDS]);
    }

    fn append(&mut self, item: &PreparedUtterance) {
        let offset = self.loudness.len() as f32 / FRAME_RATE as f32;
        self.mel.extend_from_slice(&item.mel);
        self.loudness.extend_from_slice(&item.loudness);
        self.phones.extend(item.phones.iter().map(|span| PhoneSpan {
            phone: span.phone,
            start: span.start + offset,
            end: span.end + offset,
        }));
    }

    /// Fills the padding with the level that a tenth of the other frames stays below, per band.
    fn fill_padding(&mut self) {
        let mut padded = vec![false; self.mel.len()];
        for range in &self.padding {
            padded[range.start * STRIDE..range.end * STRIDE].fill(true);
        }
        let recorded: Vec<usize> = (0..padded.len()).filter(|i| !padded[*i]).collect();
        let mut quiet = [0.0; MEL_BANDS];
        for (band, quiet) in quiet.iter_mut().enumerate() {
            let mut values: Vec<f32> = recorded.iter().map(|i| self.mel[*i][band]).collect();
            if values.is_empty() {
                continue;
            }
            let rank = values.len() / 10;
            *quiet = *values.select_nth_unstable_by(rank, f32::total_cmp).1;
        }
        for (frame, padded) in self.mel.iter_mut().zip(padded) {
            if padded {
                *frame = quiet;
            }
        }
    }

    fn cut(&self, frames: usize, style: &Style, rng: &mut impl Rng) -> Example {
        let total = self.loudness.len();
        let start = rng.random_range(0..=total - frames);
        let range = start..start + frames;
        let face = articulate(&self.phones, &self.loudness, total, style);
        let normalizer = Normalizer::of(&self.mel);
        let offset = rng.random_range(-0.12..0.12f32);
        let mel = self.mel[start * STRIDE..(start + frames) * STRIDE]
            .iter()
            .map(|frame| normalizer.apply(frame).map(|value| value + offset))
            .collect();
        Example {
            mel,
            style: style.to_vector(),
            expression: face[range.clone()].iter().map(blendshapes).collect(),
            closure: closures(&self.phones, &face)[range.clone()].to_vec(),
            phones: frame_phones(&self.phones, total)[range].to_vec(),
        }
    }
}

fn blendshapes(frame: &Frame) -> [f32; Channel::BLENDSHAPE_COUNT] {
    std::array::from_fn(|i| frame.0[i])
}

/// The phone at the middle of each frame's 20 ms.
fn frame_phones(phones: &[PhoneSpan], frames: usize) -> Vec<i32> {
    let mut out = vec![Phone::Sil.index() as i32; frames];
    for span in phones {
        let first = (span.start * FRAME_RATE as f32).round().max(0.0) as usize;
        let last = (span.end * FRAME_RATE as f32).round().max(0.0) as usize;
        for slot in out.iter_mut().take(last).skip(first) {
            *slot = span.phone.index() as i32;
        }
    }
    out
}

/// Per frame: 1 where the teacher's lips are shut within 60 ms of a bilabial, else 0.
fn closures(phones: &[PhoneSpan], face: &[Frame]) -> Vec<f32> {
    const REACH: f32 = 0.06;
    const SHUT_MM: f32 = 1.0;
    let mut out = vec![0.0; face.len()];
    for span in phones.iter().filter(|span| span.phone.is_bilabial()) {
        let first = ((span.start - REACH) * FRAME_RATE as f32).ceil().max(0.0) as usize;
        let last = ((span.end + REACH) * FRAME_RATE as f32).floor().max(0.0) as usize;
        for i in first..=last.min(face.len().saturating_sub(1)) {
            if aperture_mm(&face[i]) <= SHUT_MM {
                out[i] = 1.0;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn another_tempo_moves_sound_loudness_and_phones_together() {
        // Half a second of silence, then half a second of a tone labelled as an a.
        let samples: Vec<f32> = (0..16_000)
            .map(|i| {
                if i < 8_000 {
                    0.0
                } else {
                    (i as f32 * 0.3).sin()
                }
            })
            .collect();
        let utterance = Utterance {
            id: "tone".to_owned(),
            speaker: "test".to_owned(),
            language: "en".to_owned(),
            samples,
            phones: PhoneSpan::sequence(0.5, &[(Phone::Aa, 0.5)]),
        };
        for tempo in [0.8, 1.0, 1.25] {
            let changed = PreparedUtterance::new(&utterance).at_tempo(tempo);
            assert_eq!(changed.mel.len(), STRIDE * changed.loudness.len());
            let seconds = changed.loudness.len() as f32 / FRAME_RATE as f32;
            assert!((seconds - 1.0 / tempo).abs() < 0.03, "{tempo}: {seconds}");
            let start = changed.phones[0].start;
            assert!((start - 0.5 / tempo).abs() < 0.03, "{tempo}: {start}");
            let loud = |frame: &MelFrame| frame.iter().copied().fold(f32::MIN, f32::max) > -5.0;
            let onset = changed.mel.iter().position(loud).expect("a tone") as f32 / 100.0;
            assert!(
                (onset - start).abs() < 0.04,
                "{tempo}: {onset} against {start}"
            );
        }
    }

    #[test]
    fn every_speaker_is_drawn_equally_often_however_long_their_recordings() {
        let utterance = |speaker: &str, phone| Utterance {
            id: speaker.to_owned(),
            speaker: speaker.to_owned(),
            language: "en".to_owned(),
            samples: vec![0.1; 16_000],
            phones: PhoneSpan::sequence(0.0, &[(phone, 1.0)]),
        };
        let mut data = Dataset::new(1.0);
        data.add_real(&vec![utterance("talker", Phone::Aa); 9]);
        data.add_real(&[utterance("quiet one", Phone::Iy)]);
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        let mut drawn = [0.0, 0.0];
        for _ in 0..200 {
            let phones = data.draw(50, &mut rng).expect("an example").phones;
            for (count, phone) in drawn.iter_mut().zip([Phone::Aa, Phone::Iy]) {
                let matching = phones.iter().filter(|one| **one == phone.index() as i32);
                *count += matching.count() as f64;
            }
        }
        let share = drawn[1] / (drawn[0] + drawn[1]);
        assert!((0.38..0.62).contains(&share), "{share}");
    }
}
