//! What of a node ends when: one list for the page, the program log and the metrics.

use crate::node::Node;
use exchange::Expiry;
use std::sync::PoisonError;
use vocabulary::Timestamp;

/// The time for which the certificate of the node's TLS key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificate {
    /// Its `notBefore`.
    pub from: Timestamp,
    /// Its `notAfter`.
    pub until: Timestamp,
}

impl Node {
    /// Tells the node from when until when its certificate is written.
    pub fn note_certificate(&self, certificate: Certificate) {
        let mut noted =
            self.shared.trust.certificate.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = Some(certificate);
    }

    /// Everything of this node and its list that ends some day, the nearest first.
    pub fn expiries(&self) -> Vec<Expiry> {
        let (now, own) = (self.now(), &self.shared.settings.node);
        let mut rows = self.trust().expiries(own, now);
        let noted = self.shared.trust.certificate.lock().unwrap_or_else(PoisonError::into_inner);
        rows.extend(noted.map(|certificate| {
            Expiry::of(
                ("tls_certificate", "the certificate of this node".to_owned()),
                (certificate.from, certificate.until),
                now,
                "make the next one with `eunomia trust rotate --tls`; the exchange goes by the pinned key and does not \
                 stop, but proxies and monitors do go by the date",
            )
        }));
        rows.sort_by_key(|row| row.when);
        rows
    }
}
