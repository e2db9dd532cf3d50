//! The quiet period and what must hold after it.

use crate::error::{Failure, Invariant};
use crate::federation::Called;
use crate::journal::Standing;
use crate::keeping::refused;
use crate::logs::LogCopy;
use crate::made::mark_of;
use crate::simulation::{Report, Simulation};
use audit_log::{Entry, Side};
use node::{Officer, SearchState};
use seal::Digest;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{AuthorityId, NodeId, Outcome, QueryId, RegisterId};

/// Rounds of carrying after which everything must be delivered.
const ROUNDS: u32 = 12;
/// Longer than a quarter of the life of copies, so that every inventory is due; shorter than their life.
const INVENTORIES_DUE_MILLIS: u32 = 13 * 3_600_000;

impl Simulation {
    /// The quiet period and the last checks.
    ///
    /// # Errors
    /// The first law that does not hold.
    pub fn finish(mut self) -> Result<Report, Failure> {
        self.calm()?;
        self.settle_down()?;
        self.federation.clock().advance_millis(INVENTORIES_DUE_MILLIS);
        for node in self.federation.node_ids() {
            self.expire_copies(&node)?;
            self.renew(&node)?;
        }
        self.settle_down()?;
        self.check_all_searches()?;
        self.check_all_records()?;
        self.check_copies_held()?;
        let entries = self.check_all_logs()?;
        let mut seen = self.journal.seen;
        seen.insert("checkpoints held".to_owned(), self.federation.checkpoints().count());
        seen.insert("no room on a disk".to_owned(), self.federation.refused_full());
        for (point, count) in self.federation.cuts() {
            seen.insert(format!("power cut: {point:?}"), u64::from(*count));
        }
        Ok(Report { seen, entries })
    }

    /// Everything is delivered, as often as it takes.
    pub(crate) fn settle_down(&mut self) -> Result<(), Failure> {
        self.deliver_all()?;
        for _ in 0..ROUNDS {
            for node in self.federation.node_ids() {
                self.hurry(&node)?;
                self.upkeep(&node)?;
                self.carry(&node)?;
            }
            if self.network.is_empty() {
                return Ok(());
            }
            self.deliver_all()?;
        }
        let mut waiting = Vec::new();
        for node in self.federation.node_ids() {
            self.hurry(&node)?;
            if let Called::Done(due) =
                self.federation.call(&node, |node| node.outbox_due(None, 64))?
            {
                for item in due {
                    let header = crate::carrying::header(&item.envelope)?;
                    let (kind, from, to) =
                        (header.kind, header.from_authority, header.to_authority);
                    let again = self.journal.replies.contains_key(&item.id);
                    waiting.push(format!("{kind} {from} to {to}, replied to: {again}"));
                }
            }
        }
        let what = format!("after {ROUNDS} quiet rounds in outboxes: {}", waiting.join("; "));
        Err(Failure::broken(Invariant::Service, what))
    }

    fn deliver_all(&mut self) -> Result<(), Failure> {
        while let Some(message) = self.network.take(0) {
            self.deliver(message)?;
        }
        Ok(())
    }

    /// What waits for any node is due now: it can be reached again.
    fn hurry(&mut self, node: &NodeId) -> Result<(), Failure> {
        let waits = match self.federation.call(node, node::Node::queues)? {
            Called::Done(queues) => queues.into_iter().map(|queue| queue.to_node).collect(),
            Called::Failed(fault) => return Err(refused("reading the queues", &fault)),
            Called::Died | Called::Down => Vec::new(),
        };
        for to in waits {
            if let Called::Failed(fault) =
                self.federation.call(node, |node| node.outbox_hurry(&to))?
            {
                return Err(refused("hurrying the outbox", &fault));
            }
        }
        Ok(())
    }

    fn check_all_searches(&mut self) -> Result<(), Failure> {
        let queries: Vec<QueryId> = self.journal.searches.keys().copied().collect();
        for query in queries {
            if let Some(state) = self.state(query)? {
                self.check_state(query, &state)?;
            }
        }
        Ok(())
    }

    /// Every record ever offered: who may ask finds it as its owner has it, everywhere, or nobody does.
    fn check_all_records(&mut self) -> Result<(), Failure> {
        let places: Vec<_> = self.journal.records.keys().cloned().collect();
        let askers: Vec<Officer> = self
            .officers
            .iter()
            .filter(|one| !matches!(one.role.as_str(), "case_desk" | "register_owner"))
            .cloned()
            .collect();
        let mut asked: BTreeMap<_, Vec<(String, QueryId)>> = BTreeMap::new();
        for place in &places {
            let Some(tracked) = self.journal.records.get(place) else { continue };
            let subject = tracked.record.subject.clone();
            for officer in &askers {
                let query = self.search_for(officer, &subject)?;
                let query = query.map(|query| (officer.id.to_string(), query));
                asked.entry(place).or_default().extend(query);
            }
        }
        self.settle_down()?;
        for ((register, id), asked) in asked {
            let mut seen = BTreeMap::new();
            for (officer, query) in asked {
                let Some(state) = self.state(query)? else { continue };
                self.check_state(query, &state)?;
                seen.extend(found_in(&state, register, id).map(|found| (officer, found)));
            }
            self.check_seen(register, id, &seen)?;
        }
        Ok(())
    }

    /// Checks that every holder has as many copies as the owner has live records, where that is certain.
    ///
    /// # Errors
    /// When he has more or fewer.
    pub fn check_copies_held(&self) -> Result<(), Failure> {
        for register in self.stock.registers() {
            let instrument = self.instrument(register.instrument())?;
            let of_register = self.journal.records.iter().filter(|((of, _), _)| of == register);
            let standings: Vec<Option<Standing>> =
                of_register.map(|(_, tracked)| tracked.only()).collect();
            if instrument.copies().is_none() || standings.contains(&None) {
                continue;
            }
            let live = standings.iter().filter(|one| matches!(one, Some(Standing::Live(_))));
            let live = u64::try_from(live.count()).unwrap_or(u64::MAX);
            for (node, holder) in self.federation.plan().authorities() {
                let Some(up) = self.federation.node(node) else { continue };
                let counts = up.register_counts(&holder.id)?;
                let held = counts.iter().find(|row| row.register == *register);
                let held = held.map_or(0, |row| row.live);
                if held != live {
                    let what = format!("{} holds {held} of {live} of {register}", holder.id);
                    return Err(Failure::broken(Invariant::ErasureIsReal, what));
                }
            }
        }
        Ok(())
    }

    fn check_seen(
        &self,
        register: &RegisterId,
        id: &vocabulary::RecordId,
        seen: &BTreeMap<String, Found>,
    ) -> Result<(), Failure> {
        let Some(tracked) = self.tracked(register, id) else { return Ok(()) };
        let at = self.federation.now();
        let versions: BTreeSet<u32> = tracked
            .standings
            .iter()
            .filter_map(|standing| match standing {
                Standing::Live(version) => Some(*version),
                Standing::Absent | Standing::Ended | Standing::Erased => None,
            })
            .filter(|version| !tracked.is_hidden(*version, at))
            .collect();
        let certain = tracked.certainly_live(at);
        for (officer, (outcome, version)) in seen {
            let place = format!("{register} {id} asked by {officer}: {outcome:?} {version:?}");
            match version {
                Some(version) if !versions.contains(version) => {
                    let what = format!("{place}, stands as {:?}", tracked.standings);
                    return Err(Failure::broken(Invariant::ErasureIsReal, what));
                }
                None if certain.is_some() => {
                    let what = format!("{place}, stands as {:?}", tracked.standings);
                    return Err(Failure::broken(Invariant::Truth, what));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_all_logs(&mut self) -> Result<u64, Failure> {
        let mut logs = BTreeMap::new();
        for node in self.federation.node_ids() {
            self.upkeep(&node)?;
            let Some(up) = self.federation.node(&node) else { continue };
            for authority in up.hosted().keys() {
                let entries: &mut Vec<_> = logs.entry(authority.clone()).or_default();
                for copy in LogCopy::chain(up, authority)? {
                    self.federation.checkpoints().hold(&copy.origin, &copy.leaves)?;
                    entries.extend(copy.entries);
                }
            }
        }
        self.check_promises(&logs)?;
        self.check_both_sides(&logs)?;
        let entries = logs.values().map(Vec::len).sum::<usize>();
        Ok(u64::try_from(entries).unwrap_or(u64::MAX))
    }

    /// Whatever was promised or acknowledged stands in the log, once.
    fn check_promises(&self, logs: &Logs) -> Result<(), Failure> {
        for (authority, entries) in logs {
            let ids: BTreeSet<QueryId> = entries.iter().map(|(entry, _)| entry.entry_id).collect();
            if ids.len() < entries.len() {
                let what = format!("an entry stands twice in the log of {authority}");
                return Err(Failure::broken(Invariant::OnceOnly, what));
            }
        }
        let find = |authority: &AuthorityId, id: QueryId| -> Option<&(Entry, Digest)> {
            logs.get(authority)?.iter().find(|(entry, _)| entry.entry_id == id)
        };
        for promise in &self.journal.promises {
            let found = find(&promise.authority, promise.entry_id);
            if found.map(|(_, hash)| *hash) != Some(promise.leaf_hash) {
                let what = format!("{} promised entry {}", promise.authority, promise.entry_id);
                return Err(Failure::broken(Invariant::LogFirst, what));
            }
        }
        for (authority, entry) in &self.journal.entries {
            if find(authority, *entry).is_none() {
                let what = format!("{authority} acknowledged entry {entry}");
                return Err(Failure::broken(Invariant::NothingLost, what));
            }
        }
        Ok(())
    }

    /// For each question that left: one entry of its asker; for each that was answered: one entry of the asked,
    /// about that very envelope.
    fn check_both_sides(&self, logs: &Logs) -> Result<(), Failure> {
        for (id, question) in &self.journal.left {
            let asking = count(logs, &question.from, |entry| {
                entry.side == Side::Asking
                    && entry.query == Some(question.query)
                    && entry.human_decision.is_none()
                    && entry.instrument.as_ref().is_some_and(|one| one.id == question.instrument)
            });
            if asking != 1 {
                let what = format!("{id} left {} under {asking} entries", question.from);
                return Err(Failure::broken(Invariant::LogFirst, what));
            }
            let asked = count(logs, &question.to, |entry| {
                entry.side == Side::Asked && entry.header_digest == Some(question.header)
            });
            let agreeing = count(logs, &question.to, |entry| {
                entry.header_digest == Some(question.header)
                    && entry.body_digest == Some(question.body)
                    && entry.query == Some(question.query)
                    && entry.partner.as_ref().is_some_and(|one| one.authority == question.from)
            });
            let answered = self.journal.replies.contains_key(id);
            if asked > 1 || agreeing != asked || (answered && asked != 1) {
                let what = format!("{id}: {asked} entries at {}, {agreeing} agree", question.to);
                return Err(Failure::broken(Invariant::LogsAgree, what));
            }
        }
        Ok(())
    }
}

/// The outcome of a register, and the version of the record found in it.
pub type Found = (Option<Outcome>, Option<u32>);

type Logs = BTreeMap<AuthorityId, Vec<(Entry, Digest)>>;

fn count(logs: &Logs, authority: &AuthorityId, is: impl Fn(&Entry) -> bool) -> usize {
    let entries = logs.get(authority).into_iter().flatten();
    entries.filter(|(entry, _)| is(entry)).count()
}

/// What a search says of one record; none when its register was not asked.
pub(crate) fn found_in(
    state: &SearchState,
    register: &RegisterId,
    id: &vocabulary::RecordId,
) -> Option<Found> {
    let part = state.parts.iter().find(|part| part.register == *register)?;
    let marks = part.answer.matches.iter().filter_map(|one| mark_of(&one.fields));
    let version = marks.filter(|(found, _)| found == id).map(|(_, version)| version).next();
    Some((part.outcome, version))
}
