//! Programs of any size, in Beskid and in C.
//!
//! A program consists of units, each a module of its own that imports others, in directories of some dozens. All
//! units are alike but for their numbers. The same program in C is one file, with an instance of each generic
//! item for each use; both print the same number.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A generated program.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The entry file.
    pub entry: PathBuf,
    /// How many modules it has.
    pub modules: usize,
    /// How many lines all of its files have.
    pub lines: usize,
}

/// A unit in Beskid. `@own` stands for its number, `@left` and `@right` for those of the units that it uses.
const UNIT: &str = include_str!("generated/unit.bsk.in");

/// What all units use.
const SHARED: &str = include_str!("generated/shared.bsk.in");

/// What other units must know of a unit in C.
const C_DECLARATIONS: &str = include_str!("generated/unit_declarations.c.in");

/// A unit in C.
const C_UNIT: &str = include_str!("generated/unit.c.in");

/// What all units in C use.
const C_SHARED: &str = include_str!("generated/shared.c.in");

/// Units of one directory.
const GROUP: usize = 64;

/// The number of units whose program has about `lines` lines.
pub fn units_for(lines: usize) -> usize {
    // Each unit has its line in a function that calls it, too.
    (lines / (UNIT.lines().count() + 1)).max(1)
}

/// Writes a program below a directory.
///
/// # Panics
/// If files cannot be written.
pub fn write_program(directory: &Path, units: usize) -> Generated {
    let entry = directory.join("main.bsk");
    let mut written = Generated { entry: entry.clone(), modules: 0, lines: 0 };
    written.write(&directory.join("shared.bsk"), SHARED);
    for unit in 0..units {
        let path = directory.join(format!("group{}/unit{unit}.bsk", unit / GROUP));
        written.write(&path, &numbered(UNIT, unit, units));
    }
    let groups = groups(units);
    for (number, group) in groups.iter().enumerate() {
        let calls = group.clone().map(|unit| format!("unit{unit}.work{unit}({})", seed(unit)));
        let text = sum(&format!("pub i64 run{number}()"), "mut i64", calls, "return total;");
        written.write(&directory.join(format!("group{number}/all.bsk")), &text);
    }
    let calls = (0..groups.len()).map(|number| format!("group{number}.all.run{number}()"));
    let end = "Core.Output.WriteLine(\"${total}\");";
    written.write(&entry, &sum("unit main()", "mut i64", calls, end));
    written
}

/// The same program in C.
pub fn c_program(units: usize) -> String {
    let mut text = C_SHARED.to_owned();
    (0..units).for_each(|unit| text += &numbered(C_DECLARATIONS, unit, units));
    (0..units).for_each(|unit| text += &numbered(C_UNIT, unit, units));
    let groups = groups(units);
    for (number, group) in groups.iter().enumerate() {
        let calls = group.clone().map(|unit| format!("work{unit}({})", seed(unit)));
        text += &sum(&format!("i64 run{number}(void)"), "i64", calls, "return total;");
    }
    let calls = (0..groups.len()).map(|number| format!("run{number}()"));
    text + &sum("int main(void)", "i64", calls, "printf(\"%ld\\n\", total);\n    return 0;")
}

impl Generated {
    fn write(&mut self, path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().expect("a path below a directory"))
            .and_then(|()| std::fs::write(path, text))
            .expect("a writable directory");
        self.modules += 1;
        self.lines += text.lines().count();
    }
}

/// A template for one unit of a program. Each unit uses its neighbour and one further away, in a circle.
fn numbered(template: &str, unit: usize, units: usize) -> String {
    let (left, right) = ((unit + units - 1) % units, (unit + 7) % units);
    let path = |unit: usize| format!("group{}.unit{unit}", unit / GROUP);
    let replacements = [
        ("@left_path", path(left)),
        ("@right_path", path(right)),
        ("@left", left.to_string()),
        ("@right", right.to_string()),
        ("@own", unit.to_string()),
    ];
    let replace = |text: String, (name, value): &(&str, String)| text.replace(name, value);
    replacements.iter().fold(template.to_owned(), replace)
}

fn groups(units: usize) -> Vec<std::ops::Range<usize>> {
    (0..units).step_by(GROUP).map(|first| first..units.min(first + GROUP)).collect()
}

/// The argument with which a unit is called.
fn seed(unit: usize) -> usize {
    unit % 50
}

/// A function that adds up calls. Functions of real programs do not grow with the program, so the calls of all units
/// are spread over one for each group.
fn sum(header: &str, declare: &str, calls: impl Iterator<Item = String>, end: &str) -> String {
    let mut text = format!("{header} {{\n    {declare} total = 0;\n");
    calls.for_each(|call| {
        let _ = writeln!(text, "    total += {call};");
    });
    text + "    " + end + "\n}\n"
}
