//! What a partition says of itself: canonical JSON in the Parquet key-value metadata.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{Account, Evidence, Reason};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::hash::{Hex, sha256};
use crate::schema::Table;
use crate::words::is_word;

/// Version of the columns and of the footer. A file with a higher one is refused.
pub const SCHEMA_VERSION: u32 = 1;

/// The key under which the footer stands.
pub(crate) const FOOTER_KEY: &str = "tithing.footer";

/// An input, known by the hash and length of its decompressed content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId {
    /// SHA-256.
    pub sha256: [u8; 32],
    /// Octets.
    pub length: u64,
}

/// What a night was made from, and its figures. Order and repetition of inputs change no byte.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Footer {
    /// The inputs that overlap the night's span, those included that were empty for it.
    pub inputs: Vec<InputId>,
    /// Inputs of earlier runs for which a longer one in `inputs` stands, since it begins with them. Not stored: a night
    /// made from the grown file alone has the same bytes.
    pub grown: Vec<InputId>,
    /// Hash of each part of the configuration by name (`register`, `assessment`, `categories`, ..).
    pub config: Vec<(String, [u8; 32])>,
    /// The nightly account.
    pub account: Account,
}

/// What a footer says about the rows of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) rows: u64,
    pub(crate) bytes: i64,
    pub(crate) sha256: [u8; 32],
}

/// A footer as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) night: [u8; 32],
    pub(crate) content: Content,
    pub(crate) footer: Footer,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InputJson {
    sha256: Hex,
    length: u64,
}

/// The stored form. The order of fields is the canonical order; every number is an integer.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FooterJson {
    version: u32,
    authority: String,
    date: String,
    table: String,
    night: Hex,
    rows: u64,
    bytes: i64,
    content: Hex,
    inputs: Vec<InputJson>,
    config: BTreeMap<String, Hex>,
    account: Account,
}

/// The version alone, which is read before anything else is believed.
#[derive(Deserialize)]
struct VersionJson {
    version: u32,
}

/// What makes two nights the same night.
#[derive(Serialize)]
struct NightJson<'a> {
    version: u32,
    authority: &'a str,
    date: String,
    usage: Hex,
    links: Hex,
    inputs: Vec<InputJson>,
    config: BTreeMap<String, Hex>,
    account: &'a Account,
}

impl Footer {
    /// Sorts inputs and configuration, and refuses words that could carry a name.
    pub(crate) fn canonical(&self) -> Result<Self, StoreError> {
        let mut footer = self.clone();
        footer.inputs.sort_unstable();
        footer.inputs.dedup();
        footer.config.sort();
        footer.grown.clear();
        let a = &footer.account;
        if !footer.config.iter().all(|(name, _)| is_word(name)) {
            return Err(StoreError::WordInvalid { what: "the footer's list of configuration hashes" });
        }
        if footer.config.windows(2).any(|w| matches!(w, [a, b] if a.0 == b.0)) {
            return Err(StoreError::WordInvalid { what: "the footer's list of configuration hashes (a name twice)" });
        }
        if !a.attributed.keys().chain(a.attributed_flows.keys()).all(|k| Evidence::from_word(k).is_some()) {
            return Err(StoreError::WordInvalid { what: "the account's 'attributed'" });
        }
        if !a.problems.keys().all(|k| Reason::ALL.iter().any(|r| r.code() == k)) {
            return Err(StoreError::WordInvalid { what: "the account's 'problems'" });
        }
        Ok(footer)
    }

    fn input_json(&self) -> Vec<InputJson> {
        self.inputs.iter().map(|i| InputJson { sha256: Hex(i.sha256), length: i.length }).collect()
    }

    fn config_json(&self) -> BTreeMap<String, Hex> {
        self.config.iter().map(|(name, hash)| (name.clone(), Hex(*hash))).collect()
    }
}

/// The id that both footers of a night carry: a hash of all that the night is.
pub(crate) fn night_id(authority: &str, date: Date, footer: &Footer, usage: &Content, links: &Content) -> [u8; 32] {
    let night = NightJson {
        version: SCHEMA_VERSION,
        authority,
        date: date.to_string(),
        usage: Hex(usage.sha256),
        links: Hex(links.sha256),
        inputs: footer.input_json(),
        config: footer.config_json(),
        account: &footer.account,
    };
    sha256(&json(&night))
}

/// The stored text of a footer.
pub(crate) fn to_text(authority: &str, table: Table, date: Date, stored: &Stored) -> String {
    let footer = FooterJson {
        version: SCHEMA_VERSION,
        authority: authority.to_owned(),
        date: date.to_string(),
        table: table.as_str().to_owned(),
        night: Hex(stored.night),
        rows: stored.content.rows,
        bytes: stored.content.bytes,
        content: Hex(stored.content.sha256),
        inputs: stored.footer.input_json(),
        config: stored.footer.config_json(),
        account: stored.footer.account.clone(),
    };
    String::from_utf8(json(&footer)).unwrap_or_default()
}

/// Reads a stored footer and holds it to its place.
pub(crate) fn from_text(authority: &str, table: Table, date: Date, text: &str) -> Result<Stored, StoreError> {
    let unreadable = |rule: String| StoreError::PartitionUnreadable { table, date, rule };
    let bad = |e: serde_json::Error| unreadable(format!("its footer is not as written here ({e})"));
    let VersionJson { version: found } = serde_json::from_str(text).map_err(bad)?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::PartitionSchemaNewer { table, date, found, known: SCHEMA_VERSION });
    }
    let f: FooterJson = serde_json::from_str(text).map_err(bad)?;
    if f.authority != authority || f.date != date.to_string() || f.table != table.as_str() {
        return Err(unreadable("its footer belongs to another authority, table or date".to_owned()));
    }
    let inputs = f.inputs.iter().map(|i| InputId { sha256: i.sha256.0, length: i.length }).collect();
    let config = f.config.into_iter().map(|(name, hash)| (name, hash.0)).collect();
    Ok(Stored {
        night: f.night.0,
        content: Content { rows: f.rows, bytes: f.bytes, sha256: f.content.0 },
        footer: Footer { inputs, grown: Vec::new(), config, account: f.account },
    })
}

/// Canonical JSON: fields in declared order, maps sorted, no spaces.
pub(crate) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    // Only maps with keys that are no strings, or a failing writer, make this an error; neither exists here.
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Stored {
        let mut account = Account { counted: 5, kept: 5, ..Account::default() };
        account.excluded.insert(model::Excluded::NoLink, 0);
        account.problems.insert("line_unknown".to_owned(), 2);
        Stored {
            night: [1; 32],
            content: Content { rows: 3, bytes: 5, sha256: [2; 32] },
            footer: Footer {
                inputs: vec![InputId { sha256: [3; 32], length: 7 }],
                grown: Vec::new(),
                config: vec![("register".to_owned(), [4; 32])],
                account,
            },
        }
    }

    #[test]
    fn comes_back() {
        let date = jiff::civil::date(2026, 3, 1);
        let text = to_text("ashby", Table::Usage, date, &stored());
        assert_eq!(from_text("ashby", Table::Usage, date, &text).unwrap(), stored());
        let wrong = from_text("ashby", Table::Links, date, &text).unwrap_err();
        assert_eq!(wrong.code(), "partition_unreadable");
        let newer = text.replace("\"version\":1", "\"version\":2").replace("\"rows\":3", "\"lines\":3");
        assert_eq!(from_text("ashby", Table::Usage, date, &newer).unwrap_err().code(), "partition_schema_newer");
    }

    #[test]
    fn order_of_inputs_changes_nothing() {
        let a = InputId { sha256: [1; 32], length: 1 };
        let b = InputId { sha256: [2; 32], length: 1 };
        let one = Footer { inputs: vec![a, b], ..Footer::default() }.canonical().unwrap();
        let two = Footer { inputs: vec![b, a, a], grown: vec![a], ..Footer::default() }.canonical().unwrap();
        assert_eq!(one, two);
    }

    #[test]
    fn words_that_could_be_names_are_refused() {
        let mut footer = Footer { config: vec![("www.example.com".to_owned(), [0; 32])], ..Footer::default() };
        assert_eq!(footer.canonical().unwrap_err().code(), "word_invalid");
        footer.config.clear();
        footer.account.problems.insert("example".to_owned(), 1);
        assert_eq!(footer.canonical().unwrap_err().code(), "word_invalid");
        footer.account.problems.clear();
        footer.account.attributed.insert("example".to_owned(), 1);
        assert_eq!(footer.canonical().unwrap_err().code(), "word_invalid");
    }
}
