//! Landmarks of the sample head, for measurements.

use std::sync::OnceLock;

use crate::topology::{self, EYE_SPOKES, FaceMesh, LID_EDGE, LIP_BORDER, MOUTH_LINE, MOUTH_SPOKES};

/// Vertices of the lips, as indices into the face mesh's positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LipLandmarks {
    /// The face mesh's index in [`Character::meshes`](metaface_exporters::Character::meshes).
    pub mesh: usize,
    /// The index of the mesh's node.
    pub node: usize,
    /// Upper and lower inner lip on the face's midline: the lip aperture is their vertical
    /// distance.
    pub inner_centre: [usize; 2],
    /// Upper and lower vermilion border on the face's midline.
    pub outer_centre: [usize; 2],
    /// The corners of the mouth: the character's left and right.
    pub corners: [usize; 2],
    /// Opposite inner-lip vertices, upper and lower, from the character's left to the right,
    /// without the corners.
    pub inner_pairs: Vec<[usize; 2]>,
    /// The inner line and the outer border of both lips, including the corners.
    pub lips: Vec<usize>,
}

/// Vertices of one eye's lids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LidLandmarks {
    /// Opposite vertices of the lids' outer edges, upper and lower, without the corners.
    pub pairs: Vec<[usize; 2]>,
    /// The lid vertices on the eyeball: both edges and the loop behind them.
    pub on_eyeball: Vec<usize>,
}

fn face() -> &'static FaceMesh {
    static FACE: OnceLock<FaceMesh> = OnceLock::new();
    FACE.get_or_init(topology::build)
}

/// The landmarks of the lips.
pub fn lip_landmarks() -> LipLandmarks {
    let rings = &face().mouth.rings;
    let (line, border) = (&rings[MOUTH_LINE], &rings[LIP_BORDER]);
    let half = MOUTH_SPOKES / 2;
    LipLandmarks {
        mesh: 0,
        node: crate::character::FIRST_MESH_NODE,
        inner_centre: [line[half / 2], line[MOUTH_SPOKES - half / 2]],
        outer_centre: [border[half / 2], border[MOUTH_SPOKES - half / 2]],
        corners: [line[0], line[half]],
        inner_pairs: (1..half)
            .map(|s| [line[s], line[MOUTH_SPOKES - s]])
            .collect(),
        lips: line.iter().chain(border).copied().collect(),
    }
}

/// The landmarks of the lids: the character's left and right.
pub fn lid_landmarks() -> [LidLandmarks; 2] {
    [0, 1].map(|eye| {
        let rings = &face().eyes[eye].rings;
        let edge = &rings[LID_EDGE];
        LidLandmarks {
            pairs: (1..EYE_SPOKES / 2)
                .map(|s| [edge[s], edge[EYE_SPOKES - s]])
                .collect(),
            on_eyeball: rings[LID_EDGE..].iter().flatten().copied().collect(),
        }
    })
}

/// The centres of the eyeballs (the character's left and right) and their radius, in metres.
pub fn eyeballs() -> ([[f32; 3]; 2], f32) {
    let metres = |p: crate::space::V3| [p.x, p.y, p.z].map(|c| (c * 1e-3) as f32);
    let left = crate::sculpt::EYE;
    (
        [metres(left), metres(left.mirrored())],
        (crate::sculpt::EYE_RADIUS * 1e-3) as f32,
    )
}
