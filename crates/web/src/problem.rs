//! Problem documents (RFC 9457): every refusal or fault that leaves over HTTP, by a stable type.

use serde::Serialize;

/// The media type of a problem document (RFC 9457, section 3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The kinds of problem this node reports. Other languages are looked up by the type, never by the English text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// What was sent cannot be read.
    Malformed,
    /// What was sent can be read, but something is missing or wrong in it.
    Incomplete,
    /// Nobody is signed in.
    NotSignedIn,
    /// The officer may not do this; decided before any record was read.
    NotAllowed,
    /// The form was opened in another session or long ago.
    FormExpired,
    /// The node is no longer, or not yet, in the trust list.
    PartnerUnknown,
    /// Nothing is there, or nothing the asker may know of: the two look the same.
    NotFound,
    /// The address exists, the method does not.
    MethodNotAllowed,
    /// More bytes than are taken.
    TooLarge,
    /// Another media type than the one taken here.
    MediaType,
    /// Somebody was faster: the state has changed meanwhile.
    Conflict,
    /// The query budget of the officer or authority is used up.
    BudgetSpent,
    /// Too much to do: an answer would come late.
    Late,
    /// The trust list of this node has ended: nothing new until a later one comes.
    ListFrozen,
    /// A trust list is not taken.
    ListNotTaken,
    /// A disk of this node is full: nothing new can be kept, and what is there can be read.
    NoRoom,
    /// A fault of this node.
    Fault,
}

impl ProblemKind {
    /// Every kind, in the order of the list.
    pub const ALL: &'static [Self] = &[
        Self::Malformed,
        Self::Incomplete,
        Self::NotSignedIn,
        Self::NotAllowed,
        Self::FormExpired,
        Self::PartnerUnknown,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::MediaType,
        Self::Conflict,
        Self::BudgetSpent,
        Self::Late,
        Self::ListFrozen,
        Self::ListNotTaken,
        Self::NoRoom,
        Self::Fault,
    ];

    /// The stable word in the type, the HTTP status (RFC 9110, section 15) and the title.
    const fn entry(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::Malformed => ("malformed", 400, "what was sent cannot be read"),
            Self::Incomplete => ("incomplete", 422, "something is missing or wrong"),
            Self::NotSignedIn => ("not_signed_in", 401, "nobody is signed in"),
            Self::NotAllowed => {
                ("not_allowed", 403, "this is not allowed for this purpose or role")
            }
            Self::FormExpired => ("form_expired", 403, "the form has expired"),
            Self::PartnerUnknown => {
                ("partner_unknown", 403, "the trust list does not name this node")
            }
            Self::NotFound => ("not_found", 404, "nothing was found here"),
            Self::MethodNotAllowed => {
                ("method_not_allowed", 405, "this address has no such method")
            }
            Self::TooLarge => ("too_large", 413, "more was sent than is taken"),
            Self::MediaType => ("media_type", 415, "another media type is taken here"),
            Self::Conflict => ("conflict", 409, "the state has changed meanwhile"),
            Self::BudgetSpent => ("budget_spent", 429, "the query budget is used up"),
            Self::Late => ("late", 503, "too much to do at the moment"),
            Self::ListFrozen => ("list_frozen", 409, "the trust list of this node has ended"),
            Self::ListNotTaken => ("list_not_taken", 409, "the trust list is not taken"),
            // 507 as in RFC 4918, section 11.5.
            Self::NoRoom => ("no_room", 507, "this node has no room left"),
            Self::Fault => ("fault", 500, "this node has a fault"),
        }
    }

    /// The stable type: `urn:eunomia:problem:late`.
    pub fn urn(self) -> String {
        format!("urn:eunomia:problem:{}", self.entry().0)
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.entry().1
    }

    /// One line in English.
    pub const fn title(self) -> &'static str {
        self.entry().2
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// The field by its name in the form or body: `birth_date`.
    pub field: String,
    /// What is wrong and what to do instead.
    pub detail: String,
}

/// A problem as it leaves: kind, what to do about it, and which fields are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind.
    pub kind: ProblemKind,
    /// What happened this time and what to do; never an internal cause.
    pub detail: Option<String>,
    /// Fields that are missing or wrong.
    pub fields: Vec<FieldProblem>,
    /// For this node's own log only; it does not leave.
    pub internal: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldProblem],
}

impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        Self { kind, detail: None, fields: Vec::new(), internal: None }
    }
}

impl Problem {
    /// A problem of `kind` with what to do about it.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::from(kind) }
    }

    /// A fault of this node: `internal` goes to the log, not to the asker.
    pub fn fault(internal: impl Into<String>) -> Self {
        Self { internal: Some(internal.into()), ..Self::from(ProblemKind::Fault) }
    }

    /// Fields that are missing or wrong.
    pub fn incomplete(fields: Vec<FieldProblem>) -> Self {
        Self { fields, ..Self::from(ProblemKind::Incomplete) }
    }

    /// The document as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let document = Document {
            r#type: self.kind.urn(),
            title: self.kind.title(),
            status: self.kind.status(),
            detail: self.detail.as_deref(),
            fields: &self.fields,
        };
        serde_json::to_vec(&document).unwrap_or_default()
    }
}
