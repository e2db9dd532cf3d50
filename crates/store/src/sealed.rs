//! A value that nobody sees before the access to it is logged.

use crate::{Error, LogReceipt};
use access::Grant;
use seal::Digest;
use std::fmt;
use vocabulary::{AuthorityId, InstrumentId, QueryId};

/// A value worked out under a grant and closed until the entry of the same query is durable. One can work on
/// it inside the seal and take a digest out; the value itself comes out against the receipt only.
pub struct Sealed<T> {
    authority: AuthorityId,
    query: QueryId,
    instrument: InstrumentId,
    value: T,
}

impl<T> Sealed<T> {
    /// Closes `value` under `grant`.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when the grant is for no query.
    pub fn under(grant: &Grant, value: T) -> Result<Self, Error> {
        let query = grant.query().ok_or(Error::NotGranted { what: "query" })?;
        Ok(Self {
            authority: grant.owner().clone(),
            query,
            instrument: grant.instrument().clone(),
            value,
        })
    }

    /// Works on the value without taking it out.
    pub fn map<U>(self, work: impl FnOnce(T) -> U) -> Sealed<U> {
        let Self { authority, query, instrument, value } = self;
        Sealed { authority, query, instrument, value: work(value) }
    }

    /// Works on the value without taking it out, where the work may fail.
    ///
    /// # Errors
    /// Those of `work`, which must not carry what was sealed.
    pub fn try_map<U, E>(self, work: impl FnOnce(T) -> Result<U, E>) -> Result<Sealed<U>, E> {
        let Self { authority, query, instrument, value } = self;
        Ok(Sealed { authority, query, instrument, value: work(value)? })
    }

    /// Joins two values of the same query.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when they are not of the same authority, query and instrument.
    pub fn and<U>(self, other: Sealed<U>) -> Result<Sealed<(T, U)>, Error> {
        if self.authority != other.authority || self.instrument != other.instrument {
            return Err(Error::WrongReceipt { what: "authority or instrument" });
        }
        if self.query != other.query {
            return Err(Error::WrongReceipt { what: "query" });
        }
        let Self { authority, query, instrument, value } = self;
        Ok(Sealed { authority, query, instrument, value: (value, other.value) })
    }

    /// A digest of the value: all that comes out before the entry is durable.
    pub fn digest(&self, digest: impl FnOnce(&T) -> Digest) -> Digest {
        digest(&self.value)
    }

    /// Takes the value out against the receipt of the same query.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is of another authority, query or instrument, or of a refusal.
    pub fn open(self, receipt: &LogReceipt) -> Result<T, Error> {
        receipt.must_cover(&self.authority, &self.instrument)?;
        if receipt.must_have_query()? != self.query {
            return Err(Error::WrongReceipt { what: "query" });
        }
        Ok(self.value)
    }

    /// For storing it under a payload key in the transaction of its entry.
    pub(crate) fn inside(&self) -> &T {
        &self.value
    }

    /// The query under which it is closed.
    pub fn query(&self) -> QueryId {
        self.query
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}, {})", self.query, self.instrument)
    }
}
