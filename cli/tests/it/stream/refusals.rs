//! Errors of streams, and errors that do not stop a stream.

use std::net::UdpSocket;

use serde_json::Value;

use super::{LINE, command, fails, streams};

#[test]
fn errors_of_missing_hosts_and_files_name_them() {
    let unknown = fails(&[LINE, "--to", "no-such-stage.invalid"], 4);
    assert!(
        unknown.contains("'no-such-stage.invalid' is not found"),
        "{unknown}"
    );
    assert!(fails(&[LINE, "--to", "127.0.0.1:0"], 2).contains("from 1 to 65535"));
    assert!(fails(&["no-such.wav"], 3).contains("no-such.wav"));
}

#[test]
fn conflicting_options_are_errors() {
    assert!(fails(&["mic", "--loop"], 2).contains("needs a file"));
    assert!(fails(&[LINE, "--microphone", "yeti"], 2).contains("needs mic"));
    assert!(fails(&[LINE, "--raw-rate", "48000"], 2).contains("piped in"));
    assert!(fails(&["mic", "--raw-channels", "2"], 2).contains("piped in"));
    assert!(fails(&["-", "--smoothing", "0.5"], 2).contains("needs future frames"));
    assert!(fails(&[LINE, "--start", "01:00:00;00"], 2).contains("drop-frame"));
    assert!(fails(&[LINE, "--subject", &"x".repeat(256)], 2).contains("at most 255 bytes"));
    assert!(fails(&[LINE, "--delay", "11"], 2).contains("0 to 10"));
    assert!(fails(&[], 2).contains("required"));
    assert!(fails(&["-"], 3).contains("the pipe is empty"));
}

#[test]
fn a_missing_engine_gives_one_warning_and_does_not_stop_the_stream() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let unused = socket.local_addr().unwrap().to_string();
    drop(socket);
    let output = command(&[LINE, "--to", &unused, "--json"])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{message}");
    let warnings = message.matches("no program receives").count();
    assert_eq!(warnings, 1, "{message}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["receivers"][0]["failed"].as_u64() > Some(100));
}

#[test]
fn a_subject_that_unreal_would_misread_is_sent_with_a_warning() {
    let (output, received) = streams(&[LINE, "--subject", "主角"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("every byte"));
    assert_eq!(received.0[0].1.subject.as_str(), "主角");
}
