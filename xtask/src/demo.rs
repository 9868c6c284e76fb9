//! `cargo xtask demo`: the sample line, animated on the sample head, with the average speaker and with
//! the sample speakers.

use std::fs;
use std::path::PathBuf;

use crate::node::NodeJs;
use crate::steps::{Step, Steps, TaskError};

/// The speech of demo, benchmark and pictures.
pub const LINE: &str = "samples/speech/line.wav";

/// The sample speakers, ordered by the size of their motion.
const SPEAKERS: [&str; 3] = ["mumbler", "crisp-smiler", "theatrical"];

/// The preview pages of the demo.
pub struct Pages {
    /// The page with the average speaker.
    pub line: PathBuf,
    /// The page with the average speaker and the sample speakers.
    pub speakers: PathBuf,
}

/// Builds the `metaface` program.
pub fn build(steps: &Steps, node: &NodeJs) -> Result<(), TaskError> {
    let build = Step::cargo("build").args(["-p", "metaface-cli"]);
    steps.run(&node.offer_to_cargo(build))
}

/// Animates the sample line and writes its preview pages.
pub fn run(steps: &Steps) -> Result<Pages, TaskError> {
    let node = NodeJs::find(steps)?;
    build(steps, &node)?;
    let folder = steps.root.join("build").join("demo");
    if !steps.only_print {
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let mut animate = line(steps);
    for name in ["line.glb", "line.usdc", "line.csv"] {
        animate = animate.args(["-o".into(), folder.join(name)]);
    }
    steps.run(&animate)?;
    let mut takes = vec![folder.join("average.glb")];
    steps.run(&line(steps).args(["-o".into(), takes[0].clone()]))?;
    for speaker in SPEAKERS {
        let file = format!("samples/speakers/{speaker}.speaker");
        let take = folder.join(speaker).with_extension("glb");
        let animate = line(steps).args(["--speaker", &file]);
        steps.run(&animate.args(["-o".into(), take.clone()]))?;
        takes.push(take);
    }
    let pages = Pages {
        line: folder.join("line.html"),
        speakers: folder.join("speakers.html"),
    };
    let page = |takes: &[PathBuf], page: &PathBuf| {
        let preview = Step::new(steps.metaface()).args(["preview"]).args(takes);
        steps.run(&preview.args(["-o".into(), page.clone()]))
    };
    page(&[folder.join("line.glb")], &pages.line)?;
    page(&takes, &pages.speakers)?;
    let [one, all] = [&pages.line, &pages.speakers].map(|page| page.display());
    steps.say(&format!(
        "\nOpen {one} in a browser; {all} switches between speakers."
    ));
    Ok(pages)
}

/// The start of each command that animates the line.
fn line(steps: &Steps) -> Step {
    Step::new(steps.metaface()).args(["animate", LINE])
}
