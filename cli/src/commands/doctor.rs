//! `metaface doctor`

use std::fmt;

use metaface_core::Animator;
use metaface_core::device::{CudaSupport, DeviceChoice, cuda_support};
use metaface_exporters::{RigMap, preview};
use serde::Serialize;

use crate::arguments::DoctorArguments;
use crate::failure::Failure;

/// Length of the base model's hash in the text, in characters.
const SHORT_HASH: usize = 12;

/// The report of the command.
#[derive(Serialize)]
struct DoctorReport {
    version: &'static str,
    system: String,
    cores: usize,
    cuda: String,
    device: &'static str,
    base_model: String,
    base_model_steps: usize,
    base_model_hours: [f64; 2],
    sample_head_shapes: usize,
    page_player: bool,
    microphone: bool,
    self_test_times_real_time: f64,
}

impl fmt::Display for DoctorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [synthetic, recorded] = self.base_model_hours;
        writeln!(
            f,
            "MetaFace {} on {}, {} cores",
            self.version, self.system, self.cores
        )?;
        writeln!(f, "CUDA: {}", self.cuda)?;
        writeln!(f, "runs on: {}", self.device)?;
        writeln!(
            f,
            "base model: {}, {} steps on {synthetic:.1} h of synthetic and {recorded:.1} h of recorded speech",
            &self.base_model[..SHORT_HASH],
            self.base_model_steps
        )?;
        writeln!(f, "sample head: {} shapes driven", self.sample_head_shapes)?;
        let player = if self.page_player {
            "built in"
        } else {
            "not in this build: install Node.js 20 or later and build again"
        };
        writeln!(f, "preview pages: {player}")?;
        let microphone = if self.microphone {
            "built in; metaface stream --list-microphones lists them"
        } else {
            "not in this build: build with --features microphone, or pipe sound into metaface stream -"
        };
        writeln!(f, "microphone: {microphone}")?;
        write!(
            f,
            "self-test: 10 s of sound at {:.0}x real time",
            self.self_test_times_real_time
        )
    }
}

/// Runs the command.
pub fn run(arguments: &DoctorArguments) -> Result<(), Failure> {
    let support = cuda_support();
    let animator = Animator::new(DeviceChoice::Auto)?;
    let head = metaface_exporters::sample_head::load()?;
    let discovery = RigMap::discover(&head);
    let test = animator.self_test()?;
    if !test.healthy {
        return Err(Failure::Internal(format!(
            "the self-test produced values that are not finite numbers on the device {}; choose the device cpu, and please report it",
            animator.device()
        )));
    }
    let provenance = animator.provenance();
    arguments.report.finish(&DoctorReport {
        version: env!("CARGO_PKG_VERSION"),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        cuda: match support {
            CudaSupport::NoGpu => {
                format!("{support}; animating on the processor is fast enough for most work")
            }
            support => support.to_string(),
        },
        device: animator.device(),
        base_model: animator.base_hash().to_owned(),
        base_model_steps: provenance.steps,
        base_model_hours: [provenance.synthetic_hours, provenance.recorded_hours],
        sample_head_shapes: discovery.driven.len(),
        page_player: preview::is_available(),
        microphone: metaface_microphone::IS_BUILT_IN,
        self_test_times_real_time: test.times_real_time,
    })
}
