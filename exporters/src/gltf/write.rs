//! Writes a new file from a [`Character`].

use std::path::{Path, PathBuf};
use std::slice;

use serde_json::{Map, Value, json};

use super::WriteOptions;
use super::document::{Document, ViewTarget};
use super::images::mime_type;
use super::{animation, write_mesh};
use crate::character::{Image, Material, Node, Skin};
use crate::{Character, FormatError, Performance, Result, transform};

/// Writes `character` as a GLB, with `performance` as its animation if given.
///
/// Nodes, morph targets and materials keep their indices. Images that are neither PNG nor JPEG and
/// meshes without triangles are omitted.
///
/// # Errors
/// [`FormatError::Invalid`] if the character is inconsistent: an index out of range, lists of
/// unequal length, a value that is not finite, a node that is its own ancestor.
/// [`FormatError::Undecoded`] for a mesh whose geometry could not be decoded; [`bake`](super::bake)
/// supports such meshes.
pub fn write_character(
    character: &Character,
    performance: Option<&Performance>,
) -> Result<Vec<u8>> {
    let performances = performance.map(slice::from_ref).unwrap_or_default();
    write_character_as(character, performances, WriteOptions::default())
}

/// As [`write_character`], with one animation per performance, and with a choice of container and
/// precision.
///
/// # Errors
/// As [`write_character`].
pub fn write_character_as(
    character: &Character,
    performances: &[Performance],
    options: WriteOptions,
) -> Result<Vec<u8>> {
    character.require_geometry()?;
    let checker = CharacterChecker::of(character);
    let mut document = Document::default();
    document.json.insert(
        "asset".into(),
        json!({ "version": "2.0", "generator": concat!("MetaFace ", env!("CARGO_PKG_VERSION")) }),
    );
    let usage = write_mesh::MeshUsage::of(character, &checker)?;
    push_nodes(&mut document, character, &usage, &checker)?;
    let textures: Vec<Option<usize>> = character
        .images
        .iter()
        .map(|image| push_image(&mut document, image))
        .collect();
    for material in &character.materials {
        push_material(&mut document, &textures, material);
    }
    for (index, mesh) in character.meshes.iter().enumerate() {
        write_mesh::push(&mut document, character, index, mesh, &usage, &checker)?;
    }
    for skin in &character.skins {
        push_skin(&mut document, character, skin, &checker)?;
    }
    let playable: Vec<_> = performances
        .iter()
        .map(|performance| usage.playable(performance))
        .collect();
    animation::append(&mut document, &playable, options.precision);
    document.into_bytes(options.container, &checker.path)
}

/// Checks a character; its errors name the character's file.
pub(super) struct CharacterChecker {
    path: PathBuf,
}

impl CharacterChecker {
    fn of(character: &Character) -> Self {
        let path = character.source.clone();
        Self {
            path: path.unwrap_or_else(|| Path::new(&character.name).to_owned()),
        }
    }

    /// A [`FormatError::Invalid`] for the character.
    pub fn error(&self, reason: impl Into<String>) -> FormatError {
        FormatError::invalid(
            &self.path,
            "character",
            reason,
            "export the character again from the program that made it",
        )
    }

    /// Checks that `index` is less than `count`.
    pub fn check_index(&self, index: usize, count: usize, what: &str) -> Result<()> {
        if index < count {
            return Ok(());
        }
        Err(self.error(format!("{what} {index} does not exist; there are {count}")))
    }

    /// Checks that every number is finite.
    pub fn check_finite<'a>(
        &self,
        mut values: impl Iterator<Item = &'a f32>,
        what: &str,
    ) -> Result<()> {
        if values.all(|value| value.is_finite()) {
            return Ok(());
        }
        Err(self.error(format!("{what}: a value is not a finite number")))
    }
}

fn push_nodes(
    document: &mut Document,
    character: &Character,
    usage: &write_mesh::MeshUsage,
    checker: &CharacterChecker,
) -> Result<()> {
    let nodes = &character.nodes;
    let mut children = vec![Vec::new(); nodes.len()];
    let mut roots = Vec::new();
    for parent in nodes.iter().filter_map(|node| node.parent) {
        checker.check_index(parent, nodes.len(), "node")?;
    }
    let root_of = transform::roots(nodes)
        .map_err(|node| checker.error(format!("node {node} is its own ancestor")))?;
    for (index, node) in nodes.iter().enumerate() {
        match node.parent {
            // The node's transform does not affect a skinned mesh; glTF recommends such nodes at
            // the root.
            Some(parent) if !usage.is_skinned(index) => children[parent].push(index),
            _ => roots.push(index),
        }
    }
    for (index, node) in nodes.iter().enumerate() {
        let mut out = named(&node.name);
        if !children[index].is_empty() {
            out.insert("children".into(), json!(children[index]));
        }
        if usage.is_skinned(index) {
            out.insert("skin".into(), json!(node.skin));
        } else {
            insert_transform(&mut out, node, checker)?;
        }
        if let Some(mesh) = usage.written_mesh(index) {
            out.insert("mesh".into(), json!(mesh));
        }
        document.push("nodes", Value::Object(out));
    }
    if let Some(joint_roots) = separate_joint_roots(character, &roots, &root_of) {
        // glTF requires a common root of a skin's joints.
        let root = document.push(
            "nodes",
            json!({ "name": "skeleton", "children": joint_roots }),
        );
        roots.retain(|index| joint_roots.binary_search(index).is_err());
        roots.push(root);
    }
    if !roots.is_empty() {
        document.json.insert("scene".into(), json!(0));
        document.push("scenes", json!({ "nodes": roots }));
    }
    Ok(())
}

/// The root nodes of skins whose joints have more than one root.
fn separate_joint_roots(
    character: &Character,
    roots: &[usize],
    root_of: &[usize],
) -> Option<Vec<usize>> {
    let mut joint_roots: Vec<usize> = Vec::new();
    for skin in &character.skins {
        let mut skin_roots: Vec<usize> = skin
            .joints
            .iter()
            .filter_map(|&joint| root_of.get(joint).copied())
            .collect();
        skin_roots.sort_unstable();
        skin_roots.dedup();
        if skin_roots.len() > 1 {
            joint_roots.extend(skin_roots);
        }
    }
    joint_roots.retain(|node| roots.binary_search(node).is_ok());
    joint_roots.sort_unstable();
    joint_roots.dedup();
    (!joint_roots.is_empty()).then_some(joint_roots)
}

fn insert_transform(
    out: &mut Map<String, Value>,
    node: &Node,
    checker: &CharacterChecker,
) -> Result<()> {
    let translation = node.translation.iter();
    let numbers = translation.chain(&node.rotation).chain(&node.scale);
    checker.check_finite(numbers, &format!("node '{}'", node.name))?;
    let rest = Node::default();
    if node.translation != rest.translation {
        out.insert("translation".into(), json!(node.translation));
    }
    if node.rotation != rest.rotation {
        out.insert("rotation".into(), json!(unit_quaternion(node.rotation)));
    }
    if node.scale != rest.scale {
        out.insert("scale".into(), json!(node.scale));
    }
    Ok(())
}

/// Appends an image and a texture for it, and returns the index of the texture. `None` if the image
/// is neither PNG nor JPEG, the formats that glTF supports without extensions.
fn push_image(document: &mut Document, image: &Image) -> Option<usize> {
    let kind = mime_type(&image.bytes)?;
    if kind != "image/png" && kind != "image/jpeg" {
        return None;
    }
    let view = document.push_view(&image.bytes, ViewTarget::None);
    let mut out = named(&image.name);
    out.insert("mimeType".into(), json!(kind));
    out.insert("bufferView".into(), json!(view));
    let index = document.push("images", Value::Object(out));
    Some(document.push("textures", json!({ "source": index })))
}

fn push_material(document: &mut Document, textures: &[Option<usize>], material: &Material) {
    let mut surface = json!({
        "baseColorFactor": material.base_color.map(unit_interval),
        "metallicFactor": unit_interval(material.metallic),
        "roughnessFactor": unit_interval(material.roughness),
    });
    let image = material.base_color_image;
    if let Some(texture) = image.and_then(|image| textures.get(image).copied().flatten()) {
        surface["baseColorTexture"] = json!({ "index": texture });
    }
    let mut out = named(&material.name);
    out.insert("pbrMetallicRoughness".into(), surface);
    if material.emissive != [0.0; 3] {
        let emissive = material.emissive.map(unit_interval);
        out.insert("emissiveFactor".into(), json!(emissive));
    }
    if material.double_sided {
        out.insert("doubleSided".into(), json!(true));
    }
    if material.blended {
        out.insert("alphaMode".into(), json!("BLEND"));
    }
    document.push("materials", Value::Object(out));
}

fn push_skin(
    document: &mut Document,
    character: &Character,
    skin: &Skin,
    checker: &CharacterChecker,
) -> Result<()> {
    let what = format!("skin '{}'", skin.name);
    if skin.joints.is_empty() || skin.joints.len() != skin.inverse_bind.len() {
        return Err(checker.error(format!(
            "{what}: {} joints, but {} inverse bind matrices",
            skin.joints.len(),
            skin.inverse_bind.len()
        )));
    }
    for &joint in &skin.joints {
        checker.check_index(joint, character.nodes.len(), "node")?;
    }
    checker.check_finite(skin.inverse_bind.iter().flatten(), &what)?;
    let mut matrices = skin.inverse_bind.clone();
    for matrix in &mut matrices {
        // glTF requires the exact last row of an affine matrix.
        [matrix[3], matrix[7], matrix[11], matrix[15]] = [0.0, 0.0, 0.0, 1.0];
    }
    let accessor = document.push_floats(&matrices, ViewTarget::None, false);
    let mut out = named(&skin.name);
    out.insert("inverseBindMatrices".into(), json!(accessor));
    out.insert("joints".into(), json!(skin.joints));
    document.push("skins", Value::Object(out));
    Ok(())
}

/// A JSON object with the name, unless the name is empty.
pub(super) fn named(name: &str) -> Map<String, Value> {
    let mut out = Map::new();
    if !name.is_empty() {
        out.insert("name".into(), json!(name));
    }
    out
}

/// The normalised quaternion; the identity if it cannot be normalised.
pub(super) fn unit_quaternion(rotation: [f32; 4]) -> [f32; 4] {
    let length = rotation.iter().map(|part| part * part).sum::<f32>().sqrt();
    if length.is_finite() && length > 1e-12 {
        rotation.map(|part| part / length)
    } else {
        [0.0, 0.0, 0.0, 1.0]
    }
}

fn unit_interval(value: f32) -> f32 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, 1.0)
    }
}
