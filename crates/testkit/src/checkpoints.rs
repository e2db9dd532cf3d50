//! Every checkpoint that anybody has ever seen of any log: the log may grow beyond them, never beside them.

use crate::error::{Failure, Invariant};
use audit_log::{Checkpoint, Frontier};
use seal::Digest;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Checkpoints by the name of their log and its size.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints(BTreeMap<String, BTreeMap<u64, Digest>>);

impl Checkpoints {
    /// Looks at all logs of an authority: the first lies in its folder itself, those of later years in folders of their own.
    ///
    /// # Errors
    /// As [`Checkpoints::look`].
    pub(crate) fn look_at_years(&mut self, folder: &Path) -> Result<(), Failure> {
        self.look(folder)?;
        let Ok(found) = fs::read_dir(folder) else { return Ok(()) };
        for one in found {
            let one = one?;
            let name = one.file_name().to_string_lossy().into_owned();
            if name.bytes().all(|byte| byte.is_ascii_digit()) {
                self.look(&one.path())?;
            }
        }
        Ok(())
    }

    /// Reads the checkpoint that lies in `folder` now, as an overseer might at any moment, also while the node is dead.
    ///
    /// # Errors
    /// [`Invariant::LogsAgree`] when it is no checkpoint, is smaller than an earlier one, or speaks of another log of
    /// the same size.
    pub(crate) fn look(&mut self, folder: &Path) -> Result<(), Failure> {
        let note = match fs::read_to_string(folder.join("checkpoint")) {
            Ok(note) => note,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let broken = |what: &str| {
            let what = format!("{}: {what}: {note}", folder.display());
            Failure::broken(Invariant::LogsAgree, what)
        };
        let text = note.split_once("\n\n").map(|(text, _)| format!("{text}\n"));
        let checkpoint: Option<Checkpoint> = text.and_then(|text| text.parse().ok());
        let checkpoint = checkpoint.ok_or_else(|| broken("no checkpoint"))?;
        let known = self.0.entry(checkpoint.origin().to_owned()).or_default();
        let size = checkpoint.size().get();
        if known.last_key_value().is_some_and(|(last, _)| *last > size) {
            return Err(broken("the log was larger before"));
        }
        if known.insert(size, *checkpoint.root()).is_some_and(|root| root != *checkpoint.root()) {
            return Err(broken("another log of this size was seen before"));
        }
        Ok(())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        u64::try_from(self.0.values().map(BTreeMap::len).sum::<usize>()).unwrap_or(u64::MAX)
    }

    /// Holds every checkpoint seen of the log `origin` against its leaf hashes.
    ///
    /// # Errors
    /// [`Invariant::LogsAgree`] when the log of one of them is not the beginning of this one.
    pub(crate) fn hold(&self, origin: &str, leaves: &[Digest]) -> Result<(), Failure> {
        let Some(known) = self.0.get(origin) else { return Ok(()) };
        let mut frontier = Frontier::new();
        let mut held = 0_usize;
        let mut compare = |frontier: &Frontier| match known.get(&frontier.size().get()) {
            Some(root) if *root != frontier.root() => {
                let what = format!("`{origin}` was another log of {} entries", frontier.size());
                Err(Failure::broken(Invariant::LogsAgree, what))
            }
            found => {
                held = held.saturating_add(usize::from(found.is_some()));
                Ok(())
            }
        };
        compare(&frontier)?;
        for hash in leaves {
            frontier.append_many(std::iter::once(*hash));
            compare(&frontier)?;
        }
        if held < known.len() {
            let what = format!("`{origin}` is shorter than a checkpoint seen of it");
            return Err(Failure::broken(Invariant::LogsAgree, what));
        }
        Ok(())
    }
}
