//! The exported functions, generated from the ABI table, and their addresses.
//!
//! A row without a function in `imp` is an unresolved name (E0425), one with another signature a
//! type error (E0308). A row that may allocate is exported as a naked function: it passes the
//! stack and frame pointer of its caller on, behind the row's own arguments, and jumps. So the
//! collector knows the first compiled frame, and the export costs two moves.

use std::arch::naked_asm;

use beskid_abi::{
    BeskidArray, BeskidStr, InteropEnvelope, ModuleDescriptor, RuntimeFn, SourceLocation,
    TypeDescriptor,
};

use crate::imp;
use crate::walk::Caller;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
compile_error!("the Beskid runtime supports Linux on x86-64 and aarch64 so far");

/// The instructions of a naked export with the given parameters.
#[cfg(target_arch = "x86_64")]
macro_rules! pass_caller {
    () => {
        "mov rdi, rsp\n mov rsi, rbp\n jmp {}"
    };
    ($a:ident) => {
        "mov rsi, rsp\n mov rdx, rbp\n jmp {}"
    };
    ($a:ident $b:ident) => {
        "mov rdx, rsp\n mov rcx, rbp\n jmp {}"
    };
    ($a:ident $b:ident $c:ident) => {
        "mov rcx, rsp\n mov r8, rbp\n jmp {}"
    };
}

/// The instructions of a naked export with the given parameters. The return address is pushed, so
/// that it stands where it stands on x86-64 while the function runs.
#[cfg(target_arch = "aarch64")]
macro_rules! pass_caller {
    () => {
        push_and_call!("x0", "x1")
    };
    ($a:ident) => {
        push_and_call!("x1", "x2")
    };
    ($a:ident $b:ident) => {
        push_and_call!("x2", "x3")
    };
    ($a:ident $b:ident $c:ident) => {
        push_and_call!("x3", "x4")
    };
}

/// A frame of two words, the lower one unused: the return address lies one word below the
/// caller's stack pointer.
#[cfg(target_arch = "aarch64")]
macro_rules! push_and_call {
    ($sp:literal, $fp:literal) => {
        concat!(
            ".cfi_startproc\n",
            "stp x29, x30, [sp, #-16]!\n .cfi_def_cfa_offset 16\n",
            ".cfi_offset x29, -16\n .cfi_offset x30, -8\n",
            "add ",
            $sp,
            ", sp, #8\n mov ",
            $fp,
            ", x29\n",
            "bl {}\n",
            "ldp x29, x30, [sp], #16\n .cfi_def_cfa_offset 0\n ret\n",
            ".cfi_endproc"
        )
    };
}

/// Exports one row.
macro_rules! export {
    (Allocates $(#[$doc:meta])* $name:ident $symbol:ident($($param:ident: $ty:ty),*) -> $ret:ty) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// Called by compiled code, with the arguments that the ABI table promises.
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C-unwind" fn $symbol($($param: $ty),*) -> $ret {
            naked_asm!(pass_caller!($($param)*), sym with_caller::$name)
        }
    };
    ($effect:ident $(#[$doc:meta])* $name:ident $symbol:ident($($param:ident: $ty:ty),*) -> $ret:ty) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// Called by compiled code, with the arguments that the ABI table promises.
        #[unsafe(no_mangle)]
        pub unsafe extern "C-unwind" fn $symbol($($param: $ty),*) -> $ret {
            // SAFETY: the same contract.
            unsafe { imp::$name($($param),*) }
        }
    };
}

/// Defines what the naked export of a row jumps to.
macro_rules! target_of_export {
    (Allocates $name:ident($($param:ident: $ty:ty),*) -> $ret:ty) => {
        pub(super) unsafe extern "C-unwind" fn $name($($param: $ty,)* sp: usize, fp: usize) -> $ret {
            // SAFETY: the naked export passes what `new` asks for, and the row's own arguments.
            unsafe { imp::$name($($param,)* Caller::new(sp, fp)) }
        }
    };
    ($effect:ident $name:ident($($param:ident: $ty:ty),*) -> $ret:ty) => {};
}

/// Exports all rows and lists their addresses.
macro_rules! exports {
    ($(
        $(#[doc = $doc:literal])*
        $variant:ident = $name:ident:
            $symbol:ident($($param:ident: $ty:ty),* $(,)?) -> $ret:ty,
            effect = $effect:ident, since = $since:literal, source = $source:tt;
    )*) => {
        $( export! { $effect $(#[doc = $doc])* $name $symbol($($param: $ty),*) -> $ret } )*

        mod with_caller {
            use super::*;

            $( target_of_export! { $effect $name($($param: $ty),*) -> $ret } )*
        }

        /// The address of a runtime function, for a loader that binds names to addresses.
        pub fn address_of(function: RuntimeFn) -> *const u8 {
            match function {
                $( RuntimeFn::$variant => $symbol as *const u8, )*
            }
        }
    };
}

beskid_abi::for_each_runtime_fn!(exports);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_an_address_of_its_own() {
        let mut addresses: Vec<_> = RuntimeFn::ALL.iter().map(|f| address_of(*f)).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), RuntimeFn::ALL.len());
    }
}
