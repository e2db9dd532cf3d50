//! `eunomia import`: good rows are taken, broken ones come back with every reason, a dry run keeps nothing.

use crate::bundle::{Ran, eunomia, text};
use crate::copy::{Copy, played};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const REGISTER: &str = "gr-police/police_records_index";

fn import(copy: &Copy, file: &Path, more: &[&str]) -> Ran {
    let config = copy.path("gr-node/node.toml");
    let mut all = vec!["import", "--config", text(&config), "--officer", "register_owner"];
    if !more.contains(&"--register") {
        all.extend(["--register", REGISTER]);
    }
    all.extend(more);
    all.push(text(file));
    eunomia(&all)
}

/// What is wrong with each rejected row, by line, and the row itself.
fn rejected(path: &Path) -> BTreeMap<u64, (String, String)> {
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        let problems = row["problems"].as_array().unwrap().iter();
        let told: Vec<String> = problems
            .map(|p| {
                format!("{}: {}", p["field"].as_str().unwrap(), p["problem"].as_str().unwrap())
            })
            .collect();
        (row["line"].as_u64().unwrap(), (told.join("\n"), row["row"].as_str().unwrap().to_owned()))
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.is_sorted_by_key(|(line, _)| *line), "in the order of the file");
    rows.into_iter().collect()
}

const BROKEN: &[u8] = b"\xef\xbb\xbfid,full,birth_date,sex,nationalities,colour\n\
    z1,Ada Example,1970-01-02,F,GR,\n\
    z2,Bob Example,1970-13-02,M,GR,\n\
    z3,Cyd Example,1970-01-02,X,ZZZ,\n\
    z4,Dot Example,1970-01-02,X,GR,red\n\
    z5,Eve Example,1970-01-02,X\n\
    z1,Fay Example,1970-01-02,X,GR,\n\
    z6,\"Gus, called \"\"One\"\"\",1970-02-30,Q,GR,\n\
    z7,\xff\xfe,1970-01-02,X,GR,\n\
    z8,,1970-01-02,X,GR,\n\
    z9,Hal Example,1970,X,GR;FR,\n";

fn hold_reasons(rows: &BTreeMap<u64, (String, String)>) {
    let reasons: &[(u64, &[&str])] = &[
        (3, &["birth_date: `1970-13-02` is not a date; write `1970-02-03`"]),
        (4, &["nationalities: `ZZZ` is not a country code; write the two capital letters"]),
        (5, &["colour: not known for a person; known are: id, names"]),
        (6, &["4 columns where the header has 6; look for a missing quotation mark"]),
        (7, &["id: a record with this id is already there; correct that one"]),
        (8, &["birth_date: `1970-02-30` is not a date", "sex: `Q` is not"]),
        (9, &["full: not UTF-8; save the file as UTF-8"]),
        (10, &["give at least one name in `names`"]),
    ];
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8, 9, 10]);
    for (line, told) in reasons {
        for words in *told {
            assert!(rows[line].0.contains(words), "line {line}: {}", rows[line].0);
        }
    }
    assert_eq!(
        rows[&8].1, "z6,\"Gus, called \"\"One\"\"\",1970-02-30,Q,GR,",
        "as it may be sent again"
    );
}

#[test]
fn good_rows_of_a_broken_table_are_taken_and_the_others_come_back_with_reasons() {
    let copy = Copy::new();
    let file = copy.write("broken.csv", BROKEN);
    let list = copy.path("broken.csv.rejected.jsonl");

    let tried = import(&copy, &file, &["--dry-run"]);
    assert_eq!(tried.code, Some(0), "{}", tried.err);
    assert!(tried.out.starts_with("2 records would be taken, 8 rows rejected\n"), "{}", tried.out);
    assert!(!tried.out.contains("log entry"), "{}", tried.out);
    hold_reasons(&rejected(&list));
    fs::remove_file(&list).unwrap();

    let ran = import(&copy, &file, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("2 records taken, 8 rows rejected\nlog entry "), "{}", ran.out);
    assert!(ran.out.contains("\nline 6: 4 columns where"), "{}", ran.out);
    assert!(ran.out.contains("it holds personal data") || ran.out.contains("holds personal data"));
    hold_reasons(&rejected(&list));

    let again = import(&copy, &file, &["--dry-run"]);
    assert_eq!(again.code, Some(1), "nothing of it can be taken a second time: {}", again.out);
    assert!(again.out.starts_with("0 records would be taken, 10 rows rejected\n"), "{}", again.out);
    let again = import(&copy, &file, &["--rejected", text(&copy.path("mine.jsonl"))]);
    assert_eq!(again.code, Some(1));
    assert_eq!(rejected(&copy.path("mine.jsonl")).len(), 10);
}

#[test]
fn broken_lines_of_json_do_not_take_the_good_ones_with_them() {
    let copy = Copy::new();
    let good = |id: &str| {
        format!(r#"{{"id":"{id}","names":[{{"full":"Ida Example"}}],"birth_date":"1970-01-02"}}"#)
    };
    let long = format!(r#"{{"id":"j3","names":[{{"full":"{}"}}]}}"#, "x".repeat(70_000));
    let lines = [
        good("j1"),
        r#"{"id":"j2","id":"j2","names":[{"full":"Twice Example"}]}"#.to_owned(),
        r#"["j3"]"#.to_owned(),
        long,
        String::new(),
        r#"{"id":"j4","names":[{"full":"Unknown Key"}],"colour":"red"}"#.to_owned(),
        r#"{"id":"j5","names":"Kay Example"}"#.to_owned(),
        r#"{"id":"j6""#.to_owned(),
        good("j7"),
    ];
    // The last line has no end: it is a row all the same.
    let file = copy.write("rows.jsonl", lines.join("\n"));
    let ran = import(&copy, &file, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("2 records taken, 6 rows rejected\n"), "{}", ran.out);
    let rows = rejected(&copy.path("rows.jsonl.rejected.jsonl"));
    for (line, told) in [
        (2, "not strict JSON"),
        (3, "not an object"),
        (4, "longer than 65536 bytes"),
        (6, "colour: not known for a person"),
        (7, "names: "),
        (8, "JSON"),
    ] {
        assert!(rows[&line].0.contains(told), "line {line}: {}", rows[&line].0);
    }
}

#[test]
fn a_header_that_is_not_usable_is_refused_whole() {
    let copy = Copy::new();
    for (name, bytes, told) in [
        ("empty.csv", &b""[..], "names no known column; begin the file with a header"),
        ("none.csv", b"z1,Ada Example\nz2,Bob Example\n", "names no known column"),
        ("twice.csv", b"id,full,id\nz1,Ada Example,z1\n", "the header names `id` twice"),
        ("gap.csv", b"id,,full\nz1,,Ada Example\n", "column 2 of the header has no name"),
        ("bytes.csv", b"id,\xff\nz1,Ada Example\n", "column 2 of the header is not UTF-8"),
    ] {
        let file = copy.write(name, bytes);
        let ran = import(&copy, &file, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{name}");
        assert!(ran.err.contains(told), "{name}: {}", ran.err);
        assert!(!copy.path(&format!("{name}.rejected.jsonl")).exists(), "{name}");
    }
    let file = copy.write("good.csv", "id,full\nz1,Ada Example\nz2,Bob Example\n");
    let ran = import(&copy, &file, &[]);
    assert!(ran.out.starts_with("2 records taken, 0 rows rejected\n"), "{}", ran.out);
}

#[test]
fn what_stands_in_the_way_of_an_import_is_told() {
    let copy = Copy::new();
    let file = copy.write("good.csv", "id,full\nz1,Ada Example\n");
    let other = copy.write("good.txt", "id,full\nz1,Ada Example\n");
    let wrong: &[(&[&str], &Path, &str)] = &[
        (&["--register", "gr-police/sis_arest"], &file, "`sis_arest` is not an instrument"),
        (&["--register", "de-police/sis_arrest"], &file, "is not a register of your authority"),
        (&["--kind", "vehicle"], &file, "say which kind of subject: person"),
        (&[], &other, "is neither `.csv` nor `.jsonl`"),
    ];
    for (more, file, told) in wrong {
        let ran = import(&copy, file, more);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{more:?}");
        assert!(ran.err.contains(told), "{more:?}: {}", ran.err);
    }
    let config = copy.path("gr-node/node.toml");
    for (officer, told) in [
        ("nobody", "`nobody` is not an officer of this node; see its officers file"),
        ("police_officer", "the role `police_officer` may not"),
    ] {
        let order = ["import", "--config", text(&config), "--register", REGISTER];
        let ran = eunomia(&[&order[..], &["--officer", officer, text(&file)]].concat());
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    assert!(played().join("gr-node").is_dir());
}
