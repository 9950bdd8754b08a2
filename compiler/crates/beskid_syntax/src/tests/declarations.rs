//! Items and their members.

use super::{diagnostics, items};

#[test]
fn functions() {
    items("i64 f() { }", "(fn i64 f () {})");
    items(
        "pub unit f(i64 a, string[] _,) { }",
        "(fn unit f (i64 a, string[] _) {})".replacen('(', "pub (", 1).as_str(),
    );
    items(
        "i64 f(mut i64 a, ref A b, out B c) => a;",
        "(fn i64 f (mut i64 a, ref A b, out B c) => a)",
    );
    items("T f<T, U: A + b.C<T>>(T t) { }", "(fn T f<T U:A+b.C<T>> (T t) {})");
    items("unit(i64) f() { }", "(fn fn(i64):unit f () {})");
    items("(A) => B f() { }", "(fn fn(A):B f () {})");
}

#[test]
fn types() {
    items(
        "type P<T> : A, B<T>, { pub i64 x, string y; T[] z i64 Sum() => x; pub unit M<U>() { } }",
        "(type P<T> (: A B<T>) pub (field i64 x) (field string y) (field T[] z) (fn i64 Sum () => x) pub (fn unit M<U> () {}))",
    );
    items(
        "type B { event{4} Clicked(string who), pub event Gone() }",
        "(type B (event 4 Clicked string who) pub (event  Gone))",
    );
}

#[test]
fn enums() {
    items("enum E<T> : C { A(i64 x, T), B, C() D }", "(enum E<T> (: C) A(i64 x, T) B C D)");
}

#[test]
fn contracts() {
    items(
        "contract C<T> { T run(ref u8 x); A; b.B<T>\n D\n E<T>\n unit f(); }",
        "(contract C<T> (fn T run (ref u8 x)) A b.B<T> D E<T> (fn unit f ()))",
    );
}

#[test]
fn impl_blocks() {
    items(
        "impl<T> Box<T> { pub T Get() => this.x; unit Set(T x) { } }",
        "(impl <T>Box<T> pub (fn T Get () => (. this x)) (fn unit Set (T x) {}))",
    );
    items("impl i64 { }", "(impl i64)");
}

#[test]
fn modules_and_imports() {
    items(
        "mod a.b; pub mod c { mod d { } } use a.b.C as D; pub use x;",
        "(mod a.b)\npub (mod c {(mod d {})})\n(use a.b.C as D)\npub (use x)",
    );
}

#[test]
fn tests() {
    items(
        r#"test T { meta { tags = "a,b"; timeout = 3; } x(); skip { condition = false; } return; }"#,
        r#"(test T (meta tags="a,b" timeout=3) (skip condition=false) {(call x) (return)})"#,
    );
}

#[test]
fn attributes() {
    items(
        r#"[Extern(Abi: "C", Library: "c")] [A] pub contract L { [B] f64 cos([C(x: 1)] f64 x); }"#,
        r#"[Extern Abi:"C" Library:"c"] [A] pub (contract L [B] (fn f64 cos ([C x:1] f64 x)))"#,
    );
    items(
        "attribute A(TypeDeclaration, MethodDeclaration) { text: string, level: i32 = 1 }",
        "(attribute A (on TypeDeclaration MethodDeclaration) text:string level:i32=1)",
    );
    items("attribute B { x: Option<i64>=y }", "(attribute B x:Option<i64>=y)");
    items(
        "[A] type P { [B] pub i64 x } [A] enum E { [B] V }",
        "[A] (type P [B] pub (field i64 x))\n[A] (enum E [B] V)",
    );
}

#[test]
fn documentation_belongs_to_what_follows() {
    items(
        "/// one\n///two\n[A] pub type P {\n /// x\n i64 x\n}\n/// e\nenum E {\n ///  v\n V }",
        "(doc \"one\\ntwo\") [A] pub (type P (doc \"x\") (field i64 x))\n(doc \"e\") (enum E (doc \" v\") V)",
    );
    items(
        "/// c\ncontract C {\n /// m\n unit m(/// p\n i64 p); }",
        "(doc \"c\") (contract C (doc \"m\") (fn unit m ((doc \"p\") i64 p)))",
    );
}

#[test]
fn stray_documentation_is_a_warning() {
    let warning = |place: &str| {
        format!("t:{place}: warning[W1616]: this documentation comment belongs to no declaration")
    };
    diagnostics("mod a;\n/// end\n", &[&warning("2:1")]);
    diagnostics("type P {\n i64 x\n /// end\n /// of type\n}", &[&warning("3:2")]);
    diagnostics("unit f() {\n /// here\n x();\n}", &[&warning("2:2")]);
    diagnostics("test T {\n /// a step\n x();\n}", &[]);
}

#[test]
fn reserved_names() {
    let primitive = "an item cannot be called `string`, which is the name of a primitive type";
    diagnostics("unit string() { }", &[&format!("t:1:6: error[E1006]: {primitive}")]);
    diagnostics("type string { }", &[&format!("t:1:6: error[E1006]: {primitive}")]);
    let local = "a local cannot be called `u16`, which is the name of a primitive type";
    diagnostics("unit f(i64 u16) { }", &[&format!("t:1:12: error[E1102]: {local}")]);
    diagnostics("unit f() { let u16 = 1; }", &[&format!("t:1:16: error[E1102]: {local}")]);
    diagnostics("unit f() { i64 u16 = 1; }", &[&format!("t:1:16: error[E1102]: {local}")]);
    let compiler =
        "an item cannot be called `__x`: names that begin with `__` belong to the compiler";
    diagnostics("type __x { i64 __y }", &[&format!("t:1:6: error[E1006]: {compiler}")]);
    diagnostics("unit f() { let __x = 1; }", &[]);
}
