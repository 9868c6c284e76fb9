//! A character with its rig map: takes clips, writes animated files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use metaface_clip::Clip;

use crate::gltf::{Container, Precision, WriteOptions};
use crate::rig_map::Discovery;
use crate::{
    Character, Format, FormatError, FormatKind, Performance, Result, RigMap, files, gltf, reduce,
    usd,
};

/// A character and the map that drives it.
///
/// ```no_run
/// # use std::path::Path;
/// use metaface_exporters::{RiggedCharacter, Format, clip_file, gltf::Precision};
///
/// let (clip, _) = clip_file::read(Path::new("take.csv"), None, None)?;
/// let hero = RiggedCharacter::open(Path::new("hero.glb"), None)?;
/// let (performance, _) = hero.perform(&clip, None);
/// hero.save(&[performance], Path::new("hero_take.glb"), Format::Glb, Precision::Float)?;
/// # Ok::<(), metaface_exporters::FormatError>(())
/// ```
#[derive(Debug)]
pub struct RiggedCharacter {
    /// The character in format-independent form.
    pub character: Arc<Character>,
    /// The user's file. glTF outputs preserve its content; USD outputs are layers over it. `None`
    /// for a built-in character.
    pub file: Option<PathBuf>,
    /// Warnings for the user before anything is written.
    pub warnings: Vec<String>,
    map: RigMap,
}

/// Lossy compression of a character's animations.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Compression {
    /// Key reduction: the maximum error on the lips, millimetres. `None` keeps every key.
    pub reduce: Option<f32>,
    /// Numeric precision of glTF animations.
    pub precision: Precision,
}

/// Reads a character from glTF or USD.
///
/// # Errors
/// [`FormatError::Read`] and [`FormatError::Invalid`].
pub fn load_character(path: &Path) -> Result<Character> {
    match Format::of(path) {
        Some(Format::Glb | Format::Gltf) => gltf::load(path),
        Some(Format::Usd(_)) => usd::load(path),
        _ => Err(FormatError::invalid(
            path,
            "character",
            format!(
                "it does not end in {}",
                Format::endings(|spec| spec.kind == FormatKind::Scene)
            ),
            "export the character as glTF or USD",
        )),
    }
}

/// The files that a character consists of. A change in any of them may change the character.
///
/// # Errors
/// As [`load_character`].
pub fn character_files(path: &Path) -> Result<Vec<PathBuf>> {
    match Format::of(path) {
        Some(Format::Usd(_)) => usd::files(path),
        _ => gltf::files(path),
    }
}

impl RigMap {
    /// Reads the rig map in `file`, or discovers one by name if there is no file.
    ///
    /// # Errors
    /// As [`RigMap::read`].
    pub fn choose(character: &Character, file: Option<&Path>) -> Result<Discovery> {
        Ok(match file {
            Some(path) => Self::read(path)?.describe(character),
            None => Self::discover(character),
        })
    }
}

impl RiggedCharacter {
    /// Loads a user's character, with the given rig map or one discovered by name.
    ///
    /// # Errors
    /// As [`load_character`], [`RigMap::read`] and [`Discovery::usable`].
    pub fn open(file: &Path, rig_map: Option<&Path>) -> Result<Self> {
        let character = load_character(file)?;
        let discovery = RigMap::choose(&character, rig_map)?;
        let mut warnings = character.warnings.clone();
        warnings.extend(discovery.warnings.iter().cloned());
        let undriven = discovery.undriven_targets.len();
        if undriven > 0 {
            warnings.push(format!(
                "{undriven} of the character's shapes are not driven; `metaface inspect` lists them with the reasons"
            ));
        }
        Ok(Self {
            file: Some(file.to_owned()),
            warnings,
            map: discovery.usable(&character)?,
            character: Arc::new(character),
        })
    }

    /// Rigs a built-in character, which has no file of the user.
    ///
    /// # Errors
    /// As [`RigMap::read`] and [`Discovery::usable`].
    pub fn of(character: Character, rig_map: Option<&Path>) -> Result<Self> {
        Ok(Self {
            file: None,
            warnings: Vec::new(),
            map: RigMap::choose(&character, rig_map)?.usable(&character)?,
            character: Arc::new(character),
        })
    }

    /// Rigs a character with a map in memory. `file` is the user's file that the character was read
    /// from (see [`RiggedCharacter::file`]).
    ///
    /// # Errors
    /// As [`Discovery::usable`].
    pub fn with_map(
        character: Arc<Character>,
        file: Option<PathBuf>,
        map: &RigMap,
    ) -> Result<Self> {
        Ok(Self {
            file,
            warnings: character.warnings.clone(),
            map: map.describe(&character).usable(&character)?,
            character,
        })
    }

    /// Applies a clip to the character. `reduce` removes keys up to this error on the lips, in
    /// millimetres. Also returns the reason if the error could not be measured and all keys were
    /// kept.
    pub fn perform(&self, clip: &Clip, reduce: Option<f32>) -> (Performance, Option<String>) {
        let mut performance = self.map.drive(&self.character, clip);
        let reduction = reduce.map(|millimetres| {
            let entry = ("reduce".to_owned(), format!("{millimetres} mm"));
            performance.metadata.extend([entry]);
            reduce::reduce(&self.character, &self.map, &mut performance, millimetres)
        });
        (
            performance,
            reduction.and_then(|reduction| reduction.unmeasured),
        )
    }

    /// Converts a performance of this character back to a clip.
    pub fn recover(&self, performance: &Performance) -> Clip {
        self.map.recover(&self.character, performance)
    }

    /// The character as glTF, with one animation per performance. The other content of a user's
    /// glTF file is preserved.
    ///
    /// # Errors
    /// As [`gltf::bake_as`] and [`gltf::write_character_as`].
    pub fn to_gltf(&self, performances: &[Performance], options: WriteOptions) -> Result<Vec<u8>> {
        match self.gltf_file() {
            Some(original) => gltf::bake_as(original, performances, options),
            None => gltf::write_character_as(&self.character, performances, options),
        }
    }

    /// Writes a scene with one animation per performance and returns the paths of all files
    /// written. Only glTF can hold several animations. The other content of a user's glTF file is
    /// preserved; for a user's USD file, a layer over it is written. `precision` applies to glTF;
    /// USD is exact.
    ///
    /// # Errors
    /// [`FormatError::Ending`] if `format` is not a scene, [`FormatError::OneClip`] for USD unless
    /// there is exactly one performance; otherwise as the format's writer.
    pub fn save(
        &self,
        performances: &[Performance],
        path: &Path,
        format: Format,
        precision: Precision,
    ) -> Result<Vec<PathBuf>> {
        let container = match (format, performances) {
            (Format::Glb, _) => Container::Glb,
            (Format::Gltf, _) => Container::Gltf,
            (Format::Usd(_), [performance]) => return self.save_usd(performance, path),
            (Format::Usd(_), _) => return Err(FormatError::OneClip(path.to_owned())),
            _ => {
                return Err(FormatError::Ending {
                    path: path.to_owned(),
                    remedy: "a character is written as glTF or USD".to_owned(),
                });
            }
        };
        let options = WriteOptions {
            container,
            precision,
        };
        files::write(path, &self.to_gltf(performances, options)?)?;
        Ok(vec![path.to_owned()])
    }

    fn save_usd(&self, performance: &Performance, path: &Path) -> Result<Vec<PathBuf>> {
        let file = self.file.as_deref();
        if let Some(original) = file.filter(|file| matches!(Format::of(file), Some(Format::Usd(_))))
        {
            let layer = usd::animate_layer(original, path, &self.character, performance)?;
            files::write(path, &layer)?;
            return Ok(vec![path.to_owned()]);
        }
        let scene = usd::write_character(path, &self.character, Some(performance))?;
        scene.write(path)?;
        Ok(scene.paths(path))
    }

    fn gltf_file(&self) -> Option<&Path> {
        let file = self.file.as_deref()?;
        matches!(Format::of(file), Some(Format::Glb | Format::Gltf)).then_some(file)
    }
}
