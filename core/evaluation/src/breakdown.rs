//! Closures by phone, by language and by speaker.

use std::collections::BTreeMap;

use serde::Serialize;

use super::closures::ClosureScore;
use super::evaluation::UtteranceScore;

/// The closure errors of one phone.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PhoneErrors {
    /// Number of occurrences.
    pub said: usize,
    /// Wrong closed stretches with their middle on this phone.
    pub false_closures: usize,
    /// False closures per occurrence.
    pub false_rate: f64,
    /// Number of missed closures, if it is p, b or m.
    pub missed: usize,
}

impl PhoneErrors {
    /// Sums the errors of utterances by phone. Phones without occurrences are omitted.
    pub fn by_phone(utterances: &[UtteranceScore]) -> BTreeMap<&'static str, Self> {
        let mut phones: BTreeMap<&'static str, Self> = BTreeMap::new();
        for errors in utterances.iter().filter_map(|row| row.errors.as_ref()) {
            for (phone, said) in &errors.said {
                phones.entry(phone).or_default().said += said;
            }
            for wrong in &errors.false_closures {
                phones.entry(wrong.phone).or_default().false_closures += 1;
            }
            for missed in &errors.missed {
                phones.entry(missed.phone).or_default().missed += 1;
            }
        }
        for errors in phones.values_mut() {
            errors.false_rate = errors.false_closures as f64 / errors.said.max(1) as f64;
        }
        phones
    }
}

/// The closures of a group of utterances.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClosureGroup {
    /// Number of utterances with phone times.
    pub utterances: usize,
    /// Number of p, b and m with closed lips.
    pub hits: usize,
    /// Number of p, b and m.
    pub total: usize,
    /// Closed stretches that touch p, b, m, f, v or silence.
    pub right_stretches: usize,
    /// All closed stretches.
    pub closed_stretches: usize,
    /// 0 to 1. `None` without p, b or m.
    pub recall: Option<f64>,
    /// 0 to 1. `None` if the lips never close.
    pub precision: Option<f64>,
    /// 0 to 1. `None` without p, b or m.
    pub f1: Option<f64>,
}

impl ClosureGroup {
    /// Groups the utterances with phone times by name, such as the speaker's.
    pub fn by<'a>(
        utterances: &'a [UtteranceScore],
        name: impl Fn(&'a UtteranceScore) -> &'a str,
    ) -> BTreeMap<String, Self> {
        let mut pools: BTreeMap<&str, (usize, ClosureScore)> = BTreeMap::new();
        for row in utterances {
            if let Some(speech) = &row.speech {
                let (count, pool) = pools.entry(name(row)).or_default();
                *count += 1;
                *pool += &speech.closures;
            }
        }
        pools
            .into_iter()
            .map(|(name, (count, pool))| (name.to_owned(), Self::of(count, &pool)))
            .collect()
    }

    fn of(utterances: usize, pool: &ClosureScore) -> Self {
        Self {
            utterances,
            hits: pool.hits,
            total: pool.total,
            right_stretches: pool.right_stretches,
            closed_stretches: pool.closed_stretches,
            recall: pool.recall(),
            precision: pool.precision(),
            f1: pool.f1(),
        }
    }
}
