use super::*;
use crate::audio::SAMPLE_RATE;
use crate::clip::FrameRate;
use crate::device::DeviceChoice;
use crate::speaker::Speaker;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

/// The sample line, repeated to this many samples; the start depends on the length.
fn speech(samples: usize) -> Sound {
    let line = Sound::open(format!("{SAMPLES}/speech/line.wav")).expect("the sample line");
    let start = samples % line.samples.len();
    let repeated = line.samples.iter().cycle().skip(start).take(samples);
    let repeated: Vec<f32> = repeated.copied().collect();
    Sound::from_samples(&repeated, SAMPLE_RATE, 1).expect("a sound")
}

/// Lines from 1 ms to half a minute: from one frame to several windows.
fn lines() -> Vec<Sound> {
    [
        16, 800, 4_000, 16_100, 40_000, 40_000, 55_555, 170_000, 480_321,
    ]
    .map(speech)
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
fn a_packed_line_has_the_same_frames_as_alone() {
    let average = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let speaker = (average.with_speaker(&sample_speaker(), 1.0)).expect("of this base model");
    let lines = lines();
    let options = Options {
        fps: FrameRate::whole(FRAME_RATE).expect("a rate"),
        ..Options::default()
    };
    for animator in [average, speaker] {
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
fn on_the_processor_lines_animated_together_are_bit_identical_to_single_lines() {
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
fn groups_keep_the_order_and_the_size_limit() {
    let sounds = [1, 1, 22 * 60, 30 * 60, 1].map(|seconds| Sound {
        samples: vec![0.0; seconds * SAMPLE_RATE as usize],
        source_rate: SAMPLE_RATE,
        source_channels: 1,
        peak: 0.0,
        clipped_share: 0.0,
        warnings: Vec::new(),
    });
    let lines = named(&sounds);
    let sizes: Vec<usize> = groups(&lines).map(<[_]>::len).collect();
    assert_eq!(sizes, [2, 1, 1, 1]);
    assert_eq!(groups(&[]).count(), 0);
}
