//! Cosignatures beside the checkpoint: attached to it while it stands, and kept under the largest head that has any.

use super::files::{self, Place};
use super::publish::must_lead;
use crate::Error;
use crate::store::Store;
use audit_log::{Checkpoint, Note, NoteSignature};
use std::path::Path;
use vocabulary::AuthorityId;

/// The file that holds the largest head with cosignatures. The checkpoint itself moves on faster than witnesses answer.
const COSIGNED: &str = "checkpoint.cosigned";

/// The largest cosigned head of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The head.
    pub checkpoint: Checkpoint,
    /// The note with the signature of the log and the cosignatures.
    pub note: String,
}

impl Store {
    /// Attaches verified cosignatures to the head `note` of the log of `authority`: to the published checkpoint when it
    /// is still that one, and to the largest cosigned head. Each file is replaced as a whole.
    ///
    /// # Errors
    /// When `note` is no checkpoint of a log of this authority, or the disk refuses.
    pub fn attach_cosignatures(
        &self,
        authority: &AuthorityId,
        note: &str,
        cosignatures: &[NoteSignature],
    ) -> Result<(), Error> {
        let opened = self.engine().publications().get(authority)?;
        let holding = opened.hold();
        let unfit = || Error::Unfit { what: "what was cosigned is no head of a log of this node" };
        let head: Note = note.parse().map_err(|_| unfit())?;
        let checkpoint: Checkpoint = head.text().parse().map_err(|_| unfit())?;
        let folder = if checkpoint.origin() == opened.origin {
            opened.folder.clone()
        } else {
            self.log_year(authority, checkpoint.origin())?.ok_or_else(unfit)?.folder
        };
        let attaching = Attaching {
            place: self.place(&folder),
            head,
            size: checkpoint.size().get(),
            cosignatures: cosignatures.to_vec(),
        };
        if matches!(self, Self::Sqlite(_)) {
            attaching.attach()?;
        } else {
            // The row of the log is held meanwhile, so that no checkpoint of another process is overwritten.
            let (owner, epoch) = (authority.clone(), opened.epoch);
            self.write(move |work| {
                must_lead(work.tx, &owner, epoch)?;
                attaching.attach()
            })?;
        }
        drop(holding);
        Ok(())
    }

    /// The largest cosigned head in the folder of a log.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn cosigned(&self, folder: &Path) -> Result<Option<Cosigned>, Error> {
        let Some(note) = read_note(folder, COSIGNED)? else { return Ok(None) };
        let problem = "is not a checkpoint; remove it, it will be made again";
        let wrong = |_| Error::WrongFile { path: folder.join(COSIGNED), problem };
        let checkpoint = note.text().parse().map_err(wrong)?;
        Ok(Some(Cosigned { checkpoint, note: note.to_string() }))
    }
}

/// Cosignatures on their way to the files of a log.
struct Attaching {
    place: Place,
    head: Note,
    size: u64,
    cosignatures: Vec<NoteSignature>,
}

impl Attaching {
    fn attach(&self) -> Result<(), Error> {
        for name in ["checkpoint", COSIGNED] {
            let standing = read_note(&self.place.folder, name)?;
            let same =
                standing.as_ref().is_some_and(|standing| standing.text() == self.head.text());
            let larger = name == COSIGNED
                && standing
                    .as_ref()
                    .is_none_or(|standing| size(standing).is_none_or(|size| size < self.size));
            let mut grown = match standing {
                Some(standing) if same => standing,
                _ if larger => self.head.clone(),
                _ => continue,
            };
            for cosignature in &self.cosignatures {
                grown.attach(cosignature.clone());
            }
            files::replace(&self.place, name, grown.to_string().as_bytes())?;
        }
        Ok(())
    }
}

fn size(note: &Note) -> Option<u64> {
    note.text().parse::<Checkpoint>().ok().map(|checkpoint| checkpoint.size().get())
}

fn read_note(folder: &Path, name: &str) -> Result<Option<Note>, Error> {
    let problem = "is not a signed note; put back the last published one, or remove it";
    match files::read(folder, name)? {
        None => Ok(None),
        Some(text) => {
            let text = String::from_utf8_lossy(&text).into_owned();
            let wrong = |_| Error::WrongFile { path: folder.join(name), problem };
            text.parse().map(Some).map_err(wrong)
        }
    }
}
