//! `match`: patterns as tests in order, and the values that they name.
//!
//! Arms are tried top to bottom, and a test that fails goes on with the next arm. Neighbouring arms
//! that test the tag of the same object are left to the optimiser, which merges the loads.

use beskid_analysis::typed::{Arm, EnumId, LocalId, Match, Pattern, TypeId};
use beskid_syntax::Span;

use super::Builder;
use super::expression::tag_address;
use crate::ir::{BlockId, Class, Condition, Op, Reg, Terminator};
use crate::layout::{Shape, class_of};

impl Builder<'_, '_> {
    /// Evaluates a `match` for its value, if its type has values, and its effects.
    pub(super) fn match_(&mut self, choice: &Match, ty: TypeId, span: Span) -> Option<Reg> {
        let result = class_of(self.type_of(ty)).map(|class| self.function.new_reg(class));
        let scrutinee_type = choice.scrutinee.ty;
        let scrutinee = self.evaluate(&choice.scrutinee);
        // A variable that an arm or guard assigns must not change under the patterns.
        let scrutinee = scrutinee.map(|value| {
            let class = self.function.class(value);
            self.emit(class, Op::Copy(value))
        });
        let after = self.function.new_block();
        for arm in &choice.arms {
            let next = self.function.new_block();
            self.arm(arm, (scrutinee, scrutinee_type), next, result, span);
            self.jump(after);
            self.current = next;
        }
        self.fell_through(span);
        self.current = after;
        result
    }

    /// Tests an arm and evaluates its body; goes to `next` if it does not fit.
    fn arm(
        &mut self,
        arm: &Arm,
        (scrutinee, ty): (Option<Reg>, TypeId),
        next: BlockId,
        result: Option<Reg>,
        span: Span,
    ) {
        if let Some(scrutinee) = scrutinee {
            self.test(&arm.pattern, (scrutinee, ty), next, span);
        }
        if let Some(guard) = &arm.guard {
            let fits = self.function.new_block();
            self.branch_on(guard, fits, next);
            self.current = fits;
        }
        let value = self.evaluate(&arm.body);
        if let (Some(result), Some(value)) = (result, value) {
            self.copy_to(result, value);
        }
    }

    /// Goes on if a value fits a pattern, else to `next`.
    fn test(&mut self, pattern: &Pattern, (value, ty): (Reg, TypeId), next: BlockId, span: Span) {
        match pattern {
            Pattern::Wildcard => {}
            Pattern::Bind(local) => self.bind(*local, value),
            Pattern::Bool(expected) => self.test_number(value, i64::from(*expected), next),
            Pattern::Int(expected) => self.test_number(value, *expected, next),
            Pattern::Char(expected) => {
                self.test_number(value, i64::from(u32::from(*expected)), next);
            }
            Pattern::Float(expected) => {
                let class = self.class(ty);
                let expected = self.emit(class, Op::Float(expected.to_bits()));
                self.test_equal(value, expected, next);
            }
            Pattern::String(expected) => {
                let literal = self.shared.literals.intern(expected);
                let expected = self.emit(Class::Ref, Op::Literal(literal));
                let equal = self.equal_strings(value, expected, span);
                let zero = self.int(Class::I64, 0);
                let fits = self.compare(Condition::NotEqual, equal, zero);
                self.go_on_if(fits, next);
            }
            Pattern::Variant(id, variant, fields) => {
                let tag = self.emit(Class::I32, Op::Load(tag_address(value)));
                self.test_number(tag, i64::from(*variant), next);
                self.test_payload((*id, *variant), fields, value, next, span);
            }
        }
    }

    fn test_payload(
        &mut self,
        (id, variant): (EnumId, u32),
        fields: &[Pattern],
        object: Reg,
        next: BlockId,
        span: Span,
    ) {
        let types = &self.program().enums[id.index()].variants[variant as usize].payload;
        for (index, (pattern, &ty)) in fields.iter().zip(types).enumerate() {
            let Some(class) = class_of(self.type_of(ty)) else { continue };
            if matches!(pattern, Pattern::Wildcard) {
                continue;
            }
            let address = self.address(object, Shape::Variant(id, variant), index as u32);
            let value = self.emit(class, Op::Load(address));
            self.test(pattern, (value, ty), next, span);
        }
    }

    fn bind(&mut self, local: LocalId, value: Reg) {
        if let Some(local) = self.local(local) {
            self.copy_to(local, value);
        }
    }

    /// Goes on if a number is the expected one, else to `next`.
    pub(super) fn test_number(&mut self, value: Reg, expected: i64, next: BlockId) {
        let expected = self.int(self.function.class(value), expected);
        self.test_equal(value, expected, next);
    }

    fn test_equal(&mut self, value: Reg, expected: Reg, next: BlockId) {
        let fits = self.compare(Condition::Equal, value, expected);
        self.go_on_if(fits, next);
    }

    fn go_on_if(&mut self, condition: Reg, otherwise: BlockId) {
        let fits = self.function.new_block();
        self.branch(condition, fits, otherwise);
        self.current = fits;
    }

    /// Analysis has made sure that some arm fits.
    fn fell_through(&mut self, span: Span) {
        let always = self.int(Class::I8, 1);
        let kind = beskid_abi::PanicKind::UnreachableCode;
        self.panic_if(always, kind, [None, None], span);
        self.terminate(Terminator::Unreachable);
    }
}
