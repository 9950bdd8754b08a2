//! Whole programs in the style of the language's documentation parse without remarks.

use super::tree;

const RECURSION: &str = "
i64 fib(i64 n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }
i64 main() { return fib(10); }
";

const SHAPES: &str = r#"
enum Shape { Square(f64 side), Rect(f64 width, f64 height), Dot }
f64 Area(Shape shape) {
    return match shape {
        Shape::Square(side) when side > 0.0 => side * side,
        Shape::Square(_) => 0.0,
        Shape::Rect(width, height) => width * height,
        Shape::Dot => 0.0,
    };
}
unit main() {
    Shape[] shapes = [Shape::Square(3.0), Shape::Rect(5.0, 3.0), Shape::Dot];
    mut f64 total = 0.0;
    for shape in shapes { total += Area(shape); }
    Core.Output.WriteLine("${__array_len(shapes)} shapes, area ${total}");
}
"#;

const PANIC: &str = "
i32 main() {
    i64[] primes = [2, 3, 5];
    mut i64 sum = 0;
    for prime in primes { sum += prime; }
    return i32(primes[sum]);
}
";

const CONTRACTS_AND_EVENTS: &str = r#"
contract Service { i32 run(i32 x); }
contract Logged { Service; unit log(string line); }
type Worker : Service, Logged { i32 base, string label }
impl Worker {
    pub i32 run(i32 x) { return this.base + x; }
    pub unit log(string line) => Core.Output.WriteLine("${label}: ${line}");
}
i32 apply<T: Service>(T s) { return s.run(1); }
type Button { event{4} Clicked(string who), i32 count }
impl Button { unit Press(string who) { this.Clicked(who); } }
Result<i64, string> parse(string text) {
    let value = ParseI64(text)?;
    if value < 0 { return Result::Error("negative: ${value}"); }
    return Result<i64, string>::Ok(value);
}
unit main() {
    Button button = Button { count: 0 };
    unit(string) handler = who => Core.Output.WriteLine(who);
    button.Clicked += handler;
    button.Clicked -= handler;
    let total = Query.Select(xs, (i64 x) => { return x * 2; });
}
"#;

const FOREIGN_AND_TESTS: &str = r#"
mod net.http;
pub use Core.Results.Result as Outcome;
/// The C library.
[Extern(Abi: "C", Library: "libc")]
pub contract LibC { i64 strlen(ref u8 text); f64 cos(f64 x); }
attribute Note(TypeDeclaration) { text: string, level: i32 = 1 }
test Parses {
    meta { tags = "fast,unit"; group = "parser.core"; }
    skip { condition = false; reason = ""; }
    Testing.Assert.Equal<i64>(LibC.strlen("abc"), 3, "three bytes");
}
"#;

#[test]
fn samples_parse_without_remarks() {
    for sample in [RECURSION, SHAPES, PANIC, CONTRACTS_AND_EVENTS, FOREIGN_AND_TESTS] {
        assert!(!tree(sample).contains("error"));
    }
}

/// All samples in one text, as material for damage.
pub(super) fn all() -> String {
    [RECURSION, SHAPES, PANIC, CONTRACTS_AND_EVENTS, FOREIGN_AND_TESTS].concat()
}
