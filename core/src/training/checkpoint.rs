//! A training run put aside: where it was, and whose run it is.
//!
//! A line of JSON, then burn's records of the network and of the optimiser.

use std::path::{Path, PathBuf};

use burn::module::{AutodiffModule, Module};
use burn::optim::Optimizer;
use burn::record::{BinBytesRecorder, FullPrecisionSettings, Recorder};
use burn::tensor::backend::AutodiffBackend;
use serde::{Deserialize, Serialize};

use super::TrainError;

const FORMAT: &str = "metaface.checkpoint";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    /// Which run this is; see `TrainPlan::fingerprint`.
    run: String,
    step: usize,
    /// Bytes of the network's record; the rest is the optimiser's.
    network: usize,
}

/// A checkpoint in memory.
pub(super) struct Checkpoint {
    path: PathBuf,
    header: Header,
    records: Vec<u8>,
}

fn failed(path: &Path, reason: impl ToString) -> TrainError {
    TrainError::Checkpoint {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

type Bytes = BinBytesRecorder<FullPrecisionSettings>;

impl Checkpoint {
    /// Reads the checkpoint of this very run.
    pub(super) fn read(path: &Path, run: &str) -> Result<Self, TrainError> {
        let bytes = std::fs::read(path).map_err(|error| failed(path, error))?;
        let damaged = || failed(path, "damaged; delete the file to start afresh");
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let line = &bytes[..end.ok_or_else(damaged)?];
        let header: Header = serde_json::from_slice(line).map_err(|_| damaged())?;
        let records = bytes[line.len() + 1..].to_vec();
        if header.format != FORMAT || header.network > records.len() {
            return Err(damaged());
        }
        if header.version != VERSION || header.run != run {
            return Err(failed(
                path,
                "belongs to another run (other speech, seed or version of the program); choose another folder, or delete the file to start afresh",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            header,
            records,
        })
    }

    /// Steps done.
    pub(super) fn step(&self) -> usize {
        self.header.step
    }

    /// The network as it was.
    pub(super) fn network<B: AutodiffBackend, M: Module<B>>(
        &self,
        network: M,
        device: &B::Device,
    ) -> Result<M, TrainError> {
        let record = self.records[..self.header.network].to_vec();
        let record = Bytes::default().load(record, device);
        Ok(network.load_record(record.map_err(|error| failed(&self.path, error))?))
    }

    /// The optimiser as it was.
    pub(super) fn optimizer<B: AutodiffBackend, M: AutodiffModule<B>, O: Optimizer<M, B>>(
        &self,
        optimizer: O,
        device: &B::Device,
    ) -> Result<O, TrainError> {
        let record = self.records[self.header.network..].to_vec();
        let record = Bytes::default().load(record, device);
        Ok(optimizer.load_record(record.map_err(|error| failed(&self.path, error))?))
    }

    /// Writes a checkpoint, whole or not at all.
    pub(super) fn write<B: AutodiffBackend, M: AutodiffModule<B>, O: Optimizer<M, B>>(
        path: &Path,
        run: &str,
        step: usize,
        network: &M,
        optimizer: &O,
    ) -> Result<(), TrainError> {
        let recorder = Bytes::default();
        let network = Recorder::<B>::record(&recorder, network.clone().into_record(), ())
            .map_err(|error| failed(path, error))?;
        let optimizer = Recorder::<B>::record(&recorder, optimizer.to_record(), ())
            .map_err(|error| failed(path, error))?;
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            run: run.to_owned(),
            step,
            network: network.len(),
        };
        let mut bytes = serde_json::to_vec(&header).map_err(|error| failed(path, error))?;
        bytes.push(b'\n');
        bytes.extend(network);
        bytes.extend(optimizer);
        let partial = path.with_extension("partial");
        std::fs::write(&partial, bytes)
            .and_then(|()| std::fs::rename(&partial, path))
            .map_err(|error| failed(path, error))
    }
}
