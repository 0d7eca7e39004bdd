//! Both documents of one month in one reader's hands: octets stand in one of them, and neither narrows the other.
//!
//! The reader here goes by closed bounds (Fréchet's) over the printed figures alone: whatever one person used of a kind is
//! at most the row and at most what the person can have used at all, and at least the row less what all others can have.

use proptest::prelude::*;

use super::*;

/// People with these GB of news, and 20 GB of other use each, over the office's line; each of the first holds a link with
/// these MB on it.
fn month(news: &[u64], issued: &[u64]) -> Candidate {
    let mut candidate = empty(People { full_month: news.len() as u32, ..People::default() });
    let link =
        |i: usize| LinkFacts { id: format!("dongle-{i}"), label: format!("Dongle {i}"), holder: Some(format!("p{i}")) };
    candidate.facts.links.truncate(1);
    candidate.facts.links.extend((0..issued.len()).map(link));
    let mut kept = 0;
    for (i, gb) in news.iter().enumerate() {
        let who = Contributor::person(PersonKey(i as i64), true, false);
        for (kind, octets) in [(Taxonomy::find("news"), gb * GB), (Some(CategoryId::OTHER), 20 * GB)] {
            let amounts =
                [(Measure::Volume, octets), (Measure::Time, octets / GB * 30), (Measure::Days, u64::from(octets > 0))];
            for (measure, amount) in amounts {
                candidate.contribute(CellKey { category: kind, class: None, measure }, who, Amount(amount));
            }
            candidate.contribute_link("office", who, octets);
            candidate.link_total("office", octets);
            kept += octets;
        }
    }
    for (i, mb) in issued.iter().enumerate() {
        candidate.link_total(&format!("dongle-{i}"), mb * MB);
        candidate.issued(part(&format!("A-{i}"), &format!("p{i}"), mb * MB));
        candidate.cost(CostLine {
            link: format!("dongle-{i}"),
            kind: "dongle".to_owned(),
            holder: Some(format!("p{i}")),
            cycle_start: START,
            cycle_end: END,
            fixed: 1_500,
            usage: 0,
            abroad: 0,
            budget: None,
            source: CostSource::Tariff,
            forecast: false,
        });
        kept += mb * MB;
    }
    candidate.accounting(AccountingFacts { counted: kept, kept, ..AccountingFacts::default() });
    candidate
}

fn through(candidate: Candidate) -> Released {
    let assessment = Assessment::parse(ASSESSMENT).unwrap();
    release(candidate, Some(&assessment), NOW, &History::default()).unwrap()
}

/// The tables by kind of site and by time: everything that is about what somebody used.
fn by_kind(released: &Released) -> Vec<crate::Table> {
    released.tables().iter().filter(|t| t.id != "links").cloned().collect()
}

proptest! {
    /// More on an issued link moves the schedule and no cell by kind; more of a kind moves its cell and no line.
    #[test]
    fn guarantee_25_no_octet_stands_in_both_documents(
        news in prop::collection::vec(8_u64..40, 8..14),
        issued in prop::collection::vec(100_u64..90_000, 1..8),
        more in 100_u64..90_000,
    ) {
        let plain = through(month(&news, &issued));
        let mut on_links = issued.clone();
        on_links[0] += more;
        let moved = through(month(&news, &on_links));
        prop_assert_eq!(by_kind(&moved), by_kind(&plain));
        prop_assert_ne!(moved.schedule(), plain.schedule());
        let mut of_kind = news.clone();
        of_kind.iter_mut().for_each(|gb| *gb += more.div_ceil(1_000));
        let moved = through(month(&of_kind, &issued));
        prop_assert_eq!(moved.schedule(), plain.schedule());
        prop_assert_ne!(by_kind(&moved), by_kind(&plain));
    }
}

/// What a reader knows: each row of the use table, and what each person can have used over shared links.
struct Reader {
    rows: Vec<(u64, u64)>,
    most: Vec<u64>,
}

/// A printed figure as the octets that it stands for: half a step either way.
fn span(table: &crate::Table, row: &str) -> Option<(u64, u64)> {
    let value = table.row(row)?.cells[0].value()?.unsigned_abs() * GB;
    let half = table.base.unsigned_abs() * GB / 2;
    Some((value.saturating_sub(half), value + half))
}

impl Reader {
    /// From the summary alone, or with the schedule's lines: what these tell of issued links comes off the total.
    fn new(released: &Released, people: usize, with_schedule: bool) -> Self {
        let (uses, links) = (released.table("use").unwrap(), released.table("links").unwrap());
        let rows = uses.rows.iter().filter_map(|r| span(uses, &r.id)).collect();
        let (_, mut most) = span(links, "office").unwrap();
        // Where too few hold issued links, the total is of the shared ones alone.
        if with_schedule && span(links, "issued").is_some() {
            let lines = released.schedule().unwrap().lines();
            let least = |l: &ScheduleLine| {
                l.bytes.value().map_or(0, |n| n.unsigned_abs().saturating_sub(SCHEDULE_STEP_OCTETS - 1))
            };
            let (_, all) = span(links, "total").unwrap();
            most = most.min(all - lines.iter().map(least).sum::<u64>());
        }
        Self { rows, most: vec![most; people] }
    }

    /// Least and most that one person can have used of one row.
    fn bounds(&self, row: usize, person: usize) -> (u64, u64) {
        let (low, high) = self.rows[row];
        let others = (0..self.most.len()).filter(|p| *p != person).map(|p| self.most[p].min(high));
        let others = others.fold(0_u64, u64::saturating_add);
        (low.saturating_sub(others), high.min(self.most[person]))
    }

    /// Whether somebody's true use of a row is bounded as no reader may bound it.
    fn gets_in(&self, row: usize, truth: &[u64]) -> bool {
        (0..truth.len()).any(|p| {
            let ((low, high), truth) = (self.bounds(row, p), truth[p]);
            high * 10 < truth * 12 || low * 10 > truth * 2 || low > GB
        })
    }
}

#[test]
fn guarantee_26_the_lines_narrow_nothing_that_the_summary_says() {
    let check = |news: &[u64], issued: &[u64]| {
        let released = through(month(news, issued));
        let people = news.len();
        let (alone, both) = (Reader::new(&released, people, false), Reader::new(&released, people, true));
        assert_eq!(released.schedule().map_or(0, |s| s.lines().len()), issued.len());
        let truths = [news.iter().map(|g| g * GB).collect::<Vec<_>>(), vec![20 * GB; people]];
        assert_eq!(alone.rows.len(), truths.len(), "news and other use are printed");
        for (row, truth) in truths.iter().enumerate() {
            for person in 0..people {
                assert_eq!(both.bounds(row, person), alone.bounds(row, person));
            }
            assert!(!both.gets_in(row, truth), "{news:?} {issued:?}");
        }
    };
    check(&[10; 8], &[1_000; 6]);
    check(&[30, 12, 10, 10, 10, 9, 9, 9], &[100, 5_000, 20_000, 999, 1_001, 40_000, 7, 63_000]);
    check(&[10; 12], &[]);
}

#[test]
fn guarantee_26_the_same_reader_gets_in_where_totals_of_people_are_told() {
    // Seven with a trifle beside one who has it all: were each person's total over shared links told to 100 MB, as an issued
    // link's is, the row's rest could be nobody else's.
    let news = [10, 10, 10, 10, 10, 10, 10, 30];
    let released = through(month(&news, &[1_000; 6]));
    let mut reader = Reader::new(&released, news.len(), true);
    let truth: Vec<u64> = news.iter().map(|g| g * GB).collect();
    assert!(!reader.gets_in(0, &truth));
    reader.most = vec![GB, GB, GB, GB, GB, GB, GB, 50 * GB];
    assert!(reader.gets_in(0, &truth), "the test can fail");
}

#[test]
fn guarantee_26_a_line_has_the_listed_things_alone() {
    let released = through(month(&[10; 8], &[1_000; 6]));
    for line in released.schedule().unwrap().lines() {
        // Taken apart without a rest: a further field would not compile.
        let ScheduleLine { asset, cycle_start, cycle_end, bytes, cost, allowance_used, place, forecast } = line;
        assert!(asset.starts_with("A-") && cycle_start < cycle_end && *cost == 1_500);
        assert_eq!((bytes.value(), allowance_used.value()), (Some(1_000_000_000), Some(5)));
        assert_eq!((*place, forecast), (Place::Uk, &Cell::Symbol(Symbol::Z)));
    }
    // Nothing of it stands in the summary: what depends on use is `[c]` on each line.
    let costs = released.costs().iter().filter(|c| c.link != "issued");
    assert!(costs.clone().count() == 6 && costs.clone().all(|c| c.total == Cell::Symbol(Symbol::C)));
}
