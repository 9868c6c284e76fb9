//! The face of sound as it arrives.

use std::time::Instant;

use metaface_live::{LiveState, PlaybackClock, SoundInput};

use crate::bridge::ffi::LiveFace;
use crate::failure::{Failure, Result, guard};

/// `metaface::Live`.
pub struct Live {
    live: metaface_live::Live,
    input: SoundInput,
}

impl Live {
    /// A live face that animates with this stream.
    pub fn starting(stream: metaface_core::Stream) -> Result<Self> {
        let mut live = metaface_live::Live::new();
        live.start(stream)?;
        let input = live.input();
        Ok(Self { live, input })
    }
}

pub fn push_sound(live: &Live, samples: &[f32], rate: u32, channels: u16) -> bool {
    live.input.push(samples, rate, channels, Instant::now())
}

pub fn close_sound(live: &Live) {
    live.input.close();
}

pub fn live_now(live: &Live) -> f64 {
    live.live.now()
}

pub fn face_at(live: &Live, seconds: f64) -> Result<LiveFace> {
    guard(|| {
        if !seconds.is_finite() {
            return Err(Failure::argument("give a finite time in seconds"));
        }
        let face = live.live.face_at(seconds)?;
        Ok(LiveFace {
            values: face.frame.0,
            // In the order of `metaface::LiveState`.
            state: match face.state {
                LiveState::Waiting => 0,
                LiveState::Moving => 1,
                LiveState::Paused => 2,
                LiveState::Ended => 3,
            },
            has_latency: face.latency.is_some(),
            latency: face.latency.unwrap_or_default(),
        })
    })
}

pub fn lost_seconds(live: &Live) -> f64 {
    live.live.lost_seconds()
}

/// `metaface::PlaybackClock::advance`: the new position.
pub fn advanced(position: f64, seconds: f64) -> f64 {
    let mut clock = PlaybackClock { position };
    clock.advance(seconds);
    clock.position
}

/// `metaface::PlaybackClock::synchronise`: the new position.
pub fn synchronised(position: f64, reported: f64) -> f64 {
    let mut clock = PlaybackClock { position };
    clock.synchronise(reported);
    clock.position
}
