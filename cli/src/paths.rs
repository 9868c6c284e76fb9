//! Names and places of files.

use std::path::Path;

/// A file's name without its ending.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "line".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// The sound's path as seen from the output's folder, with forward slashes, so that both can be
/// moved together; only the name where they share no folder.
pub fn relative(sound: &Path, output: &Path) -> String {
    let sound = std::path::absolute(sound).unwrap_or_else(|_| sound.to_owned());
    let output = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
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
    let name = sound
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if shared <= 1 {
        return name;
    }
    let mut parts = vec!["..".to_owned(); folder.len() - shared];
    parts.extend(
        target[shared..]
            .iter()
            .map(|part| part.as_os_str().to_string_lossy().into_owned()),
    );
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::relative;

    #[test]
    fn a_sound_is_found_again_from_the_folder_of_the_output() {
        let sound = Path::new("/work/lines/a ü.wav");
        assert_eq!(relative(sound, Path::new("/work/lines/out.glb")), "a ü.wav");
        assert_eq!(
            relative(sound, Path::new("/work/build/x/out.glb")),
            "../../lines/a ü.wav"
        );
        assert_eq!(relative(sound, Path::new("/elsewhere/out.glb")), "a ü.wav");
    }
}
