//! Names and places of files.

use std::path::{Path, PathBuf};

use metaface_core::clip::Clip;
use metaface_exporters::places::place;

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

/// The sound that a clip's metadata names, if it is where the clip's file says.
pub fn remembered_sound(clip: &Clip, file: &Path) -> Option<PathBuf> {
    let sound = file.parent()?.join(clip.metadata.get("sound")?);
    sound.exists().then_some(sound)
}

#[cfg(test)]
mod tests {
    use super::must_differ;

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
