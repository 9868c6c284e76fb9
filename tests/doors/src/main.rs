//! The Rust door: animates a line through the library's own API, as `test_doors.py` asks.
//!
//! Every door takes the options of `metaface animate` that move a face, and `--values FILE` for
//! the bare numbers: little-endian floats, frame by frame.

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use metaface_core::clip::{ChannelGains, FrameRate, Smoothing};
use metaface_core::device::DeviceChoice;
use metaface_core::speaker::Speaker;
use metaface_core::{Animator, Options};
use metaface_exporters::clip_file::{self, Line, Output};
use metaface_exporters::gltf::Precision;
use metaface_exporters::{Cast, Compression, Format};

#[derive(Parser)]
struct Arguments {
    sound: PathBuf,
    #[arg(short, long)]
    output: Vec<PathBuf>,
    #[arg(long)]
    values: PathBuf,
    #[arg(long)]
    speaker: Option<PathBuf>,
    #[arg(long, default_value_t = 1.0)]
    style_strength: f32,
    #[arg(long, default_value = "30")]
    fps: FrameRate,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    #[arg(long, default_value_t = 1.0)]
    strength: f32,
    #[arg(long, default_value_t = 1.0)]
    liveliness: f32,
    #[arg(long, default_value = "")]
    gain: ChannelGains,
    #[arg(long)]
    smooth: Option<f64>,
    #[arg(long)]
    character: Option<PathBuf>,
    #[arg(long)]
    rig_map: Option<PathBuf>,
    #[arg(long)]
    reduce: Option<f32>,
    #[arg(long)]
    quantise: Option<Precision>,
    #[arg(long)]
    no_head: bool,
    #[arg(long)]
    no_eyes: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut animator = Animator::new(DeviceChoice::Auto)?;
    if let Some(path) = &arguments.speaker {
        animator = animator.speaking_as(&Speaker::read(path)?, arguments.style_strength)?;
    }
    let usual = Options::default();
    let options = Options {
        rate: arguments.fps,
        seed: arguments.seed,
        strength: arguments.strength,
        liveliness: arguments.liveliness,
        gains: arguments.gain,
        smoothing: arguments.smooth.map(Smoothing::amount).transpose()?,
        head: usual.head.filter(|_| !arguments.no_head),
        eyes: usual.eyes.filter(|_| !arguments.no_eyes),
    };
    let sound = arguments.sound;
    let name = sound.file_stem().unwrap_or_default().to_string_lossy();
    let (clip, _) = animator.animate_file(&name, &sound, &options)?;
    let values = clip.frames.iter().flat_map(|frame| frame.0);
    let bytes: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
    std::fs::write(&arguments.values, bytes)?;
    let output = |path: PathBuf| {
        let format = Format::required(&path, None)?;
        Ok::<_, Box<dyn Error>>(Output { path, format })
    };
    let outputs = arguments.output.into_iter().map(output);
    let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
    let rig_map = arguments.rig_map.as_deref();
    let cast = match &arguments.character {
        Some(file) => Cast::open(file, rig_map)?,
        None => Cast::of(metaface_sample_head::load()?, rig_map)?,
    };
    let compression = Compression {
        reduce: arguments.reduce,
        precision: arguments.quantise.unwrap_or_default(),
    };
    let line = Line {
        clip,
        sound: Some(sound),
    };
    clip_file::save_all(vec![line], &outputs, Some(&cast), compression)?;
    Ok(())
}
