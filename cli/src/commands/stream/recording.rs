//! Sends the clip of a sound file.

use metaface_core::clip::{Clip, Frame};

use super::sender::{Sender, to_rest};

/// Sends a clip's frames in real time. Afterwards the face comes to rest with `rest`, and the clip
/// starts again with `repeat`. Returns whether the user stopped it.
pub fn send(clip: &Clip, rest: bool, repeat: bool, sender: &mut Sender) -> bool {
    let mut faces = clip.frames.clone();
    if rest && repeat {
        let last = faces.last().unwrap_or(&Frame::NEUTRAL);
        faces.extend(to_rest(last, clip.rate.as_f64()));
    }
    let stopped = loop {
        // At least one, so that a clip without frames also ends.
        let count = faces.len().max(1) as u64;
        if !repeat && sender.pace.upcoming() >= count {
            break false;
        }
        let Some(frame) = sender.next() else {
            break true;
        };
        // The frame is past the end only if the last frames were dropped.
        let face = faces
            .get((frame % count) as usize)
            .filter(|_| repeat || frame < count);
        if let Some(face) = face {
            sender.send(frame, face);
        }
    };
    if rest {
        sender.come_to_rest();
    }
    stopped
}
