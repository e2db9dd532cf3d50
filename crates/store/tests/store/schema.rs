//! The schema as a golden file.

use crate::support::Home;
use expect_test::expect_file;
use rusqlite::Connection;

fn schema(connection: &Connection) -> Vec<(String, String)> {
    connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn the_schema_is_the_reviewed_one() {
    let home = Home::new();
    home.open().close();
    let crate::databases::TestDatabase::File(path) = &home.database else { panic!("a file") };
    let connection = Connection::open(path).unwrap();
    let dump: Vec<String> =
        schema(&connection).into_iter().map(|(_, sql)| format!("{sql};\n")).collect();
    expect_file!["schema.sql"].assert_eq(&dump.join("\n"));
}

#[test]
fn every_table_begins_its_key_with_the_authority_and_every_column_says_what_it_is() {
    let home = Home::new();
    home.open().close();
    let crate::databases::TestDatabase::File(path) = &home.database else { panic!("a file") };
    let connection = Connection::open(path).unwrap();
    for (name, sql) in schema(&connection) {
        if sql.starts_with("CREATE TABLE") {
            assert!(sql.contains("PRIMARY KEY (authority_id"), "{name}");
            for line in sql.lines().filter(|line| line.starts_with("  ")) {
                let is_column = !line.trim_start().starts_with("PRIMARY KEY");
                assert!(!is_column || line.contains(" -- "), "{name}: {line}");
            }
        } else {
            assert!(sql.contains("authority_id"), "{name}");
        }
    }
}

#[test]
fn both_engines_have_the_same_migrations_with_a_word_on_every_column() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = |engine: &str| -> Vec<String> {
        let entries = std::fs::read_dir(folder.join(engine)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(files("sqlite"), files("postgres"));
    let used = [
        ("sqlite", include_str!("../../src/sqlite/connection.rs")),
        ("postgres", include_str!("../../src/postgres/migrations.rs")),
    ];
    for (engine, source) in used {
        for name in files(engine) {
            assert!(source.contains(&format!("migrations/{engine}/{name}")), "{name} is not run");
            let sql = std::fs::read_to_string(folder.join(engine).join(&name)).unwrap();
            for line in sql.lines().filter(|line| line.starts_with("  ") && line.ends_with(',')) {
                assert!(!line.contains(" -- "), "the comment of `{line}` ends with a comma");
                let is_part = line.contains('(') || line.contains("SELECT");
                assert!(is_part, "{engine}/{name}: `{line}` has no comment");
            }
        }
    }
}
