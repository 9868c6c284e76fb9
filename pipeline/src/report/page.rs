//! The report as one page that needs no network and no scripts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use metaface_exporters::html::{escape, fill};

use super::samples::samples;
use super::{End, LineReport, Report};
use crate::Batch;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// More lines than this make a page that browsers dislike; the rest is in the JSON.
const MOST_LINES: usize = 20_000;

/// The page, with pictures of some lines.
pub fn page(batch: &Batch, report: &Report) -> String {
    let totals = &report.totals;
    let facts = format!(
        "{} → {}; MetaFace {} on the {}, base model {}{}",
        report.source,
        report.output,
        report.version,
        report.device,
        report.base_model.chars().take(12).collect::<String>(),
        report
            .shard
            .as_ref()
            .map(|shard| format!(", part {shard}"))
            .unwrap_or_default(),
    );
    let rate = match report.seconds > 0.0 {
        true => totals.made_now as f64 / report.seconds * 60.0,
        false => 0.0,
    };
    let cards = [
        (
            "done",
            format!("{} of {}", totals.done, totals.lines),
            totals.done == totals.lines,
        ),
        ("failed", totals.failed.to_string(), totals.failed == 0),
        ("left to do", totals.left.to_string(), totals.left == 0),
        (
            "bad in the table",
            totals.bad_rows.to_string(),
            totals.bad_rows == 0,
        ),
        ("with warnings", totals.warned.to_string(), true),
        ("made by this run", totals.made_now.to_string(), true),
        (
            "this run",
            format!("{} ({rate:.0} lines/min)", clock(report.seconds)),
            true,
        ),
        ("speech", clock(totals.sound_seconds), true),
        (
            "files",
            format!("{} ({:.1} MB)", totals.files, totals.bytes as f64 / 1e6),
            true,
        ),
    ];
    let cards: String = cards
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
    // What somebody has to look at comes first.
    order.sort_by_key(|line| match line.status {
        End::Failed => 0,
        End::Left => 1,
        End::Done if !line.warnings.is_empty() => 2,
        End::Done => 3,
    });
    let shown = order.len().min(MOST_LINES);
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

/// Hours, minutes and seconds as people read them.
fn clock(seconds: f64) -> String {
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
        "<section><h2>Bad in the table</h2><ul>{}</ul></section>",
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
    match samples.is_empty() {
        true => String::new(),
        false => format!(
            "<section><h2>Some lines, as written</h2><div class=\"samples\">{samples}</div></section>"
        ),
    }
}

fn row(line: &LineReport) -> String {
    let (class, status) = match line.status {
        End::Done if line.warnings.is_empty() => ("done", "done"),
        End::Done => ("warned", "done"),
        End::Failed => ("failed", "failed"),
        End::Left => ("left", "left"),
    };
    let said: Vec<String> = line
        .error
        .iter()
        .chain(&line.warnings)
        .map(|text| escape(text))
        .collect();
    let files = line.outputs.iter().map(|made| {
        let ending = made.file.strip_prefix(&line.line).unwrap_or(&made.file);
        format!("{} ({:.0} kB)", escape(ending), made.bytes as f64 / 1e3)
    });
    format!(
        "<tr class=\"{class}\"><td>{}</td><td>{}</td><td>{status}</td><td>{:.1}</td><td>{:.2}</td><td>{}</td><td>{}</td></tr>\n",
        line.row,
        escape(&line.line),
        line.sound_seconds,
        line.seconds,
        files.collect::<Vec<_>>().join(", "),
        said.join("<br>")
    )
}
