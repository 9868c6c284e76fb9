//! Where files are, seen from each other.

use std::path::{Component, Path, PathBuf};

/// Where a file is or will be: links followed as far as they exist, no `..` left.
pub fn place(path: &Path) -> PathBuf {
    if let Ok(place) = path.canonicalize() {
        return place;
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.exists() => place(parent).join(name),
        _ => path.components().fold(PathBuf::new(), |mut place, part| {
            match part {
                Component::ParentDir => {
                    place.pop();
                }
                part => place.push(part),
            }
            place
        }),
    }
}

/// The sound's path as seen from the output's folder, with forward slashes, so that both can be
/// moved together; only the name where they share no folder.
pub fn relative(sound: &Path, output: &Path) -> String {
    let (sound, output) = (place(sound), place(output));
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
    fn a_sound_is_found_again_from_the_folder_of_the_output() {
        let sound = Path::new("/no/lines/a ü.wav");
        for (output, seen) in [
            ("/no/lines/out.glb", "a ü.wav"),
            ("/no/build/x/out.glb", "../../lines/a ü.wav"),
            ("/no/build/../lines/out.glb", "a ü.wav"),
            ("/elsewhere/out.glb", "a ü.wav"),
        ] {
            assert_eq!(relative(sound, Path::new(output)), seen, "{output}");
        }
    }
}
