//! Holding: copies of somebody else's records are taken in on his word and go when it says so or runs out.

use crate::disseminate::valid_until;
use crate::fault::Fault;
use crate::node::Node;
use crate::receive::about;
use crate::replies::Replying;
use access::Grant;
use audit_log::Entry;
use exchange::{
    Body, CopiesBody, Envelope, InventoryBody, Kind, Promise, ReceivedBody, VerifiedEnvelope,
};
use instrument::{Instrument, Topology};
use std::sync::Arc;
use store::{AcceptCopies, AcceptInventory, Accepted, Draft, Inventoried};
use vocabulary::{ProcessingOperation, RegisterId, Timestamp};

/// How many missing copies a holder asks for at once: their ids stay within the largest size of a receipt.
const ASKED_AT_ONCE: usize = 200;

impl Node {
    /// Copies from an owner: stored, indexed, receipted.
    pub(crate) fn accept_copies(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Arc<Instrument>,
        body: CopiesBody,
    ) -> Result<Envelope, Fault> {
        let at = self.now();
        check_owner(incoming, instrument, &body.register)?;
        let header = incoming.header();
        self.copies_may_pass((&header.from_authority, &header.to_authority), instrument, at)?;
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
            gone: body.gone,
            as_of: body.as_of,
            valid_until: valid_until(instrument, body.as_of)?,
            at,
        })?;
        match accepted {
            Accepted::Fresh { changes, erased, .. } => {
                for key in erased {
                    self.index_erase(&holder, instrument.id(), key);
                }
                for (key, record) in &changes {
                    self.index_put(&holder, instrument, *key, record);
                }
                Ok(reply)
            }
            Accepted::Again(reply) => Ok(reply),
        }
    }

    /// The owner's inventory, or a part of it: copies that are not on it are erased here, the others live on. What is
    /// missing of a part is asked for at once; the rest happens when all its parts are there.
    pub(crate) fn accept_inventory(
        &self,
        incoming: &VerifiedEnvelope,
        instrument: &Arc<Instrument>,
        body: &InventoryBody,
    ) -> Result<Envelope, Fault> {
        let at = self.now();
        check_owner(incoming, instrument, &body.register)?;
        let holder = incoming.header().to_authority.clone();
        let (grant, entry, promise) = self.holding(incoming, instrument, at)?;
        let missing = self.store().copies_missing((&holder, at), &body.register, &body.records)?;
        let missing = missing.into_iter().take(ASKED_AT_ONCE).collect();
        let reply = self.receipt(incoming, instrument, ReceivedBody { promise, missing }, at)?;
        let ours = valid_until(instrument, body.as_of)?;
        let accepted = self.store().accept_inventory(AcceptInventory {
            grant: &grant,
            entry: Draft { entry },
            incoming,
            reply: &reply,
            inventory: body,
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
