//! The one decision: may this asker do this, for this purpose, with the data of this owner.

use crate::asker::{Asker, AskerHome};
use crate::grant::Grant;
use crate::law::{AccessLaw, Judgement, TableSays, rule_name};
use crate::refusal::{Refusal, RefusalReason};
use instrument::{
    AccessRule, Disclosure, Instrument, JustificationPart, Mode, Purpose, QueryShape,
    RegistersAsked,
};
use vocabulary::{
    Article, AuthorityId, FieldName, Justification, ProcessingOperation, PurposeId, QueryId,
    RegisterId, Timestamp,
};

/// What somebody wants to do. It holds the shape of a query and never its content.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Under which instrument.
    pub instrument: &'a Instrument,
    /// Whose data: decisions are made per owner, also where one node hosts several.
    pub owner: &'a AuthorityId,
    /// Who asks.
    pub asker: &'a Asker,
    /// Why.
    pub justification: &'a Justification,
    /// What he wants to do.
    pub operation: ProcessingOperation,
    /// The query this is about, if it is about one; `shape` is then required.
    pub query: Option<QueryId>,
    /// Which fields the query gives.
    pub shape: Option<&'a QueryShape>,
}

/// What was decided.
#[derive(Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a decision lives for one call; a box would cost an allocation per query"
)]
pub enum Decision {
    /// He may.
    Granted(Grant),
    /// He may not, for these reasons.
    Refused(Refusal),
}

impl Decision {
    /// The grant, or the refusal as the other side of a result.
    ///
    /// # Errors
    /// With the refusal.
    pub fn granted(self) -> Result<Grant, Refusal> {
        match self {
            Self::Granted(grant) => Ok(grant),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}

/// Decides `request` at the moment `at` by `law`, on the asker and the public table alone. Every reason to refuse is
/// named.
pub fn decide(law: &AccessLaw, request: &Request<'_>, at: Timestamp) -> Decision {
    let mut reasons = Reasons::new(request.instrument);
    check_start(request, at, &mut reasons);
    check_shape(request, &mut reasons);
    let id = &request.justification.purpose;
    let Some(purpose) = request.instrument.purpose(id) else {
        reasons.add_unknown_purpose(id);
        return Decision::Refused(reasons.into_refusal());
    };
    let rows = check_law(law, request, &mut reasons);
    check_justification(request.instrument, request.justification, purpose, &mut reasons);
    check_widening(request, purpose, &mut reasons);
    if reasons.list.is_empty() {
        Decision::Granted(grant(request, purpose, &rows, at))
    } else {
        Decision::Refused(reasons.into_refusal())
    }
}

/// Where the law asks for listed purposes and a legal basis for each processing.
const PURPOSES: &str = "Directive (EU) 2016/680, Article 4(1)(b)";
const LAWFULNESS: &str = "Directive (EU) 2016/680, Article 8(1)";
const MINIMISATION: &str = "Directive (EU) 2016/680, Article 4(1)(c)";
const OWNERSHIP: &str = "Directive (EU) 2016/680, Article 4(4)";

/// Reasons as they are found.
#[derive(Debug)]
pub(crate) struct Reasons<'a> {
    instrument: &'a Instrument,
    pub(crate) list: Vec<(RefusalReason, Article)>,
}

impl<'a> Reasons<'a> {
    pub(crate) fn new(instrument: &'a Instrument) -> Self {
        Self { instrument, list: Vec::new() }
    }

    /// Adds a reason that rests on an article of the instrument.
    pub(crate) fn add(&mut self, reason: RefusalReason, article: &Article) {
        self.list.push((reason, article.clone()));
    }

    /// Adds a reason that rests on general data-protection law.
    fn add_general(&mut self, reason: RefusalReason, article: &str) {
        let own = || self.instrument.topology_source().article().clone();
        let article = article.parse().unwrap_or_else(|_| own());
        self.list.push((reason, article));
    }

    /// Adds the reason that the instrument lists no such purpose.
    pub(crate) fn add_unknown_purpose(&mut self, id: &PurposeId) {
        self.add_general(RefusalReason::PurposeUnknown(id.clone()), PURPOSES);
    }

    /// Adds the reason that a register is named which cannot be asked.
    pub(crate) fn add_unavailable(&mut self, reason: RefusalReason) {
        self.add_general(reason, LAWFULNESS);
    }

    pub(crate) fn into_refusal(self) -> Refusal {
        Refusal::of(self.list)
    }
}

fn check_start(request: &Request<'_>, at: Timestamp, reasons: &mut Reasons<'_>) {
    let from = request.instrument.applies_from();
    if at < from.begins() {
        reasons.add_general(RefusalReason::NotApplicableYet(from), LAWFULNESS);
    }
}

/// The rows of the table that let the asker do this; reasons when the law does not.
fn check_law(law: &AccessLaw, request: &Request<'_>, reasons: &mut Reasons<'_>) -> Vec<usize> {
    let Some(judgement) = law.judge(request) else {
        let id = request.instrument.id().clone();
        reasons.add_general(RefusalReason::InstrumentNotCompiled(id), LAWFULNESS);
        return Vec::new();
    };
    if !judgement.allows() {
        add_law(&judgement, request, reasons);
    }
    match judgement.table {
        TableSays::May(rows) => rows,
        TableSays::OwnerMay | TableSays::MayNot => Vec::new(),
    }
}

/// Why the law does not let him.
fn add_law(judgement: &Judgement<'_>, request: &Request<'_>, reasons: &mut Reasons<'_>) {
    match judgement.table {
        TableSays::May(_) => {}
        TableSays::OwnerMay => {
            let owner = request.owner.clone();
            reasons.add_general(RefusalReason::NotTheOwner(owner), OWNERSHIP);
        }
        TableSays::MayNot => {
            let role = request.asker.role().clone();
            let purpose = request.justification.purpose.clone();
            let reason = RefusalReason::RoleMayNot { role, operation: request.operation, purpose };
            reasons.add_general(reason, LAWFULNESS);
        }
    }
    for forbid in &judgement.forbidden {
        let (rule, says) = (forbid.id().to_owned(), forbid.reason().map(ToOwned::to_owned));
        reasons.add(RefusalReason::ForbiddenByLocalLaw { rule, says }, forbid.article());
    }
    for (rule, article) in &judgement.failed {
        let reason = RefusalReason::RuleNotEvaluated(rule.clone());
        match article {
            Some(article) => reasons.add(reason, article),
            None => reasons.add_general(reason, LAWFULNESS),
        }
    }
}

/// What the purpose requires of a justification.
pub(crate) fn check_justification(
    instrument: &Instrument,
    given: &Justification,
    purpose: &Purpose,
    reasons: &mut Reasons<'_>,
) {
    let article = purpose.requires_article();
    let urgent = given.urgent.as_ref().and(purpose.urgent_path());
    let waived = |part| urgent.is_some_and(|path| path.without().contains(&part));
    let needs = |part| purpose.needs(part) && !waived(part);
    if needs(JustificationPart::CaseReference) && given.case_reference.is_none() {
        reasons.add(RefusalReason::JustificationMissingCaseReference, article);
    }
    if needs(JustificationPart::Offence) && given.offence.is_none() {
        reasons.add(RefusalReason::JustificationMissingOffence, article);
    }
    let offences = instrument.catalogues().get("offences");
    if let (Some(offence), Some(offences)) = (&given.offence, offences)
        && offences.entry(offence.as_str()).is_none()
    {
        reasons.add(RefusalReason::OffenceUnknown(offence.clone()), article);
    }
    if given.urgent.is_some() && purpose.urgent_path().is_none() {
        reasons.add(RefusalReason::UrgentPathNotAllowed, purpose.source().article());
    }
    if !given.widened_to.is_empty() && given.widening_reason.is_none() {
        reasons.add_general(RefusalReason::WideningWithoutReason, MINIMISATION);
    }
}

/// A partner asks here for a purpose that needs his own register only: he must have named this one, with a reason.
fn check_widening(request: &Request<'_>, purpose: &Purpose, reasons: &mut Reasons<'_>) {
    let partner = request.asker.home() == AskerHome::Partner;
    if partner && purpose.registers() != RegistersAsked::All {
        let given = request.justification;
        let id = request.instrument.id().clone();
        let register = RegisterId::new(request.owner.clone(), id);
        if !given.widened_to.contains(&register) || given.widening_reason.is_none() {
            reasons.add_general(RefusalReason::WideningWithoutReason, MINIMISATION);
        }
    }
}

/// Whether the query gives enough, of a kind that the instrument speaks of.
fn check_shape(request: &Request<'_>, reasons: &mut Reasons<'_>) {
    let matching = request.instrument.matching();
    let Some(shape) = request.shape else {
        if request.query.is_some() && request.operation == ProcessingOperation::Consultation {
            let article = matching.query_needs().source().article();
            reasons.add(RefusalReason::QueryWithoutSubject, article);
        }
        return;
    };
    if !request.instrument.subjects().contains(&shape.kind()) {
        let reason = RefusalReason::SubjectKindNotCovered(shape.kind());
        reasons.add(reason, request.instrument.topology_source().article());
        return;
    }
    let needs = matching.query_needs();
    let given = needs.of().iter().filter(|field| shape.gives(field.as_str())).count();
    if u32::try_from(given).is_ok_and(|given| given < needs.at_least()) {
        let of = needs.of().to_vec();
        let reason = RefusalReason::QueryTooBroad { at_least: needs.at_least(), of };
        reasons.add(reason, needs.source().article());
    }
}

/// Makes the grant. Nothing else in this crate does.
fn grant(request: &Request<'_>, purpose: &Purpose, rows: &[usize], at: Timestamp) -> Grant {
    let instrument = request.instrument;
    let rules = rows.iter().filter_map(|row| instrument.access().get(*row));
    let rules: Vec<&AccessRule> = rules.collect();
    let mut articles = vec![purpose.source().article().clone()];
    if !purpose.requires().is_empty() {
        articles.push(purpose.requires_article().clone());
    }
    articles.extend(rules.iter().map(|rule| rule.source().article().clone()));
    let urgent = request.justification.urgent.as_ref().and(purpose.urgent_path());
    if let Some(path) = urgent {
        articles.push(path.source().article().clone());
    }
    let mut seen = std::collections::BTreeSet::new();
    articles.retain(|article| seen.insert(article.clone()));
    let (visible_on_match, visible_after_confirmation) = visible(instrument, &rules);
    Grant {
        owner: request.owner.clone(),
        asker: request.asker.clone(),
        instrument: instrument.id().clone(),
        instrument_digest: instrument.digest(),
        purpose: purpose.id().clone(),
        operation: request.operation,
        query: request.query,
        rules: rows.iter().map(|row| rule_name(instrument, *row)).collect(),
        articles,
        decided_at: at,
        visible_on_match,
        visible_after_confirmation,
        exercise: *instrument.mode() != Mode::InForce,
        validate_until: urgent.map(|path| {
            let within = *path.validate_within().at(at);
            at.plus_span(within).unwrap_or(at)
        }),
    }
}

/// The fields that may be seen at once, and those after confirmation. The rules of disclosure speak of what
/// others learn: under a rule for the owner alone, every field of the rule is seen at once.
fn visible(instrument: &Instrument, rules: &[&AccessRule]) -> (Vec<FieldName>, Vec<FieldName>) {
    let lists = |rule: &AccessRule, name| rule.fields().is_none_or(|list| list.contains(name));
    let (mut at_once, mut later) = (Vec::new(), Vec::new());
    for field in instrument.fields() {
        let name = field.name();
        let own = rules.iter().any(|rule| rule.owner_only() && lists(rule, name));
        let listed = rules.iter().any(|rule| lists(rule, name));
        match field.disclosure() {
            _ if own => at_once.push(name.clone()),
            Disclosure::OnMatch if listed => at_once.push(name.clone()),
            Disclosure::AfterConfirmation if listed => later.push(name.clone()),
            Disclosure::OnMatch | Disclosure::AfterConfirmation | Disclosure::Never => {}
        }
    }
    (at_once, later)
}
