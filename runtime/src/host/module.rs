//! A compiled module that is linked into the program.

use std::sync::atomic::{AtomicBool, Ordering};

use beskid_abi::ModuleDescriptor;

use crate::{gate, modules};

/// A compiled module, made known to the runtime at its first use.
pub struct Module {
    descriptor: *const ModuleDescriptor,
    attached: AtomicBool,
}

// SAFETY: the descriptor is constant data, and registration takes the registry's lock.
unsafe impl Sync for Module {}

impl Module {
    /// The module with the given descriptor.
    ///
    /// # Safety
    /// The descriptor must be that of a compiled module and stay valid.
    pub const unsafe fn new(descriptor: *const ModuleDescriptor) -> Module {
        Module { descriptor, attached: AtomicBool::new(false) }
    }

    /// Makes the module ready to be called. The first time this checks the ABI records of the
    /// program, and ends the process with a report if they do not fit the runtime.
    #[inline]
    pub fn attach(&self) {
        if !self.attached.load(Ordering::Acquire) {
            self.attach_now();
        }
    }

    #[cold]
    fn attach_now(&self) {
        gate::require_loaded_image();
        // SAFETY: `new` was promised a descriptor that stays valid.
        unsafe {
            gate::require_accepted_module(self.descriptor);
            modules::register(self.descriptor);
        }
        self.attached.store(true, Ordering::Release);
    }

    /// Forgets the module, so that its code can be freed.
    ///
    /// # Safety
    /// None of its code may run, now or later, and no object of its types may be alive.
    pub unsafe fn detach(&self) {
        modules::unregister(self.descriptor);
        self.attached.store(false, Ordering::Release);
    }
}
