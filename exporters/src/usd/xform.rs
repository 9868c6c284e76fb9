//! A prim's place relative to its parent, from its ordered transform operations.

use openusd::sdf::Value;

use super::scene::Scene;
use super::values::{number, texts};
use crate::Result;
use crate::transform::{self, IDENTITY, Matrix};

/// A prim's local matrix.
pub(super) struct Place {
    pub(super) matrix: Matrix,
    /// Whether the prim ignores its parents' transforms.
    pub(super) from_root: bool,
}

/// Reads `xformOpOrder` and the operations that it names; operations apply last to first.
pub(super) fn place(scene: &Scene<'_>, prim: &str) -> Result<Place> {
    let mut place = Place {
        matrix: IDENTITY,
        from_root: false,
    };
    for entry in texts(scene.value(prim, "xformOpOrder")?) {
        if entry == "!resetXformStack!" {
            place = Place {
                matrix: IDENTITY,
                from_root: true,
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
            .ok_or_else(|| scene.broken(prim, &format!("'{name}' is no known transform")))?;
        if inverted {
            matrix = transform::inverse(&matrix)
                .ok_or_else(|| scene.broken(prim, &format!("'{name}' cannot be inverted")))?;
        }
        place.matrix = transform::multiply(&place.matrix, &matrix);
    }
    Ok(place)
}

fn operation(kind: &str, value: &Value) -> Option<Matrix> {
    let one = || number(value);
    let vector = || vector(value);
    Some(match kind {
        "transform" => match value {
            Value::Matrix4d(m) => m.0,
            _ => return None,
        },
        "translate" => moved(vector()?),
        "translateX" => moved([one()?, 0.0, 0.0]),
        "translateY" => moved([0.0, one()?, 0.0]),
        "translateZ" => moved([0.0, 0.0, one()?]),
        "scale" => scaled(vector()?),
        "scaleX" => scaled([one()?, 1.0, 1.0]),
        "scaleY" => scaled([1.0, one()?, 1.0]),
        "scaleZ" => scaled([1.0, 1.0, one()?]),
        "orient" => turned(match value {
            Value::Quatf(q) => [q.x, q.y, q.z, q.w].map(f64::from),
            Value::Quatd(q) => [q.x, q.y, q.z, q.w],
            Value::Quath(q) => [q.x, q.y, q.z, q.w].map(|v| v.to_f64()),
            _ => return None,
        }),
        "rotateX" => about(0, one()?),
        "rotateY" => about(1, one()?),
        "rotateZ" => about(2, one()?),
        _ => {
            // `rotateXYZ` turns about X first.
            let angles = vector()?;
            let axes = kind.strip_prefix("rotate").filter(|axes| axes.len() == 3)?;
            axes.chars().try_fold(IDENTITY, |matrix, axis| {
                let axis = "XYZ".find(axis)?;
                Some(transform::multiply(&about(axis, angles[axis]), &matrix))
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

fn moved([x, y, z]: [f64; 3]) -> Matrix {
    let mut m = IDENTITY;
    [m[12], m[13], m[14]] = [x, y, z];
    m
}

fn scaled([x, y, z]: [f64; 3]) -> Matrix {
    let mut m = IDENTITY;
    [m[0], m[5], m[10]] = [x, y, z];
    m
}

/// A turn by degrees about a coordinate axis.
fn about(axis: usize, degrees: f64) -> Matrix {
    let (sin, cos) = (degrees.to_radians() / 2.0).sin_cos();
    let mut q = [0.0, 0.0, 0.0, cos];
    q[axis] = sin;
    turned(q)
}

fn turned(q: [f64; 4]) -> Matrix {
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
    fn rotate_xyz_turns_about_x_first() {
        let matrix = operation("rotateXYZ", &Value::Vec3f(vec3f(90.0, 0.0, 90.0)));
        let [x, y, z] = transform::point(&matrix.expect("a turn"), [0.0, 1.0, 0.0]);
        // Y goes to Z about X, and stays there about Z.
        assert!(x.abs() < 1e-9 && y.abs() < 1e-9 && (z - 1.0).abs() < 1e-9);
        assert!(operation("rotateXQZ", &Value::Vec3f(vec3f(1.0, 2.0, 3.0))).is_none());
        assert!(operation("scale", &Value::Float(2.0)).is_none());
    }
}
