//! What a user writes down, and what is said about mistakes in it.

use serde_json::Value;

use crate::{SAMPLES, Stage, made_now};

#[test]
fn a_table_decides_voice_face_place_rate_and_metadata_of_every_line() {
    let stage = Stage::with_sounds(3);
    stage.copy("speakers/theatrical.speaker", "cast/tom & ann.speaker");
    stage.copy("head/head.glb", "faces/hëro.glb");
    stage.write(
        "lines.csv",
        "\u{feff}Audio;Speaker;Character;Output;FPS;Start;Strength;Language;Actor;seed\r\n\
         s0.wav;tom & ann;hëro;kapitel 1/zeile „eins“;29.97;01:00:00;02;0.8;de-DE;\"Ümit; der Große\";3\r\n"
            .replace("00;02", "\"00;02\"")
            .replace("01:00:\"00;02\"", "\"01:00:00;02\"")
            + "s1.wav;;;;;;;;;\r\n\r\ns2.wav;;;kapitel 1/zwei.csv;24;;;pt-BR;;\r\n",
    );
    let report = stage.report(
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
        assert!(stage.exists(&format!("out/{name}")), "{name}");
    }
    assert!(
        !stage.exists("out/kapitel 1/zwei.glb"),
        "its own ending is the only format"
    );
    let clip = |name: &str| metadata_of(&stage, name);
    let first = clip("out/kapitel 1/zeile „eins“.glb");
    let said = &first["metadata"];
    assert_eq!(first["frameRate"], "30000/1001");
    assert_eq!(said["language"], "de-DE");
    assert_eq!(said["actor"], "Ümit; der Große");
    assert_eq!(said["seed"], "3");
    assert_eq!(said["strength"], "0.8");
    assert_eq!(said["speaker"], "theatrical");
    assert_eq!(said["sound"], "../../s0.wav");
    assert!(
        (first["startFrame"].as_f64().unwrap() - 107_894.0).abs() < 1e-6,
        "{first}"
    );
    assert_eq!(clip("out/s1.glb")["frameRate"], "30");
}

/// What MetaFace keeps beside the animation of a GLB.
fn metadata_of(stage: &Stage, name: &str) -> Value {
    let bytes = std::fs::read(stage.at(name)).unwrap();
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let json: Value = serde_json::from_slice(&bytes[20..20 + length]).unwrap();
    let animations = json["animations"].as_array().unwrap();
    animations.last().unwrap()["extras"]["metaface"].clone()
}

#[test]
fn commas_tabs_and_json_lines_mean_the_same() {
    let stage = Stage::with_sounds(1);
    stage.write("a.csv", "audio,output,scene\ns0.wav,x,7\n");
    stage.write("b.tsv", "audio\toutput\tscene\ns0.wav\tx\t7\n");
    stage.write(
        "c.jsonl",
        "{\"audio\": \"s0.wav\", \"output\": \"x\", \"scene\": 7}\n",
    );
    let mut takes = Vec::new();
    for table in ["a.csv", "b.tsv", "c.jsonl"] {
        stage.report(&[table, "-o", "out", "--format", "a2f.json", "--force"], 0);
        takes.push(stage.outputs());
    }
    assert_eq!(takes[0], takes[1]);
    assert_eq!(takes[0], takes[2]);
}

#[test]
fn every_mistake_of_every_row_is_named_at_once_and_good_rows_are_done() {
    let stage = Stage::with_sounds(2);
    stage.write(
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
    let problems = stage.message(&["lines.csv", "-o", "out", "--format", "csv"], 6);
    for said in [
        "row 3, column 'fps': 'fast'",
        "row 3, column 'language': 'x'",
        "row 3, column 'output': it leads out",
        "row 3, column 'speaker': there is no such file",
        "row 3, column 'start'",
        "row 3, column 'strength': give a factor",
        "row 4, column 'output': it leads out",
        "row 5, column 'output': it leads out",
        "row 6, column 'output': row 2 has the same output",
        "row 8, column 'audio': it is empty",
        "row 9: it has 10 cells and the header 7",
        "row 10, column 'start': '00:00:00;02'",
        "row 11, column 'output': the folder .metaface belongs",
        "row 12, column 'output': it ends in a folder",
    ] {
        assert!(problems.contains(said), "{said} in\n{problems}");
    }
    assert!(stage.exists("out/good.csv"));
    assert_eq!(stage.outputs().len(), 1);
}

#[test]
fn what_is_no_table_is_refused_with_the_remedy() {
    let stage = Stage::with_sounds(1);
    for (name, bytes, said) in [
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
            "its ending is none of .csv .tsv .jsonl",
        ),
    ] {
        stage.write(name, bytes);
        let message = stage.message(&[name, "-o", "out"], 3);
        assert!(
            message.contains(said) && message.contains(name),
            "{name}: {message}"
        );
    }
    let message = stage.message(&["absent.csv", "-o", "out"], 3);
    assert!(message.contains("absent.csv"), "{message}");
    stage.write("latin.csv", b"audio,actor\ns0.wav,M\xfcller\n");
    let message = stage.message(&["latin.csv", "-o", "out"], 7);
    assert!(
        message.contains("row 2, column 'actor': it is not UTF-8"),
        "{message}"
    );
}

#[test]
fn a_folder_finds_characters_and_speakers_by_name() {
    let stage = Stage::new();
    for name in [
        "hero/a.wav",
        "hero/deep/b.wav",
        "tom_001.wav",
        "other.wav",
        "hero/notes.txt",
    ] {
        stage.write(
            &format!("voices/{name}"),
            crate::wave(8_000, name.len() as u32),
        );
    }
    stage.copy("head/head.glb", "characters/hero.glb");
    stage.copy("speakers/theatrical.speaker", "speakers/tom.speaker");
    stage.report(
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
    let names: Vec<_> = stage.outputs().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["hero/a.glb", "hero/deep/b.glb", "other.glb", "tom_001.glb"]
    );
    let speaker = |name: &str| metadata_of(&stage, name)["metadata"]["speaker"].clone();
    assert_eq!(speaker("out/tom_001.glb"), "theatrical");
    assert_eq!(speaker("out/other.glb"), Value::Null);
    // A changed character changes its own lines alone.
    let mut head = std::fs::read(format!("{SAMPLES}/head/head.glb")).unwrap();
    let at = head
        .windows(9)
        .position(|window| window == b"generator")
        .unwrap();
    head[at..at + 9].copy_from_slice(b"generatoR");
    stage.write("characters/hero.glb", head);
    let report = stage.report(
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
