//! `cargo xtask book` and `cargo xtask docs`: the documentation as a book, and its tests.

use crate::demo;
use crate::node::NodeJs;
use crate::python::{self, pytest};
use crate::sdk;
use crate::steps::{Outcome, Step, Steps, xtask};
use crate::tools;
use crate::wheels;

const MDBOOK: &str = "mdbook@0.5.4";
/// mdBook without its web server.
const FEATURES: [&str; 3] = ["--no-default-features", "--features", "search"];
/// The Python version of the wheel in the documentation.
const PYTHON: &str = "3.11";

/// Builds the book in `target/book`. Warnings and broken links are errors.
pub fn run(steps: &Steps) -> Outcome {
    let mdbook = tools::from_crates_io(steps, MDBOOK, &FEATURES)?;
    run_without_warnings(steps, &Step::new(mdbook).arg("build"))?;
    let book = steps.target("book");
    let test = tests(steps, "tests/docs/test_links.py")?;
    steps.run(&test.variable("METAFACE_BOOK", &book))?;
    let page = book.join("index.html");
    steps.say(&format!("\nThe book is in {}", page.display()));
    Ok(())
}

/// Runs mdBook, which has no option to treat warnings as errors.
fn run_without_warnings(steps: &Steps, step: &Step) -> Outcome {
    let shown = step.shown(&steps.root);
    println!("\n$ {shown}");
    if steps.only_print {
        return Ok(());
    }
    let output = step.command(&steps.root).output();
    let output = output.map_err(|error| format!("cannot run {shown}: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stderr);
    eprint!("{messages}");
    let has_warnings = ["WARN", "ERROR"].iter().any(|word| messages.contains(word));
    if output.status.success() && !has_warnings {
        return Ok(());
    }
    Err(format!("failed, or has warnings: {shown}"))
}

/// Runs every command and code block of the documentation.
pub fn docs(steps: &Steps) -> Outcome {
    let Some(python) = wheels::tested(steps, PYTHON) else {
        return Ok(());
    };
    let node = NodeJs::find(steps)?;
    demo::build(steps, &node)?;
    node.install_modules(steps)?;
    let test = node
        .renders(tests(steps, "tests/docs")?)
        .variable("METAFACE_PROGRAM", steps.metaface())
        .variable("METAFACE_XTASK", xtask()?)
        .variable("METAFACE_SDK", sdk::package(steps))
        .variable("METAFACE_WHEEL_PYTHON", python);
    steps.run(&test)
}

fn tests(steps: &Steps, path: &str) -> Outcome<Step> {
    Ok(pytest(python::of_tests(steps)?)
        .words("-p no:cacheprovider")
        .arg(path))
}
