//! An index as bytes: `EUNOINDX`, version, kind, words, pseudonyms, records, check sum; whole numbers little endian.
//!
//! What the comparison needs of a word is not written but made again when it is read, so a reader can trust it.

use crate::candidate::RecordKey;
use crate::dates::Packed;
use crate::error::Error;
use crate::facts::{PersonFacts, numbered_places, word_id};
use crate::hash::{KeyKind, key};
use crate::index::{Index, IndexKind};
use crate::pseudonym::facts::{PseudonymFacts, token_of};
use crate::pseudonym::tokens::Forms;
use crate::records::{Kind, Row};

const MAGIC: &[u8; 8] = b"EUNOINDX";
/// Goes up whenever the form changes, or the normal form of numbers or pseudonyms.
const VERSION: u32 = 2;

impl Index {
    /// The index as bytes for [`Index::decode`]. Nothing of erased records is in them.
    pub fn encode(&self) -> Vec<u8> {
        let compacted;
        let index = if self.records.len() == self.records.slot_count() {
            self
        } else {
            compacted = self.compacted();
            &compacted
        };
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.push(match index.kind {
            IndexKind::Clear => 0,
            IndexKind::Pseudonymised => 1,
        });
        out.extend((index.dictionary.len() as u32).to_le_bytes());
        for id in 0..index.dictionary.len() as u32 {
            let raw = index.dictionary.raw(id);
            out.extend((raw.len() as u16).to_le_bytes());
            out.extend_from_slice(raw);
        }
        out.extend((index.pseudonyms.len() as u32).to_le_bytes());
        for id in 0..index.pseudonyms.len() as u32 {
            let forms = index.pseudonyms.forms(id);
            out.push(forms.sounds.len() as u8);
            out.push(forms.near.len() as u8);
            out.extend(forms.values().flat_map(u64::to_le_bytes));
        }
        out.extend((index.records.len() as u32).to_le_bytes());
        for row in index.records.rows() {
            out.extend(row.key.get().to_le_bytes());
            out.extend(row.date.0.to_le_bytes());
            out.extend(row.from.to_le_bytes());
            out.extend((row.facts.len() as u32).to_le_bytes());
            out.extend(row.facts.iter().flat_map(|word| word.to_le_bytes()));
        }
        out.extend(key(KeyKind::Whole, &out).to_le_bytes());
        out
    }

    /// Reads what [`Index::encode`] wrote. Every field is checked; bytes that are no index give an error.
    ///
    /// # Errors
    /// [`Error::NotAnIndex`], [`Error::OtherVersion`], [`Error::CheckSum`] or [`Error::Damaged`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(Error::NotAnIndex)?;
        let rest = body.strip_prefix(MAGIC).ok_or(Error::NotAnIndex)?;
        let mut reader = Reader { whole: body.len(), rest };
        let found = reader.u32()?;
        if found != VERSION {
            return Err(Error::OtherVersion { found, expected: VERSION });
        }
        if key(KeyKind::Whole, body).to_le_bytes() != *sum {
            return Err(Error::CheckSum);
        }
        let kind = match reader.take::<1>()? {
            [0] => IndexKind::Clear,
            [1] => IndexKind::Pseudonymised,
            _ => return Err(reader.damaged()),
        };
        let mut index = Self::new(kind);
        reader.words(&mut index)?;
        reader.tokens(&mut index)?;
        let mut before = None;
        for _ in 0..reader.u32()? {
            before = Some(reader.record(&mut index, before)?);
        }
        if reader.rest.is_empty() { Ok(index) } else { Err(reader.damaged()) }
    }

    /// True when `facts` are what a record of this index may have.
    fn accepts(&self, facts: &[u32]) -> bool {
        let Some(header) = facts.first() else { return false };
        let kind = Kind::of(*header);
        let clear = kind != Kind::Pseudonymised;
        if clear != (self.kind == IndexKind::Clear) {
            return false;
        }
        let formed = match kind {
            Kind::Person => PersonFacts::read(facts).is_some_and(|held| held.is_well_formed()),
            Kind::Vehicle => facts.len() == 6,
            Kind::Document => facts.len() == 4,
            Kind::Pseudonymised => {
                PseudonymFacts::read(facts).is_some_and(|held| held.is_well_formed())
            }
        };
        let known = if clear { self.dictionary.len() } else { self.pseudonyms.len() };
        let number = |at: &usize| if clear { word_id(facts[*at]) } else { token_of(facts[*at]) };
        formed && numbered_places(facts).iter().all(|at| (number(at) as usize) < known)
    }
}

/// Takes bytes from the front, never more than there are.
struct Reader<'a> {
    whole: usize,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn damaged(&self) -> Error {
        Error::Damaged { at: self.whole - self.rest.len() }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(*taken)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Error> {
        self.take().map(u64::from_le_bytes)
    }

    fn words(&mut self, index: &mut Index) -> Result<(), Error> {
        for expected in 0..self.u32()? {
            let length = u16::from_le_bytes(self.take()?);
            let raw = self.slice(usize::from(length))?;
            let raw = std::str::from_utf8(raw).map_err(|_| self.damaged())?;
            if raw.is_empty() || index.dictionary.intern(raw) != expected {
                return Err(self.damaged());
            }
        }
        Ok(())
    }

    fn tokens(&mut self, index: &mut Index) -> Result<(), Error> {
        for expected in 0..self.u32()? {
            let [sounds, near] = self.take::<2>()?.map(usize::from);
            let exact = self.u64()?;
            let mut run =
                |count| (0..count).map(|_| self.u64()).collect::<Result<Vec<u64>, Error>>();
            let (sounds, near) = (run(sounds)?, run(near)?);
            let forms = Forms { exact, sounds: &sounds, near: &near };
            if !forms.is_well_formed() || index.pseudonyms.intern(forms) != expected {
                return Err(self.damaged());
            }
        }
        Ok(())
    }

    /// Reads one record; keys go up.
    fn record(&mut self, index: &mut Index, before: Option<u64>) -> Result<u64, Error> {
        let key = self.u64()?;
        let date = Packed(self.u32()?);
        let from = self.take().map(i64::from_le_bytes)?;
        let count = self.u32()? as usize;
        let words = self.slice(count.checked_mul(4).ok_or_else(|| self.damaged())?)?;
        let facts: Vec<u32> = words
            .chunks_exact(4)
            .map(|w| w.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
            .collect();
        let dated = date == Packed::default() || Packed::new(date.date()) == date;
        if before.is_some_and(|b| b >= key) || !dated || !index.accepts(&facts) {
            return Err(self.damaged());
        }
        index.insert(Row { key: RecordKey::new(key), date, from, facts: &facts });
        Ok(key)
    }
}
