use super::*;
use crate::audio::SAMPLE_RATE;
use crate::clip::FrameRate;
use crate::device::DeviceChoice;
use crate::speaker::Speaker;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

/// So many samples of the sample line, said again and again, from a place of its own.
fn said(samples: usize) -> Sound {
    let line = Sound::open(format!("{SAMPLES}/speech/line.wav")).expect("the sample line");
    let from = samples % line.samples.len();
    let words = line.samples.iter().cycle().skip(from).take(samples);
    let words: Vec<f32> = words.copied().collect();
    Sound::from_samples(&words, SAMPLE_RATE, 1).expect("a sound")
}

/// Lines from a twentieth of a second to half a minute: from a frame to several windows.
fn lines() -> Vec<Sound> {
    [
        16, 800, 4_000, 16_100, 40_000, 40_000, 55_555, 170_000, 480_321,
    ]
    .map(said)
    .to_vec()
}

fn sample_speaker() -> Speaker {
    let bytes = std::fs::read(format!("{SAMPLES}/speakers/theatrical.speaker"));
    Speaker::from_bytes(&bytes.expect("the sample speaker")).expect("a speaker")
}

fn named(lines: &[Sound]) -> Vec<(&str, &Sound)> {
    lines.iter().map(|sound| ("line", sound)).collect()
}

#[test]
fn a_line_in_a_pack_has_the_frames_that_it_has_alone() {
    let average = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let somebody = (average.speaking_as(&sample_speaker(), 1.0)).expect("of this base model");
    let lines = lines();
    let options = Options {
        rate: FrameRate::whole(FRAME_RATE).expect("a rate"),
        ..Options::default()
    };
    for animator in [average, somebody] {
        let packed = animator
            .animate_packed(&named(&lines), &options)
            .expect("clips");
        for (sound, packed) in lines.iter().zip(&packed) {
            let alone = animator.animate("line", sound, &options).expect("a clip");
            assert_eq!(packed.metadata, alone.metadata);
            assert_eq!(packed.frames.len(), alone.frames.len());
            for (a, b) in packed.frames.iter().zip(&alone.frames) {
                for (a, b) in a.0.iter().zip(b.0) {
                    assert!((a - b).abs() < 1e-5, "{:.2} s: {a}, {b}", sound.duration());
                }
            }
        }
    }
}

#[test]
fn on_the_processor_lines_together_are_to_the_bit_those_alone() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let (lines, options) = (lines(), Options::default());
    let together = animator
        .animate_together(&named(&lines), &options)
        .expect("clips");
    let alone = lines
        .iter()
        .map(|sound| animator.animate("line", sound, &options).expect("a clip"));
    assert!(together.into_iter().eq(alone));
    let none = animator.animate_together(&[], &options);
    assert_eq!(none.expect("no clips"), []);
}

#[test]
fn portions_keep_the_order_and_their_bound() {
    let sounds = [1, 1, 22 * 60, 30 * 60, 1].map(|seconds| Sound {
        samples: vec![0.0; seconds * SAMPLE_RATE as usize],
        source_rate: SAMPLE_RATE,
        source_channels: 1,
        peak: 0.0,
        clipped_share: 0.0,
        warnings: Vec::new(),
    });
    let lines = named(&sounds);
    let sizes: Vec<usize> = portions(&lines).map(<[_]>::len).collect();
    assert_eq!(sizes, [2, 1, 1, 1]);
    assert_eq!(portions(&[]).count(), 0);
}
