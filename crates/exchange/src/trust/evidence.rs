//! Revoked keys, and what old evidence is worth after one was revoked.

use super::TrustList;
use crate::{Envelope, Header, Rejection, verify_signatures};
use seal::{KeyId, VerifyingKey};
use serde::{Deserialize, Serialize};
use vocabulary::{NodeId, Timestamp};

/// A key that the keepers revoked. Nothing it signs from then on is accepted; the entry stays for the judging of what it
/// signed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedKey {
    /// The public key.
    pub key: VerifyingKey,
    /// Whose it was.
    pub node: NodeId,
    /// When the keepers revoked it.
    pub revoked: Timestamp,
    /// Since when others may have had it, where that is known: from then on its signatures prove nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_since: Option<Timestamp>,
}

impl RevokedKey {
    /// Up to which moment its signatures count, where they can be shown to lie before it.
    pub fn counts_until(&self) -> Timestamp {
        self.compromised_since.map_or(self.revoked, |since| since.min(self.revoked))
    }
}

/// An envelope that was kept, with what else there is to judge it by.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The envelope, with or without its body.
    pub envelope: &'a Envelope,
    /// The trust list that was in force at receipt: the log entry of the receipt names its version.
    pub list_at_receipt: &'a TrustList,
    /// The earliest moment at which enough witnesses had cosigned a checkpoint that contains the entry of the receipt;
    /// none when there is no such checkpoint.
    pub cosigned: Option<Timestamp>,
}

/// What an envelope proves today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Node and authority of the header wrote it.
    Holds {
        /// The signed header.
        header: Box<Header>,
        /// The key that counts.
        signer: KeyId,
    },
    /// Its key was revoked, and the signature was cosigned before that: it still counts.
    HoldsAsCosigned {
        /// The signed header.
        header: Box<Header>,
        /// The key that counts.
        signer: KeyId,
        /// When it had been cosigned.
        cosigned: Timestamp,
    },
    /// The signature is good, and whoever else had the key may have made it.
    ProvesNothing {
        /// The revoked key.
        signer: KeyId,
        /// Up to which moment its signatures count.
        counts_until: Timestamp,
        /// When it had been cosigned, where it was.
        cosigned: Option<Timestamp>,
    },
}

/// Judges kept evidence: by the list in force at receipt; and where `current` has revoked the key since, only if it was
/// cosigned before the moment from which that key proves nothing.
///
/// # Errors
/// When it was never to be believed.
pub fn judge_evidence(
    evidence: &Evidence<'_>,
    current: &TrustList,
) -> Result<Judgement, Rejection> {
    let (header, signer) = verify_signatures(evidence.envelope, evidence.list_at_receipt)?;
    let header = Box::new(header);
    let listed = |key: &KeyId| evidence.list_at_receipt.key(key).is_some();
    let mut signers = evidence.envelope.signatures().iter().map(|(id, _)| *id).filter(listed);
    // One sound key is enough: during a rotation a node signs with two.
    if let Some(signer) = signers.find(|id| current.content().revocation(id).is_none()) {
        return Ok(Judgement::Holds { header, signer });
    }
    let revoked = current.content().revocation(&signer);
    let counts_until = revoked.map_or(current.content().issued, RevokedKey::counts_until);
    Ok(match evidence.cosigned {
        Some(cosigned) if cosigned < counts_until => {
            Judgement::HoldsAsCosigned { header, signer, cosigned }
        }
        cosigned => Judgement::ProvesNothing { signer, counts_until, cosigned },
    })
}
