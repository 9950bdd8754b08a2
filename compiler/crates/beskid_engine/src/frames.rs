//! Unwind tables of JIT code, registered with the unwinder while the code is loaded.

use beskid_codegen::CompiledFunction;
use beskid_codegen::unwind::{self, FunctionReference};
use cranelift_codegen::isa::TargetIsa;
use cranelift_jit::JITModule;

/// A registered `.eh_frame` table. It is deregistered when dropped, which must happen before the
/// memory of the code is reused.
pub(crate) struct RegisteredFrames {
    /// The table, which the unwinder refers to. It is never changed and never empty.
    table: Box<[u8]>,
}

// The unwinder's own interface, on every platform whose unwinder reads `.eh_frame`.
unsafe extern "C" {
    fn __register_frame(table: *const u8);
    fn __deregister_frame(table: *const u8);
}

impl RegisteredFrames {
    /// Registers the frames of finalised functions.
    ///
    /// # Errors
    /// The message of the table writer, if a frame cannot be described.
    pub(crate) fn register(
        isa: &dyn TargetIsa,
        module: &JITModule,
        functions: &[CompiledFunction],
    ) -> Result<Option<RegisteredFrames>, String> {
        let Some(section) = unwind::eh_frame(isa, functions, FunctionReference::Address64)? else {
            return Ok(None);
        };
        let mut table = section.bytes;
        for place in section.relocations {
            let address = module.get_finalized_function(place.function) as u64;
            let start = place.offset as usize;
            let bytes = address.wrapping_add_signed(place.addend).to_le_bytes();
            table[start..start + bytes.len()].copy_from_slice(&bytes);
        }
        // An entry of length zero ends the table.
        table.extend_from_slice(&[0; 4]);
        let table = table.into_boxed_slice();
        // SAFETY: the table is a complete `.eh_frame` section with its end marker, and it stays in
        // place until it is deregistered in `drop`.
        unsafe { __register_frame(table.as_ptr()) };
        Ok(Some(RegisteredFrames { table }))
    }
}

impl Drop for RegisteredFrames {
    fn drop(&mut self) {
        // SAFETY: `register` registered exactly this address, once.
        unsafe { __deregister_frame(self.table.as_ptr()) };
    }
}
