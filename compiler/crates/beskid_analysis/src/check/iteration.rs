//! `for` over iterators: values with a method `Next` that returns an `Option` (reference 9.5).

use beskid_syntax::{Span, ast, diagnostic};

use crate::typed::{Arm, Block, Expr, ExprKind, Match, Pattern, Statement, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::contracts::Method;
use super::statements::CheckedBlock;

impl<'a> Body<'_, 'a> {
    /// Asks the iterator for elements until there are none: a `while true` around a `match`.
    pub(super) fn for_iterator(
        &mut self,
        stmt: &'a ast::For,
        iterator: Expr,
        next: Method<'a>,
        out: &mut Vec<Statement>,
    ) -> bool {
        let span = stmt.iterable.span;
        let option = self.next_result(iterator.ty, &next, span);
        let element = option.and_then(|option| self.option_payload(option, iterator.ty, span));
        let (local, body) = self.loop_body(stmt, element.unwrap_or(ERROR));
        let (Some(option), Some(_)) = (option, element) else { return true };
        let subject = self.temporary(iterator.ty, span);
        let receiver = Expr { kind: ExprKind::Local(subject), ty: iterator.ty, span };
        let Some(call) = self.plain_method_call(&next, receiver, option, span) else {
            return true;
        };
        out.push(Statement::Let { local: subject, value: iterator });
        let arms = self.loop_arms(option, Pattern::Bind(local), body, span);
        let diverges = arms.iter().all(|arm| arm.body.ty == TypeId::NEVER);
        let ty = if diverges { TypeId::NEVER } else { TypeId::UNIT };
        let kind = ExprKind::Match(Box::new(Match { scrutinee: call, arms }));
        let pass = Statement::Expr(Expr { kind, ty, span });
        let condition = Expr { kind: ExprKind::Bool(true), ty: TypeId::BOOL, span };
        out.push(Statement::While { condition, body: Block { statements: vec![pass] } });
        true
    }

    /// What `Next` returns; reports a `Next` that takes something.
    fn next_result(&mut self, ty: TypeId, next: &Method<'a>, span: Span) -> Option<TypeId> {
        let world = self.world;
        let (takes_something, result) = match next {
            Method::Function(next) => {
                self.mark_function_used(*next);
                let shape = world.signatures.function(*next);
                let generic = shape.generics.len() > shape.receiver_generics;
                (!shape.params.is_empty() || generic, self.checked.types.part(ty, &shape.result))
            }
            Method::Contract(next) => (!next.params.is_empty(), next.result),
        };
        if takes_something {
            let shown = self.checked.types.display(ty);
            self.report(diagnostic::next_has_parameters(span, shown));
            return None;
        }
        if let Method::Function(next) = next {
            self.check_method_visible(*next, ty, span);
        }
        (result != ERROR).then_some(result)
    }

    /// The type of the elements; reports a result of `Next` that is no `Option`.
    fn option_payload(&mut self, option: TypeId, ty: TypeId, span: Span) -> Option<TypeId> {
        let types = &self.checked.types;
        if !self.is_option(option) {
            let (shown, found) = (types.display(ty), types.display(option));
            self.report(diagnostic::next_is_not_option(span, shown, found));
            return None;
        }
        let payload = self.payload(option, super::propagation::SOME)?;
        if let [element] = payload.as_slice() {
            return Some(*element);
        }
        let shown = self.checked.types.display(option);
        self.report(diagnostic::some_arity(span, shown, payload.len()));
        None
    }

    fn loop_arms(
        &mut self,
        option: TypeId,
        element: Pattern,
        body: CheckedBlock,
        span: Span,
    ) -> Vec<Arm> {
        let ty = if body.completes { TypeId::UNIT } else { TypeId::NEVER };
        let body = Expr { kind: ExprKind::Block(body.block), ty, span };
        let leave = Block { statements: vec![Statement::Break] };
        let leave = Expr { kind: ExprKind::Block(leave), ty: TypeId::NEVER, span };
        let some = self.variant_pattern_of(option, super::propagation::SOME, vec![element]);
        vec![
            Arm { pattern: some, guard: None, body },
            Arm { pattern: Pattern::Wildcard, guard: None, body: leave },
        ]
    }
}
