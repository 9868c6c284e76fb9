//! The declarations that Rust and C++ share. The C++ side is in `cpp/`.

use crate::animator::{
    Animator, animate, animate_file, base_model, is_cuda, live, open_animator, stream, with_speaker,
};
use crate::channel::{channel_index, channel_name};
use crate::character::{
    Character, character_name, character_warnings, describe_character, joint_names, mesh_names,
    open_character, sample_head, target_names,
};
use crate::clip::{
    Clip, SaveOptions, clip_info, clip_of, clip_values, clip_warnings, open_clip, resampled,
    save_clip, save_options, with_info,
};
use crate::doctor::{doctor, version};
use crate::live::{
    Live, advanced, close_sound, face_at, live_now, lost_seconds, push_sound, synchronised,
};
use crate::performance::{
    Performance, performance, performance_frames, performance_rate, track_counts, track_info,
    track_values,
};
use crate::rate::{nearest_rate, parse_rate};
use crate::rig_map::{
    RigMap, curves, discover, drive, metahuman, open_rig_map, recover, report, rig_map_from_json,
    rig_map_json, rig_map_meshes, save_rig_map,
};
use crate::sound::{Sound, open_sound, sound_of, sound_of_pcm16, sound_samples, sound_warnings};
use crate::speaker::{
    Speaker, blend, open_speaker, save_speaker, speaker_bytes, speaker_info, speaker_of,
};
use crate::stream::{Stream, finish, push};
use crate::takes::{Takes, learn, takes};

#[allow(unsafe_code, unused_qualifications)]
#[cxx::bridge(namespace = "metaface::bridge")]
pub mod ffi {
    /// Frames per second.
    struct Rate {
        numerator: u32,
        denominator: u32,
    }

    /// A string by its name.
    struct Entry {
        key: String,
        value: String,
    }

    /// A clip without its values: `metaface::ClipInfo`.
    struct ClipInfo {
        rate: Rate,
        name: String,
        start_frame: f64,
        metadata: Vec<Entry>,
    }

    /// How a line is animated: `metaface::Options`.
    struct Options {
        /// The clip's name.
        name: String,
        /// Every animation option by its name in the option table, as text.
        values: Vec<Entry>,
    }

    /// `metaface::LiveFace`.
    struct LiveFace {
        values: [f32; 61],
        state: u8,
        has_latency: bool,
        latency: f64,
    }

    /// The metadata of a speaker file.
    struct SpeakerInfo {
        name: String,
        base_model: String,
        learning: String,
        consent: String,
        licence: String,
        /// All metadata, as JSON.
        about: String,
    }

    /// How a speaker is learned: `metaface::LearnOptions`.
    struct LearnOptions {
        name: String,
        instant: bool,
        consent: String,
        licence: String,
    }

    /// A mesh of a host program's character: `metaface::MeshDescription`.
    struct MeshDescription {
        name: String,
        targets: Vec<String>,
        rest: Vec<f32>,
        has_joint: bool,
        joint: usize,
        carried_targets: Vec<usize>,
        carried_joints: Vec<usize>,
    }

    /// A joint of a host program's character: `metaface::JointDescription`.
    struct JointDescription {
        name: String,
        has_parent: bool,
        parent: usize,
        translation: [f32; 3],
        rotation: [f32; 4],
    }

    /// A line of a rig map's report; fields that do not apply are empty.
    struct ReportLine {
        name: String,
        meshes: Vec<String>,
        channels: Vec<String>,
        gains: Vec<f32>,
        reason: String,
    }

    /// `metaface::Report`.
    struct Report {
        driven: Vec<ReportLine>,
        driven_joints: Vec<ReportLine>,
        undriven_targets: Vec<ReportLine>,
        undriven_channels: Vec<ReportLine>,
        warnings: Vec<String>,
    }

    /// `metaface::Curve`.
    struct Curve {
        name: String,
        values: Vec<f32>,
    }

    /// A track of a performance, without its values.
    struct TrackInfo {
        index: usize,
        name: String,
        width: usize,
        undriven: Vec<usize>,
    }

    /// The files that a clip was written to: `metaface::Saved`.
    struct Saved {
        files: Vec<Bytes>,
        warnings: Vec<String>,
    }

    /// A byte string, such as a path.
    struct Bytes {
        bytes: Vec<u8>,
    }

    unsafe extern "C++" {
        include!("progress_callback.hpp");

        /// Progress callback: `metaface::Progress`.
        type ProgressCallback;

        /// Called with the completed fraction (0 to 1); returns false to stop.
        fn report(self: &ProgressCallback, fraction: f64) -> bool;
    }

    extern "Rust" {
        type Animator;
        type Character;
        type Clip;
        type Live;
        type Performance;
        type RigMap;
        type SaveOptions;
        type Sound;
        type Speaker;
        type Stream;
        type Takes;

        fn version() -> String;
        fn doctor() -> Result<String>;
        fn channel_name(index: u8) -> String;
        fn channel_index(name: &str) -> i32;
        fn parse_rate(text: &str) -> Result<Rate>;
        fn nearest_rate(value: f64) -> Result<Rate>;

        fn open_sound(path: &[u8]) -> Result<Box<Sound>>;
        fn sound_of(samples: &[f32], rate: u32, channels: u16) -> Result<Box<Sound>>;
        fn sound_of_pcm16(bytes: &[u8], rate: u32, channels: u16) -> Result<Box<Sound>>;
        fn sound_samples(sound: &Sound) -> &[f32];
        fn sound_warnings(sound: &Sound) -> Vec<String>;

        fn open_clip(
            path: &[u8],
            rig_map: &[u8],
            animation: &str,
            resamples: bool,
            rate: Rate,
        ) -> Result<Box<Clip>>;
        fn clip_of(values: &[f32], info: ClipInfo) -> Result<Box<Clip>>;
        fn with_info(clip: &Clip, info: ClipInfo) -> Result<Box<Clip>>;
        fn clip_info(clip: &Clip) -> ClipInfo;
        fn clip_values(clip: &Clip) -> &[f32];
        fn clip_warnings(clip: &Clip) -> Vec<String>;
        fn resampled(clip: &Clip, rate: Rate) -> Result<Box<Clip>>;
        fn save_options(
            format: &str,
            reduces: bool,
            reduce: f32,
            quantise: u32,
        ) -> Result<Box<SaveOptions>>;
        fn set_character(self: &mut SaveOptions, character: &Character);
        fn set_rig_map(self: &mut SaveOptions, rig_map: &RigMap);
        fn save_clip(clip: &Clip, path: &[u8], options: &SaveOptions) -> Result<Saved>;

        fn open_character(path: &[u8]) -> Result<Box<Character>>;
        fn describe_character(
            name: &str,
            meshes: &[MeshDescription],
            joints: &[JointDescription],
        ) -> Result<Box<Character>>;
        fn sample_head() -> Result<Box<Character>>;
        fn character_name(character: &Character) -> String;
        fn mesh_names(character: &Character) -> Vec<String>;
        fn target_names(character: &Character, mesh: usize) -> Vec<String>;
        fn joint_names(character: &Character) -> Vec<String>;
        fn character_warnings(character: &Character) -> Vec<String>;

        fn discover(character: &Character) -> Result<Box<RigMap>>;
        fn metahuman() -> Result<Box<RigMap>>;
        fn open_rig_map(path: &[u8]) -> Result<Box<RigMap>>;
        fn rig_map_from_json(text: &str) -> Result<Box<RigMap>>;
        fn rig_map_json(rig_map: &RigMap) -> String;
        fn rig_map_meshes(rig_map: &RigMap) -> Vec<String>;
        fn save_rig_map(rig_map: &RigMap, path: &[u8]) -> Result<()>;
        fn report(rig_map: &RigMap, character: &Character) -> Result<Report>;
        fn curves(rig_map: &RigMap, clip: &Clip) -> Result<Vec<Curve>>;
        fn drive(rig_map: &RigMap, character: &Character, clip: &Clip) -> Result<Box<Performance>>;
        fn recover(
            rig_map: &RigMap,
            character: &Character,
            performance: &Performance,
        ) -> Result<Box<Clip>>;

        fn performance(
            character: &Character,
            rate: Rate,
            frames: usize,
        ) -> Result<Box<Performance>>;
        fn add_mesh(
            self: &mut Performance,
            character: &Character,
            index: usize,
            values: &[f32],
        ) -> Result<()>;
        fn add_joint(
            self: &mut Performance,
            character: &Character,
            index: usize,
            values: &[f32],
        ) -> Result<()>;
        fn performance_frames(performance: &Performance) -> usize;
        fn performance_rate(performance: &Performance) -> Rate;
        fn track_counts(performance: &Performance) -> [usize; 2];
        fn track_info(performance: &Performance, track: usize) -> TrackInfo;
        fn track_values(performance: &Performance, track: usize) -> &[f32];

        fn open_speaker(path: &[u8]) -> Result<Box<Speaker>>;
        fn blend(a: &Speaker, b: &Speaker, share: f32, name: &str) -> Result<Box<Speaker>>;
        fn save_speaker(speaker: &Speaker, path: &[u8]) -> Result<usize>;
        fn speaker_of(bytes: &[u8]) -> Result<Box<Speaker>>;
        fn speaker_bytes(speaker: &Speaker) -> Result<Vec<u8>>;
        fn speaker_info(speaker: &Speaker) -> SpeakerInfo;

        fn open_animator(device: u8, base_model: &[u8]) -> Result<Box<Animator>>;
        fn is_cuda(animator: &Animator) -> bool;
        fn base_model(animator: &Animator) -> String;
        fn with_speaker(
            animator: &Animator,
            speaker: &Speaker,
            style_strength: f32,
        ) -> Result<Box<Animator>>;
        fn animate_file(
            animator: &Animator,
            sound: &[u8],
            options: &Options,
            callback: &ProgressCallback,
        ) -> Result<Box<Clip>>;
        fn animate(
            animator: &Animator,
            sound: &Sound,
            options: &Options,
            callback: &ProgressCallback,
        ) -> Result<Box<Clip>>;
        fn stream(animator: &Animator, options: &Options) -> Result<Box<Stream>>;
        fn push(stream: &mut Stream, samples: &[f32]) -> Result<Vec<f32>>;
        fn finish(stream: &mut Stream) -> Result<Vec<f32>>;

        fn live(animator: &Animator, options: &Options) -> Result<Box<Live>>;
        fn push_sound(live: &Live, samples: &[f32], rate: u32, channels: u16) -> bool;
        fn close_sound(live: &Live);
        fn live_now(live: &Live) -> f64;
        fn face_at(live: &Live, seconds: f64) -> Result<LiveFace>;
        fn lost_seconds(live: &Live) -> f64;
        fn advanced(position: f64, seconds: f64) -> f64;
        fn synchronised(position: f64, reported: f64) -> f64;

        fn takes() -> Box<Takes>;
        fn add_sound_file(self: &mut Takes, path: &[u8]) -> Result<()>;
        fn add_sound(self: &mut Takes, sound: &Sound) -> Result<()>;
        fn add_curves_file(self: &mut Takes, path: &[u8]) -> Result<()>;
        fn add_curves(self: &mut Takes, clip: &Clip) -> Result<()>;
        fn learn(
            animator: &Animator,
            takes: &Takes,
            options: &LearnOptions,
            callback: &ProgressCallback,
        ) -> Result<Box<Speaker>>;
    }
}
