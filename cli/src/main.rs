//! The program `metaface`: animates faces from speech.
//!
//! It parses arguments and prints progress and reports. `metaface-core`, `metaface-exporters` and
//! `metaface-pipeline` do the work.

mod arguments;
mod character;
mod commands;
mod failure;
mod paths;
mod report;
mod speaker_file;
mod write_clip;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Animate(options) => commands::animate::run(options),
        Command::Adapt(options) => commands::adapt::run(options),
        Command::Batch(options) => commands::batch::run(options),
        Command::Preview(options) => commands::preview::run(options),
        Command::Inspect(options) => commands::inspect::run(options),
        Command::Convert(options) => commands::convert::run(options),
        Command::Eval(options) => commands::eval::run(options),
        Command::Train(options) => commands::train::run(options),
        Command::Stream(options) => commands::stream::run(options),
        Command::Doctor(options) => commands::doctor::run(options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
