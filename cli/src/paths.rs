//! Names and places of files.

use std::path::{Component, Path, PathBuf};

use metaface_core::clip::Clip;

use crate::failure::Failure;

/// A file's name without its ending.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "line".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// Refuses outputs that would replace an input or each other.
pub fn must_differ<'a>(
    inputs: impl IntoIterator<Item = &'a Path>,
    outputs: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let inputs: Vec<PathBuf> = inputs.into_iter().map(place).collect();
    let mut written: Vec<PathBuf> = Vec::new();
    for output in outputs {
        let place = place(output);
        let name = output.display();
        if inputs.contains(&place) {
            return Err(Failure::Usage(format!(
                "'{name}' is read as an input and would be overwritten; give the output another name"
            )));
        }
        let is_device = place.exists() && !place.is_file();
        if !is_device && written.contains(&place) {
            return Err(Failure::Usage(format!(
                "'{name}' is given as an output twice"
            )));
        }
        written.push(place);
    }
    Ok(())
}

/// Where a file is or will be: links followed as far as they exist, no `..` left.
fn place(path: &Path) -> PathBuf {
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

/// The sound that a clip's metadata names, if it is where the clip's file says.
pub fn remembered_sound(clip: &Clip, file: &Path) -> Option<PathBuf> {
    let sound = file.parent()?.join(clip.metadata.get("sound")?);
    sound.exists().then_some(sound)
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

    use super::{must_differ, relative};

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

    #[test]
    fn no_output_may_replace_an_input_or_another_output() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("hero.glb"), "a face").expect("written");
        let (hero, winding) = (at("hero.glb"), at("x/../hero.glb"));
        std::fs::create_dir(at("x")).expect("made");
        let (one, two) = (at("one.csv"), at("two.csv"));
        assert!(must_differ([hero.as_path()], [one.as_path(), &two]).is_ok());
        assert!(must_differ([hero.as_path()], [winding.as_path()]).is_err());
        assert!(must_differ([hero.as_path()], [one.as_path(), &one]).is_err());
    }
}
