//! Random programs: a generator of well-typed programs, and an evaluator that says what they do.
//!
//! The evaluator follows the language reference over the generator's own syntax tree. It shares
//! nothing with the compiler, so that the two make a mistake together only by understanding the
//! reference in the same wrong way. Nothing here runs the compiler.

mod evaluate;
mod generate;
mod program;
mod reduce;
mod text;
mod value;
mod walk;

use self::evaluate::End;
use self::program::Tree;

/// A program of some cases, which run one after the other.
#[derive(Clone, Debug)]
pub struct Program(Tree);

/// What a program must do when it is started at some case.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The case that it starts with.
    pub first: usize,
    /// What it writes to standard output.
    pub stdout: String,
    /// What the panic says that ends it, and the line and column that it names.
    pub panic: Option<(String, (usize, usize))>,
}

impl Program {
    /// The program of a seed.
    pub fn generate(seed: u64) -> Program {
        Program(generate::generate(seed))
    }

    /// The source text. The program takes the first case to run from its standard input, as a
    /// digit.
    pub fn source(&self) -> String {
        text::write(&self.0).text
    }

    /// What the program must do. It is started anew behind each case that panics.
    ///
    /// There is no prediction for a program that takes too long or reads what was never assigned.
    pub fn predict(&self) -> Option<Vec<Prediction>> {
        let places = text::write(&self.0).places;
        let start = |first| Prediction { first, stdout: String::new(), panic: None };
        let mut runs = vec![start(0)];
        for (number, &case) in self.0.cases.iter().enumerate() {
            let behaviour = evaluate::run(&self.0, case);
            let run = runs.last_mut().expect("there is a first run");
            run.stdout += &behaviour.output;
            match behaviour.end {
                End::Returned => {}
                End::Panicked(fault) => {
                    run.panic = Some((fault.message, places[fault.node]));
                    runs.push(start(number + 1));
                }
                End::Exhausted | End::Invalid => return None,
            }
        }
        Some(runs)
    }

    /// A smaller program that `fails` in the same way, found by leaving parts out.
    #[must_use]
    pub fn reduce(self, fails: &mut dyn FnMut(&Program) -> bool) -> Program {
        reduce::reduce(self, fails)
    }
}
