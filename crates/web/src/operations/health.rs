//! The board of what has to hold: each check, whether it holds, and since when.

use serde::Serialize;
use std::collections::BTreeMap;
use vocabulary::Timestamp;

/// One check on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckStanding {
    /// Its name.
    pub name: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// Since when it has been so.
    pub since: Timestamp,
    /// Why it does not hold and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// Whether a node may be given work: the body of `/health/ready`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// True when every check holds.
    pub ready: bool,
    /// Every check, by name.
    pub checks: Vec<CheckStanding>,
}

/// The board.
#[derive(Debug, Default)]
pub(super) struct Board(BTreeMap<&'static str, (Option<String>, Timestamp)>);

impl Board {
    /// Sets a check. True when it began or ceased to hold; words that change alone do not count.
    pub(super) fn set(
        &mut self,
        name: &'static str,
        fault: Option<String>,
        now: Timestamp,
    ) -> bool {
        let before = self.0.get(name);
        let same = before.is_some_and(|(old, _)| old.is_some() == fault.is_some());
        let since = before.filter(|_| same).map_or(now, |(_, since)| *since);
        let changed = !same && (before.is_some() || fault.is_some());
        self.0.insert(name, (fault, since));
        changed
    }

    pub(super) fn readiness(&self) -> Readiness {
        let checks = self.0.iter().map(|(name, (fault, since))| CheckStanding {
            name,
            ok: fault.is_none(),
            since: *since,
            fault: fault.clone(),
        });
        let checks: Vec<CheckStanding> = checks.collect();
        Readiness { ready: checks.iter().all(|check| check.ok), checks }
    }
}

#[cfg(test)]
mod tests {
    use super::Board;
    use vocabulary::Timestamp;

    fn at(moment: i64) -> Timestamp {
        Timestamp::from_micros(moment)
    }

    #[test]
    fn since_moves_only_when_a_check_begins_or_ceases_to_hold() {
        let mut board = Board::default();
        assert!(!board.set("disk", None, at(1)), "what holds from the start is no news");
        assert!(board.set("disk", Some("10 bytes are free".to_owned()), at(2)));
        assert!(!board.set("disk", Some("9 bytes are free".to_owned()), at(3)));
        let read = board.readiness();
        assert!(!read.ready);
        assert_eq!(read.checks[0].since, at(2));
        assert_eq!(read.checks[0].fault.as_deref(), Some("9 bytes are free"));
        assert!(board.set("disk", None, at(4)));
        assert!(board.readiness().ready);
    }
}
