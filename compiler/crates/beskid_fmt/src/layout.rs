//! Pieces to text: which groups break, and where every line begins.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a measure names the pieces that it treats apart"
)]

use crate::pieces::{Document, Group, GroupKind, Line, Piece};

/// No line is longer if a break can help it.
const WIDTH: usize = 100;

/// How much one step of indentation is.
const STEP: usize = 4;

/// How the lines of a group are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// None breaks, nor do those of the groups in it.
    Flat,
    /// None breaks; the groups in it decide for themselves.
    Hugged,
    /// All break.
    Broken,
}

/// What stands before the next text on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// It follows directly.
    Nothing,
    /// A blank.
    Space,
    /// A blank that follows a comment; not before marks that stand close to what they follow.
    SpaceAfterComment,
    /// It is the first on its line, which is indented so far.
    LineStart(usize),
    /// A line comment: the text needs a new line, which is indented so far.
    NewLine(usize),
}

/// Writes a document with this line break.
pub(crate) fn lay_out(document: &Document<'_>, line_break: &str) -> String {
    let mut layout = Layout {
        pieces: &document.pieces,
        line_break,
        text: String::new(),
        column: 0,
        before: Before::LineStart(0),
        indent: 0,
        steps: Vec::new(),
        modes: vec![Mode::Broken],
    };
    for at in 0..layout.pieces.len() {
        layout.write(at);
    }
    layout.finish()
}

struct Layout<'a> {
    pieces: &'a [Piece<'a>],
    line_break: &'a str,
    text: String,
    /// The width of the current line so far, without what `before` will add.
    column: usize,
    before: Before,
    indent: usize,
    /// By how much each open [`Piece::Indent`] has indented.
    steps: Vec<usize>,
    /// The modes of the open groups, innermost last.
    modes: Vec<Mode>,
}

impl<'a> Layout<'a> {
    fn write(&mut self, at: usize) {
        match self.pieces[at] {
            Piece::Text(text) => self.put(text),
            Piece::Space => self.space(Before::Space),
            Piece::Line(line) => self.line(line),
            Piece::Fill if self.fill_fits(at + 1) => self.space(Before::Space),
            Piece::Fill => self.new_line(false),
            Piece::TrailingComma if self.mode() == Mode::Broken => self.put(","),
            Piece::TrailingComma | Piece::HugPoint(_) => {}
            Piece::Open(group) => {
                let mode = self.decide(group, at);
                self.modes.push(mode);
            }
            Piece::Close => {
                self.modes.pop();
            }
            Piece::Indent => {
                // The lines of a hugged group do not break, so only the groups in it are indented.
                let step = if self.mode() == Mode::Hugged { 0 } else { STEP };
                self.steps.push(step);
                self.indent += step;
            }
            Piece::Dedent => self.indent -= self.steps.pop().unwrap_or_default(),
            Piece::Trailing(comment) => self.trailing(comment),
            Piece::OwnLine(comment) => self.own_line(comment),
            Piece::Inline(comment) => self.inline(comment),
        }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end_matches(['\r', '\n']).len());
        if !self.text.is_empty() {
            self.text.push_str(self.line_break);
        }
        self.text
    }

    fn mode(&self) -> Mode {
        *self.modes.last().expect("the file is a group")
    }

    /// Writes a token.
    fn put(&mut self, text: &str) {
        if self.before == Before::SpaceAfterComment && text.starts_with(CLOSE_MARKS) {
            self.before = Before::Nothing;
        }
        self.begin_text();
        self.append(text);
    }

    /// Writes what stands before a text.
    fn begin_text(&mut self) {
        match std::mem::replace(&mut self.before, Before::Nothing) {
            Before::Nothing => {}
            Before::Space | Before::SpaceAfterComment => self.append(" "),
            Before::LineStart(indent) => self.blanks(indent),
            Before::NewLine(indent) => {
                self.break_line();
                self.blanks(indent);
            }
        }
    }

    fn blanks(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
        self.column += count;
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => width(last),
            None => self.column + width(text),
        };
    }

    fn break_line(&mut self) {
        self.text.push_str(self.line_break);
        self.column = 0;
    }

    fn space(&mut self, space: Before) {
        match self.before {
            Before::Nothing | Before::Space | Before::SpaceAfterComment => self.before = space,
            Before::LineStart(_) | Before::NewLine(_) => {}
        }
    }

    fn line(&mut self, line: Line) {
        if self.mode() == Mode::Broken {
            self.new_line(line.blank);
        } else if line.spaced {
            self.space(Before::Space);
        }
    }

    fn new_line(&mut self, blank: bool) {
        if !matches!(self.before, Before::LineStart(_)) {
            self.break_line();
        }
        if blank {
            self.text.push_str(self.line_break);
        }
        self.before = Before::LineStart(self.indent);
    }

    fn trailing(&mut self, comment: &str) {
        self.space(Before::Space);
        self.begin_text();
        self.comment(comment);
        self.before = Before::NewLine(self.indent + STEP);
    }

    fn own_line(&mut self, comment: &str) {
        if !matches!(self.before, Before::LineStart(_) | Before::NewLine(_)) {
            self.before = Before::NewLine(self.indent + STEP);
        }
        self.begin_text();
        let column = self.column;
        self.comment(comment);
        self.before = Before::NewLine(column);
    }

    fn inline(&mut self, comment: &str) {
        if self.before == Before::Nothing && !self.text.ends_with(OPEN_MARKS) {
            self.before = Before::Space;
        }
        self.begin_text();
        self.comment(comment);
        self.before = Before::SpaceAfterComment;
    }

    /// Writes a comment. The lines of one whose lines all begin with `*` are indented with it.
    fn comment(&mut self, comment: &str) {
        let column = self.column;
        let is_aligned = comment.lines().skip(1).all(|it| it.trim_start().starts_with('*'));
        for (number, line) in comment.split('\n').enumerate() {
            if number > 0 {
                self.break_line();
            }
            if number > 0 && is_aligned {
                self.blanks(column + 1);
                self.append(line.trim());
            } else if comment.starts_with("//") {
                self.append(line);
            } else {
                self.append(line.trim_end());
            }
        }
    }

    /// Where the next text would begin.
    fn start_column(&self) -> usize {
        match self.before {
            Before::Nothing => self.column,
            Before::Space | Before::SpaceAfterComment => self.column + 1,
            Before::LineStart(indent) | Before::NewLine(indent) => indent,
        }
    }

    /// How to write the group that `at` opens.
    fn decide(&self, group: Group, at: usize) -> Mode {
        if self.mode() == Mode::Flat {
            return Mode::Flat;
        }
        match group.kind {
            GroupKind::Hug if group.forced && self.prefix_fits(at) => Mode::Hugged,
            _ if group.forced => Mode::Broken,
            GroupKind::Hole => Mode::Flat,
            _ if self.group_fits(at) => Mode::Flat,
            GroupKind::Hug if self.prefix_fits(at) => Mode::Hugged,
            GroupKind::Wrap if !self.second_line_fits(at) => Mode::Flat,
            GroupKind::Plain | GroupKind::Hug | GroupKind::Wrap => Mode::Broken,
        }
    }

    fn ruler(&self) -> Ruler {
        Ruler::from(self.start_column())
    }

    /// Whether the group that `at` opens fits into the line, with all that follows up to the next
    /// place where the line can break.
    fn group_fits(&self, at: usize) -> bool {
        let mut ruler = self.ruler();
        let mut depth = 0usize;
        for (offset, piece) in self.pieces[at..].iter().enumerate() {
            match piece {
                Piece::Open(_) => depth += 1,
                Piece::Close if depth == 1 => return self.rest_fits(at + offset + 1, ruler),
                Piece::Close => depth -= 1,
                other if ruler.flat(other) == Flow::Ends => return ruler.has_room(),
                _ if !ruler.has_room() => return false,
                _ => {}
            }
        }
        true
    }

    /// Whether the pieces from `start` on, which follow a group, fit into the line.
    fn rest_fits(&self, start: usize, mut ruler: Ruler) -> bool {
        let mut outer = self.modes.iter().rev().peekable();
        let mut opened = 0usize;
        for piece in &self.pieces[start..] {
            let can_break = opened > 0 || outer.peek() == Some(&&Mode::Broken);
            match piece {
                Piece::Open(_) => opened += 1,
                Piece::Close if opened > 0 => opened -= 1,
                Piece::Close => drop(outer.next()),
                Piece::Line(_) | Piece::Fill if can_break => break,
                Piece::TrailingComma if can_break => ruler.take(1),
                other if ruler.flat(other) == Flow::Ends => break,
                _ if !ruler.has_room() => return false,
                _ => {}
            }
        }
        ruler.has_room()
    }

    /// Whether the group that `at` opens fits into the line up to its hug point.
    fn prefix_fits(&self, at: usize) -> bool {
        let mut ruler = self.ruler();
        let mut open = Vec::new();
        for piece in &self.pieces[at..] {
            match piece {
                Piece::HugPoint(id) if id.0 == at => return ruler.has_room(),
                Piece::Open(group) => open.push(group.forced),
                // The group itself ends without a hug point, or one before the point must break.
                Piece::Close if open.pop() == Some(true) || open.is_empty() => return false,
                other if ruler.flat(other) == Flow::Ends => return false,
                _ if !ruler.has_room() => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether what follows the first line of the group that `at` opens fits into a line of its own.
    fn second_line_fits(&self, at: usize) -> bool {
        let is_line = |piece: &Piece<'_>| matches!(piece, Piece::Line(_));
        let first = self.pieces[at..].iter().position(is_line).unwrap_or_default();
        self.segment_fits(at + first + 1, Ruler::from(self.indent + STEP))
    }

    /// Whether the pieces from `start` to the next place to break fit into the line.
    fn fill_fits(&self, start: usize) -> bool {
        let mut ruler = self.ruler();
        ruler.take(1);
        self.segment_fits(start, ruler)
    }

    /// Whether the pieces from `start` to the next line of the group around them fit.
    fn segment_fits(&self, start: usize, mut ruler: Ruler) -> bool {
        let mut depth = 0usize;
        for (offset, piece) in self.pieces[start..].iter().enumerate() {
            match piece {
                Piece::Open(_) => depth += 1,
                Piece::Close if depth == 0 => return self.rest_fits(start + offset + 1, ruler),
                Piece::Close => depth -= 1,
                Piece::Line(_) | Piece::Fill if depth == 0 => break,
                Piece::TrailingComma if depth == 0 => ruler.take(1),
                other if ruler.flat(other) == Flow::Ends => break,
                _ if !ruler.has_room() => return false,
                _ => {}
            }
        }
        ruler.has_room()
    }
}

/// Measures pieces that are written in one line.
#[derive(Clone, Copy)]
struct Ruler {
    /// What is left of the line; `None` if it is too long.
    room: Option<usize>,
}

/// Whether a line goes on after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    GoesOn,
    Ends,
}

impl Ruler {
    /// Measures a line from this column on.
    fn from(column: usize) -> Ruler {
        Ruler { room: WIDTH.checked_sub(column) }
    }

    fn take(&mut self, width: usize) {
        self.room = self.room.and_then(|room| room.checked_sub(width));
    }

    fn has_room(self) -> bool {
        self.room.is_some()
    }

    /// Measures a piece in a group that does not break.
    fn flat(&mut self, piece: &Piece<'_>) -> Flow {
        match piece {
            Piece::Text(text) => {
                self.take(width(text.split('\n').next().unwrap_or_default()));
                if text.contains('\n') { Flow::Ends } else { Flow::GoesOn }
            }
            Piece::Inline(comment) => {
                self.take(width(comment.split('\n').next().unwrap_or_default()) + 1);
                if comment.contains('\n') { Flow::Ends } else { Flow::GoesOn }
            }
            Piece::Space | Piece::Line(Line { spaced: true, .. }) | Piece::Fill => {
                self.take(1);
                Flow::GoesOn
            }
            Piece::Trailing(_) | Piece::OwnLine(_) => Flow::Ends,
            Piece::Line(_) | Piece::TrailingComma | Piece::HugPoint(_) | Piece::Indent => {
                Flow::GoesOn
            }
            Piece::Dedent | Piece::Open(_) | Piece::Close => Flow::GoesOn,
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// After these, a comment follows directly.
const OPEN_MARKS: [char; 4] = ['(', '[', '<', '{'];

/// Before these, there is no blank after a comment.
const CLOSE_MARKS: [char; 9] = [',', ';', ')', ']', '}', '>', '.', '?', '('];
