//! Calls from Rust into loaded code, with the types checked against the program.

use std::fmt;

use beskid_abi::MainResult;
use beskid_analysis::typed::FunctionId;
use beskid_runtime::Panic;
use beskid_runtime::host::{self, Argument, Returned, Scalar, Scope};

use crate::Engine;

/// Why a call was not made, or did not return.
#[derive(Debug)]
pub enum CallError {
    /// The program exports no function of this name.
    Unknown(String),
    /// The function has another signature.
    Signature {
        /// The function.
        name: String,
        /// Its signature in the program.
        declared: String,
        /// The signature that the Rust types stand for.
        requested: String,
    },
    /// The function panicked.
    Panicked(Panic),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Unknown(name) => write!(
                f,
                "the program exports no function `{name}`; declare it with `pub` in the entry file"
            ),
            CallError::Signature { name, declared, requested } => write!(
                f,
                "the function `{name}` is {declared}, but the call's Rust types stand for {requested}"
            ),
            CallError::Panicked(panic) => panic.fmt(f),
        }
    }
}

impl std::error::Error for CallError {}

/// A Rust type that stands for a Beskid type.
pub trait BeskidType {
    /// The Beskid type as the language spells it.
    fn name() -> String;
}

macro_rules! beskid_types {
    ($($ty:ty => $name:literal),* $(,)?) => {
        $(impl BeskidType for $ty {
            fn name() -> String {
                $name.to_owned()
            }
        })*
    };
}

beskid_types! {
    () => "unit", bool => "bool", u8 => "u8", i32 => "i32", i64 => "i64", f64 => "f64",
    char => "char", &str => "string", String => "string",
}

impl<T: Scalar + BeskidType> BeskidType for &[T] {
    fn name() -> String {
        format!("{}[]", T::name())
    }
}

impl<T: Scalar + BeskidType> BeskidType for Vec<T> {
    fn name() -> String {
        format!("{}[]", T::name())
    }
}

/// A tuple of arguments.
pub trait Arguments {
    /// The Beskid types of the arguments.
    fn names() -> Vec<String>;

    /// Calls the function at `entry`.
    ///
    /// # Safety
    /// There must be a compiled function of the parameter types of `Self` and the result type `R`.
    unsafe fn invoke<R: Returned>(self, scope: &Scope, entry: *const u8) -> R;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: Argument + BeskidType),*> Arguments for ($($name,)*) {
            fn names() -> Vec<String> {
                vec![$($name::name()),*]
            }

            #[allow(non_snake_case, reason = "the variables are named like their types")]
            unsafe fn invoke<R: Returned>(self, scope: &Scope, entry: *const u8) -> R {
                let ($($name,)*) = self;
                $(let $name = scope.lower($name);)*
                type Function<$($name,)* R> = unsafe extern "C-unwind" fn($($name),*) -> R;
                let function: Function<$($name::Raw,)* R::Raw> = {
                    // SAFETY: the caller vouches for the types.
                    unsafe { std::mem::transmute(entry) }
                };
                // SAFETY: as above; the arguments were lowered for these types.
                unsafe { scope.invoke::<R>(|| function($($name),*)) }
            }
        }
    };
}

// Without arguments there is nothing to lower, and the scope only carries the call.
arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);

impl Engine {
    /// Calls the exported function `name`: `engine.call::<_, i64>("add", (1_i64, 2_i64))`.
    ///
    /// # Errors
    /// If there is no such function, the Rust types do not stand for its signature, or it panics.
    pub fn call<A, R>(&self, name: &str, arguments: A) -> Result<R, CallError>
    where
        A: Arguments,
        R: Returned + BeskidType,
    {
        let function = self.exported(name).ok_or_else(|| CallError::Unknown(name.to_owned()))?;
        self.check_signature(function, &A::names(), &R::name())?;
        let entry = self.code.entry(function).expect("exported functions are always compiled");
        host::call(|scope| {
            // SAFETY: the signature was compared with the program's just now.
            unsafe { arguments.invoke::<R>(scope, entry) }
        })
        .map_err(CallError::Panicked)
    }

    fn check_signature(
        &self,
        function: FunctionId,
        params: &[String],
        result: &str,
    ) -> Result<(), CallError> {
        let function = &self.program.functions[function.index()];
        let declared = self.program.signature(function);
        let requested = format!("({}) -> {result}", params.join(", "));
        if declared == requested {
            return Ok(());
        }
        Err(CallError::Signature { name: function.name.clone(), declared, requested })
    }
}

/// Runs an entry function or a test.
pub(crate) fn run_main(entry: *const u8, result: MainResult) -> Result<i32, Panic> {
    // SAFETY: the entry comes from the loaded code, and the kind from the same program.
    unsafe { host::run_main(entry, result) }
}

/// Runs an entry function that returns a string.
pub(crate) fn run_text_main(entry: *const u8) -> Result<String, Panic> {
    // SAFETY: the entry comes from the loaded code, and returns a string in the same program.
    host::call(|scope| unsafe { ().invoke::<String>(scope, entry) })
}
