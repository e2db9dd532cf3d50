//! The options of `eunomia access`.

use clap::{Args, Subcommand};
use std::path::PathBuf;
use vocabulary::{AuthorityId, InstrumentId, OffenceCode, ProcessingOperation, PurposeId, Role};

/// `eunomia access`
#[derive(Debug, Args)]
pub(crate) struct AccessOrder {
    /// What to do.
    #[command(subcommand)]
    pub(crate) act: AccessAct,
}

/// What to do with the law of access.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessAct {
    /// Explain one decision in plain words: by which rule, what it takes, what would let him.
    ///
    /// Exit status 0 when it is explained, allowed or refused.
    Explain(Explain),
    /// Show the access matrix of an instrument, with what local law takes away marked.
    Matrix(Matrix),
    /// Check a folder of local law before it goes live; all problems are told at once.
    Check(CheckLocal),
    /// Show, in Cedar, what a rule of local law may speak of.
    Schema(LawSource),
}

/// Which law: that of a configured node, or the instruments of the program with a folder of local law or without.
#[derive(Debug, Args)]
pub(crate) struct LawSource {
    /// The configuration of a node: its instruments and its local law.
    #[arg(long, value_name = "FILE", conflicts_with = "local_law")]
    pub(crate) config: Option<PathBuf>,
    /// A folder of local law beside the instruments the program carries.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) local_law: Option<PathBuf>,
}

/// `eunomia access explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The instrument.
    #[arg(long)]
    pub(crate) instrument: InstrumentId,
    /// The role in which somebody asks.
    #[arg(long)]
    pub(crate) role: Role,
    /// The purpose for which he asks.
    #[arg(long)]
    pub(crate) purpose: PurposeId,
    /// What he wants to do.
    #[arg(long, default_value = "consultation")]
    pub(crate) operation: ProcessingOperation,
    /// His authority; that of the owner, or the first of the configuration, otherwise.
    #[arg(long)]
    pub(crate) authority: Option<AuthorityId>,
    /// The authority whose register is asked and which decides; his own otherwise.
    #[arg(long)]
    pub(crate) owner: Option<AuthorityId>,
    /// The offence he states, where local law turns on it.
    #[arg(long, value_name = "CODE")]
    pub(crate) offence: Option<OffenceCode>,
    /// He takes the urgent path.
    #[arg(long)]
    pub(crate) urgent: bool,
    /// Which law.
    #[command(flatten)]
    pub(crate) law: LawSource,
}

/// `eunomia access matrix`
#[derive(Debug, Args)]
pub(crate) struct Matrix {
    /// The instrument; every instrument without it.
    pub(crate) instrument: Option<InstrumentId>,
    /// Which law.
    #[command(flatten)]
    pub(crate) law: LawSource,
}

/// `eunomia access check`
#[derive(Debug, Args)]
pub(crate) struct CheckLocal {
    /// The folder of local law: `*.cedar`.
    pub(crate) folder: PathBuf,
    /// A folder of instrument files to check it against; those the program carries otherwise.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) instruments: Option<PathBuf>,
}
