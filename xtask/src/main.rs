//! The project's own chores: `cargo xtask help`.
//!
//! Every program that a chore starts is printed as a line that can be pasted into a shell. Built
//! with the standard library alone, so that the first thing a newcomer types answers in seconds.

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

use steps::{Fault, Steps};

const HELP: &str = "\
cargo xtask: the project's own chores

USAGE
  cargo xtask CHORE [--print]

CHORES
  demo      Build the program and let the sample head say the sample line:
            build/demo/line.glb, line.usdc, line.csv, and line.html to watch it in a browser; then
            as the sample speakers too, and speakers.html to switch between them.
  test      Everything that must hold: install what the tests need, then check, then every test,
            doc-test and validator, then hosts and dist. It is what runs before a change is taken.
  check     Formatting, clippy and documentation, with warnings as errors; then deny and book.
  deny      The licences and sources of everything that is linked, by deny.toml.
  book      The documentation as a book in target/book, by mdBook, with warnings as errors; every
            link and picture must lead somewhere.
  docs      Run every command and every piece of code of the documentation and of `--help`, in a
            folder like a user's. Needs what sdk and wheels leave.
  hosts     What hosts are served by: sdk, wheels and doors, then side by side unreal with docs, and
            blender with maya.
  sdk       The C++ API: tests under the address sanitizer and with libc++, the CMake package in
            target/sdk/package, its examples, its documentation in target/sdk/docs.
  wheels    The Python package for every Python that Blender has inside: target/wheels, each wheel
            tested in a new environment. Needs what sdk leaves.
  doors     The same sounds through the program, Rust, C++ and Python: the same bytes; and the same
            values in the packets of `metaface stream`. Needs what sdk and wheels leave.
  blender   The Blender extension, target/metaface-blender.zip, validated by Blender's own tool and
            tested in the oldest and the newest Blender. Needs what wheels leaves.
  unreal    The Unreal plugin, target/unreal/MetaFace, compiled and run on stand-ins of the engine, its
            build rules run under mono. Needs what sdk leaves.
  maya      The Maya module, target/maya: type-checked against two packages of stubs, and tested on a
            double of Maya. Needs what wheels leaves, and the program.
  dist [PACKAGE...]
            What a release holds, in target/dist: the program, the wheels, the hosts' plugins and the
            C++ package with the notices of what is linked, each tried from its package in a clean
            folder, with SHA256SUMS. Needs what hosts leaves. A PACKAGE, beside the program: wheels,
            blender, maya, unreal, sdk.
  fuzz [TARGET]
            Damaged and made-up files against every reader, one after the other, or one of them;
            docs/reliability.md says what that has found. Needs a C++ compiler.
            --minutes N    for each, 10 unless told
  bench     Time whole `metaface animate` runs on 10 seconds and on 8 minutes of speech, with the
            peak of their memory; then the network alone in turns with the same graph in ONNX
            Runtime, and a live stream given 10 ms at a time.
            --runs N       runs of each, 5 unless told
            --device NAME  auto, cpu or cuda; auto unless told
  night     Run a dialogue of 2000 lines in eight languages through one `metaface batch`: lines a
            minute, and its memory from beginning to end, drawn in target/night.
            --lines N      another number of lines
  align FOLDER OUTPUT
            Find the phone times of recordings with transcripts, for `metaface train` and
            `metaface eval`. Needs espeak-ng; the file xtask/align/align.py says the layout.
  dialogue FOLDER [--lines N]
            Write the dialogue of an imaginary game, 1000 lines unless told, for `metaface batch`:
            sounds in eight languages, spoken by flite and espeak-ng, and dialogue.csv.
  head      Generate samples/head/head.glb anew.
  speakers  Learn samples/speakers anew; needed after each training of the base model.
  pictures  Generate docs/images anew: the sample line's contact sheet, the speakers side by side
            and their page, the sample head and all its shapes.
  help      This page.

OPTIONS
  --print   Print what would be run, and run nothing.

WHAT IT INSTALLS
  In target/test-tools: a Python environment, Node.js from PyPI where no Node.js 20 or later is
  found, cargo-deny, mdBook, and for fuzzing cargo-fuzz; the modules of tests/node; and, on Debian
  and its kin, as root or with sudo, the packages listed in xtask/src/system.rs, Slurm's daemons, C++
  compilers and ALSA among them. Blender comes from PyPI. Elsewhere it names what is missing, and the tests that need it say that they skip
  themselves. Where CI=true, a missing tool is an error.

ENVIRONMENT
  METAFACE_TEST_PYTHON  a Python with the packages of tests/requirements.txt, instead of ours
  METAFACE_PYTHON_3_11, METAFACE_PYTHON_3_13
                        the Pythons that wheels are built for, where they are not on the path
  METAFACE_NPM          the npm to use, with its node beside it
  METAFACE_CHROMIUM     the Chromium to use
  METAFACE_SHARED       a folder of speech and captures that some tests read, if it is there

EXIT CODES
  0 done, 1 a step failed, 2 wrong usage";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = arguments.len();
    arguments.retain(|argument| argument != "--print");
    let steps = Steps::new(arguments.len() < asked);
    let chore = if arguments.is_empty() {
        "help".to_owned()
    } else {
        arguments.remove(0)
    };
    match run(&steps, &chore, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault::Usage(reason)) => {
            eprintln!("xtask: {reason}; see `cargo xtask help`");
            ExitCode::from(2)
        }
        Err(Fault::Step(reason)) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(steps: &Steps, chore: &str, options: &[String]) -> Result<(), Fault> {
    if chore == "bench" {
        return bench::run(steps, options);
    }
    if chore == "align" {
        return align::run(steps, options);
    }
    if chore == "dialogue" {
        return dialogue::run(steps, options);
    }
    if chore == "night" {
        return night::run(steps, options);
    }
    if chore == "fuzz" {
        return fuzz::run(steps, options);
    }
    if chore == "dist" {
        return dist::run(steps, options);
    }
    if let Some(unknown) = options.first() {
        return Err(Fault::Usage(format!("{chore} does not take '{unknown}'")));
    }
    match chore {
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
        "head" => pictures::head(steps),
        "speakers" => pictures::speakers(steps),
        "pictures" => pictures::run(steps),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(Fault::Usage(format!("'{chore}' is not a chore"))),
    }
}
