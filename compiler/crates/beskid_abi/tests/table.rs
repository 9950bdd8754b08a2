//! The table and what is derived from it, seen as another crate sees it.

use std::collections::HashSet;

use beskid_abi::{
    AbiParamKind, AbiReturnKind, BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, Effect,
    RUNTIME_ACCEPTED_VERSIONS, RUNTIME_EXPORT_SYMBOLS, RuntimeFn,
};

/// The symbols and the kinds of version 2 as the specification first published them, in its order.
/// It is written out on purpose: the table must not drift from what was promised.
const BASELINE: &[(&str, &str, &str)] = &[
    ("runtime_abi_version", "", "i32"),
    ("alloc", "ptr ptr", "ptr"),
    ("str_new", "ptr ptr", "ptr"),
    ("str_concat", "ptr ptr", "ptr"),
    ("str_len", "ptr", "i64"),
    ("array_new", "ptr ptr", "ptr"),
    ("panic", "ptr ptr", "never"),
    ("panic_str", "ptr", "never"),
    ("syscall_write", "i64 ptr", "i64"),
    ("syscall_read", "i64 i64", "ptr"),
    ("gc_write_barrier", "ptr ptr", "void"),
    ("gc_root_handle", "ptr", "i64"),
    ("gc_unroot_handle", "i64", "void"),
    ("gc_register_root", "ptr", "void"),
    ("gc_unregister_root", "ptr", "void"),
    ("event_subscribe", "ptr ptr ptr", "i64"),
    ("event_unsubscribe_first", "ptr ptr", "i64"),
    ("event_len", "ptr", "i64"),
    ("event_get_handler", "ptr ptr", "ptr"),
    ("interop_dispatch_unit", "ptr", "void"),
    ("interop_dispatch_ptr", "ptr", "ptr"),
    ("interop_dispatch_usize", "ptr", "ptr"),
];

/// Counts rows and checks that a callback in another crate can match every one of them.
macro_rules! row_names {
    ([$prefix:literal] $(
        $(#[doc = $doc:literal])*
        $variant:ident = $name:ident:
            $symbol:ident($($param:ident: $ty:ty),* $(,)?) -> $ret:ty,
            effect = $effect:ident, since = $since:literal, source = $source:tt;
    )*) => {
        &[$(concat!($prefix, stringify!($name))),*]
    };
}

#[test]
fn abi_001_one_list_names_every_export_once() {
    let rows: &[&str] = beskid_abi::for_each_runtime_fn!(row_names, "");
    let unique: HashSet<_> = RUNTIME_EXPORT_SYMBOLS.iter().collect();
    assert_eq!(unique.len(), RUNTIME_EXPORT_SYMBOLS.len(), "a symbol stands in the list twice");
    assert_eq!(RUNTIME_EXPORT_SYMBOLS.len(), rows.len());
    for (symbol, function) in RUNTIME_EXPORT_SYMBOLS.iter().zip(RuntimeFn::ALL) {
        assert_eq!(*symbol, function.symbol());
        assert_eq!(RuntimeFn::from_symbol(symbol), Some(*function));
        assert!(beskid_abi::is_runtime_symbol(symbol), "{symbol} lacks the runtime's prefix");
    }
}

#[test]
fn abi_002_specifications_are_the_only_signatures_and_cover_the_baseline() {
    for ((name, params, ret), spec) in BASELINE.iter().zip(BUILTIN_SPECS) {
        let kinds: Vec<_> = spec.params.iter().map(|param| param.kind.name()).collect();
        assert_eq!((*name, *params, *ret), (spec.name, kinds.join(" ").as_str(), spec.ret.name()));
    }
    for spec in BUILTIN_SPECS {
        let kinds: Vec<AbiParamKind> = spec.params.iter().map(|param| param.kind).collect();
        assert_eq!(spec.function.params(), kinds, "{}", spec.name);
    }
}

#[test]
fn blt_002_exports_are_a_superset_of_the_specifications_and_hold_the_version_symbol() {
    for spec in BUILTIN_SPECS {
        assert!(RUNTIME_EXPORT_SYMBOLS.contains(&spec.symbol), "{} is not exported", spec.name);
    }
    assert!(RUNTIME_EXPORT_SYMBOLS.contains(&"beskid_runtime_abi_version"));
}

#[test]
fn blt_003_functions_that_never_return_say_so_in_kind_and_effect() {
    for function in [RuntimeFn::Panic, RuntimeFn::PanicStr, RuntimeFn::PanicCheck] {
        assert_eq!(function.ret(), AbiReturnKind::Never);
    }
    for spec in BUILTIN_SPECS {
        let never = spec.ret == AbiReturnKind::Never;
        assert_eq!(never, spec.effect == Effect::Never, "{}", spec.name);
    }
}

#[test]
fn blt_004_pointer_parameters_are_references_or_documented_structs() {
    let documented: Vec<_> = beskid_abi::LAYOUTS.iter().map(|layout| layout.name).collect();
    for spec in BUILTIN_SPECS {
        let pointers = spec.params.iter().filter(|param| param.ty.starts_with('*'));
        for param in pointers {
            let pointee = param.ty.rsplit(' ').next().unwrap();
            let known = pointee == "u8" || documented.contains(&pointee);
            assert!(known, "{}: `{}` points to undocumented `{pointee}`", spec.name, param.name);
        }
    }
}

#[test]
fn every_row_is_documented_and_not_from_the_future() {
    for spec in BUILTIN_SPECS {
        assert!(spec.doc.trim().ends_with('.'), "{} has no documentation", spec.name);
        assert!(spec.since <= BESKID_RUNTIME_ABI_VERSION, "{}", spec.name);
    }
    assert!(RUNTIME_ACCEPTED_VERSIONS.contains(&BESKID_RUNTIME_ABI_VERSION));
}

#[test]
fn source_names_are_found_only_when_offered() {
    assert_eq!(RuntimeFn::from_source_name("__str_len"), Some(RuntimeFn::StrLen));
    assert_eq!(RuntimeFn::from_source_name("__process_start"), None);
    assert_eq!(RuntimeFn::from_source_name("str_len"), None);
}

#[test]
fn signature_hashes_differ_between_rows() {
    let hashes: HashSet<_> = RuntimeFn::ALL.iter().map(|f| f.signature_hash()).collect();
    assert_eq!(hashes.len(), RuntimeFn::ALL.len());
}
