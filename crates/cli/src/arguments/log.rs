//! The options of `eunomia proof` and `verify-log`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `eunomia proof`
#[derive(Debug, Args)]
pub(crate) struct Proof {
    /// What to do.
    #[command(subcommand)]
    pub(crate) act: ProofAct,
}

/// What to do with proofs.
#[derive(Debug, Subcommand)]
pub(crate) enum ProofAct {
    /// Write the proof of one entry to the standard output.
    Export(ProofExport),
    /// Check a proof offline: exit 0 when it holds.
    Check(ProofCheck),
}

/// `eunomia proof export`
#[derive(Debug, Args)]
pub(crate) struct ProofExport {
    /// The log folder: `checkpoint` and `tile/`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) log: PathBuf,
    /// The entry: its index, counted from 0, or its id.
    #[arg(long)]
    pub(crate) entry: String,
    /// Where to write the bytes of the entry, which a check needs.
    #[arg(long, value_name = "FILE")]
    pub(crate) entry_out: Option<PathBuf>,
}

/// `eunomia proof check`
#[derive(Debug, Args)]
pub(crate) struct ProofCheck {
    /// The log's public key (`name+hash+key`), from a source you trust.
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// The policy that says which logs are believed and which witnesses must have cosigned.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The proof: a `.tlog-proof` file.
    pub(crate) proof: PathBuf,
    /// The entry, byte for byte.
    pub(crate) entry: PathBuf,
}

/// `eunomia verify-log`
#[derive(Debug, Args)]
pub(crate) struct VerifyLog {
    /// The log folder: `checkpoint` and `tile/`; the logs of later years in it are verified too.
    pub(crate) folder: PathBuf,
    /// The log's public key (`name+hash+key`), from a source you trust; the folder's own `log.vkey` otherwise.
    #[arg(long)]
    pub(crate) key: Option<String>,
}
