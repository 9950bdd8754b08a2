//! A document whose commands and edits are carried out: Markdown with blocks marked `sh` and `diff`.

use std::path::{Path, PathBuf};

/// A part of a document below one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The heading, without its marks.
    pub heading: String,
    /// The lines of the blocks marked `sh`, each of which is a command.
    pub commands: Vec<String>,
    /// The blocks marked `diff`.
    pub edits: Vec<Edit>,
}

/// A change of one file: lines that are there once, and what takes their place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// The file, below the root of the repository.
    pub file: PathBuf,
    /// The lines that are there.
    pub old: String,
    /// The lines that take their place.
    pub new: String,
}

impl Edit {
    fn parse(block: &str) -> Edit {
        let mut edit = Edit::default();
        for line in block.lines() {
            if let Some(file) = line.strip_prefix("--- ") {
                edit.file = PathBuf::from(file);
            } else if let Some(old) = line.strip_prefix('-') {
                edit.old.push_str(old);
                edit.old.push('\n');
            } else if let Some(new) = line.strip_prefix('+') {
                edit.new.push_str(new);
                edit.new.push('\n');
            }
        }
        edit
    }

    /// Changes the file below a directory.
    ///
    /// # Errors
    /// If the old lines are not there exactly once.
    pub fn apply(&self, root: &Path) -> Result<(), String> {
        let path = root.join(&self.file);
        let shown = self.file.display();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{shown}: {error}"))?;
        let count = text.matches(&self.old).count();
        if count != 1 {
            return Err(format!("{shown} has these lines {count} times, not once:\n{}", self.old));
        }
        let changed = text.replacen(&self.old, &self.new, 1);
        std::fs::write(&path, changed).map_err(|error| format!("{shown}: {error}"))
    }
}

/// Reads a document.
pub fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in text.lines() {
        if let Some((language, content)) = &mut block {
            if line == "```" {
                let (language, content) = (*language, std::mem::take(content));
                if let Some(part) = parts.last_mut() {
                    part.add(language, &content);
                }
                block = None;
            } else {
                content.push_str(line);
                content.push('\n');
            }
        } else if let Some(language) = line.strip_prefix("```") {
            block = Some((language, String::new()));
        } else if line.starts_with('#') {
            let heading = line.trim_start_matches('#').trim().to_owned();
            parts.push(Part { heading, commands: Vec::new(), edits: Vec::new() });
        }
    }
    parts
}

impl Part {
    fn add(&mut self, language: &str, content: &str) {
        match language {
            "sh" => self.commands.extend(content.lines().map(str::to_owned)),
            "diff" => self.edits.push(Edit::parse(content)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_edits_belong_to_the_heading_above_them() {
        let text =
            "# A\n\n```sh\none\ntwo\n```\n## B\ntext\n```diff\n--- a/b.rs\n-x\n+y\n+z\n```\n";
        let edit = Edit { file: "a/b.rs".into(), old: "x\n".into(), new: "y\nz\n".into() };
        let part = |heading: &str, commands: &[&str], edits: &[Edit]| Part {
            heading: heading.to_owned(),
            commands: commands.iter().map(|it| (*it).to_owned()).collect(),
            edits: edits.to_vec(),
        };
        assert_eq!(parts(text), [part("A", &["one", "two"], &[]), part("B", &[], &[edit])]);
    }
}
