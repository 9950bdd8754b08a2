//! Types as they are written.

use super::Ident;
use crate::{Primitive, Span};

/// A type with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// What was written.
    pub kind: TypeKind,
    /// Its place.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `i64`, `string`, …
    Primitive(Primitive),
    /// `Name`, `a.b.Name<T>`.
    Path(TypePath),
    /// `T[]`.
    Array(Box<Type>),
    /// `R(A, B)` or `(A, B) => R`.
    Function {
        /// The parameter types.
        params: Vec<Type>,
        /// The result type.
        result: Box<Type>,
    },
    /// `ref T`, legal only for parameters.
    Ref(Box<Type>),
    /// A mistake that has been reported.
    Error,
}

/// A dotted path whose segments may have type arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct TypePath {
    /// At least one segment.
    pub segments: Vec<PathSegment>,
    /// From the first segment to the last.
    pub span: Span,
}

impl TypePath {
    /// The last segment.
    pub fn last(&self) -> &PathSegment {
        self.segments.last().expect("a type path has at least one segment")
    }
}

/// `Name` or `Name<A, B>`.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSegment {
    /// The name.
    pub name: Ident,
    /// The arguments between angle brackets, if brackets were written.
    pub type_args: Option<Vec<Type>>,
    /// With the arguments.
    pub span: Span,
}
