//! The options of `eunomia retention`, `backup` and `restore`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `eunomia retention`
#[derive(Debug, Args)]
pub(crate) struct Retention {
    /// What to do.
    pub(crate) act: RetentionAct,
    /// The configuration of the node, which must not be running; a running node does it by itself.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
}

/// What to do about what is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RetentionAct {
    /// Erase it; each run in each place is one log entry.
    Run,
    /// Say how much of what is over; nothing is touched.
    Show,
}

/// `eunomia backup`
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The configuration of the node.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Where the database and a mirror of the logs go.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: PathBuf,
    /// Where the keys go, apart from the database; they may be used for 30 days.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys_to: PathBuf,
}

/// `eunomia restore`
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The configuration of the node; its data folder must hold no database.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The folder of the database's backup.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) from: PathBuf,
    /// The folder of the keys' backup.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys_from: PathBuf,
    /// A mirror of the logs, when those of the data folder are lost too.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) log: Option<PathBuf>,
}
