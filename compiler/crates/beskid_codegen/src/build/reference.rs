//! `out` parameters: the caller passes the address of a place in its frame, into which the function
//! writes where it returns, and which the caller reads directly afterwards.
//!
//! In between, the value lives in a variable of the function like any other. So nothing but the
//! two ends knows of the place: no collection happens between the write and the read, and a
//! function that panics has written nothing.

use beskid_analysis::typed::{LocalId, Place, TypeId};

use super::Builder;
use super::place::Target;
use crate::ir::{Address, Class, Op, Reg};
use crate::layout::class_of;

/// An `out` parameter of the function that is built.
#[derive(Clone, Copy)]
pub(super) struct Out {
    address: Reg,
    value: Reg,
}

/// An `out` argument of a call that is built.
#[derive(Clone, Copy)]
pub(super) struct OutArgument {
    target: Target,
    address: Reg,
    class: Class,
}

/// How many `out` arguments belong to calls around.
#[derive(Clone, Copy)]
pub(super) struct OpenOuts(usize);

impl Builder<'_, '_> {
    /// The machine parameter of an `out` parameter; `None` if its type has no values.
    pub(super) fn declare_out(&mut self, local: LocalId) -> Option<Reg> {
        let value = self.local(local)?;
        let address = self.function.new_reg(Class::I64);
        self.outs.push(Out { address, value });
        Some(address)
    }

    /// Gives the values of all `out` parameters to the caller.
    pub(super) fn write_outs(&mut self) {
        for Out { address, value } in self.outs.clone() {
            self.push(None, Op::Store(Address { object: address, offset: 0 }, value), None);
        }
    }

    /// Begins a call; its `out` arguments follow.
    pub(super) fn open_outs(&self) -> OpenOuts {
        OpenOuts(self.out_arguments.len())
    }

    /// An argument for an `out` parameter.
    pub(super) fn out_argument(&mut self, place: &Place, ty: TypeId) -> Option<Reg> {
        let target = self.target(place);
        let class = class_of(self.type_of(ty))?;
        let address = self.emit(Class::I64, Op::FramePlace);
        self.out_arguments.push(OutArgument { target, address, class });
        Some(address)
    }

    /// After a call: its `out` arguments get their values, in order.
    pub(super) fn close_outs(&mut self, OpenOuts(open): OpenOuts) {
        let arguments = self.out_arguments.split_off(open);
        // All are read before the first check can fail or store can call the runtime.
        let read: Vec<Reg> = arguments
            .iter()
            .map(|it| self.emit(it.class, Op::Load(Address { object: it.address, offset: 0 })))
            .collect();
        for (argument, value) in arguments.into_iter().zip(read) {
            self.checked_store(argument.target, value);
        }
    }
}
