//! Arguments about speakers: who speaks, and how one is learned.

use std::path::PathBuf;

use clap::Args;

use super::{ModelArguments, ReportArguments, factor};

/// Who speaks.
#[derive(Debug, Args)]
pub struct SpeakerArguments {
    /// Move like this speaker, whom `metaface adapt` learned; without it, like the average one.
    #[arg(long, value_name = "FILE")]
    pub speaker: Option<PathBuf>,
    /// How much like them: 0 is the average speaker, 1 the speaker, up to 2 exaggerates.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor, requires = "speaker")]
    pub style_strength: f32,
}

/// Arguments of `metaface adapt`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface adapt anna_take.wav --curves anna_take.csv -o anna.speaker
  metaface adapt anna_take.wav -o anna.speaker --instant    # anna_take.csv lies beside it
  metaface adapt a.wav b.wav --curves a.csv --curves b.csv -o anna.speaker
  metaface adapt take.glb --audio take.wav -o anna.speaker    # an animator's keys
  metaface adapt anna.speaker ben.speaker --blend 0.5 -o both.speaker

Ten seconds of speech are enough; more help a little. A speaker file is personal data: it describes
how a person moves. Have their consent, and note it with --consent.")]
pub struct AdaptArguments {
    /// Takes: sounds, each with its curves, or curves (.csv, .a2f.json, an animated glTF or USD),
    /// each with its sound. Or two .speaker files to blend.
    #[arg(required = true, value_name = "TAKE")]
    pub inputs: Vec<PathBuf>,
    /// What the face did during a sound; without it, the curves beside the sound by name. Once for
    /// each sound, in the same order.
    #[arg(long, value_name = "FILE")]
    pub curves: Vec<PathBuf>,
    /// The sound of a take with curves; without it, the sound beside it by name. Once for each, in
    /// the same order.
    #[arg(long, value_name = "FILE")]
    pub audio: Vec<PathBuf>,
    /// The .speaker file to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Learn without gradient steps: at once, and less closely.
    #[arg(long)]
    pub instant: bool,
    /// Blend two speakers: 0 is the first, 1 the second.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub blend: Option<f32>,
    /// The speaker's name; without it, the output's.
    #[arg(long)]
    pub name: Option<String>,
    /// What the performer agreed to, in your words; kept in the file.
    #[arg(long, value_name = "TEXT")]
    pub consent: Option<String>,
    /// Under which terms the speaker may be used; kept in the file.
    #[arg(long, value_name = "TEXT")]
    pub licence: Option<String>,
    /// Which channel drives which shape of a glTF or USD take; without it, found by name.
    #[arg(long, value_name = "FILE")]
    pub rig_map: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("give a share from 0 to 1".to_owned()),
    }
}
