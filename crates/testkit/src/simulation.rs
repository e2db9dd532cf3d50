//! One simulation: a federation, everything that happens to it, and the journal it is judged by.

use crate::copies::Copies;
use crate::ending::{Found, found_in};
use crate::error::Failure;
use crate::federation::Federation;
use crate::journal::Journal;
use crate::made::Stock;
use crate::network::{Network, place};
use crate::op::{Fate, Op, Pick, Power, Task};
use crate::plan::FederationPlan;
use crate::running::nodes_of;
use fastrand::Rng;
use instrument::Instrument;
use node::Officer;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{InstrumentId, NodeId, Record, RecordId, RegisterId};

/// Records in each register at the beginning.
const RECORDS: usize = 3;

/// A running simulation.
#[derive(Debug)]
pub struct Simulation {
    pub(crate) federation: Federation,
    pub(crate) stock: Stock,
    pub(crate) journal: Journal,
    pub(crate) copies: Copies,
    pub(crate) network: Network,
    pub(crate) officers: Vec<Officer>,
}

/// What a run saw, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How often what happened.
    pub seen: BTreeMap<String, u64>,
    /// Entries of all logs together.
    pub entries: u64,
}

impl Simulation {
    /// A federation of three to five nodes with loaded registers, copies delivered.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub fn new(seed: u64) -> Result<Self, Failure> {
        Self::of_nodes(seed, nodes_of(&mut Rng::with_seed(seed)))
    }

    /// A federation of so many nodes.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub fn of_nodes(seed: u64, nodes: usize) -> Result<Self, Failure> {
        let plan = FederationPlan::of_nodes(nodes, RECORDS)?;
        let federation = Federation::new(seed, plan)?;
        let stock = Stock::draw(seed, federation.plan(), federation.law())?;
        let officers = federation.officers()?;
        let mut simulation = Self {
            federation,
            stock,
            journal: Journal::default(),
            copies: Copies::default(),
            network: Network::default(),
            officers,
        };
        let registers: Vec<RegisterId> = simulation.stock.registers().cloned().collect();
        for register in registers {
            simulation.import(&register, RECORDS)?;
        }
        simulation.settle_down()?;
        Ok(simulation)
    }

    /// Lets one thing happen.
    ///
    /// # Errors
    /// When a law does not hold over it.
    pub fn apply(&mut self, op: Op) -> Result<(), Failure> {
        self.journal.count(op.name());
        match op {
            Op::Ask { officer, record, manner } => self.ask(officer, record, manner),
            Op::Decide { search, confirm } => self.decide(search, confirm),
            Op::CountAsLate { search } => self.count_as_late(search),
            Op::Import { register, rows } => {
                let register = pick_of(&self.registers(), register)?;
                self.import(&register, usize::from(rows))
            }
            Op::Change { record, change } => self.change(record, change),
            Op::Message { message, fate } => self.message(message, fate),
            Op::Power { node, power } => self.power(&self.node(node)?, power),
            Op::Work { node, task } => self.work(&self.node(node)?, task),
            Op::Line { from, to, open } => {
                let (from, to) = (self.node(from)?, self.node(to)?);
                self.network.line(from, to, open);
                Ok(())
            }
            Op::Disk { node, disk, full } => {
                self.federation.fill(&self.node(node)?, disk, full);
                Ok(())
            }
            Op::Operator { node, deed } => self.operator(&self.node(node)?, deed),
            Op::Wait { millis } => {
                self.federation.clock().advance_millis(millis);
                Ok(())
            }
            Op::Jump { hours } => {
                self.federation.clock().advance_millis(u32::from(hours).saturating_mul(3_600_000));
                Ok(())
            }
        }
    }

    fn message(&mut self, message: Pick, fate: Fate) -> Result<(), Failure> {
        match fate {
            Fate::Deliver => self.deliver_any(message),
            Fate::Lose => {
                self.network.take(message);
                Ok(())
            }
            Fate::Double => {
                self.network.double(message);
                Ok(())
            }
            Fate::Garble { bit } => self.garble(message, bit),
        }
    }

    fn power(&mut self, node: &NodeId, power: Power) -> Result<(), Failure> {
        match power {
            Power::Stop => {
                self.federation.stop(node);
                Ok(())
            }
            Power::Start => self.federation.start(node),
            Power::Cut { point, after } => {
                self.federation.arm(node, point, after);
                Ok(())
            }
        }
    }

    fn work(&mut self, node: &NodeId, task: Task) -> Result<(), Failure> {
        match task {
            Task::Carry => self.carry(node),
            Task::Upkeep => self.upkeep(node),
            Task::Renew => self.renew(node),
            Task::ExpireCopies => self.expire_copies(node),
        }
    }

    /// The federation.
    pub fn federation(&self) -> &Federation {
        &self.federation
    }

    /// Everything is delivered, as often as it takes.
    ///
    /// # Errors
    /// When a law does not hold over it, or when it takes too often.
    pub fn quiet(&mut self) -> Result<(), Failure> {
        self.settle_down()
    }

    /// No power cut waits any more, lines are mended, disks have room, and every node is up.
    ///
    /// # Errors
    /// When a node cannot be started.
    pub fn calm(&mut self) -> Result<(), Failure> {
        self.network.mend();
        for node in self.federation.node_ids() {
            self.federation.reset(&node);
            self.federation.make_room(&node);
            self.federation.start(&node)?;
        }
        Ok(())
    }

    /// A record by its place, as it was first imported.
    pub fn record(&self, place: Pick) -> Option<(RegisterId, Record)> {
        let (register, id) = self.any_record(place)?;
        Some((register.clone(), self.tracked(&register, &id)?.record.clone()))
    }

    /// The registers, in the order in which happenings pick them.
    pub fn registers(&self) -> Vec<RegisterId> {
        self.stock.registers().cloned().collect()
    }

    /// The places of the live records of a register among all records, for happenings that pick one.
    pub fn live(&self, register: &RegisterId) -> Vec<Pick> {
        let now = self.federation.now();
        let all = (0..).zip(&self.journal.records);
        let live = all.filter(|(_, ((of, _), tracked))| {
            of == register && tracked.certainly_live(now).is_some()
        });
        live.map(|(place, _)| place).collect()
    }

    /// What an officer sees of a record at once, before anything is carried: the outcome of its register and the
    /// version found; none when his role does not ask it.
    ///
    /// # Errors
    /// When a law does not hold over it.
    pub fn seen_by(&mut self, officer: &Officer, record: Pick) -> Result<Option<Found>, Failure> {
        let Some((register, id)) = self.any_record(record) else { return Ok(None) };
        let subject = self.tracked(&register, &id).map(|tracked| tracked.record.subject.clone());
        let Some(subject) = subject else { return Ok(None) };
        let Some(query) = self.search_for(officer, &subject)? else { return Ok(None) };
        let state = self.state(query)?;
        Ok(state.and_then(|state| found_in(&state, &register, &id)))
    }

    pub(crate) fn node(&self, pick: Pick) -> Result<NodeId, Failure> {
        pick_of(&self.federation.node_ids(), pick)
    }

    pub(crate) fn instrument(&self, id: &InstrumentId) -> Result<Arc<Instrument>, Failure> {
        let absent = || Failure::Setup(format!("no instrument `{id}`"));
        self.federation.law().get(id).cloned().ok_or_else(absent)
    }

    pub(crate) fn any_record(&self, pick: Pick) -> Option<(RegisterId, RecordId)> {
        let place = place(pick, self.journal.records.len())?;
        self.journal.records.keys().nth(place).cloned()
    }
}

pub(crate) fn pick_of<T: Clone>(all: &[T], pick: Pick) -> Result<T, Failure> {
    let found = place(pick, all.len()).and_then(|place| all.get(place)).cloned();
    found.ok_or_else(|| Failure::Setup("nothing to pick from".to_owned()))
}
