//! The typed program: what analysis hands to code generation.
//!
//! Every name is resolved to an index, every expression has a type, every implicit conversion is
//! an explicit [`ExprKind::Convert`], and nothing is generic. A program that reaches this form
//! has no errors; code generation may assume that. It holds no machine facts: no layouts, no
//! offsets, no runtime symbols beyond the rows of the ABI table.
//!
//! All ids are indices into the tables of [`Program`].

use beskid_abi::RuntimeFn;
use beskid_syntax::{FileId, SourceMap, Span};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the table that this id indexes.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// A function of [`Program::functions`].
    FunctionId
);
id!(
    /// A record type of [`Program::records`].
    RecordId
);
id!(
    /// An enum type of [`Program::enums`].
    EnumId
);
id!(
    /// A contract type of [`Program::contracts`].
    ContractId
);
id!(
    /// A method table of [`Program::tables`].
    TableId
);
id!(
    /// A foreign function of [`Program::externs`].
    ExternId
);
id!(
    /// A module of [`Program::modules`].
    ModuleId
);
id!(
    /// A local variable or parameter of one function, in [`Function::locals`].
    LocalId
);
id!(
    /// A type of [`TypeTable`]; equal ids mean equal types.
    TypeId
);
id!(
    /// A function type of [`TypeTable`]; equal ids mean equal types.
    SignatureId
);

/// A complete, error-free program.
#[derive(Clone, Debug)]
pub struct Program {
    /// The package name, the first part of every symbol.
    pub package: String,
    /// The source files, for locations and hashes.
    pub sources: SourceMap,
    /// All loaded modules; the entry module first.
    pub modules: Vec<Module>,
    /// All types that the program mentions.
    pub types: TypeTable,
    /// All record types.
    pub records: Vec<Record>,
    /// All enum types; instances of generic enums are enums of their own.
    pub enums: Vec<Enum>,
    /// All contract types; instances of generic contracts are contracts of their own.
    pub contracts: Vec<Contract>,
    /// The methods of types that are used through contracts.
    pub tables: Vec<Table>,
    /// All functions, methods and test bodies, in a deterministic order.
    pub functions: Vec<Function>,
    /// All foreign functions that are called somewhere.
    pub externs: Vec<ExternFunction>,
    /// The `test` items, in source order per module.
    pub tests: Vec<Test>,
    /// The entry function, if the entry module has one.
    pub main: Option<Main>,
}

impl Program {
    /// The type as the language spells it.
    pub fn type_name(&self, ty: TypeId) -> String {
        match self.types.get(ty) {
            Type::Unit => "unit".to_owned(),
            Type::Never => "never".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Int(kind) => kind.name().to_owned(),
            Type::Float(FloatKind::F32) => "f32".to_owned(),
            Type::Float(FloatKind::F64) => "f64".to_owned(),
            Type::Char => "char".to_owned(),
            Type::String => "string".to_owned(),
            Type::Record(record) => self.records[record.index()].name.clone(),
            Type::Enum(id) => self.enums[id.index()].name.clone(),
            Type::Contract(id) => self.contracts[id.index()].name.clone(),
            Type::Array(element) => format!("{}[]", self.type_name(element)),
            Type::Function(id) => {
                let signature = self.types.signature(id);
                let params: Vec<String> =
                    signature.params.iter().map(|&param| self.type_name(param)).collect();
                format!("{}({})", self.type_name(signature.result), params.join(", "))
            }
        }
    }

    /// The signature of a function: `(string, i64) -> bool`.
    pub fn signature(&self, function: &Function) -> String {
        let params: Vec<String> = function.param_types().map(|ty| self.type_name(ty)).collect();
        format!("({}) -> {}", params.join(", "), self.type_name(function.result))
    }
}

/// One module: one source file, or an inline `mod` of one.
#[derive(Clone, Debug)]
pub struct Module {
    /// Path from the source root; empty for the entry module.
    pub path: Vec<String>,
    /// The file that contains it; the entry file for directories without a file of their own.
    pub file: FileId,
    /// Whether it belongs to the core library, whose places mean nothing to users: a panic in it
    /// should report the nearest caller outside.
    pub library: bool,
}

/// Integer types. [`IntKind::Usize`] has the width of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the Beskid primitive of the same name")]
pub enum IntKind {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Usize,
}

impl IntKind {
    /// The primitive's name.
    pub fn name(self) -> &'static str {
        match self {
            IntKind::I8 => "i8",
            IntKind::I16 => "i16",
            IntKind::I32 => "i32",
            IntKind::I64 => "i64",
            IntKind::U8 => "u8",
            IntKind::U16 => "u16",
            IntKind::U32 => "u32",
            IntKind::U64 => "u64",
            IntKind::Usize => "usize",
        }
    }

    /// Whether the type has negative values.
    pub fn is_signed(self) -> bool {
        matches!(self, IntKind::I8 | IntKind::I16 | IntKind::I32 | IntKind::I64)
    }

    /// Width in bits, on the 64-bit targets that are supported.
    pub fn bits(self) -> u32 {
        match self {
            IntKind::I8 | IntKind::U8 => 8,
            IntKind::I16 | IntKind::U16 => 16,
            IntKind::I32 | IntKind::U32 => 32,
            IntKind::I64 | IntKind::U64 | IntKind::Usize => 64,
        }
    }
}

/// Floating-point types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the Beskid primitive of the same name")]
pub enum FloatKind {
    F32,
    F64,
}

/// The shape of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// No information; no machine value.
    Unit,
    /// The type of expressions that do not complete.
    Never,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int(IntKind),
    /// A floating-point number.
    Float(FloatKind),
    /// A Unicode scalar value.
    Char,
    /// Immutable UTF-8 text, a reference.
    String,
    /// A record, a reference.
    Record(RecordId),
    /// An enum, a reference.
    Enum(EnumId),
    /// An array of the element type, a reference.
    Array(TypeId),
    /// A function value, a reference.
    Function(SignatureId),
    /// A value that is used through a contract, a reference.
    Contract(ContractId),
}

/// What the values of a function type take and return.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunctionType {
    /// Types of the parameters, in order.
    pub params: Vec<TypeId>,
    /// Type of the result.
    pub result: TypeId,
}

impl Type {
    /// Whether values are pointers to objects of the managed heap (or static objects).
    pub fn is_reference(self) -> bool {
        match self {
            Type::String | Type::Record(_) | Type::Enum(_) => true,
            Type::Array(_) | Type::Function(_) | Type::Contract(_) => true,
            Type::Unit | Type::Never | Type::Bool | Type::Char => false,
            Type::Int(_) | Type::Float(_) => false,
        }
    }

    /// Whether values exist at run time.
    pub fn has_value(self) -> bool {
        !matches!(self, Type::Unit | Type::Never)
    }
}

/// Interned types.
#[derive(Clone, Debug)]
pub struct TypeTable {
    types: Vec<Type>,
    ids: std::collections::HashMap<Type, TypeId>,
    signatures: Vec<FunctionType>,
    signature_ids: std::collections::HashMap<FunctionType, SignatureId>,
}

macro_rules! well_known {
    ($($(#[$meta:meta])* $name:ident = $index:literal, $ty:expr;)*) => {
        impl TypeId {
            $($(#[$meta])* pub const $name: TypeId = TypeId($index);)*
        }
        const WELL_KNOWN: &[(TypeId, Type)] = &[$((TypeId::$name, $ty)),*];
    };
}

well_known! {
    /// `unit`.
    UNIT = 0, Type::Unit;
    /// The type of expressions that do not complete.
    NEVER = 1, Type::Never;
    /// `bool`.
    BOOL = 2, Type::Bool;
    /// `u8`.
    U8 = 3, Type::Int(IntKind::U8);
    /// `i32`.
    I32 = 4, Type::Int(IntKind::I32);
    /// `i64`.
    I64 = 5, Type::Int(IntKind::I64);
    /// `f64`.
    F64 = 6, Type::Float(FloatKind::F64);
    /// `char`.
    CHAR = 7, Type::Char;
    /// `string`.
    STRING = 8, Type::String;
}

impl Default for TypeTable {
    fn default() -> Self {
        let mut table = TypeTable {
            types: Vec::new(),
            ids: std::collections::HashMap::new(),
            signatures: Vec::new(),
            signature_ids: std::collections::HashMap::new(),
        };
        for &(id, ty) in WELL_KNOWN {
            let interned = table.intern(ty);
            assert_eq!(interned, id, "well-known types are interned in order");
        }
        table
    }
}

impl TypeTable {
    /// The id of `ty`, new or known.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(&id) = self.ids.get(&ty) {
            return id;
        }
        let id = TypeId(u32::try_from(self.types.len()).expect("fewer than 2^32 types"));
        self.types.push(ty);
        self.ids.insert(ty, id);
        id
    }

    /// The id of a function type's signature, new or known.
    pub fn intern_signature(&mut self, signature: FunctionType) -> SignatureId {
        if let Some(&id) = self.signature_ids.get(&signature) {
            return id;
        }
        let id = SignatureId(u32::try_from(self.signatures.len()).expect("fewer than 2^32 types"));
        self.signatures.push(signature.clone());
        self.signature_ids.insert(signature, id);
        id
    }

    /// The signature of a function type.
    ///
    /// # Panics
    /// If `id` comes from another table.
    pub fn signature(&self, id: SignatureId) -> &FunctionType {
        &self.signatures[id.index()]
    }

    /// The shape of a type.
    ///
    /// # Panics
    /// If `id` comes from another table.
    pub fn get(&self, id: TypeId) -> Type {
        self.types[id.index()]
    }

    /// All types with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, Type)> + '_ {
        self.types.iter().enumerate().map(|(index, &ty)| (TypeId(index as u32), ty))
    }
}

/// A record type.
#[derive(Clone, Debug)]
pub struct Record {
    /// The declared name.
    pub name: String,
    /// The module that declares it.
    pub module: ModuleId,
    /// Fields in declaration order, which is layout order.
    pub fields: Vec<Field>,
    /// The declaration's name.
    pub span: Span,
}

/// A field of a record, or an event, which is a field that sources cannot read or write.
#[derive(Clone, Debug)]
pub struct Field {
    /// The declared name.
    pub name: String,
    /// The declared type; for an event, the array of its handlers, which is null as long as there
    /// have been none.
    pub ty: TypeId,
    /// Whether this is an event.
    pub is_event: bool,
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The declared name, with the type arguments of an instance: `Option<i64>`.
    pub name: String,
    /// The module that declares it.
    pub module: ModuleId,
    /// Variants in declaration order, which numbers their tags.
    pub variants: Vec<Variant>,
    /// The declaration's name.
    pub span: Span,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The declared name.
    pub name: String,
    /// Types of the payload, in order.
    pub payload: Vec<TypeId>,
}

/// A contract type.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The declared name, with the type arguments of an instance: `Source<i64>`.
    pub name: String,
    /// The module that declares it.
    pub module: ModuleId,
    /// The declaration's name.
    pub span: Span,
}

/// How one type fulfils one contract. The slots of a table are numbered: first the methods, then
/// the tables of the contracts that the contract embeds.
#[derive(Clone, Debug)]
pub struct Table {
    /// The type whose methods these are.
    pub receiver: TypeId,
    /// The contract that they fulfil.
    pub contract: TypeId,
    /// The functions behind the contract's methods, in order.
    pub methods: Vec<FunctionId>,
    /// The same type's tables for the embedded contracts, in order.
    pub embedded: Vec<TableId>,
}

/// A function, a method (receiver first) or the body of a test.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name for messages and debuggers: `add`, `Point.Length`, `test Parses`.
    pub name: String,
    /// The linker symbol, see [`crate::symbols`].
    pub symbol: String,
    /// The module that declares it.
    pub module: ModuleId,
    /// Documentation text, without slashes.
    pub doc: String,
    /// Parameters in order; each is one of `locals`.
    pub params: Vec<LocalId>,
    /// Those parameters that are `out`: they have no value at first, and where the function is left
    /// their values go to the places that the caller gives, see [`ExprKind::Out`].
    pub outs: Vec<LocalId>,
    /// All parameters and local variables.
    pub locals: Vec<Local>,
    /// The result type.
    pub result: TypeId,
    /// The statements.
    pub body: Block,
    /// The declaration's name.
    pub span: Span,
    /// Whether it is a `pub` function of the entry module, for hosts to call.
    pub offered: bool,
    /// Whether hosts may call it by name: it is offered, and its types can cross.
    pub exported: bool,
    /// For a lambda, the variables that it captures, in the order of [`ExprKind::Closure`]; they
    /// have their values before the first statement. `None` for functions with a name.
    pub captures: Option<Vec<LocalId>>,
}

impl Function {
    /// Types of the parameters, in order.
    pub fn param_types(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.params.iter().map(|param| self.locals[param.index()].ty)
    }
}

/// A parameter or local variable.
#[derive(Clone, Debug)]
pub struct Local {
    /// The declared name; `this` for receivers; empty for compiler temporaries.
    pub name: String,
    /// The type.
    pub ty: TypeId,
}

/// A foreign function of an `[Extern]` contract.
#[derive(Clone, Debug)]
pub struct ExternFunction {
    /// The `Library` argument as written.
    pub library: String,
    /// The foreign symbol.
    pub symbol: String,
    /// Parameter shapes.
    pub params: Vec<ExternType>,
    /// Result shape; `None` for `unit`.
    pub result: Option<ExternType>,
    /// The method's name in the contract.
    pub span: Span,
}

impl ExternFunction {
    /// The signature as the language spells it: `(ref u8) -> i64`.
    pub fn signature(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(|param| param.name()).collect();
        format!("({}) -> {}", params.join(", "), self.result.map_or("unit", ExternType::name))
    }
}

/// What may cross to foreign code (reference 23.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternType {
    /// One byte, 0 or 1.
    Bool,
    /// An unsigned byte.
    U8,
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer or raw address.
    I64,
    /// An IEEE double.
    F64,
    /// `ref u8`: the address of a string's bytes, of an array's first element, or a raw `i64`.
    BytePointer,
}

impl ExternType {
    /// The type as the language spells it.
    pub fn name(self) -> &'static str {
        match self {
            ExternType::Bool => "bool",
            ExternType::U8 => "u8",
            ExternType::I32 => "i32",
            ExternType::I64 => "i64",
            ExternType::F64 => "f64",
            ExternType::BytePointer => "ref u8",
        }
    }
}

/// A `test` item.
#[derive(Clone, Debug)]
pub struct Test {
    /// The declared name.
    pub name: String,
    /// The module that declares it.
    pub module: ModuleId,
    /// The body: no parameters, `unit`.
    pub function: FunctionId,
    /// `meta { tags }`, split and trimmed.
    pub tags: Vec<String>,
    /// `meta { group }`.
    pub group: String,
    /// The reason of `skip { condition = true; }`.
    pub skip: Option<String>,
}

/// Where a program starts.
#[derive(Clone, Copy, Debug)]
pub struct Main {
    /// The function named `main`, or one around it: it has no parameters, and its result is an exit
    /// status (`i32`, `i64`, `bool`), a text to show (`string`), or `unit`.
    pub function: FunctionId,
}

/// Statements with a scope of their own.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In order.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Initialises a local variable. The initialiser of a `unit` local has type `unit`.
    Let {
        /// The variable.
        local: LocalId,
        /// Its first value, of the variable's type.
        value: Expr,
    },
    /// Evaluates and drops.
    Expr(Expr),
    /// Leaves the function.
    Return(Option<Expr>),
    /// Leaves the innermost loop.
    Break,
    /// Goes on with the next pass of the innermost loop.
    Continue,
    /// Two-way branch.
    If {
        /// A `bool`.
        condition: Expr,
        /// Taken when true.
        then_block: Block,
        /// Taken when false; may be empty.
        else_block: Block,
    },
    /// Loop while the condition holds.
    While {
        /// A `bool`.
        condition: Expr,
        /// The body.
        body: Block,
    },
    /// Loop over `start ≤ local < end`; both bounds have the type of `local`.
    ForRange {
        /// Fresh in each pass.
        local: LocalId,
        /// Evaluated once, first.
        start: Expr,
        /// Evaluated once, second.
        end: Expr,
        /// The body.
        body: Block,
    },
    /// Loop over the elements of an array; its length is read once, at entry.
    ForArray {
        /// Fresh in each pass.
        local: LocalId,
        /// Evaluated once.
        array: Expr,
        /// The body.
        body: Block,
    },
    /// A nested scope.
    Block(Block),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it does.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: TypeId,
    /// Where it stands; the place that a failing check reports (the operator of a binary
    /// expression, the bracket expression of an index, the callee of a call).
    pub span: Span,
}

/// The forms of expressions. Operands are evaluated left to right, each once.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `()`.
    Unit,
    /// A `bool` literal.
    Bool(bool),
    /// An integer literal of the expression's type, sign- or zero-extended to 64 bits.
    Int(i64),
    /// A float literal of the expression's type.
    Float(f64),
    /// A `char` literal.
    Char(char),
    /// A string literal, escapes resolved.
    String(String),
    /// The value of a variable.
    Local(LocalId),
    /// `-x` on numbers (wrapping on integers).
    Negate(Box<Expr>),
    /// `!x`.
    Not(Box<Expr>),
    /// Arithmetic on two numbers of the expression's type.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `==` `!=` `<` … on two operands of one type: numbers, `bool`, `char`, strings (by
    /// content); `==` and `!=` also on `unit` and, structurally, on records and enums.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `===`, by pointer, on two references of one type. `!==` is its [`ExprKind::Not`].
    Same(Box<Expr>, Box<Expr>),
    /// `&&`; the right side only if the left is true.
    And(Box<Expr>, Box<Expr>),
    /// `||`; the right side only if the left is false.
    Or(Box<Expr>, Box<Expr>),
    /// Conversion between the scalar types of the operand and of the expression (reference 8.2
    /// and 8.3: truncating, extending by the operand's sign, saturating from float, checked to
    /// `char`).
    Convert(Box<Expr>),
    /// The text of a scalar, as interpolation shows it; the identity on strings.
    ToText(Box<Expr>),
    /// Concatenation of two or more strings.
    Concat(Vec<Expr>),
    /// A call of a function or method (receiver first).
    Call(FunctionId, Vec<Expr>),
    /// An argument for an `out` parameter. What the place consists of is evaluated where the argument
    /// stands; the place gets its value when the call has returned.
    Out(Box<Place>),
    /// A call of a foreign function.
    CallExtern(ExternId, Vec<Expr>),
    /// A call of a builtin that is a plain runtime function. Integer arguments have type `i64`;
    /// a `bool` result is the row's non-zero integer.
    CallRuntime(RuntimeFn, Vec<Expr>),
    /// A function with a name as a value; all values of one function are the same object.
    FunctionValue(FunctionId),
    /// A value of a lambda: its function, and the values that it captures.
    Closure(FunctionId, Vec<Expr>),
    /// A call of a function value, which is evaluated before the arguments.
    CallValue(Box<Expr>, Vec<Expr>),
    /// A record or an enum value as a value of a contract.
    ToContract(Box<Expr>, TableId),
    /// A contract value as one of a contract that is embedded in it, whose table is in the slot.
    ToEmbedded(Box<Expr>, u32),
    /// A call of a contract's method, by its slot: the contract value, then the arguments.
    CallContract(Box<Expr>, u32, Vec<Expr>),
    /// An operation that compiles to machine instructions.
    Intrinsic(Intrinsic, Vec<Expr>),
    /// A number that equal values have in common, an `i64`; for all types that `==` works on.
    Hash(Box<Expr>),
    /// Adds a handler to an event: the record, the event's field, the handler, and the most
    /// handlers that it takes. The value is `unit`.
    Subscribe(Box<Expr>, u32, Box<Expr>, i64),
    /// Removes the first equal handler from an event: the record, the event's field, the handler.
    /// The value is `unit`.
    Unsubscribe(Box<Expr>, u32, Box<Expr>),
    /// Calls the handlers that an event has now, in order: the record, the event's field, the
    /// arguments. The value is `unit`.
    Raise(Box<Expr>, u32, Vec<Expr>),
    /// A field of a record.
    Field(Box<Expr>, u32),
    /// `array[index]` or `text[index]`; the index has type `i64`.
    Index(Box<Expr>, Box<Expr>),
    /// A record literal; field indices in the order written, each field once. Events are left out:
    /// they begin empty.
    Record(RecordId, Vec<(u32, Expr)>),
    /// An enum value: the number of the variant, and its payload in order.
    Variant(EnumId, u32, Vec<Expr>),
    /// Chooses by patterns.
    Match(Box<Match>),
    /// An array literal; the expression's type is the array type.
    Array(Vec<Expr>),
    /// `__array_new`: the given number (`i64`) of zeroed or empty elements.
    NewArray(Box<Expr>),
    /// `__array_len`, an `i64`.
    ArrayLength(Box<Expr>),
    /// Stores; the expression's type is `unit`.
    Assign(Box<Place>, Box<Expr>),
    /// Reads, operates and stores, the target's parts evaluated once. On strings the operation
    /// is [`ArithmeticOp::Add`] and concatenates. The value has the type of the target.
    AssignWith(Box<Place>, ArithmeticOp, Box<Expr>),
    /// Statements; `unit`, or never if they do not complete.
    Block(Block),
}

impl ExprKind {
    /// The expressions that it consists of, in the order of their evaluation: all of them, but for
    /// statements, the arms of a `match` and the parts of places.
    pub fn operands(&self) -> Vec<&Expr> {
        match self {
            ExprKind::Unit
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Char(_)
            | ExprKind::String(_)
            | ExprKind::FunctionValue(_)
            | ExprKind::Local(_)
            | ExprKind::Out(_)
            | ExprKind::Block(_) => Vec::new(),
            ExprKind::Negate(a)
            | ExprKind::Not(a)
            | ExprKind::Convert(a)
            | ExprKind::ToText(a)
            | ExprKind::Hash(a)
            | ExprKind::ToContract(a, _)
            | ExprKind::ToEmbedded(a, _)
            | ExprKind::Field(a, _)
            | ExprKind::NewArray(a)
            | ExprKind::ArrayLength(a)
            | ExprKind::Assign(_, a)
            | ExprKind::AssignWith(_, _, a) => vec![a],
            ExprKind::Match(choice) => vec![&choice.scrutinee],
            ExprKind::Call(_, args)
            | ExprKind::CallExtern(_, args)
            | ExprKind::CallRuntime(_, args)
            | ExprKind::Intrinsic(_, args)
            | ExprKind::Array(args)
            | ExprKind::Closure(_, args)
            | ExprKind::Concat(args)
            | ExprKind::Variant(_, _, args) => args.iter().collect(),
            ExprKind::Subscribe(object, _, handler, _)
            | ExprKind::Unsubscribe(object, _, handler) => vec![object, handler],
            ExprKind::CallValue(callee, args)
            | ExprKind::CallContract(callee, _, args)
            | ExprKind::Raise(callee, _, args) => [&**callee].into_iter().chain(args).collect(),
            ExprKind::Record(_, fields) => fields.iter().map(|(_, value)| value).collect(),
            ExprKind::Arithmetic(_, left, right)
            | ExprKind::Compare(_, left, right)
            | ExprKind::Same(left, right)
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right)
            | ExprKind::Index(left, right) => vec![left, right],
        }
    }
}

macro_rules! intrinsics {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $operands:expr, $result:expr;)*) => {
        /// Operations that sources call by name and that compile to a few instructions. They have
        /// no runtime function. The core library wraps them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Intrinsic { $($(#[$meta])* $variant),* }

        impl Intrinsic {
            /// All intrinsics, in the order of the table.
            pub const ALL: &[Intrinsic] = &[$(Intrinsic::$variant),*];

            /// The name in sources.
            pub fn name(self) -> &'static str {
                match self { $(Intrinsic::$variant => $name),* }
            }

            /// What it takes.
            pub fn operands(self) -> &'static [Operand] {
                match self { $(Intrinsic::$variant => $operands),* }
            }

            /// What it returns.
            pub fn result(self) -> Operand {
                match self { $(Intrinsic::$variant => $result),* }
            }
        }
    };
}

/// The type of an operand or result of an [`Intrinsic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Any integer type, the same in all places of one call.
    Integer,
    /// This type.
    Exactly(TypeId),
}

intrinsics! {
    /// The bits that both operands have.
    BitAnd = "__bits_and", &[Operand::Integer, Operand::Integer], Operand::Integer;
    /// The bits that either operand has.
    BitOr = "__bits_or", &[Operand::Integer, Operand::Integer], Operand::Integer;
    /// The bits in which the operands differ.
    BitXor = "__bits_xor", &[Operand::Integer, Operand::Integer], Operand::Integer;
    /// Every bit the other way round.
    BitNot = "__bits_not", &[Operand::Integer], Operand::Integer;
    /// Moves bits up, by a number of places modulo the width.
    ShiftLeft = "__bits_shift_left", &[Operand::Integer, Operand::Exactly(TypeId::I64)], Operand::Integer;
    /// Moves bits down, by a number of places modulo the width; a signed number keeps its sign.
    ShiftRight = "__bits_shift_right", &[Operand::Integer, Operand::Exactly(TypeId::I64)], Operand::Integer;
    /// The number of bits that are one.
    CountOnes = "__bits_count_ones", &[Operand::Exactly(TypeId::I64)], Operand::Exactly(TypeId::I64);
    /// The number of zeros above the highest one; 64 for zero.
    LeadingZeros = "__bits_leading_zeros", &[Operand::Exactly(TypeId::I64)], Operand::Exactly(TypeId::I64);
    /// The number of zeros below the lowest one; 64 for zero.
    TrailingZeros = "__bits_trailing_zeros", &[Operand::Exactly(TypeId::I64)], Operand::Exactly(TypeId::I64);
    /// The square root; NaN for negative numbers.
    Sqrt = "__float_sqrt", &[Operand::Exactly(TypeId::F64)], Operand::Exactly(TypeId::F64);
    /// The number without its sign.
    FloatAbs = "__float_abs", &[Operand::Exactly(TypeId::F64)], Operand::Exactly(TypeId::F64);
    /// The IEEE 754 bits.
    FloatToBits = "__float_to_bits", &[Operand::Exactly(TypeId::F64)], Operand::Exactly(TypeId::I64);
    /// The float with these IEEE 754 bits.
    FloatFromBits = "__float_from_bits", &[Operand::Exactly(TypeId::I64)], Operand::Exactly(TypeId::F64);
}

/// A `match`. The patterns of all arms together cover every value.
#[derive(Clone, Debug)]
pub struct Match {
    /// Evaluated once, first.
    pub scrutinee: Expr,
    /// Tried in order.
    pub arms: Vec<Arm>,
}

/// An arm of a `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What the scrutinee must look like.
    pub pattern: Pattern,
    /// A `bool` that is evaluated when the pattern fits; if it is false, the next arm is tried.
    pub guard: Option<Expr>,
    /// The value: of the type of the whole `match`, never, or, if that is `unit`, of any type.
    pub body: Expr,
}

/// A pattern; the type of the value that it is compared with is known from the place.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Fits everything.
    Wildcard,
    /// Fits everything and names it.
    Bind(LocalId),
    /// An equal `bool`.
    Bool(bool),
    /// An equal integer, extended like [`ExprKind::Int`].
    Int(i64),
    /// An equal float.
    Float(f64),
    /// An equal `char`.
    Char(char),
    /// A string of equal content.
    String(String),
    /// A variant of the enum whose payload fits, in order.
    Variant(EnumId, u32, Vec<Pattern>),
}

/// What can be assigned to.
#[derive(Clone, Debug)]
pub enum Place {
    /// A variable.
    Local(LocalId),
    /// A field of a record.
    Field(Expr, u32),
    /// An element of an array; the index has type `i64`.
    Element {
        /// The array.
        array: Expr,
        /// The index.
        index: Expr,
        /// The place that a failing check reports.
        span: Span,
    },
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the operator of the same name")]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the operator of the same name")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
