//! Arguments for applying and learning speakers.

use std::path::PathBuf;

use clap::Args;

use metaface_core::options::OptionSpec;

use super::{ModelArguments, ReportArguments};

/// The speaker to apply.
#[derive(Debug, Args)]
pub struct SpeakerArguments {
    /// Move like this speaker: a file from `metaface adapt`. Defaults to the average speaker.
    #[arg(long, value_name = "FILE")]
    pub speaker: Option<PathBuf>,
    /// How much of the speaker to apply: 0 is the average speaker, 1 the speaker, up to 2
    /// exaggerates.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = style_strength, requires = "speaker")]
    pub style_strength: f32,
}

/// Arguments of `metaface adapt`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface adapt anna_take.wav --curves anna_take.csv -o anna.speaker
  metaface adapt anna_take.wav -o anna.speaker --instant    # finds anna_take.csv by name
  metaface adapt a.wav b.wav --curves a.csv --curves b.csv -o anna.speaker
  metaface adapt take.glb --audio take.wav -o anna.speaker    # an animator's keys
  metaface adapt anna.speaker ben.speaker --blend 0.5 -o both.speaker

Ten seconds of speech are enough; more helps a little. A speaker file is personal data: it describes
how a person moves. Get the person's consent, and record it with --consent.")]
pub struct AdaptArguments {
    /// Takes: sounds, each with its curves, or curves (.csv, .a2f.json, an animated glTF or USD),
    /// each with its sound. Or two .speaker files to blend.
    #[arg(required = true, value_name = "TAKE")]
    pub inputs: Vec<PathBuf>,
    /// The curves of a sound, once per sound and in the same order. Defaults to the curves with the
    /// same name beside the sound.
    #[arg(long, value_name = "FILE")]
    pub curves: Vec<PathBuf>,
    /// The sound of a take with curves, once per take and in the same order. Defaults to the sound
    /// with the same name beside the curves.
    #[arg(long, value_name = "FILE")]
    pub audio: Vec<PathBuf>,
    /// The .speaker file to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Learn without gradient steps: faster, but less accurate.
    #[arg(long)]
    pub instant: bool,
    /// Blend two speakers: 0 is the first, 1 the second.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub blend: Option<f32>,
    /// The speaker's name. Defaults to the name of the output.
    #[arg(long)]
    pub name: Option<String>,
    /// What the performer agreed to, as free text. Stored in the file.
    #[arg(long, value_name = "TEXT")]
    pub consent: Option<String>,
    /// The terms of use of the speaker. Stored in the file.
    #[arg(long, value_name = "TEXT")]
    pub licence: Option<String>,
    /// The rig map of glTF and USD takes. By default shapes are found by name.
    #[arg(long, value_name = "FILE")]
    pub rig_map: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

fn style_strength(text: &str) -> Result<f32, String> {
    let option = OptionSpec::of("style_strength");
    option.map_or(Ok(()), |option| option.check(text))?;
    text.trim()
        .parse()
        .map_err(|_| format!("'{text}' is not a number"))
}

fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("give a share from 0 to 1".to_owned()),
    }
}
