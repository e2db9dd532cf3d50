//! The nodes of a bundle as processes of their own.

use crate::federation::{Bundle, CastNode};
use crate::files::cannot;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use vocabulary::NodeId;

/// Running nodes. They are stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Children {
    program: PathBuf,
    running: BTreeMap<NodeId, Child>,
}

impl Children {
    /// None yet; nodes will be started with the program that runs.
    ///
    /// # Errors
    /// When the program cannot tell where it lies.
    pub(crate) fn new() -> Result<Self, String> {
        let program =
            std::env::current_exe().map_err(|e| format!("cannot find this program: {e}"))?;
        Ok(Self { program, running: BTreeMap::new() })
    }

    /// Starts a node; what it says goes to `node.log` in its folder.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub(crate) fn start(&mut self, bundle: &Bundle, node: &CastNode) -> Result<(), String> {
        let config = bundle.config(node);
        let path = config.with_file_name("node.log");
        let log = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|error| cannot("write", &path, &error))?;
        let child = Command::new(&self.program)
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| cannot("start", &self.program, &error))?;
        self.running.insert(node.node.clone(), child);
        Ok(())
    }

    /// The process id of a running node.
    pub(crate) fn id(&self, node: &NodeId) -> Option<u32> {
        self.running.get(node).map(Child::id)
    }

    /// True when the process of a node has ended by itself.
    pub(crate) fn has_ended(&mut self, node: &NodeId) -> bool {
        self.running
            .get_mut(node)
            .is_none_or(|child| child.try_wait().is_ok_and(|end| end.is_some()))
    }

    /// Kills a node at once, as a power cut would.
    pub(crate) fn kill(&mut self, node: &NodeId) {
        if let Some(mut child) = self.running.remove(node) {
            // A child that is gone already is what is wanted.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        let nodes: Vec<NodeId> = self.running.keys().cloned().collect();
        for node in nodes {
            self.kill(&node);
        }
    }
}
