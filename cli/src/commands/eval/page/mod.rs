//! The report as one self-contained page.

mod html;
mod plot;
mod sections;

use metaface_evaluation::{Measure, Trial, UtteranceScore};
use metaface_exporters::html::{escape, fill};

use self::html::{Cell, card, table};
use self::sections::{degraded, errors, groups};
use super::table::interval;
use super::{EvalReport, number, title};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// The measures of the cards.
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

/// The page. `sounds` holds the 16 kHz samples of each trial.
pub fn page(report: &EvalReport, trials: &[Trial], sounds: &[Vec<f32>]) -> String {
    let evaluation = &report.evaluation;
    let facts = format!(
        "{} recordings of {} speakers, {:.0} s; animated at {} fps by {} on the {}; lips of the {}",
        evaluation.utterances.len(),
        evaluation.speakers,
        evaluation.seconds,
        report.fps,
        report.animated_by(),
        report.device,
        title(&report.head)
    );
    let order = worst_first(&evaluation.utterances);
    let plots: String = (order.iter())
        .filter_map(|&index| Some((index, trials.get(index)?, sounds.get(index)?)))
        .map(|(index, trial, sound)| article(index, &evaluation.utterances[index], trial, sound))
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
            ("index", &index(&evaluation.utterances, &order)),
            ("legend", LEGEND),
            ("plots", &plots),
        ],
    )
}

const NOTE: &str = "Intervals: 95 % bootstrap intervals over speakers. The columns \
after them are controls: a still face at each capture's mean pose, the still neutral face (its lips are closed, so it closes on \
every p, b and m), the animation of another recording, and the loudness of the sound as JawOpen. \
LVE without rest pose: each vertex's median over time is subtracted from both faces first, so that a still face is zero motion.";

const LEGEND: &str = "<p class=\"legend\">\
<span><i style=\"background:var(--bilabial)\"></i>p b m</span>\
<span><i style=\"background:var(--labiodental)\"></i>f v</span>\
<span><i style=\"background:var(--rounded)\"></i>rounded</span>\
<span><i style=\"background:var(--open)\"></i>open</span>\
<span><i style=\"background:var(--other)\"></i>other</span>\
<span><i style=\"background:var(--silence)\"></i>silence</span>\
<span><i class=\"stroke\" style=\"color:var(--predicted)\"></i>predicted</span>\
<span><i class=\"stroke\" style=\"color:var(--captured)\"></i>captured</span>\
<span><i class=\"stroke\" style=\"color:var(--quiet);border-top-style:dashed\"></i>closure threshold</span>\
<span><i style=\"background:var(--good)\"></i>correct closure</span>\
<span><i style=\"background:var(--bad)\"></i>false closure</span>\
<span><i style=\"background:var(--bad);opacity:.3\"></i>p b m missed</span></p>";

fn cards(report: &EvalReport) -> String {
    let figures = &report.evaluation.figures;
    let shown = HEADLINES
        .iter()
        .filter_map(|measure| Some((measure, figures.get(measure)?)));
    shown
        .map(|(measure, figure)| card(measure.label(), &number(figure.value), &interval(figure)))
        .collect()
}

fn figures(report: &EvalReport) -> String {
    let evaluation = &report.evaluation;
    let mut header = vec!["measure", "value", "95 % interval"];
    header.extend(evaluation.controls.keys().map(|control| control.label()));
    let rows = evaluation.figures.iter().map(|(measure, figure)| {
        let mut row = vec![
            Cell::text(measure.label()),
            Cell::of("main", number(figure.value)),
            Cell::of("quiet", interval(figure)),
        ];
        row.extend(evaluation.controls.values().map(|figures| {
            let value = figures.get(measure).map(|figure| number(figure.value));
            Cell::text(value.unwrap_or_default())
        }));
        row
    });
    table(&header, rows)
}

/// The indices of the utterances, the largest error first.
fn worst_first(utterances: &[UtteranceScore]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..utterances.len()).collect();
    order.sort_by(|a, b| error_share(&utterances[*b]).total_cmp(&error_share(&utterances[*a])));
    order
}

/// The larger of two errors, 0 to 1: the share of wrong closures, and the correlation with the captured
/// lips mapped from 1..-1 to 0..1.
fn error_share(score: &UtteranceScore) -> f64 {
    let closures = score.speech.as_ref().map(|speech| &speech.closures);
    let closure_error = closures.map_or(0.0, |closures| {
        let correct = closures.hits + closures.right_stretches;
        let all = closures.total + closures.closed_stretches;
        (all - correct) as f64 / all.max(1) as f64
    });
    let correlation = score.capture.as_ref().and_then(|capture| capture.aperture);
    let lip_error = correlation.map_or(0.0, |correlation| 0.5 - 0.5 * correlation);
    closure_error.max(lip_error)
}

fn anchor(index: usize) -> String {
    format!("u{}", index + 1)
}

/// The table of utterances.
fn index(scores: &[UtteranceScore], order: &[usize]) -> String {
    const HEADER: [&str; 11] = [
        "recording",
        "speaker",
        "language",
        "s",
        "p b m closed",
        "false closures",
        "F1",
        "openness",
        "JawOpen r",
        "lips r",
        "LVE (mm)",
    ];
    let rows = order.iter().map(|&index| {
        let score = &scores[index];
        let (speech, capture) = (score.speech.as_ref(), score.capture.as_ref());
        let closures = speech.map(|speech| &speech.closures);
        let value = |value: Option<f64>| Cell::text(value.map(number).unwrap_or_default());
        let hits = closures.map(|closures| format!("{} of {}", closures.hits, closures.total));
        let false_closures = closures.map(|closures| {
            format!(
                "{} of {}",
                closures.closed_stretches - closures.right_stretches,
                closures.closed_stretches
            )
        });
        let error = capture.and_then(|capture| capture.lip_error);
        vec![
            Cell::link(&anchor(index), &score.id),
            Cell::of("text", &score.speaker),
            Cell::of("text", &score.language),
            Cell::text(format!("{:.1}", score.seconds)),
            Cell::text(hits.unwrap_or_default()),
            Cell::text(false_closures.unwrap_or_default()),
            value(closures.and_then(|closures| closures.f1())),
            value(speech.and_then(|speech| speech.openness.value())),
            value(capture.and_then(|capture| capture.jaw_open)),
            value(capture.and_then(|capture| capture.aperture)),
            value(error.map(|error| error.mm)),
        ]
    });
    table(&HEADER, rows)
}

/// The heading and the plot of an utterance.
fn article(index: usize, score: &UtteranceScore, trial: &Trial, sound: &[f32]) -> String {
    let mut facts = vec![
        score.speaker.clone(),
        score.language.clone(),
        format!("{:.1} s", score.seconds),
    ];
    if let Some(speech) = &score.speech {
        let closures = &speech.closures;
        facts.push(format!(
            "{} of {} p b m closed",
            closures.hits, closures.total
        ));
        facts.push(format!(
            "{} of {} closures correct",
            closures.right_stretches, closures.closed_stretches
        ));
    }
    if let Some(capture) = &score.capture {
        facts.extend(
            capture
                .jaw_open
                .map(|value| format!("JawOpen r {value:.2}")),
        );
        facts.extend(capture.aperture.map(|value| format!("lips r {value:.2}")));
    }
    facts.retain(|text| !text.is_empty());
    format!(
        "<article id=\"{}\"><header><h3>{}</h3><p>{}</p></header>{}</article>\n",
        anchor(index),
        escape(&score.id),
        escape(&facts.join(" · ")),
        plot::plot(trial, score, sound)
    )
}

#[cfg(test)]
mod tests;
