//! The key file: a header and one 32-byte slot per payload key.
//!
//! To erase a payload is to overwrite its slot with zeros. Keys are read from the file when they are
//! needed and never kept in memory.

use crate::Error;
use crate::places::Seams;
use seal::{PayloadKey, Secret};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const MAGIC: [u8; 32] = *b"eunomia payload keys, version 1\n";
const SLOT: u64 = 32;

/// The number of a key in the key file; slot 0 holds the lookup secret.
pub(crate) type Slot = u64;

/// How many processes may hold the key file at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holders {
    /// One: it alone knows which slots are taken.
    One,
    /// Several: the database tells each of them which slots it may write.
    Several,
}

/// The open key file. Reading needs no lock: a slot is read with one `pread`.
#[derive(Debug)]
pub(crate) struct KeyFile {
    file: File,
    path: PathBuf,
}

impl KeyFile {
    /// Opens the key file, or makes it when neither it nor the database exists.
    pub(crate) fn open(
        path: &Path,
        database_exists: bool,
        holders: Holders,
        seams: &Seams,
    ) -> Result<Self, Error> {
        let exists = path.exists();
        if !exists && database_exists {
            return Err(Error::MissingKeys { path: path.to_owned() });
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(Error::file("open", path))?;
        let locked = match holders {
            Holders::One => file.try_lock(),
            Holders::Several => file.try_lock_shared(),
        };
        if locked.is_err() {
            let problem = "is in use by another process; stop that process first";
            return Err(Error::WrongFile { path: path.to_owned(), problem });
        }
        let keys = Self { file, path: path.to_owned() };
        let length = keys.file.metadata().map_err(Error::file("read", path))?.len();
        if length < 2 * SLOT && !database_exists {
            keys.begin(seams)?;
        }
        keys.check_header()?;
        Ok(keys)
    }

    fn begin(&self, seams: &Seams) -> Result<(), Error> {
        let secret: [u8; 32] = seams.fresh();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&secret);
        self.file.write_all_at(&bytes, 0).map_err(Error::file("write", &self.path))?;
        self.file.sync_all().map_err(Error::file("write", &self.path))?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let open = File::open(folder).map_err(Error::file("open", folder))?;
            open.sync_all().map_err(Error::file("write", folder))?;
        }
        Ok(())
    }

    fn check_header(&self) -> Result<(), Error> {
        let mut header = [0; 32];
        let read = self.file.read_exact_at(&mut header, 0);
        if read.is_err() || header != MAGIC {
            let problem = "is not a key file of version 1; give the key file of this database";
            return Err(Error::WrongFile { path: self.path.clone(), problem });
        }
        Ok(())
    }

    fn offset(slot: Slot) -> Result<u64, Error> {
        slot.checked_add(1)
            .and_then(|n| n.checked_mul(SLOT))
            .ok_or(Error::Damaged { what: "a key slot" })
    }

    fn read(&self, slot: Slot) -> Result<[u8; 32], Error> {
        let mut bytes = [0; 32];
        self.file
            .read_exact_at(&mut bytes, Self::offset(slot)?)
            .map_err(Error::file("read", &self.path))?;
        Ok(bytes)
    }

    /// The secret under which record ids are looked up.
    pub(crate) fn lookup_secret(&self) -> Result<Secret, Error> {
        Ok(Secret::new(self.read(0)?))
    }

    /// The key in `slot`; a slot of zeros is a destroyed key.
    pub(crate) fn key(&self, slot: Slot) -> Result<PayloadKey, Error> {
        match self.read(slot)? {
            bytes if bytes == [0; 32] => Err(Error::Payload(seal::Error::CannotOpen)),
            bytes => Ok(PayloadKey::new(bytes)),
        }
    }

    /// All bytes of the file, for a backup.
    pub(crate) fn copy(&self) -> Result<Vec<u8>, Error> {
        let length = self.file.metadata().map_err(Error::file("read", &self.path))?.len();
        let length = usize::try_from(length).map_err(|_| Error::Damaged { what: "a key file" })?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, 0).map_err(Error::file("read", &self.path))?;
        Ok(bytes)
    }

    /// The slots whose key is destroyed.
    pub(crate) fn destroyed(&self) -> Result<Vec<Slot>, Error> {
        let bytes = self.copy()?;
        let (slots, _) = bytes.as_chunks::<32>();
        // The header comes first, then the secret in slot 0.
        let destroyed = (0..).zip(slots.iter().skip(1)).filter(|(_, key)| **key == [0; 32]);
        Ok(destroyed.map(|(slot, _)| slot).collect())
    }

    /// Writes keys; neighbouring slots go out in one write. Not durable before [`KeyFile::sync`].
    pub(crate) fn write<'a>(
        &self,
        keys: impl Iterator<Item = (Slot, &'a PayloadKey)>,
    ) -> Result<(), Error> {
        let mut run: Vec<u8> = Vec::new();
        let mut first = 0;
        let mut next = None;
        for (slot, key) in keys {
            if next != Some(slot) {
                self.write_run(first, &run)?;
                run.clear();
                first = slot;
            }
            run.extend_from_slice(key.expose());
            next = slot.checked_add(1);
        }
        let written = self.write_run(first, &run);
        run.fill(0);
        written
    }

    fn write_run(&self, first: Slot, bytes: &[u8]) -> Result<(), Error> {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = Self::offset(first)?;
        self.file.write_all_at(bytes, at).map_err(Error::file("write", &self.path))
    }

    /// Overwrites slots with zeros. Not durable before [`KeyFile::sync`].
    pub(crate) fn destroy(&self, mut slots: impl Iterator<Item = Slot>) -> Result<(), Error> {
        slots.try_for_each(|slot| self.write_run(slot, &[0; 32]))
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(Error::file("write", &self.path))
    }
}
