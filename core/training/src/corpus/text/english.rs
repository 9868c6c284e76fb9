//! English sentences from templates.

use std::sync::LazyLock;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{capitalised, number, pick, words};

/// Sentences with slots in braces, filled from the files in `words/en`.
const TEMPLATES: &[&str] = &[
    "the {adjective} {noun} {past} the {noun} {place}.",
    "the {noun} and the {adjective} {noun} {past} {adverb}.",
    "{name} {past} a {adjective} {noun}, but {name} {past} two {plural}.",
    "why would {name} {verb} the {noun} {place}?",
    "do you {verb} my {adjective} {noun}?",
    "we {verb} {number} {plural} every {time}.",
    "{name} said, {exclamation}, I {verb} {adjective} {plural}.",
    "if you {verb} the {noun}, we will {verb} the {plural} {adverb}.",
    "{exclamation}! the {noun} is {adjective}.",
    "please {verb} the {noun} before the {noun}.",
    "{adverb}, {name} {past} {plural} {place}, and {past} the {adjective} {noun}.",
    "who {past} {number} {plural}, and where?",
    "my {noun} was {adjective}, your {noun} was {adjective}, and both were {adjective}.",
    "no {noun} {place} could {verb} a {noun} so {adverb}.",
    "{name} and {name} {past} {place} for {number} {plural}.",
    "{invented} {invented}, {invented} the {noun}.",
    "the {invented} {noun} {past} a {invented}.",
    "{plural}, {plural}, {plural} and {plural}.",
    "what a {adjective} {noun}, {name}!",
    "you {verb}, we {verb}, they {verb}.",
    "have you ever {past} such a {adjective}, {adjective} {noun}?",
    "in the {time}, {plural} {verb} {place}.",
    "it {past}, it {past} {adverb}, and then it {past} again.",
    "I am {adverb} {adjective}, thank you.",
    "{exclamation}, {exclamation}, {name}.",
    "call {number} {number}, ask for {name}, and {verb}.",
    "{noun}. {noun}. {adjective} {noun}.",
    "{verb} it {adverb}, {name}, or you {verb} nothing.",
];

/// The words of every slot.
static LISTS: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    [
        ("noun", include_str!("words/en/noun.txt")),
        ("plural", include_str!("words/en/plural.txt")),
        ("adjective", include_str!("words/en/adjective.txt")),
        ("past", include_str!("words/en/past.txt")),
        ("verb", include_str!("words/en/verb.txt")),
        ("adverb", include_str!("words/en/adverb.txt")),
        ("place", include_str!("words/en/place.txt")),
        ("name", include_str!("words/en/name.txt")),
        ("time", include_str!("words/en/time.txt")),
        ("exclamation", include_str!("words/en/exclamation.txt")),
    ]
    .map(|(slot, list)| (slot, words(list)))
    .into()
});

const ONSETS: &[&str] = &[
    "b", "b", "bl", "br", "ch", "d", "dr", "f", "f", "fl", "fr", "g", "gl", "h", "j", "k", "kl",
    "l", "m", "m", "n", "p", "p", "pl", "pr", "qu", "r", "s", "sh", "sl", "sm", "sn", "sp", "st",
    "sw", "t", "th", "tr", "tw", "v", "v", "w", "w", "wh", "y", "z",
];

const NUCLEI: &[&str] = &[
    "a", "ai", "ar", "au", "aw", "e", "ee", "er", "i", "igh", "o", "oa", "oi", "oo", "oo", "or",
    "ou", "ow", "u", "ur",
];

const CODAS: &[&str] = &[
    "", "", "b", "ch", "d", "f", "ff", "g", "k", "l", "lf", "lp", "m", "m", "mp", "n", "nd", "ng",
    "nt", "p", "p", "ps", "sh", "sp", "ss", "st", "t", "th", "v", "ve", "x", "z",
];

pub(super) fn sentence(rng: &mut ChaCha8Rng) -> String {
    let template = pick(TEMPLATES, rng);
    let mut line = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        line.push_str(before);
        let Some((slot, after)) = after.split_once('}') else {
            break;
        };
        line.push_str(&word(slot, rng));
        rest = after;
    }
    line.push_str(rest);
    capitalised(&line)
}

fn word(slot: &str, rng: &mut ChaCha8Rng) -> String {
    // Some words are invented, for sound sequences that the lists lack.
    if matches!(slot, "noun" | "plural" | "name" | "adjective") && rng.random_bool(0.06) {
        return invented(rng);
    }
    match LISTS.iter().find(|(name, _)| *name == slot) {
        Some((_, list)) => pick(list, rng).to_owned(),
        None if slot == "number" => number(rng),
        None => invented(rng),
    }
}

/// An invented word of one to three syllables in English spelling.
fn invented(rng: &mut ChaCha8Rng) -> String {
    let syllables = rng.random_range(1..=3);
    let mut spelled = String::new();
    for syllable in 0..syllables {
        spelled.push_str(pick(ONSETS, rng));
        spelled.push_str(pick(NUCLEI, rng));
        if syllable + 1 == syllables || rng.random_bool(0.3) {
            spelled.push_str(pick(CODAS, rng));
        }
    }
    spelled
}
