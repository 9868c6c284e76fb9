//! The page's tables of what went wrong, where and under which sound.

use metaface_core::metrics::{ClosureGroup, Measure, MissedClosure};

use super::super::table::shares;
use super::super::{Report, number};
use super::anchor;
use super::html::{Cell, scrolled, section, table};

/// The phones that lips closed on wrongly, and the p, b, m that they missed.
pub fn errors(report: &Report) -> String {
    let found = &report.evaluation;
    if found.phones.is_empty() {
        return String::new();
    }
    let mut wrong: Vec<_> = (found.phones.iter())
        .filter(|(_, errors)| errors.false_closures > 0)
        .collect();
    wrong.sort_by_key(|(_, errors)| std::cmp::Reverse(errors.false_closures));
    let most = wrong.first().map_or(1, |(_, errors)| errors.false_closures) as f64;
    let wrong = wrong.into_iter().map(|(phone, errors)| {
        vec![
            Cell::text(phone),
            Cell::of("main", errors.false_closures.to_string()),
            Cell::text(errors.said.to_string()),
            Cell::text(number(errors.false_rate)),
            Cell::bar(errors.false_closures as f64 / most),
        ]
    });
    let wrong = table(
        &["phone", "false closures", "said", "per time said", ""],
        wrong,
    );
    let missed = ["P", "B", "M"].into_iter().filter_map(|phone| {
        let errors = found.phones.get(phone)?;
        let rate = errors.missed as f64 / errors.said.max(1) as f64;
        Some(vec![
            Cell::text(phone),
            Cell::of("main", errors.missed.to_string()),
            Cell::text(errors.said.to_string()),
            Cell::text(number(rate)),
            Cell::bar(rate),
        ])
    });
    let missed = table(&["phone", "missed", "said", "share", ""], missed);
    let misses: Vec<(usize, &str, &MissedClosure)> = (found.utterances.iter().enumerate())
        .filter_map(|(index, row)| Some((index, row, row.errors.as_ref()?)))
        .flat_map(|(index, row, errors)| {
            (errors.missed.iter()).map(move |missed| (index, row.id.as_str(), missed))
        })
        .collect();
    let list = misses.iter().map(|(index, id, missed)| {
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
    let list = table(&["missed in", "at", "phone", "smallest gap"], list);
    let content = format!(
        "<div class=\"columns\">{}<div>{}{}</div></div>",
        scrolled(&wrong),
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
pub fn groups(report: &Report) -> String {
    let found = &report.evaluation;
    let tables: String = [
        ("language", &found.by_language),
        ("speaker", &found.by_speaker),
    ]
    .into_iter()
    .filter(|(_, groups)| !groups.is_empty())
    .map(|(kind, groups)| {
        let row = |(name, group): (&String, &ClosureGroup)| {
            let mut row = vec![Cell::text(name), Cell::text(group.utterances.to_string())];
            row.extend(shares(group).map(Cell::text));
            row
        };
        scrolled(&table(
            &[kind, "recordings", "recall", "precision", "F1"],
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

/// The figures with worse sound.
pub fn degraded(report: &Report) -> String {
    if report.degraded.is_empty() {
        return String::new();
    }
    let measures = report.degraded_measures();
    let mut header = vec!["sound", "recall lost"];
    header.extend(measures.iter().map(|measure| measure.label()));
    let clean = &report.evaluation.figures;
    let worse = report
        .degraded
        .iter()
        .map(|(degradation, figures)| (degradation.name(), figures));
    let rows = [("clean", clean)]
        .into_iter()
        .chain(worse)
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
