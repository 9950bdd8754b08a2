//! Random object graphs against a model in safe Rust, and the bounds on memory.

use std::collections::{HashMap, HashSet};

use beskid_abi::{BeskidArray, TypeDescriptor};

use super::geometry::{BLOCK_BYTES, CHUNK_BYTES, CLASSES};
use super::stress::{Fault, Stress};
use super::*;

/// A heap with roots that the test names, in normal mode and in stress mode.
struct Rig {
    heap: Heap,
    runs: Runs,
    roots: Vec<usize>,
    /// What a conservative scan of the stack would find.
    words: Vec<usize>,
}

impl Rig {
    fn new(stress: bool) -> Rig {
        let heap = Heap::with_stress(stress.then(Stress::default));
        Rig { heap, runs: Runs::new(), roots: Vec::new(), words: Vec::new() }
    }

    fn allocate(&mut self, kind: CellKind, bytes: usize) -> usize {
        if self.heap.wants_collection(bytes) {
            self.collect();
        }
        self.heap.allocate(&self.runs, kind, bytes, Fill::Any).unwrap()
    }

    fn collect(&mut self) {
        let (roots, words) = (&self.roots, &self.words);
        let scene = Scene {
            roots: &|visit| roots.iter().for_each(|&root| visit(root, Origin::Shadow)),
            words: &|visit| words.iter().for_each(|&word| visit(word)),
            pc: 0,
        };
        self.heap.collect(&self.runs, &scene);
    }

    fn cells(&self) -> usize {
        self.heap.cells_in_use(&self.runs)
    }

    fn bytes(&self) -> usize {
        self.heap.bytes_in_use(&self.runs)
    }
}

/// A generator of numbers that need not be good, but the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

fn word(address: usize) -> *mut usize {
    std::ptr::with_exposed_provenance_mut(address)
}

fn get(address: usize) -> usize {
    // SAFETY: the tests pass addresses inside of cells that they hold.
    unsafe { word(address).read() }
}

fn put(address: usize, value: usize) {
    // SAFETY: as above.
    unsafe { word(address).write(value) }
}

const FIELDS_MAX: usize = 6;

/// Describes objects of a header, an identity word, and `fields` references.
fn descriptor(fields: usize) -> *const TypeDescriptor {
    static OFFSETS: [usize; FIELDS_MAX] = [16, 24, 32, 40, 48, 56];
    Box::leak(Box::new(TypeDescriptor {
        size: 16 + 8 * fields,
        align: 8,
        pointer_count: fields as u32,
        pointer_offsets: OFFSETS.as_ptr(),
        name: std::ptr::null(),
    }))
}

/// The model of one cell: where its references stand, and which cells they name.
struct Node {
    address: usize,
    /// Address of a word that holds the node's number, for cells with room for it.
    identity: Option<usize>,
    slots: Vec<usize>,
    targets: Vec<Option<usize>>,
}

struct Model {
    rig: Rig,
    random: Random,
    descriptors: Vec<*const TypeDescriptor>,
    nodes: HashMap<usize, Node>,
    next: usize,
    /// Numbers of the nodes that the roots name.
    held: Vec<usize>,
}

impl Model {
    fn new(stress: bool, seed: u64) -> Model {
        Model {
            rig: Rig::new(stress),
            random: Random(seed),
            descriptors: (0..=FIELDS_MAX).map(descriptor).collect(),
            nodes: HashMap::new(),
            next: 0,
            held: Vec::new(),
        }
    }

    fn step(&mut self) {
        match self.random.below(10) {
            0..=4 => self.make(),
            5..=7 => self.link(),
            8 if self.held.len() > 20 => {
                let index = self.random.below(self.held.len());
                self.held.swap_remove(index);
                self.forget_unreachable();
            }
            _ => {}
        }
    }

    fn make(&mut self) {
        let number = self.next;
        self.next += 1;
        let node = match self.random.below(8) {
            0..=4 => self.make_object(),
            5 | 6 => self.make_leaf(),
            _ => self.make_array(),
        };
        node.identity.into_iter().for_each(|at| put(at, number));
        self.nodes.insert(number, node);
        self.held.push(number);
        self.forget_unreachable();
    }

    fn make_object(&mut self) -> Node {
        let fields = self.random.below(FIELDS_MAX + 1);
        let address = self.rig.allocate(CellKind::Object, 16 + 8 * fields);
        put(address, self.descriptors[fields].expose_provenance());
        let slots: Vec<usize> = (0..fields).map(|field| address + 16 + 8 * field).collect();
        assert!(slots.iter().all(|&slot| get(slot) == 0), "objects are zeroed");
        Node { address, identity: Some(address + 8), targets: vec![None; fields], slots }
    }

    fn make_leaf(&mut self) -> Node {
        let bytes = match self.random.below(20) {
            0 => BLOCK_BYTES + self.random.below(3 * BLOCK_BYTES),
            1 => 2000 + self.random.below(20_000),
            _ => 8 + self.random.below(600),
        };
        let address = self.rig.allocate(CellKind::Leaf, bytes);
        // What would be a reference in another kind of cell must not keep anything alive.
        let target = self.held.first().map_or(0, |first| self.nodes[first].address);
        (8..bytes - 7).step_by(8).for_each(|at| put(address + at, target));
        Node { address, identity: Some(address), slots: Vec::new(), targets: Vec::new() }
    }

    fn make_array(&mut self) -> Node {
        let bound = if self.random.below(10) == 0 { 9000 } else { 40 };
        let len = self.random.below(bound);
        let address = self.rig.allocate(CellKind::References, BeskidArray::SIZE + 8 * len);
        put(address, address + BeskidArray::SIZE);
        put(address + 8, len);
        put(address + 16, len);
        let slots: Vec<usize> = (0..len).map(|i| address + BeskidArray::SIZE + 8 * i).collect();
        assert!(slots.iter().all(|&slot| get(slot) == 0), "arrays of references are zeroed");
        Node { address, identity: None, targets: vec![None; len], slots }
    }

    fn link(&mut self) {
        let numbers: Vec<usize> = self.held.clone();
        if numbers.is_empty() {
            return;
        }
        let from = numbers[self.random.below(numbers.len())];
        let to = numbers[self.random.below(numbers.len())];
        let target = self.nodes[&to].address;
        let slots = self.nodes[&from].slots.len();
        if slots == 0 {
            return;
        }
        let slot = self.random.below(slots);
        let node = self.nodes.get_mut(&from).unwrap();
        put(node.slots[slot], target);
        node.targets[slot] = Some(to);
        self.rig.heap.write_barrier(node.address, target);
    }

    /// Takes what no root reaches out of the model, and brings the roots up to date.
    fn forget_unreachable(&mut self) {
        let mut reached = HashSet::new();
        let mut open = self.held.clone();
        while let Some(number) = open.pop() {
            if reached.insert(number) {
                open.extend(self.nodes[&number].targets.iter().flatten());
            }
        }
        self.nodes.retain(|number, _| reached.contains(number));
        self.rig.roots = self.held.iter().map(|number| self.nodes[number].address).collect();
    }

    fn verify(&mut self) {
        self.rig.collect();
        assert_eq!(self.rig.cells(), self.nodes.len());
        for (number, node) in &self.nodes {
            node.identity.into_iter().for_each(|at| assert_eq!(get(at), *number));
            for (slot, target) in node.slots.iter().zip(&node.targets) {
                assert_eq!(get(*slot), target.map_or(0, |target| self.nodes[&target].address));
            }
        }
    }
}

#[test]
fn random_graphs_keep_exactly_what_is_reachable() {
    for seed in 0..6 {
        let mut model = Model::new(false, seed);
        for _ in 0..10 {
            (0..300).for_each(|_| model.step());
            model.verify();
        }
    }
}

#[test]
fn random_graphs_survive_a_collection_at_every_allocation() {
    for seed in 10..13 {
        let mut model = Model::new(true, seed);
        for _ in 0..5 {
            (0..100).for_each(|_| model.step());
            model.verify();
        }
    }
}

#[test]
fn every_size_and_kind_is_allocated_aligned_and_apart() {
    let mut rig = Rig::new(false);
    for kind in [CellKind::Object, CellKind::Leaf, CellKind::References] {
        let mut ranges = Vec::new();
        for bytes in (0..CLASSES * 300).step_by(7) {
            let cell = rig.allocate(kind, bytes);
            assert_eq!(cell % GRANULE_BYTES, 0);
            ranges.push((cell, cell + bytes.max(1)));
        }
        ranges.sort_unstable();
        assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{kind:?}");
    }
}

#[test]
fn dead_cells_are_used_again() {
    let mut rig = Rig::new(false);
    let mut mapped = Vec::new();
    for _ in 0..6 {
        for _ in 0..200_000 {
            rig.allocate(CellKind::Object, 40);
        }
        rig.collect();
        assert_eq!((rig.cells(), rig.bytes()), (0, 0));
        mapped.push(rig.heap.chunks.mapped_bytes());
    }
    assert!(mapped.iter().all(|bytes| *bytes == mapped[0]), "{mapped:?}");
}

#[test]
fn a_long_list_is_marked_without_recursion() {
    let mut rig = Rig::new(false);
    let node = descriptor(1).expose_provenance();
    const LEN: usize = 1_000_000;
    for _ in 0..LEN {
        let cell = rig.allocate(CellKind::Object, 24);
        put(cell, node);
        put(cell + 16, rig.roots.first().copied().unwrap_or(0));
        rig.roots = vec![cell];
    }
    rig.collect();
    assert_eq!(rig.cells(), LEN);
}

#[test]
fn a_large_array_of_references_keeps_its_elements() {
    let mut rig = Rig::new(false);
    const LEN: usize = 700_000;
    let array = rig.allocate(CellKind::References, BeskidArray::SIZE + 8 * LEN);
    put(array + 8, LEN);
    rig.roots.push(array);
    for index in 0..LEN {
        let leaf = rig.allocate(CellKind::Leaf, 16);
        put(array + BeskidArray::SIZE + 8 * index, leaf);
    }
    rig.collect();
    assert_eq!(rig.cells(), LEN + 1);
    put(array + 8, 3);
    rig.collect();
    assert_eq!(rig.cells(), 4);
}

#[test]
fn allocating_ten_gigabytes_of_garbage_stays_small() {
    let mut rig = Rig::new(false);
    let mut largest = 0;
    let mut total: usize = 0;
    let mut random = Random(1);
    while total < 10 << 30 {
        let bytes = 256 + random.below(2 * CHUNK_BYTES);
        let cell = rig.allocate(CellKind::Leaf, bytes);
        put(cell, 1);
        if rig.roots.len() < 4 {
            rig.roots.push(cell);
        } else {
            rig.roots[random.below(4)] = cell;
        }
        total += bytes;
        largest = largest.max(rig.heap.chunks.mapped_bytes());
    }
    assert!(largest < 128 << 20, "{largest}");
}

#[test]
fn static_addresses_are_not_references_into_the_heap() {
    let mut rig = Rig::new(true);
    static LITERAL: u64 = 7;
    rig.roots = vec![0, std::ptr::from_ref(&LITERAL).expose_provenance()];
    rig.collect();
    assert_eq!(rig.cells(), 0);
}

#[test]
fn a_cell_that_the_roots_miss_is_poisoned_and_held_back() {
    let mut rig = Rig::new(true);
    let missed = rig.allocate(CellKind::Object, 24);
    // The address of its middle is still on the stack.
    rig.words = vec![missed + 8];
    let next = rig.allocate(CellKind::Object, 24);
    assert_ne!(missed, next);
    assert_eq!(get(missed), usize::from_ne_bytes([memory::POISON; 8]));
    let check = |rig: &Rig, at| rig.heap.stress.as_ref().unwrap().check(&rig.heap.chunks, at);
    assert!(matches!(check(&rig, missed), Err(Fault::Dead(_))));
    assert_eq!(check(&rig, next + 8), Err(Fault::NoCell));
    assert_eq!(check(&rig, get(missed)), Err(Fault::Poison));
    rig.words.clear();
    rig.collect();
    assert_eq!(rig.heap.stress.as_ref().unwrap().quarantined(), 0);
    assert_eq!(check(&rig, missed), Err(Fault::NoCell));
}

#[test]
fn a_field_that_its_descriptor_omits_is_found() {
    let mut rig = Rig::new(true);
    let owner = rig.allocate(CellKind::Object, 32);
    put(owner, descriptor(1).expose_provenance());
    rig.roots.push(owner);
    let hidden = rig.allocate(CellKind::Leaf, 16);
    put(owner + 24, hidden);
    rig.collect();
    let stress = rig.heap.stress.as_ref().unwrap();
    assert!(matches!(stress.check(&rig.heap.chunks, hidden), Err(Fault::Dead(_))));
}
