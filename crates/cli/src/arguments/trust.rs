//! The options of `eunomia trust`.

use clap::{Args, Subcommand};
use seal::KeyId;
use std::path::PathBuf;
use vocabulary::{NodeId, Timestamp};

/// `eunomia trust`
#[derive(Debug, Args)]
pub(crate) struct Trust {
    /// What to do.
    #[command(subcommand)]
    pub(crate) act: TrustAct,
}

/// What to do with a trust list.
#[derive(Debug, Subcommand)]
pub(crate) enum TrustAct {
    /// Make the key of a keeper.
    KeeperKey {
        /// Where the secret key goes; the public key goes beside it, as `FILE.pub`.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Say in words what a trust list, or a request to its keepers, says.
    Show {
        /// A file, or the officers' address of a node (`http://host:port`).
        #[arg(value_name = "FILE|ADDRESS")]
        what: String,
    },
    /// Write the next version of a trust list, for the keepers to sign.
    Propose(Box<Propose>),
    /// Show what a proposed list would change, and sign it.
    Sign(Sign),
    /// Check that enough keepers signed a list, and hand it to running nodes or write it to a file.
    Publish(Publish),
    /// Write a list that revokes a node or a key: `propose` with that one change.
    Revoke(Revoke),
    /// Make the next signing key of a node, or its next TLS key, and the request to enter it.
    Rotate(Rotate),
}

/// `eunomia trust propose`
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// The list in force: a file, or the officers' address of a node. Without it the first list of a federation is written.
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub(crate) list: Option<String>,
    /// Enter what a request file asks for.
    #[arg(long, value_name = "FILE")]
    pub(crate) add: Vec<PathBuf>,
    /// Let a node leave in peace.
    #[arg(long, value_name = "NODE")]
    pub(crate) remove_node: Vec<NodeId>,
    /// Let a node leave and revoke all its keys.
    #[arg(long, value_name = "NODE")]
    pub(crate) revoke_node: Vec<NodeId>,
    /// Revoke one key of a node.
    #[arg(long, value_name = "KEY")]
    pub(crate) revoke_key: Vec<KeyId>,
    /// Since when others may have had the revoked keys, where that is known.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) since: Option<Timestamp>,
    /// A node has changed to its next TLS key: the old one goes.
    #[arg(long, value_name = "NODE")]
    pub(crate) tls_key_changed: Vec<NodeId>,
    /// The public key of a keeper of the new list; once for each. Without it the keepers stay.
    #[arg(long, value_name = "FILE.pub")]
    pub(crate) keeper: Vec<PathBuf>,
    /// How many of the keepers must sign; as before, or 2.
    #[arg(long)]
    pub(crate) threshold: Option<usize>,
    /// Enter an agreement with a third country, or its renewal, from a TOML file.
    #[arg(long, value_name = "FILE")]
    pub(crate) agreement: Vec<PathBuf>,
    /// Take an agreement out.
    #[arg(long, value_name = "ID")]
    pub(crate) remove_agreement: Vec<String>,
    /// Vouch for the versions of the instruments that this program carries.
    #[arg(long)]
    pub(crate) instruments: bool,
    /// Vouch for the versions of the instruments in a folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) instruments_in: Option<PathBuf>,
    /// For how many days the list is fresh.
    #[arg(long, default_value_t = 7)]
    pub(crate) fresh_days: u32,
    /// For how many days the list is valid.
    #[arg(long, default_value_t = 30)]
    pub(crate) valid_days: u32,
    /// Sign it at once with the key of a keeper; once for each.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Vec<PathBuf>,
    /// Where the proposed list goes.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// `eunomia trust sign`
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The list in force: a file, or the officers' address of a node. Without it the whole list is shown.
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub(crate) list: Option<String>,
    /// The key of the keeper who signs.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// You have read what would change and agree. Without it the changes are only shown.
    #[arg(long)]
    pub(crate) yes: bool,
    /// The proposed list; the signature is added to it.
    pub(crate) file: PathBuf,
}

/// `eunomia trust publish`
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// A running node that takes it, by its officers' address; others fetch it from there by themselves.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "out")]
    pub(crate) to: Vec<String>,
    /// The list in force, to check against; that of the first `--to` otherwise.
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub(crate) list: Option<String>,
    /// Write it to this file: a node whose configuration names the file takes it by itself.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The signed list.
    pub(crate) file: PathBuf,
}

/// `eunomia trust revoke`
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The list in force: a file, or the officers' address of a node.
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub(crate) list: String,
    /// The node to revoke, with all its keys.
    #[arg(long, conflicts_with = "key_id", required_unless_present = "key_id")]
    pub(crate) node: Option<NodeId>,
    /// The key to revoke.
    #[arg(long)]
    pub(crate) key_id: Option<KeyId>,
    /// Since when others may have had it, where that is known.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) since: Option<Timestamp>,
    /// Sign it at once with the key of a keeper; once for each.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Vec<PathBuf>,
    /// Where the proposed list goes.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// `eunomia trust rotate`
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The configuration file of the node.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The TLS key and certificate instead of the signing key.
    #[arg(long)]
    pub(crate) tls: bool,
    /// The list in force names the new key: go over to it in the configuration.
    #[arg(long)]
    pub(crate) finish: bool,
    /// For how many days the key is made.
    #[arg(long, default_value_t = 365)]
    pub(crate) days: u32,
    /// Whom a keeper calls to compare fingerprints.
    #[arg(long, default_value = "as before")]
    pub(crate) contact: String,
}
