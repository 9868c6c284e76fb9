//! The face's mesh: a grid round the head with closed loops of quads round the mouth and the eyes.
//!
//! Rows run from the crown down to the shoulders, columns run round the head (column 0 is the
//! midline of the face, positive columns are the character's left). Three blocks of cells are cut
//! out of the grid. From a block's rim, rings with the same number of vertices lead to the lips or
//! lids, and into the mouth or behind the lid. A ring's vertices are counted counter-clockwise seen
//! from the front, starting at the character's left (+x).

use crate::openings::{bag_point, lid_point, lip_border_point, mouth_line_point};
use crate::rays::{COLUMNS, HALF, ROWS, column_angle, row_ray};
use crate::relax::{neighbours, relax};
use crate::sculpt;
use crate::space::{V3, lerp, v3};

/// The columns of the mouth's block on each side.
const MOUTH_COLUMNS: i32 = 8;
/// The rows of the mouth's block.
const MOUTH_ROWS: (usize, usize) = (25, 33);
/// The columns of an eye's block.
const EYE_COLUMNS: (i32, i32) = (3, 13);
/// The rows of an eye's block.
const EYE_ROWS: (usize, usize) = (11, 19);

/// Lip loops: the vermilion border, two on the lip, and the mouth's line.
pub const LIP_RINGS: usize = 4;
/// Loops of the mouth bag, behind the mouth's line.
pub const BAG_RINGS: usize = 6;
/// Loops of skin between a border and its block.
const SKIN_RINGS: usize = 4;

/// The tissue of a quad or triangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tissue {
    /// Skin.
    Skin,
    /// The lips.
    Lip,
    /// The inside of the mouth.
    Mouth,
}

/// Closed loops round an opening, from the outermost inwards.
#[derive(Debug, Clone, Default)]
pub struct Loops {
    /// Each loop's vertices.
    pub rings: Vec<Vec<usize>>,
}

/// The face's mesh in millimetres.
#[derive(Debug, Clone, Default)]
pub struct FaceMesh {
    /// Positions.
    pub points: Vec<V3>,
    /// Texture coordinates, 0 to 1, V down.
    pub uvs: Vec<[f64; 2]>,
    /// Quads, counter-clockwise from outside, and their tissue.
    pub quads: Vec<([usize; 4], Tissue)>,
    /// Triangles round the crown and at the ends of the throat.
    pub triangles: Vec<([usize; 3], Tissue)>,
    /// Skin loops, then [`LIP_RINGS`] lip loops (the last is the mouth's line), then
    /// [`BAG_RINGS`] loops of the mouth bag.
    pub mouth: Loops,
    /// Left and right: skin loops, the lid's outer edge, its inner edge, one loop behind the lid.
    pub eyes: [Loops; 2],
    /// The mirror vertex of each vertex.
    pub mirror: Vec<usize>,
    /// Neighbours along edges.
    pub neighbours: Vec<Vec<usize>>,
    /// The back seam: a vertex and its other texture coordinate.
    pub seam: Vec<(usize, [f64; 2])>,
}

/// Index in [`Loops::rings`] of the lips' outer border.
pub const LIP_BORDER: usize = SKIN_RINGS + 1;
/// Index in [`Loops::rings`] of the mouth's line.
pub const MOUTH_LINE: usize = LIP_BORDER + LIP_RINGS - 1;
/// Index in [`Loops::rings`] of a lid's outer edge.
pub const LID_EDGE: usize = SKIN_RINGS + 1;
/// Vertices of a loop round the mouth.
pub const MOUTH_SPOKES: usize = 48;
/// Vertices of a loop round an eye.
pub const EYE_SPOKES: usize = 36;

struct Builder {
    face: FaceMesh,
    grid: Vec<Vec<Option<usize>>>,
    fixed: Vec<bool>,
}

impl Builder {
    fn add(&mut self, point: V3, uv: [f64; 2], fixed: bool) -> usize {
        self.face.points.push(point);
        self.face.uvs.push(uv);
        self.fixed.push(fixed);
        self.face.points.len() - 1
    }

    fn at(&self, row: usize, column: i32) -> usize {
        let wrapped = (column + HALF - 1).rem_euclid(COLUMNS) as usize;
        self.grid[row][wrapped].unwrap_or(usize::MAX)
    }

    /// The rim of a block, counter-clockwise from the middle of its +x side.
    fn rim(&self, columns: (i32, i32), rows: (usize, usize)) -> Vec<usize> {
        let (left, right) = columns;
        let middle = (rows.0 + rows.1) / 2;
        let mut rim = Vec::new();
        rim.extend((rows.0 + 1..=middle).rev().map(|r| self.at(r, right)));
        rim.extend((left + 1..=right).rev().map(|c| self.at(rows.0, c)));
        rim.extend((rows.0..rows.1).map(|r| self.at(r, left)));
        rim.extend((left..right).map(|c| self.at(rows.1, c)));
        rim.extend((middle + 1..=rows.1).rev().map(|r| self.at(r, right)));
        rim
    }

    fn rings(
        &mut self,
        rim: Vec<usize>,
        loops: &[(Vec<V3>, bool, f64)],
        tissue: impl Fn(usize) -> Tissue,
    ) -> Loops {
        let count = rim.len() as f64;
        let mut centre = [0.0; 2];
        for &v in &rim {
            centre[0] += self.face.uvs[v][0] / count;
            centre[1] += self.face.uvs[v][1] / count;
        }
        let mut rings = vec![rim];
        for (k, (points, fixed, shrink)) in loops.iter().enumerate() {
            let rim = rings[0].clone();
            let ring: Vec<usize> = points
                .iter()
                .enumerate()
                .map(|(s, &point)| {
                    let edge = self.face.uvs[rim[s]];
                    let uv = [
                        lerp(centre[0], edge[0], *shrink),
                        lerp(centre[1], edge[1], *shrink),
                    ];
                    self.add(point, uv, *fixed)
                })
                .collect();
            let outer = &rings[k];
            for s in 0..ring.len() {
                let next = (s + 1) % ring.len();
                self.face
                    .quads
                    .push(([outer[s], outer[next], ring[next], ring[s]], tissue(k)));
            }
            rings.push(ring);
        }
        Loops { rings }
    }

    fn between(&self, rim: &[usize], target: &[V3]) -> Vec<(Vec<V3>, bool, f64)> {
        (1..=SKIN_RINGS)
            .map(|k| {
                let fraction = k as f64 / (SKIN_RINGS + 1) as f64;
                let ring = rim
                    .iter()
                    .zip(target)
                    .map(|(&v, &p)| sculpt::onto_surface(self.face.points[v].towards(p, fraction)))
                    .collect();
                (ring, false, 1.0 - 0.38 * fraction)
            })
            .collect()
    }
}

/// Builds the mesh.
pub fn build() -> FaceMesh {
    let mut builder = Builder {
        face: FaceMesh::default(),
        grid: Vec::new(),
        fixed: Vec::new(),
    };
    let inside = |row: usize, column: i32| {
        let mouth = column.abs() < MOUTH_COLUMNS && row > MOUTH_ROWS.0 && row < MOUTH_ROWS.1;
        let c = column.abs();
        let eye = c > EYE_COLUMNS.0 && c < EYE_COLUMNS.1 && row > EYE_ROWS.0 && row < EYE_ROWS.1;
        mouth || eye
    };
    for row in 0..ROWS.len() {
        let mut line = Vec::new();
        for column in -HALF + 1..=HALF {
            line.push((!inside(row, column)).then(|| {
                let turn = column_angle(column);
                let (y, z, lift) = row_ray(row, turn);
                let ray = v3(lift.cos() * turn.sin(), lift.sin(), lift.cos() * turn.cos());
                let point = sculpt::exit_point(v3(0.0, y, z), ray, 260.0);
                let uv = [
                    0.5 + 0.5 * f64::from(column) / f64::from(HALF),
                    0.02 + 0.96 * row as f64 / (ROWS.len() - 1) as f64,
                ];
                builder.add(point, uv, row == ROWS.len() - 1)
            }));
        }
        builder.grid.push(line);
    }
    let pole = builder.add(
        sculpt::exit_point(v3(0.0, 35.0, -12.0), v3(0.0, 1.0, 0.0), 260.0),
        [0.5, 0.0],
        true,
    );

    mesh_grid(&mut builder, pole);
    mesh_mouth(&mut builder);
    mesh_eyes(&mut builder);
    finish(builder)
}

fn mesh_grid(builder: &mut Builder, pole: usize) {
    for column in -HALF + 1..=HALF {
        builder.face.triangles.push((
            [pole, builder.at(0, column), builder.at(0, column + 1)],
            Tissue::Skin,
        ));
    }
    let in_block = |row: usize, column: i32| {
        // A cell belongs to a block if its middle does.
        let mouth = (-MOUTH_COLUMNS..MOUTH_COLUMNS).contains(&column)
            && (MOUTH_ROWS.0..MOUTH_ROWS.1).contains(&row);
        let eye_rows = (EYE_ROWS.0..EYE_ROWS.1).contains(&row);
        let left = (EYE_COLUMNS.0..EYE_COLUMNS.1).contains(&column);
        let right = (-EYE_COLUMNS.1..-EYE_COLUMNS.0).contains(&column);
        mouth || (eye_rows && (left || right))
    };
    for row in 0..ROWS.len() - 1 {
        for column in -HALF + 1..=HALF {
            if !in_block(row, column) {
                let quad = [
                    builder.at(row, column),
                    builder.at(row + 1, column),
                    builder.at(row + 1, column + 1),
                    builder.at(row, column + 1),
                ];
                builder.face.quads.push((quad, Tissue::Skin));
            }
        }
    }
}

fn mesh_mouth(builder: &mut Builder) {
    let rim = builder.rim((-MOUTH_COLUMNS, MOUTH_COLUMNS), MOUTH_ROWS);
    let border: Vec<V3> = (0..MOUTH_SPOKES).map(lip_border_point).collect();
    let line: Vec<V3> = (0..MOUTH_SPOKES).map(mouth_line_point).collect();
    let mut loops = builder.between(&rim, &border);
    for k in 0..LIP_RINGS {
        let fraction = k as f64 / (LIP_RINGS - 1) as f64;
        let ring = match k {
            0 => border.clone(),
            _ if k == LIP_RINGS - 1 => line.clone(),
            _ => border
                .iter()
                .zip(&line)
                .map(|(&b, &l)| {
                    let p = b.towards(l, fraction);
                    sculpt::face_at(p.x, p.y)
                })
                .collect(),
        };
        loops.push((ring, true, 0.60 - 0.2 * fraction));
    }
    for k in 0..BAG_RINGS {
        loops.push((
            (0..MOUTH_SPOKES).map(|s| bag_point(k, s)).collect(),
            true,
            0.37 - 0.06 * k as f64,
        ));
    }
    let mouth = builder.rings(rim, &loops, |k| {
        if k < LIP_BORDER {
            Tissue::Skin
        } else if k <= MOUTH_LINE {
            Tissue::Lip
        } else {
            Tissue::Mouth
        }
    });
    // The throat closes the mouth.
    let last = mouth.rings[mouth.rings.len() - 1].clone();
    for s in 1..MOUTH_SPOKES / 2 {
        let other = MOUTH_SPOKES - s;
        let (a, b) = (last[s - 1], last[s]);
        let (c, d) = (last[other], last[(other + 1) % MOUTH_SPOKES]);
        if a == d {
            builder.face.triangles.push(([a, b, c], Tissue::Mouth));
        } else {
            builder.face.quads.push(([a, b, c, d], Tissue::Mouth));
        }
    }
    let (a, b, c) = (
        last[MOUTH_SPOKES / 2 - 1],
        last[MOUTH_SPOKES / 2],
        last[MOUTH_SPOKES / 2 + 1],
    );
    builder.face.triangles.push(([a, b, c], Tissue::Mouth));
    builder.face.mouth = mouth;
}

fn mesh_eyes(builder: &mut Builder) {
    let half = EYE_SPOKES / 2;
    for (eye, columns) in [EYE_COLUMNS, (-EYE_COLUMNS.1, -EYE_COLUMNS.0)]
        .into_iter()
        .enumerate()
    {
        let rim = builder.rim(columns, EYE_ROWS);
        let lid_loop = |depth: usize| -> Vec<V3> {
            (0..EYE_SPOKES)
                .map(|s| {
                    if eye == 0 {
                        lid_point(s, depth)
                    } else {
                        lid_point((half + EYE_SPOKES - s) % EYE_SPOKES, depth).mirrored()
                    }
                })
                .collect()
        };
        let edge = lid_loop(0);
        let mut loops = builder.between(&rim, &edge);
        for (depth, shrink) in [(0, 0.55), (1, 0.5), (2, 0.4)] {
            loops.push((lid_loop(depth), true, shrink));
        }
        builder.face.eyes[eye] = builder.rings(rim, &loops, |_| Tissue::Skin);
    }
}

fn finish(builder: Builder) -> FaceMesh {
    let Builder {
        mut face,
        grid,
        fixed,
    } = builder;
    let mut mirror: Vec<usize> = (0..face.points.len()).collect();
    for row in &grid {
        for column in -HALF + 1..HALF {
            let here = row[(column + HALF - 1) as usize];
            let there = row[(-column + HALF - 1) as usize];
            if let (Some(a), Some(b)) = (here, there) {
                mirror[a] = b;
            }
        }
    }
    for ring in &face.mouth.rings {
        for s in 0..MOUTH_SPOKES {
            mirror[ring[s]] = ring[(24 + MOUTH_SPOKES - s) % MOUTH_SPOKES];
        }
    }
    for (ring, other) in face.eyes[0].rings.iter().zip(&face.eyes[1].rings) {
        for s in 0..EYE_SPOKES {
            let opposite = other[(EYE_SPOKES / 2 + EYE_SPOKES - s) % EYE_SPOKES];
            mirror[ring[s]] = opposite;
            mirror[opposite] = ring[s];
        }
    }
    face.mirror = mirror;
    for row in &grid {
        if let Some(v) = row[COLUMNS as usize - 1] {
            face.seam.push((v, [0.0, face.uvs[v][1]]));
        }
    }
    face.neighbours = neighbours(&face);
    relax(&mut face, &fixed);
    face
}
