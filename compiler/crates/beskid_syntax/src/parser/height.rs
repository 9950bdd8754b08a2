//! The bound on the height of the tree.
//!
//! Two things make a tree high: nesting, which is also the parser's own recursion, and chains such
//! as `a + b + c` or `x.f().g()`, whose tree leans to the left. Both are counted in one measure.
//! `depth` is the number of levels above the current construct, known while going down. `tallest` is
//! the height of the highest tree completed in the current construct, known on the way up.

use super::{Parsed, Parser, Reported};
use crate::Diagnostic;

/// The greatest height of a syntax tree. Walks over a tree recurse at most this often, times a
/// small constant. People nest ten levels and chain fifty operators.
pub const MAX_HEIGHT: u32 = 200;

impl Parser<'_> {
    /// Parses a construct one level further down.
    pub(super) fn nested<T>(&mut self, parse: fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let outer = self.descend()?;
        let result = parse(self);
        self.ascend(outer);
        result
    }

    /// Goes one level down; gives what [`Parser::ascend`] needs.
    pub(super) fn descend(&mut self) -> Parsed<u32> {
        if self.depth >= MAX_HEIGHT {
            return Err(self.too_high());
        }
        self.depth += 1;
        Ok(std::mem::take(&mut self.tallest))
    }

    /// Goes up again.
    pub(super) fn ascend(&mut self, outer: u32) {
        self.depth -= 1;
        self.tallest = outer.max(self.tallest + 1);
    }

    /// Parses a chain, every link of which calls [`Parser::link`].
    pub(super) fn chain<T>(&mut self, parse: fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let outer = std::mem::take(&mut self.tallest);
        let result = parse(self);
        self.tallest = outer.max(self.tallest);
        result
    }

    /// Puts one more node on top of what has been parsed since the chain began.
    pub(super) fn link(&mut self) -> Parsed<()> {
        self.tallest += 1;
        if self.depth + self.tallest > MAX_HEIGHT { Err(self.too_high()) } else { Ok(()) }
    }

    /// Reports the first construct of the file that is too high.
    pub(super) fn too_high(&mut self) -> Reported {
        if !self.reported_height {
            self.reported_height = true;
            let message = format!("this is nested or chained more than {MAX_HEIGHT} levels deep");
            let report = Diagnostic::parse_error(self.here(), message);
            self.report(report.help("give a name to a part of it and use the name here"));
        }
        Reported
    }
}
