//! `beskid explain`: what a diagnostic code means.
//!
//! The texts belong to the tables of the codes; this file looks them up and finds out what a
//! misspelt code was meant to be.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::anyhow;
use beskid_abi::report;
use beskid_syntax::diagnostic::{self, Explanation};
use clap::Args;

/// How many edits a misspelt code may be away from the one that was meant.
const DISTANCE_MAX: usize = 2;

/// How many codes are suggested.
const SUGGESTIONS_MAX: usize = 3;

/// The command line of `beskid explain`.
#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as E1304; without it, all codes are listed.
    code: Option<String>,
}

/// Prints one explanation, or the list of all codes.
pub(crate) fn explain(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let text = match &args.code {
        Some(code) => one(code)?,
        None => list(),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// What can be explained: mistakes in programs, failures of tools, and refusals at the link.
fn explanations() -> impl Iterator<Item = Explanation> {
    let refusal =
        Explanation { code: report::CODE, meaning: report::MEANING, text: report::EXPLANATION };
    diagnostic::explanations().chain(std::iter::once(refusal))
}

fn one(code: &str) -> anyhow::Result<String> {
    let found = explanations().find(|it| it.code.eq_ignore_ascii_case(code));
    let Explanation { code, meaning, text } = found.ok_or_else(|| unknown(code))?;
    Ok(format!("{code}: {meaning}\n\n{text}"))
}

fn list() -> String {
    let width = explanations().map(|it| it.code.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Explanation { code, meaning, .. } in explanations() {
        let _ = writeln!(text, "{code:width$}  {meaning}");
    }
    text
}

fn unknown(code: &str) -> anyhow::Error {
    let advice = match nearest(code)[..] {
        [] => String::from("`beskid explain` lists all codes"),
        ref near => format!("did you mean {}? `beskid explain` lists all codes", near.join(", ")),
    };
    anyhow!("there is no code `{code}`; {advice}")
}

/// The codes that are nearest to a misspelt one, nearest first.
fn nearest(wanted: &str) -> Vec<&'static str> {
    let wanted = wanted.to_ascii_uppercase();
    let distance = |code: &str| strsim::damerau_levenshtein(&wanted, &code.to_ascii_uppercase());
    let mut near: Vec<(usize, &str)> =
        explanations().map(|it| (distance(it.code), it.code)).collect();
    near.retain(|(distance, _)| *distance <= DISTANCE_MAX);
    near.sort_unstable();
    let best = near.first().map_or(0, |(distance, _)| *distance);
    near.into_iter()
        .take_while(|(distance, _)| *distance == best)
        .map(|(_, code)| code)
        .take(SUGGESTIONS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_under_its_meaning_whatever_the_case() {
        for code in ["E1304", "e1304"] {
            let text = one(code).unwrap();
            assert!(text.starts_with("E1304: match is not exhaustive\n\n"), "{text}");
            assert!(text.contains("```beskid,fails"), "{text}");
        }
        assert!(one("parse").unwrap().contains("grammar"));
    }

    #[test]
    fn codes_of_tools_and_refusals_are_explained_too() {
        assert!(one("E4011").unwrap().contains("--runtime"));
        assert!(one("BSK-L001").unwrap().contains("beskid-link"));
    }

    #[test]
    fn the_list_has_one_line_per_code() {
        let list = list();
        assert_eq!(list.lines().count(), explanations().count());
        assert!(list.lines().any(|line| line.starts_with("parse ")), "{list}");
        assert!(list.lines().any(|line| line.starts_with("BSK-L001  ")), "{list}");
    }

    #[test]
    fn an_unknown_code_is_an_error_that_names_near_ones() {
        assert_eq!(nearest("E1340"), ["E1304"]);
        assert_eq!(nearest("1304"), ["E1304"]);
        let error = one("W1304").unwrap_err().to_string();
        assert!(error.contains("`W1304`") && error.contains("E1304"), "{error}");
        assert!(nearest("nonsense").is_empty());
    }
}
