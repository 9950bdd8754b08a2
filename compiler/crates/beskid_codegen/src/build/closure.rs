//! Function values: lambdas, named functions as values, and calls of either.
//!
//! A function value is a closure object: its descriptor, the address of its code, and what it
//! captures. The code gets the object as its first argument. What captures nothing is a static
//! object.

use std::collections::BTreeSet;

use beskid_analysis::typed::{self, Expr, FunctionId, LocalId};
use beskid_syntax::Span;

use super::{Builder, Shared};
use crate::ir::{Address, Callee, Class, Function, Op, Reg, Terminator};
use crate::layout::{CLOSURE_CODE_OFFSET, Shape, class_of};

/// The functions with a name that are used as values.
pub(crate) fn thunk_functions(functions: &[Function]) -> Vec<FunctionId> {
    let blocks = functions.iter().flat_map(|function| &function.blocks);
    let values = blocks.flat_map(|block| &block.insts).filter_map(|inst| {
        if let Op::StaticClosure(Callee::Thunk(id)) = inst.op { Some(id) } else { None }
    });
    values.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Builds the code behind the value of a named function.
pub(crate) fn build_thunk(shared: &mut Shared<'_>, id: FunctionId) -> Function {
    let function = &shared.program.functions[id.index()];
    let name = format!("value of {}", function.name);
    let mut builder = Builder::new(shared, &name, function.result);
    let object = builder.function.new_reg(Class::Ref);
    let classes = function.param_types().filter_map(|ty| class_of(builder.type_of(ty)));
    let classes: Vec<Class> = classes.collect();
    let args: Vec<Reg> = classes.into_iter().map(|class| builder.function.new_reg(class)).collect();
    builder.function.params = [object].into_iter().chain(args.iter().copied()).collect();
    let result = builder.function.result;
    let value = builder.call(result, Callee::Function(id), args, function.span);
    builder.terminate(Terminator::Return(value));
    builder.function
}

impl Builder<'_, '_> {
    /// Declares the closure object of a lambda and reads what it captured. That must come first:
    /// nothing keeps the object itself alive while the function runs.
    pub(super) fn open_closure(&mut self, id: FunctionId, captures: &[LocalId]) {
        let object = self.function.new_reg(Class::Ref);
        self.function.params.insert(0, object);
        for (index, &local) in captures.iter().enumerate() {
            if let Some(reg) = self.local(local) {
                let address = self.address(object, Shape::Closure(id), index as u32);
                self.push(Some(reg), Op::Load(address), None);
            }
        }
    }

    /// The value of a lambda.
    pub(super) fn closure(&mut self, id: FunctionId, captures: &[Expr], span: Span) -> Reg {
        let code = Callee::Function(id);
        if captures.is_empty() {
            return self.emit(Class::Ref, Op::StaticClosure(code));
        }
        let values = self.operands_or_unit(captures.iter());
        let object = self.object(Shape::Closure(id), (0..).zip(values), span);
        let code = self.emit(Class::I64, Op::CodeAddress(code));
        self.push(None, Op::Store(code_address(object), code), None);
        object
    }

    /// A call of a function value.
    pub(super) fn call_value(
        &mut self,
        expr: &typed::Expr,
        callee: &Expr,
        args: &[Expr],
    ) -> Option<Reg> {
        let operands = self.operands_or_unit([callee].into_iter().chain(args));
        let args: Vec<Reg> = operands.into_iter().flatten().collect();
        let code = self.emit(Class::I64, Op::Load(code_address(args[0])));
        let result = class_of(self.type_of(expr.ty));
        let dest = result.map(|class| self.function.new_reg(class));
        self.push(dest, Op::CallIndirect { code, args, result }, Some(expr.span));
        dest
    }
}

/// Where a closure object keeps the address of its code.
pub(super) fn code_address(object: Reg) -> Address {
    Address { object, offset: CLOSURE_CODE_OFFSET }
}
