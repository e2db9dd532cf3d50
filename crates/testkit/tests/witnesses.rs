//! Nodes that cosign each other's logs: every partner's head is judged, what was put back is found, the year turns.
#![expect(clippy::unwrap_used, reason = "test code")]

use audit_log::{Checkpoint, NoteKey, NoteKeyKind, Policy, earliest_cosigned, parse_proof};
use node::{Ask, CheckpointOffer, Fault, LogFile, Node, OfferOutcome, Officer};
use std::fs;
use std::path::Path;
use testkit::{Federation, FederationPlan, LogCopy};
use vocabulary::{AuthorityId, Justification, NodeId, Person, PersonNameParts, PurposeId, Subject};

const DAY: u32 = 24 * 3_600_000;

fn federation() -> Federation {
    let federation = Federation::new(11, FederationPlan::of_nodes(3, 2).unwrap()).unwrap();
    federation.node_ids().iter().for_each(|id| log_something(&federation, id));
    federation
}

fn node(federation: &Federation, id: &NodeId) -> Node {
    federation.node(id).unwrap().clone()
}

fn greek() -> (NodeId, AuthorityId) {
    ("gr-node".parse().unwrap(), "gr-police".parse().unwrap())
}

/// Carries one offer to its witness and the answer back, as the network would.
fn carry(federation: &Federation, from: &Node, offer: &CheckpointOffer) -> OfferOutcome {
    let witness = node(federation, &offer.to);
    let body = offer.request.to_string();
    let answer = witness.add_checkpoint(&from.settings().node, body.as_bytes()).unwrap();
    match from.offer_answered(offer, (answer.status, answer.body.as_bytes())).unwrap() {
        OfferOutcome::Again(again) => carry(federation, from, &again),
        outcome @ (OfferOutcome::Cosigned
        | OfferOutcome::AskForHead(_)
        | OfferOutcome::Failed(_)) => outcome,
    }
}

/// One round of heads from one node to its witnesses.
fn round(federation: &Federation, from: &NodeId) -> Vec<OfferOutcome> {
    let from = node(federation, from);
    from.upkeep_logs().unwrap();
    let offers = from.checkpoint_offers().unwrap();
    offers.iter().map(|offer| carry(federation, &from, offer)).collect()
}

/// An officer of the node asks for somebody nobody knows: that is logged.
fn log_something(federation: &Federation, id: &NodeId) {
    ask(federation, id).unwrap();
}

fn ask(federation: &Federation, id: &NodeId) -> Result<(), Fault> {
    let up = node(federation, id);
    let officers = federation.officers().unwrap();
    let mut here = officers.iter().filter(|one| up.hosted().contains_key(&one.authority));
    let check: PurposeId = "police_or_customs_check".parse().unwrap();
    let may = |one: &&Officer| {
        up.purposes_of(one).values().flatten().any(|purpose| *purpose.id() == check)
    };
    let officer = here.find(may).unwrap();
    let name =
        PersonNameParts { full: Some("Nobody Knows".parse().unwrap()), given: None, family: None };
    let person = Person {
        names: vec![name],
        birth_date: None,
        sex: None,
        nationalities: Vec::new(),
        birth_place: None,
        documents: Vec::new(),
    };
    let ask = Ask {
        subject: Subject::Person(person),
        justification: Justification::of(check.clone()),
        instruments: vec!["sis_arrest".parse().unwrap()],
    };
    up.start_search(officer, &ask).map(drop)
}

fn witness_keys(federation: &Federation, except: &NodeId) -> Vec<NoteKey> {
    let others = federation.node_ids().into_iter().filter(|id| id != except);
    let key = |id: &NodeId| federation.signer(id).unwrap().verifying_key();
    others.map(|id| NoteKey::new(id.as_str(), NoteKeyKind::Witness, key(&id)).unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.path().is_dir() {
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).unwrap();
        }
    }
}

#[test]
fn every_node_cosigns_the_logs_of_its_partners_and_a_proof_holds_under_a_quorum_of_them() {
    let federation = federation();
    for id in federation.node_ids() {
        for _ in 0..2 {
            let outcomes = round(&federation, &id);
            assert!(!outcomes.is_empty());
            assert!(outcomes.iter().all(|one| *one == OfferOutcome::Cosigned), "{outcomes:?}");
            assert!(round(&federation, &id).is_empty(), "nothing grew, so nothing is offered");
            log_something(&federation, &id);
        }
    }
    let (id, authority) = greek();
    round(&federation, &id);
    let up = node(&federation, &id);
    let standing = up.witness_standing().unwrap();
    assert_eq!(standing.warnings, Vec::<String>::new());
    assert_eq!(standing.alarms, Vec::<String>::new());
    let log = &standing.logs[0];
    assert_eq!(log.cosigned, Some((log.published, 2)));

    let keys = witness_keys(&federation, &id);
    let key = up.log_key(&authority).unwrap();
    let policy = format!(
        "log {key}\nwitness a {}\nwitness b {}\ngroup both all a b\nquorum both\n",
        keys[0], keys[1]
    );
    let policy = Policy::read(&policy).unwrap();
    let year = &up.log_years(&authority).unwrap()[0];
    let copy = LogCopy::read(&year.folder, &key).unwrap();
    for (entry, leaf) in &copy.entries {
        let proof = up.proof_of_entry(&authority, entry.entry_id).unwrap().unwrap();
        let proof = parse_proof(&proof).unwrap();
        let believed = proof.check(leaf, &policy).unwrap();
        let earliest = earliest_cosigned(&proof.checkpoint, &key, &keys).unwrap();
        assert!(earliest.is_some() && earliest <= believed.cosigned_by);
    }
}

#[test]
fn a_witness_that_does_not_answer_is_a_warning_and_others_are_asked() {
    let federation = federation();
    let (id, _) = greek();
    let up = node(&federation, &id);
    up.upkeep_logs().unwrap();
    for offer in up.checkpoint_offers().unwrap() {
        up.offer_failed(&offer, "does not answer");
    }
    assert!(up.checkpoint_offers().unwrap().is_empty(), "they are left alone for a while");
    let standing = up.witness_standing().unwrap();
    assert!(standing.warnings[0].contains("does not answer"), "{:?}", standing.warnings);
    log_and_answer(&up);
    federation.clock().advance_millis(60_000);
    assert!(round(&federation, &id).iter().all(|one| *one == OfferOutcome::Cosigned));
    assert_eq!(up.witness_standing().unwrap().warnings, Vec::<String>::new());
}

/// The node goes on signing.
fn log_and_answer(up: &Node) {
    assert!(up.upkeep_logs().is_ok());
}

#[test]
fn partners_read_checkpoint_and_hashes_and_nobody_but_the_node_reads_entries() {
    let federation = federation();
    let (id, authority) = greek();
    let up = node(&federation, &id);
    up.upkeep_logs().unwrap();
    let origin = up.log_origin(&authority).unwrap();
    let partner: NodeId = "de-node".parse().unwrap();
    let file = |reader: &NodeId, file: &LogFile| up.log_file(reader, &origin, file).unwrap();
    let note = String::from_utf8(file(&partner, &LogFile::Checkpoint).unwrap()).unwrap();
    let (head, _) = Checkpoint::verify(&note, &[up.log_key(&authority).unwrap()]).unwrap();
    let width = head.size();
    let tile = |kind: &str| LogFile::Tile(format!("tile/{kind}/000.p/{width}").parse().unwrap());
    assert!(file(&partner, &tile("0")).is_some());
    assert_eq!(file(&partner, &tile("entries")), None);
    assert!(file(&id, &tile("entries")).is_some());
    assert_eq!(up.log_file(&partner, "gr-police/1999", &LogFile::Checkpoint).unwrap(), None);
    assert_eq!(up.log_file(&partner, "de-police/2026", &LogFile::Checkpoint).unwrap(), None);
}

#[test]
fn a_witness_takes_heads_from_the_node_of_the_log_only() {
    let federation = federation();
    let (id, _) = greek();
    let up = node(&federation, &id);
    up.upkeep_logs().unwrap();
    let offer = up.checkpoint_offers().unwrap().remove(0);
    let witness = node(&federation, &offer.to);
    let body = offer.request.to_string();
    let stranger = federation.node_ids().into_iter().find(|one| *one != id && *one != offer.to);
    let answer = witness.add_checkpoint(&stranger.unwrap(), body.as_bytes()).unwrap();
    assert_eq!(answer.status, 404);
    assert_eq!(witness.add_checkpoint(&id, b"old\n").unwrap().status, 400);
    let renamed = body.replace("/2026", "/2027");
    assert_eq!(witness.add_checkpoint(&id, renamed.as_bytes()).unwrap().status, 403);
    assert_eq!(witness.add_checkpoint(&id, body.as_bytes()).unwrap().status, 200);
}

#[test]
fn an_older_state_that_was_put_back_is_shown_by_a_witness_and_signs_nothing_more() {
    let mut federation = federation();
    let (id, authority) = greek();
    round(&federation, &id);
    federation.stop(&id);
    let (data, backup) = (federation.data(&id), federation.data(&id).with_extension("backup"));
    copy(&data, &backup);
    federation.start(&id).unwrap();
    log_something(&federation, &id);
    assert!(round(&federation, &id).iter().all(|one| *one == OfferOutcome::Cosigned));

    // The whole folder is put back: database, keys and tiles fit together, and only the witnesses know better.
    federation.stop(&id);
    fs::remove_dir_all(&data).unwrap();
    copy(&backup, &data);
    federation.start(&id).unwrap();
    let up = node(&federation, &id);
    up.hold_signing(true);
    let origin = up.log_origin(&authority).unwrap();
    let published = up.witness_standing().unwrap().logs[0].published;
    let partner: NodeId = "de-node".parse().unwrap();
    let witness = node(&federation, &partner);

    // A witness that only claims, or shows what this node did not sign, stops nothing.
    let forged = witness.witnessed_head(&origin).unwrap().unwrap().replacen(
        "\n\u{2014} gr",
        "\n\u{2014} xx",
        1,
    );
    assert!(!up.shown_head(&partner, &origin, &forged).unwrap());
    up.upkeep_logs().unwrap();
    assert_eq!(up.witness_standing().unwrap().alarms, Vec::<String>::new());

    let shown = witness.witnessed_head(&origin).unwrap().unwrap();
    assert!(up.shown_head(&partner, &origin, &shown).unwrap());
    up.hold_signing(false);
    let refused = ask(&federation, &id).unwrap_err();
    let cause = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
    assert!(cause.contains("an older state was put back"), "{refused}: {cause}");
    let standing = up.witness_standing().unwrap();
    assert_eq!(standing.logs[0].published, published, "nothing was signed");
    assert!(standing.alarms[0].contains("an older state was put back"), "{:?}", standing.alarms);

    // Nothing is answered either, and a restart changes nothing.
    drop(up);
    federation.stop(&id);
    let again = federation.start(&id).unwrap_err();
    let again = testkit::chain(&again);
    assert!(again.contains("an older state was put back"), "{again}");
}

#[test]
fn a_log_that_went_on_from_an_older_state_is_a_fork_and_both_sides_keep_the_evidence() {
    let mut federation = federation();
    let (id, _) = greek();
    round(&federation, &id);
    federation.stop(&id);
    let (data, backup) = (federation.data(&id), federation.data(&id).with_extension("backup"));
    copy(&data, &backup);
    federation.start(&id).unwrap();
    log_something(&federation, &id);
    round(&federation, &id);
    federation.stop(&id);
    fs::remove_dir_all(&data).unwrap();
    copy(&backup, &data);
    federation.start(&id).unwrap();
    // Nobody asks the witnesses: other entries take the place of those that were cosigned, and more.
    for _ in 0..3 {
        log_something(&federation, &id);
        node(&federation, &id).upkeep_logs().unwrap();
    }
    let up = node(&federation, &id);
    for offer in up.checkpoint_offers().unwrap() {
        let outcome = carry(&federation, &up, &offer);
        let OfferOutcome::AskForHead(origin) = outcome else { panic!("{outcome:?}") };
        let witness = node(&federation, &offer.to);
        let shown = witness.witnessed_head(&origin).unwrap().unwrap();
        assert!(!up.shown_head(&offer.to, &origin, &shown).unwrap());
        assert_eq!(witness.evidence().unwrap().len(), 1, "two signed heads without a proof");
        let text = fs::read_to_string(
            witness.settings().data.join("evidence").join(&witness.evidence().unwrap()[0]),
        );
        assert!(text.unwrap().contains("===== the head shown now ====="));
    }
    let standing = up.witness_standing().unwrap();
    assert!(standing.alarms[0].contains("is not part of the log as it is here"), "{standing:?}");
    assert_eq!((standing.alarms.len(), standing.evidence.len()), (2, 1));
}

#[test]
fn the_year_turns_and_the_next_log_follows_the_old_one_with_its_witnesses() {
    let federation = federation();
    let (id, authority) = greek();
    round(&federation, &id);
    let before = {
        let up = node(&federation, &id);
        let year = &up.log_years(&authority).unwrap()[0];
        LogCopy::read(&year.folder, &up.log_key(&authority).unwrap()).unwrap().entries
    };
    for _ in 0..10 {
        federation.clock().advance_millis(31 * DAY);
    }
    for _ in 0..2 {
        log_something(&federation, &id);
        let outcomes = round(&federation, &id);
        assert!(outcomes.iter().all(|one| *one == OfferOutcome::Cosigned), "{outcomes:?}");
    }
    let up = node(&federation, &id);
    assert_eq!(up.log_origin(&authority).unwrap(), "gr-police/2027");
    let chain = LogCopy::chain(&up, &authority).unwrap();
    let origins: Vec<&str> = chain.iter().map(|one| one.origin.as_str()).collect();
    assert_eq!(origins, ["gr-police/2026", "gr-police/2027"]);
    assert!(chain[1].follows.is_some() && !chain[1].entries.is_empty());
    assert_eq!(up.witness_standing().unwrap().logs[0].earlier, ["gr-police/2026"]);

    // What was logged in the old year is still proven, under the key of the old log.
    let old = up.log_years(&authority).unwrap().remove(0);
    let key = NoteKey::new(&old.origin, NoteKeyKind::Log, *up.log_key(&authority).unwrap().key());
    let mut keys = vec![key.unwrap()];
    keys.extend(witness_keys(&federation, &id));
    for (entry, leaf) in &before {
        let proof = up.proof_of_entry(&authority, entry.entry_id).unwrap().unwrap();
        let (head, signatories) = parse_proof(&proof).unwrap().verify(leaf, &keys).unwrap();
        assert_eq!(head.origin(), "gr-police/2026");
        assert!(signatories.len() > 1, "the last head of the old log is cosigned");
    }
}
