//! Functions of the program that turn values of any type into text.

use super::Generator;
use crate::random::program::{
    BinaryOp, Block, Expr, ExprKind, Function, Local, LocalForm, Slot, Statement, Type,
};

impl Generator {
    /// The text of a value.
    pub(super) fn shown(&mut self, value: Expr) -> Expr {
        let kind = if value.ty.has_text() {
            ExprKind::Interpolate(vec![value])
        } else {
            ExprKind::Call(self.show_function(&value.ty), vec![value])
        };
        self.node(&Type::Text, kind)
    }

    fn show_function(&mut self, ty: &Type) -> usize {
        if let Some((_, known)) = self.shows.iter().find(|(known, _)| known == ty) {
            return *known;
        }
        // A type may contain itself, so the function must be known before its body.
        let index = self.tree.functions.len();
        self.shows.push((ty.clone(), index));
        let receiver = if let Type::Record(record) = ty { Some(*record) } else { None };
        let name = if receiver.is_some() { "this" } else { "values" };
        self.tree.functions.push(Function {
            name: receiver.map_or(format!("Show{index}"), |_| "Show".into()),
            receiver,
            params: 1,
            locals: vec![Local { name: name.into(), ty: ty.clone() }],
            result: Type::Text,
            body: Vec::new(),
            shows: true,
        });
        let body = if let Type::Array(element) = ty {
            self.show_array(index, ty, element)
        } else {
            self.show_record(ty)
        };
        self.tree.functions[index].body = body;
        index
    }

    fn show_record(&mut self, ty: &Type) -> Block {
        let Type::Record(record) = *ty else { panic!("{ty:?} needs no function") };
        let mut parts = vec![self.text("{")];
        for (field, (_, field_type)) in
            self.tree.records[record].fields.clone().into_iter().enumerate()
        {
            let this = self.local(0, ty);
            let value = self.node(&field_type, ExprKind::Field(Box::new(this), field));
            parts.push(self.shown(value));
            parts.push(self.text(" "));
        }
        parts.push(self.text("}"));
        vec![Statement::Return(Some(self.node(&Type::Text, ExprKind::Interpolate(parts))))]
    }

    /// `mut string text = "["; for value in values { text += "… "; } return text + "]";`
    fn show_array(&mut self, function: usize, ty: &Type, element: &Type) -> Block {
        let (text, value) = (1, 2);
        let locals = &mut self.tree.functions[function].locals;
        locals.push(Local { name: "text".into(), ty: Type::Text });
        locals.push(Local { name: "value".into(), ty: element.clone() });
        let shown = self.local(value, element);
        let parts = vec![self.shown(shown), self.text(" ")];
        let add = Statement::Assign {
            target: self.local(text, &Type::Text),
            op: Some(BinaryOp::Add),
            value: self.node(&Type::Text, ExprKind::Interpolate(parts)),
        };
        let sides = [self.local(text, &Type::Text), self.text("]")].map(Box::new);
        let [left, right] = sides;
        vec![
            Statement::Local { slot: text, form: LocalForm::TypedMutable, init: self.text("[") },
            Statement::ForEach { slot: value, array: self.local(0, ty), body: vec![add] },
            Statement::Return(Some(
                self.node(&Type::Text, ExprKind::Binary(BinaryOp::Add, left, right)),
            )),
        ]
    }

    pub(super) fn local(&mut self, slot: Slot, ty: &Type) -> Expr {
        self.node(ty, ExprKind::Local(slot))
    }

    pub(super) fn text(&mut self, text: &str) -> Expr {
        self.node(&Type::Text, ExprKind::Text(text.into()))
    }
}
