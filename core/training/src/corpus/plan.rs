//! The plan of a corpus: which speech, and how much of it.

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use super::text::OTHER_LANGUAGES;
use super::voices::SpeechEngine;

/// Length of a shard in seconds of speech, about.
const SHARD_SECONDS: f32 = 180.0;

/// The plan of a corpus. The same plan always makes the same corpus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorpusPlan {
    /// Chooses sentences, voices, pitch and speed.
    pub seed: u64,
    /// The languages, voices and hours.
    pub parts: Vec<CorpusPart>,
}

/// Hours of one language, spoken by some voices of one engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorpusPart {
    /// The synthesiser.
    pub engine: SpeechEngine,
    /// A language tag such as `en` or `fr`.
    pub language: String,
    /// The engine's names of the voices; each line takes one at random.
    pub voices: Vec<String>,
    /// espeak-ng's voice variants, such as `f3` or `klatt2`; half of the lines take one of them.
    pub variants: Vec<String>,
    /// Length in hours.
    pub hours: f32,
}

/// espeak-ng's variants that sound like people: no effects, no monotone robots.
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

/// espeak-ng's English accents. Repeated ones are drawn more often.
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

impl Default for CorpusPlan {
    /// About six hours: flite and festival in English, espeak-ng in English accents and in
    /// sixteen other languages.
    fn default() -> Self {
        Self::of_hours(6.0, 1)
    }
}

impl CorpusPlan {
    /// The default mixture, scaled to about `hours` in total.
    pub fn of_hours(hours: f32, seed: u64) -> Self {
        let english = |engine, voice: &str, hours| CorpusPart {
            engine,
            language: "en".to_owned(),
            voices: vec![voice.to_owned()],
            variants: Vec::new(),
            hours,
        };
        let espeak = |language: &str, voices: &[&str], hours| CorpusPart {
            engine: SpeechEngine::Espeak,
            language: language.to_owned(),
            voices: strings(voices),
            variants: strings(VARIANTS),
            hours,
        };
        let mut parts = vec![
            english(SpeechEngine::Flite, "slt", 0.65),
            english(SpeechEngine::Flite, "awb", 0.65),
            english(SpeechEngine::Flite, "rms", 0.65),
            english(SpeechEngine::Flite, "kal", 0.25),
            english(SpeechEngine::Festival, "cmu_us_slt_arctic_hts", 0.5),
            english(SpeechEngine::Festival, "kal_diphone", 0.4),
            english(SpeechEngine::Festival, "ked_diphone", 0.4),
            espeak("en", ENGLISH_ACCENTS, 1.0),
        ];
        let share = 1.5 / OTHER_LANGUAGES.len() as f32;
        parts.extend(
            OTHER_LANGUAGES
                .iter()
                .map(|language| espeak(language.tag, language.voices, share)),
        );
        let total: f32 = parts.iter().map(|part| part.hours).sum();
        for part in &mut parts {
            part.hours *= hours / total;
        }
        Self { seed, parts }
    }

    /// Total hours of all parts.
    pub fn hours(&self) -> f32 {
        self.parts.iter().map(|part| part.hours).sum()
    }

    /// Checks that every voice of the plan is installed.
    ///
    /// # Errors
    ///
    /// [`CorpusError::MissingPrograms`] names the missing voices and their packages.
    pub fn check_installed(&self) -> Result<(), CorpusError> {
        let mut missing = Vec::new();
        let mut packages = Vec::new();
        for (name, package) in self.parts.iter().flat_map(CorpusPart::missing) {
            if !missing.contains(&name) {
                missing.push(name);
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

    /// Keeps only the parts whose voices are installed.
    pub fn installed_only(mut self) -> Self {
        self.parts.retain(|part| part.missing().is_empty());
        self
    }

    /// All shards in order: (part, number within the part, seconds).
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

impl CorpusPart {
    fn missing(&self) -> Vec<(String, &'static str)> {
        self.engine.missing(&self.voices)
    }
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{CorpusPart, CorpusPlan};
    use crate::corpus::text::Sentences;
    use crate::corpus::{CorpusError, SpeechEngine};

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
        for part in &plan.parts {
            let language = &part.language;
            assert!(Sentences::of(language).is_some(), "{language}");
        }
        let planned: f32 = plan.shards().iter().map(|(_, _, seconds)| seconds).sum();
        assert!((planned - 6.0 * 3600.0).abs() < 1.0);
    }

    #[test]
    fn a_missing_voice_is_reported_with_its_package() {
        let plan = CorpusPlan {
            seed: 1,
            parts: vec![CorpusPart {
                engine: SpeechEngine::Flite,
                language: "en".to_owned(),
                voices: vec!["missing".to_owned()],
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
