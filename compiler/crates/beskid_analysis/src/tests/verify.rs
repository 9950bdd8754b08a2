//! What code generation may rely on, checked on every program that the tests accept: types agree,
//! ids are in range, and expressions that do not complete stand only where they may.

use crate::typed::{
    Arm, Block, Expr, ExprKind, ExternType, Function, FunctionType, Pattern, Place, Program,
    Statement, Type, TypeId,
};

struct Verify<'p> {
    program: &'p Program,
    function: &'p Function,
}

pub(super) fn program(program: &Program) {
    for function in &program.functions {
        assert!(!function.symbol.is_empty());
        Verify { program, function }.block(&function.body);
    }
    let mut symbols: Vec<&str> = program.functions.iter().map(|it| it.symbol.as_str()).collect();
    symbols.sort_unstable();
    symbols.dedup();
    assert_eq!(symbols.len(), program.functions.len(), "symbols are unique");
}

impl Verify<'_> {
    fn ty(&self, id: TypeId) -> Type {
        self.program.types.get(id)
    }

    fn block(&self, block: &Block) {
        block.statements.iter().for_each(|it| self.statement(it));
    }

    fn statement(&self, statement: &Statement) {
        match statement {
            Statement::Let { local, value } => {
                self.value(value, self.function.locals[local.index()].ty);
            }
            Statement::Expr(expr) => self.expr(expr),
            Statement::Return(None) => assert_eq!(self.function.result, TypeId::UNIT),
            Statement::Return(Some(value)) => self.value(value, self.function.result),
            Statement::Break | Statement::Continue => {}
            Statement::If { condition, then_block, else_block } => {
                self.value(condition, TypeId::BOOL);
                self.block(then_block);
                self.block(else_block);
            }
            Statement::While { condition, body } => {
                self.value(condition, TypeId::BOOL);
                self.block(body);
            }
            Statement::ForRange { local, start, end, body } => {
                let ty = self.function.locals[local.index()].ty;
                assert!(matches!(self.ty(ty), Type::Int(_)));
                self.value(start, ty);
                self.value(end, ty);
                self.block(body);
            }
            Statement::ForArray { local, array, body } => {
                let element = self.function.locals[local.index()].ty;
                assert_eq!(self.ty(array.ty), Type::Array(element));
                self.expr(array);
                self.block(body);
            }
            Statement::Block(block) => self.block(block),
        }
    }

    /// A value of exactly this type.
    fn value(&self, expr: &Expr, ty: TypeId) {
        assert_eq!(expr.ty, ty, "{expr:?}");
        assert_ne!(expr.ty, TypeId::NEVER, "{expr:?}");
        self.expr(expr);
    }

    fn signature(&self, ty: TypeId) -> &FunctionType {
        let Type::Function(id) = self.ty(ty) else { panic!("{ty:?} is no function type") };
        self.program.types.signature(id)
    }

    fn index(&self, array: &Expr, index: &Expr) {
        self.value(array, array.ty);
        self.value(index, TypeId::I64);
    }

    fn values(&self, values: &[Expr], mut types: impl Iterator<Item = TypeId>) {
        values.iter().for_each(|it| self.value(it, types.next().expect("as many as parameters")));
        assert_eq!(types.next(), None, "as many arguments as parameters");
    }

    fn field(&self, object: &Expr, field: u32) -> TypeId {
        self.expr(object);
        let Type::Record(record) = self.ty(object.ty) else { panic!("{object:?}") };
        self.program.records[record.index()].fields[field as usize].ty
    }

    fn expr(&self, expr: &Expr) {
        let ty = self.ty(expr.ty);
        match &expr.kind {
            ExprKind::Unit => assert_eq!(ty, Type::Unit),
            ExprKind::Bool(_) => assert_eq!(ty, Type::Bool),
            ExprKind::Int(_) => assert!(matches!(ty, Type::Int(_))),
            ExprKind::Float(_) => assert!(matches!(ty, Type::Float(_))),
            ExprKind::Char(_) => assert_eq!(ty, Type::Char),
            ExprKind::String(_) => assert_eq!(ty, Type::String),
            ExprKind::Local(local) => {
                assert_eq!(self.function.locals[local.index()].ty, expr.ty);
            }
            ExprKind::Negate(inner) => {
                assert!(matches!(ty, Type::Int(_) | Type::Float(_)));
                self.value(inner, expr.ty);
            }
            ExprKind::Not(inner) => self.value(inner, TypeId::BOOL),
            ExprKind::Arithmetic(_, left, right) => {
                assert!(matches!(ty, Type::Int(_) | Type::Float(_)));
                self.value(left, expr.ty);
                self.value(right, expr.ty);
            }
            ExprKind::Compare(_, left, right) | ExprKind::Same(left, right) => {
                assert_eq!(ty, Type::Bool);
                self.value(left, left.ty);
                self.value(right, left.ty);
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                self.value(left, TypeId::BOOL);
                assert!(right.ty == TypeId::BOOL || right.ty == TypeId::NEVER);
                self.expr(right);
            }
            ExprKind::Convert(inner) => {
                assert!(ty.has_value() && !ty.is_reference());
                assert!(!self.ty(inner.ty).is_reference());
                self.value(inner, inner.ty);
            }
            ExprKind::ToText(inner) => {
                assert!(self.ty(inner.ty).has_value() && !self.ty(inner.ty).is_reference());
                self.expr(inner);
            }
            ExprKind::Concat(parts) => {
                assert!(parts.len() > 1);
                parts.iter().for_each(|it| self.value(it, TypeId::STRING));
            }
            ExprKind::Call(callee, args) => {
                let callee = &self.program.functions[callee.index()];
                assert_eq!(callee.result, expr.ty);
                self.values(args, callee.param_types());
            }
            ExprKind::Subscribe(object, field, handler, _)
            | ExprKind::Unsubscribe(object, field, handler) => {
                assert_eq!(ty, Type::Unit);
                let Type::Array(element) = self.ty(self.field(object, *field)) else {
                    panic!("{object:?}")
                };
                self.value(handler, element);
            }
            ExprKind::Raise(object, field, args) => {
                assert_eq!(ty, Type::Unit);
                let Type::Array(element) = self.ty(self.field(object, *field)) else {
                    panic!("{object:?}")
                };
                self.values(args, self.signature(element).params.iter().copied());
            }
            ExprKind::Intrinsic(_, args) => args.iter().for_each(|arg| self.value(arg, arg.ty)),
            ExprKind::Hash(value) => {
                assert_eq!(expr.ty, TypeId::I64);
                self.value(value, value.ty);
            }
            ExprKind::ToContract(value, table) => {
                let table = &self.program.tables[table.index()];
                assert_eq!((table.receiver, table.contract), (value.ty, expr.ty));
                self.expr(value);
            }
            ExprKind::ToEmbedded(value, _) => {
                assert!(matches!(self.ty(value.ty), Type::Contract(_)));
                self.expr(value);
            }
            ExprKind::CallContract(value, _, args) => {
                assert!(matches!(self.ty(value.ty), Type::Contract(_)));
                self.expr(value);
                args.iter().for_each(|arg| self.expr(arg));
            }
            ExprKind::FunctionValue(id) => {
                let function = &self.program.functions[id.index()];
                let signature = self.signature(expr.ty);
                assert_eq!(function.result, signature.result);
                assert!(function.param_types().eq(signature.params.iter().copied()));
                assert!(function.captures.is_none());
            }
            ExprKind::Closure(id, values) => {
                let function = &self.program.functions[id.index()];
                assert!(function.param_types().eq(self.signature(expr.ty).params.iter().copied()));
                let captures = function.captures.as_ref().expect("a lambda has captures");
                let types = captures.iter().map(|it| function.locals[it.index()].ty);
                self.values(values, types);
            }
            ExprKind::CallValue(callee, args) => {
                let signature = self.signature(callee.ty);
                assert_eq!(signature.result, expr.ty);
                self.value(callee, callee.ty);
                self.values(args, signature.params.iter().copied());
            }
            ExprKind::CallExtern(callee, args) => {
                let callee = &self.program.externs[callee.index()];
                assert_eq!(args.len(), callee.params.len());
                args.iter().zip(&callee.params).for_each(|(it, &ty)| self.foreign(it, ty));
            }
            ExprKind::CallRuntime(_, args) => args.iter().for_each(|it| self.value(it, it.ty)),
            ExprKind::Field(object, field) => assert_eq!(self.field(object, *field), expr.ty),
            ExprKind::Index(object, index) => self.index(object, index),
            ExprKind::Record(record, fields) => {
                let declared = &self.program.records[record.index()].fields;
                assert_eq!(fields.len(), declared.iter().filter(|it| !it.is_event).count());
                fields.iter().for_each(|(at, it)| self.value(it, declared[*at as usize].ty));
            }
            ExprKind::Variant(id, index, payload) => {
                assert_eq!(ty, Type::Enum(*id));
                let variant = &self.program.enums[id.index()].variants[*index as usize];
                self.values(payload, variant.payload.iter().copied());
            }
            ExprKind::Match(it) => {
                self.value(&it.scrutinee, it.scrutinee.ty);
                assert!(!it.arms.is_empty());
                it.arms.iter().for_each(|arm| self.arm(arm, it.scrutinee.ty, expr.ty));
            }
            ExprKind::Array(elements) => {
                let Type::Array(element) = ty else { panic!("{expr:?}") };
                elements.iter().for_each(|it| self.value(it, element));
            }
            ExprKind::NewArray(length) => {
                assert!(matches!(ty, Type::Array(_)));
                self.value(length, TypeId::I64);
            }
            ExprKind::ArrayLength(array) => {
                assert!(matches!(self.ty(array.ty), Type::Array(_)));
                self.expr(array);
            }
            ExprKind::Assign(place, value) | ExprKind::AssignWith(place, _, value) => {
                assert_eq!(ty, Type::Unit);
                self.value(value, self.place(place));
            }
            ExprKind::Out(place) => assert_eq!(self.place(place), expr.ty),
            ExprKind::Block(block) => {
                assert!(matches!(ty, Type::Unit | Type::Never));
                self.block(block);
            }
        }
    }

    fn arm(&self, arm: &Arm, scrutinee: TypeId, ty: TypeId) {
        self.pattern(&arm.pattern, scrutinee);
        arm.guard.iter().for_each(|guard| self.value(guard, TypeId::BOOL));
        let fits = arm.body.ty == ty || arm.body.ty == TypeId::NEVER || ty == TypeId::UNIT;
        assert!(fits, "{arm:?}");
        self.expr(&arm.body);
    }

    fn pattern(&self, pattern: &Pattern, ty: TypeId) {
        let shape = self.ty(ty);
        match pattern {
            Pattern::Wildcard => {}
            Pattern::Bind(local) => assert_eq!(self.function.locals[local.index()].ty, ty),
            Pattern::Bool(_) => assert_eq!(shape, Type::Bool),
            Pattern::Int(_) => assert!(matches!(shape, Type::Int(_))),
            Pattern::Float(_) => assert!(matches!(shape, Type::Float(_))),
            Pattern::Char(_) => assert_eq!(shape, Type::Char),
            Pattern::String(_) => assert_eq!(shape, Type::String),
            Pattern::Variant(id, index, parts) => {
                assert_eq!(shape, Type::Enum(*id));
                let payload = &self.program.enums[id.index()].variants[*index as usize].payload;
                assert_eq!(parts.len(), payload.len());
                parts.iter().zip(payload).for_each(|(part, &ty)| self.pattern(part, ty));
            }
        }
    }

    fn foreign(&self, arg: &Expr, param: ExternType) {
        let expected = match param {
            ExternType::Bool => TypeId::BOOL,
            ExternType::U8 => TypeId::U8,
            ExternType::I32 => TypeId::I32,
            ExternType::I64 => TypeId::I64,
            ExternType::F64 => TypeId::F64,
            ExternType::BytePointer => arg.ty,
        };
        self.value(arg, expected);
    }

    fn place(&self, place: &Place) -> TypeId {
        match place {
            Place::Local(local) => self.function.locals[local.index()].ty,
            Place::Field(object, field) => self.field(object, *field),
            Place::Element { array, index, .. } => {
                self.index(array, index);
                let Type::Array(element) = self.ty(array.ty) else { panic!("{array:?}") };
                element
            }
        }
    }
}
