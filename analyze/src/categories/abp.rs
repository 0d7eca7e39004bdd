//! Filter lists in the form of Adblock Plus, uBlock Origin and AdGuard: the rules that block a whole domain.
//!
//! `||example.com^` is taken; so is `@@||example.com^`, which leaves a name and all below it out of this list, whatever
//! else the list says of it. Everything else is about addresses or parts of pages, which nobody here sees, and is counted
//! by reason.

use std::collections::BTreeSet;

use super::lists::{Receive, Reject};
use super::table::Reach;

/// Options that do not narrow a rule to circumstances that a lookup cannot tell.
///
/// `third-party` says that the domain is blocked where another site embeds it: that is what such a domain is for, so the
/// name is taken, as filters for DNS resolvers made of the same lists do.
const HARMLESS: &[&str] = &["third-party", "3p", "all", "document", "doc", "popup", "important"];

/// Marks of rules about parts of a page, the longer before those that they begin with.
const COSMETIC: &[&str] = &["##", "#@#", "#?#", "#@?#", "#$#", "#@$#", "#$?#", "#@$?#", "#%#", "#@%#", "$$", "$@$"];

/// What a line is.
enum Line<'a> {
    Block(&'a str),
    Except(&'a str),
    Other(Reject),
}

/// Reads a list. Exceptions hold over the whole list, so they are gathered first.
pub(super) fn read(text: &str, out: &mut dyn Receive) {
    let mut excepted = BTreeSet::new();
    for (_, line) in rules(text) {
        if let Line::Except(name) = parse(line) {
            excepted.insert(name.to_ascii_lowercase());
        }
    }
    for (number, line) in rules(text) {
        match parse(line) {
            Line::Block(name) if is_below(name, &excepted) => out.reject(Reject::Excepted, None, number),
            Line::Block(name) => out.name(name, false, None, number),
            Line::Except(name) => out.except(name, Reach::Both, number),
            Line::Other(why) => out.reject(why, None, number),
        }
    }
}

/// Lines that are neither blank nor a comment, with their numbers. `[Adblock Plus 2.0]` and `!#if` are comments here.
fn rules(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let comment = |l: &str| l.is_empty() || l.starts_with('!') || (l.starts_with('[') && l.ends_with(']'));
    (1..)
        .zip(text.lines())
        .map(|(n, l)| (n, l.trim()))
        .filter(move |(_, l)| !comment(l) && *l != "#" && !l.starts_with("# "))
}

fn is_below(name: &str, excepted: &BTreeSet<String>) -> bool {
    let name = name.to_ascii_lowercase();
    let above = std::iter::successors(Some(name.as_str()), |n| n.split_once('.').map(|(_, rest)| rest));
    !excepted.is_empty() && above.into_iter().any(|n| excepted.contains(n))
}

fn parse(line: &str) -> Line<'_> {
    let (rule, except) = match line.strip_prefix("@@") {
        Some(rule) => (rule, true),
        None => (line, false),
    };
    if COSMETIC.iter().any(|mark| rule.contains(mark)) {
        return Line::Other(Reject::Cosmetic);
    }
    if rule.starts_with('/') && rule.len() > 1 && rule.split('$').next().is_some_and(|r| r.ends_with('/')) {
        return Line::Other(Reject::Regexp);
    }
    let Some(rest) = rule.strip_prefix("||") else { return Line::Other(Reject::Pattern) };
    let (pattern, options) = rest.split_once('$').map_or((rest, None), |(p, o)| (p, Some(o)));
    let Some(name) = pattern.strip_suffix("^|").or_else(|| pattern.strip_suffix('^')) else {
        return Line::Other(Reject::Pattern);
    };
    if name.is_empty() || name.contains(['/', '*', '^', '|', '?', '=', '&', ':', '%']) {
        return Line::Other(Reject::Pattern);
    }
    if options.is_some_and(|all| !all.split(',').all(|o| HARMLESS.contains(&o.trim()))) {
        return Line::Other(Reject::Option);
    }
    if except { Line::Except(name) } else { Line::Block(name) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, list, shared};
    use super::super::{Categories, ListKind, Reject};

    fn of(text: &str) -> Categories {
        Categories::with_lists(&[list("advertising", ListKind::Abp, text)]).0
    }

    #[test]
    fn whole_domains_are_taken_and_nothing_else() {
        let text = "\u{feff}[Adblock Plus 2.0]\n! Title: words\n\n||a.example^\n||B.example^$third-party\n||c.example^|\n\
                    ||d.example^$important,3p\n||e.example^$script,third-party\n||f.example^$domain=g.example\n||h.example/ads\n\
                    ||i.example\n||j*.example^\n|https://k.example^\n/banner/*\n/^https?:.*l\\.example/$third-party\nm.example###ad\n\
                    n.example#@#.ad\n##.ad\no.example##+js(set)\n&ad=1\n||192.0.2.7^\n||com^\n||co.uk^\n!#if env_mobile\n||p.example^\n!#endif\n";
        let made = of(text);
        check(
            &made,
            "www.a.example advertising
             b.example advertising
             c.example advertising
             d.example advertising
             p.example advertising
             e.example
             f.example
             h.example
             i.example
             j1.example
             k.example",
        );
        let facts = &made.sources()[2];
        let counts: Vec<_> = facts.rejected.iter().map(|(why, r)| (why.as_str(), r.count)).collect();
        let expected = [
            ("address", 1),
            ("single_label", 1),
            ("public_suffix", 1),
            ("regexp", 1),
            ("cosmetic", 4),
            ("pattern", 6),
            ("option", 2),
        ];
        let sorted = |mut all: Vec<(&'static str, u64)>| {
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(counts), sorted(expected.to_vec()));
        assert_eq!((facts.entries, facts.rules), (21, 5));
        let lines = |why| facts.rejected.iter().find(|(w, _)| *w == why).map(|(_, r)| r.places[0].line);
        assert_eq!(lines(Reject::Option), Some(8));
    }

    #[test]
    fn exceptions_leave_a_name_out_of_their_own_list_alone() {
        let filter = "||ads.example^\n||deep.shop.ads.example^\n@@||shop.ads.example^\n@@||bank.example^\n@@||x.example^$script\n";
        let lists = [
            list("advertising", ListKind::Abp, filter),
            list("games", ListKind::Plain, "ads.example\nbank.example\n"),
            list("news", ListKind::Plain, "example.org\n"),
        ];
        let (made, _) = Categories::with_lists(&lists);
        check(
            &made,
            "ads.example advertising
             www.ads.example advertising
             shop.ads.example
             deep.shop.ads.example
             bank.example games
             www.bank.example games",
        );
        let facts = &made.sources()[2];
        assert_eq!((facts.entries, facts.rules, facts.exceptions), (5, 1, 2));
        assert_eq!((facts.rejected.count(Reject::Excepted), facts.rejected.count(Reject::Option)), (1, 1));
        let hits = made.hits("shop.ads.example");
        assert_eq!((hits.len(), hits[0].rule.as_str(), hits[0].taken_back), (1, "ads.example", true));
    }

    /// An exception takes a rule back, and a shorter rule of another list steps in.
    #[test]
    fn what_is_taken_back_leaves_room_for_shorter_rules_of_others() {
        let lists = [
            list("advertising", ListKind::Abp, "||a.b.example^\n||b.example^\n@@||x.a.b.example^\n"),
            list("news", ListKind::Plain, "example.org\nc.example\n"),
            list("games", ListKind::Abp, "||a.b.example^\n@@||x.a.b.example^\n"),
        ];
        let mut reversed = lists.clone();
        reversed.reverse();
        check(&Categories::with_lists(&lists).0, "y.a.b.example advertising\nx.a.b.example\nz.x.a.b.example");
        // The games list comes first here, and its exception leaves the other's rule for `b.example` untouched, but the
        // other excepts the name too.
        check(&Categories::with_lists(&reversed).0, "y.a.b.example games\nx.a.b.example\nq.b.example advertising");
        let two = [
            list("games", ListKind::Abp, "||a.b.example^\n@@||x.a.b.example^\n"),
            list("news", ListKind::Plain, "b.example\n"),
        ];
        check(&Categories::with_lists(&two).0, "y.a.b.example games\nx.a.b.example news\nb.example news");
    }

    /// The figures were counted by a reading of the same files written in Python.
    #[test]
    fn real_filter_lists() {
        for (path, entries, cosmetic, option, exceptions, others, blocks) in [
            ("thirdparties/easylist/easylist.txt", 76_259, 23_807, 372, 22, 3_664, 48_394),
            ("ublock/badware.min.txt", 4_253, 67, 33, 0, 1_245, 2_908),
        ] {
            let Some(path) = shared(&format!("categories/debian_ublock-origin/{path}")) else { return };
            let text = std::fs::read_to_string(&path).unwrap();
            let made = of(&text);
            let facts = &made.sources()[2];
            let count = |why| facts.rejected.count(why);
            assert_eq!(facts.entries, entries, "{}", path.display());
            assert_eq!(
                (count(Reject::Cosmetic), count(Reject::Option), facts.exceptions),
                (cosmetic, option, exceptions)
            );
            assert_eq!(count(Reject::Pattern) + count(Reject::Regexp), others);
            let unusable =
                [Reject::Address, Reject::SingleLabel, Reject::PublicSuffix, Reject::NotName, Reject::NotAscii];
            let unusable: u64 = unusable.into_iter().chain([Reject::Excepted]).map(count).sum();
            assert_eq!(facts.rules + facts.covered + facts.protects + unusable, blocks);
        }
    }
}
