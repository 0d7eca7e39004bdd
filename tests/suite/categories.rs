//! The lists of kinds of site, through the command: import, lookup, compile, gaps; fixed for a financial year.

use std::path::Path;

use crate::common::{Folder, expect, folder, run, snapshot};

/// A provider's folder without councils, with two lists, a list of threats and a ranking.
fn provider() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write(
        "tithing.toml",
        "authorities = []\ncategories = [\n\
         { path = \"ads\", kind = \"hosts\", category = \"advertising\", licence = \"CC0\" },\n\
         { path = \"games.txt\", kind = \"plain\", category = \"games\", licence = \"MIT\" },\n]\n\
         threats = [{ path = \"bad.txt\", kind = \"plain\", licence = \"own words\" }]\n",
    );
    write("ads", "0.0.0.0 www.shop.example\n");
    write("games.txt", "shop.example\nfacebook.com\nco.uk\n");
    write("bad.txt", "bad.example\nfacebook.com\n");
    dir
}

#[test]
fn lookup_says_which_rule_of_which_list_decides() {
    let dir = provider();
    let (said, _) = expect(
        dir.path(),
        &["categories", "lookup", "www.shop.example", "WWW.facebook.com.", "www.bad.example", "mail.google.com"],
        0,
    );
    let expected = "\
www.shop.example
  kind              advertising (Advertising and measurement)
  follows           SIC division 73
  decided by        www.shop.example, that name alone: advertising in ads (CC0)
  lost              shop.example, and all below it: games in games.txt (MIT): it has fewer labels
  threat lists      not listed

WWW.facebook.com.
  kind              social (Social media)
  follows           Policy clause 9.1, whose own list it is
  decided by        facebook.com, and all below it: social in Tithing's own table (MIT OR Apache-2.0)
  lost              facebook.com, and all below it: games in games.txt (MIT): it comes later in the order
  threat lists      facebook.com in bad.txt (own words): for security notices alone, never for the kind

www.bad.example
  kind              other (All other use)
  decided by        no rule
  threat lists      bad.example in bad.txt (own words): for security notices alone, never for the kind

mail.google.com
  kind              webmail (Webmail), protected: stored and shown as \"All other use\"
  follows           Private communications: policy clause 5.1.10 keeps content out, and here the service too
  decided by        mail.google.com, and all below it: webmail in Tithing's own table (MIT OR Apache-2.0)
  lost              google.com, and all below it: search in Tithing's own table (MIT OR Apache-2.0): it has fewer labels
  threat lists      not listed

The rule with the most labels wins. Among rules of equal length a protected kind wins; then the council's own rules, then the built-in table, then the provider's lists in the order given.
A list's own exception takes back its rules that are no longer than the exception, and no other list's.
";
    assert_eq!(said, expected);
    let found = snapshot(dir.path());
    assert_eq!(found.len(), 4, "lookup writes nothing: {:?}", found.keys());
}

#[test]
fn an_imported_list_says_whence_it_is_and_is_used() {
    let dir = provider();
    let filter = "! Title: a list\n||ads.example^\n||more.example^$script\nexample.net##.ad\n@@||good.ads.example^\n";
    std::fs::write(dir.path().join("filter.txt"), filter).unwrap();
    let import = "categories import filter.txt --kind abp --category advertising --source https://lists.example/f --name own --now 2026-04-02";
    let mut args: Vec<&str> = import.split(' ').collect();
    args.extend(["--licence", "CC BY-SA 4.0, its maker"]);
    let (said, stderr) = expect(dir.path(), &args, 0);
    assert!(said.ends_with("categories = [\n  { path = \"categories/own.list\" },\n]\n"), "{said}");
    assert!(
        said.contains("  left out          1 cosmetic (line 4)\n  left out          1 option (line 3)\n"),
        "{said}"
    );
    assert!(stderr.contains("categories compile"), "{stderr}");
    // SHA-256 of the filter above, by sha256sum.
    let sha = "c46ef4440e82985658f0a4b986b7e069012f975d46d31a949ab436403f5c73ef";
    let kept = std::fs::read_to_string(dir.path().join("categories/own.list")).unwrap();
    let expected = format!(
        "# tithing.list/1\n# name: own\n# category: advertising\n# licence: CC BY-SA 4.0, its maker\n# source: https://lists.example/f\n\
         # sha256: {sha}\n# imported: 2026-04-02\n# entries: 4, kept: 1, exceptions: 1\n# left out: 1 cosmetic (line 4)\n\
         # left out: 1 option (line 3)\nads.example\nexcept:good.ads.example\n"
    );
    assert_eq!(kept, expected);
    std::fs::write(
        dir.path().join("tithing.toml"),
        "authorities = []\ncategories = [{ path = \"categories/own.list\" }]\n",
    )
    .unwrap();
    let (said, _) = expect(dir.path(), &["categories", "lookup", "good.ads.example", "x.ads.example"], 0);
    let expected = "\
good.ads.example
  kind              other (All other use)
  decided by        no rule
  lost              ads.example, and all below it: advertising in own (CC BY-SA 4.0, its maker): an exception of its own list takes it back
  threat lists      not listed

x.ads.example
  kind              advertising (Advertising and measurement)
  follows           SIC division 73
  decided by        ads.example, and all below it: advertising in own (CC BY-SA 4.0, its maker)
  threat lists      not listed

";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn what_cannot_be_imported_says_what_to_write() {
    let dir = provider();
    let import = |more: &[&str]| {
        let mut args = vec!["categories", "import", "games.txt"];
        args.extend(more);
        let (code, _, stderr) = run(dir.path(), &args);
        assert_eq!(code, 1, "{stderr}");
        stderr
    };
    assert!(
        import(&["--kind", "squid", "--licence", "MIT"]).contains("write one of v2fly, ut1, hosts, plain, abp, rpz")
    );
    assert!(import(&["--kind", "plain", "--licence", "MIT"]).contains("add `category`"));
    assert!(
        import(&["--kind", "plain", "--licence", " ", "--category", "games"])
            .contains("hint: write it as its maker does")
    );
    assert!(
        import(&["--kind", "plain", "--licence", "MIT", "--category", "games", "--name", "../up"])
            .contains("--name ../up")
    );
    assert!(import(&["--kind", "plain", "--licence", "MIT", "--category", "gaming"]).contains("docs/categories.md"));
    std::fs::write(
        dir.path().join("tithing.toml"),
        "categories = [{ path = \"games.txt\", kind = \"squid\" }]\nauthorities = []\n",
    )
    .unwrap();
    let (code, _, stderr) = run(dir.path(), &["check"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("kind \"squid\" is not known"), "{stderr}");
}

#[test]
fn gaps_are_counted_by_band_and_named() {
    let dir = provider();
    let list = "rank,domain\n1,www.google.com\n2,one.example\n3,bbc.co.uk\n99,www.two.example\n101,a.one.example\n150,shop.example\n";
    std::fs::write(dir.path().join("top.csv"), list).unwrap();
    let (said, _) = expect(dir.path(), &["categories", "gaps", "--list", "top.csv"], 0);
    let expected = "\
ranks                  names   covered  share
1-100                      4         2    50%
101-500                    2         1    50%
all                        6         3    50%
2\tone.example
99\ttwo.example
";
    assert_eq!(said, expected);
    let (said, _) = expect(dir.path(), &["categories", "gaps", "--list", "top.csv", "--top", "1"], 0);
    assert!(said.ends_with("all                        1         1   100%\n"), "{said}");
    let (_, stderr) = expect(dir.path(), &["categories", "gaps", "--list", "tithing.toml"], 1);
    assert!(stderr.contains("not a ranking"), "{stderr}");
}

/// Puts lines at the head of `tithing.toml`.
fn configure(folder: &Folder, lines: &str) {
    let path = folder.root.join("tithing.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{lines}\n{text}")).unwrap();
}

fn add_list(folder: &Folder) {
    std::fs::write(folder.root.join("more.txt"), "example.org\nexample.net\n").unwrap();
    configure(
        folder,
        "categories = [{ path = \"more.txt\", kind = \"plain\", category = \"games\", licence = \"CC0\" }]",
    );
}

fn entries(root: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(root.join("categories/taxonomy.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    file["entries"].as_array().unwrap().clone()
}

fn ledger(folder: &Folder) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(folder.root.join("ledger").join(format!("{}.jsonl", folder.id))).unwrap();
    let lines = text.lines().map(|l| serde_json::from_str(l).unwrap());
    lines.filter(|l: &serde_json::Value| l["kind"] == "taxonomy").collect()
}

fn report(folder: &Folder) -> serde_json::Value {
    let (code, _, stderr) = run(&folder.root, &["report", "--month", "2026-03"]);
    assert!(code != 1, "{stderr}");
    let path = folder.root.join("reports").join(&folder.id).join("2026-03/report.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn guarantee_24_the_first_night_fixes_the_kinds_of_site_for_its_financial_year() {
    let folder = folder();
    let (_, lines, stderr) = folder.nightly(&["--date", "2026-03-02"]);
    assert_eq!(lines[0]["state"], "built");
    assert!(stderr.contains("stand for the financial year from 2025-04-01"), "{stderr}");
    let fixed = entries(&folder.root);
    assert_eq!((fixed.len(), fixed[0]["from"].as_str()), (1, Some("2025-04-01")));
    add_list(&folder);
    folder.nightly(&[]);
    assert_eq!(entries(&folder.root), fixed, "a list that changes within the year changes nothing");
    let entered = ledger(&folder);
    assert_eq!(
        (entered.len(), &entered[0]["sha256"], &entered[0]["reason"]),
        (1, &fixed[0]["sha256"], &serde_json::Value::Null)
    );
    let (said, _) = expect(&folder.root, &["categories", "compile", "--now", "2026-03-20"], 0);
    assert!(said.contains("in force\n  since 2025-04-01"), "{said}");
    assert!(said.contains("count from 2026-04-01 on, or from today on with --adopt REASON"), "{said}");
    let (said, _) = expect(&folder.root, &["categories", "lookup", "example.org", "--now", "2026-03-20"], 0);
    assert!(said.contains("  kind              games (Games)\n"), "{said}");
    assert!(said.contains("  in force today    other (All other use): the lists changed"), "{said}");
    let taxonomy = report(&folder)["taxonomy"].clone();
    assert_eq!(taxonomy["sha256"], fixed[0]["sha256"]);
    let lists: Vec<_> = taxonomy["lists"].as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect();
    assert_eq!(lists, ["Tithing's own table"]);
    assert!(taxonomy["precedence"].as_str().unwrap().starts_with("The rule with the most labels wins."));
    assert_eq!(taxonomy.get("changes"), None);
    // The new year has the lists as they are by then.
    let (said, _) = expect(&folder.root, &["categories", "compile"], 0);
    assert!(said.contains("in force\n  since 2026-04-01"), "{said}");
    assert_eq!(entries(&folder.root).len(), 2);
}

#[test]
fn guarantee_24_a_change_within_the_year_takes_a_reason_and_marks_the_month() {
    let folder = folder();
    folder.nightly(&["--date", "2026-03-02", "--now", "2026-03-03T01:00:00Z"]);
    let (_, stderr) = expect(&folder.root, &["categories", "compile", "--adopt", " ", "--now", "2026-03-03"], 1);
    assert!(stderr.contains("needs a reason"), "{stderr}");
    add_list(&folder);
    let reason = "a list had a kind wrong";
    let adopt = ["categories", "compile", "--adopt", reason, "--now", "2026-03-03T02:00:00Z"];
    let (said, stderr) = expect(&folder.root, &adopt, 0);
    assert!(said.contains("since 2026-03-03") && said.contains("adopted: a list had a kind wrong"), "{said}");
    assert!(stderr.contains("change within the financial year from 2026-03-03"), "{stderr}");
    let (_, lines, _) = folder.nightly(&["--date", "2026-03-03", "--now", "2026-03-04T01:00:00Z"]);
    assert_eq!(lines[0]["state"], "built");
    let (both, entered) = (entries(&folder.root), ledger(&folder));
    assert_eq!((both.len(), entered.len()), (2, 2));
    assert_eq!(both[1]["reason"], reason);
    // The ledger tells that there was a reason, and nobody can test guesses of it.
    let hash = entered[1]["reason"].as_str().unwrap();
    assert!(store::from_hex(hash).is_some() && hash != store::to_hex(&store::sha256(reason.as_bytes())), "{hash}");
    expect(&folder.root, &["ledger", "verify"], 0);
    let taxonomy = report(&folder)["taxonomy"].clone();
    assert_eq!(taxonomy["sha256"], both[1]["sha256"]);
    assert_eq!(taxonomy["changes"], serde_json::json!([{"from": "2026-03-03", "sha256": both[1]["sha256"]}]));
    assert_eq!((&taxonomy["lists"][1]["name"], &taxonomy["lists"][1]["licence"]), (&"more.txt".into(), &"CC0".into()));
    let page =
        std::fs::read_to_string(folder.root.join("reports").join(&folder.id).join("2026-03/summary.html")).unwrap();
    assert!(page.contains("changed within the month") && page.contains("3 March 2026"));
    assert!(page.contains("more.txt"), "the list and its licence are named");
}

#[test]
fn nights_of_kinds_of_site_that_nobody_kept_are_refused() {
    let folder = folder();
    folder.nightly(&["--date", "2026-03-02"]);
    add_list(&folder);
    std::fs::remove_dir_all(folder.root.join("categories")).unwrap();
    let (code, _, stderr) = run(&folder.root, &["report", "--month", "2026-03"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("night 2026-03-02 was made by kinds of site"), "{stderr}");
    // With the lists as they were, the rules are the same again.
    let path = folder.root.join("tithing.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.lines().skip(1).map(|l| format!("{l}\n")).collect::<String>()).unwrap();
    assert_eq!(report(&folder)["taxonomy"]["version"], model::TAXONOMY_VERSION);
}

/// Makes of a folder what a version left behind that kept no record of kinds of site and did not sign: no entry, no line in
/// the ledger.
fn before_the_record(folder: &Folder) {
    let open = |root: &Path| store::Ledger::open(root, &folder.id).unwrap();
    let (ledger, old) = (folder.root.join("ledger"), folder.root.join("old"));
    open(&ledger)
        .entries(&mut |e| {
            if !matches!(e.event, store::Event::Taxonomy { .. } | store::Event::Key { .. }) {
                open(&old).append(&e.event, e.time).unwrap();
            }
        })
        .unwrap();
    std::fs::remove_dir_all(&ledger).unwrap();
    std::fs::rename(old, ledger).unwrap();
    std::fs::remove_dir_all(folder.root.join("categories")).unwrap();
}

#[test]
fn nights_from_before_the_record_make_the_first_stretch_of_a_month() {
    let old = || {
        let folder = folder();
        folder.nightly(&["--date", "2026-03-02"]);
        let sha256 = entries(&folder.root)[0]["sha256"].clone();
        before_the_record(&folder);
        add_list(&folder);
        (folder, sha256)
    };
    // The whole month is older than the record: by what it was made is known by its hash alone.
    let (folder, hash) = old();
    let taxonomy = report(&folder)["taxonomy"].clone();
    assert_eq!((&taxonomy["sha256"], &taxonomy["version"]), (&hash, &"not recorded".into()));
    assert_eq!((taxonomy.get("changes"), taxonomy["lists"].as_array().map_or(0, Vec::len)), (None, 0), "{taxonomy}");
    // The next night begins the record, with the lists as they are by then.
    let (folder, hash) = old();
    let (_, lines, _) = folder.nightly(&["--date", "2026-03-03"]);
    assert_eq!(lines[0]["state"], "built");
    let new = entries(&folder.root)[0]["sha256"].clone();
    assert_ne!(hash, new);
    let taxonomy = report(&folder)["taxonomy"].clone();
    assert_eq!(taxonomy["sha256"], new);
    assert_eq!(taxonomy["changes"], serde_json::json!([{"from": "2026-03-03", "sha256": new}]));
}

#[test]
fn a_damaged_index_is_made_again_only_where_the_lists_are_the_same() {
    let folder = folder();
    folder.nightly(&["--date", "2026-03-02"]);
    let index = entries(&folder.root)[0]["index"].as_str().unwrap().to_owned();
    let path = folder.root.join("categories").join(format!("{index}.index"));
    let whole = std::fs::read(&path).unwrap();
    let damage = || {
        let mut octets = whole.clone();
        let last = octets.len() - 1;
        octets[last] ^= 1;
        std::fs::write(&path, octets).unwrap();
    };
    damage();
    let (_, lines, _) = folder.nightly(&["--date", "2026-03-03"]);
    assert_eq!(lines[0]["state"], "built");
    assert_eq!(std::fs::read(&path).unwrap(), whole, "made again from the same lists");
    add_list(&folder);
    damage();
    let (code, _, stderr) = run(&folder.root, &["report", "--month", "2026-03"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("the lists as they are now come to other rules"), "{stderr}");
}

/// A threat list changes no octet of the store, whatever it names.
#[test]
fn guarantee_3_threat_lists_never_touch_usage() {
    let (plain, threats) = (folder(), folder());
    std::fs::write(threats.root.join("bad.txt"), "facebook.com\ngoogle.com\ngov.uk\nexample.com\n").unwrap();
    configure(&threats, "threats = [{ path = \"bad.txt\", kind = \"plain\", licence = \"CC0\" }]");
    let (said, _) = expect(&threats.root, &["categories", "compile"], 0);
    assert!(said.contains("threats\n  entries           4\n"), "{said}");
    assert!(threats.root.join("categories/threats.index").is_file());
    let (said, _) = expect(&threats.root, &["check"], 0);
    assert!(said.contains("threat lists        4 entries\n"), "{said}");
    plain.nightly(&[]);
    threats.nightly(&[]);
    let parquet = |f: &Folder| {
        let all = snapshot(&f.root.join("store"));
        let parquet = all.into_iter().filter(|(p, _)| p.extension().is_some_and(|e| e == "parquet"));
        let nights = parquet.filter(|(p, _)| !p.parent().is_some_and(|table| table.ends_with("cycles")));
        nights.map(|(p, bytes)| (p.strip_prefix(&f.root).unwrap().to_owned(), bytes)).collect::<Vec<_>>()
    };
    let (one, two) = (parquet(&plain), parquet(&threats));
    assert_eq!(one.len(), 4);
    assert!(one == two, "a threat list changed the store");
}
