/* The runtime of Beskid, for C hosts. Generated from the table of beskid_abi; do not edit.
 *
 * `beskid build --lib` writes a header with a function for each exported function of a module. Those
 * functions and the beskid_rt_host_... functions are what a host calls: they never unwind, and what
 * they return lives until beskid_rt_host_release. The other functions are for compiled code: many
 * unwind on a panic, and what they return may be collected at the next allocation.
 *
 * Strings and arrays belong to the thread that made them. The heap does not move them.
 *
 * Include this header in every C or C++ file that calls the runtime. It puts a record of what the
 * object needs into the object; without it, a wrong runtime would be noticed too late or never.
 */
#ifndef BESKID_RUNTIME_H
#define BESKID_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BESKID_NORETURN [[noreturn]]
#define BESKID_ASSERT(condition, text) static_assert(condition, text)
#define BESKID_SLOT alignas(8)
extern "C" {
#else
#define BESKID_NORETURN _Noreturn
#define BESKID_ASSERT(condition, text) _Static_assert(condition, text)
#define BESKID_SLOT _Alignas(8)
#endif

/* The ABI revision that this header describes. */
#define BESKID_RUNTIME_ABI_VERSION 2

/* What this file is compiled for. The runtime and this header serve 64-bit Linux so far; elsewhere the
 * object could not say which runtime it needs, and would be linked with any. */
#if !defined(__GNUC__) || !defined(__ELF__) || !defined(__linux__) || defined(__ILP32__)
#error "beskid_runtime.h needs GCC or Clang and 64-bit Linux"
#elif defined(__x86_64__)
#define BESKID_ARCHITECTURE "x86_64"
#elif defined(__aarch64__)
#define BESKID_ARCHITECTURE "aarch64"
#else
#error "beskid_runtime.h needs x86-64 or aarch64"
#endif
#ifdef __GLIBC__
#define BESKID_TARGET BESKID_ARCHITECTURE "-unknown-linux-gnu"
#else
#define BESKID_TARGET BESKID_ARCHITECTURE "-unknown-linux-musl"
#endif

/* The ABI record of the object that this header is compiled into, behind a reference to a symbol that
 * only a fitting runtime defines: with any other runtime, the object does not link. */
__asm__(
    ".pushsection .note.beskid,\"a\",%note\n"
    ".hidden __beskid_object_requires_runtime_abi_2\n"
    ".balign 4\n"
    ".long 7, 3f - 1f, 1\n"
    ".asciz \"Beskid\"\n"
    ".balign 4\n"
    "1: .long __beskid_object_requires_runtime_abi_2 - .\n"
    "2: .ascii \"\\002\\001\\000\\000\"\n"
    ".long 3f - 2b\n"
    ".ascii \"\\001\\000\\004\\000\\000\\000\\002\\000\\000\\000\\003\\000\"\n"
    ".long 5f - 4f\n"
    "4: .ascii \"" BESKID_TARGET "\"\n"
    "5:\n"
    ".ascii \"\\004\\000\\001\\000\\000\\000@\\005\\000\\010\\000\\000\\0004\\320\\341\\036\\325\\256\\031a\\006\\000\\001\\000\\000\\000\\001\\007\\000\\026\\000\\000\\000beskid\"\n"
    ".ascii \"_runtime.h\\0400.1.0\\010\\000\\006\\000\\000\\000C\\040host\\011\\000\\000\\000\\000\\000\\012\\000\\010\\000\\000\\000\"\n"
    ".ascii \"\\000\\000\\000\\000\\000\\000\\000\\000\\017\\000P\\004\\000\\000\\000\\032beskid_runtime_abi_versi\"\n"
    ".ascii \"on0\\001\\010\\007t_alloc\\022\\026\\001\\012\\007str_new\\022\\026\\001\\016\\006concat\\022\\026\\001\\016\"\n"
    ".ascii \"\\003len!\\024\\012\\011array_new\\022\\026\\001\\012\\005panicB\\027\\001\\017\\004_strA\\027\\012\\015\"\n"
    ".ascii \"syscall_write\\042%\\001\\022\\004read\\022&\\002\\012\\020gc_write_barr\"\n"
    ".ascii \"ier\\002\\023\\001\\015\\013root_handle!\\023\\015\\015unroot_handle\\001#\\015\\015\"\n"
    ".ascii \"register_root\\001\\023\\015\\017unregister_root\\001\\023\\012\\017even\"\n"
    ".ascii \"t_subscribe#\\026\\021\\020\\021unsubscribe_first\\042\\023\\001\\020\\003le\"\n"
    ".ascii \"n!\\022\\020\\013get_handler\\022\\022\\001\\012\\025interop_dispatch_un\"\n"
    ".ascii \"it\\001\\026\\033\\003ptr\\021\\026\\033\\005usize\\021\\026\\012\\015array_new_ref\\021\\026\\020\\003l\"\n"
    ".ascii \"en!\\024\\012\\006str_eq\\042\\024\\001\\016\\007compare\\042\\024\\001\\016\\005slice\\023\\026\\042\\016\\013c\"\n"
    ".ascii \"oncat_many\\022\\026\\001\\016\\010from_i64\\021&\\023\\003u64\\021&\\023\\004bool\\021&\"\n"
    ".ascii \"\\023\\004char\\021&\\023\\003f64\\021&\\023\\012bytes_utf8\\021\\026\\012\\016bytes_fro\"\n"
    ".ascii \"m_str\\021\\026\\020\\004copy\\005\\024\\022\\042\\022\\005mpare\\042\\024\\001\\012\\023syscall_wri\"\n"
    ".ascii \"te_bytes\\042%\\001\\022\\012read_bytes\\022&\\002\\012\\013panic_checkD\"\n"
    ".ascii \"'\\042\\001\\012\\014foreign_exit\\002\\023\\001\\012\\017module_register\\001\\023\\021\"\n"
    ".ascii \"\\012unregister\\001\\023\\012\\015process_start5(\\021!\\012\\012gc_col\"\n"
    ".ascii \"lect\\040\\006\\015\\017bytes_allocated\\040\\002\\015\\014object_count\\040\"\n"
    ".ascii \"\\002\\015\\005phase\\040\\002\\015\\021collect_if_needed\\040\\006\\015\\023externa\"\n"
    ".ascii \"l_root_count\\040\\002\\012\\011host_call\\023\\030\\021\\017\\006string\\022\\030\\001\\017\"\n"
    ".ascii \"\\005array\\023\\030\\021\\017\\004mark\\040\\002\\017\\007release\\001#\\012\\014program_ar\"\n"
    ".ascii \"gs\\020\\006\\012\\010str_hash!\\024\\016\\012terminated\\021\\026\\016\\010index_of\"\n"
    ".ascii \"#\\024!\\016\\010to_upper\\021\\026\\021\\005lower\\021\\026\\016\\011parse_f64!\\024\\014\\010d\"\n"
    ".ascii \"in_read\\021&\\024\\005_text\\021&\\025\\004line\\020\\006\\020\\010is_empty\\040\\005\\012\\007\"\n"
    ".ascii \"env_get\\021\\026\\016\\003has!\\024\\016\\003set\\042\\024\\001\\016\\006getcwd\\020\\006\\012\\016proc\"\n"
    ".ascii \"ess_getpid\\040\\002\\022\\004exitA'\\012\\014str_from_f32\\021&\\012\\024cl\"\n"
    ".ascii \"ock_realtime_nanos\\040\\002\\020\\017monotonic_nanos\\040\\002\\012\"\n"
    ".ascii \"\\014fs_read_text\\021\\026\\015\\006status\\040\\002\\015\\012write_text\\042\\024\\001\"\n"
    ".ascii \"\\015\\004copy\\042\\024\\001\\015\\006delete!\\024\\015\\005mkdir!\\024\\015\\006exists!\\024\"\n"
    "3:\n"
    ".balign 4\n"
    ".popsection\n"
);

/* Why an inline check failed: the first argument of panic_check. */
enum {
    BESKID_PANIC_INDEX_OUT_OF_BOUNDS = 1, /* index out of bounds: index {first}, length {second} */
    BESKID_PANIC_STRING_INDEX_OUT_OF_BOUNDS = 2, /* string index out of bounds: index {first}, length {second} */
    BESKID_PANIC_STRING_SLICE_OUT_OF_BOUNDS = 3, /* string slice out of bounds */
    BESKID_PANIC_DIVISION_BY_ZERO = 4, /* division by zero */
    BESKID_PANIC_INTEGER_OVERFLOW = 5, /* integer overflow */
    BESKID_PANIC_NEGATIVE_ARRAY_LENGTH = 6, /* negative array length: {first} */
    BESKID_PANIC_UNINITIALISED_ELEMENT = 7, /* uninitialised array element */
    BESKID_PANIC_INVALID_CHAR = 8, /* invalid char value: {first} */
    BESKID_PANIC_TRY_PROPAGATED = 9, /* try expression propagated error */
    BESKID_PANIC_EVENT_CAPACITY_EXCEEDED = 10, /* event capacity exceeded */
    BESKID_PANIC_OUT_OF_MEMORY = 11, /* out of memory */
    BESKID_PANIC_UNREACHABLE_CODE = 12, /* unreachable code */
};

/* What main returns: the last argument of process_start. */
enum {
    BESKID_MAIN_UNIT = 0,
    BESKID_MAIN_I32 = 1,
    BESKID_MAIN_I64 = 2,
    BESKID_MAIN_BOOL = 3,
    BESKID_MAIN_U8 = 4,
};

typedef struct BeskidStr BeskidStr;
typedef struct BeskidArray BeskidArray;
typedef struct BeskidObjectHeader BeskidObjectHeader;
typedef struct BeskidTypeDescriptor BeskidTypeDescriptor;
typedef struct BeskidEnumHeader BeskidEnumHeader;
typedef struct BeskidInteropEnvelope BeskidInteropEnvelope;
typedef struct BeskidSourceLocation BeskidSourceLocation;
typedef struct BeskidModuleDescriptor BeskidModuleDescriptor;
typedef struct BeskidFunctionMap BeskidFunctionMap;
typedef struct BeskidSafepoint BeskidSafepoint;

/* A string: immutable UTF-8, in which NUL is allowed.
 *
 * The runtime keeps one NUL after the bytes, which `len` does not count. */
struct BeskidStr {
    const uint8_t *ptr;
    size_t len;
};
BESKID_ASSERT(sizeof(BeskidStr) == 16, "sizeof(BeskidStr) == 16");
BESKID_ASSERT(offsetof(BeskidStr, ptr) == 0, "offsetof(BeskidStr, ptr) == 0");
BESKID_ASSERT(offsetof(BeskidStr, len) == 8, "offsetof(BeskidStr, len) == 8");

/* An array of fixed length. */
struct BeskidArray {
    uint8_t *ptr;
    size_t len;
    size_t cap;
};
BESKID_ASSERT(sizeof(BeskidArray) == 24, "sizeof(BeskidArray) == 24");
BESKID_ASSERT(offsetof(BeskidArray, ptr) == 0, "offsetof(BeskidArray, ptr) == 0");
BESKID_ASSERT(offsetof(BeskidArray, len) == 8, "offsetof(BeskidArray, len) == 8");
BESKID_ASSERT(offsetof(BeskidArray, cap) == 16, "offsetof(BeskidArray, cap) == 16");

/* The word before the fields of every described heap object. */
struct BeskidObjectHeader {
    const BeskidTypeDescriptor *descriptor;
};
BESKID_ASSERT(sizeof(BeskidObjectHeader) == 8, "sizeof(BeskidObjectHeader) == 8");
BESKID_ASSERT(offsetof(BeskidObjectHeader, descriptor) == 0, "offsetof(BeskidObjectHeader, descriptor) == 0");

/* What the runtime must know about an object's type. */
struct BeskidTypeDescriptor {
    size_t size;
    size_t align;
    uint32_t pointer_count;
    const size_t *pointer_offsets;
    const uint8_t *name;
};
BESKID_ASSERT(sizeof(BeskidTypeDescriptor) == 40, "sizeof(BeskidTypeDescriptor) == 40");
BESKID_ASSERT(offsetof(BeskidTypeDescriptor, size) == 0, "offsetof(BeskidTypeDescriptor, size) == 0");
BESKID_ASSERT(offsetof(BeskidTypeDescriptor, align) == 8, "offsetof(BeskidTypeDescriptor, align) == 8");
BESKID_ASSERT(offsetof(BeskidTypeDescriptor, pointer_count) == 16, "offsetof(BeskidTypeDescriptor, pointer_count) == 16");
BESKID_ASSERT(offsetof(BeskidTypeDescriptor, pointer_offsets) == 24, "offsetof(BeskidTypeDescriptor, pointer_offsets) == 24");
BESKID_ASSERT(offsetof(BeskidTypeDescriptor, name) == 32, "offsetof(BeskidTypeDescriptor, name) == 32");

/* The start of every enum object; the payload follows it. */
struct BeskidEnumHeader {
    const BeskidTypeDescriptor *descriptor;
    int32_t tag;
    uint32_t reserved;
};
BESKID_ASSERT(sizeof(BeskidEnumHeader) == 16, "sizeof(BeskidEnumHeader) == 16");
BESKID_ASSERT(offsetof(BeskidEnumHeader, descriptor) == 0, "offsetof(BeskidEnumHeader, descriptor) == 0");
BESKID_ASSERT(offsetof(BeskidEnumHeader, tag) == 8, "offsetof(BeskidEnumHeader, tag) == 8");
BESKID_ASSERT(offsetof(BeskidEnumHeader, reserved) == 12, "offsetof(BeskidEnumHeader, reserved) == 12");

/* A request to the runtime's dispatch functions: an enum object with at least one payload word. */
struct BeskidInteropEnvelope {
    const BeskidTypeDescriptor *descriptor;
    int32_t tag;
    uint32_t reserved;
    uint64_t payload;
};
BESKID_ASSERT(sizeof(BeskidInteropEnvelope) == 24, "sizeof(BeskidInteropEnvelope) == 24");
BESKID_ASSERT(offsetof(BeskidInteropEnvelope, descriptor) == 0, "offsetof(BeskidInteropEnvelope, descriptor) == 0");
BESKID_ASSERT(offsetof(BeskidInteropEnvelope, tag) == 8, "offsetof(BeskidInteropEnvelope, tag) == 8");
BESKID_ASSERT(offsetof(BeskidInteropEnvelope, reserved) == 12, "offsetof(BeskidInteropEnvelope, reserved) == 12");
BESKID_ASSERT(offsetof(BeskidInteropEnvelope, payload) == 16, "offsetof(BeskidInteropEnvelope, payload) == 16");

/* A place in a source file, for panic messages. */
struct BeskidSourceLocation {
    const uint8_t *file;
    size_t file_len;
    uint32_t line;
    uint32_t column;
};
BESKID_ASSERT(sizeof(BeskidSourceLocation) == 24, "sizeof(BeskidSourceLocation) == 24");
BESKID_ASSERT(offsetof(BeskidSourceLocation, file) == 0, "offsetof(BeskidSourceLocation, file) == 0");
BESKID_ASSERT(offsetof(BeskidSourceLocation, file_len) == 8, "offsetof(BeskidSourceLocation, file_len) == 8");
BESKID_ASSERT(offsetof(BeskidSourceLocation, line) == 16, "offsetof(BeskidSourceLocation, line) == 16");
BESKID_ASSERT(offsetof(BeskidSourceLocation, column) == 20, "offsetof(BeskidSourceLocation, column) == 20");

/* Everything that the runtime must know about one compiled module.
 *
 * The tables are plain data of the object, in which the loader has relocated the pointers. */
struct BeskidModuleDescriptor {
    uint32_t abi_version;
    uint32_t descriptor_size;
    const BeskidFunctionMap *functions;
    size_t function_count;
    const BeskidSafepoint *safepoints;
    size_t safepoint_count;
    const uint32_t *roots;
    size_t root_count;
    const BeskidSourceLocation *locations;
    size_t location_count;
    const uint8_t *record;
    size_t record_len;
};
BESKID_ASSERT(sizeof(BeskidModuleDescriptor) == 88, "sizeof(BeskidModuleDescriptor) == 88");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, abi_version) == 0, "offsetof(BeskidModuleDescriptor, abi_version) == 0");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, descriptor_size) == 4, "offsetof(BeskidModuleDescriptor, descriptor_size) == 4");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, functions) == 8, "offsetof(BeskidModuleDescriptor, functions) == 8");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, function_count) == 16, "offsetof(BeskidModuleDescriptor, function_count) == 16");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, safepoints) == 24, "offsetof(BeskidModuleDescriptor, safepoints) == 24");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, safepoint_count) == 32, "offsetof(BeskidModuleDescriptor, safepoint_count) == 32");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, roots) == 40, "offsetof(BeskidModuleDescriptor, roots) == 40");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, root_count) == 48, "offsetof(BeskidModuleDescriptor, root_count) == 48");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, locations) == 56, "offsetof(BeskidModuleDescriptor, locations) == 56");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, location_count) == 64, "offsetof(BeskidModuleDescriptor, location_count) == 64");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, record) == 72, "offsetof(BeskidModuleDescriptor, record) == 72");
BESKID_ASSERT(offsetof(BeskidModuleDescriptor, record_len) == 80, "offsetof(BeskidModuleDescriptor, record_len) == 80");

/* One compiled function and its range of safepoints. */
struct BeskidFunctionMap {
    const uint8_t *code;
    uint32_t code_len;
    uint32_t first_safepoint;
    uint32_t safepoint_count;
    uint32_t reserved;
};
BESKID_ASSERT(sizeof(BeskidFunctionMap) == 24, "sizeof(BeskidFunctionMap) == 24");
BESKID_ASSERT(offsetof(BeskidFunctionMap, code) == 0, "offsetof(BeskidFunctionMap, code) == 0");
BESKID_ASSERT(offsetof(BeskidFunctionMap, code_len) == 8, "offsetof(BeskidFunctionMap, code_len) == 8");
BESKID_ASSERT(offsetof(BeskidFunctionMap, first_safepoint) == 12, "offsetof(BeskidFunctionMap, first_safepoint) == 12");
BESKID_ASSERT(offsetof(BeskidFunctionMap, safepoint_count) == 16, "offsetof(BeskidFunctionMap, safepoint_count) == 16");
BESKID_ASSERT(offsetof(BeskidFunctionMap, reserved) == 20, "offsetof(BeskidFunctionMap, reserved) == 20");

/* One call instruction. Every call in compiled code has an entry, so a return address without
 * one lies in foreign code. Sorted by `return_offset` within a function. */
struct BeskidSafepoint {
    uint32_t return_offset;
    uint32_t first_root;
    uint32_t root_count;
    uint32_t location;
};
BESKID_ASSERT(sizeof(BeskidSafepoint) == 16, "sizeof(BeskidSafepoint) == 16");
BESKID_ASSERT(offsetof(BeskidSafepoint, return_offset) == 0, "offsetof(BeskidSafepoint, return_offset) == 0");
BESKID_ASSERT(offsetof(BeskidSafepoint, first_root) == 4, "offsetof(BeskidSafepoint, first_root) == 4");
BESKID_ASSERT(offsetof(BeskidSafepoint, root_count) == 8, "offsetof(BeskidSafepoint, root_count) == 8");
BESKID_ASSERT(offsetof(BeskidSafepoint, location) == 12, "offsetof(BeskidSafepoint, location) == 12");

/* Returns the ABI revision that this runtime provides. */
uint32_t beskid_runtime_abi_version(void);

/* Allocates `size` zeroed bytes described by `desc`, which is written to the first word
 * when it is not null. Without a descriptor the block is opaque: the collector finds no
 * references in it. Never returns null; exhaustion panics. */
uint8_t *beskid_rt_alloc(size_t size, const BeskidTypeDescriptor *desc);

/* Makes a string of the `len` bytes at `bytes`, which must not be null even for length 0.
 * Invalid UTF-8 panics. The string stays valid whatever happens to the bytes. */
BeskidStr *beskid_rt_str_new(const uint8_t *bytes, size_t len);

/* Concatenates two strings into a fresh one. A null handle panics. */
BeskidStr *beskid_rt_str_concat(const BeskidStr *left, const BeskidStr *right);

/* Returns the length of a string in bytes. A null handle panics. */
int64_t beskid_rt_str_len(const BeskidStr *string);

/* Makes an array of `len` zeroed elements of `elem_size` bytes, none of which holds a
 * reference. A length that does not fit into memory panics. */
BeskidArray *beskid_rt_array_new(size_t elem_size, size_t len);

/* Panics with the `len` bytes of UTF-8 at `message`. */
BESKID_NORETURN void beskid_rt_panic(const uint8_t *message, size_t len);

/* Panics with a string as the message. A null handle panics with a message of its own. */
BESKID_NORETURN void beskid_rt_panic_str(const BeskidStr *message);

/* Writes a string to a file descriptor, continuing partial writes, and returns the number
 * of bytes written, or -1 on an error or for a null string. Length 0 writes nothing. */
int64_t beskid_rt_syscall_write(int64_t fd, const BeskidStr *string);

/* Reads at most `max` bytes from a file descriptor as a string; empty at the end, on an
 * error, and for a `max` below 1. Input that is not UTF-8 panics. */
BeskidStr *beskid_rt_syscall_read(int64_t fd, int64_t max);

/* Tells the collector that `value` was stored into `object`. Compiled code calls it after
 * every store of a reference into the heap while marking is active. */
void beskid_rt_gc_write_barrier(uint8_t *object, uint8_t *value);

/* Keeps `value` alive until the returned handle is released. */
int64_t beskid_rt_gc_root_handle(uint8_t *value);

/* Releases a handle of `gc_root_handle`. An unknown handle is ignored. */
void beskid_rt_gc_unroot_handle(int64_t handle);

/* Makes the reference at `slot` a root until it is unregistered. Null is ignored. */
void beskid_rt_gc_register_root(uint8_t **slot);

/* Removes every registration of `slot`. */
void beskid_rt_gc_unregister_root(uint8_t **slot);

/* Appends a handler to the event at `slot`, creating the event at the first subscription,
 * and returns the new number of handlers. Null, capacity 0 and a full event panic. */
int64_t beskid_rt_event_subscribe(uint8_t **slot, uint8_t *handler, size_t capacity);

/* Removes the first subscription of `handler` and returns 1, or 0 if there was none. */
int64_t beskid_rt_event_unsubscribe_first(uint8_t **slot, uint8_t *handler);

/* Returns the number of handlers of an event; 0 for null. */
int64_t beskid_rt_event_len(const uint8_t *event);

/* Returns the handler at `index`, or null when there is none. */
uint8_t *beskid_rt_event_get_handler(const uint8_t *event, size_t index);

/* Serves a request without a result. An unknown tag panics. */
void beskid_rt_interop_dispatch_unit(const BeskidInteropEnvelope *request);

/* Serves a request whose result is a reference. An unknown tag panics. */
uint8_t *beskid_rt_interop_dispatch_ptr(const BeskidInteropEnvelope *request);

/* Serves a request whose result is a size: tag 0 is the length of the string in the first
 * payload word. An unknown tag panics. */
size_t beskid_rt_interop_dispatch_usize(const BeskidInteropEnvelope *request);

/* Makes an array of `len` references, all of them empty. A length that does not fit into
 * memory panics. */
BeskidArray *beskid_rt_array_new_ref(size_t len);

/* Returns the length of an array in elements. A null handle panics. */
int64_t beskid_rt_array_len(const BeskidArray *array);

/* Returns 1 if two strings have the same bytes, else 0. A null handle panics. */
int64_t beskid_rt_str_eq(const BeskidStr *left, const BeskidStr *right);

/* Compares two strings byte by byte: -1, 0 or 1. A null handle panics. */
int64_t beskid_rt_str_compare(const BeskidStr *left, const BeskidStr *right);

/* Copies `count` bytes from `start` on into a fresh string. Leaving the string or cutting
 * a character panics. */
BeskidStr *beskid_rt_str_slice(const BeskidStr *string, int64_t start, int64_t count);

/* Concatenates `count` strings whose handles stand at `parts`, which may lie on the
 * caller's stack: the runtime keeps them alive. */
BeskidStr *beskid_rt_str_concat_many(const BeskidStr *const *parts, size_t count);

/* Writes an integer in decimal. */
BeskidStr *beskid_rt_str_from_i64(int64_t value);

/* Returns the decimal text of an unsigned number, passed as its 64 bits. */
BeskidStr *beskid_rt_str_from_u64(uint64_t value);

/* Returns `false` for 0, else `true`. */
BeskidStr *beskid_rt_str_from_bool(int64_t value);

/* Makes a string of one Unicode scalar value. Any other number panics. */
BeskidStr *beskid_rt_str_from_char(int64_t value);

/* Writes a floating-point number, given by its IEEE 754 bits, in the shortest form that
 * reads back as the same number. */
BeskidStr *beskid_rt_str_from_f64(int64_t bits);

/* Makes a string of an array of bytes. Invalid UTF-8 panics. */
BeskidStr *beskid_rt_str_from_bytes_utf8(const BeskidArray *bytes);

/* Copies the bytes of a string into a fresh array. */
BeskidArray *beskid_rt_bytes_from_str(const BeskidStr *string);

/* Copies `count` bytes between two arrays of bytes, or within one. Leaving either panics. */
void beskid_rt_bytes_copy(BeskidArray *dst, int64_t dst_offset, const BeskidArray *src, int64_t src_offset, int64_t count);

/* Compares two arrays of bytes: -1, 0 or 1. A null handle panics. */
int64_t beskid_rt_bytes_compare(const BeskidArray *left, const BeskidArray *right);

/* Writes an array of bytes as `syscall_write` writes a string. */
int64_t beskid_rt_syscall_write_bytes(int64_t fd, const BeskidArray *bytes);

/* Reads at most `max` bytes from a file descriptor; empty at the end, on an error, and for
 * a `max` below 1. */
BeskidArray *beskid_rt_syscall_read_bytes(int64_t fd, int64_t max);

/* Panics for a failed inline check: `kind` numbers the message, `first` and `second` are
 * its operands, and `location`, if it is not null, is the place that it names. */
BESKID_NORETURN void beskid_rt_panic_check(int64_t kind, int64_t first, int64_t second, const BeskidSourceLocation *location);

/* Records the stack and frame pointer of compiled code that is about to call a foreign
 * function, so that the collector can continue below the foreign frames. */
void beskid_rt_foreign_exit(const uint8_t *sp, const uint8_t *fp);

/* Makes a compiled module's stack maps and source places known to the runtime. */
void beskid_rt_module_register(const BeskidModuleDescriptor *module);

/* Forgets a module of `module_register`, whose code must no longer run. */
void beskid_rt_module_unregister(const BeskidModuleDescriptor *module);

/* Runs a standalone executable: checks the ABI records, sets up the heap, calls `main`,
 * whose result is of the kind `result`, and returns the exit status. A panic is printed
 * and gives 101. */
int32_t beskid_rt_process_start(int64_t argc, const uint8_t *const *argv, const BeskidModuleDescriptor *module, const uint8_t *main, int64_t result);

/* Collects the heap of this thread and returns the number of bytes that are alive. */
int64_t beskid_rt_gc_collect(void);

/* Returns the number of bytes in the cells of this thread's heap. */
int64_t beskid_rt_gc_bytes_allocated(void);

/* Returns the number of cells in this thread's heap. */
int64_t beskid_rt_gc_object_count(void);

/* Returns what the collector is doing: 0 idle, 1 marking, 2 sweeping. */
int64_t beskid_rt_gc_phase(void);

/* Collects if the heap has grown past its trigger; returns 1 if it did, else 0. */
int64_t beskid_rt_gc_collect_if_needed(void);

/* Returns the number of live root handles and registered root slots of this thread. */
int64_t beskid_rt_gc_external_root_count(void);

/* Calls an entry of the compiled `module` for a C host, with arguments and result in
 * `frame`. The first call checks the ABI records of the program and ends the process with a
 * report if they do not fit. Returns null, or the text of the panic with its place. A
 * result or a text lives until `host_release`. Never unwinds. */
BeskidStr *beskid_rt_host_call(const BeskidModuleDescriptor *module, const uint8_t *entry, uint8_t *frame);

/* Makes a string of `len` bytes for a C host; it lives until `host_release`. Returns null if
 * the bytes are not UTF-8 or there is no memory. Never unwinds. */
BeskidStr *beskid_rt_host_string(const uint8_t *bytes, size_t len);

/* Makes an array of `len` elements of `elem_size` bytes, none of which holds a reference, for
 * a C host; it lives until `host_release`. The elements are copies of those at `elements`, or
 * zero if that is null. Returns null if there is no memory. Never unwinds. */
BeskidArray *beskid_rt_host_array(const uint8_t *elements, size_t elem_size, size_t len);

/* Returns a mark for `host_release`. */
int64_t beskid_rt_host_mark(void);

/* Lets go of everything that this thread's C code was given since `host_mark` returned
 * `mark`. What is still needed is kept by `gc_root_handle`. */
void beskid_rt_host_release(int64_t mark);

/* Returns the arguments of the program, without its name, as an array of strings: those that
 * the host has given this thread, or else those of the process. What is not UTF-8 in them
 * is replaced by U+FFFD. */
BeskidArray *beskid_rt_program_args(void);

/* Returns a number that depends on the bytes of a string alone, the same in every process.
 * A null handle panics. */
int64_t beskid_rt_str_hash(const BeskidStr *string);

/* Returns a string of the same text with a NUL byte behind it, for foreign code: the string
 * itself or a copy. A null handle panics. */
BeskidStr *beskid_rt_str_terminated(const BeskidStr *string);

/* Returns the offset of the first occurrence of `needle` at or after `start`, or -1. The
 * empty string occurs everywhere. A null handle panics. */
int64_t beskid_rt_str_index_of(const BeskidStr *string, const BeskidStr *needle, int64_t start);

/* Returns the upper case of a string, by the default mapping of Unicode. */
BeskidStr *beskid_rt_str_to_upper(const BeskidStr *string);

/* Returns the lower case of a string, by the default mapping of Unicode. */
BeskidStr *beskid_rt_str_to_lower(const BeskidStr *string);

/* Reads a decimal floating-point number and returns its IEEE 754 bits, or -1 if the string
 * is none. -1 are the bits of no number that this returns. */
int64_t beskid_rt_str_parse_f64(const BeskidStr *string);

/* Reads at most `max` bytes from the process's buffered standard input; empty at the end,
 * on an error, and for a `max` below 1. */
BeskidArray *beskid_rt_stdin_read(int64_t max);

/* Reads as `stdin_read` does, and on to the end of the last character. Anything but UTF-8
 * panics. */
BeskidStr *beskid_rt_stdin_read_text(int64_t max);

/* Reads a line from the process's buffered standard input, with its line feed if it has
 * one; empty at the end and on an error. Anything but UTF-8 panics. */
BeskidStr *beskid_rt_stdin_read_line(void);

/* Returns 1 if the process's buffered standard input has ended or cannot be read, else 0. */
int64_t beskid_rt_stdin_is_empty(void);

/* Returns the value of a variable of the process's environment; empty if it is not set.
 * What is not UTF-8 in it is replaced by U+FFFD. A null handle panics. */
BeskidStr *beskid_rt_env_get(const BeskidStr *name);

/* Returns 1 if a variable of the process's environment is set, else 0. A null handle panics. */
int64_t beskid_rt_env_has(const BeskidStr *name);

/* Sets a variable of the process's environment and returns 0, or -1 if the name is empty or
 * contains `=`, or either contains a NUL. Rust code of other threads may read the
 * environment meanwhile, C code may not. A null handle panics. */
int64_t beskid_rt_env_set(const BeskidStr *name, const BeskidStr *value);

/* Returns the path of the process's current directory; empty if there is none. What is not
 * UTF-8 in it is replaced by U+FFFD. */
BeskidStr *beskid_rt_env_getcwd(void);

/* Returns the number of the process. */
int64_t beskid_rt_process_getpid(void);

/* Ends the process with the low 32 bits of `status`, after writing out what Rust and C code
 * have buffered. A host that runs tests in its own process makes it a panic. */
BESKID_NORETURN void beskid_rt_process_exit(int64_t status);

/* Writes an `f32`, given by the IEEE 754 bits of the `f64` of the same value, in the shortest
 * form that reads back as the same `f32`. */
BeskidStr *beskid_rt_str_from_f32(int64_t bits);

/* Returns the nanoseconds since 1970-01-01T00:00:00Z by the clock of the system, which may be
 * set back; those before are negative. */
int64_t beskid_rt_clock_realtime_nanos(void);

/* Returns the nanoseconds since some moment of this process, by a clock that is never set
 * back. */
int64_t beskid_rt_clock_monotonic_nanos(void);

/* Returns the content of a file; empty if that fails, which `fs_status` tells. A null handle
 * panics. */
BeskidStr *beskid_rt_fs_read_text(const BeskidStr *path);

/* Returns how the last `fs_read_text` of this thread went, or the opening of the source in its
 * last `fs_copy`: 0 for success, -1 for a path that
 * does not exist, -2 for one that may not be used, -3 for one that exists already, -4 for a
 * directory, -5 for what is no directory, -6 for a directory that is not empty, -7 for a full
 * disk, -8 for content that is not UTF-8, -9 for an impossible path, -10 for an unknown
 * reason, and else the positive error number of the system. */
int64_t beskid_rt_fs_status(void);

/* Gives a file a text as its content, all of it or nothing. The status is that of `fs_status`.
 * A null handle panics. */
int64_t beskid_rt_fs_write_text(const BeskidStr *path, const BeskidStr *text);

/* Gives a file the content of another, all of it or nothing. The status is that of
 * `fs_status`. A null handle panics. */
int64_t beskid_rt_fs_copy(const BeskidStr *from, const BeskidStr *to);

/* Deletes a file or an empty directory. The status is that of `fs_status`. A null handle
 * panics. */
int64_t beskid_rt_fs_delete(const BeskidStr *path);

/* Creates a directory, and those around it; one that is there already is a success. The
 * status is that of `fs_status`. A null handle panics. */
int64_t beskid_rt_fs_mkdir(const BeskidStr *path);

/* Returns 1 if something that can be reached stands at a path, else 0. A null handle panics. */
int64_t beskid_rt_fs_exists(const BeskidStr *path);

#ifdef __cplusplus
}
#endif

#endif
