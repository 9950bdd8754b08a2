//! The machine kinds that cross the runtime boundary, and the effect that a runtime function has
//! on the program that calls it.
//!
//! Only types with an implementation of [`ParamType`] or [`ReturnType`] can stand in the table, so
//! a row with a narrow or floating-point parameter does not compile.

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AbiParamKind {
    /// A pointer or a `usize`: an integer of the target's pointer width.
    Ptr = 1,
    /// A 64-bit integer.
    I64 = 2,
}

/// How a result is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AbiReturnKind {
    /// Nothing.
    Void = 0,
    /// A pointer or a `usize`: an integer of the target's pointer width.
    Ptr = 1,
    /// A 64-bit integer.
    I64 = 2,
    /// A 32-bit integer.
    I32 = 3,
    /// The function does not return; a trap follows the call.
    Never = 4,
}

/// What a call may do besides computing its result: what a compiler may assume about it.
///
/// The effect belongs to the contract, so it is part of the signature hash: a barrier that became
/// a no-op would break compiled code as surely as a changed parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Effect {
    /// The result depends on the arguments alone. Calls may be merged or removed.
    Pure = 1,
    /// Reads memory or runtime state that may change. An unused call may be removed.
    Reads = 2,
    /// Changes memory or runtime state; neither panics nor collects.
    Writes = 3,
    /// May panic on a bad argument; does not collect.
    MayPanic = 4,
    /// Talks to the operating system and may block; does not collect.
    Io = 5,
    /// May allocate and so may collect, panic, or both: every live reference must be in the
    /// stack map of the call.
    Allocates = 6,
    /// Does not return: it unwinds to the host boundary.
    Never = 7,
    /// Enters compiled code from outside, or makes what it is given there. Hosts call it; compiled
    /// code does not.
    Enters = 8,
}

impl Effect {
    /// Every effect, by number.
    pub const ALL: &[Effect] = &[
        Effect::Pure,
        Effect::Reads,
        Effect::Writes,
        Effect::MayPanic,
        Effect::Io,
        Effect::Allocates,
        Effect::Never,
        Effect::Enters,
    ];

    /// Whether a collection can happen during the call, which makes it a safepoint.
    ///
    /// It is false for [`Effect::Enters`]: the caller is not compiled code, so it has no frame that
    /// the collector would look at.
    #[must_use]
    pub const fn may_allocate(self) -> bool {
        matches!(self, Effect::Allocates)
    }

    /// Whether the call can leave by unwinding.
    #[must_use]
    pub const fn may_unwind(self) -> bool {
        matches!(self, Effect::MayPanic | Effect::Allocates | Effect::Never | Effect::Enters)
    }

    /// The word by which the table names this effect.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Effect::Pure => "Pure",
            Effect::Reads => "Reads",
            Effect::Writes => "Writes",
            Effect::MayPanic => "MayPanic",
            Effect::Io => "Io",
            Effect::Allocates => "Allocates",
            Effect::Never => "Never",
            Effect::Enters => "Enters",
        }
    }
}

impl AbiParamKind {
    /// Every kind.
    pub const ALL: &[AbiParamKind] = &[AbiParamKind::Ptr, AbiParamKind::I64];

    /// The name of the kind in documents and snapshots.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AbiParamKind::Ptr => "ptr",
            AbiParamKind::I64 => "i64",
        }
    }
}

impl AbiReturnKind {
    /// Every kind.
    pub const ALL: &[AbiReturnKind] = &[
        AbiReturnKind::Void,
        AbiReturnKind::Ptr,
        AbiReturnKind::I64,
        AbiReturnKind::I32,
        AbiReturnKind::Never,
    ];

    /// The name of the kind in documents and snapshots.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AbiReturnKind::Void => "void",
            AbiReturnKind::Ptr => "ptr",
            AbiReturnKind::I64 => "i64",
            AbiReturnKind::I32 => "i32",
            AbiReturnKind::Never => "never",
        }
    }
}

/// A Rust type that may be a parameter of a runtime function.
pub trait ParamType {
    /// How values of the type are passed.
    const KIND: AbiParamKind;
}

impl ParamType for usize {
    const KIND: AbiParamKind = AbiParamKind::Ptr;
}

impl<T> ParamType for *const T {
    const KIND: AbiParamKind = AbiParamKind::Ptr;
}

impl<T> ParamType for *mut T {
    const KIND: AbiParamKind = AbiParamKind::Ptr;
}

impl ParamType for i64 {
    const KIND: AbiParamKind = AbiParamKind::I64;
}

impl ParamType for u64 {
    const KIND: AbiParamKind = AbiParamKind::I64;
}

/// A function type whose result may be the result of a runtime function.
///
/// It is implemented for `fn() -> T` and not for `T`, because `!` cannot be named alone.
pub trait ReturnType {
    /// How the result is passed.
    const KIND: AbiReturnKind;
}

impl ReturnType for fn() {
    const KIND: AbiReturnKind = AbiReturnKind::Void;
}

impl ReturnType for fn() -> usize {
    const KIND: AbiReturnKind = AbiReturnKind::Ptr;
}

impl<T> ReturnType for fn() -> *const T {
    const KIND: AbiReturnKind = AbiReturnKind::Ptr;
}

impl<T> ReturnType for fn() -> *mut T {
    const KIND: AbiReturnKind = AbiReturnKind::Ptr;
}

impl ReturnType for fn() -> i64 {
    const KIND: AbiReturnKind = AbiReturnKind::I64;
}

impl ReturnType for fn() -> u64 {
    const KIND: AbiReturnKind = AbiReturnKind::I64;
}

impl ReturnType for fn() -> i32 {
    const KIND: AbiReturnKind = AbiReturnKind::I32;
}

impl ReturnType for fn() -> u32 {
    const KIND: AbiReturnKind = AbiReturnKind::I32;
}

impl ReturnType for fn() -> ! {
    const KIND: AbiReturnKind = AbiReturnKind::Never;
}
