//! Types, paths and names with type arguments.

use beskid_syntax::ast::{Generic, Path, PathSegment, Type, TypeKind, TypePath};

use crate::lists::{ANGLE, PARENS};
use crate::writer::Writer;

impl Writer<'_> {
    pub(crate) fn ty(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Primitive(_) => self.token(),
            TypeKind::Path(path) => self.type_path(path),
            TypeKind::Array(element) => {
                self.ty(element);
                self.expect("[");
                self.expect("]");
            }
            TypeKind::Function { params, result } if result.span.start == ty.span.start => {
                self.ty(result);
                self.list(PARENS, params, Self::ty);
            }
            TypeKind::Function { params, result } => self.arrow_type(params, result),
            TypeKind::Ref(target) => {
                self.expect("ref");
                self.space();
                self.ty(target);
            }
            TypeKind::Error => self.no_syntax("a type"),
        }
    }

    /// `(A, B) => R`; the old arrow becomes the new one.
    fn arrow_type(&mut self, params: &[Type], result: &Type) {
        self.list(PARENS, params, Self::ty);
        self.space();
        if self.is_at("->") {
            self.expect_as("->", "=>")
        } else {
            self.expect("=>")
        }
        self.space();
        self.ty(result);
    }

    pub(crate) fn type_path(&mut self, path: &TypePath) {
        for (index, segment) in path.segments.iter().enumerate() {
            if index > 0 {
                self.expect(".");
            }
            self.segment(segment);
        }
    }

    pub(crate) fn segment(&mut self, segment: &PathSegment) {
        self.token();
        if let Some(arguments) = &segment.type_args {
            self.list(ANGLE, arguments, Self::ty);
        }
    }

    pub(crate) fn path(&mut self, path: &Path) {
        for index in 0..path.segments.len() {
            if index > 0 {
                self.expect(".");
            }
            self.token();
        }
    }

    /// `<T, U: A + B>`, if there are any.
    pub(crate) fn generics(&mut self, generics: &[Generic]) {
        if !generics.is_empty() {
            self.list(ANGLE, generics, Self::generic);
        }
    }

    fn generic(&mut self, generic: &Generic) {
        self.token();
        for (index, bound) in generic.bounds.iter().enumerate() {
            if index == 0 {
                self.expect(":");
            } else {
                self.space();
                self.expect("+");
            }
            self.space();
            self.type_path(bound);
        }
    }
}
