//! The builtins that sources may call, read from the `source` column of the ABI table.

use std::collections::HashMap;

use beskid_abi::{BUILTIN_SPECS, RuntimeFn};
use beskid_syntax::Primitive;

use crate::typed::TypeId;
use crate::types::Types;

/// A builtin, as sources see it.
pub(crate) struct Builtin {
    /// The runtime function behind it.
    pub(crate) function: RuntimeFn,
    /// The parameter types.
    pub(crate) params: Vec<BuiltinType>,
    /// The result type.
    pub(crate) result: BuiltinType,
}

/// A type in the signature of a builtin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuiltinType {
    /// A type that stands for itself.
    Known(TypeId),
    /// `T[]`: any array; as a result, the array type that the context expects.
    AnyArray,
}

/// All builtins by name.
pub(crate) struct Builtins {
    by_name: HashMap<&'static str, Builtin>,
}

impl Builtins {
    /// Reads the table.
    ///
    /// # Panics
    /// If a row's signature cannot be read, which is a mistake in the table.
    pub(crate) fn new(types: &mut Types) -> Self {
        let rows = BUILTIN_SPECS.iter().filter_map(|row| Some((row, row.source?)));
        let by_name = rows.map(|(row, source)| {
            let (params, result) = signature(source, types)
                .unwrap_or_else(|| panic!("the signature `{source}` of `{}`", row.source_name));
            (row.source_name, Builtin { function: row.function, params, result })
        });
        Self { by_name: by_name.collect() }
    }

    /// The builtin called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Builtin> {
        self.by_name.get(name)
    }

    /// All names, in no particular order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().copied()
    }
}

/// `(i64, T[]) -> string`.
fn signature(source: &str, types: &mut Types) -> Option<(Vec<BuiltinType>, BuiltinType)> {
    let (params, result) = source.strip_prefix('(')?.split_once(") -> ")?;
    let params = params.split(", ").filter(|it| !it.is_empty());
    let params = params.map(|it| builtin_type(it, types)).collect::<Option<Vec<_>>>()?;
    Some((params, builtin_type(result, types)?))
}

fn builtin_type(name: &str, types: &mut Types) -> Option<BuiltinType> {
    if name == "T[]" {
        return Some(BuiltinType::AnyArray);
    }
    if name == "never" {
        return Some(BuiltinType::Known(TypeId::NEVER));
    }
    let (element, is_array) = match name.strip_suffix("[]") {
        Some(element) => (element, true),
        None => (name, false),
    };
    let element = types.primitive(Primitive::from_name(element)?);
    Some(BuiltinType::Known(if is_array { types.array(element) } else { element }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_can_be_read() {
        let builtins = Builtins::new(&mut Types::default());
        let offered = BUILTIN_SPECS.iter().filter(|row| row.source.is_some()).count();
        assert_eq!(builtins.names().count(), offered);
        assert!(builtins.get("__panic_str").is_some());
    }

    #[test]
    fn signatures_are_read() {
        let mut types = Types::default();
        let bytes = types.array(TypeId::U8);
        let read = signature("(string, u8[], T[]) -> never", &mut types);
        let expected = vec![
            BuiltinType::Known(TypeId::STRING),
            BuiltinType::Known(bytes),
            BuiltinType::AnyArray,
        ];
        assert_eq!(read, Some((expected, BuiltinType::Known(TypeId::NEVER))));
        assert_eq!(signature("() -> unit", &mut types).map(|it| it.0.len()), Some(0));
        assert_eq!(signature("(word) -> unit", &mut types), None);
    }
}
