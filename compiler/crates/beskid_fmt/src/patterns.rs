//! `match` and its patterns.

use beskid_syntax::ast::{Arm, Match, Pattern, PatternKind, VariantPattern};

use crate::lists::{BRACES, PARENS};
use crate::pieces::{GroupId, GroupKind};
use crate::writer::Writer;

impl Writer<'_> {
    pub(crate) fn match_expr(&mut self, it: &Match, hugs: &[GroupId]) {
        self.expect("match");
        self.space();
        self.head(&it.scrutinee);
        self.open(GroupKind::Plain);
        self.list_content(BRACES, &it.arms, hugs, Self::arm);
        self.close();
    }

    fn arm(&mut self, arm: &Arm) {
        self.pattern(&arm.pattern);
        if let Some(guard) = &arm.guard {
            self.group(|it| {
                it.indented(|it| {
                    it.line();
                    it.expect("when");
                    it.space();
                    it.expr(guard);
                });
            });
        }
        self.space();
        self.expect("=>");
        self.value(&arm.body);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Binding(_) | PatternKind::Bool(_) => self.token(),
            PatternKind::Char(_) | PatternKind::Str(_) => self.token(),
            PatternKind::Int { negative, .. } | PatternKind::Float { negative, .. } => {
                if *negative {
                    self.expect("-");
                }
                self.token();
            }
            PatternKind::Variant(variant) => self.variant_pattern(variant),
            PatternKind::Error => self.no_syntax("a pattern"),
        }
    }

    fn variant_pattern(&mut self, variant: &VariantPattern) {
        self.type_path(&variant.path);
        self.expect("::");
        self.token();
        if let Some(patterns) = &variant.args {
            self.list(PARENS, patterns, Self::pattern);
        }
    }
}
