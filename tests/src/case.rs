//! Language cases: what a case file says about its program.
//!
//! A line `//! KEY: VALUE` is a directive. `stdout`, `stderr` and `stdin` may be repeated, one per
//! line of text; `stdout without newline` is the last line of an output that does not end in a line
//! feed; `argument` is an argument of the program, and may be repeated; `result` is what `beskid run`
//! shows of a `main` whose result is no exit status; `warning` is the code of a warning that the compiler gives; `exit` is the exit status.
//! `section` lists the sections of the language manual whose rules the case shows, as `13.2, 7.2`;
//! it is the only directive of a diagnostics case, whose output stands in a file of its own.
//! Control characters and backslashes stand as escapes.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::manual::Section;
use crate::process::{End, Outcome};

/// The mark of a directive.
const MARK: &str = "//!";

/// A byte-order mark, which may stand before the first line.
const BOM: &str = "\u{feff}";

/// What a case file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// The sections of the manual that the case covers.
    pub sections: BTreeSet<Section>,
    /// The text on standard input.
    pub stdin: String,
    /// The arguments of the program.
    pub arguments: Vec<String>,
    /// What must happen.
    pub expected: Expectation,
}

/// What must happen when the program runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The codes of the compiler's warnings.
    pub warnings: BTreeSet<String>,
    /// The program's standard output.
    pub stdout: String,
    /// The program's standard error.
    pub stderr: String,
    /// The exit status.
    pub exit: i32,
    /// What the JIT shows of the result of `main`.
    pub result: String,
}

impl Directives {
    /// Reads the directives of a case file.
    ///
    /// # Errors
    /// A directive that does not exist or has an unfitting value.
    pub fn parse(source: &str) -> Result<Directives, String> {
        let mut directives = Directives::default();
        for line in source.strip_prefix(BOM).unwrap_or(source).lines() {
            if let Some(directive) = line.strip_prefix(MARK) {
                directives.add(directive).map_err(|problem| format!("`{line}`: {problem}"))?;
            }
        }
        Ok(directives)
    }

    fn add(&mut self, directive: &str) -> Result<(), String> {
        let (key, value) = directive.split_once(':').ok_or("a directive is `KEY: VALUE`")?;
        let value = value.strip_prefix(' ').unwrap_or(value);
        let expected = &mut self.expected;
        match key.trim() {
            "section" => {
                for section in value.split(',') {
                    self.sections.insert(section.trim().parse()?);
                }
                Ok(())
            }
            "stdin" => add_line(&mut self.stdin, value),
            "argument" => {
                self.arguments.push(unescape(value)?);
                Ok(())
            }
            "result" => add_line(&mut expected.result, value),
            "stdout" => add_line(&mut expected.stdout, value),
            "stdout without newline" => {
                expected.stdout.push_str(&unescape(value)?);
                Ok(())
            }
            "stderr" => add_line(&mut expected.stderr, value),
            "exit" => {
                expected.exit = value.parse().map_err(|_not_a_number| "not an exit status")?;
                Ok(())
            }
            "warning" => {
                expected.warnings.insert(value.to_owned());
                Ok(())
            }
            _ => Err("there is no such directive; ordinary comments begin with `//`".into()),
        }
    }

    /// The source with these directives in the place of its own.
    pub fn write_into(&self, source: &str) -> String {
        let is_directive = |line: &&str| line.starts_with(MARK);
        let (bom, source) = match source.strip_prefix(BOM) {
            Some(rest) => (BOM, rest),
            None => ("", source),
        };
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let place = lines.iter().position(|line| line.starts_with(MARK)).unwrap_or(0);
        let rest = |part: &[&str]| -> String {
            part.iter().filter(|line| !is_directive(line)).copied().collect()
        };
        format!("{bom}{}{}{}", rest(&lines[..place]), self.text(), rest(&lines[place..]))
    }

    fn text(&self) -> String {
        let Expectation { warnings, stdout, stderr, exit, result } = &self.expected;
        let mut text = String::new();
        if !self.sections.is_empty() {
            let sections: Vec<String> = self.sections.iter().map(Section::to_string).collect();
            let _ = writeln!(text, "{MARK} section: {}", sections.join(", "));
        }
        for argument in &self.arguments {
            let directive = format!("{MARK} argument: {}", escape(argument));
            let _ = writeln!(text, "{}", directive.trim_end());
        }
        text += &lines_of("stdin", &self.stdin);
        for code in warnings {
            let _ = writeln!(text, "{MARK} warning: {code}");
        }
        text += &lines_of("stdout", stdout);
        text += &lines_of("stderr", stderr);
        text += &lines_of("result", result);
        if *exit != 0 {
            let _ = writeln!(text, "{MARK} exit: {exit}");
        }
        text
    }
}

impl Expectation {
    /// What a run of the program did, apart from what it said to the compiler's user.
    ///
    /// # Errors
    /// If it was ended by a signal, which no case expects.
    pub fn of(
        outcome: &Outcome,
        warnings: BTreeSet<String>,
        result: String,
    ) -> Result<Expectation, String> {
        let End::Exit(exit) = outcome.end else {
            return Err(format!("the program crashed\n{outcome}"));
        };
        let (stdout, stderr) = (outcome.stdout.clone(), outcome.stderr.clone());
        Ok(Expectation { warnings, stdout, stderr, exit, result })
    }

    /// The expectation as text, for a comparison that people read.
    pub fn to_text(&self) -> String {
        Directives { expected: self.clone(), ..Directives::default() }.text()
    }
}

fn add_line(text: &mut String, line: &str) -> Result<(), String> {
    text.push_str(&unescape(line)?);
    text.push('\n');
    Ok(())
}

fn lines_of(key: &str, text: &str) -> String {
    let mut directives = String::new();
    for line in text.split_inclusive('\n') {
        let note = if line.ends_with('\n') { "" } else { " without newline" };
        let line = escape(line.strip_suffix('\n').unwrap_or(line));
        let directive = format!("{MARK} {key}{note}: {line}");
        let _ = writeln!(directives, "{}", directive.trim_end());
    }
    directives
}

fn escape(line: &str) -> String {
    // A blank at the end of a line would be invisible, and lost in the layout of the file.
    if let Some(before) = line.strip_suffix(' ') {
        return escape(before) + "\\u{20}";
    }
    let mut escaped = String::new();
    for char in line.chars() {
        match char {
            '\\' => escaped.push_str("\\\\"),
            control if control.is_control() => escaped.extend(control.escape_default()),
            other => escaped.push(other),
        }
    }
    escaped
}

fn unescape(line: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let (char, len) = escape_at(after).ok_or_else(|| format!("unknown escape `\\{after}`"))?;
        text.push(char);
        rest = &after[len..];
    }
    text.push_str(rest);
    Ok(text)
}

/// The character of the escape that `text` begins with, and the length of the escape.
fn escape_at(text: &str) -> Option<(char, usize)> {
    match text.chars().next()? {
        '\\' => Some(('\\', 1)),
        't' => Some(('\t', 1)),
        'r' => Some(('\r', 1)),
        'u' => {
            let digits = text.strip_prefix("u{")?.split_once('}')?.0;
            let char = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
            Some((char, digits.len() + "u{}".len()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_survive_being_written_and_read() {
        let expected = Expectation {
            warnings: BTreeSet::from(["W1203".to_owned()]),
            stdout: "a\t\\b\u{1} \n\n tail".into(),
            stderr: "beskid panic: x\n".into(),
            exit: 101,
            result: "1.5\n".into(),
        };
        let sections = ["13.2", "9"].map(|it| it.parse().unwrap()).into();
        let directives = Directives {
            sections,
            stdin: "in\n".into(),
            arguments: vec!["a b".into(), String::new(), "\\\t".into()],
            expected,
        };
        let source = directives.write_into("// about\n//! exit: 7\nunit main() {}\n");
        assert!(
            source.starts_with("// about\n//! section: 9, 13.2\n//! argument: a b\n"),
            "{source}"
        );
        assert_eq!(Directives::parse(&source).unwrap(), directives);
    }

    #[test]
    fn misspelled_directives_are_errors() {
        for source in [
            "//! stdot: x",
            "//! exit: many",
            "//! about this",
            "//! stdout: \\q",
            "//! section: x",
        ] {
            assert!(Directives::parse(source).is_err(), "{source}");
        }
    }
}
