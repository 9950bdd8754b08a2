//! Which bracket belongs to which.
//!
//! One pass over the tokens pairs them, so that the parser can look across a group or leave a
//! broken one in constant time. Braces and holes of strings are stronger than parentheses and
//! square brackets: a `}` ends whatever was opened inside its block. The lexer counts the braces
//! of every hole, so braces and holes are properly nested among themselves.

use crate::token::{Token, TokenKind};

/// The partners of all bracket tokens.
pub(crate) struct Brackets {
    partner: Vec<u32>,
    /// The first `{` without a partner.
    first_unclosed: Option<usize>,
    /// The last `}` without a partner.
    last_unopened: Option<usize>,
}

const NONE: u32 = u32::MAX;

/// How many unclosed weak brackets a closing one may reach across. The bound keeps hostile text
/// from costing quadratic time; real text lacks one bracket, not several.
const REACH: usize = 4;

impl Brackets {
    /// Pairs the brackets among `tokens`.
    pub(crate) fn pair(tokens: &[Token]) -> Self {
        let mut pairing = Pairing {
            partner: vec![NONE; tokens.len()],
            open: Vec::new(),
            strong: 0,
            last_unopened: None,
        };
        for (index, token) in tokens.iter().enumerate() {
            pairing.close(index, token.kind);
            pairing.open(index, token.kind);
        }
        let mut unclosed = pairing.open.iter().filter(|(_, kind)| is_strong(*kind));
        Brackets {
            first_unclosed: unclosed.next().map(|&(index, _)| index),
            last_unopened: pairing.last_unopened,
            partner: pairing.partner,
        }
    }

    /// Whether some `{` before token `index` lacks its `}`.
    pub(crate) fn lacks_closing_brace_before(&self, index: usize) -> bool {
        self.first_unclosed.is_some_and(|it| it < index)
    }

    /// Whether some `}` after token `index` lacks its `{`.
    pub(crate) fn lacks_opening_brace_after(&self, index: usize) -> bool {
        self.last_unopened.is_some_and(|it| it > index)
    }

    /// The index of the token that closes the group opened by token `index`.
    pub(crate) fn closer(&self, index: usize) -> Option<usize> {
        let partner = self.partner[index];
        (partner != NONE).then_some(partner as usize)
    }
}

/// The state of the pass.
struct Pairing {
    partner: Vec<u32>,
    /// The brackets that are open, innermost last.
    open: Vec<(usize, TokenKind)>,
    /// How many of them are strong.
    strong: usize,
    last_unopened: Option<usize>,
}

impl Pairing {
    fn open(&mut self, index: usize, kind: TokenKind) {
        use TokenKind::*;
        if matches!(kind, LParen | LBracket | LBrace | StrHead | StrMiddle) {
            self.strong += usize::from(is_strong(kind));
            self.open.push((index, kind));
        }
    }

    fn close(&mut self, index: usize, kind: TokenKind) {
        use TokenKind::*;
        if matches!(kind, RBrace | StrMiddle | StrTail) {
            self.close_strong(index);
        } else if kind == RParen {
            self.close_weak(index, LParen);
        } else if kind == RBracket {
            self.close_weak(index, LBracket);
        }
    }

    fn close_strong(&mut self, index: usize) {
        if self.strong == 0 {
            self.last_unopened = Some(index);
            return;
        }
        while let Some((partner, kind)) = self.open.pop() {
            if is_strong(kind) {
                self.strong -= 1;
                self.partner[partner] = index as u32;
                return;
            }
        }
    }

    fn close_weak(&mut self, index: usize, opener: TokenKind) {
        let reachable = self.open.iter().rev().take(REACH);
        let mut within_block = reachable.take_while(|(_, kind)| !is_strong(*kind));
        if let Some(height) = within_block.position(|&(_, kind)| kind == opener) {
            let depth = self.open.len() - 1 - height;
            self.partner[self.open[depth].0] = index as u32;
            self.open.truncate(depth);
        }
    }
}

fn is_strong(kind: TokenKind) -> bool {
    !matches!(kind, TokenKind::LParen | TokenKind::LBracket)
}
