//! Tables of lines, planned as in a batch. The first byte selects the format.

use std::path::Path;

use metaface_exporters::Format;
use metaface_pipeline::table::{Folders, Table, TableFormat, read_rows};
use metaface_pipeline::{Plan, Settings};

pub fn read(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let format = if first % 2 == 0 {
        TableFormat::Separated
    } else {
        TableFormat::JsonLines
    };
    let Ok(rows) = read_rows(bytes, format) else {
        return;
    };
    let output = Path::new("/nowhere/out");
    let table = Table::of(rows, Path::new("/nowhere/lines.csv"), &Folders::default());
    let line_count = table.lines.len();
    let settings = Settings::new(output.into(), vec![Format::Glb, Format::Csv]);
    let plan = Plan::new(table, &settings);
    assert!(plan.jobs.len() <= line_count, "a row gives at most one job");
    for output in plan.jobs.iter().flat_map(|job| &job.outputs) {
        assert!(output.path.starts_with("/nowhere/out"), "{output:?}");
        let is_parent = |part| part == std::path::Component::ParentDir;
        assert!(!output.path.components().any(is_parent), "{output:?}");
    }
}
