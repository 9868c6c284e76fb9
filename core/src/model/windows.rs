//! Running the network over a stream of any length in bounded memory.

use std::ops::Range;

use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;

use super::network::{CLOSURES_AHEAD, FUTURE_FRAMES, PAST_FRAMES, STRIDE, certain_frames};
use super::shown::any_of;
use super::{NetworkOutput, Talker};
use crate::audio::{MEL_BANDS, MelFrame};
use crate::clip::Channel;
use crate::training::Phone;

/// What the network says about one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFrame {
    /// Blendshape weights, not yet clamped.
    pub expression: [f32; Channel::BLENDSHAPE_COUNT],
    /// Probability that a bilabial shuts the lips: the mean of what the closure and the phones say.
    pub closure: f32,
    /// The same one, two, ... frames from now, by the closure read-out alone.
    pub closure_ahead: [f32; CLOSURES_AHEAD],
    /// Probability that nobody speaks.
    pub silence: f32,
    /// Probability of a sound that brings the lips together or near: p, b, m, f, v.
    pub contact: f32,
    /// Probability of an open vowel: a, ah, ae, ao, eh and the diphthongs that begin so.
    pub open_vowel: f32,
    /// Probability of a rounded sound: u, o, w and their like.
    pub rounded: f32,
}

/// The sounds of [`NetworkFrame::contact`].
fn is_contact(phone: Phone) -> bool {
    phone.is_bilabial() || phone.is_labiodental() || phone == Phone::Beta
}

/// Cuts a stream into windows that overlap by the network's reach, so that every frame comes out
/// as if the whole sound had been given at once.
#[derive(Debug, Clone)]
pub struct Windows {
    /// Frames computed at once, at least.
    block: usize,
    /// Normalised log-mel not yet out of the network's reach.
    mel: Vec<MelFrame>,
    /// Output frame at which `mel` begins.
    first: usize,
    /// The next output frame due.
    next: usize,
}

impl Windows {
    /// A stream that computes at least `block` output frames at a time: 1 for the least delay, some
    /// hundreds for speed.
    pub fn new(block: usize) -> Self {
        Self {
            block: block.max(1),
            mel: Vec::new(),
            first: 0,
            next: 0,
        }
    }

    /// Takes normalised log-mel and returns the frames that are now certain.
    pub fn push<B: Backend>(
        &mut self,
        mel: &[MelFrame],
        talker: &Talker<B>,
        device: &B::Device,
    ) -> Vec<NetworkFrame> {
        run(&self.certain(mel), talker, device)
    }

    /// Returns the last frames.
    pub fn finish<B: Backend>(
        &mut self,
        talker: &Talker<B>,
        device: &B::Device,
    ) -> Vec<NetworkFrame> {
        run(&self.rest(), talker, device)
    }

    /// Takes normalised log-mel and returns what is to be computed for the frames that are now
    /// certain.
    pub(crate) fn certain(&mut self, mel: &[MelFrame]) -> Vec<Window> {
        self.mel.extend_from_slice(mel);
        let certain = self.first + certain_frames(self.mel.len());
        let mut ends = Vec::new();
        let mut end = self.next + self.block;
        while end <= certain {
            ends.push(end);
            end += self.block;
        }
        ends.into_iter().map(|end| self.cut(end)).collect()
    }

    /// Returns what is to be computed for the last frames.
    pub(crate) fn rest(&mut self) -> Vec<Window> {
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

    /// What the network must hear for the frames up to `end`; what lies behind its reach is
    /// forgotten.
    fn cut(&mut self, end: usize) -> Window {
        let keep = self.next.saturating_sub(PAST_FRAMES).max(self.first);
        self.mel.drain(..(keep - self.first) * STRIDE);
        self.first = keep;
        let reach = (end + FUTURE_FRAMES - self.first) * STRIDE;
        let mut mel = self.mel[..reach.min(self.mel.len())].to_vec();
        // The half of an output frame that is still to come changes no frame up to `end`.
        if mel.len() % STRIDE == 1 {
            mel.extend(mel.last().copied());
        }
        let due = (self.next - self.first)..(end - self.first);
        self.next = end;
        Window { mel, due }
    }
}

/// A stretch of log-mel, and which of its output frames are due.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(super) mel: Vec<MelFrame>,
    pub(super) due: Range<usize>,
}

impl Window {
    /// Output frames that are computed for those which are due.
    pub(super) fn frames(&self) -> usize {
        self.mel.len() / STRIDE
    }

    fn run<B: Backend>(&self, talker: &Talker<B>, device: &B::Device) -> Vec<NetworkFrame> {
        let shape = [1, self.mel.len(), MEL_BANDS];
        let mel = TensorData::new(self.mel.as_flattened().to_vec(), shape);
        let output = talker.forward(Tensor::from_data(mel, device));
        NetworkFrame::read(columns(output).narrow(1, self.due.start, self.due.len()))
    }
}

/// Computes windows, side by side where there are several.
fn run<B: Backend>(
    windows: &[Window],
    talker: &Talker<B>,
    device: &B::Device,
) -> Vec<NetworkFrame> {
    let frames: Vec<_> = windows
        .par_iter()
        .map(|window| window.run(talker, device))
        .collect();
    frames.concat()
}

/// What [`NetworkFrame::read`] reads: `[batch, time, columns]`.
pub(super) fn columns<B: Backend>(output: NetworkOutput<B>) -> Tensor<B, 3> {
    let phones = softmax(output.phones, 2);
    let silence = phones.clone().narrow(2, Phone::Sil.index(), 1);
    let any_of = |is_meant| any_of(&phones, is_meant);
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
    /// Every frame of every sound of a batch, one sound after the other.
    pub(super) fn read<B: Backend>(columns: Tensor<B, 3>) -> Vec<Self> {
        let columns = columns.into_data().convert::<f32>();
        let columns = columns.as_slice::<f32>().unwrap_or_default();
        columns
            .chunks_exact(Channel::BLENDSHAPE_COUNT + 5 + CLOSURES_AHEAD)
            .map(|row| {
                let (expression, read) = row.split_at(Channel::BLENDSHAPE_COUNT);
                Self {
                    expression: std::array::from_fn(|i| expression[i]),
                    closure: read[0],
                    silence: read[1],
                    contact: read[2],
                    open_vowel: read[3],
                    rounded: read[4],
                    closure_ahead: std::array::from_fn(|i| read[5 + i]),
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
        talker: &Talker<Flex>,
        mel: &[MelFrame],
        chunk: usize,
        block: usize,
    ) -> Vec<NetworkFrame> {
        let device = Default::default();
        let mut windows = Windows::new(block);
        let mut frames = Vec::new();
        for piece in mel.chunks(chunk) {
            frames.extend(windows.push(piece, talker, &device));
        }
        frames.extend(windows.finish(talker, &device));
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
                .chain([(a.closure - b.closure).abs(), (a.silence - b.silence).abs()])
                .fold(0.0, f32::max)
        };
        a.iter().zip(b).map(gap).fold(0.0, f32::max)
    }

    #[test]
    fn a_stream_in_odd_pieces_gives_the_frames_of_the_whole() {
        let network = Talker::average(Network::<Flex>::new(&Default::default()));
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
    fn nothing_further_ahead_than_the_stated_reach_changes_a_frame() {
        let network = Talker::average(Network::<Flex>::new(&Default::default()));
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
        assert!(past < untouched, "the test must cover both reaches");
    }
}
