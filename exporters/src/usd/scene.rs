//! A composed USD stage as the readers see it: prims by path, attributes as plain arrays.

use std::path::Path;

use openusd::sdf::{Value, ValueKind};
use openusd::usd::{Attribute, PrimPredicate, Stage, TimeCode};

use super::invalid;
use crate::{ExportError, Result};

const REMEDY: &str = "check that it opens in usdview, or export it again";

/// A stage and the file that errors name.
pub(super) struct Scene<'a> {
    pub(super) stage: Stage,
    pub(super) path: &'a Path,
}

impl<'a> Scene<'a> {
    /// Opens and composes a file.
    ///
    /// A broken file must not end the program, whatever a parser thinks of it, so a panic inside
    /// the USD library is an error like any other.
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        // For the operating system's own words when the file is not there.
        std::fs::File::open(path).map_err(|source| ExportError::Read {
            path: path.to_owned(),
            source,
        })?;
        let name = path.to_str().ok_or_else(|| {
            invalid(
                path,
                "its path is not valid Unicode",
                "rename the file or its folder",
            )
        })?;
        let stage = guarded(path, || Stage::open(name))?;
        Ok(Self { stage, path })
    }

    /// The paths of all defined, active prims, parents first, instances opened.
    pub(super) fn prims(&self) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        self.guard(|| {
            let visit = |path: &openusd::sdf::Path| paths.push(path.as_str().to_owned());
            self.stage.traverse(PrimPredicate::DEFAULT_PROXIES, visit)
        })?;
        Ok(paths)
    }

    /// A prim's type, such as `Mesh`; empty where it has none.
    pub(super) fn type_name(&self, prim: &str) -> Result<String> {
        let name = self.guard(|| self.stage.prim(prim)?.type_name())?;
        Ok(name.map(String::from).unwrap_or_default())
    }

    /// The paths of a prim's children.
    pub(super) fn children(&self, prim: &str) -> Result<Vec<String>> {
        let names = self.guard(|| self.stage.prim(prim)?.child_names())?;
        Ok(names
            .iter()
            .map(|name| format!("{prim}/{}", name.as_str()))
            .collect())
    }

    /// Whether a prim is an instance, whose parts cannot be changed one by one.
    pub(super) fn is_instance(&self, prim: &str) -> Result<bool> {
        self.guard(|| self.stage.prim(prim)?.is_instance())
    }

    /// An attribute's value at rest: its default, or its earliest sample where it has none. None
    /// where nothing is authored.
    pub(super) fn value(&self, prim: &str, name: &str) -> Result<Option<Value>> {
        self.guard(|| {
            let attribute = self.attribute(prim, name)?;
            match attribute.get::<Value>()? {
                Some(value) => Ok(Some(value)),
                None => attribute.get_at::<Value>(TimeCode::EARLIEST),
            }
        })
    }

    /// An attribute's value at each of some times; its default where it has no sample. Finds the
    /// place of the samples only once.
    pub(super) fn values(
        &self,
        prim: &str,
        name: &str,
        times: &[f64],
    ) -> Result<Vec<Option<Value>>> {
        let query = self.guard(|| Ok(self.attribute(prim, name)?.query()))?;
        let at = |&time: &f64| {
            let value = self.guard(|| query.get_at::<Value>(TimeCode::new(time)))?;
            match value {
                Some(value) => Ok(Some(value)),
                None => self.value(prim, name),
            }
        };
        times.iter().map(at).collect()
    }

    /// The times at which an attribute has samples.
    pub(super) fn sample_times(&self, prim: &str, name: &str) -> Result<Vec<f64>> {
        self.guard(|| self.attribute(prim, name)?.time_sample_times())
    }

    /// A field of an attribute that holds a token, such as `interpolation`.
    pub(super) fn token_field(
        &self,
        prim: &str,
        name: &str,
        field: &str,
    ) -> Result<Option<String>> {
        let value = self.guard(|| self.attribute(prim, name)?.get_metadata::<Value>(field))?;
        Ok(value.and_then(|value| text(&value)))
    }

    /// A field of an attribute that holds a whole number, such as `elementSize`.
    pub(super) fn int_field(&self, prim: &str, name: &str, field: &str) -> Result<Option<i32>> {
        let value = self.guard(|| self.attribute(prim, name)?.get_metadata::<Value>(field))?;
        Ok(value.and_then(Value::try_as_int))
    }

    /// Where a relationship points.
    pub(super) fn targets(&self, prim: &str, name: &str) -> Result<Vec<String>> {
        let targets = self.guard(|| self.stage.prim(prim)?.relationship(name).targets())?;
        Ok(targets
            .iter()
            .map(|path| path.as_str().to_owned())
            .collect())
    }

    /// What an attribute is connected to.
    pub(super) fn connections(&self, prim: &str, name: &str) -> Result<Vec<String>> {
        let sources = self.guard(|| self.attribute(prim, name)?.connections())?;
        Ok(sources
            .iter()
            .map(|path| path.as_str().to_owned())
            .collect())
    }

    /// The names of a prim's attributes and relationships that a file writes.
    pub(super) fn properties(&self, prim: &str) -> Result<Vec<String>> {
        let names = self.guard(|| self.stage.prim(prim)?.authored_property_names())?;
        Ok(names.into_iter().map(String::from).collect())
    }

    /// The time codes per second that the file itself states, if it does.
    pub(super) fn time_codes_per_second(&self) -> Option<f64> {
        let stated = {
            let root = self.stage.root_layer();
            root.has_time_codes_per_second() || root.has_frames_per_second()
        };
        let rate = self.stage.time_codes_per_second();
        (stated && rate.is_finite() && rate > 0.0).then_some(rate)
    }

    /// A field of the whole stage that holds a number.
    pub(super) fn number(&self, field: &str) -> Result<Option<f64>> {
        let value = self.guard(|| self.stage.stage_metadata(field))?;
        Ok(value.as_ref().and_then(number))
    }

    /// A field of the whole stage that holds a text.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>> {
        let value = self.guard(|| self.stage.stage_metadata(field))?;
        Ok(value.as_ref().and_then(text))
    }

    /// A message about one prim of the file.
    pub(super) fn broken(&self, prim: &str, reason: &str) -> ExportError {
        invalid(self.path, format!("{prim}: {reason}"), REMEDY)
    }

    fn attribute(&self, prim: &str, name: &str) -> openusd::Result<Attribute> {
        Ok(self.stage.prim(prim)?.attribute(name))
    }

    fn guard<T>(&self, read: impl FnOnce() -> openusd::Result<T>) -> Result<T> {
        guarded(self.path, read)
    }
}

fn guarded<T>(path: &Path, read: impl FnOnce() -> openusd::Result<T>) -> Result<T> {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(invalid(path, error.to_string(), REMEDY)),
        Err(_) => Err(invalid(path, "the file is damaged", REMEDY)),
    }
}

/// The nearest prim at or above `prim` for which `find` finds something.
pub(super) fn inherited<T>(
    prim: &str,
    find: impl Fn(&str) -> Result<Option<T>>,
) -> Result<Option<T>> {
    let mut at = prim;
    while !at.is_empty() {
        if let Some(found) = find(at)? {
            return Ok(Some(found));
        }
        at = parent(at);
    }
    Ok(None)
}

/// The path above a path; empty above a root prim.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

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

/// A token, string or asset path.
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
