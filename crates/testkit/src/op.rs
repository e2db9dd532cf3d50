//! Every happening of a simulation, and random sequences of them.

use fastrand::Rng;
use store::{CrashPoint, Disk};

/// One of whatever there is when the happening comes about: taken modulo the number of candidates.
pub type Pick = u32;

/// One happening. A delay is a message that nobody delivers yet; reordering is a pick that is not the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// An officer asks for the subject of a record, somebody's anywhere.
    Ask {
        /// The officer.
        officer: Pick,
        /// The record.
        record: Pick,
        /// How he asks.
        manner: Manner,
    },
    /// An officer confirms or rejects a match.
    Decide {
        /// The search.
        search: Pick,
        /// Confirmed, or rejected.
        confirm: bool,
    },
    /// Registers that have not answered count as late.
    CountAsLate {
        /// The search.
        search: Pick,
    },
    /// A batch of new records.
    Import {
        /// The register.
        register: Pick,
        /// How many.
        rows: u8,
    },
    /// The owner changes a record.
    Change {
        /// The record.
        record: Pick,
        /// What he does to it.
        change: Change,
    },
    /// Something becomes of a message on its way.
    Message {
        /// The message.
        message: Pick,
        /// What.
        fate: Fate,
    },
    /// Something becomes of a node.
    Power {
        /// The node.
        node: Pick,
        /// What.
        power: Power,
    },
    /// A node does what it does by itself.
    Work {
        /// The node.
        node: Pick,
        /// What.
        task: Task,
    },
    /// The line from one node to another, one way only, breaks or is mended.
    Line {
        /// Whence.
        from: Pick,
        /// Whither.
        to: Pick,
        /// Mended, or broken.
        open: bool,
    },
    /// A disk of a node is full, or there is room again.
    Disk {
        /// The node.
        node: Pick,
        /// Which of its disks.
        disk: Disk,
        /// Full, or with room.
        full: bool,
    },
    /// The operator of a node does what he should not.
    Operator {
        /// The node.
        node: Pick,
        /// What.
        deed: Deed,
    },
    /// Some time goes by.
    Wait {
        /// Milliseconds.
        millis: u32,
    },
    /// Much time goes by.
    Jump {
        /// Hours.
        hours: u8,
    },
}

/// How an officer asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As he should.
    Lawful,
    /// Under a purpose that his role does not have.
    WrongPurpose,
    /// A register of another authority that only its own officers may ask.
    NotHis,
}

/// What an owner does to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is corrected.
    Correct {
        /// For so many hours it also answers no query, where the act knows that.
        hide: u8,
    },
    /// It is ended.
    End,
    /// It is erased.
    Erase,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Deliver,
    /// It is lost.
    Lose,
    /// It is doubled.
    Double,
    /// A bit of it is turned round on its way.
    Garble {
        /// Which.
        bit: Pick,
    },
}

/// What an operator should not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// He keeps a copy of database and keys, which is nothing bad yet.
    KeepCopy,
    /// He puts the copy back, and leaves the published logs as they are.
    PutBack,
    /// He starts the program a second time on the same data.
    StartTwice,
}

/// What becomes of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// It is stopped in good order.
    Stop,
    /// It is started.
    Start,
    /// Its power will go off.
    Cut {
        /// Where.
        point: CrashPoint,
        /// How many times the point is passed before.
        after: u8,
    },
}

/// What a node does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// What is due in its outbox sets out.
    Carry,
    /// It publishes its logs and drops what expired in its outbox.
    Upkeep,
    /// It sends inventories that are due.
    Renew,
    /// It erases copies whose life is over.
    ExpireCopies,
}

type Draw = fn(&mut Rng) -> Op;

/// Every happening with its weight.
const DRAWS: &[(u32, Draw)] = &[
    (16, |r| ask(r, Manner::Lawful)),
    (2, |r| ask(r, Manner::WrongPurpose)),
    (3, |r| ask(r, Manner::NotHis)),
    (5, |r| Op::Decide { search: r.u32(..), confirm: r.bool() }),
    (3, |r| Op::CountAsLate { search: r.u32(..) }),
    (4, |r| Op::Import { register: r.u32(..), rows: r.u8(1..4) }),
    (5, |r| Op::Change { record: r.u32(..), change: Change::Correct { hide: 0 } }),
    (2, |r| Op::Change { record: r.u32(..), change: Change::Correct { hide: r.u8(1..40) } }),
    (3, |r| Op::Change { record: r.u32(..), change: Change::End }),
    (4, |r| Op::Change { record: r.u32(..), change: Change::Erase }),
    (40, |r| Op::Message { message: r.u32(..), fate: Fate::Deliver }),
    (6, |r| Op::Message { message: r.u32(..), fate: Fate::Lose }),
    (6, |r| Op::Message { message: r.u32(..), fate: Fate::Double }),
    (3, |r| Op::Message { message: r.u32(..), fate: Fate::Garble { bit: r.u32(..) } }),
    (3, |r| Op::Line { from: r.u32(..), to: r.u32(..), open: false }),
    (2, |r| Op::Line { from: r.u32(..), to: r.u32(..), open: true }),
    (2, |r| Op::Disk { node: r.u32(..), disk: disk(r), full: true }),
    (4, |r| Op::Disk { node: r.u32(..), disk: disk(r), full: false }),
    (1, |r| Op::Operator { node: r.u32(..), deed: Deed::KeepCopy }),
    (1, |r| Op::Operator { node: r.u32(..), deed: Deed::PutBack }),
    (1, |r| Op::Operator { node: r.u32(..), deed: Deed::StartTwice }),
    (2, |r| Op::Power { node: r.u32(..), power: Power::Stop }),
    (5, |r| Op::Power { node: r.u32(..), power: Power::Start }),
    (10, |r| Op::Power {
        node: r.u32(..),
        power: Power::Cut { point: point(r), after: r.u8(..4) },
    }),
    (12, |r| Op::Work { node: r.u32(..), task: Task::Carry }),
    (6, |r| Op::Work { node: r.u32(..), task: Task::Upkeep }),
    (3, |r| Op::Work { node: r.u32(..), task: Task::Renew }),
    (2, |r| Op::Work { node: r.u32(..), task: Task::ExpireCopies }),
    (6, |r| Op::Wait { millis: r.u32(1..90_000) }),
    (2, |r| Op::Jump { hours: r.u8(1..60) }),
];

fn ask(random: &mut Rng, manner: Manner) -> Op {
    Op::Ask { officer: random.u32(..), record: random.u32(..), manner }
}

fn point(random: &mut Rng) -> CrashPoint {
    random.choice(CrashPoint::ALL).unwrap_or(CrashPoint::Committed)
}

fn disk(random: &mut Rng) -> Disk {
    random.choice(Disk::ALL).unwrap_or(Disk::Database)
}

impl Op {
    /// What kind of happening it is, for counting.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "op: ask",
            Self::Decide { .. } => "op: decide",
            Self::CountAsLate { .. } => "op: count as late",
            Self::Import { .. } => "op: import",
            Self::Change { .. } => "op: change",
            Self::Message { .. } => "op: message",
            Self::Power { .. } => "op: power",
            Self::Work { .. } => "op: work",
            Self::Line { .. } => "op: line",
            Self::Disk { .. } => "op: disk",
            Self::Operator { .. } => "op: operator",
            Self::Wait { .. } => "op: wait",
            Self::Jump { .. } => "op: jump",
        }
    }

    /// Any happening.
    pub fn draw(random: &mut Rng) -> Self {
        let total: u32 = DRAWS.iter().map(|(weight, _)| weight).sum();
        let mut left = random.u32(..total);
        for (weight, draw) in DRAWS {
            match left.checked_sub(*weight) {
                None => return draw(random),
                Some(rest) => left = rest,
            }
        }
        Self::Wait { millis: 1 }
    }
}
