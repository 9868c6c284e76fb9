//! The queue of sound between the audio thread and the worker: [`SoundQueue`].

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

/// Values before a block's samples: rate, count, arrival in two halves.
const HEADER: usize = 4;

/// A lock-free queue of mono blocks from one writing thread to one reading thread. Neither waits, and
/// nothing is allocated after construction.
pub struct SoundQueue {
    /// Bits of `f32` samples and headers. The length is a power of two, so that the counters may wrap.
    slots: Box<[AtomicU32]>,
    /// Values written so far.
    written: AtomicUsize,
    /// Values read so far.
    read: AtomicUsize,
}

/// A block in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Samples per second.
    pub rate: u32,
    /// When the last sample arrived.
    pub arrived: Duration,
    count: usize,
}

impl SoundQueue {
    /// A queue of this many values, rounded up to a power of two.
    pub fn new(capacity: usize) -> Self {
        let slots = (0..capacity.next_power_of_two()).map(|_| AtomicU32::new(0));
        Self {
            slots: slots.collect(),
            written: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
        }
    }

    /// Whether a block of this many samples fits.
    pub fn has_room(&self, samples: usize) -> bool {
        let free = self.slots.len() - self.filled();
        samples.saturating_add(HEADER) <= free
    }

    /// Writing thread: mixes interleaved samples to mono and adds them as a block. Returns false, and
    /// adds nothing, if they do not fit.
    pub fn push(&self, samples: &[f32], channels: u16, rate: u32, arrived: Duration) -> bool {
        let frames = samples.chunks_exact(usize::from(channels.max(1)));
        let count = frames.len();
        if !self.has_room(count) {
            return false;
        }
        let start = self.written.load(Ordering::Relaxed);
        let nanoseconds = arrived.as_nanos() as u64;
        let header = [
            rate,
            count as u32,
            nanoseconds as u32,
            (nanoseconds >> 32) as u32,
        ];
        let mono = frames.map(|frame| frame.iter().sum::<f32>() / f32::from(channels));
        let values = header.into_iter().chain(mono.map(f32::to_bits));
        for (index, value) in values.enumerate() {
            self.slot(start.wrapping_add(index))
                .store(value, Ordering::Relaxed);
        }
        let end = start.wrapping_add(HEADER + count);
        self.written.store(end, Ordering::Release);
        true
    }

    /// Reading thread: the next block; `None` if the queue is empty.
    pub fn peek(&self) -> Option<Block> {
        if self.filled() == 0 {
            return None;
        }
        let start = self.read.load(Ordering::Relaxed);
        let [rate, count, low, high] = [0, 1, 2, 3].map(|index| {
            let slot = self.slot(start.wrapping_add(index));
            slot.load(Ordering::Relaxed)
        });
        Some(Block {
            rate,
            arrived: Duration::from_nanos(u64::from(high) << 32 | u64::from(low)),
            count: count as usize,
        })
    }

    /// Reading thread: removes the block that [`Self::peek`] returned, and appends its samples.
    pub fn take(&self, block: Block, samples: &mut Vec<f32>) {
        let start = self.read.load(Ordering::Relaxed).wrapping_add(HEADER);
        samples.extend((0..block.count).map(|index| {
            let slot = self.slot(start.wrapping_add(index));
            f32::from_bits(slot.load(Ordering::Relaxed))
        }));
        self.read
            .store(start.wrapping_add(block.count), Ordering::Release);
    }

    /// Values in the queue.
    fn filled(&self) -> usize {
        let written = self.written.load(Ordering::Acquire);
        written.wrapping_sub(self.read.load(Ordering::Acquire))
    }

    fn slot(&self, index: usize) -> &AtomicU32 {
        &self.slots[index & (self.slots.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn pop(queue: &SoundQueue) -> Option<(Block, Vec<f32>)> {
        let block = queue.peek()?;
        let mut samples = Vec::new();
        queue.take(block, &mut samples);
        Some((block, samples))
    }

    #[test]
    fn blocks_come_out_in_order_whole_or_not_at_all() {
        let queue = SoundQueue::new(16);
        for round in 0..20 {
            let arrived = Duration::from_nanos(u64::MAX - round);
            let samples: Vec<f32> = (0..8).map(|index| round as f32 + index as f32).collect();
            assert!(queue.push(&samples, 1, 48_000, arrived));
            assert!(!queue.push(&samples, 1, 48_000, arrived));
            let (block, read) = pop(&queue).expect("a block");
            assert_eq!((block.rate, block.arrived), (48_000, arrived));
            assert_eq!(read, samples);
            assert_eq!(pop(&queue), None);
        }
        assert!(queue.has_room(12) && !queue.has_room(13));
        assert!(!queue.has_room(usize::MAX));
    }

    #[test]
    fn channels_are_averaged_and_an_incomplete_frame_is_ignored() {
        let queue = SoundQueue::new(16);
        assert!(queue.push(&[0.5, -0.25, 1.0, 0.0, 9.0], 2, 16_000, Duration::ZERO));
        assert_eq!(pop(&queue).expect("a block").1, [0.125, 0.5]);
    }

    #[test]
    fn two_threads_share_a_queue_without_losing_samples() {
        const COUNT: usize = 60_000;
        let queue = SoundQueue::new(1024);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut next = 0;
                while next < COUNT {
                    let block: Vec<f32> = (next..next + 1 + next % 50).map(|n| n as f32).collect();
                    if queue.push(&block, 1, 16_000, Duration::ZERO) {
                        next += block.len();
                    } else {
                        thread::yield_now();
                    }
                }
            });
            let mut next = 0;
            while next < COUNT {
                let Some((_, samples)) = pop(&queue) else {
                    thread::yield_now();
                    continue;
                };
                for sample in samples {
                    assert_eq!(sample, next as f32);
                    next += 1;
                }
            }
        });
    }
}
