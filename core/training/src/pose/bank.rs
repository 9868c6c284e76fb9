//! Selection of the styles that the bank keeps.

use metaface_core::model::pose::{
    MOST_STYLES, StyleEntry, StyleMatrix, StyleScales, style_distance, style_matrix,
};

/// Farthest-point sampling (Gonzalez 1985): each style is the farthest from the styles before it.
/// Styles in between can be interpolated.
pub(super) fn spanning_styles(entries: Vec<StyleEntry>, scales: &StyleScales) -> Vec<StyleEntry> {
    let weights = style_matrix(|row, column| {
        1.0 / (scales.between[row][column] + 0.1 * scales.within[row][column])
    });
    let gap =
        |entry: &StyleEntry, from: &StyleMatrix| style_distance(&entry.features, from, &weights);
    let mut remaining: Vec<(f32, StyleEntry)> = (entries.into_iter())
        .map(|entry| (gap(&entry, &scales.mean), entry))
        .collect();
    let mut kept: Vec<StyleEntry> = Vec::new();
    while kept.len() < MOST_STYLES {
        let farthest = (0..remaining.len()).reduce(|a, b| {
            if remaining[b].0 > remaining[a].0 {
                b
            } else {
                a
            }
        });
        let Some(index) = farthest else { break };
        let (_, entry) = remaining.swap_remove(index);
        for (nearest, other) in &mut remaining {
            let gap = gap(other, &entry.features);
            *nearest = if kept.is_empty() {
                gap
            } else {
                nearest.min(gap)
            };
        }
        kept.push(entry);
    }
    kept
}
