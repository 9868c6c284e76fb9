//! What the voices say: endless short sentences, the same for the same seed.
//!
//! English comes from templates over word lists that favour the sounds lips show (p, b, m, f, v,
//! w and rounded vowels); other languages from lists of common words. Some words are made up
//! syllable by syllable, so that sounds meet in orders no dictionary has.

mod english;
mod languages;

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

pub(super) use languages::LANGUAGES;

/// One sentence in a language, with punctuation, fit to be read aloud.
///
/// The language is a tag such as `en` or `fr`; one without a word list reads as English.
pub(super) fn sentence(language: &str, rng: &mut ChaCha8Rng) -> String {
    let base = language.split('-').next().unwrap_or(language);
    match LANGUAGES.iter().find(|known| known.tag == base) {
        Some(known) => known.sentence(rng),
        None => english::sentence(rng),
    }
}

/// The entries of a word file: separated by commas, over any number of lines.
fn words(list: &'static str) -> Vec<&'static str> {
    list.split(',').map(str::trim).collect()
}

fn pick<'words>(words: &[&'words str], rng: &mut ChaCha8Rng) -> &'words str {
    words.choose(rng).copied().unwrap_or("")
}

/// The first letter of a sentence as a capital, where the script has any.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A number as digits, short ones more often.
fn number(rng: &mut ChaCha8Rng) -> String {
    let most = [12, 99, 999, 9999][rng.random_range(0..4)];
    rng.random_range(1..=most).to_string()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use std::collections::HashSet;

    use super::{LANGUAGES, sentence};

    fn hundred(language: &str, seed: u64) -> Vec<String> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..100).map(|_| sentence(language, &mut rng)).collect()
    }

    #[test]
    fn a_seed_repeats_its_sentences_and_another_seed_says_something_else() {
        assert_eq!(hundred("en", 1), hundred("en", 1));
        assert_ne!(hundred("en", 1), hundred("en", 2));
        assert_ne!(hundred("fr", 1), hundred("fr", 2));
    }

    #[test]
    fn sentences_hardly_repeat_and_leave_no_slot_open() {
        for language in LANGUAGES
            .iter()
            .map(|known| known.tag)
            .chain(["en", "en-gb"])
        {
            let said = hundred(language, 5);
            let distinct: HashSet<&String> = said.iter().collect();
            assert!(distinct.len() > 95, "{language}: {}", distinct.len());
            for line in &said {
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
        assert!(LANGUAGES.len() >= 8);
        for known in LANGUAGES.iter() {
            let distinct: HashSet<&&str> = known.words.iter().collect();
            assert!(distinct.len() >= 60, "{}: {}", known.tag, distinct.len());
        }
    }
}
