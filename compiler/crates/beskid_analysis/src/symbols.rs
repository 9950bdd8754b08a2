//! Linker symbols of Beskid items.
//!
//! One stable scheme (reference 25.2): `_B`, then each part of the path with its length in front.
//! The result uses `[A-Za-z0-9_]` only, is the same on every machine, and cannot clash with C
//! names or with other packages. Which functions are visible outside their object is decided by
//! code generation.

use beskid_abi::hash;

/// Symbol of the item at `path` (module path, receiver if any, item) in `package`.
pub fn item_symbol<'a>(package: &str, path: impl IntoIterator<Item = &'a str>) -> String {
    let mut symbol = String::from("_B");
    push_part(&mut symbol, package);
    path.into_iter().for_each(|part| push_part(&mut symbol, part));
    symbol
}

/// Symbol of the function that the compiler adds around a `main`, whose symbol this is.
pub fn start_symbol(main: &str) -> String {
    format!("{main}0start")
}

/// Symbol of a `test` item; it cannot equal that of a function, whose parts never begin with a
/// digit.
pub fn test_symbol<'a>(
    package: &str,
    module: impl IntoIterator<Item = &'a str>,
    name: &str,
) -> String {
    let mut symbol = item_symbol(package, module);
    symbol.push_str("0test");
    push_part(&mut symbol, name);
    symbol
}

/// Where an item stands, for its symbol.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The package.
    pub package: &'a str,
    /// Whether the item belongs to the core library, of which each package has its own copy.
    pub library: bool,
    /// The module's path.
    pub module: &'a [String],
}

impl Owner<'_> {
    /// Symbol of a function, or of an instance with type arguments.
    pub fn function(&self, name: &str, args: &[TypeSymbol]) -> String {
        let mut symbol = self.prefix();
        push_part(&mut symbol, name);
        push_args(&mut symbol, args);
        symbol
    }

    /// Symbol of a method; it cannot equal that of a function in a module that is named like the
    /// receiver.
    pub fn method(
        &self,
        receiver: &str,
        receiver_args: &[TypeSymbol],
        name: &str,
        args: &[TypeSymbol],
    ) -> String {
        let mut symbol = self.prefix();
        symbol.push_str("0impl");
        push_part(&mut symbol, receiver);
        push_args(&mut symbol, receiver_args);
        push_part(&mut symbol, name);
        push_args(&mut symbol, args);
        symbol
    }

    /// Symbol of a test.
    pub fn test(&self, name: &str) -> String {
        test_symbol(self.package, self.module.iter().map(String::as_str), name)
    }

    fn prefix(&self) -> String {
        let mut symbol = item_symbol(self.package, []);
        self.push_module(&mut symbol);
        symbol
    }

    fn push_module(&self, symbol: &mut String) {
        if self.library {
            symbol.push_str("0core");
        }
        self.module.iter().for_each(|part| push_part(symbol, part));
    }
}

/// A type argument within the symbol of an instance: a primitive is a part, `A` and an element an
/// array, `F`, parameters, `E` and a result
/// a function type, `N`, a path and `E` a declared type. Letters begin no part, so all of it can be read
/// back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeSymbol(String);

impl TypeSymbol {
    /// A primitive type.
    pub fn primitive(name: &str) -> Self {
        let mut symbol = String::new();
        push_part(&mut symbol, name);
        TypeSymbol(symbol)
    }

    /// An array.
    pub fn array(element: &TypeSymbol) -> Self {
        TypeSymbol(format!("A{}", element.0))
    }

    /// A function type.
    pub fn function(params: &[TypeSymbol], result: &TypeSymbol) -> Self {
        let params: String = params.iter().map(|param| param.0.as_str()).collect();
        TypeSymbol(format!("F{params}E{}", result.0))
    }

    /// A record or an enum of the package or its library.
    pub fn declared(owner: &Owner<'_>, name: &str, args: &[TypeSymbol]) -> Self {
        let mut symbol = String::from("N");
        owner.push_module(&mut symbol);
        push_part(&mut symbol, name);
        push_args(&mut symbol, args);
        symbol.push('E');
        TypeSymbol(symbol)
    }
}

/// Appends `I`, type arguments and `E`, if there are arguments.
fn push_args(symbol: &mut String, args: &[TypeSymbol]) {
    if !args.is_empty() {
        symbol.push('I');
        args.iter().for_each(|arg| symbol.push_str(&arg.0));
        symbol.push('E');
    }
}

/// Symbol of a lambda: that of the function around it, and its number there.
pub fn lambda_symbol(around: &str, number: usize) -> String {
    let mut symbol = format!("{around}0lambda");
    push_part(&mut symbol, &number.to_string());
    symbol
}

/// Symbol of the entry through which a C host calls a function. It holds a hash of the signature, so
/// that C code which was compiled for another one does not link.
pub fn host_entry_symbol(function: &str, signature: &str) -> String {
    format!("{function}0host{:016x}", hash::hash_bytes(signature.as_bytes()))
}

/// Symbol of the module descriptor of a compiled program, through which its host finds it.
pub fn descriptor_symbol(package: &str) -> String {
    let mut symbol = item_symbol(package, []);
    symbol.push_str("0module");
    symbol
}

/// Appends a length-prefixed part. Characters outside `[A-Za-z0-9_]`, which only package names
/// can hold, become `_xx` per byte, and the length counts the result.
fn push_part(symbol: &mut String, part: &str) {
    let mut plain = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            plain.push(char::from(byte));
        } else {
            plain.push_str(&format!("_{byte:02x}"));
        }
    }
    symbol.push_str(&plain.len().to_string());
    symbol.push_str(&plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_length_prefixed() {
        assert_eq!(item_symbol("main", ["add"]), "_B4main3add");
        assert_eq!(item_symbol("app", ["net", "http", "get"]), "_B3app3net4http3get");
    }

    #[test]
    fn methods_and_library_items_have_names_of_their_own() {
        let module = ["Point".to_owned()];
        let inside = Owner { package: "app", library: false, module: &module };
        let around = Owner { module: &[], ..inside };
        assert_eq!(around.function("f", &[]), item_symbol("app", ["f"]));
        assert_eq!(around.method("Point", &[], "Len", &[]), "_B3app0impl5Point3Len");
        assert_ne!(around.method("Point", &[], "Len", &[]), inside.function("Len", &[]));
        assert_ne!(
            Owner { library: true, ..inside }.function("Len", &[]),
            inside.function("Len", &[])
        );
    }

    #[test]
    fn instances_are_told_apart_by_their_arguments() {
        let owner = Owner { package: "app", library: false, module: &[] };
        let number = TypeSymbol::primitive("i64");
        let list = TypeSymbol::array(&number);
        assert_eq!(owner.function("max", std::slice::from_ref(&number)), "_B3app3maxI3i64E");
        assert_eq!(
            owner.method("Box", std::slice::from_ref(&list), "Map", std::slice::from_ref(&number)),
            "_B3app0impl3BoxIA3i64E3MapI3i64E"
        );
        let pair = TypeSymbol::declared(&owner, "Pair", &[number, list]);
        assert_eq!(pair.0, "N4PairI3i64A3i64EE");
    }

    #[test]
    fn an_entry_for_c_hosts_changes_with_the_signature() {
        let entry = |signature| host_entry_symbol("_B3app3add", signature);
        assert!(entry("(i64) -> i64").starts_with("_B3app3add0host"));
        assert_ne!(entry("(i64) -> i64"), entry("(i64) -> i32"));
    }

    #[test]
    fn foreign_characters_are_spelled_out() {
        assert_eq!(item_symbol("my-app", ["f"]), "_B8my_2dapp1f");
    }

    #[test]
    fn tests_do_not_clash_with_functions() {
        assert_ne!(test_symbol("app", ["m"], "test"), item_symbol("app", ["m", "test"]));
    }
}
