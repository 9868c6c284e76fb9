//! `cargo xtask bench` and `night`: time and memory of the program, measured by `metaface-tools`.

use std::num::NonZeroU32;

use crate::demo::{self, LINE};
use crate::node::NodeJs;
use crate::python;
use crate::steps::{Outcome, Step, Steps};
use crate::system::{self, DIALOGUE};

/// Measures complete processes; then a live stream, and the network alone compared with ONNX
/// Runtime, on the CPU.
pub fn bench(steps: &Steps, runs: NonZeroU32, device: &str) -> Outcome {
    demo::build(steps, &NodeJs::find(steps)?)?;
    let tools = "--bin bench --bin stream_delay --bin network_speed";
    steps.run(&Step::cargo("build").words(tools))?;
    let bench = Step::new(steps.built("bench")).arg(steps.metaface());
    steps.run(&bench.args([&runs.to_string(), device]))?;
    steps.run(&Step::new(steps.built("stream_delay")).arg(LINE))?;
    let pinned = steps.read("tools/bench/requirements.txt")?;
    let python = python::environment(steps, "onnx-venv", None, &pinned)?;
    let compare = Step::new(python).words("tools/bench/onnx_runtime.py core/base.safetensors");
    steps.run(&compare.arg(steps.built("network_speed")))
}

/// Measures a batch of many lines.
pub fn night(steps: &Steps, lines: NonZeroU32) -> Outcome {
    system::require(steps, &DIALOGUE)?;
    demo::build(steps, &NodeJs::find(steps)?)?;
    let night = Step::metaface_tool("night").arg("--").arg(steps.metaface());
    steps.run(&night.arg(lines.to_string()))
}
