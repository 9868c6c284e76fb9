//! Loads a [`Character`] from a `.glb` or `.gltf` file. Nodes, meshes, skins, materials, images and
//! morph targets keep the file's indices.

use std::path::Path;

use serde_json::Value;

use super::accessor::rows;
use super::file::{GltfFile, floats, number};
use super::{images, load_mesh, vrm};
use crate::character::{Material, Node, Skin};
use crate::transform::roots;
use crate::{Character, Result};

/// Reads a character from a `.glb` or `.gltf` file, with embedded or external buffers and images.
///
/// Compressed geometry (Draco, meshopt) is not decoded (see
/// [`Mesh::undecoded`](crate::character::Mesh)); names, hierarchy and the number of morph targets
/// are still read. An image that cannot be read is reported in [`Character::warnings`].
///
/// # Errors
/// [`FormatError::Read`](crate::FormatError::Read) for a file that cannot be read;
/// [`FormatError::Invalid`](crate::FormatError::Invalid) for an inconsistent one.
pub fn load(path: &Path) -> Result<Character> {
    from_source(&GltfFile::read(path)?)
}

/// As [`load`], from the bytes of a self-contained file. `name` is the character's name and appears
/// in errors.
///
/// # Errors
/// As [`load`].
pub fn load_bytes(name: &Path, bytes: Vec<u8>) -> Result<Character> {
    let mut character = from_source(&GltfFile::from_bytes(name, bytes)?)?;
    character.source = None;
    Ok(character)
}

pub(super) fn from_source(source: &GltfFile) -> Result<Character> {
    let stem = source.path.file_stem().unwrap_or_default();
    let mut character = Character {
        name: stem.to_string_lossy().into_owned(),
        source: Some(source.path.clone()),
        nodes: nodes(source)?,
        ..Character::default()
    };
    for index in 0..source.array("meshes").len() {
        character.meshes.push(load_mesh::mesh(source, index)?);
    }
    apply_node_weights(source, &mut character);
    for (index, json) in source.array("skins").iter().enumerate() {
        character
            .skins
            .push(skin(source, index, json, character.nodes.len())?);
    }
    character.materials = source
        .array("materials")
        .iter()
        .map(|m| material(source, m))
        .collect();
    for json in source.array("images") {
        let (image, warning) = images::read(source, json);
        character.images.push(image);
        character.warnings.extend(warning);
    }
    character.expressions = vrm::expressions(source, &character);
    check_references(source, &character)?;
    Ok(character)
}

fn nodes(source: &GltfFile) -> Result<Vec<Node>> {
    let list = source.array("nodes");
    let mut nodes: Vec<Node> = list.iter().map(node).collect();
    for (parent, json) in list.iter().enumerate() {
        for child in json["children"].as_array().into_iter().flatten() {
            let child = number(child).filter(|&child| child < nodes.len());
            let child = child.ok_or_else(|| {
                source.invalid(format!("nodes[{parent}] has a child that does not exist"))
            })?;
            nodes[child].parent.get_or_insert(parent);
        }
    }
    match roots(&nodes) {
        Ok(_) => Ok(nodes),
        Err(node) => Err(source.invalid(format!("nodes[{node}] is its own ancestor"))),
    }
}

fn node(json: &Value) -> Node {
    let rest = Node::default();
    let (translation, rotation, scale) = match floats::<16>(&json["matrix"]) {
        Some(matrix) => decomposed(&matrix),
        None => (
            floats(&json["translation"]).unwrap_or(rest.translation),
            floats(&json["rotation"]).unwrap_or(rest.rotation),
            floats(&json["scale"]).unwrap_or(rest.scale),
        ),
    };
    Node {
        name: text(&json["name"]),
        parent: None,
        translation,
        rotation: super::write::unit_quaternion(rotation),
        scale,
        mesh: number(&json["mesh"]),
        skin: number(&json["skin"]),
    }
}

/// A node's weights take precedence over those of its mesh, if only one node uses the mesh.
fn apply_node_weights(source: &GltfFile, character: &mut Character) {
    let mut users = vec![0_usize; character.meshes.len()];
    for mesh in character.nodes.iter().filter_map(|node| node.mesh) {
        users
            .get_mut(mesh)
            .into_iter()
            .for_each(|count| *count += 1);
    }
    for (index, json) in source.array("nodes").iter().enumerate() {
        let Some(mesh) = character.nodes[index].mesh else {
            continue;
        };
        if json["weights"].is_array()
            && users.get(mesh) == Some(&1)
            && let Some(mesh) = character.meshes.get_mut(mesh)
        {
            mesh.rest_weights = load_mesh::weights(&json["weights"], mesh.targets.len());
        }
    }
}

fn skin(source: &GltfFile, index: usize, json: &Value, node_count: usize) -> Result<Skin> {
    let list = json["joints"].as_array().map_or(&[][..], Vec::as_slice);
    let joints = list
        .iter()
        .map(|joint| number(joint).filter(|&j| j < node_count))
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| source.invalid(format!("skins[{index}] has a joint that does not exist")))?;
    let mut inverse_bind = match number(&json["inverseBindMatrices"]) {
        Some(accessor) => rows::<16>(source, accessor)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let identity = std::array::from_fn(|i| if i % 5 == 0 { 1.0 } else { 0.0 });
    inverse_bind.resize(joints.len(), identity);
    Ok(Skin {
        name: text(&json["name"]),
        joints,
        inverse_bind,
    })
}

fn material(source: &GltfFile, json: &Value) -> Material {
    let surface = &json["pbrMetallicRoughness"];
    let number_or_one = |value: &Value| value.as_f64().map_or(1.0, |v| v as f32);
    let texture = number(&surface["baseColorTexture"]["index"])
        .and_then(|index| source.array("textures").get(index));
    let image = texture.and_then(|texture| {
        let extensions = texture["extensions"].as_object();
        let others = extensions
            .into_iter()
            .flatten()
            .map(|(_, extension)| &extension["source"]);
        std::iter::once(&texture["source"])
            .chain(others)
            .find_map(number)
    });
    Material {
        name: text(&json["name"]),
        base_color: floats(&surface["baseColorFactor"]).unwrap_or([1.0; 4]),
        base_color_image: image.filter(|&image| image < source.array("images").len()),
        metallic: number_or_one(&surface["metallicFactor"]),
        roughness: number_or_one(&surface["roughnessFactor"]),
        emissive: floats(&json["emissiveFactor"]).unwrap_or([0.0; 3]),
        double_sided: json["doubleSided"] == true,
        blended: json["alphaMode"] == "BLEND",
    }
}

fn check_references(source: &GltfFile, character: &Character) -> Result<()> {
    for (index, node) in character.nodes.iter().enumerate() {
        let mesh_missing = node.mesh.is_some_and(|mesh| mesh >= character.meshes.len());
        let skin_missing = node.skin.is_some_and(|skin| skin >= character.skins.len());
        if mesh_missing || skin_missing {
            return Err(source.invalid(format!(
                "nodes[{index}] has a mesh or skin that does not exist"
            )));
        }
    }
    Ok(())
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Translation, rotation and scale of a column-major matrix without shear.
pub(super) fn decomposed(m: &[f32; 16]) -> ([f32; 3], [f32; 4], [f32; 3]) {
    let column = |c: usize| [m[c * 4], m[c * 4 + 1], m[c * 4 + 2]].map(f64::from);
    let length = |v: [f64; 3]| v.iter().map(|part| part * part).sum::<f64>().sqrt();
    let columns = [column(0), column(1), column(2)];
    let mut scale = columns.map(length);
    let [a, b, c] = columns;
    let determinant = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0]);
    if determinant < 0.0 {
        scale[0] = -scale[0];
    }
    let axis = |c: usize| {
        columns[c].map(|part| {
            if scale[c] == 0.0 {
                0.0
            } else {
                part / scale[c]
            }
        })
    };
    let rotation = quaternion([axis(0), axis(1), axis(2)]);
    (
        [m[12], m[13], m[14]],
        rotation,
        scale.map(|part| part as f32),
    )
}

/// The unit quaternion of a rotation matrix given by its columns. Of the four equivalent formulas,
/// the one that divides by the largest number is used.
fn quaternion(columns: [[f64; 3]; 3]) -> [f32; 4] {
    let m = |row: usize, column: usize| columns[column][row];
    let squares = [
        1.0 + m(0, 0) - m(1, 1) - m(2, 2),
        1.0 - m(0, 0) + m(1, 1) - m(2, 2),
        1.0 - m(0, 0) - m(1, 1) + m(2, 2),
        1.0 + m(0, 0) + m(1, 1) + m(2, 2),
    ];
    let largest = (0..4).fold(
        0,
        |best, i| if squares[i] > squares[best] { i } else { best },
    );
    let rotation = match largest {
        0 => [
            squares[0],
            m(1, 0) + m(0, 1),
            m(0, 2) + m(2, 0),
            m(2, 1) - m(1, 2),
        ],
        1 => [
            m(1, 0) + m(0, 1),
            squares[1],
            m(2, 1) + m(1, 2),
            m(0, 2) - m(2, 0),
        ],
        2 => [
            m(0, 2) + m(2, 0),
            m(2, 1) + m(1, 2),
            squares[2],
            m(1, 0) - m(0, 1),
        ],
        _ => [
            m(2, 1) - m(1, 2),
            m(0, 2) - m(2, 0),
            m(1, 0) - m(0, 1),
            squares[3],
        ],
    };
    super::write::unit_quaternion(rotation.map(|part| part as f32))
}
