//! `cargo xtask options`, `head`, `speakers` and `pictures`: the generated files in the repository.

use std::fs;

use crate::demo;
use crate::node::NodeJs;
use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, CHROMIUM};
use crate::tools;

const HEAD: &str = "samples/head/head.glb";
const SPEAKERS: &str = "samples/speakers";
/// Moments of the sample line to show, with their phones.
const MOMENTS: &str = "samples/speech/line.moments.json";

/// Moments of the sample line at which speakers differ.
const SPEAKERS_MOMENTS: &str = "samples/speech/speakers.moments.json";
/// The state of the speakers' page in its picture: a moment with an open mouth.
const SPEAKERS_PAGE: &str = "t=2.2&take=4";

/// Generates the sample head.
pub fn head(steps: &Steps) -> Result<(), TaskError> {
    let package = ["-p", "metaface-tools", "--bin", "write_head"];
    let write = Step::cargo("run").args(package).args(["--", HEAD]);
    steps.run(&write)
}

/// Generates the sources and tables that depend on core/src/animator/option_table.rs.
pub fn options(steps: &Steps) -> Result<(), TaskError> {
    let package = ["-p", "metaface-tools", "--bin", "write_options"];
    steps.run(&Step::cargo("run").args(package))
}

/// Learns the sample speakers, for the embedded base model.
pub fn speakers(steps: &Steps) -> Result<(), TaskError> {
    let package = ["-p", "metaface-tools", "--bin", "write_speakers"];
    let write = Step::cargo("run").args(package).args(["--", SPEAKERS]);
    steps.run(&write)
}

/// Draws the pictures of the documentation.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    if system::chromium().is_none() && !system::install(steps, &[&CHROMIUM])?.is_empty() {
        let remedy = "Chromium not found: install the package chromium or set METAFACE_CHROMIUM";
        return Err(remedy.to_owned().into());
    }
    let node = NodeJs::find(steps)?;
    tools::node_modules(steps, &node)?;
    let pages = demo::run(steps)?;
    let folder = steps.root.join("docs").join("images");
    if !steps.only_print {
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let line_sheet = node
        .script("contact_sheet.mjs")
        .args([pages.line, "-o".into(), folder.join("sample-line.png")])
        .args(["--entries", MOMENTS, "--view", "mouth", "--size", "240"]);
    steps.run(&line_sheet)?;
    let speakers_sheet = node
        .script("contact_sheet.mjs")
        .args([
            pages.speakers.clone(),
            "-o".into(),
            folder.join("speakers.png"),
        ])
        .args(["--takes", "--entries", SPEAKERS_MOMENTS])
        .args(["--size", "220", "--columns", "7"]);
    steps.run(&speakers_sheet)?;
    let speakers_page = node
        .script("page_picture.mjs")
        .args([
            pages.speakers,
            "-o".into(),
            folder.join("speakers-page.png"),
        ])
        .args(["--at", SPEAKERS_PAGE]);
    steps.run(&speakers_page)?;
    let head = |picture: &str, options: &[&str]| {
        let render = node
            .script("render.mjs")
            .args([HEAD.into(), folder.join(picture)])
            .args(options.iter().copied());
        steps.run(&render)
    };
    let smile = "mouthSmileLeft=0.35,mouthSmileRight=0.35,cheekSquintLeft=0.2,cheekSquintRight=0.2";
    head(
        "sample-head.png",
        &["--view", "hero", "--size", "640", "--weights", smile],
    )?;
    head(
        "sample-head-shapes.png",
        &[
            "--spec",
            "shapes",
            "--size",
            "150",
            "--columns",
            "9",
            "--zoom",
            "1.35",
            "--flat",
        ],
    )
}
