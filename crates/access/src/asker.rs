//! Who asks, as the deciding side knows him.

use vocabulary::{AuthorityId, OfficerPseudonym, Role};

/// Where the asker belongs, seen from the node that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskerHome {
    /// He is an officer of an authority that this node hosts; his identity was checked here.
    ThisAuthority,
    /// He is an officer of a partner; the partner's signed envelope vouches for him.
    Partner,
}

/// A verified asker: whoever makes one has checked a session or a partner's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    authority: AuthorityId,
    officer: OfficerPseudonym,
    role: Role,
    home: AskerHome,
}

impl Asker {
    /// An officer of `authority` who acts in `role`.
    pub fn new(
        authority: AuthorityId,
        officer: OfficerPseudonym,
        role: Role,
        home: AskerHome,
    ) -> Self {
        Self { authority, officer, role, home }
    }

    /// His authority.
    pub fn authority(&self) -> &AuthorityId {
        &self.authority
    }

    /// His pseudonym.
    pub fn officer(&self) -> &OfficerPseudonym {
        &self.officer
    }

    /// The role he acts in.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// Where he belongs.
    pub fn home(&self) -> AskerHome {
        self.home
    }

    /// True when he is an officer of `owner` and was checked at home; a partner who claims so is not.
    pub fn belongs_to(&self, owner: &AuthorityId) -> bool {
        self.home == AskerHome::ThisAuthority && self.authority == *owner
    }
}
