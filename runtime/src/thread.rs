//! The state of one thread: its heap, its roots, and the active calls between host and compiled
//! code.
//!
//! Threads share nothing but the registry of compiled modules. A reference never leaves its
//! thread, and the heap is freed when the thread ends.

use std::cell::{Cell, RefCell};
use std::ptr;

use beskid_abi::PanicKind;

use crate::handles::Handles;
use crate::heap::{self, CellKind, Class, Fill, Heap, Origin, Phase, Runs, Scene};
use crate::overflow::{self, HandlerStack};
use crate::stack::Bounds;
use crate::walk::{self, Caller, Entry, ForeignExit, Start};
use crate::{modules, panic};

/// The state of one thread.
pub(crate) struct Thread {
    runs: Runs,
    heap: RefCell<Heap>,
    /// Whether the heap wants to know of every store of a reference.
    watches_stores: Cell<bool>,
    /// References that Rust code holds while a call lasts.
    shadow: RefCell<Vec<usize>>,
    handles: RefCell<Handles>,
    /// Addresses of registered root slots.
    slots: RefCell<Vec<usize>>,
    /// Active calls from the host, outermost first.
    entries: RefCell<Vec<Entry>>,
    /// The last foreign call of compiled code within the innermost entry.
    exit: Cell<Option<ForeignExit>>,
    stack: Bounds,
    /// Kept until the thread ends.
    _handler_stack: Option<HandlerStack>,
}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(ptr::null()) };
    static OWNER: Owner = const { Owner(Cell::new(ptr::null_mut())) };
}

/// Frees the state when the thread ends.
struct Owner(Cell<*mut Thread>);

impl Drop for Owner {
    fn drop(&mut self) {
        let thread = self.0.replace(ptr::null_mut());
        CURRENT.set(ptr::null());
        if !thread.is_null() {
            // SAFETY: `create` leaked it from a box, and no reference to it is left: the thread
            // has returned from its last call into the runtime.
            drop(unsafe { Box::from_raw(thread) });
        }
    }
}

/// The state of the calling thread, made at the first use.
///
/// The borrow is good until the thread's destructors run; nobody keeps it longer than a call, and
/// as it is not `Sync` it cannot leave the thread.
#[inline(always)]
pub(crate) fn current() -> &'static Thread {
    // SAFETY: the pointer is null or the live state of this thread.
    unsafe { CURRENT.get().as_ref() }.unwrap_or_else(|| create())
}

#[cold]
fn create() -> &'static Thread {
    let thread = Box::into_raw(Box::new(Thread::new()));
    // A destructor of another thread-local that runs after `OWNER` finds it gone. Its state is
    // then never freed, which is harmless at the end of a thread.
    let _ = OWNER.try_with(|owner| owner.0.set(thread));
    CURRENT.set(thread);
    // SAFETY: just leaked, and freed by `Owner` only.
    unsafe { &*thread }
}

/// The stack of the calling thread, if it has used the runtime. For signal handlers.
pub(crate) fn stack_of_current() -> Option<Bounds> {
    // SAFETY: as in `current`.
    unsafe { CURRENT.get().as_ref() }.map(|thread| thread.stack)
}

/// What is to be allocated.
#[derive(Clone, Copy)]
pub(crate) struct Request<'r> {
    pub(crate) kind: CellKind,
    pub(crate) bytes: usize,
    pub(crate) fill: Fill,
    /// Who asks; `None` for Rust code inside of the runtime.
    pub(crate) caller: Option<Caller>,
    /// References that the requester still needs.
    pub(crate) keep: &'r [usize],
}

/// Allocation and collection.
impl Thread {
    fn new() -> Thread {
        let heap = Heap::new();
        Thread {
            runs: Runs::new(),
            watches_stores: Cell::new(heap.watches_stores()),
            heap: RefCell::new(heap),
            shadow: RefCell::default(),
            handles: RefCell::default(),
            slots: RefCell::default(),
            entries: RefCell::default(),
            exit: Cell::new(None),
            stack: Bounds::of_current_thread(),
            _handler_stack: overflow::prepare_thread(),
        }
    }

    /// Allocates a cell. Exhaustion panics.
    #[inline(always)]
    pub(crate) fn allocate(&self, request: Request<'_>) -> usize {
        if let Some(class) = Class::fine(request.bytes) {
            let run = self.runs.of(request.kind, class);
            if let Some(cell) = run.bump(class.fine_bytes()) {
                heap::fill_leaf(cell, request.kind, request.bytes, request.fill);
                return cell;
            }
        }
        self.allocate_slowly(request)
    }

    #[cold]
    #[inline(never)]
    fn allocate_slowly(&self, request: Request<'_>) -> usize {
        let wants_collection = self.heap.borrow().wants_collection(request.bytes);
        if wants_collection {
            self.collect(request.caller, request.keep);
        }
        if let Some(cell) = self.take_cell(request) {
            return cell;
        }
        // The system refuses memory; perhaps the heap holds some that nobody needs.
        self.collect(request.caller, request.keep);
        self.take_cell(request).unwrap_or_else(|| panic::raise_kind(PanicKind::OutOfMemory, 0, 0))
    }

    fn take_cell(&self, request: Request<'_>) -> Option<usize> {
        let Request { kind, bytes, fill, .. } = request;
        self.heap.borrow_mut().allocate(&self.runs, kind, bytes, fill)
    }

    /// Collects. Only what is reachable from the thread's roots, its compiled frames and `keep`
    /// survives.
    pub(crate) fn collect(&self, caller: Option<Caller>, keep: &[usize]) {
        let caller = caller.map(Caller::frame);
        let start = Start { caller, exit: self.exit.get() };
        let scene = Scene {
            roots: &|visit| self.visit_roots(start, keep, visit),
            words: &|visit| self.stack.for_each_word(visit),
            pc: caller.map_or(0, |frame| frame.pc),
        };
        let mut heap = self.heap.borrow_mut();
        heap.collect(&self.runs, &scene);
        self.watches_stores.set(heap.watches_stores());
    }

    /// Collects if enough was allocated since the last time; tells whether it did.
    pub(crate) fn collect_if_needed(&self, caller: Option<Caller>) -> bool {
        let wants_collection = self.heap.borrow().wants_collection(0);
        if wants_collection {
            self.collect(caller, &[]);
        }
        wants_collection
    }

    fn visit_roots(&self, start: Start, keep: &[usize], visit: &mut dyn FnMut(usize, Origin)) {
        keep.iter().for_each(|&reference| visit(reference, Origin::Argument));
        self.shadow.borrow().iter().for_each(|&reference| visit(reference, Origin::Shadow));
        self.handles.borrow().iter().for_each(|reference| visit(reference, Origin::Handle));
        for &slot in self.slots.borrow().iter() {
            // SAFETY: whoever registered the slot promised that it holds a reference until it is
            // unregistered.
            let reference = unsafe { ptr::with_exposed_provenance::<usize>(slot).read() };
            visit(reference, Origin::Slot(slot));
        }
        walk::for_each_frame(
            &modules::registry(),
            start,
            &self.entries.borrow(),
            &mut |frame, site| {
                for &slot in site.roots {
                    // SAFETY: the walk gives frames that are on the stack with their own roots.
                    let reference = unsafe { frame.root(slot) };
                    visit(reference, Origin::Frame { pc: frame.pc, slot });
                }
            },
        );
    }
}

/// Roots.
impl Thread {
    /// Keeps a reference until `release_shadow` of a lower mark.
    pub(crate) fn push_shadow(&self, reference: usize) {
        self.shadow.borrow_mut().push(reference);
    }

    /// The present height of the shadow stack.
    pub(crate) fn shadow_mark(&self) -> usize {
        self.shadow.borrow().len()
    }

    /// Lets go of everything that was pushed since `mark`.
    pub(crate) fn release_shadow(&self, mark: usize) {
        self.shadow.borrow_mut().truncate(mark);
    }

    /// Keeps a reference until its handle is removed.
    pub(crate) fn add_handle(&self, reference: usize) -> i64 {
        self.handles.borrow_mut().add(reference)
    }

    /// The reference of a handle of this thread.
    pub(crate) fn handle(&self, handle: i64) -> Option<usize> {
        self.handles.borrow().get(handle)
    }

    /// Removes a handle; an unknown one is ignored.
    pub(crate) fn remove_handle(&self, handle: i64) {
        self.handles.borrow_mut().remove(handle);
    }

    /// Makes the reference at the address `slot` a root.
    pub(crate) fn register_slot(&self, slot: usize) {
        self.slots.borrow_mut().push(slot);
    }

    /// Removes every registration of `slot`.
    pub(crate) fn unregister_slot(&self, slot: usize) {
        self.slots.borrow_mut().retain(|&registered| registered != slot);
    }

    /// Number of handles and registered slots.
    pub(crate) fn external_root_count(&self) -> usize {
        self.handles.borrow().len() + self.slots.borrow().len()
    }
}

/// Calls between host and compiled code.
impl Thread {
    /// Runs `f` as a call from the host, and leaves the thread as it was even if `f` unwinds.
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let exit = self.exit.take();
        self.entries.borrow_mut().push(Entry { exit });
        let _leave = Leave { thread: self, exit, shadow: self.shadow_mark() };
        f()
    }

    /// Records a foreign call of compiled code.
    pub(crate) fn set_exit(&self, exit: Option<ForeignExit>) {
        self.exit.set(exit);
    }
}

/// Undoes [`Thread::enter`].
struct Leave<'t> {
    thread: &'t Thread,
    exit: Option<ForeignExit>,
    shadow: usize,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.thread.entries.borrow_mut().pop();
        self.thread.exit.set(self.exit);
        self.thread.release_shadow(self.shadow);
    }
}

/// What programs may ask about their heap.
impl Thread {
    /// Start of the cell that an address points into; 0 outside of the heap.
    pub(crate) fn cell_around(&self, address: usize) -> usize {
        self.heap.borrow().cell_around(address)
    }

    /// Bytes of the cells in use.
    pub(crate) fn bytes_in_use(&self) -> usize {
        self.heap.borrow().bytes_in_use(&self.runs)
    }

    /// Number of cells in use.
    pub(crate) fn cells_in_use(&self) -> usize {
        self.heap.borrow().cells_in_use(&self.runs)
    }

    /// What the collector is doing.
    pub(crate) fn phase(&self) -> Phase {
        // While the collector works it holds the heap, so a heap that cannot be borrowed is marking.
        self.heap.try_borrow().map_or(Phase::Marking, |heap| heap.phase())
    }

    /// Tells the collector that `value` was stored into `object`.
    #[inline]
    pub(crate) fn write_barrier(&self, object: usize, value: usize) {
        if self.watches_stores.get() {
            self.heap.borrow_mut().write_barrier(object, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address space of this process in bytes.
    fn mapped_bytes() -> usize {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        statm.split(' ').next().unwrap().parse::<usize>().unwrap() * 4096
    }

    #[test]
    fn the_heap_of_a_thread_ends_with_it() {
        const EACH_BYTES: usize = 256 << 20;
        const THREADS: usize = 40;
        let before = mapped_bytes();
        for _ in 0..THREADS {
            let allocate = || {
                let (kind, fill) = (CellKind::Leaf, Fill::Any);
                let request = Request { kind, bytes: EACH_BYTES, fill, caller: None, keep: &[] };
                current().allocate(request);
                current().bytes_in_use()
            };
            assert_eq!(std::thread::spawn(allocate).join().unwrap(), EACH_BYTES);
        }
        let grown = mapped_bytes().saturating_sub(before);
        assert!(grown < THREADS * EACH_BYTES / 2, "{grown} bytes more than before");
    }

    #[test]
    fn unwinding_out_of_a_call_puts_the_thread_right() {
        let thread = current();
        let exit = ForeignExit { sp: 64, fp: 64 };
        thread.push_shadow(0);
        let mark = thread.shadow_mark();
        thread.set_exit(Some(exit));
        let result = panic::call(|| {
            assert_eq!(thread.exit.get(), None, "the exit belongs to the entry now");
            thread.push_shadow(0);
            thread.set_exit(Some(ForeignExit { sp: 8, fp: 8 }));
            panic::raise("out")
        });
        assert!(result.map(|()| 0).is_err());
        assert_eq!(thread.exit.take(), Some(exit));
        assert_eq!(thread.shadow_mark(), mark);
        assert!(thread.entries.borrow().is_empty());
        thread.release_shadow(0);
    }
}
