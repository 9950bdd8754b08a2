//! What is derived from the table for Rust code: the enumeration of runtime functions, their
//! specifications, symbols and signature hashes.
//!
//! Nothing here names a function by hand.

use crate::kinds::{AbiParamKind, AbiReturnKind, Effect, ParamType, ReturnType};
use crate::layout::{
    BeskidArray, BeskidStr, InteropEnvelope, ModuleDescriptor, SourceLocation, TypeDescriptor,
};
use crate::signature::Signature;

/// One parameter of a runtime function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamSpec {
    /// The parameter's name.
    pub name: &'static str,
    /// How it is passed.
    pub kind: AbiParamKind,
    /// Its type as Rust spells it.
    pub ty: &'static str,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltinSpec {
    /// The function that the row declares.
    pub function: RuntimeFn,
    /// The specified name, without the prefix of the symbol.
    pub name: &'static str,
    /// The symbol that the runtime exports.
    pub symbol: &'static str,
    /// The parameters in order.
    pub params: &'static [ParamSpec],
    /// How the parameters are passed, in order.
    pub param_kinds: &'static [AbiParamKind],
    /// How the result is passed.
    pub ret: AbiReturnKind,
    /// The result's type as Rust spells it.
    pub ret_ty: &'static str,
    /// What a call may do besides.
    pub effect: Effect,
    /// The ABI revision that introduced the row.
    pub since: u32,
    /// The signature that Beskid sources see, or `None` if they do not see the function.
    pub source: Option<&'static str>,
    /// The name by which Beskid sources call it: `__` and the name.
    pub source_name: &'static str,
    /// The row's documentation, one line per line of source.
    pub doc: &'static str,
}

/// Reads the `source` column.
macro_rules! source_signature {
    (Hidden) => {
        None
    };
    ($signature:literal) => {
        Some($signature)
    };
}

/// Derives the enumeration and the specifications.
macro_rules! derive_specs {
    ($(
        $(#[doc = $doc:literal])*
        $variant:ident = $name:ident:
            $symbol:ident($($param:ident: $ty:ty),* $(,)?) -> $ret:ty,
            effect = $effect:ident, since = $since:literal, source = $source:tt;
    )*) => {
        /// A function of the runtime: one variant per row of the table, in the table's order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum RuntimeFn {
            $( $(#[doc = $doc])* $variant, )*
        }

        /// Every row, indexed by [`RuntimeFn`].
        pub const BUILTIN_SPECS: &[BuiltinSpec] = &[
            $(
                BuiltinSpec {
                    function: RuntimeFn::$variant,
                    name: stringify!($name),
                    symbol: stringify!($symbol),
                    params: &[$(
                        ParamSpec {
                            name: stringify!($param),
                            kind: <$ty as ParamType>::KIND,
                            ty: stringify!($ty),
                        },
                    )*],
                    param_kinds: &[$(<$ty as ParamType>::KIND),*],
                    ret: <fn() -> $ret as ReturnType>::KIND,
                    ret_ty: stringify!($ret),
                    effect: Effect::$effect,
                    since: $since,
                    source: source_signature!($source),
                    source_name: concat!("__", stringify!($name)),
                    doc: concat!($($doc, "\n"),*),
                },
            )*
        ];

        /// The symbols that a runtime exports: exactly the rows of the table.
        pub const RUNTIME_EXPORT_SYMBOLS: &[&str] = &[$(stringify!($symbol)),*];

        impl RuntimeFn {
            /// Every function, in the table's order.
            pub const ALL: &[RuntimeFn] = &[$(RuntimeFn::$variant),*];
        }
    };
}

crate::for_each_runtime_fn!(derive_specs);

impl RuntimeFn {
    /// The row that declares the function.
    #[must_use]
    pub const fn spec(self) -> &'static BuiltinSpec {
        &BUILTIN_SPECS[self as usize]
    }

    /// The specified name, such as `alloc`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// The exported symbol, such as `beskid_rt_alloc`.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        self.spec().symbol
    }

    /// How the parameters are passed.
    #[must_use]
    pub const fn params(self) -> &'static [AbiParamKind] {
        self.spec().param_kinds
    }

    /// How the result is passed.
    #[must_use]
    pub const fn ret(self) -> AbiReturnKind {
        self.spec().ret
    }

    /// What a call may do besides computing its result.
    #[must_use]
    pub const fn effect(self) -> Effect {
        self.spec().effect
    }

    /// The ABI revision that introduced the function.
    #[must_use]
    pub const fn since(self) -> u32 {
        self.spec().since
    }

    /// The hash of everything that a caller relies on: name, kinds and effect.
    #[must_use]
    pub const fn signature_hash(self) -> u64 {
        self.spec().signature_hash()
    }

    /// Everything that a caller relies on besides the name: kinds and effect.
    #[must_use]
    pub const fn signature(self) -> Signature {
        self.spec().signature()
    }

    /// The function that is exported as `symbol`.
    #[must_use]
    pub fn from_symbol(symbol: &str) -> Option<RuntimeFn> {
        RuntimeFn::ALL.iter().copied().find(|function| function.symbol() == symbol)
    }

    /// The function that Beskid sources call by `name`, which begins with `__`.
    #[must_use]
    pub fn from_source_name(name: &str) -> Option<RuntimeFn> {
        let is_named = |f: &RuntimeFn| f.spec().source.is_some() && f.spec().source_name == name;
        RuntimeFn::ALL.iter().copied().find(is_named)
    }
}

impl BuiltinSpec {
    /// The hash of everything that a caller relies on: name, kinds and effect.
    #[must_use]
    pub const fn signature_hash(&self) -> u64 {
        self.signature().hash(self.symbol)
    }

    /// Everything that a caller relies on besides the name.
    #[must_use]
    pub const fn signature(&self) -> Signature {
        Signature::new(self.param_kinds, self.ret, self.effect)
    }
}

/// Whether `symbol` belongs to the runtime's name space, in the table or not: an object that
/// imports such a symbol was made by a Beskid compiler.
#[must_use]
pub fn is_runtime_symbol(symbol: &str) -> bool {
    symbol.starts_with(RUNTIME_SYMBOL_PREFIX) || symbol == RuntimeFn::RuntimeAbiVersion.symbol()
}

/// The beginning of every runtime symbol but the version function's, whose name is specified.
pub const RUNTIME_SYMBOL_PREFIX: &str = "beskid_rt_";
