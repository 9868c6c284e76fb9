//! The command line. The doc comments are the help texts.

mod batch;
mod convert;
mod motion;
mod speakers;
mod stream;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use metaface_core::audio::Degradation;
use metaface_core::clip::{FrameRate, Timecode};
use metaface_core::device::DeviceChoice;
use metaface_exporters::Format;
use metaface_exporters::gltf::Precision;

pub use self::batch::{BatchArguments, Log};
pub use self::convert::ConvertArguments;
pub use self::motion::{LiveMotionArguments, MotionArguments};
pub use self::speakers::{AdaptArguments, SpeakerArguments};
pub use self::stream::{Destination, StreamArguments};

/// Sound in, facial animation out.
///
/// MetaFace animates a face from speech. It writes glTF and USD characters, Live Link Face curves,
/// Audio2Face JSON and mouth shapes. The model is embedded in the program; nothing is downloaded.
#[derive(Debug, Parser)]
#[command(name = "metaface", version, propagate_version = true)]
#[command(after_help = "Examples:
  metaface animate line.wav -o line.glb    # animates the sample head
  metaface animate line.mp3 -o hero_line.glb --character hero.glb --fps 24
  metaface preview line.glb -o line.html    # a page with face and sound
  metaface adapt anna_take.wav --curves anna_take.csv -o anna.speaker
  metaface animate line.wav -o line.glb --speaker anna.speaker
  metaface batch dialogue.csv -o build/ --format glb,csv --report report.html
  metaface stream mic --to 192.168.1.20 --subject Hero    # live into Unreal
  metaface inspect hero.glb    # which shapes are driven

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 unusable input, 4 output cannot be written,
5 requested device is not available. Of a batch: 6 some lines are not done, 7 no line is done,
8 interrupted.")]
pub struct Arguments {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Animate a face from a sound.
    Animate(AnimateArguments),
    /// Learn how a person moves while talking, from about ten seconds of speech.
    Adapt(AdaptArguments),
    /// Animate many lines from a table or a folder: incrementally, on one machine or a farm.
    Batch(BatchArguments),
    /// Write one self-contained page with the face, the sound and the curves.
    Preview(PreviewArguments),
    /// Describe a character, a speaker, a clip or a sound.
    Inspect(InspectArguments),
    /// Convert a clip to another format.
    Convert(ConvertArguments),
    /// Measure lip-sync on speech with known phone times or captured curves.
    Eval(EvalArguments),
    /// Train the base model from scratch.
    Train(TrainArguments),
    /// Stream a face live to an engine: Live Link Face packets from a file or a microphone.
    Stream(StreamArguments),
    /// Test this installation: device, versions, missing parts and their remedies.
    Doctor(DoctorArguments),
}

/// The character to animate.
#[derive(Debug, Args, Default)]
pub struct CharacterArguments {
    /// A glTF or USD character. Defaults to the sample head.
    #[arg(long, value_name = "FILE")]
    pub character: Option<PathBuf>,
    /// Which channel drives which shape and joint. By default both are found by name. `metaface
    /// inspect --write-rig-map` writes a rig map to edit.
    #[arg(long, value_name = "FILE")]
    pub rig_map: Option<PathBuf>,
    /// Write fewer keys, with at most this many millimetres of error on the lips.
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    pub reduce: Option<f32>,
    /// Write weights in glTF as integers of 8 or 16 bits, and rotations as integers of 16 bits.
    /// Curves with values outside -1 to 1 stay floating-point.
    #[arg(long, value_name = "BITS")]
    pub quantise: Option<Precision>,
}

/// The base model and the device.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// The device: auto, cpu or cuda.
    #[arg(long, default_value = "auto")]
    pub device: DeviceChoice,
    /// A base model file. Defaults to the embedded base model.
    #[arg(long, value_name = "FILE")]
    pub base_model: Option<PathBuf>,
}

fn output_help() -> String {
    let endings = Format::endings(|_| true);
    format!("The file to write. Its ending selects the format: {endings}. May be repeated")
}

/// The files to write.
#[derive(Debug, Args)]
pub struct OutputArguments {
    #[arg(short, long, value_name = "FILE", required = true, help = output_help())]
    pub output: Vec<PathBuf>,
    /// The format, regardless of the ending.
    #[arg(long, value_name = "NAME")]
    pub format: Option<Format>,
}

/// Terminal output.
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
  metaface animate line.wav -o line.csv --gains 'JawOpen=1.2,MouthSmile*=0.5' --seed 3
  metaface animate line.wav -o line.glb --speaker anna.speaker --style-strength 0.8
  metaface animate line.wav -o calm.glb --liveliness 0.6 --gains brows=1.3,head=0.5
  metaface animate line.wav -o lips.csv --liveliness 0    # only the mouth moves")]
pub struct AnimateArguments {
    /// The speech: WAV, FLAC, MP3, Ogg, Opus, AAC/M4A, AIFF or CAF, with any sample rate and
    /// channels.
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
  metaface preview average.glb anna.glb ben.glb -o speakers.html    # the page switches between them
  metaface preview take.csv --audio take.wav -o take.html --character hero.glb")]
pub struct PreviewArguments {
    /// An animated .glb, or a clip to apply to a character. Several takes must have the same sound and
    /// character; the page switches between them.
    #[arg(required = true, value_name = "TAKE")]
    pub inputs: Vec<PathBuf>,
    /// The page to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The sound. Defaults to the sound that the takes were made from, if it still exists.
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
    /// The rig map of the character. By default shapes and joints are found by name.
    #[arg(long, value_name = "FILE")]
    pub rig_map: Option<PathBuf>,
    /// Write the character's rig map as JSON, for editing.
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
  metaface eval takes/ --adapt 10    # the gain from learning each speaker from ten seconds
  metaface eval anna/ --speaker anna.speaker    # the speaker file against her captures
  metaface eval recordings/ --json --base-model mine.safetensors")]
pub struct EvalArguments {
    /// A folder of speech with phone times (manifest.tsv, ID.wav, ID.phones.csv), with captured
    /// curves (ID.wav and ID.csv, or curves/ID.csv), or with both.
    pub folder: PathBuf,
    /// Folder of the captured curves, if they are elsewhere: files whose names begin with ID and a
    /// dot, in any format that `metaface convert` reads.
    #[arg(long, value_name = "FOLDER")]
    pub curves: Option<PathBuf>,
    /// Evaluate only this split of the manifest.
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Also evaluate with degraded sound: white-noise, pink-noise, telephone, reverb, loud, quiet,
    /// or all. May be repeated.
    #[arg(long, value_name = "NAME", value_parser = degradations)]
    pub degrade: Vec<Degradations>,
    /// Learn every speaker from the first SECONDS of the captured takes and evaluate on the rest,
    /// beside the average speaker, a still face and another speaker's file.
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["degrade", "page"])]
    pub adapt: Option<f64>,
    /// Write a page with all figures and the curves of every utterance.
    #[arg(long = "report", value_name = "FILE.html")]
    pub page: Option<PathBuf>,
    /// The glTF or USD character whose lips the captures are measured on. Defaults to the sample
    /// head.
    #[arg(long, value_name = "FILE")]
    pub head: Option<PathBuf>,
    /// Frame rate of the evaluated clip.
    #[arg(long, value_name = "RATE", default_value = "60")]
    pub fps: FrameRate,
    #[command(flatten)]
    pub speaker: SpeakerArguments,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

/// One or all degradations of the sound.
#[derive(Debug, Clone)]
pub struct Degradations(pub Vec<Degradation>);

/// Arguments of `metaface train`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface train -o base.safetensors
  metaface train -o base.safetensors --recordings my_aligned_speech/ --steps 10000

After an interruption, the same command continues.")]
pub struct TrainArguments {
    /// The base model file to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Folder of the corpus and the checkpoint.
    #[arg(long, value_name = "FOLDER", default_value = "build/train")]
    pub folder: PathBuf,
    /// Hours of synthetic speech to make.
    #[arg(long, value_name = "HOURS", default_value_t = 6.0)]
    pub hours: f32,
    /// A folder of real recordings with phone times (manifest.tsv, audio/, phones/); its train
    /// split is used. May be repeated.
    #[arg(long, value_name = "FOLDER")]
    pub recordings: Vec<PathBuf>,
    /// The base model file to start from. By default training starts from random weights.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Optimisation steps.
    #[arg(long, value_name = "NUMBER", default_value_t = 6000)]
    pub steps: usize,
    /// Further steps that train the learning of speakers. With --from and --steps 0 only these run.
    #[arg(long, value_name = "NUMBER", default_value_t = 4000)]
    pub learner_steps: usize,
    /// The highest learning rate.
    #[arg(long, value_name = "RATE", default_value_t = 1.5e-3)]
    pub learning_rate: f64,
    /// Seed of everything random in the training. The seed of the corpus is fixed.
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    pub seed: u64,
    /// The device: auto, cpu or cuda.
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
