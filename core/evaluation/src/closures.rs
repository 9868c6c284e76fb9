//! Recall, precision and timing of lip closures.

use std::ops::{AddAssign, Range};

use metaface_clip::FrameRate;
use metaface_clip::lips::closure_threshold_mm;
use serde::Serialize;

use super::labels::{Labels, SAME_TIME};
use super::statistics::{Share, median};
use metaface_clip::{Phone, PhoneSpan};

/// A p, b or m is a hit if the lips close up to this many seconds before its start or after its
/// end.
pub(super) const RECALL_TOLERANCE: f64 = 0.040;
/// A closed stretch is right if it is at most this many seconds from a sound that closes the lips,
/// or from silence.
const PRECISION_TOLERANCE: f64 = 0.050;
/// Timing is measured only for an isolated p, b or m: one without another closing sound or silence
/// within this many seconds, so that its closure is unambiguous.
const ISOLATION: f64 = 0.150;

/// Lip closures against the phones.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ClosureScore {
    /// Number of p, b and m with closed lips.
    pub hits: usize,
    /// Number of p, b and m.
    pub total: usize,
    /// Hits among the p.
    pub p: Share,
    /// Hits among the b.
    pub b: Share,
    /// Hits among the m.
    pub m: Share,
    /// Closed stretches: runs of frames with closed lips.
    pub closed_stretches: usize,
    /// Closed stretches that touch p, b, m, f, v or silence.
    pub right_stretches: usize,
    /// Frames with closed lips.
    pub closed_frames: usize,
    /// Closed frames that touch p, b, m, f, v or silence. They reveal a mouth that stays shut,
    /// whose single stretch is always right.
    pub right_frames: usize,
    /// Milliseconds from the middle of an isolated p, b or m to the middle of its closure; negative
    /// if the closure is early.
    pub offsets_ms: Vec<f32>,
}

impl ClosureScore {
    /// The share of p, b, m with closed lips, 0 to 1. `None` without p, b, m.
    pub fn recall(&self) -> Option<f64> {
        let Self { hits, total, .. } = *self;
        Share { hits, total }.value()
    }

    /// The share of right closed stretches, 0 to 1. `None` if the lips never close.
    pub fn precision(&self) -> Option<f64> {
        Share {
            hits: self.right_stretches,
            total: self.closed_stretches,
        }
        .value()
    }

    /// The share of right closed frames, 0 to 1. `None` if the lips never close.
    pub fn frame_precision(&self) -> Option<f64> {
        Share {
            hits: self.right_frames,
            total: self.closed_frames,
        }
        .value()
    }

    /// The harmonic mean of recall and precision, 0 to 1. `None` without p, b, m.
    pub fn f1(&self) -> Option<f64> {
        let recall = self.recall()?;
        let precision = self.precision().unwrap_or(0.0);
        let sum = recall + precision;
        Some(if sum > 0.0 {
            2.0 * recall * precision / sum
        } else {
            0.0
        })
    }

    /// The median of [`ClosureScore::offsets_ms`].
    pub fn offset_ms(&self) -> Option<f64> {
        median(&self.offsets_ms).map(f64::from)
    }
}

impl AddAssign<&Self> for ClosureScore {
    fn add_assign(&mut self, other: &Self) {
        self.hits += other.hits;
        self.total += other.total;
        self.p += other.p;
        self.b += other.b;
        self.m += other.m;
        self.closed_stretches += other.closed_stretches;
        self.right_stretches += other.right_stretches;
        self.closed_frames += other.closed_frames;
        self.right_frames += other.right_frames;
        self.offsets_ms.extend_from_slice(&other.offsets_ms);
    }
}

/// Scores the lip aperture of an utterance (millimetres per frame, frame 0 at the start of the
/// sound) against its phones.
///
/// The lips are closed below [`closure_threshold_mm`] of these apertures. A p, b or m is a hit if
/// they close during it or within 40 ms of it. A closed stretch is right if it touches p, b, m,
/// f, v or silence, or is within 50 ms of one. All time outside the phones is silence. A p, b or m
/// after the last frame is a miss.
pub fn closures(apertures_mm: &[f32], rate: FrameRate, phones: &[PhoneSpan]) -> ClosureScore {
    let contacts = Contacts::of(apertures_mm, rate, phones);
    let mut score = ClosureScore {
        closed_stretches: contacts.stretches.len(),
        ..ClosureScore::default()
    };
    for stretch in &contacts.stretches {
        score.right_stretches += usize::from(contacts.is_right(stretch));
        score.closed_frames += stretch.len();
        score.right_frames += stretch
            .clone()
            .filter(|frame| contacts.is_right(&(*frame..frame + 1)))
            .count();
    }
    for (phone, time) in contacts.labels.phones() {
        let share = match phone {
            Phone::P => &mut score.p,
            Phone::B => &mut score.b,
            Phone::M => &mut score.m,
            _ => continue,
        };
        share.count(contacts.is_hit(time));
        score.offsets_ms.extend(contacts.offset_ms(time));
    }
    for share in [score.p, score.b, score.m] {
        score.hits += share.hits;
        score.total += share.total;
    }
    score
}

/// The closed stretches, and the times in which sounds or silence close the lips.
pub(super) struct Contacts {
    pub labels: Labels,
    /// The lips are closed below this aperture.
    pub threshold_mm: f32,
    /// The closed stretches, in frames.
    pub stretches: Vec<Range<usize>>,
    /// Times of p, b, m, f, v and silence.
    closing: Vec<Range<f64>>,
    rate: FrameRate,
}

impl Contacts {
    pub(super) fn of(apertures_mm: &[f32], rate: FrameRate, phones: &[PhoneSpan]) -> Self {
        let labels = Labels::of(phones);
        let threshold_mm = closure_threshold_mm(apertures_mm);
        let is_closed: Vec<bool> = apertures_mm.iter().map(|gap| *gap < threshold_mm).collect();
        let closing = (labels.phones().iter())
            .filter(|(phone, _)| phone.is_bilabial() || phone.is_labiodental())
            .map(|(_, time)| time)
            .chain(labels.silences())
            .cloned()
            .collect();
        Self {
            stretches: stretches(&is_closed),
            labels,
            threshold_mm,
            closing,
            rate,
        }
    }

    /// The times of a stretch's first and last frame, in seconds.
    pub(super) fn seconds(&self, stretch: &Range<usize>) -> Range<f64> {
        let seconds = |frame: usize| self.rate.seconds(frame as f64);
        seconds(stretch.start)..seconds(stretch.end.saturating_sub(1))
    }

    /// Whether these closed frames touch a sound that closes the lips, or silence.
    pub(super) fn is_right(&self, stretch: &Range<usize>) -> bool {
        let closed = self.seconds(stretch);
        (self.closing.iter()).any(|time| touches(&closed, time, PRECISION_TOLERANCE))
    }

    /// Whether the lips close at this p, b or m.
    pub(super) fn is_hit(&self, time: &Range<f64>) -> bool {
        (self.stretches.iter())
            .any(|stretch| touches(&self.seconds(stretch), time, RECALL_TOLERANCE))
    }

    /// The delay of the closure of an isolated p, b or m. `None` if the sound is not isolated or
    /// has no closure.
    fn offset_ms(&self, time: &Range<f64>) -> Option<f32> {
        let mut others = self.closing.iter().filter(|other| *other != time);
        if others.any(|other| touches(time, other, ISOLATION)) {
            return None;
        }
        let middle = |time: &Range<f64>| 0.5 * (time.start + time.end);
        (self.stretches.iter())
            .map(|stretch| self.seconds(stretch))
            .filter(|c| c.start >= time.start - ISOLATION && c.end <= time.end + ISOLATION)
            .map(|closed| middle(&closed) - middle(time))
            .min_by(|a, b| a.abs().total_cmp(&b.abs()))
            .map(|seconds| (seconds * 1e3) as f32)
    }
}

/// Whether two times are within `tolerance` seconds of each other.
fn touches(a: &Range<f64>, b: &Range<f64>, tolerance: f64) -> bool {
    let tolerance = tolerance + SAME_TIME;
    a.start <= b.end + tolerance && a.end >= b.start - tolerance
}

/// The runs of `true`, as ranges of indices.
fn stretches(is_closed: &[bool]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for (frame, _) in (0..).zip(is_closed).filter(|(_, closed)| **closed) {
        match stretches.last_mut() {
            Some(last) if last.end == frame => last.end += 1,
            _ => stretches.push(frame..frame + 1),
        }
    }
    stretches
}
