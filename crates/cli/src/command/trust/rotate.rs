//! `eunomia trust rotate`: a node gets its next key, and goes over to it.

use crate::Done;
use crate::arguments::Rotate;
use crate::files::{read_text, write_private, write_secret, write_whole};
use crate::joining::fresh;
use crate::opening::{settings, signing_key};
use crate::system::{SystemClock, SystemEntropy};
use exchange::{NodeKey, SignedRequest, TrustRequest, Wish};
use node::{Clock, Settings};
use seal::{Secret, SigningKey};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use web::tls::make_identity;

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Runs the command.
///
/// # Errors
/// What is wrong with the configuration or cannot be written.
pub(crate) fn run(order: &Rotate) -> Done {
    let settings = settings(&order.config)?;
    let folder = order.config.parent().unwrap_or_else(|| Path::new(".")).to_owned();
    let lines = match (order.tls, order.finish) {
        (false, false) => next_key(order, &settings, &folder)?,
        (false, true) => finish_key(order, &settings, &folder)?,
        (true, false) => next_tls(order, &settings, &folder)?,
        (true, true) => finish_tls(order, &folder)?,
    };
    for line in lines {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The first of `name-2.end`, `name-3.end` … that is not there yet.
fn free(folder: &Path, name: &str, end: &str) -> (String, PathBuf) {
    let names = (2_u32..).map(|number| format!("{name}-{number}.{end}"));
    let mut paths = names.map(|name| (name.clone(), folder.join(name)));
    paths.find(|(_, path)| !path.exists()).unwrap_or_default()
}

fn request(order: &Rotate, wish: Wish, keys: &[&SigningKey]) -> Result<Vec<u8>, String> {
    let request = TrustRequest { made: SystemClock.now(), contact: order.contact.clone(), wish };
    Ok(SignedRequest::sign(request, keys).map_err(|e| e.to_string())?.encode())
}

fn next_key(order: &Rotate, settings: &Settings, folder: &Path) -> Result<Vec<String>, String> {
    if !settings.further_signing_keys.is_empty() {
        return Err("a change of keys is under way; end it with --finish first".to_owned());
    }
    let old = signing_key(&settings.signing_key)?;
    let (name, path) = free(folder, "signing", "key");
    let seed = fresh(&SystemEntropy::new());
    write_secret(&path, &seed)?;
    let key = SigningKey::from_seed(&Secret::new(seed)).map_err(|e| e.to_string())?;
    let now = SystemClock.now();
    let until = now.plus_millis(i64::from(order.days).saturating_mul(DAY_MILLIS));
    let entry = NodeKey { key: key.verifying_key(), from: now.plus_millis(-60_000), until };
    let wish = Wish::AddKey { node: settings.node.clone(), key: entry };
    let file = folder.join("request-key.json");
    write_private(&file, &request(order, wish, &[&old, &key])?)?;
    edit(&order.config, |lines| {
        let place = lines.iter().position(|line| line.starts_with("signing_key"));
        let place = place.map_or(0, |place| place.saturating_add(1));
        lines.insert(place, format!("further_signing_keys = [\"{name}\"]"));
    })?;
    Ok(vec![
        format!("key      {} ({})", path.display(), key.verifying_key().key_id()),
        format!("request  {}", file.display()),
        "next: start the node again, send the request to a keeper (eunomia trust propose --add), and when the list names \
         the key run this command with --finish"
            .to_owned(),
    ])
}

fn finish_key(order: &Rotate, settings: &Settings, folder: &Path) -> Result<Vec<String>, String> {
    let Some(next) = settings.further_signing_keys.first() else {
        return Err("no change of keys is under way; begin one without --finish".to_owned());
    };
    let next = next.strip_prefix(folder).unwrap_or(next).display().to_string();
    edit(&order.config, |lines| {
        lines.retain(|line| !line.starts_with("further_signing_keys"));
        set(lines, "signing_key", &next);
    })?;
    Ok(vec![
        format!("the node signs with {next} alone once it is started again"),
        "next: a keeper takes the old key out with eunomia trust propose --revoke-key, or lets it end by its date".to_owned(),
    ])
}

fn next_tls(order: &Rotate, settings: &Settings, folder: &Path) -> Result<Vec<String>, String> {
    let key = signing_key(&settings.signing_key)?;
    let now = SystemClock.now();
    let until = now.plus_millis(i64::from(order.days).saturating_mul(DAY_MILLIS));
    let host = settings.listen.exchange.rsplit_once(':').map_or("localhost", |(host, _)| host);
    let hosts = [host.trim_matches(['[', ']']).to_owned()];
    let identity =
        make_identity(&settings.node, &hosts, (now, until)).map_err(|e| e.to_string())?;
    let (name, path) = free(folder, "tls", "crt");
    write_private(&path, identity.cert_pem.as_bytes())?;
    write_private(&path.with_extension("key"), identity.key_pem.as_bytes())?;
    let next = identity.digest().map_err(|e| e.to_string())?;
    let wish = Wish::NextTlsKey { node: settings.node.clone(), next };
    let file = folder.join("request-tls.json");
    write_private(&file, &request(order, wish, &[&key])?)?;
    Ok(vec![
        format!("certificate  {name} (TLS key {next})"),
        format!("request      {}", file.display()),
        "next: send the request to a keeper (eunomia trust propose --add), and when the list names the key run this \
         command with --finish"
            .to_owned(),
    ])
}

fn finish_tls(order: &Rotate, folder: &Path) -> Result<Vec<String>, String> {
    let names = (2_u32..).map(|number| format!("tls-{number}"));
    let there = |name: &String| folder.join(format!("{name}.crt")).exists();
    let Some(next) = names.take_while(there).last() else {
        return Err("no next certificate is there; make one without --finish".to_owned());
    };
    edit(&order.config, |lines| {
        set(lines, "certificate", &format!("{next}.crt"));
        set(lines, "key", &format!("{next}.key"));
    })?;
    Ok(vec![
        format!("the node shows {next}.crt once it is started again"),
        "next: a keeper takes the old TLS key out with eunomia trust propose --tls-key-changed"
            .to_owned(),
    ])
}

/// Changes lines of the configuration and writes it whole.
fn edit(config: &Path, change: impl FnOnce(&mut Vec<String>)) -> Result<(), String> {
    let mut lines: Vec<String> = read_text(config)?.lines().map(str::to_owned).collect();
    change(&mut lines);
    write_whole(config, (lines.join("\n") + "\n").as_bytes())
}

/// Sets the value of the first `name = "…"`.
fn set(lines: &mut [String], name: &str, value: &str) {
    let is_it =
        |line: &&mut String| line.split_once('=').is_some_and(|(before, _)| before.trim() == name);
    if let Some(line) = lines.iter_mut().find(is_it) {
        *line = format!("{name} = \"{value}\"");
    }
}
