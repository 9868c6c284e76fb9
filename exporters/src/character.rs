//! A user's character in neutral form: what glTF and USD have in common.
//!
//! Lengths are metres, the Y axis points up and the face looks along +Z, as in glTF; loaders
//! convert. Matrices are column-major, quaternions `[x, y, z, w]`.

use std::path::PathBuf;

use crate::{ExportError, Result};

/// A tree of nodes with meshes, morph targets and skins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Character {
    /// A short name, such as the file's name without its ending.
    pub name: String,
    /// The file that it was read from, if any.
    pub source: Option<PathBuf>,
    /// The tree; a parent may come before or after its children.
    pub nodes: Vec<Node>,
    /// The meshes that nodes refer to.
    pub meshes: Vec<Mesh>,
    /// The skins that nodes refer to.
    pub skins: Vec<Skin>,
    /// The materials that mesh sections refer to.
    pub materials: Vec<Material>,
    /// The images that materials refer to.
    pub images: Vec<Image>,
    /// Named face movements that the file itself defines by its morph targets (VRM).
    pub expressions: Vec<Expression>,
    /// What its user should know about the file, such as pictures that it names and that are not
    /// there.
    pub warnings: Vec<String>,
}

impl Character {
    /// Checks that every mesh has the geometry that its file says it has.
    ///
    /// # Errors
    /// [`ExportError::Undecoded`] for the first that has not (see [`Mesh::undecoded`]).
    pub fn require_geometry(&self) -> Result<()> {
        let undecoded = |mesh: &Mesh| {
            Some(ExportError::Undecoded {
                path: self
                    .source
                    .clone()
                    .unwrap_or_else(|| self.name.clone().into()),
                mesh: mesh.name.clone(),
                reason: mesh.undecoded.clone()?,
            })
        };
        self.meshes.iter().find_map(undecoded).map_or(Ok(()), Err)
    }
}

/// A named face movement made of morph targets, such as VRM's `aa` and `blink`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expression {
    /// The preset's or the author's name.
    pub name: String,
    /// The morph targets that make it.
    pub binds: Vec<ExpressionBind>,
}

/// A morph target's part in an [`Expression`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExpressionBind {
    /// Index into [`Character::meshes`].
    pub mesh: usize,
    /// Index into [`Mesh::targets`].
    pub target: usize,
    /// The target's weight when the expression is at one.
    pub weight: f32,
}

/// A named place in the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The name; may be empty or shared where the file says so.
    pub name: String,
    /// The parent's index in [`Character::nodes`], or none at a root.
    pub parent: Option<usize>,
    /// Metres.
    pub translation: [f32; 3],
    /// A unit quaternion.
    pub rotation: [f32; 4],
    /// Factors.
    pub scale: [f32; 3],
    /// The mesh drawn here.
    pub mesh: Option<usize>,
    /// The skin that deforms that mesh.
    pub skin: Option<usize>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            name: String::new(),
            parent: None,
            translation: [0.0; 3],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [1.0; 3],
            mesh: None,
            skin: None,
        }
    }
}

/// Vertices, triangles and morph targets. The primitives of a glTF mesh are joined, one
/// [`Section`] each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mesh {
    /// The name.
    pub name: String,
    /// Metres, in the space of the node.
    pub positions: Vec<[f32; 3]>,
    /// Unit vectors, one per position, or empty.
    pub normals: Vec<[f32; 3]>,
    /// The first texture coordinates, V pointing down as in glTF, one per position, or empty.
    pub uvs: Vec<[f32; 2]>,
    /// Up to four joints (indices into [`Skin::joints`]) per position, or empty.
    pub joints: Vec<[u16; 4]>,
    /// Their weights, summing to one, per position, or empty.
    pub weights: Vec<[f32; 4]>,
    /// Triangles by material.
    pub sections: Vec<Section>,
    /// The morph targets (blendshapes).
    pub targets: Vec<MorphTarget>,
    /// The targets' weights at rest: as many as there are targets.
    pub rest_weights: Vec<f32>,
    /// Why the geometry is missing although the file has it, where it could not be decoded.
    /// Names and the number of targets are known even then.
    pub undecoded: Option<String>,
}

/// Triangles that share a material.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    /// Vertex indices, three per triangle, counter-clockwise seen from the front.
    pub indices: Vec<u32>,
    /// Index into [`Character::materials`].
    pub material: Option<usize>,
}

/// A morph target: offsets of some of a mesh's vertices.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MorphTarget {
    /// The name, as the file writes it; empty where it has none.
    pub name: String,
    /// The vertices that move, ascending.
    pub indices: Vec<u32>,
    /// How far each of them moves at weight one, metres.
    pub offsets: Vec<[f32; 3]>,
    /// The change of each one's normal, or empty.
    pub normal_offsets: Vec<[f32; 3]>,
}

/// The joints that deform a mesh.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Skin {
    /// The name.
    pub name: String,
    /// Indices into [`Character::nodes`].
    pub joints: Vec<usize>,
    /// One column-major matrix per joint: mesh space to joint space at rest.
    pub inverse_bind: Vec<[f32; 16]>,
}

/// A physically based surface, in glTF's metallic-roughness terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// The name.
    pub name: String,
    /// Linear red, green, blue and opacity.
    pub base_color: [f32; 4],
    /// Index into [`Character::images`]; multiplies the base colour.
    pub base_color_image: Option<usize>,
    /// 0 to 1.
    pub metallic: f32,
    /// 0 to 1.
    pub roughness: f32,
    /// Linear red, green, blue.
    pub emissive: [f32; 3],
    /// Whether both sides of a triangle are drawn.
    pub double_sided: bool,
    /// Whether opacity below one lets the background through.
    pub blended: bool,
}

impl Default for Material {
    fn default() -> Self {
        Self {
            name: String::new(),
            base_color: [1.0; 4],
            base_color_image: None,
            metallic: 0.0,
            roughness: 0.5,
            emissive: [0.0; 3],
            double_sided: false,
            blended: false,
        }
    }
}

/// An encoded picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Image {
    /// The name.
    pub name: String,
    /// Such as `image/png`.
    pub mime_type: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}
