//! `cargo xtask book` and `cargo xtask docs`: the documentation as a book, and its tests.

use std::path::PathBuf;

use crate::demo;
use crate::node::NodeJs;
use crate::sdk;
use crate::steps::{Step, Steps, TaskError};
use crate::system;
use crate::tools;
use crate::wheels;

const MDBOOK: &str = "0.5.4";
/// The Python version of the wheel in the documentation.
const PYTHON: &str = "3.11";
/// mdBook without its web server.
const FEATURES: [&str; 3] = ["--no-default-features", "--features", "search"];

/// Builds the book in `target/book`. Warnings and broken links are errors.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    let mdbook = tools::from_crates_io_with(steps, "mdbook", MDBOOK, &FEATURES)?;
    let build = Step::new(mdbook).args(["build"]);
    run_without_warnings(steps, &build)?;
    let test = pytest(steps)?.args(["tests/docs/test_links.py"]);
    steps.run(&test.variable("METAFACE_BOOK", folder(steps)))?;
    let page = folder(steps).join("index.html");
    steps.say(&format!("\nThe book is in {}", page.display()));
    Ok(())
}

/// Runs mdBook, which has no option to treat warnings as errors.
fn run_without_warnings(steps: &Steps, step: &Step) -> Result<(), TaskError> {
    println!("\n$ {}", step.shown(&steps.root));
    if steps.only_print {
        return Ok(());
    }
    let output = step
        .command(&steps.root)
        .output()
        .map_err(|error| format!("cannot run {}: {error}", step.shown(&steps.root)))?;
    let messages = String::from_utf8_lossy(&output.stderr);
    eprint!("{messages}");
    let has_warnings = ["WARN", "ERROR"].iter().any(|word| messages.contains(word));
    if output.status.success() && !has_warnings {
        return Ok(());
    }
    Err(format!("failed, or has warnings: {}", step.shown(&steps.root)).into())
}

/// Runs every command and code block of the documentation.
pub fn docs(steps: &Steps) -> Result<(), TaskError> {
    let python = wheels::tested(steps, PYTHON);
    if !python.is_file() && !steps.only_print {
        println!(
            "Skipped: no environment with the wheel for Python {PYTHON}; run cargo xtask wheels"
        );
        return Ok(());
    }
    let node = NodeJs::find(steps)?;
    demo::build(steps, &node)?;
    tools::node_modules(steps, &node)?;
    let xtask = std::env::current_exe()
        .map_err(|error| format!("cannot find the path of xtask: {error}"))?;
    let mut test = node.offer(pytest(steps)?.args(["tests/docs"]));
    if let Some(chromium) = system::chromium() {
        test = test.variable("METAFACE_CHROMIUM", chromium);
    }
    let test = test
        .variable("METAFACE_PROGRAM", steps.metaface())
        .variable("METAFACE_XTASK", xtask)
        .variable("METAFACE_SDK", sdk::package(steps))
        .variable("METAFACE_WHEEL_PYTHON", python);
    steps.run(&test)
}

fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("book")
}

fn pytest(steps: &Steps) -> Result<Step, TaskError> {
    let python = tools::test_python(steps)?;
    Ok(Step::new(python).args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]))
}
