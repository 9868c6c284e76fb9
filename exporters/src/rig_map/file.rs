//! The rig map as JSON: `metaface.rigmap`, versions 1 and 2.

use std::collections::BTreeMap;
use std::path::Path;

use metaface_clip::Channel;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{JointBinding, JointTerm, RigMap, TargetBinding};
use crate::{FormatError, Result, files};

const SCHEMA: &str = "metaface.rigmap";
/// Version 2 added `over`. A map without it is written as version 1, which every MetaFace reads.
const VERSION: u64 = 2;

/// An axis whose length differs from one by less than this is not normalised: dividing it again
/// would change its last digit whenever a map is read and written.
const UNIT_TOLERANCE: f32 = 1e-6;

/// A shorter axis has no direction.
const SHORTEST_AXIS: f32 = 1e-6;

/// The largest rig map that is read, bytes; real ones are far smaller.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    version: u64,
    #[serde(default)]
    targets: Vec<TargetEntry>,
    #[serde(default)]
    joints: Vec<JointEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetEntry {
    target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mesh: Option<String>,
    channels: BTreeMap<String, f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    offset: f32,
    #[serde(default = "unit_range", skip_serializing_if = "is_unit_range")]
    range: [f32; 2],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JointEntry {
    joint: String,
    turns: Vec<Turn>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    channel: String,
    axis: [f32; 3],
    #[serde(default = "one")]
    gain: f32,
}

fn is_zero(value: &f32) -> bool {
    *value == 0.0
}

fn one() -> f32 {
    1.0
}

fn unit_range() -> [f32; 2] {
    [0.0, 1.0]
}

fn is_unit_range(range: &[f32; 2]) -> bool {
    *range == unit_range()
}

impl RigMap {
    /// Reads a rig map's JSON file.
    ///
    /// # Errors
    /// [`FormatError::Read`]; [`FormatError::Invalid`] if it is not a rig map, has a newer version,
    /// an unknown channel or an invalid number.
    pub fn read(path: &Path) -> Result<Self> {
        let metadata = std::fs::metadata(path).map_err(|source| FormatError::Read {
            path: path.to_owned(),
            source,
        })?;
        if metadata.len() > MAX_BYTES {
            return Err(rig_map_error(path, "it is larger than 16 MiB"));
        }
        Self::from_json(&files::read(path)?, path)
    }

    /// Reads a rig map's JSON; `path` is named in errors.
    ///
    /// # Errors
    /// [`FormatError::Invalid`], as for [`RigMap::read`].
    pub fn from_json(bytes: &[u8], path: &Path) -> Result<Self> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| rig_map_error(path, error.to_string()))?;
        if value["schema"] != SCHEMA {
            return Err(rig_map_error(
                path,
                format!("\"schema\" is not \"{SCHEMA}\""),
            ));
        }
        if let Some(version) = value["version"].as_u64()
            && version > VERSION
        {
            return Err(FormatError::invalid(
                path,
                "rig map",
                format!("it has version {version}, newer than this program reads ({VERSION})"),
                "update MetaFace, or write the map again with this one",
            ));
        }
        let file: File = serde_json::from_value(value)
            .map_err(|error| rig_map_error(path, error.to_string()))?;
        let targets = file
            .targets
            .into_iter()
            .map(|target| target.into_binding(path));
        let joints = file
            .joints
            .into_iter()
            .map(|joint| joint.into_binding(path));
        Ok(Self {
            targets: targets.collect::<Result<_>>()?,
            joints: joints.collect::<Result<_>>()?,
        })
    }

    /// The map as JSON text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Writes the map as a JSON file, atomically.
    ///
    /// # Errors
    /// [`FormatError::Write`].
    pub fn write(&self, path: &Path) -> Result<()> {
        files::write(path, self.to_json().as_bytes())
    }
}

impl Serialize for RigMap {
    /// The same structure as the JSON file.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let has_divisor = self.targets.iter().any(|target| target.over.is_some());
        File {
            schema: SCHEMA.to_owned(),
            version: if has_divisor { VERSION } else { 1 },
            targets: self.targets.iter().map(TargetEntry::of).collect(),
            joints: self.joints.iter().map(JointEntry::of).collect(),
        }
        .serialize(serializer)
    }
}

impl TargetEntry {
    fn of(binding: &TargetBinding) -> Self {
        let mut channels = BTreeMap::new();
        for (channel, gain) in &binding.terms {
            *channels.entry(channel.name().to_owned()).or_insert(0.0) += gain;
        }
        Self {
            target: binding.target.clone(),
            mesh: binding.mesh.clone(),
            channels,
            over: binding.over.map(|channel| channel.name().to_owned()),
            offset: binding.offset,
            range: binding.range,
        }
    }

    fn into_binding(self, path: &Path) -> Result<TargetBinding> {
        let context = format!("target '{}'", self.target);
        let [low, high] = self.range;
        let numbers = self.channels.values().chain([&self.offset, &low, &high]);
        check_finite(numbers, &context, path)?;
        if low > high {
            return Err(rig_map_error(
                path,
                format!("{context}: the range {low} to {high} starts above its end"),
            ));
        }
        let channels = self.channels.iter();
        let terms = channels.map(|(name, gain)| Ok((channel(name, &context, path)?, *gain)));
        let over = self.over.map(|name| channel(&name, &context, path));
        Ok(TargetBinding {
            terms: terms.collect::<Result<_>>()?,
            target: self.target,
            mesh: self.mesh,
            over: over.transpose()?,
            offset: self.offset,
            range: self.range,
        })
    }
}

impl JointEntry {
    fn of(binding: &JointBinding) -> Self {
        let turn = |term: &JointTerm| Turn {
            channel: term.channel.name().to_owned(),
            axis: term.axis,
            gain: term.gain,
        };
        Self {
            joint: binding.joint.clone(),
            turns: binding.terms.iter().map(turn).collect(),
        }
    }

    fn into_binding(self, path: &Path) -> Result<JointBinding> {
        let context = format!("joint '{}'", self.joint);
        let term = |turn: &Turn| {
            check_finite(turn.axis.iter().chain([&turn.gain]), &context, path)?;
            let length = turn.axis.iter().map(|part| part * part).sum::<f32>().sqrt();
            if !(length.is_finite() && length > SHORTEST_AXIS) {
                return Err(rig_map_error(
                    path,
                    format!("{context}: an axis has no direction"),
                ));
            }
            Ok(JointTerm {
                channel: channel(&turn.channel, &context, path)?,
                axis: if (length - 1.0).abs() < UNIT_TOLERANCE {
                    turn.axis
                } else {
                    turn.axis.map(|part| part / length)
                },
                gain: turn.gain,
            })
        };
        Ok(JointBinding {
            terms: self.turns.iter().map(term).collect::<Result<_>>()?,
            joint: self.joint,
        })
    }
}

fn channel(name: &str, context: &str, path: &Path) -> Result<Channel> {
    name.parse()
        .map_err(|error| rig_map_error(path, format!("{context}: {error}")))
}

fn check_finite<'a>(
    mut numbers: impl Iterator<Item = &'a f32>,
    context: &str,
    path: &Path,
) -> Result<()> {
    if numbers.all(|number| number.is_finite()) {
        return Ok(());
    }
    Err(rig_map_error(
        path,
        format!("{context}: a number is too large"),
    ))
}

fn rig_map_error(path: &Path, reason: impl Into<String>) -> FormatError {
    FormatError::invalid(
        path,
        "rig map",
        reason,
        "correct it, or let MetaFace write a new one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RigMap> {
        RigMap::from_json(text.as_bytes(), Path::new("hero.rigmap.json"))
    }

    #[test]
    fn a_written_map_is_read_back_unchanged() {
        let map = RigMap {
            targets: vec![TargetBinding {
                target: "口.open".to_owned(),
                mesh: Some("Face".to_owned()),
                terms: vec![(Channel::JawOpen, 1.25), (Channel::MouthClose, -0.1)],
                over: Some(Channel::MouthFunnel),
                offset: 0.5,
                range: [-1.0, 2.0],
            }],
            joints: vec![JointBinding {
                joint: "Head".to_owned(),
                terms: vec![JointTerm {
                    channel: Channel::HeadYaw,
                    axis: [0.0, 1.0, 0.0],
                    gain: 0.5,
                }],
            }],
        };
        assert_eq!(read(&map.to_json()).expect("read"), map);
    }

    #[test]
    fn errors_in_a_map_are_reported_with_their_cause() {
        let head = r#"{"schema":"metaface.rigmap","version":1,"#;
        for (text, reason) in [
            ("{", "EOF".to_owned()),
            ("[]", "schema".to_owned()),
            (
                r#"{"schema":"metaface.rigmap","version":3,"new":[]}"#,
                "update MetaFace".to_owned(),
            ),
            (
                &format!(r#"{head}"target":[]}}"#),
                "unknown field".to_owned(),
            ),
            (
                &format!(r#"{head}"targets":[{{"target":"a","channels":{{"JawOpn":1}}}}]}}"#),
                "JawOpn".to_owned(),
            ),
            (
                &format!(r#"{head}"targets":[{{"target":"a","channels":{{}},"range":[1,0]}}]}}"#),
                "starts above".to_owned(),
            ),
            (
                &format!(r#"{head}"targets":[{{"target":"a","channels":{{"JawOpen":1e39}}}}]}}"#),
                "large".to_owned(),
            ),
            (
                &format!(
                    r#"{head}"joints":[{{"joint":"a","turns":[{{"channel":"HeadYaw","axis":[0,0,0]}}]}}]}}"#
                ),
                "direction".to_owned(),
            ),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(
                error.contains(&reason) && error.contains("hero.rigmap.json"),
                "{error}"
            );
        }
    }
}
