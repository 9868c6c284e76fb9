//! Learns a speaker from a sound and the face captured with it, and animates another sound in that style.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example learn_speaker
//! ```
//!
//! The captured face usually comes from a file read by `metaface-exporters`; here it is an exaggerated
//! animation of the average speaker.

use metaface_core::audio::Sound;
use metaface_core::device::DeviceChoice;
use metaface_core::speaker::{LearnOptions, LearnProgress, Take};
use metaface_core::{Animator, Options};

const SPEECH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech");

/// The example.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let animator = Animator::new(DeviceChoice::Auto)?;
    let take = Sound::open(format!("{SPEECH}/take.wav"))?;
    let expressive = Options {
        strength: 1.4,
        ..Options::default()
    };
    let captured = animator.animate("take", &take, &expressive)?;

    let reference = animator.reference(vec![Take {
        name: "take.wav".to_owned(),
        curves_name: "take.csv".to_owned(),
        sound: take,
        clip: captured,
    }])?;
    let options = LearnOptions {
        name: "anna".to_owned(),
        consent: "an example, no real person".to_owned(),
        ..LearnOptions::default()
    };
    let speaker = animator.learn(&reference, &options, &mut |progress| {
        if let LearnProgress::Fitting { step, steps } = progress
            && step % 20 == 0
        {
            println!("{step} of at most {steps} steps");
        }
        true
    })?;
    let speaker = speaker.ok_or("stopped")?;
    println!("{}: {} bytes", speaker.name, speaker.to_bytes()?.len());

    let anna = animator.with_speaker(&speaker, 1.0)?;
    let (clip, _) = anna.animate_file("line", format!("{SPEECH}/line.wav"), &Options::default())?;
    println!("{} frames as {}", clip.frames.len(), speaker.name);
    Ok(())
}
