//! What is said when a stream has ended.

use std::fmt;
use std::path::Path;

use metaface_microphone::Microphone;
use serde::Serialize;

use super::histogram::Spread;
use super::receivers::Delivery;
use super::sender::Sender;
use crate::arguments::StreamArguments;

/// How a stream went.
#[derive(Serialize)]
pub struct Report {
    sound: String,
    subject: String,
    device_id: String,
    fps: String,
    frames: u64,
    dropped: u64,
    stopped: bool,
    late_ms: Option<Spread>,
    latency_ms: Option<Spread>,
    receivers: Vec<Delivery>,
}

impl Report {
    /// The report on what a sender sent.
    pub fn of(
        sound: &Path,
        arguments: &StreamArguments,
        sender: Sender,
        stopped: bool,
        latency_ms: Option<Spread>,
    ) -> Self {
        Self {
            sound: sound.display().to_string(),
            subject: arguments.subject.to_string(),
            device_id: sender.device().to_string(),
            fps: arguments.fps.to_string(),
            frames: sender.sent,
            dropped: sender.pace.dropped,
            stopped,
            late_ms: sender.pace.late.spread(),
            latency_ms,
            receivers: sender.receivers.deliveries(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} frames at {} fps, {} left out",
            self.subject, self.frames, self.fps, self.dropped
        )?;
        for receiver in &self.receivers {
            write!(f, "\n{}: {} packets", receiver.to, receiver.sent)?;
            if receiver.failed > 0 {
                write!(f, ", {} not taken", receiver.failed)?;
            }
        }
        if let Some(late) = self.late_ms {
            write!(f, "\nframes left {late} after they were due")?;
        }
        if let Some(latency) = self.latency_ms {
            write!(f, "\nfaces left {latency} after their sound came")?;
        }
        Ok(())
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.2} ms (99 of 100 up to {:.2} ms, at most {:.2} ms)",
            self.median, self.most_of_99, self.most
        )
    }
}

/// The microphones of this machine.
#[derive(Serialize)]
pub struct Microphones {
    microphones: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    name: String,
    default: bool,
}

impl From<Vec<Microphone>> for Microphones {
    fn from(microphones: Vec<Microphone>) -> Self {
        let listed = |one: Microphone| Listed {
            id: one.id,
            name: one.name,
            default: one.is_default,
        };
        Self {
            microphones: microphones.into_iter().map(listed).collect(),
        }
    }
}

impl fmt::Display for Microphones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.microphones.is_empty() {
            return write!(f, "no microphone");
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
