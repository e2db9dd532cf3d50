//! Owners at work: records imported, corrected, ended, erased.

use crate::error::{Failure, Invariant, chain};
use crate::federation::Called;
use crate::journal::{Standing, Tracked};
use crate::made::marked;
use crate::op::{Change, Pick};
use crate::simulation::Simulation;
use node::{ImportForm, ImportOrder};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{QueryId, Record, RecordId, RegisterId};
use world::to_import_line;

impl Simulation {
    pub(crate) fn import(&mut self, register: &RegisterId, rows: usize) -> Result<(), Failure> {
        let home = self.federation.home_of(register.authority())?;
        if !self.federation.is_up(&home) {
            return Ok(());
        }
        let records = self.stock.take(register, rows);
        let Some(kind) = records.first().map(|record| record.subject.kind()) else {
            return Ok(());
        };
        let officer = self.federation.officer(register.authority(), "register_owner")?;
        let file = records.iter().map(to_import_line).collect::<Vec<_>>().join("\n");
        let form = ImportForm::JsonLines;
        let order =
            ImportOrder { officer: &officer, register, form, kind: Some(kind), dry_run: false };
        let called = self
            .federation
            .call(&home, |node| node.import(&order, file.as_bytes(), &mut |_| {}, &mut |_| {}))?;
        let standings = match called {
            Called::Done(report) => {
                if report.rejected > 0 {
                    let what = format!("{} good rows were rejected", report.rejected);
                    return Err(Failure::broken(Invariant::Service, what));
                }
                self.journal.count("import");
                self.acknowledge(register, report.entry);
                BTreeSet::from([Standing::Live(0)])
            }
            Called::Died => BTreeSet::from([Standing::Absent, Standing::Live(0)]),
            Called::Failed(fault) => return Err(refused("an import", &fault)),
            Called::Down => BTreeSet::from([Standing::Absent]),
        };
        for record in records {
            let id = (register.clone(), record.id.clone());
            let standings = standings.clone();
            let tracked = Tracked { record, standings, version: 0, hidden: BTreeMap::new() };
            self.journal.records.insert(id, tracked);
        }
        Ok(())
    }

    pub(crate) fn change(&mut self, pick: Pick, change: Change) -> Result<(), Failure> {
        let Some(place) = self.any_record(pick) else { return Ok(()) };
        let Some(tracked) = self.journal.records.get(&place).cloned() else { return Ok(()) };
        let (register, id) = &place;
        let home = self.federation.home_of(register.authority())?;
        let officer = self.federation.officer(register.authority(), "register_owner")?;
        let version = tracked.version.saturating_add(1);
        let corrected = self.corrected(register, &tracked, (version, change))?;
        let hidden = corrected.unsearchable_until;
        let called = self.federation.call(&home, |node| match change {
            Change::Correct { .. } => node.correct_record(&officer, register, &corrected),
            Change::End => node.end_record(&officer, register, id),
            Change::Erase => node.erase_record(&officer, register, id),
        })?;
        let after = match change {
            Change::Correct { .. } => Standing::Live(version),
            Change::End => Standing::Ended,
            Change::Erase => Standing::Erased,
        };
        let possible = |standing: &Standing| is_possible(change, *standing);
        if matches!(called, Called::Down) {
            return Ok(());
        }
        let known = self.journal.records.entry(place.clone()).and_modify(|tracked| {
            tracked.version = version;
            tracked.hidden.extend(hidden.map(|until| (version, until)));
        });
        let known = known.or_insert(tracked);
        match called {
            Called::Done(entry) => {
                if !known.standings.iter().any(possible) {
                    let what = format!("{register} {id}: {change:?} of {:?}", known.standings);
                    return Err(Failure::broken(Invariant::ErasureIsReal, what));
                }
                known.settle(after);
                self.journal.count("change");
                self.acknowledge(register, Some(entry));
            }
            Called::Died if known.standings.iter().any(possible) => {
                known.standings.insert(after);
            }
            Called::Failed(node::Fault::NotFound(_)) => {
                if known.standings.iter().all(possible) {
                    let what = format!("{register} {id} is not there for {change:?}");
                    return Err(Failure::broken(Invariant::NothingLost, what));
                }
                known.standings.retain(|standing| !possible(standing));
            }
            Called::Failed(fault) => return Err(refused("a change", &fault)),
            Called::Died | Called::Down => {}
        }
        Ok(())
    }

    fn corrected(
        &self,
        register: &RegisterId,
        tracked: &Tracked,
        (version, change): (u32, Change),
    ) -> Result<Record, Failure> {
        let instrument = self.instrument(register.instrument())?;
        let mut record = marked(&instrument, &tracked.record, version)?;
        if let Change::Correct { hide } = change
            && hide > 0
            && instrument.unsearchable().is_some()
        {
            let millis = i64::from(hide).saturating_mul(3_600_000);
            record.unsearchable_until = Some(self.federation.now().plus_millis(millis));
        }
        Ok(record)
    }

    fn acknowledge(&mut self, register: &RegisterId, entry: Option<QueryId>) {
        let entry = entry.map(|entry| (register.authority().clone(), entry));
        self.journal.entries.extend(entry);
    }

    pub(crate) fn tracked(&self, register: &RegisterId, id: &RecordId) -> Option<&Tracked> {
        self.journal.records.get(&(register.clone(), id.clone()))
    }
}

/// True when `change` can be made to a record that stands like that.
fn is_possible(change: Change, standing: Standing) -> bool {
    match standing {
        Standing::Live(_) => true,
        Standing::Ended => change == Change::Erase,
        Standing::Absent | Standing::Erased => false,
    }
}

/// The failure for an honest call that was not carried out.
pub(crate) fn refused(what: &str, fault: &node::Fault) -> Failure {
    Failure::broken(Invariant::Service, format!("{what}: {}", chain(fault)))
}
