//! Writes a character, with or without animation, as one USD asset.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use openusd::sdf::{FieldKey, Value};

use super::animation::{self, AnimatedJoint, BlendShapeChannels, Key, Weight};
use super::clip_record::{self, ClipRecord};
use super::layer::Layer;
use super::material::{self, Texture};
use super::mesh::{self, MeshContext};
use super::names::{UniqueNames, identifier};
use super::skeleton::Skeletons;
use super::{UsdEncoding, invalid, package::package};
use crate::deform::mesh_nodes;
use crate::{Character, JointTrack, Performance, Result, files};

/// A USD file and its external textures.
#[derive(Debug, Clone, PartialEq)]
pub struct UsdFiles {
    /// The file itself.
    pub bytes: Vec<u8>,
    /// Paths relative to the file's folder, and contents. Empty for a package, which contains them.
    pub textures: Vec<(PathBuf, Vec<u8>)>,
}

impl UsdFiles {
    /// The paths of all files that [`write`](Self::write) writes, the USD file first.
    pub fn paths(&self, output: &Path) -> Vec<PathBuf> {
        let folder = output.parent().unwrap_or(Path::new(""));
        let textures = self.textures.iter().map(|(name, _)| folder.join(name));
        std::iter::once(output.to_owned()).chain(textures).collect()
    }

    /// Writes the textures, then the USD file at `output`.
    ///
    /// # Errors
    /// [`FormatError::Write`](crate::FormatError::Write).
    pub fn write(&self, output: &Path) -> Result<()> {
        let paths = self.paths(output);
        for (path, (_, bytes)) in paths[1..].iter().zip(&self.textures) {
            files::write(path, bytes)?;
        }
        files::write(output, &self.bytes)
    }
}

/// A complete UsdSkel asset for the file name `output`, whose ending selects the encoding: meshes,
/// blendshapes, a skeleton, materials and, with a performance, one SkelAnimation. Units are metres
/// with Y up; time codes count the performance's frames, from its `start_frame`.
///
/// Meshes whose targets share a name share an animation channel, unless their weights differ.
/// Nothing is written to disk: see [`UsdFiles::write`].
///
/// # Errors
/// [`FormatError::Invalid`](crate::FormatError::Invalid) for an unknown ending, a performance of
/// another character, or a skin that cannot be inverted;
/// [`FormatError::Undecoded`](crate::FormatError::Undecoded) for a mesh whose geometry could not be
/// decoded.
pub fn write_character(
    output: &Path,
    character: &Character,
    performance: Option<&Performance>,
) -> Result<UsdFiles> {
    let encoding = UsdEncoding::of(output)?;
    character.require_geometry()?;
    if let Some(reason) = inconsistency(character, performance) {
        return Err(invalid(
            output,
            reason,
            "create the performance for the same character",
        ));
    }
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let folder = match encoding {
        UsdEncoding::Package => "textures".to_owned(),
        _ => format!("{stem}.textures"),
    };
    let textures = material::textures(character, &folder);
    let layer = layer(character, performance, &textures, output)?;
    let textures = textures.into_iter().flatten();
    if encoding == UsdEncoding::Package {
        let root = layer.encode(UsdEncoding::Crate, output)?;
        let mut entries = vec![(format!("{}.usdc", identifier(&stem, "character")), root)];
        entries.extend(textures.map(|texture| (texture.name, texture.bytes)));
        return Ok(UsdFiles {
            bytes: package(&entries, output)?,
            textures: Vec::new(),
        });
    }
    Ok(UsdFiles {
        bytes: layer.encode(encoding, output)?,
        textures: textures.map(|t| (PathBuf::from(t.name), t.bytes)).collect(),
    })
}

fn layer(
    character: &Character,
    performance: Option<&Performance>,
    textures: &[Option<Texture>],
    output: &Path,
) -> Result<Layer> {
    let root_name = identifier(&character.name, "Character");
    let root = format!("/{root_name}");
    let mut layer = Layer::new();
    layer.metadata(FieldKey::DefaultPrim, Value::Token(root_name.into()));
    layer.metadata("upAxis", Value::Token("Y".into()));
    layer.metadata("metersPerUnit", Value::Double(1.0));
    let keys = performance
        .map(|p| timing(&mut layer, p))
        .unwrap_or_default();

    layer.define(&root, "SkelRoot", &["SkelBindingAPI"]);
    layer.field(&root, FieldKey::Kind, Value::Token("component".into()));
    let skeletons = Skeletons::of(character, performance, output)?;
    let mut names = UniqueNames::default();
    for reserved in ["Animation", "Materials"] {
        names.take(reserved.to_owned());
    }
    for skeleton in 0..skeletons.count() {
        names.take(Skeletons::prim_name(skeleton));
    }
    let animation = format!("{root}/Animation");
    let frame_count = performance.map_or(0, |performance| performance.frame_count);
    let mut channels = BlendShapeChannels::default();
    let mut meshes = Vec::new();
    for (index, node, mesh) in mesh_nodes(character) {
        let original_name = if node.name.is_empty() {
            &mesh.name
        } else {
            &node.name
        };
        let name = names.take(identifier(original_name, "Mesh"));
        let weights = weights(index, mesh, performance);
        let targets = mesh::target_names(mesh);
        let used = channels.add_mesh(&name, &targets, &weights, frame_count);
        meshes.push((index, node, mesh, format!("{root}/{name}"), used));
    }
    let joints = animated_joints(&skeletons, performance);
    let animated = !channels.names().is_empty() || !joints.is_empty();
    skeletons.define(&mut layer, &root, character, animated.then_some(&animation));
    if animated {
        animation::define(&mut layer, &animation, &channels, &joints, &keys);
    }
    let materials = material::define(
        &mut layer,
        &format!("{root}/Materials"),
        character,
        textures,
    );
    let context = MeshContext {
        root: &root,
        character,
        materials: &materials,
    };
    for (index, node, mesh, path, used) in meshes {
        if let Some(binding) = skeletons.bindings.get(&index) {
            mesh::define(&mut layer, &path, &context, (node, mesh), binding, &used);
        }
    }
    Ok(layer)
}

/// Writes the layer's time fields; returns the samples to write.
fn timing(layer: &mut Layer, performance: &Performance) -> Vec<Key> {
    let rate = Value::Double(performance.rate.as_f64());
    layer.metadata(FieldKey::TimeCodesPerSecond, rate.clone());
    layer.metadata(FieldKey::FramesPerSecond, rate);
    let keys = keys(performance, |frame| performance.start_frame + frame);
    describe(layer, performance, &keys);
    keys
}

/// The frames that are written as samples, with their time codes. A SkelAnimation stores all
/// weights in one array, so a key of any track is a sample of all tracks.
pub(super) fn keys(performance: &Performance, time_code: impl Fn(f64) -> f64) -> Vec<Key> {
    let mesh_keys = performance.meshes.iter().map(|track| &track.keys);
    let joint_keys = performance.joints.iter().map(|track| &track.keys);
    let reduced: Option<BTreeSet<usize>> = mesh_keys
        .chain(joint_keys)
        .map(Option::as_ref)
        .try_fold(BTreeSet::new(), |mut all, keys| {
            all.extend(keys?);
            Some(all)
        })
        .filter(|all| !all.is_empty());
    let frames: Vec<usize> = match reduced {
        Some(frames) => frames.into_iter().collect(),
        None => (0..performance.frame_count).collect(),
    };
    frames
        .into_iter()
        .map(|frame| (frame, time_code(frame as f64)))
        .collect()
}

/// Writes the animation's time range and clip record.
pub(super) fn describe(layer: &mut Layer, performance: &Performance, keys: &[Key]) {
    if let (Some(&(_, start)), Some(&(_, end))) = (keys.first(), keys.last()) {
        layer.metadata(FieldKey::StartTimeCode, Value::Double(start));
        layer.metadata(FieldKey::EndTimeCode, Value::Double(end));
    }
    layer.custom_data(clip_record::NAME, ClipRecord::entries(performance));
}

/// The weights of a mesh node's targets: animated, or at rest.
pub(super) fn weights<'a>(
    node: usize,
    mesh: &crate::character::Mesh,
    performance: Option<&'a Performance>,
) -> Vec<Weight<'a>> {
    let track = performance
        .filter(|performance| performance.frame_count > 0)
        .and_then(|performance| performance.meshes.iter().find(|track| track.node == node));
    let weight = |target: usize| match track {
        Some(track) => Weight::Driven {
            frames: &track.weights,
            target,
        },
        None => Weight::Rest(mesh.rest_weights.get(target).copied().unwrap_or(0.0)),
    };
    (0..mesh.targets.len()).map(weight).collect()
}

fn animated_joints<'a>(
    skeletons: &Skeletons,
    performance: Option<&'a Performance>,
) -> Vec<AnimatedJoint<'a>> {
    let tracks: &[JointTrack] = performance.map_or(&[], |performance| &performance.joints);
    let joint = |track: &'a JointTrack| {
        let joint = skeletons
            .joints
            .iter()
            .position(|&node| node == track.node)?;
        Some(AnimatedJoint {
            token: skeletons.tokens[joint].clone(),
            translations: vec![skeletons.frames[joint].translation],
            scales: vec![skeletons.frames[joint].scale],
            rotations: (&track.rotations[..]).into(),
        })
    };
    tracks.iter().filter_map(joint).collect()
}

/// Why character or performance are inconsistent or do not match, if so.
pub(super) fn inconsistency(
    character: &Character,
    performance: Option<&Performance>,
) -> Option<String> {
    for mesh in &character.meshes {
        let points = mesh.positions.len();
        let mut indices = mesh.sections.iter().flat_map(|section| &section.indices);
        if indices.any(|&i| i as usize >= points) {
            return Some(format!(
                "mesh '{}' has a triangle with a vertex that does not exist",
                mesh.name
            ));
        }
        for target in &mesh.targets {
            let moved = target.indices.len();
            let normals = target.normal_offsets.len();
            let is_consistent = target.offsets.len() == moved
                && (normals == 0 || normals == moved)
                && target.indices.iter().all(|&i| (i as usize) < points);
            if !is_consistent {
                let (target, mesh) = (&target.name, &mesh.name);
                return Some(format!(
                    "target '{target}' does not match its mesh '{mesh}'"
                ));
            }
        }
    }
    let performance = performance?;
    let count = performance.frame_count;
    if keys(performance, |frame| frame)
        .iter()
        .any(|&(frame, _)| frame >= count)
    {
        return Some(format!("a key is beyond the {count} frames"));
    }
    for track in &performance.meshes {
        let mesh = character
            .nodes
            .get(track.node)
            .and_then(|node| character.meshes.get(node.mesh?));
        let targets = mesh.map(|mesh| mesh.targets.len());
        let has_all_frames = track.weights.len() == count;
        if !has_all_frames
            || track
                .weights
                .iter()
                .any(|frame| Some(frame.len()) != targets)
        {
            return Some(format!(
                "the weights of node {} do not match its mesh",
                track.node
            ));
        }
    }
    let joint = performance
        .joints
        .iter()
        .find(|track| track.node >= character.nodes.len() || track.rotations.len() != count)?;
    Some(format!(
        "the rotations of node {} do not match the character",
        joint.node
    ))
}
