//! Tables of lines, and messages about errors in them.

use serde_json::Value;

use super::{BatchFolder, SAMPLES, made_now};

#[test]
fn a_table_sets_speaker_character_output_rate_and_metadata_of_every_line() {
    let batch = BatchFolder::with_sounds(3);
    batch.copy("speakers/theatrical.speaker", "cast/tom & ann.speaker");
    batch.copy("head/head.glb", "faces/hëro.glb");
    batch.write(
        "lines.csv",
        "\u{feff}Audio;Speaker;Character;Output;FPS;Start;Strength;Language;Actor;seed\r\n\
         s0.wav;tom & ann;hëro;kapitel 1/zeile „eins“;29.97;01:00:00;02;0.8;de-DE;\"Ümit; der Große\";3\r\n"
            .replace("00;02", "\"00;02\"")
            .replace("01:00:\"00;02\"", "\"01:00:00;02\"")
            + "s1.wav;;;;;;;;;\r\n\r\ns2.wav;;;kapitel 1/zwei.csv;24;;;pt-BR;;\r\n",
    );
    let report = batch.report(
        &[
            "lines.csv",
            "-o",
            "out",
            "--format",
            "glb,csv",
            "--speaker-dir",
            "cast",
            "--character-dir",
            "faces",
        ],
        0,
    );
    assert_eq!(made_now(&report).len(), 3);
    for name in [
        "kapitel 1/zeile „eins“.glb",
        "kapitel 1/zeile „eins“.csv",
        "s1.glb",
        "s1.csv",
        "kapitel 1/zwei.csv",
    ] {
        assert!(batch.exists(&format!("out/{name}")), "{name}");
    }
    assert!(
        !batch.exists("out/kapitel 1/zwei.glb"),
        "an output with an ending has only that format"
    );
    let clip = |name: &str| metadata_of(&batch, name);
    let first = clip("out/kapitel 1/zeile „eins“.glb");
    let metadata = &first["metadata"];
    assert_eq!(first["frameRate"], "30000/1001");
    assert_eq!(metadata["language"], "de-DE");
    assert_eq!(metadata["actor"], "Ümit; der Große");
    assert_eq!(metadata["seed"], "3");
    assert_eq!(metadata["strength"], "0.8");
    assert_eq!(metadata["speaker"], "theatrical");
    assert_eq!(metadata["sound"], "../../s0.wav");
    assert!(
        (first["startFrame"].as_f64().unwrap() - 107_894.0).abs() < 1e-6,
        "{first}"
    );
    assert_eq!(clip("out/s1.glb")["frameRate"], "30");
}

/// MetaFace's data in the animation of a GLB.
fn metadata_of(batch: &BatchFolder, name: &str) -> Value {
    let bytes = std::fs::read(batch.at(name)).unwrap();
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let json: Value = serde_json::from_slice(&bytes[20..20 + length]).unwrap();
    let animations = json["animations"].as_array().unwrap();
    animations.last().unwrap()["extras"]["metaface"].clone()
}

#[test]
fn csv_tsv_and_json_lines_give_the_same_files() {
    let batch = BatchFolder::with_sounds(1);
    batch.write("a.csv", "audio,output,scene\ns0.wav,x,7\n");
    batch.write("b.tsv", "audio\toutput\tscene\ns0.wav\tx\t7\n");
    batch.write(
        "c.jsonl",
        "{\"audio\": \"s0.wav\", \"output\": \"x\", \"scene\": 7}\n",
    );
    let mut outputs = Vec::new();
    for table in ["a.csv", "b.tsv", "c.jsonl"] {
        batch.report(&[table, "-o", "out", "--format", "a2f.json", "--force"], 0);
        outputs.push(batch.outputs());
    }
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(outputs[0], outputs[2]);
}

#[test]
fn all_errors_of_all_rows_are_listed_and_valid_rows_are_done() {
    let batch = BatchFolder::with_sounds(2);
    batch.write(
        "lines.csv",
        "audio,speaker,output,fps,start,strength,language\n\
         s0.wav,,good,,,,\n\
         s1.wav,nobody,../evil,fast,1,9,x\n\
         s1.wav,,/etc/evil,,,,\n\
         s1.wav,,C:\\evil,,,,\n\
         s1.wav,,good,,,,\n\
         ,,,,,,\n\
         ,,empty,,,,\n\
         s1.wav,,a,b,c,d,e,f,g,h\n\
         s1.wav,,drop,24,00:00:00;02,,\n\
         s1.wav,,.metaface/state,,,,\n\
         s1.wav,,sub/,,,,\n",
    );
    let problems = batch.message(&["lines.csv", "-o", "out", "--format", "csv"], 6);
    for problem in [
        "row 3, column 'fps': 'fast'",
        "row 3, column 'language': 'x'",
        "row 3, column 'output': it leads out",
        "row 3, column 'speaker': there is no such file",
        "row 3, column 'start'",
        "row 3, column 'strength': '9' is not a number from 0 to 2",
        "row 4, column 'output': it leads out",
        "row 5, column 'output': it leads out",
        "row 6, column 'output': row 2 has the same output",
        "row 8, column 'audio': it is empty",
        "row 9: it has 10 cells and the header 7",
        "row 10, column 'start': '00:00:00;02'",
        "row 11, column 'output': the folder .metaface is reserved",
        "row 12, column 'output': it ends in a folder",
    ] {
        assert!(problems.contains(problem), "{problem} in\n{problems}");
    }
    assert!(batch.exists("out/good.csv"));
    assert_eq!(batch.outputs().len(), 1);
}

#[test]
fn errors_of_unusable_tables_name_a_remedy() {
    let batch = BatchFolder::with_sounds(1);
    for (name, bytes, reason) in [
        ("empty.csv", &b""[..], "its first row must name the columns"),
        (
            "header.csv",
            b"sound,voice\nx,y\n",
            "one of them 'audio'; found: sound, voice",
        ),
        (
            "twice.csv",
            b"audio,fps,FPS\n",
            "names the column 'fps' twice",
        ),
        ("excel.csv", b"\xff\xfea\0u\0", "save it as CSV UTF-8"),
        (
            "lines.xlsx",
            b"PK\x03\x04",
            "it does not end in .csv, .tsv, .jsonl",
        ),
    ] {
        batch.write(name, bytes);
        let message = batch.message(&[name, "-o", "out"], 3);
        assert!(
            message.contains(reason) && message.contains(name),
            "{name}: {message}"
        );
    }
    let message = batch.message(&["absent.csv", "-o", "out"], 3);
    assert!(message.contains("absent.csv"), "{message}");
    batch.write("latin.csv", b"audio,actor\ns0.wav,M\xfcller\n");
    let message = batch.message(&["latin.csv", "-o", "out"], 7);
    assert!(
        message.contains("row 2, column 'actor': it is not UTF-8"),
        "{message}"
    );
}

#[test]
fn characters_and_speakers_of_a_folder_are_found_by_name() {
    let batch = BatchFolder::new();
    for name in [
        "hero/a.wav",
        "hero/deep/b.wav",
        "tom_001.wav",
        "other.wav",
        "hero/notes.txt",
    ] {
        batch.write(
            &format!("voices/{name}"),
            super::wave(8_000, name.len() as u32),
        );
    }
    batch.copy("head/head.glb", "characters/hero.glb");
    batch.copy("speakers/theatrical.speaker", "speakers/tom.speaker");
    batch.report(
        &[
            "voices",
            "-o",
            "out",
            "--format",
            "glb",
            "--character-dir",
            "characters",
            "--speaker-dir",
            "speakers",
        ],
        0,
    );
    let names: Vec<_> = batch.outputs().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["hero/a.glb", "hero/deep/b.glb", "other.glb", "tom_001.glb"]
    );
    let speaker = |name: &str| metadata_of(&batch, name)["metadata"]["speaker"].clone();
    assert_eq!(speaker("out/tom_001.glb"), "theatrical");
    assert_eq!(speaker("out/other.glb"), Value::Null);
    // Only the lines of a changed character are made again.
    let mut head = std::fs::read(format!("{SAMPLES}/head/head.glb")).unwrap();
    let start = head
        .windows(9)
        .position(|window| window == b"generator")
        .unwrap();
    head[start..start + 9].copy_from_slice(b"generatoR");
    batch.write("characters/hero.glb", head);
    let report = batch.report(
        &[
            "voices",
            "-o",
            "out",
            "--format",
            "glb",
            "--character-dir",
            "characters",
            "--speaker-dir",
            "speakers",
        ],
        0,
    );
    assert_eq!(made_now(&report), ["hero/a", "hero/deep/b"]);
}
