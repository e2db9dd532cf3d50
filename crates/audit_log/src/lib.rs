//! The Merkle log in C2SP format: tiles, checkpoints, proofs and their verification.
//!
//! An authority writes one [`Entry`] for every processing operation (Directive (EU) 2016/680, Article 25).
//! The entries are the leaves of a Merkle tree (RFC 6962, section 2.1) kept as files that never change
//! (C2SP `tlog-tiles`); its head is a signed [`Checkpoint`] (C2SP `tlog-checkpoint`, `signed-note`). Whoever
//! holds a checkpoint can prove what is in the log ([`inclusion_proof`]), that a later head only added to it
//! ([`consistency_proof`]), and that a copied folder is whole ([`verify_log`]), without trusting anybody.
//!
//! What it proves is what passed through the log; it does not prove that nobody read the disk.
//! The crate does no I/O: files come and go as bytes, and reading goes through a closure ([`ReadTile`]).

mod checkpoint;
mod entry;
mod entry_parts;
mod error;
mod frontier;
mod hash;
mod note;
mod note_key;
mod path;
mod policy;
mod proof;
mod proof_file;
mod tile;
mod tile_reader;
mod tile_state;
mod verify;
mod witness;

pub use checkpoint::Checkpoint;
pub use entry::Entry;
pub use entry_parts::{
    Batch, EntryDecision, EntryVersion, EntryWord, HumanDecision, HumanVerdict, InstrumentVersion,
    OutcomeCounts, Partner, Side,
};
pub use error::Error;
pub use frontier::Frontier;
pub use hash::{LogIndex, RootHash, TreeSize, empty_root, leaf_hash, node_hash};
pub use note::{Note, NoteSignature, Signatory};
pub use note_key::{NoteKey, NoteKeyKind};
pub use path::{TILE_WIDTH, TileKind, TilePath};
pub use policy::{Believed, Policy, PolicyProblem, earliest_cosigned};
pub use proof::{
    consistency_proof, inclusion_proof, root_at, root_within, subtree_consistency_proof,
    verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};
pub use proof_file::{LogProof, format_proof, parse_proof};
pub use tile::{EntryBundle, MAX_ENTRY, Tile};
pub use tile_reader::ReadTile;
pub use tile_state::{TileFile, TileState};
pub use verify::{Broken, Place, Progress, Verdict, verify_log};
pub use witness::{AddCheckpoint, Consistent, Judgement, WitnessedHead, judge};
