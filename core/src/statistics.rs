//! Statistics of curves over time.

/// Curves (0 to 1) with a smaller standard deviation are constant except for rounding.
const MIN_DEVIATION: f64 = 1e-6;

/// Pearson's correlation of two curves at zero lag, -1 to 1, over their common length.
///
/// `None` if the captured curve is constant or a value is not finite; 0 if only the prediction is
/// constant.
pub fn correlation(predicted: &[f32], captured: &[f32]) -> Option<f64> {
    let count = predicted.len().min(captured.len());
    let (p, c) = (&predicted[..count], &captured[..count]);
    let (deviation_p, deviation_c) = (deviation(p), deviation(c));
    if !deviation_p.is_finite() || !deviation_c.is_finite() || deviation_c < MIN_DEVIATION {
        return None;
    }
    if deviation_p < MIN_DEVIATION {
        return Some(0.0);
    }
    let (mean_p, mean_c) = (mean(p), mean(c));
    let products = p.iter().zip(c);
    let covariance: f64 = products
        .map(|(p, c)| (f64::from(*p) - mean_p) * (f64::from(*c) - mean_c))
        .sum::<f64>()
        / count as f64;
    Some((covariance / (deviation_p * deviation_c)).clamp(-1.0, 1.0))
}

fn mean(values: &[f32]) -> f64 {
    values.iter().copied().map(f64::from).sum::<f64>() / values.len().max(1) as f64
}

/// The standard deviation over time.
pub fn deviation(values: &[f32]) -> f64 {
    let mean = mean(values);
    let squares = values
        .iter()
        .map(|value| (f64::from(*value) - mean).powi(2));
    (squares.sum::<f64>() / values.len().max(1) as f64).sqrt()
}
