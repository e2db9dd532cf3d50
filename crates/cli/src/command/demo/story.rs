//! The story that `demo --once` tells: every claim is checked, and the exit status says whether all held.

use super::player::{Answers, Player};
use super::truth::{References, Rule, Tally, compare};
use super::{Stage, tick};
use crate::Done;
use crate::command::verify_log::verify;
use crate::files::{cannot, read_text};
use audit_log::{EntryBundle, NoteKey, TileKind, TilePath};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use vocabulary::{InstrumentId, Match, Outcome, Person, PersonNameParts, RegisterId, Subject};
use world::{Mix, QueryKind, WorldQuery};

/// How many questions are compared with the truth.
const QUESTIONS: u32 = 60;

/// Among how many questions those about alerts are looked for.
const MANY: u32 = 3_000;

/// What was claimed and did not hold.
#[derive(Default)]
struct Claims {
    broken: Vec<String>,
}

impl Claims {
    fn check(&mut self, holds: bool, claim: &str) {
        println!("    {} {claim}", if holds { "✔" } else { "✘" });
        if !holds {
            self.broken.push(claim.to_owned());
        }
    }
}

/// Tells the story on a running stage.
///
/// # Errors
/// When a node cannot be spoken to at all.
pub(super) fn tell(mut stage: Stage, seed: u64) -> Done {
    let begun = tick();
    let mut claims = Claims::default();
    let references = References::of(&stage.bundle)?;
    memorable(&stage, &mut claims)?;
    questions(&stage, &references, seed, &mut claims)?;
    refusal(&stage, &mut claims)?;
    let dead = dead_node(seed);
    alert_of_the_dead(&mut stage, &references, (dead, seed), &mut claims)?;
    silence_and_return(&mut stage, dead, &mut claims)?;
    logs(&stage, seed, &mut claims)?;
    let seconds = begun.elapsed().as_secs_f64();
    match claims.broken.as_slice() {
        [] => {
            println!(
                "\nEvery claim held ({seconds:.1} s). Repeat with: eunomia demo --once --seed {seed}"
            );
            Ok(ExitCode::SUCCESS)
        }
        broken => {
            println!("\n{} claims did not hold:", broken.len());
            for claim in broken {
                println!("  {claim}");
            }
            println!("Repeat with: eunomia demo --once --seed {seed}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn parse<T: std::str::FromStr<Err = vocabulary::Invalid>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: vocabulary::Invalid| e.to_string())
}

fn named(full: &str, born: Option<&str>) -> Result<Subject, String> {
    let name = PersonNameParts { full: Some(parse(full)?), given: None, family: None };
    let birth_date = born.map(parse).transpose()?;
    Ok(Subject::Person(Person { names: vec![name], birth_date, ..Person::default() }))
}

/// One person, written in Greek at one node and by ear at others, found under a third spelling, and confirmed.
fn memorable(stage: &Stage, claims: &mut Claims) -> Result<(), String> {
    println!("\n1. An officer on patrol in Greece types `Giorgos Papadopulos`, born 1970-02-03.");
    let player = Player::new(&stage.bundle, stage.node("gr-node")?, "police_officer")?;
    let subject = named("Giorgos Papadopulos", Some("1970-02-03"))?;
    let body = Player::body(&subject, "criminal_investigation", &["police_records_index"]);
    let (id, answers) = player.search(&body)?;
    show(&answers);
    let matched = answers.values().filter(|a| a.outcome == Outcome::Match).count();
    claims.check(matched >= 2, "matches at two nodes or more, records stay with their owners");
    let first = answers.iter().find_map(|(register, a)| Some((register, a.matches.first()?)));
    if let Some((register, found)) = first {
        let named = found.fields.keys().any(|field| field.as_str().contains("name"));
        claims.check(
            !named && found.reasons.is_empty(),
            "a match says that it is one, and its reference; no name leaves",
        );
        player.confirm(&id, register, found)?;
        println!("    he confirms the match of {}; only now it is a hit", register.authority());
    }
    Ok(())
}

fn show(answers: &Answers) {
    for (register, answer) in answers {
        let count = answer.matches.len();
        let told = if count > 0 { format!(" ({count})") } else { String::new() };
        println!("    {register:<36} {}{told}", answer.outcome.as_str().replace('_', " "));
    }
}

/// Questions whose answers are known: misspelt, transliterated, partly known, and about nobody.
fn questions(
    stage: &Stage,
    references: &References,
    seed: u64,
    claims: &mut Claims,
) -> Result<(), String> {
    println!("\n2. Questions that follow from the seed, compared with the ground truth.");
    let kinds = [QueryKind::Exact, QueryKind::CrossScript, QueryKind::Variant, QueryKind::OneTypo];
    let mix = Mix { kinds: kinds.map(|kind| (kind, 1)).to_vec(), nobody_percent: 25 };
    let asked: Vec<WorldQuery> =
        stage.world.queries(seed.wrapping_add(1), QUESTIONS, &mix).collect();
    let index = Set { role: "police_officer", purpose: "criminal_investigation", copies: false };
    compare_set(stage, references, (&index, "police_records_index", &asked), claims)?;
    let alerts = Set { role: "sirene_officer", purpose: "supplementary_information", copies: true };
    for id in ["sis_arrest", "sis_missing"] {
        let of = |query: &WorldQuery| {
            query.expected.iter().any(|(register, _)| register.instrument().as_str() == id)
        };
        let many = stage.world.queries(seed.wrapping_add(2), MANY, &mix);
        let asked: Vec<WorldQuery> = many.filter(of).take(15).collect();
        compare_set(stage, references, (&alerts, id, &asked), claims)?;
    }
    Ok(())
}

/// Who asks a set of questions why, and whether copies at his own node answer.
struct Set {
    role: &'static str,
    purpose: &'static str,
    copies: bool,
}

fn compare_set(
    stage: &Stage,
    references: &References,
    (set, id, asked): (&Set, &str, &[WorldQuery]),
    claims: &mut Claims,
) -> Result<(), String> {
    let player = Player::new(&stage.bundle, stage.node("gr-node")?, set.role)?;
    let instrument: InstrumentId = parse(id)?;
    let law = stage.law.get(&instrument).ok_or("no such instrument")?;
    let key = stage.bundle.folder.join(format!("{id}.key"));
    let key = if key.exists() { Some(crate::files::read_secret(&key)?) } else { None };
    let rule = Rule { world: &stage.world, instrument: law, key };
    let (mut about, mut nobody) = (Tally::default(), Tally::default());
    for query in asked {
        let body = Player::body(&query.ask, set.purpose, &[id]);
        let (_, answers) = player.search(&body)?;
        let holder = |register: &RegisterId| {
            let owner = register.authority();
            if set.copies { player.cast.authority.clone() } else { owner.clone() }
        };
        let truth = (&query.ask, query.expected.as_slice());
        let tally = compare(&answers, truth, &rule, (references, &holder))?;
        if tally.missed > 0 {
            let asked = serde_json::to_string(&query.ask).unwrap_or_default();
            println!("    missed: {:?} {asked}", query.kind);
        }
        match query.subject {
            Some(_) => about = about.plus(tally),
            None => nobody = nobody.plus(tally),
        }
    }
    println!(
        "    {id}: {} questions; records of the persons asked for: {} found, {} missed,",
        asked.len(),
        about.found,
        about.missed
    );
    println!(
        "      {} beyond the rule (too little agrees); strangers {}; about nobody: {} strangers",
        about.beyond, about.strangers, nobody.strangers
    );
    claims.check(
        about.missed == 0 && about.found > 0,
        "every record that the rule reaches was found",
    );
    let all = about.found.saturating_add(about.beyond).max(1);
    claims.check(
        about.beyond.saturating_mul(3) <= all,
        "and the rule reaches at least two thirds of them",
    );
    claims.check(about.silent == 0 && nobody.silent == 0, "every register answered");
    Ok(())
}

/// A border guard asks the police index, for which his role has no access.
fn refusal(stage: &Stage, claims: &mut Claims) -> Result<(), String> {
    println!("\n3. A border guard asks the police records index.");
    let player = Player::new(&stage.bundle, stage.node("bg-border")?, "border_guard")?;
    let subject = named("Giorgos Papadopulos", Some("1970-02-03"))?;
    let body = Player::body(&subject, "criminal_investigation", &["police_records_index"]);
    let (status, problem) = player.refused(&body)?;
    let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
    println!("    {detail}");
    claims.check(status == 403, "refused, with the article, before any record was read");
    Ok(())
}

/// The node that dies in this story.
fn dead_node(seed: u64) -> &'static str {
    match seed % 3 {
        0 => "de-node",
        1 => "fr-node",
        _ => "gr-node",
    }
}

/// An alert is found at the border while its owner's node is down.
fn alert_of_the_dead(
    stage: &mut Stage,
    references: &References,
    (dead, seed): (&str, u64),
    claims: &mut Claims,
) -> Result<(), String> {
    let node = stage.node(dead)?.clone();
    println!(
        "\n4. The node of {} dies (as in a power cut). A border guard meets a person whom it seeks.",
        node.name
    );
    stage.children.kill(&node.node);
    let register = RegisterId::new(node.authority.clone(), parse("sis_arrest")?);
    let mut records = stage.world.register(&register).ok_or("no such register")?;
    let count = stage.world.plan().registers.iter().find(|r| r.register == register);
    let count = count.map_or(1, |planned| u64::from(planned.records));
    let place = usize::try_from(seed.checked_rem(count).unwrap_or(0)).unwrap_or(0);
    let (record, subject) = records.nth(place).ok_or("the register is empty")?;
    let person = stage.world.population().person(subject.get());
    let asked = named(&person.name.latin(), Some(&person.birth_date.to_string()))?;
    let player = Player::new(&stage.bundle, stage.node("bg-border")?, "border_guard")?;
    let (id, answers) = player.search(&Player::body(&asked, "border_check", &["sis_arrest"]))?;
    show(&answers);
    let reference = references.reference(&player.cast.authority, &register, &record.id)?;
    let found =
        answers.get(&register).and_then(|a| a.matches.iter().find(|m| m.reference == reference));
    claims.check(found.is_some(), "the disseminated alert is found while its owner is down");
    let action = found.and_then(|m| m.fields.iter().find(|(f, _)| f.as_str() == "action"));
    claims.check(action.is_some(), "the guard sees at once what to do");
    if let Some(found) = found {
        let warrant = |m: &Match| m.fields.keys().any(|f| f.as_str() == "arrest_warrant_reference");
        let before = warrant(found);
        player.confirm(&id, &register, found)?;
        let again = player.answers(&id, Duration::from_secs(5), &|_| true)?;
        let now =
            again.get(&register).and_then(|a| a.matches.iter().find(|m| m.reference == reference));
        let claim = "he confirms it; only then the reference of the warrant is shown";
        claims.check(!before && now.is_some_and(warrant), claim);
    }
    Ok(())
}

/// Who does not answer is shown; what could not be delivered arrives when the node is back.
fn silence_and_return(stage: &mut Stage, dead: &str, claims: &mut Claims) -> Result<(), String> {
    println!("\n5. Another police officer searches meanwhile; then the dead node comes back.");
    let asker = if dead == "gr-node" { "de-node" } else { "gr-node" };
    let player = Player::new(&stage.bundle, stage.node(asker)?, "police_officer")?;
    let subject = named("Giorgos Papadopulos", Some("1970-02-03"))?;
    let body = Player::body(&subject, "criminal_investigation", &["police_records_index"]);
    let (id, answers) = player.search(&body)?;
    show(&answers);
    let node = stage.node(dead)?.clone();
    let register = RegisterId::new(node.authority.clone(), parse("police_records_index")?);
    let silent = answers.get(&register).map(|a| a.outcome);
    claims.check(
        matches!(silent, Some(Outcome::Unreachable | Outcome::Late)),
        "a node that does not answer is shown as one, not as `no match`",
    );
    let others = answers.iter().filter(|(r, _)| **r != register);
    let answered = |o: Outcome| matches!(o, Outcome::Match | Outcome::NoMatch);
    claims.check(others.map(|(_, a)| a.outcome).all(answered), "the others answered meanwhile");
    stage.children.start(&stage.bundle, &node)?;
    let back = |answers: &Answers| answers.get(&register).is_some_and(|a| answered(a.outcome));
    let late = player.answers(&id, Duration::from_secs(40), &back)?;
    claims.check(
        back(&late),
        "after its return its answer arrives by itself; nothing acknowledged was lost",
    );
    Ok(())
}

/// All logs verify; a flipped byte is named.
fn logs(stage: &Stage, seed: u64, claims: &mut Claims) -> Result<(), String> {
    println!("\n6. The logs.");
    super::pause(Duration::from_millis(1_500));
    let mut whole = true;
    for (cast, _) in &stage.bundle.nodes {
        let folder = log_folder(stage, cast.node.as_str())?;
        let verdict = verify(&folder, &key(&folder)?)?;
        println!(
            "    {:<18} {} entries, {}",
            cast.authority,
            verdict.entries,
            if verdict.is_whole() { "whole" } else { "BROKEN" }
        );
        verdict.problems.iter().take(3).for_each(|broken| println!("      {broken}"));
        whole &= verdict.is_whole() && verdict.entries > 0;
    }
    claims.check(whole, "all logs verify offline, from their files and public keys alone");
    let (folder, copy) = (log_folder(stage, "gr-node")?, stage.bundle.folder.join("copied-log"));
    copy_folder(&folder, &copy)?;
    let expected = flip(&copy, seed)?;
    let verdict = verify(&copy, &key(&copy)?)?;
    let named = verdict.first_broken_entry().map(audit_log::LogIndex::get);
    verdict.problems.iter().take(1).for_each(|broken| println!("    {broken}"));
    claims.check(
        named == Some(expected),
        &format!("one byte of a copied log was flipped: entry {expected} is named"),
    );
    Ok(())
}

fn log_folder(stage: &Stage, node: &str) -> Result<PathBuf, String> {
    let cast = stage.node(node)?;
    let data = stage.bundle.config(cast).with_file_name("data");
    Ok(data.join("log").join(cast.authority.as_str()))
}

fn key(folder: &Path) -> Result<NoteKey, String> {
    read_text(&folder.join("log.vkey"))?.trim().parse().map_err(|e| format!("{e}"))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|e| cannot("make the folder", to, &e))?;
    for entry in fs::read_dir(from).map_err(|e| cannot("read", from, &e))?.flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|e| cannot("copy", &path, &e))?;
        }
    }
    Ok(())
}

/// Flips one byte of one entry and returns the index of the entry.
fn flip(folder: &Path, seed: u64) -> Result<u64, String> {
    let verdict = verify(folder, &key(folder)?)?;
    let size = verdict.entries;
    let index = seed.checked_rem(size).unwrap_or(0);
    let (tile, inside) = (index / 256, usize::try_from(index % 256).unwrap_or(0));
    let width =
        u16::try_from(size.saturating_sub(tile.saturating_mul(256)).min(256)).unwrap_or(256);
    let path = TilePath::new(TileKind::Entries, tile, width).map_err(|e| e.to_string())?;
    let file = folder.join(path.to_string());
    let mut bytes = fs::read(&file).map_err(|e| cannot("read", &file, &e))?;
    let bundle = EntryBundle::decode(&path, &bytes).map_err(|e| e.to_string())?;
    let before: usize =
        bundle.entries().iter().take(inside).map(|e| e.len().saturating_add(2)).sum();
    let length = bundle.entries().get(inside).map_or(1, Vec::len);
    let within = usize::try_from(seed >> 8).unwrap_or(0).checked_rem(length).unwrap_or(0);
    let at = before.saturating_add(2).saturating_add(within);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1;
    }
    fs::write(&file, &bytes).map_err(|e| cannot("write", &file, &e))?;
    Ok(index)
}
