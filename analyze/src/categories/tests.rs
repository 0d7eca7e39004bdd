//! Cases for the matcher, the table itself, and lists of every format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::{CategoryId, Taxonomy, Treatment};

use super::builtin::{FILES, rows, rules};
use super::*;
use crate::suffix::{is_known, registrable_domain};

pub(super) fn id(word: &str) -> CategoryId {
    Taxonomy::find(word).unwrap()
}

pub(super) fn list(category: &str, kind: ListKind, text: &str) -> ListSource {
    ListSource {
        name: "example list".to_owned(),
        licence: "CC0".to_owned(),
        category: id(category),
        kind,
        text: text.to_owned(),
    }
}

fn plain(category: &str, text: &str) -> ListSource {
    list(category, ListKind::Plain, text)
}

fn v2fly(category: &str, text: &str, includes: &[(&str, &str)], attribute: Option<&str>) -> ListSource {
    let includes = includes.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    list(category, ListKind::V2fly { includes, attribute: attribute.map(str::to_owned) }, text)
}

/// Each line is a name and the kind expected of it.
pub(super) fn check(categories: &Categories, cases: &str) {
    for line in cases.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (name, expected) = line.split_once(' ').unwrap_or((line, "other"));
        assert_eq!(categories.lookup(name).category.as_str(), expected.trim(), "{name}");
    }
}

#[test]
fn services_and_their_content_hosts() {
    check(
        &Categories::builtin(),
        "www.facebook.com social
         scontent.xx.fbcdn.net social
         connect.facebook.net advertising
         edge-chat.facebook.com messaging
         www.instagram.com social
         en.wikipedia.org social
         rr3---sn-aigl6ned.googlevideo.com social
         i.ytimg.com social
         music.youtube.com audio
         static.licdn.com social
         abs.twimg.com social
         t.co social
         www.secondlife.com social
         somebody.blogspot.com social
         somebody.wordpress.com social
         web.whatsapp.com messaging
         discord.com messaging
         ipv4-c001-lon001-ix.1.oca.nflxvideo.net video
         vod-dash-uk-live.akamaized.net video
         www.itv.com video
         i.scdn.co audio
         ichef.bbci.co.uk news
         example.akamaized.net hosting
         d111111abcdef8.cloudfront.net hosting",
    );
}

#[test]
fn one_company_several_kinds() {
    check(
        &Categories::builtin(),
        "www.google.com search
         google.co.uk search
         mail.google.com webmail
         drive.google.com personal-cloud
         photos.google.com personal-cloud
         docs.google.com office
         maps.google.com search
         gemini.google.com ai
         safebrowsing.googleapis.com updates
         storage.googleapis.com hosting
         www.microsoft.com it-tools
         teams.microsoft.com office
         outlook.office365.com office
         outlook.live.com webmail
         onedrive.live.com personal-cloud
         ctldl.windowsupdate.com updates
         fe2cr.update.microsoft.com updates
         copilot.microsoft.com ai
         swcdn.apple.com updates
         music.apple.com audio
         www.icloud.com personal-cloud
         www.amazon.co.uk shopping
         aws.amazon.com it-tools
         s3.eu-west-2.amazonaws.com hosting
         fls-eu.amazon-adsystem.com advertising",
    );
}

#[test]
fn public_bodies_and_what_stands_below_them() {
    check(
        &Categories::builtin(),
        "gov.uk government
         www.gov.uk government
         www.example-tc.gov.uk government
         a.b.c.example-tc.gov.uk government
         www.nalc.gov.uk council-work
         www.metoffice.gov.uk news
         www.nationalarchives.gov.uk learning
         tfl.gov.uk travel
         www.northyorkshire.police.uk government
         www.nhs.uk health
         www.example.nhs.uk health
         petition.parliament.uk politics
         hansard.parliament.uk government
         www.example.ac.uk learning
         www.slcc.co.uk council-work
         www.thameswater.co.uk business
         www.barclays.co.uk finance",
    );
}

#[test]
fn protected_kinds_are_found_before_they_pool() {
    check(
        &Categories::builtin(),
        "www.samaritans.org health
         www.churchofengland.org faith
         www.labour.org.uk politics
         www.conservatives.com politics
         www.unison.org.uk union
         www.stonewall.org.uk sexuality
         www.citizensadvice.org.uk legal-advice
         protect-advice.org.uk whistleblowing
         www.lgo.org.uk whistleblowing
         mail.yahoo.com webmail",
    );
}

#[test]
fn label_boundaries_case_and_dots() {
    check(
        &Categories::builtin(),
        "notfacebook.com
         facebook.com.example.net
         facebook.comx
         com
         uk
         example.org

         192.0.2.1
         FACEBOOK.com social
         www.Facebook.COM. social
         .facebook.com social
         a..facebook.com social",
    );
    let categories = Categories::builtin();
    assert_eq!(categories.lookup("").origin, Origin::None);
    assert_eq!(categories.lookup(".").origin, Origin::None);
    assert_eq!(categories.lookup(&"a.".repeat(5000)).origin, Origin::None);
    assert_eq!(
        categories.lookup("www.mail.google.com"),
        Match { category: id("webmail"), origin: Origin::Builtin, labels: 3 }
    );
}

#[test]
fn the_most_labels_win_over_every_order_of_sources() {
    let lists = [plain("games", "a.b.example.com\n"), plain("news", "b.example.com\nexample.com\n")];
    let own = [Override { name: "example.com".to_owned(), category: id("office") }];
    let categories = Categories::with_overrides(&own, &lists).unwrap();
    check(
        &categories,
        "example.com office
         www.example.com office
         x.b.example.com news
         a.b.example.com games
         z.a.b.example.com games",
    );
    let origin = |name| categories.lookup(name).origin;
    assert_eq!(origin("example.com"), Origin::Override);
    assert_eq!(origin("b.example.com"), Origin::List(1));
    assert_eq!(origin("a.b.example.com"), Origin::List(0));
}

#[test]
fn at_equal_length_own_rules_then_table_then_lists_in_order() {
    let lists = [plain("games", "facebook.com\nexample.net\n"), plain("news", "example.net\ntwitter.com\n")];
    let own = [Override { name: "Twitter.com.".to_owned(), category: id("office") }];
    let categories = Categories::with_overrides(&own, &lists).unwrap();
    check(
        &categories,
        "facebook.com social
         example.net games
         twitter.com office",
    );
    let facts: Vec<_> = categories.sources().iter().skip(2).map(|s| (s.entries, s.rules, s.covered)).collect();
    assert_eq!(facts, [(2, 1, 1), (2, 0, 2)]);
}

#[test]
fn a_protected_kind_wins_every_tie() {
    let lists = [plain("news", "a.example\nb.example\n"), plain("health", "b.example\nfacebook.com\nc.example\n")];
    let own = [
        Override { name: "c.example".to_owned(), category: id("office") },
        Override { name: "samaritans.org".to_owned(), category: id("office") },
    ];
    let categories = Categories::with_overrides(&own, &lists).unwrap();
    check(
        &categories,
        "a.example news
         b.example health
         c.example health
         facebook.com health
         www.samaritans.org health",
    );
    assert_eq!(categories.sources()[1].protects, 1);
    assert_eq!(categories.sources()[3].protects, 3);
}

#[test]
fn of_two_protected_kinds_the_earlier_source_stands() {
    let (categories, _) = Categories::with_lists(&[plain("faith", "a.example"), plain("union", "a.example")]);
    check(&categories, "a.example faith");
}

#[test]
fn an_own_rule_that_cannot_be_used_stops() {
    for (name, why) in [
        ("co.uk", Reject::PublicSuffix),
        ("intranet", Reject::SingleLabel),
        ("192.0.2.7", Reject::Address),
        ("exa mple.com", Reject::NotName),
        ("exämple.com", Reject::NotAscii),
        ("", Reject::NotName),
    ] {
        let own = [
            Override { name: "example.com".to_owned(), category: id("office") },
            Override { name: name.to_owned(), category: id("office") },
        ];
        let error = Categories::with_overrides(&own, &[]).unwrap_err();
        assert_eq!(error, CategoriesError::OverrideUnusable { number: 2, why }, "{name}");
        assert!(!error.to_string().contains("exa mple"), "{error}");
    }
}

#[test]
fn a_plain_list() {
    let text = "\u{feff}# heading\r\nexample.com\r\n\n*.w.example\n.d.example ; note\nExample.NET.\nco.uk\nintranet\n192.0.2.1\n2001:db8::1\n\
                bad name.example\nex_ample.org\n-x.example\ngov.fr\n";
    let (categories, rejected) = Categories::with_lists(&[plain("games", text)]);
    check(
        &categories,
        "example.com games
         a.w.example games
         d.example games
         example.net games
         ex_ample.org games
         www.gov.fr games
         foo.co.uk",
    );
    let facts = &categories.sources()[2];
    assert_eq!((facts.entries, facts.rules, rejected), (12, 6, 6));
    let places =
        |why| facts.rejected.iter().find(|(w, _)| *w == why).map(|(_, r)| r.places.iter().map(|p| p.line).collect());
    assert_eq!(places(Reject::PublicSuffix), Some(vec![7]));
    assert_eq!(places(Reject::SingleLabel), Some(vec![8]));
    assert_eq!(places(Reject::Address), Some(vec![9, 10]));
    assert_eq!(places(Reject::NotName), Some(vec![11, 13]));
}

#[test]
fn a_hosts_file_names_each_machine_alone() {
    let text = "127.0.0.1 localhost\n::1 localhost ip6-loopback\nfe80::1%lo0 localhost\n0.0.0.0 ads.example.com track.example.com # both\n\
                0.0.0.0\nexample.org\n0.0.0.0 0.0.0.0\n:: example.net\n";
    let (categories, rejected) = Categories::with_lists(&[list("advertising", ListKind::Hosts, text)]);
    check(
        &categories,
        "ads.example.com advertising
         track.example.com advertising
         example.net advertising
         www.example.net
         x.ads.example.com
         example.com",
    );
    assert_eq!(rejected, 2);
    assert_eq!(categories.sources()[2].rejected.count(Reject::Malformed), 2);
}

#[test]
fn a_v2fly_list() {
    let text = "# comment\nexample.com # said why\ndomain:example.net @ads @cn\nfull:one.example.org &other\nkeyword:example\nregexp:^a\\.example$\n\
                odd:example.org\nexample.org stray\ninclude:more\ninclude:absent\n";
    let more = "deep.example\ninclude:more\ninclude:ring\n";
    let ring = "include:more\nring.example\n";
    let (categories, rejected) =
        Categories::with_lists(&[v2fly("games", text, &[("more", more), ("ring", ring)], None)]);
    check(
        &categories,
        "www.example.com games
         www.example.net games
         one.example.org games
         x.one.example.org
         deep.example games
         ring.example games
         anexample.test",
    );
    let facts = &categories.sources()[2];
    let counts: Vec<_> = facts.rejected.iter().map(|(why, r)| (why.as_str(), r.count)).collect();
    assert_eq!(counts, [("keyword", 1), ("regexp", 1), ("malformed", 2), ("include_missing", 1)]);
    assert_eq!((facts.rules, facts.entries, rejected), (5, 10, 5));
}

#[test]
fn v2fly_attributes_filter_rules_and_includes() {
    let company = "shop.example\ntrack.example @ads\nfar.example @!cn\nboth.example @ads @!cn\n";
    let of = |text: &str, attribute: Option<&str>| {
        let (categories, _) = Categories::with_lists(&[v2fly("games", text, &[("company", company)], attribute)]);
        let names = ["shop.example", "track.example", "far.example", "both.example"];
        names
            .iter()
            .filter(|n| categories.lookup(n).origin != Origin::None)
            .map(|n| &n[..n.len() - 8])
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(of("include:company", None), "shop track far both");
    assert_eq!(of("include:company @ads", None), "track both");
    assert_eq!(of("include:company @-ads", None), "shop far");
    assert_eq!(of("include:company @ads @-!cn", None), "track");
    assert_eq!(of("include:company @ads", Some("!cn")), "both");
    assert_eq!(of(company, Some("ads")), "track both");
}

#[test]
fn an_exact_rule_beats_a_suffix_of_its_own_source_only() {
    let exact = v2fly("games", "full:www.example.com\nwww.example.com\n", &[], None);
    let (categories, _) = Categories::with_lists(&[plain("news", "www.example.com"), exact.clone()]);
    check(&categories, "www.example.com news");
    let (categories, _) = Categories::with_lists(&[exact, plain("news", "www.example.com")]);
    check(&categories, "www.example.com games\na.www.example.com games");
    let (categories, _) = Categories::with_lists(&[
        v2fly("games", "full:www.example.com", &[], None),
        plain("health", "www.example.com"),
    ]);
    check(&categories, "www.example.com health");
}

#[test]
fn lists_beyond_the_limit_are_counted_not_used() {
    let lists: Vec<_> = (0..=LISTS_MAX).map(|i| plain("games", &format!("n{i}.example"))).collect();
    let (categories, rejected) = Categories::with_lists(&lists);
    check(&categories, "n249.example games\nn250.example other");
    assert_eq!(rejected, 1);
    assert_eq!(categories.lookup("n249.example").origin, Origin::List(249));
}

#[test]
fn the_hash_follows_the_answers_and_nothing_else() {
    let hash = |lists: &[ListSource]| Categories::with_lists(lists).0.sha256();
    let (a, b) = (plain("games", "a.example\nb.example\n"), plain("news", "c.example\n"));
    let mut renamed = a.clone();
    renamed.name = "another".to_owned();
    renamed.text = "# words\nb.example\na.example\n".to_owned();
    assert_eq!(Categories::builtin().sha256(), hash(&[]));
    assert_eq!(hash(&[a.clone(), b.clone()]), hash(&[b.clone(), renamed]));
    assert_ne!(hash(std::slice::from_ref(&a)), hash(&[]));
    assert_ne!(hash(&[plain("games", "a.example")]), hash(&[plain("news", "a.example")]));
    assert_ne!(hash(&[plain("games", "a.example")]), hash(&[list("games", ListKind::Hosts, "0.0.0.0 a.example")]));
}

#[test]
fn networks_of_one_kind() {
    let categories = Categories::builtin();
    let kind = |asn| categories.network(asn).map(CategoryId::as_str);
    assert_eq!(kind(2906), Some("video"));
    assert_eq!(kind(54113), Some("hosting"));
    for shared in [32934, 15169, 8075, 714, 16509, 2818, 0, u32::MAX] {
        assert_eq!(kind(shared), None, "{shared}");
    }
    let given = rows(include_str!("../../categories/networks.csv")).count();
    assert_eq!(categories.networks.len(), given, "a row of networks.csv does not parse");
    assert!(categories.networks.windows(2).all(|w| w[0].0 < w[1].0), "doubled");
}

#[test]
fn gaps_are_sites_each_once() {
    let categories = Categories::builtin();
    let names = ["www.facebook.com", "a.one.example", "b.one.example", "two.example", "192.0.2.1"];
    assert_eq!(categories.gaps(names.into_iter()), ["one.example", "two.example", "192.0.2.1"]);
}

#[test]
fn debug_shows_no_name() {
    let (categories, _) = Categories::with_lists(&[plain("games", "secret.example")]);
    let shown = format!("{categories:?}");
    assert!(!shown.contains("secret") && shown.contains("rules"), "{shown}");
}

// The table itself.

#[test]
fn every_row_of_the_table_is_well_formed_sorted_and_once() {
    let mut seen = BTreeMap::new();
    assert_eq!(FILES.len(), Taxonomy::ALL.len() - 1, "every kind but the last has a file");
    for ((word, text), kind) in FILES.iter().zip(Taxonomy::ALL) {
        assert_eq!(*word, kind.id, "files stand in the order of the taxonomy");
        assert!(text.lines().nth(1).is_some_and(|l| l.starts_with("# Source: ")), "{word}: no source");
        assert!(text.lines().nth(2) == Some("domain,category"), "{word}: no heading");
        let mut last = "";
        for row in rows(text) {
            let [name, category] = row.as_slice() else { panic!("{word}: {row:?} has not two fields") };
            assert_eq!(category, word, "{name} stands in the file of another kind");
            assert!(*name > last, "{word}: {name} is not in order");
            assert!(seen.insert(*name, *word).is_none(), "{name} stands twice");
            assert!(is_known(name), "{name} has no public suffix");
            last = name;
        }
    }
    assert_eq!(Categories::builtin().len(), seen.len());
}

/// Suffixes of the ICANN section in the table are reserved to one sort of holder; all other rules pass the check of lists.
#[test]
fn whole_suffixes_in_the_table_are_these() {
    let wide: BTreeSet<_> =
        rules().filter(|(name, _)| lists::usable_name(name).is_err()).map(|(name, _)| name).collect();
    assert_eq!(wide.into_iter().collect::<Vec<_>>(), ["edu", "gov", "mil"]);
    let suffixes: BTreeSet<_> = rules().map(|(name, _)| name).filter(|n| crate::suffix::is_icann_suffix(n)).collect();
    let expected =
        ["ac.uk", "edu", "gov", "gov.gg", "gov.ie", "gov.uk", "mil", "mod.uk", "nhs.uk", "police.uk", "sch.uk"];
    for suffix in &suffixes {
        assert!(expected.contains(suffix), "{suffix} is open to everybody");
    }
}

#[test]
fn the_table_is_wide_enough() {
    let sites: BTreeSet<_> = rules().filter_map(|(name, _)| registrable_domain(name)).collect();
    assert!(sites.len() >= 1_500, "{} registrable domains", sites.len());
    for kind in Taxonomy::ids().filter(|k| *k != CategoryId::OTHER) {
        let sites: BTreeSet<_> =
            rules().filter(|(_, k)| *k == kind).filter_map(|(n, _)| registrable_domain(n)).collect();
        assert!(sites.len() >= 10, "{}: {} registrable domains", kind.as_str(), sites.len());
    }
}

#[test]
fn nothing_below_a_protected_name_is_unprotected() {
    let categories = Categories::builtin();
    let protected = |k: CategoryId| k.category().treatment == Treatment::Pooled;
    for (name, kind) in rules() {
        let above = name.split_once('.').map(|(_, rest)| categories.lookup(rest).category);
        assert!(protected(kind) || !above.is_some_and(protected), "{name} is not protected and the name above it is");
    }
}

#[test]
fn the_default_lists_name_known_kinds_once() {
    let given = rows(include_str!("../../categories/import-defaults.csv")).count();
    let lists = default_lists();
    assert_eq!(lists.len(), given);
    let names: BTreeSet<_> = lists.iter().map(|l| (l.collection, l.list)).collect();
    assert_eq!(names.len(), given, "a list stands twice");
    assert!(lists.iter().all(|l| ["v2fly", "ut1"].contains(&l.collection)));
}

// Real lists, where they are at hand.

pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var("TITHING_SHARED_DATA").unwrap_or_else(|_| "../../shared/data".to_owned());
    let full = Path::new(&root).join(path);
    if !full.exists() {
        println!("skipped: {} is not here", full.display());
        return None;
    }
    Some(full)
}

/// Reads one real list alone and gives its facts: entries, rejected by reason, ignored lines.
fn facts_of(list: ListSource) -> (u64, Vec<(&'static str, u64)>, u64) {
    let (categories, _) = Categories::with_lists(&[list]);
    let facts = categories.sources()[2].clone();
    assert_eq!(
        facts.entries,
        facts.rules + facts.covered + facts.protects + facts.exceptions + facts.rejected.total(),
        "{}",
        facts.name
    );
    (facts.entries, facts.rejected.iter().map(|(w, r)| (w.as_str(), r.count)).collect(), facts.ignored)
}

/// The figures were counted with grep and sort over the same files.
#[test]
fn real_ut1_folders() {
    let Some(folder) = shared("categories/olbat_ut1-blacklists/blacklists") else { return };
    let of = |name: &str, kind: &str| facts_of(ListSource::from_ut1(&folder.join(name), id(kind)).unwrap());
    assert_eq!(of("social_networks", "social"), (715, vec![], 1));
    assert_eq!(of("chat", "messaging"), (268, vec![("address", 73)], 17));
    assert_eq!(of("ai", "ai"), (77, vec![], 3));
    assert_eq!(of("arjel", "gambling"), (69, vec![], 0));
    let source = ListSource::from_ut1(&folder.join("chat"), id("messaging")).unwrap();
    assert!(source.licence.contains("CC BY-SA"), "{}", source.licence);
}

/// The figures were counted with grep, sed and awk over the same files.
#[test]
fn real_v2fly_lists() {
    let Some(data) = shared("categories/v2fly_domain-list-community/data") else { return };
    let of = |name: &str, kind: &str| facts_of(ListSource::from_v2fly(&data, name, id(kind)).unwrap());
    assert_eq!(of("facebook", "social").0, 396);
    assert_eq!(of("facebook@ads", "advertising").0, 3);
    assert_eq!(of("netflix", "video"), (28, vec![("regexp", 4)], 0));
}

/// The figures were counted by a walk of the same files written in Python.
#[test]
fn real_v2fly_lists_that_include_others() {
    let Some(data) = shared("categories/v2fly_domain-list-community/data") else { return };
    let of = |name: &str| facts_of(ListSource::from_v2fly(&data, name, id("games")).unwrap());
    assert_eq!(of("category-porn"), (6674, vec![("single_label", 2), ("regexp", 140)], 0));
    assert_eq!(of("category-ads-all"), (891, vec![("regexp", 1)], 0));
    assert_eq!(of("category-games-!cn"), (865, vec![("single_label", 2), ("regexp", 3)], 0));
    assert_eq!(of("category-scholar-!cn").0, 495);
    assert_eq!(of("category-social-media-!cn"), (626, vec![], 0));
    assert_eq!(of("category-remote-control"), (8, vec![], 0));
}

/// Entries and addresses of all UT1 lists that have a usual kind, counted by Python over the same files.
#[test]
fn whole_collections_with_their_usual_kinds() {
    let Some(root) = shared("categories") else { return };
    let ut1 = load_lists(&root.join("olbat_ut1-blacklists"), "ut1", None, None).unwrap();
    let v2 = load_lists(&root.join("v2fly_domain-list-community"), "v2fly", None, None).unwrap();
    assert!(ut1.len() >= 20 && v2.len() >= 25, "{} and {}", ut1.len(), v2.len());
    let (alone, _) = Categories::with_lists(&ut1);
    let entries: u64 = alone.sources().iter().skip(2).map(|s| s.entries).sum();
    let addresses: u64 = alone.sources().iter().map(|s| s.rejected.count(Reject::Address)).sum();
    assert_eq!((entries, addresses), (76_045, 465));
    let all: Vec<_> = v2.into_iter().chain(ut1).collect();
    let (categories, rejected) = Categories::with_lists(&all);
    for facts in categories.sources() {
        assert_eq!(
            facts.entries,
            facts.rules + facts.covered + facts.protects + facts.rejected.total(),
            "{}",
            facts.name
        );
    }
    assert!(categories.len() > 80_000 && rejected > 0, "{} rules, {rejected} rejected", categories.len());
    check(&categories, "www.example-tc.gov.uk government\nwww.facebook.com social\nnotfacebook.example");
}

#[test]
fn loading_says_what_to_write_instead() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    std::fs::write(&path, b"a.example\n\xff.example\n").unwrap();
    let code =
        |path: &Path, kind, category| load_lists(path, kind, category, None).map(|l| l.len()).map_err(|e| e.code());
    assert_eq!(code(&path, "plain", Some("games")), Ok(1));
    assert_eq!(code(&path, "plain", None), Err("list_category_missing"));
    assert_eq!(code(&path, "plain", Some("gaming")), Err("list_category_unknown"));
    assert_eq!(code(&path, "dnsmasq", Some("games")), Err("list_kind_unknown"));
    assert_eq!(code(&path.join("absent"), "hosts", Some("games")), Err("list_read"));
    assert_eq!(code(folder.path(), "v2fly", None), Err("lists_none"));
    assert_eq!(code(folder.path(), "ut1", Some("games")), Err("list_category_for_folder"));
    assert_eq!(code(&path, "v2fly", None), Err("list_category_missing"));
}

#[test]
fn a_v2fly_folder_is_read_with_its_includes_and_no_path_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "outside.example\n").unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("netflix"), "a.example\ninclude:more-!cn\ninclude:../secret\n").unwrap();
    std::fs::write(data.join("more-_cn"), "b.example\n").unwrap();
    let lists = load_lists(folder.path(), "v2fly", None, Some("own words")).unwrap();
    assert_eq!((lists.len(), lists[0].licence.as_str()), (1, "own words"));
    let (categories, rejected) = Categories::with_lists(&lists);
    check(&categories, "a.example video\nb.example video\noutside.example");
    assert_eq!(rejected, 1);
}
