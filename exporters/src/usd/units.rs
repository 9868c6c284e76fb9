//! Converts between a stage's units and up-axis and metres with Y up.

use super::scene::Scene;
use crate::Result;
use crate::character::Character;
use crate::transform::{self, Matrix4};

/// UsdGeom's default of `metersPerUnit`: centimetres.
const DEFAULT_METRES_PER_UNIT: f64 = 0.01;

/// A stage's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Units {
    pub(super) metres_per_unit: f64,
    pub(super) z_up: bool,
}

impl Units {
    pub(super) fn of(scene: &Scene<'_>) -> Result<Self> {
        let metres = scene
            .number("metersPerUnit")?
            .filter(|m| m.is_finite() && *m > 0.0);
        let up = scene.text("upAxis")?;
        Ok(Self {
            metres_per_unit: metres.unwrap_or(DEFAULT_METRES_PER_UNIT),
            z_up: up.is_some_and(|axis| axis.eq_ignore_ascii_case("z")),
        })
    }

    /// Converts a character; the frames of joints are rotated as well.
    pub(super) fn convert(&self, character: &mut Character) {
        if *self
            == (Self {
                metres_per_unit: 1.0,
                z_up: false,
            })
        {
            return;
        }
        for node in &mut character.nodes {
            node.translation = self.length(node.translation);
            node.rotation = self.rotation(node.rotation);
            if self.z_up {
                node.scale.swap(1, 2);
            }
        }
        for mesh in &mut character.meshes {
            for p in &mut mesh.positions {
                *p = self.length(*p);
            }
            for n in &mut mesh.normals {
                *n = self.axes(*n);
            }
            for target in &mut mesh.targets {
                for p in &mut target.offsets {
                    *p = self.length(*p);
                }
                for n in &mut target.normal_offsets {
                    *n = self.axes(*n);
                }
            }
        }
        let [to, from] = [self.matrix(), self.inverse_matrix()];
        for matrix in character
            .skins
            .iter_mut()
            .flat_map(|skin| &mut skin.inverse_bind)
        {
            let converted = transform::multiply(&to, &matrix.map(f64::from));
            *matrix = transform::multiply(&converted, &from).map(|v| v as f32);
        }
    }

    /// Converts a rotation from the stage's axes to the character's.
    pub(super) fn rotation(&self, [x, y, z, w]: [f32; 4]) -> [f32; 4] {
        let [x, y, z] = self.axes([x, y, z]);
        [x, y, z, w]
    }

    /// Converts a rotation from the character's axes to the stage's.
    pub(super) fn stage_rotation(&self, [x, y, z, w]: [f32; 4]) -> [f32; 4] {
        if self.z_up {
            [x, -z, y, w]
        } else {
            [x, y, z, w]
        }
    }

    fn axes(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        if self.z_up { [x, z, -y] } else { [x, y, z] }
    }

    fn length(&self, v: [f32; 3]) -> [f32; 3] {
        self.axes(v)
            .map(|v| (f64::from(v) * self.metres_per_unit) as f32)
    }

    fn matrix(&self) -> Matrix4 {
        let s = self.metres_per_unit;
        let mut m = transform::IDENTITY;
        (m[0], m[5], m[10]) = (s, s, s);
        if self.z_up {
            (m[5], m[6], m[9], m[10]) = (0.0, -s, s, 0.0);
        }
        m
    }

    fn inverse_matrix(&self) -> Matrix4 {
        let s = 1.0 / self.metres_per_unit;
        let mut m = transform::IDENTITY;
        (m[0], m[5], m[10]) = (s, s, s);
        if self.z_up {
            (m[5], m[6], m[9], m[10]) = (0.0, s, -s, 0.0);
        }
        m
    }
}
