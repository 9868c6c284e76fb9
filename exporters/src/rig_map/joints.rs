//! The head, jaw and eye joints of a character, found by their names.

use super::dialect::words;
use crate::Character;
use crate::character::Node;

/// The part of the head that a joint rotates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Head,
    Jaw,
    LeftEye,
    RightEye,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Head, Self::Jaw, Self::LeftEye, Self::RightEye];

    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Jaw => "jaw",
            Self::LeftEye => "left eye",
            Self::RightEye => "right eye",
        }
    }

    /// The normalised names of this role: without filler words, with the side at the end.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Head => &["head"],
            Self::Jaw => &["jaw", "lowerjaw", "mandible"],
            Self::LeftEye => &["eyeleft", "eyeballleft"],
            Self::RightEye => &["eyeright", "eyeballright"],
        }
    }
}

/// Words in joint names that do not identify the body part: rig systems and kinds of node.
const FILLER_WORDS: &[&str] = &[
    "mixamorig",
    "cc",
    "base",
    "j",
    "bip",
    "biped",
    "valve",
    "valvebiped",
    "def",
    "org",
    "c",
    "m",
    "x",
    "adj",
    "sec",
    "bone",
    "joint",
    "jnt",
    "jt",
    "jo",
    "bn",
    "sk",
    "skel",
    "rig",
    "b",
    "root",
    "facial",
    "face",
    "armature",
    "character",
    "skeleton",
    "grp",
    "node",
];

/// The best node for a role.
pub(super) fn find(character: &Character, role: Role) -> Option<usize> {
    let in_a_skin = |node: usize| character.skins.iter().any(|s| s.joints.contains(&node));
    let mut best: Option<(usize, (bool, bool, usize))> = None;
    for (index, node) in character.nodes.iter().enumerate() {
        if !role.names().contains(&normalised(&node.name).as_str()) {
            continue;
        }
        if !is_pivot(character, index, node, role) {
            continue;
        }
        let below = descendants(character, index).len();
        let score = (in_a_skin(index), node.mesh.is_none(), below);
        if best.is_none_or(|(_, highest)| score > highest) {
            best = Some((index, score));
        }
    }
    best.map(|(index, _)| index)
}

/// Whether the node can serve as a joint. A node with a mesh can if its origin is a plausible
/// pivot: for an eyeball inside its mesh, for a head above all nodes with morph targets.
fn is_pivot(character: &Character, index: usize, node: &Node, role: Role) -> bool {
    let Some(mesh) = node.mesh.and_then(|mesh| character.meshes.get(mesh)) else {
        return true;
    };
    if node.skin.is_some() {
        return false;
    }
    if role == Role::Head || role == Role::Jaw {
        let below = descendants(character, index);
        let has_targets = |other: &Node| {
            let mesh = other.mesh.and_then(|mesh| character.meshes.get(mesh));
            mesh.is_some_and(|mesh| !mesh.targets.is_empty())
        };
        let mut others = character.nodes.iter().enumerate();
        return role == Role::Head
            && others.all(|(i, other)| i == index || below.contains(&i) || !has_targets(other));
    }
    (0..3).all(|axis| {
        let values = || mesh.positions.iter().map(|position| position[axis]);
        values().any(|value| value <= 0.0) && values().any(|value| value >= 0.0)
    })
}

/// All nodes below this one, without itself.
pub(super) fn descendants(character: &Character, ancestor: usize) -> Vec<usize> {
    let mut children = vec![Vec::new(); character.nodes.len()];
    for (index, node) in character.nodes.iter().enumerate() {
        if let Some(list) = node.parent.and_then(|parent| children.get_mut(parent)) {
            list.push(index);
        }
    }
    let mut found: Vec<usize> = Vec::new();
    let mut seen = vec![false; character.nodes.len()];
    let mut open = vec![ancestor];
    while let Some(at) = open.pop() {
        for &child in children.get(at).into_iter().flatten() {
            if !std::mem::replace(&mut seen[child], true) && child != ancestor {
                found.push(child);
                open.push(child);
            }
        }
    }
    found
}

/// The joint's name without filler words and numbers, with the side at the end.
fn normalised(name: &str) -> String {
    let (mut rest, mut side) = (String::new(), String::new());
    for word in words(name) {
        if word == "left" || word == "right" {
            side.push_str(&word);
        } else if !FILLER_WORDS.contains(&word.as_str()) && !word.chars().all(char::is_numeric) {
            rest.push_str(&word);
        }
    }
    rest + &side
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::{Mesh, Skin};

    fn role_of(name: &str) -> Option<&'static str> {
        let character = Character {
            nodes: vec![Node {
                name: name.to_owned(),
                ..Node::default()
            }],
            ..Character::default()
        };
        let found = |role: &Role| find(&character, *role).is_some();
        Role::ALL
            .iter()
            .find(|role| found(role))
            .map(|role| role.name())
    }

    #[test]
    fn joints_are_recognised_by_the_names_of_many_rigs() {
        for (name, role) in [
            ("Head", Some("head")),
            ("mixamorig:Head", Some("head")),
            ("CC_Base_Head", Some("head")),
            ("headJoint", Some("head")),
            ("Bip001 Head", Some("head")),
            ("J_Bip_C_Head", Some("head")),
            ("Head_M", Some("head")),
            ("CC_Base_JawRoot", Some("jaw")),
            ("FACIAL_C_Jaw", Some("jaw")),
            ("lowerJaw", Some("jaw")),
            ("LeftEye", Some("left eye")),
            ("eye_L", Some("left eye")),
            ("CC_Base_R_Eye", Some("right eye")),
            ("J_Adj_L_FaceEye", Some("left eye")),
            ("eye.R", Some("right eye")),
            ("lEye", Some("left eye")),
            ("HeadTop_End", None),
            ("LeftEyeLid", None),
            ("headset", None),
            ("Neck", None),
            ("eye", None),
        ] {
            assert_eq!(role_of(name), role, "{name}");
        }
    }

    #[test]
    fn a_skin_joint_named_head_takes_precedence_over_a_mesh_of_that_name() {
        let node = |name: &str, mesh| Node {
            name: name.to_owned(),
            mesh,
            ..Node::default()
        };
        let mut character = Character {
            nodes: vec![
                node("Head", Some(0)),
                node("head_group", None),
                node("Head", None),
                node("Head", None),
            ],
            meshes: vec![Mesh::default()],
            skins: vec![Skin {
                joints: vec![3],
                ..Skin::default()
            }],
            ..Character::default()
        };
        assert_eq!(find(&character, Role::Head), Some(3));
        character.skins.clear();
        assert_eq!(find(&character, Role::Head), Some(2));
    }
}
