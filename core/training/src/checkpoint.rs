//! Checkpoints of a training run: a line of JSON, then burn's records of the network and of the
//! optimiser.

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
struct CheckpointHeader {
    format: String,
    version: u32,
    /// Fingerprint of the run; see `TrainPlan::fingerprint`.
    run: String,
    step: usize,
    /// Length of the network's record in bytes; the rest is the optimiser's.
    network: usize,
}

/// A checkpoint in memory.
pub(super) struct Checkpoint {
    path: PathBuf,
    header: CheckpointHeader,
    records: Vec<u8>,
}

fn checkpoint_error(path: &Path, reason: impl ToString) -> TrainError {
    TrainError::Checkpoint {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

type BytesRecorder = BinBytesRecorder<FullPrecisionSettings>;

impl Checkpoint {
    /// Reads the checkpoint of this run.
    pub(super) fn read(path: &Path, run: &str) -> Result<Self, TrainError> {
        let bytes = std::fs::read(path).map_err(|error| checkpoint_error(path, error))?;
        let damaged = || checkpoint_error(path, "damaged; delete the file to start again");
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let line = &bytes[..end.ok_or_else(damaged)?];
        let header: CheckpointHeader = serde_json::from_slice(line).map_err(|_| damaged())?;
        let records = bytes[line.len() + 1..].to_vec();
        if header.format != FORMAT || header.network > records.len() {
            return Err(damaged());
        }
        if header.version != VERSION || header.run != run {
            return Err(checkpoint_error(
                path,
                "belongs to another run (other speech, seed or version of the program); choose another folder, or delete the file to start again",
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

    /// Loads the network's weights.
    pub(super) fn network<B: AutodiffBackend, M: Module<B>>(
        &self,
        network: M,
        device: &B::Device,
    ) -> Result<M, TrainError> {
        let record = self.records[..self.header.network].to_vec();
        let record = BytesRecorder::default().load(record, device);
        Ok(network.load_record(record.map_err(|error| checkpoint_error(&self.path, error))?))
    }

    /// Loads the optimiser's state.
    pub(super) fn optimizer<B: AutodiffBackend, M: AutodiffModule<B>, O: Optimizer<M, B>>(
        &self,
        optimizer: O,
        device: &B::Device,
    ) -> Result<O, TrainError> {
        let record = self.records[self.header.network..].to_vec();
        let record = BytesRecorder::default().load(record, device);
        Ok(optimizer.load_record(record.map_err(|error| checkpoint_error(&self.path, error))?))
    }

    /// Writes a checkpoint atomically.
    pub(super) fn write<B: AutodiffBackend, M: AutodiffModule<B>, O: Optimizer<M, B>>(
        path: &Path,
        run: &str,
        step: usize,
        network: &M,
        optimizer: &O,
    ) -> Result<(), TrainError> {
        let recorder = BytesRecorder::default();
        let network = Recorder::<B>::record(&recorder, network.clone().into_record(), ())
            .map_err(|error| checkpoint_error(path, error))?;
        let optimizer = Recorder::<B>::record(&recorder, optimizer.to_record(), ())
            .map_err(|error| checkpoint_error(path, error))?;
        let header = CheckpointHeader {
            format: FORMAT.to_owned(),
            version: VERSION,
            run: run.to_owned(),
            step,
            network: network.len(),
        };
        let mut bytes =
            serde_json::to_vec(&header).map_err(|error| checkpoint_error(path, error))?;
        bytes.push(b'\n');
        bytes.extend(network);
        bytes.extend(optimizer);
        let partial = path.with_extension("partial");
        std::fs::write(&partial, bytes)
            .and_then(|()| std::fs::rename(&partial, path))
            .map_err(|error| checkpoint_error(path, error))
    }
}
