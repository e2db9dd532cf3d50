//! Signed notes (C2SP `signed-note`) and witness cosignatures (C2SP `tlog-cosignature`).

use crate::note_key::is_name;
use crate::{Error, NoteKey, NoteKeyKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::{Signature, SigningKey};
use std::fmt;
use std::str::FromStr;

/// The longest note that is read, in bytes: room for 100 post-quantum signatures.
const MAX_NOTE: usize = 1 << 20;
/// The most signatures that are read; the format asks for at least 16.
const MAX_SIGNATURES: usize = 100;

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub key_id: [u8; 4],
    /// The signature; a cosignature begins with the eight bytes of its moment.
    pub bytes: Vec<u8>,
}

/// A text with the signatures under it. Nothing it says may be believed before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// Whose signature under a note was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// The key.
    pub key: NoteKey,
    /// For a witness, the moment of its cosignature in seconds since 1970-01-01T00:00:00Z.
    pub seconds: Option<u64>,
}

impl Note {
    /// A note without signatures. The text must end with a line feed.
    ///
    /// # Errors
    /// When the text does not end with a line feed or has another control character in it.
    pub fn new(text: &str) -> Result<Self, Error> {
        if !text.ends_with('\n') || has_control(text) {
            return Err(Error::malformed(
                "the text of a note",
                "only whole lines, no control characters",
            ));
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// The text, with its last line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Signs as a log: `name` is its origin.
    ///
    /// # Errors
    /// When the name cannot stand in a signature line.
    pub fn sign(&mut self, name: &str, key: &SigningKey) -> Result<(), Error> {
        let public = NoteKey::new(name, NoteKeyKind::Log, key.verifying_key())?;
        let bytes = key.sign_bare(self.text.as_bytes()).as_bytes().to_vec();
        self.attach(NoteSignature { name: name.to_owned(), key_id: public.id(), bytes });
        Ok(())
    }

    /// Cosigns as a witness, at `seconds` since 1970-01-01T00:00:00Z: this is the largest head of this log the
    /// witness has seen, and it is consistent with all it saw before.
    ///
    /// # Errors
    /// When the name cannot stand in a signature line.
    pub fn cosign(&mut self, name: &str, key: &SigningKey, seconds: u64) -> Result<(), Error> {
        let signature = self.cosignature(name, key, seconds)?;
        self.attach(signature);
        Ok(())
    }

    /// The cosignature of [`Note::cosign`], for somebody else to attach.
    ///
    /// # Errors
    /// As [`Note::cosign`].
    pub fn cosignature(
        &self,
        name: &str,
        key: &SigningKey,
        seconds: u64,
    ) -> Result<NoteSignature, Error> {
        let public = NoteKey::new(name, NoteKeyKind::Witness, key.verifying_key())?;
        let signature = key.sign_bare(cosigned(&self.text, seconds).as_bytes());
        let mut bytes = seconds.to_be_bytes().to_vec();
        bytes.extend_from_slice(signature.as_bytes());
        Ok(NoteSignature { name: name.to_owned(), key_id: public.id(), bytes })
    }

    /// Adds a signature made elsewhere, such as a witness's answer; one of the same key is replaced.
    pub fn attach(&mut self, signature: NoteSignature) {
        let same = |s: &NoteSignature| s.name == signature.name && s.key_id == signature.key_id;
        self.signatures.retain(|s| !same(s));
        self.signatures.push(signature);
    }

    /// Checks the signatures of the given keys; those of other keys are ignored. Each key is named once.
    ///
    /// # Errors
    /// [`Error::BadSignature`] when a signature of a given key does not verify, [`Error::NotSigned`] when no given
    /// key signed.
    pub fn verify(&self, keys: &[NoteKey]) -> Result<Vec<Signatory>, Error> {
        let mut verified: Vec<Signatory> = Vec::new();
        for signature in &self.signatures {
            let known =
                |key: &&NoteKey| key.name() == signature.name && key.id() == signature.key_id;
            let Some(key) = keys.iter().find(known) else { continue };
            let seconds = self.check(key, &signature.bytes)?;
            if verified.iter().all(|signatory| signatory.key != *key) {
                verified.push(Signatory { key: key.clone(), seconds });
            }
        }
        if verified.is_empty() { Err(Error::NotSigned) } else { Ok(verified) }
    }

    /// Checks one signature; gives the moment of a cosignature.
    fn check(&self, key: &NoteKey, bytes: &[u8]) -> Result<Option<u64>, Error> {
        let bad = || Error::BadSignature(key.name().to_owned());
        let (seconds, signature) = match key.kind() {
            NoteKeyKind::Log => (None, bytes),
            NoteKeyKind::Witness => {
                let (seconds, signature) = bytes.split_first_chunk::<8>().ok_or_else(bad)?;
                (Some(u64::from_be_bytes(*seconds)), signature)
            }
        };
        if seconds.is_some_and(|seconds| i64::try_from(seconds).is_err()) {
            return Err(bad());
        }
        let signature = Signature::from_bytes(signature.try_into().map_err(|_| bad())?);
        let signed = seconds.map(|seconds| cosigned(&self.text, seconds));
        let signed = signed.as_deref().unwrap_or(&self.text);
        key.key().verify_bare(signed.as_bytes(), &signature).map_err(|_| bad())?;
        Ok(seconds)
    }
}

/// The bytes a witness signs.
fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| c < ' ' && c != '\n')
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_vec();
        bytes.extend_from_slice(&self.bytes);
        write!(f, "\u{2014} {} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for NoteSignature {
    type Err = Error;

    /// Reads one signature line, without its line feed.
    fn from_str(line: &str) -> Result<Self, Error> {
        let malformed = |why| Error::malformed("a signature line", why);
        let (name, rest) = line
            .strip_prefix("\u{2014} ")
            .and_then(|rest| rest.split_once(' '))
            .filter(|(name, _)| is_name(name))
            .ok_or_else(|| malformed("write it as dash, name and base64"))?;
        let bytes = STANDARD.decode(rest).map_err(|_| malformed("the signature is not base64"))?;
        match bytes.split_first_chunk::<4>() {
            Some((key_id, signature)) if !signature.is_empty() => {
                Ok(Self { name: name.to_owned(), key_id: *key_id, bytes: signature.to_vec() })
            }
            _ => Err(malformed("the signature is empty")),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl FromStr for Note {
    type Err = Error;

    fn from_str(note: &str) -> Result<Self, Error> {
        let malformed = |why| Error::malformed("a signed note", why);
        if note.len() > MAX_NOTE {
            return Err(malformed("it is longer than a mebibyte"));
        }
        // The last empty line separates the text from the signatures; the text keeps its line feed.
        let (text, lines) =
            note.rsplit_once("\n\n").ok_or_else(|| malformed("no empty line before signatures"))?;
        let mut parsed = Self::new(&format!("{text}\n"))?;
        let lines =
            lines.strip_suffix('\n').ok_or_else(|| malformed("the last line has no line feed"))?;
        for line in lines.split('\n') {
            if parsed.signatures.len() == MAX_SIGNATURES {
                return Err(malformed("it has more than 100 signatures"));
            }
            parsed.signatures.push(line.parse()?);
        }
        Ok(parsed)
    }
}
