//! One decision in plain words, for those who review the law: by which rule, what it takes, what would let him.

use crate::asker::{Asker, AskerHome};
use crate::decide::{Decision, Request, decide};
use crate::grant::Grant;
use crate::law::AccessLaw;
use crate::refusal::Refusal;
use crate::stated::complete;
use instrument::{Evidence, Instrument, Mode, Purpose, RegistersAsked, Source};
use std::fmt::Write;
use vocabulary::{
    Article, AuthorityId, FieldName, Invalid, Justification, OffenceCode, ProcessingOperation,
    PurposeId, Role, Timestamp,
};

/// What is to be explained.
#[derive(Debug, Clone)]
pub struct Explained<'a> {
    /// Under which instrument.
    pub instrument: &'a Instrument,
    /// The role in which somebody asks.
    pub role: Role,
    /// For which purpose.
    pub purpose: PurposeId,
    /// What he wants to do.
    pub operation: ProcessingOperation,
    /// The authority of the asker.
    pub authority: AuthorityId,
    /// Whose register is asked; the asker's own authority decides about its own officer otherwise.
    pub owner: AuthorityId,
    /// The offence he states, where the explanation turns on it.
    pub offence: Option<OffenceCode>,
    /// Whether he takes the urgent path.
    pub urgent: bool,
}

/// Explains what `law` decides about `explained` at the moment `at`, when everything that is required is stated.
///
/// # Errors
/// Never for a checked instrument; the made-up justification is parsed like any other.
pub fn explain(
    law: &AccessLaw,
    explained: &Explained<'_>,
    at: Timestamp,
) -> Result<String, Invalid> {
    let page = Page { law, explained, at };
    let mut text = page.head();
    match page.decide(&explained.role, &explained.purpose, explained.operation)? {
        Decision::Granted(grant) => page.write_granted(&mut text, &grant),
        Decision::Refused(refusal) => page.write_refused(&mut text, &refusal)?,
    }
    Ok(text)
}

struct Page<'a> {
    law: &'a AccessLaw,
    explained: &'a Explained<'a>,
    at: Timestamp,
}

impl Page<'_> {
    fn head(&self) -> String {
        let Explained { instrument, role, operation, authority, owner, .. } = self.explained;
        let whose = if authority == owner {
            "an officer of its own".to_owned()
        } else {
            format!("an officer of `{authority}`, who asks as a partner")
        };
        let purpose = instrument.purpose(&self.explained.purpose);
        let says = purpose.map(|one| format!(" ({})", one.text())).unwrap_or_default();
        format!(
            "instrument    {} ({})\nlegal basis   {}\nrole          {role}\noperation     {operation}\n\
             purpose       {}{says}\ndecided by    `{owner}` about {whose}\n\n",
            instrument.id(),
            instrument.title(),
            instrument.legal_basis(),
            self.explained.purpose,
        )
    }

    /// Decides with another role, purpose or operation, everything else as it was asked.
    fn decide(
        &self,
        role: &Role,
        purpose: &PurposeId,
        operation: ProcessingOperation,
    ) -> Result<Decision, Invalid> {
        let Explained { instrument, authority, owner, .. } = self.explained;
        let mut justification = match instrument.purpose(purpose) {
            Some(purpose) => complete(instrument, purpose, owner)?,
            None => Justification::of(purpose.clone()),
        };
        if let Some(offence) = &self.explained.offence {
            justification.offence = Some(offence.clone());
        }
        if self.explained.urgent {
            justification.urgent = Some("there is no time".parse()?);
        }
        let own = authority == owner;
        let home = if own { AskerHome::ThisAuthority } else { AskerHome::Partner };
        let officer = "0".repeat(32).parse()?;
        let asker = Asker::new(authority.clone(), officer, role.clone(), home);
        let request = Request {
            instrument,
            owner,
            asker: &asker,
            justification: &justification,
            operation,
            query: None,
            shape: None,
        };
        Ok(decide(self.law, &request, self.at))
    }

    fn write_granted(&self, text: &mut String, grant: &Grant) {
        let instrument = self.explained.instrument;
        text.push_str("ALLOWED, when what is required is stated\n\n");
        for (index, rule) in instrument.access().iter().enumerate() {
            let name = crate::law::rule_name(instrument, index);
            if grant.rules().contains(&name) {
                line(text, "by rule", &format!("{name}, {}", sourced(rule.source())));
            }
        }
        if let Some(purpose) = instrument.purpose(grant.purpose()) {
            self.write_purpose(text, purpose);
        }
        line(text, "sees", &fields(grant.visible_on_match(), "nothing"));
        if !grant.visible_after_confirmation().is_empty() {
            let later = fields(grant.visible_after_confirmation(), "");
            line(text, "sees later", &format!("{later}, when a person has confirmed the match"));
        }
        if *instrument.mode() != Mode::InForce {
            line(text, "exercise", "not every figure was read in the act: made-up data only");
        }
        self.write_local(text);
    }

    fn write_purpose(&self, text: &mut String, purpose: &Purpose) {
        line(text, "purpose", &sourced(purpose.source()));
        let parts: Vec<String> =
            purpose.requires().iter().map(|part| part.to_string().replace('_', " ")).collect();
        match purpose.requires_source() {
            Some(source) if !parts.is_empty() => {
                line(text, "required", &format!("{}, {}", parts.join(" and "), sourced(source)));
            }
            Some(_) | None => line(text, "required", "the purpose alone"),
        }
        if let Some(threshold) = purpose.offence_threshold() {
            let least = threshold.maximum_penalty_at_least().at(self.at);
            let says = format!(
                "an offence with a maximum penalty of at least {least}, {}",
                sourced(threshold.source())
            );
            line(text, "", &says);
        }
        if let Some(path) = purpose.urgent_path() {
            let without: Vec<String> =
                path.without().iter().map(|part| part.to_string().replace('_', " ")).collect();
            let says = format!(
                "without {}, validated by a second person within {}, {}",
                without.join(" and "),
                path.validate_within().at(self.at),
                sourced(path.source())
            );
            line(text, "urgent path", &says);
        }
        let asked = match purpose.registers() {
            RegistersAsked::All => "every register under the instrument",
            RegistersAsked::Own => "his own; any other is named, with a reason",
            RegistersAsked::Named => "his own and those he names, with a reason",
        };
        line(text, "registers", asked);
    }

    /// Local law that does not forbid this, but speaks of this role, operation and instrument.
    fn write_local(&self, text: &mut String) {
        let local = self.law.local();
        if local.is_empty() {
            line(text, "local law", "none is loaded");
            return;
        }
        let count = local.len();
        line(text, "local law", &format!("none of its {count} rules forbids this as it is asked"));
        let Explained { instrument, role, operation, .. } = self.explained;
        for rule in local.iter().filter(|rule| rule.speaks_of(role, *operation, instrument.id())) {
            let place = format!("{}:{}", rule.file(), rule.line());
            line(text, "", &format!("{rule} [{place}] does so in other circumstances"));
        }
    }

    fn write_refused(&self, text: &mut String, refusal: &Refusal) -> Result<(), Invalid> {
        text.push_str("REFUSED\n\n");
        for (reason, article) in refusal.reasons() {
            line(text, "because", &format!("{reason}, {}", numbered(article)));
            let rule = reason.local_rule();
            for local in self.law.local().iter().filter(|local| Some(local.id()) == rule) {
                let place = format!("{}:{}", local.file(), local.line());
                line(text, "", &format!("the rule stands in {place}"));
            }
            line(text, "", &format!("what to do: {}", reason.help()));
        }
        text.push('\n');
        let before = text.len();
        self.write_nearest(text)?;
        if text.len() == before {
            text.push_str("Nothing near to it is allowed either.\n");
        }
        Ok(())
    }

    /// What differs from the question in one thing and is allowed.
    fn write_nearest(&self, text: &mut String) -> Result<(), Invalid> {
        let Explained { instrument, role, purpose, operation, owner, .. } = self.explained;
        let allowed = |role: &Role, purpose: &PurposeId, operation| {
            let decision = self.decide(role, purpose, operation)?;
            Ok::<bool, Invalid>(matches!(decision, Decision::Granted(_)))
        };
        let (mut purposes, mut roles, mut operations) = (Vec::new(), Vec::new(), Vec::new());
        for one in instrument.purposes().iter().map(Purpose::id) {
            if allowed(role, one, *operation)? {
                purposes.push(one.to_string());
            }
        }
        for one in instrument.catalogues().roles() {
            if allowed(&one, purpose, *operation)? {
                roles.push(one.to_string());
            }
        }
        for one in ProcessingOperation::ALL {
            if allowed(role, purpose, *one)? {
                operations.push(one.to_string());
            }
        }
        let lists = [
            (format!("{operation} in this role is allowed for"), purposes),
            (format!("{operation} for this purpose is allowed to"), roles),
            ("in this role and for this purpose is allowed".to_owned(), operations),
        ];
        for (says, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            let _ = writeln!(text, "{says}: {}", list.join(", "));
        }
        if self.explained.authority != *owner {
            let own = Explained { authority: owner.clone(), ..self.explained.clone() };
            let own = Page { law: self.law, explained: &own, at: self.at };
            if let Decision::Granted(_) = own.decide(role, purpose, *operation)? {
                let _ = writeln!(text, "an officer of `{owner}` in this role may do it");
            }
        }
        Ok(())
    }
}

/// A line with its word on the left; a further line under it without.
fn line(text: &mut String, word: &str, says: &str) {
    let _ = writeln!(text, "{word:<13} {says}");
}

fn numbered(article: &Article) -> String {
    let bare = article.as_str().starts_with(|first: char| first.is_ascii_digit());
    let word = if article.as_str().contains(" to ") { "Articles" } else { "Article" };
    if bare { format!("{word} {article}") } else { article.to_string() }
}

/// An article and how sure it is, in words.
fn sourced(source: &Source) -> String {
    let sure = match source.evidence() {
        Evidence::Verified => "V: read in the act",
        Evidence::Secondary => "S: read in a secondary source",
        Evidence::High => "H: known, not read in the act",
        Evidence::Medium => "M: known less surely, not read in the act",
        Evidence::Unknown => "?: an assumption",
    };
    format!("{} [{sure}]", numbered(source.article()))
}

fn fields(list: &[FieldName], none: &str) -> String {
    if list.is_empty() {
        return none.to_owned();
    }
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
