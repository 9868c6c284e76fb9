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
    /// A clip: .csv, .a2f.json, or an animated .glb, .gltf or USD. Several clips become the
    /// animations of one .glb or .gltf, named after the clips.
    #[arg(required = true, value_name = "CLIP")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub character: CharacterArguments,
    /// Resample to this frame rate. Lip closures are preserved.
    #[arg(long, value_name = "RATE")]
    pub fps: Option<FrameRate>,
    /// New time code of the first frame: HH:MM:SS:FF, with ; before the frames for drop-frame.
    #[arg(long, value_name = "TIMECODE")]
    pub start: Option<Timecode>,
    /// The animation of a glTF file with several. `metaface inspect` lists them.
    #[arg(long, value_name = "NAME")]
    pub animation: Option<String>,
    /// Write the difference to this clip, frame by frame. If this clip is shorter, or a single pose,
    /// its last frame is repeated.
    #[arg(long, value_name = "CLIP")]
    pub additive: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArguments,
}
