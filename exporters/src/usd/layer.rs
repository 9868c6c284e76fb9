//! Builds and encodes a USD layer of prims with attributes and relationships.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;

use openusd::sdf::{
    ChildrenKey, Data, FieldKey, ListOp, Path as PrimPath, SpecType, Specifier, Value, Variability,
};
use openusd::tf::Token;
use openusd::usda::TextWriter;
use openusd::usdc::CrateWriter;

use super::{UsdEncoding, invalid};
use crate::Result;

/// A layer builder. Paths are text, such as `/Root/Mesh`; a malformed path is reported when the
/// layer is encoded.
pub(super) struct Layer {
    data: Data,
    children: HashMap<String, Vec<Token>>,
    properties: HashMap<String, Vec<Token>>,
    error: Option<String>,
}

impl Layer {
    pub(super) fn new() -> Self {
        let mut data = Data::new();
        data.create_spec(PrimPath::abs_root(), SpecType::PseudoRoot);
        Self {
            data,
            children: HashMap::new(),
            properties: HashMap::new(),
            error: None,
        }
    }

    /// Sets a field of the layer itself.
    pub(super) fn metadata(&mut self, key: impl AsRef<str>, value: Value) {
        if let Some(root) = self.data.spec_mut(&PrimPath::abs_root()) {
            root.add(key, value);
        }
    }

    /// Stores `entries` as a dictionary with this name in the layer's `customLayerData`.
    pub(super) fn custom_data(&mut self, name: &str, entries: HashMap<String, Value>) {
        let custom = HashMap::from([(name.to_owned(), Value::Dictionary(entries))]);
        self.metadata(FieldKey::CustomLayerData, Value::Dictionary(custom));
    }

    /// Defines a prim. Parents must be defined before children.
    pub(super) fn define(&mut self, path: &str, type_name: &str, api_schemas: &[&str]) {
        self.prim(path, Specifier::Def, type_name, api_schemas);
    }

    /// Adds opinions about a prim that another layer defines, and about its parents.
    pub(super) fn over(&mut self, path: &str, api_schemas: &[&str]) {
        let starts = path.char_indices().skip(1).filter(|(_, c)| *c == '/');
        for (end, _) in starts {
            if !self.has(&path[..end]) {
                self.prim(&path[..end], Specifier::Over, "", &[]);
            }
        }
        if !self.has(path) {
            self.prim(path, Specifier::Over, "", api_schemas);
        } else if !api_schemas.is_empty() {
            self.field(path, FieldKey::ApiSchemas, schemas(api_schemas));
        }
    }

    /// Whether the layer has opinions about a prim.
    pub(super) fn has(&self, path: &str) -> bool {
        PrimPath::new(path).is_ok_and(|path| self.data.spec(&path).is_some())
    }

    fn prim(&mut self, path: &str, specifier: Specifier, type_name: &str, api_schemas: &[&str]) {
        let Some(prim) = self.parsed(path) else {
            return;
        };
        let spec = self.data.create_spec(prim, SpecType::Prim);
        spec.add(FieldKey::Specifier, Value::Specifier(specifier));
        if !type_name.is_empty() {
            spec.add(FieldKey::TypeName, Value::Token(type_name.into()));
        }
        if !api_schemas.is_empty() {
            spec.add(FieldKey::ApiSchemas, schemas(api_schemas));
        }
        if let Some((parent, name)) = path.rsplit_once('/') {
            let children = self.children.entry(parent.to_owned()).or_default();
            children.push(name.into());
        }
    }

    /// Sets a field of a prim or property that exists.
    pub(super) fn field(&mut self, path: &str, key: impl AsRef<str>, value: Value) {
        let spec = self.parsed(path).and_then(|path| self.data.spec_mut(&path));
        match spec {
            Some(spec) => spec.add(key, value),
            None => self.error = Some(format!("no prim or property at {path}")),
        }
    }

    /// Adds an attribute; returns its path.
    pub(super) fn attribute(
        &mut self,
        prim: &str,
        name: &str,
        type_name: &str,
        value: Value,
    ) -> String {
        let path = self.declare(prim, name, type_name);
        self.field(&path, FieldKey::Default, value);
        path
    }

    /// Adds an attribute that cannot vary over time.
    pub(super) fn uniform(
        &mut self,
        prim: &str,
        name: &str,
        type_name: &str,
        value: Value,
    ) -> String {
        let path = self.attribute(prim, name, type_name, value);
        self.field(
            &path,
            FieldKey::Variability,
            Value::Variability(Variability::Uniform),
        );
        path
    }

    /// Adds an attribute without a value; returns its path.
    pub(super) fn declare(&mut self, prim: &str, name: &str, type_name: &str) -> String {
        let path = self.property(prim, name, SpecType::Attribute);
        self.field(&path, FieldKey::TypeName, Value::Token(type_name.into()));
        path
    }

    /// Adds a relationship.
    pub(super) fn relationship(&mut self, prim: &str, name: &str, targets: &[String]) {
        let path = self.property(prim, name, SpecType::Relationship);
        self.field(
            &path,
            FieldKey::Variability,
            Value::Variability(Variability::Uniform),
        );
        let targets: Vec<PrimPath> = targets.iter().filter_map(|t| self.parsed(t)).collect();
        self.field(
            &path,
            FieldKey::TargetPaths,
            Value::PathListOp(ListOp::explicit(targets)),
        );
    }

    /// Adds an attribute that is connected to another one.
    pub(super) fn connection(&mut self, prim: &str, name: &str, type_name: &str, source: &str) {
        let path = self.declare(prim, name, type_name);
        let sources: Vec<PrimPath> = self.parsed(source).into_iter().collect();
        self.field(
            &path,
            FieldKey::ConnectionPaths,
            Value::PathListOp(ListOp::explicit(sources)),
        );
    }

    fn property(&mut self, prim: &str, name: &str, kind: SpecType) -> String {
        let path = format!("{prim}.{name}");
        if let Some(parsed) = self.parsed(&path) {
            self.data.create_spec(parsed, kind);
            let names = self.properties.entry(prim.to_owned()).or_default();
            names.push(name.into());
        }
        path
    }

    fn parsed(&mut self, path: &str) -> Option<PrimPath> {
        match PrimPath::new(path) {
            Ok(path) => Some(path),
            Err(error) => {
                self.error = Some(error.to_string());
                None
            }
        }
    }

    /// Encodes the layer; `output` is the path in errors.
    pub(super) fn encode(mut self, encoding: UsdEncoding, output: &Path) -> Result<Vec<u8>> {
        for (parent, names) in std::mem::take(&mut self.children) {
            let parent = if parent.is_empty() {
                "/".to_owned()
            } else {
                parent
            };
            self.field(&parent, ChildrenKey::PrimChildren, Value::TokenVec(names));
        }
        for (prim, names) in std::mem::take(&mut self.properties) {
            self.field(&prim, ChildrenKey::PropertyChildren, Value::TokenVec(names));
        }
        let failed = |reason: String| {
            invalid(
                output,
                format!("cannot be encoded: {reason}"),
                "please report it",
            )
        };
        if let Some(error) = self.error {
            return Err(failed(error));
        }
        if encoding == UsdEncoding::Text {
            let text =
                TextWriter::write_to_string(&self.data).map_err(|e| failed(e.to_string()))?;
            return Ok(text.into_bytes());
        }
        let mut bytes = Cursor::new(Vec::new());
        CrateWriter::write(&self.data, &mut bytes).map_err(|e| failed(e.to_string()))?;
        let mut bytes = bytes.into_inner();
        if let Some(version) = bytes.get_mut(CRATE_VERSION_AT) {
            version.copy_from_slice(&CRATE_VERSION);
        }
        Ok(bytes)
    }
}

/// The position of the version in a crate, after the eight bytes of its identifier.
const CRATE_VERSION_AT: std::ops::Range<usize> = 8..11;

/// The crate version that OpenUSD writes for layers without time codes (0.9), path expressions
/// (0.10), relocates (0.11) and splines (0.12), which these layers never contain. The openusd crate
/// always writes 0.12, which OpenUSD before 25.05, and so Blender 4.2, rejects.
const CRATE_VERSION: [u8; 3] = [0, 8, 0];

fn schemas(names: &[&str]) -> Value {
    let names: Vec<Token> = names.iter().map(|&name| name.into()).collect();
    Value::TokenListOp(ListOp::prepended(names))
}

/// A token array.
pub(super) fn tokens<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Value {
    Value::TokenVec(texts.into_iter().map(|text| text.as_ref().into()).collect())
}

/// An array of three-component vectors.
pub(super) fn vectors(values: &[[f32; 3]]) -> Value {
    Value::Vec3fVec(values.iter().map(|&v| v.into()).collect())
}
