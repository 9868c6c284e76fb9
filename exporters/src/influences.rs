//! Joint influences of a point, limited to the four that a [`Mesh`](crate::character::Mesh) holds.

/// The four strongest joints of a point and their weights, rescaled to the sum of all weights. The
/// weights of a joint that occurs twice are added; weights that are not positive are ignored.
pub(crate) fn strongest(pairs: impl Iterator<Item = (u16, f32)>) -> ([u16; 4], [f32; 4]) {
    let mut all: Vec<(u16, f32)> = Vec::new();
    for (joint, weight) in pairs.filter(|(_, weight)| weight.is_finite() && *weight > 0.0) {
        match all.iter_mut().find(|(known, _)| *known == joint) {
            Some((_, sum)) => *sum += weight,
            None => all.push((joint, weight)),
        }
    }
    if all.len() > 4 {
        let sum = |all: &[(u16, f32)]| all.iter().map(|(_, weight)| weight).sum::<f32>();
        let total = sum(&all);
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.truncate(4);
        let kept = sum(&all);
        for (_, weight) in &mut all {
            *weight *= total / kept;
        }
    }
    let mut influences = ([0; 4], [0.0; 4]);
    for (i, (joint, weight)) in all.into_iter().enumerate() {
        (influences.0[i], influences.1[i]) = (joint, weight);
    }
    influences
}
