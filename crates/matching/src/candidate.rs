//! What goes into a search and what comes out.

use vocabulary::{Band, PseudonymisedPerson, Reason, Score, Subject, Timestamp};

/// The number under which the store keeps a record. It says nothing about the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(u64);

impl RecordKey {
    /// The record with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// One change of a register, to be applied to its index.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// A record comes in, or takes the place of the one with its key.
    Put {
        /// Its number.
        key: RecordKey,
        /// What it describes.
        subject: &'a Subject,
        /// Before this moment the record answers no search (Regulation (EU) 2018/1862, Article 26(4)).
        searchable_from: Option<Timestamp>,
    },
    /// A record whose names are pseudonyms comes in, or takes the place of the one with its key.
    PutPseudonymised {
        /// Its number.
        key: RecordKey,
        /// The person it describes.
        person: &'a PseudonymisedPerson,
        /// Before this moment the record answers no search.
        searchable_from: Option<Timestamp>,
    },
    /// A record is erased. An unknown key is no error: erasure may be told twice.
    Erase {
        /// Its number.
        key: RecordKey,
    },
}

/// What is asked of an index.
#[derive(Debug, Clone, Copy)]
pub enum Question<'a> {
    /// A person or thing in clear.
    Clear(&'a Subject),
    /// A person whose names are pseudonyms (Regulation (EU) 2024/982, Article 43).
    Pseudonymised(&'a PseudonymisedPerson),
}

/// A record that may be the one asked for. It is not yet a match of anybody: the owner decides what of it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The record.
    pub key: RecordKey,
    /// How strongly it agrees with the question.
    pub score: Score,
    /// The score in words.
    pub band: Band,
    /// What was compared, and what was found.
    pub reasons: Vec<Reason>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Candidates, best first; equal ones by key.
    pub candidates: Vec<Candidate>,
    /// True when a limit hid something: more candidates than asked for, or more records to look at than a search may.
    pub cut: bool,
}

/// What the comparison of two persons found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How strongly they agree.
    pub score: Score,
    /// The score in words; nothing when it is too weak to be worth a person's look.
    pub band: Option<Band>,
    /// What was compared, and what was found.
    pub reasons: Vec<Reason>,
}
