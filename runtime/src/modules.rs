//! The compiled modules that the process has loaded: from a return address to the safepoint that
//! describes it.
//!
//! Readers take a shared lock once for a whole walk; registration is rare.

use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use beskid_abi::{FunctionMap, ModuleDescriptor, Safepoint, SourceLocation};

static REGISTRY: RwLock<Registry> =
    RwLock::new(Registry { modules: Vec::new(), functions: Vec::new() });

/// The functions of all registered modules.
pub(crate) struct Registry {
    /// The modules, in the order of registration.
    modules: Vec<Registered>,
    /// Sorted by start; functions do not overlap.
    functions: Vec<Function>,
}

/// A registered module.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Registered(*const ModuleDescriptor);

// SAFETY: as for `Function`.
unsafe impl Send for Registered {}
// SAFETY: as for `Function`.
unsafe impl Sync for Registered {}

/// The code of one compiled function.
#[derive(Clone, Copy)]
struct Function {
    start: usize,
    end: usize,
    map: *const FunctionMap,
    module: *const ModuleDescriptor,
}

// SAFETY: the pointers lead to tables that nobody changes between registration and
// unregistration, and they are followed under the registry's lock only.
unsafe impl Send for Function {}
// SAFETY: as above.
unsafe impl Sync for Function {}

/// What a stack map says about one return address.
#[derive(Clone, Copy)]
pub(crate) struct Site<'r> {
    /// Distances of the root slots from the frame's stack pointer at the call.
    pub(crate) roots: &'r [u32],
    location: Option<&'r SourceLocation>,
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Path of the file as the compiler was told it.
    pub file: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Location {
    /// Copies a location out of a module's tables.
    ///
    /// # Safety
    /// The file's bytes must be readable.
    pub(crate) unsafe fn from_abi(location: &SourceLocation) -> Location {
        // SAFETY: the caller vouches for the bytes.
        let file = unsafe { table(location.file, location.file_len) };
        Location {
            file: String::from_utf8_lossy(file).into_owned(),
            line: location.line,
            column: location.column,
        }
    }
}

/// Reads the registry.
pub(crate) fn registry() -> RwLockReadGuard<'static, Registry> {
    REGISTRY.read().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the registry unless it is being changed, for a signal handler that must not wait.
pub(crate) fn try_registry() -> Option<RwLockReadGuard<'static, Registry>> {
    REGISTRY.try_read().ok()
}

fn registry_mut() -> RwLockWriteGuard<'static, Registry> {
    REGISTRY.write().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a module's functions known. Registering a module again changes nothing.
///
/// # Safety
/// The descriptor and its tables must be valid until [`unregister`].
pub(crate) unsafe fn register(module: *const ModuleDescriptor) {
    let mut registry = registry_mut();
    if registry.has(module) {
        return;
    }
    registry.modules.push(Registered(module));
    // SAFETY: the caller vouches for the descriptor.
    let functions = unsafe { table((*module).functions, (*module).function_count) };
    registry.functions.extend(functions.iter().map(|map| {
        let start = map.code.addr();
        Function { start, end: start + map.code_len as usize, map, module }
    }));
    registry.functions.sort_by_key(|function| function.start);
}

/// Forgets a module.
pub(crate) fn unregister(module: *const ModuleDescriptor) {
    let mut registry = registry_mut();
    registry.modules.retain(|registered| *registered != Registered(module));
    registry.functions.retain(|function| !std::ptr::eq(function.module, module));
}

/// The source place of a return address, for a report by someone who may be reading the registry
/// already.
pub(crate) fn try_location_of(pc: usize) -> Option<Location> {
    try_registry()?.site(pc)?.location()
}

/// The source place of a return address in compiled code.
pub(crate) fn location_of(pc: usize) -> Option<Location> {
    registry().site(pc)?.location()
}

impl Registry {
    /// Whether a module is registered.
    pub(crate) fn has(&self, module: *const ModuleDescriptor) -> bool {
        self.modules.contains(&Registered(module))
    }

    /// The safepoint of a return address, or `None` if it does not lie in compiled code.
    pub(crate) fn site(&self, pc: usize) -> Option<Site<'_>> {
        let function = self.function(pc)?;
        // SAFETY: the tables of a registered module are valid while the lock is held, which the
        // borrow of `self` proves, and the compiler wrote ranges that lie inside of them.
        unsafe {
            let (module, map) = (&*function.module, &*function.map);
            let safepoints = table(module.safepoints, module.safepoint_count);
            let first = map.first_safepoint as usize;
            let safepoints = safepoints.get(first..first + map.safepoint_count as usize)?;
            let safepoint = find(safepoints, pc - function.start)?;
            let roots = table(module.roots, module.root_count);
            let first = safepoint.first_root as usize;
            let roots = roots.get(first..first + safepoint.root_count as usize)?;
            let locations = table(module.locations, module.location_count);
            Some(Site { roots, location: locations.get(safepoint.location as usize) })
        }
    }

    /// The compiled function that a return address belongs to. A call may be the last
    /// instruction of a function, so its return address may equal the function's end.
    fn function(&self, pc: usize) -> Option<&Function> {
        let after = self.functions.partition_point(|function| function.start < pc);
        self.functions[..after].last().filter(|function| pc <= function.end)
    }
}

fn find(safepoints: &[Safepoint], offset: usize) -> Option<&Safepoint> {
    let found = safepoints.binary_search_by_key(&offset, |s| s.return_offset as usize).ok()?;
    safepoints.get(found)
}

impl Site<'_> {
    /// The source place of the call, if the compiler gave it one.
    pub(crate) fn location(&self) -> Option<Location> {
        // SAFETY: the location stands in the tables of a registered module.
        self.location.map(|location| unsafe { Location::from_abi(location) })
    }

    /// The source place of the call without a copy: file name, line and column.
    pub(crate) fn raw_location(&self) -> Option<(&[u8], u32, u32)> {
        let location = self.location?;
        // SAFETY: as in `location`.
        let file = unsafe { table(location.file, location.file_len) };
        Some((file, location.line, location.column))
    }
}

/// A table of a module; empty when its pointer is null.
///
/// # Safety
/// `first` must be null or lead to `len` values that stay unchanged for `'t`.
unsafe fn table<'t, T>(first: *const T, len: usize) -> &'t [T] {
    if first.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: the caller vouches for the table.
    unsafe { std::slice::from_raw_parts(first, len) }
}
