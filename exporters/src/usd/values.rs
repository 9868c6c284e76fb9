//! Converts USD values to plain numbers and text.

use openusd::sdf::{Value, ValueKind};

/// A single number of any width.
pub(super) fn number(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Double(v) => *v,
        Value::Float(v) => f64::from(*v),
        Value::Half(v) => v.to_f64(),
        Value::Int(v) => f64::from(*v),
        _ => return None,
    })
}

/// A token or string.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Token(text) => Some(text.as_str().to_owned()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// A `token[]` or `string[]`; empty for anything else.
pub(super) fn texts(value: Option<Value>) -> Vec<String> {
    match value {
        Some(Value::TokenVec(v)) => v.into_iter().map(String::from).collect(),
        Some(Value::StringVec(v)) => v,
        _ => Vec::new(),
    }
}

/// An `int[]`; empty for anything else.
pub(super) fn ints(value: Option<Value>) -> Vec<i32> {
    match value {
        Some(Value::IntVec(v)) => v,
        _ => Vec::new(),
    }
}

/// A `float[]` of any width; empty for anything else.
pub(super) fn floats(value: Option<Value>) -> Vec<f32> {
    match value {
        Some(Value::FloatVec(v)) => v,
        Some(Value::DoubleVec(v)) => v.into_iter().map(|v| v as f32).collect(),
        Some(Value::HalfVec(v)) => v.into_iter().map(|v| v.to_f32()).collect(),
        _ => Vec::new(),
    }
}

/// An array of three-component vectors of any width; empty for anything else.
pub(super) fn vectors(value: Option<Value>) -> Vec<[f32; 3]> {
    match value {
        Some(Value::Vec3fVec(v)) => v.into_iter().map(|v| [v.x, v.y, v.z]).collect(),
        Some(Value::Vec3dVec(v)) => v
            .into_iter()
            .map(|v| [v.x, v.y, v.z].map(|v| v as f32))
            .collect(),
        Some(Value::Vec3hVec(v)) => v
            .into_iter()
            .map(|v| [v.x, v.y, v.z].map(|v| v.to_f32()))
            .collect(),
        _ => Vec::new(),
    }
}

/// An array of texture coordinates; empty for anything else.
pub(super) fn pairs(value: Option<Value>) -> Vec<[f32; 2]> {
    match value {
        Some(Value::Vec2fVec(v)) => v.into_iter().map(|v| [v.x, v.y]).collect(),
        Some(Value::Vec2dVec(v)) => v
            .into_iter()
            .map(|v| [v.x, v.y].map(|v| v as f32))
            .collect(),
        Some(Value::Vec2hVec(v)) => v
            .into_iter()
            .map(|v| [v.x, v.y].map(|v| v.to_f32()))
            .collect(),
        _ => Vec::new(),
    }
}

/// An array of quaternions as `[x, y, z, w]`; empty for anything else.
pub(super) fn quaternions(value: Option<Value>) -> Vec<[f32; 4]> {
    match value {
        Some(Value::QuatfVec(v)) => v.into_iter().map(|q| [q.x, q.y, q.z, q.w]).collect(),
        Some(Value::QuathVec(v)) => v
            .into_iter()
            .map(|q| [q.x, q.y, q.z, q.w].map(|v| v.to_f32()))
            .collect(),
        _ => Vec::new(),
    }
}

/// Matrices, column-major for column vectors; empty for anything else.
pub(super) fn matrices(value: Option<Value>) -> Vec<[f64; 16]> {
    match value {
        Some(Value::Matrix4dVec(v)) => v.into_iter().map(|m| m.0).collect(),
        Some(Value::Matrix4d(m)) => vec![m.0],
        _ => Vec::new(),
    }
}

/// Whether a value holds texture coordinates.
pub(super) fn is_pairs(value: &Value) -> bool {
    let kind = ValueKind::from(value);
    matches!(
        kind,
        ValueKind::Vec2fVec | ValueKind::Vec2dVec | ValueKind::Vec2hVec
    )
}
