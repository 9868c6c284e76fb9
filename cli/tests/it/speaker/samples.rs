//! The sample speakers.

use metaface_core::clip::{Channel, Clip};
use metaface_core::speaker::{LARGEST_SPEAKER, Speaker};
use metaface_exporters::curves::csv;

use super::{ANIMATOR, LINE, succeeds};

const NAMES: [&str; 3] = ["crisp-smiler", "mumbler", "theatrical"];

fn path(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speakers");
    format!("{folder}/{name}.speaker")
}

#[test]
fn sample_speakers_are_small_synthetic_and_match_the_embedded_base_model() {
    for name in NAMES {
        let bytes = std::fs::read(path(name)).unwrap();
        assert!(bytes.len() <= LARGEST_SPEAKER, "{name}: {}", bytes.len());
        let speaker = Speaker::from_bytes(&bytes).unwrap();
        assert_eq!(speaker.name, name);
        assert_eq!(
            speaker.base,
            ANIMATOR.base_hash(),
            "{name}: learn it again with `cargo xtask speakers`"
        );
        assert!(speaker.about.consent.contains("no real person"));
        assert!(speaker.about.licence.starts_with("MIT"));
        assert!(speaker.head.is_some(), "{name} has no head motion");
    }
}

#[test]
fn sample_speakers_differ_from_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let animate = |name: &str, more: &[&str]| {
        let output = format!("{name}.csv");
        let arguments = [&["animate", LINE, "-o", &output, "-q"], more].concat();
        succeeds(folder.path(), &arguments);
        csv::read(&folder.path().join(&output)).unwrap().0
    };
    let average = animate("average", &[]);
    let [smiler, mumbler, theatrical] =
        NAMES.map(|name| animate(name, &["--speaker", &path(name)]));
    let mean = |clip: &Clip, channel| clip.curve(channel).sum::<f32>() / clip.frames.len() as f32;
    let widest_jaw = |clip: &Clip| {
        let mut jaw: Vec<f32> = clip.curve(Channel::JawOpen).collect();
        jaw.sort_by(f32::total_cmp);
        jaw[jaw.len() * 95 / 100]
    };
    let largest_turn = |clip: &Clip| {
        clip.curve(Channel::HeadYaw)
            .map(f32::abs)
            .fold(0.0, f32::max)
    };
    for clip in [&smiler, &mumbler, &theatrical] {
        assert!(largest_turn(clip) > 1e-3, "the head moves as in the take");
    }
    assert!(largest_turn(&theatrical) > 2.0 * largest_turn(&mumbler));
    assert!(widest_jaw(&mumbler) < 0.7 * widest_jaw(&average));
    assert!(widest_jaw(&theatrical) > 1.2 * widest_jaw(&average));
    let smile = |clip| mean(clip, Channel::MouthSmileLeft);
    assert!(smile(&smiler) > smile(&average) + 0.08);
}
