//! Common words of languages other than English, in their own spelling.

use std::sync::LazyLock;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{capitalised, number, pick, words};

/// A language that the corpus speaks besides English.
pub(in crate::training::corpus) struct Language {
    /// The language's tag, such as `fr`.
    pub(in crate::training::corpus) tag: &'static str,
    /// Everyday words.
    pub(in crate::training::corpus) words: Vec<&'static str>,
    /// How words are joined: a space, or nothing.
    space: &'static str,
    comma: &'static str,
    ends: &'static [&'static str],
}

impl Language {
    /// Words in random order with pauses: nonsense that sounds like the language, since phones
    /// matter here and meaning does not.
    pub(super) fn sentence(&self, rng: &mut ChaCha8Rng) -> String {
        let count = rng.random_range(3..=10);
        let mut line = String::new();
        for position in 0..count {
            if position > 0 {
                line.push_str(if rng.random_bool(0.14) {
                    self.comma
                } else {
                    self.space
                });
            }
            if rng.random_bool(0.05) {
                line.push_str(&number(rng));
            } else {
                line.push_str(pick(&self.words, rng));
            }
        }
        line.push_str(pick(self.ends, rng));
        capitalised(&line)
    }
}

/// A language whose words are written apart, in Latin punctuation.
fn spaced(tag: &'static str, list: &'static str) -> Language {
    Language {
        tag,
        words: words(list),
        space: " ",
        comma: ", ",
        ends: &[".", ".", ".", "?", "!"],
    }
}

/// A language written without spaces.
fn unspaced(tag: &'static str, list: &'static str, comma: &'static str) -> Language {
    Language {
        tag,
        words: words(list),
        space: "",
        comma,
        ends: &["。", "。", "？"],
    }
}

/// Every language with a word list.
pub(in crate::training::corpus) static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    vec![
        spaced("fr", include_str!("words/fr.txt")),
        spaced("de", include_str!("words/de.txt")),
        spaced("es", include_str!("words/es.txt")),
        spaced("it", include_str!("words/it.txt")),
        spaced("pt", include_str!("words/pt.txt")),
        spaced("nl", include_str!("words/nl.txt")),
        spaced("pl", include_str!("words/pl.txt")),
        spaced("ru", include_str!("words/ru.txt")),
        spaced("sv", include_str!("words/sv.txt")),
        spaced("tr", include_str!("words/tr.txt")),
        spaced("cs", include_str!("words/cs.txt")),
        spaced("ar", include_str!("words/ar.txt")),
        spaced("hi", include_str!("words/hi.txt")),
        spaced("fi", include_str!("words/fi.txt")),
        unspaced("cmn", include_str!("words/cmn.txt"), "，"),
        unspaced("ja", include_str!("words/ja.txt"), "、"),
    ]
});
