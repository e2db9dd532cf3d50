//! The holder's side: copies and inventories come from their owner and are stored, indexed and receipted.

use super::{ASKED_AT_ONCE, valid_until};
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
