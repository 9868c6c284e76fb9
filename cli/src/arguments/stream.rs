//! Arguments of `metaface stream`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use metaface_core::clip::{FrameRate, Timecode};
use metaface_exporters::live_link::{Name, PORT};

use super::{HandArguments, ModelArguments, ReportArguments, SpeakerArguments};

/// Arguments of `metaface stream`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface stream mic --to 192.168.1.20 --subject Hero    # speak, and Hero speaks in the engine
  metaface stream line.wav --subject Hero    # an engine on this machine
  metaface stream line.wav --to stage-1 --to stage-2:11112 --speaker anna.speaker
  metaface stream line.wav --loop --fps 59.94 --start 01:00:00:00
  metaface stream mic --microphone yeti --delay 0.3    # the voice takes 0.3 s longer
  metaface stream --list-microphones
  arecord -q -t raw -f S16_LE -r 16000 -c 1 -F 10000 | metaface stream - --to 192.168.1.20

What it sends is what the Live Link Face app sends: 52 blendshapes and the turns of head and eyes,
in UDP packets, to port 11111. In Unreal the subject appears by itself in the Live Link window.

A file is animated first, as `metaface animate` does it, and then sent, every frame at its time: the
values are those of `metaface animate --fps 60 -o line.csv`. The sound itself is not played. A
microphone or a pipe is animated as it is heard: a face leaves about a quarter of a second after its
sound (the model listens 193 ms ahead).

A frame that is late is sent at once; one that is more than 250 ms late is left out. At the end and
on Ctrl-C the face comes to rest within a quarter of a second.")]
pub struct StreamArguments {
    /// What is spoken: a sound file, `mic` for the microphone, or `-` for what is piped in (WAV, or
    /// raw 16-bit samples).
    #[arg(required_unless_present = "list_microphones")]
    pub sound: Option<PathBuf>,
    /// Who receives it: an address or a name, and a port other than 11111 after a colon. May be
    /// repeated.
    #[arg(long, value_name = "HOST[:PORT]", default_value = "127.0.0.1")]
    pub to: Vec<Destination>,
    /// The name under which the face appears in the engine; letters and digits are safe.
    #[arg(long, value_name = "NAME", default_value = "MetaFace")]
    pub subject: Name,
    /// Frames per second: 60 as the app sends them, 30, 59.94 or 24000/1001.
    #[arg(long, value_name = "RATE", default_value = "60")]
    pub fps: FrameRate,
    /// Time code of the first frame: HH:MM:SS:FF, with ; before the frames for drop-frame. Without
    /// it, this machine's time of day, as the app counts.
    #[arg(long, value_name = "TIMECODE")]
    pub start: Option<Timecode>,
    /// Send every face so many seconds later, up to 10: for a voice that arrives later than its
    /// face.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = delay)]
    pub delay: f64,
    /// Say the file again and again, until Ctrl-C.
    #[arg(long = "loop")]
    pub repeat: bool,
    /// End with the last frame as it is, instead of coming to rest.
    #[arg(long)]
    pub no_rest: bool,
    /// Which microphone: its name, or a part of it. Without it, the system's own choice.
    #[arg(long, value_name = "NAME")]
    pub microphone: Option<String>,
    /// List the microphones of this machine.
    #[arg(long)]
    pub list_microphones: bool,
    /// Samples per second of raw sound that is piped in; 16000 unless told.
    #[arg(long, value_name = "HERTZ", value_parser = clap::value_parser!(u32).range(1000..=768_000))]
    pub raw_rate: Option<u32>,
    /// Channels of raw sound that is piped in; 1 unless told.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub raw_channels: Option<u16>,
    #[command(flatten)]
    pub hand: HandArguments,
    #[command(flatten)]
    pub speaker: SpeakerArguments,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// A receiver as the user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// An address or a name.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl FromStr for Destination {
    type Err = String;

    /// Reads `host`, `host:port`, `address`, `[address of version 6]:port`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = match text.strip_prefix('[') {
            Some(bracketed) => {
                let (host, rest) = (bracketed.split_once(']'))
                    .ok_or("an address that begins with [ ends with ]")?;
                (host, rest.strip_prefix(':').filter(|_| !rest.is_empty()))
            }
            None => match text.split_once(':') {
                // An address of version 6 has several.
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (text, None),
            },
        };
        if host.is_empty() {
            return Err("give a host, such as 192.168.1.20 or stage-1:11112".to_owned());
        }
        let port = match port {
            None => PORT,
            Some(port) => (port.parse().ok().filter(|port| *port > 0))
                .ok_or_else(|| format!("'{port}' is no port; give one from 1 to 65535"))?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

fn delay(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=10.0).contains(&value) => Ok(value),
        _ => Err("give seconds from 0 to 10".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[test]
    fn a_receiver_is_a_host_with_or_without_a_port() {
        for (text, host, port) in [
            ("192.168.1.20", "192.168.1.20", 11111),
            ("stage-1:11112", "stage-1", 11112),
            ("fe80::1", "fe80::1", 11111),
            ("[fe80::1]:9", "fe80::1", 9),
            ("[::1]", "::1", 11111),
        ] {
            let read: Destination = text.parse().expect(text);
            assert_eq!((read.host.as_str(), read.port), (host, port), "{text}");
            assert_eq!(read.to_string().parse(), Ok(read));
        }
        for text in [
            "",
            ":11111",
            "host:",
            "host:0",
            "host:65536",
            "host:http",
            "[::1",
        ] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
