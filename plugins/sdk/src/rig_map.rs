//! Rig maps: which channel drives which morph target or joint of a character.

use std::path::Path;

use metaface_exporters as exporters;
use metaface_exporters::RigMap as Map;

use crate::bridge::ffi::{Curve, Report, ReportLine};
use crate::character::Character;
use crate::clip::Clip;
use crate::failure::{Failure, Result, guard};
use crate::performance::Performance;
use crate::text::path;

/// `metaface::RigMap`.
#[derive(Clone)]
pub struct RigMap(pub Map);

pub fn discover(character: &Character) -> Result<Box<RigMap>> {
    guard(|| Ok(Box::new(RigMap(Map::discover(&character.inner).map))))
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

pub fn report(rig_map: &RigMap, character: &Character) -> Result<Report> {
    guard(|| {
        // Discovery knows why a target or channel is not driven; a map from a file does not.
        let discovered = Map::discover(&character.inner);
        let discovery = if discovered.map == rig_map.0 {
            discovered
        } else {
            rig_map.0.describe(&character.inner)
        };
        Ok(report_of(discovery))
    })
}

fn report_of(discovery: exporters::rig_map::Discovery) -> Report {
    let empty_line = || ReportLine {
        name: String::new(),
        meshes: Vec::new(),
        channels: Vec::new(),
        gains: Vec::new(),
        reason: String::new(),
    };
    let driven = discovery.driven.into_iter().map(|driven| {
        let (channels, gains) = driven.channels.into_iter().unzip();
        ReportLine {
            name: driven.target,
            meshes: driven.meshes,
            channels,
            gains,
            ..empty_line()
        }
    });
    let joints = discovery
        .driven_joints
        .into_iter()
        .map(|driven| ReportLine {
            name: driven.joint,
            channels: driven.channels,
            ..empty_line()
        });
    let targets = discovery
        .undriven_targets
        .into_iter()
        .map(|undriven| ReportLine {
            name: undriven.target,
            meshes: undriven.meshes,
            reason: undriven.reason,
            ..empty_line()
        });
    let channels = discovery
        .undriven_channels
        .into_iter()
        .map(|undriven| ReportLine {
            name: undriven.channel,
            reason: undriven.reason,
            ..empty_line()
        });
    Report {
        driven: driven.collect(),
        driven_joints: joints.collect(),
        undriven_targets: targets.collect(),
        undriven_channels: channels.collect(),
        warnings: discovery.warnings,
    }
}

pub fn curves(rig_map: &RigMap, clip: &Clip) -> Result<Vec<Curve>> {
    guard(|| {
        let curves = rig_map.0.curves(&clip.to_core()).into_iter();
        let to_bridge = |exporters::rig_map::Curve { name, values }| Curve { name, values };
        Ok(curves.map(to_bridge).collect())
    })
}

pub fn drive(rig_map: &RigMap, character: &Character, clip: &Clip) -> Result<Box<Performance>> {
    guard(|| {
        let performance = rig_map.0.drive(&character.inner, &clip.to_core());
        Ok(Performance::new(&performance, character))
    })
}

pub fn recover(
    rig_map: &RigMap,
    character: &Character,
    performance: &Performance,
) -> Result<Box<Clip>> {
    guard(|| {
        performance.check_character(character)?;
        if performance.is_empty() {
            return Err(Failure::argument(
                "the performance has no tracks to recover a clip from",
            ));
        }
        let clip = rig_map
            .0
            .recover(&character.inner, &performance.to_exporters());
        clip.validate()?;
        Ok(Clip::new(clip, None, Vec::new()))
    })
}
