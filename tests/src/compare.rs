//! Expected texts: comparison with what happened, and rewriting under `BLESS=1`.

use std::path::Path;

/// Whether expectations are to be rewritten.
pub fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// Compares two texts.
///
/// # Errors
/// Both texts, with a mark at the first line that differs.
pub fn require_equal(what: &str, expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let differs = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    Err(format!(
        "{what} differs from line {} on\n--- expected\n{expected}--- found\n{actual}---",
        differs + 1
    ))
}

/// Compares a text with a file, or rewrites the file when blessing.
///
/// # Errors
/// If the file differs or cannot be read or written.
pub fn require_file(path: &Path, actual: &str) -> Result<(), String> {
    let shown = path.display();
    if is_blessing() {
        return std::fs::write(path, actual)
            .map_err(|error| format!("cannot write {shown}: {error}"));
    }
    let expected = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {shown}: {error}; BLESS=1 writes it"))?;
    require_equal(&format!("{shown}"), &expected, actual)
}
