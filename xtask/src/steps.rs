//! Runs programs one after the other, and prints each as a shell command.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The result of a task or of a part of it; the error is the reason in words.
pub type Outcome<T = ()> = Result<T, String>;

/// The workspace, and the settings for running programs.
pub struct Steps {
    /// The workspace's root folder.
    pub root: PathBuf,
    /// Print the commands without running them.
    pub only_print: bool,
    /// Compile as for users: for NVIDIA GPUs too, and all optimised.
    pub released: bool,
}

impl Steps {
    /// Steps in the workspace of this program's source.
    pub fn new(only_print: bool, released: bool) -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: manifest.parent().unwrap_or(manifest).to_owned(),
            only_print,
            released,
        }
    }

    /// A step of Cargo that builds `packages`, compiled as for users if required.
    pub fn for_users(&self, build: Step, packages: &[&str]) -> Step {
        if self.released {
            let build = with_cuda(build, packages);
            build.words("--config .cargo/optimised.toml")
        } else {
            build
        }
    }

    /// A path in `target`.
    pub fn target(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// A path in the folder of the installed tools.
    pub fn tool(&self, name: impl AsRef<Path>) -> PathBuf {
        self.target("test-tools").join(name)
    }

    /// The `metaface` program that `cargo build --release` builds.
    pub fn metaface(&self) -> PathBuf {
        self.built("metaface")
    }

    /// A program that `cargo build --release` builds.
    pub fn built(&self, name: &str) -> PathBuf {
        self.in_profile("release", name)
    }

    /// A program that `cargo build` builds.
    pub fn quickly_built(&self, name: &str) -> PathBuf {
        self.in_profile("debug", name)
    }

    fn in_profile(&self, folder: &str, name: &str) -> PathBuf {
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let program = format!("{folder}/{name}{}", env::consts::EXE_SUFFIX);
        self.root.join(target).join(program)
    }

    /// The text of a file, by its path in the workspace.
    pub fn read(&self, path: impl AsRef<Path>) -> Outcome<String> {
        let path = self.root.join(path);
        fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    }

    /// Installs what `pinned` lists, unless this was done before: the file `receipt` has its text.
    pub fn install_once(
        &self,
        receipt: &Path,
        pinned: &str,
        install: impl FnOnce() -> Outcome,
    ) -> Outcome {
        if fs::read_to_string(receipt).is_ok_and(|installed| installed == pinned) {
            return Ok(());
        }
        install()?;
        // Written last: without it, the installation is incomplete.
        self.change(|| fs::write(receipt, pinned), "write", receipt)
    }

    /// Makes a folder, except with `--print`.
    pub fn make_folder(&self, folder: &Path) -> Outcome {
        self.change(|| fs::create_dir_all(folder), "make", folder)
    }

    /// Makes a folder empty, except with `--print`.
    pub fn empty_folder(&self, folder: &Path) -> Outcome {
        let empty = || match fs::remove_dir_all(folder) {
            Err(error) if folder.exists() => Err(error),
            _ => fs::create_dir_all(folder),
        };
        self.change(empty, "empty", folder)
    }

    /// Copies a file into a folder, except with `--print`.
    pub fn copy(&self, file: &Path, folder: &Path) -> Outcome {
        let copy = || fs::copy(file, folder.join(file.file_name().unwrap_or_default())).map(drop);
        self.change(copy, "copy", file)
    }

    fn change(
        &self,
        change: impl FnOnce() -> std::io::Result<()>,
        verb: &str,
        path: &Path,
    ) -> Outcome {
        if self.only_print {
            return Ok(());
        }
        change().map_err(|error| format!("cannot {verb} {}: {error}", path.display()))
    }

    /// Prints a message, except with `--print`.
    pub fn say(&self, text: &str) {
        if !self.only_print {
            println!("{text}");
        }
    }

    /// Prints and runs a step. An unsuccessful exit status is an error.
    pub fn run(&self, step: &Step) -> Outcome {
        let shown = step.shown(&self.root);
        println!("\n$ {shown}");
        if self.only_print {
            return Ok(());
        }
        let status = step.command(&self.root).status();
        match status.map_err(|error| format!("cannot run {}: {error}", step.program.display()))? {
            status if status.success() => Ok(()),
            status => Err(format!("failed ({status}): {shown}")),
        }
    }
}

/// A step of Cargo that builds `packages` for NVIDIA GPUs too.
pub fn with_cuda(build: Step, packages: &[&str]) -> Step {
    let features = packages.iter().map(|package| format!("{package}/cuda"));
    build
        .arg("--features")
        .arg(features.collect::<Vec<_>>().join(","))
}

/// The path of this program.
pub fn xtask() -> Outcome<PathBuf> {
    env::current_exe().map_err(|error| format!("cannot find the path of xtask: {error}"))
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

    /// Cargo with a subcommand that compiles. All but the demo use one profile, because each profile
    /// compiles the neural network.
    pub fn cargo(subcommand: &str) -> Self {
        Self::quick_cargo(subcommand).arg("--release")
    }

    /// Cargo with the profile that compiles fastest; what it compiles is slow. openusd 0.8.0 declares
    /// Rust 1.96, but builds with 1.95.
    pub fn quick_cargo(subcommand: &str) -> Self {
        Self::new("cargo")
            .arg(subcommand)
            .arg("--ignore-rust-version")
    }

    /// A program of the package `metaface-tools`, compiled and run. Its arguments follow `--`.
    pub fn metaface_tool(name: &str) -> Self {
        Self::cargo("run").arg("--bin").arg(name)
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds several arguments.
    pub fn args(self, arguments: impl IntoIterator<Item: Into<OsString>>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Adds the arguments of a text, separated by spaces.
    pub fn words(self, arguments: &str) -> Self {
        self.args(arguments.split(' '))
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

    /// The step as a shell command in `root`. Paths inside the workspace are shown from its root,
    /// unless the step runs elsewhere.
    pub fn shown(&self, root: &Path) -> String {
        let short = |path: &Path| quoted(path.strip_prefix(root).unwrap_or(path));
        let in_folder = |path: &Path| match self.folder {
            Some(_) => quoted(path),
            None => short(path),
        };
        let mut words = Vec::new();
        for folder in self.path.iter().rev() {
            words.push(format!("PATH=\"{}:$PATH\"", folder.display()));
        }
        for (name, value) in &self.variables {
            words.push(format!("{name}={}", quoted(value.as_ref())));
        }
        words.push(in_folder(&self.program));
        words.extend(
            self.arguments
                .iter()
                .map(|argument| in_folder(argument.as_ref())),
        );
        let command = words.join(" ");
        match &self.folder {
            Some(folder) => format!("(cd {} && {command})", short(folder)),
            None => command,
        }
    }
}

/// A word of a shell command.
fn quoted(word: &Path) -> String {
    let text = word.to_string_lossy();
    if text.is_empty() || text.contains(|c| " '\"$*&|;".contains(c)) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    text.into_owned()
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
            step.shown(root),
            r"RUSTDOCFLAGS='-D warnings' target/tool 'a b' 'it'\''s' out.glb ''"
        );
        let elsewhere = Step::new("npm")
            .words("ci --quiet")
            .within("/work space/tests/node");
        assert_eq!(elsewhere.shown(root), "(cd tests/node && npm ci --quiet)");
    }

    #[test]
    fn a_failed_step_is_named_and_a_missing_program_returns_none() {
        let steps = Steps::new(false, false);
        let failure = steps.run(&Step::new("cargo").arg("no-such-subcommand"));
        assert!(failure.is_err_and(|reason| reason.contains("no-such-subcommand")));
        let absent = Step::new("metaface-no-such-program");
        assert!(absent.query(&steps.root).is_none());
        let printed = Steps {
            only_print: true,
            ..steps
        };
        assert!(printed.run(&absent).is_ok());
    }
}
