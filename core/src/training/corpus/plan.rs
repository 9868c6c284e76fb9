//! How much of what the corpus holds.

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use super::voices::Engine;

/// Speech of about this many seconds shares a file.
const SHARD_SECONDS: f32 = 180.0;

/// What to make: the same plan always makes the same corpus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorpusPlan {
    /// Chooses sentences, voices, pitch and speed.
    pub seed: u64,
    /// What is spoken, by whom and how long.
    pub parts: Vec<Part>,
}

/// Hours of one language by some voices of one engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Who speaks.
    pub engine: Engine,
    /// A language tag such as `en` or `fr`.
    pub language: String,
    /// The engine's names of the voices; each line takes one at random.
    pub voices: Vec<String>,
    /// espeak-ng's voice variants, such as `f3` or `klatt2`; half of the lines take one of them.
    pub variants: Vec<String>,
    /// How much of it, in hours.
    pub hours: f32,
}

/// espeak-ng's variants that still sound like someone: no effects, no monotone robots.
const VARIANTS: &[&str] = &[
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m6",
    "m7",
    "m8",
    "croak",
    "whisper",
    "whisperf",
    "klatt",
    "klatt2",
    "klatt3",
    "klatt4",
    "klatt6",
    "adam",
    "Alex",
    "Alicia",
    "Andrea",
    "Andy",
    "Annie",
    "anika",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "boris",
    "caleb",
    "david",
    "Denis",
    "Diogo",
    "ed",
    "edward",
    "Gene",
    "grandma",
    "grandpa",
    "gustave",
    "Henrique",
    "Hugo",
    "iven",
    "Jacky",
    "john",
    "kaukovalta",
    "Lee",
    "linda",
    "Marco",
    "Mario",
    "max",
    "Michael",
    "miguel",
    "Mike",
    "norbert",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robert",
    "sandro",
    "shelby",
    "steph",
    "travis",
    "victor",
    "zac",
];

/// espeak-ng's English accents.
const ENGLISH_ACCENTS: &[&str] = &[
    "en-us",
    "en-us",
    "en-us",
    "en",
    "en",
    "en-gb-x-rp",
    "en-gb-scotland",
    "en-gb-x-gbclan",
    "en-gb-x-gbcwmd",
    "en-029",
    "en-us-nyc",
];

/// Languages besides English and espeak-ng's voices for them.
const OTHER_LANGUAGES: &[(&str, &[&str])] = &[
    ("fr", &["fr", "fr-be", "fr-ch"]),
    ("de", &["de"]),
    ("es", &["es", "es-419"]),
    ("it", &["it"]),
    ("pt", &["pt", "pt-br"]),
    ("nl", &["nl"]),
    ("pl", &["pl"]),
    ("ru", &["ru"]),
    ("sv", &["sv"]),
    ("tr", &["tr"]),
    ("cs", &["cs"]),
    ("ar", &["ar"]),
    ("hi", &["hi"]),
    ("fi", &["fi"]),
    ("cmn", &["cmn-latn-pinyin"]),
    ("ja", &["ja"]),
];

impl Default for CorpusPlan {
    /// About six hours: flite and festival in English, espeak-ng in English accents and in
    /// sixteen other languages.
    fn default() -> Self {
        Self::of_hours(6.0, 1)
    }
}

impl CorpusPlan {
    /// The default mixture, scaled to about `hours` in all.
    pub fn of_hours(hours: f32, seed: u64) -> Self {
        let own = |engine, voice: &str, hours| Part {
            engine,
            language: "en".to_owned(),
            voices: vec![voice.to_owned()],
            variants: Vec::new(),
            hours,
        };
        let espeak = |language: &str, voices: &[&str], hours| Part {
            engine: Engine::Espeak,
            language: language.to_owned(),
            voices: owned(voices),
            variants: owned(VARIANTS),
            hours,
        };
        let mut parts = vec![
            own(Engine::Flite, "slt", 0.65),
            own(Engine::Flite, "awb", 0.65),
            own(Engine::Flite, "rms", 0.65),
            own(Engine::Flite, "kal", 0.25),
            own(Engine::Festival, "cmu_us_slt_arctic_hts", 0.5),
            own(Engine::Festival, "kal_diphone", 0.4),
            own(Engine::Festival, "ked_diphone", 0.4),
            espeak("en", ENGLISH_ACCENTS, 1.0),
        ];
        let share = 1.5 / OTHER_LANGUAGES.len() as f32;
        parts.extend(
            OTHER_LANGUAGES
                .iter()
                .map(|(language, voices)| espeak(language, voices, share)),
        );
        let whole: f32 = parts.iter().map(|part| part.hours).sum();
        for part in &mut parts {
            part.hours *= hours / whole;
        }
        Self { seed, parts }
    }

    /// Hours of all parts.
    pub fn hours(&self) -> f32 {
        self.parts.iter().map(|part| part.hours).sum()
    }

    /// Whether every voice of the plan is installed.
    ///
    /// # Errors
    ///
    /// [`CorpusError::MissingPrograms`] names what is missing and the packages that bring it.
    pub fn check_installed(&self) -> Result<(), CorpusError> {
        let mut missing = Vec::new();
        let mut packages = Vec::new();
        for (what, package) in self.parts.iter().flat_map(Part::missing) {
            if !missing.contains(&what) {
                missing.push(what);
            }
            if !packages.iter().any(|known| known == package) {
                packages.push(package.to_owned());
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(CorpusError::MissingPrograms { missing, packages })
        }
    }

    /// The parts whose voices are installed, for going on with what is there.
    pub fn installed_only(mut self) -> Self {
        self.parts.retain(|part| part.missing().is_empty());
        self
    }

    /// Every shard in order: (part, number within the part, seconds).
    pub(super) fn shards(&self) -> Vec<(usize, usize, f32)> {
        self.parts
            .iter()
            .enumerate()
            .flat_map(|(index, part)| {
                let seconds = part.hours * 3600.0;
                let count = (seconds / SHARD_SECONDS).ceil().max(1.0) as usize;
                (0..count).map(move |number| (index, number, seconds / count as f32))
            })
            .collect()
    }
}

impl Part {
    fn missing(&self) -> Vec<(String, &'static str)> {
        self.engine.missing(&self.voices)
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{CorpusPlan, Part};
    use crate::training::corpus::text::LANGUAGES;
    use crate::training::corpus::{CorpusError, Engine};

    #[test]
    fn the_default_plan_is_six_hours_mostly_english_and_every_language_has_words() {
        let plan = CorpusPlan::default();
        assert!((plan.hours() - 6.0).abs() < 1e-3);
        let english: f32 = plan
            .parts
            .iter()
            .filter(|part| part.language == "en")
            .map(|part| part.hours)
            .sum();
        assert!(english > 4.0);
        for part in plan.parts.iter().filter(|part| part.language != "en") {
            assert!(
                LANGUAGES.iter().any(|known| known.tag == part.language),
                "{}",
                part.language
            );
        }
        let planned: f32 = plan.shards().iter().map(|(_, _, seconds)| seconds).sum();
        assert!((planned - 6.0 * 3600.0).abs() < 1.0);
    }

    #[test]
    fn a_voice_that_no_one_has_is_named_with_its_package() {
        let plan = CorpusPlan {
            seed: 1,
            parts: vec![Part {
                engine: Engine::Flite,
                language: "en".to_owned(),
                voices: vec!["nobody".to_owned()],
                variants: Vec::new(),
                hours: 0.1,
            }],
        };
        let error = plan.check_installed().expect_err("no such voice");
        assert!(matches!(error, CorpusError::MissingPrograms { .. }));
        assert!(
            error.to_string().contains("apt-get install flite"),
            "{error}"
        );
        assert!(plan.installed_only().parts.is_empty());
    }
}
