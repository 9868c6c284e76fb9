//! A stream of a file has the same frames as the animated file.

use std::process::Command;

use metaface_core::clip::{Channel, Clip};
use metaface_exporters::curves::csv;
use serde_json::Value;

use super::{LINE, streams};

/// The clip that `metaface animate` writes as CSV.
fn animated(options: &[&str]) -> Clip {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("line.csv");
    let animate = Command::new(env!("CARGO_BIN_EXE_metaface"))
        .args(["animate", LINE, "--quiet", "-o"])
        .arg(&file)
        .args(options)
        .status();
    assert!(animate.unwrap().success());
    csv::read(&file).unwrap().0
}

#[test]
fn every_packet_holds_the_frame_that_animate_writes() {
    for options in [
        &["--fps", "60", "--seed", "9"][..],
        &[
            "--fps",
            "24000/1001",
            "--gains",
            "JawOpen=1.2",
            "--strength",
            "0.8",
        ],
    ] {
        let clip = animated(options);
        let arguments = [&[LINE, "--no-rest", "--start", "01:00:00:00"], options].concat();
        let (_, received) = streams(&arguments);
        let first = received.0[0].1.time.frame;
        let labels =
            f64::from(clip.rate.numerator()).div_euclid(f64::from(clip.rate.denominator()));
        assert_eq!(
            f64::from(first),
            3600.0 * labels.max(clip.rate.as_f64().ceil())
        );
        assert!(
            received.0.len() * 10 >= clip.frames.len() * 9,
            "a busy machine may drop some"
        );
        for (_, packet) in &received.0 {
            assert_eq!((packet.rate, packet.time.subframe), (clip.rate, 0.0));
            let frame = &clip.frames[(packet.time.frame - first) as usize];
            for channel in Channel::ALL {
                let (sent, written) = (packet.face[channel], frame[channel]);
                // The CSV file rounds values below 0.001 to ten decimals.
                let same = sent == written || sent.abs() < 1e-3 && (sent - written).abs() < 1e-10;
                assert!(same, "{channel:?}: {sent} and {written}");
            }
        }
    }
}

#[test]
fn frames_follow_the_clock_and_the_face_ends_at_rest() {
    let (output, received) = streams(&[LINE, "--json", "--subject", "Hero"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = received.0.len();
    assert_eq!(report["subject"], "Hero");
    assert_eq!(report["frames"], report["receivers"][0]["sent"]);
    assert_eq!(report["device_id"], received.0[0].1.device.as_str());
    assert_eq!(received.0[0].1.device.as_str().len(), 36);
    // 6.19 s of sound and a quarter of a second to come to rest.
    let numbers = received.numbers();
    assert_eq!(
        numbers[count - 1],
        386,
        "no frame is missing between the sound and the rest"
    );
    assert!(received.last().0.iter().all(|value| *value == 0.0));
    // The delay of each packet relative to the first one. Single packets may be late, but the median
    // of the last second grows only if the clock drifts.
    let start = received.0[0].0;
    let delay = |index: usize| {
        let due = f64::from(numbers[index]) / 60.0;
        (received.0[index].0 - start).as_secs_f64() - due
    };
    let median = |range: std::ops::Range<usize>| {
        let mut delays: Vec<_> = range.map(delay).collect();
        delays.sort_by(f64::total_cmp);
        delays[delays.len() / 2]
    };
    let drift = median(count - 60..count) - median(0..60);
    assert!(drift.abs() < 0.03, "{drift} s in 6 s");
}

#[test]
fn the_time_code_defaults_to_the_time_of_day() {
    use chrono::Timelike;
    let seconds = || f64::from(chrono::Local::now().num_seconds_from_midnight());
    let before = seconds();
    let (_, received) = streams(&[LINE, "--fps", "30"]);
    let after = seconds();
    let time = received.0[0].1.time;
    let sent = (f64::from(time.frame) + f64::from(time.subframe)) / 30.0;
    // The comparison is skipped around midnight.
    assert!(
        after < before || (before..=after + 1.0).contains(&sent),
        "{before} {sent} {after}"
    );
}

#[cfg(unix)]
#[test]
fn a_loop_continues_until_ctrl_c_and_then_comes_to_rest() {
    use super::{command, engine, interrupt};
    use std::process::Stdio;
    use std::time::Duration;

    let (address, engine) = engine();
    let sound = std::path::Path::new(LINE).with_file_name("line.wav");
    let child = command(&["--loop", "--fps", "30", "--json", "--to", &address])
        .arg(&sound)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // After the end of the 6.2 s, in the first loud word of the repetition.
    std::thread::sleep(Duration::from_millis(9500));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && message.contains("stopping"),
        "{message}"
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["stopped"], true);
    let received = engine.join().unwrap();
    assert!(*received.numbers().last().unwrap() > 200, "it repeats");
    assert!(received.last().0.iter().all(|value| *value == 0.0));
    let faces: Vec<_> = received.0.iter().map(|(_, packet)| packet.face).collect();
    // The repetition has the same frames, after a quarter of a second of rest.
    let numbers = received.numbers();
    let at = |number: i32| numbers.iter().position(|one| *one == number);
    let (Some(first), Some(second)) = (at(10), at(10 + 186 + 8)) else {
        println!("skipped: this machine was too busy to send frame 10 twice");
        return;
    };
    assert_eq!(faces[first], faces[second]);
}
