//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! The codes and their wording stand in one table, `table.rs`; the codes of tools, which speak of no
//! place in a program, in `tools.rs`. This file holds the data type that
//! carries a diagnostic from the phase that found it to whoever shows it. Nothing reads a message
//! back; tests and tools compare [`Diagnostic::code`].

mod table;
mod tools;

pub use table::*;
pub use tools::ToolCode;

use std::fmt;

use crate::Span;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program is accepted.
    Warning,
    /// The program is rejected.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// A place and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark; empty to mark the place only.
    pub text: String,
}

/// Something to tell the user about the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which row of the table it is.
    pub code: Code,
    /// The headline.
    pub message: String,
    /// The place that is at fault.
    pub primary: Label,
    /// Other places that matter, perhaps in other files.
    pub secondary: Vec<Label>,
    /// Facts that do not belong to one place.
    pub notes: Vec<String>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with the help text that the table gives for `code`, if any. The constructors of
    /// the table are shorter where the wording is common.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: code.default_help().map(str::to_owned),
        }
    }

    /// A parse error, which carries the code `parse`.
    pub fn parse_error(span: Span, message: impl Into<String>) -> Self {
        Self::new(Code::Parse, span, message)
    }

    /// Says `text` beside the place at fault.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Marks another place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do, instead of the table's help text.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The severity of its code.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it rejects the program.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

/// Orders diagnostics by file, position and code, and drops exact repetitions.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|it| (it.primary.span, it.code.as_str()));
    diagnostics.dedup();
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code with what there is to say about it in general.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code as it is shown.
    pub code: &'static str,
    /// What it stands for, in a few words.
    pub meaning: &'static str,
    /// The explanation, in Markdown, without a heading.
    pub text: &'static str,
}

/// The explanations of all codes of both tables, in their order.
pub fn explanations() -> impl Iterator<Item = Explanation> {
    let of_programs = Code::ALL.iter().map(|code| Explanation {
        code: code.as_str(),
        meaning: code.meaning(),
        text: code.explanation(),
    });
    let of_tools = ToolCode::ALL.iter().map(|code| Explanation {
        code: code.as_str(),
        meaning: code.meaning(),
        text: code.explanation(),
    });
    of_programs.chain(of_tools)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn span(start: u32, end: u32) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn the_letter_of_a_code_is_its_severity() {
        for &code in Code::ALL {
            let expected = match code.as_str().as_bytes()[0] {
                b'W' => Severity::Warning,
                b'E' | b'p' => Severity::Error,
                other => panic!("unexpected first letter {other} of {code}"),
            };
            assert_eq!(code.severity(), expected, "{code}");
        }
    }

    #[test]
    fn codes_are_unique() {
        let mut names: Vec<_> = explanations().map(|it| it.code).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len() + ToolCode::ALL.len());
    }

    #[test]
    fn constructors_fill_the_message_and_take_the_help_of_the_table() {
        let diagnostic = type_mismatch(span(1, 2), "i64", "string");
        assert_eq!(diagnostic.code, Code::E1206);
        assert_eq!(diagnostic.message, "expected `i64`, found `string`");
        assert_eq!(missing_main(span(0, 0)).help.as_deref(), Code::E1109.default_help());
        assert!(Code::E1109.default_help().is_some());
    }

    #[test]
    fn sorting_is_by_place_and_drops_repetitions() {
        let first = type_mismatch(span(1, 2), "a", "b");
        let second = type_mismatch(span(5, 6), "a", "b");
        let mut all = vec![second.clone(), first.clone(), second.clone()];
        sort(&mut all);
        assert_eq!(all, [first, second]);
    }
}
