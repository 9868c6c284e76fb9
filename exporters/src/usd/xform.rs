//! Reads a prim's local transform from its ordered transform operations.

use openusd::sdf::Value;

use super::scene::Scene;
use super::values::{number, texts};
use crate::Result;
use crate::transform::{self, IDENTITY, Matrix4};

/// A prim's local transform.
pub(super) struct LocalTransform {
    pub(super) matrix: Matrix4,
    /// Whether the prim ignores the transforms of its ancestors.
    pub(super) resets_stack: bool,
}

/// Reads `xformOpOrder` and its operations, which are applied from last to first.
pub(super) fn local_transform(scene: &Scene<'_>, prim: &str) -> Result<LocalTransform> {
    let mut local = LocalTransform {
        matrix: IDENTITY,
        resets_stack: false,
    };
    for entry in texts(scene.value(prim, "xformOpOrder")?) {
        if entry == "!resetXformStack!" {
            local = LocalTransform {
                matrix: IDENTITY,
                resets_stack: true,
            };
            continue;
        }
        let (name, inverted) = match entry.strip_prefix("!invert!") {
            Some(name) => (name, true),
            None => (entry.as_str(), false),
        };
        let Some(value) = scene.value(prim, name)? else {
            continue;
        };
        let kind = name.split(':').nth(1).unwrap_or_default();
        let mut matrix = operation(kind, &value)
            .ok_or_else(|| scene.broken(prim, &format!("'{name}' is not a known transform")))?;
        if inverted {
            matrix = transform::inverse(&matrix)
                .ok_or_else(|| scene.broken(prim, &format!("'{name}' cannot be inverted")))?;
        }
        local.matrix = transform::multiply(&local.matrix, &matrix);
    }
    Ok(local)
}

fn operation(kind: &str, value: &Value) -> Option<Matrix4> {
    let one = || number(value);
    let vector = || vector(value);
    Some(match kind {
        "transform" => match value {
            Value::Matrix4d(m) => m.0,
            _ => return None,
        },
        "translate" => translation(vector()?),
        "translateX" => translation([one()?, 0.0, 0.0]),
        "translateY" => translation([0.0, one()?, 0.0]),
        "translateZ" => translation([0.0, 0.0, one()?]),
        "scale" => scale(vector()?),
        "scaleX" => scale([one()?, 1.0, 1.0]),
        "scaleY" => scale([1.0, one()?, 1.0]),
        "scaleZ" => scale([1.0, 1.0, one()?]),
        "orient" => rotation(match value {
            Value::Quatf(q) => [q.x, q.y, q.z, q.w].map(f64::from),
            Value::Quatd(q) => [q.x, q.y, q.z, q.w],
            Value::Quath(q) => [q.x, q.y, q.z, q.w].map(|v| v.to_f64()),
            _ => return None,
        }),
        "rotateX" => axis_rotation(0, one()?),
        "rotateY" => axis_rotation(1, one()?),
        "rotateZ" => axis_rotation(2, one()?),
        _ => {
            // `rotateXYZ` rotates about X first.
            let angles = vector()?;
            let axes = kind.strip_prefix("rotate").filter(|axes| axes.len() == 3)?;
            axes.chars().try_fold(IDENTITY, |matrix, axis| {
                let axis = "XYZ".find(axis)?;
                Some(transform::multiply(
                    &axis_rotation(axis, angles[axis]),
                    &matrix,
                ))
            })?
        }
    })
}

fn vector(value: &Value) -> Option<[f64; 3]> {
    Some(match value {
        Value::Vec3d(v) => [v.x, v.y, v.z],
        Value::Vec3f(v) => [v.x, v.y, v.z].map(f64::from),
        Value::Vec3h(v) => [v.x, v.y, v.z].map(|v| v.to_f64()),
        _ => return None,
    })
}

fn translation([x, y, z]: [f64; 3]) -> Matrix4 {
    let mut m = IDENTITY;
    [m[12], m[13], m[14]] = [x, y, z];
    m
}

fn scale([x, y, z]: [f64; 3]) -> Matrix4 {
    let mut m = IDENTITY;
    [m[0], m[5], m[10]] = [x, y, z];
    m
}

/// A rotation about a coordinate axis, in degrees.
fn axis_rotation(axis: usize, degrees: f64) -> Matrix4 {
    let (sin, cos) = (degrees.to_radians() / 2.0).sin_cos();
    let mut q = [0.0, 0.0, 0.0, cos];
    q[axis] = sin;
    rotation(q)
}

fn rotation(q: [f64; 4]) -> Matrix4 {
    let length = q.iter().map(|v| v * v).sum::<f64>().sqrt();
    if length == 0.0 {
        return IDENTITY;
    }
    transform::rotation(q.map(|v| v / length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use openusd::gf::vec3f;

    #[test]
    fn rotate_xyz_rotates_about_x_first() {
        let matrix = operation("rotateXYZ", &Value::Vec3f(vec3f(90.0, 0.0, 90.0)));
        let [x, y, z] = transform::point(&matrix.expect("a turn"), [0.0, 1.0, 0.0]);
        // About X, Y becomes Z; the rotation about Z does not change it.
        assert!(x.abs() < 1e-9 && y.abs() < 1e-9 && (z - 1.0).abs() < 1e-9);
        assert!(operation("rotateXQZ", &Value::Vec3f(vec3f(1.0, 2.0, 3.0))).is_none());
        assert!(operation("scale", &Value::Float(2.0)).is_none());
    }
}
