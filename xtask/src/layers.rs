//! Allowed dependencies between crates and between the modules of core; part of `cargo xtask check`.
//!
//! The manifests of the crates, and the `crate::` and `super::` paths in the sources of core, are
//! compared with the two tables below. A new dependency must be added here first.

use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Steps, TaskError};

/// The workspace crates on which each crate may depend. Offline crates (evaluation, training) depend
/// on the runtime, and no product except the CLI may use them.
const CRATES: [(&str, &[&str]); 15] = [
    ("core/clip", &[]),
    ("core", &["clip"]),
    ("core/evaluation", &["clip", "core"]),
    ("core/training", &["clip", "core", "evaluation"]),
    ("exporters", &["clip"]),
    ("pipeline", &["core", "exporters"]),
    ("live", &["core"]),
    ("live/microphone", &["live"]),
    ("plugins/sdk", &["core", "exporters", "live"]),
    (
        "cli",
        &[
            "core",
            "evaluation",
            "exporters",
            "live",
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
    for folder in members(&read(&steps.root.join("Cargo.toml"))?) {
        let manifest = steps.root.join(&folder).join("Cargo.toml");
        wrong.extend(forbidden(&folder, &read(&manifest)?));
    }
    let source = steps.root.join("core/src");
    for file in sources(&source)? {
        let relative = file.strip_prefix(&source).unwrap_or(&file);
        let module = module_of(relative);
        if module == "lib" {
            continue;
        }
        let Some(layer) = layer_of(&module) else {
            wrong.push(format!(
                "core/src/{}: {module} is not in the table of core's modules in xtask/src/layers.rs",
                relative.display()
            ));
            continue;
        };
        for (line, used) in upward_uses(layer, &read(&file)?) {
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

/// The folders of the workspace's crates.
fn members(manifest: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != "members = [");
    lines
        .skip(1)
        .take_while(|line| *line != "]")
        .map(|line| line.trim().trim_matches(['"', ',']).to_owned())
        .collect()
}

/// The dependencies of a crate that the table does not allow, as messages.
fn forbidden(folder: &str, manifest: &str) -> Vec<String> {
    let Some((_, allowed)) = CRATES.iter().find(|(name, _)| *name == folder) else {
        return vec![format!(
            "{folder} is not in the table of crates in xtask/src/layers.rs"
        )];
    };
    dependencies(manifest)
        .into_iter()
        .filter(|used| !allowed.contains(&used.as_str()))
        .map(|used| format!("{folder}/Cargo.toml: {folder} must not use {used}"))
        .collect()
}

/// The workspace crates in a manifest, without `metaface-`, except those only for tests.
fn dependencies(manifest: &str) -> Vec<String> {
    let name = |text: &str| {
        let rest = text.strip_prefix("metaface-")?;
        rest.split(['.', ' ', '=', ']'])
            .next()
            .map(ToOwned::to_owned)
    };
    let mut found = Vec::new();
    let mut is_dependencies = false;
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            let is_tested = section.contains("dev-dependencies");
            is_dependencies = !is_tested && section.ends_with("dependencies");
            if let Some((_, used)) = section.rsplit_once("dependencies.")
                && !is_tested
            {
                found.extend(name(used));
            }
        } else if is_dependencies {
            found.extend(name(line));
        }
    }
    found
}

/// The module of core of a source file.
fn module_of(file: &Path) -> String {
    let first = file.iter().next().unwrap_or_default().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules above a layer in a source, with their lines.
fn upward_uses(layer: usize, text: &str) -> Vec<(usize, String)> {
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

    fn uses(module: &str, text: &str) -> Vec<(usize, String)> {
        upward_uses(layer_of(module).expect("a module of the table"), text)
    }

    #[test]
    fn only_uses_of_higher_layers_are_found() {
        let text = "use crate::audio::Sound;\n// crate::Animator\nlet a: crate::Animator;\n";
        assert_eq!(uses("speaker", text), [(3, "Animator".to_owned())]);
        assert!(uses("animator", text).is_empty());
        for text in [
            "use crate::model::Network;",
            "use crate::{audio::{Sound, Mel}, model::Network};",
            "use super::super::model::Network;",
        ] {
            assert_eq!(uses("audio", text), [(1, "model".to_owned())], "{text}");
            assert!(uses("speaker", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_source_belongs_to_the_first_part_of_its_path() {
        for (file, module) in [
            ("model/brows/mod.rs", "model"),
            ("device.rs", "device"),
            ("lib.rs", "lib"),
        ] {
            assert_eq!(module_of(Path::new(file)), module);
        }
    }

    #[test]
    fn the_workspace_crates_of_a_manifest_are_found() {
        let manifest = "[package]\nname = \"metaface-x\"\n[dependencies]\nmetaface-core.workspace = true\n\
                        metaface-clip = { path = \"\" }\nburn = \"1\"\n[dependencies.metaface-cli]\npath = \"\"\n\
                        [target.'cfg(unix)'.dependencies]\nmetaface-sdk = \"1\"\n\
                        [dev-dependencies]\nmetaface-training = \"1\"\n";
        assert_eq!(dependencies(manifest), ["core", "clip", "cli", "sdk"]);
        let members_text = "[workspace]\nmembers = [\n    \"core\",\n    \"core/clip\",\n]\n";
        assert_eq!(members(members_text), ["core", "core/clip"]);
    }

    #[test]
    fn a_forbidden_dependency_and_an_unlisted_crate_are_found() {
        let manifest = "[dependencies]\nmetaface-clip = \"1\"\nmetaface-core = \"1\"\n";
        let found = forbidden("exporters", manifest);
        assert_eq!(found, ["exporters/Cargo.toml: exporters must not use core"]);
        assert!(forbidden("core/evaluation", manifest).is_empty());
        assert!(forbidden("new", manifest)[0].contains("not in the table"));
    }

    #[test]
    fn the_workspace_has_no_forbidden_dependencies() {
        let result = check(&Steps::new(false));
        assert!(result.is_ok(), "{result:?}");
    }
}
