//! The heads of other logs that this node has cosigned: judged and kept in one transaction.

use crate::Error;
use crate::engine::{Statements, values};
use crate::store::Store;
use crate::work::to_i64;
use audit_log::{AddCheckpoint, Judgement, NoteKey, TreeSize, WitnessedHead, judge};
use seal::Digest;
use vocabulary::AuthorityId;

impl Store {
    /// Judges a request to cosign a head of a log of `authority`, at `at` seconds since 1970-01-01T00:00:00Z. When it
    /// is consistent, the head is durable before this returns: only then may it be cosigned.
    ///
    /// # Errors
    /// Those of the database; nothing was kept then.
    pub fn witness(
        &self,
        authority: &AuthorityId,
        request: &AddCheckpoint,
        keys: &[NoteKey],
        at: u64,
    ) -> Result<Judgement, Error> {
        let (owner, request, keys) = (authority.clone(), request.clone(), keys.to_vec());
        self.write(move |work| {
            // Two processes must not judge two heads of one log by the same older one.
            work.lock_log(&owner)?;
            let kept = witnessed(work.tx, &owner, request.origin())?;
            let judgement = judge(&request, &keys, kept.as_ref(), at);
            if let Judgement::Consistent(consistent) = &judgement {
                let head = consistent.head();
                work.execute(
                    "INSERT INTO witness_head (authority_id, origin, size, root, note, cosigned_at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (authority_id, origin) DO UPDATE \
                     SET size = excluded.size, root = excluded.root, note = excluded.note, \
                     cosigned_at = excluded.cosigned_at",
                    values![
                        owner.as_str(),
                        request.origin(),
                        to_i64(head.size.get())?,
                        head.root.as_bytes(),
                        head.note.as_str(),
                        to_i64(head.at)?
                    ],
                )?;
            }
            Ok(judgement)
        })
    }

    /// The largest head of the log `origin` of `authority` that this node has cosigned.
    ///
    /// # Errors
    /// Those of the database.
    pub fn witnessed(
        &self,
        authority: &AuthorityId,
        origin: &str,
    ) -> Result<Option<WitnessedHead>, Error> {
        self.read_rows("reading cosigned heads", |rows| witnessed(rows, authority, origin))
    }
}

fn witnessed(
    rows: Statements<'_>,
    authority: &AuthorityId,
    origin: &str,
) -> Result<Option<WitnessedHead>, Error> {
    rows.one(
        "SELECT size, root, note, cosigned_at FROM witness_head \
         WHERE authority_id = ?1 AND origin = ?2",
        values![authority.as_str(), origin],
        |row| {
            let root: Vec<u8> = row.get(1)?;
            let damaged = |_| Error::Damaged { what: "the root of a cosigned head" };
            Ok(WitnessedHead {
                size: TreeSize::new(row.get(0)?),
                root: Digest::from_bytes(root.try_into().map_err(damaged)?),
                note: row.get(2)?,
                at: row.get(3)?,
            })
        },
    )
}
