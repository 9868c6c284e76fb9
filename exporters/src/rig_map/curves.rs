//! A clip as named curves, for rigs that are driven by curves instead of morph targets.

use metaface_clip::Clip;

use super::RigMap;

/// One named curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The target's name in the rig map.
    pub name: String,
    /// The weight at each frame.
    pub values: Vec<f32>,
}

impl RigMap {
    /// The clip as curves, one for each target that is not restricted to a mesh, in the map's
    /// order. For rigs that are driven by curves, such as [`RigMap::metahuman`]'s. If a frame has
    /// values that are not finite, the curve has its offset there. Additive clips as in
    /// [`RigMap::drive`].
    pub fn curves(&self, clip: &Clip) -> Vec<Curve> {
        if clip.is_additive() {
            self.additive().all_curves(clip)
        } else {
            self.all_curves(clip)
        }
    }

    /// The meshes that targets are restricted to, without duplicates, in the map's order. Those
    /// targets are not in [`RigMap::curves`].
    pub fn meshes(&self) -> Vec<&str> {
        let mut meshes = Vec::new();
        let targets = self.targets.iter();
        for mesh in targets.filter_map(|target| target.mesh.as_deref()) {
            if !meshes.contains(&mesh) {
                meshes.push(mesh);
            }
        }
        meshes
    }

    fn all_curves(&self, clip: &Clip) -> Vec<Curve> {
        let unrestricted = self.targets.iter().filter(|target| target.mesh.is_none());
        let curves = unrestricted.map(|target| Curve {
            name: target.target.clone(),
            values: (clip.frames.iter())
                .map(|frame| target.value(frame).unwrap_or(target.offset))
                .collect(),
        });
        curves.collect()
    }
}
