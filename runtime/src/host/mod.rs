//! What a Rust host needs to call compiled code: the generated bindings and the JIT are written
//! against this module.
//!
//! A call goes through a [`Scope`]: it lowers the arguments, which stay alive while later ones
//! are allocated, invokes the function, and lifts the result. References never leave the scope;
//! a [`Root`] keeps one for longer.

mod module;
mod values;

pub use crate::process::{run_main, with_arguments, without_exit};
pub use module::Module;
pub use values::{Argument, Returned, Scalar};

use std::marker::PhantomData;

use crate::panic::{self, Panic};
use crate::thread::{self, Thread};

/// One call from the host into compiled code. It belongs to its thread.
pub struct Scope {
    thread: &'static Thread,
    _of_this_thread: PhantomData<*const ()>,
}

/// Calls into compiled code and catches its panic, like [`crate::call`], with a scope for
/// arguments and results.
///
/// # Errors
/// The panic, if Beskid code panicked.
pub fn call<R>(f: impl FnOnce(&Scope) -> R) -> Result<R, Panic> {
    panic::call(|| f(&Scope { thread: thread::current(), _of_this_thread: PhantomData }))
}

impl Scope {
    /// Turns a Rust value into what compiled code takes. What this allocates lives as long as
    /// the scope.
    pub fn lower<A: Argument>(&self, value: A) -> A::Raw {
        value.lower(self)
    }

    /// Runs `function`, which calls compiled code, and turns its result into a Rust value.
    ///
    /// # Safety
    /// `function` must call one compiled function whose result is of the type that `R` stands for.
    pub unsafe fn invoke<R: Returned>(&self, function: impl FnOnce() -> R::Raw) -> R {
        let raw = function();
        // The frames of the foreign calls that it made are gone.
        self.thread.set_exit(None);
        // SAFETY: the caller vouches for the type of the result.
        unsafe { R::lift(raw) }
    }

    fn keep(&self, reference: usize) {
        self.thread.push_shadow(reference);
    }
}

/// A reference that Rust code keeps beyond a call. It belongs to its thread.
pub struct Root {
    handle: i64,
    _of_this_thread: PhantomData<*const ()>,
}

impl Root {
    /// Keeps the cell that `reference` points to.
    ///
    /// # Safety
    /// `reference` must be null, outside of the heap, or a live reference of this thread.
    pub unsafe fn new(reference: *const u8) -> Root {
        let handle = thread::current().add_handle(reference.expose_provenance());
        Root { handle, _of_this_thread: PhantomData }
    }

    /// The reference.
    ///
    /// # Panics
    /// After the heap of the thread is gone, in a destructor at the thread's end.
    pub fn get(&self) -> *const u8 {
        let reference = thread::current().handle(self.handle);
        std::ptr::with_exposed_provenance(reference.expect("stale root handle: its heap is gone"))
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        thread::current().remove_handle(self.handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beskid_abi::{BeskidArray, BeskidStr};

    extern "C-unwind" fn shout(text: *const BeskidStr) -> *const BeskidStr {
        // SAFETY: called with a string.
        let text = unsafe { crate::object::require_text(text) }.to_uppercase();
        crate::object::new_string(&[&text, "!"], None, &[])
    }

    extern "C-unwind" fn sum(numbers: *const BeskidArray) -> i64 {
        // SAFETY: called with an array of i64.
        unsafe { Vec::<i64>::lift(numbers) }.iter().sum()
    }

    #[test]
    fn strings_and_arrays_cross_in_both_directions() {
        let shouted = call(|scope| {
            let text = scope.lower("grüße");
            // SAFETY: `shout` returns a string.
            unsafe { scope.invoke::<String>(|| shout(text)) }
        });
        assert_eq!(shouted.as_deref(), Ok("GRÜSSE!"));
        let total = call(|scope| {
            let numbers = scope.lower(&[1i64, 2, 39][..]);
            // SAFETY: `sum` returns an i64.
            unsafe { scope.invoke::<i64>(|| sum(numbers)) }
        });
        assert_eq!(total, Ok(42));
    }

    #[test]
    fn arguments_survive_collections_while_later_ones_are_lowered() {
        let kept = call(|scope| {
            let first = scope.lower("first");
            let second = scope.lower(&['a', 'ß', '😀'][..]);
            thread::current().collect(None, &[]);
            let third = scope.lower(&[true, false][..]);
            thread::current().collect(None, &[]);
            // SAFETY: the references are those that were lowered.
            unsafe { (String::lift(first), Vec::<char>::lift(second), Vec::<bool>::lift(third)) }
        });
        assert_eq!(kept, Ok(("first".into(), vec!['a', 'ß', '😀'], vec![true, false])));
    }

    #[test]
    fn arguments_die_with_their_scope() {
        let before = thread::current().cells_in_use();
        call(|scope| scope.lower("temporary")).unwrap();
        thread::current().collect(None, &[]);
        assert_eq!(thread::current().cells_in_use(), before);
    }

    #[test]
    fn a_root_keeps_its_cell_until_it_is_dropped() {
        // SAFETY: a new string.
        let root = unsafe { Root::new(crate::object::new_string(&["kept"], None, &[]).cast()) };
        thread::current().collect(None, &[]);
        assert_eq!(thread::current().cells_in_use(), 1);
        // SAFETY: the root is that of a string.
        assert_eq!(unsafe { String::lift(root.get().cast()) }, "kept");
        drop(root);
        thread::current().collect(None, &[]);
        assert_eq!(thread::current().cells_in_use(), 0);
    }
}
