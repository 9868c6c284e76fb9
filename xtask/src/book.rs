//! `cargo xtask book` and `cargo xtask docs`: the documentation as a book, and what it says put to the test.

use std::path::PathBuf;

use crate::demo;
use crate::node::Node;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};
use crate::system;
use crate::tools;
use crate::wheels;

const MDBOOK: &str = "0.5.4";
/// The Python whose wheel the pages name.
const PYTHON: &str = "3.11";
/// Without its web server.
const FEATURES: [&str; 3] = ["--no-default-features", "--features", "search"];

/// Makes the book in `target/book`. A warning is an error, and so is a link that leads nowhere.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    let mdbook = tools::from_crates_io_with(steps, "mdbook", MDBOOK, &FEATURES)?;
    let build = Step::new(mdbook).args(["build"]);
    without_a_warning(steps, &build)?;
    let test = pytest(steps)?.args(["tests/docs/test_links.py"]);
    steps.run(&test.variable("METAFACE_BOOK", folder(steps)))?;
    let page = folder(steps).join("index.html");
    steps.say(&format!("\nThe book begins at {}", page.display()));
    Ok(())
}

/// mdBook has no option to take its warnings seriously.
fn without_a_warning(steps: &Steps, step: &Step) -> Result<(), Fault> {
    println!("\n$ {}", step.shown(&steps.root));
    if steps.only_print {
        return Ok(());
    }
    let output = step
        .command(&steps.root)
        .output()
        .map_err(|error| format!("cannot run {}: {error}", step.shown(&steps.root)))?;
    let told = String::from_utf8_lossy(&output.stderr);
    eprint!("{told}");
    let is_warned = ["WARN", "ERROR"].iter().any(|word| told.contains(word));
    if output.status.success() && !is_warned {
        return Ok(());
    }
    Err(format!("failed, or warned: {}", step.shown(&steps.root)).into())
}

/// Runs every command and every piece of code of the documentation.
pub fn docs(steps: &Steps) -> Result<(), Fault> {
    let python = wheels::tested(steps, PYTHON);
    if !python.is_file() && !steps.only_print {
        println!(
            "Skipped: no environment with the wheel for Python {PYTHON}; cargo xtask wheels makes it"
        );
        return Ok(());
    }
    let node = Node::find(steps)?;
    demo::build(steps, &node)?;
    tools::node_modules(steps, &node)?;
    let xtask = std::env::current_exe().map_err(|error| format!("who is running? {error}"))?;
    let test = node.offer(pytest(steps)?.args(["tests/docs"]));
    let test = match system::chromium() {
        Some(chromium) => test.variable("METAFACE_CHROMIUM", chromium),
        None => test,
    };
    let test = test.variable("METAFACE_PROGRAM", steps.metaface());
    let test = test.variable("METAFACE_XTASK", xtask);
    let test = test.variable("METAFACE_SDK", sdk::package(steps));
    steps.run(&test.variable("METAFACE_WHEEL_PYTHON", python))
}

fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("book")
}

fn pytest(steps: &Steps) -> Result<Step, Fault> {
    let python = tools::test_python(steps)?;
    Ok(Step::new(python).args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]))
}
