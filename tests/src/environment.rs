//! What the environment says about a run of the suites.

/// The number in an environment variable.
///
/// # Panics
/// If it is no number.
pub fn number(variable: &str, default: u64) -> u64 {
    let Some(text) = std::env::var_os(variable) else { return default };
    let number = text.to_str().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| panic!("{variable} is no number: {}", text.display()))
}
