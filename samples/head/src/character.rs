//! The assembly of the head.

use metaface_exporters::Character;
use metaface_exporters::character::{Node, Skin};

use crate::part::HeadPart;
use crate::topology::{self, FaceMesh, Tissue};
use crate::{eye_parts, hair, material, mouth_parts, outer_parts, rig, shapes};

/// The name of the mesh with the lips.
pub const FACE: &str = "Face";

/// The node of the first mesh, the face, after the joints.
pub const FIRST_MESH_NODE: usize = 6;

fn face_part(face: &FaceMesh) -> HeadPart {
    let mut part = HeadPart {
        name: FACE,
        points: face.points.clone(),
        uvs: face.uvs.clone(),
        shapes: shapes::of_face(face),
        ..HeadPart::default()
    };
    let mut duplicate_of = vec![None; face.points.len()];
    for &(v, uv) in &face.seam {
        duplicate_of[v] = Some(part.points.len() + part.duplicates.len());
        part.duplicates.push((v, uv));
    }
    for &(quad, tissue) in &face.quads {
        let material = match tissue {
            Tissue::Skin => material::SKIN,
            Tissue::Lip => material::LIPS,
            Tissue::Mouth => material::MOUTH,
        };
        // A quad across the back seam uses the seam's duplicate vertices.
        let wraps = quad.iter().any(|&v| face.uvs[v][0] < 0.25)
            && quad.iter().any(|&v| face.uvs[v][0] > 0.75);
        part.quad(
            quad.map(|v| {
                if wraps {
                    duplicate_of[v].unwrap_or(v)
                } else {
                    v
                }
            }),
            material,
        );
    }
    for &(triangle, tissue) in &face.triangles {
        let material = if tissue == Tissue::Mouth {
            material::MOUTH
        } else {
            material::SKIN
        };
        part.triangles.push((triangle, material));
    }
    part
}

/// The sample head.
pub fn sample_head() -> Character {
    let face = topology::build();
    let (materials, images) = material::all(&face);
    let parts = [
        face_part(&face),
        mouth_parts::upper_teeth(),
        mouth_parts::lower_teeth(),
        mouth_parts::tongue(),
        eye_parts::eyeball(true),
        eye_parts::eyeball(false),
        eye_parts::lashes(&face),
        eye_parts::brows(),
        outer_parts::ears(),
        hair::hair(),
        outer_parts::shirt(),
    ];
    let (mut nodes, skin): (Vec<Node>, Skin) = rig::skeleton();
    let mut meshes = Vec::new();
    for part in parts {
        nodes.push(Node {
            name: part.name.to_owned(),
            mesh: Some(meshes.len()),
            skin: Some(0),
            ..Node::default()
        });
        meshes.push(part.into_mesh());
    }
    Character {
        name: "MetaFace sample head".to_owned(),
        source: None,
        nodes,
        meshes,
        skins: vec![skin],
        materials,
        images,
        ..Character::default()
    }
}
