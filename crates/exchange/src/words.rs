//! The closed lists of words of this crate.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use vocabulary::Invalid;

/// Makes a closed list of words: an enum with `FromStr`, `Display`, `ALL` and serde as text.
macro_rules! closed_list {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $help:literal,
     { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in messages and files.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Invalid::new(text, $expected, $help)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

closed_list!(
    /// What an envelope carries.
    Kind,
    "a kind of envelope",
    "write `query`, `answer`, `refusal`, `copies`, `inventory` or `received`",
    {
        /// A question to one register.
        Query = "query",
        /// Match or no match.
        Answer = "answer",
        /// The asker may not ask this; decided before any record was read.
        Refusal = "refusal",
        /// Copies of records of a disseminated register.
        Copies = "copies",
        /// The ids of all records of a disseminated register that are still valid.
        Inventory = "inventory",
        /// A signed receipt. It is never receipted itself.
        Received = "received",
    }
);

closed_list!(
    /// What kind of authority a trust list names.
    AuthorityKind,
    "a kind of authority",
    "write `police`, `border_guard`, `customs`, `judicial`, `immigration`, `civil_protection`, `financial_intelligence`, `union_agency` or `oversight`",
    {
        /// A police force.
        Police = "police",
        /// Border and coast guard.
        BorderGuard = "border_guard",
        /// Customs.
        Customs = "customs",
        /// Courts and prosecutors.
        Judicial = "judicial",
        /// Immigration, visa and asylum.
        Immigration = "immigration",
        /// Civil protection.
        CivilProtection = "civil_protection",
        /// Financial intelligence unit.
        FinancialIntelligence = "financial_intelligence",
        /// An agency of the Union.
        UnionAgency = "union_agency",
        /// A data-protection authority, parliament or court that oversees the others.
        Oversight = "oversight",
    }
);
