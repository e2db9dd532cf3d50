//! A desk with made-up officers, registers and one search, for tests and for looking at the pages.

#[path = "trust.rs"]
mod trust;

#[path = "more.rs"]
mod more;

use more::proof_calls;
use std::io::Read;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use vocabulary::{
    Band, Finding, Justification, Match, Outcome, Person, PersonNameParts, Reason, ReasonField,
    RecordId, RegisterId, Sex, Subject, SubjectKind, Timestamp,
};
use web::blocking::Blocking;
use web::desk::{
    Call, Decision, DeskCalls, DeskSetup, Personas, RecordAct, Removal, SearchRequest, SignedIn,
    Upload,
};
use web::problem::{Problem, ProblemKind};
use web::views::{
    FormView, InstrumentView, MatchAnswer, Persona, PurposeChoice, RegisterAnswer, RegisterChoice,
    RegisterView, SearchSummary, SearchView, Verdict,
};

/// The access token that the samples know.
pub const TOKEN: &str = "token-of-eleni";
/// The search that the samples hold.
pub const QUERY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// What came of an upload so far.
#[derive(Clone, Default)]
pub struct Loaded {
    pub text: String,
    /// Set when the reading is over: the whole file, or why not.
    pub ended: Option<Result<(), String>>,
}

/// What the desk was asked to do, and what it shows.
#[derive(Clone)]
pub struct Sample {
    pub view: Arc<Mutex<SearchView>>,
    pub news: watch::Sender<u64>,
    pub requests: Arc<Mutex<Vec<SearchRequest>>>,
    pub decisions: Arc<Mutex<Vec<Decision>>>,
    pub changes: Arc<Mutex<Vec<(RegisterId, RecordId, RecordAct)>>>,
    pub uploads: Arc<Mutex<Vec<String>>>,
    pub loaded: watch::Sender<Loaded>,
}

pub fn parse<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

pub fn officer() -> SignedIn {
    SignedIn {
        id: parse("o-17"),
        authority: parse("gr-border"),
        role: parse("border_guard"),
        name: "Eleni Markou".into(),
        role_name: "border guard".into(),
        authority_name: "Hellenic border police".into(),
    }
}

pub fn moment(second: i64) -> Timestamp {
    parse::<Timestamp>("2026-11-21T08:30:00Z").plus_millis(second * 1000)
}

fn answer(owner: &str, id: &str, title: &str, outcome: Option<Outcome>) -> RegisterAnswer {
    RegisterAnswer {
        register: parse(id),
        owner: owner.into(),
        title: title.into(),
        exercise: true,
        outcome,
        changed_at: None,
        current_to: None,
        note: None,
        more: false,
        matches: Vec::new(),
    }
}

fn matched(reference: &str, band: Band, decision: Option<Verdict>) -> MatchAnswer {
    let reason = |field, finding| Reason { field, finding };
    MatchAnswer {
        found: Match {
            owner: parse("de-bka"),
            instrument: parse("sis_arrest"),
            reference: parse(reference),
            band: Some(band),
            reasons: vec![
                reason(ReasonField::Name, Finding::EqualAcrossScripts),
                reason(ReasonField::BirthDate, Finding::DayMonthSwapped),
                reason(ReasonField::Nationality, Finding::Equal),
            ],
            fields: [
                ("action_to_be_taken", "arrest for surrender"),
                ("birth_date", "1984-07-03"),
                ("family_name", "Παπαδόπουλος <script>"),
                ("warning_marker", "armed"),
            ]
            .map(|(name, value)| (parse(name), value.to_owned()))
            .into(),
        },
        decision,
    }
}

pub fn search_view() -> SearchView {
    let arrest = "SIS alerts for arrest";
    let epris = "Police records indexes (EPRIS)";
    let mut registers = vec![
        RegisterAnswer {
            current_to: Some(moment(-90)),
            ..answer("Hellenic Police", "gr-police/sis_arrest", arrest, Some(Outcome::NoMatch))
        },
        RegisterAnswer {
            more: true,
            matches: vec![
                matched("00112233445566778899aabbccddeeff", Band::VeryLikely, None),
                matched(
                    "ffeeddccbbaa99887766554433221100",
                    Band::Possible,
                    Some(Verdict::Rejected),
                ),
            ],
            ..answer("Bundeskriminalamt", "de-bka/sis_arrest", arrest, Some(Outcome::Match))
        },
        RegisterAnswer {
            note: Some("The purpose is not in its instrument.".into()),
            ..answer(
                "Police nationale",
                "fr-pn/police_records_index",
                epris,
                Some(Outcome::Refused),
            )
        },
        answer("Policja", "pl-police/sis_arrest", arrest, Some(Outcome::Late)),
        answer("Guardia Civil", "es-gc/sis_arrest", arrest, Some(Outcome::Unreachable)),
        answer("Arma dei Carabinieri", "it-cc/sis_arrest", arrest, None),
    ];
    for (second, register) in (1_i64..).zip(&mut registers) {
        register.changed_at = register.outcome.map(|_| moment(second));
    }
    let mut justification = Justification::of(parse("border_check"));
    justification.case_reference = Some(parse("GR-2026-118"));
    let name = PersonNameParts {
        full: None,
        given: Some(parse("Giorgos")),
        family: Some(parse("Papadopoulos")),
    };
    SearchView {
        id: parse(QUERY),
        at: moment(0),
        subject: Subject::Person(Person {
            names: vec![name],
            birth_date: Some(parse("1984-03-07")),
            sex: Some(Sex::Male),
            nationalities: vec![parse("GR")],
            ..Person::default()
        }),
        justification,
        purpose: "border control in accordance with Regulation (EU) 2016/399".into(),
        registers,
    }
}

pub fn form_view() -> FormView {
    let purpose =
        |id: &str, text: &str, instruments: &[&str], (case_reference, offence)| PurposeChoice {
            id: parse(id),
            text: text.into(),
            instruments: instruments.iter().map(|&title| title.to_owned()).collect(),
            case_reference,
            offence,
        };
    let choice = |id: &str, text: &str| RegisterChoice { register: parse(id), text: text.into() };
    FormView {
        purposes: vec![
            purpose(
                "border_check",
                "border control in accordance with Regulation (EU) 2016/399",
                &["SIS alerts for arrest", "SIS alerts on missing persons"],
                (false, false),
            ),
            purpose(
                "police_check",
                "police and customs checks inside the territory",
                &["SIS alerts for arrest", "SIS vehicles"],
                (true, false),
            ),
            purpose(
                "criminal_investigation",
                "prevention, detection and investigation of criminal offences, in an individual case",
                &["Police records indexes (EPRIS)"],
                (true, true),
            ),
        ],
        registers: vec![
            choice("pl-police/police_records_index", "Policja · Police records indexes"),
            choice("es-gc/police_records_index", "Guardia Civil · Police records indexes"),
        ],
        ..FormView::default()
    }
}

fn summaries() -> Vec<SearchSummary> {
    let kind = Some(SubjectKind::Person);
    let one = SearchSummary {
        id: parse(QUERY),
        at: moment(0),
        purpose: "border control".into(),
        kind,
        registers: 6,
        answered: 3,
        matched: Some(1),
    };
    let other = SearchSummary {
        id: parse("01890a5d-ac96-774b-bcce-b302099a8058"),
        at: moment(-4000),
        kind: None,
        matched: None,
        ..one.clone()
    };
    vec![one, other]
}

fn instruments() -> Vec<InstrumentView> {
    vec![InstrumentView {
        id: parse("sis_arrest"),
        title: "SIS alerts for arrest".into(),
        legal_basis: "Regulation (EU) 2018/1862, Articles 26 to 31".into(),
        subjects: vec![SubjectKind::Person],
        topology: "disseminated".into(),
        purposes: vec!["border control".into(), "police checks".into()],
        exercise: true,
    }]
}

fn registers() -> Vec<RegisterView> {
    let one = |id: &str, owner: &str, records| RegisterView {
        register: parse(id),
        owner: owner.into(),
        title: "SIS alerts for arrest".into(),
        node: parse("bonn"),
        records,
    };
    vec![
        one("gr-police/sis_arrest", "Hellenic Police", Some(5120)),
        one("de-bka/sis_arrest", "Bundeskriminalamt", None),
    ]
}

impl Sample {
    pub fn new() -> Self {
        Self {
            view: Arc::new(Mutex::new(search_view())),
            news: watch::channel(0).0,
            requests: Arc::default(),
            decisions: Arc::default(),
            changes: Arc::default(),
            uploads: Arc::default(),
            loaded: watch::channel(Loaded::default()).0,
        }
    }

    /// Reads an upload piece by piece, as it comes.
    fn import(&self) -> Call<Upload, serde_json::Value> {
        let (loaded, uploads) = (self.loaded.clone(), Arc::clone(&self.uploads));
        Arc::new(move |_, mut upload| {
            let Upload { register, form, kind, dry_run, .. } = &upload;
            uploads.lock().unwrap().push(format!("{register} {form} {kind:?} {dry_run}"));
            let mut buffer = [0; 64];
            let ended = loop {
                match upload.source.read(&mut buffer) {
                    Ok(0) => break Ok(()),
                    Ok(count) => {
                        let piece =
                            String::from_utf8_lossy(buffer.get(..count).unwrap()).into_owned();
                        loaded.send_modify(|loaded| loaded.text.push_str(&piece));
                    }
                    Err(error) => break Err(error.to_string()),
                }
            };
            loaded.send_modify(|loaded| loaded.ended = Some(ended.clone()));
            let taken = loaded.borrow().text.lines().count();
            ended.map(|()| serde_json::json!({ "taken": taken })).map_err(Problem::fault)
        })
    }

    fn remove_records() -> Call<Removal, serde_json::Value> {
        Arc::new(|officer, removal| {
            if removal.register.authority() != &officer.authority {
                return Err(ProblemKind::NotAllowed.into());
            }
            Ok(serde_json::json!({ "entry": QUERY, "missing": removal.ids.get(1..) }))
        })
    }

    fn change_record(&self) -> Call<(RegisterId, RecordId, RecordAct), vocabulary::QueryId> {
        let changes = Arc::clone(&self.changes);
        Arc::new(move |officer, change| {
            if change.0.authority() != &officer.authority {
                return Err(ProblemKind::NotAllowed.into());
            }
            changes.lock().unwrap().push(change);
            Ok(parse(QUERY))
        })
    }

    fn calls(&self) -> DeskCalls {
        let (view, news) = (Arc::clone(&self.view), self.news.clone());
        let (requests, decisions) = (Arc::clone(&self.requests), Arc::clone(&self.decisions));
        DeskCalls {
            authenticate: Arc::new(|token| (token == TOKEN).then(officer)),
            form: Arc::new(|_, ()| Ok(form_view())),
            start_search: Arc::new(move |_, request| {
                requests.lock().unwrap().push(request);
                Ok(parse(QUERY))
            }),
            searches: Arc::new(|_, ()| Ok(summaries())),
            search: Arc::new(move |_, id| {
                let view = view.lock().unwrap().clone();
                if view.id == id { Ok(view) } else { Err(ProblemKind::NotFound.into()) }
            }),
            news: Arc::new(move |_| news.subscribe()),
            decide: Arc::new(move |_, (_, decision)| {
                if decision.register == parse("de-bka/sis_arrest") {
                    decisions.lock().unwrap().push(decision);
                    return Ok(());
                }
                Err(Problem::new(ProblemKind::NotFound, "there is no such match that you may see"))
            }),
            instruments: Arc::new(|_, ()| Ok(instruments())),
            registers: Arc::new(|_, ()| Ok(registers())),
            federation: Arc::new(|_, ()| Ok(trust::partners())),
            trust: Arc::new(|_, ()| Ok(trust::trust_view())),
            list: trust::list_desk(),
            change_record: self.change_record(),
            remove_records: Self::remove_records(),
            import: self.import(),
            proofs: proof_calls(),
            personas: None,
        }
    }

    pub fn personas() -> Personas {
        let persona = |id: &str, name: &str, role: &str, text: &str| Persona {
            id: id.into(),
            name: name.into(),
            role_name: role.into(),
            authority_name: "Hellenic border police".into(),
            text: text.into(),
        };
        Personas {
            all: vec![
                persona(
                    "eleni",
                    "Eleni Markou",
                    "border guard",
                    "Checks travellers at the airport of Athens and sees alerts at once.",
                ),
                persona(
                    "nikos",
                    "Nikos Kalas",
                    "investigator",
                    "Asks police records indexes in an individual case.",
                ),
            ],
            token: Arc::new(|id| (id == "eleni").then(|| TOKEN.to_owned())),
        }
    }

    pub fn setup(&self) -> DeskSetup {
        DeskSetup {
            node_name: "Node Athens".into(),
            exercise: true,
            calls: self.calls(),
            blocking: Blocking::new(2, 100),
            form_secret: seal::Secret::new([7; 32]),
            secure_cookie: false,
        }
    }
}
