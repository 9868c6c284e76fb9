//! Tables of lines, planned as a batch would plan them. The first byte picks the kind of table.

use std::path::{Path, PathBuf};

use metaface_exporters::{Compression, Format};
use metaface_pipeline::table::{Folders, Kind, Table, records};
use metaface_pipeline::{Plan, Settings};

pub fn read(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let kind = match first % 2 {
        0 => Kind::Separated,
        _ => Kind::JsonLines,
    };
    let Ok(found) = records(bytes, kind) else {
        return;
    };
    let output = Path::new("/nowhere/out");
    let table = Table::of(found, Path::new("/nowhere/lines.csv"), &Folders::default());
    let rows = table.lines.len();
    let plan = Plan::new(table, &settings(output));
    assert!(plan.jobs.len() <= rows, "a row is one line at most");
    for output in plan.jobs.iter().flat_map(|job| &job.outputs) {
        assert!(output.path.starts_with("/nowhere/out"), "{output:?}");
        let climbs = |part| part == std::path::Component::ParentDir;
        assert!(!output.path.components().any(climbs), "{output:?}");
    }
}

fn settings(output: &Path) -> Settings {
    Settings {
        output: PathBuf::from(output),
        formats: vec![Format::Glb, Format::Csv],
        options: metaface_core::Options::default(),
        speaker: None,
        style_strength: 1.0,
        character: None,
        rig_map: None,
        compression: Compression::default(),
        jobs: 1,
        force: false,
        fail_fast: false,
        patient: false,
    }
}
