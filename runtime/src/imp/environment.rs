//! The process and its environment.

use beskid_abi::BeskidStr;

use crate::object::{new_string, require_text};
use crate::process;
use crate::walk::Caller;

pub(crate) unsafe fn env_get(name: *const BeskidStr, caller: Caller) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    let value = std::env::var_os(unsafe { require_text(name) }).unwrap_or_default();
    new_string(&[&value.to_string_lossy()], Some(caller), &[])
}

pub(crate) unsafe fn env_has(name: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    i64::from(std::env::var_os(unsafe { require_text(name) }).is_some())
}

pub(crate) unsafe fn env_set(name: *const BeskidStr, value: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes strings.
    let (name, value) = unsafe { (require_text(name), require_text(value)) };
    if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
        return -1;
    }
    // SAFETY: Rust code takes a lock to read the environment. The row forbids C code to read it.
    unsafe { std::env::set_var(name, value) };
    0
}

pub(crate) unsafe fn env_getcwd(caller: Caller) -> *mut BeskidStr {
    let path = std::env::current_dir().unwrap_or_default();
    new_string(&[&path.to_string_lossy()], Some(caller), &[])
}

pub(crate) unsafe fn process_getpid() -> i64 {
    i64::from(std::process::id())
}

pub(crate) unsafe fn process_exit(status: i64) -> ! {
    process::exit(status as i32)
}
