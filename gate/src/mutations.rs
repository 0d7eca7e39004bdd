//! Each rule weakened in turn: the attacker must then get in, or it is blind.
//!
//! The same month is made twice, by the floors and with one rule weakened, without the rounds in which the attacker folds. By
//! the floors nobody gets in; with the rule weakened somebody does; and with the rounds nobody does again.

use std::collections::BTreeSet;

use model::{CategoryId, DeviceKey, PersonKey, Taxonomy, TimeClass};

use crate::attacker::{Breach, Finding};
use crate::books::Books;
use crate::links::Rule;
use crate::release::{Totals, defended, tier};
use crate::siege::{besiege, besiege_all, truth};
use crate::tables::{Harder, make};
use crate::{
    AccountingFacts, Amount, Candidate, CellKey, Contributor, History, LinkFacts, Measure, MonthFacts, People,
    PeopleTier, Policy, TaxonomyId,
};

const GB: u64 = 1_000_000_000;

/// A council by hand: octets of "All other use" in GB and of news for each person, and who else is there.
#[derive(Clone, Default)]
struct Council {
    other: Vec<u64>,
    news: Vec<u64>,
    /// People with declared hours: the first so many.
    with_hours: usize,
    /// People who touch news with next to nothing.
    beacons: usize,
    /// A device of several people, with its news.
    shared: u64,
    /// Known people who are not measured, and what they use together.
    unmonitored: (u32, u64),
    /// Bytes on dongles, one for each holder.
    dongles: Vec<u64>,
}

fn link(id: &str, holder: Option<&str>) -> LinkFacts {
    LinkFacts { id: id.to_owned(), label: id.to_owned(), holder: holder.map(str::to_owned) }
}

impl Council {
    fn candidate(&self, policy: Policy) -> Candidate {
        let holders: Vec<String> = (0..self.dongles.len()).map(|i| format!("A-{i}")).collect();
        let dongles = holders.iter().map(|h| link(&h.to_lowercase(), Some(h)));
        let mut c = Candidate::new(MonthFacts {
            authority: "example".to_owned(),
            name: "Example".to_owned(),
            month: "2026-03".parse().unwrap(),
            people: People {
                full_month: self.other.len() as u32,
                with_hours: self.with_hours as u32,
                unmonitored: self.unmonitored.0,
            },
            links: [link("office", None)].into_iter().chain(dongles).collect(),
            missing_nights: Vec::new(),
            coverage_min_per_10k: 0,
            taxonomy: TaxonomyId { version: "1".to_owned(), sha256: String::new() },
            policy,
        });
        c.clerk(PersonKey(0));
        let news = Taxonomy::find("news").unwrap();
        for (i, gb) in self.other.iter().enumerate() {
            let who = Contributor::person(PersonKey(i as i64), true, i < self.with_hours);
            add(&mut c, who, CategoryId::OTHER, gb * GB);
            add(&mut c, who, news, self.news.get(i).map_or(0, |gb| gb * GB));
            if i >= self.news.len() && i < self.news.len() + self.beacons {
                add(&mut c, who, news, 1);
            }
        }
        add(&mut c, Contributor::shared(DeviceKey(99)), news, self.shared * GB);
        let used: u64 = self.other.iter().chain(&self.news).sum::<u64>() * GB + self.beacons as u64 + self.shared * GB;
        c.link_total("office", used + self.unmonitored.1 * GB);
        let issued: u64 = self.dongles.iter().sum();
        self.dongles.iter().zip(&holders).for_each(|(gb, h)| c.link_total(&h.to_lowercase(), gb * GB));
        let kept = used + (self.unmonitored.1 + issued) * GB;
        c.accounting(AccountingFacts { counted: kept, kept, ..AccountingFacts::default() });
        c
    }
}

fn add(c: &mut Candidate, who: Contributor, kind: CategoryId, octets: u64) {
    if octets == 0 {
        return;
    }
    let mut put = |class, measure, amount| {
        c.contribute(CellKey { category: Some(kind), class, measure }, who, Amount(amount));
        if class.is_some() {
            c.contribute(CellKey { category: None, class, measure }, who, Amount(amount));
        }
    };
    put(None, Measure::Volume, octets);
    put(None, Measure::Time, (octets / GB * 60).max(1));
    put(None, Measure::Days, 9);
    if who.declared_hours {
        put(Some(TimeClass::Core), Measure::Volume, octets / 2);
        put(Some(TimeClass::Outside), Measure::Volume, octets - octets / 2);
    }
    c.contribute_link("office", who, octets);
}

/// What the attacker finds in what the rules alone print.
fn breaches(council: &Council, policy: Policy) -> Vec<Breach> {
    let candidate = council.candidate(policy);
    let books = Books::new(&candidate);
    let truth = truth(&candidate, &books);
    let made = make(&books, tier(candidate.facts.people.full_month), candidate.facts.people, &Harder::default());
    let totals = Totals::new(&candidate, &books, &made, (&Rule::Tested(BTreeSet::new()), &History::default()), false);
    besiege_all(&truth, made.tables.iter().chain([&totals.links.table]), &totals.accounting)
}

fn check(council: &Council, weak: Policy, table: &str, finding: Finding) {
    assert_eq!(breaches(council, Policy::default()), [], "the floors hold");
    let found = breaches(council, weak);
    let there = found.iter().any(|b| b.table.starts_with(table) && b.finding == finding);
    assert!(there, "the attacker is blind: {found:?}");
    // And what the attacker finds by kind or time is folded all the same.
    let candidate = council.candidate(weak);
    let books = Books::new(&candidate);
    let truth = truth(&candidate, &books);
    let tier = tier(candidate.facts.people.full_month);
    let (made, attack) = defended(&candidate, &books, &truth, tier).unwrap();
    assert_eq!((attack.breaches, besiege(&truth, &made.tables)), (0, Vec::new()));
}

/// Eight people with 50 GB of other use each.
fn eight(news: &[u64]) -> Council {
    Council { other: vec![50; 8], news: news.to_vec(), ..Council::default() }
}

#[test]
fn the_number_of_people_weakened() {
    check(&eight(&[10, 10, 10, 10]), Policy::weakened(4, 20, 1, true), "use", Finding::FewPeople);
    check(&eight(&[10, 10, 10]), Policy::weakened(1, 20, 1, true), "use", Finding::FewPeople);
}

#[test]
fn dominance_weakened() {
    check(&eight(&[10, 50, 10, 10, 300]), Policy::weakened(5, 0, 1, true), "use", Finding::AtMost);
    check(&eight(&[10, 10, 10, 10, 300]), Policy::weakened(5, 5, 1, true), "use", Finding::AtMost);
}

#[test]
fn materiality_weakened() {
    let council = Council { beacons: 4, ..eight(&[10, 10, 10, 10]) };
    check(&council, Policy::weakened(5, 20, 0, false), "use", Finding::FewPeople);
}

#[test]
fn a_shared_device_is_a_unit_to_the_attacker_too() {
    let council = Council { shared: 900, ..eight(&[10; 8]) };
    check(&council, Policy::weakened(5, 0, 1, true), "use", Finding::AtMost);
}

#[test]
fn the_remainder_untested() {
    // Two people alone have other use; everybody has news.
    let council = Council { other: vec![50, 50, 0, 0, 0, 0, 0, 0], news: vec![20; 8], ..Council::default() };
    check(&council, Policy::without(|r| r.remainder = false), "use", Finding::FewPeople);
}

#[test]
fn differences_untested() {
    // Twelve with declared hours and one without: the use of the one is the difference.
    let council = Council { other: vec![50; 13], news: vec![20; 13], with_hours: 12, ..Council::default() };
    check(&council, Policy::without(|r| r.differences = false), "crossed", Finding::FewPeople);
    // Below twelve the time classes alone give it away.
    let council = Council { other: vec![50; 11], news: vec![20; 11], with_hours: 10, ..Council::default() };
    check(&council, Policy::without(|r| r.differences = false), "times", Finding::FewPeople);
}

#[test]
fn few_unmonitored_people_forgotten() {
    let council = Council { unmonitored: (2, 40), ..eight(&[10; 8]) };
    check(&council, Policy::without(|r| r.unmonitored = false), "links", Finding::FewPeople);
}

#[test]
fn sums_that_give_a_hidden_link_away() {
    let council = Council { dongles: vec![20, 20], ..eight(&[10; 8]) };
    check(&council, Policy::without(|r| r.sums = false), "accounting", Finding::FewPeople);
}

#[test]
fn the_clerk_with_one_other_folds_what_the_cell_test_lets_through() {
    // 100 + 50 + 20 + 4 x 8 = 202 passes the cell test: 202 - 150 = 52 >= 20. The clerk (60 now) with the second: 202 + 40 - 110 = 132.
    let council = eight(&[60, 100, 50, 8, 8, 8, 8, 0]);
    // 242 - 60 - 50 = 132 >= 120: nobody gets in.
    assert_eq!(breaches(&council, Policy::default()), []);
    // 230 - 60 - 50 = 120 with the rest at 5 each: at 4 each it is 226 - 110 = 116, and half a step more: 116.5.
    let council = eight(&[60, 100, 50, 4, 4, 4, 4, 0]);
    let found = breaches(&council, Policy::default());
    assert!(found.iter().all(|b| b.profile == "clerk-and-one" && b.row == "news"), "{found:?}");
    assert!(found.iter().any(|b| b.table == "use" && b.finding == Finding::AtMost));
    let candidate = council.candidate(Policy::default());
    let books = Books::new(&candidate);
    let (made, attack) = defended(&candidate, &books, &truth(&candidate, &books), PeopleTier::OneWay).unwrap();
    assert_eq!(attack.folded, 1);
    let cell =
        |row: &str| made.tables.iter().find(|t| t.id == "use").and_then(|t| t.row(row)).map(|r| r.cells[0].value());
    assert_eq!((cell("news"), cell("other")), (Some(None), Some(Some(625))));
}
