//! Reports for people and for scripts.

use serde_json::Value;

use crate::{SAMPLES, Stage};

#[test]
fn the_page_shows_every_line_its_warnings_and_three_moments_of_some_and_needs_no_network() {
    let stage = Stage::with_sounds(1);
    let line = std::fs::read(format!("{SAMPLES}/speech/line.wav")).unwrap();
    stage.write("line <1>.wav", &line);
    // Ten times too loud: clipped nearly everywhere.
    let mut loud = line.clone();
    for sample in loud[44..].chunks_exact_mut(2) {
        let value = i16::from_le_bytes([sample[0], sample[1]]).saturating_mul(40);
        sample.copy_from_slice(&value.to_le_bytes());
    }
    stage.write("loud.wav", loud);
    stage.write(
        "quiet.wav",
        crate::wave_header(16_000)
            .into_iter()
            .chain(vec![0; 32_000])
            .collect::<Vec<_>>(),
    );
    stage.write(
        "t.csv",
        "audio,fps\nline <1>.wav,\nloud.wav,\nquiet.wav,\nabsent.wav,\ns0.wav,0\n",
    );
    let arguments = [
        "t.csv", "-o", "out", "--format", "glb,csv", "--report", "r.html", "--report", "r.json",
    ];
    let printed = stage.report(&arguments, 6);
    let report: Value =
        serde_json::from_slice(&std::fs::read(stage.at("r.json")).unwrap()).unwrap();
    assert_eq!(report, printed);
    let totals = &report["totals"];
    assert_eq!(
        [
            &totals["lines"],
            &totals["done"],
            &totals["failed"],
            &totals["bad_rows"]
        ],
        [5, 3, 1, 1]
    );
    let warnings = |row: usize| report["lines"][row]["warnings"].to_string();
    assert!(warnings(1).contains("clipped"), "{}", warnings(1));
    assert!(warnings(2).contains("silent"), "{}", warnings(2));
    let page = std::fs::read_to_string(stage.at("r.html")).unwrap();
    assert!(page.contains("line &lt;1&gt;") && !page.contains("line <1>"));
    assert!(page.contains("lips closed") && page.contains("mouth wide open"));
    assert!(page.matches("data:image/png;base64,").count() >= 6);
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    assert!(page.contains("clipped") && page.contains("absent.wav"));
}

#[test]
fn quiet_says_nothing_and_json_alone_stands_on_standard_output() {
    let stage = Stage::with_sounds(1);
    stage.write("t.csv", "audio\ns0.wav\n");
    let run = ["t.csv", "-o", "out", "--format", "csv"];
    let quiet = stage.run(&[&run[..], &["--quiet"]].concat());
    assert!(quiet.status.success() && quiet.stdout.is_empty() && quiet.stderr.is_empty());
    let piped = stage.run(&[&run[..], &["--force"]].concat());
    let said = String::from_utf8(piped.stdout).unwrap();
    assert!(said.contains("1 of 1 lines done (1 now)"), "{said}");
}
