//! Help for what people bring along from other languages.

use super::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Advice for the tokens around the current one, when they look like a foreign construct.
    pub(super) fn advice(&self) -> Option<&'static str> {
        let kind_before = |distance: usize| {
            let index = self.at.index.checked_sub(distance)?;
            Some(self.tokens[index].kind)
        };
        let (before, found) = (kind_before(1)?, self.kind());
        match (kind_before(2), before, found) {
            (_, TokenKind::Plus, TokenKind::Plus) => Some("there is no `++`: write `x += 1`"),
            (Some(TokenKind::Minus), TokenKind::Minus, _) => {
                Some("there is no `--`: write `x -= 1`")
            }
            (_, TokenKind::Lt, TokenKind::Lt | TokenKind::Le) => {
                Some("there is no `<<`: use `Core.Bits.ShiftLeft`")
            }
            (_, TokenKind::Gt, TokenKind::Gt | TokenKind::Ge) => {
                Some("there is no `>>`: use `Core.Bits.ShiftRight`")
            }
            (_, TokenKind::Question, _) if !self.is_first_on_line(self.at.index) => {
                Some("there is no `a ? b : c`: write `match a { true => b, false => c }`")
            }
            (_, TokenKind::Dot, TokenKind::Dot) => {
                Some("there is no `a..b`: write `range(a, b)` after `in`")
            }
            (_, TokenKind::For, TokenKind::LParen) => {
                Some("write `for name in range(a, b)` to count from a to b - 1")
            }
            (_, TokenKind::Mut, TokenKind::Assign)
            | (Some(TokenKind::Mut), _, TokenKind::Assign) => {
                Some("write `let mut name = …` or `mut type name = …`")
            }
            _ => None,
        }
    }
}
