//! Local maxima and their prominence.

/// A local maximum of a sampled signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Peak {
    /// The sample; the middle one of a flat top.
    pub index: usize,
    /// How far the signal falls on both sides before it rises higher: topographic prominence.
    pub prominence: f32,
}

/// The inner local maxima whose prominence is at least `floor`, in order. The prominence is
/// measured within `reach` samples on each side.
pub(crate) fn peaks(signal: &[f32], floor: f32, reach: usize) -> Vec<Peak> {
    let mut found = Vec::new();
    let mut rise = 1;
    while rise < signal.len() {
        let mut end = rise;
        while end + 1 < signal.len() && signal[end + 1] == signal[rise] {
            end += 1;
        }
        let falls = signal.get(end + 1).is_some_and(|next| *next < signal[rise]);
        if signal[rise] > signal[rise - 1] && falls {
            let top = signal[rise];
            let before = signal[rise.saturating_sub(reach)..rise].iter().rev();
            let after = signal[end + 1..].iter().take(reach);
            let prominence =
                top - lowest_before_higher(before, top).max(lowest_before_higher(after, top));
            if prominence >= floor {
                let index = rise + (end - rise) / 2;
                found.push(Peak { index, prominence });
            }
        }
        rise = end + 1;
    }
    found
}

fn lowest_before_higher<'a>(signal: impl Iterator<Item = &'a f32>, top: f32) -> f32 {
    signal
        .take_while(|value| **value <= top)
        .fold(top, |lowest, value| lowest.min(*value))
}

/// Removes flutter: peaks with at least two others of half their prominence or more within
/// `spacing` samples. A rate whose two frames are that long cannot show such a motion.
pub(crate) fn without_flutter(peaks: &[Peak], spacing: f64) -> Vec<Peak> {
    let near = |peak: &Peak, other: &Peak| peak.index.abs_diff(other.index) as f64 <= spacing;
    let comparable = |peak: &Peak, other: &Peak| other.prominence >= 0.5 * peak.prominence;
    peaks
        .iter()
        .enumerate()
        .filter(|(position, peak)| {
            let before = peaks[..*position].iter().rev();
            let after = peaks[position + 1..].iter();
            let neighbours = before
                .take_while(|other| near(peak, other))
                .chain(after.take_while(|other| near(peak, other)))
                .filter(|other| comparable(peak, other))
                .count();
            neighbours < 2
        })
        .map(|(_, peak)| *peak)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Peak, peaks, without_flutter};

    #[test]
    fn the_higher_valley_beside_a_peak_limits_its_prominence() {
        let signal = [0.0, 0.5, 0.4, 1.0, 1.0, 1.0, 0.2, 0.3];
        let found = peaks(&signal, 0.05, 100);
        let expected = [(1, 0.1), (4, 0.8)];
        assert_eq!(found.len(), expected.len());
        for (peak, (index, prominence)) in found.iter().zip(expected) {
            assert_eq!(peak.index, index);
            assert!((peak.prominence - prominence).abs() < 1e-6);
        }
        assert_eq!(peaks(&signal, 0.2, 100).len(), 1);
        assert_eq!(peaks(&[1.0, 1.0, 0.5], 0.1, 100), []);
    }

    #[test]
    fn a_row_of_peaks_is_flutter_but_a_pair_is_not() {
        let row = |count: usize| -> Vec<Peak> {
            (0..count)
                .map(|position| Peak {
                    index: position * 3,
                    prominence: 0.5,
                })
                .collect()
        };
        assert_eq!(without_flutter(&row(2), 5.0).len(), 2);
        assert_eq!(
            without_flutter(&row(9), 5.0).len(),
            2,
            "only the ends stand alone"
        );
        assert_eq!(without_flutter(&row(9), 2.0).len(), 9);
    }
}
