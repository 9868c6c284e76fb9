//! The command line, documented as a manual.

mod batch;
mod convert;
mod motion;
mod speakers;
mod stream;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use metaface_core::audio::Degradation;
use metaface_core::clip::{FrameRate, Smoothing, Timecode};
use metaface_core::device::DeviceChoice;
use metaface_exporters::Format;
use metaface_exporters::gltf::Precision;

pub use self::batch::{BatchArguments, Log};
pub use self::convert::ConvertArguments;
pub use self::motion::{HandArguments, MotionArguments};
pub use self::speakers::{AdaptArguments, SpeakerArguments};
pub use self::stream::{Destination, StreamArguments};

/// Sound in, a talking face out.
///
/// MetaFace animates a face from speech: as glTF or USD characters, as Live Link Face curves,
/// Audio2Face JSON or mouth shapes. Nothing is downloaded; the model is in the program.
#[derive(Debug, Parser)]
#[command(name = "metaface", version, propagate_version = true)]
#[command(after_help = "Examples:
  metaface animate line.wav -o line.glb    # the sample head says the line
  metaface animate line.mp3 -o hero_line.glb --character hero.glb --fps 24
  metaface preview line.glb -o line.html    # watch it, with sound
  metaface adapt anna_take.wav --curves anna_take.csv -o anna.speaker
  metaface animate line.wav -o line.glb --speaker anna.speaker
  metaface batch dialogue.csv -o build/ --format glb,csv --report report.html
  metaface stream mic --to 192.168.1.20 --subject Hero    # live, into Unreal
  metaface inspect hero.glb    # which shapes will be driven

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 an input cannot be used, 4 an output cannot be
written, 5 the device asked for is not there. Of a batch: 6 some lines are not done, 7 none is,
8 interrupted.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Animate a face from a sound.
    Animate(AnimateArguments),
    /// Learn how somebody moves while talking, from about ten seconds of them.
    Adapt(AdaptArguments),
    /// Animate many lines: a table or a folder, incrementally, on one machine or a farm.
    Batch(BatchArguments),
    /// Make one self-contained page: the face, the sound, the curves.
    Preview(PreviewArguments),
    /// Tell what is in a character, a speaker, a clip or a sound.
    Inspect(InspectArguments),
    /// Turn a clip into another format.
    Convert(ConvertArguments),
    /// Measure lip-sync on speech with known phone times or captured curves.
    Eval(EvalArguments),
    /// Train the base model from nothing.
    Train(TrainArguments),
    /// Let a face in an engine speak, live: Live Link Face packets from a file or a microphone.
    Stream(StreamArguments),
    /// Test this installation: device, versions, what to do when something is missing.
    Doctor(DoctorArguments),
}

/// Which character is animated, and how.
#[derive(Debug, Args, Default)]
pub struct CharacterArguments {
    /// Your own glTF or USD character; without it, the sample head.
    #[arg(long, value_name = "FILE")]
    pub character: Option<PathBuf>,
    /// Which channel drives which shape and joint; without it, found by name. `metaface inspect
    /// --write-rig-map` writes one to edit.
    #[arg(long, value_name = "FILE")]
    pub rig_map: Option<PathBuf>,
    /// Write fewer keys, with at most this many millimetres of error on the lips.
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    pub reduce: Option<f32>,
    /// Write weights in glTF as integers of so many bits, 8 or 16. Rotations then have 16. What
    /// leaves -1 to 1 is written exactly.
    #[arg(long, value_name = "BITS")]
    pub quantise: Option<Precision>,
}

/// Which base model animates, and on what.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// auto, cpu or cuda.
    #[arg(long, default_value = "auto")]
    pub device: DeviceChoice,
    /// Another base model than the one in the program.
    #[arg(long, value_name = "FILE")]
    pub base_model: Option<PathBuf>,
}

/// Where clips go.
#[derive(Debug, Args)]
pub struct OutputArguments {
    /// The file to write; its ending picks the format: .glb .gltf .usda .usdc .usdz .csv
    /// .a2f.json .cues.json .tsv .dat. May be repeated.
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: Vec<PathBuf>,
    /// The format, whatever the ending says.
    #[arg(long, value_name = "NAME")]
    pub format: Option<Format>,
}

/// What is said on the terminal.
#[derive(Debug, Args, Default)]
pub struct ReportArguments {
    /// Print the report as JSON on standard output.
    #[arg(long)]
    pub json: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Arguments of `metaface animate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface animate line.wav -o line.glb -o line.usdc -o line.csv
  metaface animate line.mp3 -o hero_line.glb --character hero.glb --fps 24
  metaface animate line.wav -o line.csv --gain 'JawOpen=1.2,MouthSmile*=0.5' --seed 3
  metaface animate line.wav -o line.glb --speaker anna.speaker --style-strength 0.8
  metaface animate line.wav -o calm.glb --liveliness 0.6 --gain brows=1.3,head=0.5
  metaface animate line.wav -o lips.csv --liveliness 0    # only the mouth moves")]
pub struct AnimateArguments {
    /// The speech: WAV, FLAC, MP3, Ogg, Opus, AAC/M4A, AIFF or CAF, any rate, any channels.
    pub sound: PathBuf,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub character: CharacterArguments,
    #[command(flatten)]
    pub motion: MotionArguments,
    /// Time code of the first frame: HH:MM:SS:FF, with ; before the frames for drop-frame.
    #[arg(long, value_name = "TIMECODE")]
    pub start: Option<Timecode>,
    #[command(flatten)]
    pub speaker: SpeakerArguments,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// Arguments of `metaface preview`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface preview line.glb -o line.html
  metaface preview average.glb anna.glb ben.glb -o speakers.html    # one line, switched between
  metaface preview take.csv --audio take.wav -o take.html --character hero.glb")]
pub struct PreviewArguments {
    /// An animated .glb, or a clip to put on a character. Several are takes of one sound by one
    /// character; the page switches between them.
    #[arg(required = true, value_name = "TAKE")]
    pub inputs: Vec<PathBuf>,
    /// The page to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The sound; without it, the one that the takes were made from, if it is still there.
    #[arg(long, value_name = "FILE")]
    pub audio: Option<PathBuf>,
    #[command(flatten)]
    pub character: CharacterArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// Arguments of `metaface inspect`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface inspect hero.glb
  metaface inspect hero.glb --write-rig-map hero.rigmap.json
  metaface inspect anna.speaker
  metaface inspect take.csv --json")]
pub struct InspectArguments {
    /// A character, a speaker, a clip or a sound.
    pub file: PathBuf,
    /// The rig map to judge a character by; without it, found by name.
    #[arg(long, value_name = "FILE")]
    pub rig_map: Option<PathBuf>,
    /// Write the character's rig map as JSON, to be edited.
    #[arg(long, value_name = "FILE")]
    pub write_rig_map: Option<PathBuf>,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// Arguments of `metaface eval`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface eval recordings/    # a folder with manifest.tsv, sounds and phone times
  metaface eval takes/ --report takes.html    # ID.wav beside ID.csv, as the app saves them
  metaface eval recordings/ --curves captures/ --degrade all
  metaface eval takes/ --adapt 10    # what learning a speaker from ten seconds is worth
  metaface eval anna/ --speaker anna.speaker    # does she move like herself?
  metaface eval recordings/ --json --base-model mine.safetensors")]
pub struct EvalArguments {
    /// A folder of speech with phone times (manifest.tsv, ID.wav, ID.phones.csv), with captured
    /// curves (ID.wav and ID.csv, or curves/ID.csv), or with both.
    pub folder: PathBuf,
    /// Where the captured curves are, if not in the folder: a file whose name begins with ID and
    /// a dot, of any format that `metaface convert` reads.
    #[arg(long, value_name = "FOLDER")]
    pub curves: Option<PathBuf>,
    /// Only this split of the manifest.
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Also judge with the sound made worse: white-noise, pink-noise, telephone, reverb, loud,
    /// quiet, or all. May be repeated.
    #[arg(long, value_name = "NAME", value_parser = degradations)]
    pub degrade: Vec<Degradations>,
    /// Learn every speaker from the first so many seconds of captured takes and judge the rest, beside
    /// the average speaker, a still face and another speaker's file.
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["degrade", "page"])]
    pub adapt: Option<f64>,
    /// Write a page with every figure and every utterance's curves.
    #[arg(long = "report", value_name = "FILE.html")]
    pub page: Option<PathBuf>,
    /// Whose lips captures are measured on: a glTF or USD character; without it, the sample head.
    #[arg(long, value_name = "FILE")]
    pub head: Option<PathBuf>,
    /// Frames per second at which the clip is judged.
    #[arg(long, value_name = "RATE", default_value = "60")]
    pub fps: FrameRate,
    #[command(flatten)]
    pub speaker: SpeakerArguments,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// One degradation of the sound, or all.
#[derive(Debug, Clone)]
pub struct Degradations(pub Vec<Degradation>);

/// Arguments of `metaface train`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface train -o base.safetensors
  metaface train -o base.safetensors --recordings my_aligned_speech/ --steps 10000

A run that was stopped goes on where it was.")]
pub struct TrainArguments {
    /// The base model file to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Where the corpus and the checkpoint are kept.
    #[arg(long, value_name = "FOLDER", default_value = "build/train")]
    pub folder: PathBuf,
    /// Hours of synthetic speech to make.
    #[arg(long, value_name = "HOURS", default_value_t = 6.0)]
    pub hours: f32,
    /// A folder of real recordings with phone times (manifest.tsv, audio/, phones/); its train
    /// split is used. May be repeated.
    #[arg(long, value_name = "FOLDER")]
    pub recordings: Vec<PathBuf>,
    /// A base model file to go on from instead of starting afresh.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Optimisation steps.
    #[arg(long, value_name = "NUMBER", default_value_t = 6000)]
    pub steps: usize,
    /// Then so many steps in which it learns to learn speakers. With --from and --steps 0 these
    /// alone are taken.
    #[arg(long, value_name = "NUMBER", default_value_t = 4000)]
    pub learner_steps: usize,
    /// The highest learning rate.
    #[arg(long, value_name = "RATE", default_value_t = 1.5e-3)]
    pub learning_rate: f64,
    /// Everything random in the training follows from it; the corpus has a seed of its own.
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    pub seed: u64,
    /// auto, cpu or cuda.
    #[arg(long, default_value = "auto")]
    pub device: DeviceChoice,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// Arguments of `metaface doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface doctor
  metaface doctor --json")]
pub struct DoctorArguments {
    #[command(flatten)]
    pub report: ReportArguments,
}

/// A distance that can be kept to.
fn millimetres(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("give millimetres above 0, such as 0.1".to_owned()),
    }
}

fn degradations(text: &str) -> Result<Degradations, String> {
    Ok(Degradations(match text {
        "all" => Degradation::ALL.to_vec(),
        name => vec![name.parse()?],
    }))
}

fn factor(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if metaface_core::Options::FACTORS.contains(&value) => Ok(value),
        _ => Err("give a factor from 0 to 2".to_owned()),
    }
}

fn smoothing(text: &str) -> Result<Smoothing, String> {
    let amount = text.parse().map_err(|_| "give a number from 0 to 1")?;
    Smoothing::amount(amount).map_err(|error| error.to_string())
}
