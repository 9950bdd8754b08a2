//! The gaps between tokens, and the comments in them.
//!
//! A comment stays between the tokens between which it was written. Three ways of standing there
//! are told apart, and the layout keeps them: *trailing* behind the code of its line, on *lines* of
//! its own, and *inline* right before the next token on the same line. The one liberty is that a
//! comment right before a `,` or `;` may move behind it, since that mark is written with what it ends.

use std::collections::VecDeque;

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comment<'a> {
    /// With its marks; without the line break of a line comment and the blanks before it.
    pub(crate) text: &'a str,
    pub(crate) kind: CommentKind,
    /// How many line breaks stand between the token or comment before it and itself.
    pub(crate) breaks_before: usize,
}

/// What kind of comment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommentKind {
    /// `// …`.
    Line,
    /// `/// …`, which belongs to what follows it and so never trails.
    Doc,
    /// `/* … */`.
    Block,
}

/// What stands between two tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gap<'a> {
    pub(crate) comments: VecDeque<Comment<'a>>,
    /// How many line breaks stand after the last comment.
    pub(crate) breaks_after: usize,
}

impl<'a> Gap<'a> {
    /// Reads the text between two tokens, which holds nothing but blanks and comments.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut gap = Gap::default();
        let mut rest = text;
        while let Some(at) = rest.find(['\n', '/']) {
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix('\n') {
                gap.breaks_after += 1;
                rest = after;
            } else {
                let length = gap.push_comment(rest);
                rest = &rest[length..];
            }
        }
        gap
    }

    /// Takes the comment that `text` begins with; gives its length.
    fn push_comment(&mut self, text: &'a str) -> usize {
        let (length, kind) = if let Some(inside) = text.strip_prefix("/*") {
            // The star of `/*/` does not end it.
            (inside.find("*/").map_or(text.len(), |at| at + 4), CommentKind::Block)
        } else {
            let is_doc = text.starts_with("///") && !text.starts_with("////");
            let kind = if is_doc { CommentKind::Doc } else { CommentKind::Line };
            (text.find('\n').unwrap_or(text.len()), kind)
        };
        let text = match kind {
            // Two blanks at the end of a line mean something in documentation.
            CommentKind::Doc => text[..length].trim_end_matches('\r'),
            CommentKind::Line | CommentKind::Block => text[..length].trim_end(),
        };
        let breaks_before = std::mem::take(&mut self.breaks_after);
        self.comments.push_back(Comment { text, kind, breaks_before });
        length
    }

    /// Whether there is a line break between the two tokens.
    pub(crate) fn has_break(&self) -> bool {
        self.breaks_after > 0 || self.comments.iter().any(|it| it.breaks_before > 0)
    }

    /// How many line breaks come before the first comment, or before the token.
    pub(crate) fn breaks_before(&self) -> usize {
        self.comments.front().map_or(self.breaks_after, |it| it.breaks_before)
    }

    pub(crate) fn has_docs(&self) -> bool {
        self.comments.iter().any(|it| it.kind == CommentKind::Doc)
    }

    /// Takes the comments that trail behind the token before the gap.
    pub(crate) fn take_trailing(&mut self) -> Vec<Comment<'a>> {
        let trails = |it: &Comment<'_>| it.breaks_before == 0 && it.kind != CommentKind::Doc;
        let count = match self.has_break() {
            true => self.comments.iter().take_while(|it| trails(it)).count(),
            false => 0,
        };
        self.comments.drain(..count).collect()
    }

    /// Takes the comments that stand on lines of their own.
    pub(crate) fn take_lines(&mut self) -> Vec<Comment<'a>> {
        let count = self.comments.len() - self.inline_count();
        self.comments.drain(..count).collect()
    }

    /// How many comments at the end stand on the line of the token after the gap.
    fn inline_count(&self) -> usize {
        if self.breaks_after > 0 {
            return 0;
        }
        let is_block = |it: &&Comment<'_>| it.kind == CommentKind::Block;
        let blocks = self.comments.iter().rev().take_while(is_block);
        let mut count = 0;
        for comment in blocks {
            count += 1;
            if comment.breaks_before > 0 {
                break;
            }
        }
        count
    }

    /// Whether all comments are inline.
    pub(crate) fn is_inline(&self) -> bool {
        self.inline_count() == self.comments.len() && !self.has_break()
    }

    /// Puts what stood in the gap `before` this one in front of it, for when the token between them
    /// is left out.
    pub(crate) fn prepend(&mut self, mut before: Gap<'a>) {
        let breaks = match self.comments.front_mut() {
            Some(first) => &mut first.breaks_before,
            None => &mut self.breaks_after,
        };
        *breaks = before.breaks_after.max(*breaks);
        before.comments.append(&mut self.comments);
        self.comments = before.comments;
    }

    /// Takes what may move behind the mark that follows the gap.
    pub(crate) fn take_movable(&mut self) -> Gap<'a> {
        if self.has_docs() || self.comments.is_empty() || !self.has_break() {
            return Gap::default();
        }
        std::mem::take(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(comments: &[Comment<'_>]) -> Vec<String> {
        comments.iter().map(|it| it.text.to_owned()).collect()
    }

    #[test]
    fn the_three_ways_to_stand_are_told_apart() {
        let mut gap = Gap::read(" /* a */ // b \r\n\n // c\n /* d */ ");
        assert_eq!(texts(&gap.take_trailing()), ["/* a */", "// b"]);
        assert_eq!(gap.breaks_before(), 2);
        assert_eq!(texts(&gap.take_lines()), ["// c"]);
        assert_eq!(gap.comments.len(), 1);
    }

    #[test]
    fn without_line_breaks_comments_are_inline() {
        let mut gap = Gap::read("/* a */ /* b */");
        assert!(gap.is_inline());
        assert!(gap.take_trailing().is_empty());
        assert!(gap.take_lines().is_empty());
    }

    #[test]
    fn documentation_never_trails() {
        let mut gap = Gap::read(" /// d  \r\n");
        assert!(gap.take_trailing().is_empty());
        assert_eq!(texts(&gap.take_lines()), ["/// d  "]);
    }

    #[test]
    fn gaps_are_joined_when_a_token_between_them_goes() {
        let mut gap = Gap::read("// b\n");
        gap.prepend(Gap::read(" // a\n"));
        assert_eq!(texts(&gap.take_trailing()), ["// a"]);
        assert_eq!(texts(&gap.take_lines()), ["// b"]);
    }
}
