//! Answering a query: decision, log entry and answer in one transaction; the same envelope is answered once.

use crate::draft::Draft;
use crate::engine::{Statements, values};
use crate::log::Leaf;
use crate::outbox;
use crate::sealing::{Place, Sealing, frame, unframe};
use crate::store::Store;
use crate::work::Work;
use crate::{Error, LogReceipt, Sealed, message};
use access::Grant;
use exchange::{Envelope, EnvelopeId, VerifiedEnvelope};
use vocabulary::{AuthorityId, Timestamp};

/// An answer to be given to a query.
#[derive(Debug)]
pub struct AnswerQuery<'a> {
    /// What is to be logged: the grant, or the refusal.
    pub entry: Draft,
    /// The grant; none when the query is refused.
    pub grant: Option<&'a Grant>,
    /// The query as it came.
    pub incoming: &'a VerifiedEnvelope,
    /// The answer.
    pub answer: Answering,
    /// When.
    pub at: Timestamp,
}

/// An answer before it is seen.
#[derive(Debug)]
pub enum Answering {
    /// Worked out under a grant: it comes out against the receipt.
    Sealed(Sealed<Envelope>),
    /// A refusal: it holds nothing personal.
    Plain(Envelope),
}

impl Answering {
    /// The answer, against the receipt of its entry.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when it is sealed and the receipt is not that of its query.
    pub fn open(self, receipt: &LogReceipt) -> Result<Envelope, Error> {
        match self {
            Self::Sealed(sealed) => sealed.open(receipt),
            Self::Plain(envelope) => Ok(envelope),
        }
    }

    fn inside(&self) -> &Envelope {
        match self {
            Self::Sealed(sealed) => sealed.inside(),
            Self::Plain(envelope) => envelope,
        }
    }
}

/// What became of an answer.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it lives for one call")]
pub enum Answered {
    /// It is logged and kept. The receipt opens it; that of a refusal opens nothing else.
    Fresh {
        /// The receipt of the entry.
        receipt: LogReceipt,
        /// The answer as it was handed in.
        answer: Answering,
    },
    /// The query was answered before: the answer of then, byte for byte. Nothing was logged again.
    Again(Envelope),
}

/// What goes into the inbox; made outside the writer.
pub(crate) struct Incoming {
    id: EnvelopeId,
    from_node: String,
    instrument: String,
    expires: Timestamp,
    head: Vec<u8>,
    answer_head: Option<Vec<u8>>,
    bodies: Sealing,
    at: Timestamp,
}

impl Store {
    /// Logs the decision on a query and keeps its answer. An envelope that was answered before gets the same
    /// answer again.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant, query and answer do not belong together.
    pub fn answer_query(&self, job: AnswerQuery<'_>) -> Result<Answered, Error> {
        let leaf = outbox::leaf(&job.entry, job.grant)?;
        check(&job, &leaf)?;
        let header = job.incoming.header();
        if let Some(again) = self.answer_given(&leaf.authority, header.id)? {
            return Ok(Answered::Again(again));
        }
        let granted = job.grant.is_some();
        let incoming =
            self.incoming(&leaf.authority, job.incoming, Some(job.answer.inside()), job.at)?;
        let receipt = self.write(move |work| {
            if !incoming.put(work, &leaf.authority)? {
                return Ok(None);
            }
            work.append(&leaf, granted)?;
            Ok(Some(LogReceipt::of(&leaf, granted)))
        })?;
        match receipt {
            Some(receipt) => Ok(Answered::Fresh { receipt, answer: job.answer }),
            None => self.reply_given(job.incoming).map(Answered::Again),
        }
    }

    /// The answer given to an envelope, if it was answered before: whoever asks twice is not searched twice.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn answer_given(
        &self,
        authority: &AuthorityId,
        id: EnvelopeId,
    ) -> Result<Option<Envelope>, Error> {
        self.read_rows("reading the inbox", |rows| {
            let Some((Some(head), slot, sealed)) = inbox_row(rows, authority, id)? else {
                return Ok(None);
            };
            let bodies = place(authority, id).open(self.engine().keys(), slot, &sealed)?;
            let mut rest = bodies.as_slice();
            unframe(&mut rest)?;
            message::envelope(&head, unframe(&mut rest)?).map(Some)
        })
    }

    /// The reply given to an envelope that was taken before.
    pub(crate) fn reply_given(&self, incoming: &VerifiedEnvelope) -> Result<Envelope, Error> {
        let header = incoming.header();
        self.answer_given(&header.to_authority, header.id)?
            .ok_or(Error::Damaged { what: "a reply" })
    }

    /// Seals an envelope that came in, and its answer, for the inbox.
    pub(crate) fn incoming(
        &self,
        authority: &AuthorityId,
        incoming: &VerifiedEnvelope,
        answer: Option<&Envelope>,
        at: Timestamp,
    ) -> Result<Incoming, Error> {
        let header = incoming.header();
        let question = message::content(incoming.envelope());
        let reply = answer.map(message::content).unwrap_or_default();
        let bodies = frame([question.as_slice(), reply.as_slice()].into_iter());
        Ok(Incoming {
            id: header.id,
            from_node: header.from_node.to_string(),
            instrument: header.instrument.to_string(),
            expires: header.expires,
            head: message::head(incoming.envelope()),
            answer_head: answer.map(message::head),
            bodies: self.seal(&place(authority, header.id), &bodies)?,
            at,
        })
    }
}

impl Incoming {
    /// Puts the envelope into the inbox; false when it is there already.
    pub(crate) fn put(&self, work: &mut Work<'_>, authority: &AuthorityId) -> Result<bool, Error> {
        let known = work.any(
            "SELECT 1 FROM inbox WHERE authority_id = ?1 AND envelope_id = ?2",
            values![authority.as_str(), self.id.to_bytes()],
        )?;
        if known {
            return Ok(false);
        }
        let slot = work.keep_key(&self.bodies)?;
        work.execute(
            "INSERT INTO inbox (authority_id, envelope_id, from_node, taken_at, head, answer_head, \
             key_slot, bodies, instrument_id, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            values![
                authority.as_str(),
                self.id.to_bytes(),
                self.from_node,
                self.at.as_micros(),
                self.head,
                self.answer_head,
                slot,
                self.bodies.bytes,
                self.instrument,
                self.expires.as_micros(),
            ],
        )?;
        Ok(true)
    }
}

fn check(job: &AnswerQuery<'_>, leaf: &Leaf) -> Result<(), Error> {
    let header = job.incoming.header();
    if leaf.authority != header.to_authority {
        return Err(Error::NotGranted { what: "authority" });
    }
    if leaf.query != header.query {
        return Err(Error::NotGranted { what: "query" });
    }
    match (&job.answer, job.grant) {
        (Answering::Sealed(sealed), Some(_)) if Some(sealed.query()) == leaf.query => Ok(()),
        (Answering::Plain(_), None) => Ok(()),
        (Answering::Sealed(_), _) | (Answering::Plain(_), Some(_)) => {
            Err(Error::NotGranted { what: "answer" })
        }
    }
}

type InboxColumns = (Option<Vec<u8>>, i64, Vec<u8>);

fn inbox_row(
    rows: Statements<'_>,
    authority: &AuthorityId,
    id: EnvelopeId,
) -> Result<Option<InboxColumns>, Error> {
    rows.one(
        "SELECT answer_head, key_slot, bodies FROM inbox WHERE authority_id = ?1 AND envelope_id = ?2",
        values![authority.as_str(), id.to_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

fn place(authority: &AuthorityId, id: EnvelopeId) -> Place {
    Place::new("inbox", &[authority.as_str().as_bytes(), &id.to_bytes()])
}
