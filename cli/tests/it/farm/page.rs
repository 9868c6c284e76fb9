//! Runs the commands of docs/pipeline.md on its table, in their order.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::dialogue::{metaface, root};
use super::openjd;

/// The table and the commands of the page.
struct Page {
    table: String,
    commands: Vec<String>,
}

impl Page {
    fn read() -> Self {
        let text = fs::read_to_string(root().join("docs/pipeline.md")).unwrap();
        let (_, rest) = text.split_once("```csv\n").expect("a table");
        let (table, _) = rest.split_once("```").expect("its end");
        // Commands are the lines of shell code blocks.
        let mut fence = None;
        let mut commands = Vec::new();
        for line in text.lines() {
            match (line.strip_prefix("```"), fence) {
                (Some(language), None) => fence = Some(language),
                (Some(_), Some(_)) => fence = None,
                (None, Some("sh")) => commands.push(line.to_owned()),
                (None, _) => {}
            }
        }
        Self {
            table: table.to_owned(),
            commands,
        }
    }

    /// The commands of a program.
    fn of(&self, program: &str) -> Vec<&str> {
        let commands = self.commands.iter().map(String::as_str);
        let is_of_program = |command: &&str| command.split(' ').next() == Some(program);
        let found: Vec<&str> = commands.filter(is_of_program).collect();
        assert!(!found.is_empty(), "the page has no {program}");
        found
    }
}

/// A folder with all files that the page assumes.
fn studio(page: &Page) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copy_sample = |from: &str, to: &str| {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join("samples").join(from), to).unwrap();
    };
    for row in page.table.lines().skip(1) {
        copy_sample("speech/line.wav", row.split(',').next().unwrap());
    }
    copy_sample("head/head.glb", "characters/hero.glb");
    copy_sample("speakers/crisp-smiler.speaker", "speakers/anna.speaker");
    copy_sample("speakers/mumbler.speaker", "speakers/ben.speaker");
    for name in [
        "metaface-batch.openjd.yaml",
        "slurm-array.sh",
        "slurm-submit.sh",
    ] {
        let file = format!("farm/{name}");
        copy_sample(&file, &format!("samples/{file}"));
    }
    fs::write(folder.path().join("dialogue.csv"), &page.table).unwrap();
    folder
}

/// Prepares a shell to run a line of the page in a folder. The path contains the program under test
/// first, then these folders.
fn prepare<'shell>(
    shell: &'shell mut Command,
    folder: &Path,
    programs: &[PathBuf],
    line: &str,
) -> &'shell mut Command {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let tested = metaface().parent().unwrap().to_owned();
    let folders = [tested]
        .into_iter()
        .chain(programs.iter().cloned())
        .chain(std::env::split_paths(&inherited));
    let path = std::env::join_paths(folders).unwrap();
    shell.env("PATH", path).current_dir(folder);
    shell.args(["-c", line])
}

fn run(shell: &mut Command, folder: &Path, programs: &[PathBuf], line: &str) -> Output {
    prepare(shell, folder, programs, line).output().unwrap()
}

fn assert_success(output: &Output, line: &str) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}\n{message}");
}

/// Asserts that a folder contains the files of every line of the table, and the report.
fn assert_complete(page: &Page, folder: &Path) {
    for row in page.table.lines().skip(1) {
        let name = row.split(',').nth(1).unwrap();
        for format in ["glb", "csv"] {
            let file = folder.join(format!("{name}.{format}"));
            assert!(file.is_file(), "{} is missing", file.display());
        }
    }
    assert!(folder.join("report.html").is_file());
}

#[test]
fn every_command_of_the_page_is_tested() {
    let page = Page::read();
    let tested = ["metaface", "openjd", "samples/farm/slurm-submit.sh"];
    let count: usize = tested.iter().map(|program| page.of(program).len()).sum();
    assert_eq!(count, page.commands.len(), "{:?}", page.commands);
}

#[test]
fn the_commands_of_the_page_do_what_it_says() {
    let page = Page::read();
    let folder = studio(&page);
    let build = folder.path().join("build");
    for line in page.of("metaface") {
        if line.ends_with("--watch") {
            run_watch(folder.path(), line);
            continue;
        }
        let output = run(&mut Command::new("sh"), folder.path(), &[], line);
        assert_success(&output, line);
        assert_eq!(build.exists(), !line.ends_with("--dry-run"), "{line}");
    }
    assert_complete(&page, &build);
    assert_complete(&page, &folder.path().join("sliced"));
    assert!(folder.path().join("by-name/anna 001.glb").is_file());
}

/// Runs a `--watch` command and interrupts it.
#[cfg(unix)]
fn run_watch(folder: &Path, line: &str) {
    let line = format!("exec {line}");
    let mut shell = Command::new("sh");
    let quiet = prepare(&mut shell, folder, &[], &line);
    let quiet = quiet.stdout(Stdio::null()).stderr(Stdio::null());
    let mut program = quiet.spawn().unwrap();
    let start = Instant::now();
    while !folder.join("watched/zoë 003.csv").is_file() {
        assert!(start.elapsed() < Duration::from_secs(120), "{line}");
        sleep(Duration::from_millis(50));
    }
    let id = program.id().to_string();
    let interrupted = Command::new("kill").args(["-INT", &id]).status();
    assert!(interrupted.unwrap().success());
    assert_eq!(program.wait().unwrap().code(), Some(8));
}

#[cfg(not(unix))]
fn run_watch(_: &Path, line: &str) {
    println!("skipped: {line} cannot be interrupted on this system");
}

#[test]
fn the_openjd_commands_of_the_page_do_what_it_says() {
    let Some(python) = openjd::python() else {
        return;
    };
    let programs = [python.parent().unwrap().to_owned()];
    let page = Page::read();
    let folder = studio(&page);
    for line in page.of("openjd") {
        let output = run(&mut Command::new("sh"), folder.path(), &programs, line);
        assert_success(&output, line);
    }
    assert_complete(&page, &folder.path().join("openjd"));
}

#[cfg(target_os = "linux")]
#[test]
fn the_slurm_command_of_the_page_does_what_it_says() {
    let Some(cluster) = super::cluster::Cluster::start() else {
        return;
    };
    let page = Page::read();
    let folder = studio(&page);
    for line in page.of("samples/farm/slurm-submit.sh") {
        let output = run(&mut cluster.command("sh"), folder.path(), &[], line);
        assert_success(&output, line);
        let jobs = String::from_utf8(output.stdout).unwrap();
        let jobs: Vec<&str> = jobs.split_whitespace().collect();
        cluster.finish(&jobs);
        for job in jobs {
            assert_eq!(cluster.field(job, "ExitCode"), "0:0");
        }
    }
    assert_complete(&page, &folder.path().join("slurm"));
}
