//! Sound through a pipe.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{LINE, Received, command, engine};

/// The line's samples: the sample file has 16 kHz, mono, 16 bits, and a plain header.
pub fn samples() -> Vec<u8> {
    let bytes = std::fs::read(LINE).unwrap();
    let data = bytes.windows(4).position(|four| four == b"data").unwrap();
    bytes[data + 8..].to_vec()
}

/// The jaw moves with the line and is shut at its end.
pub fn speaks(received: &Received) {
    let jaw = received.jaw();
    let most = jaw.iter().copied().fold(0.0, f32::max);
    assert!(most > 0.25, "the jaw opens to {most}");
    // A microphone that lags behind holds a face for a few frames.
    let mut moved = jaw.clone();
    moved.dedup();
    let is_turn = |w: &&[f32]| w[1] > w[0] && w[1] > w[2] && w[1] > 0.1;
    let turns = moved.windows(3).filter(is_turn).count();
    assert!(turns >= 5, "{turns} openings");
    assert!(received.last().0.iter().all(|value| *value == 0.0));
}

#[test]
fn a_file_in_a_pipe_is_said_at_the_pace_of_speech_and_ends() {
    let (address, engine) = engine();
    let begun = Instant::now();
    let output = command(&["-", "--to", &address, "--fps", "30"])
        .stdin(File::open(LINE).unwrap())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(begun.elapsed() > Duration::from_secs(6));
    speaks(&engine.join().unwrap());
}

#[test]
fn raw_samples_are_heard_as_they_come_and_their_pause_is_silence() {
    let (address, engine) = engine();
    let mut child = command(&["-", "--to", &address])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let begun = Instant::now();
    for (index, block) in samples().chunks(640).enumerate() {
        pipe.write_all(block).unwrap();
        let due = begun + Duration::from_millis(20 * (index as u64 + 1));
        sleep(due.saturating_duration_since(Instant::now()));
    }
    // Nothing comes, and the pipe stays open: the mouth closes all the same.
    sleep(Duration::from_millis(1500));
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let received = engine.join().unwrap();
    speaks(&received);
    let jaw = received.jaw();
    let pause = &jaw[jaw.len() - 45..jaw.len() - 20];
    assert!(pause.iter().all(|jaw| *jaw < 0.1), "{pause:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("after their sound came"));
}
