//! Arguments of `metaface convert`.

use std::path::PathBuf;

use clap::Args;
use metaface_core::clip::{FrameRate, Timecode};

use super::{CharacterArguments, OutputArguments, ReportArguments};

/// Arguments of `metaface convert`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface convert take.csv -o take.glb --character hero.glb
  metaface convert take.a2f.json -o take.csv --fps 24
  metaface convert line1.csv line2.csv line3.csv -o lines.glb --character hero.glb
  metaface convert lines.glb --animation line2 -o line2.csv
  metaface convert take.csv --additive neutral.csv -o delta.usdc
  metaface convert take.csv -o small.glb --reduce 0.1 --quantise 16
  metaface convert take.csv -o take.usdc --fps 29.97 --start '01:00:00;00'")]
pub struct ConvertArguments {
    /// A clip: .csv, .a2f.json, or an animated .glb, .gltf or USD. Several become the animations
    /// of one .glb or .gltf, each called after its clip.
    #[arg(required = true, value_name = "CLIP")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub character: CharacterArguments,
    /// Resample to this rate; lips still close.
    #[arg(long, value_name = "RATE")]
    pub fps: Option<FrameRate>,
    /// Time code of the first frame, instead of the clip's own: HH:MM:SS:FF, with ; before the
    /// frames for drop-frame.
    #[arg(long, value_name = "TIMECODE")]
    pub start: Option<Timecode>,
    /// Which animation of a glTF file, where it has several; `metaface inspect` lists them.
    #[arg(long, value_name = "NAME")]
    pub animation: Option<String>,
    /// Write what the clip adds to this one: the difference, frame by frame. Where this one is
    /// shorter, or a single pose, its last frame holds.
    #[arg(long, value_name = "CLIP")]
    pub additive: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArguments,
}
