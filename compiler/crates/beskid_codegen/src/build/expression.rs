//! Expressions: values, operators, conversions, calls and object construction.

use beskid_abi::{AbiReturnKind, EnumHeader, PanicKind, RuntimeFn};
use beskid_analysis::typed::{
    ArithmeticOp, CompareOp, EnumId, Expr, ExprKind, ExternId, FloatKind, IntKind, RecordId, Type,
    TypeId,
};
use beskid_syntax::Span;

use super::{Builder, plain_arithmetic};
use crate::ir::{
    Address, BinaryOp, Callee, Class, Condition, Conversion, LengthUse, Op, Reg, Terminator,
};
use crate::layout::{Shape, class_of};

/// Array literals of more elements are not evaluated as a whole.
const ELEMENTS_AT_ONCE: usize = 16;

impl Builder<'_, '_> {
    /// The value of an expression. An expression that never completes leaves unreachable code
    /// behind, where any value will do.
    pub(super) fn value(&mut self, expr: &Expr) -> Reg {
        match self.evaluate(expr) {
            Some(value) => value,
            None => self.int(self.class(expr.ty), 0),
        }
    }

    /// Class of a type's values; for types without values, the class of the value that stands in
    /// for them: in arrays, and in unreachable code.
    pub(super) fn class(&self, ty: TypeId) -> Class {
        class_of(self.type_of(ty)).unwrap_or(Class::I8)
    }

    /// Values of several operands, left to right. A variable that a later operand assigns is
    /// copied when its turn comes, so that the earlier operand keeps the earlier value.
    pub(super) fn operands<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Reg> {
        let exprs: Vec<&Expr> = exprs.into_iter().collect();
        let mut values = Vec::with_capacity(exprs.len());
        for (index, expr) in exprs.iter().enumerate() {
            let value = self.value(expr);
            let may_change = matches!(expr.kind, ExprKind::Local(_))
                && exprs[index + 1..].iter().any(|later| may_assign(later));
            let class = self.function.class(value);
            values.push(if may_change { self.emit(class, Op::Copy(value)) } else { value });
        }
        values
    }

    pub(super) fn pair(&mut self, left: &Expr, right: &Expr) -> (Reg, Reg) {
        let values = self.operands([left, right]);
        (values[0], values[1])
    }

    /// Evaluates an expression for its value, if its type has values, and its effects.
    pub(super) fn evaluate(&mut self, expr: &Expr) -> Option<Reg> {
        let class = self.class(expr.ty);
        Some(match &expr.kind {
            ExprKind::Unit => return None,
            ExprKind::Bool(value) => self.int(Class::I8, i64::from(*value)),
            ExprKind::Int(value) => self.int(class, *value),
            ExprKind::Float(value) => self.emit(class, Op::Float(value.to_bits())),
            ExprKind::Char(value) => self.int(Class::I32, i64::from(u32::from(*value))),
            ExprKind::String(text) => {
                let literal = self.shared.literals.intern(text);
                self.emit(Class::Ref, Op::Literal(literal))
            }
            ExprKind::Local(local) => return self.local(*local),
            ExprKind::Negate(operand) => {
                let operand = self.value(operand);
                self.emit(class, Op::Negate(operand))
            }
            ExprKind::Not(operand) => {
                let operand = self.value(operand);
                self.emit(Class::I8, Op::Not(operand))
            }
            ExprKind::Arithmetic(..) => self.arithmetic_chain(expr),
            ExprKind::Compare(op, left, right) => self.comparison(*op, left, right, expr.span),
            ExprKind::Same(left, right) => {
                let is_contract = matches!(self.type_of(left.ty), Type::Contract(_));
                let (mut left, mut right) = self.pair(left, right);
                if is_contract {
                    (left, right) = (self.receiver(left), self.receiver(right));
                }
                self.compare(Condition::Equal, left, right)
            }
            ExprKind::And(..) | ExprKind::Or(..) => self.short_circuit(expr),
            ExprKind::Convert(operand) => self.conversion(operand, expr.ty, expr.span)?,
            ExprKind::ToText(operand) => self.text_of(operand, expr.span),
            ExprKind::Concat(parts) => self.concat(parts, expr.span),
            ExprKind::Call(function, args) => {
                let open = self.open_outs();
                let args = self.arguments(args);
                let result = self.call_with_result(expr, Callee::Function(*function), args);
                self.close_outs(open);
                return result;
            }
            ExprKind::Out(place) => return self.out_argument(place, expr.ty),
            ExprKind::CallExtern(function, args) => return self.call_extern(expr, *function, args),
            ExprKind::CallRuntime(row, args) => return self.call_builtin(expr, *row, args),
            ExprKind::Subscribe(object, field, handler, capacity) => {
                self.subscribe(object, *field, handler, *capacity, expr.span);
                return None;
            }
            ExprKind::Unsubscribe(object, field, handler) => {
                self.unsubscribe(object, *field, handler, expr.span);
                return None;
            }
            ExprKind::Raise(object, field, args) => {
                self.raise(object, *field, args, expr.span);
                return None;
            }
            ExprKind::Intrinsic(intrinsic, args) => self.intrinsic(*intrinsic, args),
            ExprKind::Hash(value) => self.hash(value, expr.span),
            ExprKind::ToContract(value, table) => self.contract_of(value, *table, expr.span),
            ExprKind::ToEmbedded(value, slot) => self.embedded_of(value, *slot, expr.span),
            ExprKind::CallContract(value, slot, args) => {
                return self.call_contract(expr, value, *slot, args);
            }
            ExprKind::FunctionValue(id) => {
                self.emit(Class::Ref, Op::StaticClosure(Callee::Thunk(*id)))
            }
            ExprKind::Closure(id, captures) => self.closure(*id, captures, expr.span),
            ExprKind::CallValue(callee, args) => return self.call_value(expr, callee, args),
            ExprKind::Field(object, field) => {
                let record = object.ty;
                let object = self.value(object);
                class_of(self.type_of(expr.ty))?;
                let address = self.field_address(object, record, *field);
                self.emit(class, Op::Load(address))
            }
            ExprKind::Index(array, index) => self.index(array, index, expr.span),
            ExprKind::Record(record, fields) => self.record(expr, *record, fields),
            ExprKind::Variant(id, variant, payload) => self.variant(expr, *id, *variant, payload),
            ExprKind::Match(choice) => return self.match_(choice, expr.ty, expr.span),
            ExprKind::Array(elements) => self.array(expr, elements),
            ExprKind::NewArray(length) => self.new_array(expr, length),
            ExprKind::ArrayLength(array) => {
                let array = self.value(array);
                self.emit(Class::I64, Op::Length(array, LengthUse::Value))
            }
            ExprKind::Assign(place, value) => {
                self.assign(place, value);
                return None;
            }
            ExprKind::AssignWith(place, op, value) => {
                self.assign_with(place, *op, value, expr.span);
                return None;
            }
            ExprKind::Block(block) => {
                self.block(block);
                return None;
            }
        })
    }

    /// Arithmetic, walking down the left operands in a loop: chains of operators are as long as a
    /// program likes, and a call per operator would exhaust the stack.
    fn arithmetic_chain(&mut self, expr: &Expr) -> Reg {
        let mut pending = Vec::new();
        let mut leftmost = expr;
        while let ExprKind::Arithmetic(op, left, right) = &leftmost.kind {
            pending.push((*op, &**right, leftmost));
            leftmost = left;
        }
        let mut value = self.value(leftmost);
        let mut is_local = matches!(leftmost.kind, ExprKind::Local(_));
        while let Some((op, right, whole)) = pending.pop() {
            if std::mem::take(&mut is_local) && may_assign(right) {
                let class = self.function.class(value);
                value = self.emit(class, Op::Copy(value));
            }
            let divisor = constant(right);
            let right = self.value(right);
            value = self.arithmetic(op, self.type_of(whole.ty), value, right, divisor, whole.span);
        }
        value
    }

    /// One arithmetic operation; `divisor` is the right operand if it is a constant.
    pub(super) fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        ty: Type,
        left: Reg,
        right: Reg,
        divisor: Option<i64>,
        span: Span,
    ) -> Reg {
        let class = self.function.class(left);
        let divides = matches!(op, ArithmeticOp::Divide | ArithmeticOp::Remainder);
        let op = if let Type::Int(kind) = ty
            && divides
        {
            self.check_division(kind, left, right, divisor, span);
            division(op, kind)
        } else {
            plain_arithmetic(op)
        };
        self.emit(class, Op::Binary(op, left, right))
    }

    fn check_division(
        &mut self,
        kind: IntKind,
        left: Reg,
        right: Reg,
        divisor: Option<i64>,
        span: Span,
    ) {
        let class = self.function.class(right);
        if divisor.is_none_or(|divisor| divisor == 0) {
            let zero = self.int(class, 0);
            let undefined = self.compare(Condition::Equal, right, zero);
            self.panic_if(undefined, PanicKind::DivisionByZero, [None, None], span);
        }
        if kind.is_signed() && divisor.is_none_or(|divisor| divisor == -1) {
            let overflows = self.quotient_overflows(kind, left, right);
            self.panic_if(overflows, PanicKind::IntegerOverflow, [None, None], span);
        }
    }

    /// Whether a signed division is the one that overflows: the least value by -1.
    fn quotient_overflows(&mut self, kind: IntKind, left: Reg, right: Reg) -> Reg {
        let class = self.function.class(left);
        let least = self.int(class, i64::MIN >> (64 - kind.bits()));
        let minus_one = self.int(class, -1);
        let is_least = self.compare(Condition::Equal, left, least);
        let by_minus_one = self.compare(Condition::Equal, right, minus_one);
        self.emit(Class::I8, Op::Binary(BinaryOp::And, is_least, by_minus_one))
    }

    fn comparison(&mut self, op: CompareOp, left: &Expr, right: &Expr, span: Span) -> Reg {
        match self.type_of(left.ty) {
            Type::String => self.compare_strings(op, left, right, span),
            Type::Record(_) | Type::Enum(_) => {
                let ty = left.ty;
                let (left, right) = self.pair(left, right);
                let equal = self.equal_objects(ty, left, right, span);
                if op == CompareOp::Equal { equal } else { self.emit(Class::I8, Op::Not(equal)) }
            }
            Type::Unit | Type::Never => {
                self.evaluate(left);
                self.evaluate(right);
                self.int(Class::I8, i64::from(op == CompareOp::Equal))
            }
            ty @ (Type::Bool
            | Type::Int(_)
            | Type::Float(_)
            | Type::Char
            | Type::Array(_)
            | Type::Function(_)
            | Type::Contract(_)) => {
                let (left, right) = self.pair(left, right);
                self.compare(condition(op, ty), left, right)
            }
        }
    }

    pub(super) fn equal_objects(&mut self, ty: TypeId, left: Reg, right: Reg, span: Span) -> Reg {
        let callee = Callee::Equality(ty);
        self.call(Some(Class::I8), callee, vec![left, right], span).expect("equality has a result")
    }

    fn compare_strings(&mut self, op: CompareOp, left: &Expr, right: &Expr, span: Span) -> Reg {
        let (left, right) = self.pair(left, right);
        let zero = self.int(Class::I64, 0);
        match op {
            CompareOp::Equal | CompareOp::NotEqual => {
                let equal = self.equal_strings(left, right, span);
                let expected =
                    if op == CompareOp::Equal { Condition::NotEqual } else { Condition::Equal };
                self.compare(expected, equal, zero)
            }
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => {
                let args = vec![left, right];
                let order = self.call_runtime(Class::I64, RuntimeFn::StrCompare, args, span);
                self.compare(condition(op, Type::Int(IntKind::I64)), order, zero)
            }
        }
    }

    /// Non-zero if two strings have equal content.
    pub(super) fn equal_strings(&mut self, left: Reg, right: Reg, span: Span) -> Reg {
        self.call_runtime(Class::I64, RuntimeFn::StrEq, vec![left, right], span)
    }

    fn short_circuit(&mut self, expr: &Expr) -> Reg {
        let result = self.function.new_reg(Class::I8);
        let [yes, no, after] = std::array::from_fn(|_| self.function.new_block());
        self.branch_on(expr, yes, no);
        for (block, value) in [(yes, 1), (no, 0)] {
            self.current = block;
            self.push(Some(result), Op::Int(value), None);
            self.jump(after);
        }
        self.current = after;
        result
    }

    fn conversion(&mut self, operand: &Expr, to: TypeId, span: Span) -> Option<Reg> {
        let (from, to) = (self.type_of(operand.ty), self.type_of(to));
        let value = self.evaluate(operand)?;
        class_of(to)?;
        Some(self.convert(value, from, to, span))
    }

    /// Converts between scalar types; other pairs are equal in representation.
    pub(super) fn convert(&mut self, value: Reg, from: Type, to: Type, span: Span) -> Reg {
        match (scalar(from), scalar(to)) {
            (Some(Scalar::Int(from)), Some(Scalar::Int(target))) => {
                if to == Type::Char {
                    self.check_char(value, from, span);
                }
                self.convert_int(value, from, target)
            }
            (Some(Scalar::Int(from)), Some(Scalar::Float(to))) => {
                let conversion = if from.is_signed() {
                    Conversion::SignedToFloat
                } else {
                    Conversion::UnsignedToFloat
                };
                self.emit(float_class(to), Op::Convert(conversion, value))
            }
            (Some(Scalar::Float(_)), Some(Scalar::Int(to))) => {
                let conversion = if to.is_signed() {
                    Conversion::FloatToSigned
                } else {
                    Conversion::FloatToUnsigned
                };
                self.emit(int_class(to), Op::Convert(conversion, value))
            }
            (Some(Scalar::Float(from)), Some(Scalar::Float(to))) if from != to => {
                self.emit(float_class(to), Op::Convert(Conversion::FloatToFloat, value))
            }
            _ => value,
        }
    }

    fn convert_int(&mut self, value: Reg, from: IntKind, to: IntKind) -> Reg {
        let conversion = match from.bits().cmp(&to.bits()) {
            std::cmp::Ordering::Equal => return value,
            std::cmp::Ordering::Greater => Conversion::Truncate,
            std::cmp::Ordering::Less if from.is_signed() => Conversion::SignExtend,
            std::cmp::Ordering::Less => Conversion::ZeroExtend,
        };
        self.emit(int_class(to), Op::Convert(conversion, value))
    }

    /// An integer converted to `char` must be a scalar value: below 0x110000 and no surrogate.
    fn check_char(&mut self, value: Reg, from: IntKind, span: Span) {
        let number = self.convert_int(value, from, IntKind::I64);
        let end = self.int(Class::I64, i64::from(u32::from(char::MAX)) + 1);
        let too_large = self.compare(Condition::UnsignedGreaterOrEqual, number, end);
        self.panic_if(too_large, PanicKind::InvalidChar, [Some(number), None], span);
        let first_surrogate = self.int(Class::I64, 0xD800);
        let from_surrogates =
            self.emit(Class::I64, Op::Binary(BinaryOp::Subtract, number, first_surrogate));
        let surrogates = self.int(Class::I64, 0xE000 - 0xD800);
        let is_surrogate = self.compare(Condition::UnsignedLess, from_surrogates, surrogates);
        self.panic_if(is_surrogate, PanicKind::InvalidChar, [Some(number), None], span);
    }

    fn index(&mut self, array: &Expr, index: &Expr, span: Span) -> Reg {
        let ty = self.type_of(array.ty);
        let (array, index) = self.pair(array, index);
        if let Type::Array(element) = ty {
            return self.load_element(element, array, index, span);
        }
        let length = self.emit(Class::I64, Op::Length(array, LengthUse::Check));
        self.check_bounds(index, length, PanicKind::StringIndexOutOfBounds, span);
        self.emit(Class::I8, Op::LoadByte(array, index))
    }

    /// Reads an element with all its checks.
    pub(super) fn load_element(
        &mut self,
        element: TypeId,
        array: Reg,
        index: Reg,
        span: Span,
    ) -> Reg {
        self.check_element(array, index, span);
        let class = self.class(element);
        let value = self.emit(class, Op::LoadElement(array, index));
        if class == Class::Ref {
            self.check_not_empty(value, span);
        }
        value
    }

    pub(super) fn check_element(&mut self, array: Reg, index: Reg, span: Span) {
        let length = self.emit(Class::I64, Op::Length(array, LengthUse::Check));
        self.check_bounds(index, length, PanicKind::IndexOutOfBounds, span);
    }

    /// A record literal: the initialisers in written order, then the allocation.
    fn record(&mut self, expr: &Expr, record: RecordId, fields: &[(u32, Expr)]) -> Reg {
        let values = self.operands_or_unit(fields.iter().map(|(_, value)| value));
        let fields = fields.iter().map(|(field, _)| *field).zip(values);
        self.object(Shape::Record(record), fields, expr.span)
    }

    /// An enum value. Variants without payload are static objects.
    fn variant(&mut self, expr: &Expr, id: EnumId, variant: u32, payload: &[Expr]) -> Reg {
        let shape = Shape::Variant(id, variant);
        if payload.is_empty() {
            return self.emit(Class::Ref, Op::Singleton(shape));
        }
        let values = self.operands_or_unit(payload.iter());
        let object = self.object(shape, (0..).zip(values), expr.span);
        let tag = self.int(Class::I32, i64::from(variant));
        self.push(None, Op::Store(tag_address(object), tag), None);
        object
    }

    /// A new object; its stores need no barrier.
    pub(super) fn object(
        &mut self,
        shape: Shape,
        fields: impl Iterator<Item = (u32, Option<Reg>)>,
        span: Span,
    ) -> Reg {
        let object = self.function.new_reg(Class::Ref);
        self.push(Some(object), Op::Allocate(shape), Some(span));
        for (field, value) in fields {
            if let Some(value) = value {
                self.push(None, Op::Store(self.address(object, shape, field), value), None);
            }
        }
        object
    }

    /// Like [`Builder::operands`], with `None` for operands without a value.
    pub(super) fn operands_or_unit<'e>(
        &mut self,
        exprs: impl Iterator<Item = &'e Expr>,
    ) -> Vec<Option<Reg>> {
        let exprs: Vec<&Expr> = exprs.collect();
        let values = self.operands(exprs.iter().copied());
        let has_value = exprs.iter().map(|expr| self.type_of(expr.ty).has_value());
        values.into_iter().zip(has_value).map(|(value, has)| has.then_some(value)).collect()
    }

    fn arguments(&mut self, args: &[Expr]) -> Vec<Reg> {
        self.operands_or_unit(args.iter()).into_iter().flatten().collect()
    }

    fn array(&mut self, expr: &Expr, elements: &[Expr]) -> Reg {
        if elements.len() > ELEMENTS_AT_ONCE {
            return self.long_array(expr, elements);
        }
        let values = self.operands(elements);
        let length = self.int(Class::I64, elements.len() as i64);
        let array = self.allocate_array(expr, length);
        for (index, value) in values.into_iter().enumerate() {
            let index = self.int(Class::I64, index as i64);
            self.push(None, Op::StoreElement(array, index, value), None);
        }
        array
    }

    /// Evaluates and stores one element after the other, so that only the array is alive and not
    /// all elements. That the allocation comes first cannot be observed.
    fn long_array(&mut self, expr: &Expr, elements: &[Expr]) -> Reg {
        let length = self.int(Class::I64, elements.len() as i64);
        let array = self.allocate_array(expr, length);
        for (index, element) in elements.iter().enumerate() {
            let value = self.value(element);
            let index = self.int(Class::I64, index as i64);
            self.push(None, Op::StoreElement(array, index, value), None);
            self.barrier(array, value);
        }
        array
    }

    fn new_array(&mut self, expr: &Expr, length: &Expr) -> Reg {
        let length = self.value(length);
        let zero = self.int(Class::I64, 0);
        let negative = self.compare(Condition::Less, length, zero);
        self.panic_if(negative, PanicKind::NegativeArrayLength, [Some(length), None], expr.span);
        self.allocate_array(expr, length)
    }

    fn allocate_array(&mut self, expr: &Expr, length: Reg) -> Reg {
        let Type::Array(element) = self.type_of(expr.ty) else {
            panic!("an array literal has an array type")
        };
        let class = self.class(element);
        if class == Class::Ref {
            return self.call_runtime(Class::Ref, RuntimeFn::ArrayNewRef, vec![length], expr.span);
        }
        let size = self.int(Class::I64, i64::from(class.size_bytes()));
        self.call_runtime(Class::Ref, RuntimeFn::ArrayNew, vec![size, length], expr.span)
    }

    fn call_with_result(&mut self, expr: &Expr, callee: Callee, args: Vec<Reg>) -> Option<Reg> {
        let class = class_of(self.type_of(expr.ty));
        let result = self.call(class, callee, args, expr.span);
        if self.type_of(expr.ty) == Type::Never {
            self.leave(Terminator::Unreachable);
        }
        result
    }

    /// A source-level builtin. A `bool` result is the row's non-zero integer.
    fn call_builtin(&mut self, expr: &Expr, row: RuntimeFn, args: &[Expr]) -> Option<Reg> {
        let args = self.arguments(args);
        let callee = Callee::Runtime(row);
        if row == RuntimeFn::StrLen {
            return Some(self.emit(Class::I64, Op::Length(args[0], LengthUse::Value)));
        }
        if row.ret() == AbiReturnKind::Never {
            self.call(None, callee, args, expr.span);
            self.leave(Terminator::Unreachable);
            return None;
        }
        if self.type_of(expr.ty) != Type::Bool {
            return self.call_with_result(expr, callee, args);
        }
        let number = self.call_runtime(Class::I64, row, args, expr.span);
        let zero = self.int(Class::I64, 0);
        Some(self.compare(Condition::NotEqual, number, zero))
    }

    /// A foreign call. The exit record in front of it lets the collector find this frame if the
    /// foreign code calls back. Byte pointers are valid for the call, so their owners are kept
    /// alive until it returns.
    fn call_extern(&mut self, expr: &Expr, function: ExternId, args: &[Expr]) -> Option<Reg> {
        let types: Vec<Type> = args.iter().map(|arg| self.type_of(arg.ty)).collect();
        let values = self.operands(args);
        let mut owners = Vec::new();
        let args = values.into_iter().zip(types).map(|(value, ty)| {
            if !ty.is_reference() {
                return value;
            }
            let owner = if ty == Type::String {
                let row = RuntimeFn::StrTerminated;
                self.call_runtime(Class::Ref, row, vec![value], expr.span)
            } else {
                value
            };
            owners.push(owner);
            self.emit(Class::I64, Op::DataAddress(owner))
        });
        let args = args.collect();
        let result = self.call_with_result(expr, Callee::Extern(function), args);
        owners.into_iter().for_each(|owner| self.push(None, Op::KeepAlive(owner), None));
        result
    }
}

/// Address of the tag of an enum object.
pub(super) fn tag_address(object: Reg) -> Address {
    Address { object, offset: EnumHeader::OFFSET_TAG as u32 }
}

/// The value of an integer literal.
pub(super) fn constant(expr: &Expr) -> Option<i64> {
    if let ExprKind::Int(value) = expr.kind { Some(value) } else { None }
}

/// Whether evaluating an expression may assign a variable. Only statements inside of it and `out`
/// arguments can, so calls and operators are no reason; the answer may be wrong in the safe
/// direction.
fn may_assign(expr: &Expr) -> bool {
    let is_assignment = matches!(
        expr.kind,
        ExprKind::Out(_)
            | ExprKind::Assign(..)
            | ExprKind::AssignWith(..)
            | ExprKind::Block(_)
            | ExprKind::Match(_)
    );
    let is_operator = matches!(
        expr.kind,
        ExprKind::Arithmetic(..)
            | ExprKind::Compare(..)
            | ExprKind::Same(..)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Index(..)
    );
    if is_operator {
        return operator_may_assign(expr);
    }
    is_assignment || expr.kind.operands().into_iter().any(may_assign)
}

/// [`may_assign`] for two-operand expressions, whose left operands can form long chains.
fn operator_may_assign(mut expr: &Expr) -> bool {
    loop {
        let (ExprKind::Arithmetic(_, left, right)
        | ExprKind::Compare(_, left, right)
        | ExprKind::Same(left, right)
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right)
        | ExprKind::Index(left, right)) = &expr.kind
        else {
            return may_assign(expr);
        };
        if may_assign(right) {
            return true;
        }
        expr = left;
    }
}

fn division(op: ArithmeticOp, kind: IntKind) -> BinaryOp {
    match (op == ArithmeticOp::Divide, kind.is_signed()) {
        (true, true) => BinaryOp::DivideSigned,
        (true, false) => BinaryOp::DivideUnsigned,
        (false, true) => BinaryOp::RemainderSigned,
        (false, false) => BinaryOp::RemainderUnsigned,
    }
}

/// The machine condition of a comparison on operands of a type.
pub(super) fn condition(op: CompareOp, ty: Type) -> Condition {
    let signed = match ty {
        Type::Int(kind) => kind.is_signed(),
        Type::Float(_) => true,
        Type::Unit
        | Type::Never
        | Type::Bool
        | Type::Char
        | Type::String
        | Type::Record(_)
        | Type::Enum(_)
        | Type::Array(_)
        | Type::Function(_)
        | Type::Contract(_) => false,
    };
    match (op, signed) {
        (CompareOp::Equal, _) => Condition::Equal,
        (CompareOp::NotEqual, _) => Condition::NotEqual,
        (CompareOp::Less, true) => Condition::Less,
        (CompareOp::Less, false) => Condition::UnsignedLess,
        (CompareOp::LessOrEqual, true) => Condition::LessOrEqual,
        (CompareOp::LessOrEqual, false) => Condition::UnsignedLessOrEqual,
        (CompareOp::Greater, true) => Condition::Greater,
        (CompareOp::Greater, false) => Condition::UnsignedGreater,
        (CompareOp::GreaterOrEqual, true) => Condition::GreaterOrEqual,
        (CompareOp::GreaterOrEqual, false) => Condition::UnsignedGreaterOrEqual,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scalar {
    Int(IntKind),
    Float(FloatKind),
}

/// A scalar type as a number; `bool` and `char` as the unsigned numbers that represent them.
fn scalar(ty: Type) -> Option<Scalar> {
    match ty {
        Type::Bool => Some(Scalar::Int(IntKind::U8)),
        Type::Char => Some(Scalar::Int(IntKind::U32)),
        Type::Int(kind) => Some(Scalar::Int(kind)),
        Type::Float(kind) => Some(Scalar::Float(kind)),
        Type::Unit
        | Type::Never
        | Type::String
        | Type::Record(_)
        | Type::Enum(_)
        | Type::Array(_)
        | Type::Function(_)
        | Type::Contract(_) => None,
    }
}

fn int_class(kind: IntKind) -> Class {
    class_of(Type::Int(kind)).expect("integers have values")
}

fn float_class(kind: FloatKind) -> Class {
    class_of(Type::Float(kind)).expect("floats have values")
}

impl Builder<'_, '_> {
    /// The condition of `start < end` for bounds of the type of `start`.
    pub(super) fn less_than(&self, start: &Expr) -> Condition {
        condition(CompareOp::Less, self.type_of(start.ty))
    }
}
