//! Between two speakers.

use std::collections::BTreeMap;

use super::{
    About, ChannelRange, Learning, LowRank, Matrix, PoseStyle, RelationMemory, Speaker,
    SpeakerError,
};

impl Speaker {
    /// The speaker who is `share` (0 to 1) of the way from `a` to `b`.
    ///
    /// Slots of the memories correspond one to one, and each speaker has as much of a say in a slot
    /// as their reference spoke for it. The changes of layers add up exactly: both are kept side by
    /// side, so a blend of blends grows. What only one of them has comes from that one.
    ///
    /// # Errors
    /// [`SpeakerError::CannotBlend`] for speakers of different base models or structure,
    /// [`SpeakerError::TooLarge`] or [`SpeakerError::Invalid`] for a result that no file can hold.
    pub fn blend(a: &Self, b: &Self, share: f32) -> Result<Self, SpeakerError> {
        if !(0.0..=1.0).contains(&share) {
            return Err(differ(format!("the share {share} is not between 0 and 1")));
        }
        if a.base != b.base {
            return Err(differ("they belong to different base models"));
        }
        let head = match (&a.head, &b.head) {
            (Some(a), Some(b)) => Some(PoseStyle::blend(a, b, share)),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        let blended = Self {
            name: format!("{} + {}", a.name, b.name),
            base: a.base.clone(),
            about: about(a, b, share),
            rest: std::array::from_fn(|i| between(a.rest[i], b.rest[i], share)),
            ranges: std::array::from_fn(|i| {
                either(a.ranges[i], b.ranges[i], |a, b| range(a, b, share))
            }),
            blinks_per_minute: either(a.blinks_per_minute, b.blinks_per_minute, |a, b| {
                between(a, b, share)
            }),
            gaze: either(a.gaze, b.gaze, |a, b| between(a, b, share)),
            latent: latent(&a.latent, &b.latent, share)?,
            memory: memory(&a.memory, &b.memory, share)?,
            adapters: adapters(a, b, share)?,
            head,
        };
        blended.to_bytes()?;
        Ok(blended)
    }
}

fn differ(reason: impl Into<String>) -> SpeakerError {
    SpeakerError::CannotBlend {
        reason: reason.into(),
    }
}

fn between(a: f32, b: f32, share: f32) -> f32 {
    (1.0 - share) * a + share * b
}

fn either<T>(a: Option<T>, b: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

fn range(a: ChannelRange, b: ChannelRange, share: f32) -> ChannelRange {
    ChannelRange {
        low: between(a.low, b.low, share),
        high: between(a.high, b.high, share),
        average_high: between(a.average_high, b.average_high, share),
    }
}

fn about(a: &Speaker, b: &Speaker, share: f32) -> About {
    let both = |of: fn(&About) -> &String| match (of(&a.about), of(&b.about)) {
        (a, b) if a == b => a.clone(),
        // Of two statements, one left unsaid must show.
        (of_a, of_b) => {
            let said = |text: &str| if text.is_empty() { "not stated" } else { text }.to_owned();
            format!("{}: {}; {}: {}", a.name, said(of_a), b.name, said(of_b))
        }
    };
    let percent = 100.0 * share;
    let own = format!(
        "blended of {:.0} % '{}' and {percent:.0} % '{}'",
        100.0 - percent,
        a.name,
        b.name
    );
    let named = |speaker: &Speaker| -> Vec<String> {
        let notes = speaker.about.notes.iter();
        notes
            .map(|note| format!("{}: {note}", speaker.name))
            .collect()
    };
    About {
        learning: Learning::Blended,
        takes: [a.about.takes.clone(), b.about.takes.clone()].concat(),
        steps: a.about.steps.max(b.about.steps),
        tail_error_mm: Vec::new(),
        notes: [vec![own], named(a), named(b)].concat(),
        consent: both(|about| &about.consent),
        licence: both(|about| &about.licence),
        generator: format!("MetaFace {}", env!("CARGO_PKG_VERSION")),
    }
}

fn latent(a: &[f32], b: &[f32], share: f32) -> Result<Vec<f32>, SpeakerError> {
    if a.len() != b.len() {
        return Err(differ("their latents have different lengths"));
    }
    let pairs = a.iter().zip(b);
    Ok(pairs.map(|(a, b)| between(*a, *b, share)).collect())
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
        return Err(differ("their memories have different sizes"));
    }
    let masses = a.mass.iter().zip(&b.mass);
    // How much of a say the second has in each slot.
    let shares = masses.clone().map(|(a, b)| {
        let (a, b) = ((1.0 - share) * a, share * b);
        if a + b > 0.0 { b / (a + b) } else { share }
    });
    let shares: Vec<f32> = shares.collect();
    Ok(RelationMemory {
        keys: slots(&a.keys, &b.keys, &shares),
        values: slots(&a.values, &b.values, &shares),
        mass: masses.map(|(a, b)| between(*a, *b, share)).collect(),
    })
}

/// Row by row between two tables of one shape.
fn slots(a: &Matrix, b: &Matrix, shares: &[f32]) -> Matrix {
    let values = a.values.iter().zip(&b.values).enumerate();
    let share = |index: usize| shares[index / a.columns];
    Matrix {
        values: (values.map(|(index, (a, b))| between(*a, *b, share(index)))).collect(),
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
        for (layer, change) in speaker.adapters.iter().filter(|_| factor > 0.0) {
            let scaled = change.scaled(factor);
            let sum = match changes.remove(layer) {
                Some(other) => sum(&other, &scaled)
                    .ok_or_else(|| differ(format!("layer '{layer}' has another size")))?,
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

/// The change that does both: their ranks side by side.
fn sum(a: &LowRank, b: &LowRank) -> Option<LowRank> {
    if (a.down.rows, a.up.columns) != (b.down.rows, b.up.columns) {
        return None;
    }
    let halves = [&a.down, &b.down];
    let row = |row: usize| halves.map(|half| &half.values[row * half.columns..][..half.columns]);
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
