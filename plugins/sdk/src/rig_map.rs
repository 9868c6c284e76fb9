//! Which channel drives which of a character's shapes and joints.

use std::path::Path;

use metaface_exporters as exporters;
use metaface_exporters::RigMap as Map;

use crate::bridge::ffi::{Curve, Findings, Told};
use crate::character::Character;
use crate::clip::Clip;
use crate::failure::{Failure, Result, guard};
use crate::performance::Performance;
use crate::text::path;

/// `metaface::RigMap`.
#[derive(Clone)]
pub struct RigMap(pub Map);

pub fn discover(character: &Character) -> Result<Box<RigMap>> {
    guard(|| Ok(Box::new(RigMap(Map::discover(&character.whole).map))))
}

pub fn metahuman() -> Result<Box<RigMap>> {
    guard(|| Ok(Box::new(RigMap(Map::metahuman()))))
}

pub fn open_rig_map(file: &[u8]) -> Result<Box<RigMap>> {
    guard(|| Ok(Box::new(RigMap(Map::read(&path(file))?))))
}

pub fn rig_map_from_json(text: &str) -> Result<Box<RigMap>> {
    guard(|| {
        let map = Map::from_json(text.as_bytes(), Path::new("rig map"))?;
        Ok(Box::new(RigMap(map)))
    })
}

pub fn rig_map_json(rig_map: &RigMap) -> String {
    rig_map.0.to_json()
}

pub fn rig_map_meshes(rig_map: &RigMap) -> Vec<String> {
    rig_map.0.meshes().into_iter().map(str::to_owned).collect()
}

pub fn save_rig_map(rig_map: &RigMap, file: &[u8]) -> Result<()> {
    guard(|| Ok(rig_map.0.write(&path(file))?))
}

pub fn report(rig_map: &RigMap, character: &Character) -> Result<Findings> {
    guard(|| {
        // Of a map that was found, the reasons for what it leaves alone are known.
        let found = Map::discover(&character.whole);
        let discovery = match found.map == rig_map.0 {
            true => found,
            false => rig_map.0.describe(&character.whole),
        };
        Ok(findings(discovery))
    })
}

fn findings(discovery: exporters::rig_map::Discovery) -> Findings {
    let nothing = || Told {
        name: String::new(),
        meshes: Vec::new(),
        channels: Vec::new(),
        gains: Vec::new(),
        reason: String::new(),
    };
    let driven = discovery.driven.into_iter().map(|driven| {
        let (channels, gains) = driven.channels.into_iter().unzip();
        Told {
            name: driven.target,
            meshes: driven.meshes,
            channels,
            gains,
            ..nothing()
        }
    });
    let joints = discovery.driven_joints.into_iter().map(|driven| Told {
        name: driven.joint,
        channels: driven.channels,
        ..nothing()
    });
    let targets = discovery.undriven_targets.into_iter().map(|left| Told {
        name: left.target,
        meshes: left.meshes,
        reason: left.reason,
        ..nothing()
    });
    let channels = discovery.undriven_channels.into_iter().map(|left| Told {
        name: left.channel,
        reason: left.reason,
        ..nothing()
    });
    Findings {
        driven: driven.collect(),
        driven_joints: joints.collect(),
        undriven_targets: targets.collect(),
        undriven_channels: channels.collect(),
        warnings: discovery.warnings,
    }
}

pub fn curves(rig_map: &RigMap, clip: &Clip) -> Result<Vec<Curve>> {
    guard(|| {
        let curves = rig_map.0.curves(&clip.whole()).into_iter();
        let curves =
            curves.map(|exporters::rig_map::Curve { name, values }| Curve { name, values });
        Ok(curves.collect())
    })
}

pub fn drive(rig_map: &RigMap, character: &Character, clip: &Clip) -> Result<Box<Performance>> {
    guard(|| {
        let whole = rig_map.0.drive(&character.whole, &clip.whole());
        Ok(Performance::new(&whole, character))
    })
}

pub fn recover(
    rig_map: &RigMap,
    character: &Character,
    performance: &Performance,
) -> Result<Box<Clip>> {
    guard(|| {
        performance.must_be_of(character)?;
        if performance.is_empty() {
            return Err(Failure::argument(
                "the performance has no tracks, so nothing can be told from it",
            ));
        }
        let clip = rig_map.0.recover(&character.whole, &performance.whole());
        clip.validate()?;
        Ok(Clip::new(clip, None, Vec::new()))
    })
}
