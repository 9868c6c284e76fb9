//! A character with the rig map that drives it: clips in, animated files out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use metaface_clip::Clip;

use crate::gltf::{Container, Precision, WriteOptions};
use crate::rig_map::Discovery;
use crate::{
    Character, ExportError, Format, Performance, Result, RigMap, files, gltf, reduce, usd,
};

/// A character and the map that drives it.
///
/// ```no_run
/// # use std::path::Path;
/// use metaface_exporters::{Cast, Format, clip_file, gltf::Precision};
///
/// let (clip, _) = clip_file::read(Path::new("take.csv"), None, None)?;
/// let hero = Cast::open(Path::new("hero.glb"), None)?;
/// let (performance, _) = hero.perform(&clip, None);
/// hero.save(&[performance], Path::new("hero_take.glb"), Format::Glb, Precision::Float)?;
/// # Ok::<(), metaface_exporters::ExportError>(())
/// ```
#[derive(Debug)]
pub struct Cast {
    /// The character in neutral form.
    pub character: Arc<Character>,
    /// The user's file, which outputs keep or are layered over; none for a character that comes
    /// with the program.
    pub file: Option<PathBuf>,
    /// What its user should know before anything is written.
    pub warnings: Vec<String>,
    map: RigMap,
}

/// What is given up for smaller animations of a character.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Compression {
    /// Keys are left out up to so many millimetres of error on the lips.
    pub reduce: Option<f32>,
    /// How finely glTF is written.
    pub precision: Precision,
}

/// Reads a character from glTF or USD.
///
/// # Errors
/// [`ExportError::Read`] and [`ExportError::Invalid`].
pub fn load_character(path: &Path) -> Result<Character> {
    match Format::of(path) {
        Some(Format::Glb | Format::Gltf) => gltf::load(path),
        Some(Format::Usd(_)) => usd::load(path),
        _ => Err(ExportError::invalid(
            path,
            "character",
            "its ending is none of .glb .gltf .vrm .usd .usda .usdc .usdz",
            "export the character as glTF or USD",
        )),
    }
}

/// The files that a character consists of: where one of them changes, the character may have.
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
    /// What drives a character: the map in this file or, without one, what is found by name.
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

impl Cast {
    /// A user's character, driven by a rig map or by the names of its shapes.
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
                "{undriven} of the character's shapes are not driven; `metaface inspect` lists them and says why"
            ));
        }
        Ok(Self {
            file: Some(file.to_owned()),
            warnings,
            map: discovery.usable(&character)?,
            character: Arc::new(character),
        })
    }

    /// A character that comes with the program.
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

    /// A character with a map in memory. `file` is the user's file that the character was read
    /// from, which outputs keep or are layered over.
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

    /// What the character does to play a clip, with keys left out up to so many millimetres of
    /// error on the lips, and why that could not be done if so.
    pub fn perform(&self, clip: &Clip, reduce: Option<f32>) -> (Performance, Option<String>) {
        let mut performance = self.map.drive(&self.character, clip);
        let reduction = reduce.map(|millimetres| {
            let told = ("reduce".to_owned(), format!("{millimetres} mm"));
            performance.metadata.extend([told]);
            reduce::reduce(&self.character, &self.map, &mut performance, millimetres)
        });
        (performance, reduction.and_then(|done| done.unmeasured))
    }

    /// The clip that a performance of this character shows.
    pub fn recover(&self, performance: &Performance) -> Clip {
        self.map.recover(&self.character, performance)
    }

    /// The character as glTF, with an animation per performance. A user's own glTF comes back whole.
    ///
    /// # Errors
    /// As [`gltf::bake_as`] and [`gltf::write_character_as`].
    pub fn to_gltf(&self, performances: &[Performance], options: WriteOptions) -> Result<Vec<u8>> {
        match self.own_gltf() {
            Some(original) => gltf::bake_as(original, performances, options),
            None => gltf::write_character_as(&self.character, performances, options),
        }
    }

    /// Writes a scene and returns every file that it consists of: one animation per performance,
    /// of which only glTF holds several. A user's own glTF comes back whole; over a user's own
    /// USD file, a layer is written. `precision` is glTF's; USD is exact.
    ///
    /// # Errors
    /// [`ExportError::Ending`] for a format that is no scene, [`ExportError::OneClip`] for another
    /// number of performances than one in USD; otherwise as the format's writer.
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
            (Format::Usd(_), _) => return Err(ExportError::OneClip(path.to_owned())),
            _ => {
                return Err(ExportError::Ending {
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
        let own = self.file.as_deref();
        if let Some(original) = own.filter(|file| matches!(Format::of(file), Some(Format::Usd(_))))
        {
            let layer = usd::animate_layer(original, path, &self.character, performance)?;
            files::write(path, &layer)?;
            return Ok(vec![path.to_owned()]);
        }
        let scene = usd::write_character(path, &self.character, Some(performance))?;
        scene.write(path)?;
        Ok(scene.paths(path))
    }

    fn own_gltf(&self) -> Option<&Path> {
        let own = self.file.as_deref()?;
        matches!(Format::of(own), Some(Format::Glb | Format::Gltf)).then_some(own)
    }
}
