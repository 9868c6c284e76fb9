//! Places the camera in front of the face. The face is the region that the performance moves.

use super::surface::{Surface, area};
use crate::deform::deform;
use crate::{Character, Performance};

/// A morph target moves a point if the offset is at least this share of its largest offset.
const MOVED_SHARE: f32 = 0.35;
/// Share of the moved points that is ignored at either end of an axis: distant skin that moves
/// slightly with the face.
const OUTLIER_SHARE: f32 = 0.04;
/// The framed size as a multiple of the moving face: brows to chin are about half a head.
const FACE_MARGIN: f32 = 1.95;
/// The framed size as a multiple of the region that joints move, which is already a whole head.
const HEAD_MARGIN: f32 = 1.15;
/// The camera's distance divided by the distance of the near plane.
const NEAR_DIVISOR: f32 = 50.0;
/// How far above the centre of the moving face the camera aims, as a share of its height.
const RAISE: f32 = 0.15;
/// Half the height of the view at a distance of one: a portrait lens with a field of view of 22
/// degrees.
const HALF_VIEW: f32 = 0.194_380_3;
/// A surface has a facing direction if the sum of its area vectors is at least this share of its
/// area.
const OPEN_SHARE: f32 = 0.1;
/// The number of frames that are sampled to find the points that joints move.
const SAMPLED_FRAMES: usize = 8;

/// A camera in front of a face.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Camera {
    /// The point that it aims at, metres.
    target: [f32; 3],
    /// From the face to the camera: a horizontal unit vector.
    toward: [f32; 3],
    /// Width, height and depth of the face as the camera sees it, metres.
    face: [f32; 3],
    /// The framed size as a multiple of the face.
    margin: f32,
}

impl Camera {
    /// `None` if there is no surface.
    pub fn on_face(
        character: &Character,
        performance: &Performance,
        surfaces: &[Surface],
    ) -> Option<Self> {
        let rest = at_rest(character, performance);
        let morphed = moved_by_targets(character, performance, surfaces);
        let (moved, margin) = if morphed.iter().flatten().any(|moves| *moves) {
            (morphed, FACE_MARGIN)
        } else {
            let jointed = moved_by_joints(character, performance, &rest);
            (jointed, HEAD_MARGIN)
        };
        let face = if moved.iter().flatten().any(|moves| *moves) {
            moved
        } else {
            rest.iter().map(|points| vec![true; points.len()]).collect()
        };
        let toward = facing(surfaces, &rest, &face);
        let drawn = in_triangles(surfaces, &rest);
        let positions = (rest.iter().zip(&face).zip(&drawn)).flat_map(|((points, face), drawn)| {
            (points.iter().zip(face).zip(drawn))
                .filter(|((point, in_face), drawn)| {
                    **in_face && **drawn && point.iter().all(|axis| axis.is_finite())
                })
                .map(|((point, _), _)| *point)
        });
        let [low, high] = bounds(&positions.collect::<Vec<_>>())?;
        let size: [f32; 3] = std::array::from_fn(|axis| high[axis] - low[axis]);
        let mut target: [f32; 3] = std::array::from_fn(|axis| low[axis] + size[axis] / 2.0);
        if margin == FACE_MARGIN {
            target[1] += RAISE * size[1];
        }
        let sideways = toward[0] != 0.0;
        let seen_size = if sideways {
            [size[2], size[1], size[0]]
        } else {
            size
        };
        let is_visible =
            size.iter().all(|axis| axis.is_finite()) && seen_size[0].max(seen_size[1]) > 0.0;
        is_visible.then_some(Self {
            target,
            toward,
            face: seen_size,
            margin,
        })
    }

    /// The projection for a picture of this size.
    pub fn lens(&self, width: usize, height: usize) -> Lens {
        let (width, height) = (width as f32, height as f32);
        let half_height = self.margin * self.face[1].max(self.face[0] * height / width) / 2.0;
        let distance = half_height / HALF_VIEW + self.face[2] / 2.0;
        let scale = height / 2.0 / HALF_VIEW;
        let face_metres = self.face[0].max(self.face[1]);
        Lens {
            target: self.target,
            right: [self.toward[2], 0.0, -self.toward[0]],
            toward: self.toward,
            distance,
            scale,
            center: [width / 2.0, height / 2.0],
            face_metres,
            face_pixels: face_metres * scale / distance,
        }
    }
}

/// The projection of points in world space to samples of a picture.
#[derive(Debug)]
pub(super) struct Lens {
    target: [f32; 3],
    right: [f32; 3],
    toward: [f32; 3],
    distance: f32,
    scale: f32,
    center: [f32; 2],
    /// The size of the face in the world and in the picture.
    pub face_metres: f32,
    pub face_pixels: f32,
}

impl Lens {
    /// The position in the picture (right and down in samples) and the distance from the camera
    /// (metres). `None` for a point too near to the camera or behind it.
    pub fn project(&self, point: [f32; 3]) -> Option<[f32; 3]> {
        let from_target = std::array::from_fn(|axis| point[axis] - self.target[axis]);
        let [x, y, z] = self.rotate(from_target);
        let depth = self.distance - z;
        let projected = [
            self.center[0] + self.scale * x / depth,
            self.center[1] - self.scale * y / depth,
            depth,
        ];
        let near = self.distance / NEAR_DIVISOR;
        (depth > near && projected.iter().all(|axis| axis.is_finite())).then_some(projected)
    }

    /// A direction in camera space: right, up, towards the camera.
    pub fn rotate(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        [
            self.right[0] * x + self.right[2] * z,
            y,
            self.toward[0] * x + self.toward[2] * z,
        ]
    }
}

fn at_rest(character: &Character, performance: &Performance) -> Vec<Vec<[f32; 3]>> {
    let still = Performance {
        meshes: Vec::new(),
        joints: Vec::new(),
        metadata: Default::default(),
        name: String::new(),
        ..*performance
    };
    deform(character, &still, 0)
}

/// Per surface and vertex, whether a driven morph target moves it.
fn moved_by_targets(
    character: &Character,
    performance: &Performance,
    surfaces: &[Surface],
) -> Vec<Vec<bool>> {
    let of_surface = |surface: &Surface| {
        let mut moves = vec![false; surface.groups.len()];
        let track = performance.meshes.iter().find(|t| t.node == surface.node);
        let mesh = (character.nodes[surface.node].mesh).and_then(|m| character.meshes.get(m));
        let (Some(track), Some(mesh)) = (track, mesh) else {
            return moves;
        };
        for (index, target) in mesh.targets.iter().enumerate() {
            if track.undriven.contains(&index) {
                continue;
            }
            let squared = |offset: &[f32; 3]| offset.iter().map(|axis| axis * axis).sum::<f32>();
            let largest = target.offsets.iter().map(squared).fold(0.0, f32::max);
            for (vertex, offset) in target.indices.iter().zip(&target.offsets) {
                let is_large = squared(offset) >= MOVED_SHARE * MOVED_SHARE * largest;
                if let Some(moves) = moves.get_mut(*vertex as usize) {
                    *moves |= largest > 0.0 && is_large;
                }
            }
        }
        moves
    };
    surfaces.iter().map(of_surface).collect()
}

/// Per surface and vertex, whether it moves in the performance.
fn moved_by_joints(
    character: &Character,
    performance: &Performance,
    rest: &[Vec<[f32; 3]>],
) -> Vec<Vec<bool>> {
    let mut moves: Vec<Vec<bool>> = rest.iter().map(|p| vec![false; p.len()]).collect();
    let samples = SAMPLED_FRAMES.min(performance.frame_count);
    for sample in 0..samples {
        let frame = sample * performance.frame_count / samples;
        let posed = deform(character, performance, frame);
        for ((moves, posed), rest) in moves.iter_mut().zip(&posed).zip(rest) {
            for ((moves, posed), rest) in moves.iter_mut().zip(posed).zip(rest) {
                *moves |= posed != rest;
            }
        }
    }
    moves
}

/// Per surface and vertex, whether a triangle uses it.
fn in_triangles(surfaces: &[Surface], rest: &[Vec<[f32; 3]>]) -> Vec<Vec<bool>> {
    let mut used: Vec<Vec<bool>> = rest.iter().map(|p| vec![false; p.len()]).collect();
    for (surface, used) in surfaces.iter().zip(&mut used) {
        for vertex in surface.triangles().flatten() {
            used[*vertex as usize] = true;
        }
    }
    used
}

/// The axis that the face points along; +Z if its surface has no clear direction. Older VRM files
/// face -Z.
///
/// A face is an open surface, so the sum of the area vectors of its triangles points forward;
/// hollows such as the mouth do not change it.
fn facing(surfaces: &[Surface], rest: &[Vec<[f32; 3]>], face: &[Vec<bool>]) -> [f32; 3] {
    let (mut sum, mut total) = ([0.0_f32; 3], 0.0_f32);
    for ((surface, points), face) in surfaces.iter().zip(rest).zip(face) {
        let side = if surface.mirrored { -1.0 } else { 1.0 };
        let in_face = |t: &&[u32; 3]| t.iter().all(|&vertex| face[vertex as usize]);
        for triangle in surface.triangles().filter(in_face) {
            let area = area(triangle.map(|vertex| points[vertex as usize]));
            let size = area.iter().map(|axis| axis * axis).sum::<f32>().sqrt();
            if size.is_finite() {
                sum = std::array::from_fn(|axis| sum[axis] + side * area[axis]);
                total += size;
            }
        }
    }
    let sideways = sum[0].abs() > sum[2].abs();
    let strongest = if sideways { sum[0] } else { sum[2] };
    if !strongest.is_finite() || strongest.abs() < OPEN_SHARE * total || total == 0.0 {
        return [0.0, 0.0, 1.0];
    }
    if sideways {
        [strongest.signum(), 0.0, 0.0]
    } else {
        [0.0, 0.0, strongest.signum()]
    }
}

/// The lowest and highest coordinates without outliers; `None` without points.
fn bounds(points: &[[f32; 3]]) -> Option<[[f32; 3]; 2]> {
    let outliers = (points.len() as f32 * OUTLIER_SHARE) as usize;
    let last = points.len().checked_sub(1)?;
    let mut bounds = [[0.0; 3]; 2];
    for axis in 0..3 {
        let mut sorted: Vec<f32> = points.iter().map(|point| point[axis]).collect();
        sorted.sort_by(f32::total_cmp);
        bounds[0][axis] = sorted[outliers];
        bounds[1][axis] = sorted[last - outliers];
    }
    Some(bounds)
}
