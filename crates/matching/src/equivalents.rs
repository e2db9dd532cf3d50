//! Given names that are forms of one another: Georgios, George, Giorgi, Jerzy.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One class of equivalent names a line.
const TABLE: &str = include_str!("../data/given_names.tsv");

static CLASSES: LazyLock<BTreeMap<&'static str, u16>> = LazyLock::new(|| {
    let mut classes = BTreeMap::new();
    let lines = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    for (class, line) in (1_u16..).zip(lines) {
        for name in line.split_whitespace() {
            classes.entry(name).or_insert(class);
        }
    }
    classes
});

/// The class of a folded name.
pub(crate) fn class_of(fold: &str) -> Option<u16> {
    CLASSES.get(fold).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_in_one_class_only_and_is_folded() {
        let mut seen = std::collections::BTreeSet::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            for name in line.split_whitespace() {
                assert!(seen.insert(name), "`{name}` stands twice");
                assert!(name.bytes().all(|b| b.is_ascii_lowercase()), "`{name}` is not folded");
            }
        }
    }

    #[test]
    fn forms_of_a_name_share_a_class() {
        assert_eq!(class_of("georgios"), class_of("jerzy"));
        assert_ne!(class_of("georgios"), class_of("gerhard"));
        assert_eq!(class_of("nobody"), None);
    }
}
