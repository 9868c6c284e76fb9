//! Relative asset paths in USD's notation.

use std::path::{Component, Path};

/// The path of `original` relative to the folder of `output`, with forward slashes. It starts with
/// `./` or `../`, so that USD resolves it relative to the layer. If there is no relative path (on
/// another drive), it is absolute.
pub(super) fn relative(original: &Path, output: &Path) -> String {
    let [original, output] = [original, output].map(|path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        normalised(&path)
    });
    let folder = &output[..output.len().saturating_sub(1)];
    let shared = original
        .iter()
        .zip(folder)
        .take_while(|(a, b)| a == b)
        .count();
    if shared == 0 {
        return original.join("/").replace("//", "/");
    }
    let up = "../".repeat(folder.len() - shared);
    let start = if up.is_empty() { "./" } else { "" };
    format!("{start}{up}{}", original[shared..].join("/"))
}

/// The components of a path without `.` and `..`.
fn normalised(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            Component::CurDir => {}
            Component::RootDir => match parts.last_mut() {
                // A drive prefix includes the slash.
                Some(prefix) => prefix.push('/'),
                None => parts.push("/".to_owned()),
            },
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_is_relative_to_the_outputs_folder() {
        for (original, output, expected) in [
            ("/a/hero.usd", "/a/line.usda", "./hero.usd"),
            ("/a/hero.usd", "/a/b/c/line.usda", "../../hero.usd"),
            ("/a/ü b/hero.usd", "/a/out/line.usda", "../ü b/hero.usd"),
            ("/a/x/../hero.usd", "/a/line.usda", "./hero.usd"),
            ("/hero.usd", "/line.usda", "./hero.usd"),
        ] {
            assert_eq!(relative(Path::new(original), Path::new(output)), expected);
        }
    }
}
