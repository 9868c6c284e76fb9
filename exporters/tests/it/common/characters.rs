//! Characters and clips for tests.

use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::Character;
use metaface_exporters::character::{Image, Material, Mesh, MorphTarget, Node, Section, Skin};

/// A 1 x 1 white PNG.
pub const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 0x0B, 0x49, 0x44, 0x41, 0x54,
    0x78, 0xDA, 0x63, 0xF8, 0x0F, 4, 0, 9, 0xFB, 3, 0xFD, 0x68, 0xFA, 0x1C, 0xCC, 0, 0, 0, 0, 0x49,
    0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// A square of two triangles in two sections, `width` metres wide, with the given targets, each of
/// which moves two vertices.
pub fn square(name: &str, width: f32, targets: &[&str]) -> Mesh {
    let target = |(index, name): (usize, &&str)| MorphTarget {
        name: (*name).to_owned(),
        indices: vec![1, 3],
        offsets: vec![[0.0, -0.01 * (index + 1) as f32, 0.0], [0.0, -0.002, 0.001]],
        normal_offsets: vec![[0.1, 0.0, 0.0], [0.0, 0.1, 0.0]],
    };
    Mesh {
        name: name.to_owned(),
        positions: vec![
            [0.0, 0.0, 0.0],
            [width, 0.0, 0.0],
            [width, width, 0.0],
            [0.0, width, 0.0],
        ],
        normals: vec![[0.0, 0.0, 1.0]; 4],
        uvs: vec![[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]],
        sections: vec![
            Section {
                indices: vec![0, 1, 2],
                material: Some(0),
            },
            Section {
                indices: vec![0, 2, 3],
                material: None,
            },
        ],
        targets: targets.iter().enumerate().map(target).collect(),
        rest_weights: vec![0.0; targets.len()],
        ..Mesh::default()
    }
}

/// A head, teeth and lashes under a head joint, two eye joints, a jaw joint, and a skinned body.
pub fn hero() -> Character {
    let mut character = Character {
        name: "hero".to_owned(),
        images: vec![Image {
            name: "skin".to_owned(),
            mime_type: "image/png".to_owned(),
            bytes: PNG.to_vec(),
        }],
        materials: vec![Material {
            name: "skin".to_owned(),
            base_color_image: Some(0),
            double_sided: true,
            blended: true,
            emissive: [0.1, 0.0, 0.0],
            ..Material::default()
        }],
        ..Character::default()
    };
    let head = square(
        "Head",
        0.2,
        &["jawOpen", "mouthClose", "eyeBlink_L", "wrinkle"],
    );
    let teeth = square("Teeth", 0.05, &["jawOpen"]);
    let lashes = square("Lashes", 0.04, &["eyeBlinkLeft", "eyeBlinkRight"]);
    let mut body = square("Body", 0.9, &[]);
    body.joints = vec![[0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 7, 0], [1, 0, 0, 0]];
    body.weights = vec![
        [0.5, 0.5, 0.0, 0.0],
        [0.25, 0.75, 0.0, 0.0],
        [1.0, 0.0, 0.0, 0.0],
        [2.0, 0.0, 0.0, 0.0],
    ];
    character.meshes = vec![head, teeth, lashes, body];
    let node = |name: &str, parent: Option<usize>, translation: [f32; 3]| Node {
        name: name.to_owned(),
        parent,
        translation,
        ..Node::default()
    };
    character.nodes = vec![
        node("root", None, [0.0; 3]),
        node("Neck", Some(0), [0.0, 1.4, 0.0]),
        node("Head", Some(1), [0.0, 0.1, 0.0]),
        node("LeftEye", Some(2), [0.03, 0.1, 0.08]),
        node("RightEye", Some(2), [-0.03, 0.1, 0.08]),
        node("Jaw", Some(2), [0.0, 0.0, 0.02]),
        node("HeadMesh", Some(2), [0.0; 3]),
        node("TeethMesh", Some(5), [0.0; 3]),
        node("LashesMesh", Some(2), [0.0; 3]),
        node("BodyMesh", Some(0), [0.0; 3]),
    ];
    for (node, mesh) in [(6, 0), (7, 1), (8, 2), (9, 3)] {
        character.nodes[node].mesh = Some(mesh);
    }
    character.nodes[9].skin = Some(0);
    let identity = [
        1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
    ];
    character.skins = vec![Skin {
        name: "skeleton".to_owned(),
        joints: vec![1, 2],
        inverse_bind: vec![identity; 2],
    }];
    character
}

/// A clip in which every channel has a different curve.
pub fn busy_clip(name: &str, rate: FrameRate, frame_count: usize) -> Clip {
    let mut clip = Clip::neutral(name, rate, frame_count);
    for (index, frame) in clip.frames.iter_mut().enumerate() {
        for channel in Channel::ALL {
            let phase = index as f32 * 0.31 + channel.index() as f32;
            frame[channel] = if channel.is_angle() {
                0.2 * phase.sin()
            } else {
                0.5 + 0.5 * phase.sin()
            };
        }
    }
    clip.metadata
        .insert("sound".to_owned(), "line ü.wav".to_owned());
    clip
}
