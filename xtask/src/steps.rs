//! Runs programs one after the other, and prints each as a shell command.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An error of a task.
#[derive(Debug)]
pub enum TaskError {
    /// The command line is wrong.
    Usage(String),
    /// A step failed.
    Failed(String),
}

impl From<String> for TaskError {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

/// The workspace, and the settings for running programs.
pub struct Steps {
    /// The workspace's root folder.
    pub root: PathBuf,
    /// Print the commands without running them.
    pub only_print: bool,
}

impl Steps {
    /// Steps in the workspace of this program's source.
    pub fn new(only_print: bool) -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: manifest.parent().unwrap_or(manifest).to_owned(),
            only_print,
        }
    }

    /// The folder of the test tools.
    pub fn tools_folder(&self) -> PathBuf {
        self.root.join("target").join("test-tools")
    }

    /// The `metaface` program that `cargo build --release` builds.
    pub fn metaface(&self) -> PathBuf {
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |folder| self.root.join(folder));
        target
            .join("release")
            .join(format!("metaface{}", env::consts::EXE_SUFFIX))
    }

    /// Prints a message, except with `--print`.
    pub fn say(&self, text: &str) {
        if !self.only_print {
            println!("{text}");
        }
    }

    /// Prints and runs a step. An unsuccessful exit status is an error.
    pub fn run(&self, step: &Step) -> Result<(), TaskError> {
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

/// A program with its arguments: a step of a task.
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

    /// The Cargo that runs this program.
    pub fn cargo(subcommand: &str) -> Self {
        let step = Self::new("cargo").args([subcommand]);
        if subcommand == "fmt" {
            return step;
        }
        // One profile for everything, because each profile compiles the neural network.
        step.args(["--release", "--ignore-rust-version"])
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item: Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets the working folder; the default is the workspace's root.
    pub fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets an environment variable.
    pub fn variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Adds a folder at the start of the PATH.
    pub fn path(mut self, folder: impl Into<PathBuf>) -> Self {
        self.path.insert(0, folder.into());
        self
    }

    /// Runs the step and returns its standard output. `None` if it fails. The step is not printed,
    /// because queries change nothing.
    pub fn query(&self, root: &Path) -> Option<String> {
        let output = self.command(root).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// The command, to run in `root`.
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
            // A folder whose name is invalid in PATH is ignored.
            command.env("PATH", env::join_paths(folders).unwrap_or(inherited));
        }
        command
    }

    /// The step as a shell command in `root`.
    pub fn shown<'step>(&'step self, root: &'step Path) -> impl fmt::Display + 'step {
        ShellCommand { step: self, root }
    }
}

struct ShellCommand<'step> {
    step: &'step Step,
    root: &'step Path,
}

impl fmt::Display for ShellCommand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |path: &Path| {
            let inside = path.strip_prefix(self.root).unwrap_or(path);
            inside.to_string_lossy().into_owned()
        };
        let quoted = |text: &str| {
            if text.is_empty() || text.contains(|c| " '\"$*&|;".contains(c)) {
                format!("'{}'", text.replace('\'', r"'\''"))
            } else {
                text.to_owned()
            }
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
    fn a_step_is_shown_as_a_shell_command() {
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
    fn a_failed_step_is_named_and_a_missing_program_returns_none() {
        let steps = Steps::new(false);
        let failure = steps.run(&Step::new("cargo").args(["no-such-subcommand"]));
        assert!(
            matches!(failure, Err(TaskError::Failed(text)) if text.contains("no-such-subcommand"))
        );
        let absent = Step::new("metaface-no-such-program");
        assert!(absent.query(&steps.root).is_none());
        let printed = Steps {
            only_print: true,
            ..steps
        };
        assert!(printed.run(&absent).is_ok());
    }
}
