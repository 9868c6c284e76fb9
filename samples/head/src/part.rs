//! A mesh of the head in millimetres, and its conversion to a [`Mesh`].

use metaface_clip::Channel;
use metaface_exporters::character::{Mesh, MorphTarget, Section};

use crate::material;
use crate::rig;
use crate::space::V3;

/// A mesh in millimetres, with its blendshapes.
#[derive(Debug, Clone, Default)]
pub struct HeadPart {
    pub name: &'static str,
    pub points: Vec<V3>,
    /// One per point, V down.
    pub uvs: Vec<[f64; 2]>,
    /// Triangles, counter-clockwise from outside, and their material.
    pub triangles: Vec<([usize; 3], usize)>,
    /// Copies of points with another texture coordinate; their indices follow those of the points.
    pub duplicates: Vec<(usize, [f64; 2])>,
    /// Displacement of every point at weight 1.
    pub shapes: Vec<(Channel, Vec<V3>)>,
    /// Whether the blendshapes have no normal offsets, because they hardly rotate the surface.
    pub keeps_normals: bool,
    /// The joint to which all points are bound. `None` blends root, neck and head by height.
    pub joint: Option<usize>,
}

/// Smaller displacements are omitted, in millimetres.
const NEGLIGIBLE_MM: f64 = 0.05;

impl HeadPart {
    pub fn quad(&mut self, [a, b, c, d]: [usize; 4], material: usize) {
        // Splits along the shorter diagonal.
        let split = |p: usize, q: usize| (self.position(p) - self.position(q)).length();
        if split(a, c) <= split(b, d) {
            self.triangles.push(([a, b, c], material));
            self.triangles.push(([a, c, d], material));
        } else {
            self.triangles.push(([a, b, d], material));
            self.triangles.push(([b, c, d], material));
        }
    }

    fn original(&self, v: usize) -> usize {
        v.checked_sub(self.points.len())
            .map_or(v, |duplicate| self.duplicates[duplicate].0)
    }

    fn position(&self, v: usize) -> V3 {
        self.points[self.original(v)]
    }

    /// Adds the points and triangles of another part.
    pub fn append(&mut self, other: &Self) {
        let base = self.points.len();
        self.points.extend(&other.points);
        self.uvs.extend(&other.uvs);
        self.triangles.extend(
            other
                .triangles
                .iter()
                .map(|&(t, m)| (t.map(|v| v + base), m)),
        );
    }

    /// The mirror image, facing outwards.
    pub fn mirrored(&self) -> Self {
        Self {
            points: self.points.iter().map(|p| p.mirrored()).collect(),
            triangles: self
                .triangles
                .iter()
                .map(|&([a, b, c], m)| ([a, c, b], m))
                .collect(),
            ..self.clone()
        }
    }

    /// Flips the triangles of a closed surface if they face inwards.
    pub fn facing_out(mut self) -> Self {
        let centre =
            self.points.iter().fold(V3::ZERO, |sum, &p| sum + p) * (1.0 / self.points.len() as f64);
        let volume: f64 = self
            .triangles
            .iter()
            .map(|&(t, _)| {
                let [a, b, c] = t.map(|v| self.position(v) - centre);
                a.dot(b.cross(c))
            })
            .sum();
        if volume < 0.0 {
            for (t, _) in &mut self.triangles {
                t.swap(1, 2);
            }
        }
        self
    }

    /// A surface through rows of points. `closed` joins each row's end to its start.
    pub fn sheet(rows: &[Vec<V3>], closed: bool, material: usize) -> Self {
        let width = rows[0].len();
        let mut part = Self::default();
        for (r, row) in rows.iter().enumerate() {
            for (c, &point) in row.iter().enumerate() {
                part.points.push(point);
                part.uvs
                    .push([c as f64 / width as f64, r as f64 / (rows.len() - 1) as f64]);
            }
        }
        for r in 0..rows.len() - 1 {
            for c in 0..if closed { width } else { width - 1 } {
                let next = (c + 1) % width;
                let quad = [
                    r * width + c,
                    r * width + next,
                    (r + 1) * width + next,
                    (r + 1) * width + c,
                ];
                part.quad(quad, material);
            }
        }
        part.drop_flat_triangles();
        part
    }

    /// Removes triangles without area, which result from rows that shrink to a point.
    pub fn drop_flat_triangles(&mut self) {
        let points = &self.points;
        self.triangles.retain(|&([a, b, c], _)| {
            (points[b] - points[a])
                .cross(points[c] - points[a])
                .length()
                > 1e-7
        });
    }

    /// Unit normals of the points, displaced by `offsets` if given.
    fn normals(&self, offsets: Option<&[V3]>) -> Vec<V3> {
        let at = |v: usize| self.points[v] + offsets.map_or(V3::ZERO, |o| o[v]);
        let mut sums = vec![V3::ZERO; self.points.len()];
        for (t, _) in &self.triangles {
            let t = t.map(|v| self.original(v));
            for k in 0..3 {
                let (here, next, last) = (t[k], t[(k + 1) % 3], t[(k + 2) % 3]);
                let (u, w) = ((at(next) - at(here)).unit(), (at(last) - at(here)).unit());
                let angle = u.dot(w).clamp(-1.0, 1.0).acos();
                sums[here] += u.cross(w).unit() * angle;
            }
        }
        sums.into_iter()
            .map(|n| {
                if n.length() > 1e-9 {
                    n.unit()
                } else {
                    V3 {
                        x: 0.0,
                        y: 0.0,
                        z: 1.0,
                    }
                }
            })
            .collect()
    }

    /// The mesh in metres, with normals, skin weights and sparse morph targets.
    pub fn into_mesh(self) -> Mesh {
        let origin: Vec<usize> = (0..self.points.len())
            .chain(self.duplicates.iter().map(|t| t.0))
            .collect();
        let normals = self.normals(None);
        let binding: Vec<rig::PointBinding> = self
            .points
            .iter()
            .map(|&p| {
                self.joint
                    .map_or_else(|| rig::bind(p), rig::PointBinding::rigid)
            })
            .collect();
        let painted = self.triangles.iter().any(|t| material::is_painted(t.1));
        let uvs = if painted {
            let all = self.uvs.iter().chain(self.duplicates.iter().map(|t| &t.1));
            all.map(|uv| uv.map(|c| c as f32)).collect()
        } else {
            Vec::new()
        };
        let mut sections: Vec<Section> = Vec::new();
        let mut materials: Vec<usize> = self.triangles.iter().map(|t| t.1).collect();
        materials.sort_unstable();
        materials.dedup();
        for material in materials {
            let indices = self.triangles.iter().filter(|t| t.1 == material);
            sections.push(Section {
                indices: indices.flat_map(|t| t.0.map(|v| v as u32)).collect(),
                material: Some(material),
            });
        }
        let targets: Vec<MorphTarget> = self
            .shapes
            .iter()
            .filter(|(_, offsets)| offsets.iter().any(|d| d.length() > NEGLIGIBLE_MM))
            .map(|(channel, offsets)| self.target(*channel, offsets, &normals, &origin))
            .collect();
        Mesh {
            name: self.name.to_owned(),
            positions: origin.iter().map(|&v| metres(self.points[v])).collect(),
            normals: origin.iter().map(|&v| single(normals[v])).collect(),
            uvs,
            joints: origin.iter().map(|&v| binding[v].joints).collect(),
            weights: origin.iter().map(|&v| binding[v].weights).collect(),
            sections,
            rest_weights: vec![0.0; targets.len()],
            targets,
            ..Mesh::default()
        }
    }

    fn target(
        &self,
        channel: Channel,
        offsets: &[V3],
        normals: &[V3],
        origin: &[usize],
    ) -> MorphTarget {
        // `mouthClose` is used on top of `jawOpen`, so its normals are relative to `jawOpen`.
        let base = (channel == Channel::MouthClose)
            .then(|| self.shapes.iter().find(|s| s.0 == Channel::JawOpen))
            .flatten();
        let (displaced_normals, normals) = match base {
            _ if self.keeps_normals => (Vec::new(), normals.to_vec()),
            None => (self.normals(Some(offsets)), normals.to_vec()),
            Some((_, open)) => {
                let both: Vec<V3> = open.iter().zip(offsets).map(|(&a, &b)| a + b).collect();
                (self.normals(Some(&both)), self.normals(Some(open)))
            }
        };
        let mut target = MorphTarget {
            name: channel.camel_name(),
            ..MorphTarget::default()
        };
        for (v, &from) in origin.iter().enumerate() {
            if offsets[from].length() > NEGLIGIBLE_MM {
                target.indices.push(v as u32);
                target.offsets.push(metres(offsets[from]));
                if let Some(&normal) = displaced_normals.get(from) {
                    target.normal_offsets.push(single(normal - normals[from]));
                }
            }
        }
        target
    }
}

/// Millimetres to metres, rounded to 0.1 micrometres, so that differences in the last bit between
/// the sines of two machines do not matter.
fn metres(p: V3) -> [f32; 3] {
    [p.x, p.y, p.z].map(|c| ((c * 1e4).round() * 1e-7) as f32)
}

/// A unit vector in single precision, rounded for the same reason.
fn single(n: V3) -> [f32; 3] {
    [n.x, n.y, n.z].map(|c| ((c * 1e5).round() * 1e-5) as f32)
}
