//! The plot of an utterance: sound, phones, lips.

use std::fmt::Write as _;

use metaface_core::clip::Phone;
use metaface_core::clip::lips::{LipMotion, aperture_mm};
use metaface_core::clip::{Channel, Clip, Frame};
use metaface_evaluation::{Trial, UtteranceScore};

/// Pixels per second.
const SCALE: f64 = 200.0;
/// Tops and heights of the lanes, in pixels.
const WAVE: Lane = Lane::at(4.0, 34.0);
const PHONES: Lane = Lane::at(42.0, 18.0);
const LIPS: Lane = Lane::at(66.0, 92.0);
const ROUNDING: Lane = Lane::at(166.0, 40.0);
const JAW: Lane = Lane::at(212.0, 40.0);
/// Height of the strip at the bottom of the lips' lane that shows closures, in pixels.
const STRIP: f64 = 5.0;
/// Height of the time axis, in pixels.
const AXIS: f64 = 18.0;
/// Points of a curve per second.
const POINTS: f64 = 60.0;
/// Width of a letter, in pixels. Phones that are too narrow for their names get no label.
const LETTER: f64 = 6.0;
/// Sample rate of the sounds, in hertz.
const SAMPLE_RATE: f64 = 16_000.0;

struct Lane {
    top: f64,
    height: f64,
}

impl Lane {
    const fn at(top: f64, height: f64) -> Self {
        Self { top, height }
    }

    const fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// The plot as HTML: the names of the lanes, and the lanes over time.
pub fn plot(trial: &Trial, score: &UtteranceScore, samples: &[f32]) -> String {
    let seconds = score.seconds.max(samples.len() as f64 / SAMPLE_RATE);
    let has_capture = trial.captured.is_some();
    let end = if has_capture { &JAW } else { &ROUNDING }.bottom();
    let (width, height) = (seconds * SCALE + 12.0, end + AXIS);
    let mut svg = String::new();
    lanes(&mut svg, width, has_capture);
    wave(&mut svg, samples);
    phones(&mut svg, trial);
    lips(&mut svg, trial, score, width);
    curves(&mut svg, trial, &ROUNDING, |frame| {
        frame[Channel::MouthPucker] + frame[Channel::MouthFunnel]
    });
    if has_capture {
        curves(&mut svg, trial, &JAW, |frame| frame[Channel::JawOpen]);
    }
    axis(&mut svg, seconds, end);
    format!(
        "<div class=\"plot\">{}<div><svg width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" \
         aria-label=\"sound, phones and lips over time\">{svg}</svg></div></div>",
        names(height, has_capture)
    )
}

/// The name of a curve, its lane, and whether it is also shown without a capture.
const NAMES: [(&str, Lane, bool); 5] = [
    ("sound", WAVE, true),
    ("phones", PHONES, true),
    ("lip gap, mm", LIPS, true),
    ("pucker + funnel", ROUNDING, true),
    ("JawOpen", JAW, false),
];

fn names(height: f64, has_capture: bool) -> String {
    let mut svg = format!("<svg width=\"92\" height=\"{height:.0}\" aria-hidden=\"true\">");
    for (name, lane, always) in NAMES {
        if always || has_capture {
            let middle = lane.top + lane.height / 2.0 + 3.5;
            let _ = write!(
                svg,
                "<text class=\"q\" x=\"86\" y=\"{middle}\" text-anchor=\"end\">{name}</text>"
            );
        }
    }
    svg + "</svg>"
}

fn lanes(svg: &mut String, width: f64, has_capture: bool) {
    for (_, lane, always) in NAMES {
        if always || has_capture {
            let bottom = lane.bottom() + 0.5;
            let _ = write!(svg, "<path class=\"lane\" d=\"M0 {bottom}H{width:.0}\"/>");
        }
    }
}

fn wave(svg: &mut String, samples: &[f32]) {
    let step = (SAMPLE_RATE / SCALE) as usize;
    let peaks = samples
        .chunks(step)
        .map(|part| part.iter().fold(0.0f32, |peak, v| peak.max(v.abs())));
    let peaks: Vec<f32> = peaks.collect();
    let loudest = peaks.iter().copied().fold(1e-4, f32::max);
    let middle = WAVE.top + WAVE.height / 2.0;
    let _ = write!(svg, "<path class=\"w\" d=\"");
    for (index, peak) in peaks.iter().enumerate() {
        let reach = (WAVE.height / 2.0 * f64::from(peak / loudest)).max(0.3);
        let x = index as f64 * step as f64 / SAMPLE_RATE * SCALE;
        let _ = write!(
            svg,
            "M{x:.0} {:.1}h1v{:.1}h-1z",
            middle - reach,
            2.0 * reach
        );
    }
    svg.push_str("\"/>");
}

/// The CSS class of a phone, by the lip shape that it needs.
fn phone_class(phone: Phone) -> &'static str {
    match phone {
        Phone::Sil => "fs",
        phone if phone.is_bilabial() => "fp",
        phone if phone.is_labiodental() => "ff",
        phone if phone.is_rounded() => "fr",
        phone if phone.is_open() => "fo",
        _ => "fe",
    }
}

fn phones(svg: &mut String, trial: &Trial) {
    for span in &trial.phones {
        let (start, end) = (f64::from(span.start), f64::from(span.end));
        let (x, width) = (start * SCALE, (end - start) * SCALE);
        let _ = write!(
            svg,
            "<rect class=\"{}\" x=\"{x:.1}\" y=\"{}\" width=\"{:.1}\" height=\"{}\"><title>{} {start:.2} to {end:.2} s</title></rect>",
            phone_class(span.phone),
            PHONES.top,
            (width - 0.6).max(0.4),
            PHONES.height,
            span.phone
        );
        if width >= LETTER * span.phone.label().len() as f64 && span.phone != Phone::Sil {
            let _ = write!(
                svg,
                "<text class=\"n\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" pointer-events=\"none\">{}</text>",
                x + width / 2.0,
                PHONES.top + 12.5,
                span.phone
            );
        }
    }
}

fn lips(svg: &mut String, trial: &Trial, score: &UtteranceScore, width: f64) {
    let motion = LipMotion::of(&trial.predicted);
    let captured = trial
        .captured
        .as_ref()
        .map(|clip| clip.frames.iter().map(aperture_mm));
    let top = (motion.apertures.iter().copied())
        .chain(captured.into_iter().flatten())
        .fold(8.0f32, f32::max);
    let plotted = Lane::at(LIPS.top, LIPS.height - STRIP - 1.0);
    let y = |gap: f32| plotted.bottom() - plotted.height * f64::from(gap.clamp(0.0, top) / top);
    let errors = score.errors.clone().unwrap_or_default();
    for missed in &errors.missed {
        let gap = missed
            .smallest_mm
            .map_or_else(String::new, |gap| format!(", smallest gap {gap:.1} mm"));
        let _ = write!(
            svg,
            "<rect class=\"x\" x=\"{:.1}\" y=\"{}\" width=\"{:.1}\" height=\"{}\"><title>missed {}{gap}</title></rect>",
            missed.start * SCALE,
            PHONES.top,
            (missed.end - missed.start) * SCALE,
            LIPS.bottom() - PHONES.top,
            missed.phone
        );
    }
    let threshold = y(motion.threshold);
    let _ = write!(
        svg,
        "<path class=\"t\" d=\"M0 {threshold:.1}H{width:.0}\"/>"
    );
    if let Some(clip) = &trial.captured {
        line(svg, "c", clip, |frame| y(aperture_mm(frame)));
    }
    line(svg, "p", &trial.predicted, |frame| y(aperture_mm(frame)));
    let _ = write!(
        svg,
        "<text class=\"q\" x=\"3\" y=\"{:.1}\">{top:.0}</text>",
        LIPS.top + 9.0
    );
    if trial.phones.is_empty() {
        return;
    }
    let rate = trial.predicted.rate;
    for closure in &motion.closures {
        let (start, end) = (
            rate.seconds(closure.start as f64),
            rate.seconds(closure.end as f64),
        );
        let error = (errors.false_closures.iter()).find(|error| (error.start - start).abs() < 1e-6);
        let class = if error.is_some() { "no" } else { "ok" };
        let title = error.map_or_else(
            || "closed".to_owned(),
            |error| format!("closed on {}", error.phone),
        );
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{}\" width=\"{:.1}\" height=\"{STRIP}\"><title>{title}, {start:.2} to {end:.2} s</title></rect>",
            start * SCALE,
            LIPS.bottom() - STRIP,
            ((end - start) * SCALE).max(1.5)
        );
    }
}

/// Draws a value of at least 0 in a lane, predicted and captured.
fn curves(svg: &mut String, trial: &Trial, lane: &Lane, value: impl Fn(&Frame) -> f32) {
    let clips = trial.captured.iter().chain([&trial.predicted]);
    let top = (clips
        .clone()
        .flat_map(|clip| clip.frames.iter().map(&value)))
    .fold(0.3f32, f32::max);
    let y = |frame: &Frame| {
        lane.bottom() - (lane.height - 2.0) * f64::from(value(frame).clamp(0.0, top) / top)
    };
    if let Some(clip) = &trial.captured {
        line(svg, "c", clip, y);
    }
    line(svg, "p", &trial.predicted, y);
    let _ = write!(
        svg,
        "<text class=\"q\" x=\"3\" y=\"{:.1}\">{top:.1}</text>",
        lane.top + 9.0
    );
}

fn line(svg: &mut String, class: &str, clip: &Clip, y: impl Fn(&Frame) -> f64) {
    let step = ((clip.rate.as_f64() / POINTS).round() as usize).max(1);
    let _ = write!(svg, "<path class=\"{class}\" d=\"");
    for (index, frame) in clip.frames.iter().enumerate().step_by(step) {
        let command = if index == 0 { 'M' } else { 'L' };
        let x = clip.rate.seconds(index as f64) * SCALE;
        let y = Some(y(frame)).filter(|y| y.is_finite()).unwrap_or(0.0);
        let _ = write!(svg, "{command}{x:.1} {y:.1}");
    }
    svg.push_str("\"/>");
}

fn axis(svg: &mut String, seconds: f64, end: f64) {
    for tick in 0..=(2.0 * seconds) as u32 {
        let x = f64::from(tick) / 2.0 * SCALE;
        let _ = write!(svg, "<path class=\"lane\" d=\"M{x:.1} {end}v4\"/>");
        if tick % 2 == 0 {
            let anchor = if tick == 0 { "start" } else { "middle" };
            let _ = write!(
                svg,
                "<text class=\"q\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{} s</text>",
                end + 14.0,
                tick / 2
            );
        }
    }
}
