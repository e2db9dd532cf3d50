//! The schema as a golden file.

use crate::support::{Home, entropy};
use expect_test::expect_file;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use store::{Error, Store};

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

/// The file of the database.
fn file(home: &Home) -> PathBuf {
    home.folder.path().join("eunomia.db")
}

/// The migrations in their order.
fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// A database of schema `version` where `home` has one of today.
fn go_back(home: &Home, version: u32) -> Connection {
    home.open().close();
    fs::remove_file(file(home)).unwrap();
    let old = Connection::open(file(home)).unwrap();
    for migration in migrations().iter().take(version.try_into().unwrap()) {
        old.execute_batch(migration).unwrap();
    }
    old.pragma_update(None, "user_version", version).unwrap();
    old
}

fn version(home: &Home) -> u32 {
    let connection = Connection::open(file(home)).unwrap();
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

fn try_open(home: &Home) -> Result<Store, Error> {
    Store::open(&home.places, 1, entropy(), None)
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let home = Home::new();
    home.open().close();
    let newer = version(&home) + 1;
    let connection = Connection::open(file(&home)).unwrap();
    connection.pragma_update(None, "user_version", newer).unwrap();
    drop(connection);
    let told = try_open(&home).unwrap_err().to_string();
    let words = "the database was written by a newer version of this software; run that version";
    assert_eq!(told, words);
    assert_eq!(version(&home), newer);
}

#[test]
fn a_migration_that_fails_keeps_nothing_of_itself_and_is_made_up_for() {
    let newest = u32::try_from(migrations().len()).unwrap();
    for from in 1..newest {
        let home = Home::new();
        let old = go_back(&home, from);
        let before = schema(&old);
        let next = go_back(&Home::new(), from + 1);
        // What the next migration makes last stands in its way: it fails after all its other steps.
        let made = schema(&next).into_iter().rfind(|row| !before.iter().any(|old| old.0 == row.0));
        let Some((name, _)) = made else { continue };
        old.execute_batch(&format!("CREATE TABLE \"{name}\" (x TEXT)")).unwrap();
        drop(old);
        assert!(try_open(&home).is_err(), "{name} stands in the way");
        assert_eq!(version(&home), from);
        let left = Connection::open(file(&home)).unwrap();
        left.execute_batch(&format!("DROP TABLE \"{name}\"")).unwrap();
        assert_eq!(schema(&left), before, "the migration left something behind");
        drop(left);
        home.open().close();
        assert_eq!(version(&home), newest);
    }
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = |engine: &str| -> Vec<String> {
        let entries = fs::read_dir(folder.join(engine)).unwrap();
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
            let sql = fs::read_to_string(folder.join(engine).join(&name)).unwrap();
            for line in sql.lines().filter(|line| line.starts_with("  ") && line.ends_with(',')) {
                assert!(!line.contains(" -- "), "the comment of `{line}` ends with a comma");
                let is_part = line.contains('(') || line.contains("SELECT");
                assert!(is_part, "{engine}/{name}: `{line}` has no comment");
            }
        }
    }
}
