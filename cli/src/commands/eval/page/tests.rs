use std::collections::BTreeMap;

use metaface_core::audio::Degradation;
use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_core::clip::{Phone, PhoneSpan};
use metaface_evaluation::{Bootstrap, Evaluation, Trial};

use super::page;
use crate::commands::eval::EvalReport;

const HOSTILE: &str = "</title><script>alert(1)</script>{{plots}}\"'";

fn trial(id: &str, is_captured: bool) -> Trial {
    let rate = FrameRate::whole(60).expect("a rate");
    let mut predicted = Clip::neutral(id, rate, 120);
    for (index, frame) in predicted.frames.iter_mut().enumerate() {
        frame[Channel::JawOpen] = 0.4 - 0.3 * (index as f32 / 9.0).sin();
    }
    // Closed in the middle of an open vowel, and slightly open at the b.
    predicted.frames[50][Channel::JawOpen] = 0.0;
    let span = |phone, start, end| PhoneSpan { phone, start, end };
    let phones = [
        span(Phone::Sil, 0.0, 0.3),
        span(Phone::Aa, 0.3, 1.2),
        span(Phone::B, 1.2, 1.3),
        span(Phone::Uw, 1.3, 1.6),
    ];
    Trial {
        id: id.to_owned(),
        speaker: HOSTILE.to_owned(),
        language: "en".to_owned(),
        phones: if is_captured {
            Vec::new()
        } else {
            phones.to_vec()
        },
        captured: is_captured.then(|| predicted.clone()),
        predicted,
        loudness_db: vec![-20.0; 100],
    }
}

fn report(trials: &[Trial]) -> EvalReport {
    let evaluation = Evaluation::of_trials(trials, None, Bootstrap::default());
    EvalReport {
        folder: format!("recordings/{HOSTILE}"),
        base_model: "0123456789abcdef".to_owned(),
        speaker: None,
        device: "processor",
        fps: "60".to_owned(),
        head: "sample head".to_owned(),
        degraded: BTreeMap::from([(Degradation::Reverb, evaluation.figures.clone())]),
        evaluation,
        page: None,
    }
}

#[test]
fn a_page_loads_nothing_and_names_are_escaped() {
    let trials = [trial(HOSTILE, false), trial("take", true)];
    let html = page(
        &report(&trials),
        &trials,
        &[vec![0.1; 32_000], vec![0.0; 32_000]],
    );
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    assert!(html.contains("default-src 'none'"));
    for forbidden in [
        "<script", " src=", "http:", "https:", "@import", "NaN", "inf\"",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    // A placeholder inside a name is not filled in.
    assert!(html.contains("alert(1)&lt;/script&gt;{{plots}}&quot;&#39;"));
    assert_eq!(html.matches("<article").count(), 2);
    for tag in [
        "table", "section", "article", "svg", "div", "span", "tr", "td", "p",
    ] {
        let opened =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn errors_are_shown_at_their_times_and_the_worst_utterance_comes_first() {
    let trials = [trial("follows", true), trial("fails", false)];
    let html = page(
        &report(&trials),
        &trials,
        &[vec![0.1; 32_000], vec![0.1; 32_000]],
    );
    let position = |text: &str| html.find(text).expect("is in the page");
    assert!(position("<article id=\"u2\"") < position("<article id=\"u1\""));
    assert!(html.contains("<title>missed B"));
    assert!(html.contains("<title>closed on AA"));
    assert!(html.contains("AA [B] UW"));
    for anchor in ["errors", "groups", "degraded", "u1", "u2"] {
        assert!(html.contains(&format!("href=\"#{anchor}\"")), "{anchor}");
        assert!(html.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
}

#[test]
fn without_phones_there_is_no_table_of_closures() {
    let trials = [trial("take", true)];
    let html = page(&report(&trials), &trials, &[Vec::new()]);
    assert!(!html.contains("id=\"errors\"") && !html.contains("id=\"groups\""));
    assert!(html.contains("JawOpen r 1.00"));
}
