//! Arguments for `ref` and `out` parameters (reference 10.3).
//!
//! A `ref` parameter has the value that the place has when the call begins, and cannot be assigned.
//! An `out` parameter gives its value to the place when the call has returned.

use beskid_syntax::{ast, ast::PassMode, diagnostic};

use crate::signatures::FunctionShape;
use crate::typed::{Expr, ExprKind, TypeId};
use crate::types::{ERROR, Scheme};

use super::body::Body;
use super::conversions::Role;
use super::inference::Inference;
use super::literals::{Value, error_expr};

/// A parameter, as its argument must fit it.
#[derive(Clone, Copy)]
pub(super) struct Parameter<'n> {
    pub(super) name: &'n str,
    pub(super) mode: Option<PassMode>,
}

impl<'n> Parameter<'n> {
    /// A parameter that takes a value.
    pub(super) fn by_value(name: &'n str) -> Self {
        Parameter { name, mode: None }
    }
}

impl<'a> Body<'_, 'a> {
    /// The arguments of a generic function, of which all but those that are places are converted
    /// later.
    pub(super) fn inferring_arguments(
        &mut self,
        inference: &mut Inference<'a>,
        params: &mut [Parameter<'_>],
        shape: &FunctionShape<'a>,
        call: &'a ast::Call,
    ) -> Vec<Value> {
        let takes_place = |param: &Parameter<'_>| param.mode == Some(PassMode::Out);
        let mut places = Vec::new();
        for ((arg, param), scheme) in call.args.iter().zip(&mut *params).zip(&shape.params) {
            let fits = self.check_mode(arg, *param);
            if takes_place(param) {
                let place = if fits { self.out_argument(arg) } else { self.failed_argument(arg) };
                inference.learn(&self.checked.types, scheme, &place);
                places.push(place);
            } else if !fits {
                // One mistake is enough: what is no place may be converted.
                param.mode = None;
            }
        }
        let pairs = call.args.iter().zip(&*params).zip(&shape.params);
        let pairs = pairs.filter(|((_, param), _)| !takes_place(param));
        let pairs = pairs.map(|((arg, _), scheme): (_, &Scheme)| (&arg.value, scheme));
        let mut values = self.inferring_values(inference, pairs).into_iter();
        let mut places = places.into_iter();
        let of = |param| if takes_place(param) { places.next() } else { values.next() };
        params.iter().filter_map(of).collect()
    }

    /// One argument for a parameter whose type is known.
    pub(super) fn argument(
        &mut self,
        arg: &'a ast::Arg,
        ty: TypeId,
        mut param: Parameter<'_>,
    ) -> Expr {
        let fits = self.check_mode(arg, param);
        let value = match param.mode {
            Some(PassMode::Out) if fits => self.out_argument(arg),
            Some(PassMode::Out) => self.failed_argument(arg),
            Some(PassMode::Ref) | None => self.value(&arg.value, Some(ty)),
        };
        param.mode = param.mode.filter(|_| fits);
        self.fit_argument(value, ty, param)
    }

    /// The value of an argument as its parameter wants it: places are not converted.
    pub(super) fn fit_argument(&mut self, value: Value, ty: TypeId, param: Parameter<'_>) -> Expr {
        let found = value.ty();
        if param.mode.is_none() || [ERROR, TypeId::NEVER, ty].contains(&found) || ty == ERROR {
            return self.coerce(value, ty, Role::Argument(param.name));
        }
        let types = &self.checked.types;
        let (wanted, shown) = (types.display(ty), types.display(found));
        let found = diagnostic::argument_mismatch(value.span, param.name, wanted, shown);
        self.report(found.note("the type of a place must be the same: it is not converted"));
        error_expr(value.span)
    }

    /// Whether the modifier of an argument fits its parameter, and the argument the modifier.
    fn check_mode(&mut self, arg: &ast::Arg, param: Parameter<'_>) -> bool {
        let word = |mode| if mode == PassMode::Ref { "ref" } else { "out" };
        let (reason, help) = match (param.mode, arg.mode) {
            (None, Some(mode)) => {
                ("the parameter takes a value, not a place", format!("leave out `{}`", word(mode)))
            }
            (Some(PassMode::Out), None) => {
                ("the parameter is `out`", "write `out` before the argument".to_owned())
            }
            (Some(wanted), Some(given)) if wanted != given => {
                let reason = match wanted {
                    PassMode::Ref => "the parameter is `ref`",
                    PassMode::Out => "the parameter is `out`",
                };
                (reason, format!("write `{}` instead of `{}`", word(wanted), word(given)))
            }
            (Some(mode), _) if !is_place(&arg.value) => {
                let reason = "the parameter needs a variable, a field or an element";
                let kind = if mode == PassMode::Ref { "variable" } else { "`mut` variable" };
                (reason, format!("put the value into a {kind}, and pass that"))
            }
            (Some(PassMode::Ref | PassMode::Out), _) | (None, None) => return true,
        };
        let found = diagnostic::argument_mode(arg.span, param.name, reason);
        self.report(found.help(help));
        false
    }

    /// Reports a modifier before an argument whose parameter takes a value.
    pub(super) fn reject_mode(&mut self, arg: &ast::Arg, name: &str) {
        self.check_mode(arg, Parameter::by_value(name));
    }

    /// A place that gets a value. It must be assignable.
    fn out_argument(&mut self, arg: &'a ast::Arg) -> Value {
        let span = arg.value.span;
        let Some((place, ty)) = self.place(without_parentheses(&arg.value)) else {
            return Value::error(span);
        };
        Value::closed(Expr { kind: ExprKind::Out(Box::new(place)), ty, span }, span)
    }

    /// Checks an argument for its own mistakes.
    fn failed_argument(&mut self, arg: &'a ast::Arg) -> Value {
        self.value(&arg.value, None);
        Value::error(arg.value.span)
    }

    /// A function with `ref` or `out` parameters is no value: function types know no such parameters.
    pub(super) fn rejects_places(&mut self, shape: &FunctionShape<'a>, name: &ast::Ident) -> bool {
        let takes_places = shape.modes.iter().any(Option::is_some);
        if takes_places {
            let found = diagnostic::function_with_places(name.span, &name.text);
            self.report(found.help("call it in a lambda"));
        }
        takes_places
    }
}

/// Whether an expression has the form of a variable, a field or an element.
fn is_place(expr: &ast::Expr) -> bool {
    let at = &without_parentheses(expr).kind;
    matches!(
        at,
        ast::ExprKind::Name(_)
            | ast::ExprKind::Member(_)
            | ast::ExprKind::Index(_)
            | ast::ExprKind::This
            | ast::ExprKind::Error
    )
}

fn without_parentheses(expr: &ast::Expr) -> &ast::Expr {
    let mut at = expr;
    while let ast::ExprKind::Paren(inner) = &at.kind {
        at = inner;
    }
    at
}
