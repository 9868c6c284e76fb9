//! The report as one page that needs no network.

mod html;
mod plot;
mod sections;

use metaface_core::metrics::{Measure, Trial, UtteranceScore};
use metaface_exporters::html::{escape, fill};

use self::html::{Cell, card, table};
use self::sections::{degraded, errors, groups};
use super::table::interval;
use super::{Report, number, title};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");

/// The figures at the top.
const HEADLINES: [Measure; 8] = [
    Measure::ClosureRecall,
    Measure::ClosurePrecision,
    Measure::ClosureF1,
    Measure::RoundingAuc,
    Measure::OpennessAuc,
    Measure::JawOpenCorrelation,
    Measure::ApertureCorrelation,
    Measure::LipMotionErrorMm,
];

/// The whole page; sounds are 16 kHz, one for each trial.
pub fn page(report: &Report, trials: &[Trial], sounds: &[Vec<f32>]) -> String {
    let found = &report.evaluation;
    let facts = format!(
        "{} recordings of {} speakers, {:.0} s; animated at {} fps by {} on the {}; lips of the {}",
        found.utterances.len(),
        found.speakers,
        found.seconds,
        report.fps,
        report.animated_by(),
        report.device,
        title(&report.head)
    );
    let order = worst_first(&found.utterances);
    let plots: String = (order.iter())
        .filter_map(|&index| Some((index, trials.get(index)?, sounds.get(index)?)))
        .map(|(index, trial, sound)| article(index, &found.utterances[index], trial, sound))
        .collect();
    let sections = [errors(report), groups(report), degraded(report)].concat();
    let mut nav = String::from("<a href=\"#figures\">Figures</a>");
    for (anchor, name) in [
        ("errors", "Closure errors"),
        ("groups", "Languages and speakers"),
        ("degraded", "Degraded sound"),
        ("utterances", "Utterances"),
    ] {
        if anchor == "utterances" || sections.contains(&format!("<section id=\"{anchor}\"")) {
            nav += &format!("<a href=\"#{anchor}\">{name}</a>");
        }
    }
    fill(
        PAGE,
        &[
            ("title", &escape(&title(&report.folder))),
            ("style", STYLE.trim_end()),
            ("facts", &escape(&facts)),
            ("nav", &nav),
            ("cards", &cards(report)),
            ("figures", &figures(report)),
            ("figures_note", NOTE),
            ("sections", &sections),
            ("index", &index(&found.utterances, &order)),
            ("legend", LEGEND),
            ("plots", &plots),
        ],
    )
}

const NOTE: &str = "Intervals: where 95 of 100 values would lie with other speakers (bootstrap). The columns \
after them are controls: a still face at each capture's mean pose, the still neutral face (its lips are closed, so it meets \
every p, b and m), the animation of another recording, and the loudness of the sound as JawOpen. \
LVE without rest pose: each vertex's median over time is taken from both faces first, so that a still face is zero motion.";

const LEGEND: &str = "<p class=\"legend\">\
<span><i style=\"background:var(--bilabial)\"></i>p b m</span>\
<span><i style=\"background:var(--labiodental)\"></i>f v</span>\
<span><i style=\"background:var(--rounded)\"></i>rounded</span>\
<span><i style=\"background:var(--open)\"></i>open</span>\
<span><i style=\"background:var(--other)\"></i>other</span>\
<span><i style=\"background:var(--silence)\"></i>silence</span>\
<span><i class=\"stroke\" style=\"color:var(--predicted)\"></i>predicted</span>\
<span><i class=\"stroke\" style=\"color:var(--captured)\"></i>captured</span>\
<span><i class=\"stroke\" style=\"color:var(--quiet);border-top-style:dashed\"></i>closed below</span>\
<span><i style=\"background:var(--good)\"></i>closed, right</span>\
<span><i style=\"background:var(--bad)\"></i>closed, wrong</span>\
<span><i style=\"background:var(--bad);opacity:.3\"></i>p b m missed</span></p>";

fn cards(report: &Report) -> String {
    let figures = &report.evaluation.figures;
    let shown = HEADLINES
        .iter()
        .filter_map(|measure| Some((measure, figures.get(measure)?)));
    shown
        .map(|(measure, figure)| card(measure.label(), &number(figure.value), &interval(figure)))
        .collect()
}

fn figures(report: &Report) -> String {
    let found = &report.evaluation;
    let mut header = vec!["measure", "value", "95 % interval"];
    header.extend(found.controls.keys().map(|control| control.label()));
    let rows = found.figures.iter().map(|(measure, figure)| {
        let mut row = vec![
            Cell::text(measure.label()),
            Cell::of("main", number(figure.value)),
            Cell::of("quiet", interval(figure)),
        ];
        row.extend(found.controls.values().map(|figures| {
            let value = figures.get(measure).map(|figure| number(figure.value));
            Cell::text(value.unwrap_or_default())
        }));
        row
    });
    table(&header, rows)
}

/// The utterances by how much is wrong with them.
fn worst_first(utterances: &[UtteranceScore]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..utterances.len()).collect();
    order.sort_by(|a, b| badness(&utterances[*b]).total_cmp(&badness(&utterances[*a])));
    order
}

/// The share of p, b, m and closed stretches that are wrong, or how little of the captured lips is
/// followed, whichever is worse: 0 to 1.
fn badness(row: &UtteranceScore) -> f64 {
    let closures = row.speech.as_ref().map(|speech| &speech.closures);
    let speech = closures.map_or(0.0, |score| {
        let right = score.hits + score.right_stretches;
        let all = score.total + score.closed_stretches;
        (all - right) as f64 / all.max(1) as f64
    });
    let followed = row.capture.as_ref().and_then(|capture| capture.aperture);
    speech.max(followed.map_or(0.0, |followed| 0.5 - 0.5 * followed))
}

fn anchor(index: usize) -> String {
    format!("u{}", index + 1)
}

fn index(rows: &[UtteranceScore], order: &[usize]) -> String {
    const HEADER: [&str; 11] = [
        "recording",
        "speaker",
        "language",
        "s",
        "p b m met",
        "closed wrong",
        "F1",
        "openness",
        "JawOpen r",
        "lips r",
        "LVE (mm)",
    ];
    let rows = order.iter().map(|&index| {
        let row = &rows[index];
        let (speech, capture) = (row.speech.as_ref(), row.capture.as_ref());
        let closures = speech.map(|speech| &speech.closures);
        let value = |value: Option<f64>| Cell::text(value.map(number).unwrap_or_default());
        let met = closures.map(|score| format!("{} of {}", score.hits, score.total));
        let wrong = closures.map(|score| {
            format!(
                "{} of {}",
                score.closed_stretches - score.right_stretches,
                score.closed_stretches
            )
        });
        let error = capture.and_then(|capture| capture.lip_error);
        vec![
            Cell::link(&anchor(index), &row.id),
            Cell::of("text", &row.speaker),
            Cell::of("text", &row.language),
            Cell::text(format!("{:.1}", row.seconds)),
            Cell::text(met.unwrap_or_default()),
            Cell::text(wrong.unwrap_or_default()),
            value(closures.and_then(|score| score.f1())),
            value(speech.and_then(|speech| speech.openness.value())),
            value(capture.and_then(|capture| capture.jaw_open)),
            value(capture.and_then(|capture| capture.aperture)),
            value(error.map(|error| error.mm)),
        ]
    });
    table(&HEADER, rows)
}

fn article(index: usize, row: &UtteranceScore, trial: &Trial, sound: &[f32]) -> String {
    let mut about = vec![
        row.speaker.clone(),
        row.language.clone(),
        format!("{:.1} s", row.seconds),
    ];
    if let Some(speech) = &row.speech {
        let score = &speech.closures;
        about.push(format!("{} of {} p b m met", score.hits, score.total));
        about.push(format!(
            "{} of {} closures right",
            score.right_stretches, score.closed_stretches
        ));
    }
    if let Some(capture) = &row.capture {
        about.extend(
            capture
                .jaw_open
                .map(|value| format!("JawOpen r {value:.2}")),
        );
        about.extend(capture.aperture.map(|value| format!("lips r {value:.2}")));
    }
    about.retain(|text| !text.is_empty());
    format!(
        "<article id=\"{}\"><header><h3>{}</h3><p>{}</p></header>{}</article>\n",
        anchor(index),
        escape(&row.id),
        escape(&about.join(" · ")),
        plot::plot(trial, row, sound)
    )
}

#[cfg(test)]
mod tests;
