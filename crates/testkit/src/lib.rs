//! Several nodes in one process under one clock: the simulation by which the laws of the house are held.
//!
//! A [`Federation`] is three to five nodes in folders of their own, with a trust list signed by keepers, officers and
//! registers of made-up people; one node hosts two authorities. A [`Simulation`] carries their envelopes by hand:
//! messages arrive, get lost, are doubled, wait and overtake each other; nodes stop and start; the power of a node goes
//! off between any two writes of its store ([`store::CrashPoint`]); the clock steps and jumps. Every happening is an
//! [`Op`], every sequence follows from a seed. What was acknowledged to anybody stands in a journal, and copies are
//! followed by a model of their own. After the happenings comes a quiet period in which everything is delivered.
//!
//! What must hold ([`Invariant`]):
//!
//! - **Log first.** Whatever was promised with a reply stands in the log of who promised it, with that leaf hash, also
//!   when the power went off right after. For every question that ever left a node there is exactly one entry of its
//!   asker, also when his call was cut off.
//! - **Logs agree.** Every log verifies in full by [`audit_log::verify_log`], and every checkpoint that was ever seen of
//!   it, also between a power cut and the next start, is one of its beginnings. For each question answered there is one
//!   entry of the asked authority with the digests of that very envelope; two authorities on one node both write theirs.
//! - **Silence.** An answer without match and a refusal name no record, and those of one kind are of one length.
//! - **Nothing lost.** Searches, outcomes, verdicts and changes of records that were acknowledged are found again.
//! - **Once only.** An envelope that comes again gets the same reply, byte for byte, and no second entry.
//! - **Erasure is real.** An ended or erased record, or an old version of a corrected one, answers nothing: with its
//!   owner at once, elsewhere once everything is delivered; no holder keeps more copies than the owner has records.
//! - **Copies age.** A copy answers only within its life, and only what came in the last envelope about it.
//! - **Five words.** *No match* of a register comes from its owner, or from copies that he vouches for and of which
//!   none is missing. What did not answer is late or unreachable.
//! - **Truth.** Who asks for the very subject of a live record finds it; every match is a live record.
//! - **Service.** Honest envelopes are taken, lawful calls carried out, and the outboxes get empty.
//!
//! What is *not* judged: how long anything takes, and what is lost when a disk lies.

mod asking;
mod carrying;
mod checking;
mod checkpoints;
mod clock;
mod copies;
mod ending;
mod entropy;
mod error;
mod federation;
mod journal;
mod keeping;
mod law;
mod letter;
mod logs;
mod made;
mod network;
mod op;
mod operator;
mod papers;
mod plan;
mod power;
mod running;
mod shrinking;
mod simulation;

pub use clock::SimClock;
pub use ending::Found;
pub use entropy::SimEntropy;
pub use error::{Failure, Invariant, chain};
pub use federation::{Called, Federation};
pub use law::law;
pub use letter::Letter;
pub use logs::LogCopy;
pub use made::{Stock, mark_of, marked};
pub use op::{Change, Deed, Fate, Manner, Op, Pick, Power, Task};
pub use papers::{NodePapers, fresh_key, officer};
pub use plan::{AuthorityPlan, FederationPlan, NodePlan};
pub use power::PowerCut;
pub use running::{attempt, ops_of, run_ops};
pub use shrinking::{Shrunk, shrink};
pub use simulation::{Report, Simulation};
