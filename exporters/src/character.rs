//! A user's character in a format-independent form: what glTF and USD have in common.
//!
//! Lengths are metres, the Y axis points up and the face looks along +Z, as in glTF; loaders
//! convert to this. Matrices are column-major, quaternions `[x, y, z, w]`.

use std::path::PathBuf;

use crate::{FormatError, Result};

/// A tree of nodes with meshes, morph targets and skins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Character {
    /// A short name, such as the file's name without its ending.
    pub name: String,
    /// The file that it was read from, if any.
    pub source: Option<PathBuf>,
    /// The node tree; a parent may come before or after its children.
    pub nodes: Vec<Node>,
    /// The meshes that nodes refer to.
    pub meshes: Vec<Mesh>,
    /// The skins that nodes refer to.
    pub skins: Vec<Skin>,
    /// The materials that mesh sections refer to.
    pub materials: Vec<Material>,
    /// The images that materials refer to.
    pub images: Vec<Image>,
    /// Named expressions that the file defines by its morph targets (VRM).
    pub expressions: Vec<Expression>,
    /// Warnings about the file, such as missing images.
    pub warnings: Vec<String>,
}

impl Character {
    /// Checks that the geometry of every mesh could be decoded.
    ///
    /// # Errors
    /// [`FormatError::Undecoded`] for the first mesh that could not (see [`Mesh::undecoded`]).
    pub fn require_geometry(&self) -> Result<()> {
        let undecoded = |mesh: &Mesh| {
            Some(FormatError::Undecoded {
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

/// A named combination of morph targets, such as VRM's `aa` and `blink`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expression {
    /// The name of the preset, or the author's name for it.
    pub name: String,
    /// Its morph targets.
    pub binds: Vec<ExpressionBind>,
}

/// A morph target of an [`Expression`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExpressionBind {
    /// Index into [`Character::meshes`].
    pub mesh: usize,
    /// Index into [`Mesh::targets`].
    pub target: usize,
    /// The target's weight when the expression's weight is one.
    pub weight: f32,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The name; may be empty, or the same as another node's.
    pub name: String,
    /// The parent's index in [`Character::nodes`]; `None` for a root.
    pub parent: Option<usize>,
    /// Metres.
    pub translation: [f32; 3],
    /// A unit quaternion.
    pub rotation: [f32; 4],
    /// Scale factors.
    pub scale: [f32; 3],
    /// Index into [`Character::meshes`].
    pub mesh: Option<usize>,
    /// Index into [`Character::skins`]: the skin that deforms the mesh.
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
    /// Triangles grouped by material.
    pub sections: Vec<Section>,
    /// The morph targets (blendshapes).
    pub targets: Vec<MorphTarget>,
    /// The targets' weights at rest, one per target.
    pub rest_weights: Vec<f32>,
    /// Why the geometry could not be decoded, if so; the vertex lists are then empty. Names and the
    /// number of targets are known.
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
    /// The name as in the file; may be empty.
    pub name: String,
    /// The vertices that move, ascending.
    pub indices: Vec<u32>,
    /// The offset of each of them at weight one, metres.
    pub offsets: Vec<[f32; 3]>,
    /// The change of each normal at weight one, or empty.
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
    /// Whether opacity is blended with the background.
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

/// An encoded image.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Image {
    /// The name.
    pub name: String,
    /// The MIME type, such as `image/png`.
    pub mime_type: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}
