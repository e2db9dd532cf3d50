//! What stands in an envelope: one type per kind, as JSON padded with spaces to a size class.
//!
//! The length of an answer must not tell what it says, so a body is filled up with spaces, which are white space to any
//! JSON reader: queries and receipts to a power of two from 1 KiB; answers and refusals to 2, 8, 32 or 128 KiB;
//! copies and inventories to a multiple of 4 KiB.

mod answer;
mod copies;
mod query;

pub use answer::{AnswerBody, ReceivedBody, RefusalBody, RefusalReason};
pub use copies::{CopiesBody, InventoryBody, InventoryPart, ListedRecord, whole_digest};
pub use query::{QueryBody, Question};

use crate::{Error, Kind, strict_json};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The body of an envelope, by its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A question to one register.
    Query(QueryBody),
    /// Match or no match.
    Answer(AnswerBody),
    /// The asker may not ask this.
    Refusal(RefusalBody),
    /// Copies of records.
    Copies(CopiesBody),
    /// The ids of records that are still valid.
    Inventory(InventoryBody),
    /// A receipt.
    Received(ReceivedBody),
}

impl Body {
    /// The kind of envelope it belongs in.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Query(_) => Kind::Query,
            Self::Answer(_) => Kind::Answer,
            Self::Refusal(_) => Kind::Refusal,
            Self::Copies(_) => Kind::Copies,
            Self::Inventory(_) => Kind::Inventory,
            Self::Received(_) => Kind::Received,
        }
    }

    /// Writes the body as JSON and fills it up to its size class.
    ///
    /// # Errors
    /// [`Error::Contradiction`] when the body does, [`Error::TooLarge`] beyond the largest class.
    pub fn encode_padded(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let kind = self.kind();
        let mut bytes = match self {
            Self::Query(body) => write(kind, body),
            Self::Answer(body) => write(kind, body),
            Self::Refusal(body) => write(kind, body),
            Self::Copies(body) => write(kind, body),
            Self::Inventory(body) => write(kind, body),
            Self::Received(body) => write(kind, body),
        }?;
        strict_json::check(&bytes).map_err(|source| Error::Json { part: part(kind), source })?;
        let class = size_class(kind, bytes.len()).ok_or(Error::TooLarge {
            what: "a body",
            bytes: bytes.len(),
            most: class_max(kind),
        })?;
        bytes.resize(class, b' ');
        Ok(bytes)
    }

    /// Reads a body of this kind.
    ///
    /// # Errors
    /// When it is not the JSON of such a body, contradicts itself, or is beyond the largest class.
    pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Self, Error> {
        let most = class_max(kind);
        if bytes.len() > most {
            return Err(Error::TooLarge { what: "a body", bytes: bytes.len(), most });
        }
        let body = match kind {
            Kind::Query => Self::Query(read(kind, bytes)?),
            Kind::Answer => Self::Answer(read(kind, bytes)?),
            Kind::Refusal => Self::Refusal(read(kind, bytes)?),
            Kind::Copies => Self::Copies(read(kind, bytes)?),
            Kind::Inventory => Self::Inventory(read(kind, bytes)?),
            Kind::Received => Self::Received(read(kind, bytes)?),
        };
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Error> {
        let found = match self {
            Self::Query(body) => body.contradiction(),
            Self::Answer(body) => body.contradiction(),
            Self::Refusal(body) => body.contradiction(),
            Self::Inventory(body) => body.contradiction(),
            Self::Copies(body) => body.contradiction(),
            Self::Received(_) => None,
        };
        let part = part(self.kind());
        found.map_or(Ok(()), |what| Err(Error::Contradiction { part, what }))
    }
}

/// Makes `Body` from the body of one kind.
macro_rules! from_body {
    ($($variant:ident($body:ident)),+) => {$(
        impl From<$body> for Body {
            fn from(body: $body) -> Self {
                Self::$variant(body)
            }
        }
    )+};
}

from_body!(
    Query(QueryBody),
    Answer(AnswerBody),
    Refusal(RefusalBody),
    Copies(CopiesBody),
    Inventory(InventoryBody),
    Received(ReceivedBody)
);

fn part(kind: Kind) -> &'static str {
    match kind {
        Kind::Query => "a query body",
        Kind::Answer => "an answer body",
        Kind::Refusal => "a refusal body",
        Kind::Copies => "a copies body",
        Kind::Inventory => "an inventory body",
        Kind::Received => "a receipt body",
    }
}

fn write<T: Serialize>(kind: Kind, body: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(|error| Error::Json {
        part: part(kind),
        source: strict_json::Error::Content(error.to_string()),
    })
}

fn read<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<T, Error> {
    strict_json::from_slice(bytes).map_err(|source| Error::Json { part: part(kind), source })
}

/// The most bytes of a body of this kind.
pub(crate) const fn class_max(kind: Kind) -> usize {
    match kind {
        Kind::Query | Kind::Received => 64 << 10,
        Kind::Answer | Kind::Refusal => 128 << 10,
        Kind::Copies | Kind::Inventory => 16 << 20,
    }
}

/// The size class that takes `bytes` bytes, if there is one.
pub fn size_class(kind: Kind, bytes: usize) -> Option<usize> {
    let class = match kind {
        Kind::Query | Kind::Received => bytes.max(1 << 10).checked_next_power_of_two()?,
        Kind::Answer | Kind::Refusal => {
            [2 << 10, 8 << 10, 32 << 10, 128 << 10].into_iter().find(|class| *class >= bytes)?
        }
        Kind::Copies | Kind::Inventory => bytes.max(1).checked_next_multiple_of(4 << 10)?,
    };
    (class <= class_max(kind)).then_some(class)
}
