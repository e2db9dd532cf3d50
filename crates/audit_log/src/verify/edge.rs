//! The right edge of a log under its signed root: the partial tiles, of which the root is made.

use super::Place;
use super::walk::Walk;
use crate::tile_reader::{read_tile, width_at};
use crate::tile_state::join_edge;
use crate::{Tile, TileKind, TilePath, empty_root};
use seal::Digest;

/// The partial tiles of all levels, the highest first, which is the order of the entries.
pub(super) struct Edge {
    pub(super) tiles: Vec<(TilePath, Vec<Digest>)>,
    /// True when the signed root is made of exactly these hashes.
    pub(super) by_root: bool,
}

/// One partial tile: as it stands there, and as what lies under it says it should be.
struct Candidate {
    path: TilePath,
    found: Option<Tile>,
    why_not: String,
    rebuilt: Option<Tile>,
}

impl Walk<'_> {
    /// Settles the right edge: finds the choice of found and rebuilt tiles that has the signed root, and names the
    /// tiles that had to be rebuilt.
    pub(super) fn settle_edge(&mut self) -> Edge {
        let mut candidates = self.candidates();
        let found: Vec<bool> = candidates.iter().map(|c| c.found.is_some()).collect();
        if self.has_root(&candidates, &found) {
            return edge(candidates, &found, true);
        }
        for candidate in &mut candidates {
            candidate.rebuilt = self.rebuild(&candidate.path, candidate.found.as_ref());
        }
        // First one tile rebuilt, the rest as found; then all of them.
        let one = |at: usize| found.iter().enumerate().map(|(i, is)| *is && i != at).collect();
        let mut choices: Vec<Vec<bool>> = (0..found.len()).map(one).collect();
        choices.push(vec![false; found.len()]);
        if let Some(choice) = choices.iter().find(|choice| self.has_root(&candidates, choice)) {
            for (candidate, as_found) in candidates.iter().zip(choice) {
                if !as_found && candidate.found != candidate.rebuilt {
                    let what = format!(
                        "{}; what lies under it does: only this file was changed",
                        candidate.why_not
                    );
                    self.report(Place::File(candidate.path), None, what);
                }
            }
            return edge(candidates, choice, true);
        }
        for candidate in candidates.iter().filter(|c| c.found.is_none()) {
            let first = candidate.path.first_entry();
            self.report(Place::File(candidate.path), Some(first), candidate.why_not.clone());
        }
        let what = "neither the partial tiles nor what lies under them has the signed root: \
                    entries were changed together with their hashes, or files are missing";
        self.report(Place::Checkpoint, None, what);
        edge(candidates, &found, false)
    }

    fn candidates(&self) -> Vec<Candidate> {
        let size = self.checkpoint.size().get();
        let mut candidates = Vec::new();
        for level in (0_u8..8).rev() {
            let index = (size >> (8 * u32::from(level))) / 256;
            let width = width_at(size, level, index);
            if width == 0 {
                continue;
            }
            let path = TilePath::of(TileKind::Hashes(level), index, width);
            let (found, why_not) = match read_tile(self.read, &path) {
                Ok(tile) => (Some(tile), "it does not lead to the signed root".to_owned()),
                Err(error) => (None, error.to_string()),
            };
            candidates.push(Candidate { path, found, why_not, rebuilt: None });
        }
        candidates
    }

    /// True when the tiles chosen (`true`: as found) have the signed root.
    fn has_root(&self, candidates: &[Candidate], choice: &[bool]) -> bool {
        let mut root = None;
        for (candidate, as_found) in candidates.iter().zip(choice).rev() {
            let Some(tile) = candidate.chosen(*as_found) else { return false };
            root = Some(join_edge(tile.hashes(), root));
        }
        root.unwrap_or_else(empty_root) == *self.checkpoint.root()
    }
}

impl Candidate {
    const fn chosen(&self, as_found: bool) -> Option<&Tile> {
        if as_found { self.found.as_ref() } else { self.rebuilt.as_ref() }
    }
}

fn edge(candidates: Vec<Candidate>, choice: &[bool], by_root: bool) -> Edge {
    let tiles = candidates
        .into_iter()
        .zip(choice)
        .filter_map(|(candidate, as_found)| {
            let tile = candidate.chosen(*as_found)?.clone();
            Some((candidate.path, tile.into_hashes()))
        })
        .collect();
    Edge { tiles, by_root }
}
