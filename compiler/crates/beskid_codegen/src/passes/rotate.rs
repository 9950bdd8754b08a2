//! Turns loops that test at the top into loops that test at the bottom.
//!
//! The block that tests is copied for the edges that come from inside the loop; the original stays
//! as the guard in front of it. Each pass then takes one branch instead of two, and the code
//! between guard and loop is a place to which Cranelift can move loop-invariant work.

use crate::ir::{BlockId, Function, Terminator};

/// Longer tests are not copied.
const HEADER_INSTS_MAX: usize = 16;

/// Rotates each loop whose header decides whether to leave it.
pub(super) fn rotate_loops(function: &mut Function) {
    for header in rotatable_headers(function) {
        rotate(function, header);
    }
}

fn rotatable_headers(function: &Function) -> Vec<BlockId> {
    let order = function.reverse_postorder();
    let position = positions(function, &order);
    let mut headers = Vec::new();
    for &block in &order {
        for target in function.blocks[block.index()].end.successors() {
            let is_back_edge = position[target.index()] <= position[block.index()];
            if is_back_edge && tests(function, target) && !headers.contains(&target) {
                headers.push(target);
            }
        }
    }
    headers
}

fn positions(function: &Function, order: &[BlockId]) -> Vec<usize> {
    let mut position = vec![usize::MAX; function.blocks.len()];
    order.iter().enumerate().for_each(|(index, block)| position[block.index()] = index);
    position
}

fn tests(function: &Function, header: BlockId) -> bool {
    let block = &function.blocks[header.index()];
    // A block that is its own latch tests at the bottom already.
    block.insts.len() <= HEADER_INSTS_MAX
        && matches!(block.end, Terminator::Branch { .. })
        && block.end.successors().all(|successor| successor != header)
}

fn rotate(function: &mut Function, header: BlockId) {
    let order = function.reverse_postorder();
    let position = positions(function, &order);
    let latches: Vec<BlockId> = order
        .into_iter()
        .filter(|&block| position[block.index()] >= position[header.index()])
        .filter(|&block| function.blocks[block.index()].end.successors().any(|next| next == header))
        .collect();
    let bottom = function.new_block();
    function.blocks[bottom.index()] = function.blocks[header.index()].clone();
    for latch in latches {
        let retarget = |target| if target == header { bottom } else { target };
        function.blocks[latch.index()].end.map_blocks(retarget);
    }
}

#[cfg(test)]
mod tests {
    use crate::passes::clean::remove_detours;
    use crate::passes::testing::counting_loop;

    #[test]
    fn the_test_moves_to_the_bottom_and_a_guard_stays_on_top() {
        let mut function = counting_loop();
        super::rotate_loops(&mut function);
        remove_detours(&mut function);
        let expected = "\
count(r0)
b0:
  r1 = int 0
  r2 = Less? r1, r0
  branch r2 ? b1 : b2
b1:
  r3 = int 1
  r1 = Add r1, r3
  r2 = Less? r1, r0
  branch r2 ? b1 : b2
b2:
  return r1
";
        assert_eq!(function.to_string(), expected);
    }

    #[test]
    fn a_rotated_loop_is_left_alone() {
        let mut function = counting_loop();
        super::rotate_loops(&mut function);
        remove_detours(&mut function);
        let once = function.to_string();
        super::rotate_loops(&mut function);
        remove_detours(&mut function);
        assert_eq!(function.to_string(), once);
    }
}
