//! Combinations of names that are not made, because a widely known person bears them.

use crate::spelling::Spelling;
use crate::written::Written;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Family name and given name.
static FAMOUS: LazyLock<BTreeSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    include_str!("../data/famous.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(given, family)| (family, given))
        .collect()
});

/// True when the two names together belong to a widely known person, in official Latin or without marks. Of several
/// first names the first counts.
pub(crate) fn is_famous(given: &Written, family: &Written) -> bool {
    [Spelling::Official, Spelling::English].into_iter().any(|spelling| {
        let (given, family) = (given.spelt(spelling), family.spelt(spelling));
        let first = given.split([' ', '-']).next().unwrap_or(&given);
        FAMOUS.contains(&(&*family, first)) || FAMOUS.contains(&(&*family, &*given))
    })
}
