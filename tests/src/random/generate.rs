//! Makes programs: declarations first, then bodies, then repairs until most cases run to their end.

mod body;
mod expression;
mod leaf;
mod repair;
mod show;
mod statement;

use self::body::Body;
use super::program::{Expr, ExprKind, Function, I32, INTS, Local, Record, Tree, Type};
use crate::rng::Rng;

/// The program of a seed.
pub(super) fn generate(seed: u64) -> Tree {
    let mut generator =
        Generator { rng: Rng::new(seed), tree: Tree::default(), shows: Vec::new(), callable: 0 };
    generator.declare_records();
    generator.declare_functions();
    generator.define_functions();
    generator.define_cases();
    repair::repair(&mut generator);
    generator.tree
}

/// How many cases a program has, so that one digit tells them apart.
const CASES: usize = 6;

struct Generator {
    rng: Rng,
    tree: Tree,
    /// The functions that show values of a type.
    shows: Vec<(Type, usize)>,
    /// How many functions may be called, the first ones.
    callable: usize,
}

impl Generator {
    fn node(&mut self, ty: &Type, kind: ExprKind) -> Expr {
        let id = self.tree.nodes;
        self.tree.nodes += 1;
        Expr { id, ty: ty.clone(), kind }
    }

    fn declare_records(&mut self) {
        for index in 0..1 + self.rng.below(4) {
            let fields = 1 + self.rng.below(6);
            let fields = (0..fields).map(|field| (format!("f{field}"), self.field_type(index)));
            let fields = fields.collect();
            self.tree.records.push(Record { name: format!("R{index}"), fields });
        }
    }

    fn field_type(&mut self, record: usize) -> Type {
        match self.rng.below(20) {
            0..2 if record > 0 => Type::Record(self.rng.below(record)),
            // An array may be empty, so that a type may contain arrays of itself.
            2 => Type::array(Type::Record(self.rng.below(record + 1))),
            3 => Type::array(self.scalar()),
            4..7 => Type::Text,
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Type {
        match self.rng.below(12) {
            0 => Type::Bool,
            1 | 2 => Type::F64,
            3 => Type::F32,
            4 => Type::Char,
            _ => Type::Int(*self.rng.pick(&INTS)),
        }
    }

    fn any_type(&mut self) -> Type {
        match self.rng.below(20) {
            0..4 => Type::Text,
            4..7 => Type::Record(self.rng.below(self.tree.records.len())),
            7 => Type::array(Type::Text),
            8 => Type::array(Type::Record(self.rng.below(self.tree.records.len()))),
            9..11 => Type::array(self.scalar()),
            11 => Type::array(Type::array(self.scalar())),
            _ => self.scalar(),
        }
    }

    fn declare_functions(&mut self) {
        for index in 0..4 + self.rng.below(5) {
            let receiver = self.rng.chance(30).then(|| self.rng.below(self.tree.records.len()));
            let this = receiver.map(|it| Local { name: "this".into(), ty: Type::Record(it) });
            let fuel = Local { name: "fuel".into(), ty: Type::Int(I32) };
            let mut locals: Vec<Local> = this.into_iter().chain([fuel]).collect();
            for param in 0..self.rng.below(5) {
                locals.push(Local { name: format!("p{param}"), ty: self.any_type() });
            }
            let result = if self.rng.chance(20) { Type::Unit } else { self.any_type() };
            self.tree.functions.push(Function {
                name: format!("F{index}"),
                receiver,
                params: locals.len(),
                locals,
                result,
                body: Vec::new(),
                shows: false,
            });
        }
        self.callable = self.tree.functions.len();
    }

    fn define_functions(&mut self) {
        for index in 0..self.callable {
            let mut body = Body::of_function(self, index);
            let statements = body.function_body();
            let locals = body.locals;
            let function = &mut self.tree.functions[index];
            function.locals = locals;
            function.body = statements;
        }
    }

    fn define_cases(&mut self) {
        for number in 0..CASES {
            let mut body = Body::of_case(self);
            let statements = body.case_body(number);
            let locals = body.locals;
            self.tree.cases.push(self.tree.functions.len());
            self.tree.functions.push(Function {
                name: format!("Case{number}"),
                receiver: None,
                params: 0,
                locals,
                result: Type::Unit,
                body: statements,
                shows: false,
            });
        }
    }
}
