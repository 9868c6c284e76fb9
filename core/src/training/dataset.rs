//! From utterances to the network's batches.

use std::collections::BTreeMap;

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::augment::augment;
use super::backgrounds::background;
use super::teacher::{Style, articulate};
use super::{Phone, PhoneSpan, Utterance};
use crate::audio::{MEL_BANDS, MelFrame, Normalizer, log_mel, loudness_curve};
use crate::clip::lips::aperture_mm;
use crate::clip::{Channel, Frame};
use crate::model::{FRAME_RATE, STRIDE, STYLE_DIMENSIONS};

/// Recordings are played faster or slower by up to this much, as a natural logarithm.
const MOST_TEMPO: f32 = 0.22;

/// An utterance ready to be cut, augmented and animated.
struct Prepared {
    mel: Vec<MelFrame>,
    loudness: Vec<f32>,
    phones: Vec<PhoneSpan>,
}

impl Prepared {
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

    /// The same said faster (above 1) or slower.
    fn at_tempo(&self, tempo: f32) -> Self {
        let pairs = ((self.loudness.len() as f32 / tempo) as usize).max(1);
        // What was really reached, now that whole frames are kept.
        let tempo = self.loudness.len() as f32 / pairs as f32;
        Self {
            mel: stretched(&self.mel, pairs * STRIDE, |a, b, share| {
                std::array::from_fn(|band| a[band] + (b[band] - a[band]) * share)
            }),
            loudness: stretched(&self.loudness, pairs, |a, b, share| a + (b - a) * share),
            phones: (self.phones.iter())
                .map(|span| PhoneSpan {
                    phone: span.phone,
                    start: span.start / tempo,
                    end: span.end / tempo,
                })
                .collect(),
        }
    }
}

/// `length` values over the same course, by `blend`ing neighbours.
fn stretched<T: Copy>(values: &[T], length: usize, blend: impl Fn(&T, &T, f32) -> T) -> Vec<T> {
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

/// Prepares utterances on all cores, in order.
fn prepared(utterances: &[Utterance]) -> Vec<Prepared> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let size = utterances.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = utterances
            .chunks(size)
            .map(|part| scope.spawn(|| part.iter().map(Prepared::new).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_default())
            .collect()
    })
}

/// The share of examples in which nobody speaks.
const SILENT_SHARE: f64 = 0.05;

/// The loudness of padding, dB relative to full scale.
const SILENT_DB: f32 = -90.0;

/// Network input and teacher targets for one stretch of sound.
#[derive(Debug, Clone)]
pub struct Example {
    /// Normalised log-mel, `STRIDE * frames`.
    pub mel: Vec<MelFrame>,
    /// The style that the teacher was given.
    pub style: [f32; STYLE_DIMENSIONS],
    /// The teacher's 52 blendshapes per frame.
    pub expression: Vec<[f32; Channel::BLENDSHAPE_COUNT]>,
    /// One where a bilabial shuts the lips, per frame.
    pub closure: Vec<f32>,
    /// The index of the phone sounding at each frame.
    pub phones: Vec<i32>,
}

/// Everything that training draws from, in memory.
pub struct Dataset {
    synthetic: Vec<Prepared>,
    /// By speaker, so that everybody is heard as often however much was recorded of them.
    real: BTreeMap<String, Vec<Prepared>>,
    /// The share of examples taken from real recordings, when there are any.
    real_share: f64,
}

impl Dataset {
    /// An empty data set that will take `real_share` (0 to 1) of its examples from recordings.
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

    /// Whether there is nothing to draw from.
    pub fn is_empty(&self) -> bool {
        self.synthetic.is_empty() && self.real.is_empty()
    }

    /// Seconds of synthetic and of real speech.
    pub fn seconds(&self) -> [f64; 2] {
        let seconds = |item: &Prepared| item.mel.len() as f64 / 100.0;
        [
            self.synthetic.iter().map(seconds).sum(),
            self.real.values().flatten().map(seconds).sum(),
        ]
    }

    /// Mean log power per band of typical speech: of the recordings where there are any.
    pub fn typical_speech(&self) -> MelFrame {
        let items: Vec<&Prepared> = if self.real.is_empty() {
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

    /// Draws an example of `frames` output frames; none if the data set is empty.
    pub fn draw(&self, frames: usize, rng: &mut impl Rng) -> Option<Example> {
        if rng.random_bool(SILENT_SHARE) {
            return Some(silent_example(frames, rng));
        }
        let real = !self.real.is_empty()
            && (self.synthetic.is_empty() || rng.random_bool(self.real_share));
        let speakers: Vec<&Vec<Prepared>> = self.real.values().collect();
        let utterance = |rng: &mut _| -> Option<&Prepared> {
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
        let mut stretch = Stretch::default();
        stretch.pad(rng.random_range(0..FRAME_RATE as usize / 2));
        while stretch.loudness.len() < frames {
            stretch.append(&utterance(rng)?.at_tempo(tempo));
            stretch.pad(rng.random_range(0..FRAME_RATE as usize));
        }
        let style = if rng.random_bool(0.2) {
            Style::average()
        } else {
            Style::sample(rng)
        };
        let babble: Vec<&[MelFrame]> = (0..4)
            .filter_map(|_| utterance(rng).map(|item| item.mel.as_slice()))
            .collect();
        stretch.fill_padding();
        if rng.random_bool(0.95) {
            augment(&mut stretch.mel, &babble, rng);
        }
        Some(stretch.cut(frames, &style, rng))
    }
}

/// Speech of one voice, as heard, with what is said and how loud.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    /// Normalised log-mel, `STRIDE * frames`.
    pub(super) mel: Vec<MelFrame>,
    /// Level in dB per output frame.
    pub(super) loudness: Vec<f32>,
    /// What is said.
    pub(super) phones: Vec<PhoneSpan>,
}

/// Sentences of one voice: no sentence is drawn twice.
pub(super) struct Voice<'a> {
    left: Vec<&'a Prepared>,
    others: &'a Dataset,
}

impl Dataset {
    /// Somebody's sentences, in random order; none if the data set is empty.
    pub(super) fn voice(&self, rng: &mut impl Rng) -> Option<Voice<'_>> {
        let real = !self.real.is_empty() && (self.synthetic.is_empty() || rng.random_bool(0.6));
        let mut left: Vec<&Prepared> = if real {
            let speakers: Vec<&Vec<Prepared>> = self.real.values().collect();
            speakers.choose(rng)?.iter().collect()
        } else {
            (0..40).filter_map(|_| self.synthetic.choose(rng)).collect()
        };
        left.shuffle(rng);
        Some(Voice { left, others: self })
    }
}

impl Voice<'_> {
    /// The next `frames` output frames of this voice, in clean or, if `rough`, in bad sound; when
    /// its sentences run out, other voices go on.
    pub(super) fn speak(&mut self, frames: usize, rough: bool, rng: &mut impl Rng) -> Speech {
        let mut stretch = Stretch::default();
        stretch.pad(rng.random_range(5..FRAME_RATE as usize / 2));
        while stretch.loudness.len() < frames {
            let next = self.left.pop();
            let others = || self.others.real.values().flatten();
            let Some(next) = next.or_else(|| {
                let all: Vec<&Prepared> = others().chain(&self.others.synthetic).collect();
                all.choose(rng).copied()
            }) else {
                break;
            };
            stretch.append(next);
            stretch.pad(rng.random_range(0..FRAME_RATE as usize));
        }
        stretch.pad(frames.saturating_sub(stretch.loudness.len()));
        stretch.fill_padding();
        if rough {
            augment(&mut stretch.mel, &[], rng);
        }
        let normalizer = Normalizer::of(&stretch.mel);
        let mut mel: Vec<MelFrame> = stretch
            .mel
            .iter()
            .map(|frame| normalizer.apply(frame))
            .collect();
        mel.truncate(frames * STRIDE);
        stretch.loudness.truncate(frames);
        Speech {
            mel,
            loudness: stretch.loudness,
            phones: stretch.phones,
        }
    }
}

/// A sound with nobody speaking and a face at rest.
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

/// Utterances and pauses in a row.
#[derive(Default)]
struct Stretch {
    mel: Vec<MelFrame>,
    loudness: Vec<f32>,
    phones: Vec<PhoneSpan>,
    /// Output frames that are padding, to be filled with the room's own background.
    padding: Vec<std::ops::Range<usize>>,
}

impl Stretch {
    fn pad(&mut self, frames: usize) {
        let start = self.loudness.len();
        self.padding.push(start..start + frames);
        self.loudness.resize(start + frames, SILENT_DB);
        self.mel.resize((start + frames) * STRIDE, [0.0; MEL_BANDS]);
    }

    fn append(&mut self, item: &Prepared) {
        let offset = self.loudness.len() as f32 / FRAME_RATE as f32;
        self.mel.extend_from_slice(&item.mel);
        self.loudness.extend_from_slice(&item.loudness);
        self.phones.extend(item.phones.iter().map(|span| PhoneSpan {
            phone: span.phone,
            start: span.start + offset,
            end: span.end + offset,
        }));
    }

    /// Padding sounds like the quietest tenth of the recording.
    fn fill_padding(&mut self) {
        let mut padded = vec![false; self.mel.len()];
        for range in &self.padding {
            padded[range.start * STRIDE..range.end * STRIDE].fill(true);
        }
        let sounding: Vec<usize> = (0..padded.len()).filter(|i| !padded[*i]).collect();
        let mut quiet = [0.0; MEL_BANDS];
        for (band, quiet) in quiet.iter_mut().enumerate() {
            let mut values: Vec<f32> = sounding.iter().map(|i| self.mel[*i][band]).collect();
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
        let shake = rng.random_range(-0.12..0.12f32);
        let mel = self.mel[start * STRIDE..(start + frames) * STRIDE]
            .iter()
            .map(|frame| normalizer.apply(frame).map(|value| value + shake))
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

/// Frames in which the teacher's lips are shut because of a bilabial: closed, and within 60 ms
/// of one.
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
        // Half a second of silence, then half a second of a tone that is said to be an a.
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
            speaker: "nobody".to_owned(),
            language: "en".to_owned(),
            samples,
            phones: PhoneSpan::in_a_row(0.5, &[(Phone::Aa, 0.5)]),
        };
        for tempo in [0.8, 1.0, 1.25] {
            let said = Prepared::new(&utterance).at_tempo(tempo);
            assert_eq!(said.mel.len(), STRIDE * said.loudness.len());
            let seconds = said.loudness.len() as f32 / FRAME_RATE as f32;
            assert!((seconds - 1.0 / tempo).abs() < 0.03, "{tempo}: {seconds}");
            let start = said.phones[0].start;
            assert!((start - 0.5 / tempo).abs() < 0.03, "{tempo}: {start}");
            let loud = |frame: &MelFrame| frame.iter().copied().fold(f32::MIN, f32::max) > -5.0;
            let onset = said.mel.iter().position(loud).expect("a tone") as f32 / 100.0;
            assert!(
                (onset - start).abs() < 0.04,
                "{tempo}: {onset} against {start}"
            );
        }
    }

    #[test]
    fn every_speaker_is_heard_as_often_however_much_was_recorded() {
        let utterance = |speaker: &str, phone| Utterance {
            id: speaker.to_owned(),
            speaker: speaker.to_owned(),
            language: "en".to_owned(),
            samples: vec![0.1; 16_000],
            phones: PhoneSpan::in_a_row(0.0, &[(phone, 1.0)]),
        };
        let mut data = Dataset::new(1.0);
        data.add_real(&vec![utterance("talker", Phone::Aa); 9]);
        data.add_real(&[utterance("quiet one", Phone::Iy)]);
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        let mut heard = [0.0, 0.0];
        for _ in 0..200 {
            let phones = data.draw(50, &mut rng).expect("an example").phones;
            for (count, phone) in heard.iter_mut().zip([Phone::Aa, Phone::Iy]) {
                let of_it = phones.iter().filter(|one| **one == phone.index() as i32);
                *count += of_it.count() as f64;
            }
        }
        let share = heard[1] / (heard[0] + heard[1]);
        assert!((0.38..0.62).contains(&share), "{share}");
    }
}
