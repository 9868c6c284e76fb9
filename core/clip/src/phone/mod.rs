//! Phones and their times.

mod ipa;

use std::fmt;

pub use ipa::{UnknownSymbol, phones_of_ipa};

macro_rules! phones {
    ($($(#[$doc:meta])* $variant:ident = $label:literal,)+) => {
        /// The speech sounds that are visible on a face, across languages.
        ///
        /// Labels are those of ARPABET if it has one. Sounds that look the same on a face share a
        /// phone (a voiceless and a voiced uvular fricative are both [`Phone::X`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Phone {
            $($(#[$doc])* $variant,)+
        }

        impl Phone {
            /// Every phone in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The label, such as `SIL`, `P` or `AA`.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }
        }
    };
}

phones! {
    /// Silence, pauses and breaths.
    Sil = "SIL",
    /// p
    P = "P",
    /// b
    B = "B",
    /// m
    M = "M",
    /// Bilabial fricative or approximant (Spanish b, v between vowels): lips near, not shut.
    Beta = "BETA",
    /// f
    F = "F",
    /// v, and the labiodental approximant
    V = "V",
    /// Voiceless dental fricative (thin)
    Th = "TH",
    /// Voiced dental fricative (then)
    Dh = "DH",
    /// t
    T = "T",
    /// d
    D = "D",
    /// n
    N = "N",
    /// s
    S = "S",
    /// z
    Z = "Z",
    /// l
    L = "L",
    /// Approximant r (English)
    R = "R",
    /// Tapped or trilled r (Spanish, Italian)
    Rr = "RR",
    /// sh
    Sh = "SH",
    /// zh
    Zh = "ZH",
    /// ch
    Ch = "CH",
    /// j as in judge
    Jh = "JH",
    /// y as in yes
    Y = "Y",
    /// Palatal nasal or lateral (Spanish ñ, Italian gn, gl)
    Ny = "NY",
    /// k, q
    K = "K",
    /// g
    G = "G",
    /// ng
    Ng = "NG",
    /// Velar, uvular and pharyngeal fricatives, uvular r
    X = "X",
    /// h
    Hh = "HH",
    /// Glottal stop
    Q = "Q",
    /// w
    W = "W",
    /// beat; also French and German i
    Iy = "IY",
    /// bit
    Ih = "IH",
    /// Close-mid e without a glide (French é)
    E = "E",
    /// bet
    Eh = "EH",
    /// bat
    Ae = "AE",
    /// Open central a (Spanish, German, Italian a)
    A = "A",
    /// father
    Aa = "AA",
    /// but
    Ah = "AH",
    /// Schwa
    Ax = "AX",
    /// bird
    Er = "ER",
    /// bought
    Ao = "AO",
    /// Close-mid o without a glide (Spanish o)
    O = "O",
    /// book
    Uh = "UH",
    /// boot
    Uw = "UW",
    /// Front rounded close (French u, German ü)
    Yu = "YU",
    /// Front rounded mid (French eu, German ö)
    Oe = "OE",
    /// bait
    Ey = "EY",
    /// bite
    Ay = "AY",
    /// boy
    Oy = "OY",
    /// bout
    Aw = "AW",
    /// boat
    Ow = "OW",
}

impl Phone {
    /// The number of phones.
    pub const COUNT: usize = Self::ALL.len();

    /// The position in [`Phone::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Parses a label of this inventory or any ARPABET label, stress digits allowed (`AH0`, `HH`,
    /// `SIL`, `sp`). `None` if it is neither.
    pub fn from_label(label: &str) -> Option<Self> {
        let plain = label
            .trim()
            .trim_end_matches(|character: char| character.is_ascii_digit())
            .to_ascii_uppercase();
        match plain.as_str() {
            "" | "SP" | "SPN" | "PAU" | "H#" | "+SPN+" | "+NSN+" | "<SIL>" => Some(Self::Sil),
            "AXR" => Some(Self::Er),
            "IX" => Some(Self::Ih),
            "DX" => Some(Self::D),
            "EL" => Some(Self::L),
            "EM" => Some(Self::M),
            "EN" => Some(Self::N),
            "NX" => Some(Self::N),
            "HV" => Some(Self::Hh),
            "WH" => Some(Self::W),
            _ => Self::ALL
                .iter()
                .copied()
                .find(|phone| phone.label() == plain),
        }
    }

    /// Whether both lips close: p, b, m.
    pub fn is_bilabial(self) -> bool {
        matches!(self, Self::P | Self::B | Self::M)
    }

    /// Whether the lower lip touches the upper teeth: f, v.
    pub fn is_labiodental(self) -> bool {
        matches!(self, Self::F | Self::V)
    }

    /// Whether the lips round and protrude: UW OW UH AO O OY W YU OE. Consonants that many people
    /// round, such as SH and R, do not count.
    pub fn is_rounded(self) -> bool {
        matches!(
            self,
            Self::Uw
                | Self::Ow
                | Self::Uh
                | Self::Ao
                | Self::O
                | Self::Oy
                | Self::W
                | Self::Yu
                | Self::Oe
        )
    }

    /// Whether the mouth opens wide: AA AE A AH AY AW AO EH.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Aa | Self::Ae | Self::A | Self::Ah | Self::Ay | Self::Aw | Self::Ao | Self::Eh
        )
    }

    /// Whether this is a vowel or diphthong.
    pub fn is_vowel(self) -> bool {
        self >= Self::Iy
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A phone and its time range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhoneSpan {
    /// The phone.
    pub phone: Phone,
    /// Start in seconds from the start of the sound.
    pub start: f32,
    /// End in seconds from the start of the sound.
    pub end: f32,
}

impl PhoneSpan {
    /// Spans of consecutive phones from `start` on, with these durations; all in seconds.
    pub fn sequence(start: f32, phones: &[(Phone, f32)]) -> Vec<Self> {
        let mut end = start;
        let mut span = |&(phone, duration): &(Phone, f32)| {
            let start = end;
            end += duration;
            Self { phone, start, end }
        };
        phones.iter().map(&mut span).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn every_label_reads_back_and_arpabet_with_stress_is_parsed() {
        for (index, phone) in Phone::ALL.iter().copied().enumerate() {
            assert_eq!(phone.index(), index);
            assert_eq!(Phone::from_label(phone.label()), Some(phone));
        }
        assert_eq!(Phone::from_label("AH0"), Some(Phone::Ah));
        assert_eq!(Phone::from_label("pau"), Some(Phone::Sil));
        assert_eq!(Phone::from_label("QQ"), None);
        assert!(Phone::Iy.is_vowel() && !Phone::W.is_vowel());
    }
}
