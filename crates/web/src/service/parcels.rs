//! Parcels: how envelopes are packed, and what becomes of a parcel that came.

use super::Service;
use crate::carrier::Framing;
use crate::reception::ReceiveFault;
use exchange::{Envelope, Limits, Parcel, Rejection};
use node::{Fault, Node};
use std::sync::Arc;
use std::thread;
use vocabulary::NodeId;

/// How envelopes become a parcel and back.
pub(super) fn framing(node: &Node) -> Framing {
    let limits = *node.limits();
    Framing {
        pack: Arc::new(|envelopes| {
            let read = envelopes.iter().filter_map(|bytes| Envelope::decode(bytes).ok());
            let envelopes: Vec<Envelope> = read.collect();
            Parcel::encode(&envelopes).unwrap_or_default()
        }),
        unpack: Arc::new(move |bytes| unpack(bytes, &limits)),
        reply_to: Arc::new(|bytes| {
            let header = Envelope::decode(bytes).ok()?.unverified_header().ok()?;
            header.reply_to.map(exchange::EnvelopeId::to_bytes)
        }),
    }
}

fn unpack(bytes: &[u8], limits: &Limits) -> Option<Vec<Vec<u8>>> {
    let envelopes = Parcel::decode(bytes, limits).ok()?;
    envelopes.iter().map(|envelope| envelope.encode().ok()).collect()
}

/// Takes a parcel from the node that TLS recognised and gives the parcel of replies. The envelopes are worked on
/// side by side, so that they share one commit.
pub(super) fn receive(
    service: &Arc<Service>,
    from: &NodeId,
    bytes: &[u8],
) -> Result<Vec<u8>, ReceiveFault> {
    let node = service.node();
    let envelopes = Parcel::decode(bytes, node.limits())
        .map_err(|error| ReceiveFault::Malformed(error.to_string()))?;
    let Some((first, rest)) = envelopes.split_first() else {
        return Err(ReceiveFault::Malformed("an empty parcel; send envelopes".to_owned()));
    };
    for envelope in &envelopes {
        service.hear_of_envelope(envelope);
    }
    let mut results = thread::scope(|scope| {
        let others: Vec<_> = rest
            .iter()
            .map(|envelope| scope.spawn(move || node.receive(Some(from), envelope)))
            .collect();
        let mut results = vec![node.receive(Some(from), first)];
        for other in others {
            let broken = || Err(Fault::NotSetUp("a use case ended without a result".to_owned()));
            results.push(other.join().unwrap_or_else(|_| broken()));
        }
        results
    });
    let mut refused = None;
    let mut replies = Vec::with_capacity(results.len());
    for result in results.drain(..) {
        match result {
            Ok(reply) => replies.push(reply),
            Err(fault) => {
                tracing::warn!(%from, %fault, "an envelope was not taken");
                refused.get_or_insert(fault);
            }
        }
    }
    match refused {
        // Nothing of the parcel was taken: the partner is told why.
        Some(fault) if replies.is_empty() => Err(told(&fault)),
        _ => Parcel::encode(&replies).map_err(|error| ReceiveFault::Fault(error.to_string())),
    }
}

fn told(fault: &Fault) -> ReceiveFault {
    match fault {
        Fault::Rejected(Rejection::ListFrozen(_)) => ReceiveFault::Frozen(fault.to_string()),
        Fault::NoAgreement(_)
        | Fault::TrustList(_)
        | Fault::Rejected(_)
        | Fault::Message(_)
        | Fault::Invalid { .. }
        | Fault::Refused(_)
        | Fault::NotFound(_) => ReceiveFault::Malformed(fault.to_string()),
        Fault::Store(_) | Fault::Key(_) | Fault::File(_) | Fault::NotSetUp(_) => {
            ReceiveFault::Fault(fault.to_string())
        }
    }
}
