//! The last few seconds of a live face: [`LiveTrack`].

use metaface_core::clip::{Clip, Frame, FrameRate};
use metaface_core::model::FRAME_RATE;
use metaface_microphone::MicrophoneError;

use super::sound_clock::SoundClock;

/// Number of frames that are kept: four seconds, more than any delay.
const KEPT: usize = 4 * FRAME_RATE as usize;

/// Frames of a live animation, sampled at any time. All times are in seconds.
#[derive(Default)]
pub struct LiveTrack {
    /// The error of the microphone.
    pub error: Option<MicrophoneError>,
    recent: Option<Clip>,
    /// Number of frames that were removed.
    removed: usize,
    clock: SoundClock,
    ended: bool,
    /// Earliest start of the sound: the minimum of arrival time less position over all blocks.
    start: Option<f64>,
}

/// A sample of a track.
pub struct TrackSample {
    /// The face.
    pub face: Frame,
    /// Time since the arrival of its sound; `None` if there is no new frame.
    pub latency: Option<f64>,
    /// Whether the track has later frames.
    pub is_moving: bool,
    /// Whether it is the last face of a sound that has ended.
    pub is_last: bool,
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
        if let Some(newest) = self.newest() {
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
    pub fn end(&mut self, time: f64, frames: Vec<Frame>, error: Option<MicrophoneError>) {
        self.push(time, frames);
        self.ended = true;
        self.error = error;
    }

    /// The face to show at this time.
    pub fn sample(&mut self, time: f64) -> TrackSample {
        let newest = self.newest();
        let moment = self.clock.moment(time, newest.unwrap_or(0.0));
        let rate = f64::from(FRAME_RATE);
        let face = match &self.recent {
            Some(recent) => recent.sample_at(moment - self.removed as f64 / rate),
            None => Frame::NEUTRAL,
        };
        let is_moving = newest.is_some_and(|newest| moment < newest);
        TrackSample {
            face,
            latency: (self.start.filter(|_| is_moving)).map(|start| time - moment - start),
            is_moving,
            is_last: self.ended && !is_moving,
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
            let open = sample.face[Channel::JawOpen];
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
        assert_eq!(track.sample(0.0).face, Frame::NEUTRAL);
        track.push(0.20, vec![jaw(0.1); 2]);
        track.push(0.22, vec![jaw(0.1)]);
        track.end(0.24, vec![jaw(0.5); 10], None);
        let samples: Vec<_> = (0..60)
            .map(|frame| track.sample(0.25 + f64::from(frame) / 60.0))
            .collect();
        let is_last = |sample: &TrackSample| sample.is_last;
        let last = samples.iter().position(is_last).expect("an end");
        assert!(last > 5 && samples[last].face == jaw(0.5), "{last}");
        assert!(samples[..last].iter().all(|sample| sample.is_moving));
    }
}
