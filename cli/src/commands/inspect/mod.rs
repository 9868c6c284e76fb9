//! `metaface inspect`

mod speaker;

use std::fmt;
use std::path::{Path, PathBuf};

use metaface_core::Animator;
use metaface_core::audio::Sound;
use metaface_core::clip::lips::LipMotion;
use metaface_core::clip::{Channel, Clip};
use metaface_core::device::DeviceChoice;
use metaface_exporters::gltf::{self, AnimationSummary};
use metaface_exporters::rig_map::Discovery;
use metaface_exporters::{Character, Format, RigMap, load_character};
use serde::Serialize;

pub use self::speaker::SpeakerReport;
use crate::arguments::InspectArguments;
use crate::failure::Failure;
use crate::{paths, speaker_file};

/// Runs the command.
pub fn run(arguments: &InspectArguments) -> Result<(), Failure> {
    let (path, report) = (&arguments.file, &arguments.report);
    let inputs = arguments.rig_map.iter().chain([path]).map(PathBuf::as_path);
    paths::must_differ(inputs, arguments.write_rig_map.as_deref())?;
    if speaker_file::is_speaker(path) {
        let speaker = speaker_file::read(path)?;
        let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
        let style = Animator::new(DeviceChoice::Cpu)?.style_of(&speaker);
        let found = SpeakerReport::new(&speaker, bytes as usize, style.as_ref());
        return report.finish(&found);
    }
    match Format::of(path) {
        Some(format) if format.is_scene() => {
            let character = load_character(path)?;
            for warning in &character.warnings {
                report.warn(warning);
            }
            let discovery = RigMap::choose(&character, arguments.rig_map.as_deref())?;
            if let Some(output) = &arguments.write_rig_map {
                discovery.map.write(output)?;
            }
            let animations = match format {
                Format::Usd(_) => Vec::new(),
                _ => gltf::animations(path)?,
            };
            report.finish(&CharacterReport::new(&character, discovery, animations))
        }
        Some(format) if format.spec().is_read => {
            report.finish(&ClipReport::new(&report.read_clip(path, None, None)?))
        }
        _ => report.finish(&SoundReport::new(path)?),
    }
}

#[derive(Serialize)]
struct CharacterReport {
    character: String,
    meshes: usize,
    vertices: usize,
    discovery: Discovery,
    /// The animations of a glTF file.
    animations: Vec<AnimationSummary>,
}

impl CharacterReport {
    fn new(character: &Character, discovery: Discovery, animations: Vec<AnimationSummary>) -> Self {
        Self {
            character: character.name.clone(),
            meshes: character.meshes.len(),
            vertices: character
                .meshes
                .iter()
                .map(|mesh| mesh.positions.len())
                .sum(),
            discovery,
            animations,
        }
    }
}

impl fmt::Display for CharacterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.discovery;
        writeln!(
            f,
            "{}: {} meshes, {} vertices",
            self.character, self.meshes, self.vertices
        )?;
        writeln!(f, "\n{} driven shapes:", found.driven.len())?;
        for target in &found.driven {
            let channels: Vec<String> = target
                .channels
                .iter()
                .map(|(channel, gain)| match *gain {
                    1.0 => channel.clone(),
                    gain => format!("{channel} x {gain:.2}"),
                })
                .collect();
            writeln!(
                f,
                "  {:24} <- {:40} {}",
                target.target,
                channels.join(" + "),
                target.meshes.join(", ")
            )?;
        }
        writeln!(f, "{} driven joints:", found.driven_joints.len())?;
        for joint in &found.driven_joints {
            writeln!(f, "  {:24} <- {}", joint.joint, joint.channels.join(", "))?;
        }
        if !found.undriven_targets.is_empty() {
            writeln!(
                f,
                "\n{} shapes that are not driven:",
                found.undriven_targets.len()
            )?;
            for target in &found.undriven_targets {
                writeln!(f, "  {:24} {}", target.target, target.reason)?;
            }
        }
        if !found.undriven_channels.is_empty() {
            writeln!(
                f,
                "\n{} channels without effect:",
                found.undriven_channels.len()
            )?;
            for channel in &found.undriven_channels {
                writeln!(f, "  {:24} {}", channel.channel, channel.reason)?;
            }
        }
        if !self.animations.is_empty() {
            writeln!(f, "\n{} animations:", self.animations.len())?;
        }
        for animation in &self.animations {
            let description = match &animation.clip {
                Some(clip) => format!("{} frames at {} fps", clip.frames, clip.fps),
                None if animation.moves_targets => "moves morph targets".to_owned(),
                None => "moves no morph target".to_owned(),
            };
            writeln!(f, "  {:24} {description}", animation.name)?;
        }
        for warning in &found.warnings {
            writeln!(f, "\nwarning: {warning}")?;
        }
        Ok(())
    }
}

/// A channel with a smaller range counts as constant.
const MIN_RANGE: f32 = 1e-4;

#[derive(Serialize)]
struct ClipReport {
    name: String,
    frames: usize,
    fps: String,
    seconds: f64,
    start_frame: f64,
    /// The time code of the first frame.
    start: Option<String>,
    lip_closures: usize,
    /// Moving channels: name, minimum, maximum.
    channels: Vec<(&'static str, f32, f32)>,
    metadata: std::collections::BTreeMap<String, String>,
}

impl ClipReport {
    fn new(clip: &Clip) -> Self {
        let range = |channel: Channel| {
            let (low, high) = clip
                .curve(channel)
                .fold((f32::MAX, f32::MIN), |(low, high), v| {
                    (low.min(v), high.max(v))
                });
            (channel.name(), low, high)
        };
        Self {
            name: clip.name.clone(),
            frames: clip.frames.len(),
            fps: clip.rate.to_string(),
            seconds: clip.duration(),
            start_frame: clip.start_frame,
            start: clip.start().ok().map(|code| code.to_string()),
            lip_closures: LipMotion::of(clip).closures.len(),
            channels: Channel::ALL
                .into_iter()
                .map(range)
                .filter(|(_, low, high)| high - low > MIN_RANGE)
                .collect(),
            metadata: clip.metadata.clone(),
        }
    }
}

impl fmt::Display for ClipReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} frames at {} fps, {:.2} s, starting at frame {}; {} lip closures",
            self.name, self.frames, self.fps, self.seconds, self.start_frame, self.lip_closures
        )?;
        for (name, low, high) in &self.channels {
            writeln!(f, "  {name:24} {low:7.3} to {high:6.3}")?;
        }
        for (key, value) in &self.metadata {
            writeln!(f, "  {key}: {value}")?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct SoundReport {
    seconds: f64,
    source_rate: u32,
    source_channels: u16,
    peak: f32,
    clipped_share: f32,
    warnings: Vec<String>,
}

impl SoundReport {
    fn new(path: &Path) -> Result<Self, Failure> {
        let sound = Sound::open(path)?;
        Ok(Self {
            seconds: sound.duration(),
            source_rate: sound.source_rate,
            source_channels: sound.source_channels,
            peak: sound.peak,
            clipped_share: sound.clipped_share,
            warnings: sound.warnings.iter().map(ToString::to_string).collect(),
        })
    }
}

impl fmt::Display for SoundReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "sound: {:.2} s, {} Hz, {} channels, peak {:.1} dB, {:.2} % clipped",
            self.seconds,
            self.source_rate,
            self.source_channels,
            20.0 * self.peak.max(1e-6).log10(),
            100.0 * self.clipped_share
        )?;
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}
