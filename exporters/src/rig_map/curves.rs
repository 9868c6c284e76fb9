//! A clip as the named curves of a rig that is no mesh with shapes.

use metaface_clip::Clip;

use super::RigMap;

/// One named curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The target's name in the rig map.
    pub name: String,
    /// Its weight, frame by frame.
    pub values: Vec<f32>,
}

impl RigMap {
    /// The clip as curves, one for each target that the map does not restrict to a mesh, in the
    /// map's order: for rigs that are driven by curves, such as [`RigMap::metahuman`]'s. A frame
    /// without a number leaves a curve at its offset. Additive clips as in [`RigMap::drive`].
    pub fn curves(&self, clip: &Clip) -> Vec<Curve> {
        match clip.is_additive() {
            true => self.additive().all_curves(clip),
            false => self.all_curves(clip),
        }
    }

    /// The meshes that targets are restricted to, each once, in the map's order; those targets
    /// are not among [`RigMap::curves`].
    pub fn meshes(&self) -> Vec<&str> {
        let mut meshes = Vec::new();
        let restricting = self.targets.iter();
        for mesh in restricting.filter_map(|target| target.mesh.as_deref()) {
            if !meshes.contains(&mesh) {
                meshes.push(mesh);
            }
        }
        meshes
    }

    fn all_curves(&self, clip: &Clip) -> Vec<Curve> {
        let everywhere = self.targets.iter().filter(|target| target.mesh.is_none());
        let curves = everywhere.map(|target| Curve {
            name: target.target.clone(),
            values: (clip.frames.iter())
                .map(|frame| target.value(frame).unwrap_or(target.offset))
                .collect(),
        });
        curves.collect()
    }
}
