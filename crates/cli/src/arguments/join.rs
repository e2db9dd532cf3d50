//! The options of `eunomia join`.

use clap::{Args, Subcommand};
use exchange::{AuthorityKind, NodeUrl};
use std::path::PathBuf;
use std::str::FromStr;
use vocabulary::{AuthorityId, CountryCode, InstrumentId, Invalid, NodeId, OfficerId, Role};

/// `eunomia join`
#[derive(Debug, Args)]
pub(crate) struct Join {
    /// What to do.
    #[command(subcommand)]
    pub(crate) act: JoinAct,
}

/// What to do to join.
#[derive(Debug, Subcommand)]
pub(crate) enum JoinAct {
    /// Make keys, certificate, configuration and the request to the keepers, in a fresh folder.
    Init(Box<Init>),
}

/// `eunomia join init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The id of the node.
    #[arg(long)]
    pub(crate) node: NodeId,
    /// An authority of the node: `id,name,country,kind`, such as `it-police,"Polizia (made up)",IT,police`.
    #[arg(long, required = true)]
    pub(crate) authority: Vec<AuthorityText>,
    /// The registers that are kept, by instrument: `sis_vehicle`, or `it-police/sis_vehicle` where the node has several authorities.
    #[arg(long, value_delimiter = ',')]
    pub(crate) registers: Vec<RegisterText>,
    /// An officer: `id,role` or `id,role,name`; his access token is written beside the configuration.
    #[arg(long)]
    pub(crate) officer: Vec<OfficerText>,
    /// Where to listen for other nodes.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: String,
    /// Where to listen for officers.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8401")]
    pub(crate) officers_listen: String,
    /// Where to listen for health and metrics; nowhere otherwise.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) operations_listen: Option<String>,
    /// Where other nodes reach this one; `https://` and the address of `--listen` otherwise.
    #[arg(long)]
    pub(crate) url: Option<NodeUrl>,
    /// Whom a keeper calls to compare fingerprints: a telephone number, a name, a post.
    #[arg(long)]
    pub(crate) contact: String,
    /// The federation's trust list: a file, or the officers' address of a member (`http://host:port`).
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub(crate) list: String,
    /// The fingerprint of a keeper of that list, from a source you trust; once for each keeper.
    #[arg(long, required = true)]
    pub(crate) keeper: Vec<String>,
    /// How many of these keepers must have signed.
    #[arg(long, default_value_t = 2)]
    pub(crate) threshold: u32,
    /// The participants' key of an instrument of pseudonyms: `instrument=FILE`.
    #[arg(long, value_name = "INSTRUMENT=FILE")]
    pub(crate) pseudonym_key: Vec<PseudonymKeyText>,
    /// For how many days the signing key and the certificate are made.
    #[arg(long, default_value_t = 365)]
    pub(crate) days: u32,
    /// The folder to make.
    #[arg(long)]
    pub(crate) folder: PathBuf,
}

/// `id,name,country,kind`
#[derive(Debug, Clone)]
pub(crate) struct AuthorityText {
    pub(crate) id: AuthorityId,
    pub(crate) name: String,
    pub(crate) country: CountryCode,
    pub(crate) kind: AuthorityKind,
}

impl FromStr for AuthorityText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // A name may hold commas: id stands before it, country and kind after it.
        let parts = text.split_once(',').and_then(|(id, rest)| {
            let (rest, kind) = rest.rsplit_once(',')?;
            let (name, country) = rest.rsplit_once(',')?;
            Some((id, name, country, kind))
        });
        let (id, name, country, kind) = parts.ok_or_else(|| {
            Invalid::new(
                text,
                "an authority",
                "write `id,name,country,kind`, such as `it-police,Polizia,IT,police`",
            )
        })?;
        Ok(Self {
            id: id.trim().parse()?,
            name: name.trim().trim_matches('"').to_owned(),
            country: country.trim().parse()?,
            kind: kind.trim().parse()?,
        })
    }
}

/// `instrument` or `authority/instrument`
#[derive(Debug, Clone)]
pub(crate) struct RegisterText {
    pub(crate) authority: Option<AuthorityId>,
    pub(crate) instrument: InstrumentId,
}

impl FromStr for RegisterText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Ok(match text.split_once('/') {
            Some((authority, instrument)) => {
                Self { authority: Some(authority.parse()?), instrument: instrument.parse()? }
            }
            None => Self { authority: None, instrument: text.parse()? },
        })
    }
}

/// `id,role[,name]`, or `authority/id,role[,name]`
#[derive(Debug, Clone)]
pub(crate) struct OfficerText {
    pub(crate) authority: Option<AuthorityId>,
    pub(crate) id: OfficerId,
    pub(crate) role: Role,
    pub(crate) name: String,
}

impl FromStr for OfficerText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (authority, rest) = match text.split_once('/') {
            Some((authority, rest)) => (Some(authority.parse()?), rest),
            None => (None, text),
        };
        let mut parts = rest.splitn(3, ',');
        let (Some(id), Some(role)) = (parts.next(), parts.next()) else {
            return Err(Invalid::new(text, "an officer", "write `id,role` or `id,role,name`"));
        };
        let name = parts.next().unwrap_or(id).trim().to_owned();
        Ok(Self { authority, id: id.trim().parse()?, role: role.trim().parse()?, name })
    }
}

/// `instrument=FILE`
#[derive(Debug, Clone)]
pub(crate) struct PseudonymKeyText {
    pub(crate) instrument: InstrumentId,
    pub(crate) file: PathBuf,
}

impl FromStr for PseudonymKeyText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (instrument, file) = text.split_once('=').ok_or_else(|| {
            Invalid::new(text, "a key of an instrument", "write `instrument=FILE`")
        })?;
        Ok(Self { instrument: instrument.parse()?, file: PathBuf::from(file) })
    }
}
