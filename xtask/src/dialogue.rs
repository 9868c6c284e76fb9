//! `cargo xtask dialogue`: the dialogue of a game that does not exist, as a folder of sounds and a
//! table, for trying `metaface batch` on as many lines as anyone likes.
//!
//! Sentences are put together from the phrases in `xtask/dialogue`; flite and espeak-ng say them.
//! The same numbers give the same bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::steps::{Fault, Step, Steps};
use crate::system::{self, ESPEAK_NG, FLITE};

/// Lines unless told otherwise.
const LINES: usize = 1000;
/// Lines of one scene.
const SCENE: usize = 40;

/// Someone who speaks: a name, a language, and the voice that stands in for them.
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

/// A language's tag, and its phrases: openings, subjects, predicates and closings, one on each
/// line, with an empty line between the lists. Every choice of four is a sentence.
type Language = (&'static str, &'static str);

const ENGLISH: Language = ("en", include_str!("../dialogue/en.txt"));
const GERMAN: Language = ("de", include_str!("../dialogue/de.txt"));
const FRENCH: Language = ("fr", include_str!("../dialogue/fr.txt"));
const SPANISH: Language = ("es", include_str!("../dialogue/es.txt"));
const ITALIAN: Language = ("it", include_str!("../dialogue/it.txt"));
const PORTUGUESE: Language = ("pt", include_str!("../dialogue/pt.txt"));
const POLISH: Language = ("pl", include_str!("../dialogue/pl.txt"));
const RUSSIAN: Language = ("ru", include_str!("../dialogue/ru.txt"));

/// In the order in which they take turns.
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

const fn espeak(name: &'static str, language: Language, voice: &'static str, pace: u16) -> Actor {
    Actor {
        name,
        language,
        voice: Voice::Espeak(voice, pace),
    }
}

/// One line of the dialogue.
struct Line {
    number: usize,
    actor: &'static Actor,
    text: String,
}

/// Writes the sounds and `dialogue.csv` into a folder.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), Fault> {
    let (folder, count) = read(options)?;
    let missing = system::install(steps, &[&FLITE, &ESPEAK_NG])?;
    if let Some(package) = missing.first() {
        return Err(format!("{} is missing: install the package", package.name).into());
    }
    let lines: Vec<Line> = (0..count).map(line).collect();
    // Thousands of commands are shown by their first.
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
    say_all(steps, &lines, &folder)?;
    let table = folder.join("dialogue.csv");
    fs::write(&table, csv(&lines))
        .map_err(|error| format!("cannot write {}: {error}", table.display()))?;
    println!("{count} lines stand in {}", table.display());
    Ok(())
}

fn read(options: &[String]) -> Result<(PathBuf, usize), Fault> {
    let wrong = || Fault::Usage("dialogue takes FOLDER and, if you like, --lines N".into());
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

fn line(number: usize) -> Line {
    let actor = &CAST[number % CAST.len()];
    let (_, phrases) = actor.language;
    let lists: Vec<Vec<&str>> = phrases
        .split("\n\n")
        .map(|list| list.lines().collect())
        .collect();
    let mut text = String::new();
    for (place, list) in lists.iter().enumerate() {
        let choice = scattered((number * lists.len() + place) as u64) % list.len() as u64;
        let space = if place == 0 { "" } else { " " };
        let _ = write!(text, "{space}{}", list[choice as usize]);
    }
    text.push('.');
    Line {
        number: number + 1,
        actor,
        text,
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): neighbouring numbers lead far apart.
fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Line {
    fn scene(&self) -> usize {
        (self.number - 1) / SCENE + 1
    }

    /// Where the line goes, without an ending. Spaces, accents and Cyrillic come with the names.
    fn output(&self) -> String {
        let (scene, name, number) = (self.scene(), self.actor.name, self.number);
        format!("scene {scene:03}/{name} {number:05}")
    }

    /// Where its sound lies, from the table's folder.
    fn sound(&self) -> String {
        format!("sounds/{}.wav", self.output())
    }

    fn speak(&self, folder: &Path) -> Step {
        let sound = folder.join(self.sound());
        match self.actor.voice {
            Voice::Flite(voice) => Step::new("flite")
                .args(["-voice", voice, "-t", &self.text, "-o"])
                .args([sound]),
            Voice::Espeak(voice, pace) => Step::new("espeak-ng")
                .args(["-b", "1", "-v", voice, "-s", &pace.to_string(), "-w"])
                .args([sound])
                .args([&self.text]),
        }
    }
}

/// Says every line, on as many cores as there are.
fn say_all(steps: &Steps, lines: &[Line], folder: &Path) -> Result<(), Fault> {
    let next = AtomicUsize::new(0);
    let say = || -> Result<(), Fault> {
        while let Some(line) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
            let speak = line.speak(folder);
            let output = speak.command(&steps.root).output();
            let output =
                output.map_err(|error| format!("{}: {error}", speak.shown(&steps.root)))?;
            if !output.status.success() || !folder.join(line.sound()).is_file() {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(format!("failed: {}\n{said}", speak.shown(&steps.root)).into());
            }
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(say)).collect();
        let stopped = || Err(Fault::Step("a thread stopped".into()));
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| stopped()))
    })
}

/// The table; `actor`, `scene` and `text` are columns of its own, which no program asks for.
fn csv(lines: &[Line]) -> String {
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
    fn every_language_has_four_lists_without_commas_that_would_break_a_sentence() {
        for (tag, phrases) in CAST.iter().map(|actor| actor.language) {
            let lists: Vec<&str> = phrases.split("\n\n").collect();
            assert_eq!(lists.len(), 4, "{tag}");
            for (place, phrase) in lists
                .iter()
                .enumerate()
                .flat_map(|(place, list)| list.lines().map(move |phrase| (place, phrase)))
            {
                assert!(!phrase.trim().is_empty() && !phrase.contains('"'), "{tag}");
                assert_eq!(phrase.ends_with(','), place == 0, "{tag}: {phrase}");
            }
        }
    }

    #[test]
    fn a_thousand_lines_are_the_same_each_time_hardly_repeat_and_come_in_many_languages() {
        let thousand = || (0..LINES).map(line).collect::<Vec<_>>();
        let lines = thousand();
        assert_eq!(csv(&lines), csv(&thousand()));
        let texts: HashSet<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert!(texts.len() > 950, "{}", texts.len());
        let tags: HashSet<&str> = CAST.iter().map(|actor| actor.language.0).collect();
        assert!(tags.len() >= 6);
        let sounds: HashSet<String> = lines.iter().map(Line::sound).collect();
        assert_eq!(sounds.len(), LINES);
        assert_eq!(csv(&lines).lines().count(), LINES + 1);
    }

    #[test]
    fn the_command_line_names_a_folder_and_perhaps_a_number() {
        let given =
            |words: &[&str]| -> Vec<String> { words.iter().map(|&word| word.to_owned()).collect() };
        assert!(matches!(read(&given(&["sets"])), Ok((_, LINES))));
        assert!(matches!(
            read(&given(&["sets", "--lines", "7"])),
            Ok((_, 7))
        ));
        for wrong in [&[][..], &["--lines"], &["sets", "--lines", "few"]] {
            assert!(matches!(read(&given(wrong)), Err(Fault::Usage(_))));
        }
    }
}
