//! `cargo xtask options`, `head`, `speakers` and `pictures`: the generated files in the repository.

use crate::demo;
use crate::node::NodeJs;
use crate::steps::{Outcome, Step, Steps};
use crate::system::{self, CHROMIUM};

const HEAD: &str = "samples/head/head.glb";
const SMILE: &str =
    "mouthSmileLeft=0.35,mouthSmileRight=0.35,cheekSquintLeft=0.2,cheekSquintRight=0.2";
/// Moments of the sample line to show, with their phones.
const MOMENTS: &str = "samples/speech/line.moments.json";
/// Moments of the sample line at which speakers differ.
const SPEAKERS_MOMENTS: &str = "samples/speech/speakers.moments.json";
/// The state of the speakers' page in its picture: a moment with an open mouth.
const SPEAKERS_PAGE: &str = "t=2.2&take=4";

/// Generates the sources and tables that depend on core/src/animator/option_table.rs.
pub fn options(steps: &Steps) -> Outcome {
    steps.run(&Step::metaface_tool("write_options"))
}

/// Generates the sample head.
pub fn head(steps: &Steps) -> Outcome {
    steps.run(&Step::metaface_tool("write_head").words("--").arg(HEAD))
}

/// Learns the sample speakers, for the embedded base model.
pub fn speakers(steps: &Steps) -> Outcome {
    steps.run(&Step::metaface_tool("write_speakers").words("-- samples/speakers"))
}

/// Draws the pictures of the documentation.
pub fn pictures(steps: &Steps) -> Outcome {
    system::require(steps, &CHROMIUM)?;
    let node = NodeJs::find(steps)?;
    node.install_modules(steps)?;
    demo::run(steps)?;
    let folder = "docs/images";
    steps.make_folder(&steps.root.join(folder))?;
    [
        format!(
            "contact_sheet.mjs build/demo/line.html -o {folder}/sample-line.png \
             --entries {MOMENTS} --view mouth --size 240"
        ),
        format!(
            "contact_sheet.mjs build/demo/speakers.html -o {folder}/speakers.png \
             --takes --entries {SPEAKERS_MOMENTS} --size 220 --columns 7"
        ),
        format!(
            "page_picture.mjs build/demo/speakers.html -o {folder}/speakers-page.png \
             --at {SPEAKERS_PAGE}"
        ),
        format!(
            "render.mjs {HEAD} {folder}/sample-head.png --view hero --size 640 --weights {SMILE}"
        ),
        format!(
            "render.mjs {HEAD} {folder}/sample-head-shapes.png \
             --spec shapes --size 150 --columns 9 --zoom 1.35 --flat"
        ),
    ]
    .iter()
    .try_for_each(|script| steps.run(&node.script(script)))
}
