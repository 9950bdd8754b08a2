//! What kind of code is wanted, for all commands that make some.

use beskid_engine::{EngineOptions, Optimization};
use clap::{Args, ValueEnum};

/// The part of the command line that is about machine code.
#[derive(Args)]
pub(crate) struct CodeArgs {
    /// How fast the code shall run: 0 compiles soonest, 2 runs fastest.
    #[arg(short = 'O', long, value_name = "LEVEL", value_enum, default_value_t = OptLevel::Speed)]
    opt_level: OptLevel,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OptLevel {
    /// No optimisation.
    #[value(name = "0")]
    None,
    /// All optimisations.
    #[value(name = "2", aliases = ["1", "3"])]
    Speed,
}

impl CodeArgs {
    /// What the code generator is to aim at.
    pub(crate) fn optimization(&self) -> Optimization {
        match self.opt_level {
            OptLevel::None => Optimization::None,
            OptLevel::Speed => Optimization::Speed,
        }
    }

    /// How a program is loaded into this process. Its foreign functions may come from libraries,
    /// as they may in an executable that is linked with them.
    pub(crate) fn engine_options(&self) -> EngineOptions {
        let environment = EngineOptions::from_environment();
        EngineOptions { optimization: self.optimization(), ..environment }.with_libraries()
    }
}
