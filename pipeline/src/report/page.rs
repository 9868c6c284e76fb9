//! The report as one self-contained page without scripts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use metaface_exporters::html::{escape, fill};

use super::samples::samples;
use super::{LineReport, LineStatus, Report};
use crate::Batch;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// Most lines on the page: browsers get slow with more. All lines are in the JSON report.
const MAX_LINES: usize = 20_000;

/// Length of the base model's hash on the page, in characters.
const SHORT_HASH: usize = 12;

/// The page, with pictures of some lines.
pub fn page(batch: &Batch, report: &Report) -> String {
    let totals = &report.totals;
    let facts = format!(
        "{} → {}; MetaFace {} on the {}, base model {}{}",
        report.source,
        report.output,
        report.version,
        report.device,
        report
            .base_model
            .chars()
            .take(SHORT_HASH)
            .collect::<String>(),
        report
            .shard
            .as_ref()
            .map(|shard| format!(", shard {shard}"))
            .unwrap_or_default(),
    );
    let rate = if report.seconds > 0.0 {
        totals.made_now as f64 / report.seconds * 60.0
    } else {
        0.0
    };
    let card_values = [
        (
            "done",
            format!("{} of {}", totals.done, totals.lines),
            totals.done == totals.lines,
        ),
        ("failed", totals.failed.to_string(), totals.failed == 0),
        ("left", totals.left.to_string(), totals.left == 0),
        (
            "bad rows",
            totals.bad_rows.to_string(),
            totals.bad_rows == 0,
        ),
        ("with warnings", totals.warned.to_string(), true),
        ("made by this run", totals.made_now.to_string(), true),
        (
            "this run",
            format!("{} ({rate:.0} lines/min)", duration(report.seconds)),
            true,
        ),
        ("speech", duration(totals.sound_seconds), true),
        (
            "files",
            format!("{} ({:.1} MB)", totals.files, totals.bytes as f64 / 1e6),
            true,
        ),
    ];
    let cards: String = card_values
        .iter()
        .map(|(name, value, good)| {
            let class = if *good { "card" } else { "card bad" };
            format!(
                "<div class=\"{class}\"><b>{}</b><span>{name}</span></div>",
                escape(value)
            )
        })
        .collect();
    let mut order: Vec<&LineReport> = report.lines.iter().collect();
    order.sort_by_key(|line| match line.status {
        LineStatus::Failed => 0,
        LineStatus::Left => 1,
        LineStatus::Done if !line.warnings.is_empty() => 2,
        LineStatus::Done => 3,
    });
    let shown = order.len().min(MAX_LINES);
    let more = match order.len() - shown {
        0 => String::new(),
        more => format!("<p>{more} more lines are in the JSON report.</p>"),
    };
    fill(
        PAGE,
        &[
            ("title", &escape(&report.source)),
            ("style", STYLE.trim_end()),
            ("facts", &escape(&facts)),
            ("cards", &cards),
            ("problems", &problems(report)),
            ("samples", &pictures(batch, report)),
            (
                "lines",
                &order[..shown]
                    .iter()
                    .map(|line| row(line))
                    .collect::<String>(),
            ),
            ("more", &more),
        ],
    )
}

/// A duration in seconds, minutes or hours.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 100.0 => format!("{s:.1} s"),
        s if s < 5400.0 => format!("{:.1} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

fn problems(report: &Report) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let items = report
        .problems
        .iter()
        .map(|problem| format!("<li>{}</li>", escape(&problem.to_string())));
    format!(
        "<section><h2>Bad rows</h2><ul>{}</ul></section>",
        items.collect::<String>()
    )
}

fn pictures(batch: &Batch, report: &Report) -> String {
    let figure = |(caption, png): &(String, Vec<u8>)| {
        let (data, caption) = (STANDARD.encode(png), escape(caption));
        format!(
            "<figure><img alt=\"{caption}\" src=\"data:image/png;base64,{data}\"><figcaption>{caption}</figcaption></figure>"
        )
    };
    let samples: String = samples(batch, report)
        .iter()
        .filter(|sample| !sample.pictures.is_empty())
        .map(|sample| {
            let figures: String = sample.pictures.iter().map(figure).collect();
            format!(
                "<article><h3>{}</h3>{figures}</article>",
                escape(&sample.line)
            )
        })
        .collect();
    if samples.is_empty() {
        return samples;
    }
    format!(
        "<section><h2>Samples of the written files</h2><div class=\"samples\">{samples}</div></section>"
    )
}

fn row(line: &LineReport) -> String {
    let (class, status) = match line.status {
        LineStatus::Done if line.warnings.is_empty() => ("done", "done"),
        LineStatus::Done => ("warned", "done"),
        LineStatus::Failed => ("failed", "failed"),
        LineStatus::Left => ("left", "left"),
    };
    let messages: Vec<String> = line
        .error
        .iter()
        .chain(&line.warnings)
        .map(|text| escape(text))
        .collect();
    let files = line.outputs.iter().map(|output| {
        let ending = (output.file.strip_prefix(&line.line)).unwrap_or(&output.file);
        format!("{} ({:.0} kB)", escape(ending), output.bytes as f64 / 1e3)
    });
    format!(
        "<tr class=\"{class}\"><td>{}</td><td>{}</td><td>{status}</td><td>{:.1}</td><td>{:.2}</td><td>{}</td><td>{}</td></tr>\n",
        line.row,
        escape(&line.line),
        line.sound_seconds,
        line.seconds,
        files.collect::<Vec<_>>().join(", "),
        messages.join("<br>")
    )
}
