//! Conversion from the International Phonetic Alphabet to [`Phone`]s.
//!
//! One table serves every language. English differs in a few letters that its transcriptions
//! use loosely (`a` for the vowel of *trap*, `ɾ` for the flapped t of *water*).

use super::Phone;

/// A symbol that is not in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSymbol(pub char);

/// Combinations that make one phone; a longer one comes before its prefixes.
const PAIRS: &[(&str, Phone)] = &[
    ("t͡ʃ", Phone::Ch),
    ("d͡ʒ", Phone::Jh),
    ("tʃ", Phone::Ch),
    ("tɕ", Phone::Ch),
    ("ʈʂ", Phone::Ch),
    ("tʂ", Phone::Ch),
    ("dʒ", Phone::Jh),
    ("dʑ", Phone::Jh),
    ("ɖʐ", Phone::Jh),
    ("dʐ", Phone::Jh),
    // Retroflex sibilants as espeak-ng spells them in Mandarin.
    ("ər", Phone::Er),
    ("ts.", Phone::Ch),
    ("s.", Phone::Sh),
    ("z.", Phone::Zh),
    ("i.", Phone::Ih),
    ("ng", Phone::Ng),
    ("nɡ", Phone::Ng),
    ("aɪ", Phone::Ay),
    ("ai", Phone::Ay),
    ("ɑɪ", Phone::Ay),
    ("ʌɪ", Phone::Ay),
    ("aʊ", Phone::Aw),
    ("au", Phone::Aw),
    ("ɑʊ", Phone::Aw),
    ("ʌʊ", Phone::Aw),
    ("æʊ", Phone::Aw),
    ("eɪ", Phone::Ey),
    ("ei", Phone::Ey),
    ("ɛɪ", Phone::Ey),
    ("ɛi", Phone::Ey),
    ("ɔɪ", Phone::Oy),
    ("ɔi", Phone::Oy),
    ("ɔø", Phone::Oy),
    ("ɔʏ", Phone::Oy),
    ("oɪ", Phone::Oy),
    ("oi", Phone::Oy),
    ("oʊ", Phone::Ow),
    ("ou", Phone::Ow),
    ("əʊ", Phone::Ow),
    ("əʉ", Phone::Ow),
    ("ɔʊ", Phone::Ow),
    ("ɑu", Phone::Aw),
    // Japanese u: lips compressed, not protruded.
    ("ɯᵝ", Phone::Uh),
];

/// The phones of a transcription, in order. Marks of stress, length, tone and secondary
/// articulation are ignored.
pub fn phones_of_ipa(ipa: &str, language: &str) -> Result<Vec<Phone>, UnknownSymbol> {
    let english = language.starts_with("en");
    let plain: String = ipa
        .chars()
        .map(unmarked)
        .filter(|symbol| !is_mark(*symbol))
        .collect();
    let mut phones = Vec::new();
    let mut rest = plain.as_str();
    while let Some(symbol) = rest.chars().next() {
        if let Some((pair, phone)) = PAIRS.iter().find(|(pair, _)| rest.starts_with(pair)) {
            phones.push(*phone);
            rest = &rest[pair.len()..];
            continue;
        }
        rest = &rest[symbol.len_utf8()..];
        // A syllable mark, or the aspiration of a stop, which is part of the stop.
        let aspiration = symbol == 'h' && phones.last().is_some_and(|last| is_stop(*last));
        if symbol == '.' || aspiration {
            continue;
        }
        phones.push(single(symbol, english).ok_or(UnknownSymbol(symbol))?);
    }
    Ok(phones)
}

fn is_stop(phone: Phone) -> bool {
    use Phone::{B, Ch, D, G, Jh, K, P, S, T};
    matches!(phone, P | B | T | D | K | G | Ch | Jh | S)
}

/// The base letter of a precomposed character with tilde or diaeresis.
fn unmarked(symbol: char) -> char {
    match symbol {
        'ã' | 'ä' => 'a',
        'ẽ' | 'ë' => 'e',
        'ĩ' | 'ï' => 'i',
        'õ' => 'o',
        'ũ' => 'u',
        'ỹ' => 'y',
        other => other,
    }
}

/// Stress, length, tone, tie bars, syllable marks and secondary articulations.
fn is_mark(symbol: char) -> bool {
    matches!(symbol,
        'ˈ' | 'ˌ' | 'ː' | 'ˑ' | 'ʰ' | 'ʱ' | 'ʲ' | 'ˠ' | 'ˤ' | 'ʷ' | 'ʼ' | 'ˀ' | '˞'
        | ':' | '-' | '|' | '\'' | '*' | '~' | '^' | '"' | ' '
        | '˥' | '˦' | '˧' | '˨' | '˩' | '↓' | '↑' | 'ꜜ' | 'ꜛ' | '0'..='9'
        | '¹' | '²' | '³' | '⁴' | '⁵'
        // Combining diacritics: nasal, syllabic, dental, devoiced, tie bars...
        | '\u{0300}'..='\u{036f}')
}

fn single(symbol: char, english: bool) -> Option<Phone> {
    Some(match symbol {
        'p' => Phone::P,
        'b' | 'ɓ' => Phone::B,
        'm' => Phone::M,
        'β' | 'ɸ' => Phone::Beta,
        'f' => Phone::F,
        // The labiodental nasal looks like v.
        'v' | 'ʋ' | 'ɱ' | 'ⱱ' => Phone::V,
        'θ' => Phone::Th,
        'ð' => Phone::Dh,
        'ɾ' if english => Phone::D,
        't' | 'ʈ' => Phone::T,
        'd' | 'ɖ' | 'ɗ' => Phone::D,
        'n' | 'ɳ' => Phone::N,
        's' => Phone::S,
        'z' => Phone::Z,
        'l' | 'ɫ' | 'ɭ' | 'ɬ' | 'ɮ' | 'ɺ' => Phone::L,
        'ɹ' | 'ɻ' => Phone::R,
        'r' if english => Phone::R,
        'r' | 'ɾ' | 'ɽ' => Phone::Rr,
        'ʃ' | 'ʂ' | 'ɕ' | 'ɧ' => Phone::Sh,
        'ʒ' | 'ʐ' | 'ʑ' => Phone::Zh,
        'ʧ' => Phone::Ch,
        'ʤ' => Phone::Jh,
        'j' | 'ʝ' => Phone::Y,
        'ɲ' | 'ʎ' => Phone::Ny,
        'k' | 'q' | 'c' => Phone::K,
        'ɡ' | 'g' | 'ɟ' | 'ɢ' | 'ɠ' => Phone::G,
        'ŋ' | 'ɴ' => Phone::Ng,
        'x' | 'χ' | 'ʁ' | 'ʀ' | 'ħ' | 'ʕ' | 'ɣ' | 'ç' => Phone::X,
        'h' | 'ɦ' => Phone::Hh,
        'ʔ' => Phone::Q,
        'w' | 'ʍ' | 'ɰ' => Phone::W,
        // The rounded glide of French *huit* sounds and looks like a short u with fronted tongue.
        'y' | 'ʏ' | 'ʉ' | 'ɥ' => Phone::Yu,
        'i' => Phone::Iy,
        'ɪ' | 'ɨ' | 'ᵻ' | 'ɯ' => Phone::Ih,
        'e' => {
            if english {
                Phone::Eh
            } else {
                Phone::E
            }
        }
        'ɛ' => Phone::Eh,
        'æ' => Phone::Ae,
        'a' => {
            if english {
                Phone::Ae
            } else {
                Phone::A
            }
        }
        'ɑ' => Phone::Aa,
        'ʌ' | 'ɤ' => Phone::Ah,
        // A reduced vowel in English, the open vowel of German -er and Portuguese a elsewhere.
        'ɐ' => {
            if english {
                Phone::Ax
            } else {
                Phone::Ah
            }
        }
        'ɜ' => {
            if english {
                Phone::Er
            } else {
                Phone::Ah
            }
        }
        'ə' | 'ɘ' => Phone::Ax,
        'ɚ' | 'ɝ' => Phone::Er,
        'ɔ' | 'ɒ' => Phone::Ao,
        'o' => {
            if english {
                Phone::Ao
            } else {
                Phone::O
            }
        }
        'ʊ' => Phone::Uh,
        'u' => Phone::Uw,
        'ø' | 'œ' | 'ɵ' | 'ɶ' | 'ɞ' => Phone::Oe,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Phone::{self, *};
    use super::{UnknownSymbol, phones_of_ipa};

    fn read(ipa: &str, language: &str) -> Vec<Phone> {
        phones_of_ipa(ipa, language).expect(ipa)
    }

    #[test]
    fn words_of_many_languages_convert_to_phones() {
        assert_eq!(read("ˈpʌzəl", "en-gb"), [P, Ah, Z, Ax, L]);
        assert_eq!(read("wɔːɾɚ", "en-us"), [W, Ao, D, Er]);
        assert_eq!(read("bœf", "fr"), [B, Oe, F]);
        assert_eq!(read("vɛ̃", "fr"), [V, Eh]);
        assert_eq!(read("brˈykə", "de"), [B, Rr, Yu, K, Ax]);
        assert_eq!(read("iːbɜ", "de"), [Iy, B, Ah]);
        assert_eq!(read("ˈniɲo", "es"), [N, Iy, Ny, O]);
        assert_eq!(read("t͡ʃaβe", "es"), [Ch, A, Beta, E]);
        assert_eq!(read("tɕʰi˥", "cmn"), [Ch, Iy]);
        assert_eq!(read("pɐ̃w̃", "pt"), [P, Ah, W]);
        assert_eq!(read("ts.h", "cmn"), [Ch]);
        assert_eq!(read("phong", "cmn"), [P, O, Ng]);
        assert_eq!(read("bʱ", "hi"), [B]);
        assert_eq!(read("h", "de"), [Hh]);
        assert_eq!(read("mäɯᵝ", "ja"), [M, A, Uh]);
    }

    #[test]
    fn diphthongs_stay_one_phone_and_compounds_split() {
        assert_eq!(read("aɪɚ", "en-us"), [Ay, Er]);
        assert_eq!(read("oʊ", "en-us"), [Ow]);
        assert_eq!(read("ɪɹ", "en-us"), [Ih, R]);
        assert_eq!(read("ts", "de"), [T, S]);
        assert_eq!(read("pf", "de"), [P, F]);
    }

    #[test]
    fn english_transcriptions_use_the_english_letters() {
        assert_eq!(read("a", "en-gb"), [Ae]);
        assert_eq!(read("a", "it"), [A]);
        assert_eq!(read("ɾ", "es"), [Rr]);
    }

    #[test]
    fn an_unknown_symbol_is_an_error() {
        assert_eq!(phones_of_ipa("pЖ", "en"), Err(UnknownSymbol('Ж')));
        assert_eq!(read("", "en"), []);
    }
}
