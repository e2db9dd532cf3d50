//! Reading a policy: line by line, all problems at once.

use super::{Member, Places, Policy, PolicyProblem};
use crate::{NoteKey, NoteKeyKind};
use std::collections::BTreeSet;

/// The most lines that are read; the format asks for at least 96 that count.
const MAX_LINES: usize = 10_000;

/// A policy while it is read.
struct Reading {
    policy: Policy,
    places: Places,
    /// Names that are a member of a group already: a witness counts in one way only.
    used: BTreeSet<usize>,
    quorum_line: Option<usize>,
    problems: Vec<PolicyProblem>,
    line: usize,
}

impl Policy {
    /// Reads the text of a policy.
    ///
    /// # Errors
    /// Everything that departs from the format.
    pub fn read(text: &str) -> Result<Self, Vec<PolicyProblem>> {
        let policy =
            Self { logs: Vec::new(), names: Vec::new(), members: Vec::new(), quorum: None };
        let (places, used, problems) = (Places::new(), BTreeSet::new(), Vec::new());
        let mut reading = Reading { policy, places, used, quorum_line: None, problems, line: 0 };
        if text.lines().count() > MAX_LINES {
            reading.problem(format!("it has more than {MAX_LINES} lines; shorten it"));
            return Err(reading.problems);
        }
        if !text.is_empty() && !text.ends_with('\n') {
            reading.problem("the last line has no line feed; end the file with one");
        }
        for (at, line) in text.split_terminator('\n').enumerate() {
            reading.line = at + 1;
            reading.take(line);
        }
        reading.line = 0;
        if reading.quorum_line.is_none() {
            reading.problem("there is no quorum; add a line `quorum NAME`, or `quorum none`");
        }
        if reading.problems.is_empty() { Ok(reading.policy) } else { Err(reading.problems) }
    }
}

impl Reading {
    fn problem(&mut self, what: impl Into<String>) {
        self.problems.push(PolicyProblem { line: self.line, what: what.into() });
    }

    fn take(&mut self, line: &str) {
        if line.chars().any(|c| c.is_ascii_control() && c != '\t') {
            return self.problem("it has a control character in it; only tab and line feed may be");
        }
        // Only space and tab part words here: other white space of Unicode belongs to names.
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key),
            ["group", name, most, members @ ..] if !members.is_empty() => {
                self.group(name, most, members);
            }
            ["quorum", name] => self.quorum(name),
            ["log", ..] => self.problem("write `log KEY`, or `log KEY URL`"),
            ["witness", ..] => self.problem("write `witness NAME KEY`, or `witness NAME KEY URL`"),
            ["group", ..] => {
                self.problem("write `group NAME all MEMBER...`, with `any` or a number for `all`");
            }
            ["quorum", ..] => self.problem("write `quorum NAME`, or `quorum none`"),
            [other, ..] => {
                let what = format!("`{other}` begins no line; write log, witness, group or quorum");
                self.problem(what);
            }
        }
    }

    fn key(&mut self, text: &str, kind: NoteKeyKind) -> Option<NoteKey> {
        let right = match kind {
            NoteKeyKind::Log => "that of a log (type 1)",
            NoteKeyKind::Witness => "that of a witness (type 4)",
        };
        match text.parse::<NoteKey>() {
            Ok(key) if key.kind() == kind => return Some(key),
            Ok(_) => self.problem(format!("the key `{text}` is not {right}")),
            Err(error) => self.problem(format!("`{text}`: {error}")),
        }
        None
    }

    fn log(&mut self, key: &str) {
        let Some(key) = self.key(key, NoteKeyKind::Log) else { return };
        if self.policy.logs.iter().any(|other| other.key() == key.key()) {
            return self.problem("a log with this public key stands above already; write one");
        }
        self.policy.logs.push(key);
    }

    fn witness(&mut self, name: &str, key: &str) {
        let Some(key) = self.key(key, NoteKeyKind::Witness) else { return };
        if self.policy.witnesses().any(|other| other.key() == key.key()) {
            return self.problem("a witness with this public key stands above already; write one");
        }
        self.define(name, Member::Witness(key));
    }

    fn group(&mut self, name: &str, most: &str, members: &[&str]) {
        let most = match most {
            "any" => Some(1),
            "all" => Some(members.len()),
            number => crate::hash::plain_number(number).and_then(|n| usize::try_from(n).ok()),
        };
        let Some(most) = most.filter(|most| (1..=members.len()).contains(most)) else {
            let what =
                format!("write `all`, `any` or a number from 1 to {} for `{name}`", members.len());
            return self.problem(what);
        };
        let mut places = Vec::new();
        for member in members {
            match self.places.get(*member).copied() {
                Some(place) if self.used.insert(place) => places.push(place),
                Some(_) => self.problem(format!(
                    "`{member}` is a member of a group already; each may be one once"
                )),
                None => self.problem(format!("`{member}` is not defined above this line")),
            }
        }
        self.define(name, Member::Group(most, places));
    }

    fn define(&mut self, name: &str, member: Member) {
        if name == "none" {
            return self.problem("`none` is no name; choose another");
        }
        if self.places.insert(name.to_owned(), self.policy.members.len()).is_some() {
            self.problem(format!("`{name}` is defined above already; choose another name"));
        }
        self.policy.members.push(member);
        self.policy.names.push(name.to_owned());
    }

    fn quorum(&mut self, name: &str) {
        if let Some(before) = self.quorum_line {
            return self.problem(format!("line {before} has the quorum already; keep one"));
        }
        self.quorum_line = Some(self.line);
        match self.places.get(name).copied() {
            Some(place) => self.policy.quorum = Some(place),
            None if name == "none" => {}
            None => self.problem(format!("`{name}` is not defined above this line")),
        }
    }
}
