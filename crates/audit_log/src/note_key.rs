//! Keys of notes as text (C2SP `signed-note`): `name+0123abcd+base64`.

use crate::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::{VerifyingKey, sha256_parts};
use std::fmt;
use std::str::FromStr;

/// What a note key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKeyKind {
    /// The text of the note: the key of a log (type `0x01`, Ed25519).
    Log,
    /// The text and a moment: the key of a witness (type `0x04`, Ed25519 `cosignature/v1`).
    Witness,
}

impl NoteKeyKind {
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }
}

/// The public key of whoever signs notes: a name, a kind and an Ed25519 key. Name and id together say which key
/// made a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    kind: NoteKeyKind,
    key: VerifyingKey,
}

impl NoteKey {
    /// The key of `name`; for a log, the name is its origin.
    ///
    /// # Errors
    /// When the name is empty or has a space, a plus or a control character in it.
    pub fn new(name: &str, kind: NoteKeyKind, key: VerifyingKey) -> Result<Self, Error> {
        if !is_name(name) {
            return Err(Error::malformed("a key name", "write it without spaces and `+`"));
        }
        Ok(Self { name: name.to_owned(), kind, key })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub const fn kind(&self) -> NoteKeyKind {
        self.kind
    }

    /// The Ed25519 key.
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The id: the first four bytes of SHA-256 of name, line feed, kind and key.
    pub fn id(&self) -> [u8; 4] {
        let name = self.name.as_bytes();
        let digest = sha256_parts(&[name, b"\n", &[self.kind.byte()], self.key.as_bytes()]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        [a, b, c, d]
    }
}

/// True for a name that may stand in a signature line.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{id:08x}+{}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for NoteKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = |why| Error::malformed("a note key", why);
        let (name, rest) =
            text.split_once('+').ok_or_else(|| malformed("write it as `name+0123abcd+base64`"))?;
        let key = rest.split_once('+').and_then(|(_, key)| STANDARD.decode(key).ok());
        let (kind, key) = key
            .as_deref()
            .and_then(<[u8]>::split_first)
            .ok_or_else(|| malformed("the part after the second `+` is not base64"))?;
        let kind = match kind {
            1 => NoteKeyKind::Log,
            4 => NoteKeyKind::Witness,
            _ => return Err(malformed("only Ed25519 keys of logs and witnesses are read")),
        };
        let key = key.try_into().map_err(|_| malformed("an Ed25519 key has 32 bytes"))?;
        let key = Self::new(name, kind, VerifyingKey::from_bytes(key))?;
        // The id is a checksum over name and key: a mistyped key does not get through.
        if key.to_string() != text {
            return Err(malformed("the id in the middle is not that of this name and key"));
        }
        Ok(key)
    }
}
