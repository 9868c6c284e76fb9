//! Classifies frames as one of Rhubarb's nine mouth shapes.

use std::fmt;

use metaface_clip::lips::LipMotion;
use metaface_clip::{Channel, Clip, Frame};

/// A mouth shape with Rhubarb's name, after Hanna-Barbera's shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MouthShape {
    /// Closed lips in speech: p, b, m.
    A,
    /// Slightly open with the teeth together: s, t, k, ee.
    B,
    /// Open: e as in "men", a as in "bat".
    C,
    /// Wide open: a as in "father".
    D,
    /// Open and slightly rounded: o as in "off", er as in "bird".
    E,
    /// Puckered: u as in "you", w, o as in "show".
    F,
    /// Lower lip at the upper teeth: f, v.
    G,
    /// Tongue visible: l, th.
    H,
    /// At rest: lips closed in a pause.
    X,
}

/// The names of shapes in Moho switch data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DatNames {
    /// `A` to `H` and `X`.
    #[default]
    Letters,
    /// Preston Blair's, which OpenToonz and many Moho rigs expect: `MBP`, `etc`, `E`, `AI`, `O`,
    /// `U`, `FV`, `L` and `rest`.
    PrestonBlair,
}

impl MouthShape {
    /// Whether the lips touch each other or the teeth. Such shapes must not be lost.
    pub fn is_contact(self) -> bool {
        matches!(self, Self::A | Self::G)
    }

    /// The name in Moho switch data.
    pub fn dat_name(self, names: DatNames) -> &'static str {
        let [letter, blair] = match self {
            Self::A => ["A", "MBP"],
            Self::B => ["B", "etc"],
            Self::C => ["C", "E"],
            Self::D => ["D", "AI"],
            Self::E => ["E", "O"],
            Self::F => ["F", "U"],
            Self::G => ["G", "FV"],
            Self::H => ["H", "L"],
            Self::X => ["X", "rest"],
        };
        match names {
            DatNames::Letters => letter,
            DatNames::PrestonBlair => blair,
        }
    }

    /// The visual difference of two shapes: the sum of the differences of opening (0 to 4) and
    /// rounding (0 to 2).
    pub(super) fn difference(self, other: Self) -> u32 {
        let opening_and_rounding = |shape: Self| -> (u32, u32) {
            match shape {
                Self::X | Self::A => (0, 0),
                Self::G => (1, 0),
                Self::B => (1, 0),
                Self::C | Self::H => (2, 0),
                Self::D => (4, 0),
                Self::E => (2, 1),
                Self::F => (1, 2),
            }
        };
        let (open, round) = opening_and_rounding(self);
        let (other_open, other_round) = opening_and_rounding(other);
        open.abs_diff(other_open) + round.abs_diff(other_round)
    }
}

impl fmt::Display for MouthShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.dat_name(DatNames::Letters))
    }
}

/// Closed lips for longer than this are a pause, not a consonant, in seconds.
const PAUSE_SECONDS: f64 = 0.25;
/// The least TongueOut at which the tongue shows between the teeth.
const TONGUE: f32 = 0.2;
/// The least roll of the lower lip, and the least difference to the upper lip's roll.
const LABIODENTAL: [f32; 2] = [0.2, 0.12];
/// The largest aperture at which the lower lip touches the teeth, in millimetres.
const LABIODENTAL_MM: f32 = 6.0;
/// The least rounding, relative to the clip's rest, of slightly and of strongly rounded lips.
const ROUNDED: [f32; 2] = [0.22, 0.5];
/// Rounded lips with at least this aperture, as a share of the widest, are an open o, not a pucker.
const PUCKER_OPENING: f32 = 0.6;
/// Apertures for open and for wide open, as a share of the widest.
const OPEN: [f32; 2] = [0.5, 0.8];
/// The least value of a clip's widest aperture, so that mumbled speech stays small, in millimetres.
const LEAST_WIDEST_MM: f32 = 8.0;

/// The shape of every frame: the first row of the table whose condition holds. Apertures are those
/// of [`metaface_clip::lips`], "widest" is their 95th percentile in the clip. Rounding is
/// MouthPucker plus half of MouthFunnel, less its 10th percentile in the clip.
///
/// | shape | condition |
/// |---|---|
/// | X | lips closed for more than 0.25 s, or at the start or end of the clip |
/// | A | lips closed |
/// | G | MouthRollLower at least 0.2, and 0.12 more than MouthRollUpper, within 6 mm |
/// | H | TongueOut at least 0.2 (a tongue raised behind the teeth has no channel) |
/// | F | rounding at least 0.5, aperture below 60 % of the widest |
/// | E | rounding at least 0.22 |
/// | D | aperture at least 80 % of the widest |
/// | C | aperture at least 50 % of the widest |
/// | B | everything else |
pub fn shapes(clip: &Clip) -> Vec<MouthShape> {
    let lips = LipMotion::of(clip);
    let widest = percentile(lips.apertures.iter().copied(), 95).max(LEAST_WIDEST_MM);
    let resting = percentile(clip.frames.iter().map(rounding), 10);
    let mut shapes: Vec<MouthShape> = clip
        .frames
        .iter()
        .zip(&lips.apertures)
        .map(|(frame, aperture)| open_shape(frame, *aperture, widest, resting))
        .collect();
    let pause = PAUSE_SECONDS * clip.rate.as_f64();
    for closure in lips.closures {
        let at_an_end = closure.start == 0 || closure.end == shapes.len();
        let shape = if at_an_end || closure.len() as f64 > pause {
            MouthShape::X
        } else {
            MouthShape::A
        };
        shapes[closure].fill(shape);
    }
    shapes
}

fn rounding(frame: &Frame) -> f32 {
    frame[Channel::MouthPucker] + 0.5 * frame[Channel::MouthFunnel]
}

fn open_shape(frame: &Frame, aperture: f32, widest: f32, resting: f32) -> MouthShape {
    let [lower, upper] =
        [Channel::MouthRollLower, Channel::MouthRollUpper].map(|channel| frame[channel]);
    let [rolled_in, more_than_upper] = LABIODENTAL;
    let rounding = rounding(frame) - resting;
    let open = aperture / widest;
    if lower >= rolled_in && lower - upper >= more_than_upper && aperture <= LABIODENTAL_MM {
        MouthShape::G
    } else if frame[Channel::TongueOut] >= TONGUE {
        MouthShape::H
    } else if rounding >= ROUNDED[1] && open < PUCKER_OPENING {
        MouthShape::F
    } else if rounding >= ROUNDED[0] {
        MouthShape::E
    } else if open >= OPEN[1] {
        MouthShape::D
    } else if open >= OPEN[0] {
        MouthShape::C
    } else {
        MouthShape::B
    }
}

fn percentile(values: impl Iterator<Item = f32>, percent: usize) -> f32 {
    let mut sorted: Vec<f32> = values.collect();
    sorted.sort_by(f32::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((sorted.len() * percent / 100).min(last))
        .copied()
        .unwrap_or(0.0)
}
