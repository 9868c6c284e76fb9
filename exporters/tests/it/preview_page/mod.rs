//! Tests preview pages in a browser.

#![cfg(feature = "preview")]

mod takes;

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::{characters, node};
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::preview::{self, PreviewInput, PreviewTake, Sound};
use metaface_exporters::{FormatError, JointTrack, MeshTrack, Performance, gltf};
use serde_json::{Value, json};
use tempfile::TempDir;

const PAGE: &str = "page.html";
const HEAD: usize = 2;
const HEAD_MESH: usize = 6;
const TEETH_MESH: usize = 7;

/// The hero's performance of `clip`: jaw and blink on two meshes, the head's yaw on a joint.
fn performance(clip: &Clip) -> Performance {
    let head = |frame: &metaface_clip::Frame| {
        let close = frame[Channel::MouthClose];
        vec![
            frame[Channel::JawOpen],
            close,
            frame[Channel::EyeBlinkLeft],
            0.0,
        ]
    };
    let turn = |frame: &metaface_clip::Frame| {
        let half = frame[Channel::HeadYaw] / 2.0;
        [0.0, half.sin(), 0.0, half.cos()]
    };
    let jaw = |frame: &metaface_clip::Frame| vec![frame[Channel::JawOpen]];
    Performance {
        name: clip.name.clone(),
        rate: clip.rate,
        start_frame: clip.start_frame,
        frame_count: clip.frames.len(),
        meshes: vec![
            MeshTrack {
                node: HEAD_MESH,
                weights: clip.frames.iter().map(head).collect(),
                undriven: Vec::new(),
                keys: None,
            },
            MeshTrack {
                node: TEETH_MESH,
                weights: clip.frames.iter().map(jaw).collect(),
                undriven: Vec::new(),
                keys: None,
            },
        ],
        joints: vec![JointTrack {
            node: HEAD,
            rotations: clip.frames.iter().map(turn).collect(),
            keys: None,
        }],
        metadata: clip.metadata.clone(),
    }
}

/// A quiet tone as a 16-bit mono WAV at 16 kHz.
fn tone(seconds: f64) -> Vec<u8> {
    const RATE: u32 = 16_000;
    let count = (seconds * f64::from(RATE)).round() as u32;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + 2 * count).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    for word in [16, 0x0001_0001, RATE, 2 * RATE, 0x0010_0002] {
        wav.extend(word.to_le_bytes());
    }
    wav.extend(b"data");
    wav.extend((2 * count).to_le_bytes());
    for index in 0..count {
        let phase = 220.0 * std::f32::consts::TAU * index as f32 / RATE as f32;
        wav.extend(((phase.sin() * 3000.0) as i16).to_le_bytes());
    }
    wav
}

/// The weights of the clip at a time, interpolated between its frames.
fn pose(clip: &Clip, time: f64) -> Value {
    let position = time * clip.rate.as_f64();
    let before = (position + 1e-6).floor() as usize;
    let after = (before + 1).min(clip.frames.len() - 1);
    let share = (position - before as f64).clamp(0.0, 1.0) as f32;
    let value = |channel| {
        let (a, b) = (clip.frames[before][channel], clip.frames[after][channel]);
        a + share * (b - a)
    };
    json!({
        "time": time,
        "weights": {
            "HeadMesh": {
                "jawOpen": value(Channel::JawOpen),
                "mouthClose": value(Channel::MouthClose),
                "eyeBlink_L": value(Channel::EyeBlinkLeft),
                "wrinkle": 0.0,
            },
            "TeethMesh": { "jawOpen": value(Channel::JawOpen) },
        },
    })
}

fn assert_page_works(rate: FrameRate, with_sound: bool) {
    let mut clip = characters::busy_clip("line </script> ü", rate, 240);
    clip.metadata
        .insert("said".to_owned(), "<b>hello</b>".to_owned());
    let glb = gltf::write_character(&characters::hero(), Some(&performance(&clip))).expect("a GLB");
    let wav = tone(clip.duration());
    let sound = with_sound.then_some(Sound {
        mime_type: "audio/wav",
        bytes: &wav,
    });
    let html = preview::page(&PreviewInput {
        title: &clip.name,
        glb: &glb,
        takes: &[PreviewTake {
            label: &clip.name,
            clip: &clip,
        }],
        sound,
        metadata: &BTreeMap::new(),
    });
    let frame = |index: f64| clip.rate.seconds(index);
    let times = [0.0, frame(7.0), frame(20.5), frame(33.25), frame(239.0)];
    let expected = json!({
        "rate": [clip.rate.numerator(), clip.rate.denominator()],
        "frameCount": clip.frames.len(),
        "duration": clip.duration(),
        "sound": with_sound,
        "poses": times.map(|time| pose(&clip, time)),
    });
    let opened = open("preview_page.mjs", html, &expected);
    if let Some(folder) = opened
        && with_sound
    {
        assert_contact_sheet_shows(folder.path());
    }
}

/// Runs a script that opens the page in a browser, and asserts that it finds no faults. Returns the
/// folder with the page; `None`, with a printed message, without a browser.
fn open(script: &str, html: Result<String, FormatError>, expected: &Value) -> Option<TempDir> {
    let html = match html {
        Ok(html) => html,
        Err(error) => {
            println!("skipped: {error}");
            return None;
        }
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = folder.path().join(PAGE);
    let expected_file = folder.path().join("expected.json");
    std::fs::write(&page, html).expect("written");
    std::fs::write(&expected_file, expected.to_string()).expect("written");
    let report = node::run(script, &[&page, &expected_file])?;
    if let Some(reason) = report["skipped"].as_str() {
        println!("skipped: {reason}");
        return None;
    }
    assert_eq!(report["faults"], json!([]), "{report:#}");
    Some(folder)
}

/// Asserts that a contact sheet of three labelled pictures is a PNG of sufficient size.
fn assert_contact_sheet_shows(folder: &Path) {
    let page = folder.join(PAGE);
    let entries = folder.join("entries.json");
    let sheet = folder.join("sheet.png");
    let moments = json!([
        { "label": "/p/ <pie>", "time": 0.5, "group": "lips closed" },
        { "label": "/b/", "time": 1.0, "group": "lips closed" },
        { "label": "silence", "time": 2.0, "group": "silence" },
    ]);
    std::fs::write(&entries, moments.to_string()).expect("written");
    let arguments = [
        &page,
        Path::new("-o"),
        &sheet,
        Path::new("--entries"),
        &entries,
        Path::new("--size=120"),
    ];
    let report = node::run("contact_sheet.mjs", &arguments).expect("node is installed");
    assert_eq!(report["pictures"], 3);
    let png = std::fs::read(&sheet).expect("a picture");
    let side = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    assert!(png.starts_with(b"\x89PNG"));
    assert!(side(16) >= 2 * 120 && side(20) >= 2 * 120);
}

#[test]
fn a_page_with_sound_draws_seeks_and_plays_in_sync() {
    assert_page_works(FrameRate::new(24000, 1001).expect("a rate"), true);
}

#[test]
fn a_page_without_sound_plays_in_real_time() {
    assert_page_works(FrameRate::whole(30).expect("a rate"), false);
}
