//! The form in which an imported list is kept: what may be said of it at its head, then one rule a line, in order.
//!
//! ```text
//! # tithing.list/1
//! # name: Example list
//! # category: advertising
//! # licence: CC0
//! # source: https://lists.example/hosts
//! # sha256: ..of what was imported..
//! # imported: 2026-04-01
//! example.com
//! full:one.example.com
//! except:shop.example.com
//! ```

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use model::{CategoryId, Taxonomy};

use super::facts::SourceFacts;
use super::lists::{ListKind, ListSource, Receive, Reject, lines, usable_name};
use super::load::LoadError;
use super::table::Reach;

/// What the first line says.
const FORM: &str = "# tithing.list/1";

/// The word that stands for a category in a list of threats.
pub(super) const THREATS: &str = "threats";

/// Rules by the word before the colon; a plain name stands for itself and all below it.
const FULL: &str = "full:";
const BELOW: &str = "below:";
const EXCEPT: &str = "except:";
const EXCEPT_NAME: &str = "except-name:";
const EXCEPT_BELOW: &str = "except-below:";

pub(super) fn read(text: &str, out: &mut dyn Receive) {
    for (number, line) in lines(text, &['#']) {
        if let Some(name) = line.strip_prefix(FULL) {
            out.name(name, true, None, number);
        } else if let Some(name) = line.strip_prefix(BELOW) {
            out.name(name, false, None, number);
            out.spare(name);
        } else if let Some(name) = line.strip_prefix(EXCEPT) {
            out.except(name, Reach::Both, number);
        } else if let Some(name) = line.strip_prefix(EXCEPT_NAME) {
            out.except(name, Reach::Name, number);
        } else if let Some(name) = line.strip_prefix(EXCEPT_BELOW) {
            out.except(name, Reach::Below, number);
        } else {
            out.name(line, false, None, number);
        }
    }
}

/// Reads a kept list by what its head says. `category` replaces the one there.
pub(super) fn parse(path: &Path, text: String, category: Option<CategoryId>) -> Result<ListSource, LoadError> {
    let bad = |rule| LoadError::NotImported { path: path.to_owned(), rule };
    if text.lines().next() != Some(FORM) {
        return Err(bad("its first line is not `# tithing.list/1`"));
    }
    let head = |key: &str| {
        let mut lines = text.lines().take_while(|l| l.starts_with("# "));
        lines.find_map(|l| l.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": ")).map(str::to_owned)
    };
    let word = head("category").ok_or_else(|| bad("its head has no line `# category: `"))?;
    let own = Taxonomy::find(&word).or_else(|| (word == THREATS && category.is_some()).then_some(CategoryId::OTHER));
    let own = own.ok_or_else(|| LoadError::CategoryUnknown { path: path.to_owned(), word: word.clone() })?;
    let sha256 = head("sha256").and_then(|h| store::from_hex(&h)).ok_or_else(|| bad("its head has no `# sha256: `"))?;
    Ok(ListSource {
        name: head("name").ok_or_else(|| bad("its head has no line `# name: `"))?,
        licence: head("licence").ok_or_else(|| bad("its head has no line `# licence: `"))?,
        category: category.unwrap_or(own),
        kind: ListKind::List { sha256 },
        text,
    })
}

/// Lines of a kept list, each once and in order, with what became of each entry.
struct Keeping {
    lines: BTreeSet<String>,
    facts: SourceFacts,
}

impl Keeping {
    fn keep(&mut self, line: String) {
        if self.lines.insert(line) {
            self.facts.rules += 1;
        } else {
            self.facts.covered += 1;
        }
    }
}

impl Receive for Keeping {
    fn name(&mut self, name: &str, exact: bool, file: Option<&str>, line: u64) {
        self.facts.entries += 1;
        match usable_name(name) {
            Ok(name) => self.keep(format!("{}{name}", if exact { FULL } else { "" })),
            Err(why) => self.facts.rejected.add(why, file, line),
        }
    }

    fn except(&mut self, name: &str, reach: Reach, line: u64) {
        self.facts.entries += 1;
        let kind = match reach {
            Reach::Both => EXCEPT,
            Reach::Name => EXCEPT_NAME,
            Reach::Below => EXCEPT_BELOW,
        };
        match usable_name(name) {
            Ok(name) => {
                self.lines.insert(format!("{kind}{name}"));
                self.facts.exceptions += 1;
            }
            Err(why) => self.facts.rejected.add(why, None, line),
        }
    }

    fn spare(&mut self, name: &str) {
        if let Ok(name) = usable_name(name) {
            self.lines.remove(&name);
            self.lines.insert(format!("{BELOW}{name}"));
        }
    }

    fn again(&mut self) {
        self.facts.entries += 1;
        self.facts.covered += 1;
    }

    fn reject(&mut self, why: Reject, file: Option<&str>, line: u64) {
        self.facts.entries += 1;
        self.facts.rejected.add(why, file, line);
    }
}

impl ListSource {
    /// The text under which an imported list is kept, with what was made of it. `source` says where it came from, `on` when.
    ///
    /// Reading the text again gives the rules and exceptions of the list itself. A list of threats has no category.
    pub fn normalized(&self, source: &str, on: Date, threats: bool) -> (String, SourceFacts) {
        let mut facts = SourceFacts::new(&self.name, &self.licence, self.kind.as_str(), Some(self.category));
        (facts.sha256, facts.ignored) = (self.sha256(), self.ignored());
        let mut keeping = Keeping { lines: BTreeSet::new(), facts };
        self.read(&mut keeping);
        let Keeping { lines, facts } = keeping;
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let category = if threats { THREATS } else { self.category.as_str() };
        let mut text = format!(
            "{FORM}\n# name: {}\n# category: {category}\n# licence: {}\n# source: {}\n# sha256: {}\n# imported: {on}\n",
            one_line(&self.name),
            one_line(&self.licence),
            one_line(source),
            store::to_hex(&facts.sha256),
        );
        text += &format!("# entries: {}, kept: {}, exceptions: {}\n", facts.entries, facts.rules, facts.exceptions);
        for (why, rejected) in facts.rejected.iter() {
            let places: Vec<String> = rejected.places.iter().map(ToString::to_string).collect();
            let more = if rejected.count > places.len() as u64 { ", .." } else { "" };
            text += &format!("# left out: {} {} (line {}{more})\n", rejected.count, why.as_str(), places.join(", "));
        }
        lines.iter().for_each(|line| text.extend([line, "\n"]));
        (text, facts)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, list};
    use super::super::{Categories, Reject, load_lists};
    use super::*;

    const DAY: Date = jiff::civil::date(2026, 4, 1);

    #[test]
    fn a_list_is_kept_with_all_that_may_be_said_of_it() {
        let hosts = list("advertising", ListKind::Hosts, "0.0.0.0 b.example a.example\n0.0.0.0 b.example\nodd\n");
        let (text, facts) = hosts.normalized("https://lists.example/hosts", DAY, false);
        // SHA-256 of the text above, by sha256sum.
        let expected = "# tithing.list/1\n# name: example list\n# category: advertising\n# licence: CC0\n# source: https://lists.example/hosts\n\
                        # sha256: SHA\n# imported: 2026-04-01\n# entries: 4, kept: 2, exceptions: 0\n# left out: 1 malformed (line 3)\n\
                        full:a.example\nfull:b.example\n";
        let sha = "ee6567f6a98b8a452fc232fb3c096ee2556c00e65357759b34b0cc1f698b288a";
        assert_eq!(text, expected.replace("SHA", sha));
        assert_eq!((facts.entries, facts.rules, facts.covered, facts.rejected.count(Reject::Malformed)), (4, 2, 1, 1));
    }

    #[test]
    fn a_kept_list_answers_as_the_list_itself() {
        let filter = "||ads.example^\n@@||shop.ads.example^\n||example.co.uk^\n";
        let zone = "$ORIGIN rpz.\n@ SOA . . 1 1 1 1 1\n*.b.example CNAME .\na.example CNAME .\n*.c.example CNAME .\nc.example CNAME .\n\
                    d.c.example CNAME rpz-passthru.\n*.e.c.example CNAME rpz-passthru.\n";
        let names = "ads.example x.ads.example shop.ads.example y.shop.ads.example example.co.uk b.example x.b.example a.example x.a.example \
                     c.example x.c.example d.c.example x.d.c.example e.c.example x.e.c.example";
        let folder = tempfile::tempdir().unwrap();
        for (place, (kind, text)) in [(ListKind::Abp, filter), (ListKind::Rpz, zone)].into_iter().enumerate() {
            let original = list("games", kind, text);
            let path = folder.path().join(format!("{place}.list"));
            std::fs::write(&path, original.normalized("a source", DAY, false).0).unwrap();
            let kept = load_lists(&path, "list", None, None).unwrap();
            assert_eq!((kept[0].sha256(), kept[0].category), (original.sha256(), original.category));
            let (one, two) = (Categories::of_list(&original), Categories::of_list(&kept[0]));
            for name in names.split(' ') {
                assert_eq!(one.lookup(name), two.lookup(name), "{name}");
            }
            assert_eq!(one.sha256(), two.sha256());
        }
        let both = load_lists(folder.path(), "list", None, Some("own words")).unwrap();
        assert_eq!((both.len(), both[1].licence.as_str()), (2, "own words"));
        check(&Categories::with_lists(&both).0, "www.ads.example games\nx.c.example games");
    }

    #[test]
    fn a_file_that_no_import_wrote_is_refused() {
        let code = |text: &str, category| {
            parse(Path::new("x.list"), text.to_owned(), category).map(|l| l.name).map_err(|e| e.code())
        };
        let head =
            format!("# tithing.list/1\n# name: n\n# category: games\n# licence: l\n# sha256: {}\n", "0".repeat(64));
        assert_eq!(code(&head, None).as_deref(), Ok("n"));
        assert_eq!(code("example.com\n", None), Err("list_not_imported"));
        assert_eq!(code(&head.replace("# licence: l\n", ""), None), Err("list_not_imported"));
        assert_eq!(code(&head.replace("games", "gaming"), None), Err("list_category_unknown"));
        let threats = head.replace("games", "threats");
        assert_eq!(code(&threats, None), Err("list_category_unknown"));
        assert_eq!(code(&threats, Some(CategoryId::OTHER)).as_deref(), Ok("n"));
    }
}
