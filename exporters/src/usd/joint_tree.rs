//! The joints of a character as a tree whose paths USD takes for names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::invalid;
use super::names::{UniqueNames, identifier};
use super::nesting::DEEPEST;
use crate::{Character, Result};

/// `wanted` and all their ancestors, each after its parent.
pub(super) fn parents_first(character: &Character, wanted: &BTreeSet<usize>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for &start in wanted {
        let mut chain = Vec::new();
        let mut next = Some(start);
        while let Some(node) = next.filter(|&n| n < character.nodes.len() && seen.insert(n)) {
            chain.push(node);
            next = character.nodes[node].parent;
        }
        order.extend(chain.into_iter().rev());
    }
    order
}

/// A path for each of `joints`, which name each parent before its children. A joint's path names
/// all joints above it, so a tree without bound would take memory without bound.
pub(super) fn joint_tokens(
    character: &Character,
    joints: &[usize],
    index: &BTreeMap<usize, usize>,
    output: &Path,
) -> Result<Vec<String>> {
    let mut unique = UniqueNames::default();
    let mut tokens: Vec<(String, usize)> = Vec::with_capacity(joints.len());
    for &node in joints {
        let name = identifier(&character.nodes[node].name, "joint");
        let parent = character.nodes[node]
            .parent
            .and_then(|p| tokens.get(*index.get(&p)?));
        let (path, depth) = match parent {
            Some((parent, depth)) => (format!("{parent}/{name}"), depth + 1),
            None => (name, 1),
        };
        if depth > DEEPEST {
            let reason = format!("the character's joints are nested more than {DEEPEST} deep");
            return Err(invalid(output, reason, "export it with a flatter skeleton"));
        }
        tokens.push((unique.take(path), depth));
    }
    Ok(tokens.into_iter().map(|(path, _)| path).collect())
}
