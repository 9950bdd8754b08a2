//! The walk over the tree and, in step with it, over the tokens.
//!
//! The tree says what to lay out how; the tokens say what is written. Whoever writes a node takes its
//! tokens in order, and with every token the comments before it, so that none can be lost. Should the
//! two ever disagree, the writer remembers it and the text stays as it was.

use beskid_syntax::Span;

use crate::comments::Gap;
use crate::pieces::{Document, GroupId, GroupKind, Line, Piece};

/// Builds the document of one file.
pub(crate) struct Writer<'a> {
    tokens: Vec<&'a str>,
    /// Where the tokens begin, for comparison with the places of nodes.
    starts: Vec<u32>,
    /// The gap before each token, and one after the last.
    gaps: Vec<Gap<'a>>,
    /// The next token.
    at: usize,
    document: Document<'a>,
    /// What the tree and the tokens disagreed about first.
    disagreement: Option<String>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(source: &'a str, spans: &[Span]) -> Self {
        let mut end = source.len() - source.trim_start_matches(BYTE_ORDER_MARK).len();
        let mut gaps = Vec::with_capacity(spans.len() + 1);
        for span in spans {
            gaps.push(Gap::read(&source[end..span.start as usize]));
            end = span.end as usize;
        }
        let mut last = Gap::read(&source[end..]);
        // The end of the file ends its last line.
        last.breaks_after += 1;
        gaps.push(last);
        // No code stands before the first token that a comment could trail behind.
        if let Some(first) = gaps[0].comments.front_mut() {
            first.breaks_before = first.breaks_before.max(1);
        }
        let text = |span: &Span| &source[span.start as usize..span.end as usize];
        let mut writer = Self {
            tokens: spans.iter().map(text).collect(),
            starts: spans.iter().map(|it| it.start).collect(),
            gaps,
            at: 0,
            document: Document::default(),
            disagreement: None,
        };
        writer.move_comments_behind_marks();
        writer
    }

    fn move_comments_behind_marks(&mut self) {
        for at in 0..self.tokens.len() {
            if matches!(self.tokens[at], "," | ";") {
                let moved = self.gaps[at].take_movable();
                self.gaps[at + 1].prepend(moved);
            }
        }
    }

    /// The document, once the tree has been walked.
    pub(crate) fn finish(mut self) -> Result<Document<'a>, String> {
        if let Some(left) = self.peek() {
            self.disagree("the end of the file", Some(left));
        }
        match self.disagreement {
            Some(disagreement) => Err(disagreement),
            None => Ok(self.document),
        }
    }

    fn disagree(&mut self, expected: &str, found: Option<&str>) {
        let found = found.unwrap_or("the end of the file");
        let at = self.starts.get(self.at).copied().unwrap_or_default();
        self.disagreement
            .get_or_insert_with(|| format!("expected {expected} at byte {at}, found {found}"));
    }

    /// The tree has a node for a mistake, which texts without errors do not have.
    pub(crate) fn no_syntax(&mut self, what: &str) {
        self.disagree(what, self.peek());
    }

    /// The text of the next token.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    pub(crate) fn is_at(&self, token: &str) -> bool {
        self.peek() == Some(token)
    }

    /// What stands before the next token and has not been written.
    pub(crate) fn gap(&mut self) -> &mut Gap<'a> {
        &mut self.gaps[self.at]
    }

    /// Whether a line break stands behind the next token.
    pub(crate) fn breaks_after_next(&self) -> bool {
        self.gaps.get(self.at + 1).is_some_and(Gap::has_break)
    }

    /// Writes the next token, whatever it is.
    pub(crate) fn token(&mut self) {
        match self.peek() {
            Some(text) => {
                self.write_comments();
                self.document.push(Piece::Text(text));
                self.at += 1;
            }
            None => self.disagree("a token", None),
        }
    }

    /// Writes the next token, which is `text`.
    pub(crate) fn expect(&mut self, text: &'static str) {
        self.expect_as(text, text);
    }

    /// Writes `shown` for the next token, which is `text`.
    pub(crate) fn expect_as(&mut self, text: &str, shown: &'static str) {
        self.split_angle(text);
        if !self.is_at(text) {
            self.disagree(text, self.peek());
            return;
        }
        self.write_comments();
        self.document.push(Piece::Text(shown));
        self.at += 1;
    }

    /// Makes two tokens of a `>=` that closes type arguments.
    fn split_angle(&mut self, expected: &str) {
        if expected == ">" && self.is_at(">=") {
            self.tokens[self.at] = "=";
            self.tokens.insert(self.at, ">");
            self.starts.insert(self.at, self.starts[self.at]);
            self.gaps.insert(self.at + 1, Gap::default());
        }
    }

    /// Writes the next token if it is `text`.
    pub(crate) fn optional(&mut self, text: &'static str) -> bool {
        let found = self.is_at(text);
        if found {
            self.expect(text);
        }
        found
    }

    /// Leaves the next token out; what stands before it goes to the one after it.
    pub(crate) fn skip(&mut self) {
        let gap = std::mem::take(self.gap());
        self.at += 1;
        self.gaps[self.at].prepend(gap);
    }

    /// Writes something that has no token, or whose token has been left out.
    pub(crate) fn put(&mut self, text: &'static str) {
        self.document.push(Piece::Text(text));
    }

    pub(crate) fn space(&mut self) {
        self.document.push(Piece::Space);
    }

    /// Writes all comments before the next token.
    pub(crate) fn write_comments(&mut self) {
        self.write_trailing();
        for comment in self.gap().take_lines() {
            self.own_line(comment.text);
        }
        for comment in std::mem::take(&mut self.gap().comments) {
            if comment.text.contains('\n') {
                self.document.force();
            }
            self.document.push(Piece::Inline(comment.text));
        }
    }

    /// Writes the comments that trail behind the last token.
    pub(crate) fn write_trailing(&mut self) {
        let comments = self.gap().take_trailing();
        let Some((last, others)) = comments.split_last() else { return };
        self.document.force_all_lines();
        for comment in others {
            self.document.push(Piece::Inline(comment.text));
        }
        self.document.push(Piece::Trailing(last.text));
    }

    fn own_line(&mut self, comment: &'a str) {
        self.document.force_all_lines();
        self.document.push(Piece::OwnLine(comment));
    }

    /// A place where the line breaks with the group around it, and is a blank otherwise.
    pub(crate) fn line(&mut self) {
        self.line_with(true);
    }

    /// A place where the line breaks with the group around it, and nothing otherwise.
    pub(crate) fn soft_line(&mut self) {
        self.line_with(false);
    }

    pub(crate) fn line_with(&mut self, spaced: bool) {
        self.write_trailing();
        self.document.push(Piece::Line(Line { spaced, blank: false }));
    }

    /// A place where the line breaks if the next element of a list does not fit.
    pub(crate) fn fill(&mut self) {
        self.write_trailing();
        self.document.push(Piece::Fill);
    }

    /// A place where the line always breaks.
    pub(crate) fn hard_line(&mut self) {
        self.write_trailing();
        self.document.force();
        self.document.push(Piece::Line(Line { spaced: true, blank: false }));
    }

    /// The break between two members of a body, with the comments on lines of their own that stand
    /// there. One empty line is kept between any two.
    pub(crate) fn separator(&mut self) {
        self.write_trailing();
        let blank = self.gap().breaks_before() > 1;
        self.document.push(Piece::Line(Line { spaced: true, blank }));
        self.leading_lines();
    }

    /// The comments on lines of their own before a member of a body.
    pub(crate) fn leading_lines(&mut self) {
        let comments = self.gap().take_lines();
        let breaks_after = self.gap().breaks_before();
        let breaks = comments.iter().skip(1).map(|it| it.breaks_before).chain([breaks_after]);
        for (comment, breaks) in comments.iter().zip(breaks) {
            self.own_line(comment.text);
            self.document.push(Piece::Line(Line { spaced: true, blank: breaks > 1 }));
        }
    }

    /// The comments before the closing bracket of a group that is broken; `blanks` says whether empty
    /// lines between them are kept.
    pub(crate) fn closing_lines(&mut self, blanks: bool) {
        self.write_trailing();
        for comment in std::mem::take(&mut self.gap().comments) {
            let blank = blanks && comment.breaks_before > 1;
            self.document.push(Piece::Line(Line { spaced: true, blank }));
            self.own_line(comment.text);
        }
    }

    pub(crate) fn trailing_comma(&mut self) {
        self.document.push(Piece::TrailingComma);
    }

    /// Breaks the groups that are open.
    pub(crate) fn force(&mut self) {
        self.document.force();
    }

    pub(crate) fn open(&mut self, kind: GroupKind) -> GroupId {
        self.document.open(kind)
    }

    pub(crate) fn close(&mut self) {
        self.document.close();
    }

    /// Writes a group whose lines break together.
    pub(crate) fn group(&mut self, content: impl FnOnce(&mut Self)) {
        self.open(GroupKind::Plain);
        content(self);
        self.close();
    }

    pub(crate) fn indented(&mut self, content: impl FnOnce(&mut Self)) {
        self.document.push(Piece::Indent);
        content(self);
        self.document.push(Piece::Dedent);
    }

    pub(crate) fn hug_points(&mut self, groups: &[GroupId]) {
        for &group in groups {
            self.document.push(Piece::HugPoint(group));
        }
    }
}

/// May stand before the first character of a file and means nothing.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';
