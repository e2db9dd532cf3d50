//! Dissemination: copies of short life go to every other node, with an inventory, and end on the owner's word.

use crate::fault::Fault;
use crate::node::Node;
use crate::receive::about;
use crate::replies::{Address, Replying};
use access::Grant;
use audit_log::Entry;
use exchange::{
    Body, CopiesBody, Envelope, InventoryBody, Kind, Promise, ReceivedBody, VerifiedEnvelope,
};
use instrument::{Instrument, Topology};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use store::{
    AcceptCopies, AcceptInventory, Accepted, Draft, Inventoried, RecordState, SendEnvelopes,
};
use vocabulary::{
    AuthorityId, NodeId, ProcessingOperation, Record, RecordId, RegisterId, Timestamp,
};

/// How many records one envelope of copies holds.
const COPIES_IN_ENVELOPE: usize = 100;
/// How many missing copies a holder asks for at once: their ids stay within the largest size of a receipt.
const ASKED_AT_ONCE: usize = 200;

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
        let body = Body::from(CopiesBody { register, as_of, records });
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
        self.tell(self.inventory(authority, instrument, None)?.as_ref())
    }

    /// The inventory of a register, without the record that is about to go.
    pub(crate) fn inventory(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        without: Option<&RecordId>,
    ) -> Result<Option<Telling>, Fault> {
        let at = self.now();
        let (grant, entry) =
            self.decide_task(authority, instrument, ProcessingOperation::Consultation, at)?;
        let receipt = self.store().log_maintenance(&grant, &Draft { entry })?;
        let mut records: Vec<RecordId> = Vec::new();
        self.own_records(&receipt, None, &mut |_, record| {
            if without != Some(&record.id) {
                records.push(record.id.clone());
            }
        })?;
        records.sort();
        let until = valid_until(instrument, at)?;
        // A holder who got no inventory for as long as copies live has none left; what happened twice as long ago
        // every copy has seen, or is gone.
        let since = at.plus_millis(until.millis_since(at).saturating_mul(-2));
        let mut corrected: BTreeMap<RecordId, Timestamp> =
            self.store().corrected_since(&receipt, since)?.into_iter().collect();
        corrected.retain(|id, _| records.binary_search(id).is_ok());
        let body = Body::from(InventoryBody {
            register: RegisterId::new(authority.clone(), instrument.id().clone()),
            as_of: at,
            valid_until: until,
            after: None,
            through: None,
            records,
            corrected,
            complete: true,
        });
        self.telling((authority, None), instrument, &body)
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
            partner.id != *authority && to.is_none_or(|to| partner.id == *to)
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

    /// Copies from an owner: stored, indexed, receipted.
    pub(crate) fn accept_copies(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Arc<Instrument>,
        body: CopiesBody,
    ) -> Result<Envelope, Fault> {
        let at = self.now();
        check_owner(incoming, instrument, &body.register)?;
        if let Some(bad) = body.records.iter().find(|r| !instrument.check_record(r).is_empty()) {
            let first = instrument.check_record(bad).first().map(ToString::to_string);
            return Err(Fault::invalid("records", first.unwrap_or_default()));
        }
        let holder = incoming.header().to_authority.clone();
        let (grant, entry, promise) = self.holding(incoming, instrument, at)?;
        let body_of_reply = ReceivedBody { promise, missing: Vec::new() };
        let reply = self.receipt(incoming, instrument, body_of_reply, at)?;
        let accepted = self.store().accept_copies(AcceptCopies {
            grant: &grant,
            entry: Draft { entry },
            incoming,
            reply: &reply,
            register: body.register,
            records: body.records,
            as_of: body.as_of,
            valid_until: valid_until(instrument, body.as_of)?,
            at,
        })?;
        match accepted {
            Accepted::Fresh { changes, .. } => {
                for (key, record) in &changes {
                    self.index_put(&holder, instrument, *key, record);
                }
                Ok(reply)
            }
            Accepted::Again(reply) => Ok(reply),
        }
    }

    /// The owner's inventory: copies that are not on it are erased here, the others live on.
    pub(crate) fn accept_inventory(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Arc<Instrument>,
        body: &InventoryBody,
    ) -> Result<Envelope, Fault> {
        let at = self.now();
        check_owner(incoming, instrument, &body.register)?;
        if body.after.is_some() || body.through.is_some() || !body.complete {
            let what = "an inventory in parts is not understood here; send it whole";
            return Err(Fault::invalid("complete", what));
        }
        let holder = incoming.header().to_authority.clone();
        let (grant, entry, promise) = self.holding(incoming, instrument, at)?;
        let missing = self.store().copies_missing(
            (&holder, at),
            &body.register,
            (&body.records, &body.corrected),
        )?;
        let missing = missing.into_iter().take(ASKED_AT_ONCE).collect();
        let reply = self.receipt(incoming, instrument, ReceivedBody { promise, missing }, at)?;
        let ours = valid_until(instrument, body.as_of)?;
        let accepted = self.store().accept_inventory(AcceptInventory {
            grant: &grant,
            entry: Draft { entry },
            incoming,
            reply: &reply,
            register: body.register.clone(),
            ids: body.records.clone(),
            corrected: body.corrected.clone(),
            as_of: body.as_of,
            valid_until: body.valid_until.min(ours),
            at,
        })?;
        match accepted {
            Inventoried::Fresh { erased, .. } => {
                for key in erased {
                    self.index_erase(&holder, instrument.id(), key);
                }
                Ok(reply)
            }
            Inventoried::Again(reply) => Ok(reply),
        }
    }

    /// The right of the holder to keep copies, with the entry and the promise of it.
    fn holding(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Instrument,
        at: Timestamp,
    ) -> Result<(Grant, Entry, Promise), Fault> {
        let header = incoming.header();
        let (grant, entry) = self.decide_task(
            &header.to_authority,
            instrument,
            ProcessingOperation::Collection,
            at,
        )?;
        let entry = about(entry, incoming);
        let promise = self.promise(&entry)?;
        Ok((grant, entry, promise))
    }

    fn receipt(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Instrument,
        body: ReceivedBody,
        at: Timestamp,
    ) -> Result<Envelope, Fault> {
        debug_assert_ne!(incoming.header().kind, Kind::Received, "receipts are not receipted");
        let body = Body::from(body);
        let replying = Replying { incoming, instrument, at };
        self.write_reply(&replying, &body, self.shared.environment.bytes())
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

    /// Erases copies whose life is over, everywhere on this node. Returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub fn expire_copies(&self) -> Result<usize, Fault> {
        let at = self.now();
        let mut gone = 0_usize;
        for (authority, instrument) in crate::node::covered(&self.shared.hosted, &self.shared.law) {
            if instrument.topology() != Topology::Disseminated {
                continue;
            }
            let (grant, entry) =
                self.decide_task(authority, instrument, ProcessingOperation::Erasure, at)?;
            let expired = self.store().expire_copies(&grant, &Draft { entry }, at)?;
            let keys = expired.map(|(_, keys)| keys).unwrap_or_default();
            gone = gone.saturating_add(keys.len());
            for key in keys {
                self.index_erase(authority, instrument.id(), key);
            }
        }
        Ok(gone)
    }
}

/// Until when copies sent at `sent` live, when the act lets copies live at all.
fn valid_until(instrument: &Instrument, sent: Timestamp) -> Result<Timestamp, Fault> {
    rules::copy_valid_until(instrument, sent).ok_or_else(|| {
        Fault::NotSetUp(format!("`{}` does not say how long copies live", instrument.id()))
    })
}

/// Only the owner speaks of his register, and only where the act has copies.
fn check_owner(
    incoming: &VerifiedEnvelope,
    instrument: &Instrument,
    register: &RegisterId,
) -> Result<(), Fault> {
    let header = incoming.header();
    if *register.authority() != header.from_authority || register.instrument() != instrument.id() {
        let what = format!("`{register}` is not a register of the sender under this instrument");
        return Err(Fault::invalid("register", what));
    }
    if instrument.topology() != Topology::Disseminated {
        let what = "the instrument is not disseminated; ask the owner instead";
        return Err(Fault::invalid("instrument", what));
    }
    Ok(())
}
