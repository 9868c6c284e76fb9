//! What a rig map does with a character, said to the user before anything is written.

use std::path::Path;

use metaface_clip::Channel;
use serde::Serialize;

use super::{JointBinding, RigMap, TargetBinding};
use crate::{Character, ExportError, Result};

/// A rig map and what it leaves alone, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovery {
    /// The map.
    pub map: RigMap,
    /// The morph targets that are driven, by name, in the character's order.
    pub driven: Vec<DrivenTarget>,
    /// The joints that are driven.
    pub driven_joints: Vec<DrivenJoint>,
    /// The morph targets that stay at rest.
    pub undriven_targets: Vec<UndrivenTarget>,
    /// The channels that move nothing.
    pub undriven_channels: Vec<UndrivenChannel>,
    /// What the user should know before writing, such as a mouth that nothing opens.
    pub warnings: Vec<String>,
}

/// A morph target that is driven.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrivenTarget {
    /// Its name, or `#` and its index.
    pub target: String,
    /// The meshes that have it.
    pub meshes: Vec<String>,
    /// The channels that drive it, each with its gain.
    pub channels: Vec<(String, f32)>,
}

/// A joint that is driven.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrivenJoint {
    /// Its name, or `#` and its index.
    pub joint: String,
    /// The channels that turn it.
    pub channels: Vec<String>,
}

/// A morph target that is not driven.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UndrivenTarget {
    /// Its name, or `#` and its index.
    pub target: String,
    /// The meshes that have it.
    pub meshes: Vec<String>,
    /// Why not.
    pub reason: String,
}

/// A channel that moves nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UndrivenChannel {
    /// Its name.
    pub channel: String,
    /// Why not.
    pub reason: String,
}

impl DrivenTarget {
    fn new(target: String, binding: &TargetBinding) -> Self {
        let terms = binding.terms.iter();
        let channels = terms.map(|(channel, gain)| (channel.name().to_owned(), *gain));
        Self {
            target,
            meshes: Vec::new(),
            channels: channels.collect(),
        }
    }
}

impl Discovery {
    /// What `map`, perhaps edited by hand, does with a character. `why_target` and `why_channel`
    /// give the reasons for what it leaves alone.
    pub(super) fn new(
        map: RigMap,
        character: &Character,
        why_target: impl Fn(&str) -> String,
        why_channel: impl Fn(Channel) -> String,
    ) -> Self {
        let mut driven: Vec<DrivenTarget> = Vec::new();
        let mut undriven_targets: Vec<UndrivenTarget> = Vec::new();
        for (m, mesh) in character.meshes.iter().enumerate() {
            for (t, target) in mesh.targets.iter().enumerate() {
                let name = numbered(&target.name, t);
                let meshes = match map.binding(character, m, t) {
                    Some(binding) => {
                        let fresh = DrivenTarget::new(name, binding);
                        let same = |d: &DrivenTarget| {
                            d.target == fresh.target && d.channels == fresh.channels
                        };
                        let at = driven.iter().position(same);
                        &mut found_or_pushed(&mut driven, at, fresh).meshes
                    }
                    None => {
                        let at = undriven_targets.iter().position(|u| u.target == name);
                        let reason = why_target(&name);
                        let fresh = UndrivenTarget {
                            target: name,
                            meshes: Vec::new(),
                            reason,
                        };
                        &mut found_or_pushed(&mut undriven_targets, at, fresh).meshes
                    }
                };
                let mesh_name = numbered(&mesh.name, m);
                if !meshes.contains(&mesh_name) {
                    meshes.push(mesh_name);
                }
            }
        }
        let present =
            |b: &&JointBinding| (0..character.nodes.len()).any(|n| b.drives(character, n));
        let joints: Vec<_> = map.joints.iter().filter(present).collect();
        let moved_by_joint = |channel| {
            joints
                .iter()
                .flat_map(|b| &b.terms)
                .any(|t| t.channel == channel)
        };
        let moves = |channel: &Channel| {
            let targets = driven.iter().flat_map(|d| &d.channels);
            moved_by_joint(*channel) || targets.clone().any(|(name, _)| *name == channel.name())
        };
        let undriven_channels =
            Channel::ALL
                .iter()
                .filter(|c| !moves(c))
                .map(|&channel| UndrivenChannel {
                    channel: channel.name().to_owned(),
                    reason: why_channel(channel),
                });
        let undriven_channels: Vec<_> = undriven_channels.collect();
        let mut warnings = Vec::new();
        if !moves(&Channel::JawOpen) {
            warnings.push(
                "nothing opens the mouth: no morph target and no joint follows JawOpen".to_owned(),
            );
        }
        let missing = map.unmatched(character);
        if !missing.is_empty() {
            warnings.push(format!(
                "the rig map names what the character does not have: {}",
                missing.join(", ")
            ));
        }
        let driven_joints = joints.iter().map(|binding| {
            let names = binding
                .terms
                .iter()
                .map(|term| term.channel.name().to_owned());
            DrivenJoint {
                joint: binding.joint.clone(),
                channels: names.collect(),
            }
        });
        Self {
            driven_joints: driven_joints.collect(),
            map,
            driven,
            undriven_targets,
            undriven_channels,
            warnings,
        }
    }

    /// The map, if it moves anything.
    ///
    /// # Errors
    /// [`ExportError::NothingToDrive`] listing what the character has and what was looked for.
    pub fn usable(self, character: &Character) -> Result<RigMap> {
        if !self.driven.is_empty() || !self.driven_joints.is_empty() {
            return Ok(self.map);
        }
        let path = character.source.clone();
        Err(ExportError::NothingToDrive {
            path: path.unwrap_or_else(|| Path::new(&character.name).to_owned()),
            reason: contents(character),
            looked_for: "morph targets with ARKit names (jawOpen, JawOpen, Jaw_Open, head.jawOpen, eyeBlink_L), \
                visemes (viseme_aa, aa, V_Open, Fcl_MTH_A), MetaHuman (CTRL_expressions_jawOpen) or Character \
                Creator names, VRM expressions; joints named Head, Jaw, LeftEye, RightEye and the like; \
                or give a rig map of your own"
                .to_owned(),
        })
    }
}

impl RigMap {
    /// What this map, perhaps edited by hand, does with a character.
    pub fn describe(&self, character: &Character) -> Discovery {
        let not_listed = "the rig map does not list it";
        Discovery::new(
            self.clone(),
            character,
            |_| not_listed.to_owned(),
            |_| not_listed.to_owned(),
        )
    }
}

fn contents(character: &Character) -> String {
    let targets: Vec<String> = character
        .meshes
        .iter()
        .flat_map(|mesh| {
            mesh.targets
                .iter()
                .enumerate()
                .map(|(index, t)| numbered(&t.name, index))
        })
        .collect();
    let meshes = character.meshes.len();
    if targets.is_empty() {
        return format!("{meshes} meshes without morph targets, and no head, jaw or eye joint");
    }
    let shown = targets
        .iter()
        .take(12)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = if targets.len() > 12 { ", ..." } else { "" };
    format!(
        "{} morph targets of other names ({shown}{more}), and no head, jaw or eye joint",
        targets.len()
    )
}

/// The name, or `#` and the index of what has none.
pub(super) fn numbered(name: &str, index: usize) -> String {
    if name.is_empty() {
        format!("#{index}")
    } else {
        name.to_owned()
    }
}

fn found_or_pushed<T>(list: &mut Vec<T>, at: Option<usize>, fresh: T) -> &mut T {
    let at = at.unwrap_or(list.len());
    if at == list.len() {
        list.push(fresh);
    }
    &mut list[at]
}
