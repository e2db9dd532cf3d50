//! Opening a search: its log entries, what was asked, and one envelope per register, in one transaction.

use super::{part_place, search_place};
use crate::draft::Draft;
use crate::engine::values;
use crate::log::Leaf;
use crate::outbox::{self, Outgoing};
use crate::sealing::{Sealing, frame};
use crate::store::Store;
use crate::work::Work;
use crate::{Error, LogReceipt};
use access::Grant;
use exchange::Envelope;
use seal::keyed_hash;
use vocabulary::{
    AuthorityId, NodeId, OfficerId, Outcome, PurposeId, QueryId, RegisterId, Role, Timestamp,
};

/// A search to be opened.
#[derive(Debug)]
pub struct OpenSearch<'a> {
    /// The asking authority.
    pub authority: AuthorityId,
    /// The query; every entry is for it.
    pub query: QueryId,
    /// The officer who asks.
    pub officer: OfficerId,
    /// In which function.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// What is asked and why, as JSON; stored sealed.
    pub content: Vec<u8>,
    /// One entry per instrument granted.
    pub entries: Vec<(&'a Grant, Draft)>,
    /// One entry per instrument refused.
    pub refused: Vec<Draft>,
    /// The registers asked.
    pub parts: Vec<NewPart>,
}

/// One register of a new search.
#[derive(Debug)]
pub struct NewPart {
    /// The register.
    pub register: RegisterId,
    /// Its outcome, where that is known at once.
    pub outcome: Option<Outcome>,
    /// Its answer, where there is one at once; stored sealed.
    pub answer: Option<Vec<u8>>,
    /// The envelope that asks it; it goes to the outbox.
    pub envelope: Option<Envelope>,
    /// The node the envelope goes to; without one the header says it.
    pub to_node: Option<NodeId>,
    /// When the answer is no longer awaited.
    pub expires: Timestamp,
}

/// A part ready for its row; made outside the writer.
struct ReadyPart {
    register: RegisterId,
    outcome: Option<Outcome>,
    answer: Option<Sealing>,
    outgoing: Option<Outgoing>,
    expires: Timestamp,
}

/// A search ready for its rows.
struct Ready {
    authority: AuthorityId,
    query: QueryId,
    officer: [u8; 16],
    role: Role,
    purpose: PurposeId,
    at: Timestamp,
    content: Sealing,
    leaves: Vec<(Leaf, bool)>,
    parts: Vec<ReadyPart>,
}

impl Store {
    /// Opens a search. The receipts come in the order of `entries`, then of `refused`; those of refusals open
    /// nothing.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when an entry is not for this authority and query or differs from its grant.
    pub fn open_search(&self, job: OpenSearch<'_>) -> Result<Vec<LogReceipt>, Error> {
        let leaves = leaves(&job)?;
        let purpose = match (job.entries.first(), job.refused.first()) {
            (Some((grant, _)), _) => Some(grant.purpose().clone()),
            (None, Some(draft)) => draft.entry.purpose.clone(),
            (None, None) => None,
        };
        let purpose = purpose.ok_or(Error::NotGranted { what: "purpose" })?;
        let parts = [job.officer.as_str().as_bytes(), job.role.as_str().as_bytes(), &job.content];
        let place = search_place(&job.authority, job.query);
        let ready = Ready {
            content: self.seal(&place, &frame(parts.into_iter()))?,
            officer: self.officer_lookup(&job.authority, &job.officer),
            parts: job
                .parts
                .into_iter()
                .map(|part| self.ready_part(&job.authority, job.query, part))
                .collect::<Result<_, _>>()?,
            authority: job.authority,
            query: job.query,
            role: job.role,
            purpose,
            at: job.at,
            leaves,
        };
        self.write(move |work| ready.write(work))
    }

    fn ready_part(
        &self,
        authority: &AuthorityId,
        query: QueryId,
        part: NewPart,
    ) -> Result<ReadyPart, Error> {
        let place = part_place(authority, query, &part.register);
        let answer = part
            .answer
            .as_deref()
            .map(|answer| self.seal(&place, &frame([answer, &[]].into_iter())))
            .transpose()?;
        let outgoing = part
            .envelope
            .as_ref()
            .map(|envelope| {
                self.outgoing(authority, part.to_node.as_ref(), envelope, Some(part.expires))
            })
            .transpose()?;
        let NewPart { register, outcome, expires, .. } = part;
        Ok(ReadyPart { register, outcome, answer, outgoing, expires })
    }

    /// The keyed hash under which an officer's searches are listed.
    pub(super) fn officer_lookup(&self, authority: &AuthorityId, officer: &OfficerId) -> [u8; 16] {
        let parts =
            [b"officer".as_slice(), authority.as_str().as_bytes(), officer.as_str().as_bytes()];
        let hash = keyed_hash(self.engine().lookup_secret(), &[&frame(parts.into_iter())]);
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(hash.as_bytes()) {
            *to = *from;
        }
        short
    }
}

fn leaves(job: &OpenSearch<'_>) -> Result<Vec<(Leaf, bool)>, Error> {
    let granted = job.entries.iter().map(|(grant, draft)| Ok((draft.under(grant)?, true)));
    let refused = job.refused.iter().map(|draft| Ok((draft.refused()?, false)));
    let leaves = granted.chain(refused).collect::<Result<Vec<_>, Error>>()?;
    for (leaf, _) in &leaves {
        if leaf.authority != job.authority {
            return Err(Error::NotGranted { what: "authority" });
        }
        if leaf.query != Some(job.query) {
            return Err(Error::NotGranted { what: "query" });
        }
    }
    Ok(leaves)
}

impl Ready {
    fn write(&self, work: &mut Work<'_>) -> Result<Vec<LogReceipt>, Error> {
        for (leaf, granted) in &self.leaves {
            work.append(leaf, *granted)?;
        }
        let slot = work.keep_key(&self.content)?;
        work.execute(
            "INSERT INTO search (authority_id, query_id, officer_lookup, role, purpose_id, asked_at, \
             key_slot, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            values![
                self.authority.as_str(),
                self.query.to_bytes(),
                self.officer,
                self.role.as_str(),
                self.purpose.as_str(),
                self.at.as_micros(),
                slot,
                self.content.bytes,
            ],
        )?;
        for part in &self.parts {
            self.write_part(work, part)?;
        }
        Ok(self.leaves.iter().map(|(leaf, granted)| LogReceipt::of(leaf, *granted)).collect())
    }

    fn write_part(&self, work: &mut Work<'_>, part: &ReadyPart) -> Result<(), Error> {
        if let Some(outgoing) = &part.outgoing {
            outbox::put(work, &self.authority, outgoing, (self.at, true))?;
        }
        let slot = part.answer.as_ref().map(|sealing| work.keep_key(sealing)).transpose()?;
        work.execute(
            "INSERT INTO search_part (authority_id, query_id, owner_id, instrument_id, outcome, \
             asked_at, answered_at, expires_at, envelope_id, key_slot, answer) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            values![
                self.authority.as_str(),
                self.query.to_bytes(),
                part.register.authority().as_str(),
                part.register.instrument().as_str(),
                part.outcome.map(Outcome::as_str),
                self.at.as_micros(),
                part.outcome.map(|_| self.at.as_micros()),
                part.expires.as_micros(),
                part.outgoing.as_ref().map(|outgoing| outgoing.id.to_bytes()),
                slot,
                part.answer.as_ref().map(|sealing| &sealing.bytes),
            ],
        )?;
        Ok(())
    }
}
