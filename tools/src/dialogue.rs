//! The dialogue of a fictional game, as a folder of sounds and a table, for trying `metaface batch`
//! with any number of lines.
//!
//! flite and espeak-ng speak the sentences of the training corpus. The same number of lines always
//! gives the same bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use metaface_training::corpus::sentences;
use rayon::prelude::*;

use crate::AnyResult;

/// Lines per scene.
const LINES_PER_SCENE: usize = 40;

/// An actor: name, language tag and synthetic voice.
struct Actor {
    name: &'static str,
    language: &'static str,
    voice: Voice,
}

enum Voice {
    Flite(&'static str),
    /// An espeak-ng voice, and words per minute.
    Espeak(&'static str, u16),
}

/// The actors, in the order in which they speak.
const CAST: [Actor; 20] = [
    flite("Anna", "slt"),
    espeak("Jürgen", "de", "de+m3", 165),
    espeak("Zoé", "fr", "fr-fr+f2", 170),
    flite("Ben", "rms"),
    espeak("Íñigo", "es", "es+m1", 170),
    espeak("Chiara", "it", "it+f4", 165),
    flite("Ewan", "awb"),
    espeak("João", "pt", "pt+m5", 160),
    espeak("Łucja", "pl", "pl+f3", 165),
    flite("Tom", "kal16"),
    espeak("Ольга", "ru", "ru+f1", 160),
    espeak("Käthe", "de", "de+f5", 150),
    espeak("Rémi", "fr", "fr-fr+m7", 180),
    espeak("Nuria", "es", "es+f3", 175),
    espeak("Mrs Hall", "en", "en-gb+f4", 160),
    espeak("Paolo", "it", "it+m2", 170),
    espeak("Inês", "pt", "pt+f2", 170),
    espeak("Staś", "pl", "pl+m4", 175),
    espeak("Борис", "ru", "ru+m6", 165),
    espeak("Old Pete", "en", "en-us+m8", 145),
];

const fn flite(name: &'static str, voice: &'static str) -> Actor {
    Actor {
        name,
        language: "en",
        voice: Voice::Flite(voice),
    }
}

const fn espeak(
    name: &'static str,
    language: &'static str,
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

/// Writes the sounds of `count` lines and `dialogue.csv` into a folder.
pub fn write(folder: &Path, count: usize) -> AnyResult<()> {
    let lines = lines(count)?;
    lines.par_iter().try_for_each(|line| line.speak(folder))?;
    fs::write(folder.join("dialogue.csv"), csv(&lines))?;
    Ok(())
}

/// The first lines, in which the actors take turns.
fn lines(count: usize) -> Result<Vec<DialogueLine>, String> {
    let texts = |(seed, actor): (usize, &Actor)| {
        let found = sentences(actor.language, seed as u64);
        found.ok_or_else(|| format!("no sentences in {}", actor.language))
    };
    let mut texts: Vec<_> = CAST
        .iter()
        .enumerate()
        .map(texts)
        .collect::<Result<_, _>>()?;
    let line = |index: usize| DialogueLine {
        number: index + 1,
        actor: &CAST[index % CAST.len()],
        text: texts[index % CAST.len()].next().unwrap_or_default(),
    };
    Ok((0..count).map(line).collect())
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

    fn speak(&self, folder: &Path) -> Result<(), String> {
        let sound = folder.join(self.sound());
        let mut speak = match self.actor.voice {
            Voice::Flite(voice) => {
                let mut flite = Command::new("flite");
                flite
                    .args(["-voice", voice, "-t", &self.text, "-o"])
                    .arg(&sound);
                flite
            }
            Voice::Espeak(voice, words_per_minute) => {
                let mut espeak = Command::new("espeak-ng");
                espeak.args(["-b", "1", "-v", voice, "-s", &words_per_minute.to_string()]);
                espeak.arg("-w").arg(&sound).arg(&self.text);
                espeak
            }
        };
        let spoken = fs::create_dir_all(sound.parent().unwrap_or(folder))
            .and_then(|()| speak.output())
            .map_err(|error| format!("{speak:?}: {error}"))?;
        if !spoken.status.success() || !sound.is_file() {
            let messages = String::from_utf8_lossy(&spoken.stderr);
            return Err(format!("failed: {speak:?}\n{messages}"));
        }
        Ok(())
    }
}

/// The table. `metaface batch` ignores the columns `actor`, `scene` and `text`.
fn csv(lines: &[DialogueLine]) -> String {
    let mut table = "audio,output,language,actor,scene,text\n".to_owned();
    for line in lines {
        let (sound, output, text) = (line.sound(), line.output(), &line.text);
        let (name, language, scene) = (line.actor.name, line.actor.language, line.scene());
        let _ = writeln!(
            table,
            "{sound},{output},{language},{name},{scene},\"{text}\""
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_thousand_lines_are_reproducible_rarely_repeat_and_have_many_languages() {
        let thousand = || lines(1000).expect("sentences");
        let lines = thousand();
        assert_eq!(csv(&lines), csv(&thousand()));
        let texts: HashSet<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert!(texts.len() > 950, "{}", texts.len());
        assert!(texts.iter().all(|text| !text.contains('"')));
        let languages: HashSet<&str> = CAST.iter().map(|actor| actor.language).collect();
        assert!(languages.len() >= 6);
        let sounds: HashSet<String> = lines.iter().map(DialogueLine::sound).collect();
        assert_eq!(sounds.len(), 1000);
        assert_eq!(csv(&lines).lines().count(), 1001);
    }
}
