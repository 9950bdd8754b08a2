//! Which references the collector must see at each safepoint.
//!
//! A reference that is used after a safepoint gets a stack slot of its own. It is stored there
//! once, where it is assigned, and never reloaded: the heap does not move objects, so the register
//! stays valid. The stack map of a safepoint lists the slots of the references that live across it.
//! Arguments that die at the call are not listed; the callee keeps them alive.

use crate::ir::{BlockId, Class, Function, Reg};
use crate::passes::static_references;

/// The references live across each safepoint of a function.
pub(super) struct RootMap {
    /// Whether a register needs a slot.
    pub(super) needs_slot: Vec<bool>,
    /// The registers live across the safepoints, by block, in order of the instructions.
    live_across: Vec<Vec<Vec<Reg>>>,
}

impl RootMap {
    /// Finds the roots of all safepoints.
    pub(super) fn new(function: &Function) -> RootMap {
        let candidates = Candidates::new(function);
        let live_out = live_out_sets(function, &candidates);
        let mut map = RootMap {
            needs_slot: vec![false; function.regs.len()],
            live_across: Vec::with_capacity(function.blocks.len()),
        };
        for (index, block_live_out) in live_out.into_iter().enumerate() {
            let roots = safepoints_of_block(function, index, block_live_out, &candidates);
            roots.iter().flatten().for_each(|reg| map.needs_slot[reg.index()] = true);
            map.live_across.push(roots);
        }
        map
    }

    /// Roots of the safepoints of a block, in order.
    pub(super) fn of_block(&self, block: BlockId) -> &[Vec<Reg>] {
        &self.live_across[block.index()]
    }
}

/// The registers that may hold heap references, numbered densely.
struct Candidates {
    regs: Vec<Reg>,
    numbers: Vec<Option<u32>>,
}

impl Candidates {
    fn new(function: &Function) -> Candidates {
        let is_static = static_references(function);
        let mut candidates =
            Candidates { regs: Vec::new(), numbers: vec![None; function.regs.len()] };
        for (index, &class) in function.regs.iter().enumerate() {
            if class == Class::Ref && !is_static[index] {
                candidates.numbers[index] = Some(candidates.regs.len() as u32);
                candidates.regs.push(Reg(index as u32));
            }
        }
        candidates
    }

    fn number(&self, reg: Reg) -> Option<usize> {
        self.numbers[reg.index()].map(|number| number as usize)
    }

    fn empty_set(&self) -> BitSet {
        BitSet { words: vec![0; self.regs.len().div_ceil(BitSet::WORD_BITS)] }
    }
}

#[derive(Clone, PartialEq)]
struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    const WORD_BITS: usize = 64;

    fn insert(&mut self, number: usize) {
        self.words[number / Self::WORD_BITS] |= 1 << (number % Self::WORD_BITS);
    }

    fn remove(&mut self, number: usize) {
        self.words[number / Self::WORD_BITS] &= !(1 << (number % Self::WORD_BITS));
    }

    /// Adds all members of another set; tells whether any was new.
    fn union(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        for (word, &more) in self.words.iter_mut().zip(&other.words) {
            changed |= more & !*word != 0;
            *word |= more;
        }
        changed
    }

    fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let bits = (0..Self::WORD_BITS).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| index * Self::WORD_BITS + bit)
        })
    }
}

/// The candidates that are live at the end of each block, by iteration to a fixed point.
fn live_out_sets(function: &Function, candidates: &Candidates) -> Vec<BitSet> {
    let empty = candidates.empty_set();
    let mut live_out = vec![empty.clone(); function.blocks.len()];
    if candidates.regs.is_empty() {
        return live_out;
    }
    let transfer: Vec<Transfer> = (0..function.blocks.len())
        .map(|index| Transfer::new(function, index, candidates))
        .collect();
    let mut live_in = vec![empty; function.blocks.len()];
    let mut order = function.reverse_postorder();
    order.reverse();
    let mut changed = true;
    while std::mem::take(&mut changed) {
        for &block in &order {
            for successor in function.blocks[block.index()].end.successors() {
                live_out[block.index()].union(&live_in[successor.index()]);
            }
            let before = transfer[block.index()].apply(&live_out[block.index()]);
            changed |= live_in[block.index()].union(&before);
        }
    }
    live_out
}

/// What a block does to liveness as a whole.
struct Transfer {
    /// Read before any assignment in the block.
    used: BitSet,
    /// Assigned in the block.
    assigned: BitSet,
}

impl Transfer {
    fn new(function: &Function, block: usize, candidates: &Candidates) -> Transfer {
        let mut transfer =
            Transfer { used: candidates.empty_set(), assigned: candidates.empty_set() };
        let block = &function.blocks[block];
        if let Some(number) = block.end.used().and_then(|reg| candidates.number(reg)) {
            transfer.used.insert(number);
        }
        for inst in block.insts.iter().rev() {
            if let Some(number) = inst.dest.and_then(|reg| candidates.number(reg)) {
                transfer.assigned.insert(number);
                transfer.used.remove(number);
            }
            inst.op.visit_uses(|reg| {
                if let Some(number) = candidates.number(reg) {
                    transfer.used.insert(number);
                }
            });
        }
        transfer
    }

    fn apply(&self, live_out: &BitSet) -> BitSet {
        let words = live_out.words.iter().zip(&self.assigned.words).zip(&self.used.words);
        BitSet { words: words.map(|((&out, &assigned), &used)| out & !assigned | used).collect() }
    }
}

fn safepoints_of_block(
    function: &Function,
    block: usize,
    mut live: BitSet,
    candidates: &Candidates,
) -> Vec<Vec<Reg>> {
    let block = &function.blocks[block];
    let mut safepoints = Vec::new();
    if let Some(number) = block.end.used().and_then(|reg| candidates.number(reg)) {
        live.insert(number);
    }
    for inst in block.insts.iter().rev() {
        if let Some(number) = inst.dest.and_then(|reg| candidates.number(reg)) {
            live.remove(number);
        }
        if inst.op.is_safepoint() {
            safepoints.push(live.members().map(|number| candidates.regs[number]).collect());
        }
        inst.op.visit_uses(|reg| {
            if let Some(number) = candidates.number(reg) {
                live.insert(number);
            }
        });
    }
    safepoints.reverse();
    safepoints
}
