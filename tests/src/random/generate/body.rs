//! The body of one function while it is made: its variables and what may be used where.

use super::Generator;
use crate::random::program::{Block, Expr, ExprKind, I32, Local, Slot, Statement, Type};

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) slot: Slot,
    pub(super) assignable: bool,
}

/// A body.
pub(super) struct Body<'g> {
    pub(super) generator: &'g mut Generator,
    pub(super) locals: Vec<Local>,
    pub(super) scopes: Vec<Vec<Variable>>,
    pub(super) result: Type,
    /// The variable that limits recursion; a case has none.
    pub(super) fuel: Option<Slot>,
    /// How many loops are open.
    pub(super) loops: usize,
}

impl<'g> Body<'g> {
    pub(super) fn of_function(generator: &'g mut Generator, index: usize) -> Body<'g> {
        let function = &generator.tree.functions[index];
        let fuel = usize::from(function.receiver.is_some());
        let params = (0..function.params).filter(|&slot| slot != fuel);
        let params = params.map(|slot| Variable { slot, assignable: false }).collect();
        let (locals, result) = (function.locals.clone(), function.result.clone());
        Body { generator, locals, scopes: vec![params], result, fuel: Some(fuel), loops: 0 }
    }

    pub(super) fn of_case(generator: &'g mut Generator) -> Body<'g> {
        let scopes = vec![Vec::new()];
        Body { generator, locals: Vec::new(), scopes, result: Type::Unit, fuel: None, loops: 0 }
    }

    /// `if fuel <= 0 { return …; } … return …;`
    pub(super) fn function_body(&mut self) -> Block {
        let fuel = self.fuel.expect("a function has fuel");
        let fuel = self.generator.local(fuel, &Type::Int(I32));
        let condition = self.is_spent(fuel);
        let mut block = vec![Statement::If {
            condition,
            then_block: vec![self.return_statement(1)],
            else_block: None,
        }];
        let count = self.generator.rng.below(7);
        block.extend(self.statements(count, 2));
        block.push(self.return_statement(3));
        block
    }

    /// Statements, and the values of all variables at the end.
    pub(super) fn case_body(&mut self, number: usize) -> Block {
        let mut block = Vec::new();
        let count = 3 + self.generator.rng.below(10);
        block.extend(self.statements(count, 3));
        for slot in self.visible(|_| true) {
            block.push(self.print_variable(&format!("{number}: "), slot));
        }
        block
    }

    fn is_spent(&mut self, fuel: Expr) -> Expr {
        use crate::random::program::CompareOp::LessOrEqual;
        let zero =
            self.generator.node(&Type::Int(I32), ExprKind::Int { value: 0, suffixed: false });
        let kind = ExprKind::Compare(LessOrEqual, Box::new(fuel), Box::new(zero));
        self.generator.node(&Type::Bool, kind)
    }

    fn print_variable(&mut self, label: &str, slot: Slot) -> Statement {
        let ty = self.locals[slot].ty.clone();
        let label = self.generator.text(&format!("{label}{} ", self.locals[slot].name));
        let value = self.generator.local(slot, &ty);
        let value = self.generator.shown(value);
        let kind = ExprKind::Interpolate(vec![label, value]);
        Statement::Print(self.generator.node(&Type::Text, kind))
    }

    /// Declares a variable in the innermost scope. Some take the name of an outer one.
    pub(super) fn declare(&mut self, ty: &Type, assignable: bool) -> Slot {
        let hidden = self.name_to_hide();
        let name = hidden.unwrap_or_else(|| format!("v{}", self.locals.len()));
        self.declare_as(name, ty, assignable)
    }

    /// Declares a variable that hides no other.
    pub(super) fn declare_new(&mut self, ty: &Type) -> Slot {
        self.declare_as(format!("v{}", self.locals.len()), ty, false)
    }

    fn declare_as(&mut self, name: String, ty: &Type, assignable: bool) -> Slot {
        let slot = self.locals.len();
        self.locals.push(Local { name, ty: ty.clone() });
        self.scopes.last_mut().expect("a body has a scope").push(Variable { slot, assignable });
        slot
    }

    fn name_to_hide(&mut self) -> Option<String> {
        const PERCENT: usize = 8;
        // The parameters and the outermost block are one scope.
        let (inner, outer) = self.scopes.split_last()?;
        let is_free = |name: &str| inner.iter().all(|it| self.locals[it.slot].name != name);
        let names = outer.iter().flatten().map(|it| self.locals[it.slot].name.clone());
        let names: Vec<String> =
            names.filter(|name| name.starts_with('v') && is_free(name)).collect();
        if names.is_empty() || !self.generator.rng.chance(PERCENT) {
            return None;
        }
        Some(self.generator.rng.pick(&names).clone())
    }

    /// The variables that a name can reach and that `fits`.
    pub(super) fn visible(&self, fits: impl Fn(&Variable) -> bool) -> Vec<Slot> {
        let mut names = Vec::new();
        let mut slots = Vec::new();
        for variable in self.scopes.iter().rev().flat_map(|scope| scope.iter().rev()) {
            let name = &self.locals[variable.slot].name;
            if names.contains(&name) {
                continue;
            }
            names.push(name);
            if fits(variable) {
                slots.push(variable.slot);
            }
        }
        slots.reverse();
        slots
    }

    pub(super) fn visible_of_type(&self, ty: &Type) -> Vec<Slot> {
        self.visible(|variable| self.locals[variable.slot].ty == *ty)
    }

    /// Makes something inside a new scope.
    pub(super) fn scoped<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Vec::new());
        let made = make(self);
        self.scopes.pop();
        made
    }
}
