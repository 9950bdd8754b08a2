//! A document as a flat sequence of pieces: texts, comments, places where a line may break, and
//! groups that say which of these places break together. `layout.rs` decides and writes.

/// Something to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'a> {
    /// A token, which is never broken. It may hold line breaks of its own.
    Text(&'a str),
    /// One blank, unless a line begins here.
    Space,
    /// Where the line breaks if the group around it is broken.
    Line(Line),
    /// Where the line breaks if what stands before the next such place does not fit.
    Fill,
    /// A comma that stands only if the group around it is broken.
    TrailingComma,
    /// The start of a group.
    Open(Group),
    /// Its end.
    Close,
    /// Lines that begin from here on are indented one step more.
    Indent,
    /// Undoes an [`Piece::Indent`].
    Dedent,
    /// The group with this number may end its first line here.
    HugPoint(GroupId),
    /// A comment behind the code of a line; the line ends after it.
    Trailing(&'a str),
    /// A comment on lines of its own.
    OwnLine(&'a str),
    /// A comment before the next token on the same line.
    Inline(&'a str),
}

/// A place where a line may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Whether a blank stands here if the line does not break.
    pub(crate) spaced: bool,
    /// Whether an empty line follows if it does.
    pub(crate) blank: bool,
}

/// How lines break that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) kind: GroupKind,
    /// Whether something in it does not fit into one line, whatever the width.
    pub(crate) forced: bool,
}

/// What happens to a group that does not fit into one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// All of its lines break.
    Plain,
    /// If all before its hug point fits into the line, only the groups in it break, as in
    /// `f(x, y => {`.
    Hug,
    /// All of its lines break if what stands on the second one then fits. Otherwise nothing is gained,
    /// as with a text that is too long for any line.
    Wrap,
    /// It stays in one line unless something in it is forced, because a break would be ugly: the
    /// hole of a string.
    Hole,
}

/// Identifies a group by its position among the pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GroupId(pub(crate) usize);

/// A document that is being built.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    pub(crate) pieces: Vec<Piece<'a>>,
    open: Vec<usize>,
}

impl<'a> Document<'a> {
    pub(crate) fn push(&mut self, piece: Piece<'a>) {
        self.pieces.push(piece);
    }

    pub(crate) fn open(&mut self, kind: GroupKind) -> GroupId {
        let id = self.pieces.len();
        self.open.push(id);
        self.push(Piece::Open(Group { kind, forced: false }));
        GroupId(id)
    }

    pub(crate) fn close(&mut self) {
        self.open.pop();
        self.push(Piece::Close);
    }

    /// Breaks all groups that are open, the innermost one at each of its lines.
    pub(crate) fn force_all_lines(&mut self) {
        self.force();
        if let Some(&innermost) = self.open.last()
            && let Piece::Open(group) = &mut self.pieces[innermost]
            && group.kind == GroupKind::Hug
        {
            group.kind = GroupKind::Plain;
        }
    }

    /// Breaks all groups that are open.
    pub(crate) fn force(&mut self) {
        for &id in self.open.iter().rev() {
            if let Piece::Open(group) = &mut self.pieces[id] {
                if group.forced {
                    // What is around it has been forced with it.
                    break;
                }
                group.forced = true;
            }
        }
    }
}
