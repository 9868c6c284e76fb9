//! Which way a character looks, told by which side its left parts are on.
//!
//! glTF characters look along +Z, but older VRM files look along -Z and some exporters turn
//! characters sideways; a head that nods sideways would be the price of trusting them.

use super::dialect::words;
use crate::Character;
use crate::transform::{self, IDENTITY};

/// Unit vectors in the character's space. Up is always +Y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Facing {
    /// Towards the character's own left.
    pub left: [f32; 3],
    /// Where the face looks.
    pub forward: [f32; 3],
}

impl Facing {
    /// Sums left-minus-right over all pairs of nodes whose names differ in the side alone, and
    /// takes the horizontal axis nearest to it; +X where there is no pair.
    pub fn of(character: &Character) -> Self {
        let worlds = transform::world(character, |_| None);
        let named: Vec<Vec<String>> = character.nodes.iter().map(|n| words(&n.name)).collect();
        let mut left = [0.0_f64; 3];
        for (index, name) in named.iter().enumerate() {
            if !name.iter().any(|word| word == "left") {
                continue;
            }
            let other: Vec<String> = name.iter().map(|word| mirror(word)).collect();
            if let Some(opposite) = named.iter().position(|candidate| *candidate == other) {
                let place =
                    |node: usize| transform::point(worlds.get(node).unwrap_or(&IDENTITY), [0.0; 3]);
                let (a, b) = (place(index), place(opposite));
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
        // Left cross up, up being +Y.
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
    fn the_face_looks_where_its_left_side_says() {
        let looks = |left| with_eyes(left).forward;
        assert_eq!(looks([0.03, 0.0, 0.0]), [0.0, 0.0, 1.0]);
        assert_eq!(looks([-0.03, 0.0, 0.001]), [0.0, 0.0, -1.0]);
        assert_eq!(looks([0.0, 0.0, 0.03]), [-1.0, 0.0, 0.0]);
        assert_eq!(Facing::of(&Character::default()).left, [1.0, 0.0, 0.0]);
    }
}
