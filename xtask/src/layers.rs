//! Allowed dependencies between crates and between the modules of core; part of `cargo xtask check`.
//!
//! The manifests of the crates, and the `crate::` and `super::` paths in the sources of core, are
//! compared with the two tables below. A new dependency must be added here first.

use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Steps, TaskError};

/// The workspace crates on which each crate may depend. Offline crates (evaluation, training) depend
/// on the runtime, and no product except the CLI may use them.
const CRATES: [(&str, &[&str]); 14] = [
    ("core/clip", &[]),
    ("core", &["clip"]),
    ("core/evaluation", &["clip", "core"]),
    ("core/training", &["clip", "core", "evaluation"]),
    ("exporters", &["clip"]),
    ("pipeline", &["core", "exporters"]),
    ("plugins/sdk", &["core", "exporters"]),
    ("cli/microphone", &[]),
    (
        "cli",
        &[
            "core",
            "evaluation",
            "exporters",
            "microphone",
            "pipeline",
            "training",
        ],
    ),
    ("samples/head", &["clip", "exporters"]),
    (
        "tools",
        &[
            "clip",
            "core",
            "evaluation",
            "exporters",
            "sample-head",
            "training",
        ],
    ),
    ("tests/doors", &["core", "exporters"]),
    ("tests/readers", &["clip", "core", "exporters", "pipeline"]),
    ("xtask", &[]),
];

/// The modules of core from bottom to top; a module may use modules of the same and of lower layers.
const LAYERS: [&[&str]; 4] = [
    &[
        "audio",
        "clip",
        "device",
        "random",
        "statistics",
        "tensor_file",
    ],
    &["model"],
    &["speaker"],
    &["animator"],
];

/// Compares manifests and sources with the tables. The error names the files with forbidden
/// dependencies.
pub fn check(steps: &Steps) -> Result<(), TaskError> {
    let mut wrong = Vec::new();
    for (folder, allowed) in CRATES {
        let manifest = steps.root.join(folder).join("Cargo.toml");
        for used in dependencies(&read(&manifest)?) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("{folder}/Cargo.toml: {folder} must not use {used}"));
            }
        }
    }
    let source = steps.root.join("core/src");
    for file in sources(&source)? {
        let relative = file.strip_prefix(&source).unwrap_or(&file);
        let text = read(&file)?;
        for (line, used) in upward_uses(&module_of(relative), &text) {
            wrong.push(format!(
                "core/src/{}:{line}: uses {used} of a higher layer",
                relative.display()
            ));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("forbidden dependencies:\n  {}", wrong.join("\n  ")).into())
    }
}

/// The workspace crates in a manifest's `[dependencies]`, without `metaface-`.
fn dependencies(manifest: &str) -> Vec<String> {
    manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.strip_prefix("metaface-"))
        .map(|rest| rest.split(['.', ' ', '=']).next().unwrap_or_default())
        .map(ToOwned::to_owned)
        .collect()
}

/// The module of core of a source file.
fn module_of(file: &Path) -> String {
    let first = file.iter().next().unwrap_or_default().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules above `module` in a source, with their lines.
fn upward_uses(module: &str, text: &str) -> Vec<(usize, String)> {
    let Some(layer) = layer_of(module) else {
        return Vec::new();
    };
    let code: Vec<&str> = (text.lines())
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            // A name that is no module is re-exported from the animator, by the crate's root only.
            let unknown = if root == "crate::" {
                LAYERS.len() - 1
            } else {
                0
            };
            let line = code[..at].matches('\n').count() + 1;
            for used in first_names(&code[at + root.len()..]) {
                if !used.is_empty() && layer_of(used).unwrap_or(unknown) > layer {
                    found.push((line, used.to_owned()));
                }
            }
        }
    }
    found.sort();
    found
}

/// The name at the beginning of a text.
fn name(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The first name of a path, or the first names of a group in braces.
fn first_names(path: &str) -> Vec<&str> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
                if letter == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// All Rust files of a folder, sorted.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let unread = |error| format!("cannot read {}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, TaskError> {
    fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_uses_of_higher_layers_are_found() {
        let text = "use crate::audio::Sound;\n// crate::Animator\nlet a: crate::Animator;\n";
        assert_eq!(upward_uses("speaker", text), [(3, "Animator".to_owned())]);
        for text in [
            "use crate::model::Network;",
            "use crate::{audio::{Sound, Mel}, model::Network};",
            "use super::super::model::Network;",
        ] {
            assert_eq!(
                upward_uses("audio", text),
                [(1, "model".to_owned())],
                "{text}"
            );
            assert!(upward_uses("speaker", text).is_empty(), "{text}");
        }
        assert!(upward_uses("animator", text).is_empty());
        assert!(upward_uses("lib", text).is_empty());
    }

    #[test]
    fn the_workspace_crates_of_a_manifest_are_found() {
        let manifest = "[package]\nname = \"metaface-x\"\n[dependencies]\nmetaface-core.workspace = true\n\
                        metaface-clip = { path = \"\" }\nburn = \"1\"\n[dev-dependencies]\nmetaface-training = \"1\"\n";
        assert_eq!(dependencies(manifest), ["core", "clip"]);
    }

    #[test]
    fn the_workspace_has_no_forbidden_dependencies() {
        assert!(check(&Steps::new(false)).is_ok());
    }
}
