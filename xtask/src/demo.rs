//! `cargo xtask demo`: the sample line, animated on the sample head, with the average speaker and with
//! the sample speakers.

use std::path::PathBuf;

use crate::node::NodeJs;
use crate::steps::{Outcome, Step, Steps};

/// The speech of the demo and of examples.
pub const LINE: &str = "samples/speech/line.wav";

/// The sample speakers, ordered by the size of their motion.
const SPEAKERS: [&str; 3] = ["mumbler", "crisp-smiler", "theatrical"];

/// Builds the `metaface` program.
pub fn build(steps: &Steps, node: &NodeJs) -> Outcome {
    let build = node.cargo("build").words("--bin metaface");
    steps.run(&steps.for_users(build, &["metaface-cli"]))
}

/// Animates the sample line and writes its preview pages: `build/demo/line.html` with the average
/// speaker, `build/demo/speakers.html` also with the sample speakers.
pub fn run(steps: &Steps) -> Outcome {
    let program = program(steps)?;
    let folder = "build/demo";
    steps.make_folder(&steps.root.join(folder))?;
    let metaface = |words: String| steps.run(&Step::new(&program).words(&words));
    let line = format!("{folder}/line");
    let mut takes = format!("{folder}/average.glb");
    metaface(format!(
        "animate {LINE} -o {line}.glb -o {line}.usdc -o {line}.csv"
    ))?;
    metaface(format!("animate {LINE} -o {takes}"))?;
    for speaker in SPEAKERS {
        let file = format!("samples/speakers/{speaker}.speaker");
        let take = format!("{folder}/{speaker}.glb");
        metaface(format!("animate {LINE} --speaker {file} -o {take}"))?;
        takes = format!("{takes} {take}");
    }
    metaface(format!("preview {line}.glb -o {line}.html"))?;
    metaface(format!("preview {takes} -o {folder}/speakers.html"))?;
    let program = program.strip_prefix(&steps.root).unwrap_or(&program);
    steps.say(&format!(
        "\nOpen {line}.html in a browser; {folder}/speakers.html switches between speakers.\n\
         Your own line: {} animate line.wav -o line.glb",
        program.display()
    ));
    Ok(())
}

/// Builds the program and returns its path. On a machine with an NVIDIA driver it is compiled with
/// CUDA, else as quickly as possible.
fn program(steps: &Steps) -> Outcome<PathBuf> {
    let node = NodeJs::find(steps)?;
    let driver = Step::new("nvidia-smi")
        .arg("--list-gpus")
        .query(&steps.root);
    if driver.is_some() || steps.released {
        build(&Steps::new(steps.only_print, true), &node)?;
        return Ok(steps.metaface());
    }
    let quick = node.compiles(Step::quick_cargo("build"));
    steps.run(&quick.words("--bin metaface"))?;
    Ok(steps.quickly_built("metaface"))
}
