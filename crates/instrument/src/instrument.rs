//! A checked instrument: everything its file says, by getters.

use crate::access_rule::AccessRule;
use crate::catalogue::Catalogues;
use crate::dated::StartDay;
use crate::evidence::{Evidence, Mode, Source};
use crate::field::Field;
use crate::keeping::{Copies, Retention, Unsearchable};
use crate::matching::Matching;
use crate::purpose::Purpose;
use crate::terms::{ActKind, Disclosure, Topology};
use vocabulary::{FieldName, InstrumentId, PurposeId, SubjectKind};

/// The head of an instrument file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: InstrumentId,
    pub(crate) title: String,
    pub(crate) act: ActKind,
    pub(crate) issuer: String,
    pub(crate) legal_basis: String,
    pub(crate) applies_from: StartDay,
    pub(crate) evidence: Evidence,
    pub(crate) note: Option<String>,
    pub(crate) subjects: Vec<SubjectKind>,
    pub(crate) topology: (Topology, Source),
}

/// A legal instrument as this software runs it. Only [`crate::read`] makes one, so it is consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    pub(crate) head: Head,
    pub(crate) purposes: Vec<Purpose>,
    pub(crate) fields: Vec<Field>,
    pub(crate) access: Vec<AccessRule>,
    pub(crate) matching: Matching,
    pub(crate) retention: Vec<Retention>,
    pub(crate) copies: Option<Copies>,
    pub(crate) unsearchable: Option<Unsearchable>,
    pub(crate) catalogues: Catalogues,
    pub(crate) digest: [u8; 32],
    pub(crate) mode: Mode,
}

impl Instrument {
    /// Its id: the name of its file.
    pub fn id(&self) -> &InstrumentId {
        &self.head.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.head.title
    }

    /// What kind of act it is.
    pub fn act(&self) -> ActKind {
        self.head.act
    }

    /// Who issued the act.
    pub fn issuer(&self) -> &str {
        &self.head.issuer
    }

    /// The act and the articles that this file covers.
    pub fn legal_basis(&self) -> &str {
        &self.head.legal_basis
    }

    /// The day from which it applies.
    pub fn applies_from(&self) -> StartDay {
        self.head.applies_from
    }

    /// How sure title, legal basis and day are.
    pub fn evidence(&self) -> Evidence {
        self.head.evidence
    }

    /// What a reviewer should know about the whole file.
    pub fn note(&self) -> Option<&str> {
        self.head.note.as_deref()
    }

    /// What kinds of subject its records describe.
    pub fn subjects(&self) -> &[SubjectKind] {
        &self.head.subjects
    }

    /// Where records are when they are asked for.
    pub fn topology(&self) -> Topology {
        self.head.topology.0
    }

    /// Where the topology stands in the act.
    pub fn topology_source(&self) -> &Source {
        &self.head.topology.1
    }

    /// Its purposes, in the order of the file.
    pub fn purposes(&self) -> &[Purpose] {
        &self.purposes
    }

    /// The purpose with this id.
    pub fn purpose(&self, id: &PurposeId) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.id() == id)
    }

    /// The fields of a record, in the order of the file.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field with this name.
    pub fn field(&self, name: &FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name() == name)
    }

    /// The names of the fields that are disclosed in this way, in the order of the file.
    pub fn disclosed(&self, rule: Disclosure) -> impl Iterator<Item = &FieldName> {
        self.fields.iter().filter(move |field| field.disclosure() == rule).map(Field::name)
    }

    /// The access table.
    pub fn access(&self) -> &[AccessRule] {
        &self.access
    }

    /// How records are compared.
    pub fn matching(&self) -> &Matching {
        &self.matching
    }

    /// How long things are kept.
    pub fn retention(&self) -> &[Retention] {
        &self.retention
    }

    /// Copies at other nodes, for a disseminated instrument.
    pub fn copies(&self) -> Option<&Copies> {
        self.copies.as_ref()
    }

    /// Whether and how long a record may answer no query.
    pub fn unsearchable(&self) -> Option<&Unsearchable> {
        self.unsearchable.as_ref()
    }

    /// The catalogues it was read with.
    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    /// SHA-256 of the exact bytes of the file.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Whether it may be run on real data: only when every figure was read in the act.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }
}
