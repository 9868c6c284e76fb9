//! Deeply nested files, which could overflow the stack of a reader.

use std::path::Path;

use metaface_exporters::{FormatError, usd};
use openusd::sdf::{ChildrenKey, Data, FieldKey, Path as PrimPath, SpecType, Specifier, Value};
use openusd::usdc::CrateWriter;

const MESH: &str = r#"def Mesh "m" { point3f[] points = [(0,0,0), (1,0,0), (0,1,0)] int[] faceVertexCounts = [3] int[] faceVertexIndices = [0,1,2] }"#;

fn nested(depth: usize) -> String {
    format!(
        "#usda 1.0\n{}{MESH}{}",
        "def Xform \"a\" {\n".repeat(depth),
        "}\n".repeat(depth)
    )
}

fn dictionaries(depth: usize) -> String {
    format!(
        "#usda 1.0\n(\n customLayerData = {{ {}{} }}\n)\n{MESH}\n",
        "dictionary a = {\n".repeat(depth),
        "}\n".repeat(depth)
    )
}

/// A crate with nested prims.
fn deep_crate(depth: usize) -> Vec<u8> {
    let mut data = Data::new();
    data.create_spec(PrimPath::abs_root(), SpecType::PseudoRoot);
    let mut path = String::from("/");
    for _ in 0..depth {
        let name = Value::TokenVec(vec!["a".into()]);
        let above = PrimPath::new(&path).expect("a path");
        data.spec_mut(&above)
            .expect("a prim")
            .add(ChildrenKey::PrimChildren, name);
        path = format!("{}/a", path.trim_end_matches('/'));
        let spec = data.create_spec(PrimPath::new(&path).expect("a path"), SpecType::Prim);
        spec.add(FieldKey::Specifier, Value::Specifier(Specifier::Def));
        spec.add(FieldKey::TypeName, Value::Token("Xform".into()));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    CrateWriter::write(&data, &mut bytes).expect("encoded");
    bytes.into_inner()
}

fn assert_rejected(path: &Path, deep: &str) {
    let results = [
        usd::load(path).map(|_| ()),
        usd::read_clip(path).map(|_| ()),
    ];
    for result in results {
        let error = result.expect_err(deep);
        assert!(matches!(error, FormatError::Invalid { .. }), "{error}");
        let text = error.to_string();
        let is_reported = text.contains("nested more than 250 deep") && text.contains(deep);
        assert!(is_reported, "{deep}: {text}");
    }
}

#[test]
fn a_file_that_is_nested_too_deep_is_rejected_wherever_it_is_referenced() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    assert_rejected(
        &write("prims.usda", nested(30_000).as_bytes()),
        "prims.usda",
    );
    let spaced = format!("{}{}", " ".repeat(100_000), nested(30_000));
    assert_rejected(&write("spaced.usd", spaced.as_bytes()), "spaced.usd");
    assert_rejected(
        &write("words.usda", dictionaries(30_000).as_bytes()),
        "words.usda",
    );
    for (name, arc) in [
        ("sub.usda", "#usda 1.0\n( subLayers = [@./prims.usda@] )\n"),
        (
            "ref.usda",
            "#usda 1.0\ndef \"r\" ( references = @./prims.usda@</a> ) {}\n",
        ),
        (
            "pay.usda",
            "#usda 1.0\ndef \"r\" ( payload = @./words.usda@</m> ) {}\n",
        ),
    ] {
        let deep = if name == "pay.usda" {
            "words.usda"
        } else {
            "prims.usda"
        };
        assert_rejected(&write(name, arc.as_bytes()), deep);
    }
    assert_rejected(&write("crate.usdc", &deep_crate(2_000)), "crate.usdc");
    let mut package = openusd::usdz::ArchiveWriter::new(std::io::Cursor::new(Vec::new()));
    package
        .add_layer("inner.usda", nested(30_000).as_bytes())
        .expect("added");
    let package = package.finish().expect("packaged").into_inner();
    assert_rejected(&write("pack.usdz", &package), "inner.usda");
}

#[test]
fn a_file_within_the_nesting_limit_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep.usda");
    std::fs::write(&path, nested(240)).expect("written");
    assert_eq!(usd::load(&path).expect("loaded").nodes.len(), 241);
    std::fs::write(&path, dictionaries(240)).expect("written");
    usd::load(&path).expect("loaded");
}

#[test]
fn a_long_chain_of_references_does_not_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chain.usda");
    let link = |i: usize| format!("def \"p{i}\" ( references = </p{}> ) {{}}\n", i + 1);
    let count = 300;
    let chain: String = (0..count).map(link).collect();
    std::fs::write(
        &path,
        format!("#usda 1.0\n{chain}def \"p{count}\" {{ {MESH} }}\n"),
    )
    .expect("written");
    let _ = usd::load(&path);
}
