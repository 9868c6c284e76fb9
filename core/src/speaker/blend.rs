//! Blends of two speakers.

use std::collections::BTreeMap;

use super::{About, ChannelRange, LearningKind, PoseStyle, Speaker, SpeakerError};
use crate::model::{LowRank, Matrix, RelationMemory, SpeakerWeights};

impl Speaker {
    /// Interpolates between two speakers; a `share` of 0 gives `a`, 1 gives `b`.
    ///
    /// Memory slots correspond one to one, and the weight of a speaker in a slot is proportional to
    /// the slot's mass in that speaker's memory. The changes of layers are summed exactly: their
    /// ranks are placed side by side, so a blend of blends grows. A part that only one speaker has
    /// is copied from that speaker.
    ///
    /// # Errors
    /// [`SpeakerError::Share`] outside 0 to 1, [`SpeakerError::CannotBlend`] for speakers of different
    /// base models or structure,
    /// [`SpeakerError::TooLarge`] or [`SpeakerError::Invalid`] if the result does not fit into a file.
    pub fn blend(a: &Self, b: &Self, share: f32) -> Result<Self, SpeakerError> {
        if !(0.0..=1.0).contains(&share) {
            return Err(SpeakerError::Share(share));
        }
        if a.base != b.base {
            return Err(incompatible("they belong to different base models"));
        }
        let head = match (&a.head, &b.head) {
            (Some(a), Some(b)) => Some(PoseStyle::blend(a, b, share)),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        let blended = Self {
            name: format!("{} + {}", a.name, b.name),
            base: a.base.clone(),
            about: about(a, b, share),
            rest: std::array::from_fn(|i| interpolate(a.rest[i], b.rest[i], share)),
            ranges: std::array::from_fn(|i| {
                combine(a.ranges[i], b.ranges[i], |a, b| range(a, b, share))
            }),
            blinks_per_minute: combine(a.blinks_per_minute, b.blinks_per_minute, |a, b| {
                interpolate(a, b, share)
            }),
            gaze: combine(a.gaze, b.gaze, |a, b| interpolate(a, b, share)),
            weights: SpeakerWeights {
                latent: latent(&a.weights.latent, &b.weights.latent, share)?,
                memory: memory(&a.weights.memory, &b.weights.memory, share)?,
                adapters: adapters(a, b, share)?,
            },
            head,
        };
        blended.to_bytes()?;
        Ok(blended)
    }
}

fn incompatible(reason: impl Into<String>) -> SpeakerError {
    SpeakerError::CannotBlend {
        reason: reason.into(),
    }
}

fn interpolate(a: f32, b: f32, share: f32) -> f32 {
    (1.0 - share) * a + share * b
}

fn combine<T>(a: Option<T>, b: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

fn range(a: ChannelRange, b: ChannelRange, share: f32) -> ChannelRange {
    ChannelRange {
        low: interpolate(a.low, b.low, share),
        high: interpolate(a.high, b.high, share),
        average_high: interpolate(a.average_high, b.average_high, share),
    }
}

fn about(a: &Speaker, b: &Speaker, share: f32) -> About {
    let combined = |field: fn(&About) -> &String| match (field(&a.about), field(&b.about)) {
        (a, b) if a == b => a.clone(),
        // If only one speaker has a statement, the missing one is named.
        (of_a, of_b) => {
            let stated = |text: &str| if text.is_empty() { "not stated" } else { text }.to_owned();
            format!("{}: {}; {}: {}", a.name, stated(of_a), b.name, stated(of_b))
        }
    };
    let percent = 100.0 * share;
    let summary = format!(
        "blended of {:.0} % '{}' and {percent:.0} % '{}'",
        100.0 - percent,
        a.name,
        b.name
    );
    let named_notes = |speaker: &Speaker| -> Vec<String> {
        let notes = speaker.about.notes.iter();
        notes
            .map(|note| format!("{}: {note}", speaker.name))
            .collect()
    };
    About {
        learning: LearningKind::Blended,
        takes: [a.about.takes.clone(), b.about.takes.clone()].concat(),
        steps: a.about.steps.max(b.about.steps),
        tail_error_mm: Vec::new(),
        notes: [vec![summary], named_notes(a), named_notes(b)].concat(),
        consent: combined(|about| &about.consent),
        licence: combined(|about| &about.licence),
        generator: format!("MetaFace {}", env!("CARGO_PKG_VERSION")),
    }
}

fn latent(a: &[f32], b: &[f32], share: f32) -> Result<Vec<f32>, SpeakerError> {
    if a.len() != b.len() {
        return Err(incompatible("their latents have different lengths"));
    }
    let pairs = a.iter().zip(b);
    Ok(pairs.map(|(a, b)| interpolate(*a, *b, share)).collect())
}

fn memory(
    a: &RelationMemory,
    b: &RelationMemory,
    share: f32,
) -> Result<RelationMemory, SpeakerError> {
    let shape = |memory: &RelationMemory| {
        (
            memory.mass.len(),
            memory.keys.columns,
            memory.values.columns,
        )
    };
    if shape(a) != shape(b) {
        return Err(incompatible("their memories have different sizes"));
    }
    let masses = a.mass.iter().zip(&b.mass);
    // The weight of `b` in each slot.
    let slot_shares = masses.clone().map(|(a, b)| {
        let (a, b) = ((1.0 - share) * a, share * b);
        if a + b > 0.0 { b / (a + b) } else { share }
    });
    let slot_shares: Vec<f32> = slot_shares.collect();
    Ok(RelationMemory {
        keys: interpolate_rows(&a.keys, &b.keys, &slot_shares),
        values: interpolate_rows(&a.values, &b.values, &slot_shares),
        mass: masses.map(|(a, b)| interpolate(*a, *b, share)).collect(),
    })
}

/// Interpolates matrices of the same shape with a share per row.
fn interpolate_rows(a: &Matrix, b: &Matrix, shares: &[f32]) -> Matrix {
    let values = a.values.iter().zip(&b.values).enumerate();
    let share = |index: usize| shares[index / a.columns];
    Matrix {
        values: (values.map(|(index, (a, b))| interpolate(*a, *b, share(index)))).collect(),
        ..*a
    }
}

fn adapters(
    a: &Speaker,
    b: &Speaker,
    share: f32,
) -> Result<BTreeMap<String, LowRank>, SpeakerError> {
    let mut changes = BTreeMap::new();
    for (speaker, factor) in [(a, 1.0 - share), (b, share)] {
        for (layer, change) in speaker.weights.adapters.iter().filter(|_| factor > 0.0) {
            let scaled = change.scaled(factor);
            let sum = match changes.remove(layer) {
                Some(other) => sum(&other, &scaled)
                    .ok_or_else(|| incompatible(format!("layer '{layer}' has different sizes")))?,
                None => scaled,
            };
            changes.insert(layer.clone(), sum);
        }
    }
    Ok(changes)
}

impl LowRank {
    fn scaled(&self, factor: f32) -> Self {
        Self {
            down: self.down.clone(),
            up: Matrix {
                values: self.up.values.iter().map(|value| factor * value).collect(),
                ..self.up
            },
        }
    }
}

/// The sum of two changes, with their ranks side by side.
fn sum(a: &LowRank, b: &LowRank) -> Option<LowRank> {
    if (a.down.rows, a.up.columns) != (b.down.rows, b.up.columns) {
        return None;
    }
    let downs = [&a.down, &b.down];
    let row = |row: usize| downs.map(|down| &down.values[row * down.columns..][..down.columns]);
    Some(LowRank {
        down: Matrix {
            rows: a.down.rows,
            columns: a.down.columns + b.down.columns,
            values: (0..a.down.rows)
                .flat_map(|index| row(index).concat())
                .collect(),
        },
        up: Matrix {
            rows: a.up.rows + b.up.rows,
            columns: a.up.columns,
            values: [a.up.values.clone(), b.up.values.clone()].concat(),
        },
    })
}
