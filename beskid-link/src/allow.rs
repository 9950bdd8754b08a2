//! The escape hatch: one named mismatch of one named object, for whoever knows better.
//!
//! It is narrow on purpose. There is no value that allows everything, and what it allows is said.

use crate::error::{Error, ErrorKind};

/// The environment variable that holds the allowances.
pub(crate) const VARIABLE: &str = "BESKID_UNSAFE_ALLOW_ABI_MISMATCH";

/// The mismatches that the user takes upon himself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowances {
    entries: Vec<(String, String)>,
}

impl Allowances {
    /// Reads `object=key`, or several of them separated by commas. The object is the place as a
    /// refusal shows it, its file name, or the name of the member; the key is that of the mismatch.
    pub fn parse(text: &str) -> Result<Allowances, Error> {
        let entries = text.split(',').filter(|entry| !entry.trim().is_empty()).map(|entry| {
            match entry.trim().rsplit_once('=') {
                Some((object, key)) if !object.is_empty() && !key.is_empty() => {
                    Ok((object.to_owned(), key.to_owned()))
                }
                _ => Err(ErrorKind::Allowance { entry: entry.to_owned() }.into()),
            }
        });
        Ok(Allowances { entries: entries.collect::<Result<_, Error>>()? })
    }

    /// Reads the environment variable `BESKID_UNSAFE_ALLOW_ABI_MISMATCH`.
    pub fn from_environment() -> Result<Allowances, Error> {
        let text = std::env::var_os(VARIABLE).unwrap_or_default();
        Allowances::parse(&text.to_string_lossy())
    }

    pub(crate) fn allow(&self, place: &str, key: &str) -> bool {
        let names_place = |object: &str| {
            let member = place.rsplit_once('(').map(|(_, member)| member.trim_end_matches(')'));
            object == place || place.rsplit('/').next() == Some(object) || member == Some(object)
        };
        self.entries.iter().any(|(object, allowed)| allowed == key && names_place(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_names_one_object_and_one_key() {
        let allowed = Allowances::parse("main.bsk.o=version, lib=x.a=layout").unwrap();
        assert!(allowed.allow("target/libmid.rlib(main.bsk.o)", "version"));
        assert!(!allowed.allow("target/libmid.rlib(main.bsk.o)", "layout"));
        assert!(!allowed.allow("target/libmid.rlib(other.bsk.o)", "version"));
        assert!(allowed.allow("dir/lib=x.a", "layout"));
        assert!(!Allowances::parse("").unwrap().allow("a.o", "version"));
    }

    #[test]
    fn what_is_not_an_allowance_is_an_error() {
        for text in ["1", "main.o=", "=version", "a.o=version,all"] {
            assert!(Allowances::parse(text).is_err(), "{text}");
        }
    }
}
