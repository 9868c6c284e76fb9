//! Tables of lines, planned as a batch would plan them. The first byte picks the kind of table.

use std::path::Path;

use metaface_exporters::Format;
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
    let settings = Settings::new(output.into(), vec![Format::Glb, Format::Csv]);
    let plan = Plan::new(table, &settings);
    assert!(plan.jobs.len() <= rows, "a row is one line at most");
    for output in plan.jobs.iter().flat_map(|job| &job.outputs) {
        assert!(output.path.starts_with("/nowhere/out"), "{output:?}");
        let climbs = |part| part == std::path::Component::ParentDir;
        assert!(!output.path.components().any(climbs), "{output:?}");
    }
}
