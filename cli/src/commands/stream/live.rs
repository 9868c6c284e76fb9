//! Sends the face of live sound.
//!
//! ```text
//! microphone or pipe -> SoundInput, Live -> Sender: one frame at a time
//! ```

use metaface_live::{Live, LiveState};

use super::histogram::{Histogram, LatencySummary};
use super::sender::Sender;
use crate::failure::Failure;

/// How a live stream ended.
pub struct LiveOutcome {
    /// Whether the user stopped it.
    pub stopped: bool,
    /// Time from the arrival of a sound to the sending of its frame.
    pub latency: Option<LatencySummary>,
}

/// Sends a live face until its sound ends or the user stops it.
pub fn send(live: &Live, rest: bool, sender: &mut Sender) -> Result<LiveOutcome, Failure> {
    let mut latency = Histogram::new();
    let stopped = loop {
        let Some(frame) = sender.next() else {
            break true;
        };
        // The due time of the frame, not the actual time: this keeps the motion even.
        let face = live.face_at(live.seconds_at(sender.due(frame)))?;
        sender.send(frame, &face.frame);
        if let Some(seconds) = face.latency {
            latency.count(seconds);
        }
        if face.state == LiveState::Ended {
            break false;
        }
    };
    if rest {
        sender.come_to_rest();
    }
    Ok(LiveOutcome {
        stopped,
        latency: latency.summary(),
    })
}
