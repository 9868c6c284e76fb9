//! Discovers rig maps of characters and applies them to clips.

use crate::common::characters::{hero, square};
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::character::{Expression, ExpressionBind, Mesh, MorphTarget, Node, Skin};
use metaface_exporters::deform::deform;
use metaface_exporters::{Character, FormatError, RigMap};

/// A clip of one frame with one channel set.
fn pose(channel: Channel, value: f32) -> Clip {
    let mut clip = Clip::neutral("pose", FrameRate::whole(30).expect("a rate"), 1);
    clip.frames[0][channel] = value;
    clip
}

fn mesh_of(names: &[&str]) -> Mesh {
    square("Face", 0.2, names)
}

fn character_of(names: &[&str]) -> Character {
    Character {
        nodes: vec![Node {
            name: "face".to_owned(),
            mesh: Some(0),
            ..Node::default()
        }],
        meshes: vec![mesh_of(names)],
        ..Character::default()
    }
}

/// The weights of the first mesh for a pose, by target name.
fn weights(character: &Character, clip: &Clip) -> Vec<(String, f32)> {
    let performance = RigMap::discover(character).map.drive(character, clip);
    let Some(track) = performance.meshes.first() else {
        return Vec::new();
    };
    let targets = &character.meshes[0].targets;
    let named = targets.iter().zip(&track.weights[0]);
    named
        .map(|(target, weight)| (target.name.clone(), *weight))
        .collect()
}

fn reason(character: &Character, target: &str) -> String {
    let discovery = RigMap::discover(character);
    let found = discovery
        .undriven_targets
        .into_iter()
        .find(|u| u.target == target);
    found.map(|undriven| undriven.reason).unwrap_or_default()
}

/// A head joint, rotated and translated at rest below a rotated root, with marker points for nose,
/// crown and left ear.
fn markers(facing_back: bool) -> Character {
    let turn = [0.0, 0.5_f32.sqrt(), 0.0, 0.5_f32.sqrt()];
    let node = |name: &str, parent, translation, rotation| Node {
        name: name.to_owned(),
        parent,
        translation,
        rotation,
        ..Node::default()
    };
    let left = if facing_back { -1.0 } else { 1.0 };
    // The root is rotated by a quarter turn about Y, so local (x, y, z) is at (z, y, -x).
    let mut character = Character {
        nodes: vec![
            node("Armature", None, [0.0; 3], turn),
            node(
                "mixamorig:Head",
                Some(0),
                [0.0, 1.5, 0.0],
                [0.5, 0.5, 0.5, 0.5],
            ),
            node(
                "mixamorig:LeftEye",
                Some(0),
                [0.0, 1.6, 0.03 * left],
                [0.0, 0.0, 0.0, 1.0],
            ),
            node(
                "mixamorig:RightEye",
                Some(0),
                [0.0, 1.6, -0.03 * left],
                [0.0, 0.0, 0.0, 1.0],
            ),
        ],
        ..Character::default()
    };
    // Skinned only to the head: mesh space is the character's space at rest.
    let inverse_bind = inverse_head_matrix(&character);
    character.meshes.push(Mesh {
        name: "markers".to_owned(),
        positions: vec![
            [0.0, 1.5, 0.1 * left],
            [0.0, 1.7, 0.0],
            [0.1 * left, 1.5, 0.0],
        ],
        joints: vec![[0; 4]; 3],
        weights: vec![[1.0, 0.0, 0.0, 0.0]; 3],
        ..Mesh::default()
    });
    character.skins.push(Skin {
        joints: vec![1],
        inverse_bind: vec![inverse_bind],
        ..Skin::default()
    });
    character.nodes.push(Node {
        mesh: Some(0),
        skin: Some(0),
        ..Node::default()
    });
    character
}

/// The inverse of the head's rest matrix, measured with deformed unit vectors.
fn inverse_head_matrix(character: &Character) -> [f32; 16] {
    let mut probe = character.clone();
    probe.meshes.push(Mesh {
        positions: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        ..Mesh::default()
    });
    probe.nodes.push(Node {
        parent: Some(1),
        mesh: Some(0),
        ..Node::default()
    });
    let still = RigMap::default().drive(&probe, &pose(Channel::JawOpen, 0.0));
    let points = &deform(&probe, &still, 0)[0];
    let origin = points[0];
    let axis = |i: usize| -> [f32; 3] { std::array::from_fn(|k| points[i][k] - origin[k]) };
    let axes = [axis(1), axis(2), axis(3)];
    let mut inverse = [0.0; 16];
    for row in 0..3 {
        for column in 0..3 {
            inverse[column * 4 + row] = axes[row][column];
        }
        inverse[12 + row] = -(0..3).map(|k| axes[row][k] * origin[k]).sum::<f32>();
    }
    inverse[15] = 1.0;
    inverse
}

#[test]
fn positive_angles_turn_left_look_up_and_tilt_to_the_left_shoulder() {
    for facing_back in [false, true] {
        let character = markers(facing_back);
        let left = if facing_back { -1.0 } else { 1.0 };
        let map = RigMap::discover(&character).map;
        let moved = |channel| {
            let performance = map.drive(&character, &pose(channel, 0.5));
            let points = deform(&character, &performance, 0).remove(0);
            let rest = &character.meshes[0].positions;
            let change =
                |i: usize| -> [f32; 3] { std::array::from_fn(|k| points[i][k] - rest[i][k]) };
            [change(0), change(1), change(2)]
        };
        let [nose, crown, _] = moved(Channel::HeadYaw);
        assert!(
            nose[0] * left > 0.04 && nose[1].abs() < 1e-5,
            "yaw: nose {nose:?}"
        );
        assert!(crown.iter().all(|v| v.abs() < 1e-5), "yaw: crown {crown:?}");
        let [nose, _, ear] = moved(Channel::HeadPitch);
        assert!(
            nose[1] > 0.04 && nose[0].abs() < 1e-5,
            "pitch: nose {nose:?}"
        );
        assert!(ear.iter().all(|v| v.abs() < 1e-5), "pitch: ear {ear:?}");
        let [nose, crown, ear] = moved(Channel::HeadRoll);
        assert!(
            crown[0] * left > 0.09 && ear[1] < -0.04,
            "roll: crown {crown:?}, ear {ear:?}"
        );
        assert!(nose.iter().all(|v| v.abs() < 1e-5), "roll: nose {nose:?}");
    }
}

#[test]
fn yaw_is_applied_after_pitch_and_roll() {
    let character = markers(false);
    let mut clip = pose(Channel::HeadYaw, std::f32::consts::FRAC_PI_2);
    clip.frames[0][Channel::HeadPitch] = std::f32::consts::FRAC_PI_2;
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let nose = deform(&character, &performance, 0)[0][0];
    // After pitch, the nose points straight up; yaw does not change that.
    assert!((nose[1] - 1.6).abs() < 1e-5, "{nose:?}");
}

#[test]
fn every_mesh_with_a_target_is_driven_and_undriven_parts_are_reported() {
    let character = hero();
    let discovery = RigMap::discover(&character);
    let jaw = discovery
        .driven
        .iter()
        .find(|d| d.target == "jawOpen")
        .expect("driven");
    assert_eq!(jaw.meshes, ["Head", "Teeth"]);
    assert_eq!(discovery.undriven_targets.len(), 1);
    assert_eq!(discovery.undriven_targets[0].target, "wrinkle");
    assert!(
        discovery.undriven_targets[0]
            .reason
            .contains("does not recognise")
    );
    assert!(
        discovery
            .undriven_channels
            .iter()
            .any(|u| u.channel == "MouthFunnel")
    );
    assert!(
        discovery
            .undriven_channels
            .iter()
            .all(|u| u.channel != "HeadYaw")
    );
    let performance = discovery
        .map
        .drive(&character, &pose(Channel::EyeBlinkLeft, 0.75));
    let nodes: Vec<usize> = performance.meshes.iter().map(|track| track.node).collect();
    assert_eq!(nodes, [6, 7, 8]);
    assert_eq!(performance.meshes[0].weights, [[0.0, 0.0, 0.75, 0.0]]);
    assert_eq!(performance.meshes[2].weights, [[0.75, 0.0]]);
}

#[test]
fn undriven_targets_stay_at_their_rest_weight_and_no_weight_leaves_its_range() {
    let mut character = hero();
    character.meshes[0].rest_weights = vec![0.1, 0.2, 0.3, 0.4];
    let performance = RigMap::discover(&character)
        .map
        .drive(&character, &pose(Channel::JawOpen, 7.0));
    assert_eq!(performance.meshes[0].weights, [[1.0, 0.0, 0.0, 0.4]]);
    let performance = RigMap::discover(&character)
        .map
        .drive(&character, &pose(Channel::JawOpen, f32::NAN));
    assert_eq!(performance.meshes[0].weights, [[0.1, 0.0, 0.0, 0.4]]);
}

#[test]
fn visemes_are_driven_only_without_an_arkit_mouth() {
    let bare = character_of(&[
        "viseme_sil",
        "viseme_aa",
        "viseme_PP",
        "viseme_O",
        "mouthOpen",
        "mouthSmile",
    ]);
    let open = weights(&bare, &pose(Channel::JawOpen, 0.5));
    assert!(
        open[1].1 > 0.5 && open[2].1 == 0.0 && open[3].1 == 0.0,
        "{open:?}"
    );
    assert_eq!(open[4].1, 0.0, "mouthOpen would open it twice");
    assert!(reason(&bare, "mouthOpen").contains("viseme_aa"));
    assert!(reason(&bare, "viseme_sil").contains("silence"));
    assert!(weights(&bare, &pose(Channel::MouthFunnel, 1.0))[3].1 > 0.9);
    let full = character_of(&[
        "jawOpen",
        "mouthFunnel",
        "viseme_aa",
        "mouthSmile",
        "mouthSmileLeft",
        "mouthSmileRight",
    ]);
    assert!(reason(&full, "viseme_aa").contains("not needed"));
    assert!(reason(&full, "mouthSmile").contains("mouthSmileLeft"));
    assert_eq!(weights(&full, &pose(Channel::JawOpen, 0.5))[0].1, 0.5);
}

#[test]
fn vrm_expressions_drive_the_targets_that_they_bind_even_without_names() {
    let mut character = character_of(&["", "", "", "muscle"]);
    let bind = |target, weight| ExpressionBind {
        mesh: 0,
        target,
        weight,
    };
    let expression = |name: &str, binds: &[ExpressionBind]| Expression {
        name: name.to_owned(),
        binds: binds.to_vec(),
    };
    character.expressions = vec![
        expression("aa", &[bind(0, 1.0)]),
        expression("blink", &[bind(1, 0.5), bind(2, 0.5)]),
        expression("blinkLeft", &[bind(1, 1.0)]),
        expression("blinkRight", &[bind(2, 1.0), bind(99, 1.0)]),
        expression("happy", &[bind(2, 1.0)]),
    ];
    let closed = weights(&character, &pose(Channel::EyeBlinkLeft, 0.5));
    assert_eq!((closed[1].1, closed[2].1), (0.5, 0.0), "{closed:?}");
    assert!(weights(&character, &pose(Channel::JawOpen, 0.5))[0].1 > 0.5);
}

#[test]
fn a_jaw_joint_is_driven_unless_a_target_moves_the_same_vertices() {
    let driven = |character: &Character| {
        let joints = RigMap::discover(character).driven_joints;
        joints.iter().any(|joint| joint.joint == "Jaw")
    };
    let mut character = hero();
    assert!(!driven(&character), "the teeth below it have jawOpen");
    character.nodes[7].parent = Some(2);
    assert!(driven(&character), "no mesh with jawOpen follows it");
    // The head mesh skinned to the jaw: jawOpen moves vertices 1 and 3.
    character.skins[0].joints = vec![2, 5];
    character.nodes[6].skin = Some(0);
    character.meshes[0].joints = vec![[0, 1, 0, 0]; 4];
    character.meshes[0].weights = vec![[1.0, 0.0, 0.0, 0.0]; 4];
    assert!(driven(&character), "no vertex has a weight for the joint");
    character.meshes[0].weights[3] = [0.5, 0.5, 0.0, 0.0];
    assert!(!driven(&character), "vertex 3 would move twice");
    character.meshes[0]
        .targets
        .retain(|target| target.name != "jawOpen");
    assert!(driven(&character), "no target opens the mouth");
}

#[test]
fn a_jaw_joint_lowers_the_chin() {
    let mut character = hero();
    character.nodes[7].parent = Some(2);
    character.nodes.push(Node {
        name: "beard".to_owned(),
        parent: Some(5),
        translation: [0.0, 0.0, 0.1],
        mesh: Some(4),
        ..Node::default()
    });
    character.meshes.push(square("Beard", 0.01, &[]));
    let map = RigMap::discover(&character).map;
    let beard = |value| {
        let performance = map.drive(&character, &pose(Channel::JawOpen, value));
        deform(&character, &performance, 0)[4][0]
    };
    assert!(beard(1.0)[1] < beard(0.0)[1] - 0.02);
}

#[test]
fn a_character_with_nothing_to_drive_is_an_error_that_lists_the_expected_names() {
    let character = character_of(&["muscle", "weight"]);
    let error = RigMap::discover(&character)
        .usable(&character)
        .expect_err("nothing");
    assert!(matches!(error, FormatError::NothingToDrive { .. }));
    let text = error.to_string();
    for word in ["muscle", "jawOpen", "viseme_aa", "CTRL_expressions", "Head"] {
        assert!(text.contains(word), "{text}");
    }
    let still = Character::default();
    assert!(RigMap::discover(&still).usable(&still).is_err());
}

#[test]
fn an_edited_map_is_applied_and_its_unknown_targets_are_reported() {
    let character = character_of(&["open", ""]);
    let text = r##"{"schema": "metaface.rigmap", "version": 1, "targets": [
        {"target": "open", "channels": {"JawOpen": 2, "MouthClose": -2}, "range": [0, 1.5]},
        {"target": "#1", "mesh": "Face", "channels": {"JawOpen": 0.5}, "offset": 0.25},
        {"target": "gone", "channels": {}}]}"##;
    let map = RigMap::from_json(text.as_bytes(), "map.json".as_ref()).expect("a map");
    let performance = map.drive(&character, &pose(Channel::JawOpen, 1.0));
    assert_eq!(performance.meshes[0].weights, [[1.5, 0.75]]);
    let description = map.describe(&character);
    assert!(description.warnings[0].contains("gone"));
    assert!(
        serde_json::to_string(&description)
            .expect("JSON")
            .contains("metaface.rigmap")
    );
}

#[test]
fn targets_without_offsets_are_still_driven() {
    let mut character = character_of(&["jawOpen"]);
    character.meshes[0].targets[0] = MorphTarget {
        name: "jawOpen".to_owned(),
        ..MorphTarget::default()
    };
    assert_eq!(weights(&character, &pose(Channel::JawOpen, 1.0))[0].1, 1.0);
}
