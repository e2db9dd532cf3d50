//! One word per thing: words that do not belong here, each with the word to use.

use crate::tidy::Problem;
use crate::tidy::files::{TextFile, Workspace};
use crate::tidy::tokens::{Kind, Token};

const RULE: &str = "words";

/// A word that is not used, the word to use, and the expressions in which it stands for something else.
#[derive(Debug, Clone, Copy)]
struct Banned {
    words: &'static [&'static str],
    instead: &'static str,
    /// Lower case; where one of these stands in the passage, the word is left alone.
    unless: &'static [&'static str],
    /// Names (not prose) that hold the word rightly.
    names: &'static [&'static str],
}

const BANNED: [Banned; 9] = [
    Banned {
        words: &["suspect", "suspects", "suspected"],
        instead: "`person concerned`, or the category the act names",
        unless: &["suspects or convicted"],
        names: &[],
    },
    Banned {
        words: &["hit", "hits"],
        instead: "`match` until a person has confirmed it",
        unless: &[
            "confirm",
            "hit/no-hit",
            "hit or no hit",
            "a person decides",
            "from here on it is a hit",
            "is not a hit",
            "after a hit",
            "on a hit",
        ],
        names: &["Hit", "confirmed_hit"],
    },
    Banned {
        words: &["delete", "deletes", "deleted", "deleting", "deletion"],
        instead: "`erase` for data, `end` for an alert",
        unless: &["secure_delete"],
        names: &[],
    },
    Banned {
        words: &["user", "users"],
        instead: "`officer`, or who it is",
        unless: &["user_version", "user-agent", "user agent", "user-select"],
        names: &[],
    },
    Banned {
        words: &["server", "servers", "peer", "peers"],
        instead: "`node`; in evaluations `peer evaluation` is the act's word",
        unless: &[
            "server-sent",
            "server-rendered",
            "tls server",
            "server name",
            "server certificate",
            "servername",
            "server: ",
            "peer certificate",
            "peer evaluation",
            "peer review",
        ],
        names: &[],
    },
    Banned {
        words: &["permission", "permissions"],
        instead: "`access`",
        unless: &["file permission", "permissions of the file", "permissions-policy"],
        names: &[],
    },
    Banned {
        words: &["timeout", "timeouts"],
        instead: "`deadline` where the law sets it, `time limit` where we do",
        unless: &["busy_timeout"],
        names: &[],
    },
    Banned { words: &["sla", "slas"], instead: "`deadline`", unless: &[], names: &[] },
    Banned {
        words: &["blacklist", "blacklists", "watchlist", "watchlists", "blocklist"],
        instead: "`register`",
        unless: &["etias watchlist"],
        names: &[],
    },
];

const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helper", "helpers", "manager", "misc"];

/// What stands nowhere in the project: hosts of package registries, and places of one workshop.
const NOWHERE: [&str; 12] = [
    concat!("/wor", "k/"),
    concat!("/far", "m/"),
    concat!(".lib", "rary"),
    concat!("before", "-stop"),
    concat!("sub", "agent"),
    concat!("farm", "-b"),
    concat!("farm", "-s"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("files.pythonhosted", ".org"),
    concat!("proxy.golang", ".org"),
];

/// Checks names, messages, documentation and pages of every file but those about the words themselves.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let exempt = |path: &str| path.starts_with("xtask/src/tidy/words");
    let mut problems = Vec::new();
    for file in workspace.files.iter().filter(|file| !exempt(&file.path)) {
        if file.ending() == "rs" {
            problems.extend(rust(file));
        } else if matches!(file.ending(), "md" | "html") {
            problems.extend(prose(file));
        } else if file.ending() == "toml" && !file.path.ends_with("Cargo.toml") {
            problems.extend(values(file));
        }
        problems.extend(nowhere(file));
    }
    problems
}

fn nowhere(file: &TextFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (line, text) in file.numbered() {
        for word in NOWHERE.iter().filter(|word| text.contains(**word)) {
            let advice = format!("`{word}` belongs to no machine but one: take it out");
            problems.push(Problem::at(&file.path, line, "places", advice));
        }
    }
    problems
}

/// Documentation, texts and public names; comments and private names are the writer's own.
fn rust(file: &TextFile) -> Vec<Problem> {
    let tokens = file.tokens();
    let mut problems = Vec::new();
    for (line, passage) in passages(&tokens) {
        problems.extend(told(file, line, &passage, banned_in(&passage)));
    }
    for token in tokens.iter().filter(|t| t.kind == Kind::Text && !t.test && !file.is_test()) {
        if !is_code(&token.text) {
            problems.extend(told(file, token.line, &token.text, banned_in(&token.text)));
        }
    }
    for name in public_names(&tokens) {
        let words = words_of(&name.text);
        let empty = words.iter().find(|word| EMPTY_NAMES.contains(&word.as_str()));
        let banned = BANNED.iter().filter(|b| !b.names.contains(&name.text.as_str()));
        let found = banned.filter(|b| words.iter().any(|w| b.words.contains(&w.as_str())));
        problems.extend(told(file, name.line, &name.text, found.collect()));
        if let Some(word) = empty {
            let advice = format!("`{}`: `{word}` says nothing, name what it is", name.text);
            problems.push(Problem::at(&file.path, name.line, RULE, advice));
        }
    }
    problems
}

fn told(file: &TextFile, line: usize, passage: &str, found: Vec<&Banned>) -> Vec<Problem> {
    let short: String = passage.trim().chars().take(60).collect();
    let problem = |banned: &Banned| {
        let word = banned.words.first().copied().unwrap_or_default();
        let advice = format!("`{word}` in `{short}`: write {}", banned.instead);
        Problem::at(&file.path, line, RULE, advice)
    };
    found.into_iter().map(problem).collect()
}

/// Documentation comments that follow each other, as one passage with its first line.
fn passages(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut joined = false;
    for token in tokens {
        match (token.kind == Kind::Doc, joined.then(|| found.last_mut()).flatten()) {
            (true, Some((_, passage))) => {
                passage.push(' ');
                passage.push_str(token.text.trim());
            }
            (true, None) => found.push((token.line, token.text.trim().to_owned())),
            (false, _) => {}
        }
        joined = token.kind == Kind::Doc;
    }
    found
}

/// Paragraphs of a page, code blocks and quoted code left out, with the line each starts on.
fn prose(file: &TextFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (mut code, mut start, mut paragraph) = (false, 1_usize, String::new());
    let end = [(usize::MAX, "")];
    for (line, text) in file.numbered().chain(end) {
        let fence = text.trim_start().starts_with("```");
        code ^= fence;
        let new = text.trim().is_empty() || fence || text.trim_start().starts_with(['-', '|', '#']);
        if new {
            // An entry of the glossary names the words not to use after this sign.
            let kept = paragraph.split("— not: ").next().unwrap_or_default();
            problems.extend(told(file, start, kept, banned_in(kept)));
            paragraph.clear();
            start = line;
        }
        if !code && !fence {
            paragraph.push_str(without_code(text).trim());
            paragraph.push(' ');
        }
    }
    problems
}

/// The text without what stands between backticks.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Texts of an instrument, catalogue or settings file: what stands between quotes and reads like a sentence.
fn values(file: &TextFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (line, text) in file.numbered().filter(|(_, text)| !text.trim_start().starts_with('#')) {
        for value in text.split('"').skip(1).step_by(2).filter(|value| value.contains(' ')) {
            problems.extend(told(file, line, value, banned_in(value)));
        }
    }
    problems
}

/// True for texts that are not for reading: SQL, style sheets, paths, keys of foreign formats.
fn is_code(text: &str) -> bool {
    const SQL: [&str; 8] =
        ["SELECT ", "INSERT ", "UPDATE ", "CREATE ", "PRAGMA", "DELETE ", "ALTER ", "WITH "];
    let start = text.trim_start();
    SQL.iter().any(|word| start.starts_with(word)) || (start.contains('{') && start.contains(';'))
}

fn banned_in(passage: &str) -> Vec<&'static Banned> {
    let lower = passage.to_lowercase();
    // An all-capital word is a keyword or method of a foreign language, but for the abbreviation.
    let words: Vec<String> = passage
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| w.chars().any(char::is_lowercase) || w.starts_with("SLA"))
        .flat_map(words_of)
        .collect();
    let is_in = |banned: &&Banned| {
        words.iter().any(|word| banned.words.contains(&word.as_str()))
            && !banned.unless.iter().any(|expression| lower.contains(expression))
    };
    BANNED.iter().filter(is_in).collect()
}

/// `record_id` and `RecordId` as `record` and `id`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        before_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Names that others see: what follows `pub`, and the variants of lists of words.
fn public_names(tokens: &[Token]) -> Vec<&Token> {
    const BETWEEN: [&str; 11] = [
        "fn", "struct", "enum", "trait", "type", "const", "static", "mod", "async", "unsafe",
        "macro",
    ];
    let code: Vec<&Token> =
        tokens.iter().filter(|t| matches!(t.kind, Kind::Name | Kind::Other) && !t.test).collect();
    let mut found = Vec::new();
    for (at, _) in code.iter().enumerate().filter(|(_, token)| token.is("pub")) {
        let after = code.get(at.saturating_add(1)..).unwrap_or_default();
        let name = after.iter().find(|token| !BETWEEN.contains(&token.text.as_str()));
        let public = name.filter(|t| t.kind == Kind::Name && t.text != "use");
        found.extend(public);
        if after.first().is_some_and(|token| token.is("enum")) {
            found.extend(variants(after));
        }
    }
    found
}

/// The capitalised names that begin a variant: after `{` or `,` of the first level, attributes passed over.
fn variants<'a>(code: &[&'a Token]) -> Vec<&'a Token> {
    let (mut depth, mut found, mut fresh) = (0_usize, Vec::new(), false);
    for token in code {
        match token.text.as_str() {
            "{" | "(" | "[" => depth = depth.saturating_add(1),
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ if fresh && depth == 1 && token.kind == Kind::Name => found.push(*token),
            _ => {}
        }
        let begins = matches!(token.text.as_str(), "{" | ",") || (token.is("]") && fresh);
        fresh = depth >= 1 && (begins || (fresh && (depth > 1 || token.is("#"))));
        if depth == 0 && token.is("}") {
            break;
        }
    }
    found
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
