//! Tests of the table of words.

use super::*;

fn lines(path: &str, text: &str) -> Vec<usize> {
    check(&Workspace::of(&[(path, text)])).iter().map(|p| p.line).collect()
}

#[test]
fn every_word_of_the_table_is_found_and_its_replacement_passes() {
    for banned in &BANNED {
        for word in banned.words {
            let page = format!("One {word} is here.\n");
            assert_eq!(lines("docs/a.md", &page), [1], "{word}");
            assert_eq!(lines("docs/a.md", &format!("`{word}`\n")), [0; 0], "{word}");
        }
        for expression in banned.unless {
            let page = format!("The {expression} of {}.\n", banned.words[0]);
            assert_eq!(lines("docs/a.md", &page), [0; 0], "{expression}");
        }
    }
}

#[test]
fn documentation_texts_and_public_names_are_read() {
    assert_eq!(lines("crates/a/src/b.rs", "//! a\nmod a;\n/// The user.\nfn a() {}"), [3]);
    assert_eq!(lines("crates/a/src/b.rs", "//! a\nconst A: &str = \"no user\";"), [2]);
    assert_eq!(lines("crates/a/src/b.rs", "//! a\npub struct UserId;"), [2]);
    assert_eq!(lines("crates/a/src/b.rs", "//! a\npub(crate) fn a() {}\npub fn peer_of() {}"), [3]);
    assert_eq!(lines("crates/a/src/b.rs", "pub struct A {\n/// B.\npub server: u8 }"), [3]);
    assert_eq!(lines("crates/a/src/b.rs", "pub enum A {\n#[x(y)]\nB(u8),\nDeleted,\n}"), [4]);
    assert_eq!(lines("crates/a/src/b.rs", "pub struct NodeManager;"), [1]);
}

#[test]
fn foreign_words_private_names_and_tests_are_left_alone() {
    assert_eq!(lines("crates/a/src/b.rs", "fn a() { let user = peer.server(); }"), [0; 0]);
    assert_eq!(lines("crates/a/src/b.rs", "const A: &str = \"DELETE FROM user\";"), [0; 0]);
    assert_eq!(
        lines("crates/a/src/b.rs", "pub use rustls::server::A; use b::ServerConfig;"),
        [0; 0]
    );
    assert_eq!(lines("crates/a/tests/b.rs", "const A: &str = \"user\";"), [0; 0]);
}

#[test]
fn a_hit_is_confirmed_in_the_same_passage() {
    let page = "A match becomes a hit\nwhen a person confirms it.\n\nA hit.\n";
    assert_eq!(lines("docs/a.md", page), [3]);
}

#[test]
fn capital_words_are_foreign_but_for_the_abbreviation() {
    assert_eq!(lines("docs/a.md", "PEER and DELETE.\n\nAn SLA.\n"), [2]);
}

#[test]
fn a_place_of_one_workshop_is_found_in_any_file() {
    let path = NOWHERE[0];
    assert_eq!(lines("a.sh", &format!("cd {path}a\n")), [1]);
}
