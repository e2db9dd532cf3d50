//! The disasters.

use crate::bundle::{program, text};
use crate::files::upload;
use crate::line::State;
use crate::running::{Running, pause, until};
use crate::site::Site;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

type Scenario = fn(&mut Site);

/// Every scenario by its name.
pub(crate) const SCENARIOS: [(&str, Scenario); 5] = [
    ("kill", kill),
    ("pause", pause_processes),
    ("line", cut_line),
    ("disk", fill_disk),
    ("file_size", limit_files),
];

/// `kill -9` at random moments, at home and abroad.
fn kill(site: &mut Site) {
    for _ in 0..site.measure(2, 8) {
        let moment = site.moment(200, 1_800);
        let home = site.home.take().unwrap();
        let mut dead = None;
        site.during(|| {
            pause(moment);
            dead = Some(home.kill());
        });
        if site.chance.bool() {
            let abroad = site.abroad.take().unwrap().kill();
            site.abroad = Some(Running::start(&abroad));
        }
        site.home = Some(Running::start(&dead.unwrap()));
    }
}

/// A process stands still for a while: first abroad, then at home.
fn pause_processes(site: &mut Site) {
    let time = Duration::from_secs(site.measure(2, 10));
    for node in [&site.abroad, &site.home] {
        let node = node.as_ref().unwrap();
        site.during(|| {
            pause(Duration::from_millis(300));
            node.signal("-STOP");
            pause(time);
            node.signal("-CONT");
        });
    }
}

/// The line abroad refuses, breaks off, stands still and trickles.
fn cut_line(site: &mut Site) {
    let time = Duration::from_secs(site.measure(1, 6));
    for state in [State::Refuse, State::Reset, State::Stall, State::Throttle] {
        site.cut(state, time);
    }
}

/// The disk under the data at home gets full amid work, and then there is room again. Nobody starts anything anew.
fn fill_disk(site: &mut Site) {
    let data = site.home_folder.join("data");
    let kept = site.home_folder.join("data.kept");
    site.stop_home();
    fs::rename(&data, &kept).unwrap();
    fs::create_dir(&data).unwrap();
    let room = size_of(&kept) / 1_024 + 1_500;
    if !ran("mount", &["-t", "tmpfs", "-o", &format!("size={room}k"), "eunomia", text(&data)]) {
        println!(
            "SKIPPED: a full disk: no right to mount a small file system here; run it as root"
        );
        fs::remove_dir(&data).unwrap();
        fs::rename(&kept, &data).unwrap();
        site.home = Some(Running::start(&site.home_folder));
        return;
    }
    let mounted = Mounted(&data);
    copy(&kept, &data);
    site.home = Some(Running::start(&site.home_folder));
    let told = site.until_refused();
    assert!(told.contains("urn:eunomia:problem:no_room"), "not told that the disk is full: {told}");
    site.access.officer().get("/api/v1/searches").unwrap();
    assert!(ran("mount", &["-o", &format!("remount,size={}k", room + 200_000), text(&data)]));
    site.check();
    site.stop_home();
    fs::remove_dir_all(&kept).unwrap();
    copy(&data, &kept);
    drop(mounted);
    fs::remove_dir(&data).unwrap();
    fs::rename(&kept, &data).unwrap();
    site.home = Some(Running::start(&site.home_folder));
}

/// No file may grow beyond a size; without the limit the node goes on after a new start.
fn limit_files(site: &mut Site) {
    site.stop_home();
    let data = site.home_folder.join("data");
    let largest = fs::read_dir(&data).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let blocks = largest.max().unwrap() / 512 + 1_000;
    let mut limited = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    limited.args(["-c", &script, "sh"]).arg(program().get_program());
    limited.args(["serve", "--config", text(&site.home_folder.join("node.toml"))]);
    site.home = Some(Running::start_as(&site.home_folder, limited));
    let told = site.until_refused();
    println!("   told: {told}");
    site.access.officer().get("/api/v1/searches").unwrap();
    site.stop_home();
    site.home = Some(Running::start(&site.home_folder));
}

impl Site {
    /// Works until a file is refused, and a little longer; gives what was told.
    fn until_refused(&mut self) -> String {
        let mut told = String::new();
        self.during(|| {
            told = until("there is no room", || {
                let number = self.files.fetch_add(1, Ordering::SeqCst);
                self.journal.file(number, false);
                let report = upload(&self.access, number, false)?;
                if report["taken"].is_null() {
                    return Some(report.to_string());
                }
                self.journal.file(number, true);
                None
            });
            pause(Duration::from_millis(500));
        });
        told
    }
}

/// A file system that goes when this is dropped.
struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        ran("umount", &["-l", text(self.0)]);
    }
}

fn ran(command: &str, arguments: &[&str]) -> bool {
    Command::new(command).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn copy(from: &Path, to: &Path) {
    assert!(
        ran("cp", &["-a", &format!("{}/.", text(from)), &format!("{}/", text(to))]) || {
            fs::create_dir_all(to).unwrap();
            ran("cp", &["-a", &format!("{}/.", text(from)), &format!("{}/", text(to))])
        }
    );
}

fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let sizes = entries.map(|entry| {
        let path = entry.path();
        // Small files take a page each.
        if path.is_dir() {
            size_of(&path)
        } else {
            entry.metadata().unwrap().len().div_ceil(4_096) * 4_096
        }
    });
    sizes.sum()
}
