//! Addresses of foreign functions for JIT code.
//!
//! A symbol must pass the allow and deny lists of the environment, and is then looked up in the
//! process and, if the host permits it, in the library that its contract names. All symbols that
//! fail are reported together.

use std::ffi::CString;
use std::fmt;

use beskid_analysis::library::LibraryName;
use beskid_analysis::typed::{ExternFunction, Program};

/// Where foreign functions may come from.
#[derive(Clone, Debug, Default)]
pub struct ExternPolicy {
    /// Whether libraries may be opened that the process has not loaded.
    pub open_libraries: bool,
    /// If not empty, a function must match one of these patterns.
    pub allow: Vec<Pattern>,
    /// A function must match none of these patterns.
    pub deny: Vec<Pattern>,
}

/// `library:symbol` or `symbol`; each part may hold one `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    library: String,
    symbol: String,
}

/// Environment variables with comma-separated patterns.
const ALLOW_VARIABLE: &str = "BESKID_EXTERN_ALLOW";
const DENY_VARIABLE: &str = "BESKID_EXTERN_DENY";

impl ExternPolicy {
    /// The patterns of the environment.
    pub fn from_environment(open_libraries: bool) -> ExternPolicy {
        let patterns = |variable| {
            let list = std::env::var(variable).unwrap_or_default();
            let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(Pattern::parse).collect()
        };
        ExternPolicy {
            open_libraries,
            allow: patterns(ALLOW_VARIABLE),
            deny: patterns(DENY_VARIABLE),
        }
    }

    fn verdict(&self, function: &ExternFunction) -> Result<(), String> {
        let matches = |pattern: &&Pattern| pattern.matches(&function.library, &function.symbol);
        if let Some(pattern) = self.deny.iter().find(matches) {
            return Err(format!("denied by `{pattern}` in {DENY_VARIABLE}"));
        }
        if !self.allow.is_empty() && !self.allow.iter().any(|pattern| matches(&pattern)) {
            return Err(format!("not in the list {ALLOW_VARIABLE}"));
        }
        Ok(())
    }
}

impl Pattern {
    fn parse(text: &str) -> Pattern {
        let (library, symbol) = text.split_once(':').unwrap_or(("*", text));
        Pattern { library: library.to_owned(), symbol: symbol.to_owned() }
    }

    fn matches(&self, library: &str, symbol: &str) -> bool {
        matches_part(&self.library, library) && matches_part(&self.symbol, symbol)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.library, self.symbol)
    }
}

fn matches_part(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

/// A foreign function that cannot be called, and why.
#[derive(Debug)]
pub struct UnresolvedExtern {
    /// `library:symbol`.
    pub name: String,
    /// The reason, with the loader's own words if it gave any.
    pub reason: String,
}

/// Symbols and addresses of all foreign functions of a program.
///
/// # Errors
/// Every function that is not allowed or not found.
pub(crate) fn resolve(
    program: &Program,
    policy: &ExternPolicy,
) -> Result<Vec<(String, *const u8)>, Vec<UnresolvedExtern>> {
    let mut found = Vec::new();
    let mut unresolved = Vec::new();
    for function in &program.externs {
        match policy.verdict(function).and_then(|()| address(function, policy)) {
            Ok(address) => found.push((function.symbol.clone(), address)),
            Err(reason) => {
                let name = format!("{}:{}", function.library, function.symbol);
                unresolved.push(UnresolvedExtern { name, reason });
            }
        }
    }
    if unresolved.is_empty() { Ok(found) } else { Err(unresolved) }
}

fn address(function: &ExternFunction, policy: &ExternPolicy) -> Result<*const u8, String> {
    let symbol = CString::new(&*function.symbol).map_err(|error| error.to_string())?;
    // SAFETY: the symbol is a valid C string; looking it up runs no code of ours.
    let in_process = unsafe { libc::dlsym(libc::RTLD_DEFAULT, symbol.as_ptr()) };
    if !in_process.is_null() {
        return Ok(in_process.cast());
    }
    if !policy.open_libraries {
        return Err("not found in the process, and opening libraries is not enabled".to_owned());
    }
    let handle = open(&LibraryName::parse(&function.library))?;
    // SAFETY: the handle is open and the symbol is a valid C string.
    let in_library = unsafe { libc::dlsym(handle, symbol.as_ptr()) };
    if in_library.is_null() { Err(loader_error()) } else { Ok(in_library.cast()) }
}

/// Opens the first file that a library's name can mean. It stays open as long as the process.
fn open(library: &LibraryName) -> Result<*mut libc::c_void, String> {
    let mut reason = "the library's functions are expected in the process".to_owned();
    for (index, name) in library.file_names().into_iter().enumerate() {
        let name = CString::new(name).map_err(|error| error.to_string())?;
        // SAFETY: the name is a valid C string. Opening a library runs its initialisers, which
        // the host has permitted by its policy.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LOCAL | libc::RTLD_NOW) };
        if !handle.is_null() {
            return Ok(handle);
        }
        if index == 0 {
            reason = loader_error();
        }
    }
    Err(reason)
}

fn loader_error() -> String {
    // SAFETY: `dlerror` gives null or a C string that is valid until the next loader call on this
    // thread; it is copied before that.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() {
            return "the loader gives no reason".to_owned();
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_parts_with_one_star() {
        let matches = |pattern: &str| Pattern::parse(pattern).matches("libm", "cosf");
        for pattern in ["cosf", "cos*", "*f", "*", "libm:*", "lib*:c*f"] {
            assert!(matches(pattern), "{pattern}");
        }
        for pattern in ["cos", "libc:cosf", "c*sf*", "cosf*cosf"] {
            assert!(!matches(pattern), "{pattern}");
        }
    }
}
