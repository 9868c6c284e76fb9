//! Measures the cost of learning a speaker from ten seconds: adapters, or every weight of the network.
//!
//! ```sh
//! cargo run --release --ignore-rust-version --bin fit_cost -- samples/speech/line.wav adapters|full|instant
//! ```
//!
//! One method per run, so that the peak memory is that of the method.

use std::time::Instant;

use burn::module::Module;
use burn_flex::Flex;
use metaface_core::Options;
use metaface_core::audio::Sound;
use metaface_core::clip::FrameRate;
use metaface_core::model::Network;
use metaface_core::model::molora::{MoLora, RANKS};
use metaface_core::model::relation::LATENT;
use metaface_core::speaker::{LearnOptions, Method};
use metaface_tools::full::fine_tuned;
use metaface_tools::performers::{PerformedSpeech, TestPerformer};

/// Seconds of reference.
const SECONDS: f64 = 10.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sound, mode] = arguments.as_slice() else {
        return Err("usage: fit_cost SOUND adapters|full|instant".into());
    };
    let animator = metaface_tools::animator(None)?;
    // The reference: the average speaker's motion, exaggerated by a third.
    let mut sound = Sound::open(sound)?;
    while sound.duration() < SECONDS {
        sound.samples.extend_from_within(..);
    }
    let options = Options {
        fps: FrameRate::whole(50)?,
        head: None,
        eyes: None,
        ..Options::default()
    };
    let mut clip = animator.animate("reference", &sound, &options)?;
    for frame in &mut clip.frames {
        frame.0[..52]
            .iter_mut()
            .for_each(|value| *value = (1.33 * *value).min(1.0));
    }
    let performed = |samples: &[f32]| PerformedSpeech {
        samples: samples.to_vec(),
        phones: Vec::new(),
        clip: clip.clone(),
    };
    let performer = TestPerformer {
        name: "performer".to_owned(),
        reference: performed(&sound.samples),
        query: performed(&[]),
    };
    let before = peak_memory_mb();
    let started = Instant::now();
    let fitted = match mode.as_str() {
        "full" => {
            fine_tuned(&animator, None, &performer, SECONDS)?;
            Network::<Flex>::new(&Default::default()).num_params()
        }
        name => {
            let method = match name {
                "instant" => Method::INSTANT,
                _ => Method::FITTED,
            };
            let reference = animator.reference(vec![performer.reference.take(SECONDS)?])?;
            let options = LearnOptions {
                method,
                ..LearnOptions::default()
            };
            let speaker = animator.learn(&reference, &options, &mut |_| true)?;
            let steps = speaker.map_or(0, |speaker| speaker.about.steps);
            println!("steps kept: {steps}");
            match method.adapter_start {
                Some(_) => {
                    MoLora::<Flex>::new(&RANKS, 0, &Default::default()).parameters() + LATENT
                }
                None => 0,
            }
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    // Adam keeps two 4-byte numbers per fitted number.
    println!(
        "{mode}: {fitted} numbers fitted, {} bytes of optimiser state, {seconds:.1} s, peak memory {:.0} MB ({:.0} MB before)",
        8 * fitted,
        peak_memory_mb(),
        before
    );
    Ok(())
}

/// The peak resident memory so far; 0 if the system does not report it.
fn peak_memory_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1000.0
}
