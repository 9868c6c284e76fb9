//! Discovers the rig map of a character by the names of its parts.

use std::collections::BTreeMap;

use metaface_clip::Channel;

use super::dialect::{self, Rank, Reading};
use super::facing::Facing;
use super::joints::{self, Role};
use super::report::name_or_index;
use super::{Discovery, JointBinding, JointTerm, RigMap, TargetBinding, conflicts, visemes};
use crate::Character;

/// The rotation of a jaw joint at JawOpen = 1, radians: a wide open mouth.
const JAW_TURN: f32 = 0.4;

impl RigMap {
    /// The rig map for the character's names, and the parts that it does not drive, with reasons.
    /// Targets with the same name are driven on every mesh. ARKit names take precedence over
    /// visemes, and shapes of one side over shapes for both. A joint is driven unless targets
    /// already make the same movement.
    pub fn discover(character: &Character) -> Discovery {
        let mut search = Search::new(character);
        search.bind_targets();
        let joints = search.bind_joints();
        let Search {
            targets,
            reasons,
            joint_reasons,
            ..
        } = search;
        let map = RigMap { targets, joints };
        Discovery::new(
            map,
            character,
            |target| match reasons.get(target) {
                Some(reason) => reason.clone(),
                None if target.starts_with('#') => "it has no name".to_owned(),
                None => "MetaFace does not recognise its name".to_owned(),
            },
            |channel| match joint_reasons
                .iter()
                .find(|(role, _)| role_channels(*role).contains(&channel))
            {
                Some((_, reason)) if channel.is_angle() => reason.clone(),
                _ => "no morph target for it".to_owned(),
            },
        )
    }
}

/// A named thing that can be driven: the targets with that name, or those of a VRM expression.
struct Candidate {
    name: String,
    reading: Reading,
    /// Mesh index, target index, and the target's weight at full expression.
    targets: Vec<(usize, usize, f32)>,
    is_expression: bool,
}

/// A bound candidate: what it moves.
struct Bound {
    name: String,
    rank: Rank,
    key: String,
    channels: Vec<Channel>,
    meshes: Vec<usize>,
}

struct Search<'a> {
    character: &'a Character,
    targets: Vec<TargetBinding>,
    bound: Vec<Bound>,
    /// By target name, why it is not driven.
    reasons: BTreeMap<String, String>,
    joint_reasons: Vec<(Role, String)>,
}

impl<'a> Search<'a> {
    fn new(character: &'a Character) -> Self {
        Self {
            character,
            targets: Vec::new(),
            bound: Vec::new(),
            reasons: BTreeMap::new(),
            joint_reasons: Vec::new(),
        }
    }

    fn bind_targets(&mut self) {
        let mut candidates = self.named_targets();
        candidates.extend(self.expressions());
        let has_arkit_mouth = has_arkit_mouth(&candidates);
        candidates.sort_by_key(|candidate| (candidate.reading.rank, candidate.is_expression));
        for candidate in candidates {
            if has_arkit_mouth && candidate.reading.rank == Rank::Viseme {
                self.skip(
                    &candidate,
                    "visemes are not needed where the ARKit mouth is driven",
                );
                continue;
            }
            match self.conflicting(&candidate) {
                Some(other) => {
                    let reason = format!("'{other}' already makes this movement");
                    self.skip(&candidate, &reason);
                }
                None => self.bind(candidate),
            }
        }
    }

    /// Morph targets with recognised names.
    fn named_targets(&mut self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for (m, mesh) in self.character.meshes.iter().enumerate() {
            for (t, target) in mesh.targets.iter().enumerate() {
                if let Some(known) = candidates.iter_mut().find(|c| c.name == target.name) {
                    known.targets.push((m, t, 1.0));
                } else if let Some(reading) = dialect::read(&target.name) {
                    candidates.push(Candidate {
                        name: target.name.clone(),
                        reading,
                        targets: vec![(m, t, 1.0)],
                        is_expression: false,
                    });
                } else if visemes::is_inexpressible(&dialect::words(&target.name)) {
                    let reason = "a viseme of the tongue or of silence, which no channel expresses";
                    self.reasons.insert(target.name.clone(), reason.to_owned());
                }
            }
        }
        candidates
    }

    /// VRM expressions with recognised names.
    fn expressions(&self) -> Vec<Candidate> {
        let recognised = self.character.expressions.iter().filter_map(|expression| {
            Some(Candidate {
                name: expression.name.clone(),
                reading: dialect::read(&expression.name)?,
                targets: expression
                    .binds
                    .iter()
                    .map(|b| (b.mesh, b.target, b.weight))
                    .collect(),
                is_expression: true,
            })
        });
        recognised.collect()
    }

    /// The name of a bound candidate that makes the same movement in one of the same meshes.
    fn conflicting(&self, candidate: &Candidate) -> Option<&str> {
        let reading = &candidate.reading;
        let channels = exclusive_channels(reading);
        let conflicting = self.bound.iter().find(|bound| {
            let shares_mesh = candidate
                .targets
                .iter()
                .any(|(mesh, ..)| bound.meshes.contains(mesh));
            let shares_channel = bound
                .channels
                .iter()
                .any(|channel| channels.contains(channel));
            let takes_precedence = bound.rank < reading.rank
                || (bound.rank == Rank::Viseme && reading.rank == Rank::Viseme)
                || (bound.rank == reading.rank && candidate.is_expression);
            shares_mesh && (bound.key == reading.key || shares_channel && takes_precedence)
        });
        conflicting.map(|bound| bound.name.as_str())
    }

    fn skip(&mut self, candidate: &Candidate, reason: &str) {
        if !candidate.is_expression {
            self.reasons
                .insert(candidate.name.clone(), reason.to_owned());
        }
    }

    fn bind(&mut self, candidate: Candidate) {
        if candidate.is_expression {
            for &(m, t, weight) in &candidate.targets {
                self.bind_target(m, t, weight, &candidate.reading.terms);
            }
        } else {
            self.targets.push(binding(
                candidate.name.clone(),
                None,
                candidate.reading.terms.clone(),
            ));
        }
        self.bound.push(Bound {
            name: candidate.name,
            rank: candidate.reading.rank,
            channels: exclusive_channels(&candidate.reading),
            key: candidate.reading.key,
            meshes: candidate.targets.iter().map(|target| target.0).collect(),
        });
    }

    /// Binds one target of an expression. The terms of expressions that share a target are added.
    fn bind_target(&mut self, m: usize, t: usize, weight: f32, terms: &[(Channel, f32)]) {
        let Some(mesh) = self.character.meshes.get(m) else {
            return;
        };
        let Some(target) = mesh.targets.get(t) else {
            return;
        };
        let name = name_or_index(&target.name, t);
        let mesh_name = Some(unique_name(
            &mesh.name,
            m,
            self.character.meshes.iter().map(|mesh| &mesh.name),
        ));
        if self
            .targets
            .iter()
            .any(|known| known.target == name && known.mesh.is_none())
        {
            return;
        }
        let terms = terms
            .iter()
            .map(|&(channel, gain)| (channel, gain * weight));
        match self
            .targets
            .iter_mut()
            .find(|b| b.target == name && b.mesh == mesh_name)
        {
            Some(known) => known.terms.extend(terms),
            None => self.targets.push(binding(name, mesh_name, terms.collect())),
        }
    }

    fn bind_joints(&mut self) -> Vec<JointBinding> {
        let facing = Facing::of(self.character);
        let mut found = Vec::new();
        for role in Role::ALL {
            let Some(node) = joints::find(self.character, role) else {
                self.joint_reasons
                    .push((role, format!("no {} joint was found", role.name())));
                continue;
            };
            let name = self.joint_name(node);
            if let Some(target) = self.conflicting_target(node, role) {
                let reason = format!(
                    "the morph target '{target}' already moves vertices of the joint '{name}'"
                );
                self.joint_reasons.push((role, reason));
                continue;
            }
            let terms = joint_terms(role, facing);
            found.push(JointBinding { joint: name, terms });
        }
        found
    }

    /// A driven target that makes the movement of a joint on vertices that follow the joint.
    fn conflicting_target(&self, node: usize, role: Role) -> Option<String> {
        let shapes: &[Channel] = match role {
            Role::Head => return None,
            Role::Jaw => &[Channel::JawOpen],
            Role::LeftEye => &[
                Channel::EyeLookUpLeft,
                Channel::EyeLookDownLeft,
                Channel::EyeLookInLeft,
                Channel::EyeLookOutLeft,
            ],
            Role::RightEye => &[
                Channel::EyeLookUpRight,
                Channel::EyeLookDownRight,
                Channel::EyeLookInRight,
                Channel::EyeLookOutRight,
            ],
        };
        let map = RigMap {
            targets: self.targets.clone(),
            joints: Vec::new(),
        };
        conflicts::conflicting_target(self.character, node, |mesh, target| {
            let binding = map.binding(self.character, mesh, target);
            binding.is_some_and(|b| {
                b.terms
                    .iter()
                    .any(|(c, gain)| *gain > 0.0 && shapes.contains(c))
            })
        })
    }

    fn joint_name(&self, node: usize) -> String {
        let names = self.character.nodes.iter().map(|node| &node.name);
        unique_name(&self.character.nodes[node].name, node, names)
    }
}

/// The name if it is unique, otherwise `#` and the index.
fn unique_name<'a>(name: &str, index: usize, names: impl Iterator<Item = &'a String>) -> String {
    if !name.is_empty() && names.filter(|other| *other == name).count() == 1 {
        name.to_owned()
    } else {
        format!("#{index}")
    }
}

fn binding(target: String, mesh: Option<String>, terms: Vec<(Channel, f32)>) -> TargetBinding {
    TargetBinding {
        target,
        mesh,
        terms,
        over: None,
        offset: 0.0,
        range: [0.0, 1.0],
    }
}

/// The channels that no other target may drive besides this reading's. Visemes share the mouth
/// channels; only one viseme may open the jaw.
fn exclusive_channels(reading: &Reading) -> Vec<Channel> {
    let is_exclusive = |&&(channel, gain): &&(Channel, f32)| {
        reading.rank != Rank::Viseme || channel == Channel::JawOpen && gain >= 1.0
    };
    reading
        .terms
        .iter()
        .filter(is_exclusive)
        .map(|term| term.0)
        .collect()
}

/// Whether names other than visemes open the jaw and round the lips.
fn has_arkit_mouth(candidates: &[Candidate]) -> bool {
    let has_any = |channels: &[Channel]| {
        candidates
            .iter()
            .filter(|c| c.reading.rank != Rank::Viseme)
            .any(|candidate| {
                candidate
                    .reading
                    .terms
                    .iter()
                    .any(|(channel, _)| channels.contains(channel))
            })
    };
    has_any(&[Channel::JawOpen]) && has_any(&[Channel::MouthFunnel, Channel::MouthPucker])
}

fn role_channels(role: Role) -> Vec<Channel> {
    joint_terms(role, Facing::of(&Character::default()))
        .iter()
        .map(|term| term.channel)
        .collect()
}

/// The rotation terms of a role, in order of application: roll, pitch, yaw. Positive yaw turns to
/// the left, positive pitch looks up, positive roll tilts the crown to the left shoulder.
fn joint_terms(role: Role, facing: Facing) -> Vec<JointTerm> {
    let Facing { left, forward } = facing;
    let opposite = |axis: [f32; 3]| axis.map(|part| if part == 0.0 { 0.0 } else { -part });
    let term = |channel, axis, gain| JointTerm {
        channel,
        axis,
        gain,
    };
    let [yaw, pitch, roll] = match role {
        Role::Jaw => return vec![term(Channel::JawOpen, left, JAW_TURN)],
        Role::Head => [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll],
        Role::LeftEye => [
            Channel::LeftEyeYaw,
            Channel::LeftEyePitch,
            Channel::LeftEyeRoll,
        ],
        Role::RightEye => [
            Channel::RightEyeYaw,
            Channel::RightEyePitch,
            Channel::RightEyeRoll,
        ],
    };
    vec![
        term(roll, opposite(forward), 1.0),
        term(pitch, opposite(left), 1.0),
        term(yaw, [0.0, 1.0, 0.0], 1.0),
    ]
}
