//! What stops a simulation: a law of the house that does not hold, or a federation that cannot be set up.

use vocabulary::Invalid;

/// A law of the house, as the simulation watches it. The module doc of this crate says them in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// No disclosure without an earlier log entry.
    LogFirst,
    /// Logs verify in full, and both sides' logs agree.
    LogsAgree,
    /// Nothing personal in a no-match or refused answer, and answers of one kind are of one length.
    Silence,
    /// Nothing acknowledged is lost.
    NothingLost,
    /// Delivery at least once without duplicates.
    OnceOnly,
    /// Erased and ended records answer nothing, and their copies go.
    ErasureIsReal,
    /// Copies older than their life match nothing.
    CopiesAge,
    /// Partial is shown as partial.
    FiveWords,
    /// What is there is found, and nothing else.
    Truth,
    /// An honest envelope is taken, an honest call is carried out.
    Service,
}

/// Why a simulation stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A law of the house does not hold.
    #[error("{invariant:?} does not hold: {what}")]
    Broken {
        /// Which.
        invariant: Invariant,
        /// What was seen.
        what: String,
    },
    /// A word of the plan is not valid.
    #[error("the plan cannot be carried out")]
    Plan(#[from] Invalid),
    /// The federation cannot be set up.
    #[error("the federation cannot be set up: {0}")]
    Setup(String),
    /// A node failed where nothing was to fail.
    #[error("a node failed: {0}")]
    Fault(#[from] node::Fault),
    /// The program stopped itself.
    #[error("the program panicked: {0}")]
    Panicked(String),
    /// A folder cannot be used.
    #[error("a folder of the simulation cannot be used")]
    Folder(#[from] std::io::Error),
}

impl Failure {
    /// What failed, without the details that differ from one course of happenings to the next.
    pub fn kind(&self) -> String {
        match self {
            Self::Broken { invariant, .. } => format!("{invariant:?}"),
            Self::Plan(_) => "plan".to_owned(),
            Self::Setup(_) => "setup".to_owned(),
            Self::Fault(_) => "fault".to_owned(),
            Self::Panicked(_) => "panic".to_owned(),
            Self::Folder(_) => "folder".to_owned(),
        }
    }

    /// The failure for a law that does not hold.
    pub fn broken(invariant: Invariant, what: impl Into<String>) -> Self {
        Self::Broken { invariant, what: what.into() }
    }
}

/// An error with everything that caused it, on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        told.push_str(": ");
        told.push_str(&next.to_string());
        cause = next.source();
    }
    told
}
