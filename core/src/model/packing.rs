//! Windows of several lines in one forward pass, for devices that a short line leaves idle.
//!
//! A pack holds windows of nearly the same length, the shorter ones padded behind their end. The
//! network's convolutions see zeros beyond a sound's ends at every layer, so at every layer the
//! padding is set to zero again ([`Talker::forward_within`]): a line in a pack has the frames that
//! it has alone.

use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};

use super::network::STRIDE;
use super::windows::columns;
use super::{NetworkFrame, Talker, Window};
use crate::audio::MEL_BANDS;

/// The most output frames in a pack, padding included: 5.5 min of sound. They bound what a pack
/// takes on its device: by the layers' widths some 10 kB a frame, 160 MB.
const PACK_FRAMES: usize = 16_384;

/// The frames of every line, from its windows in order.
pub(crate) fn run_together<B: Backend>(
    lines: &[Vec<Window>],
    talker: &Talker<B>,
    device: &B::Device,
) -> Vec<Vec<NetworkFrame>> {
    let windows: Vec<&Window> = lines.iter().flatten().collect();
    let lengths: Vec<usize> = windows.iter().map(|window| window.frames()).collect();
    let mut frames = vec![Vec::new(); windows.len()];
    for pack in packs(&lengths, PACK_FRAMES) {
        let together: Vec<&Window> = pack.iter().map(|index| windows[*index]).collect();
        for (index, made) in pack.iter().zip(run(&together, talker, device)) {
            frames[*index] = made;
        }
    }
    let mut frames = frames.into_iter();
    (lines.iter())
        .map(|line| frames.by_ref().take(line.len()).flatten().collect())
        .collect()
}

/// Which windows go together, by their lengths: neighbours in length, so that little is padded,
/// and at most `most` frames with the padding. A longer window is alone.
fn packs(lengths: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|index| lengths[*index]);
    let mut packs: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match packs.last_mut() {
            // In ascending order the newest is the longest.
            Some(pack) if (pack.len() + 1) * lengths[index] <= most => pack.push(index),
            _ => packs.push(vec![index]),
        }
    }
    packs
}

/// The frames due of each window, all computed in one pass.
fn run<B: Backend>(
    pack: &[&Window],
    talker: &Talker<B>,
    device: &B::Device,
) -> Vec<Vec<NetworkFrame>> {
    let batch = pack.len();
    let time = pack.iter().map(|window| window.frames()).max().unwrap_or(0);
    let mut mel = vec![0.0; batch * time * STRIDE * MEL_BANDS];
    let mut within = vec![0.0f32; batch * time];
    let rows = mel.chunks_mut(time * STRIDE * MEL_BANDS);
    for ((window, row), within) in pack.iter().zip(rows).zip(within.chunks_mut(time)) {
        row[..window.mel.len() * MEL_BANDS].copy_from_slice(window.mel.as_flattened());
        within[..window.frames()].fill(1.0);
    }
    let mel = TensorData::new(mel, [batch, time * STRIDE, MEL_BANDS]);
    let is_padded = within.contains(&0.0);
    let within = TensorData::new(within, [batch, time, 1]);
    let within = is_padded.then(|| Tensor::from_data(within, device));
    let output = talker.forward_within(Tensor::from_data(mel, device), within.as_ref());
    let frames = NetworkFrame::read(columns(output));
    (pack.iter().zip(frames.chunks(time)))
        .map(|(window, frames)| frames[window.due.clone()].to_vec())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_hold_neighbours_in_length_and_no_more_than_allowed() {
        let lengths = [5, 100, 7, 1, 98, 300, 6];
        assert_eq!(
            packs(&lengths, 210),
            [vec![3, 0, 6, 2], vec![4, 1], vec![5]]
        );
        assert!(packs(&[], 210).is_empty());
    }
}
