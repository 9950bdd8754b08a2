//! Functions of the intermediate representation as text, for tests and for whoever debugs a pass.

use std::fmt;

use crate::ir::{Callee, Function, Op, Reg, Terminator};

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}({})", self.name, list(&self.params))?;
        for (index, block) in self.blocks.iter().enumerate() {
            writeln!(f, "b{index}:")?;
            for inst in &block.insts {
                match inst.dest {
                    Some(dest) => writeln!(f, "  {dest} = {}", inst.op)?,
                    None => writeln!(f, "  {}", inst.op)?,
                }
            }
            writeln!(f, "  {}", block.end)?;
        }
        Ok(())
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Op::Int(value) => write!(f, "int {value}"),
            Op::Float(bits) => write!(f, "float {}", f64::from_bits(*bits)),
            Op::Literal(id) => write!(f, "literal {}", id.0),
            Op::Copy(a) => write!(f, "copy {a}"),
            Op::Negate(a) => write!(f, "negate {a}"),
            Op::Unary(op, a) => write!(f, "{op:?} {a}"),
            Op::Not(a) => write!(f, "not {a}"),
            Op::Binary(op, a, b) => write!(f, "{op:?} {a}, {b}"),
            Op::Compare(condition, a, b) => write!(f, "{condition:?}? {a}, {b}"),
            Op::Convert(conversion, a) => write!(f, "{conversion:?} {a}"),
            Op::Load(address) => write!(f, "load {}+{}", address.object, address.offset),
            Op::AddressOf(address) => write!(f, "address {}+{}", address.object, address.offset),
            Op::Store(address, value) => {
                write!(f, "store {}+{}, {value}", address.object, address.offset)
            }
            Op::Length(a, _) => write!(f, "length {a}"),
            Op::KeepAlive(a) => write!(f, "keep_alive {a}"),
            Op::LoadElement(a, index) => write!(f, "load_element {a}[{index}]"),
            Op::StoreElement(a, index, value) => write!(f, "store_element {a}[{index}], {value}"),
            Op::LoadByte(a, index) => write!(f, "load_byte {a}[{index}]"),
            Op::DataAddress(a) => write!(f, "data_address {a}"),
            Op::PanicIf { condition, kind, .. } => write!(f, "panic if {condition}: {kind:?}"),
            Op::Allocate(shape) => write!(f, "allocate {shape:?}"),
            Op::Singleton(shape) => write!(f, "singleton {shape:?}"),
            Op::Call(callee, args) => write!(f, "call {}({})", name(*callee), list(args)),
            Op::CallIndirect { code, args, .. } => write!(f, "call {code}({})", list(args)),
            Op::FramePlace => f.write_str("frame place"),
            Op::CodeAddress(callee) => write!(f, "code {}", name(*callee)),
            Op::MethodTable(table) => write!(f, "table {}", table.0),
            Op::StaticClosure(callee) => write!(f, "closure {}", name(*callee)),
            Op::ConcatMany(parts) => write!(f, "concat {}", list(parts)),
        }
    }
}

impl fmt::Display for Terminator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Terminator::Jump(target) => write!(f, "jump b{}", target.0),
            Terminator::Branch { condition, then_block, else_block } => {
                write!(f, "branch {condition} ? b{} : b{}", then_block.0, else_block.0)
            }
            Terminator::Return(Some(value)) => write!(f, "return {value}"),
            Terminator::Return(None) => f.write_str("return"),
            Terminator::Unreachable => f.write_str("unreachable"),
        }
    }
}

fn list(regs: &[Reg]) -> String {
    regs.iter().map(Reg::to_string).collect::<Vec<_>>().join(", ")
}

fn name(callee: Callee) -> String {
    match callee {
        Callee::Function(id) => format!("f{}", id.0),
        Callee::Equality(ty) => format!("equal{}", ty.0),
        Callee::Hash(ty) => format!("hash{}", ty.0),
        Callee::Runtime(row) => row.name().to_owned(),
        Callee::Extern(id) => format!("extern{}", id.0),
        Callee::Thunk(id) => format!("thunk{}", id.0),
    }
}
