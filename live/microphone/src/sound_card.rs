//! Microphones through `cpal`: WASAPI, CoreAudio, ALSA.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, ErrorKind, FromSample, Sample, SampleFormat, SizedSample, StreamConfig,
    SupportedStreamConfig,
};

use metaface_live::{SOURCE_RATES, SoundInput};

use super::{Microphone, MicrophoneError, OpenMicrophone, SharedError, choose};

pub(super) const IS_BUILT_IN: bool = true;

pub(super) type Stream = cpal::Stream;

/// Requested length of a block: one frame of the model. A busy machine loses shorter blocks; longer
/// ones add latency.
const BLOCK: Duration = Duration::from_millis(20);

/// Sample rates in the order of preference. The model uses 16 kHz; resampling from 48 kHz is cheaper than
/// from 44.1 kHz.
const RATES: [u32; 3] = [16_000, 48_000, 44_100];

/// The id of a default microphone without id.
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
        .filter(|(one, _)| !is_null_device(&one.id))
        .collect();
    found.sort_by_key(|(one, _)| !one.is_default);
    Ok(found)
}

/// Whether a device is ALSA's null device, which ALSA lists among the microphones.
fn is_null_device(id: &str) -> bool {
    id == "null"
}

fn id_of(device: &cpal::Device) -> String {
    match device.id() {
        Ok(id) => id.id().to_owned(),
        Err(_) => DEFAULT.to_owned(),
    }
}

pub(super) fn open(
    wanted: Option<&str>,
    input: SoundInput,
) -> Result<OpenMicrophone, MicrophoneError> {
    let (microphone, device) = match wanted {
        None => {
            let default = cpal::default_host().default_input_device();
            let device = default.ok_or(MicrophoneError::None)?;
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
            let index = names.iter().position(|one| one == chosen).unwrap_or(0);
            found.swap_remove(index)
        }
    };
    let refused = |error: cpal::Error| MicrophoneError::Refused {
        name: microphone.to_string(),
        reason: error.to_string(),
    };
    let supported = best_config(&device).map_err(refused)?;
    let rate = supported.sample_rate();
    if !SOURCE_RATES.contains(&rate) {
        return Err(MicrophoneError::Refused {
            name: microphone.to_string(),
            reason: format!("its sample rate of {rate} Hz is not supported"),
        });
    }
    let destination = Destination {
        name: microphone.to_string(),
        input,
        error: SharedError::default(),
    };
    let stream = open_stream(&device, &supported, &destination).map_err(refused)?;
    stream.play().map_err(refused)?;
    Ok(OpenMicrophone {
        error: destination.error,
        microphone,
        _stream: stream,
    })
}

/// The configuration with the device's default format, the best of [`RATES`] and the fewest channels.
fn best_config(device: &cpal::Device) -> Result<SupportedStreamConfig, cpal::Error> {
    let default = device.default_input_config()?;
    let Ok(ranges) = device.supported_input_configs() else {
        return Ok(default);
    };
    let mut candidates: Vec<_> = ranges
        .filter(|range| range.sample_format() == default.sample_format())
        .filter(|range| range.channels() <= default.channels())
        .collect();
    candidates.sort_by_key(|range| range.channels());
    let best = RATES.into_iter().find_map(|rate| {
        let mut ranges = candidates.iter();
        ranges.find_map(|range| range.try_with_sample_rate(rate))
    });
    Ok(best.unwrap_or(default))
}

/// Where the sound of a microphone goes.
#[derive(Clone)]
struct Destination {
    /// The microphone.
    name: String,
    input: SoundInput,
    error: SharedError,
}

/// Opens a stream with short blocks, or with the device's block length if that fails.
fn open_stream(
    device: &cpal::Device,
    supported: &SupportedStreamConfig,
    destination: &Destination,
) -> Result<cpal::Stream, cpal::Error> {
    let block = u64::from(supported.sample_rate()) * BLOCK.as_millis() as u64 / 1000;
    let short = StreamConfig {
        buffer_size: BufferSize::Fixed(block as u32),
        ..supported.config()
    };
    let build = |config| build_stream(device, supported, config, destination.clone());
    build(short).or_else(|_| build(supported.config()))
}

fn build_stream(
    device: &cpal::Device,
    supported: &SupportedStreamConfig,
    config: StreamConfig,
    destination: Destination,
) -> Result<cpal::Stream, cpal::Error> {
    use SampleFormat as F;
    match supported.sample_format() {
        F::F32 => build_typed::<f32>(device, config, destination),
        F::F64 => build_typed::<f64>(device, config, destination),
        F::I8 => build_typed::<i8>(device, config, destination),
        F::I16 => build_typed::<i16>(device, config, destination),
        F::I24 => build_typed::<cpal::I24>(device, config, destination),
        F::I32 => build_typed::<i32>(device, config, destination),
        F::U8 => build_typed::<u8>(device, config, destination),
        F::U16 => build_typed::<u16>(device, config, destination),
        F::U24 => build_typed::<cpal::U24>(device, config, destination),
        F::U32 => build_typed::<u32>(device, config, destination),
        other => Err(cpal::Error::with_message(
            ErrorKind::UnsupportedConfig,
            format!("the sample format {other} is not supported"),
        )),
    }
}

fn build_typed<T: SizedSample>(
    device: &cpal::Device,
    config: StreamConfig,
    destination: Destination,
) -> Result<cpal::Stream, cpal::Error>
where
    f32: FromSample<T>,
{
    let (rate, channels) = (config.sample_rate, config.channels);
    let input = destination.input.clone();
    // Reused, so that the audio thread allocates only for its longest block.
    let mut block: Vec<f32> = Vec::new();
    device.build_input_stream::<T, _, _>(
        config,
        move |samples, _| {
            block.clear();
            block.extend(samples.iter().map(|sample| f32::from_sample(*sample)));
            input.push(&block, rate, channels, Instant::now());
        },
        move |error| match error.kind() {
            // The stream continues after these.
            ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
            _ => {
                let lost = MicrophoneError::Lost {
                    name: destination.name.clone(),
                    reason: error.to_string(),
                };
                let shared = destination.error.lock();
                *shared.unwrap_or_else(PoisonError::into_inner) = Some(lost);
                destination.input.close();
            }
        },
        None,
    )
}
