//! Where a `PostgreSQL` database is, and as whom one comes to it.

use crate::Error;
use postgres::Config;
use postgres::config::{Host, SslMode};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// After how long without an acknowledgement a connection counts as lost.
const ACKNOWLEDGED: Duration = Duration::from_secs(10);

/// The address of a database. It is shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: String,
    password: Option<String>,
}

impl Address {
    /// Reads `postgres://role@host:port/database`; a socket folder stands as `?host=/run/postgresql`. The password
    /// comes apart, so that it stands in no configuration.
    ///
    /// The connection is not encrypted by this program. A host that is not this machine is therefore taken only
    /// with `?sslmode=disable`: whoever writes it says that the network between them is protected.
    ///
    /// # Errors
    /// [`Error::Address`] with what is wrong and what to do; the message never holds a password.
    pub fn read(url: &str, password: Option<String>) -> Result<Self, Error> {
        let wrong = |problem: String| Error::Address { problem };
        let address = Self { url: url.to_owned(), password };
        let config = Config::from_str(url).map_err(|error| {
            let why = std::error::Error::source(&error).map(ToString::to_string);
            wrong(format!("it cannot be read ({})", why.unwrap_or_else(|| error.to_string())))
        })?;
        if config.get_password().is_some() {
            return Err(wrong("it holds a password; put that into a file of its own".to_owned()));
        }
        if config.get_hosts().is_empty() || config.get_dbname().is_none() {
            return Err(wrong("it names no host or no database".to_owned()));
        }
        let here = |host: &Host| match host {
            Host::Tcp(name) => {
                name == "localhost"
                    || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
            }
            Host::Unix(_) => true,
        };
        match config.get_ssl_mode() {
            SslMode::Disable => {}
            SslMode::Prefer if config.get_hosts().iter().all(here) => {}
            SslMode::Prefer => {
                let what = "its host is another machine and this program does not encrypt the connection; \
                            lead it through an encrypted tunnel and write `?sslmode=disable`";
                return Err(wrong(what.to_owned()));
            }
            SslMode::Require | _ => {
                let what = "this program does not encrypt the connection; lead it through an encrypted \
                            tunnel and write `?sslmode=disable`";
                return Err(wrong(what.to_owned()));
            }
        }
        Ok(address)
    }

    /// What connections are made with.
    pub(super) fn config(&self) -> Result<Config, Error> {
        let mut config = Config::from_str(&self.url).map_err(|error| Error::Engine {
            doing: "reading the address of the database",
            source: Arc::new(error),
        })?;
        if let Some(password) = &self.password {
            config.password(password);
        }
        if config.get_application_name().is_none() {
            config.application_name("eunomia");
        }
        config.connect_timeout(CONNECT).tcp_user_timeout(ACKNOWLEDGED);
        Ok(config)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.url)
    }
}
