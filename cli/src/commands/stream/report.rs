//! The report of a stream, and the list of microphones.

use std::fmt;
use std::path::Path;

use metaface_microphone::Microphone;
use serde::Serialize;

use super::histogram::LatencySummary;
use super::receivers::Delivery;
use super::sender::Sender;
use crate::arguments::StreamArguments;

/// The report of the command.
#[derive(Serialize)]
pub struct StreamReport {
    sound: String,
    subject: String,
    device_id: String,
    fps: String,
    frames: u64,
    dropped: u64,
    stopped: bool,
    late_ms: Option<LatencySummary>,
    latency_ms: Option<LatencySummary>,
    receivers: Vec<Delivery>,
}

impl StreamReport {
    /// The report on a finished stream.
    pub fn of(
        sound: &Path,
        arguments: &StreamArguments,
        sender: Sender,
        stopped: bool,
        latency_ms: Option<LatencySummary>,
    ) -> Self {
        Self {
            sound: sound.display().to_string(),
            subject: arguments.subject.to_string(),
            device_id: sender.device().to_string(),
            fps: arguments.fps.to_string(),
            frames: sender.sent,
            dropped: sender.pace.dropped,
            stopped,
            late_ms: sender.late.summary(),
            latency_ms,
            receivers: sender.receivers.deliveries(),
        }
    }
}

impl fmt::Display for StreamReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} frames at {} fps, {} dropped",
            self.subject, self.frames, self.fps, self.dropped
        )?;
        for receiver in &self.receivers {
            write!(f, "\n{}: {} packets", receiver.to, receiver.sent)?;
            if receiver.failed > 0 {
                write!(f, ", {} failed", receiver.failed)?;
            }
        }
        if let Some(late) = self.late_ms {
            write!(f, "\ndelay of frames: {late}")?;
        }
        if let Some(latency) = self.latency_ms {
            write!(f, "\nlatency from sound to face: {latency}")?;
        }
        Ok(())
    }
}

impl fmt::Display for LatencySummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "median {:.2} ms, 99th percentile {:.2} ms, maximum {:.2} ms",
            self.median, self.most_of_99, self.most
        )
    }
}

/// The microphones of this machine.
#[derive(Serialize)]
pub struct MicrophoneList {
    microphones: Vec<ListedMicrophone>,
}

#[derive(Serialize)]
struct ListedMicrophone {
    id: String,
    name: String,
    default: bool,
}

impl From<Vec<Microphone>> for MicrophoneList {
    fn from(microphones: Vec<Microphone>) -> Self {
        let listed = |one: Microphone| ListedMicrophone {
            id: one.id,
            name: one.name,
            default: one.is_default,
        };
        Self {
            microphones: microphones.into_iter().map(listed).collect(),
        }
    }
}

impl fmt::Display for MicrophoneList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.microphones.is_empty() {
            return write!(f, "no microphones");
        }
        for (index, one) in self.microphones.iter().enumerate() {
            let mark = if one.default { "  (default)" } else { "" };
            let end = if index + 1 < self.microphones.len() {
                "\n"
            } else {
                ""
            };
            write!(f, "{}: {}{mark}{end}", one.id, one.name)?;
        }
        Ok(())
    }
}
