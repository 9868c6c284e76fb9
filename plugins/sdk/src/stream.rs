//! Animating sound as it arrives.

use metaface_core::clip::Frame;

use crate::failure::{Failure, Result, guard};

/// `metaface::Stream`; `None` once finished.
pub struct Stream(pub Option<metaface_core::Stream>);

fn finished() -> Failure {
    Failure::argument("this stream is finished; start a new one")
}

fn values(frames: &[Frame]) -> Vec<f32> {
    frames.iter().flat_map(|frame| frame.0).collect()
}

pub fn push(stream: &mut Stream, samples: &[f32]) -> Result<Vec<f32>> {
    guard(|| {
        let stream = stream.0.as_mut().ok_or_else(finished)?;
        Ok(values(&stream.push(samples)))
    })
}

pub fn finish(stream: &mut Stream) -> Result<Vec<f32>> {
    guard(|| {
        let stream = stream.0.take().ok_or_else(finished)?;
        Ok(values(&stream.finish()))
    })
}
