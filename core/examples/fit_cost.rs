//! What learning a speaker from ten seconds costs: adapters, or every weight of the network.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example fit_cost -- samples/speech/line.wav adapters|full|instant
//! ```
//!
//! One method a run, so that the peak of memory is its own.

mod common;

use std::time::Instant;

use burn::module::Module;
use burn_flex::Flex;
use common::full::fine_tuned;
use common::people::{Performance, Person};
use metaface_core::Options;
use metaface_core::audio::Sound;
use metaface_core::clip::FrameRate;
use metaface_core::model::Network;
use metaface_core::model::molora::MoLora;
use metaface_core::model::relation::LATENT;
use metaface_core::speaker::{LearnOptions, Method, Reference, learn};

/// Seconds of reference.
const SECONDS: f64 = 10.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sound, what] = arguments.as_slice() else {
        return Err("give a sound and one of: adapters, full, instant".into());
    };
    let animator = common::animator(None)?;
    // A face that does a third more than the average speaker.
    let mut sound = Sound::open(sound)?;
    while sound.duration() < SECONDS {
        sound.samples.extend_from_within(..);
    }
    let options = Options {
        rate: FrameRate::whole(50)?,
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
    let performance = |samples: &[f32]| Performance {
        samples: samples.to_vec(),
        phones: Vec::new(),
        clip: clip.clone(),
    };
    let person = Person {
        name: "somebody".to_owned(),
        reference: performance(&sound.samples),
        query: performance(&[]),
    };
    let before = peak_memory_mb();
    let started = Instant::now();
    let fitted = match what.as_str() {
        "full" => {
            fine_tuned(&animator, None, &person, SECONDS)?;
            Network::<Flex>::new(&Default::default()).num_params()
        }
        name => {
            let method = match name {
                "instant" => Method::INSTANT,
                _ => Method::FITTED,
            };
            let reference = Reference::new(vec![person.reference.take(SECONDS)?], &animator)?;
            let options = LearnOptions {
                method,
                ..LearnOptions::default()
            };
            let speaker = learn(&animator, &reference, &options, &mut |_| true)?;
            let steps = speaker.map_or(0, |speaker| speaker.about.steps);
            println!("steps kept: {steps}");
            match method.adapters {
                Some(_) => MoLora::<Flex>::new(&Default::default()).parameters() + LATENT,
                None => 0,
            }
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    // Adam keeps two numbers of four bytes for each that it fits.
    println!(
        "{what}: {fitted} numbers fitted, {} bytes of optimiser state, {seconds:.1} s, peak memory {:.0} MB ({:.0} MB before)",
        8 * fitted,
        peak_memory_mb(),
        before
    );
    Ok(())
}

/// The largest resident memory so far, where the system tells.
fn peak_memory_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1000.0
}
