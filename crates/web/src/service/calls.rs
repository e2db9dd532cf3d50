//! The desk's calls as use cases of the node, and their results as views.

use super::owning::{change_record, import, remove_records};
use super::persons::may_do;
use super::trusting::{federation, list_desk, trust_view};
use super::{Service, proving};
use crate::desk::{Decision, DeskCalls, DeskSetup, Personas, ProofCalls, SearchRequest, SignedIn};
use crate::problem::{FieldProblem, Problem, ProblemKind};
use crate::views::{
    FormValues, FormView, InstrumentView, MatchAnswer, Persona, PurposeChoice, RegisterAnswer,
    RegisterChoice, RegisterView, SearchSummary, SearchView, Verdict,
};
use audit_log::HumanVerdict;
use exchange::{RefusalReason, Rejection};
use instrument::{Instrument, JustificationPart, Mode, Topology};
use node::{Ask, Fault, Node, Officer, Officers, PartState};
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{AuthorityId, Outcome, QueryId, RegisterId};

/// How many searches the list shows.
const SEARCHES_SHOWN: u32 = 200;

/// What a desk of this service is started with.
pub fn desk_setup(
    service: &Arc<Service>,
    officers: &Arc<Officers>,
    tokens: Option<Personas>,
) -> DeskSetup {
    let node = service.node();
    DeskSetup {
        node_name: node
            .hosted()
            .values()
            .map(|own| own.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        exercise: node.law().all().any(|one| is_exercise(one)),
        calls: calls(service, officers, tokens),
        blocking: service.blocking().clone(),
        form_secret: seal::Secret::new(node.fresh_bytes()),
        secure_cookie: false,
    }
}

fn calls(
    service: &Arc<Service>,
    officers: &Arc<Officers>,
    personas: Option<Personas>,
) -> DeskCalls {
    let whom = Whom { service: Arc::clone(service), officers: Arc::clone(officers) };
    let whom = Arc::new(whom);
    /// Makes a call of a function on the service and the officer.
    macro_rules! call {
        ($work:expr) => {{
            let whom = Arc::clone(&whom);
            Arc::new(move |signed: &SignedIn, argument| {
                let officer = whom.officer(signed)?;
                $work(&whom.service, &officer, argument).map_err(problem)
            })
        }};
    }
    let authenticate = Arc::clone(&whom);
    let news = Arc::clone(service);
    DeskCalls {
        authenticate: Arc::new(move |token| authenticate.by_token(token)),
        form: call!(|service, officer, (): ()| Ok(form(service, officer))),
        start_search: call!(start_search),
        searches: call!(searches),
        search: call!(search),
        news: Arc::new(move |query| news.news(query)),
        decide: call!(decide),
        instruments: call!(|service, _: &Officer, (): ()| Ok(instruments(service))),
        registers: call!(registers),
        federation: call!(federation),
        trust: call!(|service: &Arc<Service>, _: &Officer, (): ()| Ok(trust_view(service.node()))),
        list: list_desk(service),
        change_record: call!(change_record),
        remove_records: call!(remove_records),
        import: call!(import),
        proofs: ProofCalls {
            of_search: call!(proving::of_search),
            of_entry: call!(proving::of_entry),
            logs: call!(|service, _: &Officer, (): ()| proving::logs(service)),
        },
        personas,
    }
}

/// Who is signed in, and what he works on.
struct Whom {
    service: Arc<Service>,
    officers: Arc<Officers>,
}

impl Whom {
    fn by_token(&self, token: &str) -> Option<SignedIn> {
        let officer = self.officers.by_token(token)?;
        let node = self.service.node();
        Some(SignedIn {
            id: officer.id.clone(),
            authority: officer.authority.clone(),
            role: officer.role.clone(),
            name: officer.name.clone(),
            role_name: role_name(node, officer),
            authority_name: authority_name(node, &officer.authority),
        })
    }

    fn officer(&self, signed: &SignedIn) -> Result<Officer, Problem> {
        let same = |one: &&Officer| one.id == signed.id && one.authority == signed.authority;
        let found = self.officers.all().iter().find(same);
        found.cloned().ok_or_else(|| ProblemKind::NotSignedIn.into())
    }
}

/// The persons of the demonstration, from officers and their tokens.
pub fn personas(node: &Node, officers: &Officers, tokens: BTreeMap<String, String>) -> Personas {
    let all = officers.all().iter().map(|officer| Persona {
        id: officer.id.to_string(),
        name: officer.name.clone(),
        role_name: role_name(node, officer),
        authority_name: authority_name(node, &officer.authority),
        text: may_do(node, officer),
    });
    Personas { all: all.collect(), token: Arc::new(move |id| tokens.get(id).cloned()) }
}

fn role_name(node: &Node, officer: &Officer) -> String {
    let roles = node.law().all().next().and_then(|one| one.catalogues().get("roles"));
    let entry = roles.and_then(|list| list.entry(officer.role.as_str()));
    entry.map_or_else(|| officer.role.to_string(), |entry| entry.text().to_owned())
}

fn authority_name(node: &Node, authority: &AuthorityId) -> String {
    let trust = node.trust();
    trust.authority(authority).map_or_else(|| authority.to_string(), |entry| entry.name.clone())
}

fn is_exercise(instrument: &Instrument) -> bool {
    matches!(instrument.mode(), Mode::Exercise { .. })
}

/// A fault as it leaves. What happened inside goes to the program log, without anything personal.
pub(super) fn problem(fault: Fault) -> Problem {
    let detail = fault.to_string();
    let full = fault.is_for_want_of_room();
    match fault {
        Fault::Store(error) if full => {
            let help = "the disk is full and nothing was kept; whoever runs this node must make room, \
                        reading goes on as before";
            let internal = Some(format!("{detail}: {error}"));
            Problem { internal, ..Problem::new(ProblemKind::NoRoom, help) }
        }
        Fault::Refused(refusal) => {
            let fields = refusal.reasons().iter().map(|(reason, article)| FieldProblem {
                field: reason.word().to_owned(),
                detail: format!("{reason} (Article {article}); {}", reason.help()),
            });
            Problem { fields: fields.collect(), ..Problem::new(ProblemKind::NotAllowed, detail) }
        }
        Fault::Invalid { field, what } => {
            Problem::incomplete(vec![FieldProblem { field, detail: what }])
        }
        Fault::Rejected(Rejection::ListFrozen(_)) => Problem::new(ProblemKind::ListFrozen, detail),
        Fault::TrustList(_) => Problem::new(ProblemKind::ListNotTaken, detail),
        Fault::NoAgreement(_) => Problem::new(ProblemKind::NotAllowed, detail),
        Fault::NotFound(_) => Problem::new(ProblemKind::NotFound, detail),
        Fault::Rejected(_) | Fault::Message(_) => Problem::new(ProblemKind::Malformed, detail),
        Fault::Store(error) => Problem::fault(format!("{detail}: {error}")),
        Fault::File(error) => Problem::fault(format!("{detail}: {error}")),
        Fault::Key(_) | Fault::NotSetUp(_) => Problem::fault(detail),
    }
}

fn form(service: &Arc<Service>, officer: &Officer) -> FormView {
    let node = service.node();
    let mut choices: BTreeMap<String, PurposeChoice> = BTreeMap::new();
    for (id, purposes) in node.purposes_of(officer) {
        let title = node.law().get(&id).map(|one| one.title().to_owned()).unwrap_or_default();
        for purpose in purposes {
            let choice = choices.entry(purpose.id().to_string()).or_insert_with(|| PurposeChoice {
                id: purpose.id().clone(),
                text: purpose.text().to_owned(),
                instruments: Vec::new(),
                case_reference: false,
                offence: false,
            });
            choice.instruments.push(title.clone());
            choice.case_reference |= purpose.needs(JustificationPart::CaseReference);
            choice.offence |= purpose.needs(JustificationPart::Offence);
        }
    }
    let registers = all_registers(node).into_iter().map(|register| RegisterChoice {
        text: format!("{}: {}", authority_name(node, register.authority()), title(node, &register)),
        register,
    });
    FormView {
        purposes: choices.into_values().collect(),
        registers: registers.collect(),
        values: FormValues::default(),
        problem: None,
    }
}

fn all_registers(node: &Node) -> Vec<RegisterId> {
    let trust = node.trust();
    let keeps = trust.authorities().flat_map(|(_, authority)| {
        authority.registers.iter().map(|id| RegisterId::new(authority.id.clone(), id.clone()))
    });
    keeps.collect()
}

fn title(node: &Node, register: &RegisterId) -> String {
    let instrument = node.law().get(register.instrument());
    instrument.map_or_else(|| register.instrument().to_string(), |one| one.title().to_owned())
}

fn start_search(
    service: &Arc<Service>,
    officer: &Officer,
    request: SearchRequest,
) -> Result<QueryId, Fault> {
    let SearchRequest { subject, justification, instruments } = request;
    service.search(officer, &Ask { subject, justification, instruments })
}

fn searches(
    service: &Arc<Service>,
    officer: &Officer,
    (): (),
) -> Result<Vec<SearchSummary>, Fault> {
    let node = service.node();
    let rows = node.searches_of(officer, SEARCHES_SHOWN)?;
    let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let summaries = rows.into_iter().map(|row| {
        let purpose =
            row.instruments.iter().find_map(|id| node.law().get(id)?.purpose(&row.purpose));
        let answered = row.counts.matched.saturating_add(row.counts.no_match);
        let answered = answered.saturating_add(row.counts.refused);
        let silent = row.counts.late.saturating_add(row.counts.unreachable);
        let all = answered.saturating_add(silent).saturating_add(row.counts.awaited);
        SearchSummary {
            id: row.query,
            at: row.at,
            purpose: purpose
                .map_or_else(|| row.purpose.to_string(), |purpose| purpose.text().to_owned()),
            kind: None,
            registers: count(all),
            answered: count(answered),
            matched: Some(count(row.counts.matched)),
        }
    });
    Ok(summaries.collect())
}

fn search(service: &Arc<Service>, officer: &Officer, query: QueryId) -> Result<SearchView, Fault> {
    let node = service.node();
    let state = node.search_of(officer, query)?;
    let purpose = &state.content.justification.purpose;
    let in_words = state
        .parts
        .iter()
        .find_map(|part| node.law().get(part.register.instrument())?.purpose(purpose))
        .map_or_else(|| purpose.to_string(), |purpose| purpose.text().to_owned());
    Ok(SearchView {
        id: query,
        at: state.at,
        subject: state.content.subject,
        justification: state.content.justification,
        purpose: in_words,
        registers: state.parts.into_iter().map(|part| register_answer(node, part)).collect(),
    })
}

fn register_answer(node: &Node, part: PartState) -> RegisterAnswer {
    let instrument = node.law().get(part.register.instrument());
    let (decisions, mut further) = (part.decisions, part.further);
    let matches = part.answer.matches.into_iter().map(|mut found| {
        found.fields.extend(further.remove(&found.reference).unwrap_or_default());
        found
    });
    let matches = matches.map(|found| MatchAnswer {
        decision: decisions.get(&found.reference).map(|verdict| match verdict {
            HumanVerdict::Confirmed => Verdict::Confirmed,
            HumanVerdict::Rejected => Verdict::Rejected,
        }),
        found,
    });
    let explained = match part.outcome {
        Some(Outcome::Refused) => Some(in_words(&part.answer.refusal)),
        Some(Outcome::Unreachable) => Some(silence(instrument.map(|one| one.topology()))),
        Some(Outcome::Late) => Some("It is asked again until the query expires.".to_owned()),
        Some(Outcome::Match | Outcome::NoMatch) | None => None,
    };
    RegisterAnswer {
        owner: authority_name(node, part.register.authority()),
        title: title(node, &part.register),
        exercise: instrument.is_some_and(|one| is_exercise(one)),
        outcome: part.outcome,
        changed_at: part.answered_at,
        current_to: None,
        note: explained,
        more: part.answer.cut,
        matches: matches.collect(),
        register: part.register,
    }
}

fn silence(topology: Option<Topology>) -> String {
    match topology {
        Some(Topology::Disseminated) => {
            "No current copies of this register have come to this node."
        }
        Some(Topology::Federated | Topology::Central) | None => {
            "Its node cannot be reached. It is asked again until the query expires."
        }
    }
    .to_owned()
}

fn in_words(reasons: &[RefusalReason]) -> String {
    let told = reasons.iter().map(|reason| {
        let words = reason.word.replace('_', " ");
        match &reason.article {
            Some(article) => format!("{words} (Article {article}): {}", reason.help),
            None => format!("{words}: {}", reason.help),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

fn decide(
    service: &Arc<Service>,
    officer: &Officer,
    (query, decision): (QueryId, Decision),
) -> Result<(), Fault> {
    let verdict = match decision.verdict {
        Verdict::Confirmed => HumanVerdict::Confirmed,
        Verdict::Rejected => HumanVerdict::Rejected,
    };
    let place = (&decision.register, &decision.reference);
    service.node().decide_match(officer, query, place, verdict)
}

fn instruments(service: &Arc<Service>) -> Vec<InstrumentView> {
    let views = service.node().law().all().map(|one| InstrumentView {
        id: one.id().clone(),
        title: one.title().to_owned(),
        legal_basis: one.legal_basis().to_owned(),
        subjects: one.subjects().to_vec(),
        topology: one.topology().to_string(),
        purposes: one.purposes().iter().map(|purpose| purpose.text().to_owned()).collect(),
        exercise: is_exercise(one),
    });
    views.collect()
}

fn registers(
    service: &Arc<Service>,
    officer: &Officer,
    (): (),
) -> Result<Vec<RegisterView>, Fault> {
    let node = service.node();
    let trust = node.trust();
    let counts = node.register_counts(&officer.authority)?;
    let views = all_registers(node).into_iter().filter_map(|register| {
        let held = counts.iter().find(|row| row.register == register).map(|row| row.live);
        Some(RegisterView {
            owner: authority_name(node, register.authority()),
            title: title(node, &register),
            node: trust.node_of(register.authority())?.node.clone(),
            records: held,
            register,
        })
    });
    Ok(views.collect())
}
