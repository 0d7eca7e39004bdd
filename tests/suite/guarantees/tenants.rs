//! Guarantee 33: what one council hands in, however damaged, changes nothing of another's, holds nothing up, and stands in
//! nothing of another's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::leaves::{Leaves, files};
use crate::common::{expect, run, snapshot};

/// Octets that stand in everything of the bad council.
const CANARY: &str = "neighborcanary6tq";
/// No night of these sizes takes nearly as long, on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(120);

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Two councils; the first is the bad one, so that it is read first.
fn provider() -> (tempfile::TempDir, PathBuf, String, String) {
    let temp = tempfile::tempdir().unwrap();
    let args = "generate --out p --seed 33 --councils 2 --people 8 --start 2026-03-02 --days 1 --flows-per-day 1500 --lookups-per-day 400";
    expect(temp.path(), &args.split(' ').collect::<Vec<_>>(), 0);
    let root = temp.path().join("p");
    (temp, root, "example-001".to_owned(), "example-002".to_owned())
}

/// What the runs leave of one council, and the lines that they print of it.
fn of(root: &Path, id: &str) -> Leaves {
    let begun = Instant::now();
    let mut said = Vec::new();
    for args in
        [&["nightly", "--format", "json"][..], &["report", "--month", "2026-03"], &["faults", "--month", "2026-03"]]
    {
        let (code, stdout, stderr) = run(root, args);
        assert!((0..=3).contains(&code), "{args:?}: exit {code}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        let lines = |text: &str| text.lines().filter(|l| l.contains(id)).map(|l| format!("{l}\n")).collect::<String>();
        said.push((0, lines(&stdout), lines(&stderr)));
    }
    assert!(begun.elapsed() < PATIENCE, "held up for {:?}", begun.elapsed());
    let mine = |path: &String| path.contains(&format!("/{id}"));
    Leaves { files: files(root).into_iter().filter(|(path, _)| mine(path)).collect(), said }
}

fn clear(root: &Path) {
    for place in ["store", "ledger", "reports", "categories"] {
        let _ = fs::remove_dir_all(root.join(place));
    }
    for entry in fs::read_dir(root.join("keys")).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        fs::remove_dir_all(entry).unwrap();
    }
}

/// Damages every input of a council, and plants the canary in each.
fn damage_inputs(inbox: &BTreeMap<PathBuf, Vec<u8>>, random: &mut Random) {
    for (path, octets) in inbox {
        let mut octets = octets.clone();
        for _ in 0..=octets.len() / 400 {
            let at = random.below(octets.len());
            match random.below(4) {
                0 => octets[at] ^= 1 << random.below(8),
                1 => octets[at] = 0xff,
                2 => octets[at..].iter_mut().take(8).for_each(|o| *o = 0),
                _ => drop(octets.splice(at..at, CANARY.bytes())),
            }
        }
        if random.below(4) == 0 {
            octets.truncate(random.below(octets.len()));
        }
        fs::write(path, octets).unwrap();
    }
}

#[test]
fn guarantee_33_a_councils_damaged_inputs_change_nothing_of_its_neighbors() {
    let (_temp, root, bad, good) = provider();
    let inbox = snapshot(&root.join("authorities").join(&bad).join("inbox"));
    let wanted = of(&root, &good);
    assert!(wanted.files.keys().any(|p| p.ends_with("report.json")), "{:?}", wanted.files.keys());
    let mut random = Random(33);
    for round in 0..6 {
        clear(&root);
        damage_inputs(&inbox, &mut random);
        let found = of(&root, &good);
        wanted.assert_same(&found, &format!("damaged inputs, round {round}"));
        let hits = found.files.iter().filter(|(_, o)| o.windows(CANARY.len()).any(|w| w == CANARY.as_bytes()));
        assert_eq!(hits.map(|(p, _)| p).collect::<Vec<_>>(), Vec::<&String>::new(), "round {round}");
        assert!(found.said.iter().all(|(_, out, err)| !out.contains(CANARY) && !err.contains(CANARY)));
    }
}

#[test]
fn guarantee_33_a_councils_damaged_configuration_changes_nothing_of_its_neighbors() {
    let (_temp, root, bad, good) = provider();
    let folder = root.join("authorities").join(&bad);
    let wanted = of(&root, &good);
    for (file, text) in [
        ("authority.toml", Some("name = [[[")),
        ("people.csv", Some("person,role\n\"")),
        (
            "register.csv",
            Some("asset,kind,holder,ownership,mac,address,link,from,until\nA-001,laptop,P-001,council,,,,x,\n"),
        ),
        ("assessment.toml", Some("\u{0}")),
        ("assessment.toml", None),
    ] {
        let whole = fs::read(folder.join(file)).unwrap();
        clear(&root);
        match text {
            Some(text) => fs::write(folder.join(file), text.to_owned() + CANARY).unwrap(),
            None => fs::remove_file(folder.join(file)).unwrap(),
        }
        let found = of(&root, &good);
        wanted.assert_same(&found, file);
        fs::write(folder.join(file), whole).unwrap();
    }
    // Without the neighbor nothing is otherwise either.
    clear(&root);
    fs::remove_dir_all(&folder).unwrap();
    wanted.assert_same(&of(&root, &good), "no neighbor at all");
}
