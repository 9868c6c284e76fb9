//! The page's tables of closure errors, groups and degradations.

use metaface_evaluation::{ClosureGroup, Measure, MissedClosure};

use super::super::table::shares;
use super::super::{EvalReport, number};
use super::anchor;
use super::html::{Cell, scrolled, section, table};

/// The phones with false closures, and the p, b, m without closure.
pub fn errors(report: &EvalReport) -> String {
    let evaluation = &report.evaluation;
    if evaluation.phones.is_empty() {
        return String::new();
    }
    let mut phones: Vec<_> = (evaluation.phones.iter())
        .filter(|(_, errors)| errors.false_closures > 0)
        .collect();
    phones.sort_by_key(|(_, errors)| std::cmp::Reverse(errors.false_closures));
    let most = (phones.first()).map_or(1, |(_, errors)| errors.false_closures) as f64;
    let false_rows = phones.into_iter().map(|(phone, errors)| {
        vec![
            Cell::text(phone),
            Cell::of("main", errors.false_closures.to_string()),
            Cell::text(errors.said.to_string()),
            Cell::text(number(errors.false_rate)),
            Cell::bar(errors.false_closures as f64 / most),
        ]
    });
    let false_closures = table(
        &["phone", "false closures", "spoken", "per occurrence", ""],
        false_rows,
    );
    let missed_rows = ["P", "B", "M"].into_iter().filter_map(|phone| {
        let errors = evaluation.phones.get(phone)?;
        let rate = errors.missed as f64 / errors.said.max(1) as f64;
        Some(vec![
            Cell::text(phone),
            Cell::of("main", errors.missed.to_string()),
            Cell::text(errors.said.to_string()),
            Cell::text(number(rate)),
            Cell::bar(rate),
        ])
    });
    let missed = table(&["phone", "missed", "spoken", "share", ""], missed_rows);
    let misses: Vec<(usize, &str, &MissedClosure)> = (evaluation.utterances.iter().enumerate())
        .filter_map(|(index, score)| Some((index, score, score.errors.as_ref()?)))
        .flat_map(|(index, score, errors)| {
            (errors.missed.iter()).map(move |missed| (index, score.id.as_str(), missed))
        })
        .collect();
    let miss_rows = misses.iter().map(|(index, id, missed)| {
        vec![
            Cell::link(&anchor(*index), id),
            Cell::text(format!("{:.2} s", missed.start)),
            Cell::text(format!(
                "{} [{}] {}",
                missed.before, missed.phone, missed.after
            )),
            Cell::text(
                missed
                    .smallest_mm
                    .map(|gap| format!("{gap:.1} mm"))
                    .unwrap_or_default(),
            ),
        ]
    });
    let list = table(&["missed in", "at", "phone", "smallest gap"], miss_rows);
    let content = format!(
        "<div class=\"columns\">{}<div>{}{}</div></div>",
        scrolled(&false_closures),
        scrolled(&missed),
        if misses.is_empty() {
            String::new()
        } else {
            format!("<br>{}", scrolled(&list))
        }
    );
    section("errors", "Closure errors", &content)
}

/// Closures by language and by speaker.
pub fn groups(report: &EvalReport) -> String {
    let evaluation = &report.evaluation;
    let tables: String = [
        ("language", &evaluation.by_language),
        ("speaker", &evaluation.by_speaker),
    ]
    .into_iter()
    .filter(|(_, groups)| !groups.is_empty())
    .map(|(header, groups)| {
        let row = |(name, group): (&String, &ClosureGroup)| {
            let mut row = vec![Cell::text(name), Cell::text(group.utterances.to_string())];
            row.extend(shares(group).map(Cell::text));
            row
        };
        scrolled(&table(
            &[header, "recordings", "recall", "precision", "F1"],
            groups.iter().map(row),
        ))
    })
    .collect();
    if tables.is_empty() {
        return tables;
    }
    section(
        "groups",
        "Languages and speakers",
        &format!("<div class=\"columns\">{tables}</div>"),
    )
}

/// The figures with degraded sound.
pub fn degraded(report: &EvalReport) -> String {
    if report.degraded.is_empty() {
        return String::new();
    }
    let measures = report.degraded_measures();
    let mut header = vec!["sound", "recall lost"];
    header.extend(measures.iter().map(|measure| measure.label()));
    let clean = &report.evaluation.figures;
    let degraded = report
        .degraded
        .iter()
        .map(|(degradation, figures)| (degradation.name(), figures));
    let rows = [("clean", clean)]
        .into_iter()
        .chain(degraded)
        .map(|(name, figures)| {
            let value = |measure: &Measure| figures.get(measure).map(|figure| figure.value);
            let lost = report.recall_lost(figures).map(number);
            let mut row = vec![Cell::text(name), Cell::of("main", lost.unwrap_or_default())];
            row.extend(
                measures
                    .iter()
                    .map(|measure| Cell::text(value(measure).map(number).unwrap_or_default())),
            );
            row
        });
    section(
        "degraded",
        "Degraded sound",
        &scrolled(&table(&header, rows)),
    )
}
