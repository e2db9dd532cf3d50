//! Who asks and who answers: nodes, authorities, officers and their roles.

use crate::text::{is_identifier, is_line, text_newtype};

text_newtype!(
    /// A running installation that keeps registers and exchanges envelopes; it may host several authorities.
    NodeId,
    "a node id",
    "write 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter",
    |text| is_identifier(text, 64)
);

text_newtype!(
    /// A competent authority: the controller of its registers (Directive (EU) 2016/680, Article 3(7) and (8)).
    AuthorityId,
    "an authority id",
    "write 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter",
    |text| is_identifier(text, 64)
);

text_newtype!(
    /// An officer as his own authority knows him. It never leaves that authority; see [`OfficerPseudonym`].
    OfficerId,
    "an officer id",
    "write one line of 1 to 64 characters",
    |text| is_line(text, 64)
);

text_newtype!(
    /// What a partner sees instead of an officer: HMAC of the authority's secret over officer, partner and
    /// year, as 32 hexadecimal digits. The map back stays with the officer's authority and can be erased.
    OfficerPseudonym,
    "an officer pseudonym",
    "write 32 hexadecimal digits in lower case",
    |text| text.len() == 32 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
);

text_newtype!(
    /// The function in which an officer acts, as instrument files name it: `border_guard`.
    Role,
    "a role",
    "write 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter",
    |text| is_identifier(text, 64)
);
