//! Worlds: registers that overlap as planned, truth that is true, questions whose answers hold.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use expect_test::expect;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{FieldName, Record, RegisterId, Subject, SubjectKind};
use world::{
    MEMORABLE, Mix, Plan, QueryKind, RegisterPlan, SubjectNumber, TruthLine, World,
    import_csv_header, to_import_csv, to_import_line,
};

fn register(name: &str, kind: SubjectKind, records: u32, overlap_percent: u8) -> RegisterPlan {
    let country = name.split('_').next().unwrap().to_uppercase().parse().unwrap();
    let actions = vec!["arrest".to_owned(), "discreet_check".to_owned()];
    let fields = BTreeMap::from([("action".parse().unwrap(), actions)]);
    RegisterPlan {
        register: name.parse().unwrap(),
        kind,
        country,
        records,
        overlap_percent,
        fields,
    }
}

fn plan() -> Plan {
    use SubjectKind::{Document, Person, Vehicle};
    Plan {
        seed: 42,
        registers: vec![
            register("gr_police/alerts", Person, 2000, 30),
            register("bg_police/alerts", Person, 1500, 40),
            register("de_police/alerts", Person, 3000, 20),
            register("fr_police/vehicles", Vehicle, 800, 50),
            register("es_police/vehicles", Vehicle, 900, 50),
            register("pl_police/documents", Document, 700, 10),
            register("gr_police/documents", Document, 700, 10),
        ],
        memorable_in: vec![id("gr_police/alerts"), id("de_police/alerts")],
    }
}

fn id(text: &str) -> RegisterId {
    text.parse().unwrap()
}

fn first_name(record: &Record) -> String {
    let Subject::Person(person) = &record.subject else { panic!("a person was planned") };
    person.names.first().unwrap().text()
}

fn world() -> World {
    World::new(plan()).unwrap()
}

fn records(world: &World, name: &str) -> Vec<(Record, SubjectNumber)> {
    world.register(&id(name)).unwrap().collect()
}

#[test]
fn the_same_plan_makes_the_same_bytes() {
    let all = |world: &World| -> String {
        let lines =
            world.plan().registers.iter().flat_map(|r| world.register(&r.register).unwrap());
        lines.map(|(record, _)| to_import_line(&record) + "\n").collect()
    };
    assert_eq!(all(&world()), all(&world()));
    let other = World::new(Plan { seed: 43, ..plan() }).unwrap();
    assert_ne!(all(&world()), all(&other));
}

#[test]
fn import_lines_keep_their_form() {
    let world = world();
    let first = |name, n| -> String {
        let stream = world.register(&id(name)).unwrap();
        stream.take(n).map(|(record, _)| to_import_line(&record) + "\n").collect()
    };
    let lines = first("gr_police/alerts", 4)
        + &first("de_police/alerts", 4)
        + &first("fr_police/vehicles", 2)
        + &first("pl_police/documents", 2);
    expect![[r#"
        {"id":"GR-00000000","names":[{"given":"Γεώργιος","family":"Παπαδόπουλος"}],"birth_date":"1970-02-03","sex":"M","nationalities":["GR"],"birth_place":"Θεσσαλονίκη","documents":[{"kind":"passport","country":"GR","number":"AK4820615"}],"fields":{"action":"discreet_check"}}
        {"id":"GR-00000001","names":[{"given":"Bent","family":"Kroggaard"}],"birth_date":"2006-04-22","sex":"M","nationalities":["DK"],"birth_place":"Horsens","documents":[{"kind":"passport","country":"DK","number":"545424933"}],"fields":{"action":"discreet_check"}}
        {"id":"GR-00000002","names":[{"given":"Ferrari","family":"Maria"}],"birth_date":"1993-03-17","sex":"F","nationalities":["IT"],"birth_place":"Catania","documents":[{"kind":"passport","country":"IT","number":"YB5823271"},{"kind":"identity_card","country":"IT","number":"CA40391LK"}],"fields":{"action":"arrest"}}
        {"id":"GR-00000003","names":[{"full":"Hocine El Ahmed"}],"birth_date":"2010-12-03","sex":"M","nationalities":["MA"],"birth_place":"Meknes","fields":{"action":"discreet_check"}}
        {"id":"DE-00000000","names":[{"full":"Georgios Papadopulos"}],"birth_date":"1970-02-03","sex":"M","nationalities":["GR"],"birth_place":"Thessaloniki","documents":[{"kind":"passport","country":"GR","number":"AK4820615"}],"fields":{"action":"discreet_check"}}
        {"id":"DE-00000001","names":[{"given":"Aischa","family":"Al Dulaimi"}],"birth_date":"1975-02-15","sex":"F","nationalities":["MA"],"birth_place":"Tanger","documents":[{"kind":"passport","country":"MA","number":"SN7668103"},{"kind":"identity_card","country":"MA","number":"YM788067"}],"fields":{"action":"discreet_check"}}
        {"id":"DE-00000002","names":[{"given":"Helena","family":"Jandova"}],"birth_date":"2006-05-26","sex":"F","nationalities":["CZ"],"birth_place":"Liberec","documents":[{"kind":"passport","country":"CZ","number":"651780627"}],"fields":{"action":"discreet_check"}}
        {"id":"DE-00000003","names":[{"given":"Ayse","family":"Kara"}],"birth_date":"1993-04-24","sex":"F","nationalities":["TR"],"birth_place":"Istanbul","fields":{"action":"discreet_check"}}
        {"id":"FR-00000000","plate":"8789 ZZN","country":"ES","vin":"VF39WVUY84X815990","make":"Peugeot 208","fields":{"action":"arrest"}}
        {"id":"FR-00000001","vin":"W0LHNHMK3ST590208","fields":{"action":"discreet_check"}}
        {"id":"PL-00000000","document_kind":"passport","country":"PL","number":"NF8018971","fields":{"action":"arrest"}}
        {"id":"PL-00000001","document_kind":"residence_permit","country":"PL","number":"RZ7131936","fields":{"action":"discreet_check"}}
    "#]].assert_eq(&lines);
}

#[test]
fn csv_rows_have_as_many_cells_as_the_header() {
    let fields: Vec<FieldName> = vec!["action".parse().unwrap()];
    let header = import_csv_header(SubjectKind::Vehicle, &fields);
    assert_eq!(header, "id,plate,country,vin,make,field.action");
    for (record, _) in records(&world(), "fr_police/vehicles") {
        assert_eq!(to_import_csv(&record, &fields).split(',').count(), 6);
    }
    let (record, _) = &records(&world(), "gr_police/alerts")[0];
    expect![[r#"
        id,full,given,family,aliases,birth_date,sex,nationalities,birth_place,documents,field.action
        GR-00000000,,Γεώργιος,Παπαδόπουλος,,1970-02-03,M,GR,Θεσσαλονίκη,passport:GR:AK4820615,discreet_check
    "#]].assert_eq(&format!(
        "{}\n{}\n",
        import_csv_header(SubjectKind::Person, &fields),
        to_import_csv(record, &fields)
    ));
}

#[test]
fn every_record_is_sound_and_travels() {
    for planned in &plan().registers {
        let made = records(&world(), &planned.register.to_string());
        assert_eq!(made.len(), usize::try_from(planned.records).unwrap());
        let ids: BTreeSet<_> = made.iter().map(|(record, _)| record.id.clone()).collect();
        assert_eq!(ids.len(), made.len());
        for (record, _) in made {
            record.subject.check_record().unwrap();
            assert_eq!(record.subject.kind(), planned.kind);
            assert!(record.fields.contains_key(&"action".parse().unwrap()));
            let text = serde_json::to_string(&record).unwrap();
            assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
        }
    }
}

#[test]
fn import_lines_say_what_the_record_says() {
    for (record, _) in records(&world(), "bg_police/alerts") {
        let mut line: serde_json::Value = serde_json::from_str(&to_import_line(&record)).unwrap();
        let object = line.as_object_mut().unwrap();
        assert_eq!(object.remove("id").unwrap(), record.id.as_str());
        object.remove("fields").unwrap();
        let Subject::Person(person) = record.subject else { panic!("a person was planned") };
        assert_eq!(serde_json::from_value::<vocabulary::Person>(line).unwrap(), person);
    }
}

#[test]
fn registers_overlap_as_planned() {
    let world = world();
    let subjects: BTreeMap<RegisterId, BTreeSet<SubjectNumber>> = plan()
        .registers
        .iter()
        .map(|r| (r.register.clone(), world.register(&r.register).unwrap().map(|x| x.1).collect()))
        .collect();
    for planned in &plan().registers {
        let own = &subjects[&planned.register];
        assert_eq!(own.len(), usize::try_from(planned.records).unwrap(), "each subject once");
        let shared = own
            .iter()
            .filter(|s| subjects.iter().any(|(r, set)| *r != planned.register && set.contains(s)))
            .filter(|s| s.get() != MEMORABLE)
            .count();
        let first = u32::from(plan().memorable_in.contains(&planned.register));
        let wish = (planned.records - first) * u32::from(planned.overlap_percent) / 100;
        // Two registers that wish for different numbers meet at what the second largest wish allows.
        let most = if planned.kind == SubjectKind::Vehicle { 400 } else { 599 };
        assert_eq!(shared, usize::try_from(wish.min(most)).unwrap(), "{}", planned.register);
        assert_eq!(world.shared_records(&planned.register), u64::try_from(shared).unwrap());
    }
}

#[test]
fn holders_and_truth_tell_the_same_and_both_are_true() {
    let world = world();
    let mut where_is = BTreeMap::<SubjectNumber, BTreeSet<_>>::new();
    for line in world.truth() {
        where_is.entry(line.subject).or_default().insert((line.register, line.record));
    }
    let streamed: usize =
        plan().registers.iter().map(|r| usize::try_from(r.records).unwrap()).sum();
    assert_eq!(where_is.values().map(BTreeSet::len).sum::<usize>(), streamed);
    for (subject, expected) in &where_is {
        assert_eq!(world.holders(*subject).into_iter().collect::<BTreeSet<_>>(), *expected);
    }
    for planned in &plan().registers {
        for (record, subject) in world.register(&planned.register).unwrap() {
            assert!(where_is[&subject].contains(&(planned.register.clone(), record.id)));
        }
    }
    assert!(world.holders(SubjectNumber::new(5)).is_empty());
}

#[test]
fn truth_lines_are_json_lines() {
    let line = world().truth().next().unwrap();
    let text = serde_json::to_string(&line).unwrap();
    assert_eq!(serde_json::from_str::<TruthLine>(&text).unwrap(), line);
    expect![[r#"
        {"subject":9007199254740991,"register":"gr_police/alerts","record":"GR-00000000"}
    "#]]
    .assert_eq(&(text + "\n"));
}

#[test]
fn the_memorable_person_stands_first_where_he_was_asked_for() {
    let world = world();
    let (greek, subject) = &records(&world, "gr_police/alerts")[0];
    assert_eq!(subject.get(), MEMORABLE);
    let (german, _) = &records(&world, "de_police/alerts")[0];
    assert_eq!(first_name(greek), "Γεώργιος Παπαδόπουλος");
    assert_eq!(first_name(german), "Georgios Papadopulos");
    assert_eq!(world.holders(*subject).len(), 2);
    assert!(records(&world, "bg_police/alerts").iter().all(|(_, s)| s.get() != MEMORABLE));
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    let broken = |change: fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        World::new(plan).unwrap_err().help
    };
    assert!(broken(|p| p.registers.push(p.registers[0].clone())).contains("once"));
    assert!(broken(|p| p.registers[0].overlap_percent = 101).contains("overlap_percent"));
    assert!(broken(|p| p.memorable_in.push(id("fr_police/vehicles"))).contains("memorable_in"));
    assert!(broken(|p| p.registers[0].records = 0).contains("memorable_in"));
}

#[test]
fn a_register_may_be_empty_or_alone() {
    let alone = register("fr_police/alerts", SubjectKind::Person, 50, 80);
    let empty = register("es_police/alerts", SubjectKind::Person, 0, 80);
    let plan = Plan { seed: 1, registers: vec![alone, empty], memorable_in: Vec::new() };
    let world = World::new(plan).unwrap();
    assert_eq!(world.truth().count(), 50);
    assert_eq!(world.shared_records(&id("fr_police/alerts")), 0);
    let subjects: BTreeSet<_> = world.truth().map(|line| line.subject).collect();
    assert_eq!(subjects.len(), 50);
}

fn mix(kinds: &[QueryKind], nobody_percent: u32) -> Mix {
    Mix { kinds: kinds.iter().map(|kind| (*kind, 1)).collect(), nobody_percent }
}

const NUMBERS: [QueryKind; 4] =
    [QueryKind::PersonDocument, QueryKind::Plate, QueryKind::Vin, QueryKind::DocumentNumber];

#[test]
fn questions_are_sound_repeatable_and_their_answers_hold() {
    let world = world();
    let kinds: Vec<_> = QueryKind::BY_NAME.into_iter().chain(NUMBERS).collect();
    let ask = || world.queries(9, 3000, &mix(&kinds, 20)).collect::<Vec<_>>();
    let queries = ask();
    assert_eq!(queries, ask());
    assert!(queries.len() > 2950, "{}", queries.len());
    let seen: BTreeSet<_> = queries.iter().map(|q| q.kind).collect();
    assert_eq!(seen.len(), kinds.len());
    for query in &queries {
        query.ask.check_query().unwrap();
        assert_eq!(query.ask.kind(), query.kind.subject());
        assert_eq!(query.subject.is_none(), query.expected.is_empty());
        let Some(subject) = query.subject else { continue };
        let holders = world.holders(subject);
        assert!(query.expected.iter().all(|holder| holders.contains(holder)));
        if QueryKind::BY_NAME.contains(&query.kind) {
            assert_eq!(holders, query.expected);
        }
    }
}

#[test]
fn dates_of_birth_are_written_by_the_habits_of_a_country() {
    let world = world();
    let mut seen = BTreeMap::<String, (u32, u32)>::new();
    for name in ["gr_police/alerts", "bg_police/alerts", "de_police/alerts"] {
        for (record, subject) in records(&world, name) {
            let Subject::Person(person) = record.subject else { panic!("a person was planned") };
            let born = world.population().person(subject.get());
            let late = ["IQ", "SY", "EG", "MA"].contains(&born.country.as_str());
            let counts = seen.entry(if late { "late" } else { "other" }.to_owned()).or_default();
            let first =
                person.birth_date.is_some_and(|d| d.month() == Some(1) && d.day() == Some(1));
            *counts = (counts.0 + 1, counts.1 + u32::from(first));
        }
    }
    let share = |what: &str| seen[what].1 * 1000 / seen[what].0;
    assert!(share("late") > 3 * share("other"), "{seen:?}");
}

#[test]
fn each_kind_of_question_departs_in_its_way() {
    let world = world();
    let records: BTreeMap<_, _> = plan()
        .registers
        .iter()
        .flat_map(|r| {
            let name = r.register.clone();
            world
                .register(&r.register)
                .unwrap()
                .map(move |(x, _)| ((name.clone(), x.id.clone()), x))
        })
        .collect();
    for query in world.queries(10, 2000, &mix(&QueryKind::BY_NAME, 0)) {
        let Subject::Person(ask) = &query.ask else { panic!("asked by name") };
        let truth = world.population().person(query.subject.unwrap().get());
        let held: Vec<String> =
            query.expected.iter().map(|holder| first_name(&records[holder])).collect();
        let text = ask.names[0].text();
        let full = ask.birth_date == Some(truth.birth_date);
        let day = ask.birth_date.is_some_and(|date| date.day().is_some());
        let dates = [QueryKind::PartialDate, QueryKind::WrongDate, QueryKind::NoDate];
        let kept = query.kind == QueryKind::Exact || dates.contains(&query.kind);
        if kept {
            assert!(held.contains(&text), "{query:?}");
        } else {
            assert!(held.iter().any(|name| *name != text), "{query:?}");
        }
        assert_eq!(full, !dates.contains(&query.kind) && query.kind != QueryKind::Hard);
        assert_eq!(ask.birth_date.is_none(), query.kind == QueryKind::NoDate);
        if query.kind != QueryKind::Hard {
            assert_eq!(!day, [QueryKind::PartialDate, QueryKind::NoDate].contains(&query.kind));
        }
    }
}

#[test]
fn nobody_shares_name_and_date_or_number_with_anybody() {
    let world = world();
    let mut people = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for line in world.truth() {
        let number = line.subject.get();
        let kind = plan().registers.iter().find(|r| r.register == line.register).unwrap().kind;
        match kind {
            SubjectKind::Person => {
                let person = world.population().person(number);
                people.insert((person.name.latin(), person.birth_date));
                numbers.extend(person.documents.iter().map(|d| d.number.to_string()));
            }
            SubjectKind::Vehicle => {
                let vehicle = world.population().vehicle(number);
                numbers
                    .extend([vehicle.plate.unwrap().to_string(), vehicle.vin.unwrap().to_string()]);
            }
            SubjectKind::Document => {
                numbers.insert(world.population().document(number).number.to_string());
            }
        }
    }
    let kinds: Vec<_> = [QueryKind::Exact].into_iter().chain(NUMBERS).collect();
    for query in world.queries(11, 3000, &mix(&kinds, 100)) {
        match query.ask {
            Subject::Person(ask) if ask.documents.is_empty() => {
                let name = ask.names[0].text();
                assert!(!people.contains(&(name, ask.birth_date.unwrap())));
            }
            Subject::Person(ask) => assert!(!numbers.contains(ask.documents[0].number.as_str())),
            Subject::Vehicle(ask) => {
                assert!(ask.plate.is_none_or(|plate| !numbers.contains(plate.as_str())));
                assert!(ask.vin.is_none_or(|vin| !numbers.contains(vin.as_str())));
            }
            Subject::Document(ask) => assert!(!numbers.contains(ask.number.as_str())),
        }
    }
}

#[test]
fn a_plan_travels_as_json() {
    let text = serde_json::to_string(&plan()).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan());
}
