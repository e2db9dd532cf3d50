//! Every happening of a simulation, and random sequences of them.

use fastrand::Rng;
use store::CrashPoint;

/// One of whatever there is when the happening comes about: taken modulo the number of candidates.
pub type Pick = u32;

/// One happening. A delay is a message that nobody delivers yet; reordering is a pick that is not the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// An officer asks for the subject of a record, somebody's anywhere.
    Search {
        /// The officer.
        officer: Pick,
        /// The record.
        record: Pick,
    },
    /// An officer asks under a purpose that his role does not have.
    SearchForNoReason {
        /// The officer.
        officer: Pick,
        /// The record.
        record: Pick,
    },
    /// An officer asks a register of another authority that only its own officers may ask.
    SearchWhatIsNotHis {
        /// The officer.
        officer: Pick,
        /// The record.
        record: Pick,
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
    /// A record is corrected; with `hide` it also answers no query for some hours, where the act knows that.
    Correct {
        /// The record.
        record: Pick,
        /// Hours without answer.
        hide: u8,
    },
    /// A record is ended.
    End {
        /// The record.
        record: Pick,
    },
    /// A record is erased.
    Erase {
        /// The record.
        record: Pick,
    },
    /// What is due in the outbox of a node sets out.
    Carry {
        /// The node.
        node: Pick,
    },
    /// A message arrives.
    Deliver {
        /// The message.
        message: Pick,
    },
    /// A message is lost.
    Lose {
        /// The message.
        message: Pick,
    },
    /// A message is doubled.
    Double {
        /// The message.
        message: Pick,
    },
    /// A node is stopped.
    Stop {
        /// The node.
        node: Pick,
    },
    /// A node is started.
    Start {
        /// The node.
        node: Pick,
    },
    /// The power of a node will go off.
    Cut {
        /// The node.
        node: Pick,
        /// Where.
        point: CrashPoint,
        /// How many times the point is passed before.
        after: u8,
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
    /// A node publishes its logs and drops what expired in its outbox.
    Upkeep {
        /// The node.
        node: Pick,
    },
    /// A node sends inventories that are due.
    Renew {
        /// The node.
        node: Pick,
    },
    /// A node erases copies whose life is over.
    ExpireCopies {
        /// The node.
        node: Pick,
    },
}

type Draw = fn(&mut Rng) -> Op;

/// Every happening with its weight.
const DRAWS: &[(u32, Draw)] = &[
    (16, |r| Op::Search { officer: r.u32(..), record: r.u32(..) }),
    (2, |r| Op::SearchForNoReason { officer: r.u32(..), record: r.u32(..) }),
    (3, |r| Op::SearchWhatIsNotHis { officer: r.u32(..), record: r.u32(..) }),
    (5, |r| Op::Decide { search: r.u32(..), confirm: r.bool() }),
    (3, |r| Op::CountAsLate { search: r.u32(..) }),
    (4, |r| Op::Import { register: r.u32(..), rows: r.u8(1..4) }),
    (6, |r| Op::Correct { record: r.u32(..), hide: if r.u8(..4) == 0 { r.u8(1..40) } else { 0 } }),
    (3, |r| Op::End { record: r.u32(..) }),
    (4, |r| Op::Erase { record: r.u32(..) }),
    (12, |r| Op::Carry { node: r.u32(..) }),
    (40, |r| Op::Deliver { message: r.u32(..) }),
    (6, |r| Op::Lose { message: r.u32(..) }),
    (6, |r| Op::Double { message: r.u32(..) }),
    (2, |r| Op::Stop { node: r.u32(..) }),
    (5, |r| Op::Start { node: r.u32(..) }),
    (10, |r| Op::Cut { node: r.u32(..), point: point(r), after: r.u8(..4) }),
    (6, |r| Op::Wait { millis: r.u32(1..90_000) }),
    (2, |r| Op::Jump { hours: r.u8(1..60) }),
    (6, |r| Op::Upkeep { node: r.u32(..) }),
    (3, |r| Op::Renew { node: r.u32(..) }),
    (2, |r| Op::ExpireCopies { node: r.u32(..) }),
];

fn point(random: &mut Rng) -> CrashPoint {
    random.choice(CrashPoint::ALL).unwrap_or(CrashPoint::Committed)
}

impl Op {
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
        Self::Deliver { message: 0 }
    }
}
