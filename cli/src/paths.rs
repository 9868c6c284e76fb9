//! File names and paths.

use std::path::{Path, PathBuf};

use metaface_core::clip::Clip;
use metaface_exporters::paths::resolved;

use crate::failure::Failure;

/// A file's name without its ending.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "line".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// Checks that no output would replace an input or another output.
pub fn must_differ<'a>(
    inputs: impl IntoIterator<Item = &'a Path>,
    outputs: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let inputs: Vec<PathBuf> = inputs.into_iter().map(resolved).collect();
    let mut written: Vec<PathBuf> = Vec::new();
    for output in outputs {
        let path = resolved(output);
        let name = output.display();
        if inputs.contains(&path) {
            return Err(Failure::Usage(format!(
                "'{name}' is also an input and would be overwritten; choose another output"
            )));
        }
        let is_device = path.exists() && !path.is_file();
        if !is_device && written.contains(&path) {
            return Err(Failure::Usage(format!(
                "'{name}' is given as an output twice"
            )));
        }
        written.push(path);
    }
    Ok(())
}

/// The sound that a clip's metadata names, relative to the clip's file; `None` if it does not exist.
pub fn sound_of(clip: &Clip, file: &Path) -> Option<PathBuf> {
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
        let (hero, same_hero) = (at("hero.glb"), at("x/../hero.glb"));
        std::fs::create_dir(at("x")).expect("made");
        let (one, two) = (at("one.csv"), at("two.csv"));
        assert!(must_differ([hero.as_path()], [one.as_path(), &two]).is_ok());
        assert!(must_differ([hero.as_path()], [same_hero.as_path()]).is_err());
        assert!(must_differ([hero.as_path()], [one.as_path(), &one]).is_err());
    }
}
