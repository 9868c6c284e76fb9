//! Tests `animate_layer`.

use std::path::{Path, PathBuf};

use metaface_exporters::usd;

use super::characters;
use super::loaded::shared;
use super::oracle::{self, ReferenceCheck};

/// Animates `original` into `output` and adds that to the checked files.
fn animate(
    check: &mut ReferenceCheck,
    original: &Path,
    output: &Path,
    time_codes: Option<f64>,
    start: f64,
) {
    let before = std::fs::read(original).expect("read");
    let character = usd::load(original).expect("loaded");
    let mut performance = characters::performance(&character, 4);
    performance.start_frame = start;
    let bytes = usd::animate_layer(original, output, &character, &performance);
    metaface_exporters::files::write(output, &bytes.expect("encoded")).expect("written");
    assert_eq!(
        before,
        std::fs::read(original).expect("read"),
        "the original is untouched"
    );
    let ratio = time_codes.map_or(1.0, |codes| codes / performance.rate.as_f64());
    let time = |frame| (frame, (performance.start_frame + frame as f64) * ratio);
    let keys: Vec<(usize, f64)> = (0..performance.frame_count).map(time).collect();
    let mut expected = oracle::expected(&character, &performance, &keys);
    expected["rate"] = time_codes.unwrap_or(performance.rate.as_f64()).into();
    check.add(output, &expected);
}

#[test]
fn a_layer_over_any_character_moves_its_points_as_in_the_performance() {
    let Some(mut check) = ReferenceCheck::new() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let endings = ["usda", "usdc", "usdz"];
    for (i, (name, character, performance)) in characters::all().into_iter().enumerate() {
        // With and without animation, in every combination of encodings.
        let original = folder
            .path()
            .join(format!("Figur ü/{name}.{}", endings[i % 3]));
        let animated = (i % 2 == 0).then_some(&performance);
        let files = usd::write_character(&original, &character, animated).expect("encoded");
        files.write(&original).expect("written");
        let codes = animated.map(|performance| performance.rate.as_f64());
        for ending in endings {
            let output = folder.path().join(format!("Zeile ö/{name}.{ending}"));
            animate(&mut check, &original, &output, codes, 12.0);
        }
    }
    check.run();
}

#[test]
fn a_layer_keeps_the_units_axes_and_rate_of_the_stage() {
    let Some(mut check) = ReferenceCheck::new() else {
        return;
    };
    let Some(boxes) = shared("morpher_box.usd") else {
        return;
    };
    let Some(cube) = shared("skelCube.usda") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    // The existing animation would translate the joints.
    let text = std::fs::read_to_string(cube).expect("read");
    let still = text
        .lines()
        .filter(|line| !line.contains("skel:animationSource"));
    let cube = folder.path().join("cube.usda");
    std::fs::write(&cube, still.collect::<Vec<_>>().join("\n")).expect("written");
    for (original, codes) in [(boxes, 30.0), (cube, 24.0)] {
        for ending in ["usda", "usdz"] {
            let output = folder.path().join(format!("{codes} line.{ending}"));
            animate(&mut check, &original, &output, Some(codes), 0.0);
        }
    }
    check.run();
}

/// A stage with an instanced reference to a character, Z up, in inches, and with an Xform eye.
fn scene(folder: &Path) -> PathBuf {
    let (_, character, _) = characters::all().swap_remove(2);
    let hero = folder.join("parts/hero ü.usdc");
    usd::write_character(&hero, &character, None)
        .expect("encoded")
        .write(&hero)
        .expect("written");
    let text = r#"#usda 1.0
(
    defaultPrim = "World"
    metersPerUnit = 0.0254
    upAxis = "Z"
    timeCodesPerSecond = 25
)
def Xform "World"
{
    def "Hero" (
        instanceable = true
        prepend references = @./parts/hero ü.usdc@
    )
    {
        float3 xformOp:rotateXYZ = (90, 10, 5)
        double3 xformOp:translate = (1, 2, 3)
        float3 xformOp:scale = (40, 40, 40)
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateXYZ", "xformOp:scale"]
    }
    def Xform "eye"
    {
        float xformOp:rotateZ = 30
        double3 xformOp:translate:pivot = (1, 0, 0)
        uniform token[] xformOpOrder = ["xformOp:translate:pivot", "xformOp:rotateZ", "!invert!xformOp:translate:pivot"]
        def Mesh "ball"
        {
            float3[] extent = [(0, 0, 0), (1, 1, 0)]
            int[] faceVertexCounts = [3]
            int[] faceVertexIndices = [0, 1, 2]
            uniform token subdivisionScheme = "none"
            point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
        }
    }
}
"#;
    let path = folder.join("scene.usda");
    std::fs::write(&path, text).expect("written");
    path
}

#[test]
fn a_scene_of_references_and_instances_is_animated_in_place() {
    let Some(mut check) = ReferenceCheck::new() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let original = scene(folder.path());
    for output in ["shots/line.usda", "shots/line.usdz"] {
        animate(
            &mut check,
            &original,
            &folder.path().join(output),
            Some(25.0),
            12.0,
        );
    }
    check.run();
}

#[test]
fn curves_are_read_back_as_they_were_written() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, character, performance) in characters::all() {
        let file = folder.path().join(format!("{name}.usdc"));
        let files = usd::write_character(&file, &character, Some(&performance)).expect("encoded");
        files.write(&file).expect("written");
        let curves = usd::read_clip(&file).expect("read");
        assert_eq!(curves.rate, performance.rate, "{name}");
        if performance.meshes.is_empty() {
            assert_eq!(curves.targets[0].1, [0.5, 0.5], "{name}");
            continue;
        }
        assert_eq!(curves.start_frame, performance.start_frame, "{name}");
        let track = &performance.meshes[0];
        let mesh = &character.meshes[character.nodes[track.node].mesh.expect("a mesh")];
        let keys = track
            .keys
            .clone()
            .unwrap_or_else(|| (0..performance.frame_count).collect());
        for (target, (_, weights)) in mesh
            .targets
            .iter()
            .zip(&curves.targets)
            .enumerate()
            .map(|(i, p)| (i, p.1))
        {
            assert_eq!(weights.len(), performance.frame_count, "{name}");
            for &key in &keys {
                assert!(
                    (weights[key] - track.weights[key][target]).abs() < 1e-6,
                    "{name}"
                );
            }
        }
        for track in &performance.joints {
            let joint = &character.nodes[track.node].name;
            let curve = curves.joints.iter().find(|curve| curve.name == *joint);
            let turns = &curve.expect("the joint").rotations;
            let keys = track
                .keys
                .clone()
                .unwrap_or_else(|| (0..performance.frame_count).collect());
            for key in keys {
                let dot: f32 = turns[key]
                    .iter()
                    .zip(track.rotations[key])
                    .map(|(a, b)| a * b)
                    .sum();
                assert!(dot.abs() > 1.0 - 1e-6, "{name} {joint}");
            }
        }
    }
}

#[test]
fn existing_body_animation_is_preserved() {
    let Some(cube) = shared("skelCube.usda") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("line.usda");
    let character = usd::load(&cube).expect("loaded");
    let mut performance = characters::performance(&character, 20);
    performance.rate = metaface_clip::FrameRate::whole(24).expect("a rate");
    performance.start_frame = 5.0;
    let driven = performance.joints.remove(2);
    performance.joints = vec![driven.clone()];
    let bytes = usd::animate_layer(&cube, &output, &character, &performance).expect("encoded");
    metaface_exporters::files::write(&output, &bytes).expect("written");
    let [before, after] = [&cube, &output].map(|file| usd::read_clip(file).expect("read"));
    let turns = |curves: &usd::NamedCurves, name: &str| {
        curves
            .joints
            .iter()
            .find(|joint| joint.name == name)
            .expect("the joint")
            .rotations
            .clone()
    };
    assert_eq!(turns(&before, "joint2")[4..24], turns(&after, "joint2")[..]);
    assert_eq!(turns(&after, "joint3"), driven.rotations);
}

#[test]
fn overwriting_the_original_and_animating_another_character_are_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hero.usda");
    let (_, character, performance) = characters::all().swap_remove(2);
    let files = usd::write_character(&path, &character, None).expect("encoded");
    files.write(&path).expect("written");
    let over = folder
        .path()
        .join("../")
        .join(folder.path().file_name().expect("a name"))
        .join("hero.usda");
    let loaded = usd::load(&path).expect("loaded");
    let fitting = characters::performance(&loaded, 2);
    assert!(usd::animate_layer(&path, &over, &loaded, &fitting).is_err());
    let line = folder.path().join("line.usda");
    assert!(usd::animate_layer(&path, &line, &character, &performance).is_err());
    assert!(usd::animate_layer(&path, &folder.path().join("line.txt"), &loaded, &fitting).is_err());
    assert!(usd::animate_layer(&path, &line, &loaded, &fitting).is_ok());
}
