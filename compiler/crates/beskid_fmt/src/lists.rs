//! Elements between brackets: comma lists, and bodies in braces.

use crate::pieces::{GroupId, GroupKind};
use crate::writer::Writer;

/// The brackets of a list.
#[derive(Clone, Copy)]
pub(crate) struct Brackets {
    open: &'static str,
    close: &'static str,
    /// Whether a blank stands inside of the brackets if the list is in one line.
    spaced: bool,
}

pub(crate) const PARENS: Brackets = Brackets { open: "(", close: ")", spaced: false };
pub(crate) const SQUARE: Brackets = Brackets { open: "[", close: "]", spaced: false };
pub(crate) const ANGLE: Brackets = Brackets { open: "<", close: ">", spaced: false };
pub(crate) const BRACES: Brackets = Brackets { open: "{", close: "}", spaced: true };

/// How the members of a body are set apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By nothing: the member ends itself.
    None,
    /// By a comma, which may be left out after the last one.
    Comma,
    /// By a semicolon.
    Semicolon,
}

impl<'a> Writer<'a> {
    /// A comma list that is in one line if it fits, and otherwise has a line for each element.
    pub(crate) fn list<T>(
        &mut self,
        brackets: Brackets,
        elements: &[T],
        element: impl FnMut(&mut Self, &T),
    ) {
        self.open(GroupKind::Plain);
        self.list_content(brackets, elements, &[], element);
        self.close();
    }

    /// The same within a group that is open; its first line may end after the opening bracket for the
    /// groups `hugs`. Between braces, a line break after the opening one is kept.
    pub(crate) fn list_content<T>(
        &mut self,
        brackets: Brackets,
        elements: &[T],
        hugs: &[GroupId],
        mut element: impl FnMut(&mut Self, &T),
    ) {
        if elements.is_empty() {
            return self.empty(brackets);
        }
        self.opening(brackets, hugs);
        self.indented(|it| {
            it.line_with(brackets.spaced);
            if brackets.spaced {
                it.leading_lines();
            }
            for (index, each) in elements.iter().enumerate() {
                if index > 0 {
                    it.expect(",");
                    if brackets.spaced { it.separator() } else { it.line() }
                }
                element(it, each);
            }
            it.end_of_list(brackets.spaced);
        });
        self.line_with(brackets.spaced);
        self.expect(brackets.close);
    }

    fn opening(&mut self, brackets: Brackets, hugs: &[GroupId]) {
        let is_broken = brackets.spaced && self.breaks_after_next();
        self.expect(brackets.open);
        self.hug_points(hugs);
        if is_broken {
            self.force();
        }
    }

    /// Two brackets with nothing but comments between them.
    fn empty(&mut self, brackets: Brackets) {
        self.expect(brackets.open);
        if self.gap().comments.is_empty() {
            return self.expect(brackets.close);
        }
        if self.gap().is_inline() {
            if brackets.spaced {
                self.space();
            }
            self.write_comments();
            if brackets.spaced {
                self.space();
            }
        } else {
            self.indented(|it| it.closing_lines(brackets.spaced));
            self.line_with(brackets.spaced);
        }
        self.expect(brackets.close);
    }

    /// The comma after the last element, and the comments before the closing bracket.
    fn end_of_list(&mut self, blanks: bool) {
        if self.is_at(",") {
            self.write_comments();
            self.skip();
        }
        if self.gap().is_inline() {
            self.write_comments();
        }
        self.trailing_comma();
        self.closing_lines(blanks);
    }

    /// Numbers and the like: as many on a line as fit.
    pub(crate) fn filled<T>(
        &mut self,
        elements: &[T],
        hugs: &[GroupId],
        mut element: impl FnMut(&mut Self, &T),
    ) {
        self.opening(SQUARE, hugs);
        self.indented(|it| {
            it.soft_line();
            for (index, each) in elements.iter().enumerate() {
                if index > 0 {
                    it.expect(",");
                    it.fill();
                }
                element(it, each);
            }
            it.end_of_list(false);
        });
        self.soft_line();
        self.expect("]");
    }

    /// A body in braces within a group that is open. It is in one line if it was written so and
    /// `fits_line`, and otherwise has a line for each member, between which an empty one is kept.
    pub(crate) fn body<T>(
        &mut self,
        members: &[T],
        fits_line: bool,
        hugs: &[GroupId],
        mut member: impl FnMut(&mut Self, &T) -> Ending,
    ) {
        if members.is_empty() {
            return self.empty(BRACES);
        }
        self.opening(BRACES, hugs);
        if !fits_line {
            self.force();
        }
        self.indented(|it| {
            it.line();
            it.leading_lines();
            for (index, each) in members.iter().enumerate() {
                if index > 0 {
                    it.separator();
                }
                let ending = member(it, each);
                it.end_of_member(ending, index + 1 == members.len());
            }
            it.closing_lines(true);
        });
        self.line();
        self.expect("}");
    }

    /// The mark between two members, of which the source may have another one, none or even two.
    pub(crate) fn end_of_member(&mut self, ending: Ending, is_last: bool) {
        while self.is_at(",") || self.is_at(";") {
            match ending {
                // Without the mark, the documentation would belong to what follows.
                Ending::None if self.gap().has_docs() => self.token(),
                Ending::None => self.skip(),
                Ending::Comma | Ending::Semicolon => {
                    self.write_comments();
                    self.skip();
                }
            }
        }
        match ending {
            Ending::None => {}
            Ending::Comma if is_last => {
                if self.gap().is_inline() {
                    self.write_comments();
                }
                self.trailing_comma();
            }
            Ending::Comma => self.put(","),
            Ending::Semicolon => self.put(";"),
        }
    }
}
