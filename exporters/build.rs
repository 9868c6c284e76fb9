//! Bundles the preview page's player with npm if the feature `preview` is enabled.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

const INPUTS: [&str; 4] = [
    "player/package.json",
    "player/package-lock.json",
    "player/build.mjs",
    "player/src",
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let bundle = out.join("player.js");
    if env::var_os("CARGO_FEATURE_PREVIEW").is_none() {
        return fs::write(bundle, "");
    }
    for input in INPUTS {
        println!("cargo::rerun-if-changed={input}");
    }
    println!("cargo::rerun-if-env-changed=METAFACE_NPM");
    match bundle_player(&out.join("player")) {
        Ok(player) => fs::write(bundle, player),
        Err(reason) => {
            println!("cargo::warning=no preview page in this build: {reason}");
            println!("cargo::warning=install Node.js 20 or later and build again");
            // Cargo reruns this script while a watched file is missing, so the next build retries.
            println!("cargo::rerun-if-changed=player/once-npm-works");
            fs::write(bundle, "")
        }
    }
}

/// Copies the package to `folder` and bundles it there, so that the source folder stays clean.
fn bundle_player(folder: &Path) -> Result<String, String> {
    let lock = fs::read_to_string("player/package-lock.json").map_err(|e| e.to_string())?;
    let installed = folder.join("installed-package-lock.json");
    let is_installed = fs::read_to_string(&installed).is_ok_and(|old| old == lock);
    for input in INPUTS {
        copy(Path::new(input), &folder.join(&input["player/".len()..]))
            .map_err(|e| format!("cannot copy {input}: {e}"))?;
    }
    if !is_installed {
        npm(
            folder,
            &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        )?;
        fs::write(&installed, lock).map_err(|e| e.to_string())?;
    }
    npm(folder, &["run", "build"])?;
    fs::read_to_string(folder.join("player.js")).map_err(|e| e.to_string())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        return fs::copy(from, to).map(|_| ());
    }
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let configured = env::var_os("METAFACE_NPM").map(PathBuf::from);
    let program =
        configured.unwrap_or_else(|| PathBuf::from(if cfg!(windows) { "npm.cmd" } else { "npm" }));
    let output = Command::new(&program)
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path_with_node_of(&program))
        .output()
        .map_err(|e| format!("cannot run {} ({e})", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = stderr.lines().filter(|line| !line.is_empty()).collect();
    let last_lines = lines[lines.len().saturating_sub(3)..].join("; ");
    Err(format!("npm {} failed: {last_lines}", arguments.join(" ")))
}

/// npm finds node on the `PATH`; node beside a configured npm comes first, because it matches that
/// npm.
fn path_with_node_of(npm: &Path) -> OsString {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let beside = npm.parent().filter(|folder| folder.is_absolute());
    let folders = beside.map(Path::to_owned).into_iter();
    env::join_paths(folders.chain(env::split_paths(&inherited))).unwrap_or(inherited)
}
