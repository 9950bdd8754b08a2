//! Whole programs in the style of the language reference.

use super::{check, check_files};

#[test]
fn recursion() {
    check(
        "i64 fib(i64 n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }
         i64 main() { return fib(10); }",
        "",
    );
}

#[test]
fn a_panic_by_index() {
    check(
        "i32 main() {
            i64[] primes = [2, 3, 5];
            mut i64 sum = 0;
            for prime in primes { sum += prime; }
            return i32(primes[sum]);
         }",
        "",
    );
}

#[test]
fn a_sieve() {
    check(
        "i64 main() {
            let count = 1000;
            bool[] composite = __array_new(1, count + 1);
            mut i64 primes = 0;
            for i in range(2, count + 1) {
                if composite[i] { continue; }
                primes += 1;
                mut i32 at = i * i;
                while at <= count { composite[at] = true; at += i; }
            }
            Core.Output.WriteLine(\"${primes} primes up to ${count}\");
            return primes;
         }",
        "",
    );
}

#[test]
fn binary_trees() {
    check(
        "type Tree { bool leaf, Tree[] children }
         Tree bottom() { return Tree { leaf: true, children: [] }; }
         Tree make(i32 depth) {
            if depth == 0 { return bottom(); }
            return Tree { leaf: false, children: [make(depth - 1), make(depth - 1)] };
         }
         impl Tree {
            i64 Count() {
                mut i64 total = 1;
                for child in children { total += child.Count(); }
                return total;
            }
         }
         i64 main() { return make(4).Count(); }",
        "",
    );
}

#[test]
fn a_program_of_several_files() {
    check_files(
        "use text.words;
         use report.Report as Summary;
         mod limits { pub i64 Max() => 10; }
         unit main() {
            let found = words.Count(\"one two\");
            let summary = Summary { words: found, limit: limits.Max() };
            Core.Output.WriteLine(summary.Text());
         }
         test Counting { Testing.Assert.True(words.Count(\"a b c\") == 3, \"three words\"); }",
        &[
            (
                "text/words.bsk",
                "/// How many words a text has.
                 pub i64 Count(string text) {
                    mut i64 count = 0;
                    mut bool inside = false;
                    for i in range(0, __str_len(text)) {
                        let blank = text[i] == 32;
                        if !blank && !inside { count += 1; }
                        inside = !blank;
                    }
                    return count;
                 }",
            ),
            (
                "report.bsk",
                "pub type Report { i64 words, i64 limit }
                 impl Report {
                    pub string Text() {
                        if words > limit { return \"too many\"; }
                        return \"${words} of ${limit}\";
                    }
                 }",
            ),
        ],
        "",
    );
}
