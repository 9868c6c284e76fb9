//! A report of what a rig map drives on a character, for the user before anything is written.

use std::path::Path;

use metaface_clip::Channel;
use serde::Serialize;

use super::{JointBinding, RigMap, TargetBinding};
use crate::{Character, FormatError, Result};

/// A rig map, what it drives, and what it does not drive, with reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovery {
    /// The map.
    pub map: RigMap,
    /// The driven morph targets, in the character's order.
    pub driven: Vec<DrivenTarget>,
    /// The driven joints.
    pub driven_joints: Vec<DrivenJoint>,
    /// The morph targets that stay at rest.
    pub undriven_targets: Vec<UndrivenTarget>,
    /// The channels that drive nothing.
    pub undriven_channels: Vec<UndrivenChannel>,
    /// Warnings for the user, such as that nothing opens the mouth.
    pub warnings: Vec<String>,
}

/// A driven morph target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrivenTarget {
    /// The name, or `#` and the index.
    pub target: String,
    /// The meshes that have it.
    pub meshes: Vec<String>,
    /// The channels that drive it, each with its gain.
    pub channels: Vec<(String, f32)>,
}

/// A driven joint.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrivenJoint {
    /// The name, or `#` and the index.
    pub joint: String,
    /// The channels that rotate it.
    pub channels: Vec<String>,
}

/// A morph target that is not driven.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UndrivenTarget {
    /// The name, or `#` and the index.
    pub target: String,
    /// The meshes that have it.
    pub meshes: Vec<String>,
    /// The reason.
    pub reason: String,
}

/// A channel that drives nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UndrivenChannel {
    /// The name.
    pub channel: String,
    /// The reason.
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
    /// Reports what `map` drives on a character. `why_target` and `why_channel` return the reason
    /// for a target or channel that it does not drive.
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
                let name = name_or_index(&target.name, t);
                let meshes = match map.binding(character, m, t) {
                    Some(binding) => {
                        let entry = DrivenTarget::new(name, binding);
                        let is_same = |d: &DrivenTarget| {
                            d.target == entry.target && d.channels == entry.channels
                        };
                        let at = driven.iter().position(is_same);
                        &mut get_or_push(&mut driven, at, entry).meshes
                    }
                    None => {
                        let at = undriven_targets.iter().position(|u| u.target == name);
                        let reason = why_target(&name);
                        let entry = UndrivenTarget {
                            target: name,
                            meshes: Vec::new(),
                            reason,
                        };
                        &mut get_or_push(&mut undriven_targets, at, entry).meshes
                    }
                };
                let mesh_name = name_or_index(&mesh.name, m);
                if !meshes.contains(&mesh_name) {
                    meshes.push(mesh_name);
                }
            }
        }
        let is_present =
            |b: &&JointBinding| (0..character.nodes.len()).any(|n| b.drives(character, n));
        let joints: Vec<_> = map.joints.iter().filter(is_present).collect();
        let moved_by_joint = |channel| {
            joints
                .iter()
                .flat_map(|b| &b.terms)
                .any(|t| t.channel == channel)
        };
        let is_driven = |channel: &Channel| {
            let targets = driven.iter().flat_map(|d| &d.channels);
            moved_by_joint(*channel) || targets.clone().any(|(name, _)| *name == channel.name())
        };
        let undriven_channels = Channel::ALL
            .iter()
            .filter(|c| !is_driven(c))
            .map(|&channel| UndrivenChannel {
                channel: channel.name().to_owned(),
                reason: why_channel(channel),
            });
        let undriven_channels: Vec<_> = undriven_channels.collect();
        let mut warnings = Vec::new();
        if !is_driven(&Channel::JawOpen) {
            warnings.push(
                "nothing opens the mouth: no morph target and no joint follows JawOpen".to_owned(),
            );
        }
        let unmatched = map.unmatched(character);
        if !unmatched.is_empty() {
            warnings.push(format!(
                "the rig map names parts that the character does not have: {}",
                unmatched.join(", ")
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
    /// [`FormatError::NothingToDrive`], which lists the character's parts and the names that were
    /// searched for.
    pub fn usable(self, character: &Character) -> Result<RigMap> {
        if !self.driven.is_empty() || !self.driven_joints.is_empty() {
            return Ok(self.map);
        }
        let path = character.source.clone();
        Err(FormatError::NothingToDrive {
            path: path.unwrap_or_else(|| Path::new(&character.name).to_owned()),
            reason: describe_parts(character),
            looked_for: "morph targets with ARKit names (jawOpen, JawOpen, Jaw_Open, head.jawOpen, eyeBlink_L), \
                visemes (viseme_aa, aa, V_Open, Fcl_MTH_A), MetaHuman (CTRL_expressions_jawOpen) or Character \
                Creator names, VRM expressions; joints named Head, Jaw, LeftEye, RightEye and the like; \
                or give your own rig map"
                .to_owned(),
        })
    }
}

impl RigMap {
    /// Reports what this map drives on a character.
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

/// The largest number of target names in an error message.
const SHOWN_TARGETS: usize = 12;

fn describe_parts(character: &Character) -> String {
    let targets: Vec<String> = character
        .meshes
        .iter()
        .flat_map(|mesh| {
            mesh.targets
                .iter()
                .enumerate()
                .map(|(index, t)| name_or_index(&t.name, index))
        })
        .collect();
    let meshes = character.meshes.len();
    if targets.is_empty() {
        return format!("{meshes} meshes without morph targets, and no head, jaw or eye joint");
    }
    let shown = targets
        .iter()
        .take(SHOWN_TARGETS)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = if targets.len() > SHOWN_TARGETS {
        ", ..."
    } else {
        ""
    };
    format!(
        "{} morph targets with other names ({shown}{more}), and no head, jaw or eye joint",
        targets.len()
    )
}

/// The name, or `#` and the index if the name is empty.
pub(super) fn name_or_index(name: &str, index: usize) -> String {
    if name.is_empty() {
        format!("#{index}")
    } else {
        name.to_owned()
    }
}

fn get_or_push<T>(list: &mut Vec<T>, at: Option<usize>, entry: T) -> &mut T {
    let at = at.unwrap_or(list.len());
    if at == list.len() {
        list.push(entry);
    }
    &mut list[at]
}
