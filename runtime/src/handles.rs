//! Numbered roots that the host holds.
//!
//! A handle's number carries the generation of its slot, so that a released handle does not
//! become valid again when the slot is used for another reference.

/// The root handles of one thread.
#[derive(Default)]
pub(crate) struct Handles {
    slots: Vec<Slot>,
    vacant: Vec<u32>,
}

struct Slot {
    generation: u32,
    /// The reference; `None` while the slot is vacant.
    reference: Option<usize>,
}

/// A number is positive: the generation has 31 bits.
const GENERATION_MAX: u32 = i32::MAX as u32;

impl Handles {
    /// Keeps a reference and gives it a number.
    pub(crate) fn add(&mut self, reference: usize) -> i64 {
        let index = self.vacant.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 1, reference: None });
            (self.slots.len() - 1) as u32
        });
        let slot = &mut self.slots[index as usize];
        slot.reference = Some(reference);
        i64::from(slot.generation) << 32 | i64::from(index)
    }

    /// The reference of a handle that was not released.
    pub(crate) fn get(&self, handle: i64) -> Option<usize> {
        let (generation, index) = split(handle)?;
        self.slots.get(index).filter(|slot| slot.generation == generation)?.reference
    }

    /// Releases a handle; tells whether it was one.
    pub(crate) fn remove(&mut self, handle: i64) -> bool {
        if self.get(handle).is_none() {
            return false;
        }
        let index = handle as u32;
        let slot = &mut self.slots[index as usize];
        slot.reference = None;
        if slot.generation < GENERATION_MAX {
            slot.generation += 1;
            self.vacant.push(index);
        }
        true
    }

    /// Number of handles.
    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    /// The references of all handles.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.slots.iter().filter_map(|slot| slot.reference)
    }
}

fn split(handle: i64) -> Option<(u32, usize)> {
    let generation = u32::try_from(handle >> 32).ok()?;
    Some((generation, (handle & 0xffff_ffff) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_released_handle_stays_invalid() {
        let mut handles = Handles::default();
        let first = handles.add(16);
        assert!(first > 0);
        assert_eq!(handles.get(first), Some(16));
        assert!(handles.remove(first));
        let second = handles.add(32);
        assert_ne!(first, second);
        assert_eq!(handles.get(first), None);
        assert!(!handles.remove(first));
        assert_eq!(handles.get(second), Some(32));
        assert_eq!(handles.len(), 1);
    }

    #[test]
    fn numbers_that_were_never_given_out_are_unknown() {
        let mut handles = Handles::default();
        handles.add(16);
        for handle in [0, -1, i64::MIN, i64::MAX, 1, 1 << 32 | 7] {
            assert_eq!(handles.get(handle), None);
            assert!(!handles.remove(handle));
        }
    }
}
