//! The teacher's curves, evaluated with the measures of the base model.

use std::path::{Path, PathBuf};

use metaface_clip::{Clip, Frame, FrameRate, Phone, PhoneSpan};

use metaface_core::model::Style;
use metaface_evaluation::recordings::AlignedSpeech;
use metaface_evaluation::{Bootstrap, Evaluation, Measure, UtteranceScore};
use metaface_training::teacher::{FRAME_HZ, articulate};

fn shared(folder: &str) -> PathBuf {
    let root = std::env::var_os("METAFACE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
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

fn assert_good_scores(rows: Vec<UtteranceScore>) {
    let evaluation = Evaluation::of(rows, Bootstrap::default());
    for measure in Measure::ALL {
        println!("{}: {:?}", measure.label(), evaluation.figures.get(measure));
    }
    for (measure, least) in [
        (Measure::ClosureRecall, 0.95),
        (Measure::ClosurePrecision, 0.95),
        (Measure::RoundingAuc, 0.9),
        // The first and last frames of a vowel are co-articulated, and the mouth opens before
        // speech, so even the teacher does not reach 1.
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
    assert_good_scores(rows);
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
            let phones = PhoneSpan::sequence(1.0, &phones);
            let clip = taught(&phones, &Style::average());
            UtteranceScore::of("words", "teacher", "en", &clip, &phones)
        })
        .collect();
    assert_good_scores(rows);
}
