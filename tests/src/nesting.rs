//! Deep and long texts of every kind.

/// A construct that can be nested or chained.
#[derive(Clone, Copy, Debug)]
pub struct Nest {
    /// What it is called in reports.
    pub name: &'static str,
    before: &'static str,
    /// What is repeated on the way down.
    open: &'static str,
    middle: &'static str,
    /// What is repeated on the way up.
    close: &'static str,
    after: &'static str,
    /// Whether many of them make no deep construct, or are refused for another reason first.
    pub is_flat: bool,
}

impl Nest {
    /// The text with this many levels.
    pub fn text(&self, levels: usize) -> String {
        let (open, close) = (self.open.repeat(levels), self.close.repeat(levels));
        [self.before, &open, self.middle, &close, self.after].concat()
    }
}

/// Declares the table: name, then the parts of a text in order.
macro_rules! nests {
    ($($name:literal $kind:ident: $before:literal $open:literal $middle:literal $close:literal $after:literal)+) => {
        /// All of them.
        pub const NESTS: &[Nest] = &[$(Nest {
            name: $name,
            before: $before,
            open: $open,
            middle: $middle,
            close: $close,
            after: $after,
            is_flat: nests!(@$kind),
        }),+];
    };
    (@deep) => { false };
    (@flat) => { true };
}

nests! {
    "parentheses" deep: "i64 main() { return " "(" "1" ")" "; }"
    "negations" deep: "i64 main() { return " "-" "1" "" "; }"
    "logical negations" deep: "bool f() { return " "!" "true" "" "; }"
    "sums" deep: "i64 main() { return 1" " + 1" "" "" "; }"
    "conjunctions" deep: "bool f() { return true" " && true" "" "" "; }"
    "right operands" deep: "i64 main() { return " "1 - (" "1" ")" "; }"
    "assignments" deep: "unit main() { mut i64 a = 1; " "a = " "1" "" "; }"
    "method calls" deep: "type T { i64 x T f() => this; } unit g(T t) { t" ".f()" "" "" "; }"
    "calls of calls" deep: "unit main() { f" "()" "" "" "; }"
    "arguments" deep: "i64 f(i64 x) => x; i64 main() => " "f(" "1" ")" ";"
    "indices" deep: "unit main() { let a = [1]; a" "[0]" "" "" "; }"
    "indices in indices" deep: "unit main() { let a = [0]; let b = " "a[" "0" "]" "; }"
    "try operators" deep: "unit f(Option<i64> o) { o" "?" "" "" "; }"
    "arrays" deep: "unit main() { let a = " "[" "1" "]" "; }"
    "records" deep: "type N { N[] next } unit main() { let a = " "N { next: [" "" "] }" "; }"
    "variants" deep: "unit main() { let a = " "Option::Some(" "1" ")" "; }"
    "matches" deep: "i64 main() => " "match 1 { _ => " "1" " }" ";"
    "scrutinees" deep: "i64 main() => " "match " "1" " { _ => 1 }" ";"
    "lambdas" deep: "unit main() { let a = " "(i64 x) => " "1" "" "; }"
    "lambdas with blocks" deep: "unit main() { let a = " "() => { return " "1" "; }" "; }"
    "blocks" deep: "unit main() " "{" "" "}" ""
    "conditions" deep: "unit main() { " "if true { " "" "}" " }"
    "loops" deep: "unit main() { " "while false { " "" "}" " }"
    "for loops" deep: "unit main() { " "for i in range(0, 1) { " "" "}" " }"
    "holes" deep: "unit main() { let a = " "\"${" "1" "}\"" "; }"
    "long strings" flat: "unit main() { let a = \"" "${1} " "" "" "\"; }"
    "patterns" deep: "enum N { A(N n), B } i64 f(N n) => match n { " "N::A(" "_" ")" " => 1, _ => 2 };"
    "arrays of arrays" deep: "unit f(i64" "[]" "" "" " a) {}"
    "type arguments" deep: "unit f(" "Option<" "i64" ">" " a) {}"
    "type arguments of values" deep: "unit main() { f<" "Option<" "i64" ">" ">(1); }"
    "function types" deep: "unit f(i64" "()" "" "" " a) {}"
    "arrow types" deep: "unit f(" "() => " "i64" "" " a) {}"
    "parameters of function types" deep: "unit f(" "unit(" "i64" ")" " a) {}"
    "references" deep: "unit f(" "ref " "i64" "" " a) {}"
    "modules" deep: "" "mod m { " "" "}" ""
    "module paths" flat: "use a" ".a" "" "" ";"
    "type paths" flat: "unit f(a" ".a" "" "" " x) {}"
    "fields" deep: "type T { T t } unit f(T t) { let a = t" ".t" "" "" "; }"
    "else-if chains" flat: "unit main() { if true {}" " else if true {}" "" "" "}"
    "statements" flat: "unit main() { " "let a = 1; { } " "" "" "}"
    "functions" flat: "" "unit f() { g(); } " "" "" ""
    "arms" flat: "i64 f(i64 x) => match x { " "1 => 2, " "_ => 3" "" " };"
    "elements" flat: "unit main() { let a = [" "1, " "" "" "]; }"
    "bounds" flat: "unit f<T: A" " + A" "" "" ">() {}"
    "attributes" flat: "" "[A(a: 1)] " "unit f() {}" "" ""
    "comments" flat: "unit main() {" " /* a */ // b\n" "" "" "}"
    "open parentheses" deep: "unit main() { f" "(" "" "" ""
    "open brackets" deep: "unit main() { let a = " "[" "" "" ""
    "open braces" deep: "unit main() " "{" "" "" ""
    "open holes" flat: "unit main() { let a = " "\"${" "" "" ""
    "open angles" deep: "unit main() { f" "<f" "" "" ""
    "open matches" deep: "unit main() { " "match x { y => " "" "" ""
    "open lambdas" deep: "unit main() { let a = " "(x) => {" "" "" ""
    "closing brackets" flat: "unit main() { " ")]}" "" "" ""
    "instances of instances" deep: "T f<T>(T x) => x; unit main() { let a = " "f(Option::Some(" "1" "))" "; }"
    "nested tests of equality" deep: "unit main() { let a = 1" " == 1" "" "" "; }"
}
