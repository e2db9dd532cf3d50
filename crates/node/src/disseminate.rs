//! Dissemination: copies of short life go to every other node, with an inventory, and end on the owner's word.

use crate::fault::Fault;
use crate::node::Node;
use crate::replies::Address;
use audit_log::Entry;
use exchange::{
    Body, CopiesBody, Envelope, InventoryBody, Kind, Promise, ReceivedBody, VerifiedEnvelope,
};
use instrument::{Instrument, Topology};
use std::sync::{Arc, PoisonError};
use store::{AcceptCopies, AcceptInventory, Accepted, Draft, Inventoried, SendEnvelopes};
use vocabulary::{
    AuthorityId, NodeId, ProcessingOperation, Record, RecordId, RegisterId, Timestamp,
};

/// How many records one envelope of copies holds.
const COPIES_IN_ENVELOPE: usize = 100;

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
        self.own_records(&receipt, authority, instrument, first, &mut |_, record| {
            chunk.push(record.clone());
            if chunk.len() >= COPIES_IN_ENVELOPE && result.is_ok() {
                result = self.send_copies(authority, instrument, std::mem::take(&mut chunk));
            }
        })?;
        result?;
        if !chunk.is_empty() {
            self.send_copies(authority, instrument, chunk)?;
        }
        self.send_inventory(authority, instrument)
    }

    /// Sends copies of these records to every other authority of the trust list.
    pub(crate) fn send_copies(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        records: Vec<Record>,
    ) -> Result<(), Fault> {
        let register = RegisterId::new(authority.clone(), instrument.id().clone());
        let body = Body::from(CopiesBody { register, as_of: self.now(), records });
        self.send_to_all(authority, instrument, &body)
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
        let mut records: Vec<RecordId> = Vec::new();
        self.own_records(&receipt, authority, instrument, None, &mut |_, record| {
            records.push(record.id.clone());
        })?;
        records.sort();
        let body = Body::from(InventoryBody {
            register: RegisterId::new(authority.clone(), instrument.id().clone()),
            as_of: at,
            valid_until: self.valid_until(instrument, at)?,
            after: None,
            through: None,
            records,
            complete: true,
        });
        self.send_to_all(authority, instrument, &body)
    }

    fn valid_until(&self, instrument: &Instrument, sent: Timestamp) -> Result<Timestamp, Fault> {
        rules::copy_valid_until(instrument, sent).ok_or_else(|| {
            Fault::NotSetUp(format!("`{}` does not say how long copies live", instrument.id()))
        })
    }

    fn send_to_all(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        body: &Body,
    ) -> Result<(), Fault> {
        let at = self.now();
        let (grant, entry) =
            self.decide_task(authority, instrument, ProcessingOperation::Disclosure, at)?;
        let trust = self.trust();
        let partners = trust.authorities().filter(|(_, partner)| partner.id != *authority);
        let mut envelopes: Vec<(NodeId, Envelope)> = Vec::new();
        for (node, partner) in partners {
            let address = Address { from: authority, to_node: &node.node, to: &partner.id };
            let envelope = self.write_message(&address, instrument, body, at)?;
            envelopes.push((node.node.clone(), envelope));
        }
        if envelopes.is_empty() {
            return Ok(());
        }
        let entry = Draft { entry };
        self.store().send(SendEnvelopes { grant: Some(&grant), entry, envelopes, at })?;
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
        self.check_owner(incoming, instrument, &body.register)?;
        if let Some(bad) = body.records.iter().find(|r| !instrument.check_record(r).is_empty()) {
            let first = instrument.check_record(bad).first().map(ToString::to_string);
            return Err(Fault::invalid("records", first.unwrap_or_default()));
        }
        let holder = incoming.header().to_authority.clone();
        let (grant, entry, promise) = self.holding(incoming, instrument, at)?;
        let reply = self.receipt(incoming, instrument, promise, at)?;
        let accepted = self.store().accept_copies(AcceptCopies {
            grant: &grant,
            entry: Draft { entry },
            incoming,
            reply: &reply,
            register: body.register,
            records: body.records,
            as_of: body.as_of,
            valid_until: self.valid_until(instrument, body.as_of)?,
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
        self.check_owner(incoming, instrument, &body.register)?;
        let holder = incoming.header().to_authority.clone();
        let (grant, entry, promise) = self.holding(incoming, instrument, at)?;
        let reply = self.receipt(incoming, instrument, promise, at)?;
        let ours = self.valid_until(instrument, body.as_of)?;
        let accepted = self.store().accept_inventory(AcceptInventory {
            grant: &grant,
            entry: Draft { entry },
            incoming,
            reply: &reply,
            register: body.register.clone(),
            ids: body.records.clone(),
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

    fn check_owner(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Instrument,
        register: &RegisterId,
    ) -> Result<(), Fault> {
        let header = incoming.header();
        if *register.authority() != header.from_authority
            || register.instrument() != instrument.id()
        {
            let what =
                format!("`{register}` is not a register of the sender under this instrument");
            return Err(Fault::invalid("register", what));
        }
        if instrument.topology() != Topology::Disseminated {
            let what = "the instrument is not disseminated; ask the owner instead";
            return Err(Fault::invalid("instrument", what));
        }
        Ok(())
    }

    /// The right of the holder to keep copies, with the entry and the promise of it.
    fn holding(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Instrument,
        at: Timestamp,
    ) -> Result<(access::Grant, Entry, Promise), Fault> {
        let header = incoming.header();
        let (grant, entry) = self.decide_task(
            &header.to_authority,
            instrument,
            ProcessingOperation::Collection,
            at,
        )?;
        let entry = self.about(entry, incoming);
        let promise = self.promise(&entry)?;
        Ok((grant, entry, promise))
    }

    fn receipt(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Instrument,
        promise: Promise,
        at: Timestamp,
    ) -> Result<Envelope, Fault> {
        debug_assert_ne!(incoming.header().kind, Kind::Received, "receipts are not receipted");
        let body = Body::from(ReceivedBody { promise });
        self.write_reply(incoming, instrument, &body, self.shared.environment.bytes(), at)
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
