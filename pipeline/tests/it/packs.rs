//! A pack of lines, as a GPU animates them, gives the same files as single lines.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use metaface_core::Animator;
use metaface_core::device::DeviceChoice;
use metaface_exporters::Format;
use metaface_pipeline::table::Folders;
use metaface_pipeline::{Batch, Event, Outcome, Plan, Settings, State, Table};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

#[test]
fn packs_give_the_files_of_single_lines_and_a_bad_sound_fails_only_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut table = "audio,speaker,output,fps\n".to_owned();
    for line in 0..9 {
        let speaker = ["", "theatrical.speaker"][line % 2];
        let fps = ["24", "24", "30"][line % 3];
        let sound = match line {
            4 => "bad.wav",
            line => ["line.wav", "take.wav"][line % 2],
        };
        table += &format!("{sound},{speaker},l{line},{fps}\n");
    }
    for (from, to) in [
        ("speech/line.wav", "line.wav"),
        ("speech/take.wav", "take.wav"),
        ("speakers/theatrical.speaker", "theatrical.speaker"),
    ] {
        std::fs::copy(Path::new(SAMPLES).join(from), at(to)).expect("copied");
    }
    std::fs::write(at("bad.wav"), "RIFF").expect("written");
    std::fs::write(at("t.csv"), table).expect("written");

    let mut outputs: Vec<BTreeMap<String, Vec<u8>>> = Vec::new();
    for pack_size in [1, 4] {
        let output = at(&format!("out{pack_size}"));
        let settings = Settings::new(output.clone(), vec![Format::Csv]);
        let table = Table::read(&at("t.csv"), &Folders::default()).expect("a table");
        let plan = Plan::new(table, &settings);
        assert_eq!((plan.jobs.len(), plan.problems.len()), (9, 0));
        let state = State::join(&output).expect("a state");
        let animator = Animator::new(DeviceChoice::Cpu).expect("an animator");
        let batch = Batch::new(plan, settings, state, animator).with_pack_size(pack_size);
        let failed = Mutex::new(Vec::new());
        let on_event = |event: Event<'_>| {
            if let Event::LineFinished(entry) = event
                && entry.error.is_some()
            {
                failed.lock().expect("lock").push(entry.line.clone());
            }
        };
        let outcome = batch.run(&AtomicBool::new(false), &on_event).expect("ran");
        assert_eq!(outcome, Outcome::Finished);
        assert_eq!(*failed.lock().expect("lock"), ["l4"]);
        let paths = std::fs::read_dir(&output)
            .expect("listed")
            .map(|entry| entry.expect("entry").path());
        let files = paths.filter(|path| path.is_file());
        let read = |path: std::path::PathBuf| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(&path).expect("read"))
        };
        outputs.push(files.map(read).collect());
    }
    assert_eq!(outputs[0].len(), 8);
    assert!(outputs[0] == outputs[1], "the same bytes");
}
