//! docs/pipeline.md, done as it says: its table, then its commands in its order.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::dialogue::{metaface, root};
use crate::openjd;

/// What the page shows.
struct Page {
    table: String,
    commands: Vec<String>,
}

impl Page {
    fn read() -> Self {
        let text = fs::read_to_string(root().join("docs/pipeline.md")).unwrap();
        let (_, rest) = text.split_once("```csv\n").expect("a table");
        let (table, _) = rest.split_once("```").expect("its end");
        // Commands are what stands in the fences of a shell.
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

    /// The commands that start with this program.
    fn of(&self, program: &str) -> Vec<&str> {
        let commands = self.commands.iter().map(String::as_str);
        let started = |command: &&str| command.split(' ').next() == Some(program);
        let found: Vec<&str> = commands.filter(started).collect();
        assert!(!found.is_empty(), "the page has no {program}");
        found
    }
}

/// A folder in which the page's words are true.
fn studio(page: &Page) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let place = |from: &str, to: &str| {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join("samples").join(from), to).unwrap();
    };
    for row in page.table.lines().skip(1) {
        place("speech/line.wav", row.split(',').next().unwrap());
    }
    place("head/head.glb", "characters/hero.glb");
    place("speakers/crisp-smiler.speaker", "speakers/anna.speaker");
    place("speakers/mumbler.speaker", "speakers/ben.speaker");
    for name in [
        "metaface-batch.openjd.yaml",
        "slurm-array.sh",
        "slurm-submit.sh",
    ] {
        let file = format!("farm/{name}");
        place(&file, &format!("samples/{file}"));
    }
    fs::write(folder.path().join("dialogue.csv"), &page.table).unwrap();
    folder
}

/// A shell in a folder, ready to read a line of the page. It finds our program first, then these.
fn prepared<'shell>(
    shell: &'shell mut Command,
    folder: &Path,
    programs: &[PathBuf],
    line: &str,
) -> &'shell mut Command {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let ours = metaface().parent().unwrap().to_owned();
    let folders = [ours].into_iter().chain(programs.iter().cloned());
    let folders = folders.chain(std::env::split_paths(&inherited));
    let path = std::env::join_paths(folders).unwrap();
    shell.env("PATH", path).current_dir(folder);
    shell.args(["-c", line])
}

fn typed(shell: &mut Command, folder: &Path, programs: &[PathBuf], line: &str) -> Output {
    prepared(shell, folder, programs, line).output().unwrap()
}

fn succeeds(output: &Output, line: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}\n{said}");
}

/// Asserts that every line of the table stands in a folder, with the report if there is one.
fn is_complete(page: &Page, folder: &Path) {
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
fn every_command_of_the_page_belongs_to_a_test() {
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
            watched(folder.path(), line);
            continue;
        }
        let output = typed(&mut Command::new("sh"), folder.path(), &[], line);
        succeeds(&output, line);
        assert_eq!(build.exists(), !line.ends_with("--dry-run"), "{line}");
    }
    is_complete(&page, &build);
    is_complete(&page, &folder.path().join("sliced"));
    assert!(folder.path().join("by-name/anna 001.glb").is_file());
}

/// A command that goes on until it is interrupted.
#[cfg(unix)]
fn watched(folder: &Path, line: &str) {
    let line = format!("exec {line}");
    let mut shell = Command::new("sh");
    let quiet = prepared(&mut shell, folder, &[], &line);
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
fn watched(_: &Path, line: &str) {
    println!("skipped: nothing here interrupts {line}");
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
        let output = typed(&mut Command::new("sh"), folder.path(), &programs, line);
        succeeds(&output, line);
    }
    is_complete(&page, &folder.path().join("openjd"));
}

#[cfg(target_os = "linux")]
#[test]
fn the_slurm_command_of_the_page_does_what_it_says() {
    let Some(cluster) = crate::cluster::Cluster::start() else {
        return;
    };
    let page = Page::read();
    let folder = studio(&page);
    for line in page.of("samples/farm/slurm-submit.sh") {
        let output = typed(&mut cluster.command("sh"), folder.path(), &[], line);
        succeeds(&output, line);
        let jobs = String::from_utf8(output.stdout).unwrap();
        let jobs: Vec<&str> = jobs.split_whitespace().collect();
        cluster.finish(&jobs);
        for job in jobs {
            assert_eq!(cluster.field(job, "ExitCode"), "0:0");
        }
    }
    is_complete(&page, &folder.path().join("slurm"));
}
