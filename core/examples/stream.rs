//! Animates live sound in chunks of 20 ms, as from a microphone.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example stream
//! ```

use metaface_core::audio::{SAMPLE_RATE, Sound};
use metaface_core::clip::Channel;
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};

const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");

/// The example.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sound = Sound::open(LINE)?;
    let animator = Animator::new(DeviceChoice::Auto)?;
    let mut stream = animator.stream(&Options::default());
    let mut count = 0;
    for chunk in sound.samples.chunks(SAMPLE_RATE as usize / 50) {
        for frame in stream.push(chunk) {
            // 50 frames per second, each at most 200 ms after its sound.
            if count % 25 == 0 {
                let seconds = f64::from(count) / 50.0;
                println!("{seconds:.1} s: JawOpen {:.2}", frame[Channel::JawOpen]);
            }
            count += 1;
        }
    }
    count += stream.finish().len() as u32;
    println!("{count} frames");
    Ok(())
}
