//! Chores side by side: most of what hosts' tests do keeps one processor busy, and there are more.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::process::Stdio;
use std::thread;

use crate::steps::{Fault, Step, Steps};

/// Runs lanes of chores at once, the chores of a lane one after the other, each in a process of its
/// own. What a chore says is printed when it has ended; until then it stands in `target/lanes`.
/// A chore that fails ends its lane, not the others.
pub fn run(steps: &Steps, lanes: &[&[&str]]) -> Result<(), Fault> {
    let program = env::current_exe().map_err(|error| format!("who is running? {error}"))?;
    let chore = |name: &str| Step::new(&program).args([name]);
    if steps.only_print {
        // In order: nothing takes time.
        let mut chores = lanes.iter().flat_map(|lane| lane.iter());
        return chores.try_for_each(|name| print_only(steps, chore(name)));
    }
    let said = steps.root.join("target").join("lanes");
    fs::create_dir_all(&said).map_err(|error| format!("{}: {error}", said.display()))?;
    println!("\nSide by side: {}", named(lanes));
    println!("What each says follows when it has ended; until then it is in target/lanes.");
    let one = |name: &str| -> Result<(), Fault> {
        let log = said.join(format!("{name}.txt"));
        let fault = |error: io::Error| Fault::Step(format!("{}: {error}", log.display()));
        let out = File::create(&log).map_err(fault)?;
        let mut command = chore(name).command(&steps.root);
        command.stderr(Stdio::from(out.try_clone().map_err(fault)?));
        let status = command.stdout(Stdio::from(out)).status().map_err(fault)?;
        let text = fs::read(&log).map_err(fault)?;
        let mut terminal = io::stdout().lock();
        // A terminal that is gone has nobody to tell.
        let _ = writeln!(terminal, "\n===== {name}");
        let _ = terminal.write_all(&text);
        match status.success() {
            true => Ok(()),
            false => Err(format!("{name} failed ({status}); what it said is above").into()),
        }
    };
    let lane = |chores: &[&str]| chores.iter().try_for_each(|name| one(name));
    let ended: Vec<_> = thread::scope(|scope| {
        let lanes: Vec<_> = lanes
            .iter()
            .map(|&chores| scope.spawn(move || lane(chores)))
            .collect();
        lanes.into_iter().map(|lane| lane.join()).collect()
    });
    ended.into_iter().try_for_each(|lane| {
        lane.unwrap_or_else(|_| Err("a lane of chores broke off".to_owned().into()))
    })
}

fn named(lanes: &[&[&str]]) -> String {
    let lanes: Vec<_> = lanes.iter().map(|lane| lane.join(", then ")).collect();
    lanes.join("; ")
}

fn print_only(steps: &Steps, chore: Step) -> Result<(), Fault> {
    let printed = chore.args(["--print"]).command(&steps.root).status();
    let status = printed.map_err(|error| Fault::Step(error.to_string()))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("--print failed ({status})").into()),
    }
}
