//! `tithing categories gaps`: what our table and the lists leave uncategorised of a public ranking.
//!
//! The ranking is somebody's public list. Nothing that a council looked up is read here, and no such command exists.

use std::path::Path;

use serde::Deserialize;

use crate::config::{Provider, load_categories};
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// The longest ranking that is read.
const NAMES_MAX: usize = 10_000_000;

/// Ends of the bands of ranks.
const BANDS: [u64; 9] = [100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 1_000_000, u64::MAX];

/// An entry of a ranking in JSON.
#[derive(Deserialize)]
struct Ranked {
    rank: u64,
    #[serde(alias = "rootDomain", alias = "domain", alias = "site")]
    name: String,
}

/// Prints the share covered by bands of ranks, then the names left, with their ranks.
pub(crate) fn run(provider: &Provider, path: &Path, top: Option<usize>) -> Result<Outcome, Failure> {
    let text = crate::config::read_text(path)?;
    let mut names = ranking(&text).ok_or_else(|| {
        Failure::at(path, "not a ranking: `rank,name` or a name a line is wanted, or JSON with `rank` and `rootDomain`")
    })?;
    names.truncate(top.unwrap_or(NAMES_MAX));
    if names.is_empty() {
        return Err(Failure::at(path, "no name in it").hint("give a public ranking of sites"));
    }
    let categories = load_categories(provider)?;
    let left = |name: &str| categories.lookup(name).origin == analyze::Origin::None;
    let mut out = format!("{:<18} {:>9} {:>9} {:>6}\n", "ranks", "names", "covered", "share");
    let mut from = 1;
    for end in BANDS {
        let band: Vec<bool> = names.iter().filter(|(r, _)| (from..=end).contains(r)).map(|(_, n)| left(n)).collect();
        let label = if end == u64::MAX { format!("from {from}") } else { format!("{from}-{end}") };
        out += &row(&label, &band);
        from = end.saturating_add(1);
    }
    out += &row("all", &names.iter().map(|(_, n)| left(n)).collect::<Vec<_>>());
    let mut seen = std::collections::BTreeSet::new();
    for (rank, name) in names.iter().filter(|(_, n)| left(n)) {
        let site = analyze::registrable_domain(name).unwrap_or(name);
        if seen.insert(site) {
            out += &format!("{rank}\t{site}\n");
        }
    }
    messages::data(&out)?;
    Ok(Outcome::Done)
}

/// One line of the table; none for a band without names. Shares are whole hundredths, half up.
fn row(label: &str, left: &[bool]) -> String {
    let covered = left.iter().filter(|l| !**l).count();
    match left.len() {
        0 => String::new(),
        all => format!("{label:<18} {all:>9} {covered:>9} {:>5}%\n", (covered * 200 + all) / (all * 2)),
    }
}

/// Names with their ranks. A name without a rank has that of its line. Names are in lower case without a final dot.
fn ranking(text: &str) -> Option<Vec<(u64, String)>> {
    let clean = |name: &str| name.trim().trim_matches('"').trim_end_matches('.').to_ascii_lowercase();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('[') {
        let ranked: Vec<Ranked> = serde_json::from_str(text).ok()?;
        return Some(ranked.into_iter().map(|r| (r.rank, clean(&r.name))).collect());
    }
    let mut names = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).take(NAMES_MAX) {
        let place = names.len() as u64 + 1;
        match line.split_once(',') {
            None => names.push((place, clean(line))),
            Some((rank, rest)) => match rank.trim().parse() {
                Ok(rank) => names.push((rank, clean(rest.split(',').next().unwrap_or_default()))),
                // The heading of a table.
                Err(_) if names.is_empty() => {}
                Err(_) => return None,
            },
        }
    }
    names.iter().all(|(_, n)| n.contains('.') && !n.contains(char::is_whitespace)).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[(u64, &str)]>) {
        let found = ranking(text);
        let found: Option<Vec<_>> = found.as_ref().map(|all| all.iter().map(|(r, n)| (*r, n.as_str())).collect());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn rankings_of_every_form() {
        check("rank,domain\n1,Example.com\n5,example.org,more\n", Some(&[(1, "example.com"), (5, "example.org")]));
        check("# words\nexample.com.\n\nexample.net\n", Some(&[(1, "example.com"), (2, "example.net")]));
        check("[{\"rank\":3,\"rootDomain\":\"www.example.com\",\"pages\":1}]", Some(&[(3, "www.example.com")]));
        check("[{\"name\":\"example.com\"}]", None);
        check("1,example.com\nodd,example.org\n", None);
        check("some words here\n", None);
    }

    #[test]
    fn shares_are_whole_hundredths() {
        assert_eq!(row("1-100", &[]), "");
        assert_eq!(row("1-100", &[true, false, false]), "1-100                      3         2    67%\n");
        assert_eq!(row("all", &[true; 8]), "all                        8         0     0%\n");
    }
}
