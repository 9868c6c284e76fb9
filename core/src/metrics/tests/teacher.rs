//! The curves that the base model learns from, under the measures that it is judged by.

use std::path::{Path, PathBuf};

use metaface_clip::{Clip, Frame, FrameRate};

use super::line;
use crate::metrics::{Bootstrap, Evaluation, Measure, UtteranceScore};
use crate::training::corpus::AlignedSpeech;
use crate::training::teacher::{FRAME_HZ, Style, articulate};
use crate::training::{Phone, PhoneSpan};

fn shared(folder: &str) -> PathBuf {
    let root = std::env::var_os("METAFACE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    root.join(folder)
}

fn taught(phones: &[PhoneSpan], style: &Style) -> Clip {
    let end = phones.last().map_or(0.0, |span| span.end) + 0.5;
    let count = (end * FRAME_HZ) as usize;
    let frames: Vec<Frame> = articulate(phones, &vec![-20.0; count], count, style);
    let rate = FrameRate::whole(FRAME_HZ as u32).expect("a rate");
    Clip {
        frames,
        ..Clip::neutral("taught", rate, 0)
    }
}

fn must_be_taught_well(rows: Vec<UtteranceScore>) {
    let evaluation = Evaluation::of(rows, Bootstrap::default());
    for measure in Measure::ALL {
        println!("{}: {:?}", measure.label(), evaluation.figures.get(measure));
    }
    for (measure, least) in [
        (Measure::ClosureRecall, 0.95),
        (Measure::ClosurePrecision, 0.95),
        (Measure::RoundingAuc, 0.9),
        // The first and last frames of a vowel belong half to its neighbours, and a mouth opens
        // before it speaks: even the teacher does not get full marks here.
        (Measure::OpennessAuc, 0.78),
        (Measure::SilenceAtRest, 0.9),
    ] {
        let value = evaluation.value(measure).expect("something to measure");
        assert!(value > least, "{}: {value}", measure.label());
    }
}

#[test]
fn the_articulation_teacher_scores_high_on_real_phone_times() {
    let folder = shared("speech_aligned");
    if !folder.exists() {
        println!("skipped: speech_aligned absent");
        return;
    }
    let speech = AlignedSpeech::open(&folder).expect("an aligned corpus");
    let rows = (speech.recordings().iter())
        .map(|recording| {
            let clip = taught(&recording.phones, &Style::average());
            let (id, speaker) = (&recording.id, &recording.speaker);
            UtteranceScore::of(id, speaker, &recording.language, &clip, &recording.phones)
        })
        .collect();
    must_be_taught_well(rows);
}

#[test]
fn the_articulation_teacher_scores_high_on_plain_syllables() {
    use Phone::{Aa, Ae, Ah, B, Eh, Iy, K, M, N, P, S, T, Uw, W};
    let words: &[&[Phone]] = &[
        &[B, Iy, T, Aa, M, Uw, K],
        &[P, Ae, N, S, W, Iy, B, Ah, T],
        &[M, Iy, K, Eh, P, Uw, N, Aa],
    ];
    let rows = (0..4)
        .map(|round| {
            let phones: Vec<_> = (words.iter().cycle().skip(round).take(3))
                .flat_map(|word| word.iter().map(|phone| (*phone, 0.12)))
                .collect();
            let phones = line(&phones);
            let clip = taught(&phones, &Style::average());
            UtteranceScore::of("words", "teacher", "en", &clip, &phones)
        })
        .collect();
    must_be_taught_well(rows);
}
