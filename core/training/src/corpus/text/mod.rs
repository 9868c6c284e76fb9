//! Random short sentences, the same for the same seed.
//!
//! English sentences are templates filled from word lists that favour visible sounds (p, b, m, f,
//! v, w and rounded vowels). Sentences of other languages are random common words. Some English
//! words are invented, for sound sequences that dictionaries lack.

mod english;
mod languages;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(super) use languages::{Language, OTHER_LANGUAGES};

/// The sentences of one language.
pub(super) enum Sentences {
    English,
    Other(&'static Language),
}

impl Sentences {
    /// The sentences of a language tag such as `en`, `en-gb` or `fr`; `None` if the language has no
    /// words.
    pub(super) fn of(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            "en" => Some(Self::English),
            base => {
                let language = OTHER_LANGUAGES.iter().find(|known| known.tag == base)?;
                Some(Self::Other(language))
            }
        }
    }

    /// A random sentence, with punctuation.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> String {
        match self {
            Self::English => english::sentence(rng),
            Self::Other(language) => language.sentence(rng),
        }
    }
}

/// Endless random sentences in the language of a tag such as `en`, `en-gb` or `fr`, the same for the
/// same seed. `None` if the language has no words.
pub fn sentences(tag: &str, seed: u64) -> Option<impl Iterator<Item = String>> {
    let sentences = Sentences::of(tag)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Some(std::iter::repeat_with(move || sentences.draw(&mut rng)))
}

/// The entries of a word file, separated by commas.
fn words(list: &'static str) -> Vec<&'static str> {
    list.split(',').map(str::trim).collect()
}

fn pick<'words>(words: &[&'words str], rng: &mut ChaCha8Rng) -> &'words str {
    words.choose(rng).copied().unwrap_or("")
}

/// Capitalises the first letter, if the script has capitals.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A random number as digits; short numbers are more frequent.
fn number(rng: &mut ChaCha8Rng) -> String {
    let most = [12, 99, 999, 9999][rng.random_range(0..4)];
    rng.random_range(1..=most).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{OTHER_LANGUAGES, sentences};

    fn hundred(language: &str, seed: u64) -> Vec<String> {
        let sentences = sentences(language, seed).expect("a known language");
        sentences.take(100).collect()
    }

    #[test]
    fn a_language_without_words_has_no_sentences() {
        for tag in ["xx", "xx-en", ""] {
            assert!(sentences(tag, 1).is_none(), "{tag}");
        }
    }

    #[test]
    fn a_seed_repeats_its_sentences_and_another_seed_gives_others() {
        assert_eq!(hundred("en", 1), hundred("en", 1));
        assert_ne!(hundred("en", 1), hundred("en", 2));
        assert_ne!(hundred("fr", 1), hundred("fr", 2));
    }

    #[test]
    fn sentences_rarely_repeat_and_fill_every_slot() {
        for language in OTHER_LANGUAGES
            .iter()
            .map(|known| known.tag)
            .chain(["en", "en-gb"])
        {
            let sentences = hundred(language, 5);
            let distinct: HashSet<&String> = sentences.iter().collect();
            assert!(distinct.len() > 95, "{language}: {}", distinct.len());
            for line in &sentences {
                assert!(!line.contains(['{', '}']), "{language}: {line}");
                assert!(
                    line.ends_with(['.', '?', '!', '。', '？']),
                    "{language}: {line}"
                );
                assert!(line.chars().count() < 260, "{language}: {line}");
            }
        }
    }

    #[test]
    fn english_is_rich_in_lip_sounds() {
        let letters: String = hundred("en", 9).concat().to_lowercase();
        let share = |set: &[char]| {
            let hits = letters
                .chars()
                .filter(|letter| set.contains(letter))
                .count();
            hits as f64
                / letters
                    .chars()
                    .filter(|letter| letter.is_alphabetic())
                    .count() as f64
        };
        assert!(
            share(&['p', 'b', 'm', 'f', 'v', 'w']) > 0.15,
            "{}",
            share(&['p', 'b', 'm', 'f', 'v', 'w'])
        );
    }

    #[test]
    fn there_are_at_least_eight_other_languages_with_sixty_words_each() {
        assert!(OTHER_LANGUAGES.len() >= 8);
        for known in OTHER_LANGUAGES.iter() {
            let distinct: HashSet<&&str> = known.words.iter().collect();
            assert!(distinct.len() >= 60, "{}: {}", known.tag, distinct.len());
        }
    }
}
