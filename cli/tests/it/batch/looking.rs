//! Reports: the page, the JSON and the terminal output.

use serde_json::Value;

use super::{BatchFolder, SAMPLES};

#[test]
fn the_page_shows_all_lines_with_warnings_and_pictures_of_some_and_loads_nothing() {
    let batch = BatchFolder::with_sounds(1);
    let line = std::fs::read(format!("{SAMPLES}/speech/line.wav")).unwrap();
    batch.write("line <1>.wav", &line);
    // Amplified 40 times, so that most samples are clipped.
    let mut loud = line.clone();
    for sample in loud[44..].chunks_exact_mut(2) {
        let value = i16::from_le_bytes([sample[0], sample[1]]).saturating_mul(40);
        sample.copy_from_slice(&value.to_le_bytes());
    }
    batch.write("loud.wav", loud);
    batch.write(
        "quiet.wav",
        super::wave_header(16_000)
            .into_iter()
            .chain(vec![0; 32_000])
            .collect::<Vec<_>>(),
    );
    batch.write(
        "t.csv",
        "audio,fps\nline <1>.wav,\nloud.wav,\nquiet.wav,\nabsent.wav,\ns0.wav,0\n",
    );
    let arguments = [
        "t.csv", "-o", "out", "--format", "glb,csv", "--report", "r.html", "--report", "r.json",
    ];
    let printed = batch.report(&arguments, 6);
    let report: Value =
        serde_json::from_slice(&std::fs::read(batch.at("r.json")).unwrap()).unwrap();
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
    let page = std::fs::read_to_string(batch.at("r.html")).unwrap();
    assert!(page.contains("line &lt;1&gt;") && !page.contains("line <1>"));
    assert!(page.contains("lips closed") && page.contains("mouth wide open"));
    assert!(page.matches("data:image/png;base64,").count() >= 6);
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    assert!(page.contains("clipped") && page.contains("absent.wav"));
}

#[test]
fn quiet_prints_nothing_and_the_summary_goes_to_standard_output() {
    let batch = BatchFolder::with_sounds(1);
    batch.write("t.csv", "audio\ns0.wav\n");
    let run = ["t.csv", "-o", "out", "--format", "csv"];
    let quiet = batch.run(&[&run[..], &["--quiet"]].concat());
    assert!(quiet.status.success() && quiet.stdout.is_empty() && quiet.stderr.is_empty());
    let piped = batch.run(&[&run[..], &["--force"]].concat());
    let text = String::from_utf8(piped.stdout).unwrap();
    assert!(text.contains("1 of 1 lines done (1 now)"), "{text}");
}
