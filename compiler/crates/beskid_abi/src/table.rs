//! The table of runtime functions: each is declared once, here, and every other list is derived.
//!
//! A row's documentation is the only documentation of that function; `docs/abi.md` and the C
//! header are written from it. Rows are appended, never inserted, renamed or removed while the
//! ABI revision stays the same, and no row depends on a `cfg`: a target that cannot serve a
//! function keeps its row and stubs the behaviour.

/// Calls the macro `callback` with every row of the table.
///
/// `for_each_runtime_fn!(path::to::callback)` expands to `callback! { row; row; … }`, and
/// `for_each_runtime_fn!(callback, tokens…)` puts `[tokens…]` before the first row. A row is
///
/// ```text
/// /// Documentation.
/// Variant = name: symbol(param: Type, …) -> Type, effect = Effect, since = 2, source = Hidden;
/// ```
///
/// where the result is always written (`()` and `!` included) and `source` is `Hidden` or the
/// literal that spells the signature offered to Beskid sources as `__name`. The types of
/// [`crate::layout`] stand unqualified in rows, so a callback that uses them brings them into scope.
#[macro_export]
macro_rules! for_each_runtime_fn {
    ($($callback:ident)::+) => {
        $crate::for_each_runtime_fn! { @rows [$($callback)::+] [] }
    };
    ($($callback:ident)::+, $($context:tt)*) => {
        $crate::for_each_runtime_fn! { @rows [$($callback)::+] [[$($context)*]] }
    };
    (@rows [$($callback:tt)+] [$($context:tt)*]) => {
        $($callback)+! {
            $($context)*

            /// Returns the ABI revision that this runtime provides.
            RuntimeAbiVersion = runtime_abi_version: beskid_runtime_abi_version() -> u32,
                effect = Pure, since = 2, source = Hidden;

            /// Allocates `size` zeroed bytes described by `desc`, which is written to the first word
            /// when it is not null. Without a descriptor the block is opaque: the collector finds no
            /// references in it. Never returns null; exhaustion panics.
            Alloc = alloc: beskid_rt_alloc(size: usize, desc: *const TypeDescriptor) -> *mut u8,
                effect = Allocates, since = 2, source = "(i64, i64) -> i64";

            /// Makes a string of the `len` bytes at `bytes`, which must not be null even for length 0.
            /// Invalid UTF-8 panics. The string stays valid whatever happens to the bytes.
            StrNew = str_new: beskid_rt_str_new(bytes: *const u8, len: usize) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(i64, i64) -> string";

            /// Concatenates two strings into a fresh one. A null handle panics.
            StrConcat = str_concat:
                beskid_rt_str_concat(left: *const BeskidStr, right: *const BeskidStr) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(string, string) -> string";

            /// Returns the length of a string in bytes. A null handle panics.
            StrLen = str_len: beskid_rt_str_len(string: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string) -> i64";

            /// Makes an array of `len` zeroed elements of `elem_size` bytes, none of which holds a
            /// reference. A length that does not fit into memory panics.
            ArrayNew = array_new: beskid_rt_array_new(elem_size: usize, len: usize) -> *mut BeskidArray,
                effect = Allocates, since = 2, source = "(i64, i64) -> T[]";

            /// Panics with the `len` bytes of UTF-8 at `message`.
            Panic = panic: beskid_rt_panic(message: *const u8, len: usize) -> !,
                effect = Never, since = 2, source = Hidden;

            /// Panics with a string as the message. A null handle panics with a message of its own.
            PanicStr = panic_str: beskid_rt_panic_str(message: *const BeskidStr) -> !,
                effect = Never, since = 2, source = "(string) -> never";

            /// Writes a string to a file descriptor, continuing partial writes, and returns the number
            /// of bytes written, or -1 on an error or for a null string. Length 0 writes nothing.
            SyscallWrite = syscall_write: beskid_rt_syscall_write(fd: i64, string: *const BeskidStr) -> i64,
                effect = Io, since = 2, source = "(i64, string) -> i64";

            /// Reads at most `max` bytes from a file descriptor as a string; empty at the end, on an
            /// error, and for a `max` below 1. Input that is not UTF-8 panics.
            SyscallRead = syscall_read: beskid_rt_syscall_read(fd: i64, max: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(i64, i64) -> string";

            /// Tells the collector that `value` was stored into `object`. Compiled code calls it after
            /// every store of a reference into the heap while marking is active.
            GcWriteBarrier = gc_write_barrier: beskid_rt_gc_write_barrier(object: *mut u8, value: *mut u8) -> (),
                effect = Writes, since = 2, source = "(i64, i64) -> unit";

            /// Keeps `value` alive until the returned handle is released.
            GcRootHandle = gc_root_handle: beskid_rt_gc_root_handle(value: *mut u8) -> i64,
                effect = Writes, since = 2, source = "(i64) -> i64";

            /// Releases a handle of `gc_root_handle`. An unknown handle is ignored.
            GcUnrootHandle = gc_unroot_handle: beskid_rt_gc_unroot_handle(handle: i64) -> (),
                effect = Writes, since = 2, source = "(i64) -> unit";

            /// Makes the reference at `slot` a root until it is unregistered. Null is ignored.
            GcRegisterRoot = gc_register_root: beskid_rt_gc_register_root(slot: *mut *mut u8) -> (),
                effect = Writes, since = 2, source = "(i64) -> unit";

            /// Removes every registration of `slot`.
            GcUnregisterRoot = gc_unregister_root: beskid_rt_gc_unregister_root(slot: *mut *mut u8) -> (),
                effect = Writes, since = 2, source = "(i64) -> unit";

            /// Appends a handler to the event at `slot`, creating the event at the first subscription,
            /// and returns the new number of handlers. Null, capacity 0 and a full event panic.
            EventSubscribe = event_subscribe:
                beskid_rt_event_subscribe(slot: *mut *mut u8, handler: *mut u8, capacity: usize) -> i64,
                effect = Allocates, since = 2, source = Hidden;

            /// Removes the first subscription of `handler` and returns 1, or 0 if there was none.
            EventUnsubscribeFirst = event_unsubscribe_first:
                beskid_rt_event_unsubscribe_first(slot: *mut *mut u8, handler: *mut u8) -> i64,
                effect = Writes, since = 2, source = Hidden;

            /// Returns the number of handlers of an event; 0 for null.
            EventLen = event_len: beskid_rt_event_len(event: *const u8) -> i64,
                effect = Reads, since = 2, source = Hidden;

            /// Returns the handler at `index`, or null when there is none.
            EventGetHandler = event_get_handler:
                beskid_rt_event_get_handler(event: *const u8, index: usize) -> *mut u8,
                effect = Reads, since = 2, source = Hidden;

            /// Serves a request without a result. An unknown tag panics.
            InteropDispatchUnit = interop_dispatch_unit:
                beskid_rt_interop_dispatch_unit(request: *const InteropEnvelope) -> (),
                effect = Allocates, since = 2, source = Hidden;

            /// Serves a request whose result is a reference. An unknown tag panics.
            InteropDispatchPtr = interop_dispatch_ptr:
                beskid_rt_interop_dispatch_ptr(request: *const InteropEnvelope) -> *mut u8,
                effect = Allocates, since = 2, source = Hidden;

            /// Serves a request whose result is a size: tag 0 is the length of the string in the first
            /// payload word. An unknown tag panics.
            InteropDispatchUsize = interop_dispatch_usize:
                beskid_rt_interop_dispatch_usize(request: *const InteropEnvelope) -> usize,
                effect = Allocates, since = 2, source = Hidden;

            /// Makes an array of `len` references, all of them empty. A length that does not fit into
            /// memory panics.
            ArrayNewRef = array_new_ref: beskid_rt_array_new_ref(len: usize) -> *mut BeskidArray,
                effect = Allocates, since = 2, source = Hidden;

            /// Returns the length of an array in elements. A null handle panics.
            ArrayLen = array_len: beskid_rt_array_len(array: *const BeskidArray) -> i64,
                effect = MayPanic, since = 2, source = "(T[]) -> i64";

            /// Returns 1 if two strings have the same bytes, else 0. A null handle panics.
            StrEq = str_eq: beskid_rt_str_eq(left: *const BeskidStr, right: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string, string) -> bool";

            /// Compares two strings byte by byte: -1, 0 or 1. A null handle panics.
            StrCompare = str_compare:
                beskid_rt_str_compare(left: *const BeskidStr, right: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = Hidden;

            /// Copies `count` bytes from `start` on into a fresh string. Leaving the string or cutting
            /// a character panics.
            StrSlice = str_slice:
                beskid_rt_str_slice(string: *const BeskidStr, start: i64, count: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(string, i64, i64) -> string";

            /// Concatenates `count` strings whose handles stand at `parts`, which may lie on the
            /// caller's stack: the runtime keeps them alive.
            StrConcatMany = str_concat_many:
                beskid_rt_str_concat_many(parts: *const *const BeskidStr, count: usize) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Writes an integer in decimal.
            StrFromI64 = str_from_i64: beskid_rt_str_from_i64(value: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(i64) -> string";

            /// Returns the decimal text of an unsigned number, passed as its 64 bits.
            StrFromU64 = str_from_u64: beskid_rt_str_from_u64(value: u64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Returns `false` for 0, else `true`.
            StrFromBool = str_from_bool: beskid_rt_str_from_bool(value: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Makes a string of one Unicode scalar value. Any other number panics.
            StrFromChar = str_from_char: beskid_rt_str_from_char(value: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Writes a floating-point number, given by its IEEE 754 bits, in the shortest form that
            /// reads back as the same number.
            StrFromF64 = str_from_f64: beskid_rt_str_from_f64(bits: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Makes a string of an array of bytes. Invalid UTF-8 panics.
            StrFromBytesUtf8 = str_from_bytes_utf8:
                beskid_rt_str_from_bytes_utf8(bytes: *const BeskidArray) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(u8[]) -> string";

            /// Copies the bytes of a string into a fresh array.
            BytesFromStr = bytes_from_str: beskid_rt_bytes_from_str(string: *const BeskidStr) -> *mut BeskidArray,
                effect = Allocates, since = 2, source = "(string) -> u8[]";

            /// Copies `count` bytes between two arrays of bytes, or within one. Leaving either panics.
            BytesCopy = bytes_copy:
                beskid_rt_bytes_copy(
                    dst: *mut BeskidArray, dst_offset: i64,
                    src: *const BeskidArray, src_offset: i64,
                    count: i64
                ) -> (),
                effect = MayPanic, since = 2, source = "(u8[], i64, u8[], i64, i64) -> unit";

            /// Compares two arrays of bytes: -1, 0 or 1. A null handle panics.
            BytesCompare = bytes_compare:
                beskid_rt_bytes_compare(left: *const BeskidArray, right: *const BeskidArray) -> i64,
                effect = MayPanic, since = 2, source = "(u8[], u8[]) -> i64";

            /// Writes an array of bytes as `syscall_write` writes a string.
            SyscallWriteBytes = syscall_write_bytes:
                beskid_rt_syscall_write_bytes(fd: i64, bytes: *const BeskidArray) -> i64,
                effect = Io, since = 2, source = "(i64, u8[]) -> i64";

            /// Reads at most `max` bytes from a file descriptor; empty at the end, on an error, and for
            /// a `max` below 1.
            SyscallReadBytes = syscall_read_bytes:
                beskid_rt_syscall_read_bytes(fd: i64, max: i64) -> *mut BeskidArray,
                effect = Allocates, since = 2, source = "(i64, i64) -> u8[]";

            /// Panics for a failed inline check: `kind` numbers the message, `first` and `second` are
            /// its operands, and `location`, if it is not null, is the place that it names.
            PanicCheck = panic_check:
                beskid_rt_panic_check(
                    kind: i64, first: i64, second: i64, location: *const SourceLocation
                ) -> !,
                effect = Never, since = 2, source = Hidden;

            /// Records the stack and frame pointer of compiled code that is about to call a foreign
            /// function, so that the collector can continue below the foreign frames.
            ForeignExit = foreign_exit: beskid_rt_foreign_exit(sp: *const u8, fp: *const u8) -> (),
                effect = Writes, since = 2, source = Hidden;

            /// Makes a compiled module's stack maps and source places known to the runtime.
            ModuleRegister = module_register: beskid_rt_module_register(module: *const ModuleDescriptor) -> (),
                effect = Writes, since = 2, source = Hidden;

            /// Forgets a module of `module_register`, whose code must no longer run.
            ModuleUnregister = module_unregister:
                beskid_rt_module_unregister(module: *const ModuleDescriptor) -> (),
                effect = Writes, since = 2, source = Hidden;

            /// Runs a standalone executable: checks the ABI records, sets up the heap, calls `main`,
            /// whose result is of the kind `result`, and returns the exit status. A panic is printed
            /// and gives 101.
            ProcessStart = process_start:
                beskid_rt_process_start(
                    argc: i64, argv: *const *const u8,
                    module: *const ModuleDescriptor, main: *const u8, result: i64
                ) -> i32,
                effect = Enters, since = 2, source = Hidden;

            /// Collects the heap of this thread and returns the number of bytes that are alive.
            GcCollect = gc_collect: beskid_rt_gc_collect() -> i64,
                effect = Allocates, since = 2, source = "() -> i64";

            /// Returns the number of bytes in the cells of this thread's heap.
            GcBytesAllocated = gc_bytes_allocated: beskid_rt_gc_bytes_allocated() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Returns the number of cells in this thread's heap.
            GcObjectCount = gc_object_count: beskid_rt_gc_object_count() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Returns what the collector is doing: 0 idle, 1 marking, 2 sweeping.
            GcPhase = gc_phase: beskid_rt_gc_phase() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Collects if the heap has grown past its trigger; returns 1 if it did, else 0.
            GcCollectIfNeeded = gc_collect_if_needed: beskid_rt_gc_collect_if_needed() -> i64,
                effect = Allocates, since = 2, source = "() -> i64";

            /// Returns the number of live root handles and registered root slots of this thread.
            GcExternalRootCount = gc_external_root_count: beskid_rt_gc_external_root_count() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Calls an entry of the compiled `module` for a C host, with arguments and result in
            /// `frame`. The first call checks the ABI records of the program and ends the process with a
            /// report if they do not fit. Returns null, or the text of the panic with its place. A
            /// result or a text lives until `host_release`. Never unwinds.
            HostCall = host_call:
                beskid_rt_host_call(
                    module: *const ModuleDescriptor, entry: *const u8, frame: *mut u8
                ) -> *mut BeskidStr,
                effect = Enters, since = 2, source = Hidden;

            /// Makes a string of `len` bytes for a C host; it lives until `host_release`. Returns null if
            /// the bytes are not UTF-8 or there is no memory. Never unwinds.
            HostString = host_string: beskid_rt_host_string(bytes: *const u8, len: usize) -> *mut BeskidStr,
                effect = Enters, since = 2, source = Hidden;

            /// Makes an array of `len` elements of `elem_size` bytes, none of which holds a reference, for
            /// a C host; it lives until `host_release`. The elements are copies of those at `elements`, or
            /// zero if that is null. Returns null if there is no memory. Never unwinds.
            HostArray = host_array:
                beskid_rt_host_array(elements: *const u8, elem_size: usize, len: usize) -> *mut BeskidArray,
                effect = Enters, since = 2, source = Hidden;

            /// Returns a mark for `host_release`.
            HostMark = host_mark: beskid_rt_host_mark() -> i64,
                effect = Reads, since = 2, source = Hidden;

            /// Lets go of everything that this thread's C code was given since `host_mark` returned
            /// `mark`. What is still needed is kept by `gc_root_handle`.
            HostRelease = host_release: beskid_rt_host_release(mark: i64) -> (),
                effect = Writes, since = 2, source = Hidden;
            /// Returns the arguments of the program, without its name, as an array of strings: those that
            /// the host has given this thread, or else those of the process. What is not UTF-8 in them
            /// is replaced by U+FFFD.
            ProgramArgs = program_args: beskid_rt_program_args() -> *mut BeskidArray,
                effect = Allocates, since = 2, source = Hidden;
            /// Returns a number that depends on the bytes of a string alone, the same in every process.
            /// A null handle panics.
            StrHash = str_hash: beskid_rt_str_hash(string: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = Hidden;

            /// Returns a string of the same text with a NUL byte behind it, for foreign code: the string
            /// itself or a copy. A null handle panics.
            StrTerminated = str_terminated:
                beskid_rt_str_terminated(string: *const BeskidStr) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Returns the offset of the first occurrence of `needle` at or after `start`, or -1. The
            /// empty string occurs everywhere. A null handle panics.
            StrIndexOf = str_index_of:
                beskid_rt_str_index_of(
                    string: *const BeskidStr, needle: *const BeskidStr, start: i64
                ) -> i64,
                effect = MayPanic, since = 2, source = "(string, string, i64) -> i64";

            /// Returns the upper case of a string, by the default mapping of Unicode.
            StrToUpper = str_to_upper: beskid_rt_str_to_upper(string: *const BeskidStr) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(string) -> string";

            /// Returns the lower case of a string, by the default mapping of Unicode.
            StrToLower = str_to_lower: beskid_rt_str_to_lower(string: *const BeskidStr) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(string) -> string";

            /// Reads a decimal floating-point number and returns its IEEE 754 bits, or -1 if the string
            /// is none. -1 are the bits of no number that this returns.
            StrParseF64 = str_parse_f64: beskid_rt_str_parse_f64(string: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string) -> i64";

            /// Reads at most `max` bytes from the process's buffered standard input; empty at the end,
            /// on an error, and for a `max` below 1.
            StdinRead = stdin_read: beskid_rt_stdin_read(max: i64) -> *mut BeskidArray,
                effect = Allocates, since = 2, source = "(i64) -> u8[]";

            /// Reads as `stdin_read` does, and on to the end of the last character. Anything but UTF-8
            /// panics.
            StdinReadText = stdin_read_text: beskid_rt_stdin_read_text(max: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(i64) -> string";

            /// Reads a line from the process's buffered standard input, with its line feed if it has
            /// one; empty at the end and on an error. Anything but UTF-8 panics.
            StdinReadLine = stdin_read_line: beskid_rt_stdin_read_line() -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "() -> string";

            /// Returns 1 if the process's buffered standard input has ended or cannot be read, else 0.
            StdinIsEmpty = stdin_is_empty: beskid_rt_stdin_is_empty() -> i64,
                effect = Io, since = 2, source = "() -> bool";

            /// Returns the value of a variable of the process's environment; empty if it is not set.
            /// What is not UTF-8 in it is replaced by U+FFFD. A null handle panics.
            EnvGet = env_get: beskid_rt_env_get(name: *const BeskidStr) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(string) -> string";

            /// Returns 1 if a variable of the process's environment is set, else 0. A null handle panics.
            EnvHas = env_has: beskid_rt_env_has(name: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string) -> bool";

            /// Sets a variable of the process's environment and returns 0, or -1 if the name is empty or
            /// contains `=`, or either contains a NUL. Rust code of other threads may read the
            /// environment meanwhile, C code may not. A null handle panics.
            EnvSet = env_set: beskid_rt_env_set(name: *const BeskidStr, value: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string, string) -> i64";

            /// Returns the path of the process's current directory; empty if there is none. What is not
            /// UTF-8 in it is replaced by U+FFFD.
            EnvGetcwd = env_getcwd: beskid_rt_env_getcwd() -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "() -> string";

            /// Returns the number of the process.
            ProcessGetpid = process_getpid: beskid_rt_process_getpid() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Ends the process with the low 32 bits of `status`, after writing out what Rust and C code
            /// have buffered. A host that runs tests in its own process makes it a panic.
            ProcessExit = process_exit: beskid_rt_process_exit(status: i64) -> !,
                effect = Never, since = 2, source = "(i64) -> never";

            /// Writes an `f32`, given by the IEEE 754 bits of the `f64` of the same value, in the shortest
            /// form that reads back as the same `f32`.
            StrFromF32 = str_from_f32: beskid_rt_str_from_f32(bits: i64) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = Hidden;

            /// Returns the nanoseconds since 1970-01-01T00:00:00Z by the clock of the system, which may be
            /// set back; those before are negative.
            ClockRealtimeNanos = clock_realtime_nanos: beskid_rt_clock_realtime_nanos() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Returns the nanoseconds since some moment of this process, by a clock that is never set
            /// back.
            ClockMonotonicNanos = clock_monotonic_nanos: beskid_rt_clock_monotonic_nanos() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Returns the content of a file; empty if that fails, which `fs_status` tells. A null handle
            /// panics.
            FsReadText = fs_read_text: beskid_rt_fs_read_text(path: *const BeskidStr) -> *mut BeskidStr,
                effect = Allocates, since = 2, source = "(string) -> string";

            /// Returns how the last `fs_read_text` of this thread went, or the opening of the source in its
            /// last `fs_copy`: 0 for success, -1 for a path that
            /// does not exist, -2 for one that may not be used, -3 for one that exists already, -4 for a
            /// directory, -5 for what is no directory, -6 for a directory that is not empty, -7 for a full
            /// disk, -8 for content that is not UTF-8, -9 for an impossible path, -10 for an unknown
            /// reason, and else the positive error number of the system.
            FsStatus = fs_status: beskid_rt_fs_status() -> i64,
                effect = Reads, since = 2, source = "() -> i64";

            /// Gives a file a text as its content, all of it or nothing. The status is that of `fs_status`.
            /// A null handle panics.
            FsWriteText = fs_write_text:
                beskid_rt_fs_write_text(path: *const BeskidStr, text: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string, string) -> i64";

            /// Gives a file the content of another, all of it or nothing. The status is that of
            /// `fs_status`. A null handle panics.
            FsCopy = fs_copy: beskid_rt_fs_copy(from: *const BeskidStr, to: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string, string) -> i64";

            /// Deletes a file or an empty directory. The status is that of `fs_status`. A null handle
            /// panics.
            FsDelete = fs_delete: beskid_rt_fs_delete(path: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string) -> i64";

            /// Creates a directory, and those around it; one that is there already is a success. The
            /// status is that of `fs_status`. A null handle panics.
            FsMkdir = fs_mkdir: beskid_rt_fs_mkdir(path: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string) -> i64";

            /// Returns 1 if something that can be reached stands at a path, else 0. A null handle panics.
            FsExists = fs_exists: beskid_rt_fs_exists(path: *const BeskidStr) -> i64,
                effect = MayPanic, since = 2, source = "(string) -> bool";
        }
    };
}
