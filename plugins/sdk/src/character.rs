//! Characters from a user's file, or as a host program describes them.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use metaface_exporters::character::{self, Mesh, MorphTarget, Node, Skin};
use metaface_exporters::{RigMap as Map, RiggedCharacter, load_character};

use crate::bridge::ffi::{JointDescription, MeshDescription};
use crate::failure::{Failure, Result, guard};
use crate::rig_map::RigMap;
use crate::text::path;

/// `metaface::Character`.
#[derive(Clone)]
pub struct Character {
    pub inner: Arc<character::Character>,
    /// The user's file.
    file: Option<PathBuf>,
    /// Whether a host program described it, without geometry.
    is_described: bool,
    /// The nodes that draw a mesh: `metaface::Character::meshes()`.
    pub meshes: Vec<usize>,
    /// The nodes that may be rotated: `metaface::Character::joints()`.
    pub joints: Vec<usize>,
}

/// The sample head, read once per process: every scene without a character uses it.
static SAMPLE_HEAD: OnceLock<Character> = OnceLock::new();

impl Character {
    pub fn sample_head() -> Result<Self> {
        if let Some(head) = SAMPLE_HEAD.get() {
            return Ok(head.clone());
        }
        let head = Self::new(metaface_exporters::sample_head::load()?, None);
        Ok(SAMPLE_HEAD.get_or_init(|| head).clone())
    }

    /// A character from a file: every node may be rotated.
    pub fn new(character: character::Character, file: Option<PathBuf>) -> Self {
        let nodes = character.nodes.iter().enumerate();
        let with_mesh = nodes.filter(|(_, node)| node.mesh.is_some());
        Self {
            file,
            is_described: false,
            meshes: with_mesh.map(|(index, _)| index).collect(),
            joints: (0..character.nodes.len()).collect(),
            inner: Arc::new(character),
        }
    }

    /// The mesh that a node draws.
    pub fn mesh(&self, node: usize) -> Option<&Mesh> {
        self.inner.meshes.get(self.inner.nodes.get(node)?.mesh?)
    }

    /// The character with its rig map. `None` discovers one by the names of its targets and joints.
    pub fn rigged(self, rig_map: Option<&RigMap>) -> Result<RiggedCharacter> {
        if self.is_described {
            return Err(Failure::argument(format!(
                "'{}' was described by a host program and has no geometry to write; save with the character's glTF or USD file, or as .csv",
                self.inner.name
            )));
        }
        let map = match rig_map {
            Some(rig_map) => rig_map.0.clone(),
            None => Map::discover(&self.inner).map,
        };
        Ok(RiggedCharacter::with_map(self.inner, self.file, &map)?)
    }
}

pub fn open_character(file: &[u8]) -> Result<Box<Character>> {
    guard(|| {
        let file = path(file);
        Ok(Box::new(Character::new(load_character(&file)?, Some(file))))
    })
}

pub fn sample_head() -> Result<Box<Character>> {
    guard(|| Ok(Box::new(Character::sample_head()?)))
}

/// Joints are the first nodes, so that the host program's indices are node indices.
pub fn describe_character(
    name: &str,
    meshes: &[MeshDescription],
    joints: &[JointDescription],
) -> Result<Box<Character>> {
    guard(|| {
        let mut character = character::Character {
            name: name.to_owned(),
            nodes: joints.iter().map(node).collect(),
            ..Default::default()
        };
        check_tree(joints)?;
        for mesh in meshes {
            add_mesh(&mut character, mesh, joints.len())?;
        }
        Ok(Box::new(Character {
            file: None,
            is_described: true,
            meshes: (joints.len()..character.nodes.len()).collect(),
            joints: (0..joints.len()).collect(),
            inner: Arc::new(character),
        }))
    })
}

fn node(joint: &JointDescription) -> Node {
    Node {
        name: joint.name.clone(),
        parent: joint.has_parent.then_some(joint.parent),
        translation: joint.translation,
        rotation: joint.rotation,
        ..Default::default()
    }
}

fn check_tree(joints: &[JointDescription]) -> Result<()> {
    for (index, joint) in joints.iter().enumerate() {
        let mut parent = joint;
        // A path of as many steps as there are joints ends at a root, or is a cycle.
        for _ in joints {
            if !parent.has_parent {
                break;
            }
            parent = joints.get(parent.parent).ok_or_else(|| {
                Failure::argument(format!(
                    "joint {index} has a parent that is not in the list"
                ))
            })?;
        }
        if parent.has_parent {
            let message = format!("joint {index} ('{}') is its own ancestor", joint.name);
            return Err(Failure::argument(message));
        }
        let mut values = joint.translation.iter().chain(&joint.rotation);
        if values.any(|value| !value.is_finite()) {
            let message = format!(
                "the rest pose of joint {index} ('{}') is not finite",
                joint.name
            );
            return Err(Failure::argument(message));
        }
    }
    Ok(())
}

fn add_mesh(
    character: &mut character::Character,
    description: &MeshDescription,
    joints: usize,
) -> Result<()> {
    let fail = |reason: &str| Failure::argument(format!("mesh '{}': {reason}", description.name));
    let targets = description.targets.len();
    if !description.rest.is_empty() && description.rest.len() != targets {
        return Err(fail("give one rest weight per target, or no rest weights"));
    }
    if description.rest.iter().any(|weight| !weight.is_finite()) {
        return Err(fail("a rest weight is not a finite number"));
    }
    let pairs = || {
        description
            .carried_targets
            .iter()
            .zip(&description.carried_joints)
    };
    let joint = description.has_joint.then_some(description.joint);
    let known = |&joint: &usize| joint < joints;
    if !description.carried_joints.iter().all(known) || !joint.iter().all(known) {
        return Err(fail("a joint index is not in the list of joints"));
    }
    if pairs().any(|(&target, _)| target >= targets) {
        return Err(fail("a carried target is not in its list of targets"));
    }
    let mut mesh = Mesh {
        name: description.name.clone(),
        rest_weights: if description.rest.is_empty() {
            vec![0.0; targets]
        } else {
            description.rest.clone()
        },
        ..Default::default()
    };
    for name in &description.targets {
        mesh.targets.push(MorphTarget {
            name: name.clone(),
            ..Default::default()
        });
    }
    let mut skin = None;
    if pairs().next().is_some() {
        skin = Some(character.skins.len());
        character.skins.push(Skin {
            joints: (0..joints).collect(),
            ..Default::default()
        });
        for (&target, &joint) in pairs() {
            let slot = u16::try_from(joint).map_err(|_| fail("there are too many joints"))?;
            add_moved_vertex(&mut mesh, target);
            mesh.joints.push([slot, 0, 0, 0]);
            mesh.weights.push([1.0, 0.0, 0.0, 0.0]);
        }
    } else if joint.is_some() {
        (0..targets).for_each(|target| add_moved_vertex(&mut mesh, target));
    }
    character.nodes.push(Node {
        // Without a name: a host program's mesh rotates only if it is also listed as a joint.
        mesh: Some(character.meshes.len()),
        skin,
        parent: joint,
        ..Default::default()
    });
    character.meshes.push(mesh);
    Ok(())
}

/// Adds a vertex that stands for all vertices of a joint that a target moves.
fn add_moved_vertex(mesh: &mut Mesh, target: usize) {
    let vertex = mesh.positions.len() as u32;
    mesh.positions.push([0.0; 3]);
    mesh.targets[target].indices.push(vertex);
    mesh.targets[target].offsets.push([1.0, 0.0, 0.0]);
}

pub fn character_name(character: &Character) -> String {
    character.inner.name.clone()
}

pub fn mesh_names(character: &Character) -> Vec<String> {
    let meshes = character.meshes.iter();
    let name = |&node: &usize| character.mesh(node).map(|mesh| mesh.name.clone());
    meshes.map(|node| name(node).unwrap_or_default()).collect()
}

pub fn target_names(character: &Character, mesh: usize) -> Vec<String> {
    let node = character.meshes.get(mesh);
    let mesh = node.and_then(|&node| character.mesh(node));
    let targets = mesh.map(|mesh| mesh.targets.as_slice()).unwrap_or_default();
    targets.iter().map(|target| target.name.clone()).collect()
}

pub fn joint_names(character: &Character) -> Vec<String> {
    let nodes = character.joints.iter();
    nodes
        .map(|&node| character.inner.nodes[node].name.clone())
        .collect()
}

pub fn character_warnings(character: &Character) -> Vec<String> {
    character.inner.warnings.clone()
}
