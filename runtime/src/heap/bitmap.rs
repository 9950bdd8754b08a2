//! One bit per granule of a block.

use super::geometry::{BITMAP_WORDS, GRANULES_PER_BLOCK};

/// A set of granules of one block.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bitmap([u64; BITMAP_WORDS]);

impl Bitmap {
    /// The empty set.
    pub(crate) const EMPTY: Bitmap = Bitmap([0; BITMAP_WORDS]);

    /// Whether `granule` is in the set.
    #[inline(always)]
    pub(crate) fn contains(&self, granule: usize) -> bool {
        self.0[granule / 64] >> (granule % 64) & 1 != 0
    }

    /// Adds `granule`; tells whether it was absent.
    #[inline(always)]
    pub(crate) fn insert(&mut self, granule: usize) -> bool {
        let word = &mut self.0[granule / 64];
        let bit = 1 << (granule % 64);
        let absent = *word & bit == 0;
        *word |= bit;
        absent
    }

    /// Adds the members of `pattern` that lie in `from..to`.
    pub(crate) fn insert_pattern(&mut self, pattern: &[u64; BITMAP_WORDS], from: usize, to: usize) {
        let words = from / 64..to.div_ceil(64);
        for (word, bits) in words.clone().zip(&pattern[words]) {
            self.0[word] |= bits & word_mask(word, from, to);
        }
    }

    /// Takes out everything in `from..to`.
    pub(crate) fn remove_range(&mut self, from: usize, to: usize) {
        for word in from / 64..to.div_ceil(64) {
            self.0[word] &= !word_mask(word, from, to);
        }
    }

    /// The first member at or after `granule`.
    pub(crate) fn next(&self, granule: usize) -> Option<usize> {
        if granule >= GRANULES_PER_BLOCK {
            return None;
        }
        let mut word = granule / 64;
        let mut bits = self.0[word] & (!0 << (granule % 64));
        while bits == 0 {
            word += 1;
            bits = *self.0.get(word)?;
        }
        Some(word * 64 + bits.trailing_zeros() as usize)
    }

    /// The last member at or before `granule`.
    pub(crate) fn last_until(&self, granule: usize) -> Option<usize> {
        let mut word = granule / 64;
        let mut bits = self.0[word] & (!0 >> (63 - granule % 64));
        while bits == 0 {
            word = word.checked_sub(1)?;
            bits = self.0[word];
        }
        Some(word * 64 + 63 - bits.leading_zeros() as usize)
    }

    /// Number of members.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The members in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let mut from = 0;
        std::iter::from_fn(move || {
            let member = self.next(from)?;
            from = member + 1;
            Some(member)
        })
    }

    /// The members of this set that `other` lacks.
    pub(crate) fn without(&self, other: &Bitmap) -> Bitmap {
        let mut difference = self.clone();
        for (word, taken) in difference.0.iter_mut().zip(&other.0) {
            *word &= !taken;
        }
        difference
    }
}

/// The bits of word number `word` that stand for granules in `from..to`.
fn word_mask(word: usize, from: usize, to: usize) -> u64 {
    let first = word * 64;
    let mut mask = !0;
    if from > first {
        mask &= !0 << (from - first);
    }
    if to < first + 64 {
        mask &= (1 << (to - first)) - 1;
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::geometry::Class;

    #[test]
    fn ranges_touch_exactly_their_granules() {
        let all = [!0; BITMAP_WORDS];
        for (from, to) in [(0, 0), (0, 1), (3, 64), (63, 65), (64, 128), (5, 2048), (2000, 2048)] {
            let mut set = Bitmap::EMPTY;
            set.insert_pattern(&all, from, to);
            assert_eq!(set.iter().collect::<Vec<_>>(), (from..to).collect::<Vec<_>>());
            set.remove_range(from, to);
            assert_eq!(set.len(), 0);
        }
    }

    #[test]
    fn neighbours_are_found_across_words() {
        let mut set = Bitmap::EMPTY;
        for granule in [3, 64, 700, 2047] {
            assert!(set.insert(granule));
            assert!(!set.insert(granule));
        }
        assert_eq!(set.next(0), Some(3));
        assert_eq!(set.next(65), Some(700));
        assert_eq!(set.next(2048), None);
        assert_eq!(set.last_until(2), None);
        assert_eq!(set.last_until(699), Some(64));
        assert_eq!(set.last_until(2047), Some(2047));
    }

    #[test]
    fn a_class_pattern_marks_cell_starts_only() {
        let class = Class::of(48).unwrap();
        let mut set = Bitmap::EMPTY;
        set.insert_pattern(class.starts(), 6, 12);
        assert_eq!(set.iter().collect::<Vec<_>>(), [6, 9]);
    }
}
