//! Runs the network over a stream of any length in bounded memory.

use std::ops::Range;

use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;

use super::emphasis::any_of;
use super::network::{
    CLOSURES_AHEAD, FRAME_RATE, FUTURE_FRAMES, PAST_FRAMES, STRIDE, complete_frames,
};
use super::{ConditionedNetwork, NetworkOutput};
use crate::audio::{MEL_BANDS, MelFrame, SAMPLE_RATE};
use crate::clip::Channel;
use crate::clip::Phone;

/// Output frames per block for complete sounds: 20 s.
pub const OFFLINE_BLOCK: usize = 20 * FRAME_RATE as usize;

/// 16 kHz samples per output frame.
pub const SAMPLES_PER_FRAME: usize = (SAMPLE_RATE / FRAME_RATE) as usize;

/// The network's output for one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFrame {
    /// Blendshape weights, not yet clamped.
    pub expression: [f32; Channel::BLENDSHAPE_COUNT],
    /// Probability of a lip closure on a bilabial: the mean of the closure output and the sum of
    /// the bilabial phones.
    pub bilabial: f32,
    /// The same for the next frames, from the closure output alone.
    pub closure_ahead: [f32; CLOSURES_AHEAD],
    /// Probability of silence.
    pub silence: f32,
    /// Probability of a sound with closed or nearly closed lips: p, b, m, f, v.
    pub contact: f32,
    /// Probability of an open vowel: a, ah, ae, ao, eh and the diphthongs that begin with one.
    pub open_vowel: f32,
    /// Probability of a rounded sound: u, o, w and the like.
    pub rounded: f32,
}

/// The sounds of [`NetworkFrame::contact`].
fn is_contact(phone: Phone) -> bool {
    phone.is_bilabial() || phone.is_labiodental() || phone == Phone::Beta
}

/// Cuts a stream into windows that overlap by the network's receptive field, so that every frame
/// equals the frame of the whole sound in one pass.
#[derive(Debug, Clone)]
pub struct Windows {
    /// Minimum number of output frames per window.
    block: usize,
    /// Normalised log-mel within the receptive field of frames to come.
    mel: Vec<MelFrame>,
    /// Output frame at the start of `mel`.
    first: usize,
    /// The next output frame to compute.
    next: usize,
}

impl Windows {
    /// A stream that computes at least `block` output frames at a time: 1 for the lowest delay,
    /// some hundreds for speed.
    pub fn new(block: usize) -> Self {
        Self {
            block: block.max(1),
            mel: Vec::new(),
            first: 0,
            next: 0,
        }
    }

    /// Takes normalised log-mel and returns the frames that are now complete.
    pub fn push<B: Backend>(
        &mut self,
        mel: &[MelFrame],
        network: &ConditionedNetwork<B>,
        device: &B::Device,
    ) -> Vec<NetworkFrame> {
        run(&self.complete(mel), network, device)
    }

    /// Returns the last frames.
    pub fn finish<B: Backend>(
        &mut self,
        network: &ConditionedNetwork<B>,
        device: &B::Device,
    ) -> Vec<NetworkFrame> {
        run(&self.remaining(), network, device)
    }

    /// Takes normalised log-mel and returns the windows of the frames that are now complete.
    pub(crate) fn complete(&mut self, mel: &[MelFrame]) -> Vec<Window> {
        self.mel.extend_from_slice(mel);
        let complete = self.first + complete_frames(self.mel.len());
        let mut ends = Vec::new();
        let mut end = self.next + self.block;
        while end <= complete {
            ends.push(end);
            end += self.block;
        }
        ends.into_iter().map(|end| self.cut(end)).collect()
    }

    /// Returns the windows of the last frames.
    pub(crate) fn remaining(&mut self) -> Vec<Window> {
        if self.mel.len() % STRIDE == 1 {
            self.mel.extend(self.mel.last().copied());
        }
        let end = self.first + self.mel.len() / STRIDE;
        let mut ends = Vec::new();
        let mut next = self.next;
        while next < end {
            next = (next + self.block).min(end);
            ends.push(next);
        }
        ends.into_iter().map(|end| self.cut(end)).collect()
    }

    /// The window of the frames up to `end`. Drops log-mel before the receptive field.
    fn cut(&mut self, end: usize) -> Window {
        let keep = self.next.saturating_sub(PAST_FRAMES).max(self.first);
        self.mel.drain(..(keep - self.first) * STRIDE);
        self.first = keep;
        let mel_end = (end + FUTURE_FRAMES - self.first) * STRIDE;
        let mut mel = self.mel[..mel_end.min(self.mel.len())].to_vec();
        // The missing half of the last output frame changes no frame up to `end`.
        if mel.len() % STRIDE == 1 {
            mel.extend(mel.last().copied());
        }
        let due = (self.next - self.first)..(end - self.first);
        self.next = end;
        Window { mel, due }
    }
}

/// Input of one network pass: log-mel, and the range of output frames to return.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(super) mel: Vec<MelFrame>,
    pub(super) due: Range<usize>,
}

impl Window {
    /// Output frames computed, including those outside `due`.
    pub(super) fn frames(&self) -> usize {
        self.mel.len() / STRIDE
    }

    fn run<B: Backend>(
        &self,
        network: &ConditionedNetwork<B>,
        device: &B::Device,
    ) -> Vec<NetworkFrame> {
        let shape = [1, self.mel.len(), MEL_BANDS];
        let mel = TensorData::new(self.mel.as_flattened().to_vec(), shape);
        let output = network.forward(Tensor::from_data(mel, device));
        NetworkFrame::read(columns(output).narrow(1, self.due.start, self.due.len()))
    }
}

/// Computes windows in parallel.
fn run<B: Backend>(
    windows: &[Window],
    network: &ConditionedNetwork<B>,
    device: &B::Device,
) -> Vec<NetworkFrame> {
    let frames: Vec<_> = windows
        .par_iter()
        .map(|window| window.run(network, device))
        .collect();
    frames.concat()
}

/// The values of [`NetworkFrame::read`]: `[batch, time, columns]`.
pub(super) fn columns<B: Backend>(output: NetworkOutput<B>) -> Tensor<B, 3> {
    let phones = softmax(output.phones, 2);
    let silence = phones.clone().narrow(2, Phone::Sil.index(), 1);
    let any_of = |includes| any_of(&phones, includes);
    let closures = sigmoid(output.closure);
    let columns = vec![
        output.expression,
        (closures.clone().narrow(2, 0, 1) + any_of(Phone::is_bilabial)) * 0.5,
        silence,
        any_of(is_contact),
        any_of(Phone::is_open),
        any_of(Phone::is_rounded),
        closures.narrow(2, 1, CLOSURES_AHEAD),
    ];
    Tensor::cat(columns, 2)
}

impl NetworkFrame {
    /// Every frame of a batch, one sound after the other.
    pub(super) fn read<B: Backend>(columns: Tensor<B, 3>) -> Vec<Self> {
        let data = columns.into_data().convert::<f32>();
        let values = data.as_slice::<f32>().unwrap_or_default();
        values
            .chunks_exact(Channel::BLENDSHAPE_COUNT + 5 + CLOSURES_AHEAD)
            .map(|row| {
                let (expression, probabilities) = row.split_at(Channel::BLENDSHAPE_COUNT);
                Self {
                    expression: std::array::from_fn(|i| expression[i]),
                    bilabial: probabilities[0],
                    silence: probabilities[1],
                    contact: probabilities[2],
                    open_vowel: probabilities[3],
                    rounded: probabilities[4],
                    closure_ahead: std::array::from_fn(|i| probabilities[5 + i]),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Network;
    use burn_flex::Flex;

    fn sound(frames: usize) -> Vec<MelFrame> {
        (0..frames)
            .map(|t| std::array::from_fn(|band| ((t * 31 + band * 17) % 23) as f32 / 8.0 - 1.4))
            .collect()
    }

    fn run(
        network: &ConditionedNetwork<Flex>,
        mel: &[MelFrame],
        chunk: usize,
        block: usize,
    ) -> Vec<NetworkFrame> {
        let device = Default::default();
        let mut windows = Windows::new(block);
        let mut frames = Vec::new();
        for piece in mel.chunks(chunk) {
            frames.extend(windows.push(piece, network, &device));
        }
        frames.extend(windows.finish(network, &device));
        frames
    }

    fn distance(a: &[NetworkFrame], b: &[NetworkFrame]) -> f32 {
        assert_eq!(a.len(), b.len());
        let gap = |(a, b): (&NetworkFrame, &NetworkFrame)| {
            let expression = a
                .expression
                .iter()
                .zip(&b.expression)
                .map(|(a, b)| (a - b).abs());
            expression
                .chain([
                    (a.bilabial - b.bilabial).abs(),
                    (a.silence - b.silence).abs(),
                ])
                .fold(0.0, f32::max)
        };
        a.iter().zip(b).map(gap).fold(0.0, f32::max)
    }

    #[test]
    fn a_stream_in_odd_pieces_gives_the_frames_of_the_whole() {
        let network = ConditionedNetwork::average(Network::<Flex>::new(&Default::default()));
        let mel = sound(901);
        let whole = run(&network, &mel, mel.len(), 100_000);
        assert_eq!(whole.len(), 451);
        for (chunk, block) in [(1, 1), (7, 3), (64, 100), (333, 17)] {
            let pieces = run(&network, &mel, chunk, block);
            let distance = distance(&pieces, &whole);
            assert!(
                distance < 1e-5,
                "pieces of {chunk}, blocks of {block}: {distance}"
            );
        }
    }

    #[test]
    fn sound_beyond_the_look_ahead_does_not_change_a_frame() {
        let network = ConditionedNetwork::average(Network::<Flex>::new(&Default::default()));
        let mel = sound(600);
        let mut changed = mel.clone();
        let changed_from = 400;
        for frame in &mut changed[changed_from..] {
            frame.iter_mut().for_each(|value| *value = 1.0 - *value);
        }
        let (a, b) = (
            run(&network, &mel, 600, 600),
            run(&network, &changed, 600, 600),
        );
        let untouched = changed_from / STRIDE - FUTURE_FRAMES;
        assert!(distance(&a[..untouched], &b[..untouched]) == 0.0);
        assert!(distance(&a[untouched..=untouched + 1], &b[untouched..=untouched + 1]) > 0.0);
        let past = (changed_from / STRIDE).saturating_sub(PAST_FRAMES);
        assert!(
            past < untouched,
            "the test must cover past and future frames"
        );
    }
}
