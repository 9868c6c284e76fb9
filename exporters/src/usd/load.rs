//! Loads a user's USD asset as a [`Character`], with the origin of each part in the file.

use std::collections::BTreeMap;
use std::path::Path;

use super::scene::{Scene, parent, with_large_stack};
use super::xform::local_transform;
use super::{invalid, load_material, load_mesh, load_skeleton, units};
use crate::character::{Character, Mesh, Node};
use crate::{Result, transform};

/// Reads and composes `.usda`, `.usdc`, `.usd` and `.usdz` files with their references, payloads,
/// variants and sublayers. The result is in metres with Y up.
///
/// Every prim becomes a node with its name, and every joint of a Skeleton a node below it. Faces
/// are triangulated. Points keep their indices; copies of points with several normals or texture
/// coordinates are appended. The strongest four joint influences of a point are kept. In-between
/// shapes are ignored.
///
/// # Errors
/// [`FormatError::Read`](crate::FormatError::Read) and
/// [`FormatError::Invalid`](crate::FormatError::Invalid), which names the invalid prim.
pub fn load(path: &Path) -> Result<Character> {
    with_large_stack(path, || Ok(Loaded::open(&Scene::open(path)?)?.character))
}

/// The origin of a character's node in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// A prim's path.
    Prim(String),
    /// A joint of a Skeleton prim.
    Joint { skeleton: String, token: String },
}

/// A character with the origins of its parts in the file.
pub(super) struct Loaded {
    pub(super) character: Character,
    /// One per node.
    pub(super) origins: Vec<Origin>,
    /// The nodes in the stage's units and axes.
    pub(super) stage_nodes: Vec<Node>,
    /// By mesh node: the tokens of `skel:blendShapes`.
    pub(super) tokens: BTreeMap<usize, Vec<String>>,
    pub(super) units: units::Units,
}

impl Loaded {
    pub(super) fn open(scene: &Scene<'_>) -> Result<Self> {
        let name = scene.path.file_stem().unwrap_or_default().to_string_lossy();
        let units = units::Units::of(scene)?;
        let mut loaded = Self {
            character: Character {
                name: name.into_owned(),
                source: Some(scene.path.to_owned()),
                ..Character::default()
            },
            origins: Vec::new(),
            stage_nodes: Vec::new(),
            tokens: BTreeMap::new(),
            units,
        };
        let mut by_path = BTreeMap::new();
        let mut skeletons = BTreeMap::new();
        let mut meshes = Vec::new();
        for prim in scene.prims()? {
            let type_name = scene.type_name(&prim)?;
            if !is_node(&type_name) {
                continue;
            }
            let node = loaded.add_prim(scene, &prim, by_path.get(parent(&prim)).copied())?;
            by_path.insert(prim.clone(), node);
            match type_name.as_str() {
                "Skeleton" => {
                    let skeleton = load_skeleton::read(scene, &prim)?;
                    let first = loaded.origins.len();
                    loaded.add_joints(&prim, node, &skeleton);
                    skeletons.insert(prim, (first, skeleton));
                }
                "Mesh" => meshes.push((node, prim)),
                _ => {}
            }
        }
        let mut materials = load_material::Materials::default();
        for (node, prim) in meshes {
            let read = load_mesh::read(scene, &prim, &mut materials)?;
            loaded.character.nodes[node].mesh = Some(loaded.character.meshes.len());
            loaded.tokens.insert(node, read.tokens);
            let mut mesh = read.mesh;
            loaded.bind(scene, &prim, (node, &mut mesh, &read.vertices), &skeletons)?;
            loaded.character.meshes.push(mesh);
        }
        if loaded.character.meshes.is_empty() {
            let first = scene.stage.composition_errors().into_iter().next();
            let reason = match first {
                Some(error) => format!("it has no mesh; a possible cause: {error}"),
                None => "it has no mesh".to_owned(),
            };
            return Err(invalid(
                scene.path,
                reason,
                "give a file with the character's meshes",
            ));
        }
        materials.finish(&mut loaded.character);
        loaded.stage_nodes = loaded.character.nodes.clone();
        loaded.units.convert(&mut loaded.character);
        Ok(loaded)
    }

    fn add_prim(&mut self, scene: &Scene<'_>, prim: &str, parent: Option<usize>) -> Result<usize> {
        let local = local_transform(scene, prim)?;
        let (translation, rotation, scale) = transform::decompose(&local.matrix);
        self.origins.push(Origin::Prim(prim.to_owned()));
        self.character.nodes.push(Node {
            name: super::scene::last(prim).to_owned(),
            parent: parent.filter(|_| !local.resets_stack),
            translation,
            rotation,
            scale,
            ..Node::default()
        });
        Ok(self.character.nodes.len() - 1)
    }

    fn add_joints(&mut self, prim: &str, skeleton_node: usize, skeleton: &load_skeleton::Skeleton) {
        let first = self.character.nodes.len();
        for joint in &skeleton.joints {
            let (translation, rotation, scale) = transform::decompose(&joint.rest);
            let (skeleton, token) = (prim.to_owned(), joint.token.clone());
            self.origins.push(Origin::Joint { skeleton, token });
            self.character.nodes.push(Node {
                name: joint.name.clone(),
                parent: Some(joint.parent.map_or(skeleton_node, |parent| first + parent)),
                translation,
                rotation,
                scale,
                ..Node::default()
            });
        }
    }

    /// Reads the joints and weights of a mesh, if it has any.
    fn bind(
        &mut self,
        scene: &Scene<'_>,
        prim: &str,
        (node, mesh, vertices): (usize, &mut Mesh, &[u32]),
        skeletons: &BTreeMap<String, (usize, load_skeleton::Skeleton)>,
    ) -> Result<()> {
        let Some(path) = load_skeleton::bound_to(scene, prim)? else {
            return Ok(());
        };
        let Some((first, skeleton)) = skeletons.get(&path) else {
            return Ok(());
        };
        let Some(binding) = load_skeleton::binding(scene, prim, skeleton, *first, vertices)? else {
            return Ok(());
        };
        (mesh.joints, mesh.weights) = (binding.joints, binding.weights);
        let skins = &mut self.character.skins;
        let known = skins.iter().position(|skin| *skin == binding.skin);
        let skin = known.unwrap_or_else(|| {
            skins.push(binding.skin);
            skins.len() - 1
        });
        self.character.nodes[node].skin = Some(skin);
        Ok(())
    }
}

/// Whether prims of a type become nodes.
pub(super) fn is_node(type_name: &str) -> bool {
    !matches!(
        type_name,
        "Material" | "Shader" | "NodeGraph" | "GeomSubset" | "BlendShape" | "SkelAnimation"
    )
}
