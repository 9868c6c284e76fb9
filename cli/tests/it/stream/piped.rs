//! Streams of piped sound.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{LINE, Received, command, engine};

/// The samples of the line: 16 kHz, mono, 16 bits.
pub fn samples() -> Vec<u8> {
    let bytes = std::fs::read(LINE).unwrap();
    let data = bytes.windows(4).position(|four| four == b"data").unwrap();
    bytes[data + 8..].to_vec()
}

/// Asserts that the jaw moves with the line and is closed at its end.
pub fn assert_speaks(received: &Received) {
    let jaw = received.jaw();
    let most = jaw.iter().copied().fold(0.0, f32::max);
    assert!(most > 0.25, "the jaw opens to {most}");
    // Late blocks of a microphone can repeat a face for a few frames.
    let mut distinct = jaw.clone();
    distinct.dedup();
    let is_peak = |w: &&[f32]| w[1] > w[0] && w[1] > w[2] && w[1] > 0.1;
    let peaks = distinct.windows(3).filter(is_peak).count();
    assert!(peaks >= 5, "{peaks} openings");
    assert!(received.last().0.iter().all(|value| *value == 0.0));
}

#[test]
fn a_piped_file_is_sent_in_real_time_and_ends() {
    let (address, engine) = engine();
    let start = Instant::now();
    let output = command(&["-", "--to", &address, "--fps", "30"])
        .stdin(File::open(LINE).unwrap())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(start.elapsed() > Duration::from_secs(6));
    assert_speaks(&engine.join().unwrap());
}

#[test]
fn raw_samples_are_sent_as_they_arrive_and_a_pause_counts_as_silence() {
    let (address, engine) = engine();
    let mut child = command(&["-", "--to", &address])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let start = Instant::now();
    for (index, block) in samples().chunks(640).enumerate() {
        pipe.write_all(block).unwrap();
        let due = start + Duration::from_millis(20 * (index as u64 + 1));
        sleep(due.saturating_duration_since(Instant::now()));
    }
    // The pipe is open without new sound: the mouth must close.
    sleep(Duration::from_millis(1500));
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let received = engine.join().unwrap();
    assert_speaks(&received);
    let jaw = received.jaw();
    let pause = &jaw[jaw.len() - 45..jaw.len() - 20];
    assert!(pause.iter().all(|jaw| *jaw < 0.1), "{pause:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("latency from sound to face"));
}
