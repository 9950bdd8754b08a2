//! Version, failed checks, modules, and the life of a process.

use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BeskidArray, BeskidStr, ModuleDescriptor, PanicKind, SourceLocation,
};

use crate::modules::{self, Location};
use crate::object::{new_references, new_string};
use crate::walk::{Caller, ForeignExit};
use crate::{gate, panic, process, thread};

pub(crate) unsafe fn runtime_abi_version() -> u32 {
    BESKID_RUNTIME_ABI_VERSION
}

pub(crate) unsafe fn panic_check(
    kind: i64,
    first: i64,
    second: i64,
    location: *const SourceLocation,
) -> ! {
    let message = match PanicKind::from_code(kind) {
        Some(kind) => kind.message(first, second).to_string(),
        None => format!("failed check of unknown kind {kind}"),
    };
    // SAFETY: the caller passes a location of its tables or null.
    match unsafe { location.as_ref() } {
        // SAFETY: as above.
        Some(location) => panic::raise_at(message, Some(unsafe { Location::from_abi(location) })),
        None => panic::raise(message),
    }
}

pub(crate) unsafe fn foreign_exit(sp: *const u8, fp: *const u8) {
    let exit = ForeignExit { sp: sp.expose_provenance(), fp: fp.expose_provenance() };
    thread::current().set_exit(Some(exit));
}

pub(crate) unsafe fn module_register(module: *const ModuleDescriptor) {
    // SAFETY: the caller passes a module's descriptor, valid until it is unregistered.
    unsafe {
        gate::require_accepted_module(module);
        modules::register(module);
    }
}

pub(crate) unsafe fn module_unregister(module: *const ModuleDescriptor) {
    modules::unregister(module);
}

pub(crate) unsafe fn process_start(
    argc: i64,
    argv: *const *const u8,
    module: *const ModuleDescriptor,
    main: *const u8,
    result: i64,
) -> i32 {
    // The standard library finds the arguments of the process by itself.
    let _ = (argc, argv);
    // SAFETY: the caller passes its own module and the address of its main function.
    unsafe { process::start(module, main, result) }
}

pub(crate) unsafe fn program_args(caller: Caller) -> *mut BeskidArray {
    let arguments = process::arguments();
    let array = new_references(arguments.len(), Some(caller), &[]);
    for (index, argument) in arguments.iter().enumerate() {
        let text = new_string(&[argument], Some(caller), &[array.expose_provenance()]);
        // SAFETY: the array is new, and has as many elements as there are arguments.
        unsafe { (*array).ptr.cast::<*mut BeskidStr>().add(index).write(text) };
    }
    array
}
