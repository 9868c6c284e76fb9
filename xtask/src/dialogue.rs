//! `cargo xtask dialogue`: the dialogue of a fictional game, as a folder of sounds and a table, for
//! trying `metaface batch` with any number of lines.
//!
//! Sentences are combined from the phrases in `xtask/dialogue` and spoken by flite and espeak-ng. The
//! same number of lines always gives the same bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, ESPEAK_NG, FLITE};

/// Default number of lines.
const LINES: usize = 1000;
/// Lines per scene.
const LINES_PER_SCENE: usize = 40;

/// An actor: name, language and synthetic voice.
struct Actor {
    name: &'static str,
    language: Language,
    voice: Voice,
}

enum Voice {
    Flite(&'static str),
    /// An espeak-ng voice, and words per minute.
    Espeak(&'static str, u16),
}

/// A language's tag, and its phrases: openings, subjects, predicates and closings, one per line, with
/// an empty line between the lists. One phrase of each list makes a sentence.
type Language = (&'static str, &'static str);

const ENGLISH: Language = ("en", include_str!("../dialogue/en.txt"));
const GERMAN: Language = ("de", include_str!("../dialogue/de.txt"));
const FRENCH: Language = ("fr", include_str!("../dialogue/fr.txt"));
const SPANISH: Language = ("es", include_str!("../dialogue/es.txt"));
const ITALIAN: Language = ("it", include_str!("../dialogue/it.txt"));
const PORTUGUESE: Language = ("pt", include_str!("../dialogue/pt.txt"));
const POLISH: Language = ("pl", include_str!("../dialogue/pl.txt"));
const RUSSIAN: Language = ("ru", include_str!("../dialogue/ru.txt"));

/// The actors, in the order in which they speak.
const CAST: [Actor; 20] = [
    flite("Anna", "slt"),
    espeak("Jürgen", GERMAN, "de+m3", 165),
    espeak("Zoé", FRENCH, "fr-fr+f2", 170),
    flite("Ben", "rms"),
    espeak("Íñigo", SPANISH, "es+m1", 170),
    espeak("Chiara", ITALIAN, "it+f4", 165),
    flite("Ewan", "awb"),
    espeak("João", PORTUGUESE, "pt+m5", 160),
    espeak("Łucja", POLISH, "pl+f3", 165),
    flite("Tom", "kal16"),
    espeak("Ольга", RUSSIAN, "ru+f1", 160),
    espeak("Käthe", GERMAN, "de+f5", 150),
    espeak("Rémi", FRENCH, "fr-fr+m7", 180),
    espeak("Nuria", SPANISH, "es+f3", 175),
    espeak("Mrs Hall", ENGLISH, "en-gb+f4", 160),
    espeak("Paolo", ITALIAN, "it+m2", 170),
    espeak("Inês", PORTUGUESE, "pt+f2", 170),
    espeak("Staś", POLISH, "pl+m4", 175),
    espeak("Борис", RUSSIAN, "ru+m6", 165),
    espeak("Old Pete", ENGLISH, "en-us+m8", 145),
];

const fn flite(name: &'static str, voice: &'static str) -> Actor {
    Actor {
        name,
        language: ENGLISH,
        voice: Voice::Flite(voice),
    }
}

const fn espeak(
    name: &'static str,
    language: Language,
    voice: &'static str,
    words_per_minute: u16,
) -> Actor {
    Actor {
        name,
        language,
        voice: Voice::Espeak(voice, words_per_minute),
    }
}

/// A line of the dialogue.
struct DialogueLine {
    number: usize,
    actor: &'static Actor,
    text: String,
}

/// Writes the sounds and `dialogue.csv` into a folder.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), TaskError> {
    let (folder, count) = read(options)?;
    let missing = system::install(steps, &[&FLITE, &ESPEAK_NG])?;
    if let Some(package) = missing.first() {
        return Err(format!("{} is missing: install the package", package.name).into());
    }
    let lines: Vec<DialogueLine> = (0..count).map(line).collect();
    // Prints only the first of thousands of commands.
    if let Some(first) = lines.first() {
        let speak = first.speak(&folder);
        println!("\n$ {}    # and {count} in all", speak.shown(&steps.root));
    }
    if steps.only_print {
        return Ok(());
    }
    for line in &lines {
        let sound = folder.join(line.sound());
        let parent = sound.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .map_err(|error| format!("cannot make {}: {error}", parent.display()))?;
    }
    speak_all(steps, &lines, &folder)?;
    let table = folder.join("dialogue.csv");
    fs::write(&table, csv(&lines))
        .map_err(|error| format!("cannot write {}: {error}", table.display()))?;
    println!("{count} lines written to {}", table.display());
    Ok(())
}

fn read(options: &[String]) -> Result<(PathBuf, usize), TaskError> {
    let wrong = || TaskError::Usage("dialogue takes FOLDER and optionally --lines N".into());
    let (folder, count) = match options {
        [folder] => (folder, LINES),
        [folder, option, count] if option == "--lines" => {
            (folder, count.parse().map_err(|_| wrong())?)
        }
        _ => return Err(wrong()),
    };
    if folder.starts_with('-') {
        return Err(wrong());
    }
    let folder =
        std::path::absolute(folder).map_err(|error| format!("cannot find {folder}: {error}"))?;
    Ok((folder, count))
}

fn line(number: usize) -> DialogueLine {
    let actor = &CAST[number % CAST.len()];
    let (_, phrases) = actor.language;
    let lists: Vec<Vec<&str>> = phrases
        .split("\n\n")
        .map(|list| list.lines().collect())
        .collect();
    let mut text = String::new();
    for (index, list) in lists.iter().enumerate() {
        let choice = mixed_bits((number * lists.len() + index) as u64) % list.len() as u64;
        let space = if index == 0 { "" } else { " " };
        let _ = write!(text, "{space}{}", list[choice as usize]);
    }
    text.push('.');
    DialogueLine {
        number: number + 1,
        actor,
        text,
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014), a hash of consecutive numbers.
fn mixed_bits(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl DialogueLine {
    fn scene(&self) -> usize {
        (self.number - 1) / LINES_PER_SCENE + 1
    }

    /// The path of the line's clip without an ending. The names have spaces, accents and Cyrillic, as
    /// a test of paths.
    fn output(&self) -> String {
        let (scene, name, number) = (self.scene(), self.actor.name, self.number);
        format!("scene {scene:03}/{name} {number:05}")
    }

    /// The path of the line's sound, relative to the table's folder.
    fn sound(&self) -> String {
        format!("sounds/{}.wav", self.output())
    }

    fn speak(&self, folder: &Path) -> Step {
        let sound = folder.join(self.sound());
        match self.actor.voice {
            Voice::Flite(voice) => Step::new("flite")
                .args(["-voice", voice, "-t", &self.text, "-o"])
                .args([sound]),
            Voice::Espeak(voice, words_per_minute) => Step::new("espeak-ng")
                .args(["-b", "1", "-v", voice])
                .args(["-s", &words_per_minute.to_string(), "-w"])
                .args([sound])
                .args([&self.text]),
        }
    }
}

/// Synthesises all lines, on all cores.
fn speak_all(steps: &Steps, lines: &[DialogueLine], folder: &Path) -> Result<(), TaskError> {
    let next = AtomicUsize::new(0);
    let speak_next = || -> Result<(), TaskError> {
        while let Some(line) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
            let speak = line.speak(folder);
            let output = speak
                .command(&steps.root)
                .output()
                .map_err(|error| format!("{}: {error}", speak.shown(&steps.root)))?;
            if !output.status.success() || !folder.join(line.sound()).is_file() {
                let messages = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(format!("failed: {}\n{messages}", speak.shown(&steps.root)).into());
            }
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(speak_next)).collect();
        let stopped = || {
            Err(TaskError::Failed(
                "internal error: a thread panicked".into(),
            ))
        };
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| stopped()))
    })
}

/// The table. `metaface batch` ignores the columns `actor`, `scene` and `text`.
fn csv(lines: &[DialogueLine]) -> String {
    let mut table = "audio,output,language,actor,scene,text\n".to_owned();
    for line in lines {
        let (sound, output, text) = (line.sound(), line.output(), &line.text);
        let (tag, _) = line.actor.language;
        let (name, scene) = (line.actor.name, line.scene());
        let _ = writeln!(table, "{sound},{output},{tag},{name},{scene},\"{text}\"");
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_language_has_four_lists_and_only_openings_end_with_a_comma() {
        for (tag, phrases) in CAST.iter().map(|actor| actor.language) {
            let lists: Vec<&str> = phrases.split("\n\n").collect();
            assert_eq!(lists.len(), 4, "{tag}");
            for (index, phrase) in lists
                .iter()
                .enumerate()
                .flat_map(|(index, list)| list.lines().map(move |phrase| (index, phrase)))
            {
                assert!(!phrase.trim().is_empty() && !phrase.contains('"'), "{tag}");
                assert_eq!(phrase.ends_with(','), index == 0, "{tag}: {phrase}");
            }
        }
    }

    #[test]
    fn a_thousand_lines_are_reproducible_rarely_repeat_and_have_many_languages() {
        let thousand = || (0..LINES).map(line).collect::<Vec<_>>();
        let lines = thousand();
        assert_eq!(csv(&lines), csv(&thousand()));
        let texts: HashSet<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert!(texts.len() > 950, "{}", texts.len());
        let tags: HashSet<&str> = CAST.iter().map(|actor| actor.language.0).collect();
        assert!(tags.len() >= 6);
        let sounds: HashSet<String> = lines.iter().map(DialogueLine::sound).collect();
        assert_eq!(sounds.len(), LINES);
        assert_eq!(csv(&lines).lines().count(), LINES + 1);
    }

    #[test]
    fn the_arguments_are_a_folder_and_optionally_a_number_of_lines() {
        let arguments =
            |words: &[&str]| -> Vec<String> { words.iter().map(|&word| word.to_owned()).collect() };
        assert!(matches!(read(&arguments(&["sets"])), Ok((_, LINES))));
        assert!(matches!(
            read(&arguments(&["sets", "--lines", "7"])),
            Ok((_, 7))
        ));
        for wrong in [&[][..], &["--lines"], &["sets", "--lines", "few"]] {
            assert!(matches!(read(&arguments(wrong)), Err(TaskError::Usage(_))));
        }
    }
}
