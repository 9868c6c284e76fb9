//! `cargo xtask head`, `speakers` and `pictures`: what is generated and kept in the repository.

use std::fs;

use crate::demo;
use crate::node::Node;
use crate::steps::{Fault, Step, Steps};
use crate::system::{self, CHROMIUM};
use crate::tools;

const HEAD: &str = "samples/head/head.glb";
const SPEAKERS: &str = "samples/speakers";
/// Moments of the sample line worth looking at, with the sounds spoken then.
const MOMENTS: &str = "samples/speech/line.moments.json";

/// Moments of it at which speakers differ.
const SPEAKERS_MOMENTS: &str = "samples/speech/speakers.moments.json";
/// How the page of the speakers is pictured: somebody's open mouth.
const SPEAKERS_PAGE: &str = "t=2.2&take=4";

/// Generates the sample head anew.
pub fn head(steps: &Steps) -> Result<(), Fault> {
    let package = ["-p", "metaface-sample-head", "--example", "write_head"];
    let write = Step::cargo("run").args(package).args(["--", HEAD]);
    steps.run(&write)
}

/// Learns the sample speakers anew. They belong to the base model in the program.
pub fn speakers(steps: &Steps) -> Result<(), Fault> {
    let package = ["-p", "metaface-core", "--example", "write_speakers"];
    let write = Step::cargo("run").args(package).args(["--", SPEAKERS]);
    steps.run(&write)
}

/// Draws every picture of the documentation anew.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    if system::chromium().is_none() && !system::install(steps, &[&CHROMIUM])?.is_empty() {
        let remedy = "no Chromium: install the package chromium or set METAFACE_CHROMIUM";
        return Err(remedy.to_owned().into());
    }
    let node = Node::find(steps)?;
    tools::node_modules(steps, &node)?;
    let pages = demo::run(steps)?;
    let folder = steps.root.join("docs").join("images");
    if !steps.only_print {
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let moments = node.script("contact_sheet.mjs");
    let moments = moments.args([pages.line, "-o".into(), folder.join("sample-line.png")]);
    steps.run(&moments.args(["--entries", MOMENTS, "--view", "mouth", "--size", "240"]))?;
    let rows = node.script("contact_sheet.mjs");
    let rows = rows.args([
        pages.speakers.clone(),
        "-o".into(),
        folder.join("speakers.png"),
    ]);
    let rows = rows.args(["--takes", "--entries", SPEAKERS_MOMENTS]);
    steps.run(&rows.args(["--size", "220", "--columns", "7"]))?;
    let page = node.script("page_picture.mjs");
    let page = page.args([
        pages.speakers,
        "-o".into(),
        folder.join("speakers-page.png"),
    ]);
    steps.run(&page.args(["--at", SPEAKERS_PAGE]))?;
    let head = |picture: &str, options: &[&str]| {
        let step = node.script("render.mjs");
        let step = step.args([HEAD.into(), folder.join(picture)]);
        steps.run(&step.args(options.iter().copied()))
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
