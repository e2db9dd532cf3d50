//! `eunomia trust`: the life of a trust list, for keepers and operators.

mod lists;
mod publish;
mod rotate;
mod show;

use crate::Done;
use crate::arguments::{Propose, Trust, TrustAct};
use crate::files::{write_private, write_secret};
use crate::joining::fresh;
use crate::system::SystemEntropy;
use exchange::fingerprint;
use seal::{Secret, SigningKey};
use std::path::Path;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// Everything that is wrong, at once.
pub(crate) fn run(order: &Trust) -> Done {
    match &order.act {
        TrustAct::KeeperKey { out } => keeper_key(out),
        TrustAct::Show { what } => show::run(what),
        TrustAct::Propose(order) => lists::propose(order),
        TrustAct::Sign(order) => lists::sign(order),
        TrustAct::Publish(order) => publish::run(order),
        TrustAct::Revoke(order) => lists::propose(&Propose::revoking(order)),
        TrustAct::Rotate(order) => rotate::run(order),
    }
}

/// Makes the key of a keeper.
fn keeper_key(out: &Path) -> Done {
    if out.exists() {
        return Err(format!("`{}` is there already; a key is never written over", out.display()));
    }
    let seed = fresh(&SystemEntropy::new());
    let key = SigningKey::from_seed(&Secret::new(seed)).map_err(|e| e.to_string())?;
    write_secret(out, &seed)?;
    let public = out.with_added_extension("pub");
    write_private(&public, format!("{}\n", key.verifying_key()).as_bytes())?;
    println!("secret key   {} (keep it on a machine without network)", out.display());
    println!("public key   {}", public.display());
    println!("fingerprint  {}", fingerprint(key.verifying_key().key_id()));
    println!("as option    --keeper {}", key.verifying_key().key_id());
    Ok(ExitCode::SUCCESS)
}
