//! Finding the rig map of a character that nobody has described.

use std::collections::BTreeMap;

use metaface_clip::Channel;

use super::dialect::{self, Rank, Reading};
use super::facing::Facing;
use super::joints::{self, Role};
use super::report::numbered;
use super::{Discovery, JointBinding, JointTerm, RigMap, TargetBinding, twice, visemes};
use crate::Character;

/// How far a jaw joint turns at JawOpen = 1, radians: a wide open mouth.
const JAW_TURN: f32 = 0.4;

impl RigMap {
    /// The rig map that the character's names ask for, and what it leaves alone. Targets of one
    /// name are driven on every mesh. ARKit names go before visemes, sided shapes before shapes
    /// for both sides; a joint is driven unless targets make the same movement already.
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
                None => "its name is in no dialect that MetaFace knows".to_owned(),
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

/// Something that a name may ask to drive: a target of that name, or a VRM expression's targets.
struct Candidate {
    name: String,
    reading: Reading,
    /// Mesh, target and the weight it gets at full expression. For a name: its first place.
    places: Vec<(usize, usize, f32)>,
    expression: bool,
}

/// What a bound candidate moves.
struct Claim {
    name: String,
    rank: Rank,
    key: String,
    channels: Vec<Channel>,
    meshes: Vec<usize>,
}

struct Search<'a> {
    character: &'a Character,
    targets: Vec<TargetBinding>,
    claims: Vec<Claim>,
    /// Why targets are not driven.
    reasons: BTreeMap<String, String>,
    joint_reasons: Vec<(Role, String)>,
}

impl<'a> Search<'a> {
    fn new(character: &'a Character) -> Self {
        Self {
            character,
            targets: Vec::new(),
            claims: Vec::new(),
            reasons: BTreeMap::new(),
            joint_reasons: Vec::new(),
        }
    }

    fn bind_targets(&mut self) {
        let mut candidates = self.named();
        candidates.extend(self.expressions());
        let has_arkit_mouth = has_arkit_mouth(&candidates);
        candidates.sort_by_key(|candidate| (candidate.reading.rank, candidate.expression));
        for candidate in candidates {
            if has_arkit_mouth && candidate.reading.rank == Rank::Viseme {
                self.leave(
                    &candidate,
                    "visemes are not needed where the ARKit mouth is driven",
                );
                continue;
            }
            match self.rival(&candidate) {
                Some(rival) => self.leave(&candidate, &format!("'{rival}' does this already")),
                None => self.bind(candidate),
            }
        }
    }

    /// Morph targets whose names say something.
    fn named(&mut self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for (m, mesh) in self.character.meshes.iter().enumerate() {
            for (t, target) in mesh.targets.iter().enumerate() {
                if let Some(known) = candidates.iter_mut().find(|c| c.name == target.name) {
                    known.places.push((m, t, 1.0));
                } else if let Some(reading) = dialect::read(&target.name) {
                    candidates.push(Candidate {
                        name: target.name.clone(),
                        reading,
                        places: vec![(m, t, 1.0)],
                        expression: false,
                    });
                } else if visemes::is_untold(&dialect::words(&target.name)) {
                    let reason = "a shape of the tongue or of silence, which no channel tells";
                    self.reasons.insert(target.name.clone(), reason.to_owned());
                }
            }
        }
        candidates
    }

    /// VRM expressions whose names say something.
    fn expressions(&self) -> Vec<Candidate> {
        let readable = self.character.expressions.iter().filter_map(|expression| {
            Some(Candidate {
                name: expression.name.clone(),
                reading: dialect::read(&expression.name)?,
                places: expression
                    .binds
                    .iter()
                    .map(|b| (b.mesh, b.target, b.weight))
                    .collect(),
                expression: true,
            })
        });
        readable.collect()
    }

    /// The name of something bound that makes the candidate's movement in one of its meshes.
    fn rival(&self, candidate: &Candidate) -> Option<&str> {
        let reading = &candidate.reading;
        let channels = claimed(reading);
        let rival = self.claims.iter().find(|claim| {
            let together = candidate
                .places
                .iter()
                .any(|(mesh, ..)| claim.meshes.contains(mesh));
            let same = claim
                .channels
                .iter()
                .any(|channel| channels.contains(channel));
            let weaker = claim.rank < reading.rank
                || (claim.rank == Rank::Viseme && reading.rank == Rank::Viseme);
            together
                && (claim.key == reading.key
                    || same && (weaker || claim.rank == reading.rank && candidate.expression))
        });
        rival.map(|claim| claim.name.as_str())
    }

    fn leave(&mut self, candidate: &Candidate, reason: &str) {
        if !candidate.expression {
            self.reasons
                .insert(candidate.name.clone(), reason.to_owned());
        }
    }

    fn bind(&mut self, candidate: Candidate) {
        if candidate.expression {
            for &(m, t, weight) in &candidate.places {
                self.bind_place(m, t, weight, &candidate.reading.terms);
            }
        } else {
            self.targets.push(binding(
                candidate.name.clone(),
                None,
                candidate.reading.terms.clone(),
            ));
        }
        self.claims.push(Claim {
            name: candidate.name,
            rank: candidate.reading.rank,
            channels: claimed(&candidate.reading),
            key: candidate.reading.key,
            meshes: candidate.places.iter().map(|place| place.0).collect(),
        });
    }

    /// One target of an expression; expressions that share a target add up.
    fn bind_place(&mut self, m: usize, t: usize, weight: f32, terms: &[(Channel, f32)]) {
        let Some(mesh) = self.character.meshes.get(m) else {
            return;
        };
        let Some(target) = mesh.targets.get(t) else {
            return;
        };
        let name = numbered(&target.name, t);
        let mesh_name = Some(written(
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
            if let Some(target) = self.repeated_by(node, role) {
                let reason = format!(
                    "the joint '{name}' carries what the morph target '{target}' moves already"
                );
                self.joint_reasons.push((role, reason));
                continue;
            }
            let terms = turns(role, facing);
            found.push(JointBinding { joint: name, terms });
        }
        found
    }

    /// A driven target that makes the movement of a joint on what the joint carries.
    fn repeated_by(&self, node: usize, role: Role) -> Option<String> {
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
        twice::already_moved(self.character, node, |mesh, target| {
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
        written(&self.character.nodes[node].name, node, names)
    }
}

/// The name where it is the only one of its kind, else `#` and the index.
fn written<'a>(name: &str, index: usize, names: impl Iterator<Item = &'a String>) -> String {
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

/// The channels that a reading keeps others from driving. A viseme shares the mouth with other
/// visemes; only the open one opens the jaw.
fn claimed(reading: &Reading) -> Vec<Channel> {
    let opens = |&&(channel, gain): &&(Channel, f32)| {
        reading.rank != Rank::Viseme || channel == Channel::JawOpen && gain >= 1.0
    };
    reading
        .terms
        .iter()
        .filter(opens)
        .map(|term| term.0)
        .collect()
}

/// Whether the names, visemes aside, open the jaw and round the lips.
fn has_arkit_mouth(candidates: &[Candidate]) -> bool {
    let has = |wanted: &[Channel]| {
        candidates
            .iter()
            .filter(|c| c.reading.rank != Rank::Viseme)
            .any(|candidate| {
                candidate
                    .reading
                    .terms
                    .iter()
                    .any(|(channel, _)| wanted.contains(channel))
            })
    };
    has(&[Channel::JawOpen]) && has(&[Channel::MouthFunnel, Channel::MouthPucker])
}

fn role_channels(role: Role) -> Vec<Channel> {
    turns(role, Facing::of(&Character::default()))
        .iter()
        .map(|term| term.channel)
        .collect()
}

/// Yaw about up towards the left, pitch that lifts the gaze, roll that brings the crown to the
/// left shoulder; rolled first, then pitched, then yawed.
fn turns(role: Role, facing: Facing) -> Vec<JointTerm> {
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
