//! Reading a user's USD asset as a [`Character`], and remembering where each part came from.

use std::collections::BTreeMap;
use std::path::Path;

use super::scene::{Scene, parent, with_room};
use super::xform::place;
use super::{invalid, load_material, load_mesh, load_skeleton, units};
use crate::character::{Character, Mesh, Node};
use crate::{Result, transform};

/// Reads `.usda`, `.usdc`, `.usd` and `.usdz` files, composed: references, payloads, variants and
/// sublayers are followed. The result is in metres with Y up, whatever the stage's units are.
///
/// Every prim becomes a node of its own name, every joint of a Skeleton a node below it. Faces
/// become triangles; points stay where they are in the list and points with several normals or
/// texture coordinates are repeated behind them. The strongest four joint influences of a point
/// are kept. In-between shapes are not used.
///
/// # Errors
/// [`ExportError::Read`](crate::ExportError::Read) and
/// [`ExportError::Invalid`](crate::ExportError::Invalid), which names the prim at fault.
pub fn load(path: &Path) -> Result<Character> {
    with_room(path, || Ok(Loaded::open(&Scene::open(path)?)?.character))
}

/// Where a node of the character is in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// A prim's path.
    Prim(String),
    /// A joint of a Skeleton prim.
    Joint { skeleton: String, token: String },
}

/// A character and its way back to the file.
pub(super) struct Loaded {
    pub(super) character: Character,
    /// One per node.
    pub(super) origins: Vec<Origin>,
    /// One per node, in the stage's units and axes.
    pub(super) places: Vec<Node>,
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
            places: Vec::new(),
            tokens: BTreeMap::new(),
            units,
        };
        let mut by_path = BTreeMap::new();
        let mut skeletons = BTreeMap::new();
        let mut meshes = Vec::new();
        for prim in scene.prims()? {
            let type_name = scene.type_name(&prim)?;
            if is_no_node(&type_name) {
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
                Some(error) => format!("it has no mesh, perhaps because: {error}"),
                None => "it has no mesh".to_owned(),
            };
            return Err(invalid(
                scene.path,
                reason,
                "give a file with the character's meshes",
            ));
        }
        materials.finish(&mut loaded.character);
        loaded.places = loaded.character.nodes.clone();
        loaded.units.convert(&mut loaded.character);
        Ok(loaded)
    }

    fn add_prim(&mut self, scene: &Scene<'_>, prim: &str, parent: Option<usize>) -> Result<usize> {
        let place = place(scene, prim)?;
        let (translation, rotation, scale) = transform::decompose(&place.matrix);
        self.origins.push(Origin::Prim(prim.to_owned()));
        self.character.nodes.push(Node {
            name: super::scene::last(prim).to_owned(),
            parent: parent.filter(|_| !place.from_root),
            translation,
            rotation,
            scale,
            ..Node::default()
        });
        Ok(self.character.nodes.len() - 1)
    }

    fn add_joints(&mut self, prim: &str, above: usize, skeleton: &load_skeleton::Skeleton) {
        let first = self.character.nodes.len();
        for joint in &skeleton.joints {
            let (translation, rotation, scale) = transform::decompose(&joint.rest);
            let (skeleton, token) = (prim.to_owned(), joint.token.clone());
            self.origins.push(Origin::Joint { skeleton, token });
            self.character.nodes.push(Node {
                name: joint.name.clone(),
                parent: Some(joint.parent.map_or(above, |parent| first + parent)),
                translation,
                rotation,
                scale,
                ..Node::default()
            });
        }
    }

    /// Gives a mesh its joints and weights, if it has any.
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

/// Prims that describe something else than a place.
pub(super) fn is_no_node(type_name: &str) -> bool {
    matches!(
        type_name,
        "Material" | "Shader" | "NodeGraph" | "GeomSubset" | "BlendShape" | "SkelAnimation"
    )
}
