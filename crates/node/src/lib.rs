//! The use cases of a node, one file each.
//!
//! A [`Node`] takes what officers and other nodes want, decides it by [`access`], has it logged and stored by
//! [`store`], and returns values. It never sends: envelopes it returns are durable in the outbox already, and
//! whoever carries them brings the replies to [`Node::settle_reply`]. All calls block; the crate knows no
//! socket and no async.

mod backup;
mod confirm;
mod disseminate;
mod entries;
mod environment;
mod evidence;
mod fault;
mod follow;
mod health;
mod holding;
mod import;
mod indexes;
mod law;
mod logs;
mod looking;
mod meters;
mod node;
mod officer;
mod proofs;
mod receive;
mod record;
mod replies;
mod retention;
mod review;
mod search;
mod settings;
mod settle;
mod tasks;
mod trust;
mod upkeep;
mod view;
mod witness;
mod witnesses;

pub use backup::BackedUp;
pub use environment::{Clock, Entropy, Environment};
pub use fault::Fault;
pub use health::{Check, IndexSize, LogProgress};
pub use import::{ImportForm, ImportOrder, ImportReport, RejectedRow, RowProblem};
pub use law::Law;
pub use logs::LogFile;
pub use looking::match_reference;
pub use meters::{BOUNDS_MICROS, Histogram, HistogramReading, Meters, QuerySide, Stage};
pub use node::{Hosted, Node, Opening};
pub use officer::{Officer, Officers};
pub use proofs::{OwnEntry, PromiseStanding, ProvenEntry};
pub use record::{TakeAway, TakenAway};
pub use retention::RetentionLine;
pub use review::ReviewDue;
pub use search::{Ask, Carry, Content, Started};
pub use settings::{
    AuthoritySettings, BackupSettings, DatabaseSettings, KeeperSettings, LimitSettings,
    ListenSettings, LogFormat, OperationSettings, PseudonymKeySettings, Settings, SettingsProblem,
    TlsSettings,
};
pub use settle::{PartAnswer, Settled};
pub use trust::{Certificate, ListChange, begin_list};
pub use view::{PartState, SearchState};
pub use witness::WitnessAnswer;
pub use witnesses::{CheckpointOffer, Cosigner, LogStanding, OfferOutcome, WitnessStanding};
