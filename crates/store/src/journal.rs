//! The journal of erasures: which keys were destroyed, in their order, in a file beside the logs.
//!
//! A backup holds keys that were destroyed after it was made. The journal is never put back with it, so that whoever
//! restores knows which of them must be destroyed again. It holds numbers of key slots and nothing else.

use crate::Error;
use crate::key_file::Slot;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

const MAGIC: [u8; 32] = *b"eunomia erasures, version 1\n\0\0\0\0";
/// Bytes of a checksum: it tells a torn line, no forger.
const SUM: usize = 8;

/// One line: the keys destroyed in one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Erasure {
    pub(crate) number: u64,
    pub(crate) slots: Vec<Slot>,
}

/// The open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    last: u64,
}

/// Where the journal of the logs in `log` lies.
pub(crate) fn journal_in(log: &Path) -> PathBuf {
    log.join("erasures.journal")
}

impl Journal {
    /// Opens the journal, or begins it. A line that a power cut tore off is cut away.
    pub(crate) fn open(log: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(log).map_err(Error::file("make the folder", log))?;
        let path = journal_in(log);
        let (lines, whole) = read(&path)?;
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .map_err(Error::file("open", &path))?;
        if whole == 0 {
            file.set_len(0).map_err(Error::file("write", &path))?;
            file.write_all(&MAGIC).map_err(Error::file("write", &path))?;
        } else {
            file.set_len(whole).map_err(Error::file("write", &path))?;
        }
        file.sync_all().map_err(Error::file("write", &path))?;
        File::open(log)
            .and_then(|folder| folder.sync_all())
            .map_err(Error::file("write the folder", log))?;
        let last = lines.last().map_or(0, |line| line.number);
        Ok(Self { file, path, last })
    }

    /// The number of the last line; 0 when there is none.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Adds a line and makes it durable. A line of a number that is there already is left out.
    pub(crate) fn add(&mut self, number: u64, packed: &[u8]) -> Result<(), Error> {
        if number <= self.last {
            return Ok(());
        }
        let count = u64::try_from(packed.len() / 8).unwrap_or(u64::MAX);
        let mut line = [number.to_be_bytes(), count.to_be_bytes()].concat();
        line.extend_from_slice(packed);
        line.extend_from_slice(&sum(&line));
        self.file.write_all(&line).map_err(Error::file("write", &self.path))?;
        self.file.sync_data().map_err(Error::file("write", &self.path))?;
        self.last = number;
        Ok(())
    }
}

/// Slots as a line and the database hold them: eight bytes each.
pub(crate) fn pack(slots: impl Iterator<Item = Slot>) -> Vec<u8> {
    slots.flat_map(Slot::to_be_bytes).collect()
}

/// The lines of a journal, and how many of its bytes are whole; 0 when there is none.
pub(crate) fn read(path: &Path) -> Result<(Vec<Erasure>, u64), Error> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => {
            file.read_to_end(&mut bytes).map_err(Error::file("read", path))?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        Err(error) => return Err(Error::file("open", path)(error)),
    }
    let Some(mut rest) = bytes.strip_prefix(&MAGIC) else {
        if MAGIC.starts_with(&bytes) {
            return Ok((Vec::new(), 0));
        }
        let problem = "is not a journal of erasures of version 1; put back the one of this node";
        return Err(Error::WrongFile { path: path.to_owned(), problem });
    };
    let mut lines = Vec::new();
    while let Some((line, after)) = first_line(rest) {
        lines.push(line);
        rest = after;
    }
    let whole = bytes.len().saturating_sub(rest.len());
    Ok((lines, u64::try_from(whole).unwrap_or(0)))
}

/// The first line and what follows it; none when it is torn.
fn first_line(bytes: &[u8]) -> Option<(Erasure, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    let (count, rest) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*count)).ok()?.checked_mul(8)?;
    let (packed, rest) = rest.split_at_checked(length)?;
    let (given, rest) = rest.split_first_chunk::<SUM>()?;
    let line = bytes.get(..length.checked_add(16)?)?;
    if sum(line) != *given {
        return None;
    }
    let (slots, _) = packed.as_chunks::<8>();
    let slots = slots.iter().map(|slot| Slot::from_be_bytes(*slot)).collect();
    Some((Erasure { number: u64::from_be_bytes(*number), slots }, rest))
}

fn sum(line: &[u8]) -> [u8; SUM] {
    let mut short = [0; SUM];
    for (to, from) in short.iter_mut().zip(seal::sha256(line).as_bytes()) {
        *to = *from;
    }
    short
}
