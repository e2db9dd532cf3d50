//! A database of its own for each test, on the engine that this run of the suite is for.

use postgres::{Client, Config, NoTls};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Address, Database};

/// Names a role that may create databases: `postgres://role@127.0.0.1:5432/postgres`.
const VARIABLE: &str = "EUNOMIA_POSTGRES";

/// Which database the tests run against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Engine {
    pub(crate) postgres: bool,
}

/// A value that the tests read past the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TestDatabase {
    File(PathBuf),
    Server { server: String, name: String },
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl TestDatabase {
    pub(crate) fn new(engine: Engine, folder: &Path) -> Self {
        if !engine.postgres {
            return Self::File(folder.join("eunomia.db"));
        }
        let server = server().unwrap_or_else(|| skip());
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("eunomia_test_{}_{number}", std::process::id());
        let database = Self::Server { server, name };
        database.on_server("CREATE DATABASE");
        database
    }

    pub(crate) fn address(&self) -> Database {
        match self {
            Self::File(path) => Database::Sqlite(path.clone()),
            Self::Server { server, name } => {
                let (host, _) = server.rsplit_once('/').unwrap();
                let url = format!("{host}/{name}");
                Database::Postgres(Address::read(&url, None).unwrap())
            }
        }
    }

    fn on_server(&self, act: &str) {
        let Self::Server { server, name } = self else { return };
        let mut client = Client::connect(server, NoTls).unwrap();
        client.batch_execute(&format!("{act} {name}")).unwrap();
    }

    /// Another connection to the database.
    pub(crate) fn client(&self) -> Client {
        let Self::Server { server, name } = self else { panic!("no server") };
        let mut config: Config = server.parse().unwrap();
        config.dbname(name).connect(NoTls).unwrap()
    }

    /// Changes the database past the store.
    pub(crate) fn execute(&self, sql: &str) {
        match self {
            Self::File(path) => {
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            Self::Server { .. } => self.client().batch_execute(sql).unwrap(),
        }
    }

    /// The numbers that a query gives.
    pub(crate) fn numbers(&self, sql: &str) -> Vec<i64> {
        match self {
            Self::File(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            }
            Self::Server { .. } => {
                self.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// The bytes that a query gives.
    pub(crate) fn bytes(&self, sql: &str) -> Vec<u8> {
        match self {
            Self::File(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Self::Server { .. } => self.client().query_one(sql, &[]).unwrap().get(0),
        }
    }

    /// Keeps the database as it stands, to be put back later. Nobody may be connected.
    pub(crate) fn keep(&self) {
        match self {
            Self::File(path) => {
                std::fs::copy(path, path.with_extension("kept")).unwrap();
            }
            Self::Server { server, name } => {
                let mut client = Client::connect(server, NoTls).unwrap();
                client
                    .batch_execute(&format!("CREATE DATABASE {name}_kept TEMPLATE {name}"))
                    .unwrap();
            }
        }
    }

    /// Puts back what was kept.
    pub(crate) fn put_back(&self) {
        match self {
            Self::File(path) => {
                std::fs::copy(path.with_extension("kept"), path).unwrap();
            }
            Self::Server { server, name } => {
                self.on_server("DROP DATABASE");
                let mut client = Client::connect(server, NoTls).unwrap();
                client
                    .batch_execute(&format!("ALTER DATABASE {name}_kept RENAME TO {name}"))
                    .unwrap();
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Self::Server { server, name } = self
            && let Ok(mut client) = Client::connect(server, NoTls)
        {
            for name in [name.clone(), format!("{name}_kept")] {
                client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).ok();
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a run of the tests may reach is not configuration"
)]
pub(crate) fn server() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// Says aloud that the suite cannot run here, and ends it.
fn skip() -> ! {
    let told = format!(
        "\nSKIPPED: the suite of the store on PostgreSQL; set {VARIABLE}=postgres://role@host:port/postgres\n"
    );
    // Not by a macro: their output is kept back while tests run.
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    std::process::exit(0)
}
