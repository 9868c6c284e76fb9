//! Measures a character's lips: their vertices, and how far each channel moves them.

use metaface_clip::{Channel, Clip, FrameRate};

use crate::deform::{deform, mesh_nodes};
use crate::reduce::region::Region;
use crate::{Character, Performance, RigMap};

/// Lip vertices in millimetres, Y up, the face towards +Z.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LipVertices {
    /// Positions on the neutral face.
    pub rest: Vec<[f32; 3]>,
    /// For each blendshape channel that moves the lips: the offset of each vertex at the value 1.
    pub deltas: Vec<(Channel, Vec<[f32; 3]>)>,
}

/// The lip vertices of a character, in any pose.
pub struct CharacterLips<'a> {
    character: &'a Character,
    region: Region,
}

impl<'a> CharacterLips<'a> {
    /// Finds the lip vertices of a character that `map` drives: those that MouthClose, funnel,
    /// pucker, roll, press or the upper lip's shrug move at least half as far as their most moved
    /// vertex. `None` if the map drives no such shape.
    pub fn of(character: &'a Character, map: &RigMap) -> Option<Self> {
        let region = Region::of(character, map);
        (region.lip_count() > 0).then_some(Self { character, region })
    }

    /// The positions at a frame, in millimetres, Y up.
    pub fn at(&self, performance: &Performance, frame: usize) -> Vec<[f32; 3]> {
        let points = deform(self.character, performance, frame);
        let mut lips = Vec::new();
        for ((_, node, _), points) in mesh_nodes(self.character).zip(points) {
            let mesh = node.mesh.unwrap_or_default();
            let indexed = points.iter().enumerate();
            let on_lips = indexed.filter(|(vertex, _)| self.region.is_lip(mesh, *vertex));
            lips.extend(on_lips.map(|(_, point)| point.map(|metres| metres * 1000.0)));
        }
        lips
    }
}

impl LipVertices {
    /// Measures a character that `map` drives, including jaw joints. `None` if its lips are unknown
    /// (see [`CharacterLips::of`]).
    pub fn of(character: &Character, map: &RigMap) -> Option<Self> {
        let lips = CharacterLips::of(character, map)?;
        let rate = FrameRate::whole(30).ok()?;
        let channels = Channel::blendshapes();
        let mut probe = Clip::neutral("probe", rate, channels.len() + 1);
        for (frame, channel) in probe.frames[1..].iter_mut().zip(channels) {
            frame[*channel] = 1.0;
        }
        let performance = map.drive(character, &probe);
        let rest = lips.at(&performance, 0);
        let moved = |(frame, channel): (usize, &Channel)| {
            let deltas: Vec<[f32; 3]> = (lips.at(&performance, frame).iter().zip(&rest))
                .map(|(to, from)| std::array::from_fn(|axis| to[axis] - from[axis]))
                .collect();
            let moves = deltas
                .iter()
                .flatten()
                .any(|delta| delta.abs() > ROUNDING_MM);
            moves.then_some((*channel, deltas))
        };
        let deltas = (1..).zip(channels).filter_map(moved).collect();
        Some(Self { rest, deltas })
    }
}

/// Smaller movements are rounding errors, in millimetres.
const ROUNDING_MM: f32 = 1e-4;

#[cfg(test)]
mod tests {
    use metaface_clip::Channel;

    use super::LipVertices;
    use crate::character::{Mesh, MorphTarget, Node};
    use crate::{Character, RigMap};

    fn target(name: &str, moves: &[(u32, [f32; 3])]) -> MorphTarget {
        MorphTarget {
            name: name.to_owned(),
            indices: moves.iter().map(|(vertex, _)| *vertex).collect(),
            offsets: moves.iter().map(|(_, offset)| *offset).collect(),
            ..MorphTarget::default()
        }
    }

    fn character(targets: Vec<MorphTarget>) -> Character {
        let mesh = Mesh {
            name: "Face".to_owned(),
            positions: vec![[0.0, 0.0, 0.1], [0.0, -0.001, 0.1], [0.0, 0.08, 0.1]],
            rest_weights: vec![0.0; targets.len()],
            targets,
            ..Mesh::default()
        };
        let node = Node {
            mesh: Some(0),
            translation: [0.0, 1.5, 0.0],
            ..Node::default()
        };
        Character {
            nodes: vec![node],
            meshes: vec![mesh],
            ..Character::default()
        }
    }

    #[test]
    fn lips_are_measured_in_millimetres_in_the_characters_space() {
        let face = character(vec![
            target(
                "mouthPucker",
                &[(0, [0.0, 0.0, 0.01]), (1, [0.0, 0.0, 0.01])],
            ),
            target("jawOpen", &[(1, [0.0, -0.03, 0.0])]),
            target("browInnerUp", &[(2, [0.0, 0.01, 0.0])]),
        ]);
        let map = RigMap::discover(&face).map;
        let lips = LipVertices::of(&face, &map).expect("lips");
        assert_eq!(lips.rest.len(), 2);
        assert!((lips.rest[1][1] - 1499.0).abs() < 0.01, "{:?}", lips.rest);
        let channels: Vec<Channel> = lips.deltas.iter().map(|(channel, _)| *channel).collect();
        assert_eq!(channels, [Channel::JawOpen, Channel::MouthPucker]);
        let jaw = &lips.deltas[0].1;
        assert!(
            (jaw[1][1] + 30.0).abs() < 0.01 && jaw[0][1].abs() < 0.01,
            "{jaw:?}"
        );
    }

    #[test]
    fn a_face_without_lip_shapes_has_no_lip_vertices() {
        let face = character(vec![target("browInnerUp", &[(2, [0.0, 0.01, 0.0])])]);
        let map = RigMap::discover(&face).map;
        assert_eq!(LipVertices::of(&face, &map), None);
    }
}
