//! Rust names for Beskid names, which are ASCII letters, digits and underscores.

/// Words that a Rust program can use as names only behind `r#`.
const RAW: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that cannot be names at all.
const FORBIDDEN: &[&str] = &["_", "Self", "crate", "self", "super"];

/// The Rust name of an item. What cannot be a name gets an underscore behind it.
pub(crate) fn item(name: &str) -> String {
    if FORBIDDEN.contains(&name) {
        format!("{name}_")
    } else if RAW.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// Rust names of parameters, in order: none of `reserved`, and no two alike.
pub(crate) fn parameters<'a>(
    names: impl IntoIterator<Item = &'a str>,
    reserved: &[&str],
) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    for name in names {
        let mut name = match name {
            "" | "_" => format!("argument_{}", chosen.len() + 1),
            name => item(name),
        };
        while reserved.contains(&name.as_str()) || chosen.contains(&name) {
            name.push('_');
        }
        chosen.push(name);
    }
    chosen
}

/// Whether a word can name a Rust module without `r#`.
pub(crate) fn is_module_name(name: &str) -> bool {
    let mut chars = name.chars();
    let begins_well = chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    begins_well
        && chars.all(|it| it.is_ascii_alphanumeric() || it == '_')
        && !RAW.contains(&name)
        && !FORBIDDEN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_become_raw_or_get_an_underscore() {
        assert_eq!(["move", "self", "moved"].map(item), ["r#move", "self_", "moved"]);
    }

    #[test]
    fn parameters_never_repeat_or_hide_what_the_body_needs() {
        let names = parameters(["_", "_", "scope", "scope_", "fn"], &["scope"]);
        assert_eq!(names, ["argument_1", "argument_2", "scope_", "scope__", "r#fn"]);
    }

    #[test]
    fn module_names_are_plain_words() {
        assert!(is_module_name("rules_2"));
        for name in ["", "2nd", "a-b", "match", "crate", "_", "größe"] {
            assert!(!is_module_name(name), "{name}");
        }
    }
}
