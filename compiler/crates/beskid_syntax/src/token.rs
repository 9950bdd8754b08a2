//! Tokens: the words of the language, and how they are named in messages.

use crate::{FileId, Primitive, Span};

/// A token; its text is the slice of the source between the two offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    pub(crate) fn span(self, file: FileId) -> Span {
        Span::new(file, self.start, self.end)
    }
}

/// Declares the enum and the spelling of reserved words and punctuation from one list.
macro_rules! token_kinds {
    (words { $($word:ident = $word_text:literal)+ } punctuation { $($mark:ident = $mark_text:literal)+ }) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum TokenKind {
            /// A name.
            Ident,
            /// The reserved name of a primitive type.
            Primitive(Primitive),
            /// An integer literal, valid or not.
            Int,
            /// A floating point literal, valid or not.
            Float,
            /// A character literal, valid or not.
            Char,
            /// A string without holes.
            Str,
            /// The beginning of a string up to and including the first `${`.
            StrHead,
            /// From the `}` of one hole to the `${` of the next.
            StrMiddle,
            /// From the `}` of the last hole to the closing quote.
            StrTail,
            /// A mistake that the lexer has reported.
            Error,
            /// The end of the file.
            Eof,
            $($word,)+
            $($mark,)+
        }

        impl TokenKind {
            /// The reserved words, without those of primitive types, and the punctuation.
            pub(crate) const SPELLINGS: &[&str] = &[$($word_text,)+ $($mark_text,)+];

            /// The kind of a word: reserved word, primitive type or name.
            pub(crate) fn of_word(text: &str) -> TokenKind {
                match text {
                    $($word_text => TokenKind::$word,)+
                    _ => Primitive::from_name(text).map_or(TokenKind::Ident, TokenKind::Primitive),
                }
            }

            /// The text of tokens that are always spelled in one way.
            pub(crate) fn spelling(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$word => Some($word_text),)+
                    $(TokenKind::$mark => Some($mark_text),)+
                    TokenKind::Primitive(primitive) => Some(primitive.name()),
                    TokenKind::Ident | TokenKind::Int | TokenKind::Float | TokenKind::Char => None,
                    TokenKind::Str | TokenKind::StrHead | TokenKind::StrMiddle => None,
                    TokenKind::StrTail | TokenKind::Error | TokenKind::Eof => None,
                }
            }

            /// Whether the token is a reserved word other than a primitive type.
            pub(crate) fn is_reserved_word(self) -> bool {
                matches!(self, $(TokenKind::$word)|+)
            }
        }
    };
}

token_kinds! {
    words {
        Type = "type" Enum = "enum" Contract = "contract" Attribute = "attribute" Impl = "impl"
        Match = "match" Event = "event" When = "when" If = "if" Else = "else" While = "while"
        For = "for" In = "in" Return = "return" Break = "break" Continue = "continue" Let = "let"
        Mut = "mut" Mod = "mod" Use = "use" Pub = "pub" Ref = "ref" Out = "out" Test = "test"
        Meta = "meta" Skip = "skip" True = "true" False = "false" This = "this" Spawn = "spawn"
        Async = "async" Await = "await" Underscore = "_"
    }
    punctuation {
        LParen = "(" RParen = ")" LBrace = "{" RBrace = "}" LBracket = "[" RBracket = "]"
        Comma = "," Semicolon = ";" Colon = ":" ColonColon = "::" Dot = "." Question = "?"
        FatArrow = "=>" ThinArrow = "->"
        Assign = "=" PlusAssign = "+=" MinusAssign = "-=" StarAssign = "*=" SlashAssign = "/="
        PercentAssign = "%=" EqEq = "==" EqEqEq = "===" NotEq = "!=" NotEqEq = "!=="
        Lt = "<" Le = "<=" Gt = ">" Ge = ">="
        Plus = "+" Minus = "-" Star = "*" Slash = "/" Percent = "%" Not = "!"
        AndAnd = "&&" OrOr = "||"
    }
}

impl TokenKind {
    /// How a message calls this kind of token when it is expected.
    pub(crate) fn expectation(self) -> String {
        match self.spelling() {
            Some(text) => format!("`{text}`"),
            None if matches!(self, TokenKind::StrMiddle | TokenKind::StrTail) => {
                "`}` after the value".to_owned()
            }
            None => "a name".to_owned(),
        }
    }

    /// Whether a declaration begins with this word. `use` is left out: it may stand in a block.
    pub(crate) fn starts_item(self) -> bool {
        matches!(
            self,
            TokenKind::Type
                | TokenKind::Enum
                | TokenKind::Contract
                | TokenKind::Attribute
                | TokenKind::Impl
                | TokenKind::Mod
                | TokenKind::Pub
                | TokenKind::Test
        )
    }

    /// Whether a statement begins with this word, and nothing else does.
    pub(crate) fn starts_statement(self) -> bool {
        matches!(
            self,
            TokenKind::Let
                | TokenKind::Return
                | TokenKind::Break
                | TokenKind::Continue
                | TokenKind::If
                | TokenKind::While
                | TokenKind::For
        )
    }
}
