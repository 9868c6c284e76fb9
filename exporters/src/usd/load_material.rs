//! Loads UsdPreviewSurface materials.

use std::collections::{BTreeMap, BTreeSet};

use openusd::ar::{DefaultResolver, ResolvedPath, Resolver};
use openusd::sdf::Value;

use super::scene::{Scene, inherited, last, parent};
use super::values::number;
use crate::Result;
use crate::character::{Character, Image, Material};

/// The materials and images loaded so far.
#[derive(Default)]
pub(super) struct Materials {
    materials: Vec<Material>,
    images: Vec<Image>,
    by_path: BTreeMap<String, usize>,
    by_file: BTreeMap<String, Option<usize>>,
    /// One for each image that cannot be read.
    warnings: BTreeSet<String>,
}

impl Materials {
    /// The material bound to a mesh or subset, or to a prim above it.
    pub(super) fn of(&mut self, scene: &Scene<'_>, prim: &str) -> Result<Option<usize>> {
        let bound = inherited(prim, |at| {
            Ok(scene.targets(at, "material:binding")?.into_iter().next())
        })?;
        let Some(path) = bound else { return Ok(None) };
        if let Some(&known) = self.by_path.get(&path) {
            return Ok(Some(known));
        }
        let material = self.read(scene, &path)?;
        self.materials.push(material);
        self.by_path.insert(path, self.materials.len() - 1);
        Ok(Some(self.materials.len() - 1))
    }

    /// Moves all materials, images and warnings to a character.
    pub(super) fn finish(self, character: &mut Character) {
        character.materials = self.materials;
        character.images = self.images;
        character.warnings.extend(self.warnings);
    }

    fn read(&mut self, scene: &Scene<'_>, path: &str) -> Result<Material> {
        let mut material = Material {
            name: last(path).to_owned(),
            ..Material::default()
        };
        let Some(output) = scene
            .connections(path, "outputs:surface")?
            .into_iter()
            .next()
        else {
            return Ok(material);
        };
        let shader = owner(&output);
        let color = |name| Ok(scene.value(shader, name)?.as_ref().and_then(color));
        let factor = |name| Ok(scene.value(shader, name)?.as_ref().and_then(number));
        if let Some([r, g, b]) = color("inputs:diffuseColor")? {
            material.base_color = [r, g, b, 1.0];
        }
        material.emissive = color("inputs:emissiveColor")?.unwrap_or_default();
        material.metallic = factor("inputs:metallic")?.unwrap_or(0.0) as f32;
        material.roughness = factor("inputs:roughness")?.unwrap_or(0.5) as f32;
        let opacity = factor("inputs:opacity")?.unwrap_or(1.0) as f32;
        material.base_color[3] = opacity;
        material.blended =
            opacity < 1.0 || !scene.connections(shader, "inputs:opacity")?.is_empty();
        if let Some(source) = scene.connections(shader, "inputs:diffuseColor")?.first() {
            let texture = owner(source);
            material.base_color_image = self.image(scene, texture)?;
            if let Some(Value::Vec4f(scale)) = scene.value(texture, "inputs:scale")? {
                material.base_color = [scale.x, scale.y, scale.z, scale.w];
            } else if material.base_color_image.is_some() {
                material.base_color = [1.0; 4];
            }
        }
        Ok(material)
    }

    /// A texture's image; `None` if the file cannot be read or is neither PNG nor JPEG.
    fn image(&mut self, scene: &Scene<'_>, texture: &str) -> Result<Option<usize>> {
        let Some(Value::AssetPath(asset)) = scene.value(texture, "inputs:file")? else {
            return Ok(None);
        };
        let Some(file) = asset.resolved_path().map(str::to_owned) else {
            self.warn(asset.as_str());
            return Ok(None);
        };
        if let Some(&known) = self.by_file.get(&file) {
            return Ok(known);
        }
        let resolved = ResolvedPath::new(&file);
        let bytes = DefaultResolver::new()
            .open_asset(&resolved)
            .and_then(|mut asset| asset.read_all());
        if bytes.is_err() {
            self.warn(asset.as_str());
        }
        let image = bytes.ok().and_then(|bytes| {
            let mime_type = mime_type(&bytes)?.to_owned();
            Some(Image {
                name: last(asset.as_str()).to_owned(),
                mime_type,
                bytes: bytes.to_vec(),
            })
        });
        let index = image.map(|image| {
            self.images.push(image);
            self.images.len() - 1
        });
        self.by_file.insert(file, index);
        Ok(index)
    }

    fn warn(&mut self, file: &str) {
        self.warnings.insert(format!(
            "the image '{file}' is missing or cannot be read; outputs will not show it"
        ));
    }
}

/// The prim that a property belongs to.
fn owner(property: &str) -> &str {
    let start = parent(property).len();
    match property[start..].find('.') {
        Some(dot) => &property[..start + dot],
        None => property,
    }
}

fn color(value: &Value) -> Option<[f32; 3]> {
    match value {
        Value::Vec3f(v) => Some([v.x, v.y, v.z]),
        _ => None,
    }
}

fn mime_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        _ => None,
    }
}
