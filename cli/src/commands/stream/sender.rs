//! Faces out, each at its time.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use chrono::Timelike;
use metaface_core::clip::Frame;
use metaface_exporters::live_link::{FrameTime, Name, Packet};

use super::pace::Pace;
use super::receivers::Receivers;
use crate::arguments::{ReportArguments, StreamArguments};
use crate::failure::Failure;

/// How long a face takes to come to rest, in seconds: about as long as a mouth takes to close.
const TO_REST: f64 = 0.25;

/// Sends one subject's faces to everybody.
pub struct Sender<'a> {
    /// Who receives them.
    pub receivers: Receivers,
    /// When they are due, and when they left.
    pub pace: Pace,
    /// Packets per receiver.
    pub sent: u64,
    packet: Packet,
    /// The first frame's place in the day, in frames.
    start: f64,
    stop: &'a AtomicBool,
    report: &'a ReportArguments,
}

impl<'a> Sender<'a> {
    /// Ready to send; the first frame is due when the arguments' delay is over.
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

    /// Waits for the next frame that is due. None when the user has asked to stop.
    pub fn next(&mut self) -> Option<u64> {
        self.pace.next(Some(self.stop))
    }

    /// When a frame is due.
    pub fn due(&self, frame: u64) -> Instant {
        self.pace.due(frame)
    }

    /// Sends a frame's face.
    pub fn send(&mut self, frame: u64, face: &Frame) {
        self.packet.time = FrameTime::of(self.start + frame as f64, self.packet.rate);
        self.packet.face = *face;
        self.receivers.send(&self.packet.encode(), self.report);
        self.sent += 1;
    }

    /// Lets the face that was sent last come to rest, whether or not the user waits for it.
    pub fn come_to_rest(&mut self) {
        for face in to_rest(&self.packet.face, self.packet.rate.as_f64()) {
            if let Some(frame) = self.pace.next(None) {
                self.send(frame, &face);
            }
        }
    }

    /// The device's id.
    pub fn device(&self) -> &Name {
        &self.packet.device
    }
}

/// The id under which this computer sends a subject.
fn device(subject: &Name) -> Name {
    Name::device(&gethostname::gethostname().to_string_lossy(), subject)
}

/// Seconds since midnight, by this machine's clock and in its time zone.
fn time_of_day() -> f64 {
    let now = chrono::Local::now();
    f64::from(now.num_seconds_from_midnight()) + f64::from(now.nanosecond()) * 1e-9
}

/// The way from a face to rest, begun and ended gently. The last one is at rest.
pub fn to_rest(face: &Frame, frames_per_second: f64) -> Vec<Frame> {
    let count = (TO_REST * frames_per_second).ceil().max(1.0) as usize;
    let on_the_way = |step: usize| {
        let way = step as f32 / count as f32;
        let mut frame = *face;
        frame.strengthen(1.0 - way * way * (3.0 - 2.0 * way), &Frame::NEUTRAL);
        frame
    };
    (1..=count).map(on_the_way).collect()
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
        let way = to_rest(&face, 60.0);
        assert_eq!(way.len(), 15);
        assert_eq!(way[14], Frame::NEUTRAL);
        let mut before = face;
        for frame in way {
            let step = before[Channel::JawOpen] - frame[Channel::JawOpen];
            assert!((0.0..0.09).contains(&step), "{step}");
            before = frame;
        }
        assert_eq!(to_rest(&face, 1.0), [Frame::NEUTRAL]);
    }
}
