//! One request in the words of the schema. It holds everything the schema names, so no rule can miss anything.

use super::schema::{ACTION, AUTHORITY, INSTRUMENT, PURPOSE, ROLE, TOPOLOGY};
use crate::asker::AskerHome;
use crate::decide::Request;
use cedar_policy::{Context, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use instrument::{Instrument, Mode, Purpose};
use std::collections::BTreeMap;
use vocabulary::{InstrumentId, ProcessingOperation, PurposeId, Role};

/// The entities that requests name, made once.
#[derive(Debug)]
pub(super) struct Words {
    authority: EntityTypeName,
    roles: BTreeMap<Role, EntityUid>,
    operations: BTreeMap<ProcessingOperation, EntityUid>,
    purposes: BTreeMap<PurposeId, RestrictedExpression>,
    instruments: BTreeMap<InstrumentId, InstrumentWords>,
}

#[derive(Debug)]
struct InstrumentWords {
    resource: EntityUid,
    topology: RestrictedExpression,
    exercise: bool,
}

impl Words {
    /// The words of `instruments`; `None` when a name of the schema is no name in Cedar.
    pub(super) fn of(instruments: &[&Instrument]) -> Option<Self> {
        let name = |text: &str| text.parse::<EntityTypeName>().ok();
        let (role, instrument, purpose) = (name(ROLE)?, name(INSTRUMENT)?, name(PURPOSE)?);
        let (topology, action) = (name(TOPOLOGY)?, name(ACTION)?);
        let mut words = Self {
            authority: name(AUTHORITY)?,
            roles: BTreeMap::new(),
            operations: BTreeMap::new(),
            purposes: BTreeMap::new(),
            instruments: BTreeMap::new(),
        };
        for operation in ProcessingOperation::ALL {
            words.operations.insert(*operation, entity(&action, operation.as_str()));
        }
        for one in instruments {
            let named = one.access().iter().map(|rule| rule.role().clone());
            for each in one.catalogues().roles().into_iter().chain(named) {
                let uid = entity(&role, each.as_str());
                words.roles.insert(each, uid);
            }
            let ids = one.purposes().iter().map(Purpose::id);
            words.purposes.extend(ids.map(|id| {
                let uid = entity(&purpose, id.as_str());
                (id.clone(), RestrictedExpression::new_entity_uid(uid))
            }));
            let uid = entity(&topology, one.topology().as_str());
            let own = InstrumentWords {
                resource: entity(&instrument, one.id().as_str()),
                topology: RestrictedExpression::new_entity_uid(uid),
                exercise: *one.mode() != Mode::InForce,
            };
            words.instruments.insert(one.id().clone(), own);
        }
        Some(words)
    }

    /// `request` in Cedar, as if its asker were the owner's officer or not; `None` when the schema has no such role,
    /// purpose or instrument, so that no rule of any table speaks of it.
    pub(super) fn question(
        &self,
        request: &Request<'_>,
        asker_is_owner: bool,
    ) -> Option<cedar_policy::Request> {
        let own = self.instruments.get(request.instrument.id())?;
        let role = self.roles.get(request.asker.role())?;
        let operation = self.operations.get(&request.operation)?;
        let given = request.justification;
        let purpose = self.purposes.get(&given.purpose)?;
        let authority =
            |id: &str| RestrictedExpression::new_entity_uid(entity(&self.authority, id));
        let partner = request.asker.home() == AskerHome::Partner;
        let said = RestrictedExpression::new_bool;
        let known = [
            ("asker_is_owner", said(asker_is_owner)),
            ("authority", authority(request.asker.authority().as_str())),
            ("exercise", said(own.exercise)),
            ("from_partner", said(partner)),
            ("has_case_reference", said(given.case_reference.is_some())),
            ("owner", authority(request.owner.as_str())),
            ("purpose", purpose.clone()),
            ("topology", own.topology.clone()),
            ("urgent", said(given.urgent.is_some())),
            ("widened", said(!given.widened_to.is_empty())),
        ];
        let offence = given
            .offence
            .as_ref()
            .map(|code| ("offence", RestrictedExpression::new_string(code.as_str().to_owned())));
        let pairs = known.into_iter().chain(offence);
        let context =
            Context::from_pairs(pairs.map(|(key, value)| (key.to_owned(), value))).ok()?;
        // A test checks such requests against the schema; here that would cost more than the decision.
        cedar_policy::Request::new(
            role.clone(),
            operation.clone(),
            own.resource.clone(),
            context,
            None,
        )
        .ok()
    }
}

fn entity(of: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id))
}
