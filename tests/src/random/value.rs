//! Values of running programs, and what operators and conversions make of them (language
//! reference, parts 7 and 8).

use std::cell::RefCell;
use std::rc::Rc;

use super::program::{BinaryOp, CompareOp, Int, Type};

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Unit,
    Bool(bool),
    Int(i128),
    F32(f32),
    F64(f64),
    Char(char),
    Text(Rc<str>),
    Record(Rc<RefCell<Vec<Value>>>),
    /// Elements of reference type may be missing.
    Array(Rc<RefCell<Vec<Option<Value>>>>),
}

/// Takes a value apart that is known to be of one kind.
macro_rules! accessor {
    ($($name:ident: $variant:ident -> $ty:ty;)*) => {
        $(pub(super) fn $name(self) -> $ty {
            let Value::$variant(inner) = self else { panic!("{self:?} is of another type") };
            inner
        })*
    };
}

impl Value {
    accessor! {
        bool: Bool -> bool;
        int: Int -> i128;
        text: Text -> Rc<str>;
        record: Record -> Rc<RefCell<Vec<Value>>>;
        array: Array -> Rc<RefCell<Vec<Option<Value>>>>;
    }

    /// The text of an interpolation.
    pub(super) fn show(&self) -> String {
        match self {
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            // A single converts to a double without loss, and is shown as that.
            Value::F32(value) => format!("{value:?}"),
            Value::F64(value) => format!("{value:?}"),
            Value::Char(value) => value.to_string(),
            Value::Text(value) => value.to_string(),
            Value::Unit | Value::Record(_) | Value::Array(_) => panic!("{self:?} has no text"),
        }
    }

    /// What a new array holds before the first assignment.
    pub(super) fn zero(ty: &Type) -> Option<Value> {
        match ty {
            Type::Bool => Some(Value::Bool(false)),
            Type::Int(_) => Some(Value::Int(0)),
            Type::F32 => Some(Value::F32(0.0)),
            Type::F64 => Some(Value::F64(0.0)),
            Type::Char => Some(Value::Char('\0')),
            Type::Unit | Type::Text | Type::Record(_) | Type::Array(_) => None,
        }
    }
}

/// `left op right`; both are of type `ty`.
pub(super) fn binary(
    op: BinaryOp,
    ty: &Type,
    left: Value,
    right: Value,
) -> Result<Value, &'static str> {
    Ok(match (left, right) {
        (Value::Int(left), Value::Int(right)) => Value::Int(integer(op, int_of(ty), left, right)?),
        (Value::F32(left), Value::F32(right)) => Value::F32(match op {
            BinaryOp::Add => left + right,
            BinaryOp::Subtract => left - right,
            BinaryOp::Multiply => left * right,
            BinaryOp::Divide => left / right,
            BinaryOp::Remainder => panic!("floats have no remainder"),
        }),
        (Value::F64(left), Value::F64(right)) => Value::F64(match op {
            BinaryOp::Add => left + right,
            BinaryOp::Subtract => left - right,
            BinaryOp::Multiply => left * right,
            BinaryOp::Divide => left / right,
            BinaryOp::Remainder => panic!("floats have no remainder"),
        }),
        (Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{right}").into()),
        (left, right) => panic!("{left:?} {op:?} {right:?}"),
    })
}

fn integer(op: BinaryOp, int: Int, left: i128, right: i128) -> Result<i128, &'static str> {
    if matches!(op, BinaryOp::Divide | BinaryOp::Remainder) {
        if right == 0 {
            return Err("division by zero");
        }
        if int.signed && left == int.min() && right == -1 {
            return Err("integer overflow");
        }
    }
    Ok(int.wrap(match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        // The product of two 64-bit values may not fit, but its low bits are right.
        BinaryOp::Multiply => left.wrapping_mul(right),
        BinaryOp::Divide => left / right,
        BinaryOp::Remainder => left % right,
    }))
}

fn int_of(ty: &Type) -> Int {
    let Type::Int(int) = ty else { panic!("{ty:?} is no integer type") };
    *int
}

/// `-value`.
pub(super) fn negate(ty: &Type, value: Value) -> Value {
    match (value, ty) {
        (Value::Int(value), Type::Int(int)) => Value::Int(int.wrap(-value)),
        (Value::F32(value), _) => Value::F32(-value),
        (Value::F64(value), _) => Value::F64(-value),
        (value, _) => panic!("-{value:?}"),
    }
}

/// `left op right`.
pub(super) fn compare(op: CompareOp, left: &Value, right: &Value) -> bool {
    match op {
        CompareOp::Equal => equal(left, right),
        CompareOp::NotEqual => !equal(left, right),
        CompareOp::Less => order(left, right) == Some(std::cmp::Ordering::Less),
        CompareOp::LessOrEqual => order(left, right).is_some_and(std::cmp::Ordering::is_le),
        CompareOp::Greater => order(left, right) == Some(std::cmp::Ordering::Greater),
        CompareOp::GreaterOrEqual => order(left, right).is_some_and(std::cmp::Ordering::is_ge),
    }
}

/// Records are equal if their fields are.
fn equal(left: &Value, right: &Value) -> bool {
    if let (Value::Record(left), Value::Record(right)) = (left, right) {
        let (left, right) = (left.borrow(), right.borrow());
        return left.iter().zip(right.iter()).all(|(left, right)| equal(left, right));
    }
    order(left, right).is_some_and(std::cmp::Ordering::is_eq)
}

fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.partial_cmp(right),
        (Value::Int(left), Value::Int(right)) => left.partial_cmp(right),
        (Value::F32(left), Value::F32(right)) => left.partial_cmp(right),
        (Value::F64(left), Value::F64(right)) => left.partial_cmp(right),
        (Value::Char(left), Value::Char(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => left.as_bytes().partial_cmp(right.as_bytes()),
        (left, right) => panic!("{left:?} and {right:?} have no order"),
    }
}

/// Whether two references are the same object.
pub(super) fn identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Record(left), Value::Record(right)) => Rc::ptr_eq(left, right),
        (Value::Array(left), Value::Array(right)) => Rc::ptr_eq(left, right),
        (left, right) => panic!("{left:?} and {right:?} have no identity"),
    }
}

/// The value as one of type `to`, after the rules of written and unwritten conversions.
pub(super) fn convert(to: &Type, value: Value) -> Result<Value, String> {
    Ok(match (to, value) {
        (Type::Text, value) => Value::Text(value.show().into()),
        (Type::Int(to), Value::Int(value)) => Value::Int(to.wrap(value)),
        (Type::Int(to), Value::Char(value)) => Value::Int(to.wrap(i128::from(u32::from(value)))),
        // `as` saturates and makes zero of what is no number, too.
        (Type::Int(to), Value::F64(value)) => Value::Int((value as i128).clamp(to.min(), to.max())),
        (Type::Int(to), Value::F32(value)) => Value::Int((value as i128).clamp(to.min(), to.max())),
        (Type::F64, Value::Int(value)) => Value::F64(value as f64),
        (Type::F64, Value::F32(value)) => Value::F64(f64::from(value)),
        (Type::F32, Value::Int(value)) => Value::F32(value as f32),
        (Type::F32, Value::F64(value)) => Value::F32(value as f32),
        (Type::Char, Value::Int(value)) => {
            let char = u32::try_from(value).ok().and_then(char::from_u32);
            Value::Char(char.ok_or_else(|| format!("invalid char value: {}", word(value)))?)
        }
        (_, value) => value,
    })
}

/// A number as messages of panics show it: as a signed word.
pub(super) fn word(value: i128) -> i64 {
    value as i64
}
