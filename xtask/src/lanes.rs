//! Tasks in parallel lanes, because most tests of the plugins use only one core.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::process::Stdio;
use std::thread;

use crate::steps::{Step, Steps, TaskError};

/// Runs lanes of tasks in parallel, and the tasks of a lane one after the other, each in a separate
/// process. The output of a task is written to `target/lanes` and printed when the task ends. A
/// failed task ends its lane, not the others.
pub fn run(steps: &Steps, lanes: &[&[&str]]) -> Result<(), TaskError> {
    let program =
        env::current_exe().map_err(|error| format!("cannot find the path of xtask: {error}"))?;
    let task = |name: &str| Step::new(&program).args([name]);
    if steps.only_print {
        // One after the other, because printing is fast.
        let mut tasks = lanes.iter().flat_map(|lane| lane.iter());
        return tasks.try_for_each(|name| print_only(steps, task(name)));
    }
    let logs = steps.root.join("target").join("lanes");
    fs::create_dir_all(&logs).map_err(|error| format!("{}: {error}", logs.display()))?;
    println!("\nIn parallel: {}", description(lanes));
    println!("The output of each task is printed when it ends; until then see target/lanes.");
    let one = |name: &str| -> Result<(), TaskError> {
        let log = logs.join(format!("{name}.txt"));
        let log_error = |error: io::Error| TaskError::Failed(format!("{}: {error}", log.display()));
        let out = File::create(&log).map_err(log_error)?;
        let mut command = task(name).command(&steps.root);
        command.stderr(Stdio::from(out.try_clone().map_err(log_error)?));
        let status = (command.stdout(Stdio::from(out)).status()).map_err(log_error)?;
        let text = fs::read(&log).map_err(log_error)?;
        let mut terminal = io::stdout().lock();
        // Errors are ignored: the terminal may be closed.
        let _ = writeln!(terminal, "\n===== {name}");
        let _ = terminal.write_all(&text);
        if status.success() {
            Ok(())
        } else {
            Err(format!("{name} failed ({status}); its output is above").into())
        }
    };
    let lane = |tasks: &[&str]| tasks.iter().try_for_each(|name| one(name));
    let ended: Vec<_> = thread::scope(|scope| {
        let lanes: Vec<_> = lanes
            .iter()
            .map(|&tasks| scope.spawn(move || lane(tasks)))
            .collect();
        lanes.into_iter().map(|lane| lane.join()).collect()
    });
    ended.into_iter().try_for_each(|lane| {
        lane.unwrap_or_else(|_| Err("internal error: a lane panicked".to_owned().into()))
    })
}

fn description(lanes: &[&[&str]]) -> String {
    let lanes: Vec<_> = lanes.iter().map(|lane| lane.join(", then ")).collect();
    lanes.join("; ")
}

fn print_only(steps: &Steps, task: Step) -> Result<(), TaskError> {
    let printed = task.args(["--print"]).command(&steps.root).status();
    let status = printed.map_err(|error| TaskError::Failed(error.to_string()))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("--print failed ({status})").into())
    }
}
