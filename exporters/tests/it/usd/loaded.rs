//! Tests `load`.

use std::path::PathBuf;

use metaface_exporters::character::Character;
use metaface_exporters::deform::{deform, mesh_nodes};
use metaface_exporters::{FormatError, Performance, usd};

use super::characters;

/// A file of the shared material, if it is present.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("METAFACE_SHARED")
        .map_or_else(|| super::oracle::root().join("../shared"), PathBuf::from);
    let path = folder.join("meshes").join(name);
    if !path.exists() {
        println!("skipped: {name} absent");
    }
    path.exists().then_some(path)
}

/// A performance without tracks.
fn rest(character: &Character) -> Performance {
    let mut rest = characters::performance(character, 1);
    rest.meshes.clear();
    rest.joints.clear();
    rest
}

#[test]
fn a_written_character_is_read_back_with_its_points_targets_and_materials() {
    let folder = tempfile::tempdir().expect("a folder");
    for (i, (name, character, _)) in characters::all().into_iter().enumerate() {
        let ending = ["usda", "usdc", "usdz"][i % 3];
        let file = folder.path().join(format!("{name} ü.{ending}"));
        let files = usd::write_character(&file, &character, None).expect("encoded");
        files.write(&file).expect("written");
        let loaded = usd::load(&file).expect("loaded");
        let mut expected = character.clone();
        // USD stores rest weights only in animations.
        expected
            .meshes
            .iter_mut()
            .for_each(|mesh| mesh.rest_weights.fill(0.0));
        let [before, after] = [&expected, &loaded].map(|c| deform(c, &rest(c), 0));
        assert_eq!(before.len(), after.len(), "{name}");
        for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
            let worst = (0..3)
                .map(|axis| (before[axis] - after[axis]).abs())
                .fold(0.0, f32::max);
            assert!(worst < 1e-6, "{name}: {before:?} {after:?}");
        }
        for ((_, _, before), (_, _, after)) in mesh_nodes(&character).zip(mesh_nodes(&loaded)) {
            assert_eq!(before.targets.len(), after.targets.len(), "{name}");
            for (before, after) in before.targets.iter().zip(&after.targets) {
                assert_eq!(
                    (&before.indices, &before.offsets),
                    (&after.indices, &after.offsets)
                );
                assert!(after.name.starts_with(&before.name), "{}", after.name);
            }
            assert_eq!(before.normals, after.normals, "{name}");
            for (before, after) in before.uvs.iter().zip(&after.uvs) {
                assert!((before[1] - after[1]).abs() < 1e-6);
            }
            let colour =
                |c: &Character, section: usize, mesh: &metaface_exporters::character::Mesh| {
                    let material = c.materials.get(mesh.sections.get(section)?.material?)?;
                    Some((
                        material.base_color,
                        material.blended,
                        material.base_color_image.is_some(),
                    ))
                };
            let sections = before
                .sections
                .iter()
                .filter(|s| !s.indices.is_empty())
                .count();
            assert_eq!(sections, after.sections.len(), "{name}");
            let colours = |c, mesh: &metaface_exporters::character::Mesh| {
                let mut all: Vec<_> = (0..sections)
                    .map(|s| format!("{:?}", colour(c, s, mesh)))
                    .collect();
                all.sort();
                all
            };
            assert_eq!(
                colours(&character, before),
                colours(&loaded, after),
                "{name}"
            );
        }
        let used = character.images.len();
        assert_eq!(loaded.images.len(), used, "{name}");
    }
}

#[test]
fn a_stage_in_centimetres_with_z_up_is_converted_to_metres_with_y_up() {
    let Some(path) = shared("morpher_box.usd") else {
        return;
    };
    let character = usd::load(&path).expect("loaded");
    let points = deform(&character, &rest(&character), 0);
    let [low, high] = points[0]
        .iter()
        .fold([[f32::MAX; 3], [f32::MIN; 3]], |[low, high], p| {
            [0, 1].map(|side| {
                std::array::from_fn(|axis| match side {
                    0 => low[axis].min(p[axis]),
                    _ => high[axis].max(p[axis]),
                })
            })
        });
    let size: [f32; 3] = std::array::from_fn(|axis| high[axis] - low[axis]);
    assert!(
        size.iter().all(|s| (s - 0.1).abs() < 1e-5),
        "a box with sides of ten centimetres: {size:?}"
    );
    assert!(low[1].abs() < 1e-5, "the box is on the ground");
    let mesh = mesh_nodes(&character).next().expect("a mesh").2;
    assert_eq!(
        mesh.targets[0].name, "Box0002",
        "the shape's name without the path"
    );
    assert_eq!(mesh.positions.len(), 24, "three normals at each corner");
    assert_eq!(mesh.sections[0].indices.len(), 36);
    assert!(mesh.targets[0].indices.is_sorted());
    assert_eq!(
        mesh.targets[0].indices.len(),
        12,
        "the four upper corners, three times"
    );
}

#[test]
fn the_joints_of_a_skinned_cube_are_read() {
    let Some(path) = shared("skelCube.usda") else {
        return;
    };
    let character = usd::load(&path).expect("loaded");
    let names: Vec<&str> = character
        .nodes
        .iter()
        .map(|node| node.name.as_str())
        .collect();
    assert!(
        names.ends_with(&["joint1", "joint2", "joint3", "Cube"]),
        "{names:?}"
    );
    assert_eq!(character.skins[0].joints.len(), 3);
}

#[test]
fn a_damaged_file_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = folder.path().join("whole.usdc");
    let (_, character, performance) = characters::all().swap_remove(2);
    let files = usd::write_character(&whole, &character, Some(&performance)).expect("encoded");
    let text = r#"#usda 1.0
        def Mesh "m" { point3f[] points = [(0,0,0)] int[] faceVertexCounts = [3] int[] faceVertexIndices = [0,1,2] }"#;
    let shapes = r#"#usda 1.0
        def Mesh "m" { point3f[] points = [(0,0,0)] uniform token[] skel:blendShapes = ["a", "b"] }"#;
    for (name, bytes) in [
        ("empty.usda", &b""[..]),
        ("empty.usdc", b""),
        ("text.usdz", b"not a zip"),
        ("cut.usda", b"#usda 1.0\ndef Mesh \"x\" {"),
        ("index.usda", text.as_bytes()),
        ("shapes.usda", shapes.as_bytes()),
        ("nothing.usda", b"#usda 1.0\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let error = usd::load(&path).expect_err(name);
        assert!(matches!(error, FormatError::Invalid { .. }), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
    let missing = usd::load(&folder.path().join("missing.usdc")).expect_err("no file");
    assert!(matches!(missing, FormatError::Read { .. }), "{missing}");
    // Truncated and modified files do not cause a panic.
    for at in (0..files.bytes.len()).step_by(files.bytes.len() / 97) {
        let path = folder.path().join("damaged.usdc");
        std::fs::write(&path, &files.bytes[..at]).expect("written");
        usd::load(&path).expect_err("truncated");
        let mut flipped = files.bytes.clone();
        flipped[at] ^= 0x5a;
        std::fs::write(&path, &flipped).expect("written");
        let _ = usd::load(&path);
    }
}

#[test]
fn a_missing_image_is_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hero.usda");
    let all = characters::all();
    let textured = all
        .iter()
        .find(|(_, character, _)| !character.images.is_empty());
    let files = usd::write_character(&file, &textured.expect("one").1, None).expect("encoded");
    files.write(&file).expect("written");
    assert_eq!(
        usd::load(&file).expect("loaded").warnings,
        Vec::<String>::new()
    );
    std::fs::remove_dir_all(folder.path().join("hero.textures")).expect("removed");
    let warnings = usd::load(&file).expect("loaded").warnings;
    assert!(
        !warnings.is_empty() && warnings[0].contains("hero.textures/"),
        "{warnings:?}"
    );
}
