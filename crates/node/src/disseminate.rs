//! Dissemination: copies of short life go to every other node, with an inventory, and end on the owner's word.

use crate::fault::Fault;
use crate::node::Node;
use crate::replies::Address;
use access::Grant;
use exchange::{Body, CopiesBody, Envelope, InventoryBody, ListedRecord, VerifiedEnvelope};
use instrument::{Instrument, Topology};
use std::sync::{Arc, PoisonError};
use store::{Draft, RecordState, SendEnvelopes};
use vocabulary::{
    AuthorityId, NodeId, ProcessingOperation, Record, RecordId, RegisterId, Timestamp,
};

/// How many records one envelope of copies holds.
const COPIES_IN_ENVELOPE: usize = 100;
/// How many records one part of an inventory names: about 400 KiB.
const LISTED_IN_ENVELOPE: usize = 8_000;

/// A disclosure to holders of copies, decided and written, to be stored with its cause or by itself.
pub(crate) struct Telling {
    grant: Grant,
    entry: Draft,
    envelopes: Vec<(NodeId, Envelope)>,
    at: Timestamp,
}

impl Telling {
    /// The job for the store.
    pub(crate) fn job(&self) -> SendEnvelopes<'_> {
        SendEnvelopes {
            grant: Some(&self.grant),
            entry: self.entry.clone(),
            envelopes: self.envelopes.clone(),
            at: self.at,
        }
    }
}

impl Node {
    /// Sends copies of the records of a register from number `first` on, then the inventory of the whole register.
    /// Does nothing for a register that is not disseminated.
    pub(crate) fn disseminate_since(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        first: Option<u64>,
    ) -> Result<(), Fault> {
        if instrument.topology() != Topology::Disseminated {
            return Ok(());
        }
        let at = self.now();
        let (grant, entry) =
            self.decide_task(authority, instrument, ProcessingOperation::Consultation, at)?;
        let receipt = self.store().log_maintenance(&grant, &Draft { entry })?;
        let mut chunk = Vec::with_capacity(COPIES_IN_ENVELOPE);
        let mut result = Ok(());
        self.own_records(&receipt, first, &mut |_, record| {
            chunk.push(record.clone());
            if chunk.len() >= COPIES_IN_ENVELOPE && result.is_ok() {
                let full = std::mem::take(&mut chunk);
                result = self.send_copies(authority, instrument, full, at);
            }
        })?;
        result?;
        if !chunk.is_empty() {
            self.send_copies(authority, instrument, chunk, at)?;
        }
        self.send_inventory(authority, instrument)
    }

    /// Copies of these records as they stood at `as_of`, for every other authority of the trust list or for one.
    pub(crate) fn copies_to(
        &self,
        (authority, to): (&AuthorityId, Option<&AuthorityId>),
        instrument: &Instrument,
        records: Vec<Record>,
        as_of: Timestamp,
    ) -> Result<Option<Telling>, Fault> {
        let register = RegisterId::new(authority.clone(), instrument.id().clone());
        let body = Body::from(CopiesBody { register, as_of, records, gone: Vec::new() });
        self.telling((authority, to), instrument, &body)
    }

    fn send_copies(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        records: Vec<Record>,
        as_of: Timestamp,
    ) -> Result<(), Fault> {
        self.tell(self.copies_to((authority, None), instrument, records, as_of)?.as_ref())
    }

    /// Sends the list of all records of a register that are still valid; what is not on it ends everywhere.
    ///
    /// # Errors
    /// When the act says nothing about copies, or the store fails.
    pub fn send_inventory(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
    ) -> Result<(), Fault> {
        let at = self.now();
        let (grant, entry) =
            self.decide_task(authority, instrument, ProcessingOperation::Consultation, at)?;
        let receipt = self.store().log_maintenance(&grant, &Draft { entry })?;
        let mut records: Vec<ListedRecord> = Vec::new();
        self.store().kept_records(&receipt, None, &mut |kept| {
            records.push(ListedRecord { id: kept.record.id.clone(), changed: kept.changed });
        })?;
        records.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        let register = RegisterId::new(authority.clone(), instrument.id().clone());
        let times = (at, valid_until(instrument, at)?);
        // Part by part: the envelopes of a large register to all holders do not fit into memory together.
        for part in InventoryBody::in_parts(&register, times, &records, LISTED_IN_ENVELOPE) {
            let body = Body::from(part);
            self.tell(self.telling((authority, None), instrument, &body)?.as_ref())?;
        }
        Ok(())
    }

    /// The word to every holder that these records are no more.
    pub(crate) fn gone(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        gone: Vec<RecordId>,
    ) -> Result<Option<Telling>, Fault> {
        let register = RegisterId::new(authority.clone(), instrument.id().clone());
        let body = CopiesBody { register, as_of: self.now(), records: Vec::new(), gone };
        self.telling((authority, None), instrument, &Body::from(body))
    }

    /// Writes `body` to every other authority of the trust list, or to one; none when there is nobody.
    fn telling(
        &self,
        (authority, to): (&AuthorityId, Option<&AuthorityId>),
        instrument: &Instrument,
        body: &Body,
    ) -> Result<Option<Telling>, Fault> {
        let at = self.now();
        let (grant, entry) =
            self.decide_task(authority, instrument, ProcessingOperation::Disclosure, at)?;
        let trust = self.trust();
        let partners = trust.authorities().filter(|(_, partner)| {
            partner.id != *authority
                && to.is_none_or(|to| partner.id == *to)
                && self.copies_may_pass((authority, &partner.id), instrument, at).is_ok()
        });
        let mut envelopes: Vec<(NodeId, Envelope)> = Vec::new();
        for (node, partner) in partners {
            let address = Address { from: authority, to_node: &node.node, to: &partner.id };
            let envelope = self.write_message(&address, instrument, body, at)?;
            envelopes.push((node.node.clone(), envelope));
        }
        let telling = Telling { grant, entry: Draft { entry }, envelopes, at };
        Ok(Some(telling).filter(|telling| !telling.envelopes.is_empty()))
    }

    fn tell(&self, telling: Option<&Telling>) -> Result<(), Fault> {
        if let Some(telling) = telling {
            self.store().send(telling.job())?;
        }
        Ok(())
    }

    /// A holder lacks copies that the inventory names: he gets those that are still live.
    pub(crate) fn send_missing(
        &self,
        receipt: &VerifiedEnvelope,
        missing: &[RecordId],
    ) -> Result<(), Fault> {
        let header = receipt.header();
        let (authority, holder) = (&header.to_authority, &header.from_authority);
        let instrument = Arc::clone(self.instrument(&header.instrument)?);
        if instrument.topology() != Topology::Disseminated || missing.is_empty() {
            return Ok(());
        }
        let at = self.now();
        let (grant, entry) =
            self.decide_task(authority, &instrument, ProcessingOperation::Consultation, at)?;
        let logged = self.store().log_maintenance(&grant, &Draft { entry })?;
        let register = RegisterId::new(authority.clone(), instrument.id().clone());
        for ids in missing.chunks(COPIES_IN_ENVELOPE) {
            let mut records = Vec::with_capacity(ids.len());
            for id in ids {
                let found = self.store().record_by_id(&logged, &register, id)?;
                records.extend(
                    found.filter(|found| found.2 == RecordState::Live).map(|found| found.1),
                );
            }
            if !records.is_empty() {
                let to = (authority, Some(holder));
                self.tell(self.copies_to(to, &instrument, records, at)?.as_ref())?;
            }
        }
        Ok(())
    }

    /// Sends the inventory of every disseminated register of this node whose last one is older than a quarter of the
    /// life of copies, so that a node that misses one or two keeps its copies.
    ///
    /// # Errors
    /// When the store fails.
    pub fn renew_inventories(&self) -> Result<(), Fault> {
        let at = self.now();
        for (authority, own) in self.hosted() {
            for id in &own.registers {
                let instrument = Arc::clone(self.instrument(id)?);
                let Some(until) = rules::copy_valid_until(&instrument, at) else { continue };
                let register = RegisterId::new(authority.clone(), id.clone());
                let quarter = until.millis_since(at) / 4;
                let mut renewed =
                    self.shared.renewed.lock().unwrap_or_else(PoisonError::into_inner);
                if renewed.get(&register).is_none_or(|last| at.millis_since(*last) >= quarter) {
                    renewed.insert(register, at);
                    drop(renewed);
                    self.send_inventory(authority, &instrument)?;
                }
            }
        }
        Ok(())
    }
}

/// Until when copies sent at `sent` live, when the act lets copies live at all.
pub(crate) fn valid_until(instrument: &Instrument, sent: Timestamp) -> Result<Timestamp, Fault> {
    rules::copy_valid_until(instrument, sent).ok_or_else(|| {
        Fault::NotSetUp(format!("`{}` does not say how long copies live", instrument.id()))
    })
}
