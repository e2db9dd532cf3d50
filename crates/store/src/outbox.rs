//! Envelopes on their way: put in the transaction of their effect, carried by somebody else.

mod due;

use crate::draft::Draft;
use crate::engine::{Sql, for_update_if_free, values};
use crate::log::Leaf;
use crate::sealing::{Place, Sealing};
use crate::store::Store;
use crate::work::{Urgency, Work};
use crate::{Error, LogReceipt, message};
use access::Grant;
use exchange::{Envelope, EnvelopeId};
use vocabulary::{AuthorityId, NodeId, Timestamp};

/// Envelopes to be sent on their own, such as copies of records to partners.
#[derive(Debug)]
pub struct SendEnvelopes<'a> {
    /// The grant of the disclosure; none when nothing personal leaves and the entry records a refusal.
    pub grant: Option<&'a Grant>,
    /// What is to be logged.
    pub entry: Draft,
    /// The envelopes and the nodes they go to.
    pub envelopes: Vec<(NodeId, Envelope)>,
    /// When.
    pub at: Timestamp,
}

/// An envelope that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// The authority that sends it.
    pub authority: AuthorityId,
    /// Its id.
    pub id: EnvelopeId,
    /// Where it goes.
    pub to_node: NodeId,
    /// The envelope, byte for byte as it was signed.
    pub envelope: Envelope,
    /// How often it was tried.
    pub tries: u32,
    /// When it is no longer worth sending.
    pub expires: Timestamp,
}

/// An envelope that was not delivered in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredItem {
    /// The authority that sent it.
    pub authority: AuthorityId,
    /// Its id.
    pub id: EnvelopeId,
    /// Where it was to go.
    pub to_node: NodeId,
    /// How often it was tried.
    pub tries: u32,
}

/// What waits for one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Where it goes.
    pub to_node: NodeId,
    /// How many envelopes wait.
    pub waiting: u64,
    /// When the oldest of them was put here.
    pub oldest: Timestamp,
    /// What went wrong last with any of them.
    pub last_error: Option<String>,
}

/// Envelopes of one disclosure ready for their rows; made outside the writer.
pub(crate) struct ReadyToSend {
    leaf: Leaf,
    granted: bool,
    outgoing: Vec<Outgoing>,
    at: Timestamp,
}

impl ReadyToSend {
    /// Logs the disclosure and puts its envelopes into the outbox.
    pub(crate) fn write(&self, work: &mut Work<'_>) -> Result<LogReceipt, Error> {
        work.append(&self.leaf, self.granted)?;
        for envelope in &self.outgoing {
            put(work, &self.leaf.authority, envelope, (self.at, false))?;
        }
        Ok(LogReceipt::of(&self.leaf, self.granted))
    }
}

/// An envelope ready for its row; made outside the writer.
pub(crate) struct Outgoing {
    pub(crate) id: EnvelopeId,
    to_node: NodeId,
    expires: Timestamp,
    head: Vec<u8>,
    sealing: Sealing,
}

const TRIED: Sql = Sql {
    sqlite: "UPDATE outbox SET tries = tries + 1, next_try = ?1, note = ?2 \
             WHERE authority_id = ?3 AND envelope_id = ?4",
    postgres: "UPDATE outbox SET tries = tries + 1, next_try = ?1, note = ?2, claimed_until = 0 \
               WHERE authority_id = ?3 AND envelope_id = ?4",
};

const PUT: Sql = Sql {
    sqlite: "INSERT INTO outbox (authority_id, envelope_id, to_node, put_at, expires_at, next_try, \
             tries, head, key_slot, body) SELECT ?1, ?2, ?3, ?4, ?5, ?4, 0, ?6, ?7, ?8 WHERE ?9 = ?9",
    postgres: "INSERT INTO outbox (authority_id, envelope_id, to_node, put_at, expires_at, next_try, \
               tries, head, key_slot, body, claimed_until) VALUES (?1, ?2, ?3, ?4, ?5, ?4, 0, ?6, ?7, ?8, ?9)",
};

impl Store {
    /// Logs a disclosure and puts its envelopes into the outbox.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry and grant differ.
    pub fn send(&self, job: SendEnvelopes<'_>) -> Result<LogReceipt, Error> {
        let ready = self.ready_to_send(job)?;
        self.write(move |work| ready.write(work))
    }

    /// Seals envelopes for the outbox.
    pub(crate) fn ready_to_send(&self, job: SendEnvelopes<'_>) -> Result<ReadyToSend, Error> {
        let SendEnvelopes { grant, entry, envelopes, at } = job;
        let (leaf, granted) = (leaf(&entry, grant)?, grant.is_some());
        let outgoing = envelopes
            .iter()
            .map(|(to, envelope)| self.outgoing(&leaf.authority, Some(to), envelope, None))
            .collect::<Result<_, _>>()?;
        Ok(ReadyToSend { leaf, granted, outgoing, at })
    }

    /// Seals an envelope for the outbox. What is not given here the header says.
    pub(crate) fn outgoing(
        &self,
        authority: &AuthorityId,
        to_node: Option<&NodeId>,
        envelope: &Envelope,
        expires: Option<Timestamp>,
    ) -> Result<Outgoing, Error> {
        let header = envelope.unverified_header().map_err(|_| Error::Unfit {
            what: "the header of an envelope cannot be read; write it anew",
        })?;
        let sealing = self.seal(&place(authority, header.id), &message::content(envelope))?;
        Ok(Outgoing {
            id: header.id,
            to_node: to_node.unwrap_or(&header.to_node).clone(),
            expires: expires.unwrap_or(header.expires),
            head: message::head(envelope),
            sealing,
        })
    }

    /// Notes that these envelopes were tried in vain and when to try again.
    ///
    /// # Errors
    /// Those of the database.
    pub fn outbox_tried(
        &self,
        ids: &[EnvelopeId],
        next_try: Timestamp,
        note: &str,
    ) -> Result<(), Error> {
        let (ids, note) = (ids.to_vec(), note.chars().take(200).collect::<String>());
        self.write(move |work| {
            for &id in &ids {
                for authority in senders(work, id)? {
                    work.execute(
                        TRIED,
                        values![next_try.as_micros(), note, authority.as_str(), id.to_bytes()],
                    )?;
                }
            }
            Ok(())
        })
    }

    /// Makes everything that waits for `node` due at `now`: it can be reached again.
    ///
    /// # Errors
    /// Those of the database.
    pub fn outbox_hurry(&self, node: &NodeId, now: Timestamp) -> Result<(), Error> {
        let node = node.clone();
        self.write(move |work| {
            work.execute(
                "UPDATE outbox SET next_try = ?1 WHERE to_node = ?2 AND next_try > ?1",
                values![now.as_micros(), node.as_str()],
            )?;
            Ok(())
        })
    }

    /// Takes delivered envelopes out of the outbox and says how many of them were still there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn outbox_done(&self, ids: &[EnvelopeId]) -> Result<usize, Error> {
        let ids = ids.to_vec();
        self.write(move |work| {
            let mut done = 0_usize;
            for &id in &ids {
                for authority in senders(work, id)? {
                    done = done.saturating_add(usize::from(take(work, &authority, id)?));
                }
            }
            Ok(done)
        })
    }

    /// Takes out what is no longer worth sending and says what it was.
    ///
    /// # Errors
    /// Those of the database.
    pub fn outbox_expire(&self, now: Timestamp) -> Result<Vec<ExpiredItem>, Error> {
        self.write(move |work| {
            let expired = expired(work, now)?;
            expired.into_iter().map(|(authority, id)| take_expired(work, authority, id)).collect()
        })
    }

    /// What waits, node by node.
    ///
    /// # Errors
    /// Those of the database.
    pub fn outbox_state(&self) -> Result<Vec<QueueRow>, Error> {
        self.read_rows("reading the outbox", |rows| {
            rows.all(
                "SELECT to_node, count(*), min(put_at), max(note) FROM outbox \
                 GROUP BY to_node ORDER BY to_node",
                values![],
                |row| {
                    let to_node: String = row.get(0)?;
                    Ok(QueueRow {
                        to_node: to_node
                            .parse()
                            .map_err(|_| Error::Damaged { what: "a node id" })?,
                        waiting: row.get(1)?,
                        oldest: Timestamp::from_micros(row.get(2)?),
                        last_error: row.get(3)?,
                    })
                },
            )
        })
    }
}

/// The leaf of a draft: under its grant, or as a refusal when there is none.
pub(crate) fn leaf(draft: &Draft, grant: Option<&Grant>) -> Result<Leaf, Error> {
    match grant {
        Some(grant) => draft.under(grant),
        None => draft.refused(),
    }
}

/// Puts an envelope into the outbox. One that is handed on in memory as well is left to this process for a while.
pub(crate) fn put(
    work: &mut Work<'_>,
    authority: &AuthorityId,
    envelope: &Outgoing,
    (at, handed_on): (Timestamp, bool),
) -> Result<(), Error> {
    let claimed_until = if handed_on { at.plus_millis(due::CLAIMED_MILLIS).as_micros() } else { 0 };
    let slot = work.keep_key(&envelope.sealing)?;
    work.execute(
        PUT,
        values![
            authority.as_str(),
            envelope.id.to_bytes(),
            envelope.to_node.as_str(),
            at.as_micros(),
            envelope.expires.as_micros(),
            envelope.head,
            slot,
            envelope.sealing.bytes,
            claimed_until,
        ],
    )?;
    Ok(())
}

/// Ids of what is no longer worth sending; the index of times alone answers this.
fn expired(work: &Work<'_>, now: Timestamp) -> Result<Vec<(AuthorityId, EnvelopeId)>, Error> {
    work.all(
        for_update_if_free!("SELECT authority_id, envelope_id FROM outbox WHERE expires_at <= ?1"),
        values![now.as_micros()],
        |row| {
            let authority: String = row.get(0)?;
            let damaged = |_| Error::Damaged { what: "an authority id" };
            Ok((authority.parse().map_err(damaged)?, EnvelopeId::from_bytes(row.get(1)?)))
        },
    )
}

fn take_expired(
    work: &mut Work<'_>,
    authority: AuthorityId,
    id: EnvelopeId,
) -> Result<ExpiredItem, Error> {
    let damaged = || Error::Damaged { what: "an outbox row" };
    let row: Option<(String, u32)> = work.one(
        "SELECT to_node, tries FROM outbox WHERE authority_id = ?1 AND envelope_id = ?2",
        values![authority.as_str(), id.to_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (to_node, tries) = row.ok_or_else(damaged)?;
    take(work, &authority, id)?;
    let to_node = to_node.parse().map_err(|_| damaged())?;
    Ok(ExpiredItem { authority, id, to_node, tries })
}

/// Takes an envelope out of the outbox and destroys its key; false when it is not there.
pub(crate) fn take(
    work: &mut Work<'_>,
    authority: &AuthorityId,
    id: EnvelopeId,
) -> Result<bool, Error> {
    let slot: Option<i64> = work.one(
        "DELETE FROM outbox WHERE authority_id = ?1 AND envelope_id = ?2 RETURNING key_slot",
        values![authority.as_str(), id.to_bytes()],
        |row| row.get(0),
    )?;
    match slot {
        Some(slot) => {
            work.destroy_key(authority, slot, Urgency::WithTheNextGroup)?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// The authorities in whose name the envelope lies in the outbox: one, or none.
fn senders(work: &Work<'_>, id: EnvelopeId) -> Result<Vec<AuthorityId>, Error> {
    work.all(
        "SELECT authority_id FROM outbox WHERE envelope_id = ?1 \
         AND authority_id IN (SELECT authority_id FROM log_state)",
        values![id.to_bytes()],
        |row| {
            let name: String = row.get(0)?;
            name.parse().map_err(|_| Error::Damaged { what: "an authority id" })
        },
    )
}

fn place(authority: &AuthorityId, id: EnvelopeId) -> Place {
    Place::new("outbox", &[authority.as_str().as_bytes(), &id.to_bytes()])
}
