//! The walk from the signed root down to the entries.
//!
//! A tile whose root is the hash its parent holds is as good as the signed root. One that is not is rebuilt from what
//! lies under it: if that fits, only the tile was changed, and the walk goes on; if not, both are named.

use super::{Broken, Place, Progress, Verdict};
use crate::path::TILE_WIDTH;
use crate::tile::take_entry;
use crate::tile_reader::{ReadTile, read_or_full, read_tile};
use crate::{Checkpoint, Error, LogIndex, Tile, TileKind, TilePath, leaf_hash};
use seal::Digest;

/// The state of one verification.
pub(super) struct Walk<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) read: &'a ReadTile<'a>,
    progress: &'a mut dyn FnMut(Progress),
    done: u64,
    entries: u64,
    problems: Vec<Broken>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        checkpoint: &'a Checkpoint,
        read: &'a ReadTile<'a>,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Self {
        Self { checkpoint, read, progress, done: 0, entries: 0, problems: Vec::new() }
    }

    /// Verifies everything; the right edge first, because the root is made of it.
    pub(super) fn run(&mut self) {
        let trusted = self.settle_edge();
        for (path, hashes) in trusted.tiles {
            self.under(&path, &hashes, trusted.by_root);
        }
    }

    pub(super) fn findings(self) -> (u64, Vec<Broken>) {
        (self.entries, self.problems)
    }

    pub(super) fn report(&mut self, place: Place, entry: Option<u64>, what: impl Into<String>) {
        if self.problems.len() < Verdict::MOST {
            let entry = entry.map(LogIndex::new);
            self.problems.push(Broken { place, entry, what: what.into() });
        }
    }

    /// Verifies what lies under the tile at `path`, whose hashes are settled.
    fn under(&mut self, path: &TilePath, hashes: &[Digest], trusted: bool) {
        match path.kind() {
            TileKind::Entries => {}
            TileKind::Hashes(0) => self.bundle(path, hashes, trusted),
            TileKind::Hashes(level) => {
                for (hash, index) in hashes.iter().zip(path.index() * 256..) {
                    if self.problems.len() >= Verdict::MOST {
                        return;
                    }
                    let child = TilePath::of(TileKind::Hashes(level - 1), index, TILE_WIDTH);
                    self.descend(&child, hash, trusted);
                }
            }
        }
    }

    /// Verifies the full tile at `path`, whose parent holds `expected` for it, and what lies under it.
    fn descend(&mut self, path: &TilePath, expected: &Digest, trusted: bool) {
        let found = read_tile(self.read, path);
        if let Ok(tile) = &found
            && tile.root() == *expected
        {
            return self.under(path, tile.hashes(), trusted);
        }
        let wrong = match &found {
            Ok(_) => "it does not have the hash its parent holds".to_owned(),
            Err(error) => error.to_string(),
        };
        let rebuilt = self.rebuild(path, found.as_ref().ok());
        if let Some(tile) = &rebuilt
            && tile.root() == *expected
        {
            let what = format!("{wrong}; what lies under it does: only this file was changed");
            self.report(Place::File(*path), None, what);
            return self.under(path, tile.hashes(), trusted);
        }
        let last = path.first_entry() + self.span(path) - 1;
        let what = format!(
            "{wrong}, nor does what lies under it: entries {} to {last} are not all those that were logged",
            path.first_entry(),
        );
        self.report(Place::File(*path), Some(path.first_entry()), what);
        if let Some(tile) = found.ok().or(rebuilt) {
            self.under(path, tile.hashes(), false);
        }
    }

    /// How many entries lie under a tile.
    fn span(&self, path: &TilePath) -> u64 {
        let level = match path.kind() {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => level,
        };
        let end = self.checkpoint.size().get() - path.first_entry();
        (u64::from(path.width()) << (8 * u32::from(level))).min(end)
    }

    /// The tile at `path` as what lies under it says it should be; `None` when that is missing or malformed.
    /// `found` is the tile as it stands there, a third voice where a child contradicts itself.
    pub(super) fn rebuild(&self, path: &TilePath, found: Option<&Tile>) -> Option<Tile> {
        let TileKind::Hashes(level) = path.kind() else { return None };
        if level == 0 {
            let bundle = TilePath::of(TileKind::Entries, path.index(), path.width());
            let (bytes, _) = read_or_full(self.read, &bundle).ok()?;
            let (mut rest, mut hashes) = (bytes.as_slice(), Vec::new());
            for _ in 0..path.width() {
                let (entry, after) = take_entry(rest)?;
                hashes.push(leaf_hash(entry));
                rest = after;
            }
            return Some(Tile::of(hashes));
        }
        let mut claims = found.map_or(&[][..], Tile::hashes).iter();
        let first = path.index() * 256;
        let hashes: Option<Vec<Digest>> = (first..first + u64::from(path.width()))
            .map(|index| {
                let child = TilePath::of(TileKind::Hashes(level - 1), index, TILE_WIDTH);
                self.child_hash(&child, claims.next())
            })
            .collect();
        hashes.map(Tile::of)
    }

    /// The hash that stands for the full tile at `child`: what two agree on of the tile itself, the hash its parent
    /// claims, and what lies under it.
    fn child_hash(&self, child: &TilePath, claimed: Option<&Digest>) -> Option<Digest> {
        let tile = read_tile(self.read, child).ok();
        let found = tile.as_ref().map(Tile::root);
        if found.is_some() && (claimed.is_none() || found.as_ref() == claimed) {
            return found;
        }
        let rebuilt = self.rebuild(child, tile.as_ref()).map(|tile| tile.root());
        if rebuilt.is_some() && rebuilt.as_ref() == claimed { rebuilt } else { found.or(rebuilt) }
    }

    /// Verifies the bundle that belongs to the leaf hashes of the tile at `path`, and names the first entry that is
    /// not the one that was logged.
    fn bundle(&mut self, path: &TilePath, leaves: &[Digest], trusted: bool) {
        let bundle = TilePath::of(TileKind::Entries, path.index(), path.width());
        match read_or_full(self.read, &bundle) {
            Ok((bytes, found)) => self.compare(&found, &bytes, leaves, trusted),
            Err(error) => {
                self.report(Place::File(bundle), Some(path.first_entry()), missing(&error));
            }
        }
        self.done += u64::from(path.width());
        (self.progress)(Progress { done: self.done, total: self.checkpoint.size().get() });
    }

    fn compare(&mut self, bundle: &TilePath, bytes: &[u8], leaves: &[Digest], trusted: bool) {
        let mut rest = bytes;
        let mut first = None;
        let (mut same, mut differing) = (0_u64, 0_u64);
        let mut cut_off = false;
        for (index, leaf) in (bundle.first_entry()..).zip(leaves) {
            let entry = take_entry(rest);
            cut_off = cut_off || entry.is_none();
            rest = entry.map_or(&[], |(_, after)| after);
            if entry.is_none_or(|(entry, _)| leaf_hash(entry) != *leaf) {
                first = first.or(Some(index));
                differing += 1;
            } else {
                same += 1;
            }
        }
        if trusted {
            self.entries += same;
        }
        if let Some(index) = first {
            let authority = if trusted {
                "which belongs to the signed tree: the entry was changed"
            } else {
                "and neither belongs to the signed tree"
            };
            let cut = if cut_off { ", and the bundle is cut off" } else { "" };
            let what = format!(
                "it does not have the hash in the tile of leaves, {authority} \
                 (`{bundle}`, {differing} of {} entries differ{cut})",
                leaves.len(),
            );
            self.report(Place::Entry(LogIndex::new(index)), Some(index), what);
        } else if !rest.is_empty() && usize::from(bundle.width()) == leaves.len() {
            self.report(Place::File(*bundle), None, "it goes on after its last entry");
        }
    }
}

fn missing(error: &Error) -> String {
    format!("{error}; its entries cannot be judged")
}
