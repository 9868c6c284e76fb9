//! Very long and very many.

use std::fs::File;
use std::io::{BufWriter, Write};

use crate::{Stage, wave, wave_header};

#[test]
fn a_file_of_three_hours_is_one_line_like_any_other() {
    let stage = Stage::new();
    let second = wave(16_000, 1)[44..].to_vec();
    let seconds = 3 * 3600;
    let mut file = BufWriter::new(File::create(stage.at("long.wav")).unwrap());
    file.write_all(&wave_header(seconds * 16_000)).unwrap();
    for _ in 0..seconds {
        file.write_all(&second).unwrap();
    }
    drop(file);
    stage.write("t.csv", "audio,fps\nlong.wav,24\n");
    let report = stage.report(&["t.csv", "-o", "out", "--format", "csv"], 0);
    assert_eq!(report["totals"]["sound_seconds"], 10_800.0);
    let bytes = std::fs::metadata(stage.at("out/long.csv")).unwrap().len();
    assert!(bytes > 100_000_000, "{bytes}");
}

#[test]
fn ten_thousand_files_of_a_second_are_all_made_and_none_again() {
    let stage = Stage::new();
    let mut table = String::from("audio,output\n");
    for index in 0..10_000 {
        let name = format!("v/{:02}/{index}.wav", index / 100);
        stage.write(&name, wave(16_000, index));
        table += &format!("{name},{:02}/{index}\n", index / 100);
    }
    stage.write("t.csv", table);
    let run = ["t.csv", "-o", "out", "--format", "cues.json"];
    let report = stage.report(&run, 0);
    assert_eq!(report["totals"]["done"], 10_000);
    assert_eq!(stage.report(&run, 0)["totals"]["made_now"], 0);
}
