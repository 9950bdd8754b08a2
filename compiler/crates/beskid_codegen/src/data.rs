//! Data objects of a module: string literals, type descriptors, source locations, and the module
//! descriptor with its stack maps. All sizes and offsets are those of `beskid_abi`.

use std::collections::HashMap;

use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BeskidStr, EnumHeader, FunctionMap, ModuleDescriptor, ObjectHeader,
    Safepoint, SourceLocation, TypeDescriptor,
};
use beskid_analysis::symbols::descriptor_symbol;
use beskid_syntax::{SourceMap, Span};
use cranelift_module::{DataDescription, DataId, Linkage, Module};

use crate::compile::CompiledFunction;
use crate::error::Error;
use crate::layout::{CLOSURE_CODE_OFFSET, CLOSURE_HEADER_BYTES, ObjectLayout, WORD_BYTES};

/// Bytes of a data object under construction, with the addresses that go into it.
#[derive(Default)]
pub(crate) struct Blob {
    bytes: Vec<u8>,
    addresses: Vec<(u32, Address)>,
}

/// An address inside a blob.
#[derive(Clone, Copy)]
pub(crate) enum Address {
    Data(DataId, i64),
    Function(cranelift_module::FuncId),
}

impl Blob {
    pub(crate) fn zeroed(size_bytes: usize) -> Blob {
        Blob { bytes: vec![0; size_bytes], addresses: Vec::new() }
    }

    pub(crate) fn set<const N: usize>(&mut self, offset: i32, bytes: [u8; N]) {
        let start = offset as usize;
        self.bytes[start..start + N].copy_from_slice(&bytes);
    }

    pub(crate) fn set_address(&mut self, offset: i32, address: Address) {
        self.addresses.push((offset as u32, address));
    }

    fn append(&mut self, other: Blob) {
        let base = self.bytes.len() as u32;
        self.bytes.extend(other.bytes);
        self.addresses.extend(other.addresses.into_iter().map(|(at, to)| (base + at, to)));
    }

    pub(crate) fn define<M: Module>(self, module: &mut M, id: DataId) -> Result<(), Error> {
        let mut data = DataDescription::new();
        data.set_align(u64::from(WORD_BYTES));
        if self.bytes.is_empty() {
            // An object of no size has no address of its own on some formats.
            data.define(Box::new([0; WORD_BYTES as usize]));
            return Ok(module.define_data(id, &data)?);
        }
        data.define(self.bytes.into_boxed_slice());
        for (offset, address) in self.addresses {
            match address {
                Address::Data(target, addend) => {
                    let target = module.declare_data_in_data(target, &mut data);
                    data.write_data_addr(offset, target, addend);
                }
                Address::Function(target) => {
                    let target = module.declare_func_in_data(target, &mut data);
                    data.write_function_addr(offset, target);
                }
            }
        }
        Ok(module.define_data(id, &data)?)
    }
}

/// Declares a data object that only this module sees.
pub(crate) fn declare_local<M: Module>(module: &mut M, name: &str) -> Result<DataId, Error> {
    Ok(module.declare_data(name, Linkage::Local, false, false)?)
}

/// A static string object: the header, the bytes, and the NUL that follows every string.
pub(crate) fn define_literal<M: Module>(
    module: &mut M,
    id: DataId,
    text: &str,
) -> Result<(), Error> {
    let mut blob = Blob::zeroed(BeskidStr::SIZE);
    blob.set_address(BeskidStr::OFFSET_PTR, Address::Data(id, BeskidStr::SIZE as i64));
    blob.set(BeskidStr::OFFSET_LEN, (text.len() as u64).to_le_bytes());
    blob.bytes.extend_from_slice(text.as_bytes());
    blob.bytes.push(0);
    blob.define(module, id)
}

/// A type descriptor, followed by the offsets of its references and its name.
pub(crate) fn define_descriptor<M: Module>(
    module: &mut M,
    id: DataId,
    layout: &ObjectLayout,
    name: &str,
) -> Result<(), Error> {
    let mut blob = Blob::zeroed(TypeDescriptor::SIZE);
    let references = TypeDescriptor::SIZE as i64;
    let name_offset = references + layout.references.len() as i64 * i64::from(WORD_BYTES);
    blob.set(TypeDescriptor::OFFSET_SIZE, u64::from(layout.size_bytes).to_le_bytes());
    blob.set(TypeDescriptor::OFFSET_ALIGN, u64::from(WORD_BYTES).to_le_bytes());
    blob.set(TypeDescriptor::OFFSET_POINTER_COUNT, (layout.references.len() as u32).to_le_bytes());
    blob.set_address(TypeDescriptor::OFFSET_POINTER_OFFSETS, Address::Data(id, references));
    blob.set_address(TypeDescriptor::OFFSET_NAME, Address::Data(id, name_offset));
    for &offset in &layout.references {
        blob.bytes.extend_from_slice(&u64::from(offset).to_le_bytes());
    }
    blob.bytes.extend_from_slice(name.as_bytes());
    blob.bytes.push(0);
    blob.define(module, id)
}

/// The static object of a variant without payload: its header.
pub(crate) fn define_singleton<M: Module>(
    module: &mut M,
    id: DataId,
    descriptor: DataId,
    tag: u32,
) -> Result<(), Error> {
    let mut blob = Blob::zeroed(EnumHeader::SIZE);
    blob.set_address(EnumHeader::OFFSET_DESCRIPTOR, Address::Data(descriptor, 0));
    blob.set(EnumHeader::OFFSET_TAG, tag.to_le_bytes());
    blob.define(module, id)
}

/// The methods with which a type fulfils a contract, then its tables for the embedded contracts.
pub(crate) fn define_method_table<M: Module>(
    module: &mut M,
    id: DataId,
    slots: &[Address],
) -> Result<(), Error> {
    let mut blob = Blob::zeroed(slots.len() * WORD_BYTES as usize);
    for (slot, &address) in (0..).zip(slots) {
        blob.set_address(slot * WORD_BYTES as i32, address);
    }
    blob.define(module, id)
}

/// The static closure object of a function that captures nothing.
pub(crate) fn define_static_closure<M: Module>(
    module: &mut M,
    id: DataId,
    descriptor: DataId,
    code: cranelift_module::FuncId,
) -> Result<(), Error> {
    let mut blob = Blob::zeroed(CLOSURE_HEADER_BYTES as usize);
    blob.set_address(ObjectHeader::OFFSET_DESCRIPTOR, Address::Data(descriptor, 0));
    blob.set_address(CLOSURE_CODE_OFFSET as i32, Address::Function(code));
    blob.define(module, id)
}

/// Source places, each once, in order of first use.
#[derive(Default)]
pub(crate) struct Locations {
    places: Vec<Span>,
    ids: HashMap<Span, u32>,
}

impl Locations {
    /// Adds the place where a span begins.
    pub(crate) fn add(&mut self, span: Span) {
        let start = span.at_start();
        self.ids.entry(start).or_insert_with(|| {
            self.places.push(start);
            self.places.len() as u32 - 1
        });
    }

    /// The index of the place where a span begins, which has been added.
    pub(crate) fn index(&self, span: Span) -> u32 {
        self.ids[&span.at_start()]
    }

    /// Defines the table, behind it the paths of the files.
    fn define<M: Module>(
        &self,
        module: &mut M,
        id: DataId,
        sources: &SourceMap,
    ) -> Result<(), Error> {
        let mut blob = Blob::default();
        let mut paths = Vec::new();
        let mut path_offsets = HashMap::new();
        let table_bytes = self.places.len() * SourceLocation::SIZE;
        for &place in &self.places {
            let location = sources.location(place);
            let path_offset = *path_offsets.entry(place.file).or_insert_with(|| {
                let offset = table_bytes + paths.len();
                paths.extend_from_slice(location.path.as_bytes());
                offset as i64
            });
            let mut entry = Blob::zeroed(SourceLocation::SIZE);
            entry.set_address(SourceLocation::OFFSET_FILE, Address::Data(id, path_offset));
            entry.set(SourceLocation::OFFSET_FILE_LEN, (location.path.len() as u64).to_le_bytes());
            entry.set(SourceLocation::OFFSET_LINE, location.line.to_le_bytes());
            entry.set(SourceLocation::OFFSET_COLUMN, location.column.to_le_bytes());
            blob.append(entry);
        }
        blob.bytes.extend(paths);
        blob.define(module, id)
    }
}

/// The data objects that describe the module to the runtime.
#[derive(Clone, Copy)]
pub(crate) struct ModuleTables {
    pub(crate) descriptor: DataId,
    pub(crate) locations: DataId,
    functions: DataId,
    safepoints: DataId,
    roots: DataId,
}

impl ModuleTables {
    pub(crate) fn declare<M: Module>(module: &mut M, package: &str) -> Result<ModuleTables, Error> {
        let descriptor = descriptor_symbol(package);
        Ok(ModuleTables {
            descriptor: module.declare_data(&descriptor, Linkage::Hidden, false, false)?,
            locations: declare_local(module, "__beskid_locations")?,
            functions: declare_local(module, "__beskid_functions")?,
            safepoints: declare_local(module, "__beskid_safepoints")?,
            roots: declare_local(module, "__beskid_roots")?,
        })
    }

    /// Defines all tables from what compilation has found out.
    pub(crate) fn define<M: Module>(
        self,
        module: &mut M,
        compiled: &[CompiledFunction],
        locations: &Locations,
        sources: &SourceMap,
        record: (DataId, usize),
    ) -> Result<(), Error> {
        let maps = StackMaps::new(compiled);
        self.define_descriptor(module, compiled.len(), &maps, locations, record)?;
        maps.functions.define(module, self.functions)?;
        maps.safepoints.define(module, self.safepoints)?;
        maps.roots.define(module, self.roots)?;
        locations.define(module, self.locations, sources)
    }

    fn define_descriptor<M: Module>(
        self,
        module: &mut M,
        function_count: usize,
        maps: &StackMaps,
        locations: &Locations,
        (record, record_len): (DataId, usize),
    ) -> Result<(), Error> {
        use ModuleDescriptor as D;
        let mut blob = Blob::zeroed(D::SIZE);
        blob.set(D::OFFSET_ABI_VERSION, BESKID_RUNTIME_ABI_VERSION.to_le_bytes());
        blob.set(D::OFFSET_DESCRIPTOR_SIZE, (D::SIZE as u32).to_le_bytes());
        let tables = [
            (D::OFFSET_FUNCTIONS, self.functions, D::OFFSET_FUNCTION_COUNT, function_count),
            (
                D::OFFSET_SAFEPOINTS,
                self.safepoints,
                D::OFFSET_SAFEPOINT_COUNT,
                maps.safepoint_count,
            ),
            (D::OFFSET_ROOTS, self.roots, D::OFFSET_ROOT_COUNT, maps.root_count),
            (D::OFFSET_LOCATIONS, self.locations, D::OFFSET_LOCATION_COUNT, locations.places.len()),
            (D::OFFSET_RECORD, record, D::OFFSET_RECORD_LEN, record_len),
        ];
        for (address_offset, table, count_offset, count) in tables {
            blob.set_address(address_offset, Address::Data(table, 0));
            blob.set(count_offset, (count as u64).to_le_bytes());
        }
        blob.define(module, self.descriptor)
    }
}

/// The stack maps of a module, ready to be written.
#[derive(Default)]
struct StackMaps {
    functions: Blob,
    safepoints: Blob,
    safepoint_count: usize,
    roots: Blob,
    root_count: usize,
}

impl StackMaps {
    fn new(compiled: &[CompiledFunction]) -> StackMaps {
        let mut maps = StackMaps::default();
        compiled.iter().for_each(|function| maps.add(function));
        maps
    }

    fn add(&mut self, function: &CompiledFunction) {
        use FunctionMap as F;
        let mut entry = Blob::zeroed(F::SIZE);
        entry.set_address(F::OFFSET_CODE, Address::Function(function.id));
        entry.set(F::OFFSET_CODE_LEN, (function.bytes.len() as u32).to_le_bytes());
        entry.set(F::OFFSET_FIRST_SAFEPOINT, (self.safepoint_count as u32).to_le_bytes());
        entry.set(F::OFFSET_SAFEPOINT_COUNT, (function.calls.len() as u32).to_le_bytes());
        self.functions.append(entry);
        for call in &function.calls {
            let mut entry = Blob::zeroed(Safepoint::SIZE);
            let location = call.location.unwrap_or(Safepoint::NO_LOCATION);
            entry.set(Safepoint::OFFSET_RETURN_OFFSET, call.return_offset.to_le_bytes());
            entry.set(Safepoint::OFFSET_FIRST_ROOT, (self.root_count as u32).to_le_bytes());
            entry.set(Safepoint::OFFSET_ROOT_COUNT, (call.roots.len() as u32).to_le_bytes());
            entry.set(Safepoint::OFFSET_LOCATION, location.to_le_bytes());
            self.safepoints.append(entry);
            call.roots
                .iter()
                .for_each(|root| self.roots.bytes.extend_from_slice(&root.to_le_bytes()));
            self.root_count += call.roots.len();
        }
        self.safepoint_count += function.calls.len();
    }
}
