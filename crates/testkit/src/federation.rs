//! Several nodes in one process under one clock, each in a folder of its own.

use crate::checkpoints::Checkpoints;
use crate::clock::SimClock;
use crate::entropy::SimEntropy;
use crate::error::{Failure, chain};
use crate::law::{law, law_with};
use crate::papers::{NodePapers, node_papers, officer, trust_list};
use crate::plan::{AuthorityPlan, FederationPlan};
use crate::power::PowerCut;
use exchange::TrustList;
use instrument::MatchingKind;
use node::{Clock, Entropy, Environment, Law, Node, Officer, Opening};
use seal::Secret;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::CrashPoint;
use tempfile::TempDir;
use vocabulary::{AuthorityId, InstrumentId, NodeId, Timestamp};

/// When every simulation begins: a Monday in spring, so that no year ends under it.
const BEGINNING: &str = "2026-03-02T08:00:00Z";

/// A made-up federation. Its folders go with it.
#[derive(Debug)]
pub struct Federation {
    plan: FederationPlan,
    clock: Arc<SimClock>,
    entropy: Arc<SimEntropy>,
    law: Law,
    trust: TrustList,
    pseudonym_keys: BTreeMap<InstrumentId, [u8; 32]>,
    stations: BTreeMap<NodeId, Station>,
    cuts: BTreeMap<CrashPoint, u32>,
    refused_full: u64,
    checkpoints: Checkpoints,
    folder: TempDir,
}

/// One node with its papers and its mains.
#[derive(Debug)]
struct Station {
    papers: NodePapers,
    power: Arc<PowerCut>,
    running: Option<Node>,
    /// The law of this node where it has local law.
    law: Option<Law>,
}

/// What came of a call on a node.
#[derive(Debug)]
pub enum Called<T> {
    /// It was carried out.
    Done(T),
    /// The node said no.
    Failed(node::Fault),
    /// The power went off during it, and the node has been started again; or there was no room on a disk. Nobody knows
    /// what of it is durable.
    Died,
    /// The node is down.
    Down,
}

impl Federation {
    /// Sets up and starts the nodes of `plan`; everything random in it comes from `seed`.
    ///
    /// # Errors
    /// When a paper cannot be made or a node cannot be opened.
    pub fn new(seed: u64, plan: FederationPlan) -> Result<Self, Failure> {
        let clock = Arc::new(SimClock::starting(BEGINNING.parse()?));
        let entropy = Arc::new(SimEntropy::seeded(seed));
        let folder = folder()?;
        let law = law()?;
        let papers = plan
            .nodes
            .iter()
            .map(|node| node_papers(node, folder.path(), &entropy))
            .collect::<Result<Vec<_>, _>>()?;
        let trust = trust_list(&plan, &papers, &law, (&entropy, clock.now()))?;
        let pseudonymised =
            law.all().filter(|one| one.matching().kind() == MatchingKind::Pseudonymised);
        let pseudonym_keys =
            pseudonymised.map(|one| (one.id().clone(), entropy.bytes_32())).collect();
        let stations = papers.into_iter().map(|papers| {
            let node = papers.settings.node.clone();
            (node, Station { papers, power: Arc::default(), running: None, law: None })
        });
        let stations = stations.collect();
        let mut federation = Self {
            plan,
            clock,
            entropy,
            law,
            trust,
            pseudonym_keys,
            stations,
            cuts: BTreeMap::new(),
            refused_full: 0,
            checkpoints: Checkpoints::default(),
            folder,
        };
        for node in federation.node_ids() {
            federation.start(&node)?;
        }
        Ok(federation)
    }

    /// The plan.
    pub fn plan(&self) -> &FederationPlan {
        &self.plan
    }

    /// The clock of all nodes.
    pub fn clock(&self) -> &SimClock {
        &self.clock
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The law of all nodes.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// Fresh bytes.
    pub fn fresh<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// The trust list of all nodes.
    pub fn trust(&self) -> &TrustList {
        &self.trust
    }

    /// Where a node keeps its data.
    pub fn data(&self, node: &NodeId) -> PathBuf {
        self.folder.path().join(node.as_str())
    }

    /// The nodes.
    pub fn node_ids(&self) -> Vec<NodeId> {
        self.stations.keys().cloned().collect()
    }

    /// The node that hosts an authority.
    ///
    /// # Errors
    /// When the plan has no such authority.
    pub fn home_of(&self, authority: &AuthorityId) -> Result<NodeId, Failure> {
        let mut all = self.plan.authorities();
        let found = all.find(|(_, one)| one.id == *authority).map(|(node, _)| node.clone());
        found.ok_or_else(|| Failure::Setup(format!("no node hosts `{authority}`")))
    }

    /// Every officer of the federation.
    ///
    /// # Errors
    /// When the words of the plan make no id.
    pub fn officers(&self) -> Result<Vec<Officer>, Failure> {
        let all = self.plan.authorities();
        let of = |one: &AuthorityPlan| -> Vec<_> {
            one.roles.iter().map(|role| officer(&one.id, role)).collect()
        };
        all.flat_map(|(_, one)| of(one)).collect()
    }

    /// The officer of `authority` in `role`.
    ///
    /// # Errors
    /// When the words make no id.
    pub fn officer(&self, authority: &AuthorityId, role: &str) -> Result<Officer, Failure> {
        officer(authority, &role.parse()?)
    }

    /// The key a node signs with: what only it should hold, for tests that misuse it.
    pub fn signer(&self, node: &NodeId) -> Option<&Arc<seal::SigningKey>> {
        Some(&self.stations.get(node)?.papers.signer)
    }

    /// The node, while it is up.
    pub fn node(&self, node: &NodeId) -> Option<&Node> {
        self.stations.get(node)?.running.as_ref()
    }

    /// True while the node is up.
    pub fn is_up(&self, node: &NodeId) -> bool {
        self.node(node).is_some()
    }

    /// Stops a node in good order.
    pub fn stop(&mut self, node: &NodeId) {
        if let Some(station) = self.stations.get_mut(node)
            && let Some(running) = station.running.take()
        {
            let cut = station.power.reset();
            running.close();
            self.note_cut(cut);
        }
    }

    /// Fills a disk of a node, or makes room on it.
    pub fn fill(&self, node: &NodeId, disk: store::Disk, full: bool) {
        if let Some(station) = self.stations.get(node) {
            station.power.fill(disk, full);
        }
    }

    /// Makes room on all disks of a node.
    pub fn make_room(&self, node: &NodeId) {
        if let Some(station) = self.stations.get(node) {
            station.power.make_room();
        }
    }

    /// True when a disk of the node is full and the fault says so in words that help.
    fn was_full(&mut self, node: &NodeId, fault: &node::Fault) -> bool {
        let is_full = self.stations.get(node).is_some_and(|one| one.power.has_full_disk());
        let said = is_full && chain(fault).contains("the disk is full while");
        self.refused_full = self.refused_full.saturating_add(u64::from(said));
        said
    }

    /// How often a node said that there was no room.
    pub fn refused_full(&self) -> u64 {
        self.refused_full
    }

    /// Notes the checkpoints that lie in the folder of a node now.
    ///
    /// # Errors
    /// When they contradict those seen before.
    pub(crate) fn look_at_logs(&mut self, node: &NodeId) -> Result<(), Failure> {
        let folder = self.data(node).join("log");
        let hosted = self.plan.nodes.iter().filter(|one| one.node == *node);
        for authority in hosted.flat_map(|one| &one.authorities) {
            self.checkpoints.look_at_years(&folder.join(authority.id.as_str()))?;
        }
        Ok(())
    }

    /// Every checkpoint that was ever seen.
    pub(crate) fn checkpoints(&self) -> &Checkpoints {
        &self.checkpoints
    }

    fn note_cut(&mut self, cut: Option<CrashPoint>) {
        if let Some(point) = cut {
            let count = self.cuts.entry(point).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// How often the power went off at each point.
    pub fn cuts(&self) -> &BTreeMap<CrashPoint, u32> {
        &self.cuts
    }

    /// How often the store of a node has passed each point since this was last asked.
    pub fn passed(&self, node: &NodeId) -> BTreeMap<CrashPoint, u32> {
        self.stations.get(node).map(|station| station.power.passed()).unwrap_or_default()
    }

    /// Starts a node that is down.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn start(&mut self, node: &NodeId) -> Result<(), Failure> {
        if self.is_up(node) {
            return Ok(());
        }
        let opened = match Node::open(self.opening(node)?) {
            Ok(opened) => opened,
            // The power went off during the start: it is started again.
            Err(_) if self.reset(node) => match Node::open(self.opening(node)?) {
                Ok(opened) => opened,
                Err(fault) if self.was_full(node, &fault) => return Ok(()),
                Err(fault) => return Err(fault.into()),
            },
            // It stays down until there is room.
            Err(fault) if self.was_full(node, &fault) => return Ok(()),
            Err(fault) => return Err(fault.into()),
        };
        if let Some(station) = self.stations.get_mut(node) {
            station.running = Some(opened);
        }
        Ok(())
    }

    /// Starts a node again with local law: one file of Cedar.
    ///
    /// # Errors
    /// When the rules have a problem or the node cannot be opened.
    pub fn restart_with_local_law(&mut self, node: &NodeId, rules: &str) -> Result<(), Failure> {
        let law = law_with(rules)?;
        self.stop(node);
        if let Some(station) = self.stations.get_mut(node) {
            station.law = Some(law);
        }
        self.start(node)
    }

    /// Lets the power of a node go off when its store has passed `point` `after` times more.
    pub fn arm(&self, node: &NodeId, point: CrashPoint, after: u8) {
        if let Some(station) = self.stations.get(node) {
            station.power.arm(point, after);
        }
    }

    /// Forgets a cut that waits, and says whether one has happened.
    pub fn reset(&mut self, node: &NodeId) -> bool {
        let cut = self.stations.get(node).and_then(|station| station.power.reset());
        self.note_cut(cut);
        cut.is_some()
    }

    /// Calls a node. When the power goes off during the call, the node is started again from its folder.
    ///
    /// # Errors
    /// When the node cannot be started again.
    pub fn call<T>(
        &mut self,
        node: &NodeId,
        work: impl FnOnce(&Node) -> Result<T, node::Fault>,
    ) -> Result<Called<T>, Failure> {
        let Some(running) = self.node(node).cloned() else { return Ok(Called::Down) };
        let result = work(&running);
        drop(running);
        let died: bool =
            self.stations.get(node).is_some_and(|station| station.power.has_happened());
        if died {
            self.look_at_logs(node)?;
            self.stop(node);
            self.start(node)?;
        }
        Ok(match result {
            Ok(value) => Called::Done(value),
            Err(_) if died => Called::Died,
            Err(fault) if self.was_full(node, &fault) => Called::Died,
            Err(fault) => Called::Failed(fault),
        })
    }

    pub(crate) fn opening(&self, node: &NodeId) -> Result<Opening, Failure> {
        let unknown = || Failure::Setup(format!("no node `{node}` in the plan"));
        let station = self.stations.get(node).ok_or_else(unknown)?;
        let NodePapers { settings, signer, secrets } = &station.papers;
        let entropy: Arc<SimEntropy> = Arc::clone(&self.entropy);
        let clock: Arc<SimClock> = Arc::clone(&self.clock);
        let keys = self.pseudonym_keys.iter();
        std::fs::create_dir_all(&settings.data)?;
        Ok(Opening {
            settings: settings.clone(),
            environment: Environment {
                clock,
                entropy,
                signer: Arc::clone(signer),
                further: Vec::new(),
            },
            law: station.law.as_ref().unwrap_or(&self.law).clone(),
            trust: self.trust.clone(),
            secrets: secrets.iter().map(|(id, bytes)| (id.clone(), Secret::new(*bytes))).collect(),
            pseudonym_keys: keys.map(|(id, bytes)| (id.clone(), Secret::new(*bytes))).collect(),
            crash: Some(station.power.seam()),
            searching: true,
        })
    }
}

impl Drop for Federation {
    fn drop(&mut self) {
        for node in self.node_ids() {
            self.stop(&node);
        }
    }
}

/// A folder in memory where there is one: the power cuts of a simulation are those of the program, not of the disk.
fn folder() -> Result<TempDir, Failure> {
    let memory = Path::new("/dev/shm");
    match tempfile::Builder::new().prefix("eunomia-simulation-").tempdir_in(memory) {
        Ok(folder) => Ok(folder),
        Err(_) => Ok(tempfile::tempdir()?),
    }
}
