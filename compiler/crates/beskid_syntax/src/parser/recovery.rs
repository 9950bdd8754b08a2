//! Skipping: where parsing goes on after a mistake.

use super::{Cursor, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    /// Skips one token, or a whole group if a bracket with a partner begins here.
    pub(super) fn skip(&mut self) {
        match self.brackets.closer(self.at.index) {
            Some(closer) => {
                self.at = Cursor::at(closer);
                // The end of a hole begins the next one, or more text; the string goes on.
                if !self.is_at(TokenKind::StrMiddle) {
                    self.bump();
                }
            }
            None => {
                self.bump();
            }
        }
    }

    /// Skips the rest of a statement: to its semicolon or block, to the end of the block around it,
    /// or to a line that begins with a word that can only begin a statement or an item.
    pub(super) fn skip_statement(&mut self) {
        loop {
            match self.kind() {
                TokenKind::Eof | TokenKind::RBrace => return,
                TokenKind::Semicolon => {
                    while self.eat(TokenKind::Semicolon) {}
                    return;
                }
                TokenKind::LBrace if self.brackets.closer(self.at.index).is_some() => {
                    self.skip();
                    if !self.is_at(TokenKind::Else) {
                        self.eat(TokenKind::Semicolon);
                        return;
                    }
                }
                kind if kind.starts_item() || kind.starts_statement() => {
                    if self.is_first_on_line(self.at.index) {
                        return;
                    }
                    self.bump();
                }
                _ => self.skip(),
            }
        }
    }

    /// Skips the rest of a member of a type, enum, contract or `impl`: to its separator or body, to
    /// the end of the body around it, or to the next line.
    pub(super) fn skip_member(&mut self) {
        while !self.is_first_on_line(self.at.index) {
            match self.kind() {
                TokenKind::Eof | TokenKind::RBrace => return,
                TokenKind::Semicolon | TokenKind::Comma | TokenKind::LBrace => {
                    self.skip();
                    return;
                }
                _ => self.skip(),
            }
        }
    }

    /// Skips to something that looks like an item, or to `end`.
    pub(super) fn skip_item(&mut self, end: TokenKind) {
        let mut after_item = false;
        while !self.is_at(TokenKind::Eof) && !self.is_at(end) {
            let may_begin = after_item || self.is_first_on_line(self.at.index);
            if may_begin && self.looks_like_item() {
                return;
            }
            after_item =
                matches!(self.kind(), TokenKind::LBrace | TokenKind::RBrace | TokenKind::Semicolon);
            self.skip();
        }
    }

    fn looks_like_item(&mut self) -> bool {
        let kind = self.kind();
        kind.starts_item()
            || kind == TokenKind::Use
            || (kind == TokenKind::LBracket && self.nth(1) == TokenKind::Ident)
            || self.at_function_header()
    }
}
