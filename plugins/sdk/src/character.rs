//! Characters: a user's file, or what a host program shows.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use metaface_exporters::character::{self, Mesh, MorphTarget, Node, Skin};
use metaface_exporters::{Cast, RigMap as Map, load_character};

use crate::bridge::ffi::{JointPlan, MeshPlan};
use crate::failure::{Failure, Result, guard};
use crate::rig_map::RigMap;
use crate::text::path;

/// `metaface::Character`.
#[derive(Clone)]
pub struct Character {
    pub whole: Arc<character::Character>,
    /// The user's file.
    file: Option<PathBuf>,
    /// Whether a host described it, without geometry.
    is_described: bool,
    /// The nodes that draw a mesh: `metaface::Character::meshes()`.
    pub meshes: Vec<usize>,
    /// The nodes that may be turned: `metaface::Character::joints()`.
    pub joints: Vec<usize>,
}

/// The sample head, read once in a process: every scene without a character shows it.
static SAMPLE_HEAD: OnceLock<Character> = OnceLock::new();

impl Character {
    pub fn sample_head() -> Result<Self> {
        if let Some(head) = SAMPLE_HEAD.get() {
            return Ok(head.clone());
        }
        let head = Self::new(metaface_sample_head::load()?, None);
        Ok(SAMPLE_HEAD.get_or_init(|| head).clone())
    }

    /// A character from a file: every node may be turned.
    pub fn new(whole: character::Character, file: Option<PathBuf>) -> Self {
        let nodes = whole.nodes.iter().enumerate();
        let drawing = nodes.filter(|(_, node)| node.mesh.is_some());
        Self {
            file,
            is_described: false,
            meshes: drawing.map(|(index, _)| index).collect(),
            joints: (0..whole.nodes.len()).collect(),
            whole: Arc::new(whole),
        }
    }

    /// The mesh that a node draws.
    pub fn mesh(&self, node: usize) -> Option<&Mesh> {
        self.whole.meshes.get(self.whole.nodes.get(node)?.mesh?)
    }

    /// With what drives it; by the names of its shapes without a map.
    pub fn cast(self, rig_map: Option<&RigMap>) -> Result<Cast> {
        if self.is_described {
            return Err(Failure::argument(format!(
                "'{}' was described by a host program and has no geometry to write; save with the character's glTF or USD file, or as .csv",
                self.whole.name
            )));
        }
        let map = match rig_map {
            Some(rig_map) => rig_map.0.clone(),
            None => Map::discover(&self.whole).map,
        };
        Ok(Cast::with_map(self.whole, self.file, &map)?)
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

/// Joints come first among the nodes, so that their indices are the host's.
pub fn describe_character(
    name: &str,
    meshes: &[MeshPlan],
    joints: &[JointPlan],
) -> Result<Box<Character>> {
    guard(|| {
        let mut whole = character::Character {
            name: name.to_owned(),
            nodes: joints.iter().map(node).collect(),
            ..Default::default()
        };
        check_tree(joints)?;
        for plan in meshes {
            add(&mut whole, plan, joints.len())?;
        }
        Ok(Box::new(Character {
            file: None,
            is_described: true,
            meshes: (joints.len()..whole.nodes.len()).collect(),
            joints: (0..joints.len()).collect(),
            whole: Arc::new(whole),
        }))
    })
}

fn node(plan: &JointPlan) -> Node {
    Node {
        name: plan.name.clone(),
        parent: plan.has_parent.then_some(plan.parent),
        translation: plan.translation,
        rotation: plan.rotation,
        ..Default::default()
    }
}

fn check_tree(joints: &[JointPlan]) -> Result<()> {
    for (index, joint) in joints.iter().enumerate() {
        let mut parent = joint;
        // As many steps as there are joints end at a root, or go round.
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
        let numbers = joint.translation.iter().chain(&joint.rotation);
        if numbers.clone().any(|number| !number.is_finite()) {
            let message = format!("joint {index} ('{}') has no finite rest pose", joint.name);
            return Err(Failure::argument(message));
        }
    }
    Ok(())
}

fn add(whole: &mut character::Character, plan: &MeshPlan, joints: usize) -> Result<()> {
    let fault = |what: &str| Failure::argument(format!("mesh '{}': {what}", plan.name));
    let targets = plan.targets.len();
    if !plan.rest.is_empty() && plan.rest.len() != targets {
        return Err(fault("give one weight at rest for each target, or none"));
    }
    if plan.rest.iter().any(|weight| !weight.is_finite()) {
        return Err(fault("a weight at rest is not a finite number"));
    }
    let pairs = || plan.carried_targets.iter().zip(&plan.carried_joints);
    let joint = plan.has_joint.then_some(plan.joint);
    let known = |&joint: &usize| joint < joints;
    if !plan.carried_joints.iter().all(known) || !joint.iter().all(known) {
        return Err(fault("it hangs on a joint that is not in the list"));
    }
    if pairs().any(|(&target, _)| target >= targets) {
        return Err(fault("a carried target is not in its list"));
    }
    let mut mesh = Mesh {
        name: plan.name.clone(),
        rest_weights: match plan.rest.is_empty() {
            true => vec![0.0; targets],
            false => plan.rest.clone(),
        },
        ..Default::default()
    };
    for name in &plan.targets {
        mesh.targets.push(MorphTarget {
            name: name.clone(),
            ..Default::default()
        });
    }
    let mut skin = None;
    if pairs().next().is_some() {
        skin = Some(whole.skins.len());
        whole.skins.push(Skin {
            joints: (0..joints).collect(),
            ..Default::default()
        });
        for (&target, &joint) in pairs() {
            let slot = u16::try_from(joint).map_err(|_| fault("there are too many joints"))?;
            move_a_vertex(&mut mesh, target);
            mesh.joints.push([slot, 0, 0, 0]);
            mesh.weights.push([1.0, 0.0, 0.0, 0.0]);
        }
    } else if joint.is_some() {
        (0..targets).for_each(|target| move_a_vertex(&mut mesh, target));
    }
    whole.nodes.push(Node {
        // Without a name: a host's mesh is turned only where the host lists it as a joint.
        mesh: Some(whole.meshes.len()),
        skin,
        parent: joint,
        ..Default::default()
    });
    whole.meshes.push(mesh);
    Ok(())
}

/// One vertex stands for all that a target moves on a joint.
fn move_a_vertex(mesh: &mut Mesh, target: usize) {
    let vertex = mesh.positions.len() as u32;
    mesh.positions.push([0.0; 3]);
    mesh.targets[target].indices.push(vertex);
    mesh.targets[target].offsets.push([1.0, 0.0, 0.0]);
}

pub fn character_name(character: &Character) -> String {
    character.whole.name.clone()
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
        .map(|&node| character.whole.nodes[node].name.clone())
        .collect()
}

pub fn character_warnings(character: &Character) -> Vec<String> {
    character.whole.warnings.clone()
}
