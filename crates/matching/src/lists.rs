//! Growing lists of numbers in one piece of memory, and the table that finds a list by its key.

/// One list: where it starts and how long it is. A list of one keeps its number in place of the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Head {
    first: u32,
    len: u32,
}

impl Head {
    /// Numbers in the list.
    pub(crate) fn len(self) -> usize {
        self.len as usize
    }
}

/// The memory of all lists. A list is a chain of blocks, each twice as long as the one before, up to a limit:
/// `[capacity, next block or numbers used, last block (first block only), numbers …]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    words: Vec<u32>,
}

const HEADER: usize = 3;
const BLOCK_MOST: u32 = 1024;

impl Lists {
    /// Appends `number` to the list of `head`.
    pub(crate) fn push(&mut self, head: &mut Head, number: u32) {
        match head.len {
            0 => head.first = number,
            1 => {
                let block = self.block(2);
                self.words[block + HEADER] = head.first;
                self.words[block + HEADER + 1] = number;
                self.words[block + 1] = 2;
                head.first = block as u32;
            }
            _ => self.append(head.first as usize, number),
        }
        head.len += 1;
    }

    fn append(&mut self, first: usize, number: u32) {
        let last = self.words[first + 2] as usize;
        let (capacity, used) = (self.words[last], self.words[last + 1]);
        if used < capacity {
            self.words[last + HEADER + used as usize] = number;
            self.words[last + 1] = used + 1;
            return;
        }
        let block = self.block((capacity * 2).min(BLOCK_MOST));
        self.words[block + HEADER] = number;
        self.words[block + 1] = 1;
        self.words[last + 1] = block as u32;
        self.words[first + 2] = block as u32;
    }

    /// Makes an empty block that is its own last one.
    fn block(&mut self, capacity: u32) -> usize {
        let at = self.words.len();
        self.words.resize(at + HEADER + capacity as usize, 0);
        self.words[at] = capacity;
        self.words[at + 2] = at as u32;
        at
    }

    /// The numbers of a list, in the order in which they were put, piece by piece.
    pub(crate) fn pieces<'a>(&'a self, head: &'a Head) -> Pieces<'a> {
        Pieces { lists: self, head, block: head.first as usize, left: head.len() }
    }

    /// The numbers of a list, in the order in which they were put.
    pub(crate) fn numbers<'a>(&'a self, head: &'a Head) -> impl Iterator<Item = u32> + 'a {
        self.pieces(head).flatten().copied()
    }

    /// Bytes held.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.words.capacity() * 4
    }
}

/// The pieces of one list.
#[derive(Debug)]
pub(crate) struct Pieces<'a> {
    lists: &'a Lists,
    head: &'a Head,
    block: usize,
    left: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u32];

    fn next(&mut self) -> Option<&'a [u32]> {
        if self.left == 0 {
            return None;
        }
        if self.head.len == 1 {
            self.left = 0;
            return Some(std::slice::from_ref(&self.head.first));
        }
        let words = &self.lists.words;
        let count = (words[self.block] as usize).min(self.left);
        let piece = &words[self.block + HEADER..self.block + HEADER + count];
        self.left -= count;
        self.block = words[self.block + 1] as usize;
        Some(piece)
    }
}

/// Lists by key: open addressing, never more than four fifths full.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    keys: Vec<u64>,
    heads: Vec<Head>,
    used: usize,
}

impl Table {
    /// The list of `key`.
    pub(crate) fn get(&self, key: u64) -> Option<&Head> {
        if self.keys.is_empty() {
            return None;
        }
        let place = self.place(key);
        (self.keys[place] == key).then(|| &self.heads[place])
    }

    /// The list of `key`, made when it is not there.
    pub(crate) fn entry(&mut self, key: u64) -> &mut Head {
        if self.used * 5 >= self.keys.len() * 4 {
            self.grow();
        }
        let place = self.place(key);
        if self.keys[place] == 0 {
            self.keys[place] = key;
            self.used += 1;
        }
        &mut self.heads[place]
    }

    /// Where `key` is or would be; the table is never full.
    fn place(&self, key: u64) -> usize {
        let mask = self.keys.len() - 1;
        let mut place = (key >> 16) as usize & mask;
        while self.keys[place] != 0 && self.keys[place] != key {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let size = (self.keys.len() * 2).max(16);
        let keys = std::mem::replace(&mut self.keys, vec![0; size]);
        let heads = std::mem::replace(&mut self.heads, vec![Head::default(); size]);
        for (key, head) in keys.into_iter().zip(heads).filter(|(key, _)| *key != 0) {
            let place = self.place(key);
            self.keys[place] = key;
            self.heads[place] = head;
        }
    }

    /// Bytes held.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.keys.capacity() * 8 + self.heads.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_list_gives_back_what_was_put(puts in proptest::collection::vec((1_u64..6, 0_u32..u32::MAX), 0..3000)) {
            let (mut lists, mut table) = (Lists::default(), Table::default());
            for (key, number) in &puts {
                lists.push(table.entry(*key << 20), *number);
            }
            for key in 1..6 {
                let expected: Vec<u32> = puts.iter().filter(|p| p.0 == key).map(|p| p.1).collect();
                let head = table.get(key << 20).copied().unwrap_or_default();
                proptest::prop_assert_eq!(lists.numbers(&head).collect::<Vec<_>>(), expected);
            }
        }
    }
}
