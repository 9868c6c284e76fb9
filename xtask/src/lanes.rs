//! Tasks in parallel lanes, because most tests of the plugins use only one core.

use std::fs::{self, File};
use std::io::{self, Write};
use std::thread;

use crate::steps::{Outcome, Step, Steps, xtask};

/// Runs lanes of tasks in parallel, and the tasks of a lane one after the other, each in a separate
/// process. The output of a task is written to `target/lanes` and printed when the task ends. A
/// failed task ends its lane, not the others.
pub fn run(steps: &Steps, lanes: &[Vec<&str>]) -> Outcome {
    let lane = |tasks: &Vec<&str>| tasks.iter().try_for_each(|name| task(steps, name));
    if steps.only_print {
        // One after the other, because printing is fast.
        return lanes.iter().try_for_each(lane);
    }
    steps.make_folder(&steps.target("lanes"))?;
    let described: Vec<_> = lanes.iter().map(|tasks| tasks.join(", then ")).collect();
    println!("\nIn parallel: {}", described.join("; "));
    println!("The output of each task is printed when it ends; until then see target/lanes.");
    let results: Vec<Outcome> = thread::scope(|scope| {
        let start = |tasks| scope.spawn(move || lane(tasks));
        let threads: Vec<_> = lanes.iter().map(start).collect();
        let panicked = |_| Err("internal error: a lane panicked".into());
        let end = |thread: thread::ScopedJoinHandle<_>| thread.join().unwrap_or_else(panicked);
        threads.into_iter().map(end).collect()
    });
    results.into_iter().collect()
}

/// Runs `cargo xtask` with the words of `name`.
fn task(steps: &Steps, name: &str) -> Outcome {
    let step = Step::new(xtask()?).words(name);
    let step = step.args(steps.released.then_some("--released"));
    let mut command = step.command(&steps.root);
    let log = steps.target("lanes").join(format!("{name}.txt"));
    let mut run = || -> io::Result<_> {
        if steps.only_print {
            return command.arg("--print").status();
        }
        let output = File::create(&log)?;
        let status = command
            .stderr(output.try_clone()?)
            .stdout(output)
            .status()?;
        let text = fs::read(&log)?;
        let mut terminal = io::stdout().lock();
        // Errors are ignored: the terminal may be closed.
        let _ = writeln!(terminal, "\n===== {name}");
        let _ = terminal.write_all(&text);
        Ok(status)
    };
    match run().map_err(|error| format!("cannot run {name} into {}: {error}", log.display()))? {
        status if status.success() => Ok(()),
        status => Err(format!("{name} failed ({status}); its output is above")),
    }
}
