//! Sound of any rate to frames: [`Animation`].

use metaface_core::Stream;
use metaface_core::audio::SAMPLE_RATE;
use metaface_core::clip::Frame;

use super::resample::LowDelayResampler;

/// A stream that takes mono sound of changing rates. The frames do not depend on the block size.
pub struct Animation {
    stream: Stream,
    resampler: LowDelayResampler,
}

impl Animation {
    /// Animates with this stream.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            resampler: LowDelayResampler::new(SAMPLE_RATE),
        }
    }

    /// The rate of the last sound, in samples per second.
    pub fn rate(&self) -> u32 {
        self.resampler.rate()
    }

    /// Takes the next samples and returns the frames that are complete.
    pub fn push(&mut self, samples: &[f32], rate: u32) -> Vec<Frame> {
        let mut sound = Vec::new();
        if rate != self.resampler.rate() {
            let before = std::mem::replace(&mut self.resampler, LowDelayResampler::new(rate));
            before.finish(&mut sound);
        }
        self.resampler.push(samples, &mut sound);
        self.stream.push(&sound)
    }

    /// Ends the sound and returns the last frames.
    pub fn finish(mut self) -> Vec<Frame> {
        let mut sound = Vec::new();
        self.resampler.finish(&mut sound);
        let mut frames = self.stream.push(&sound);
        frames.extend(self.stream.finish());
        frames
    }
}

#[cfg(test)]
mod tests {
    use metaface_core::audio::Sound;
    use metaface_core::device::DeviceChoice;
    use metaface_core::{Animator, Options};

    use super::*;

    #[test]
    fn the_frames_are_those_of_the_stream_for_any_block_size() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");
        let sound = Sound::open(file).expect("a sample").samples;
        let animator = Animator::new(DeviceChoice::Cpu).expect("the base model");
        let options = Options::default();
        let mut stream = animator.stream(&options);
        let mut expected = stream.push(&sound);
        expected.extend(stream.finish());
        for size in [160, 333, 1024] {
            let mut animation = Animation::new(animator.stream(&options));
            let mut frames: Vec<_> = (sound.chunks(size))
                .flat_map(|block| animation.push(block, SAMPLE_RATE))
                .collect();
            frames.extend(animation.finish());
            assert!(frames == expected, "blocks of {size}");
        }
    }

    #[test]
    fn the_rate_may_change() {
        let animator = Animator::new(DeviceChoice::Cpu).expect("the base model");
        let mut animation = Animation::new(animator.stream(&Options::default()));
        let rates = [8_000, 44_100, 16_000, 48_000];
        let pushed = rates.map(|rate| animation.push(&vec![0.01; rate as usize / 2], rate));
        let frames = pushed.concat().len() + animation.finish().len();
        // Half a second at each rate: 25 frames.
        assert!((98..=102).contains(&frames), "{frames}");
    }
}
