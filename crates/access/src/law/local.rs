//! Local law: Cedar files of a node that may only forbid, read with all their problems at once.

use cedar_policy::{
    ActionConstraint, Effect, EntityUid, Policy, PolicyId, PolicySet, PrincipalConstraint,
    ResourceConstraint, ValidationMode, Validator,
};
use instrument::Problem;
use miette::Diagnostic;
use std::collections::BTreeMap;
use std::fmt;
use vocabulary::{Article, InstrumentId, ProcessingOperation, Role};

/// The annotations a local rule may carry.
const ID: &str = "id";
const ARTICLE: &str = "article";
const REASON: &str = "reason";

/// What stands before the id of a local rule, so that it is never taken for a row of a table.
const PREFIX: &str = "local/";

/// The longest reason, in characters.
const REASON_MOST: usize = 400;

/// The longest id, in bytes.
const ID_MOST: usize = 64;

/// One rule of local law: a forbid with its legal source.
#[derive(Debug, Clone)]
pub struct LocalForbid {
    id: String,
    article: Article,
    reason: Option<String>,
    file: String,
    line: usize,
    policy: Policy,
}

impl LocalForbid {
    /// Its id, unique in the local law of the node.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The act and article it rests on.
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// Why, in plain words, where the file says so.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The name of its file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the file, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The rule as it stands in the file.
    pub fn text(&self) -> String {
        self.policy.to_cedar().unwrap_or_default()
    }

    /// True when the head of the rule covers this role, operation and instrument, whatever its conditions say.
    pub(crate) fn speaks_of(
        &self,
        role: &Role,
        operation: ProcessingOperation,
        instrument: &InstrumentId,
    ) -> bool {
        let is = |uid: &EntityUid, id: &str| {
            let own: &str = uid.id().as_ref();
            own == id
        };
        let (role, instrument) = (role.as_str(), instrument.as_str());
        let principal = match self.policy.principal_constraint() {
            PrincipalConstraint::Any | PrincipalConstraint::Is(_) => true,
            PrincipalConstraint::Eq(uid)
            | PrincipalConstraint::In(uid)
            | PrincipalConstraint::IsIn(_, uid) => is(&uid, role),
        };
        let action = match self.policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(uid) => is(&uid, operation.as_str()),
            ActionConstraint::In(uids) => uids.iter().any(|uid| is(uid, operation.as_str())),
        };
        let resource = match self.policy.resource_constraint() {
            ResourceConstraint::Any | ResourceConstraint::Is(_) => true,
            ResourceConstraint::Eq(uid)
            | ResourceConstraint::In(uid)
            | ResourceConstraint::IsIn(_, uid) => is(&uid, instrument),
        };
        principal && action && resource
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl PartialEq for LocalForbid {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.policy == other.policy
    }
}

impl Eq for LocalForbid {}

impl fmt::Display for LocalForbid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.id, self.article)?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// Local law where there is no instrument to forbid anything under.
pub(super) fn without_instruments(file: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 1,
        key: String::new(),
        message: "local law without an instrument".to_owned(),
        help: "add the instrument files".to_owned(),
    }
}

/// Reads files of local law, each given as name and text, and checks them strictly against the schema.
pub(super) fn read(
    files: &[(&str, &str)],
    validator: &Validator,
) -> Result<Vec<LocalForbid>, Vec<Problem>> {
    let (mut forbids, mut problems): (Vec<LocalForbid>, Vec<Problem>) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in files {
        let file = File { name, text };
        let read = file.read(validator, &mut problems);
        for forbid in read {
            let place = format!("{}:{}", forbid.file, forbid.line);
            if let Some(first) = seen.insert(forbid.id.clone(), place) {
                let message = format!("the id `{}` is used twice, first in {first}", forbid.id);
                problems.push(file.problem(
                    forbid.line,
                    "@id",
                    message,
                    "give each rule an id of its own",
                ));
            }
            forbids.push(forbid);
        }
    }
    problems.sort();
    problems.dedup();
    if problems.is_empty() { Ok(forbids) } else { Err(problems) }
}

/// One file of local law.
#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn problem(
        self,
        line: usize,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        let (file, key) = (self.name.to_owned(), key.to_owned());
        Problem { file, line, key, message: message.into(), help: help.into() }
    }

    /// The line of a byte of the text, counted from 1.
    fn line(self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.split(|byte| *byte == b'\n').count()
    }

    /// A problem that Cedar found, at the place it names.
    fn told(self, found: &dyn Diagnostic, otherwise: usize, help: &str) -> Problem {
        let label = found.labels().and_then(|mut labels| labels.next());
        let line = label.map_or(otherwise, |label| self.line(label.offset()));
        let help = found.help().map_or_else(|| help.to_owned(), |own| own.to_string());
        self.problem(line, "", in_our_words(&found.to_string()), in_our_words(&help))
    }

    fn read(self, validator: &Validator, problems: &mut Vec<Problem>) -> Vec<LocalForbid> {
        let policies: PolicySet = match self.text.parse() {
            Ok(policies) => policies,
            Err(errors) => {
                let errors = errors.iter();
                problems.extend(
                    errors.map(|error| self.told(error, 1, "write the rule as Cedar asks")),
                );
                return Vec::new();
            }
        };
        if policies.is_empty() {
            let help = "write a `forbid` into it, or take the file away";
            problems.push(self.problem(1, "", "the file holds no rule", help));
        }
        let lines = self.lines(&policies);
        let line = |id: &PolicyId| lines.get(&id.to_string()).copied().unwrap_or(1);
        for template in policies.templates() {
            let help = "name the role and the instrument in the rule itself";
            problems.push(self.problem(
                line(template.id()),
                "",
                "a template is no local law",
                help,
            ));
        }
        self.check_words(&policies, &lines, validator, problems);
        let each = policies.policies();
        each.filter_map(|policy| self.forbid(policy, line(policy.id()), problems)).collect()
    }

    /// Checks every rule strictly against the schema. A rule that can never forbid anything is a mistake too.
    fn check_words(
        self,
        policies: &PolicySet,
        lines: &BTreeMap<String, usize>,
        validator: &Validator,
        problems: &mut Vec<Problem>,
    ) {
        let result = validator.validate(policies, ValidationMode::Strict);
        let mut wrong: Vec<&PolicyId> = Vec::new();
        let mut tell = |found: &dyn Diagnostic, id: &PolicyId, help: &str| {
            let line = lines.get(&id.to_string()).copied().unwrap_or(1);
            let name = policies.policy(id).and_then(|policy| policy.annotation(ID));
            let problem = self.told(found, line, help);
            problems.push(Problem { key: name.unwrap_or_default().to_owned(), ..problem });
        };
        for error in result.validation_errors() {
            tell(error, error.policy_id(), "use only what `eunomia access schema` shows");
            wrong.push(error.policy_id());
        }
        for warning in result.validation_warnings() {
            if !wrong.contains(&warning.policy_id()) {
                let help =
                    "correct the rule: as it stands it forbids nothing, or not what it seems to";
                tell(warning, warning.policy_id(), help);
            }
        }
    }

    /// The lines on which the rules begin. Cedar numbers the rules of a text `policy0`, `policy1` and so on.
    fn lines(self, policies: &PolicySet) -> BTreeMap<String, usize> {
        let rules = policies.policies().map(|rule| (rule.id(), rule.to_cedar()));
        let templates = policies.templates().map(|rule| (rule.id(), Some(rule.to_cedar())));
        let mut texts: Vec<(usize, String, String)> = rules
            .chain(templates)
            .map(|(id, text)| {
                let id = id.to_string();
                let number = id.trim_start_matches("policy").parse().unwrap_or(usize::MAX);
                (number, id, text.unwrap_or_default())
            })
            .collect();
        texts.sort();
        let (mut lines, mut from) = (BTreeMap::new(), 0_usize);
        for (_, id, text) in texts {
            let rest = self.text.get(from..).unwrap_or_default();
            let start = rest.find(text.as_str()).unwrap_or_default().saturating_add(from);
            lines.insert(id, self.line(start));
            from = start.saturating_add(text.len());
        }
        lines
    }

    /// A rule with its annotations; problems when it is no forbid or does not say where it stands in law.
    fn forbid(
        self,
        policy: &Policy,
        line: usize,
        problems: &mut Vec<Problem>,
    ) -> Option<LocalForbid> {
        let before = problems.len();
        if policy.effect() == Effect::Permit {
            let help = "local law may only take away: write a `forbid`, or have the instrument file changed";
            problems.push(self.problem(line, "permit", "local law may not permit anything", help));
        }
        for (key, _) in policy.annotations().filter(|(key, _)| ![ID, ARTICLE, REASON].contains(key))
        {
            let key = format!("@{key}");
            let help = "a rule of local law has `@id`, `@article` and, if you like, `@reason`";
            problems.push(self.problem(line, &key, "this annotation is not known", help));
        }
        let id = policy.annotation(ID).unwrap_or_default();
        if !is_id(id) {
            let message = format!("`{id}` is not an id of a local rule");
            let help = "write `@id(\"…\")` with 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter";
            problems.push(self.problem(line, "@id", message, help));
        }
        let article = policy.annotation(ARTICLE).unwrap_or_default().parse::<Article>();
        if article.is_err() {
            let help = "write `@article(\"…\")` with act and article of your national law, in at most 80 characters";
            problems.push(self.problem(
                line,
                "@article",
                "the rule does not say which law it rests on",
                help,
            ));
        }
        let reason = policy.annotation(REASON);
        if reason.is_some_and(|reason| !is_reason(reason)) {
            let help = "write one line of 1 to 400 characters, or leave `@reason` out";
            problems.push(self.problem(line, "@reason", "the reason cannot be shown", help));
        }
        if problems.len() > before {
            return None;
        }
        Some(LocalForbid {
            id: id.to_owned(),
            article: article.ok()?,
            reason: reason.map(ToOwned::to_owned),
            file: self.name.to_owned(),
            line,
            policy: policy.new_id(PolicyId::new(format!("{PREFIX}{id}"))),
        })
    }
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    text.len() <= ID_MOST
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(plain)
}

fn is_reason(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= REASON_MOST
        && !text.chars().any(char::is_control)
}

/// What Cedar says, in one line, without its numbers for rules and without saying it again for every operation.
fn in_our_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = without(&line, "for policy `", &["`, ", "`: "]);
    without(&line, " for Action::\"", &["\""])
}

/// `line` without the first piece that begins with `begin` and ends with the first of `ends` after it.
fn without(line: &str, begin: &str, ends: &[&str]) -> String {
    let Some((before, rest)) = line.split_once(begin) else { return line.to_owned() };
    let cut = ends.iter().filter_map(|end| rest.split_once(end));
    let after = cut.map(|(_, after)| after).max_by_key(|after| after.len());
    after.map_or_else(|| line.to_owned(), |after| format!("{before}{after}"))
}
