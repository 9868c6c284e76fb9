//! Writes new glTF files from characters.

use crate::common::characters::hero;
use crate::common::node::assert_valid;
use metaface_clip::FrameRate;
use metaface_exporters::gltf::{Container, write_character, write_character_as};
use metaface_exporters::{JointTrack, MeshTrack, Performance};

fn performance() -> Performance {
    Performance {
        name: "line".to_owned(),
        rate: FrameRate::new(24000, 1001).expect("a rate"),
        start_frame: 0.0,
        frame_count: 3,
        meshes: vec![MeshTrack {
            node: 6,
            weights: vec![vec![0.0; 4], vec![0.5; 4], vec![1.0; 4]],
            undriven: Vec::new(),
            keys: None,
        }],
        joints: vec![JointTrack {
            node: 2,
            rotations: vec![
                [0.0, 0.0, 0.0, 1.0],
                [0.0, -0.1, 0.0, -0.995],
                [0.0, 0.2, 0.0, 0.98],
            ],
            keys: Some(vec![0, 2]),
        }],
        metadata: [("sound".to_owned(), "line.wav".to_owned())].into(),
    }
}

#[test]
fn a_character_with_all_kinds_of_parts_is_a_valid_file_with_and_without_animation() {
    let character = hero();
    assert_valid(
        "still.glb",
        &write_character(&character, None).expect("written"),
    );
    let moving = write_character(&character, Some(&performance())).expect("written");
    assert_valid("moving ü.glb", &moving);
    let text = write_character_as(&character, &[performance()], Container::Gltf.into());
    assert_valid("moving.gltf", &text.expect("written"));
}

#[test]
fn an_inconsistent_character_is_an_error() {
    type Damage = fn(&mut metaface_exporters::Character);
    let cases: [(&str, Damage); 7] = [
        ("vertex", |c| c.meshes[0].sections[0].indices[0] = 99),
        ("finite", |c| c.meshes[0].positions[0][0] = f32::NAN),
        ("ancestor", |c| c.nodes[0].parent = Some(9)),
        ("node 99", |c| c.nodes[1].parent = Some(99)),
        ("out of order", |c| {
            c.meshes[0].targets[0].indices = vec![3, 1]
        }),
        ("unequal", |c| c.meshes[0].targets[0].offsets = vec![]),
        ("normals", |c| c.meshes[0].normals.truncate(1)),
    ];
    for (word, damage) in cases {
        let mut character = hero();
        damage(&mut character);
        let error = write_character(&character, None).expect_err(word);
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}
