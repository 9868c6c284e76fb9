//! The report as text tables.

use std::fmt;

use metaface_evaluation::{ClosureGroup, Evaluation, Figure, Figures, Measure};

use super::{EvalReport, number};

/// The measures that are compared under degradations.
pub(super) const DEGRADED: [Measure; 5] = [
    Measure::ClosureRecall,
    Measure::ClosurePrecision,
    Measure::ClosureF1,
    Measure::RoundingAuc,
    Measure::OpennessAuc,
];

/// The measures that are compared for captures.
pub(super) const DEGRADED_CAPTURE: [Measure; 3] = [
    Measure::JawOpenCorrelation,
    Measure::ApertureCorrelation,
    Measure::LipMotionErrorMm,
];

/// Phones with this many false closures or fewer are not shown.
const FEW: usize = 1;

impl fmt::Display for EvalReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evaluation = &self.evaluation;
        write!(
            f,
            "{} recordings of {} speakers, {:.0} s; {} on the {}",
            evaluation.utterances.len(),
            evaluation.speakers,
            evaluation.seconds,
            self.animated_by(),
            self.device
        )?;
        self.write_figures(f)?;
        let closures = &evaluation.speech.closures;
        if closures.total > 0 || closures.closed_stretches > 0 {
            self.write_closures(f)?;
        }
        self.write_degraded(f)?;
        if let Some(page) = &self.page {
            write!(f, "\n{page}")?;
        }
        Ok(())
    }
}

impl EvalReport {
    fn write_figures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Evaluation {
            figures, controls, ..
        } = &self.evaluation;
        write!(f, "\n| measure | value | 95 % interval |")?;
        for control in controls.keys() {
            write!(f, " {} |", control.label())?;
        }
        write!(f, "\n|---|---|---|{}", "---|".repeat(controls.len()))?;
        for (measure, figure) in figures {
            let (value, interval) = (number(figure.value), interval(figure));
            write!(f, "\n| {} | {value} | {interval} |", measure.label())?;
            for figures in controls.values() {
                let value = figures.get(measure).map(|figure| number(figure.value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn write_closures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evaluation = &self.evaluation;
        let closures = &evaluation.speech.closures;
        write!(
            f,
            "\n{} of {} p, b, m closed the lips (p {}/{}, b {}/{}, m {}/{}); {} of {} closures were correct",
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
        let mut phones: Vec<_> = (evaluation.phones.iter())
            .filter(|(_, errors)| errors.false_closures > FEW)
            .collect();
        phones.sort_by_key(|(_, errors)| std::cmp::Reverse(errors.false_closures));
        if !phones.is_empty() {
            let counts: Vec<String> = (phones.iter())
                .map(|(phone, errors)| {
                    format!("{phone} {} of {}", errors.false_closures, errors.said)
                })
                .collect();
            write!(f, "\nfalse closures by phone: {}", counts.join(", "))?;
        }
        for (header, groups) in [
            ("language", &evaluation.by_language),
            ("speaker", &evaluation.by_speaker),
        ] {
            if groups.len() > 1 {
                write!(
                    f,
                    "\n| {header} | recall | precision | F1 |\n|---|---|---|---|"
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
        let degraded =
            (self.degraded.iter()).map(|(degradation, figures)| (degradation.name(), figures));
        for (name, figures) in clean.into_iter().chain(degraded) {
            let lost = self.recall_lost(figures).map(number);
            write!(f, "\n| {name} | {} |", lost.unwrap_or_default())?;
            for measure in &measures {
                let value = figures.get(measure).map(|figure| number(figure.value));
                write!(f, " {} |", value.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// The loss of closure recall against clean sound.
    pub(super) fn recall_lost(&self, figures: &Figures) -> Option<f64> {
        let clean = self.evaluation.value(Measure::ClosureRecall)?;
        Some(clean - figures.get(&Measure::ClosureRecall)?.value)
    }

    /// The measures that are compared under degradations, if the recordings have them.
    pub(super) fn degraded_measures(&self) -> Vec<Measure> {
        let all = DEGRADED.into_iter().chain(DEGRADED_CAPTURE);
        all.filter(|measure| self.evaluation.figures.contains_key(measure))
            .collect()
    }
}

/// Recall, precision and F1 of a group, with counts.
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

/// The interval of a figure; empty if it has none.
pub(super) fn interval(figure: &Figure) -> String {
    (figure.interval.as_ref())
        .map(|interval| format!("{} to {}", number(interval.low), number(interval.high)))
        .unwrap_or_default()
}
