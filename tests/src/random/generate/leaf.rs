//! Expressions without variables and calls.

use super::Generator;
use crate::random::program::{Expr, ExprKind, Int, Type};

/// Float literals, as they are written.
const FLOATS: [&str; 14] = [
    "0.0",
    "1.0",
    "0.5",
    "2.5",
    "3.141592653589793",
    "1.0e10",
    "1.0e300",
    "1.0e-5",
    "4.0e-320",
    "255.9",
    "100.0",
    "9007199254740993.0",
    "0.1",
    "123456.789",
];

const CHARS: [char; 12] = ['a', 'Z', '0', ' ', '\'', '"', '\\', '$', '\n', 'é', '€', '😀'];

const TEXTS: [&str; 12] =
    ["", "a", "abc", "abd", "héllo", "€", "😀x", "${", "a\"b", "\\", "line\nbreak", "zzzzzzzzzzzz"];

impl Generator {
    /// A literal of any type. Arrays in records are empty.
    pub(super) fn leaf(&mut self, ty: &Type) -> Expr {
        let kind = match ty {
            Type::Unit => panic!("there is no literal of type unit"),
            Type::Bool => ExprKind::Bool(self.rng.chance(50)),
            Type::Int(int) => ExprKind::Int { value: self.interesting(*int), suffixed: true },
            Type::F32 => ExprKind::Float(format!("{}f32", self.rng.pick(&FLOATS[..6]))),
            Type::F64 => ExprKind::Float((*self.rng.pick(&FLOATS)).into()),
            Type::Char => ExprKind::Char(*self.rng.pick(&CHARS)),
            Type::Text => ExprKind::Text((*self.rng.pick(&TEXTS)).into()),
            Type::Record(record) => ExprKind::Record(self.leaf_fields(*record)),
            Type::Array(element) => {
                let length = 1 + self.rng.below(3);
                ExprKind::Array((0..length).map(|_| self.leaf(element)).collect())
            }
        };
        self.node(ty, kind)
    }

    fn leaf_fields(&mut self, record: usize) -> Vec<(usize, Expr)> {
        let fields = self.tree.records[record].fields.clone();
        let mut values = Vec::new();
        for (index, (_, ty)) in fields.iter().enumerate() {
            let value = if let Type::Array(_) = ty {
                self.node(ty, ExprKind::Array(Vec::new()))
            } else {
                self.leaf(ty)
            };
            values.push((index, value));
        }
        values
    }

    /// A number that is likely to be treated in its own way.
    pub(super) fn interesting(&mut self, int: Int) -> i128 {
        let value = match self.rng.below(12) {
            0 => int.min(),
            1 => int.max(),
            2 => int.max() - 1,
            3 => -1,
            4 => 0,
            5 => 1 << self.rng.below(int.bits as usize),
            6 => i128::from(self.rng.next()),
            7 => 1,
            _ => self.rng.below(20) as i128 - 5,
        };
        int.wrap(value)
    }
}
