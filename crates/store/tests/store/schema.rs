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
    let connection = Connection::open(&home.places.database).unwrap();
    let dump: Vec<String> =
        schema(&connection).into_iter().map(|(_, sql)| format!("{sql};\n")).collect();
    expect_file!["schema.sql"].assert_eq(&dump.join("\n"));
}

#[test]
fn every_table_begins_its_key_with_the_authority_and_every_column_says_what_it_is() {
    let home = Home::new();
    home.open().close();
    let connection = Connection::open(&home.places.database).unwrap();
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
