//! Changes that must follow one another, whichever process makes them.

use crate::Error;
use crate::postgres::Turn as PostgresTurn;
use crate::store::Store;
use std::fmt;
use std::sync::{MutexGuard, PoisonError};

/// The turn to change a record and to tell the holders of its copies. It lasts until it is dropped.
pub struct Turn<'a> {
    /// Held, and let go by being dropped.
    _held: Held<'a>,
}

enum Held<'a> {
    /// One process: a lock in its memory.
    Sqlite { _lock: MutexGuard<'a, ()> },
    /// A lock in the database.
    Postgres { _turn: PostgresTurn<'a> },
}

impl Store {
    /// Waits for the turn to change a record, so that what the holders of copies are told last is what stands. No two
    /// callers have it at once, whichever process they are in. If the connection that holds it is lost, so is the
    /// turn: the next inventory then mends what was told in the wrong order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn turn_to_change(&self) -> Result<Turn<'_>, Error> {
        let held = match self {
            Self::Sqlite(engine) => {
                let lock = engine.changing().lock().unwrap_or_else(PoisonError::into_inner);
                Held::Sqlite { _lock: lock }
            }
            Self::Postgres(engine) => Held::Postgres { _turn: engine.turn()? },
        };
        Ok(Turn { _held: held })
    }
}

impl fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}
