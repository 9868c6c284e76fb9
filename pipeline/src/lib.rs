//! Batches: animates many lines of dialogue incrementally, on one machine or several.
//!
//! ```text
//! Table (CSV, TSV, JSON Lines or a folder) -> Plan (jobs and their output files)
//!     -> State (finished jobs) -> Batch::run (the remaining jobs) -> Report
//! ```
//!
//! A [`Table`] holds the user's lines and every [`Problem`] in them. A [`Plan`] holds the [`Job`]s of
//! the valid lines. The [`State`] in the output folder stores content hashes of the inputs of every
//! finished job; runs and farm machines share it through the file system alone. [`Batch::run`] runs
//! the remaining jobs, and [`Report`] summarises the result. This crate does not use the terminal.

mod assess;
mod batch;
mod cache;
mod error;
mod fingerprint;
mod job;
mod make;
mod plan;
pub mod report;
mod settings;
mod state;
pub mod table;
mod workers;

pub use batch::{Batch, Event, JobState, Outcome};
pub use error::BatchError;
pub use fingerprint::Fingerprint;
pub use job::Job;
pub use plan::{Plan, Shard};
pub use report::Report;
pub use settings::Settings;
pub use state::{JournalEntry, OutputFile, State, Status};
pub use table::{Problem, Table};
