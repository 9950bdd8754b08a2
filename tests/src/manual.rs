//! The language manual as the tests see it: its sections by number.

use std::fmt;
use std::str::FromStr;

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
