//! The device on which the network runs: an NVIDIA GPU if available, otherwise the processor.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The device that the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// CUDA if it is available, otherwise the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// The first NVIDIA GPU, or an error.
    Cuda,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda),
            _ => Err(format!("'{text}' is not a device; use auto, cpu or cuda")),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        })
    }
}

/// Why CUDA can or cannot be used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CudaSupport {
    /// A GPU, its driver and the run-time compiler were found.
    Ready,
    /// This program was built without CUDA.
    NotBuilt,
    /// There is no NVIDIA GPU with a loaded driver.
    NoGpu,
    /// The driver library was not found.
    NoDriver,
    /// NVRTC, the run-time compiler of the CUDA toolkit, was not found.
    NoCompiler,
}

impl fmt::Display for CudaSupport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "ready",
            Self::NotBuilt => "not in this build; build with the 'cuda' feature to use a GPU",
            Self::NoGpu => {
                "no NVIDIA GPU with a loaded driver; if this machine has one, install NVIDIA's driver"
            }
            Self::NoDriver => {
                "the driver library (libcuda.so.1 or nvcuda.dll) was not found; install NVIDIA's driver"
            }
            Self::NoCompiler => {
                "NVRTC (libnvrtc.so or nvrtc64_*.dll) was not found; install the CUDA toolkit or put its library folder on the library path"
            }
        })
    }
}

/// Searches for a GPU, its driver and NVRTC without loading them. A missing library would
/// terminate the program when the network loads it.
pub fn cuda_support() -> CudaSupport {
    if !cfg!(feature = "cuda") {
        return CudaSupport::NotBuilt;
    }
    if !gpu_present() {
        return CudaSupport::NoGpu;
    }
    let folders = library_folders();
    let found = |names: &[&str]| {
        folders.iter().any(|folder| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.into_iter().any(|entry| {
                let file = entry.file_name();
                let file = file.to_string_lossy();
                names.iter().any(|name| file.starts_with(name))
            })
        })
    };
    if !found(&["libcuda.so", "nvcuda.dll"]) {
        CudaSupport::NoDriver
    } else if !found(&["libnvrtc.so", "nvrtc64_"]) {
        CudaSupport::NoCompiler
    } else {
        CudaSupport::Ready
    }
}

fn gpu_present() -> bool {
    if cfg!(windows) {
        return true; // On Windows the driver library decides.
    }
    if std::env::var("CUDA_VISIBLE_DEVICES").is_ok_and(|list| hides_all(&list)) {
        return false;
    }
    // Bare metal, virtual machines and containers have /dev/nvidia0, 1...; the Windows Subsystem
    // for Linux has /dev/dxg.
    let mut devices = std::fs::read_dir("/dev").into_iter().flatten().flatten();
    devices.any(|device| is_gpu(&device.file_name().to_string_lossy()))
}

/// Whether a list of visible GPUs hides all of them: it is empty, or its first number is negative.
fn hides_all(visible: &str) -> bool {
    visible.trim().is_empty() || visible.trim().starts_with('-')
}

fn is_gpu(device: &str) -> bool {
    let number = device.strip_prefix("nvidia").unwrap_or("");
    device == "dxg" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The folders that the dynamic linker searches, without those that only the linker knows.
fn library_folders() -> Vec<PathBuf> {
    let variable = if cfg!(windows) {
        "PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let mut folders: Vec<PathBuf> = std::env::var_os(variable)
        .map(|paths| std::env::split_paths(&paths).collect())
        .unwrap_or_default();
    if let Some(root) = std::env::var_os("CUDA_PATH") {
        folders.push(Path::new(&root).join("lib64"));
        folders.push(Path::new(&root).join("bin"));
    }
    folders.extend(
        [
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/usr/local/cuda/lib64",
            "/usr/local/nvidia/lib64",
            "/usr/lib/wsl/lib",
            "C:\\Windows\\System32",
        ]
        .map(PathBuf::from),
    );
    // The folders in the linker's configuration, one per line in ld.so.conf.d.
    let configured = std::fs::read_dir("/etc/ld.so.conf.d").into_iter().flatten();
    for file in configured.flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        folders.extend(
            text.lines()
                .filter(|line| line.starts_with('/'))
                .map(PathBuf::from),
        );
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_devices_read_back_unchanged() {
        for device in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda] {
            assert_eq!(device.to_string().parse(), Ok(device));
        }
        assert!("gpu".parse::<DeviceChoice>().is_err());
    }

    #[test]
    fn gpus_are_recognised_by_their_device_files_unless_hidden() {
        assert!(is_gpu("nvidia0") && is_gpu("nvidia3") && is_gpu("dxg"));
        assert!(!is_gpu("nvidiactl") && !is_gpu("nvidia") && !is_gpu("null"));
        assert!(hides_all("") && hides_all("-1") && !hides_all("2,3"));
    }

    #[test]
    fn the_search_for_cuda_never_fails() {
        assert!(!cuda_support().to_string().is_empty());
    }
}
