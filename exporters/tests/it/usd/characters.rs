//! Characters with special features, each with a performance.

use metaface_clip::FrameRate;
use metaface_exporters::character::{
    Character, Image, Material, Mesh, MorphTarget, Node, Section, Skin,
};
use metaface_exporters::{JointTrack, MeshTrack, Performance};

/// All characters, with their names.
pub fn all() -> Vec<(&'static str, Character, Performance)> {
    vec![
        (
            "shared_targets",
            shared_targets(false),
            performance(&shared_targets(false), 4),
        ),
        (
            "differing_weights",
            shared_targets(true),
            differing_weights(),
        ),
        ("skinned", skinned(1.0), performance(&skinned(1.0), 5)),
        (
            "centimetre_armature",
            skinned(0.01),
            performance(&skinned(0.01), 5),
        ),
        ("two_skins", two_skins(), performance(&two_skins(), 3)),
        ("rigid_tree", rigid_tree(), performance(&rigid_tree(), 3)),
        (
            "many_materials",
            many_materials(),
            performance(&many_materials(), 2),
        ),
        ("bare", bare(), performance(&bare(), 1)),
        ("reduced", skinned(1.0), reduced()),
        ("nothing_driven", many_materials(), still(&many_materials())),
        ("film_rate", shared_targets(false), film_rate()),
    ]
}

/// A grid of `n` by `n` vertices, `size` metres wide.
pub fn grid(name: &str, n: u32, size: f32) -> Mesh {
    let step = size / (n - 1) as f32;
    let cells = (0..n * n).map(|i| [i % n, i / n]);
    let positions = cells.clone().map(|[x, y]| {
        let [x, y] = [x, y].map(|v| v as f32 * step - size / 2.0);
        [x, y, 0.1 - x * x - y * y]
    });
    let triangles = |[x, y]: [u32; 2]| {
        let at = |x: u32, y: u32| y * n + x;
        [
            at(x, y),
            at(x + 1, y),
            at(x, y + 1),
            at(x + 1, y),
            at(x + 1, y + 1),
            at(x, y + 1),
        ]
    };
    let inner = cells.clone().filter(|[x, y]| *x + 1 < n && *y + 1 < n);
    Mesh {
        name: name.to_owned(),
        positions: positions.collect(),
        normals: vec![[0.0, 0.0, 1.0]; (n * n) as usize],
        uvs: cells
            .map(|c| c.map(|v| v as f32 / (n - 1) as f32))
            .collect(),
        sections: vec![Section {
            indices: inner.flat_map(triangles).collect(),
            material: None,
        }],
        ..Mesh::default()
    }
}

fn target(name: &str, indices: &[u32], reach: f32) -> MorphTarget {
    MorphTarget {
        name: name.to_owned(),
        indices: indices.to_vec(),
        offsets: indices
            .iter()
            .map(|&i| [0.001 * i as f32, -reach, reach * 0.3])
            .collect(),
        normal_offsets: indices.iter().map(|_| [0.0, 0.01, 0.0]).collect(),
    }
}

fn with_targets(mut mesh: Mesh, targets: Vec<MorphTarget>) -> Mesh {
    mesh.rest_weights = vec![0.0; targets.len()];
    mesh.targets = targets;
    mesh
}

/// A rotation with half-angle `a` about an oblique axis.
pub fn turn(a: f32) -> [f32; 4] {
    let [x, y, z] = [0.48, 0.6, 0.64].map(|v: f32| v * a.sin());
    [x, y, z, a.cos()]
}

/// A performance in which every target of every mesh and every joint of every skin moves.
pub fn performance(character: &Character, frame_count: usize) -> Performance {
    let wave = |frame: usize, i: usize| ((frame * 7 + i * 3) % 11) as f32 / 11.0;
    let mut joints: Vec<usize> = character
        .skins
        .iter()
        .flat_map(|s| s.joints.clone())
        .collect();
    joints.extend((0..character.nodes.len()).filter(|&i| character.nodes[i].name.contains("eye")));
    // UsdSkel animates scales in half precision, so a layer cannot animate joints with small scales
    // exactly.
    joints.retain(|&joint| {
        character.nodes[joint]
            .scale
            .iter()
            .all(|s| (s * 4.0).round() > 0.0)
    });
    joints.sort_unstable();
    joints.dedup();
    let meshes = character.nodes.iter().enumerate().filter_map(|(node, n)| {
        let targets = character.meshes[n.mesh?].targets.len();
        let weights = (0..frame_count).map(|f| (0..targets).map(|t| wave(f, t)).collect());
        (targets > 0).then(|| MeshTrack {
            node,
            weights: weights.collect(),
            undriven: Vec::new(),
            keys: None,
        })
    });
    let turns = |node: usize| {
        (0..frame_count)
            .map(move |f| turn(wave(f, node) * 0.7))
            .collect()
    };
    Performance {
        name: "Zeile ü".into(),
        rate: FrameRate::whole(30).expect("a rate"),
        start_frame: 12.0,
        frame_count,
        meshes: meshes.collect(),
        joints: joints
            .iter()
            .map(|&node| JointTrack {
                node,
                rotations: turns(node),
                keys: None,
            })
            .collect(),
        metadata: [
            ("seed".to_owned(), "7".to_owned()),
            ("sound file".to_owned(), "ü \"x\".wav".to_owned()),
        ]
        .into(),
    }
}

fn still(character: &Character) -> Performance {
    let mut still = performance(character, 2);
    still.meshes.clear();
    still.joints.clear();
    still
}

/// A performance with fewer keys than frames.
fn reduced() -> Performance {
    let mut reduced = performance(&skinned(1.0), 6);
    reduced.meshes[0].keys = Some(vec![0, 2, 4, 5]);
    for track in &mut reduced.joints {
        track.keys = Some(vec![0, 4, 5]);
    }
    reduced
}

fn film_rate() -> Performance {
    let mut film = performance(&shared_targets(false), 3);
    film.rate = FrameRate::new(24000, 1001).expect("a rate");
    film.start_frame = 86400.5;
    film
}

fn differing_weights() -> Performance {
    let character = shared_targets(true);
    let mut performance = performance(&character, 3);
    for weights in &mut performance.meshes[1].weights {
        weights[0] *= 0.5;
    }
    performance.meshes.remove(2);
    performance
}

/// Head and teeth with targets of the same name; two nodes share the teeth's mesh.
fn shared_targets(resting: bool) -> Character {
    let head = with_targets(
        grid("head", 6, 0.2),
        vec![
            target("jawOpen", &[0, 3, 7, 12], 0.02),
            target("mouthSmile_L", &[5, 6], 0.004),
        ],
    );
    let mut teeth = with_targets(
        grid("teeth", 3, 0.04),
        vec![
            target("jawOpen", &[1, 2], 0.015),
            target("jawOpen", &[4], 0.002),
            target("", &[], 0.0),
        ],
    );
    if resting {
        teeth.rest_weights = vec![0.25, 0.0, 0.0];
    }
    let node = |name: &str, mesh, x| Node {
        name: name.to_owned(),
        mesh: Some(mesh),
        translation: [x, 1.5, 0.05],
        ..Node::default()
    };
    Character {
        name: "Shared targets".into(),
        nodes: vec![
            node("head", 0, 0.0),
            node("teeth", 1, 0.01),
            node("teeth", 1, -0.01),
        ],
        meshes: vec![head, teeth],
        ..Character::default()
    }
}

/// A head with joints below a scaled armature. The rest pose of a joint differs from its bind pose.
fn skinned(scale: f32) -> Character {
    let mut mesh = with_targets(grid("skin", 8, 0.3), vec![target("A", &[1, 9, 33], 0.03)]);
    let count = mesh.positions.len();
    mesh.joints = vec![[1, 0, 2, 0]; count];
    mesh.weights = (0..count)
        .map(|i| {
            let w = i as f32 / count as f32;
            [w * 0.75, 1.0 - w, w * 0.25, 0.0]
        })
        .collect();
    let s = 1.0 / scale;
    let nodes = vec![
        Node {
            name: "顔 mesh".into(),
            mesh: Some(0),
            skin: Some(0),
            parent: Some(1),
            translation: [5.0; 3],
            ..Node::default()
        },
        Node {
            name: "Armature".into(),
            scale: [scale; 3],
            rotation: turn(0.3),
            ..Node::default()
        },
        Node {
            name: "neck".into(),
            parent: Some(1),
            translation: [0.0, 1.4 * s, 0.01 * s],
            ..Node::default()
        },
        Node {
            name: "head.x".into(),
            parent: Some(2),
            translation: [0.0, 0.1 * s, 0.0],
            rotation: turn(-0.2),
            ..Node::default()
        },
        Node {
            name: "jaw".into(),
            parent: Some(3),
            translation: [0.01 * s, 0.0, 0.05 * s],
            scale: [1.5; 3],
            ..Node::default()
        },
    ];
    let bind = |y: f32, z: f32| {
        let mut m = [0.0; 16];
        [m[0], m[5], m[10], m[15]] = [s, s, s, 1.0];
        [m[12], m[13], m[14]] = [0.02 * s, -y * s, z * s];
        m
    };
    let skin = Skin {
        name: "skin".into(),
        joints: vec![2, 3, 4],
        inverse_bind: vec![bind(0.0, 0.0), bind(0.1, 0.0), bind(0.1, -0.05)],
    };
    Character {
        name: "1 skinned".into(),
        nodes,
        meshes: vec![mesh],
        skins: vec![skin],
        ..Character::default()
    }
}

/// Skins that share joints: one is compatible up to a transform of its mesh, one is not.
fn two_skins() -> Character {
    let mut character = skinned(1.0);
    let moved = |m: &[f32; 16], by: f32| {
        let mut m = *m;
        for row in 0..3 {
            m[12 + row] += m[row] * by;
        }
        m
    };
    let mut second = character.skins[0].clone();
    second.inverse_bind = second.inverse_bind.iter().map(|m| moved(m, 0.3)).collect();
    let mut third = character.skins[0].clone();
    third.inverse_bind[1][13] += 0.05;
    character.skins.extend([second, third]);
    for skin in [1, 2] {
        character.nodes.push(Node {
            name: format!("other{skin}"),
            mesh: Some(0),
            skin: Some(skin),
            ..Node::default()
        });
    }
    character
}

/// Eyeballs without a skin that rotate with their nodes, below scaled and rotated parents.
fn rigid_tree() -> Character {
    let node = |name: &str, parent, mesh, x| Node {
        name: name.to_owned(),
        parent,
        mesh,
        translation: [x, 0.1, 0.02],
        rotation: turn(x),
        ..Node::default()
    };
    let mut nodes = vec![
        node("eye_L", Some(2), Some(0), 0.03),
        node("eye_R", Some(2), Some(0), -0.03),
        node("head", None, Some(1), 0.2),
        node("lash", Some(0), Some(1), 0.01),
    ];
    nodes[2].scale = [1.5, 0.75, 1.0];
    nodes[3].scale = [0.1, 0.2, -0.3];
    let eye = grid("eye", 4, 0.024);
    let head = with_targets(
        grid("head", 5, 0.2),
        vec![target("jawOpen", &[0, 24], 0.02)],
    );
    Character {
        name: "tree".into(),
        nodes,
        meshes: vec![eye, head],
        ..Character::default()
    }
}

fn many_materials() -> Character {
    let mut mesh = with_targets(
        grid("patchwork", 5, 0.2),
        vec![target("browInnerUp", &[2], 0.01)],
    );
    mesh.rest_weights = vec![0.5];
    let all = mesh.sections[0].indices.clone();
    let (first, rest) = all.split_at(30);
    let (second, third) = rest.split_at(30);
    mesh.sections = [
        (first, Some(0)),
        (second, Some(1)),
        (third, Some(2)),
        (&[][..], Some(0)),
    ]
    .map(|(indices, material)| Section {
        indices: indices.to_vec(),
        material,
    })
    .to_vec();
    let mut bare = mesh.clone();
    bare.sections[1].material = None;
    let glass = Material {
        name: "glass".into(),
        base_color: [0.2, 0.3, 1.0, 0.25],
        blended: true,
        double_sided: true,
        ..Material::default()
    };
    let skin = Material {
        name: "Haut ü".into(),
        base_color_image: Some(0),
        emissive: [0.1, 0.0, 0.0],
        ..Material::default()
    };
    let lash = Material {
        base_color_image: Some(0),
        blended: true,
        ..Material::default()
    };
    Character {
        name: "many".into(),
        nodes: [0, 1]
            .map(|mesh| Node {
                name: "part".into(),
                mesh: Some(mesh),
                ..Node::default()
            })
            .to_vec(),
        meshes: vec![mesh, bare],
        materials: vec![skin, glass, lash],
        images: vec![Image {
            name: "skin/base".into(),
            mime_type: "image/png".into(),
            bytes: PNG.to_vec(),
        }],
        ..Character::default()
    }
}

/// One grey pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x4c, 0x17, 0xd7, 0xdf, 0, 0, 0, 0, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// No normals, no texture coordinates, no names, no material.
fn bare() -> Character {
    let mut mesh = with_targets(
        grid("", 3, 0.1),
        vec![target("", &[0], 0.01), target("", &[4, 8], 0.01)],
    );
    mesh.normals.clear();
    mesh.uvs.clear();
    for target in &mut mesh.targets {
        target.normal_offsets.clear();
    }
    let node = Node {
        mesh: Some(0),
        ..Node::default()
    };
    Character {
        nodes: vec![node.clone(), node],
        meshes: vec![mesh],
        ..Character::default()
    }
}
