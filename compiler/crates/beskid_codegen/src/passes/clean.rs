//! Removes unreachable blocks, jumps to jumps, and jumps to a block that nothing else enters.

use crate::ir::{Block, BlockId, Function, Terminator};

/// Leaves only reachable blocks, none of which is an empty detour or a mere continuation, and
/// numbers them in reverse postorder.
pub(super) fn remove_detours(function: &mut Function) {
    skip_empty_blocks(function);
    merge_chains(function);
    renumber(function);
}

/// Retargets edges into blocks that only jump on.
fn skip_empty_blocks(function: &mut Function) {
    let targets: Vec<BlockId> = (0..function.blocks.len())
        .map(|index| final_target(function, BlockId(index as u32)))
        .collect();
    for block in &mut function.blocks {
        block.end.map_blocks(|target| targets[target.index()]);
        if let Terminator::Branch { then_block, else_block, .. } = block.end
            && then_block == else_block
        {
            block.end = Terminator::Jump(then_block);
        }
    }
}

fn final_target(function: &Function, start: BlockId) -> BlockId {
    let mut block = start;
    // An endless loop of empty blocks has no end; the bound stops the walk somewhere in it.
    for _ in 0..function.blocks.len() {
        match &function.blocks[block.index()] {
            Block { insts, end: Terminator::Jump(next) } if insts.is_empty() => block = *next,
            _ => break,
        }
    }
    block
}

/// Appends blocks to their only predecessor where that jumps to them.
fn merge_chains(function: &mut Function) {
    let order = function.reverse_postorder();
    let mut predecessors = vec![0u32; function.blocks.len()];
    predecessors[BlockId::ENTRY.index()] = 1;
    for block in &order {
        for successor in function.blocks[block.index()].end.successors() {
            predecessors[successor.index()] += 1;
        }
    }
    let mut merged = vec![false; function.blocks.len()];
    for block in order {
        if merged[block.index()] {
            continue;
        }
        while let Terminator::Jump(next) = function.blocks[block.index()].end {
            if next == block || next == BlockId::ENTRY || predecessors[next.index()] != 1 {
                break;
            }
            merged[next.index()] = true;
            let tail = std::mem::replace(
                &mut function.blocks[next.index()],
                Block { insts: Vec::new(), end: Terminator::Unreachable },
            );
            let head = &mut function.blocks[block.index()];
            head.insts.extend(tail.insts);
            head.end = tail.end;
        }
    }
}

fn renumber(function: &mut Function) {
    let order = function.reverse_postorder();
    let mut new_ids = vec![BlockId::ENTRY; function.blocks.len()];
    for (index, block) in order.iter().enumerate() {
        new_ids[block.index()] = BlockId(index as u32);
    }
    let mut old: Vec<Option<Block>> =
        std::mem::take(&mut function.blocks).into_iter().map(Some).collect();
    for block in order {
        let mut block = old[block.index()].take().expect("reverse postorder names a block once");
        block.end.map_blocks(|target| new_ids[target.index()]);
        function.blocks.push(block);
    }
}
