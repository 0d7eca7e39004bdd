//! Configuration: typed, checked, and resolved against the provider's folder before any work starts.

mod authority;
mod bills;
#[cfg(test)]
mod cases;
mod delivery;
mod lists;
pub(crate) mod offers;
mod provider;
mod security;
mod tables;
mod tariff;

pub(crate) use authority::{Authority, SourceKind};
pub(crate) use delivery::{Address, Delivery, Smtp, TlsMode, role_word};
pub(crate) use lists::{
    check_lists, lists_dir, load_categories, load_networks, load_threats, read_lists, read_threats, threats_path,
};
pub(crate) use provider::Provider;
pub(crate) use provider::check_id;
pub(crate) use security::{ADDRESSES, ThreatLists};

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::outcome::Failure;

/// Parses TOML, refusing unknown keys with the nearest known key named.
pub(crate) fn parse_toml<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Failure> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|s| text[..s.start.min(text.len())].matches('\n').count() + 1);
        let place = line.map(|l| format!("line {l}: ")).unwrap_or_default();
        let failure = Failure::at(path, format!("{place}{}", error.message().trim_end()));
        match nearest_key(error.message()) {
            Some(key) => failure.hint(format!("did you mean `{key}`?")),
            None => failure.hint("see the commented samples that `tithing init` writes"),
        }
    })
}

/// The known key nearest to the unknown one that serde names in its message.
fn nearest_key(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if !message.starts_with("unknown field") {
        return None;
    }
    let unknown = quoted.next()?;
    quoted
        .max_by(|a, b| strsim::jaro_winkler(unknown, a).total_cmp(&strsim::jaro_winkler(unknown, b)))
        .map(str::to_owned)
}

/// The register that two tables of a council's folder make.
///
/// # Errors
/// The first thing wrong, with file, line and rule.
pub(crate) fn register_of(dir: &Path, people: &str, register: &str) -> Result<analyze::Register, Failure> {
    let people = tables::people(&dir.join("people.csv"), people)?;
    let register = tables::register(&dir.join("register.csv"), register)?;
    analyze::Register::new(register, people).map_err(|e| Failure::at(&dir.join("register.csv"), e))
}

/// Reads a text file with an error that names it.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::at(path, format!("cannot be read: {e}")))
}

/// Like [`read_text`], with none for a file that does not exist.
pub(crate) fn read_text_if_any(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Failure::at(path, format!("cannot be read: {e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its name matters here")]
        coverage_min: Option<f64>,
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = parse_toml::<Sample>(Path::new("tithing.toml"), "\ncoverage_mim = 1.0\n").unwrap_err().to_string();
        assert!(error.contains("tithing.toml: line 2"), "{error}");
        assert!(error.ends_with("hint: did you mean `coverage_min`?"), "{error}");
    }
}
