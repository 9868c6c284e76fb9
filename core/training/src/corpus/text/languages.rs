//! The languages of the corpus other than English: their voices and common words.

use std::sync::LazyLock;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{capitalised, number, pick, words};

/// A language of the corpus other than English.
pub(in crate::corpus) struct Language {
    /// The language's tag, such as `fr`.
    pub(in crate::corpus) tag: &'static str,
    /// espeak-ng's voices of the language.
    pub(in crate::corpus) voices: &'static [&'static str],
    /// Everyday words.
    pub(in crate::corpus) words: Vec<&'static str>,
    /// Separator of words: a space or nothing.
    space: &'static str,
    comma: &'static str,
    ends: &'static [&'static str],
}

impl Language {
    /// Random words with pauses. The phones must be the language's; the meaning does not matter.
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

/// A language written with spaces and Latin punctuation.
fn spaced(tag: &'static str, voices: &'static [&'static str], list: &'static str) -> Language {
    Language {
        tag,
        voices,
        words: words(list),
        space: " ",
        comma: ", ",
        ends: &[".", ".", ".", "?", "!"],
    }
}

/// A language written without spaces.
fn unspaced(
    tag: &'static str,
    voices: &'static [&'static str],
    list: &'static str,
    comma: &'static str,
) -> Language {
    Language {
        tag,
        voices,
        words: words(list),
        space: "",
        comma,
        ends: &["。", "。", "？"],
    }
}

/// The languages of the corpus other than English.
pub(in crate::corpus) static OTHER_LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    vec![
        spaced(
            "fr",
            &["fr", "fr-be", "fr-ch"],
            include_str!("words/fr.txt"),
        ),
        spaced("de", &["de"], include_str!("words/de.txt")),
        spaced("es", &["es", "es-419"], include_str!("words/es.txt")),
        spaced("it", &["it"], include_str!("words/it.txt")),
        spaced("pt", &["pt", "pt-br"], include_str!("words/pt.txt")),
        spaced("nl", &["nl"], include_str!("words/nl.txt")),
        spaced("pl", &["pl"], include_str!("words/pl.txt")),
        spaced("ru", &["ru"], include_str!("words/ru.txt")),
        spaced("sv", &["sv"], include_str!("words/sv.txt")),
        spaced("tr", &["tr"], include_str!("words/tr.txt")),
        spaced("cs", &["cs"], include_str!("words/cs.txt")),
        spaced("ar", &["ar"], include_str!("words/ar.txt")),
        spaced("hi", &["hi"], include_str!("words/hi.txt")),
        spaced("fi", &["fi"], include_str!("words/fi.txt")),
        unspaced(
            "cmn",
            &["cmn-latn-pinyin"],
            include_str!("words/cmn.txt"),
            "，",
        ),
        unspaced("ja", &["ja"], include_str!("words/ja.txt"), "、"),
    ]
});
