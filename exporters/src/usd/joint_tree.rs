//! The joint tree of a character; USD uses paths in it as joint names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::invalid;
use super::names::{UniqueNames, identifier};
use crate::{Character, Result};

/// `nodes` and all their ancestors, parents first.
pub(super) fn parents_first(character: &Character, nodes: &BTreeSet<usize>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for &start in nodes {
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

/// The maximum depth of joints. A joint is not a prim, so USD readers take no time for its depth.
const MAX_DEPTH: usize = 500;

/// A unique path for each of `joints`, which must be ordered parents first. A joint's path contains
/// the names of all joints above it, so the depth is limited to limit memory.
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
        if depth > MAX_DEPTH {
            let reason = format!("the character's joints are nested more than {MAX_DEPTH} deep");
            return Err(invalid(output, reason, "export it with a flatter skeleton"));
        }
        tokens.push((unique.take(path), depth));
    }
    Ok(tokens.into_iter().map(|(path, _)| path).collect())
}
