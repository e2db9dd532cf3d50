//! What operators and lines do wrong: data put back that are too old, a program started twice, bits turned round.

use crate::error::{Failure, Invariant, chain};
use crate::federation::{Called, Federation};
use crate::network::{Course, Message};
use crate::op::{Deed, Pick};
use crate::simulation::Simulation;
use exchange::Envelope;
use node::Node;
use std::fs;
use std::io;
use std::path::Path;
use vocabulary::NodeId;

/// The files of a node beside its published logs.
const FILES: [&str; 4] = ["eunomia.db", "eunomia.db-wal", "eunomia.db-shm", "payload.keys"];

impl Simulation {
    pub(crate) fn operator(&mut self, node: &NodeId, deed: Deed) -> Result<(), Failure> {
        if !self.federation.is_up(node) {
            return Ok(());
        }
        match deed {
            Deed::KeepCopy => self.federation.keep_copy(node),
            Deed::PutBack => {
                if self.federation.put_back(node)? {
                    self.journal.count("older data refused");
                }
                Ok(())
            }
            Deed::StartTwice => {
                self.journal.count("second program refused");
                self.federation.start_twice(node)
            }
        }
    }

    /// A message arrives with a bit turned round: nobody may take it.
    pub(crate) fn garble(&mut self, pick: Pick, bit: Pick) -> Result<(), Failure> {
        let Some(message) = self.network.take(pick) else { return Ok(()) };
        let Some(garbled) = turned(&message.envelope, bit) else {
            self.journal.count("garbled beyond reading");
            return Ok(());
        };
        if garbled == message.envelope {
            return self.deliver(message);
        }
        let Message { from, to, course, .. } = message;
        let taken = match course {
            Course::Out(_) => self.federation.call(&to, |node| {
                node.receive(Some(&from), &garbled).map(|reply| format!("{reply:?}"))
            })?,
            Course::Back(_) => self.federation.call(&to, |node| {
                node.settle_reply(&garbled).map(|settled| format!("{settled:?}"))
            })?,
        };
        self.journal.count("garbled");
        match taken {
            Called::Done(what) => {
                let what = format!("{to} took what was garbled: {what}");
                Err(Failure::broken(Invariant::LogFirst, what))
            }
            Called::Failed(_) | Called::Died | Called::Down => Ok(()),
        }
    }
}

/// The envelope with one bit of its bytes turned round; none when nobody can read it.
fn turned(envelope: &Envelope, bit: Pick) -> Option<Envelope> {
    let mut bytes = envelope.encode().ok()?;
    let bits = bytes.len().checked_mul(8)?;
    let bit = usize::try_from(bit).ok()?.checked_rem(bits)?;
    let byte = bytes.get_mut(bit.checked_div(8)?)?;
    *byte ^= 1_u8.checked_shl(u32::try_from(bit.checked_rem(8)?).ok()?)?;
    Envelope::decode(&bytes).ok()
}

impl Federation {
    /// Copies database and keys of a node aside while it is stopped.
    fn keep_copy(&mut self, node: &NodeId) -> Result<(), Failure> {
        self.stop(node);
        let (data, aside) = (self.data(node), self.aside(node, "older"));
        copy(&data, &aside)?;
        let size = self.published(node)?;
        fs::write(aside.join("published"), size.to_string())?;
        self.start(node)
    }

    /// Puts the copy back when the log has grown since; the node must refuse to start and say why. Then the right files
    /// are put back. False when there was nothing to try.
    fn put_back(&mut self, node: &NodeId) -> Result<bool, Failure> {
        let (data, older) = (self.data(node), self.aside(node, "older"));
        let known = fs::read_to_string(older.join("published")).ok();
        let known = known.and_then(|text| text.parse::<u64>().ok());
        self.stop(node);
        if known.is_none_or(|known| known >= self.published(node).unwrap_or(0)) {
            return self.start(node).map(|()| false);
        }
        let newer = self.aside(node, "newer");
        copy(&data, &newer)?;
        copy(&older, &data)?;
        let opened = Node::open(self.opening(node)?);
        let said = match &opened {
            Ok(_) => "nothing".to_owned(),
            Err(fault) => chain(fault),
        };
        if let Ok(opened) = opened {
            opened.close();
        }
        let refused = [
            "replay the entries from the tiles before signing again",
            "this is an older database, in which erased records would come back",
        ];
        if !refused.iter().any(|words| said.contains(words)) {
            let what = format!("{node} was given older data and said: {said}");
            return Err(Failure::broken(Invariant::LogsAgree, what));
        }
        self.look_at_logs(node)?;
        copy(&newer, &data)?;
        self.start(node).map(|()| true)
    }

    /// A second program on the data of a running node must be refused.
    fn start_twice(&mut self, node: &NodeId) -> Result<(), Failure> {
        let mut opening = self.opening(node)?;
        opening.crash = None;
        let told = match Node::open(opening) {
            Ok(_) => "nothing".to_owned(),
            Err(fault) => chain(&fault),
        };
        if told.contains("is in use by another process; stop that process first") {
            return Ok(());
        }
        let what = format!("a second program on the data of {node} was told: {told}");
        Err(Failure::broken(Invariant::LogsAgree, what))
    }

    fn aside(&self, node: &NodeId, name: &str) -> std::path::PathBuf {
        self.data(node).with_file_name(format!("{node}.{name}"))
    }

    /// The sizes of all published logs of a node together.
    fn published(&self, node: &NodeId) -> Result<u64, Failure> {
        let mut all = 0_u64;
        for authority in fs::read_dir(self.data(node).join("log"))? {
            let text = fs::read_to_string(authority?.path().join("checkpoint"));
            let size = text.ok().and_then(|text| text.lines().nth(1)?.parse::<u64>().ok());
            all = all.saturating_add(size.unwrap_or(0));
        }
        Ok(all)
    }
}

/// Copies the files of a node; what is not there in `from` goes in `to`.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in FILES {
        match fs::copy(from.join(file), to.join(file)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match fs::remove_file(to.join(file)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
