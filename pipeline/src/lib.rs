//! Many lines of dialogue to many files, and nothing lost.
//!
//! ```text
//! Table (CSV, TSV, JSON Lines or a folder) -> Plan (what is to be made, and where)
//!     -> State (what is made already) -> run (the rest) -> Report
//! ```
//!
//! A [`Table`] is what the user wrote, with every [`Problem`] in it; a [`Plan`] is the [`Job`]s that
//! follow from it; the [`State`] in the output folder remembers by content hashes what was made of
//! what, and is shared by runs and farm machines through the file system alone; [`Batch::run`] does
//! what is left, and [`Report`] tells how it went. Nothing here knows a terminal.

mod assess;
mod batch;
mod error;
mod fingerprint;
mod job;
mod make;
mod plan;
pub mod report;
mod settings;
mod state;
mod stock;
pub mod table;
mod work;

pub use batch::{Batch, Event, Outcome, Standing};
pub use error::BatchError;
pub use fingerprint::Fingerprint;
pub use job::Job;
pub use plan::{Plan, Shard};
pub use report::Report;
pub use settings::Settings;
pub use state::{Made, Record, State, Status};
pub use table::{Problem, Table};
