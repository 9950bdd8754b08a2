//! Smaller texts that fail in the same way.

use beskid_syntax::{FileId, token_spans};

/// How many candidates are tried at most.
const ATTEMPTS: usize = 30_000;

/// Leaves out as many tokens and gaps between tokens as possible while the text still `fails`.
pub fn minimise(source: &str, fails: &mut dyn FnMut(&str) -> bool) -> String {
    let mut parts = parts_of(source);
    let mut attempts = 0;
    let mut size = parts.len().div_ceil(2).max(1);
    loop {
        let before = parts.len();
        let mut start = 0;
        while start < parts.len() {
            let end = (start + size).min(parts.len());
            let candidate = [&parts[..start], &parts[end..]].concat();
            attempts += 1;
            if attempts > ATTEMPTS {
                return parts.concat();
            }
            if fails(&candidate.concat()) { parts = candidate } else { start = end }
        }
        if size > 1 {
            size = size.div_ceil(2);
        } else if parts.len() == before {
            return parts.concat();
        }
    }
}

/// The tokens and what stands between them, in order.
fn parts_of(source: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut end = 0;
    for span in token_spans(source, FileId(0)) {
        let (start, next) = (span.start as usize, span.end as usize);
        parts.extend([&source[end..start], &source[start..next]]);
        end = next;
    }
    parts.push(&source[end..]);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fails_is_left() {
        let source = "unit main() { let a = 1; if a { b(c, \"${d}\"); } }";
        let small = minimise(source, &mut |text| text.contains("b") && text.contains("d"));
        assert_eq!(small, "bd");
    }
}
