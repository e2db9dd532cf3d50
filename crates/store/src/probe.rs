//! Whether the store can be written now: for whoever looks after the node.

use crate::Error;
use crate::engine::values;
use crate::store::Store;

impl Store {
    /// Makes a change that changes nothing durable, in the group of whatever else is being written.
    ///
    /// # Errors
    /// Why nothing can be written: [`Error::Full`] when there is no room, others when the database is gone.
    pub fn probe(&self) -> Result<(), Error> {
        self.write(|work| work.execute("UPDATE log_state SET epoch = epoch", values![]).map(drop))
    }
}
