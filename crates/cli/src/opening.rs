//! Opens a node from its configuration file, or says everything that is wrong with it.

use crate::carried;
use crate::federation::chain;
use crate::files::{cannot, make_folder, read_private, read_secret, read_text};
use crate::finding::{Finding, told};
use crate::system::{SystemClock, SystemEntropy};
use exchange::TrustList;
use node::{Environment, Law, Node, Officers, Opening, Settings, SettingsProblem, begin_list};
use seal::{Secret, SigningKey};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Everything a configuration leads to, read and checked.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) opening: Opening,
    pub(crate) officers: Officers,
}

/// Collects problems while reading goes on.
#[derive(Default)]
struct Problems(Vec<Finding>);

impl Problems {
    fn take<T>(&mut self, result: Result<T, String>) -> Option<T> {
        let told = |problem: String| {
            self.0.extend(problem.lines().map(|line| Finding::from(line.to_owned())));
        };
        result.map_err(told).ok()
    }
}

/// Reads a configuration and all it names.
///
/// # Errors
/// Every problem, one a line.
pub(crate) fn prepare(config: &Path) -> Result<Prepared, String> {
    prepared(settings(config)?).map_err(|problems| told(&problems))
}

/// Reads all that a configuration names.
///
/// # Errors
/// Every problem.
pub(crate) fn prepared(settings: Settings) -> Result<Prepared, Vec<Finding>> {
    let mut problems = Problems::default();
    let law = problems.take(law(&settings));
    let trust = problems.take(trust(&settings));
    let officers = problems.take(officers(&settings));
    let signer = problems.take(signing_key(&settings.signing_key));
    let further = settings
        .further_signing_keys
        .iter()
        .filter_map(|path| problems.take(signing_key(path)).map(Arc::new));
    let further: Vec<Arc<SigningKey>> = further.collect();
    let secrets = problems.take(secrets(&settings));
    let keys = problems.take(pseudonym_keys(&settings));
    problems.take(read_text(&settings.tls.certificate));
    problems.take(read_private(&settings.tls.key));
    if let Some(law) = &law {
        problems.0.extend(unknown_instruments(&settings, law).into_iter().map(Finding::from));
    }
    if let (Some(trust), Some(signer)) = (&trust, &signer) {
        let found = mismatches(&settings, trust, signer, &further);
        problems.0.extend(found.into_iter().map(Finding::from));
    }
    match (law, trust, officers, signer, secrets, keys) {
        (Some(law), Some(trust), Some(officers), Some(signer), Some(secrets), Some(keys))
            if problems.0.is_empty() =>
        {
            let environment = Environment {
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy::new()),
                signer: Arc::new(signer),
                further,
            };
            let opening = Opening {
                settings,
                environment,
                law,
                trust,
                secrets,
                pseudonym_keys: keys,
                crash: None,
                searching: true,
            };
            Ok(Prepared { opening, officers })
        }
        _ => Err(problems.0),
    }
}

/// Opens a node and leaves the public key of each of its logs in the log's folder, so that a copy of the folder
/// can be verified by itself.
///
/// # Errors
/// Why the node cannot be opened, with everything that caused it.
pub(crate) fn open(opening: Opening) -> Result<Node, String> {
    let node = Node::open(opening).map_err(|fault| chain(&fault))?;
    for authority in node.hosted().keys() {
        let years = node.log_years(authority).map_err(|fault| chain(&fault))?;
        let Some(folder) = years.into_iter().next_back().map(|open| open.folder) else { continue };
        let key = node.log_key(authority).map_err(|fault| chain(&fault))?;
        make_folder(&folder)?;
        let path = folder.join("log.vkey");
        fs::write(&path, format!("{key}\n")).map_err(|error| cannot("write", &path, &error))?;
    }
    Ok(node)
}

/// Reads the configuration file alone.
///
/// # Errors
/// Which file and what is wrong in it.
pub(crate) fn settings(config: &Path) -> Result<Settings, String> {
    read_settings(config).map_err(|problems| told(&problems))
}

/// Reads the signing key of a node or a keeper.
///
/// # Errors
/// When the file is missing or holds something else.
pub(crate) fn signing_key(path: &Path) -> Result<SigningKey, String> {
    let seed = read_secret(path)?;
    SigningKey::from_seed(&seed).map_err(|error| format!("`{}`: {error}", path.display()))
}

/// Reads the configuration file alone.
///
/// # Errors
/// Every mistake in it, with its line and key.
pub(crate) fn read_settings(config: &Path) -> Result<Settings, Vec<Finding>> {
    let folder = config.parent().unwrap_or_else(|| Path::new("."));
    let text = read_text(config).map_err(|problem| vec![Finding::from(problem)])?;
    let finding = |problem: SettingsProblem| Finding {
        line: Some(problem.line).filter(|line| *line > 0),
        key: Some(problem.key).filter(|key| !key.is_empty()),
        ..Finding::file(config, problem.what)
    };
    Settings::read(&text, folder).map_err(|all| all.into_iter().map(finding).collect())
}

/// The instruments that a configuration names, or those the program carries, with its local law.
pub(crate) fn law(settings: &Settings) -> Result<Law, String> {
    carried::law_of(settings.instruments.as_deref(), settings.local_law.as_deref())
}

/// The trust list, signed as the configuration wants it.
pub(crate) fn trust(settings: &Settings) -> Result<TrustList, String> {
    let path = &settings.trust_list;
    let bytes = fs::read(path).map_err(|error| cannot("read", path, &error))?;
    begin_list(settings, &bytes)
        .map_err(|problems| format!("`{}`: {}", path.display(), problems.join("\n")))
}

/// The officers.
pub(crate) fn officers(settings: &Settings) -> Result<Officers, String> {
    let path = &settings.officers;
    Officers::read(&read_text(path)?).map_err(|problem| format!("`{}`: {problem}", path.display()))
}

fn secrets(settings: &Settings) -> Result<BTreeMap<vocabulary::AuthorityId, Secret>, String> {
    all(settings.authorities.iter().map(|one| Ok((one.id.clone(), read_secret(&one.secret)?))))
}

/// All of them, or every reason why not.
fn all<K: Ord, V>(
    each: impl Iterator<Item = Result<(K, V), String>>,
) -> Result<BTreeMap<K, V>, String> {
    let (mut read, mut problems) = (BTreeMap::new(), Vec::new());
    for one in each {
        match one {
            Ok((key, value)) => drop(read.insert(key, value)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(read)
    } else {
        Err(problems.join(
            "
",
        ))
    }
}

fn pseudonym_keys(
    settings: &Settings,
) -> Result<BTreeMap<vocabulary::InstrumentId, Secret>, String> {
    let keys = settings.pseudonym_keys.iter();
    all(keys.map(|one| Ok((one.instrument.clone(), read_secret(&one.key)?))))
}

/// What does not fit together between configuration, key and trust list.
fn mismatches(
    settings: &Settings,
    trust: &TrustList,
    signer: &SigningKey,
    further: &[Arc<SigningKey>],
) -> Vec<String> {
    let mut problems = Vec::new();
    // A newcomer works before the keepers have entered it: it waits for a list that names it.
    if trust.node(&settings.node).is_none() {
        return problems;
    }
    let key = signer.verifying_key().key_id();
    let own = |key: &SigningKey| {
        trust.key(&key.verifying_key().key_id()).is_some_and(|(node, _)| node.node == settings.node)
    };
    if !own(signer) && !further.iter().any(|key| own(key)) {
        problems.push(format!(
            "the trust list has no key `{key}` for node `{}`; ask the keepers to enter it",
            settings.node
        ));
    }
    for authority in &settings.authorities {
        if !trust.hosts(&settings.node, &authority.id) {
            problems.push(format!(
                "the trust list does not place authority `{}` at node `{}`; ask the keepers",
                authority.id, settings.node
            ));
        }
    }
    problems
}

/// Registers under instruments that this node has no file of.
fn unknown_instruments(settings: &Settings, law: &Law) -> Vec<String> {
    let known: Vec<&str> = law.all().map(|one| one.id().as_str()).collect();
    let known = known.join(", ");
    let mut problems = Vec::new();
    for authority in &settings.authorities {
        let unknown = authority.registers.iter().filter(|id| law.get(id).is_none());
        problems.extend(unknown.map(|id| {
            format!(
                "authority `{}` keeps a register under `{id}`, which is not an instrument here; \
                 correct `registers` or add the instrument file; known are {known}",
                authority.id
            )
        }));
    }
    problems
}
