//! Detects which way a character faces, by the positions of its left and right parts.
//!
//! glTF characters face +Z, but older VRM files face -Z and some exporters rotate characters
//! sideways. With the wrong direction, the head would nod sideways.

use super::dialect::words;
use crate::Character;
use crate::transform::{self, IDENTITY};

/// Unit vectors in the character's space. Up is always +Y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Facing {
    /// Towards the character's left.
    pub left: [f32; 3],
    /// The direction that the face points in.
    pub forward: [f32; 3],
}

impl Facing {
    /// The horizontal axis nearest to the sum of left minus right positions, over all pairs of
    /// nodes whose names differ only in the side; +X if there is no pair.
    pub fn of(character: &Character) -> Self {
        let worlds = transform::world(character, |_| None);
        let named: Vec<Vec<String>> = character.nodes.iter().map(|n| words(&n.name)).collect();
        let mut left = [0.0_f64; 3];
        for (index, name) in named.iter().enumerate() {
            if !name.iter().any(|word| word == "left") {
                continue;
            }
            let mirrored: Vec<String> = name.iter().map(|word| mirror(word)).collect();
            if let Some(opposite) = named.iter().position(|candidate| *candidate == mirrored) {
                let position =
                    |node: usize| transform::point(worlds.get(node).unwrap_or(&IDENTITY), [0.0; 3]);
                let (a, b) = (position(index), position(opposite));
                for axis in 0..3 {
                    left[axis] += a[axis] - b[axis];
                }
            }
        }
        Self::with_left(left)
    }

    fn with_left(left: [f64; 3]) -> Self {
        let sign = |value: f64| if value < 0.0 { -1.0_f32 } else { 1.0 };
        let (x, z) = if left[2].abs() > left[0].abs() {
            (0.0, sign(left[2]))
        } else {
            (sign(left[0]), 0.0)
        };
        // Forward is left cross up, with +Y up.
        Self {
            left: [x, 0.0, z],
            forward: [-z, 0.0, x],
        }
    }
}

fn mirror(word: &str) -> String {
    match word {
        "left" => "right".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::Node;

    fn with_eyes(left: [f32; 3]) -> Facing {
        let eye = |name: &str, translation| Node {
            name: name.to_owned(),
            translation,
            ..Node::default()
        };
        Facing::of(&Character {
            nodes: vec![
                eye("LeftEye", left),
                eye("RightEye", left.map(|value| -value)),
                eye("leftover", [0.0, 0.0, 9.0]),
            ],
            ..Character::default()
        })
    }

    #[test]
    fn the_facing_direction_follows_from_the_left_side() {
        let forward = |left| with_eyes(left).forward;
        assert_eq!(forward([0.03, 0.0, 0.0]), [0.0, 0.0, 1.0]);
        assert_eq!(forward([-0.03, 0.0, 0.001]), [0.0, 0.0, -1.0]);
        assert_eq!(forward([0.0, 0.0, 0.03]), [-1.0, 0.0, 0.0]);
        assert_eq!(Facing::of(&Character::default()).left, [1.0, 0.0, 0.0]);
    }
}
