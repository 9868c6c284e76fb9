//! Animates a sound at a film frame rate, with gains on some channels.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example animate
//! ```

use metaface_core::clip::{Channel, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};

const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");

/// The example.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let animator = Animator::new(DeviceChoice::Auto)?;
    let options = Options {
        fps: FrameRate::new(24000, 1001)?,
        gains: "JawOpen=1.1,brows=1.3".parse()?,
        ..Options::default()
    };
    let (clip, summary) = animator.animate_file("line", LINE, &options)?;
    for warning in &summary.warnings {
        println!("warning: {warning}");
    }
    println!(
        "{} frames at {} for {:.2} s of sound",
        clip.frames.len(),
        clip.rate,
        summary.seconds
    );
    let widest = clip.curve(Channel::JawOpen).fold(0.0, f32::max);
    println!("the jaw opens to {widest:.2}");
    Ok(())
}
