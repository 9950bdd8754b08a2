//! The types of a program while it is checked: the table that code generation gets, the type of
//! expressions that contain a mistake, and the rules that need nothing but types.

use std::collections::HashMap;
use std::rc::Rc;

use beskid_syntax::Primitive;

use crate::items::Nominal;
use crate::typed::{
    ContractId, EnumId, FloatKind, FunctionType, IntKind, RecordId, Type, TypeId, TypeTable,
};

/// The type of an expression whose mistake has been reported. It fits everywhere and is never part
/// of a finished program.
pub(crate) const ERROR: TypeId = TypeId(u32::MAX);

/// Ids from here on stand for the type parameters of a generic item whose declaration is checked
/// without an instance. They are equal to themselves only, and never part of a finished program.
const OPAQUE_FIRST: u32 = 1 << 31;

/// How deep the arguments of an instance may nest.
pub(crate) const INSTANCE_DEPTH_MAX: u32 = 64;
/// How many instances a type or a function may have.
pub(crate) const INSTANCES_MAX: u32 = 4_000;
/// How many names the written form of an instance's argument may have.
const INSTANCE_SIZE_MAX: u32 = 512;

/// A declared type with its type arguments.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) def: Nominal,
    pub(crate) args: Rc<[TypeId]>,
    /// The spelling: `Option<i64>`.
    pub(crate) name: String,
}

/// A type as a declaration writes it: type parameters are still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// A type without type parameters.
    Known(TypeId),
    /// A type parameter, by its position.
    Param(u32),
    /// An array of it.
    Array(Box<Scheme>),
    /// A function type: the parameters and the result.
    Function(Vec<Scheme>, Box<Scheme>),
    /// A generic type with arguments.
    Instance(Nominal, Vec<Scheme>),
}

impl Scheme {
    /// The scheme with other schemes in place of its type parameters.
    pub(crate) fn substitute(&self, types: &mut Types, args: &[Scheme]) -> Scheme {
        match self {
            Scheme::Known(ty) => Scheme::Known(*ty),
            Scheme::Param(index) => {
                args.get(*index as usize).cloned().unwrap_or(Scheme::Known(ERROR))
            }
            Scheme::Array(element) => {
                let element = element.substitute(types, args);
                Scheme::array(types, element)
            }
            Scheme::Function(params, result) => {
                let params: Vec<Scheme> =
                    params.iter().map(|part| part.substitute(types, args)).collect();
                let result = result.substitute(types, args);
                Scheme::function(types, params, result)
            }
            Scheme::Instance(def, parts) => {
                let parts: Vec<Scheme> =
                    parts.iter().map(|part| part.substitute(types, args)).collect();
                Scheme::instance(types, *def, parts)
            }
        }
    }

    /// An array, which is open only if its element is.
    pub(crate) fn array(types: &mut Types, element: Scheme) -> Scheme {
        if let Scheme::Known(element) = element {
            Scheme::Known(types.array(element))
        } else {
            Scheme::Array(Box::new(element))
        }
    }

    /// A function type, which is open only if its parts are.
    pub(crate) fn function(types: &mut Types, params: Vec<Scheme>, result: Scheme) -> Scheme {
        match (known_types(&params), &result) {
            (Some(params), Scheme::Known(result)) => Scheme::Known(types.function(params, *result)),
            _ => Scheme::Function(params, Box::new(result)),
        }
    }

    /// A declared type with arguments, which is open only if the arguments are.
    pub(crate) fn instance(types: &mut Types, def: Nominal, args: Vec<Scheme>) -> Scheme {
        match known_types(&args) {
            Some(known) => Scheme::Known(types.instantiate(def, &known)),
            None => Scheme::Instance(def, args),
        }
    }

    /// The declared type and its arguments, if it is one.
    pub(crate) fn declared(&self, types: &Types) -> Option<(Nominal, Vec<Scheme>)> {
        match self {
            Scheme::Instance(def, args) => Some((*def, args.clone())),
            Scheme::Known(ty) => {
                let instance = types.instance(*ty)?;
                Some((instance.def, instance.args.iter().map(|&arg| Scheme::Known(arg)).collect()))
            }
            Scheme::Param(_) | Scheme::Array(_) | Scheme::Function(..) => None,
        }
    }
}

/// The types of schemes that are all without type parameters.
fn known_types(schemes: &[Scheme]) -> Option<Vec<TypeId>> {
    let known = |scheme: &Scheme| if let Scheme::Known(ty) = scheme { Some(*ty) } else { None };
    schemes.iter().map(known).collect()
}

/// A type that cannot exist, found while type arguments were put in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Impossible {
    /// Arguments of this type nest too deep.
    TooDeep(Nominal),
    /// This type has too many instances.
    TooMany(Nominal),
}

/// Interned types and instances of declared types.
#[derive(Clone, Default)]
pub(crate) struct Types {
    table: TypeTable,
    /// Depth and number of names, parallel to the table.
    extents: Vec<(u32, u32)>,
    /// By [`RecordId`].
    records: Vec<Instance>,
    /// By [`EnumId`].
    enums: Vec<Instance>,
    /// By [`ContractId`].
    contracts: Vec<Instance>,
    instances: HashMap<(Nominal, Rc<[TypeId]>), TypeId>,
    instance_counts: HashMap<Nominal, u32>,
    /// The names of declared types, for messages.
    names: HashMap<Nominal, String>,
    opaque: Vec<String>,
    /// The contracts that bind the types that stand for type parameters.
    opaque_bounds: HashMap<TypeId, Vec<TypeId>>,
    /// Waiting to be reported.
    pub(crate) impossible: Vec<Impossible>,
}

/// How a value of one type becomes a value of another without being asked (reference 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// Nothing to do.
    Same,
    /// All values are kept.
    Silent,
    /// Values may change, which is worth a warning.
    Lossy,
    /// Not without being asked.
    Impossible,
}

impl Types {
    /// The shape of a type; `None` for [`ERROR`] and for type parameters.
    pub(crate) fn get(&self, id: TypeId) -> Option<Type> {
        (id.0 < OPAQUE_FIRST).then(|| self.table.get(id))
    }

    fn intern(&mut self, ty: Type) -> TypeId {
        let id = self.table.intern(ty);
        for new in self.extents.len()..=id.index() {
            let extent = self.extent_of(self.table.get(TypeId(new as u32)));
            self.extents.push(extent);
        }
        id
    }

    /// Depth and number of names of a type whose parts are interned.
    fn extent_of(&self, ty: Type) -> (u32, u32) {
        let signature: Vec<TypeId>;
        let parts: &[TypeId] = match &ty {
            Type::Array(element) => &[*element],
            Type::Function(id) => {
                let function = self.table.signature(*id);
                signature = function.params.iter().copied().chain([function.result]).collect();
                &signature
            }
            Type::Record(id) => &self.records[id.index()].args,
            Type::Enum(id) => &self.enums[id.index()].args,
            Type::Contract(id) => &self.contracts[id.index()].args,
            Type::Unit | Type::Never | Type::Bool | Type::Int(_) => &[],
            Type::Float(_) | Type::Char | Type::String => &[],
        };
        let nested = parts.iter().map(|&part| self.extent(part));
        nested.fold((1, 1), |(depth, size), (inner_depth, inner_size)| {
            (depth.max(inner_depth + 1), size.saturating_add(inner_size))
        })
    }

    fn extent(&self, id: TypeId) -> (u32, u32) {
        self.extents.get(id.index()).copied().unwrap_or((1, 1))
    }

    /// Whether a type is small enough to be an argument of an instance.
    pub(crate) fn fits_instance(&self, id: TypeId) -> bool {
        let (depth, size) = self.extent(id);
        depth <= INSTANCE_DEPTH_MAX && size <= INSTANCE_SIZE_MAX
    }

    /// The array of an element type.
    pub(crate) fn array(&mut self, element: TypeId) -> TypeId {
        if element == ERROR { ERROR } else { self.intern(Type::Array(element)) }
    }

    /// The type of functions with these parameters and this result.
    pub(crate) fn function(&mut self, params: Vec<TypeId>, result: TypeId) -> TypeId {
        if result == ERROR || params.contains(&ERROR) {
            return ERROR;
        }
        let id = self.table.intern_signature(FunctionType { params, result });
        self.intern(Type::Function(id))
    }

    /// What the values of a function type take and return, if this is one.
    pub(crate) fn signature(&self, id: TypeId) -> Option<&FunctionType> {
        match self.get(id) {
            Some(Type::Function(id)) => Some(self.table.signature(id)),
            _ => None,
        }
    }

    /// Declares a type's name, for messages.
    pub(crate) fn name(&mut self, def: Nominal, name: String) {
        self.names.insert(def, name);
    }

    /// A type that stands for a type parameter.
    pub(crate) fn add_opaque(&mut self, name: &str) -> TypeId {
        self.opaque.push(name.to_owned());
        TypeId(OPAQUE_FIRST + self.opaque.len() as u32 - 1)
    }

    /// Binds a type that stands for a type parameter by a contract.
    pub(crate) fn bind_opaque(&mut self, id: TypeId, contract: TypeId) {
        self.opaque_bounds.entry(id).or_default().push(contract);
    }

    /// The contracts that bind a type that stands for a type parameter.
    pub(crate) fn opaque_bounds(&self, id: TypeId) -> &[TypeId] {
        self.opaque_bounds.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether a type stands for a type parameter.
    pub(crate) fn is_opaque(&self, id: TypeId) -> bool {
        id != ERROR && id.0 >= OPAQUE_FIRST
    }

    /// A declared type with arguments.
    pub(crate) fn instantiate(&mut self, def: Nominal, args: &[TypeId]) -> TypeId {
        if args.contains(&ERROR) {
            return ERROR;
        }
        if let Some(&known) = self.instances.get(&(def, Rc::from(args))) {
            return known;
        }
        if !args.iter().all(|&arg| self.fits_instance(arg)) {
            self.impossible.push(Impossible::TooDeep(def));
            return ERROR;
        }
        let count = self.instance_counts.entry(def).or_default();
        *count += 1;
        if *count > INSTANCES_MAX {
            self.impossible.push(Impossible::TooMany(def));
            return ERROR;
        }
        let args: Rc<[TypeId]> = Rc::from(args);
        let name = self.instance_name(&self.names[&def], &args);
        let instance = Instance { def, args: Rc::clone(&args), name };
        let ty = match def {
            Nominal::Record(_) => {
                self.records.push(instance);
                Type::Record(RecordId(self.records.len() as u32 - 1))
            }
            Nominal::Enum(_) => {
                self.enums.push(instance);
                Type::Enum(EnumId(self.enums.len() as u32 - 1))
            }
            Nominal::Contract(_) => {
                self.contracts.push(instance);
                Type::Contract(ContractId(self.contracts.len() as u32 - 1))
            }
        };
        let id = self.intern(ty);
        self.instances.insert((def, args), id);
        id
    }

    /// `name`, or `name<A, B>`.
    pub(crate) fn instance_name(&self, name: &str, args: &[TypeId]) -> String {
        if args.is_empty() {
            return name.to_owned();
        }
        let args: Vec<String> = args.iter().map(|&arg| self.display(arg)).collect();
        format!("{name}<{}>", args.join(", "))
    }

    /// The declared type and its arguments, if this is a record, an enum or a contract.
    pub(crate) fn instance(&self, id: TypeId) -> Option<&Instance> {
        match self.get(id)? {
            Type::Record(id) => Some(self.record_instance(id)),
            Type::Enum(id) => Some(self.enum_instance(id)),
            Type::Contract(id) => Some(&self.contracts[id.index()]),
            Type::Unit | Type::Never | Type::Bool | Type::Int(_) | Type::Float(_) => None,
            Type::Char | Type::String | Type::Array(_) | Type::Function(_) => None,
        }
    }

    /// The declared type, if this is a record, an enum or a contract.
    pub(crate) fn nominal(&self, id: TypeId) -> Option<Nominal> {
        self.instance(id).map(|instance| instance.def)
    }

    pub(crate) fn record_instance(&self, id: RecordId) -> &Instance {
        &self.records[id.index()]
    }

    pub(crate) fn enum_instance(&self, id: EnumId) -> &Instance {
        &self.enums[id.index()]
    }

    /// The contracts with their arguments, by [`ContractId`].
    pub(crate) fn contract_instances(&self) -> &[Instance] {
        &self.contracts
    }

    /// How many instances of records and of enums there are.
    pub(crate) fn instance_counts(&self) -> (usize, usize) {
        (self.records.len(), self.enums.len())
    }

    /// The type that a scheme becomes with type arguments.
    pub(crate) fn apply(&mut self, scheme: &Scheme, args: &[TypeId]) -> TypeId {
        match scheme {
            Scheme::Known(ty) => *ty,
            Scheme::Param(index) => args.get(*index as usize).copied().unwrap_or(ERROR),
            Scheme::Array(element) => {
                let element = self.apply(element, args);
                self.array(element)
            }
            Scheme::Function(params, result) => {
                let params = params.iter().map(|param| self.apply(param, args)).collect();
                let result = self.apply(result, args);
                self.function(params, result)
            }
            Scheme::Instance(def, parts) => {
                let parts: Vec<TypeId> = parts.iter().map(|part| self.apply(part, args)).collect();
                self.instantiate(*def, &parts)
            }
        }
    }

    /// The type of a part of a record or an enum.
    pub(crate) fn part(&mut self, owner: TypeId, scheme: &Scheme) -> TypeId {
        if let Scheme::Known(ty) = scheme {
            return *ty;
        }
        match self.instance(owner).map(|instance| Rc::clone(&instance.args)) {
            Some(args) => self.apply(scheme, &args),
            None => ERROR,
        }
    }

    /// The type of a primitive's name.
    pub(crate) fn primitive(&mut self, primitive: Primitive) -> TypeId {
        self.intern(primitive_type(primitive))
    }

    /// The element type, if this is an array.
    pub(crate) fn element(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Some(Type::Array(element)) => Some(element),
            _ => None,
        }
    }

    pub(crate) fn is_integer(&self, id: TypeId) -> bool {
        matches!(self.get(id), Some(Type::Int(_)))
    }

    pub(crate) fn is_float(&self, id: TypeId) -> bool {
        matches!(self.get(id), Some(Type::Float(_)))
    }

    pub(crate) fn is_numeric(&self, id: TypeId) -> bool {
        self.is_integer(id) || self.is_float(id)
    }

    pub(crate) fn is_reference(&self, id: TypeId) -> bool {
        self.get(id).is_some_and(Type::is_reference)
    }

    /// The spelling of a type in source text.
    pub(crate) fn display(&self, id: TypeId) -> String {
        match self.get(id) {
            None if self.is_opaque(id) => self.opaque[(id.0 - OPAQUE_FIRST) as usize].clone(),
            None => String::from("?"),
            Some(Type::Never) => String::from("never"),
            Some(Type::Record(id)) => self.record_instance(id).name.clone(),
            Some(Type::Enum(id)) => self.enum_instance(id).name.clone(),
            Some(Type::Contract(id)) => self.contracts[id.index()].name.clone(),
            Some(Type::Array(element)) => format!("{}[]", self.display(element)),
            Some(Type::Function(id)) => {
                let function = self.table.signature(id);
                let params: Vec<String> =
                    function.params.iter().map(|&param| self.display(param)).collect();
                format!("{}({})", self.display(function.result), params.join(", "))
            }
            Some(scalar) => primitive_name(scalar).to_owned(),
        }
    }

    /// How `from` converts to `to` without being asked.
    pub(crate) fn conversion(&self, from: TypeId, to: TypeId) -> Conversion {
        if from == to || from == ERROR || to == ERROR || from == TypeId::NEVER {
            return Conversion::Same;
        }
        match (self.get(from), self.get(to)) {
            (None, _) | (_, None) => Conversion::Impossible,
            (Some(from), Some(to)) => conversion(from, to),
        }
    }

    /// Gives the table away.
    pub(crate) fn into_table(self) -> TypeTable {
        self.table
    }
}

fn conversion(from: Type, to: Type) -> Conversion {
    match (from, to) {
        _ if from == to => Conversion::Same,
        (Type::Never, _) => Conversion::Same,
        (Type::Int(from), Type::Int(to)) => lossy_unless(holds_all(to, from)),
        (Type::Int(from), Type::Float(to)) => lossy_unless(from.bits() < mantissa_bits(to)),
        (Type::Float(FloatKind::F32), Type::Float(FloatKind::F64)) => Conversion::Silent,
        (Type::Float(FloatKind::F64), Type::Float(FloatKind::F32)) => Conversion::Lossy,
        _ => Conversion::Impossible,
    }
}

fn lossy_unless(exact: bool) -> Conversion {
    if exact { Conversion::Silent } else { Conversion::Lossy }
}

/// Whether every value of `from` is one of `to`, whatever the width of a pointer.
fn holds_all(to: IntKind, from: IntKind) -> bool {
    let from_bits = from.bits();
    let to_bits = if to == IntKind::Usize { USIZE_BITS_MIN } else { to.bits() };
    match (from.is_signed(), to.is_signed()) {
        (true, false) => false,
        (false, true) => from_bits < to_bits,
        (true, true) | (false, false) => from_bits <= to_bits,
    }
}

/// A `usize` holds at least this much on every target.
const USIZE_BITS_MIN: u32 = 32;

/// Integers of fewer bits are exact in the float type.
fn mantissa_bits(float: FloatKind) -> u32 {
    match float {
        FloatKind::F32 => f32::MANTISSA_DIGITS,
        FloatKind::F64 => f64::MANTISSA_DIGITS,
    }
}

/// The least and the greatest value of an integer type.
pub(crate) fn int_range(kind: IntKind) -> (i128, i128) {
    let bits = kind.bits();
    if kind.is_signed() {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    }
}

/// The type of a primitive.
pub(crate) fn primitive_type(primitive: Primitive) -> Type {
    match primitive {
        Primitive::Bool => Type::Bool,
        Primitive::U8 => Type::Int(IntKind::U8),
        Primitive::I32 => Type::Int(IntKind::I32),
        Primitive::I64 => Type::Int(IntKind::I64),
        Primitive::F64 => Type::Float(FloatKind::F64),
        Primitive::Char => Type::Char,
        Primitive::String => Type::String,
        Primitive::Unit => Type::Unit,
        Primitive::I8 => Type::Int(IntKind::I8),
        Primitive::I16 => Type::Int(IntKind::I16),
        Primitive::U16 => Type::Int(IntKind::U16),
        Primitive::U32 => Type::Int(IntKind::U32),
        Primitive::U64 => Type::Int(IntKind::U64),
        Primitive::Usize => Type::Int(IntKind::Usize),
        Primitive::F32 => Type::Float(FloatKind::F32),
    }
}

/// The reserved word of a primitive type.
fn primitive_name(ty: Type) -> &'static str {
    let named = |primitive: &&Primitive| primitive_type(**primitive) == ty;
    Primitive::ALL.iter().find(named).map_or("?", |primitive| primitive.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_name(from: &str, to: &str) -> Conversion {
        let ty = |name| primitive_type(Primitive::from_name(name).unwrap());
        conversion(ty(from), ty(to))
    }

    #[test]
    fn widening_is_silent() {
        for (from, to) in [("u8", "i32"), ("i32", "i64"), ("u8", "u64"), ("u32", "i64")] {
            assert_eq!(by_name(from, to), Conversion::Silent, "{from} to {to}");
        }
        for (from, to) in [("i32", "f64"), ("u32", "f64"), ("i16", "f32"), ("f32", "f64")] {
            assert_eq!(by_name(from, to), Conversion::Silent, "{from} to {to}");
        }
    }

    #[test]
    fn narrowing_and_rounding_are_lossy() {
        for (from, to) in [("i64", "i32"), ("i32", "u8"), ("i32", "u64"), ("u64", "i64")] {
            assert_eq!(by_name(from, to), Conversion::Lossy, "{from} to {to}");
        }
        for (from, to) in [("i64", "f64"), ("u64", "f64"), ("i32", "f32"), ("f64", "f32")] {
            assert_eq!(by_name(from, to), Conversion::Lossy, "{from} to {to}");
        }
    }

    #[test]
    fn other_conversions_must_be_asked_for() {
        for (from, to) in [("f64", "i64"), ("bool", "i32"), ("char", "i32"), ("u8", "char")] {
            assert_eq!(by_name(from, to), Conversion::Impossible, "{from} to {to}");
        }
        assert_eq!(by_name("string", "i64"), Conversion::Impossible);
    }

    #[test]
    fn a_pointer_sized_integer_is_treated_alike_on_every_target() {
        assert_eq!(by_name("u32", "usize"), Conversion::Silent);
        assert_eq!(by_name("u64", "usize"), Conversion::Lossy);
        assert_eq!(by_name("usize", "u64"), Conversion::Silent);
    }

    #[test]
    fn ranges_are_those_of_twos_complement() {
        assert_eq!(int_range(IntKind::U8), (0, 255));
        assert_eq!(int_range(IntKind::I32), (i32::MIN.into(), i32::MAX.into()));
        assert_eq!(int_range(IntKind::U64), (0, u64::MAX.into()));
    }
}
