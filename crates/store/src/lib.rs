//! The one database of a node behind named transactions, the sequencer of its logs, and its payload keys.
//!
//! **Log first.** Every transaction that touches personal data appends its log entry, and what it did becomes
//! visible only when both are durable. The [`LogReceipt`] of the committed entry is the only key to read what
//! lies here; a [`Sealed`] value can be worked out before, but not seen.
//!
//! **Erasure is real.** Personal payloads lie on the disk only sealed, each under a key of its own in a separate
//! key file. To erase one is to overwrite its key.
//!
//! All calls block; callers are plain threads. One thread writes and commits in groups.

mod answer;
mod backup;
mod draft;
mod engine;
mod error;
mod journal;
mod key_file;
mod log;
mod message;
mod outbox;
mod places;
mod pool;
mod postgres;
mod probe;
mod queue;
mod receipt;
mod records;
mod restore;
mod retention;
mod sealed;
mod sealing;
mod search;
mod shared;
mod sqlite;
mod store;
mod turn;
mod work;

pub use answer::{AnswerQuery, Answered, Answering};
pub use backup::{DatabaseManifest, KEYS_LIVE_DAYS, KeyManifest, LogMark, take_mirror};
pub use draft::Draft;
pub use error::Error;
pub use log::{Changes, Cosigned, EntryPlace, LogState, LogYear, NextLog, Sequenced};
pub use outbox::{ExpiredItem, OutboxItem, QueueRow, SendEnvelopes};
pub use places::{Crash, CrashPoint, Database, Disasters, Disk, Entropy, Places};
pub use postgres::{Address, PostgresStore};
pub use receipt::LogReceipt;
pub use records::{
    AcceptCopies, AcceptInventory, Accepted, ChangeRecord, ChangedRecords, FinishBatch,
    Inventoried, KeptRecord, NameRecord, NameRecords, OverRecord, RecordState, RegisterCount,
    RetainRecord, Stage, StageResult, StoredRecord,
};
pub use restore::{Restore, Restored, restore};
pub use retention::{EraseOver, OverPart};
pub use sealed::Sealed;
pub use search::{
    DecideMatch, DecisionView, NewPart, OpenSearch, OutcomeTally, PartView, SearchRow, SearchView,
    SettlePart,
};
pub use sqlite::SqliteStore;
pub use store::Store;
pub use turn::Turn;
