//! Runs a program in a way that cannot be mistaken: over its syntax tree, after the language
//! reference, with nothing of the compiler.

use std::cell::RefCell;
use std::rc::Rc;

use super::program::{Block, Expr, ExprKind, Function, NodeId, Slot, Statement, Tree, Type};
use super::value::{Value, binary, compare, convert, identical, negate, word};

/// What a case does.
#[derive(Clone, Debug)]
pub(super) struct Behaviour {
    /// What it writes.
    pub(super) output: String,
    /// How it ends.
    pub(super) end: End,
}

/// How a case ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It returns.
    Returned,
    /// It panics.
    Panicked(Fault),
    /// It takes too long for a test.
    Exhausted,
    /// It misses a value or a return, which only happens while programs are reduced.
    Invalid,
}

/// Why a program panics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The expression that cannot be evaluated.
    pub(super) node: NodeId,
    /// What the panic says.
    pub(super) message: String,
}

/// Runs a function without parameters, for a limited number of steps.
pub(super) fn run(tree: &Tree, function: usize) -> Behaviour {
    const STEPS: u32 = 30_000;
    let mut machine = Machine { tree, steps: STEPS, depth: 0, output: String::new() };
    let end = match machine.call(function, Vec::new()) {
        Ok(_) => End::Returned,
        Err(end) => end,
    };
    Behaviour { output: machine.output, end }
}

struct Machine<'t> {
    tree: &'t Tree,
    steps: u32,
    depth: u32,
    output: String,
}

/// The variables of a call.
type Frame = Vec<Option<Value>>;

/// Where execution goes after a statement.
enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
}

/// What is assigned to.
enum Place {
    Local(Slot),
    Field(Value, usize),
    Element(Value, i128),
}

impl Machine<'_> {
    fn spend(&mut self, steps: u32) -> Result<(), End> {
        self.steps = self.steps.checked_sub(steps).ok_or(End::Exhausted)?;
        Ok(())
    }

    fn call(&mut self, callee: usize, args: Vec<Value>) -> Result<Value, End> {
        const DEPTH_MAX: u32 = 50;
        self.spend(1)?;
        if self.depth == DEPTH_MAX {
            return Err(End::Exhausted);
        }
        let function: &Function = &self.tree.functions[callee];
        let mut frame: Frame = args.into_iter().map(Some).collect();
        frame.resize(function.locals.len(), None);
        self.depth += 1;
        let flow = self.block(&function.body, &mut frame)?;
        self.depth -= 1;
        match flow {
            Flow::Return(value) => Ok(value),
            Flow::Next if function.result == Type::Unit => Ok(Value::Unit),
            Flow::Next | Flow::Break | Flow::Continue => Err(End::Invalid),
        }
    }

    fn block(&mut self, block: &Block, frame: &mut Frame) -> Result<Flow, End> {
        for statement in block {
            let flow = self.statement(statement, frame)?;
            if !matches!(flow, Flow::Next) {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement, frame: &mut Frame) -> Result<Flow, End> {
        self.spend(1)?;
        match statement {
            Statement::Local { slot, init, .. } => frame[*slot] = Some(self.expr(init, frame)?),
            Statement::Assign { target, op: None, value } => {
                let place = self.place(target, frame)?;
                let value = self.expr(value, frame)?;
                store(place, value, target.id, frame)?;
            }
            Statement::Assign { target, op: Some(op), value } => {
                let place = self.place(target, frame)?;
                let old = load(&place, target, frame)?;
                let value = self.expr(value, frame)?;
                let new = binary(*op, &target.ty, old, value);
                let new = new.map_err(|message| fault(target.id, message))?;
                store(place, new, target.id, frame)?;
            }
            Statement::If { condition, then_block, else_block } => {
                if self.expr(condition, frame)?.bool() {
                    return self.block(then_block, frame);
                } else if let Some(block) = else_block {
                    return self.block(block, frame);
                }
            }
            Statement::While { condition, body } => return self.while_loop(condition, body, frame),
            Statement::ForRange { slot, from, to, body } => {
                return self.range_loop(*slot, [from, to], body, frame);
            }
            Statement::ForEach { slot, array, body } => {
                return self.array_loop(*slot, array, body, frame);
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Return(None) => return Ok(Flow::Return(Value::Unit)),
            Statement::Return(Some(value)) => return Ok(Flow::Return(self.expr(value, frame)?)),
            Statement::Expr(value) => drop(self.expr(value, frame)?),
            Statement::Print(value) => {
                let line = self.expr(value, frame)?.text();
                self.spend(50 + line.len() as u32)?;
                self.output.push_str(&line);
                self.output.push('\n');
            }
            Statement::Block(block) => return self.block(block, frame),
        }
        Ok(Flow::Next)
    }

    fn while_loop(
        &mut self,
        condition: &Expr,
        body: &Block,
        frame: &mut Frame,
    ) -> Result<Flow, End> {
        while self.expr(condition, frame)?.bool() {
            self.spend(1)?;
            match self.block(body, frame)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
        }
        Ok(Flow::Next)
    }

    fn range_loop(
        &mut self,
        slot: Slot,
        [from, to]: [&Expr; 2],
        body: &Block,
        frame: &mut Frame,
    ) -> Result<Flow, End> {
        let from = self.expr(from, frame)?.int();
        let to = self.expr(to, frame)?.int();
        for value in from..to {
            self.spend(1)?;
            frame[slot] = Some(Value::Int(value));
            match self.block(body, frame)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
        }
        Ok(Flow::Next)
    }

    fn array_loop(
        &mut self,
        slot: Slot,
        array: &Expr,
        body: &Block,
        frame: &mut Frame,
    ) -> Result<Flow, End> {
        let elements = self.expr(array, frame)?.array();
        let length = elements.borrow().len();
        for index in 0..length {
            self.spend(1)?;
            let element = elements.borrow()[index].clone();
            frame[slot] = Some(element.ok_or_else(|| fault(array.id, UNINITIALISED))?);
            match self.block(body, frame)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
        }
        Ok(Flow::Next)
    }

    /// The sub-expressions of what is assigned to.
    fn place(&mut self, target: &Expr, frame: &mut Frame) -> Result<Place, End> {
        if let ExprKind::Local(slot) = &target.kind {
            return Ok(Place::Local(*slot));
        }
        if let ExprKind::Field(object, field) = &target.kind {
            return Ok(Place::Field(self.expr(object, frame)?, *field));
        }
        let ExprKind::Index(object, index) = &target.kind else {
            panic!("{target:?} cannot be assigned to")
        };
        let object = self.expr(object, frame)?;
        Ok(Place::Element(object, self.expr(index, frame)?.int()))
    }

    fn expr(&mut self, expr: &Expr, frame: &mut Frame) -> Result<Value, End> {
        self.spend(1)?;
        let ty = &expr.ty;
        Ok(match &expr.kind {
            ExprKind::Int { value, .. } => literal(ty, *value),
            ExprKind::Float(text) => float_literal(ty, text),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Char(value) => Value::Char(*value),
            ExprKind::Text(text) => Value::Text(text.as_str().into()),
            ExprKind::Local(slot) => frame[*slot].clone().ok_or(End::Invalid)?,
            ExprKind::Negate(inner) => negate(ty, self.expr(inner, frame)?),
            ExprKind::Not(inner) => Value::Bool(!self.expr(inner, frame)?.bool()),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (self.expr(left, frame)?, self.expr(right, frame)?);
                let value = binary(*op, ty, left, right).map_err(|it| fault(expr.id, it))?;
                if let Value::Text(text) = &value {
                    self.spend(text.len() as u32)?;
                }
                value
            }
            ExprKind::Compare(op, left, right) => {
                let (left, right) = (self.expr(left, frame)?, self.expr(right, frame)?);
                Value::Bool(compare(*op, &left, &right))
            }
            ExprKind::Identity { negated, left, right } => {
                let (left, right) = (self.expr(left, frame)?, self.expr(right, frame)?);
                Value::Bool(identical(&left, &right) != *negated)
            }
            ExprKind::And(left, right) => {
                Value::Bool(self.expr(left, frame)?.bool() && self.expr(right, frame)?.bool())
            }
            ExprKind::Or(left, right) => {
                Value::Bool(self.expr(left, frame)?.bool() || self.expr(right, frame)?.bool())
            }
            ExprKind::Convert(inner) | ExprKind::Implicit(inner) => {
                let value = self.expr(inner, frame)?;
                convert(ty, value).map_err(|message| fault(expr.id, message))?
            }
            ExprKind::Field(object, field) => {
                self.expr(object, frame)?.record().borrow()[*field].clone()
            }
            ExprKind::Index(object, index) => {
                let object = self.expr(object, frame)?;
                element(&object, self.expr(index, frame)?.int(), expr.id)?
            }
            ExprKind::Call(callee, args) => {
                let args = self.list(args, frame)?;
                self.call(*callee, args)?
            }
            ExprKind::Record(fields) => self.record(fields, frame)?,
            ExprKind::Array(items) => {
                let items = self.list(items, frame)?;
                Value::Array(Rc::new(RefCell::new(items.into_iter().map(Some).collect())))
            }
            ExprKind::NewArray(length) => self.new_array(expr, length, frame)?,
            ExprKind::Interpolate(parts) => {
                let parts = self.list(parts, frame)?;
                let text: String = parts.iter().map(Value::show).collect();
                self.spend(text.len() as u32)?;
                Value::Text(text.into())
            }
            ExprKind::TextLength(text) => Value::Int(self.expr(text, frame)?.text().len() as i128),
            ExprKind::ArrayLength(array) => {
                Value::Int(self.expr(array, frame)?.array().borrow().len() as i128)
            }
            ExprKind::Slice(text, start, count) => {
                let text = self.expr(text, frame)?.text();
                let (start, count) =
                    (self.expr(start, frame)?.int(), self.expr(count, frame)?.int());
                slice(&text, start, count)
                    .ok_or_else(|| fault(expr.id, "string slice out of bounds"))?
            }
        })
    }

    fn list(&mut self, items: &[Expr], frame: &mut Frame) -> Result<Vec<Value>, End> {
        items.iter().map(|item| self.expr(item, frame)).collect()
    }

    fn record(&mut self, fields: &[(usize, Expr)], frame: &mut Frame) -> Result<Value, End> {
        let mut values = vec![Value::Unit; fields.len()];
        for (field, value) in fields {
            values[*field] = self.expr(value, frame)?;
        }
        Ok(Value::Record(Rc::new(RefCell::new(values))))
    }

    fn new_array(&mut self, expr: &Expr, length: &Expr, frame: &mut Frame) -> Result<Value, End> {
        const LENGTH_MAX: i128 = 1000;
        let Type::Array(element) = &expr.ty else { panic!("a new array of another type") };
        let length = self.expr(length, frame)?.int();
        if length < 0 {
            return Err(fault(expr.id, format!("negative array length: {length}")));
        }
        if length > LENGTH_MAX {
            return Err(End::Exhausted);
        }
        let elements = vec![Value::zero(element); length as usize];
        Ok(Value::Array(Rc::new(RefCell::new(elements))))
    }
}

const UNINITIALISED: &str = "uninitialised array element";

fn fault(node: NodeId, message: impl Into<String>) -> End {
    End::Panicked(Fault { node, message: message.into() })
}

/// A number without a point may stand for a float.
fn literal(ty: &Type, value: i128) -> Value {
    if let Type::Int(_) = ty { Value::Int(value) } else { float_literal(ty, &value.to_string()) }
}

fn float_literal(ty: &Type, text: &str) -> Value {
    let (number, _) = text.split_once('f').unwrap_or((text, ""));
    if *ty == Type::F32 {
        Value::F32(number.parse().expect("literals are numbers"))
    } else {
        Value::F64(number.parse().expect("literals are numbers"))
    }
}

fn slice(text: &str, start: i128, count: i128) -> Option<Value> {
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(usize::try_from(count).ok()?)?;
    text.get(start..end).map(|part| Value::Text(part.into()))
}

/// The position of an element, if there is one.
fn position(index: i128, length: usize, what: &str, node: NodeId) -> Result<usize, End> {
    let message = || format!("{what} out of bounds: index {}, length {length}", word(index));
    let position = usize::try_from(index).ok().filter(|position| *position < length);
    position.ok_or_else(|| fault(node, message()))
}

/// `object[index]`.
fn element(object: &Value, index: i128, node: NodeId) -> Result<Value, End> {
    if let Value::Text(text) = object {
        let position = position(index, text.len(), "string index", node)?;
        return Ok(Value::Int(i128::from(text.as_bytes()[position])));
    }
    let elements = object.clone().array();
    let elements = elements.borrow();
    let position = position(index, elements.len(), "index", node)?;
    elements[position].clone().ok_or_else(|| fault(node, UNINITIALISED))
}

fn load(place: &Place, target: &Expr, frame: &Frame) -> Result<Value, End> {
    match place {
        Place::Local(slot) => frame[*slot].clone().ok_or(End::Invalid),
        Place::Field(object, field) => Ok(object.clone().record().borrow()[*field].clone()),
        Place::Element(object, index) => element(object, *index, target.id),
    }
}

fn store(place: Place, value: Value, node: NodeId, frame: &mut Frame) -> Result<(), End> {
    match place {
        Place::Local(slot) => frame[slot] = Some(value),
        Place::Field(object, field) => object.record().borrow_mut()[field] = value,
        Place::Element(object, index) => {
            let elements = object.array();
            let length = elements.borrow().len();
            let position = position(index, length, "index", node)?;
            elements.borrow_mut()[position] = Some(value);
        }
    }
    Ok(())
}
