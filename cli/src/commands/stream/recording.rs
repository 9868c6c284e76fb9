//! A sound file: animated first, then sent.

use metaface_core::clip::{Clip, Frame};

use super::sender::{Sender, to_rest};

/// Sends a clip's frames, each at its time; then, where asked, lets the face come to rest, and
/// begins again. Returns whether the user stopped it.
pub fn send(clip: &Clip, rest: bool, repeat: bool, sender: &mut Sender) -> bool {
    let mut faces = clip.frames.clone();
    if rest && repeat {
        let last = faces.last().unwrap_or(&Frame::NEUTRAL);
        faces.extend(to_rest(last, clip.rate.as_f64()));
    }
    let stopped = loop {
        // At least one, so that a clip without frames ends too.
        let count = faces.len().max(1) as u64;
        if !repeat && sender.pace.upcoming() >= count {
            break false;
        }
        let Some(frame) = sender.next() else {
            break true;
        };
        // Past the end only where the last frames were left out.
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
