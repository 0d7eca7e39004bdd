//! Our own table, compiled in: `categories/*.csv`, one file a kind, and the networks that serve one kind only.

use model::{CategoryId, Taxonomy};

/// What the report calls our table.
pub(super) const NAME: &str = "Tithing's own table";

/// Its licence.
pub(super) const LICENCE: &str = "MIT OR Apache-2.0";

macro_rules! files {
    ($($word:literal),+ $(,)?) => {
        /// Each kind's file, in the order of the taxonomy.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($word, include_str!(concat!("../../categories/", $word, ".csv")))),+];
    };
}

files![
    "government",
    "council-work",
    "office",
    "finance",
    "business",
    "it-tools",
    "updates",
    "hosting",
    "advertising",
    "search",
    "learning",
    "news",
    "social",
    "video",
    "audio",
    "games",
    "gambling",
    "shopping",
    "travel",
    "leisure",
    "property-jobs",
    "personal-cloud",
    "ai",
    "remote-sharing",
    "health",
    "faith",
    "politics",
    "union",
    "sexuality",
    "legal-advice",
    "whistleblowing",
    "webmail",
    "messaging",
];

const NETWORKS: &str = include_str!("../../categories/networks.csv");

/// The rows of a file of ours: comments and the heading left out, fields split at commas. No field holds a comma or a quote.
pub(super) fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.skip(1).map(|l| l.split(',').map(str::trim).collect())
}

/// Every rule of our table: name and kind.
pub(super) fn rules() -> impl Iterator<Item = (&'static str, CategoryId)> {
    FILES.iter().flat_map(|(_, text)| rows(text)).filter_map(|row| match row.as_slice() {
        [name, word] => Some((*name, Taxonomy::find(word)?)),
        _ => None,
    })
}

/// Networks that serve one kind of site only, by number, in order.
pub(super) fn networks() -> Vec<(u32, CategoryId)> {
    let mut networks: Vec<_> =
        rows(NETWORKS).filter_map(|row| Some((row.first()?.parse().ok()?, Taxonomy::find(row.get(1)?)?))).collect();
    networks.sort_unstable();
    networks
}
