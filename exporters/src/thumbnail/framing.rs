//! Where the camera stands: before the face, which is what the performance moves.

use super::surface::{Surface, area};
use crate::deform::deform;
use crate::{Character, Performance};

/// A point belongs to a driven morph target from this share of its largest offset on.
const MOVED_SHARE: f32 = 0.35;
/// Share of the moved points left out at either end of an axis: skin that follows from afar.
const STRAY_SHARE: f32 = 0.04;
/// What is seen, as a multiple of what moves: brows to chin are about half a head.
const AIR_AROUND_FACE: f32 = 1.95;
/// What joints alone move is a whole head already.
const AIR_AROUND_HEAD: f32 = 1.15;
/// How far above the middle of the moving face the camera aims, as a share of its height.
const RAISE: f32 = 0.15;
/// Half the height of the view at a distance of one: a portrait lens of 22 degrees.
const HALF_VIEW: f32 = 0.194_380_3;
/// A surface is open towards the front if this share of its area looks there on balance.
const OPEN_SHARE: f32 = 0.1;
/// How many frames are looked at for what joints move.
const PROBES: usize = 8;

/// A place before a face.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Camera {
    /// What it aims at, metres.
    target: [f32; 3],
    /// From the face to the camera: a horizontal unit vector.
    toward: [f32; 3],
    /// Width, height and depth of the face as the camera sees it, metres.
    face: [f32; 3],
    /// What is seen, as a multiple of the face.
    air: f32,
}

impl Camera {
    /// None where there is no surface.
    pub fn on_face(
        character: &Character,
        performance: &Performance,
        surfaces: &[Surface],
    ) -> Option<Self> {
        let rest = at_rest(character, performance);
        let driven = morphed(character, performance, surfaces);
        let (chosen, air) = if driven.iter().flatten().any(|moves| *moves) {
            (driven, AIR_AROUND_FACE)
        } else {
            (jointed(character, performance, &rest), AIR_AROUND_HEAD)
        };
        let chosen = if chosen.iter().flatten().any(|moves| *moves) {
            chosen
        } else {
            rest.iter().map(|points| vec![true; points.len()]).collect()
        };
        let toward = facing(surfaces, &rest, &chosen);
        let shown = shown(surfaces, &rest);
        let places =
            (rest.iter().zip(&chosen).zip(&shown)).flat_map(|((points, chosen), shown)| {
                (points.iter().zip(chosen).zip(shown))
                    .filter(|((point, chosen), shown)| {
                        **chosen && **shown && point.iter().all(|axis| axis.is_finite())
                    })
                    .map(|((point, _), _)| *point)
            });
        let [low, high] = bounds(&places.collect::<Vec<_>>())?;
        let size: [f32; 3] = std::array::from_fn(|axis| high[axis] - low[axis]);
        let mut target: [f32; 3] = std::array::from_fn(|axis| low[axis] + size[axis] / 2.0);
        if air == AIR_AROUND_FACE {
            target[1] += RAISE * size[1];
        }
        let sideways = toward[0] != 0.0;
        let face = if sideways {
            [size[2], size[1], size[0]]
        } else {
            size
        };
        let seen = size.iter().all(|axis| axis.is_finite()) && face[0].max(face[1]) > 0.0;
        seen.then_some(Self {
            target,
            toward,
            face,
            air,
        })
    }

    /// The camera with a picture of this size behind it.
    pub fn lens(&self, width: usize, height: usize) -> Lens {
        let (width, height) = (width as f32, height as f32);
        let half_height = self.air * self.face[1].max(self.face[0] * height / width) / 2.0;
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

/// From points in the world to samples of a picture.
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
    /// Across, down (in samples) and away from the camera (metres); none for a point that cannot
    /// be seen.
    pub fn project(&self, point: [f32; 3]) -> Option<[f32; 3]> {
        let from_target = std::array::from_fn(|axis| point[axis] - self.target[axis]);
        let [x, y, z] = self.turn(from_target);
        let depth = self.distance - z;
        let place = [
            self.center[0] + self.scale * x / depth,
            self.center[1] - self.scale * y / depth,
            depth,
        ];
        let near = self.distance / 50.0;
        (depth > near && place.iter().all(|axis| axis.is_finite())).then_some(place)
    }

    /// A direction as the camera sees it: right, up, towards the camera.
    pub fn turn(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
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
fn morphed(
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
            let length = |offset: &[f32; 3]| offset.iter().map(|axis| axis * axis).sum::<f32>();
            let largest = target.offsets.iter().map(length).fold(0.0, f32::max);
            for (vertex, offset) in target.indices.iter().zip(&target.offsets) {
                let far = length(offset) >= MOVED_SHARE * MOVED_SHARE * largest;
                if let Some(moves) = moves.get_mut(*vertex as usize) {
                    *moves |= largest > 0.0 && far;
                }
            }
        }
        moves
    };
    surfaces.iter().map(of_surface).collect()
}

/// Per surface and vertex, whether it moves in the performance.
fn jointed(
    character: &Character,
    performance: &Performance,
    rest: &[Vec<[f32; 3]>],
) -> Vec<Vec<bool>> {
    let mut moves: Vec<Vec<bool>> = rest.iter().map(|p| vec![false; p.len()]).collect();
    for probe in 0..PROBES.min(performance.frame_count) {
        let frame = probe * performance.frame_count / PROBES.min(performance.frame_count);
        let now = deform(character, performance, frame);
        for ((moves, now), rest) in moves.iter_mut().zip(&now).zip(rest) {
            for ((moves, now), rest) in moves.iter_mut().zip(now).zip(rest) {
                *moves |= now != rest;
            }
        }
    }
    moves
}

/// Per surface and vertex, whether any triangle has it.
fn shown(surfaces: &[Surface], rest: &[Vec<[f32; 3]>]) -> Vec<Vec<bool>> {
    let mut shown: Vec<Vec<bool>> = rest.iter().map(|p| vec![false; p.len()]).collect();
    for (surface, shown) in surfaces.iter().zip(&mut shown) {
        for vertex in surface.triangles().flatten() {
            shown[*vertex as usize] = true;
        }
    }
    shown
}

/// Where the face looks, +Z unless its surface says otherwise: older VRM files look along -Z.
///
/// A face is a surface with an edge around it, and such a surface looks where its areas add up to,
/// hollows like the mouth notwithstanding.
fn facing(surfaces: &[Surface], rest: &[Vec<[f32; 3]>], chosen: &[Vec<bool>]) -> [f32; 3] {
    let (mut sum, mut total) = ([0.0_f32; 3], 0.0_f32);
    for ((surface, points), chosen) in surfaces.iter().zip(rest).zip(chosen) {
        let side = if surface.mirrored { -1.0 } else { 1.0 };
        let of_face = |t: &&[u32; 3]| t.iter().all(|&vertex| chosen[vertex as usize]);
        for triangle in surface.triangles().filter(of_face) {
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

/// The lowest and highest coordinates of all but the strays; none without a point.
fn bounds(points: &[[f32; 3]]) -> Option<[[f32; 3]; 2]> {
    let stray = (points.len() as f32 * STRAY_SHARE) as usize;
    let last = points.len().checked_sub(1)?;
    let mut bounds = [[0.0; 3]; 2];
    for axis in 0..3 {
        let mut sorted: Vec<f32> = points.iter().map(|point| point[axis]).collect();
        sorted.sort_by(f32::total_cmp);
        bounds[0][axis] = sorted[stray];
        bounds[1][axis] = sorted[last - stray];
    }
    Some(bounds)
}
