//! The language manual as the tests see it: its sections by number.

use std::fmt;
use std::str::FromStr;

use crate::files::{entries, workspace_directory};

/// Where the manual is, below the workspace.
pub const DIRECTORY: &str = "docs/language";

/// What a section without rules of its own begins with.
const INFORMATIVE: &str = "*For information.*";

/// The number of a section, such as `13.2`, or of a chapter without sections, such as `12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section {
    chapter: u32,
    /// Zero for the chapter as a whole.
    part: u32,
}

impl FromStr for Section {
    type Err = String;

    fn from_str(text: &str) -> Result<Section, String> {
        let number = |digits: &str| {
            let number = digits.parse().ok().filter(|number| *number > 0);
            number.ok_or_else(|| format!("`{text}` is not the number of a section, such as `13.2`"))
        };
        match text.split_once('.') {
            Some((chapter, part)) => Ok(Section { chapter: number(chapter)?, part: number(part)? }),
            None => Ok(Section { chapter: number(text)?, part: 0 }),
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            0 => write!(f, "{}", self.chapter),
            part => write!(f, "{}.{part}", self.chapter),
        }
    }
}

/// A heading of the manual, and what stands below it up to the next one.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Its number.
    pub section: Section,
    /// The heading, with the number.
    pub title: String,
    /// The name of its file, in the directory of the manual.
    pub file: String,
    text: String,
}

impl Passage {
    /// Whether the section has rules, which cases can keep and break.
    pub fn has_rules(&self) -> bool {
        !self.text.trim_start().starts_with(INFORMATIVE)
    }

    /// Whether the text names a diagnostic code.
    pub fn names(&self, code: &str) -> bool {
        let is_word = |part: &str| part == code;
        self.text.split(|it: char| !it.is_ascii_alphanumeric()).any(is_word)
    }

    /// Where the section is, as a link from the directory that holds the manual's directory.
    pub fn link(&self) -> String {
        let is_kept = |it: &char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_');
        let words: String = self.title.to_lowercase().chars().filter(is_kept).collect();
        format!("language/{}#{}", self.file, words.replace(' ', "-"))
    }
}

/// The chapters, each with its sections. A chapter that has sections consists of them; what stands
/// before the first of them introduces.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The heading of the chapter.
    pub head: Passage,
    /// Its sections, or the chapter itself if it has none.
    pub sections: Vec<Passage>,
}

/// Reads the manual.
///
/// # Panics
/// If a file is not one chapter with consecutive sections.
pub fn chapters() -> Vec<Chapter> {
    let mut files = entries(&workspace_directory().join(DIRECTORY));
    files.retain(|path| !path.ends_with("README.md"));
    files.sort();
    let read = |(index, path): (usize, &std::path::PathBuf)| {
        let text = std::fs::read_to_string(path).expect("a chapter is text");
        let file = path.file_name().expect("an entry has a name").to_string_lossy();
        let chapter = chapter(&file, &text);
        let number = Section { chapter: u32::try_from(index).expect("few chapters") + 1, part: 0 };
        assert_eq!(chapter.head.section, number, "{file} has another number");
        chapter
    };
    files.iter().enumerate().map(read).collect()
}

fn chapter(file: &str, text: &str) -> Chapter {
    let mut passages: Vec<Passage> = Vec::new();
    for line in text.lines() {
        let heading = line.strip_prefix("## ").or_else(|| line.strip_prefix("# "));
        if let Some(title) = heading {
            let number = title.split_whitespace().next().unwrap_or_default();
            let section = number.trim_end_matches('.').parse();
            let section = section.unwrap_or_else(|problem| panic!("{file}: `{line}`: {problem}"));
            let (title, file) = (title.to_owned(), file.to_owned());
            passages.push(Passage { section, title, file, text: String::new() });
        } else if let Some(passage) = passages.last_mut() {
            passage.text.push_str(line);
            passage.text.push('\n');
        }
    }
    let head = passages.first().unwrap_or_else(|| panic!("{file} has no heading")).clone();
    for (part, passage) in (0..).zip(&passages) {
        let number = Section { chapter: head.section.chapter, part };
        assert_eq!(passage.section, number, "{file} numbers `{}` wrongly", passage.title);
    }
    let sections = if passages.len() == 1 { passages } else { passages.split_off(1) };
    Chapter { head, sections }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_have_sections() {
        let text = "# 2. Words\n\n## 2.1 Space & more\n*For information.*\n## 2.2 Names\nE1006.\n";
        let chapter = chapter("02-words.md", text);
        let [space, names] = &chapter.sections[..] else { panic!("{chapter:?}") };
        assert!(!space.has_rules() && names.has_rules());
        assert!(names.names("E1006") && !names.names("E100"));
        assert_eq!(space.link(), "language/02-words.md#21-space--more");
    }

    #[test]
    fn the_manual_can_be_read() {
        assert!(chapters().len() > 20);
    }
}
