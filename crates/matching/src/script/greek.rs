//! Greek: the standard ELOT 743 (ISO 843) and the spelling people use, with digraphs.

use super::{Romanised, push_foreign};

/// How one letter or digraph is written and spoken.
struct Rule(&'static str, &'static str, &'static str, &'static str, &'static str);

/// Letters and digraphs, longest first: standard, everyday, spoken, spoken otherwise.
const RULES: &[Rule] = &[
    Rule("ντζ", "ntz", "tz", "ntz", "tz"),
    Rule("ου", "ou", "u", "u", "u"),
    Rule("αυ", "av", "au", "av", "av"),
    Rule("ευ", "ev", "eu", "ev", "ev"),
    Rule("ηυ", "iv", "iv", "iv", "iv"),
    Rule("γγ", "ng", "ng", "ng", "g"),
    Rule("γξ", "nx", "nx", "nks", "ks"),
    Rule("γχ", "nch", "nh", "nkh", "kh"),
    Rule("γκ", "gk", "g", "ng", "g"),
    Rule("μπ", "mp", "b", "mp", "b"),
    Rule("ντ", "nt", "d", "nt", "d"),
    Rule("α", "a", "a", "a", "a"),
    Rule("β", "v", "v", "v", "v"),
    Rule("γ", "g", "g", "g", "g"),
    Rule("δ", "d", "d", "d", "d"),
    Rule("ε", "e", "e", "e", "e"),
    Rule("ζ", "z", "z", "z", "z"),
    Rule("η", "i", "i", "i", "i"),
    Rule("θ", "th", "th", "th", "th"),
    Rule("ι", "i", "i", "i", "i"),
    Rule("κ", "k", "k", "k", "k"),
    Rule("λ", "l", "l", "l", "l"),
    Rule("μ", "m", "m", "m", "m"),
    Rule("ν", "n", "n", "n", "n"),
    Rule("ξ", "x", "x", "ks", "ks"),
    Rule("ο", "o", "o", "o", "o"),
    Rule("π", "p", "p", "p", "p"),
    Rule("ρ", "r", "r", "r", "r"),
    Rule("σ", "s", "s", "s", "s"),
    Rule("ς", "s", "s", "s", "s"),
    Rule("τ", "t", "t", "t", "t"),
    Rule("υ", "y", "i", "i", "i"),
    Rule("φ", "f", "f", "f", "f"),
    Rule("χ", "ch", "h", "kh", "kh"),
    Rule("ψ", "ps", "ps", "ps", "ps"),
    Rule("ω", "o", "o", "o", "o"),
];

/// Spells an unaccented Greek word.
pub(super) fn romanise(word: &str) -> Romanised {
    let mut out = Romanised::default();
    let mut rest = word;
    while !rest.is_empty() {
        let rule = RULES.iter().find_map(|r| rest.strip_prefix(r.0).map(|tail| (r, tail)));
        if let Some((rule, tail)) = rule {
            let at_start = rest.len() == word.len();
            push(&mut out, rule, at_start);
            rest = tail;
        } else {
            let mut letters = rest.chars();
            if let Some(letter) = letters.next() {
                push_foreign(&mut out.folds[0], letter);
                push_foreign(&mut out.folds[1], letter);
            }
            rest = letters.as_str();
        }
    }
    out
}

fn push(out: &mut Romanised, rule: &Rule, at_start: bool) {
    // At the start of a word μπ, ντ and γκ are b, d and g.
    let stop = at_start && matches!(rule.0, "μπ" | "ντ" | "γκ");
    out.folds[0].push_str(if rule.0 == "μπ" && at_start { "b" } else { rule.1 });
    out.folds[1].push_str(rule.2);
    out.spoken[0].push_str(if stop { rule.2 } else { rule.3 });
    out.spoken[1].push_str(rule.4);
}
