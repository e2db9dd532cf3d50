//! Which records of a police records index a name of a query is compared with: every one that can match.

use crate::dates::Packed;
use crate::index::{Index, date_key};
use crate::lists::Head;
use crate::pseudonym::born;
use crate::pseudonym::likes::{AskedName, Likes};

/// What it costs to open a list, in entries read.
const OPEN: usize = 4;

impl Index {
    /// Lists that together hold every record that can match `asked`, by the cheapest way. A record may stand in several.
    ///
    /// A record matches only when its names agree with the family name that is asked for, if one is, in whatever part
    /// (first and family name may be exchanged); likewise with the first name, unless the record knows none and the date
    /// is equal; and when its date agrees or is not known.
    pub(crate) fn lists_for(&self, asked: &AskedName, date: Packed) -> Vec<Head> {
        let dated = date != Packed::default();
        let mut ways: Vec<Vec<Head>> = Vec::with_capacity(3);
        if asked.family.is_given() {
            ways.push(self.lists_of(&asked.family));
        }
        if asked.first.is_given() {
            let mut way = self.lists_of(&asked.first);
            way.extend(self.noted(date_key(date)).filter(|_| dated));
            ways.push(way);
        }
        if dated && !ways.is_empty() {
            let possible = born::agreeing(date).into_iter().chain([Packed::default()]);
            ways.push(possible.filter_map(|one| self.noted(date_key(one))).collect());
        }
        let cost = |way: &Vec<Head>| way.iter().map(|head| head.len() + OPEN).sum::<usize>();
        ways.into_iter().min_by_key(cost).unwrap_or_default()
    }

    fn lists_of(&self, likes: &Likes) -> Vec<Head> {
        likes.tokens().map(|token| *self.pseudonyms.slots(token)).collect()
    }
}
