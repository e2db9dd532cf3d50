//! Who sequences a log where several processes work on one database.
//!
//! Whoever opens the log last leads it; the epoch in its row says so, and every move of the log is refused to all
//! others. The leader is seen in the row every second. When it was not seen for some seconds, or said that it goes,
//! another process takes the log over. A leader that only seemed gone is refused by the epoch, whatever it does.

use crate::Error;
use crate::engine::values;
use crate::store::Store;
use crate::work::to_i64;
use vocabulary::AuthorityId;

/// The leader is seen at least so often, in microseconds of the database's clock.
const SEEN_EVERY: i64 = 1_000_000;
/// A leader that was not seen for so long, in microseconds of the database's clock, is taken for gone.
const SILENT: i64 = 5_000_000;

/// The time of the database in microseconds since 1970.
macro_rules! database_now {
    () => {
        "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    };
}

pub(super) use database_now;

impl Store {
    /// True when this process is the one that sequences and publishes the log of `authority`. It becomes that one when
    /// the other has not been seen for five seconds. With `SQLite` there is one process, and it leads.
    ///
    /// # Errors
    /// [`Error::NoLog`] when the log was not opened here; those of [`Store::open_log`] when it is taken over.
    pub fn leads_log(&self, authority: &AuthorityId) -> Result<bool, Error> {
        if matches!(self, Self::Sqlite(_)) {
            return Ok(true);
        }
        let ours = self.engine().publications().epoch(authority)?;
        let seen = self.read_rows("reading the log", |rows| {
            rows.one(
                concat!(
                    "SELECT epoch, ",
                    database_now!(),
                    " - seen_at, origin FROM log_state WHERE authority_id = ?1"
                ),
                values![authority.as_str()],
                |row| Ok((row.get::<u64>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?)),
            )
        })?;
        let (epoch, since, origin) =
            seen.ok_or_else(|| Error::NoLog { authority: authority.clone() })?;
        if epoch == ours {
            return if since < SEEN_EVERY { Ok(true) } else { self.seen(authority, ours) };
        }
        if since < SILENT {
            return Ok(false);
        }
        self.open_log(authority, &origin).map(|_| true)
    }

    /// Says that this process leads; false when it leads no more.
    fn seen(&self, authority: &AuthorityId, epoch: u64) -> Result<bool, Error> {
        let (owner, epoch) = (authority.clone(), to_i64(epoch)?);
        let changed = self.write(move |work| {
            work.execute(
                concat!(
                    "UPDATE log_state SET seen_at = ",
                    database_now!(),
                    " WHERE authority_id = ?1 AND epoch = ?2"
                ),
                values![owner.as_str(), epoch],
            )
        })?;
        Ok(changed == 1)
    }

    /// Says that this process goes: another one may lead its logs at once.
    pub(crate) fn leave_logs(&self) {
        if matches!(self, Self::Sqlite(_)) {
            return;
        }
        for (authority, epoch) in self.engine().publications().all() {
            // Without it the others wait until this process was not seen for a while.
            self.write(move |work| {
                work.execute(
                    "UPDATE log_state SET seen_at = 0 WHERE authority_id = ?1 AND epoch = ?2",
                    values![authority.as_str(), to_i64(epoch)?],
                )
            })
            .ok();
        }
    }
}
