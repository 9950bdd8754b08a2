//! Expressions.

use super::Generator;
use super::body::Body;
use crate::random::program::{
    BinaryOp, CompareOp, Expr, ExprKind, Function, I32, I64, INTS, Int, Type, U8, U32, USIZE,
};

impl Body<'_> {
    /// An expression of exactly this type, whatever stands around it.
    pub(super) fn expr(&mut self, ty: &Type, depth: u32) -> Expr {
        if depth == 0 {
            return self.variable(ty, 70).unwrap_or_else(|| self.generator.leaf(ty));
        }
        let common = match self.generator.rng.below(100) {
            0..35 => self.variable(ty, 100),
            35..45 => self.call_of(|function| function.result == *ty, depth - 1),
            45..53 => self.field(ty, depth - 1),
            53..60 => self.element(ty, depth - 1),
            _ => None,
        };
        common.unwrap_or_else(|| self.specific(ty, depth - 1))
    }

    /// An expression that converts to this type where it is stored.
    pub(super) fn stored(&mut self, ty: &Type, depth: u32) -> Expr {
        match ty {
            Type::Int(int) if self.generator.rng.chance(15) => {
                let value = self.generator.interesting(*int);
                self.generator.node(ty, ExprKind::Int { value, suffixed: false })
            }
            Type::Int(_) | Type::F64 | Type::F32 if self.generator.rng.chance(20) => {
                // A float does not become an integer without being asked.
                let from = self.generator.int_type();
                let inner = self.expr(&from, depth.saturating_sub(1));
                self.implicit(ty, inner)
            }
            Type::Array(_) if self.generator.rng.chance(10) => {
                self.generator.node(ty, ExprKind::Array(Vec::new()))
            }
            Type::Array(element) if self.generator.rng.chance(20) => {
                self.new_array(ty, element, depth)
            }
            Type::Unit
            | Type::Bool
            | Type::Int(_)
            | Type::F32
            | Type::F64
            | Type::Char
            | Type::Text
            | Type::Record(_)
            | Type::Array(_) => self.expr(ty, depth),
        }
    }

    /// Zeroes. Elements of reference type are missing at first, so that most programs would panic.
    fn new_array(&mut self, ty: &Type, element: &Type, depth: u32) -> Expr {
        let is_scalar = !matches!(element, Type::Text | Type::Record(_) | Type::Array(_));
        if !is_scalar && self.generator.rng.chance(90) {
            return self.expr(ty, depth);
        }
        let length = if self.generator.rng.chance(10) {
            self.expr(&Type::Int(I64), 1)
        } else {
            let value = self.generator.rng.below(5) as i128;
            self.generator.node(&Type::Int(I64), ExprKind::Int { value, suffixed: false })
        };
        self.generator.node(ty, ExprKind::NewArray(Box::new(length)))
    }

    fn implicit(&mut self, ty: &Type, inner: Expr) -> Expr {
        if inner.ty == *ty {
            return inner;
        }
        self.generator.node(ty, ExprKind::Implicit(Box::new(inner)))
    }

    fn variable(&mut self, ty: &Type, percent: usize) -> Option<Expr> {
        if !self.generator.rng.chance(percent) {
            return None;
        }
        let slots = self.visible_of_type(ty);
        let slot = self.one_of(&slots)?;
        Some(self.generator.local(slot, ty))
    }

    /// A call of a function that fits.
    pub(super) fn call_of(&mut self, fits: impl Fn(&Function) -> bool, depth: u32) -> Option<Expr> {
        let callable = 0..self.generator.callable;
        let callable: Vec<usize> =
            callable.filter(|&index| fits(&self.generator.tree.functions[index])).collect();
        let callee = self.one_of(&callable)?;
        let function = &self.generator.tree.functions[callee];
        let (result, is_method) = (function.result.clone(), function.receiver.is_some());
        let params: Vec<Type> =
            function.locals[..function.params].iter().map(|it| it.ty.clone()).collect();
        let mut args = Vec::new();
        for (index, ty) in params.iter().enumerate() {
            args.push(if is_method && index == 0 {
                self.receiver(ty, depth)
            } else if index == usize::from(is_method) {
                self.fuel_argument()
            } else {
                self.stored(ty, depth)
            });
        }
        Some(self.generator.node(&result, ExprKind::Call(callee, args)))
    }

    /// A receiver stands first in its statement, where a brace would begin something else.
    fn receiver(&mut self, ty: &Type, depth: u32) -> Expr {
        let slots = self.visible_of_type(ty);
        match self.one_of(&slots) {
            Some(slot) => self.generator.local(slot, ty),
            None => self.expr(ty, depth),
        }
    }

    fn fuel_argument(&mut self) -> Expr {
        let ty = Type::Int(I32);
        let Some(fuel) = self.fuel else {
            let value = self.generator.rng.below(5) as i128;
            return self.generator.node(&ty, ExprKind::Int { value, suffixed: false });
        };
        let less = 1 + self.generator.rng.below(2) as i128;
        let [left, right] = [
            self.generator.local(fuel, &ty),
            self.generator.node(&ty, ExprKind::Int { value: less, suffixed: false }),
        ]
        .map(Box::new);
        self.generator.node(&ty, ExprKind::Binary(BinaryOp::Subtract, left, right))
    }

    fn field(&mut self, ty: &Type, depth: u32) -> Option<Expr> {
        let mut fields = Vec::new();
        for (record, declared) in self.generator.tree.records.iter().enumerate() {
            let fitting = declared.fields.iter().enumerate().filter(|(_, (_, it))| it == ty);
            fields.extend(fitting.map(|(field, _)| (record, field)));
        }
        let (record, field) = self.one_of(&fields)?;
        let object = self.expr(&Type::Record(record), depth.min(1));
        Some(self.generator.node(ty, ExprKind::Field(Box::new(object), field)))
    }

    fn element(&mut self, ty: &Type, depth: u32) -> Option<Expr> {
        let array = self.expr(&Type::array(ty.clone()), depth.min(1));
        let index = self.index();
        Some(self.generator.node(ty, ExprKind::Index(Box::new(array), Box::new(index))))
    }

    /// A number that is often small, of any integer type.
    pub(super) fn index(&mut self) -> Expr {
        let ty = self.generator.int_type();
        match self.generator.rng.below(10) {
            0..4 => {
                let value = self.generator.rng.below(3) as i128;
                self.generator.node(&ty, ExprKind::Int { value, suffixed: true })
            }
            4..6 => self.variable(&Type::Int(I64), 100).unwrap_or_else(|| self.expr(&ty, 0)),
            6..9 => {
                let left = self.expr(&ty, 1);
                let bound = ExprKind::Int { value: 3, suffixed: true };
                let [left, right] = [left, self.generator.node(&ty, bound)].map(Box::new);
                self.generator.node(&ty, ExprKind::Binary(BinaryOp::Remainder, left, right))
            }
            _ => self.expr(&ty, 2),
        }
    }

    fn specific(&mut self, ty: &Type, depth: u32) -> Expr {
        match ty {
            Type::Unit => panic!("there is no value of type unit"),
            Type::Bool => self.condition(depth),
            Type::Int(int) => self.integer(*int, depth),
            Type::F32 | Type::F64 => self.float(ty, depth),
            Type::Char => self.char(depth),
            Type::Text => self.string(depth),
            Type::Record(record) => self.record(*record, depth),
            Type::Array(element) => self.array(ty, element, depth),
        }
    }

    fn integer(&mut self, int: Int, depth: u32) -> Expr {
        let ty = &Type::Int(int);
        match self.generator.rng.below(100) {
            0..15 => self.generator.leaf(ty),
            15..65 => {
                let op = self.int_op();
                self.arithmetic(op, ty, depth)
            }
            65..72 => {
                let inner = self.expr(ty, depth);
                self.generator.node(ty, ExprKind::Negate(Box::new(inner)))
            }
            72..82 if int == I64 => self.length(depth),
            72..82 if int == U8 => {
                let [text, index] = [self.expr(&Type::Text, depth), self.index()].map(Box::new);
                self.generator.node(ty, ExprKind::Index(text, index))
            }
            82..86 if [I32, I64, U32].contains(&int) => {
                let inner = self.expr(&Type::Char, depth);
                self.generator.node(ty, ExprKind::Convert(Box::new(inner)))
            }
            _ => self.conversion(ty, depth),
        }
    }

    fn length(&mut self, depth: u32) -> Expr {
        let ty = Type::Int(I64);
        if self.generator.rng.chance(50) {
            let text = Box::new(self.expr(&Type::Text, depth));
            return self.generator.node(&ty, ExprKind::TextLength(text));
        }
        let element = self.generator.any_type();
        let array = Box::new(self.expr(&Type::array(element), depth));
        self.generator.node(&ty, ExprKind::ArrayLength(array))
    }

    /// `T(e)` of a number.
    fn conversion(&mut self, ty: &Type, depth: u32) -> Expr {
        let from = match self.generator.rng.below(6) {
            0 => Type::F64,
            1 => Type::F32,
            _ => self.generator.int_type(),
        };
        let inner = Box::new(self.expr(&from, depth));
        self.generator.node(ty, ExprKind::Convert(inner))
    }

    pub(super) fn int_op(&mut self) -> BinaryOp {
        use BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
        *self.generator.rng.pick(&[Add, Add, Subtract, Subtract, Multiply, Divide, Remainder])
    }

    pub(super) fn float_op(&mut self) -> BinaryOp {
        use BinaryOp::{Add, Divide, Multiply, Subtract};
        *self.generator.rng.pick(&[Add, Subtract, Multiply, Divide])
    }

    fn arithmetic(&mut self, op: BinaryOp, ty: &Type, depth: u32) -> Expr {
        let left = self.widened(ty, depth);
        // A literal takes the type of the other side, if that has one of its own.
        let is_closed = matches!(
            left.kind,
            ExprKind::Local(_) | ExprKind::Field(..) | ExprKind::Call(..) | ExprKind::Convert(_)
        );
        let right = self.right_operand(op, ty, depth, is_closed);
        let mut sides = [left, right];
        // One side must have the type of the result.
        if sides.iter().all(|side| matches!(side.kind, ExprKind::Implicit(_))) {
            sides[0] = self.expr(ty, 0);
        }
        let [left, right] = sides.map(Box::new);
        self.generator.node(ty, ExprKind::Binary(op, left, right))
    }

    /// Divisors are often literals other than zero.
    pub(super) fn right_operand(
        &mut self,
        op: BinaryOp,
        ty: &Type,
        depth: u32,
        is_closed: bool,
    ) -> Expr {
        let divides = matches!(op, BinaryOp::Divide | BinaryOp::Remainder);
        if let Type::Int(int) = ty
            && self.generator.rng.chance(if divides { 60 } else { 20 })
        {
            let value = self.generator.interesting(*int);
            let value = if divides && value == 0 { 3 } else { value };
            let suffixed = !is_closed || self.generator.rng.chance(50);
            return self.generator.node(ty, ExprKind::Int { value, suffixed });
        }
        self.widened(ty, depth)
    }

    /// An operand that becomes this type because the other one has it.
    fn widened(&mut self, ty: &Type, depth: u32) -> Expr {
        let narrower: Vec<Type> =
            INTS.map(Type::Int).into_iter().filter(|from| widens(from, ty)).collect();
        if narrower.is_empty() || !self.generator.rng.chance(15) {
            return self.expr(ty, depth);
        }
        let from = self.generator.rng.pick(&narrower).clone();
        let inner = self.expr(&from, depth);
        self.implicit(ty, inner)
    }

    fn float(&mut self, ty: &Type, depth: u32) -> Expr {
        match self.generator.rng.below(10) {
            0..3 => self.generator.leaf(ty),
            3..7 => {
                let op = self.float_op();
                self.arithmetic(op, ty, depth)
            }
            7 => {
                let inner = Box::new(self.expr(ty, depth));
                self.generator.node(ty, ExprKind::Negate(inner))
            }
            _ => self.conversion(ty, depth),
        }
    }

    fn char(&mut self, depth: u32) -> Expr {
        let from = match self.generator.rng.below(10) {
            0..4 => return self.generator.leaf(&Type::Char),
            4..8 => Type::Int(U8),
            _ => self.generator.int_type(),
        };
        let inner = Box::new(self.expr(&from, depth));
        self.generator.node(&Type::Char, ExprKind::Convert(inner))
    }

    fn condition(&mut self, depth: u32) -> Expr {
        let ty = Type::Bool;
        match self.generator.rng.below(20) {
            0 => self.generator.leaf(&ty),
            1..6 => {
                let sides = [self.expr(&ty, depth), self.expr(&ty, depth)].map(Box::new);
                let [left, right] = sides;
                let is_and = self.generator.rng.chance(50);
                let kind =
                    if is_and { ExprKind::And(left, right) } else { ExprKind::Or(left, right) };
                self.generator.node(&ty, kind)
            }
            6..8 => {
                let inner = Box::new(self.expr(&ty, depth));
                self.generator.node(&ty, ExprKind::Not(inner))
            }
            8 => self.identity(depth),
            _ => self.comparison(depth),
        }
    }

    fn identity(&mut self, depth: u32) -> Expr {
        let ty = match self.generator.rng.below(2) {
            0 => Type::Record(self.generator.rng.below(self.generator.tree.records.len())),
            _ => Type::array(self.generator.scalar()),
        };
        let [left, right] = [self.expr(&ty, depth), self.expr(&ty, depth)].map(Box::new);
        let negated = self.generator.rng.chance(50);
        self.generator.node(&Type::Bool, ExprKind::Identity { negated, left, right })
    }

    fn comparison(&mut self, depth: u32) -> Expr {
        use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        const ALL: [CompareOp; 6] = [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual];
        let ty = self.comparable();
        let is_ordered = !matches!(ty, Type::Bool | Type::Record(_));
        let op = *self.generator.rng.pick(if is_ordered { &ALL } else { &ALL[..2] });
        let left = self.expr(&ty, depth);
        let right = if ty.is_numeric() { self.widened(&ty, depth) } else { self.expr(&ty, depth) };
        let [left, right] = [left, right].map(Box::new);
        self.generator.node(&Type::Bool, ExprKind::Compare(op, left, right))
    }

    fn comparable(&mut self) -> Type {
        match self.generator.rng.below(10) {
            0 | 1 => Type::Text,
            2 => {
                let record =
                    Type::Record(self.generator.rng.below(self.generator.tree.records.len()));
                if self.generator.has_equality(&record) { record } else { Type::Char }
            }
            _ => self.generator.scalar(),
        }
    }

    fn string(&mut self, depth: u32) -> Expr {
        let ty = Type::Text;
        match self.generator.rng.below(20) {
            0..4 => self.generator.leaf(&ty),
            4..9 => {
                let sides = [self.expr(&ty, depth), self.expr(&ty, depth)].map(Box::new);
                let [left, right] = sides;
                self.generator.node(&ty, ExprKind::Binary(BinaryOp::Add, left, right))
            }
            9..13 => self.interpolation(depth),
            13..15 => {
                let from = self.generator.scalar();
                let inner = Box::new(self.expr(&from, depth));
                self.generator.node(&ty, ExprKind::Convert(inner))
            }
            15..17 => self.slice(depth),
            _ => {
                let from = self.generator.any_type();
                let value = self.expr(&from, depth);
                self.generator.shown(value)
            }
        }
    }

    fn interpolation(&mut self, depth: u32) -> Expr {
        let mut parts = Vec::new();
        for _ in 0..1 + self.generator.rng.below(3) {
            let part = if self.generator.rng.chance(40) {
                self.generator.leaf(&Type::Text)
            } else {
                let from = self.generator.scalar();
                self.expr(&from, depth)
            };
            parts.push(part);
        }
        self.generator.node(&Type::Text, ExprKind::Interpolate(parts))
    }

    fn slice(&mut self, depth: u32) -> Expr {
        let text = self.expr(&Type::Text, depth);
        let [start, count] = [(); 2].map(|()| {
            if self.generator.rng.chance(20) {
                return self.expr(&Type::Int(I64), depth);
            }
            let value = self.generator.rng.below(3) as i128;
            self.generator.node(&Type::Int(I64), ExprKind::Int { value, suffixed: false })
        });
        let [text, start, count] = [text, start, count].map(Box::new);
        self.generator.node(&Type::Text, ExprKind::Slice(text, start, count))
    }

    /// The fields in any order.
    fn record(&mut self, record: usize, depth: u32) -> Expr {
        let fields = self.generator.tree.records[record].fields.clone();
        let mut order: Vec<usize> = (0..fields.len()).collect();
        for index in (1..order.len()).rev() {
            order.swap(index, self.generator.rng.below(index + 1));
        }
        let values = order.into_iter().map(|field| (field, self.stored(&fields[field].1, depth)));
        let values = values.collect();
        self.generator.node(&Type::Record(record), ExprKind::Record(values))
    }

    fn array(&mut self, ty: &Type, element: &Type, depth: u32) -> Expr {
        let length = 1 + self.generator.rng.below(4);
        let items = (0..length).map(|_| self.expr(element, depth)).collect();
        self.generator.node(ty, ExprKind::Array(items))
    }
}

/// Whether an integer becomes a number of another type next to one.
fn widens(from: &Type, to: &Type) -> bool {
    const MANTISSA: u32 = 24;
    match (from, to) {
        (Type::Int(from), _) if *from == USIZE => false,
        (Type::Int(from), Type::Int(to)) if *to == USIZE => !from.signed && from.bits <= 32,
        (Type::Int(from), Type::Int(to)) => {
            from.bits < to.bits && (from.signed == to.signed || to.signed)
        }
        (Type::Int(from), Type::F64) => from.bits <= 32,
        (Type::Int(from), Type::F32) => from.bits < MANTISSA,
        _ => false,
    }
}

impl Generator {
    pub(super) fn int_type(&mut self) -> Type {
        Type::Int(*self.rng.pick(&INTS))
    }

    /// Arrays have no `==`, nor has what contains them.
    fn has_equality(&self, ty: &Type) -> bool {
        match ty {
            Type::Array(_) => false,
            Type::Record(record) => {
                self.tree.records[*record].fields.iter().all(|(_, field)| self.has_equality(field))
            }
            Type::Unit
            | Type::Bool
            | Type::Int(_)
            | Type::F32
            | Type::F64
            | Type::Char
            | Type::Text => true,
        }
    }
}
