//! The table of all diagnostics: code, meaning, help, and the wordings in use.
//!
//! A row reads `CODE "meaning", help "…" { constructor(arguments) "message"; … }`. Each constructor
//! becomes a function `constructor(span, arguments…) -> Diagnostic`; arguments are anything that can
//! be displayed. The first letter of a code is its severity. Its long explanation is the file
//! `explanations/CODE.md`, without which a row does not compile. Several rows are this project's own
//! numbers; they extend the public numbering of the language and never change a meaning of it.

use std::fmt::Display;

use super::{Diagnostic, Severity};
use crate::Span;

macro_rules! diagnostics {
    ($(
        $code:ident $meaning:literal $(, help $help:literal)? {
            $( $constructor:ident ( $($arg:ident),* ) $message:literal; )*
        }
    )+) => {
        /// The code of a diagnostic, one per row of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $( #[doc = $meaning] $code ),+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$code),+];

            /// The code as it is shown, such as `E1206`; `parse` for parse errors.
            pub fn as_str(self) -> &'static str {
                match self {
                    Code::Parse => "parse",
                    coded => coded.variant_name(),
                }
            }

            fn variant_name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code)),+ }
            }

            /// What the code stands for, in a few words.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$code => $meaning),+ }
            }

            /// The help text for diagnostics that bring no better one.
            pub fn default_help(self) -> Option<&'static str> {
                match self { $(Code::$code => None$(.or(Some($help)))?),+ }
            }

            /// What the code means, with an example and the reason for the rule: the file of this name
            /// in `explanations/`, in Markdown.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Code::$code => include_str!(concat!("explanations/", stringify!($code), ".md"))),+
                }
            }

            /// Errors reject a program, warnings do not.
            pub fn severity(self) -> Severity {
                if self.as_str().starts_with('W') { Severity::Warning } else { Severity::Error }
            }
        }

        $($(
            #[doc = concat!("`", stringify!($code), "`: ", $message)]
            pub fn $constructor(span: Span, $($arg: impl Display),*) -> Diagnostic {
                Diagnostic::new(Code::$code, span, format!($message))
            }
        )*)+
    };
}

diagnostics! {
    Parse "the text does not follow the grammar" {}

    E1001 "duplicate type, enum or contract name" {
        duplicate_type(name) "the type `{name}` is declared twice";
    }
    E1002 "duplicate variant" {
        duplicate_variant(name, owner) "the variant `{name}` is declared twice in `{owner}`";
    }
    E1003 "duplicate contract method" {
        duplicate_contract_method(name, owner) "the method `{name}` is declared twice in the contract `{owner}`";
    }
    E1004 "embedded contracts conflict" {
        conflicting_embedded_method(name, first, second) "`{first}` and `{second}` both declare `{name}`, with different signatures";
        embedding_cycle(contract) "the contract `{contract}` embeds itself";
    }
    E1005 "unknown type in a definition" {
        unknown_type_in_definition(name) "unknown type `{name}`";
        empty_enum(name) "the enum `{name}` has no variants";
    }
    E1006 "duplicate or reserved item name" {
        duplicate_item(name) "`{name}` is declared twice in this module";
        duplicate_member(name, owner) "`{name}` is declared twice in `{owner}`";
        reserved_item_name(name) "an item cannot be called `{name}`, which is the name of a primitive type";
        compiler_item_name(name) "an item cannot be called `{name}`: names that begin with `__` belong to the compiler";
    }

    E1101 "unknown value name" {
        unknown_value(name) "unknown name `{name}`";
        type_used_as_value(name) "`{name}` is a type, not a value";
        module_used_as_value(name) "`{name}` is a module, not a value";
        builtin_used_as_value(name) "`{name}` is a builtin, not a value";
        unknown_module_member(module, name) "the module `{module}` has nothing called `{name}`";
    }
    E1102 "duplicate or reserved name of a local" {
        duplicate_local(name) "`{name}` is already declared in this block";
        reserved_local_name(name) "a local cannot be called `{name}`, which is the name of a primitive type";
    }
    W1103 "a local shadows another name" {
        shadowing(name, what) "`{name}` hides {what} of the same name";
    }
    E1104 "ambiguous import" {
        ambiguous_import(name) "the name `{name}` is imported twice";
        import_clashes_with_item(name) "the import `{name}` has the name of an item of this module";
    }
    E1105 "unknown import path" {
        unknown_import(path) "nothing is called `{path}`";
    }
    E1106 "used before declaration" {
        used_before_declaration(name) "`{name}` is used before it is declared";
        out_read_before_assignment(name) "the `out` parameter `{name}` is read before it is assigned";
        out_not_assigned(name) "the `out` parameter `{name}` is not assigned on every path";
    }
    E1107 "private item", help "declare it `pub` in its module" {
        private_item(name, module) "`{name}` is private to the module `{module}`";
        private_method(name, owner) "the method `{name}` of `{owner}` is private to its module";
    }
    W1107 "a public signature mentions a private type (this project's number)" {
        private_type_in_public_signature(name) "the private type `{name}` stands in a public signature";
    }
    E1108 "unknown module path" {
        unknown_module(path) "unknown module `{path}`";
    }
    E1109 "no `main` (this project's number)", help "add `i32 main() { return 0; }` to the entry file" {
        missing_main() "the entry file has no function `main`";
        unsuitable_main(reason) "this `main` cannot start a program: {reason}";
    }
    E1151 "bad test metadata" {
        unknown_test_key(section, key) "`{section}` has no key `{key}`";
        repeated_test_key(key) "the key `{key}` is given twice";
        repeated_test_section(section) "a test has at most one `{section}` section";
        bad_test_value(key, expected) "`{key}` must be {expected}";
    }

    E1201 "unknown type" {
        unknown_type(name) "unknown type `{name}`";
        no_literal(name, what) "`{name}` is {what}: only records have literals";
        not_a_type(name, what) "`{name}` is {what}, not a type";
        method_without_call(name) "the method `{name}` must be called";
        ref_outside_parameter() "only a parameter of a function can be `ref` or `out`";
    }
    E1202 "a type cannot be inferred, or an operand is not supported" {
        cannot_infer(what) "the type of {what} cannot be inferred";
        undetermined_argument_of_type(parameter, name) "the type argument `{parameter}` of `{name}` cannot be inferred";
        unsupported_assignment_operand(operator, ty) "`{operator}` does not work on `{ty}`";
    }
    W1203 "implicit conversion that may lose information" {
        lossy_conversion(from, to) "`{from}` is converted to `{to}` here and may lose information";
    }
    E1203 "missing type arguments" {
        missing_type_arguments(name) "`{name}` needs type arguments";
        undetermined_type_argument(parameter, name) "the type argument `{parameter}` of `{name}` cannot be inferred";
    }
    E1204 "wrong number of arguments or type arguments" {
        lambda_parameter_count(expected, found) "a function of {expected} parameter(s) is expected here, the lambda has {found}";
        wrong_argument_count(name, expected, found) "`{name}` takes {expected} argument(s), but {found} were given";
        wrong_type_argument_count(name, expected, found) "`{name}` takes {expected} type argument(s), but {found} were given";
        wrong_lambda_parameter_count(expected, found) "this lambda must take {expected} parameter(s), but it takes {found}";
    }
    E1205 "argument type mismatch" {
        argument_mismatch(parameter, expected, found) "the argument for `{parameter}` must be `{expected}`, found `{found}`";
        conflicting_type_argument(parameter, first, second) "`{parameter}` cannot be both `{first}` and `{second}`";
        argument_mode(parameter, reason) "the argument for `{parameter}` does not fit: {reason}";
    }
    E1206 "type mismatch" {
        type_mismatch(expected, found) "expected `{expected}`, found `{found}`";
        not_an_integer(found) "expected an integer, found `{found}`";
        cannot_assign_to_expression() "this expression cannot be assigned to";
        not_interpolatable(ty) "a value of type `{ty}` has no text form";
        event_as_value(name) "the event `{name}` is not a value";
        function_with_places(name) "`{name}` has a `ref` or `out` parameter and is not a value";
    }
    E1207 "return mismatch" {
        return_mismatch(expected, found) "this function returns `{expected}`, not `{found}`";
        lambda_missing_return(ty) "this lambda can end without returning a value of type `{ty}`";
        missing_return(name, ty) "`{name}` can end without returning a value of type `{ty}`";
        return_without_value(ty) "`return` needs a value of type `{ty}`";
    }
    E1208 "condition is not `bool`" {
        condition_not_bool(found) "a condition must be `bool`, found `{found}`";
    }
    E1209 "invalid binary operands" {
        invalid_operands(operator, left, right) "`{operator}` does not work on `{left}` and `{right}`";
    }
    E1210 "invalid unary operand" {
        invalid_operand(operator, ty) "`{operator}` does not work on `{ty}`";
    }
    E1211 "unknown or repeated field" {
        unknown_field(ty, name) "`{ty}` has no field `{name}`";
        repeated_field(name) "the field `{name}` is given twice";
    }
    E1212 "missing field" {
        missing_fields(ty, names) "this `{ty}` lacks {names}";
    }
    E1213 "member or index of an unsuitable value" {
        no_members(ty) "`{ty}` has no fields";
        not_indexable(ty) "`{ty}` cannot be indexed";
    }
    E1214 "assignment to something immutable" {
        immutable(name) "`{name}` cannot be assigned: it is not `mut`";
    }
    E1215 "not iterable" {
        not_iterable(ty) "`for` cannot walk over `{ty}`";
    }
    E1216 "`Next` has parameters" {
        next_has_parameters(ty) "`Next` of `{ty}` must have no parameters to be used by `for`";
    }
    E1217 "`Next` does not return an Option" {
        next_is_not_option(ty, found) "`Next` of `{ty}` must return an `Option` to be used by `for`, found `{found}`";
    }
    E1218 "`Some` does not have one payload" {
        some_arity(name, found) "`Some` of `{name}` must have one payload, found {found}";
    }
    E1219 "event raised outside its owner" {
        event_raised_outside(name, owner) "only methods of `{owner}` may raise the event `{name}`";
    }
    E1220 "bad event capacity" {
        bad_event_capacity(most, found) "the capacity of an event must be from 1 to {most}, found {found}";
    }
    E1221 "not an event" {
        not_an_event(name) "`{name}` is not an event";
    }
    E1222 "operand of `?` is unsuitable" {
        bad_try_operand(ty) "`?` needs a `Result`, found `{ty}`";
    }
    E1225 "a `ref` or `out` parameter escapes" {
        escaping_reference(name) "the parameter `{name}` cannot be captured: it is valid during the call only";
    }
    E1226 "`async` is reserved" {
        async_reserved() "`async` is reserved and has no meaning";
    }
    E1227 "`await` is reserved" {
        await_reserved() "`await` is reserved and has no meaning";
    }
    E1228 "invalid conversion" {
        invalid_conversion(from, to) "`{from}` cannot be converted to `{to}`";
    }
    E1229 "type parameter conflict" {
        duplicate_type_parameter(name) "the type parameter `{name}` is declared twice";
    }
    E1232 "literal out of range (this project's number)" {
        literal_out_of_range(literal, ty) "`{literal}` does not fit `{ty}`";
    }
    E1233 "capture of a mutable variable (this project's number)", help "copy it into an immutable local first and use that one" {
        mutable_capture(name) "a lambda cannot capture `{name}`, which is `mut`";
    }
    W1240 "dropped Result (this project's number)", help "write `let _ = …;` to drop it on purpose" {
        dropped_result() "this `Result` is dropped, and with it a possible error";
    }
    E1299 "construct not supported yet (this project's number)" {
        not_supported(construct) "{construct} is not supported yet";
    }

    E1301 "unknown enum or variant" {
        unknown_enum(name) "unknown enum `{name}`";
        unknown_variant(owner, name) "`{owner}` has no variant `{name}`";
    }
    E1302 "wrong number of constructor arguments" {
        wrong_payload_count(variant, expected, found) "`{variant}` takes {expected} value(s), but {found} were given";
    }
    E1303 "variant without its enum", help "write the name of the enum and `::` before it" {
        unqualified_variant(name) "the variant `{name}` needs the name of its enum";
    }
    W1303 "a binding has the name of a variant (this project's number)" {
        binding_like_variant(name, owner) "`{name}` binds a new name here; it does not match the variant `{owner}::{name}`";
    }
    E1304 "match is not exhaustive" {
        not_exhaustive(missing) "this `match` does not cover {missing}";
    }
    E1305 "arms or returns have different types" {
        arm_types_differ(expected, found) "the arms of this `match` must agree: expected `{expected}`, found `{found}`";
        lambda_returns_differ(expected, found) "the results of this lambda must agree: expected `{expected}`, found `{found}`";
    }
    E1306 "duplicate binding in a pattern" {
        duplicate_binding(name) "`{name}` is bound twice in this pattern";
    }
    E1307 "wrong number of sub-patterns" {
        wrong_pattern_count(variant, expected, found) "`{variant}` has {expected} value(s), but {found} are matched";
    }
    E1308 "guard is not `bool`" {
        guard_not_bool(found) "a guard must be `bool`, found `{found}`";
    }
    W1309 "unreachable arm (this project's number)" {
        unreachable_arm() "no value reaches this arm";
    }

    E1401 "`break` outside a loop" {
        break_outside_loop() "`break` stands outside a loop";
    }
    E1402 "`continue` outside a loop" {
        continue_outside_loop() "`continue` stands outside a loop";
    }
    W1403 "unreachable code" {
        unreachable_code() "this code is never reached";
    }

    E1501 "import of a private item", help "declare it `pub` in its module" {
        private_import(name) "`{name}` is private and cannot be imported";
    }
    E1502 "module file missing or ambiguous" {
        module_file_missing(module, searched) "the module `{module}` has no file; looked for {searched}";
        module_file_ambiguous(module, first, second) "the module `{module}` has two files, `{first}` and `{second}`";
        module_file_unreadable(module, path, reason) "the file `{path}` of the module `{module}` cannot be read: {reason}";
    }
    W1503 "unused import" {
        unused_import(name) "the import `{name}` is not used";
    }
    W1504 "unused private item" {
        unused_item(name) "`{name}` is not used";
    }
    E1505 "file-scoped `mod` is not first" {
        file_module_not_first(name) "`mod {name};` names this file and must be its first item";
    }
    E1506 "second file-scoped `mod`" {
        second_file_module(name) "`mod {name};` names this file a second time";
    }
    E1507 "inline `mod` beside a file-scoped one" {
        inline_module_beside_file_module(name) "the inline module `{name}` cannot stand in a file that names itself with `mod`";
    }
    E1508 "duplicate attribute target" {
        duplicate_attribute_target(name) "the target `{name}` is listed twice";
    }
    E1509 "unknown attribute target" {
        unknown_attribute_target(name) "unknown attribute target `{name}`";
    }
    E1510 "attribute on a target that it does not allow" {
        attribute_not_allowed(name, place) "the attribute `{name}` is not allowed on {place}";
    }
    E1520 "extern: ABI" {
        extern_abi(found) "`Abi` must be \"C\", found {found}";
    }
    E1521 "extern: library" {
        extern_library() "`Library` must name a library";
    }
    E1522 "extern: parameter type", help "foreign parameters are `bool`, `u8`, `i32`, `i64`, `f64` and `ref u8`" {
        extern_parameter(ty) "`{ty}` cannot be passed to a foreign function";
    }
    E1523 "extern: result type", help "foreign results are `bool`, `u8`, `i32`, `i64`, `f64` and `unit`" {
        extern_result(ty) "`{ty}` cannot be returned by a foreign function";
    }

    E1601 "contract method missing" {
        contract_method_missing(ty, contract, method) "`{ty}` promises `{contract}` but has no method `{method}`";
    }
    E1602 "contract signature mismatch" {
        contract_signature_mismatch(ty, method, contract) "`{method}` of `{ty}` differs from the declaration in `{contract}`";
    }
    E1606 "method or call target not found" {
        unknown_method(ty, name) "`{ty}` has no method `{name}`";
        not_callable(ty) "a value of type `{ty}` cannot be called";
    }
    E1607 "not a contract, or contract not satisfied" {
        impl_of_contract(name) "`{name}` is a contract, which has no methods of its own";
        not_a_contract(name) "`{name}` is not a contract";
        contract_not_declared(ty, contract) "`{ty}` does not declare the contract `{contract}`";
    }
    E1610 "generic bound not satisfied" {
        bound_not_satisfied(ty, parameter, contract) "`{ty}` cannot be used for `{parameter}`: it does not declare `{contract}`";
    }
    W1610 "documentation: unknown `@arg`" {
        doc_unknown_arg(name) "there is no parameter `{name}` to document";
    }
    E1611 "instantiation too deep (this project's number)" {
        instantiation_too_deep(name, limit) "instances of `{name}` nest deeper than {limit} levels";
    }
    W1611 "documentation: repeated `@arg`" {
        doc_repeated_arg(name) "the parameter `{name}` is documented twice";
    }
    W1612 "documentation: `@arg` or `@returns` on something that cannot be called" {
        doc_not_callable(directive) "`{directive}` documents something that cannot be called";
    }
    W1613 "documentation: `@returns` on `unit`" {
        doc_returns_unit() "`@returns` documents a function that returns nothing";
    }
    W1614 "documentation: unknown directive" {
        doc_unknown_directive(name) "unknown directive `@{name}`";
    }
    W1615 "documentation: unresolved `@ref`" {
        doc_unresolved_ref(path) "nothing is called `{path}`";
    }
    W1616 "documentation that belongs to nothing (this project's number)", help "write `//` for an ordinary comment" {
        stray_docs() "this documentation comment belongs to no declaration";
    }
    W1620 "documentation: `@variant` on something else than an enum" {
        doc_variant_misuse() "`@variant` documents something that is not an enum";
    }
    W1621 "documentation: unknown `@variant`" {
        doc_unknown_variant(name) "there is no variant `{name}` to document";
    }
    W1622 "documentation: repeated `@variant`" {
        doc_repeated_variant(name) "the variant `{name}` is documented twice";
    }
    W1623 "documentation: `@par` on something without type parameters" {
        doc_par_misuse() "`@par` documents something without type parameters";
    }
    W1624 "documentation: unknown `@par`" {
        doc_unknown_par(name) "there is no type parameter `{name}` to document";
    }
    W1625 "documentation: repeated `@par`" {
        doc_repeated_par(name) "the type parameter `{name}` is documented twice";
    }

    E1702 "`?` with a different error type" {
        try_error_type(expected, found) "`?` passes on an error of type `{found}`, but this function's errors are `{expected}`";
    }
    E1703 "`?` outside a function" {
        try_outside_function() "`?` stands outside a function";
    }
    W1704 "`?` may panic here (this project's number)" {
        try_may_panic(ty) "an error panics here, because the function returns `{ty}`, which is not a `Result`";
    }

    E1801 "unknown attribute" {
        unknown_attribute(name) "unknown attribute `{name}`";
    }
    E1802 "unknown attribute argument" {
        unknown_attribute_argument(attribute, name) "the attribute `{attribute}` has no argument `{name}`";
    }
    E1803 "missing attribute argument" {
        missing_attribute_argument(attribute, name) "the attribute `{attribute}` needs the argument `{name}`";
    }
    E1804 "repeated attribute argument" {
        repeated_attribute_argument(name) "the argument `{name}` is given twice";
    }
    E1805 "attribute argument of a wrong type" {
        attribute_argument_type(name, expected) "the argument `{name}` must be {expected}";
    }

    E2101 "internal compiler error" {
        internal_error(reason) "the compiler failed: {reason}";
    }
}
