//! The last few seconds of a live face: [`LiveTrack`].

use metaface_core::clip::{Clip, Frame, FrameRate};
use metaface_core::model::FRAME_RATE;

use super::sound_clock::SoundClock;

/// Number of frames that are kept: four seconds, more than any delay.
const KEPT: usize = 4 * FRAME_RATE as usize;

/// Frames of a live animation, sampled at any time. All times are in seconds.
#[derive(Default)]
pub struct LiveTrack {
    recent: Option<Clip>,
    /// Number of frames that were removed.
    removed: usize,
    clock: SoundClock,
    ended: bool,
    /// Earliest start of the sound: the minimum of arrival time less position over all blocks.
    start: Option<f64>,
}

/// The face of a live sound at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveFace {
    /// The channels.
    pub frame: Frame,
    /// Whether the face moves.
    pub state: LiveState,
    /// Seconds since the arrival of its sound; `None` if there is no new frame.
    pub latency: Option<f64>,
}

/// Whether a live face moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveState {
    /// There is no frame yet; the face is neutral.
    Waiting,
    /// There are later frames.
    Moving,
    /// This is the newest frame.
    Paused,
    /// This is the last frame of a sound that has ended.
    Ended,
}

impl LiveTrack {
    /// A block of sound arrived at this time. `seconds` is the duration of the sound including it.
    pub fn sound_arrived(&mut self, time: f64, seconds: f64) {
        let start = time - seconds;
        self.start = Some(self.start.map_or(start, |earliest| earliest.min(start)));
    }

    /// Adds frames that arrived at this time.
    pub fn push(&mut self, time: f64, frames: Vec<Frame>) {
        if frames.is_empty() {
            return;
        }
        // The first frames of a short sound can be its last: they are shown from their start.
        if let Some(newest) = self.newest().or(self.ended.then_some(0.0)) {
            self.clock.frames_arrived(time, newest);
        }
        let Ok(rate) = FrameRate::whole(FRAME_RATE) else {
            return;
        };
        let recent = self
            .recent
            .get_or_insert_with(|| Clip::neutral("live", rate, 0));
        recent.frames.extend(frames);
        if recent.frames.len() > 2 * KEPT {
            let old = recent.frames.len() - KEPT;
            recent.frames.drain(..old);
            self.removed += old;
        }
    }

    /// Adds the last frames.
    pub fn end(&mut self, time: f64, frames: Vec<Frame>) {
        self.ended = true;
        self.push(time, frames);
    }

    /// Whether all frames are on the track.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The face to show at this time.
    pub fn sample(&mut self, time: f64) -> LiveFace {
        let newest = self.newest();
        let moment = self.clock.moment(time, newest.unwrap_or(0.0));
        let state = match newest {
            Some(newest) if moment < newest => LiveState::Moving,
            _ if self.ended => LiveState::Ended,
            Some(_) => LiveState::Paused,
            None => LiveState::Waiting,
        };
        let removed = self.removed as f64 / f64::from(FRAME_RATE);
        let frame = self.recent.as_ref().and_then(|recent| {
            if state == LiveState::Moving {
                Some(recent.sample_at(moment - removed))
            } else {
                // To the bit, without the rounding of the interpolation.
                recent.frames.last().copied()
            }
        });
        let start = self.start.filter(|_| state == LiveState::Moving);
        LiveFace {
            frame: frame.unwrap_or(Frame::NEUTRAL),
            state,
            latency: start.map(|start| time - moment - start),
        }
    }

    /// The moment of the newest frame.
    fn newest(&self) -> Option<f64> {
        let frames = self.removed + self.recent.as_ref()?.frames.len();
        Some(frames.checked_sub(1)? as f64 / f64::from(FRAME_RATE))
    }
}

#[cfg(test)]
mod tests {
    use metaface_core::clip::Channel;

    use super::*;

    fn jaw(open: f32) -> Frame {
        let mut frame = Frame::NEUTRAL;
        frame[Channel::JawOpen] = open;
        frame
    }

    #[test]
    fn a_long_stream_moves_evenly_and_uses_bounded_memory() {
        let mut track = LiveTrack::default();
        let mut last = 0.0;
        for frame in 0..3000_u32 {
            let time = f64::from(frame) * 0.02;
            track.sound_arrived(time, time);
            track.push(time + 0.001, vec![jaw(frame as f32 / 3000.0)]);
            let sample = track.sample(time + 0.005);
            let open = sample.frame[Channel::JawOpen];
            if frame > 100 {
                assert!(
                    (open - last - 1.0 / 3000.0).abs() < 1e-4,
                    "{frame}: {last} {open}"
                );
                assert!(sample.latency.expect("known") < 0.03);
            }
            last = open;
        }
        assert!(track.recent.expect("faces").frames.len() <= 2 * KEPT);
    }

    #[test]
    fn the_last_frames_are_shown_before_the_track_ends() {
        let mut track = LiveTrack::default();
        let first = track.sample(0.0);
        assert_eq!(
            (first.frame, first.state),
            (Frame::NEUTRAL, LiveState::Waiting)
        );
        track.push(0.20, vec![jaw(0.1); 2]);
        track.push(0.22, vec![jaw(0.1)]);
        track.end(0.24, vec![jaw(0.5); 10]);
        let faces: Vec<_> = (0..60)
            .map(|frame| track.sample(0.25 + f64::from(frame) / 60.0))
            .collect();
        let has_ended = |face: &LiveFace| face.state == LiveState::Ended;
        let last = faces.iter().position(has_ended).expect("an end");
        assert!(last > 5 && faces[last].frame == jaw(0.5), "{last}");
        let is_moving = |face: &LiveFace| face.state == LiveState::Moving;
        assert!(faces[..last].iter().all(is_moving));
    }

    #[test]
    fn a_sound_whose_frames_arrive_at_once_is_shown_and_ends() {
        let mut track = LiveTrack::default();
        track.end(5.0, vec![jaw(0.1), jaw(0.2), jaw(0.3)]);
        assert_eq!(track.sample(5.02).state, LiveState::Moving);
        let face = track.sample(5.1);
        assert_eq!((face.frame, face.state), (jaw(0.3), LiveState::Ended));
    }

    #[test]
    fn a_face_without_new_frames_is_paused() {
        let mut track = LiveTrack::default();
        track.push(0.20, vec![jaw(0.1)]);
        track.push(0.22, vec![jaw(0.2)]);
        let face = track.sample(10.0);
        assert_eq!((face.frame, face.state), (jaw(0.2), LiveState::Paused));
    }
}
