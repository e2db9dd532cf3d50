//! Which records of a police records index a name of a query is compared with: every one that can match.

use crate::dates::Packed;
use crate::index::{Index, date_key};
use crate::lists::Head;
use crate::pseudonym::born;
use crate::pseudonym::likes::{AskedName, Likes};

/// What it costs to open a list, in entries read.
const OPEN: usize = 4;

impl Index {
    /// Slots among which every record stands that can match `asked`; one may stand there more than once.
    ///
    /// A record matches only when its names agree with the family name that is asked for, if one is, in whatever part
    /// (first and family name may be exchanged); likewise with the first name, unless the record knows none and the date
    /// is equal; and when its date agrees or, both names being given, is not known.
    pub(crate) fn slots_for(&self, asked: &AskedName, date: Packed) -> Vec<u32> {
        let (first, family) = (self.lists_of(&asked.first), self.lists_of(&asked.family));
        let both = asked.first.is_given() && asked.family.is_given();
        let dated = date != Packed::default();
        if !dated {
            return if both { self.in_both(&first, &family) } else { Vec::new() };
        }
        let mut ways: Vec<Vec<Head>> = Vec::with_capacity(3);
        if asked.family.is_given() {
            ways.push(family);
        }
        if asked.first.is_given() {
            ways.push(first.into_iter().chain(self.noted(date_key(date))).collect());
        }
        if !ways.is_empty() {
            let open = both.then(Packed::default);
            let possible = born::agreeing(date).into_iter().chain(open);
            ways.push(possible.filter_map(|one| self.noted(date_key(one))).collect());
        }
        let way = ways.into_iter().min_by_key(|way| cost(way)).unwrap_or_default();
        way.iter().flat_map(|head| self.lists.numbers(head)).collect()
    }

    fn lists_of(&self, likes: &Likes) -> Vec<Head> {
        likes.tokens().map(|token| *self.pseudonyms.slots(token)).collect()
    }

    /// The slots that stand in a list of either side.
    fn in_both(&self, one: &[Head], other: &[Head]) -> Vec<u32> {
        let (few, many) = if cost(one) < cost(other) { (one, other) } else { (other, one) };
        let mut marked = vec![0_u64; self.records.slot_count().div_ceil(64)];
        for piece in many.iter().flat_map(|head| self.lists.pieces(head)) {
            for slot in piece {
                marked[*slot as usize / 64] |= 1 << (slot % 64);
            }
        }
        let is_marked = |slot: &u32| marked[*slot as usize / 64] & (1 << (slot % 64)) != 0;
        few.iter().flat_map(|head| self.lists.numbers(head)).filter(is_marked).collect()
    }
}

fn cost(lists: &[Head]) -> usize {
    lists.iter().map(|head| head.len() + OPEN).sum()
}
