//! `metaface stream` with a test receiver in place of an engine. All packets stay on this machine.

mod file;
mod microphone;
mod piped;
mod refusals;

use std::io::ErrorKind;
use std::net::UdpSocket;
use std::process::{Child, Command, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use metaface_core::clip::{Channel, Frame};
use metaface_exporters::live_link::Packet;

const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");

/// Received packets with their arrival times.
struct Received(Vec<(Instant, Packet)>);

impl Received {
    /// Frame numbers relative to the first packet.
    fn numbers(&self) -> Vec<i32> {
        let first = self.0[0].1.time.frame;
        let numbers = self.0.iter();
        numbers
            .map(|(_, packet)| packet.time.frame - first)
            .collect()
    }

    fn jaw(&self) -> Vec<f32> {
        let jaws = self.0.iter();
        jaws.map(|(_, packet)| packet.face[Channel::JawOpen])
            .collect()
    }

    fn last(&self) -> &Frame {
        &self.0.last().unwrap().1.face
    }
}

/// Starts a receiver, which ends after a second without packets. Returns its address and its thread.
fn engine() -> (String, JoinHandle<Received>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let receiver = thread::spawn(move || {
        let mut packets = Vec::new();
        let mut bytes = [0; 2048];
        // The program loads the model before the first packet.
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        loop {
            match socket.recv(&mut bytes) {
                Ok(length) => {
                    let packet = Packet::decode(&bytes[..length]).unwrap();
                    packets.push((Instant::now(), packet));
                    socket
                        .set_read_timeout(Some(Duration::from_secs(1)))
                        .unwrap();
                }
                Err(error) => {
                    assert!(matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut
                    ));
                    return Received(packets);
                }
            }
        }
    });
    (address, receiver)
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metaface"));
    command.arg("stream").args(arguments).stdin(Stdio::null());
    command
}

fn streams(arguments: &[&str]) -> (Output, Received) {
    let (address, engine) = engine();
    let output = command(arguments)
        .args(["--to", &address])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{message}");
    (output, engine.join().unwrap())
}

fn fails(arguments: &[&str], code: i32) -> String {
    let output = command(arguments).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

/// Sends Ctrl-C.
#[cfg(unix)]
fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
}
