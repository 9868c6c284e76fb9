//! Measures the speed of the network alone: `network_speed SECONDS [OUTPUT]`.
//!
//! Runs the embedded base model on a synthetic log-mel spectrogram, in the blocks of
//! `metaface animate`, and prints the best of three runs as a line of JSON. Writes the blendshape
//! weights to OUTPUT as little-endian 32-bit floats, 52 per frame, for comparison with other
//! programs.

use std::time::Instant;

use burn_flex::Flex;
use metaface_core::audio::{MEL_BANDS, MelFrame};
use metaface_core::model::{BaseModel, ConditionedNetwork, FRAME_RATE, STRIDE, Windows};

/// Output frames per network call, as in `metaface animate`.
const BLOCK: usize = 20 * FRAME_RATE as usize;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: usize = arguments
        .next()
        .ok_or("usage: network_speed SECONDS [OUTPUT]")?
        .parse()?;
    let mel: Vec<MelFrame> = (0..seconds * FRAME_RATE as usize * STRIDE)
        .map(|time| std::array::from_fn(|band| value(time, band)))
        .collect();
    let file = include_bytes!("../../../core/base.safetensors");
    let device = Default::default();
    let network =
        ConditionedNetwork::average(BaseModel::<Flex>::from_bytes(file, &device)?.network);
    let mut best = f64::INFINITY;
    let mut frames = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let mut windows = Windows::new(BLOCK);
        frames = windows.push(&mel, &network, &device);
        frames.extend(windows.finish(&network, &device));
        best = best.min(start.elapsed().as_secs_f64());
    }
    if let Some(output) = arguments.next() {
        let bytes: Vec<u8> = (frames.iter())
            .flat_map(|frame| frame.expression)
            .flat_map(f32::to_le_bytes)
            .collect();
        std::fs::write(output, bytes)?;
    }
    println!("{{\"seconds\": {best:.4}, \"frames\": {}}}", frames.len());
    Ok(())
}

/// Values with the range of normalised speech; `onnx_runtime.py` computes the same values.
fn value(time: usize, band: usize) -> f32 {
    ((time * 31 + band * 17) % 23) as f32 / 8.0 - 1.4
}

const _: () = assert!(MEL_BANDS == 80);
