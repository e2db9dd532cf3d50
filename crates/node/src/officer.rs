//! The officers of a node: who they are and how the interface knows them.

use serde::Deserialize;
use vocabulary::{AuthorityId, OfficerId, Role};

/// An officer of an authority that this node hosts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// His id; it never leaves the node.
    pub id: OfficerId,
    /// The name shown on his own pages.
    pub name: String,
    /// His authority.
    pub authority: AuthorityId,
    /// The function in which he acts.
    pub role: Role,
    /// SHA-256 of his access token, 64 hexadecimal digits. The token itself is kept nowhere.
    pub token_digest: seal::Digest,
}

/// The file of officers: `[[officer]]` tables.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officers {
    /// The officers.
    #[serde(default, rename = "officer")]
    officers: Vec<Officer>,
}

impl Officers {
    /// Reads the text of an officers file.
    ///
    /// # Errors
    /// The message of the parser, with line and column.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The officer who holds `token`.
    pub fn by_token(&self, token: &str) -> Option<&Officer> {
        let digest = seal::sha256(token.as_bytes());
        self.officers.iter().find(|officer| officer.token_digest == digest)
    }

    /// All officers.
    pub fn all(&self) -> &[Officer] {
        &self.officers
    }
}
