//! The speakers that come with the project.

use metaface_core::clip::{Channel, Clip};
use metaface_core::speaker::{LARGEST_SPEAKER, Speaker};
use metaface_exporters::curves::csv;

use crate::{ANIMATOR, LINE, succeeds};

const NAMES: [&str; 3] = ["crisp-smiler", "mumbler", "theatrical"];

fn path(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speakers");
    format!("{folder}/{name}.speaker")
}

#[test]
fn sample_speakers_are_small_synthetic_and_of_the_base_model_in_the_program() {
    for name in NAMES {
        let bytes = std::fs::read(path(name)).unwrap();
        assert!(bytes.len() <= LARGEST_SPEAKER, "{name}: {}", bytes.len());
        let speaker = Speaker::from_bytes(&bytes).unwrap();
        assert_eq!(speaker.name, name);
        assert_eq!(
            speaker.base,
            ANIMATOR.base_hash(),
            "{name}: learn it anew with `cargo xtask speakers`"
        );
        assert!(speaker.about.consent.contains("no real person"));
        assert!(speaker.about.licence.starts_with("MIT"));
        assert!(speaker.head.is_some(), "{name} has no head motion");
    }
}

#[test]
fn sample_speakers_say_the_line_each_in_their_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let say = |name: &str, more: &[&str]| {
        let output = format!("{name}.csv");
        let arguments = [&["animate", LINE, "-o", &output, "-q"], more].concat();
        succeeds(folder.path(), &arguments);
        csv::read(&folder.path().join(&output)).unwrap().0
    };
    let average = say("average", &[]);
    let [smiler, mumbler, theatrical] = NAMES.map(|name| say(name, &["--speaker", &path(name)]));
    let mean = |clip: &Clip, channel| clip.curve(channel).sum::<f32>() / clip.frames.len() as f32;
    let widest = |clip: &Clip| {
        let mut jaw: Vec<f32> = clip.curve(Channel::JawOpen).collect();
        jaw.sort_by(f32::total_cmp);
        jaw[jaw.len() * 95 / 100]
    };
    let turns = |clip: &Clip| {
        clip.curve(Channel::HeadYaw)
            .map(f32::abs)
            .fold(0.0, f32::max)
    };
    for clip in [&smiler, &mumbler, &theatrical] {
        assert!(turns(clip) > 1e-3, "a head that moved in the take moves");
    }
    assert!(turns(&theatrical) > 2.0 * turns(&mumbler));
    assert!(widest(&mumbler) < 0.7 * widest(&average));
    assert!(widest(&theatrical) > 1.2 * widest(&average));
    let smile = |clip| mean(clip, Channel::MouthSmileLeft);
    assert!(smile(&smiler) > smile(&average) + 0.08);
}
