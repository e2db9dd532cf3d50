//! Heads offered to witnesses, and what their answers mean.

use super::{Known, PAUSE_MILLIS, Witnesses};
use crate::evidence::Against;
use crate::fault::Fault;
use crate::node::Node;
use audit_log::{AddCheckpoint, Checkpoint, Note, NoteSignature, TreeSize};
use seal::sha256_parts;
use std::sync::{MutexGuard, PoisonError};
use store::LogYear;
use vocabulary::{AuthorityId, NodeId};

/// A head on its way to a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointOffer {
    /// The witness.
    pub to: NodeId,
    /// Whose log.
    pub authority: AuthorityId,
    /// The request (C2SP `tlog-witness`).
    pub request: AddCheckpoint,
}

/// What came of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferOutcome {
    /// It was cosigned; the cosignature stands beside the checkpoint.
    Cosigned,
    /// The witness keeps another head: offer again at once, now with the right proof.
    Again(Box<CheckpointOffer>),
    /// The witness knows something else of this log: ask it for the head it keeps of the log of this name and give that
    /// to [`Node::shown_head`].
    AskForHead(String),
    /// Nothing came of it; why.
    Failed(String),
}

impl Node {
    /// The heads that are to be offered now: of each log that grew, to as many partners as are to cosign. Those that just
    /// failed are left out, and others asked instead.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub fn checkpoint_offers(&self) -> Result<Vec<CheckpointOffer>, Fault> {
        let most = usize::try_from(self.settings().limits.witnesses).unwrap_or(usize::MAX);
        let mut offers = Vec::new();
        if most == 0 {
            return Ok(offers);
        }
        for authority in self.hosted().keys() {
            let years = self.store().log_years(authority)?;
            // The open log, and the one before it until its last head is cosigned.
            for year in years.iter().rev().take(2) {
                offers.extend(self.offers_of(authority, year, most)?);
            }
        }
        Ok(offers)
    }

    fn offers_of(
        &self,
        authority: &AuthorityId,
        year: &LogYear,
        most: usize,
    ) -> Result<Vec<CheckpointOffer>, Fault> {
        let Some(note) = self.store().checkpoint_note(year)? else { return Ok(Vec::new()) };
        let Some(size) = size_of(&note) else { return Ok(Vec::new()) };
        if year.ended.is_some() && self.is_cosigned(year, size)? {
            return Ok(Vec::new());
        }
        let mut offers = Vec::new();
        let mut wanted = most;
        for node in self.in_order(&year.origin) {
            if wanted == 0 {
                break;
            }
            let known = self.witnesses().get(&year.origin, &node).cloned().unwrap_or_default();
            if known.cosigned.is_some_and(|(cosigned, _)| cosigned == size) {
                wanted = wanted.saturating_sub(1);
                continue;
            }
            let resting = known
                .failed
                .as_ref()
                .is_some_and(|(at, _)| self.now().millis_since(*at) < PAUSE_MILLIS);
            if resting {
                continue;
            }
            if let Some(offer) = self.offer(authority, year, (&node, &note, &known)) {
                offers.push(offer);
                wanted = wanted.saturating_sub(1);
            }
        }
        Ok(offers)
    }

    fn is_cosigned(&self, year: &LogYear, size: u64) -> Result<bool, Fault> {
        let cosigned = self.store().cosigned(&year.folder)?;
        Ok(cosigned.is_some_and(|one| one.checkpoint.size().get() == size))
    }

    fn offer(
        &self,
        authority: &AuthorityId,
        year: &LogYear,
        (to, note, known): (&NodeId, &str, &Known),
    ) -> Option<CheckpointOffer> {
        let size = size_of(note)?;
        let old = known.keeps.unwrap_or(0).min(size);
        let proof = if old == 0 || old == size {
            Vec::new()
        } else {
            self.store().growth_proof(year, (TreeSize::new(old), TreeSize::new(size)))?
        };
        // Cosignatures of others are not carried along: each witness judges for itself.
        let note: Note = note.parse().ok()?;
        let mut bare = Note::new(note.text()).ok()?;
        note.signatures().iter().filter(|one| one.name == year.origin).for_each(|one| {
            bare.attach(one.clone());
        });
        let request =
            AddCheckpoint { old: TreeSize::new(old), proof, checkpoint: bare.to_string() };
        Some(CheckpointOffer { to: to.clone(), authority: authority.clone(), request })
    }

    /// The partners in the order in which they are asked to cosign a log: the same at every start, another for each log,
    /// so that the work is spread over the federation.
    fn in_order(&self, origin: &str) -> Vec<NodeId> {
        let trust = self.trust();
        let others = trust.nodes().iter().map(|entry| &entry.node);
        let mut nodes: Vec<NodeId> = others.filter(|node| !self.is_self(node)).cloned().collect();
        nodes.sort_by_cached_key(|node| {
            let digest = sha256_parts(&[origin.as_bytes(), b"\0", node.to_string().as_bytes()]);
            *digest.as_bytes()
        });
        nodes
    }

    /// Takes the answer of a witness to an offer.
    ///
    /// # Errors
    /// When a cosignature cannot be stored.
    pub fn offer_answered(
        &self,
        offer: &CheckpointOffer,
        (status, body): (u16, &[u8]),
    ) -> Result<OfferOutcome, Fault> {
        let text = String::from_utf8_lossy(body);
        let origin = offer.request.origin();
        match status {
            200 => self.take_cosignatures(offer, &text),
            409 => match text.trim_end().parse::<u64>() {
                Ok(keeps) => self.other_size(offer, keeps),
                Err(_) => Ok(self.offer_failed(offer, "answered 409 without a size")),
            },
            422 => Ok(OfferOutcome::AskForHead(origin.to_owned())),
            status => {
                let first: String =
                    text.lines().next().unwrap_or_default().chars().take(120).collect();
                Ok(self.offer_failed(offer, &format!("answered {status}: {first}")))
            }
        }
    }

    /// Notes that an offer came to nothing.
    pub fn offer_failed(&self, offer: &CheckpointOffer, why: &str) -> OfferOutcome {
        let mut witnesses = self.witnesses();
        let known = witnesses.of(offer.request.origin(), &offer.to);
        known.failed = Some((self.now(), why.to_owned()));
        OfferOutcome::Failed(why.to_owned())
    }

    fn take_cosignatures(
        &self,
        offer: &CheckpointOffer,
        text: &str,
    ) -> Result<OfferOutcome, Fault> {
        let keys = self.witness_keys(&offer.to);
        let lines = text.lines().filter_map(|line| line.parse::<NoteSignature>().ok());
        let mut good = Vec::new();
        let mut at = 0;
        for line in lines {
            let Ok(note) = offer.request.checkpoint.parse::<Note>() else { continue };
            let Ok(mut alone) = Note::new(note.text()) else { continue };
            alone.attach(line.clone());
            // Lines of keys that nobody knows are left out (C2SP `tlog-witness`).
            if let Ok(signatories) = alone.verify(&keys) {
                at = signatories.iter().filter_map(|one| one.seconds).max().unwrap_or(at);
                good.push(line);
            }
        }
        let Some(size) = size_of(&offer.request.checkpoint).filter(|_| !good.is_empty()) else {
            return Ok(self.offer_failed(offer, "answered without a cosignature that holds"));
        };
        self.store().attach_cosignatures(&offer.authority, &offer.request.checkpoint, &good)?;
        let mut witnesses = self.witnesses();
        let known = witnesses.of(offer.request.origin(), &offer.to);
        *known = Known { keeps: Some(size), cosigned: Some((size, at)), failed: None };
        Ok(OfferOutcome::Cosigned)
    }

    fn other_size(&self, offer: &CheckpointOffer, keeps: u64) -> Result<OfferOutcome, Fault> {
        let origin = offer.request.origin().to_owned();
        let size = size_of(&offer.request.checkpoint).unwrap_or(0);
        // Told the size we had begun at, or one beyond ours: there is another tree than ours.
        if keeps == offer.request.old.get() || keeps > size {
            return Ok(OfferOutcome::AskForHead(origin));
        }
        self.witnesses().of(&origin, &offer.to).keeps = Some(keeps);
        let Some(year) = self.own_log(&origin)? else {
            return Ok(self.offer_failed(offer, "no log"));
        };
        let known = Known { keeps: Some(keeps), ..Known::default() };
        let again =
            self.offer(&offer.authority, &year, (&offer.to, &offer.request.checkpoint, &known));
        Ok(match again {
            Some(again) => OfferOutcome::Again(Box::new(again)),
            None => self.offer_failed(offer, "no proof can be made from the head it keeps"),
        })
    }

    /// Takes the head that `from` keeps of an own log. Only what this node has signed itself counts: a witness that lies
    /// stops nothing. A larger tree than the own one means that an older state was put back here: from then on
    /// nothing is answered or signed for that log. True when that is so.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub fn shown_head(&self, from: &NodeId, origin: &str, note: &str) -> Result<bool, Fault> {
        let Some(year) = self.own_log(origin)? else { return Ok(false) };
        let Some(authority) = crate::logs::authority_of(origin) else { return Ok(false) };
        let keys = self.own_log_keys(origin);
        let Ok((head, _)) = Checkpoint::verify(note, &keys) else {
            let mut witnesses = self.witnesses();
            let why = "speaks of another tree of this log and shows no head that this node signed";
            witnesses.of(origin, from).failed = Some((self.now(), why.to_owned()));
            return Ok(false);
        };
        if self.store().show_larger_head(&authority, &head, note)? {
            self.witnesses().alarm(format!(
                "`{from}` holds a head of `{origin}` with {} entries that this node signed; the log is \
                 smaller here: an older state was put back",
                head.size()
            ));
            return Ok(true);
        }
        self.compare(from, &year, (&head, note))?;
        Ok(false)
    }

    /// Compares a head that this node signed with the tree it has now.
    fn compare(
        &self,
        from: &NodeId,
        year: &LogYear,
        (head, note): (&Checkpoint, &str),
    ) -> Result<(), Fault> {
        let size = head.size();
        let own = self.store().root_of_log(year, size);
        if own.is_none_or(|own| own == *head.root()) {
            self.witnesses().of(&year.origin, from).keeps = Some(size.get());
            return Ok(());
        }
        let ours = self.store().checkpoint_note(year)?.unwrap_or_default();
        let path = self.keep_evidence(&year.origin, Against::Forked, (note, &ours))?;
        let what = format!(
            "`{from}` holds a head of `{}` with {size} entries that this node signed and that is not part of the log \
             as it is here: an older state was put back and went on; evidence in `{}`",
            year.origin,
            path.display()
        );
        let mut witnesses = self.witnesses();
        witnesses.of(&year.origin, from).failed =
            Some((self.now(), "keeps a head of another tree".to_owned()));
        witnesses.alarm(what);
        Ok(())
    }

    /// All keys with which this node may have signed the log `origin`.
    fn own_log_keys(&self, origin: &str) -> Vec<audit_log::NoteKey> {
        let trust = self.trust();
        let entry = trust.node(&self.settings().node);
        let listed = entry.map(|entry| entry.keys.as_slice()).unwrap_or_default().iter();
        let kind = audit_log::NoteKeyKind::Log;
        let listed = listed.filter_map(|key| audit_log::NoteKey::new(origin, kind, key.key).ok());
        listed.chain(self.key_of(origin).ok()).collect()
    }

    pub(super) fn witnesses(&self) -> MutexGuard<'_, Witnesses> {
        self.shared.witnesses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size_of(note: &str) -> Option<u64> {
    let note: Note = note.parse().ok()?;
    let checkpoint: Checkpoint = note.text().parse().ok()?;
    Some(checkpoint.size().get())
}
