//! Envelopes that are due, handed out to be carried.

use super::{OutboxItem, place};
use crate::engine::{Row, Sql, Statements, values};
use crate::key_file::KeyFile;
use crate::store::Store;
use crate::{Error, message};
use exchange::EnvelopeId;
use vocabulary::{AuthorityId, NodeId, Timestamp};

/// For so long an envelope that was just put or handed out is left to the process that has it, where several send.
pub(super) const CLAIMED_MILLIS: i64 = 45_000;

const DUE: Sql = Sql {
    sqlite: "SELECT authority_id, envelope_id, to_node, tries, expires_at, head, key_slot, body \
             FROM outbox WHERE (to_node = ?1 OR ?1 IS NULL) AND next_try <= ?2 \
             AND expires_at > ?2 AND ?4 = ?4 ORDER BY next_try LIMIT ?3",
    postgres: "WITH due AS (SELECT authority_id, envelope_id, next_try FROM outbox \
               WHERE (to_node = ?1 OR ?1 IS NULL) AND next_try <= ?2 AND expires_at > ?2 \
               AND claimed_until <= ?2 ORDER BY next_try LIMIT ?3 FOR UPDATE SKIP LOCKED), \
               claimed AS (UPDATE outbox AS o SET claimed_until = ?4 FROM due \
               WHERE o.authority_id = due.authority_id AND o.envelope_id = due.envelope_id \
               RETURNING o.authority_id, o.envelope_id, o.to_node, o.tries, o.expires_at, o.head, o.key_slot, \
               o.body, due.next_try) SELECT * FROM claimed ORDER BY next_try",
};

impl Store {
    /// Envelopes to be tried now, the longest due first, `most` of them. Where several processes send, an envelope is
    /// given to one of them and to no other for three quarters of a minute.
    ///
    /// # Errors
    /// Those of the database.
    pub fn outbox_due(
        &self,
        now: Timestamp,
        to: Option<&NodeId>,
        most: u32,
    ) -> Result<Vec<OutboxItem>, Error> {
        let until = now.plus_millis(CLAIMED_MILLIS).as_micros();
        let to = to.map(ToString::to_string);
        let due = move |rows: Statements<'_>| {
            rows.all(DUE, values![to, now.as_micros(), most, until], DueRow::read)
        };
        let rows = match self {
            Self::Sqlite(_) => self.read_rows("reading the outbox", due)?,
            Self::Postgres(_) => self.write(move |work| due(work.tx))?,
        };
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let (authority, id) = (row.authority.clone(), row.id);
            match row.open(self.engine().keys()) {
                Ok(item) => items.push(item),
                // Delivered meanwhile: its key is destroyed and its row is gone.
                Err(Error::Payload(_)) if !self.is_in_outbox(&authority, id)? => {}
                Err(error) => return Err(error),
            }
        }
        Ok(items)
    }

    fn is_in_outbox(&self, authority: &AuthorityId, id: EnvelopeId) -> Result<bool, Error> {
        self.read_rows("reading the outbox", |rows| {
            let sql = "SELECT 1 FROM outbox WHERE authority_id = ?1 AND envelope_id = ?2";
            rows.any(sql, values![authority.as_str(), id.to_bytes()])
        })
    }
}

/// A row that is due, before its body is opened.
struct DueRow {
    authority: AuthorityId,
    id: EnvelopeId,
    to_node: NodeId,
    tries: u32,
    expires: Timestamp,
    head: Vec<u8>,
    slot: i64,
    body: Vec<u8>,
}

impl DueRow {
    fn read(row: &Row<'_>) -> Result<Self, Error> {
        let damaged = || Error::Damaged { what: "an outbox row" };
        let (authority, to_node): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(Self {
            authority: authority.parse().map_err(|_| damaged())?,
            id: EnvelopeId::from_bytes(row.get(1)?),
            to_node: to_node.parse().map_err(|_| damaged())?,
            tries: row.get(3)?,
            expires: Timestamp::from_micros(row.get(4)?),
            head: row.get(5)?,
            slot: row.get(6)?,
            body: row.get(7)?,
        })
    }

    fn open(self, keys: &KeyFile) -> Result<OutboxItem, Error> {
        let Self { authority, id, to_node, tries, expires, .. } = self;
        let content = place(&authority, id).open(keys, self.slot, &self.body)?;
        let envelope = message::envelope(&self.head, &content)?;
        Ok(OutboxItem { authority, id, to_node, envelope, tries, expires })
    }
}
