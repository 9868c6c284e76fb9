//! The last few seconds of a live face: [`Track`].

use metaface_core::clip::{Clip, Frame, FrameRate};
use metaface_core::model::FRAME_RATE;
use metaface_microphone::MicrophoneError;

use super::sound_clock::SoundClock;

/// Frames that are kept: four seconds, longer than any are behind.
const KEPT: usize = 4 * FRAME_RATE as usize;

/// Faces as they come, shown at any time. All times in seconds.
#[derive(Default)]
pub struct Track {
    /// Why the sound ended, where it should not have.
    pub trouble: Option<MicrophoneError>,
    recent: Option<Clip>,
    /// Frames that have been forgotten.
    forgotten: usize,
    clock: SoundClock,
    ended: bool,
    /// When a sound's beginning could have been heard, had every piece come as quickly as the
    /// quickest.
    beginning: Option<f64>,
}

/// The face at a time.
pub struct Now {
    /// The face.
    pub face: Frame,
    /// How long after its sound came, once there is any.
    pub latency: Option<f64>,
    /// Whether there are faces after this one.
    pub is_moving: bool,
    /// Whether it is the last one of a sound that has ended.
    pub is_last: bool,
}

impl Track {
    /// A piece of sound came at this time; with it there are so many seconds.
    pub fn heard(&mut self, time: f64, seconds: f64) {
        let beginning = time - seconds;
        self.beginning = Some(
            self.beginning
                .map_or(beginning, |least| least.min(beginning)),
        );
    }

    /// Faces came.
    pub fn came(&mut self, time: f64, frames: Vec<Frame>) {
        if frames.is_empty() {
            return;
        }
        if let Some(newest) = self.newest() {
            self.clock.came(time, newest);
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
            self.forgotten += old;
        }
    }

    /// The last faces came.
    pub fn end(&mut self, time: f64, frames: Vec<Frame>, trouble: Option<MicrophoneError>) {
        self.came(time, frames);
        self.ended = true;
        self.trouble = trouble;
    }

    /// The face to show at a time.
    pub fn at(&mut self, time: f64) -> Now {
        let newest = self.newest();
        let moment = self.clock.moment(time, newest.unwrap_or(0.0));
        let rate = f64::from(FRAME_RATE);
        let face = match &self.recent {
            Some(recent) => recent.sample_at(moment - self.forgotten as f64 / rate),
            None => Frame::NEUTRAL,
        };
        let is_moving = newest.is_some_and(|newest| moment < newest);
        Now {
            face,
            latency: (self.beginning.filter(|_| is_moving))
                .map(|beginning| time - moment - beginning),
            is_moving,
            is_last: self.ended && !is_moving,
        }
    }

    /// The moment of the newest face.
    fn newest(&self) -> Option<f64> {
        let frames = self.forgotten + self.recent.as_ref()?.frames.len();
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
    fn a_long_stream_is_shown_evenly_and_kept_short() {
        let mut track = Track::default();
        let mut last = 0.0;
        for frame in 0..3000_u32 {
            let time = f64::from(frame) * 0.02;
            track.heard(time, time);
            track.came(time + 0.001, vec![jaw(frame as f32 / 3000.0)]);
            let now = track.at(time + 0.005);
            let open = now.face[Channel::JawOpen];
            if frame > 100 {
                assert!(
                    (open - last - 1.0 / 3000.0).abs() < 1e-4,
                    "{frame}: {last} {open}"
                );
                assert!(now.latency.expect("known") < 0.03);
            }
            last = open;
        }
        assert!(track.recent.expect("faces").frames.len() <= 2 * KEPT);
    }

    #[test]
    fn the_end_is_shown_before_it_is_over() {
        let mut track = Track::default();
        assert_eq!(track.at(0.0).face, Frame::NEUTRAL);
        track.came(0.20, vec![jaw(0.1); 2]);
        track.came(0.22, vec![jaw(0.1)]);
        track.end(0.24, vec![jaw(0.5); 10], None);
        let faces: Vec<_> = (0..60)
            .map(|frame| track.at(0.25 + f64::from(frame) / 60.0))
            .collect();
        let over = faces.iter().position(|now| now.is_last).expect("an end");
        assert!(over > 5 && faces[over].face == jaw(0.5), "{over}");
        assert!(faces[..over].iter().all(|now| now.is_moving));
    }
}
