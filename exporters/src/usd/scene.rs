//! A composed USD stage with access to prims by path and to attribute values.

use std::path::Path;

use openusd::sdf::Value;
use openusd::usd::{Attribute, PrimPredicate, Stage, TimeCode};

use super::invalid;
use super::nesting::MAX_DEPTH;
use super::resolver::{Refusal, SafeResolver};
use super::values::{number, text};
use crate::{FormatError, Result};

const REMEDY: &str = "check that it opens in usdview, or export it again";

/// The stack size of the thread that reads USD files, bytes: enough for the deepest possible tree.
const STACK_SIZE: usize = 256 << 20;

/// A stage, and its path for errors.
pub(super) struct Scene<'a> {
    pub(super) stage: Stage,
    pub(super) path: &'a Path,
    refusal: Refusal,
}

impl<'a> Scene<'a> {
    /// Opens and composes a file.
    ///
    /// A panic inside the USD library is caught and returned as an error, so that a damaged file
    /// cannot end the program.
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        // Reports the operating system's error if the file does not exist.
        std::fs::File::open(path).map_err(|source| FormatError::Read {
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
        let refusal = Refusal::default();
        let resolver = SafeResolver::new(refusal.clone());
        let stage = guarded(path, &refusal, || {
            Stage::builder().resolver(resolver).open(name)
        })?;
        Ok(Self {
            stage,
            path,
            refusal,
        })
    }

    /// The paths of all defined, active prims, parents first, including those inside instances.
    pub(super) fn prims(&self) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        self.guard(|| {
            let visit = |path: &openusd::sdf::Path| {
                let path = path.as_str();
                if path.matches('/').count() > MAX_DEPTH {
                    let reason = format!("its prims are nested more than {MAX_DEPTH} deep");
                    self.refusal.replace(Some(reason));
                    // The only way to stop a traversal; `guarded` catches it.
                    std::panic::resume_unwind(Box::new(()));
                }
                paths.push(path.to_owned());
            };
            self.stage.traverse(PrimPredicate::DEFAULT_PROXIES, visit)
        })?;
        Ok(paths)
    }

    /// A prim's type, such as `Mesh`; empty if it has none.
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

    /// Whether a prim is an instance, whose descendants cannot be changed.
    pub(super) fn is_instance(&self, prim: &str) -> Result<bool> {
        self.guard(|| self.stage.prim(prim)?.is_instance())
    }

    /// An attribute's default value, or its earliest sample if there is no default. `None` if
    /// nothing is authored.
    pub(super) fn value(&self, prim: &str, name: &str) -> Result<Option<Value>> {
        self.guard(|| {
            let attribute = self.attribute(prim, name)?;
            match attribute.get::<Value>()? {
                Some(value) => Ok(Some(value)),
                None => attribute.get_at::<Value>(TimeCode::EARLIEST),
            }
        })
    }

    /// An attribute's converted value at each of `times`; the default if there is no sample.
    /// Resolves the attribute only once.
    pub(super) fn values<T>(
        &self,
        prim: &str,
        name: &str,
        times: &[f64],
        convert: impl Fn(Option<Value>) -> T,
    ) -> Result<Vec<T>> {
        let query = self.guard(|| Ok(self.attribute(prim, name)?.query()))?;
        let at = |&time: &f64| {
            let value = self.guard(|| query.get_at::<Value>(TimeCode::new(time)))?;
            match value {
                Some(value) => Ok(convert(Some(value))),
                None => Ok(convert(self.value(prim, name)?)),
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

    /// The targets of a relationship.
    pub(super) fn targets(&self, prim: &str, name: &str) -> Result<Vec<String>> {
        let targets = self.guard(|| self.stage.prim(prim)?.relationship(name).targets())?;
        Ok(targets
            .iter()
            .map(|path| path.as_str().to_owned())
            .collect())
    }

    /// The connections of an attribute.
    pub(super) fn connections(&self, prim: &str, name: &str) -> Result<Vec<String>> {
        let sources = self.guard(|| self.attribute(prim, name)?.connections())?;
        Ok(sources
            .iter()
            .map(|path| path.as_str().to_owned())
            .collect())
    }

    /// The names of a prim's authored attributes and relationships.
    pub(super) fn properties(&self, prim: &str) -> Result<Vec<String>> {
        let names = self.guard(|| self.stage.prim(prim)?.authored_property_names())?;
        Ok(names.into_iter().map(String::from).collect())
    }

    /// The time codes per second if the file states them.
    pub(super) fn time_codes_per_second(&self) -> Option<f64> {
        let stated = {
            let root = self.stage.root_layer();
            root.has_time_codes_per_second() || root.has_frames_per_second()
        };
        let rate = self.stage.time_codes_per_second();
        (stated && rate.is_finite() && rate > 0.0).then_some(rate)
    }

    /// A numeric field of the stage.
    pub(super) fn number(&self, field: &str) -> Result<Option<f64>> {
        let value = self.guard(|| self.stage.stage_metadata(field))?;
        Ok(value.as_ref().and_then(number))
    }

    /// A field of the stage.
    pub(super) fn field(&self, field: &str) -> Result<Option<Value>> {
        self.guard(|| self.stage.stage_metadata(field))
    }

    /// A text field of the stage.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>> {
        let value = self.guard(|| self.stage.stage_metadata(field))?;
        Ok(value.as_ref().and_then(text))
    }

    /// An error about a prim of the file.
    pub(super) fn broken(&self, prim: &str, reason: &str) -> FormatError {
        invalid(self.path, format!("{prim}: {reason}"), REMEDY)
    }

    fn attribute(&self, prim: &str, name: &str) -> openusd::Result<Attribute> {
        Ok(self.stage.prim(prim)?.attribute(name))
    }

    fn guard<T>(&self, read: impl FnOnce() -> openusd::Result<T>) -> Result<T> {
        guarded(self.path, &self.refusal, read)
    }
}

/// Runs `read` in a thread with a large stack, because the USD library recurses for every level of
/// prims and for every reference.
pub(super) fn with_large_stack<T: Send>(
    path: &Path,
    read: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
        let handle = thread
            .spawn_scoped(scope, read)
            .map_err(|source| FormatError::Read {
                path: path.to_owned(),
                source,
            })?;
        let result = handle.join();
        result.unwrap_or_else(|_| Err(invalid(path, "the file is damaged", REMEDY)))
    })
}

fn guarded<T>(
    path: &Path,
    refusal: &Refusal,
    read: impl FnOnce() -> openusd::Result<T>,
) -> Result<T> {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    if let Some(reason) = refusal.borrow().as_ref() {
        return Err(invalid(path, reason, REMEDY));
    }
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

/// The parent of a path; empty for a root prim.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
