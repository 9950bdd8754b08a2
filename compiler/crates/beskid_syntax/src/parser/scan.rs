//! Looking ahead: what do the next tokens form?
//!
//! The grammar needs three looks of unbounded length: is this a local or an expression, is this `<`
//! an operator, does a path end in `::`. Scanning builds nothing, and reports nothing but what
//! is too deep: depth counts towards the same bound as parsing. The results for lists of types are
//! remembered by their bracket, so nested looks cost linear time in all.

use super::{Cursor, MAX_HEIGHT, Parser};
use crate::token::TokenKind;

/// What a statement that begins with a type is.
pub(super) enum Declaration {
    /// `type name =`, or something that can be nothing else.
    Local,
    /// `type name(…) {`.
    Function,
    /// No declaration.
    None,
}

impl Parser<'_> {
    /// What the tokens from the current one declare.
    pub(super) fn scan_declaration(&mut self) -> Declaration {
        if self.is_at(TokenKind::Mut) {
            return Declaration::Local;
        }
        let starts_with_primitive = matches!(self.kind(), TokenKind::Primitive(_));
        let Some(after_type) = self.scan_type(self.at, self.depth) else {
            return Declaration::None;
        };
        if self.kind_at(after_type) == TokenKind::Mut {
            return Declaration::Local;
        }
        let after_name = Cursor::at(after_type.index + 1);
        match self.kind_at(after_type) {
            TokenKind::Ident | TokenKind::Primitive(_) | TokenKind::Underscore => {}
            _ => return local_if(starts_with_primitive && !self.at_conversion()),
        }
        match self.kind_at(after_name) {
            TokenKind::Assign | TokenKind::Semicolon => Declaration::Local,
            TokenKind::LParen | TokenKind::Lt if self.is_function_from(after_name) => {
                Declaration::Function
            }
            _ => local_if(starts_with_primitive && !self.at_conversion()),
        }
    }

    /// Whether `i64(` or the like begins here.
    fn at_conversion(&self) -> bool {
        self.nth(1) == TokenKind::LParen
    }

    /// Whether a function begins at the current token: a type, a name, a parameter list.
    pub(super) fn at_function_header(&mut self) -> bool {
        let Some(after_type) = self.scan_type(self.at, self.depth) else { return false };
        let after_name = Cursor::at(after_type.index + 1);
        self.kind_at(after_type) == TokenKind::Ident
            && matches!(self.kind_at(after_name), TokenKind::LParen | TokenKind::Lt)
    }

    /// Whether type parameters, parameters and the beginning of a body stand at `after_name`.
    fn is_function_from(&mut self, after_name: Cursor) -> bool {
        let params = match self.kind_at(after_name) {
            TokenKind::Lt => self.scan_type_args(after_name, self.depth),
            _ => Some(after_name),
        };
        let Some(params) = params.filter(|&it| self.kind_at(it) == TokenKind::LParen) else {
            return false;
        };
        let body = self.brackets.closer(params.index).map(|closer| Cursor::at(closer + 1));
        body.is_some_and(|it| matches!(self.kind_at(it), TokenKind::LBrace | TokenKind::FatArrow))
    }

    /// Whether a lambda begins at the current token.
    pub(super) fn at_lambda(&self) -> bool {
        if !self.context.lambdas {
            return false;
        }
        match self.kind() {
            TokenKind::Ident | TokenKind::Underscore => self.nth(1) == TokenKind::FatArrow,
            TokenKind::LParen => {
                let closer = self.brackets.closer(self.at.index);
                closer.is_some_and(|it| self.tokens[it + 1].kind == TokenKind::FatArrow)
            }
            _ => false,
        }
    }

    /// Whether the current `<` opens type arguments in an expression.
    pub(super) fn at_type_args(&mut self) -> bool {
        self.is_at(TokenKind::Lt) && self.scan_expr_type_args(self.at).is_some()
    }

    /// Whether the current parentheses hold types. If they do not, a name is missing before them.
    pub(super) fn at_types_in_parentheses(&mut self) -> bool {
        self.scan_list(self.at, TokenKind::RParen, self.depth).is_some()
    }

    /// What follows the path that begins at the current name, when the path is read as long as
    /// possible.
    pub(super) fn kind_after_path(&mut self) -> (TokenKind, usize) {
        let mut cursor = self.at;
        loop {
            cursor.index += 1;
            if self.kind_at(cursor) == TokenKind::Lt
                && let Some(after) = self.scan_expr_type_args(cursor)
            {
                cursor = after;
            }
            let next = Cursor::at(cursor.index + 1);
            if self.kind_at(cursor) != TokenKind::Dot || self.kind_at(next) != TokenKind::Ident {
                return (self.kind_at(cursor), cursor.index);
            }
            cursor = next;
        }
    }

    fn scan_expr_type_args(&mut self, less: Cursor) -> Option<Cursor> {
        use TokenKind::{ColonColon, Dot, LBrace, LParen};
        let after = self.scan_type_args(less, self.depth)?;
        matches!(self.kind_at(after), LParen | LBrace | Dot | ColonColon).then_some(after)
    }

    /// The position after the type at `cursor`.
    fn scan_type(&mut self, cursor: Cursor, depth: u32) -> Option<Cursor> {
        if depth >= MAX_HEIGHT {
            // What is too deep for a type is too deep for anything else that begins so.
            self.too_high();
            return None;
        }
        match self.kind_at(cursor) {
            TokenKind::Ref => self.scan_type(next(cursor), depth + 1),
            TokenKind::LParen => self.scan_arrow_type(cursor, depth),
            TokenKind::Primitive(_) => self.scan_suffixes(next(cursor), depth),
            TokenKind::Ident => {
                let after = self.scan_type_path(cursor, depth)?;
                self.scan_suffixes(after, depth)
            }
            _ => None,
        }
    }

    fn scan_arrow_type(&mut self, cursor: Cursor, depth: u32) -> Option<Cursor> {
        let arrow = self.scan_list(cursor, TokenKind::RParen, depth)?;
        match self.kind_at(arrow) {
            TokenKind::FatArrow | TokenKind::ThinArrow => self.scan_type(next(arrow), depth + 1),
            _ => None,
        }
    }

    fn scan_type_path(&mut self, mut cursor: Cursor, depth: u32) -> Option<Cursor> {
        loop {
            if self.kind_at(cursor) != TokenKind::Ident {
                return None;
            }
            cursor = next(cursor);
            if self.kind_at(cursor) == TokenKind::Lt {
                cursor = self.scan_type_args(cursor, depth)?;
            }
            if self.kind_at(cursor) != TokenKind::Dot {
                return Some(cursor);
            }
            cursor = next(cursor);
        }
    }

    /// The position after as many `[]` and `(…)` as fit.
    fn scan_suffixes(&mut self, mut cursor: Cursor, depth: u32) -> Option<Cursor> {
        loop {
            let after = match self.kind_at(cursor) {
                TokenKind::LBracket if self.kind_at(next(cursor)) == TokenKind::RBracket => {
                    Some(next(next(cursor)))
                }
                TokenKind::LParen => self.scan_list(cursor, TokenKind::RParen, depth),
                _ => None,
            };
            match after {
                Some(after) => cursor = after,
                None => return Some(cursor),
            }
        }
    }

    /// The position after the type arguments whose `<` is at `less`.
    fn scan_type_args(&mut self, less: Cursor, depth: u32) -> Option<Cursor> {
        self.scan_list(less, TokenKind::Gt, depth)
    }

    /// The position after the list of types that `opener` begins and `closer` ends.
    fn scan_list(&mut self, opener: Cursor, closer: TokenKind, depth: u32) -> Option<Cursor> {
        if let Some(&known) = self.scanned.get(&opener.index) {
            return known;
        }
        let after = self.scan_types(next(opener), closer, depth);
        self.scanned.insert(opener.index, after);
        after
    }

    /// The position after a list of types and its `closer`.
    fn scan_types(&mut self, mut cursor: Cursor, closer: TokenKind, depth: u32) -> Option<Cursor> {
        loop {
            if let Some(after) = self.scan_closer(cursor, closer) {
                return Some(after);
            }
            cursor = self.scan_type(cursor, depth + 1)?;
            if self.kind_at(cursor) == TokenKind::Comma {
                cursor = next(cursor);
            } else {
                return self.scan_closer(cursor, closer);
            }
        }
    }

    /// The position after `closer`, which may be the first half of `>=`.
    fn scan_closer(&self, cursor: Cursor, closer: TokenKind) -> Option<Cursor> {
        let kind = self.kind_at(cursor);
        if kind == closer {
            return Some(next(cursor));
        }
        let splits = kind == TokenKind::Ge && closer == TokenKind::Gt;
        splits.then_some(Cursor { split: true, ..cursor })
    }
}

fn next(cursor: Cursor) -> Cursor {
    Cursor::at(cursor.index + 1)
}

fn local_if(condition: bool) -> Declaration {
    if condition { Declaration::Local } else { Declaration::None }
}
