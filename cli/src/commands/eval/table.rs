//! The report as text.

use std::fmt;

use metaface_core::metrics::{ClosureGroup, Figure, Figures, Measure};

use super::{Report, number};

/// The measures that degradations are judged by.
pub(super) const DEGRADED: [Measure; 5] = [
    Measure::ClosureRecall,
    Measure::ClosurePrecision,
    Measure::ClosureF1,
    Measure::RoundingAuc,
    Measure::OpennessAuc,
];

/// And those where there is only a capture.
pub(super) const DEGRADED_CAPTURE: [Measure; 3] = [
    Measure::JawOpenCorrelation,
    Measure::ApertureCorrelation,
    Measure::LipMotionErrorMm,
];

/// Phones with this many false closures or fewer are not worth a line in a terminal.
const FEW: usize = 1;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.evaluation;
        write!(
            f,
            "{} recordings of {} speakers, {:.0} s; {} on the {}",
            found.utterances.len(),
            found.speakers,
            found.seconds,
            self.animated_by(),
            self.device
        )?;
        self.write_figures(f)?;
        if found.speech.closures.total > 0 || found.speech.closures.closed_stretches > 0 {
            self.write_closures(f)?;
        }
        self.write_degraded(f)?;
        if let Some(page) = &self.page {
            write!(f, "\n{page}")?;
        }
        Ok(())
    }
}

impl Report {
    fn write_figures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.evaluation;
        write!(f, "\n| measure | value | 95 % interval |")?;
        for control in found.controls.keys() {
            write!(f, " {} |", control.label())?;
        }
        write!(f, "\n|---|---|---|{}", "---|".repeat(found.controls.len()))?;
        for (measure, figure) in &found.figures {
            let (value, interval) = (number(figure.value), interval(figure));
            write!(f, "\n| {} | {value} | {interval} |", measure.label())?;
            for figures in found.controls.values() {
                let value = figures.get(measure).map(|figure| number(figure.value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn write_closures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.evaluation;
        let closures = &found.speech.closures;
        write!(
            f,
            "\n{} of {} p, b, m closed the lips (p {}/{}, b {}/{}, m {}/{}); {} of {} closed stretches were right",
            closures.hits,
            closures.total,
            closures.p.hits,
            closures.p.total,
            closures.b.hits,
            closures.b.total,
            closures.m.hits,
            closures.m.total,
            closures.right_stretches,
            closures.closed_stretches
        )?;
        let mut wrong: Vec<_> = (found.phones.iter())
            .filter(|(_, errors)| errors.false_closures > FEW)
            .collect();
        wrong.sort_by_key(|(_, errors)| std::cmp::Reverse(errors.false_closures));
        if !wrong.is_empty() {
            let wrong: Vec<String> = (wrong.iter())
                .map(|(phone, errors)| {
                    format!("{phone} {} of {}", errors.false_closures, errors.said)
                })
                .collect();
            write!(f, "\nfalse closures by phone: {}", wrong.join(", "))?;
        }
        for (kind, groups) in [
            ("language", &found.by_language),
            ("speaker", &found.by_speaker),
        ] {
            if groups.len() > 1 {
                write!(
                    f,
                    "\n| {kind} | recall | precision | F1 |\n|---|---|---|---|"
                )?;
            }
            for (name, group) in groups.iter().filter(|_| groups.len() > 1) {
                let [recall, precision, f1] = shares(group);
                write!(f, "\n| {name} | {recall} | {precision} | {f1} |")?;
            }
        }
        Ok(())
    }

    fn write_degraded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.degraded.is_empty() {
            return Ok(());
        }
        let measures = self.degraded_measures();
        write!(f, "\n| sound | recall lost |")?;
        for measure in &measures {
            write!(f, " {} |", measure.label())?;
        }
        write!(f, "\n|---|{}", "---|".repeat(measures.len() + 1))?;
        let clean = [("clean", &self.evaluation.figures)];
        let worse =
            (self.degraded.iter()).map(|(degradation, figures)| (degradation.name(), figures));
        for (name, figures) in clean.into_iter().chain(worse) {
            let lost = self.recall_lost(figures).map(number);
            write!(f, "\n| {name} | {} |", lost.unwrap_or_default())?;
            for measure in &measures {
                let value = figures.get(measure).map(|figure| number(figure.value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// How much less of p, b and m is met than with clean sound.
    pub(super) fn recall_lost(&self, figures: &Figures) -> Option<f64> {
        let clean = self.evaluation.value(Measure::ClosureRecall)?;
        Some(clean - figures.get(&Measure::ClosureRecall)?.value)
    }

    /// What there is to compare under degradations.
    pub(super) fn degraded_measures(&self) -> Vec<Measure> {
        let all = DEGRADED.into_iter().chain(DEGRADED_CAPTURE);
        all.filter(|measure| self.evaluation.figures.contains_key(measure))
            .collect()
    }
}

/// Counts and shares of a group.
pub(super) fn shares(group: &ClosureGroup) -> [String; 3] {
    let share = |value: Option<f64>, hits, total| match value {
        Some(value) => format!("{} ({hits} of {total})", number(value)),
        None => String::new(),
    };
    [
        share(group.recall, group.hits, group.total),
        share(
            group.precision,
            group.right_stretches,
            group.closed_stretches,
        ),
        group.f1.map(number).unwrap_or_default(),
    ]
}

/// The figure's interval; empty where it has none.
pub(super) fn interval(figure: &Figure) -> String {
    (figure.interval.as_ref())
        .map(|interval| format!("{} to {}", number(interval.low), number(interval.high)))
        .unwrap_or_default()
}
