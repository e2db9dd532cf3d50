//! What can go wrong between a job and the disk.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use vocabulary::AuthorityId;

/// An error of this crate. After every one of them nothing of the job has been kept, unless it says otherwise.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database engine refused.
    #[error("the database refused while {doing}")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// What the engine said.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The address of a database cannot be used.
    #[error("the address of the database is of no use: {problem}")]
    Address {
        /// What is wrong and what to do; never a password.
        problem: String,
    },
    /// Nobody answers at the address of the database.
    #[error(
        "the database at `{address}` cannot be reached; see that it runs and that this machine may come to it"
    )]
    Unreachable {
        /// The address, without a password.
        address: String,
        /// What the connection said.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The connection was lost at the commit, and the database cannot say what became of it: the job may be durable
    /// or not. Asking again with the same ids does nothing twice.
    #[error(
        "the database was lost at the commit and does not say whether it is durable; ask again"
    )]
    Uncertain,
    /// There is no room left on the disk.
    #[error("the disk is full while {doing}; make room and ask again, reading goes on as before")]
    Full {
        /// What was being done.
        doing: &'static str,
    },
    /// A file could not be read or written.
    #[error("cannot {doing} `{path}`")]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// The database is there and its key file is not.
    #[error(
        "the key file `{path}` is missing but the database is there; put the key file of this database back, or begin with an empty database"
    )]
    MissingKeys {
        /// Where the key file is expected.
        path: PathBuf,
    },
    /// A file is not what it should be.
    #[error("`{path}` {problem}")]
    WrongFile {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: &'static str,
    },
    /// A power cut of a test.
    #[error("the store stopped at a point of a test; open it again")]
    Crashed,
    /// The store has been closed.
    #[error("the store is closed; open it again")]
    Closed,
    /// What is to be logged or done is not what was granted.
    #[error("the {what} to be logged is not the {what} that was granted; log what was granted")]
    NotGranted {
        /// What differs.
        what: &'static str,
    },
    /// The receipt is for another authority, query or instrument, or for none.
    #[error(
        "the receipt is not for this {what}; take the receipt of the committed entry for this {what}"
    )]
    WrongReceipt {
        /// What differs.
        what: &'static str,
    },
    /// A payload could not be sealed or opened.
    #[error("a stored payload cannot be sealed or opened")]
    Payload(#[from] seal::Error),
    /// A stored value is not what was once stored there.
    #[error("{what} in the store cannot be read; restore the database or erase the data")]
    Damaged {
        /// What cannot be read.
        what: &'static str,
    },
    /// An id or a number is taken or out of range.
    #[error("{what}")]
    Unfit {
        /// What does not fit and what to do.
        what: &'static str,
    },
    /// A backup that is not to be put back, with the reason and what to do.
    #[error("{what}")]
    Backup {
        /// What is wrong and what to do.
        what: String,
    },
    /// The journal of erasures is of a younger database than this one.
    #[error(
        "the journal of erasures holds {journal} lines and the database knows of {known}: this is an older database, in which erased records would come back; put it back with `eunomia restore`"
    )]
    LaterErasures {
        /// The last line of the journal.
        journal: u64,
        /// The last one that the database knows of.
        known: u64,
    },
    /// The authority has no log here.
    #[error("`{authority}` has no log in this store; open its log first")]
    NoLog {
        /// The authority.
        authority: AuthorityId,
    },
    /// Somebody else moved the log in the meantime.
    #[error("the log of `{authority}` was moved on by another sequencer; let only one run")]
    LogMoved {
        /// The authority.
        authority: AuthorityId,
    },
    /// A published log is larger than the one in the database.
    #[error(
        "the log of `{authority}` has {published} entries on disk and {known} in the database; replay the entries from the tiles before signing again"
    )]
    LargerTreeOnDisk {
        /// The authority.
        authority: AuthorityId,
        /// Entries that tiles or checkpoint on disk show.
        published: u64,
        /// Entries that the database knows of.
        known: u64,
    },
    /// Somebody holds a larger head of a log that this node has signed.
    #[error(
        "the log `{origin}` has {known} entries here, and a head of it with {shown} that this node has signed is known: an older state was put back. Nothing is answered or signed for it until the missing entries are replayed"
    )]
    LargerTreeShown {
        /// The name of the log.
        origin: String,
        /// Entries under the signed head.
        shown: u64,
        /// Entries that the database knows of.
        known: u64,
    },
}

impl Error {
    /// Turns what the operating system said while `doing` something to `path` into an error of this crate.
    pub(crate) fn file(doing: &'static str, path: &std::path::Path) -> impl Fn(io::Error) -> Self {
        move |source| {
            let full = matches!(
                source.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            );
            if full {
                return Self::Full { doing };
            }
            Self::File { doing, path: path.to_owned(), source: Arc::new(source) }
        }
    }
}
