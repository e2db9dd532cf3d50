//! Ending and erasing records by a file of their ids, through a running node.

use crate::bundle::{eunomia, play, text};
use crate::running::Running;
use std::fs;
use std::path::Path;

const REGISTER: &str = "gr-police/police_records_index";

#[test]
fn a_file_of_ids_ends_and_erases_and_all_its_problems_are_told_at_once() {
    let bundle = play("removing");
    let node = Running::start(&bundle.join("gr-node"));
    let (address, token) =
        (format!("http://{}", node.address()), bundle.join("gr-node/register_owner.token"));
    let file = bundle.join("ids.txt");
    let act = |act: &str, lines: &str| {
        fs::write(&file, lines).unwrap();
        let order = ["record", "--node", &address, "--token-file", text(&token)];
        let what = ["--register", REGISTER, "--file", text(&file), act];
        eunomia(&[&order[..], &what[..]].concat())
    };
    let before = node.records(REGISTER);
    let wrong = act("end", "GR-00000001\nwith\ttab\nGR-00000001\n");
    assert_eq!(wrong.code, Some(1));
    for told in ["ids.txt:2: ", "ids.txt:3: `GR-00000001` stands in line 1 already"] {
        assert!(wrong.err.contains(told), "{}", wrong.err);
    }
    assert_eq!(node.records(REGISTER), before, "nothing is done before the file is sound");
    let some = act("end", "GR-00000001\n\nGR-00000002\nnobody-has-this\n");
    assert_eq!(some.code, Some(1), "{}", some.err);
    assert!(some.out.contains("2 done in 1 log entries, 1 not there"), "{}", some.out);
    assert!(some.err.contains("ids.txt:4: `nobody-has-this` is not there"), "{}", some.err);
    assert_eq!(node.records(REGISTER), before - 2);
    let gone = act("erase", "GR-00000001\nGR-00000002\nGR-00000003\n");
    assert_eq!(gone.code, Some(0), "{}{}", gone.out, gone.err);
    assert_eq!(node.records(REGISTER), before - 3);
    let again = act("erase", "GR-00000001\nGR-00000002\n");
    assert_eq!(again.code, Some(1));
    assert!(again.out.contains("0 done in 0 log entries, 2 not there"), "{}", again.out);
    assert!(Path::new(&node.stop()).exists());
}
