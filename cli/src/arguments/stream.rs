//! Arguments of `metaface stream`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use metaface_core::clip::{FrameRate, Timecode};
use metaface_exporters::live_link::{Name, PORT};

use super::{LiveMotionArguments, ModelArguments, ReportArguments, SpeakerArguments};

/// Arguments of `metaface stream`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface stream mic --to 192.168.1.20 --subject Hero    # animates Hero from the microphone
  metaface stream line.wav --subject Hero    # to an engine on this machine
  metaface stream line.wav --to stage-1 --to stage-2:11112 --speaker anna.speaker
  metaface stream line.wav --loop --fps 59.94 --start 01:00:00:00
  metaface stream mic --microphone yeti --delay 0.3    # for audio that arrives 0.3 s later
  metaface stream --list-microphones
  arecord -q -t raw -f S16_LE -r 16000 -c 1 -F 10000 | metaface stream - --to 192.168.1.20

The packets are those of the Live Link Face app: 52 blendshapes and the rotations of head and eyes,
over UDP, to port 11111. In Unreal the subject appears automatically in the Live Link window.

A file is animated first, like with `metaface animate`, and then sent frame by frame in real time:
the values are those of `metaface animate --fps 60 -o line.csv`. The sound is not played. Sound from
a microphone or a pipe is animated as it arrives, with about a quarter of a second of latency (the
model's look-ahead is 193 ms).

A late frame is sent at once; a frame that is more than 250 ms late is dropped. At the end and on
Ctrl-C the face comes to rest within a quarter of a second.")]
pub struct StreamArguments {
    /// The speech: a sound file, `mic` for the microphone, or `-` for standard input (WAV, or raw
    /// 16-bit samples).
    #[arg(required_unless_present = "list_microphones")]
    pub sound: Option<PathBuf>,
    /// The receiver: an address or a host name, with a port if it is not 11111. May be repeated.
    #[arg(long, value_name = "HOST[:PORT]", default_value = "127.0.0.1")]
    pub to: Vec<Destination>,
    /// The name of the face in the engine. Letters and digits are safe.
    #[arg(long, value_name = "NAME", default_value = "MetaFace")]
    pub subject: Name,
    /// Frames per second, such as 30, 59.94 or 24000/1001. The app sends 60.
    #[arg(long, value_name = "RATE", default_value = "60")]
    pub fps: FrameRate,
    /// Time code of the first frame: HH:MM:SS:FF, with ; before the frames for drop-frame. Defaults
    /// to this machine's time of day, as in the app.
    #[arg(long, value_name = "TIMECODE")]
    pub start: Option<Timecode>,
    /// Send every frame this many seconds later, up to 10: for audio that arrives after its face.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = delay)]
    pub delay: f64,
    /// Repeat the file until Ctrl-C.
    #[arg(long = "loop")]
    pub repeat: bool,
    /// Stop at the last frame instead of coming to rest.
    #[arg(long)]
    pub no_rest: bool,
    /// The microphone's name, or a part of it. Defaults to the system's default microphone.
    #[arg(long, value_name = "NAME")]
    pub microphone: Option<String>,
    /// List the microphones of this machine.
    #[arg(long)]
    pub list_microphones: bool,
    /// Sample rate of piped raw sound. Defaults to 16000.
    #[arg(long, value_name = "HERTZ", value_parser = clap::value_parser!(u32).range(1000..=768_000))]
    pub raw_rate: Option<u32>,
    /// Channels of piped raw sound. Defaults to 1.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub raw_channels: Option<u16>,
    #[command(flatten)]
    pub motion: LiveMotionArguments,
    #[command(flatten)]
    pub speaker: SpeakerArguments,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// The address of a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// An IP address or a host name.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl FromStr for Destination {
    type Err = String;

    /// Parses `host`, `host:port`, `address` or `[IPv6 address]:port`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = match text.strip_prefix('[') {
            Some(bracketed) => {
                let (host, rest) = (bracketed.split_once(']'))
                    .ok_or("an address that begins with [ must end with ]")?;
                (host, rest.strip_prefix(':').filter(|_| !rest.is_empty()))
            }
            None => match text.split_once(':') {
                // An IPv6 address has several colons.
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
                .ok_or_else(|| format!("'{port}' is not a port; give a number from 1 to 65535"))?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
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
            let parsed: Destination = text.parse().expect(text);
            assert_eq!((parsed.host.as_str(), parsed.port), (host, port), "{text}");
            assert_eq!(parsed.to_string().parse(), Ok(parsed));
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
