//! What happens to a federation whose list changes while its nodes run.

use crate::bundle::{Ran, eunomia, play, program, text};
use crate::document::commands;
use crate::federation::{Serving, following, free_port, run, until};
use exchange::ListDates;
use std::path::Path;

const GREECE: &str = "gr-police/police_records_index";
const GERMANY: &str = "de-police/police_records_index";

/// The words of a command of the document, as they are in this federation.
fn here(words: &[String], gr: &Serving, ports: (u16, u16)) -> Vec<String> {
    let mut texts = vec![
        ("http://127.0.0.1:8401".to_owned(), gr.address.clone()),
        ("127.0.0.1:7441".to_owned(), format!("127.0.0.1:{}", ports.0)),
        ("127.0.0.1:8441".to_owned(), format!("127.0.0.1:{}", ports.1)),
    ];
    for (number, key) in (1..).zip(&gr.list().keepers().keys) {
        texts.push((format!("FINGERPRINT-{number}"), key.key_id().to_string()));
    }
    let replaced =
        |word: &String| texts.iter().fold(word.clone(), |word, (from, to)| word.replace(from, to));
    words.iter().map(replaced).collect()
}

/// Lets the newcomer of the document in; gives his running node.
fn joined(bundle: &Path, gr: &Serving) -> Serving {
    let commands = commands();
    assert!(commands.len() <= 5, "joining takes {} commands", commands.len());
    let ports = (free_port(), free_port());
    let (serve, before) = commands.split_last().unwrap();
    for words in before {
        let words = here(words, gr, ports);
        assert_eq!(words[0], "eunomia");
        let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        run(bundle, &words);
    }
    let words = here(serve, gr, ports);
    let mut command = program();
    command.current_dir(bundle).args(&words[1..]);
    Serving::of(&mut command, &bundle.join("it-node"))
}

/// Proposes with these options, has two keepers sign, and publishes at a node.
fn change(bundle: &Path, at: &Serving, options: &[&str]) {
    let mut propose = vec!["trust", "propose", "--list", at.address.as_str(), "--out", "next.json"];
    propose.extend(["--key", "keepers/keeper-1.key"]);
    propose.extend(options);
    run(bundle, &propose);
    let sign = ["trust", "sign", "--list", &at.address, "--key", "keepers/keeper-3.key"];
    let shown = run(bundle, &[&sign[..], &["next.json"]].concat());
    assert!(shown.out.contains("nothing signed"), "{}", shown.out);
    run(bundle, &[&sign[..], &["--yes", "next.json"]].concat());
    run(bundle, &["trust", "publish", "--to", &at.address, "next.json"]);
}

#[test]
fn a_newcomer_joins_by_the_document_and_a_revoked_node_is_refused() {
    let bundle = play("federation-of-joining");
    let (gr, de) =
        (Serving::start(&bundle.join("gr-node")), Serving::start(&bundle.join("de-node")));
    let it = joined(&bundle, &gr);
    // Nobody was started again, and only Greece was told.
    it.goes_by(2);
    de.goes_by(2);
    for register in [GREECE, GERMANY] {
        it.ask_until("inspector", register, "match");
    }

    change(&bundle, &gr, &["--revoke-node", "it-node"]);
    gr.goes_by(3);
    de.goes_by(3);
    for member in [&gr, &de] {
        let list = member.list();
        assert!(list.node(&"it-node".parse().unwrap()).is_none());
        assert_eq!(list.content().revoked.len(), 1);
    }
    for register in [GREECE, GERMANY] {
        let row = it.ask("inspector", register);
        assert!(row["outcome"] == "unreachable" || row["outcome"] == "late", "{row}");
    }
    until("the open connection is closed", || {
        gr.log().contains("its node has left the trust list").then_some(())
    });
    gr.ask_until("police_officer", GERMANY, "match");
}

#[test]
fn a_frozen_list_refuses_in_words_until_a_later_one_comes_and_no_list_goes_back() {
    let bundle = play("federation-of-freezing");
    let (gr, de) =
        (Serving::start(&bundle.join("gr-node")), Serving::start(&bundle.join("de-node")));
    gr.ask_until("police_officer", GERMANY, "match");
    let first = gr.list();
    let issued = first.content().issued;
    let over = ListDates {
        issued,
        fresh_until: issued.plus_millis(1),
        valid_until: issued.plus_millis(2),
    };
    let frozen = following(&bundle, &first, over);
    run(&bundle, &["trust", "publish", "--to", &gr.address, text(&frozen)]);
    de.goes_by(2);
    let refused = gr.ask("police_officer", GERMANY);
    assert_eq!(refused["outcome"], "refused");
    assert!(refused["note"].as_str().unwrap().contains("trust list frozen"), "{refused}");
    assert_eq!(gr.ask("police_officer", GREECE)["outcome"], "match", "own records are still asked");
    let told = gr.client("police_officer").get("/api/v1/trust").unwrap();
    assert_eq!(told["standing"], "frozen");
    assert!(told["notice"].as_str().unwrap().contains("Nothing new is asked"), "{told}");

    // A later list, and it goes on by itself.
    let good = following(&bundle, &gr.list(), ListDates::of_days(issued, 7, 30));
    run(&bundle, &["trust", "publish", "--to", &de.address, text(&good)]);
    gr.goes_by(3);
    gr.ask_until("police_officer", GERMANY, "match");

    // The file of the configuration still holds version 1: it is older than what was seen, also after a restart.
    let gr = Serving::start(&gr.stop());
    assert_eq!(gr.list().version(), 3);
    until("the older file is told", || {
        gr.log().contains("version 1 is older than version 3").then_some(())
    });
    let back = eunomia(&["trust", "publish", "--to", &gr.address, text(&frozen)]);
    assert_eq!(back.code, Some(1), "{}", back.out);
    assert!(back.err.contains("version 2 cannot follow version 3"), "{}", back.err);
    let handed = web::client::hand_over(
        &gr.address,
        web::client::TRUST_LIST,
        std::fs::read(&frozen).unwrap(),
    );
    assert!(handed.unwrap_err().contains("version 2 is older than version 3"));
}

#[test]
fn a_node_changes_its_signing_key_without_a_gap() {
    let bundle = play("federation-of-rotation");
    let config = bundle.join("de-node/node.toml");
    let gr = Serving::start(&bundle.join("gr-node"));
    let de = Serving::start(&bundle.join("de-node"));
    let old = gr.list().node(&"de-node".parse().unwrap()).unwrap().keys[0].key.key_id();
    run(&bundle, &["trust", "rotate", "--config", text(&config)]);
    let de = Serving::start(&de.stop());
    change(&bundle, &gr, &["--add", "de-node/request-key.json"]);
    de.goes_by(2);
    gr.ask_until("police_officer", GERMANY, "match");
    de.ask_until("police_officer", GREECE, "match");
    // The old key is revoked while the node still has it: it signs with the new one alone.
    change(&bundle, &gr, &["--revoke-key", &old.to_string()]);
    de.goes_by(3);
    gr.ask_until("police_officer", GERMANY, "match");
    run(&bundle, &["trust", "rotate", "--finish", "--config", text(&config)]);
    let checked: Ran = eunomia(&["check", "--config", text(&config)]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    let de = Serving::start(&de.stop());
    de.ask_until("police_officer", GREECE, "match");
}
