//! The names of tiles (C2SP `tlog-tiles`): `tile/0/x001/234`, `tile/1/000.p/17`, `tile/entries/000`.

use crate::Error;
use crate::hash::plain_number;
use std::fmt;
use std::str::FromStr;

/// How many hashes a full tile and how many entries a full bundle holds.
pub const TILE_WIDTH: u16 = 256;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Entries: a bundle.
    Entries,
    /// Hashes of this level, 0 to 7; level 0 holds the leaf hashes, each hash of level `n` stands for `256^n`
    /// leaves. (The format allows levels up to 63; a size of 64 bits never reaches beyond 7.)
    Hashes(u8),
}

/// The name of one file of a log, without the folder it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The tile of `kind` at `index`, holding `width` hashes or entries.
    ///
    /// # Errors
    /// When the width is not 1 to 256, the level above 7, or the tile lies beyond the largest size.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Result<Self, Error> {
        let level = match kind {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => u32::from(level),
        };
        // INVARIANT: the first entry under a tile is `index << (8 * (level + 1))`, which must fit 64 bits.
        let in_range =
            level <= 7 && index.checked_mul(256).is_some_and(|i| i <= u64::MAX >> (8 * level));
        if !in_range || width == 0 || width > TILE_WIDTH {
            return Err(Error::malformed("a tile", "width must be 1 to 256, level 0 to 7"));
        }
        Ok(Self { kind, index, width })
    }

    /// For callers inside, whose numbers come from a tree size.
    pub(crate) const fn of(kind: TileKind, index: u64, width: u16) -> Self {
        Self { kind, index, width }
    }

    /// What it holds.
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its position among the tiles of its kind.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, 1 to 256.
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// True when it is full and will never be replaced.
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The full tile at the same place.
    #[must_use]
    pub const fn full(&self) -> Self {
        Self { kind: self.kind, index: self.index, width: TILE_WIDTH }
    }

    /// The position of the first log entry under this tile.
    pub fn first_entry(&self) -> u64 {
        let level = match self.kind {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => u32::from(level),
        };
        self.index.checked_shl(8 * (level + 1)).unwrap_or(0)
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => f.write_str("tile/entries")?,
            TileKind::Hashes(level) => write!(f, "tile/{level}")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (at, group) in groups.iter().enumerate().rev() {
            let mark = if at == 0 { "" } else { "x" };
            write!(f, "/{mark}{group:03}")?;
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for TilePath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            Error::malformed("a tile path", format!("`{shown}`; write it as `tile/0/x001/234`"))
        })
    }
}

fn parse(text: &str) -> Option<TilePath> {
    let (kind, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => TileKind::Hashes(u8::try_from(plain_number(level)?).ok()?),
    };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, u16::try_from(plain_number(width)?).ok()?),
        None => (rest, TILE_WIDTH),
    };
    let mut index = 0_u64;
    let mut groups = number.split('/').peekable();
    while let Some(group) = groups.next() {
        let digits = if groups.peek().is_some() { group.strip_prefix('x')? } else { group };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    let path = TilePath::new(kind, index, width).ok()?;
    // One tile has one name: no leading `x000`, no `.p/256`.
    (path.to_string() == text).then_some(path)
}
