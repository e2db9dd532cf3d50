//! Combinations of names that are not made, because a widely known person bears them.

use crate::written::official;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static FAMOUS: LazyLock<BTreeSet<(String, &'static str)>> = LazyLock::new(|| {
    include_str!("../data/famous.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(given, family)| (official(family), given))
        .collect()
});

/// True when the two names together belong to a widely known person. Of several first names the first counts.
pub(crate) fn is_famous(given: &str, family: &str) -> bool {
    let first = given.split([' ', '-']).next().unwrap_or(given);
    let pair = |given| FAMOUS.iter().any(|(f, g)| *f == family && *g == given);
    FAMILIES.contains(family) && (pair(first) || pair(given))
}

static FAMILIES: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| FAMOUS.iter().map(|(family, _)| family.as_str()).collect());
