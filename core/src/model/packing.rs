//! Windows of several lines in one network pass, for devices that one short line does not fill.
//!
//! A pack holds windows of similar length; the shorter ones are padded at the end. The network's
//! convolutions see zeros beyond a sound's ends at every layer, so the padding is set to zero again
//! at every layer ([`ConditionedNetwork::forward_masked`]): a line has the same frames in a pack as
//! alone.

use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};

use super::network::STRIDE;
use super::windows::columns;
use super::{ConditionedNetwork, NetworkFrame, Window};
use crate::audio::MEL_BANDS;

/// The most output frames in a pack, padding included: 5.5 min of sound. This bounds the device
/// memory: by the layers' widths some 10 kB per frame, 160 MB.
const PACK_FRAMES: usize = 16_384;

/// The frames of every line, from its windows in order.
pub(crate) fn run_together<B: Backend>(
    lines: &[Vec<Window>],
    network: &ConditionedNetwork<B>,
    device: &B::Device,
) -> Vec<Vec<NetworkFrame>> {
    let windows: Vec<&Window> = lines.iter().flatten().collect();
    let lengths: Vec<usize> = windows.iter().map(|window| window.frames()).collect();
    let mut frames = vec![Vec::new(); windows.len()];
    for pack in packs(&lengths, PACK_FRAMES) {
        let packed: Vec<&Window> = pack.iter().map(|index| windows[*index]).collect();
        for (index, output) in pack.iter().zip(run(&packed, network, device)) {
            frames[*index] = output;
        }
    }
    let mut frames = frames.into_iter();
    (lines.iter())
        .map(|line| frames.by_ref().take(line.len()).flatten().collect())
        .collect()
}

/// Groups the windows by length, with little padding and at most `limit` frames per pack, padding
/// included. A longer window is a pack alone. Returns the windows' indices.
fn packs(lengths: &[usize], limit: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|index| lengths[*index]);
    let mut packs: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match packs.last_mut() {
            // In ascending order the last window is the longest.
            Some(pack) if (pack.len() + 1) * lengths[index] <= limit => pack.push(index),
            _ => packs.push(vec![index]),
        }
    }
    packs
}

/// The due frames of each window, computed in one pass.
fn run<B: Backend>(
    pack: &[&Window],
    network: &ConditionedNetwork<B>,
    device: &B::Device,
) -> Vec<Vec<NetworkFrame>> {
    let batch = pack.len();
    let time = pack.iter().map(|window| window.frames()).max().unwrap_or(0);
    let mut mel = vec![0.0; batch * time * STRIDE * MEL_BANDS];
    let mut mask = vec![0.0f32; batch * time];
    let rows = mel.chunks_mut(time * STRIDE * MEL_BANDS);
    for ((window, row), mask) in pack.iter().zip(rows).zip(mask.chunks_mut(time)) {
        row[..window.mel.len() * MEL_BANDS].copy_from_slice(window.mel.as_flattened());
        mask[..window.frames()].fill(1.0);
    }
    let mel = TensorData::new(mel, [batch, time * STRIDE, MEL_BANDS]);
    let is_padded = mask.contains(&0.0);
    let mask = TensorData::new(mask, [batch, time, 1]);
    let mask = is_padded.then(|| Tensor::from_data(mask, device));
    let output = network.forward_masked(Tensor::from_data(mel, device), mask.as_ref());
    let frames = NetworkFrame::read(columns(output));
    (pack.iter().zip(frames.chunks(time)))
        .map(|(window, frames)| frames[window.due.clone()].to_vec())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_hold_windows_of_similar_length_and_at_most_the_limit() {
        let lengths = [5, 100, 7, 1, 98, 300, 6];
        assert_eq!(
            packs(&lengths, 210),
            [vec![3, 0, 6, 2], vec![4, 1], vec![5]]
        );
        assert!(packs(&[], 210).is_empty());
    }
}
