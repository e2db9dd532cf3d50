//! Which JSON is taken and which is not.

use exchange::strict_json::{self, MAX_DEPTH};
use expect_test::{Expect, expect};
use std::collections::BTreeMap;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&format!("{}\n", strict_json::check(text.as_bytes()).unwrap_err()));
}

#[test]
fn ordinary_json_is_taken() {
    for text in [
        "null",
        " { } ",
        "[]",
        "-9007199254740992",
        r#"{"a":{"a":[{"a":1},{"a":2}]},"b":[true,false,null,"\ud83d\ude00\u00e9\\\""]}"#,
        "{\"a\":1}      \n",
    ] {
        assert_eq!(strict_json::check(text.as_bytes()), Ok(()), "{text}");
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_however_it_is_written() {
    check(
        r#"{"a":1,"b":2,"a":3}"#,
        &expect![[r#"
        the key `a` stands twice in one object that ends at byte 19; keep one
    "#]],
    );
    check(
        r#"[{"x":{"name":1,"n\u0061me":2}}]"#,
        &expect![[r#"
        the key `name` stands twice in one object that ends at byte 30; keep one
    "#]],
    );
    let map = strict_json::from_slice::<BTreeMap<String, u8>>(br#"{"a":1,"a":1}"#);
    assert!(map.is_err());
}

#[test]
fn numbers_that_readers_disagree_about_are_refused() {
    check(
        "1.0",
        &expect![[r#"
        byte 0: a number with a fraction or an exponent; write whole numbers, or text
    "#]],
    );
    check(
        "[1e3]",
        &expect![[r#"
        byte 1: a number with a fraction or an exponent; write whole numbers, or text
    "#]],
    );
    check(
        "9007199254740993",
        &expect![[r#"
        byte 0: an integer beyond 2^53, or `-0`; write it as text, or `0`
    "#]],
    );
    check(
        "-0",
        &expect![[r#"
        byte 0: an integer beyond 2^53, or `-0`; write it as text, or `0`
    "#]],
    );
    check(
        "[012]",
        &expect![[r#"
        byte 1: digits without a leading zero expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        "123456789012345678901234567890",
        &expect![[r#"
        byte 0: an integer beyond 2^53, or `-0`; write it as text, or `0`
    "#]],
    );
}

#[test]
fn deep_nesting_is_refused_before_it_costs_anything() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(strict_json::check(nested(MAX_DEPTH).as_bytes()), Ok(()));
    check(
        &nested(MAX_DEPTH + 1),
        &expect![[r#"
        byte 24: more than 24 levels of arrays and objects; nest less
    "#]],
    );
    assert!(strict_json::check("[".repeat(1_000_000).as_bytes()).is_err());
}

#[test]
fn broken_text_is_refused() {
    check(
        r#"{"a":1} x"#,
        &expect![[r#"
        byte 8: the end expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        r#"{"a":1,}"#,
        &expect![[r#"
        byte 7: a key in quotation marks expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        r#""\ud800""#,
        &expect![[r#"
        byte 7: the second half of a surrogate pair expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        r#""\udc00""#,
        &expect![[r#"
        byte 7: a whole surrogate pair expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        r#""\x""#,
        &expect![[r#"
        byte 3: an escape of RFC 8259, section 7 expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        "\"line\nfeed\"",
        &expect![[r#"
        byte 5: a closed text without control characters expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        "",
        &expect![[r#"
        byte 0: a value expected; write JSON as RFC 8259 has it
    "#]],
    );
    check(
        "nul",
        &expect![[r#"
        byte 0: `true`, `false` or `null` expected; write JSON as RFC 8259 has it
    "#]],
    );
    assert!(strict_json::check(b"\"\xff\"").is_err());
}

#[test]
fn an_object_of_many_keys_is_no_way_to_stop_a_node() {
    let keys: Vec<String> = (0..200_000).map(|number| format!("\"k{number}\":1")).collect();
    assert_eq!(strict_json::check(format!("{{{}}}", keys.join(",")).as_bytes()), Ok(()));
}
