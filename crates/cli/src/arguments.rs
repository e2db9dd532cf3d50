//! The commands and their options. The help texts are these comments.

pub(crate) mod access;
mod join;
mod keeping;
mod log;
mod trust;

pub(crate) use join::{Init, Join, JoinAct};
pub(crate) use keeping::{Backup, Restore, Retention, RetentionAct};
pub(crate) use log::{Proof, ProofAct, ProofCheck, ProofExport, VerifyLog};
pub(crate) use trust::{Propose, Publish, Revoke, Rotate, Sign, Trust, TrustAct};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use vocabulary::{
    DocumentNumber, InstrumentId, NumberPlate, PartialDate, PurposeId, RecordId, RegisterId, Sex,
    Vin,
};

/// Open federated exchange for internal-security authorities.
///
/// Exit status: 0 done; 1 refused, wrong, or not whole; 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "eunomia", version)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a federation of several nodes with made-up people on this machine.
    Demo(Demo),
    /// Run a node until it is told to stop.
    Serve(Serve),
    /// Check configuration, keys, trust list, instruments and machine; say every problem.
    ///
    /// Exit status: 0 nothing wrong, though there may be notices; 1 something is wrong; 2 wrong usage.
    Check(Check),
    /// Make everything a node needs to join a federation, and the request to its keepers.
    Join(Join),
    /// Keep the trust list of a federation: propose, sign, publish, show, revoke, rotate keys.
    Trust(Trust),
    /// Ask every register that needs to be asked, through a running node.
    Search(Search),
    /// Load a CSV or JSON Lines file of records into a register.
    Import(Import),
    /// Correct, end or erase a record of your register, through a running node.
    Record(Record),
    /// Erase what has been kept as long as the instruments say, or show what is over.
    Retention(Retention),
    /// Back up a node that is not running; a running one does it by itself.
    Backup(Backup),
    /// Put a backup back, erase again what was erased since, and say what is lost.
    Restore(Restore),
    /// Check instrument files, or show what one says.
    Instrument(Instrument),
    /// Explain what the law of access decides, show it as a matrix, check local law.
    Access(access::AccessOrder),
    /// Make a reproducible population of made-up people with its ground truth.
    World(World),
    /// Verify a copied log folder; needs no node.
    VerifyLog(VerifyLog),
    /// Take the proof of an entry out of a log, or check one; needs no node.
    Proof(Proof),
    /// Measure, and say where the time goes.
    Bench(Bench),
}

/// A command on a configured node.
#[derive(Debug, Args)]
pub(crate) struct Configured {
    /// The configuration file of the node.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
}

/// `eunomia check`
///
/// Exit status: 0 nothing wrong, though there may be notices; 1 something is wrong; 2 wrong usage.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The configuration to check.
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// How to tell what was found.
    #[arg(long, default_value = "text")]
    pub(crate) format: ReportForm,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportForm {
    /// Lines to read.
    Text,
    /// One JSON object: `ok`, `problems` and `notices`, each with `what` and, where there is one, `file`, `line` and `key`.
    Json,
}

/// `eunomia serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration of the node.
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// The form of the program log on standard error; what the configuration says otherwise.
    #[arg(long, value_name = "FORM")]
    pub(crate) log_format: Option<LogForm>,
}

/// The form of the program log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// Lines to read.
    Text,
    /// One JSON object a line.
    Json,
}

/// `eunomia demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Play the story once, compare every answer with the ground truth, and stop.
    #[arg(long)]
    pub(crate) once: bool,
    /// The seed from which people, questions and failures follow; otherwise 1, or a fresh one with `--once`.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Where the federation is kept between runs; `demo-data` otherwise, and nowhere with `--once`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) directory: Option<PathBuf>,
    /// How many persons there are in all registers together.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) persons: u32,
    /// How many Member States take part, each with a police node of its own.
    #[arg(long, default_value_t = crate::federation::USUAL_STATES, value_parser = clap::value_parser!(u8).range(3..=27))]
    pub(crate) states: u8,
}

/// How to reach a running node as an officer.
#[derive(Debug, Args)]
pub(crate) struct Access {
    /// The officers' address of the node.
    #[arg(long, value_name = "ADDRESS", default_value = "http://127.0.0.1:8401")]
    pub(crate) node: String,
    /// The file that holds your access token.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: PathBuf,
}

/// `eunomia search`
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// How to reach the node.
    #[command(flatten)]
    pub(crate) access: Access,
    /// The purpose for which you ask.
    #[arg(long)]
    pub(crate) purpose: PurposeId,
    /// The case, where the purpose has one.
    #[arg(long)]
    pub(crate) case: Option<vocabulary::CaseReference>,
    /// The offence by its code, where the purpose needs one.
    #[arg(long)]
    pub(crate) offence: Option<vocabulary::OffenceCode>,
    /// A person's whole name, in any script.
    pub(crate) name: Option<String>,
    /// Date of birth: `1970-02-03`, `1970-02` or `1970`.
    #[arg(long)]
    pub(crate) born: Option<PartialDate>,
    /// Sex: F, M or X.
    #[arg(long)]
    pub(crate) sex: Option<Sex>,
    /// A document number instead of, or beside, a name.
    #[arg(long)]
    pub(crate) document: Option<DocumentNumber>,
    /// A number plate: ask for a vehicle.
    #[arg(long, conflicts_with = "name")]
    pub(crate) plate: Option<NumberPlate>,
    /// A vehicle identification number: ask for a vehicle.
    #[arg(long, conflicts_with = "name")]
    pub(crate) vin: Option<Vin>,
    /// How long to wait for answers, in seconds.
    #[arg(long, default_value_t = 5)]
    pub(crate) wait: u64,
}

/// `eunomia import`
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The configuration of the node, which must not be running; a running node takes files over its interface.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The register, `authority/instrument`.
    #[arg(long)]
    pub(crate) register: RegisterId,
    /// The id of the officer who loads it, as in the officers file.
    #[arg(long)]
    pub(crate) officer: vocabulary::OfficerId,
    /// The kind of subject, where the instrument has several.
    #[arg(long)]
    pub(crate) kind: Option<vocabulary::SubjectKind>,
    /// Check everything and keep nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where rejected rows go; beside the file, as `FILE.rejected.jsonl`, otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// The file: `.csv` with a header, or `.jsonl`.
    pub(crate) file: PathBuf,
}

/// What to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordAct {
    /// Replace it by the corrected record in `--file` (one JSON object).
    Correct,
    /// End it: it answers no query any more.
    End,
    /// Erase it: its key is destroyed, copies go too.
    Erase,
}

/// `eunomia record`
#[derive(Debug, Args)]
pub(crate) struct Record {
    /// How to reach the node.
    #[command(flatten)]
    pub(crate) access: Access,
    /// What to do with the record.
    pub(crate) act: RecordAct,
    /// The register, `authority/instrument`.
    #[arg(long)]
    pub(crate) register: RegisterId,
    /// The record by its id in the register.
    #[arg(long, required_unless_present = "file")]
    pub(crate) id: Option<RecordId>,
    /// To correct: the corrected record in the form of the import. To end or erase: a file of ids, one a line, in place of `--id`.
    #[arg(long, value_name = "FILE", required_if_eq("act", "correct"))]
    pub(crate) file: Option<PathBuf>,
}

/// `eunomia instrument`
#[derive(Debug, Args)]
pub(crate) struct Instrument {
    /// What to do.
    #[command(subcommand)]
    pub(crate) act: InstrumentAct,
}

/// What to do with instruments.
#[derive(Debug, Subcommand)]
pub(crate) enum InstrumentAct {
    /// Check instrument files; all problems are told at once. Without files, those the program carries.
    Check {
        /// The instrument files.
        files: Vec<PathBuf>,
    },
    /// Show what an instrument says, as readable text.
    Show {
        /// The instrument; a list of all without it.
        id: Option<InstrumentId>,
        /// Show only the access matrix.
        #[arg(long)]
        matrix: bool,
    },
}

/// `eunomia world`
#[derive(Debug, Args)]
pub(crate) struct World {
    /// The seed; the same seed gives the same bytes.
    #[arg(long)]
    pub(crate) seed: u64,
    /// How many persons there are in all registers together.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) persons: u32,
    /// How many Member States take part, each with a police node of its own.
    #[arg(long, default_value_t = crate::federation::USUAL_STATES, value_parser = clap::value_parser!(u8).range(3..=27))]
    pub(crate) states: u8,
    /// The folder to write import files, questions and truth into.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

/// `eunomia bench`
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// What to measure.
    #[command(subcommand)]
    pub(crate) what: BenchWhat,
}

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum BenchWhat {
    /// Queries from one node to a remote register of made-up persons, open loop.
    Federation {
        /// Persons in the remote register.
        #[arg(long, default_value_t = 1_000_000)]
        persons: u32,
        /// Seconds of load.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Queries per second to offer.
        #[arg(long, default_value_t = 500)]
        rate: u32,
        /// The seed of people and queries.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where the register is kept between runs.
        #[arg(long, value_name = "FOLDER")]
        directory: Option<PathBuf>,
    },
    /// Loading records into a register from a JSON Lines file that is made first.
    Import {
        /// Persons.
        #[arg(long, default_value_t = 1_000_000)]
        persons: u32,
        /// The seed of the people.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// The life of a large register: loaded, indexed at a start, ended and erased in bulk.
    Register {
        /// Persons.
        #[arg(long, default_value_t = 1_000_000)]
        persons: u32,
        /// The seed of the people.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The instrument under which they are kept.
        #[arg(long, default_value = "police_records_index")]
        instrument: InstrumentId,
    },
    /// Whether a hidden record can be told from none, by bytes or by time.
    Silence {
        /// How many pairs of queries.
        #[arg(long, default_value_t = 10_000)]
        pairs: u32,
    },
}
