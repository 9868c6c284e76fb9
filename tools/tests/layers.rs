//! Allowed uses between the modules of core. `deny.toml` lists the allowed uses between crates.
//!
//! The `crate::` and `super::` paths in the sources of core are compared with the table below.

use std::fs;
use std::path::{Path, PathBuf};

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

#[test]
fn modules_of_core_use_only_modules_of_the_same_and_of_lower_layers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let mut wrong = Vec::new();
    for file in sources(&source) {
        let path = file.strip_prefix(&source).expect("a source of core");
        let (module, shown) = (module_of(path), path.display());
        match layer_of(&module) {
            None if module == "lib" => {}
            None => wrong.push(format!("{shown}: add {module} to the table in {}", file!())),
            Some(layer) => {
                let text = fs::read_to_string(&file).expect("a source of core");
                for (line, used) in upward_uses(layer, &text) {
                    wrong.push(format!("{shown}:{line}: uses {used} of a higher layer"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "in core/src:\n  {}", wrong.join("\n  "));
}

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

/// The module of core of a source file.
fn module_of(file: &Path) -> String {
    let first = file.iter().next().unwrap_or_default().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules above a layer in a source, with their lines.
fn upward_uses(layer: usize, text: &str) -> Vec<(usize, String)> {
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let code: Vec<&str> = (text.lines())
        .map(|line| if is_comment(line) { "" } else { line })
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
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
