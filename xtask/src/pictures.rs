//! `cargo xtask head` and `cargo xtask pictures`: what is generated and kept in the repository.

use std::fs;

use crate::demo;
use crate::node::Node;
use crate::steps::{Fault, Step, Steps};
use crate::system::{self, CHROMIUM};
use crate::tools;

const HEAD: &str = "samples/head/head.glb";
/// Moments of the sample line worth looking at, with the sounds spoken then.
const MOMENTS: &str = "samples/speech/line.moments.json";

/// Generates the sample head anew.
pub fn head(steps: &Steps) -> Result<(), Fault> {
    let package = ["-p", "metaface-sample-head", "--example", "write_head"];
    let write = Step::cargo("run").args(package).args(["--", HEAD]);
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
    let page = demo::run(steps)?;
    let folder = steps.root.join("docs").join("images");
    if !steps.only_print {
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let moments = node.script("contact_sheet.mjs");
    let moments = moments.args([page, "-o".into(), folder.join("sample-line.png")]);
    steps.run(&moments.args(["--entries", MOMENTS, "--view", "mouth", "--size", "240"]))?;
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
