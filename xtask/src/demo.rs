//! `cargo xtask demo`: the sample line, said by the sample head.

use std::fs;
use std::path::PathBuf;

use crate::node::Node;
use crate::steps::{Fault, Step, Steps};

/// The speech that demo, benchmark and pictures use.
pub const LINE: &str = "samples/speech/line.wav";

/// Builds the `metaface` program as users get it.
pub fn build(steps: &Steps, node: &Node) -> Result<(), Fault> {
    let build = Step::cargo("build").args(["-p", "metaface-cli"]);
    steps.run(&node.offer_to_cargo(build))
}

/// Animates the sample line and returns the preview page.
pub fn run(steps: &Steps) -> Result<PathBuf, Fault> {
    let node = Node::find(steps)?;
    build(steps, &node)?;
    let folder = steps.root.join("build").join("demo");
    if !steps.only_print {
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let mut animate = Step::new(steps.metaface()).args(["animate", LINE]);
    for name in ["line.glb", "line.usdc", "line.csv"] {
        animate = animate.args(["-o".into(), folder.join(name)]);
    }
    steps.run(&animate)?;
    let page = folder.join("line.html");
    let preview = Step::new(steps.metaface()).args(["preview".into(), folder.join("line.glb")]);
    steps.run(&preview.args(["-o".into(), page.clone()]))?;
    steps.say(&format!("\nOpen {} in a browser.", page.display()));
    Ok(page)
}
