//! The table of codes that stand before the errors of tools: what goes wrong after a program has been
//! accepted, or has nothing to do with it, and so has no place in a source file.
//!
//! A row is a code and its meaning. The wording of a message is with the tool that reports it; the
//! explanation is the file `explanations/CODE.md`, without which a row does not compile.

use std::fmt;

macro_rules! tool_codes {
    ($($code:ident $meaning:literal)+) => {
        /// The code of an error of a tool, one per row of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ToolCode { $( #[doc = $meaning] $code ),+ }

        impl ToolCode {
            /// Every code, in the order of the table.
            pub const ALL: &[ToolCode] = &[$(ToolCode::$code),+];

            /// The code as it is shown, such as `E4020`.
            pub fn as_str(self) -> &'static str {
                match self { $(ToolCode::$code => stringify!($code)),+ }
            }

            /// What the code stands for, in a few words.
            pub fn meaning(self) -> &'static str {
                match self { $(ToolCode::$code => $meaning),+ }
            }

            /// What the code means and what to do about it, in Markdown.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(
                        ToolCode::$code => {
                            include_str!(concat!("explanations/", stringify!($code), ".md"))
                        }
                    )+
                }
            }
        }
    };
}

tool_codes! {
    E2001 "code generation failed"
    E2002 "no code can be generated for the target"
    E2003 "the object cannot be written"
    E2004 "the target's objects cannot carry an ABI record"
    E2005 "the archive cannot be written"

    E4010 "the archive contains no Beskid runtime"
    E4011 "there is no runtime archive"
    E4020 "the linker driver cannot be run"
    E4021 "the linker driver failed"
    E4040 "the output cannot be written"
}

impl fmt::Display for ToolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
