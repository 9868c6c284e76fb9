//! Absolute and relative file paths.

use std::path::{Component, Path, PathBuf};

/// The absolute path of a file, which need not exist, without `..`. Symbolic links are resolved as
/// far as the path exists.
pub fn resolved(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.exists() => resolved(parent).join(name),
        _ => path.components().fold(PathBuf::new(), |mut result, part| {
            match part {
                Component::ParentDir => {
                    result.pop();
                }
                part => result.push(part),
            }
            result
        }),
    }
}

/// The sound's path relative to the output's folder, with forward slashes, so that both can be
/// moved together. Only the file name if they share no folder.
pub fn relative(sound: &Path, output: &Path) -> String {
    let (sound, output) = (resolved(sound), resolved(output));
    let folder: Vec<_> = output
        .parent()
        .map(|path| path.components().collect())
        .unwrap_or_default();
    let target: Vec<_> = sound.components().collect();
    let shared = folder
        .iter()
        .zip(&target)
        .take_while(|(a, b)| a == b)
        .count();
    let name = |part: &Component<'_>| part.as_os_str().to_string_lossy().into_owned();
    if shared <= 1 {
        return target.last().map(name).unwrap_or_default();
    }
    let mut parts = vec!["..".to_owned(); folder.len() - shared];
    parts.extend(target[shared..].iter().map(name));
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::relative;

    #[test]
    fn a_sound_is_relative_to_the_folder_of_the_output() {
        let sound = Path::new("/no/lines/a ü.wav");
        for (output, expected) in [
            ("/no/lines/out.glb", "a ü.wav"),
            ("/no/build/x/out.glb", "../../lines/a ü.wav"),
            ("/no/build/../lines/out.glb", "a ü.wav"),
            ("/elsewhere/out.glb", "a ü.wav"),
        ] {
            assert_eq!(relative(sound, Path::new(output)), expected, "{output}");
        }
    }
}
