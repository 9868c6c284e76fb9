//! Microphones through `cpal`: WASAPI, CoreAudio, ALSA.

use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, ErrorKind, FromSample, Sample, SampleFormat, SizedSample, StreamConfig,
    SupportedStreamConfig,
};

use super::{Block, Ear, Listening, Microphone, MicrophoneError, choose};

pub(super) const IS_BUILT_IN: bool = true;

pub(super) type Stream = cpal::Stream;

/// How long a block is where the microphone lets us choose: as long as a frame of the model. Shorter
/// ones would be lost on a busy machine, longer ones waited for.
const BLOCK: Duration = Duration::from_millis(20);

/// The rate that is asked for where a microphone has it: speech needs no more, and 48 kHz becomes
/// 16 kHz sooner than 44.1 kHz.
const RATES: [u32; 3] = [16_000, 48_000, 44_100];

/// The name under which the system's own choice is opened, where it has no id of its own.
const DEFAULT: &str = "default";

pub(super) fn microphones() -> Result<Vec<Microphone>, MicrophoneError> {
    Ok(devices()?.into_iter().map(|(one, _)| one).collect())
}

fn devices() -> Result<Vec<(Microphone, cpal::Device)>, MicrophoneError> {
    let host = cpal::default_host();
    let default = host.default_input_device();
    let default_id = default.as_ref().map(id_of);
    let no_sound = |error: cpal::Error| MicrophoneError::NoSound(error.to_string());
    let mut found: Vec<_> = (host.input_devices().map_err(no_sound)?)
        .map(|device| {
            let id = id_of(&device);
            let microphone = Microphone {
                is_default: default_id.as_ref() == Some(&id),
                name: device.to_string(),
                id,
            };
            (microphone, device)
        })
        .filter(|(one, _)| !is_no_microphone(&one.id))
        .collect();
    found.sort_by_key(|(one, _)| !one.is_default);
    Ok(found)
}

/// ALSA lists a sink for silence among the microphones.
fn is_no_microphone(id: &str) -> bool {
    id == "null"
}

fn id_of(device: &cpal::Device) -> String {
    match device.id() {
        Ok(id) => id.id().to_owned(),
        Err(_) => DEFAULT.to_owned(),
    }
}

pub(super) fn listen(wanted: Option<&str>, ear: Ear) -> Result<Listening, MicrophoneError> {
    let (microphone, device) = match wanted {
        None => {
            let device = cpal::default_host().default_input_device();
            let device = device.ok_or(MicrophoneError::None)?;
            let microphone = Microphone {
                id: id_of(&device),
                name: device.to_string(),
                is_default: true,
            };
            (microphone, device)
        }
        Some(wanted) => {
            let mut found = devices()?;
            let names: Vec<_> = found.iter().map(|(one, _)| one.clone()).collect();
            let chosen = choose(wanted, &names)?;
            let place = names.iter().position(|one| one == chosen).unwrap_or(0);
            found.swap_remove(place)
        }
    };
    let refused = |error: cpal::Error| MicrophoneError::Refused {
        name: microphone.to_string(),
        reason: error.to_string(),
    };
    let supported = best_config(&device).map_err(refused)?;
    let stream = open(&device, &supported, &microphone, ear).map_err(refused)?;
    stream.play().map_err(refused)?;
    Ok(Listening {
        sample_rate: supported.sample_rate(),
        microphone,
        _stream: stream,
    })
}

/// The fewest channels in the format that the device prefers, at the best of [`RATES`].
fn best_config(device: &cpal::Device) -> Result<SupportedStreamConfig, cpal::Error> {
    let usual = device.default_input_config()?;
    let Ok(ranges) = device.supported_input_configs() else {
        return Ok(usual);
    };
    let mut ranges: Vec<_> = ranges
        .filter(|range| range.sample_format() == usual.sample_format())
        .filter(|range| range.channels() <= usual.channels())
        .collect();
    ranges.sort_by_key(|range| range.channels());
    let chosen = RATES.into_iter().find_map(|rate| {
        let mut ranges = ranges.iter();
        ranges.find_map(|range| range.try_with_sample_rate(rate))
    });
    Ok(chosen.unwrap_or(usual))
}

/// Opens a stream with short blocks, or with the device's own where it has no short ones.
fn open(
    device: &cpal::Device,
    supported: &SupportedStreamConfig,
    microphone: &Microphone,
    ear: Ear,
) -> Result<cpal::Stream, cpal::Error> {
    let block = u64::from(supported.sample_rate()) * BLOCK.as_millis() as u64 / 1000;
    let short = StreamConfig {
        buffer_size: BufferSize::Fixed(block as u32),
        ..supported.config()
    };
    let build = |config| build(device, supported, config, microphone, ear.clone());
    build(short).or_else(|_| build(supported.config()))
}

fn build(
    device: &cpal::Device,
    supported: &SupportedStreamConfig,
    config: StreamConfig,
    microphone: &Microphone,
    ear: Ear,
) -> Result<cpal::Stream, cpal::Error> {
    use SampleFormat as F;
    let name = microphone.to_string();
    match supported.sample_format() {
        F::F32 => hear::<f32>(device, config, name, ear),
        F::F64 => hear::<f64>(device, config, name, ear),
        F::I8 => hear::<i8>(device, config, name, ear),
        F::I16 => hear::<i16>(device, config, name, ear),
        F::I24 => hear::<cpal::I24>(device, config, name, ear),
        F::I32 => hear::<i32>(device, config, name, ear),
        F::U8 => hear::<u8>(device, config, name, ear),
        F::U16 => hear::<u16>(device, config, name, ear),
        F::U24 => hear::<cpal::U24>(device, config, name, ear),
        F::U32 => hear::<u32>(device, config, name, ear),
        other => Err(cpal::Error::with_message(
            ErrorKind::UnsupportedConfig,
            format!("its samples are {other}, which are not speech as we read it"),
        )),
    }
}

fn hear<T: SizedSample>(
    device: &cpal::Device,
    config: StreamConfig,
    name: String,
    ear: Ear,
) -> Result<cpal::Stream, cpal::Error>
where
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels).max(1);
    let trouble = ear.clone();
    // Nobody hears when the program has ended, or when it cannot keep up; that is no error.
    device.build_input_stream::<T, _, _>(
        config,
        move |samples, _| {
            let mono = |frame: &[T]| {
                let sum: f32 = frame.iter().map(|sample| f32::from_sample(*sample)).sum();
                sum / channels as f32
            };
            let _ = ear.try_send(Ok(Block {
                samples: samples.chunks_exact(channels).map(mono).collect(),
                arrived: Instant::now(),
            }));
        },
        move |error| match error.kind() {
            // The sound goes on.
            ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
            _ => {
                let _ = trouble.try_send(Err(MicrophoneError::Lost {
                    name: name.clone(),
                    reason: error.to_string(),
                }));
            }
        },
        None,
    )
}
