//! Definitions of what has been declared.

use std::time::Duration;

use cranelift_module::Module;

use crate::build::Literals;
use crate::compile::CompiledFunction;
use crate::data::{self, Address};
use crate::declare::{Declarations, closure_shape};
use crate::error::Error;
use crate::ir::Callee;
use crate::layout::{Shape, shape_name};
use crate::module::{Compiled, Options};
use crate::record::{self, Uses};

/// Defines the functions.
pub(crate) fn functions<M: Module>(
    module: &mut M,
    compiled: &[CompiledFunction],
) -> Result<(), Error> {
    for function in compiled {
        let CompiledFunction { id, alignment, bytes, relocations, .. } = function;
        module.define_function_bytes(*id, *alignment, bytes, relocations)?;
    }
    Ok(())
}

/// Defines the data objects that functions use.
pub(crate) fn data<M: Module>(
    module: &mut M,
    declared: &Declarations<'_>,
    literals: &Literals,
) -> Result<(), Error> {
    for (literal, &id) in &declared.literals {
        data::define_literal(module, id, &literals.texts()[literal.0 as usize])?;
    }
    for (&shape, &id) in &declared.descriptors {
        let name = shape_name(declared.program, shape);
        data::define_descriptor(module, id, declared.layouts.of(shape), &name)?;
    }
    for (&shape, &id) in &declared.singletons {
        let Shape::Variant(_, tag) = shape else { panic!("only variants have static objects") };
        data::define_singleton(module, id, declared.descriptors[&shape], tag)?;
    }
    for (&table, &id) in &declared.method_tables {
        let definition = &declared.program.tables[table.index()];
        let methods = definition.methods.iter();
        let methods = methods.map(|&id| Address::Function(declared.function(Callee::Function(id))));
        let embedded = definition.embedded.iter();
        let embedded = embedded.map(|table| Address::Data(declared.method_tables[table], 0));
        let slots: Vec<Address> = methods.chain(embedded).collect();
        data::define_method_table(module, id, &slots)?;
    }
    for (&callee, &id) in &declared.static_closures {
        let descriptor = declared.descriptors[&closure_shape(callee)];
        let code = declared.function(callee);
        data::define_static_closure(module, id, descriptor, code)?;
    }
    Ok(())
}

/// Defines the tables that describe the module to the runtime, and hands out what belongs to it.
pub(crate) fn finish<M: Module>(
    module: &mut M,
    declared: Declarations<'_>,
    functions: Vec<CompiledFunction>,
    options: &Options<'_>,
    lowering: Duration,
) -> Result<Compiled, Error> {
    let uses = Uses {
        runtime: declared.runtime.keys().copied().collect(),
        externs: declared.externs.keys().copied().collect(),
    };
    let record_bytes = record::write(declared.program, options, &uses)
        .map_err(|error| Error::new(error.to_string()))?;
    declared.tables.define(
        module,
        &functions,
        &declared.locations,
        &declared.program.sources,
        (declared.record, record_bytes.len()),
    )?;
    Ok(Compiled {
        functions,
        function_ids: declared.functions,
        descriptor: declared.tables.descriptor,
        record: declared.record,
        record_bytes,
        lowering,
    })
}
