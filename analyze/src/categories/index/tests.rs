//! The sealed rules against a plain search, in memory and mapped; damaged files.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::build::Builder;
use super::super::table::{Inserted, protected};
use super::super::tests::{id, list, shared};
use super::super::{Categories, ListKind, ListSource, load_lists};
use super::*;

fn sealed(table: &Table) -> Index {
    let description = Builder::default().seal("categories", &[]).description().clone();
    Index::seal(table, description)
}

#[test]
fn an_empty_index_finds_nothing() {
    assert!(sealed(&Table::default()).find(b"www.example.com").is_none());
}

#[test]
fn growing_keeps_every_rule() {
    let mut table = Table::default();
    for i in 0..5000 {
        assert_eq!(table.insert(&format!("n{i}.example"), false, id("news"), 0), Inserted::New);
    }
    let index = sealed(&table);
    for i in 0..5000 {
        let found = index.find(format!("www.n{i}.example").as_bytes()).unwrap();
        assert_eq!((index.name(&found), found.labels), (format!("n{i}.example").as_str(), 2));
    }
    assert!(index.find(b"n5000.example").is_none());
}

/// Writes an index to a file and maps it.
fn mapped(made: &Categories) -> (tempfile::TempDir, Categories) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    std::fs::write(&path, made.octets()).unwrap();
    let opened = Categories::open(&path).unwrap();
    (folder, opened)
}

fn same(one: &Categories, two: &Categories, names: &[String]) {
    for name in names {
        assert_eq!(one.lookup(name), two.lookup(name), "{name}");
        assert_eq!(one.hits(name), two.hits(name), "{name}");
    }
}

proptest! {
    /// The index agrees with trying every suffix against a plain sorted map, longest first.
    #[test]
    fn equals_the_plain_search(
        rules in prop::collection::vec(("([ab]{1,2}\\.){0,3}[ab]", 0u8..5), 0..40),
        names in prop::collection::vec("([abAB]{1,2}\\.){0,5}[ab]", 1..40),
    ) {
        let words = ["news", "social", "health", "video", "faith"];
        let (mut table, mut plain) = (Table::default(), BTreeMap::new());
        for (name, word) in &rules {
            let category = id(words[usize::from(*word)]);
            table.insert(name, false, category, 0);
            let kept = plain.entry(name.clone()).or_insert(category);
            if protected(category) && !protected(*kept) {
                *kept = category;
            }
        }
        let index = sealed(&table);
        for name in &names {
            let small = name.to_ascii_lowercase();
            let suffixes = std::iter::successors(Some(small.as_str()), |n| n.split_once('.').map(|(_, rest)| rest));
            let expected = suffixes.filter_map(|s| plain.get(s)).next().copied();
            prop_assert_eq!(index.find(name.as_bytes()).map(|f| f.category), expected);
        }
    }

    /// A mapped file answers as the rules it was made from, exceptions and exact rules among them.
    #[test]
    fn a_mapped_file_answers_alike(
        lists in prop::collection::vec(prop::collection::vec(("([ab]{1,2}\\.){1,3}[ab]", 0u8..4), 0..12), 1..4),
        names in prop::collection::vec("([ab]{1,2}\\.){0,5}[ab]", 1..30),
    ) {
        let mark = ["||", "||", "@@||", "||"];
        let kinds = ["news", "health", "games"];
        let sources: Vec<ListSource> = lists.iter().zip(kinds).map(|(entries, kind)| {
            let text = entries.iter().map(|(name, m)| format!("{}{name}^\n", mark[usize::from(*m)])).collect::<String>();
            list(kind, ListKind::Abp, &text)
        }).collect();
        let (made, _) = Categories::with_lists(&sources);
        let (_folder, opened) = mapped(&made);
        for name in &names {
            prop_assert_eq!(made.lookup(name), opened.lookup(name));
            // What decides is the first rule that no exception takes back.
            let first = made.hits(name).into_iter().find(|h| !h.taken_back);
            prop_assert_eq!(first.map(|h| (h.category, h.origin)), (made.lookup(name).labels > 0).then(|| (made.lookup(name).category, made.lookup(name).origin)));
        }
        prop_assert_eq!((made.sha256(), made.id(), made.len()), (opened.sha256(), opened.id(), opened.len()));
    }

    /// However a file is damaged, it is refused or answers; nothing stops the program.
    #[test]
    fn damage_never_stops_the_program(at in 0usize..4000, octet in any::<u8>(), length in 0usize..4000) {
        let made = Categories::of_list(&list("games", ListKind::Abp, "||a.b^\n||c.d.b^\n@@||x.a.b^\n"));
        let mut octets = made.octets().to_vec();
        let place = at % octets.len();
        octets[place] = octet;
        octets.truncate(octets.len().saturating_sub(length / 1000));
        if let Ok(index) = Index::read(Octets::Held(octets.clone())) {
            for name in [&b"a.b"[..], b"x.a.b", b"c.d.b", b""] {
                index.ranked(name);
            }
            prop_assert_eq!(index.verify().is_ok(), octets == made.octets());
        }
    }
}

#[test]
fn equal_lists_give_equal_octets_and_a_damaged_one_is_found() {
    let lists = [list("games", ListKind::Plain, "a.example\nb.example\n")];
    let (one, two) = (Categories::with_lists(&lists).0, Categories::with_lists(&lists).0);
    assert_eq!(one.octets(), two.octets());
    one.verify().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let code = |octets: &[u8]| {
        std::fs::write(&path, octets).unwrap();
        Categories::open(&path).and_then(|c| c.verify()).map_err(|e| e.code())
    };
    let mut late = one.octets().to_vec();
    let last = late.len() - 1;
    late[last] ^= 1;
    assert_eq!(code(&late), Err("index_damaged"));
    assert!(Categories::open(&path).is_ok(), "the header is whole");
    let mut early = one.octets().to_vec();
    early[60] ^= 1;
    assert_eq!(code(&early), Err("index_damaged"));
    assert_eq!(code(&one.octets()[..last]), Err("index_damaged"));
    assert_eq!(code(b""), Err("index_damaged"));
    assert_eq!(code(one.octets()), Ok(()));
    assert_eq!(Categories::open(&folder.path().join("absent")).unwrap_err().code(), "index_read");
}

/// A kind of site that this program does not know is an error that names it.
#[test]
fn an_index_of_another_taxonomy_says_so() {
    let mut description = Builder::default().seal("categories", &[]).description().clone();
    description.words[0] = "postcards".to_owned();
    let index = Index::seal(&Table::default(), description);
    let error = Index::read(Octets::Held(index.octets().to_vec())).unwrap_err();
    assert_eq!(error.code(), "index_category_unknown");
    assert!(error.to_string().contains("postcards"), "{error}");
}

#[test]
fn all_samples_answer_alike_when_mapped() {
    let Some(root) = shared("categories") else { return };
    let mut lists = load_lists(&root.join("v2fly_domain-list-community"), "v2fly", None, None).unwrap();
    lists.extend(load_lists(&root.join("olbat_ut1-blacklists"), "ut1", None, None).unwrap());
    let easylist = root.join("debian_ublock-origin/thirdparties/easylist/easylist.txt");
    lists.extend(load_lists(&easylist, "abp", Some("advertising"), None).unwrap());
    let (made, _) = Categories::with_lists(&lists);
    let (_folder, opened) = mapped(&made);
    opened.verify().unwrap();
    let words = lists.iter().flat_map(|l| l.text.split(|c: char| !(c.is_ascii_alphanumeric() || ".-_".contains(c))));
    let names: Vec<String> = words.filter(|w| w.contains('.')).step_by(7).map(|w| format!("www.{w}")).collect();
    assert!(names.len() > 10_000, "{} names", names.len());
    same(&made, &opened, &names);
}
