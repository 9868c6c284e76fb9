//! Very long sounds, and very many sounds.

use std::fs::File;
use std::io::{BufWriter, Write};

use super::{BatchFolder, wave, wave_header};

#[test]
fn a_sound_of_three_hours_is_animated() {
    let batch = BatchFolder::new();
    let second = wave(16_000, 1)[44..].to_vec();
    let seconds = 3 * 3600;
    let mut file = BufWriter::new(File::create(batch.at("long.wav")).unwrap());
    file.write_all(&wave_header(seconds * 16_000)).unwrap();
    for _ in 0..seconds {
        file.write_all(&second).unwrap();
    }
    drop(file);
    batch.write("t.csv", "audio,fps\nlong.wav,24\n");
    let report = batch.report(&["t.csv", "-o", "out", "--format", "csv"], 0);
    assert_eq!(report["totals"]["sound_seconds"], 10_800.0);
    let bytes = std::fs::metadata(batch.at("out/long.csv")).unwrap().len();
    assert!(bytes > 100_000_000, "{bytes}");
}

#[test]
fn ten_thousand_sounds_of_a_second_are_made_once() {
    let batch = BatchFolder::new();
    let mut table = String::from("audio,output\n");
    for index in 0..10_000 {
        let name = format!("v/{:02}/{index}.wav", index / 100);
        batch.write(&name, wave(16_000, index));
        table += &format!("{name},{:02}/{index}\n", index / 100);
    }
    batch.write("t.csv", table);
    let run = ["t.csv", "-o", "out", "--format", "cues.json"];
    let report = batch.report(&run, 0);
    assert_eq!(report["totals"]["done"], 10_000);
    assert_eq!(batch.report(&run, 0)["totals"]["made_now"], 0);
}
