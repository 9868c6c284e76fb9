//! Sends frames in real time.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use chrono::Timelike;
use metaface_core::clip::Frame;
use metaface_exporters::live_link::{FrameTime, Name, Packet};
use metaface_live::Pace;

use super::histogram::Histogram;
use super::receivers::Receivers;
use crate::arguments::{ReportArguments, StreamArguments};
use crate::failure::Failure;

/// Duration in which a face comes to rest, in seconds: about the time in which a mouth closes.
const REST_SECONDS: f64 = 0.25;

/// Sends the frames of one subject to all receivers.
pub struct Sender<'a> {
    /// The receivers.
    pub receivers: Receivers,
    /// The due times of the frames.
    pub pace: Pace,
    /// Delays of the frames after their due times.
    pub late: Histogram,
    /// Number of sent frames.
    pub sent: u64,
    packet: Packet,
    /// The time code of the first frame, in frames since midnight.
    start: f64,
    stop: &'a AtomicBool,
    report: &'a ReportArguments,
}

impl<'a> Sender<'a> {
    /// A sender. The first frame is due after the delay in the arguments.
    pub fn new(
        arguments: &'a StreamArguments,
        receivers: Receivers,
        stop: &'a AtomicBool,
    ) -> Result<Self, Failure> {
        let rate = arguments.fps;
        let start = match arguments.start {
            Some(code) => code.frame(rate)?,
            None => (time_of_day() + arguments.delay) * rate.as_f64(),
        };
        Ok(Self {
            receivers,
            pace: Pace::starting(rate, Duration::from_secs_f64(arguments.delay)),
            late: Histogram::new(),
            sent: 0,
            packet: Packet {
                device: device(&arguments.subject),
                subject: arguments.subject.clone(),
                time: FrameTime::of(start, rate),
                rate,
                face: Frame::NEUTRAL,
            },
            start,
            stop,
            report: &arguments.report,
        })
    }

    /// Waits until the next frame is due, and returns its number. `None` if the user stopped the stream.
    pub fn next(&mut self) -> Option<u64> {
        self.due_frame(Some(self.stop))
    }

    fn due_frame(&mut self, stop: Option<&AtomicBool>) -> Option<u64> {
        let frame = self.pace.next(stop)?;
        self.late.count(frame.delay.as_secs_f64());
        Some(frame.number)
    }

    /// The due time of a frame.
    pub fn due(&self, frame: u64) -> Instant {
        self.pace.due(frame)
    }

    /// Sends the face of a frame.
    pub fn send(&mut self, frame: u64, face: &Frame) {
        self.packet.time = FrameTime::of(self.start + frame as f64, self.packet.rate);
        self.packet.face = *face;
        self.receivers.send(&self.packet.encode(), self.report);
        self.sent += 1;
    }

    /// Moves the last sent face to rest, even if the user stopped the stream.
    pub fn come_to_rest(&mut self) {
        for face in to_rest(&self.packet.face, self.packet.rate.as_f64()) {
            if let Some(frame) = self.due_frame(None) {
                self.send(frame, &face);
            }
        }
    }

    /// The device's id.
    pub fn device(&self) -> &Name {
        &self.packet.device
    }
}

/// The device id of a subject on this machine.
fn device(subject: &Name) -> Name {
    Name::device(&gethostname::gethostname().to_string_lossy(), subject)
}

/// Seconds since midnight, local time.
fn time_of_day() -> f64 {
    let now = chrono::Local::now();
    f64::from(now.num_seconds_from_midnight()) + f64::from(now.nanosecond()) * 1e-9
}

/// Frames from a face to the neutral face, with ease-in and ease-out (smoothstep).
pub fn to_rest(face: &Frame, frames_per_second: f64) -> Vec<Frame> {
    let count = (REST_SECONDS * frames_per_second).ceil().max(1.0) as usize;
    let frame_at = |step: usize| {
        let t = step as f32 / count as f32;
        let mut frame = *face;
        frame.strengthen(1.0 - t * t * (3.0 - 2.0 * t), &Frame::NEUTRAL);
        frame
    };
    (1..=count).map(frame_at).collect()
}

#[cfg(test)]
mod tests {
    use metaface_core::clip::{Channel, Frame};

    use super::to_rest;

    #[test]
    fn a_face_comes_to_rest_in_a_quarter_of_a_second_without_a_jump() {
        let mut face = Frame::NEUTRAL;
        face[Channel::JawOpen] = 0.8;
        face[Channel::HeadYaw] = -0.3;
        let frames = to_rest(&face, 60.0);
        assert_eq!(frames.len(), 15);
        assert_eq!(frames[14], Frame::NEUTRAL);
        let mut before = face;
        for frame in frames {
            let step = before[Channel::JawOpen] - frame[Channel::JawOpen];
            assert!((0.0..0.09).contains(&step), "{step}");
            before = frame;
        }
        assert_eq!(to_rest(&face, 1.0), [Frame::NEUTRAL]);
    }
}
