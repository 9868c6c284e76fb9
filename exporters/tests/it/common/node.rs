//! Runs the scripts in `tests/node`, which check written files.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The workspace's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace")
        .to_owned()
}

/// A file of the shared material; `None` if it is absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os("METAFACE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} of the shared material is absent");
    None
}

/// Runs a script of `tests/node` and returns the JSON that it prints; `None` if its modules are not
/// installed.
pub fn run(script: &str, arguments: &[&Path]) -> Option<Value> {
    let folder = root().join("tests/node");
    if !folder.join("node_modules/gltf-validator").exists() {
        println!("skipped: {script} needs the modules of tests/node, which are absent");
        return None;
    }
    let output = Command::new("node")
        .arg(folder.join(script))
        .args(arguments)
        .output()
        .expect("node runs");
    assert!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// Writes the bytes to a file and asserts that the Khronos validator reports no errors or warnings.
pub fn assert_valid(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    if let Some(reports) = run("validate.mjs", &[&path]) {
        assert_eq!(complaints(&reports[0]), Vec::<String>::new(), "{name}");
    }
}

/// The errors and warnings of one report.
pub fn complaints(report: &Value) -> Vec<String> {
    let messages = report["messages"].as_array().expect("messages");
    messages
        .iter()
        .filter(|message| message["severity"] == "error" || message["severity"] == "warning")
        .map(|message| {
            format!(
                "{} at {}: {}",
                message["code"], message["pointer"], message["message"]
            )
        })
        .collect()
}
