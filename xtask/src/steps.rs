//! Runs programs one after the other, and prints each as a shell would take it.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a chore ended early.
#[derive(Debug)]
pub enum Fault {
    /// The command line asks for something that does not exist.
    Usage(String),
    /// A step failed.
    Step(String),
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Step(reason)
    }
}

/// The workspace, and how its programs are run.
pub struct Steps {
    /// The workspace's root folder.
    pub root: PathBuf,
    /// Print what would be run, and run nothing.
    pub only_print: bool,
}

impl Steps {
    /// Steps in the workspace that this program was built in.
    pub fn new(only_print: bool) -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: manifest.parent().unwrap_or(manifest).to_owned(),
            only_print,
        }
    }

    /// Where the test tools live.
    pub fn tools_folder(&self) -> PathBuf {
        self.root.join("target").join("test-tools")
    }

    /// The `metaface` program that `cargo build --release` leaves.
    pub fn metaface(&self) -> PathBuf {
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |folder| self.root.join(folder));
        target
            .join("release")
            .join(format!("metaface{}", env::consts::EXE_SUFFIX))
    }

    /// Tells how a chore ended, unless nothing was run.
    pub fn say(&self, text: &str) {
        if !self.only_print {
            println!("{text}");
        }
    }

    /// Prints and runs a step; it must succeed.
    pub fn run(&self, step: &Step) -> Result<(), Fault> {
        println!("\n$ {}", step.shown(&self.root));
        if self.only_print {
            return Ok(());
        }
        let status = step
            .command(&self.root)
            .status()
            .map_err(|error| format!("cannot run {}: {error}", step.program.display()))?;
        if status.success() {
            return Ok(());
        }
        Err(format!("failed ({status}): {}", step.shown(&self.root)).into())
    }
}

/// A program with its arguments, as one step of a chore.
#[derive(Clone)]
pub struct Step {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
    variables: Vec<(&'static str, OsString)>,
    path: Vec<PathBuf>,
}

impl Step {
    /// A program, by name or path.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            folder: None,
            variables: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Cargo: the one that runs this program.
    pub fn cargo(subcommand: &str) -> Self {
        let step = Self::new("cargo").args([subcommand]);
        if subcommand == "fmt" {
            return step;
        }
        // One profile for everything: each more would compile the neural network once more.
        step.args(["--release", "--ignore-rust-version"])
    }

    /// More arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item: Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Runs in a folder other than the workspace's root.
    pub fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets an environment variable.
    pub fn variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Puts a folder before all others in which programs are looked for.
    pub fn path(mut self, folder: impl Into<PathBuf>) -> Self {
        self.path.insert(0, folder.into());
        self
    }

    /// What the program says about itself on standard output, or none where it fails.
    /// Not printed: questions change nothing.
    pub fn answer(&self, root: &Path) -> Option<String> {
        let output = self.command(root).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// The command, ready to be started from `root`.
    pub fn command(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(self.folder.as_deref().unwrap_or(root))
            .stdin(Stdio::null());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        if !self.path.is_empty() {
            let inherited = env::var_os("PATH").unwrap_or_default();
            let folders = self.path.iter().cloned();
            let folders = folders.chain(env::split_paths(&inherited));
            // A folder whose name cannot stand in PATH could not be asked for programs anyway.
            command.env("PATH", env::join_paths(folders).unwrap_or(inherited));
        }
        command
    }

    /// The step as a line for a shell in `root`.
    pub fn shown<'step>(&'step self, root: &'step Path) -> impl fmt::Display + 'step {
        Shown { step: self, root }
    }
}

struct Shown<'step> {
    step: &'step Step,
    root: &'step Path,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |path: &Path| {
            let inside = path.strip_prefix(self.root).unwrap_or(path);
            inside.to_string_lossy().into_owned()
        };
        let quoted =
            |text: &str| match text.is_empty() || text.contains(|c| " '\"$*&|;".contains(c)) {
                true => format!("'{}'", text.replace('\'', r"'\''")),
                false => text.to_owned(),
            };
        let folder = self.step.folder.as_deref();
        if let Some(folder) = folder {
            write!(f, "(cd {} && ", quoted(&short(folder)))?;
        }
        for folder in self.step.path.iter().rev() {
            write!(f, "PATH=\"{}:$PATH\" ", folder.display())?;
        }
        for (name, value) in &self.step.variables {
            write!(f, "{name}={} ", quoted(&value.to_string_lossy()))?;
        }
        // Paths inside the workspace are shown from its root, unless the step runs elsewhere.
        let shown = |path: &Path| match folder {
            Some(_) => path.to_string_lossy().into_owned(),
            None => short(path),
        };
        write!(f, "{}", quoted(&shown(&self.step.program)))?;
        for argument in &self.step.arguments {
            write!(f, " {}", quoted(&shown(Path::new(argument))))?;
        }
        write!(f, "{}", if folder.is_some() { ")" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_shown_as_a_shell_would_take_it() {
        let root = Path::new("/work space");
        let step = Step::new("/work space/target/tool")
            .args(["a b", "it's", "/work space/out.glb", ""])
            .variable("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            step.shown(root).to_string(),
            r"RUSTDOCFLAGS='-D warnings' target/tool 'a b' 'it'\''s' out.glb ''"
        );
        let elsewhere = Step::new("npm")
            .args(["ci"])
            .within("/work space/tests/node");
        assert_eq!(
            elsewhere.shown(root).to_string(),
            "(cd tests/node && npm ci)"
        );
    }

    #[test]
    fn a_step_that_fails_is_named_and_a_program_that_is_absent_answers_nothing() {
        let steps = Steps::new(false);
        let failure = steps.run(&Step::new("cargo").args(["no-such-subcommand"]));
        assert!(matches!(failure, Err(Fault::Step(text)) if text.contains("no-such-subcommand")));
        let absent = Step::new("metaface-no-such-program");
        assert!(absent.answer(&steps.root).is_none());
        let printed = Steps {
            only_print: true,
            ..steps
        };
        assert!(printed.run(&absent).is_ok());
    }
}
