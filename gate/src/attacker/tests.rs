//! Cases by hand, and the closed form beside a linear program that has a variable for every person and place.

use proptest::prelude::*;

use super::bounds::{Figure, Interval, Mask, OPEN, System};
use super::simplex::{Best, Row, maximum};
use super::storm::{Finding, Member, Problem, Scale};
use super::{Artefact, Target, Truth, attack, read};

const GB: u64 = 1_000_000_000;
const VOLUME: Scale = Scale { little: 1_000_000, most_known: GB, cap: None };

fn member(values: &[u64]) -> Member {
    let could = (1 << values.len()) - 1;
    Member { values: values.iter().map(|gb| gb * GB).collect(), could, counts: true, ..Member::default() }
}

/// The figure over these places, printed to 1 GB.
fn printed(mask: Mask, members: &[Member]) -> Figure {
    let sum: u64 = members.iter().map(|m| m.within(mask)).sum();
    Figure { mask, low: sum.saturating_sub(GB / 2), high: sum + GB / 2 }
}

fn target(mask: Mask, figures: &[Figure]) -> Target {
    let printed = figures.iter().any(|f| f.mask == mask);
    Target { mask, printed, table: String::new(), row: String::new(), part: String::new() }
}

fn problem(members: Vec<Member>, masks: &[Mask], targets: &[Mask], scale: Scale) -> Problem {
    let figures: Vec<Figure> = masks.iter().map(|m| printed(*m, &members)).collect();
    let targets = targets.iter().map(|t| target(*t, &figures)).collect();
    Problem { members, system: System::new(&figures), targets, scale, few: 5 }
}

fn check(gb: &[u64], clerk: Option<usize>, want: Option<(&'static str, Finding)>) {
    let mut members: Vec<Member> = gb.iter().map(|g| member(&[*g])).collect();
    clerk.into_iter().for_each(|i| members[i].clerk = true);
    let found = problem(members, &[1], &[1], VOLUME).findings();
    assert_eq!(found.first().map(|(_, who, what)| (*who, *what)), want, "{gb:?} {clerk:?}");
}

#[test]
fn guarantee_14_nobody_bounds_another_closely() {
    let at_most = |who| Some((who, Finding::AtMost));
    check(&[20, 20, 20, 20, 20], Some(0), None);
    // 300 + 50 + 10 + 10 + 10 = 380: who has 50 knows that the largest has at most 330.5, less than 1.2 x 300 = 360.
    check(&[300, 50, 10, 10, 10], Some(2), at_most("contributor"));
    // The same person, being the clerk.
    check(&[300, 50, 10, 10, 10], Some(1), at_most("clerk"));
    // 300 + 10 x 4 = 340: anyone at all knows at most 340.5, less than 360.
    check(&[300, 10, 10, 10, 10], Some(1), at_most("outsider"));
    // 100 + 50 + 3 x 10 = 180. Less 50: 130.5, enough for 120. The clerk (10) with the second (50): 120.5, just enough.
    check(&[100, 50, 10, 10, 10], Some(4), None);
    // 100 + 52 + 10 + 10 + 10 = 182; the clerk, who has 20 instead of 10, with the second: 192 - 72 = 120, and 0.5 more.
    check(&[100, 52, 20, 10, 10], Some(2), None);
    // 100 + 50 + 20 + 4 + 4 = 178, less 70 are 108.5: less than 120. Alone, the second sees 128.5.
    check(&[100, 50, 20, 4, 4], Some(2), at_most("clerk-and-one"));
    // Nobody is named as the clerk: any two may be.
    check(&[100, 50, 20, 4, 4], None, at_most("clerk-and-one"));
    // The clerk is one of the small ones: 178 - 54 = 124.5.
    check(&[100, 50, 20, 4, 4], Some(4), None);
}

#[test]
fn guarantee_11_the_sum_of_four_is_too_much() {
    check(&[20, 20, 20, 20], Some(0), Some(("outsider", Finding::FewPeople)));
    // The fifth has less than one percent of 80.7.
    let mut members: Vec<Member> = [20, 20, 20, 20].iter().map(|g| member(&[*g])).collect();
    members.push(Member { values: vec![700_000_000], ..member(&[0]) });
    let found = problem(members, &[1], &[1], VOLUME).findings();
    assert_eq!(found.first().map(|f| f.2), Some(Finding::FewPeople));
}

#[test]
fn guarantee_15_a_difference_is_a_figure() {
    // Twelve people in place 0 and a few in place 1; printed are both places together and place 0.
    let check = |alone: usize, want: Option<Finding>| {
        let mut members: Vec<Member> = (0..12).map(|_| Member { could: 1, ..member(&[10, 0]) }).collect();
        members.extend((0..alone).map(|_| Member { could: 2, ..member(&[0, 10]) }));
        members[0].clerk = true;
        let found = problem(members, &[0b11, 0b01], &[0b11, 0b01, 0b10], VOLUME).findings();
        assert_eq!(found.first().map(|f| f.2), want, "{alone}");
    };
    check(0, None);
    // 130 - 120 is 9 to 11: one person's 10, within a fifth.
    check(1, Some(Finding::FewPeople));
    check(4, Some(Finding::FewPeople));
    check(5, None);
}

#[test]
fn guarantee_15_two_ways_of_dividing_are_read_together() {
    // Rows {0, 1} and {2, 3}, columns {0, 2} and {1, 3}: place 3 is row 2 + column 2 - all.
    let members: Vec<Member> = (0..6).map(|i| member(&[50, 50, 50, if i == 0 { 40 } else { 0 }])).collect();
    let rows = [0b0011, 0b1100, 0b0101, 0b1010];
    let tight = problem(members.clone(), &rows, &[0b1000], VOLUME);
    // Sums alone leave place 3 wide open.
    assert_eq!(tight.findings(), []);
    // With places 0 and 1 printed as well, 340 +- 0.5 less 300 +- 0.5 is 39 to 41: one person's.
    let tight = problem(members, &[0b0011, 0b1100, 0b0101, 0b1010, 0b0001, 0b0010], &[0b1000], VOLUME);
    assert_eq!(tight.findings().first().map(|f| f.2), Some(Finding::FewPeople));
}

#[test]
fn everybody_on_every_day_is_no_secret_kept() {
    let check = |days: &[u64], want: Option<Finding>| {
        let members: Vec<Member> =
            days.iter().map(|d| Member { values: vec![*d], clerk: *d == 1, ..member(&[0]) }).collect();
        let total: u64 = days.iter().sum();
        let figures = [Figure { mask: 1, low: total.saturating_sub(2), high: total + 3 }];
        let scale = Scale { little: 1, most_known: u64::MAX, cap: Some(31) };
        let targets = vec![target(1, &figures)];
        let found = Problem { members, system: System::new(&figures), targets, scale, few: 5 }.findings();
        assert_eq!(found.first().map(|f| f.2), want, "{days:?}");
    };
    check(&[20; 6], None);
    // 186 in all and at most 31 each: everybody was there on at least 184 - 5 x 31 = 29 days.
    check(&[31; 6], Some(Finding::AtLeast));
    // 162 - 155 = 7 of 27: more than a fifth, for a reader who knows nothing.
    check(&[27; 6], Some(Finding::AtLeast));
    // 6 x 26 = 156, printed as at least 154; two who know their own 52 leave 102 to four, less 3 x 31: 9, more than 5.2.
    check(&[26; 6], Some(Finding::AtLeast));
    // 6 x 25 = 150, at least 148; two leave 98, less 93: 5, which is no more than a fifth of 25.
    check(&[25; 6], None);
}

#[test]
fn a_band_of_a_device_says_who() {
    let check = |bands: &[(u64, u64)], want: Option<Finding>| {
        let band =
            |i: usize| bands.get(i).map(|(l, h)| Interval { low: l * GB, high: if *h == 0 { OPEN } else { h * GB } });
        let members: Vec<Member> = [[6, 4], [6, 4], [6, 4], [6, 4], [6, 4], [6, 4]]
            .iter()
            .enumerate()
            .map(|(i, gb)| Member { band: band(i), clerk: i == 5, ..member(gb) })
            .collect();
        let found = problem(members, &[0b01, 0b10], &[0b01, 0b10], VOLUME).findings();
        assert_eq!(found.first().map(|f| f.2), want, "{bands:?}");
        assert!(found.iter().all(|f| f.1 == "schedule-reader"));
    };
    check(&[(1, 10); 6], None);
    check(&[(10, 50); 6], None);
    // Everybody else has at most 1 GB: of 36 at least 35.5 - 5 are the first one's.
    check(&[(50, 0), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1)], Some(Finding::AtLeast));
    // At least 50 in all with at most 24.5 in place 1: 25.5 in place 0, far more than a fifth of 6.
    check(&[(50, 200), (1, 10), (1, 10), (1, 10), (1, 10), (1, 10)], Some(Finding::AtLeast));
}

/// The exact bounds of one person's part, by a program with a variable for every person and place.
fn exact(members: &[Member], figures: &[Figure], mask: Mask, reader: &[usize], about: usize) -> Option<(f64, f64)> {
    let width = members[0].values.len();
    let place = |i: usize, bit: usize| i * width + bit;
    let inside = |mask: Mask| (0..width).filter(move |b| mask >> b & 1 == 1);
    let gb = |octets: u64| if octets == OPEN { f64::INFINITY } else { octets as f64 / 1e9 };
    let mut rows: Vec<Row> = Vec::new();
    for f in figures {
        let terms = (0..members.len()).flat_map(|i| inside(f.mask).map(move |b| place(i, b))).collect();
        rows.push(Row { terms, low: gb(f.low), high: gb(f.high) });
    }
    for (i, m) in members.iter().enumerate() {
        for bit in (0..width).filter(|_| reader.contains(&i)) {
            let own = gb(m.values[bit]);
            rows.push(Row { terms: vec![place(i, bit)], low: own, high: own });
        }
        if let Some(band) = m.band {
            let terms = (0..width).map(|b| place(i, b)).collect();
            rows.push(Row { terms, low: gb(band.low), high: gb(band.high) });
        }
    }
    let cost = |sign: f64| {
        let mut cost = vec![0.0; members.len() * width];
        inside(mask).for_each(|b| cost[place(about, b)] = sign);
        cost
    };
    let best = |sign| match maximum(&cost(sign), &rows) {
        Best::At(value) => Some(value),
        Best::Unbounded => Some(f64::INFINITY),
        Best::Contradiction => None,
    };
    Some((-best(-1.0)?, best(1.0)?))
}

/// What the programs conclude of a target: whether some profile gets in, on the upper or the lower side.
fn by_programs(problem: &Problem, figures: &[Figure], target: &Target) -> bool {
    let members = &problem.members;
    let parts: Vec<u64> = members.iter().map(|m| m.within(target.mask)).collect();
    let total: u64 = parts.iter().sum();
    let says = |i: usize| parts[i] >= problem.scale.little && u128::from(parts[i]) * 100 >= u128::from(total);
    let all = 0..members.len();
    let mut readers: Vec<Vec<usize>> = vec![vec![]];
    readers.extend(all.clone().map(|i| vec![i]));
    let clerks: Vec<usize> = all.clone().filter(|i| members[*i].clerk).collect();
    readers.extend(clerks.iter().flat_map(|c| all.clone().filter(move |j| j != c).map(move |j| vec![*c, j])));
    readers.iter().any(|reader| {
        all.clone().filter(|i| says(*i) && !reader.contains(i)).any(|i| {
            let truth = parts[i] as f64 / 1e9;
            let (low, high) = exact(members, figures, target.mask, reader, i).unwrap();
            let slack = 1e-6;
            high < truth * 1.2 - slack || low > truth * 0.2 + slack || low > 1.0 + slack
        })
    })
}

fn people(width: usize) -> impl Strategy<Value = Vec<Vec<u64>>> {
    let part = prop_oneof![3 => Just(0_u64), 3 => 1..20_u64, 1 => 20..200_u64];
    prop::collection::vec(prop::collection::vec(part, width), 5..8)
}

/// Sets of which some lie in others, some apart, some across.
const LAMINAR: [Mask; 5] = [0b111111, 0b000111, 0b111000, 0b000001, 0b010000];
const CROSSING: [Mask; 6] = [0b001001, 0b010010, 0b100100, 0b000111, 0b111000, 0b000001];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Verdicts by the short way (the truth as a witness, the closed form, sums instead of people) are those of programs with
    /// a variable for every person and place. Sums of few people are left out: those are no matter of bounds.
    #[test]
    fn guarantee_14_verdicts_are_those_of_a_linear_program(
        values in people(6),
        crossing in any::<bool>(),
        bands in any::<bool>(),
        pick in 0_usize..63,
    ) {
        let mut members: Vec<Member> = values.iter().map(|v| member(v)).collect();
        members[0].clerk = true;
        if bands {
            for m in &mut members {
                let all = m.within(Mask::MAX) / GB;
                let edges = [0, 1, 10, 50, 200];
                let i = edges.iter().rposition(|e| *e <= all).unwrap();
                let high = edges.get(i + 1).map_or(OPEN, |e| e * GB);
                m.band = Some(Interval { low: edges[i] * GB, high });
            }
        }
        let masks: &[Mask] = if crossing { &CROSSING } else { &LAMINAR };
        let figures: Vec<Figure> = masks.iter().map(|m| printed(*m, &members)).collect();
        let mask = pick as Mask + 1;
        let mut problem = problem(members, masks, &[mask], VOLUME);
        problem.few = 0;
        let short = !problem.findings().is_empty();
        let long = by_programs(&problem, &figures, &problem.targets[0]);
        prop_assert_eq!(short, long);
    }

    /// The closed bounds of sums are those of the program over sums, and hold the truth.
    #[test]
    fn closed_bounds_are_those_of_the_program(values in people(6), pick in 0_usize..5, knows in 0_usize..5) {
        let members: Vec<Member> = values.iter().map(|v| member(v)).collect();
        let figures: Vec<Figure> = LAMINAR.iter().map(|m| printed(*m, &members)).collect();
        let system = System::new(&figures);
        let targets: [Mask; 5] = [0b000010, 0b000111, 0b101000, 0b000110, 0b010000];
        let known = &members[knows].values;
        let target = targets[pick];
        let (closed, program) = (system.closed(target, known).unwrap(), system.program(target, known).unwrap());
        let near = |a: u64, b: u64| a.abs_diff(b) <= 1_000;
        prop_assert!(near(closed.low, program.low) && near(closed.high, program.high), "{closed:?} {program:?}");
        let truth: u64 = members.iter().map(|m| m.within(target)).sum::<u64>() - members[knows].within(target);
        prop_assert!(closed.low <= truth && truth <= closed.high);
    }
}

#[test]
fn a_written_file_is_read_as_a_reader_reads_it() {
    let text = r#"{"schema":"tithing.report/1","month":"2026-03","people_tier":"one-way","tables":[
        {"id":"use","measure":"volume","unit":"GB","base":5,"columns":[{"id":"volume","label":"x"}],
         "rows":[{"id":"news","label":"News","cells":[{"shown":40}]},{"id":"other","label":"o","cells":[{"symbol":"low"}]},
                 {"id":"games","label":"g","cells":[{"symbol":"c"}]}]}],
        "accounting":{"shown":{"shown":40},"withheld":{"symbol":"c"},"excluded":{"shown":0},"undecodable":{"shown":0},
         "counted":{"symbol":"c"},"unit":"GB","base":1}}"#;
    let paper = read::read(&Artefact { name: "a".to_owned(), text: text.to_owned() }).unwrap();
    assert_eq!((paper.month.as_str(), paper.restricted, paper.sheets.len()), ("2026-03", false, 2));
    let sheet = &paper.sheets[0];
    let interval = |row: &str| sheet.cell(row, 0).and_then(|c| sheet.interval(c));
    assert_eq!(interval("news"), Some((37_500_000_000, 42_500_000_000)));
    assert_eq!(interval("other"), Some((0, 2_500_000_000)));
    assert_eq!(interval("games"), None);
    let schedule = r#"{"schema":"tithing.schedule/1","month":"2026-03","device_volumes":[
        {"asset":"A-001","band":"1-10"},{"asset":"A-002","band":"200-"},{"asset":"A-003","band":{"symbol":"z"}}]}"#;
    let paper = read::read(&Artefact { name: "b".to_owned(), text: schedule.to_owned() }).unwrap();
    let bands: Vec<_> = paper.bands.iter().map(|b| (b.asset.as_str(), b.low, b.high)).collect();
    assert_eq!(bands, [("A-001", GB, 10 * GB), ("A-002", 200 * GB, OPEN)]);
    assert!(read::read(&Artefact { name: "c".to_owned(), text: "{}".to_owned() }).is_none());
}

#[test]
fn guarantee_22_a_closed_month_is_not_told_more_closely_later() {
    let paper = |month: &str, news: u64| {
        let text = format!(
            r#"{{"schema":"tithing.report/1","month":"{month}","people_tier":"one-way","tables":[
            {{"id":"use","measure":"volume","unit":"GB","base":1,"columns":[{{"id":"volume"}}],
              "rows":[{{"id":"news","cells":[{{"shown":{news}}}]}},{{"id":"other","cells":[{{"shown":9}}]}}]}}]}}"#
        );
        Artefact { name: month.to_owned(), text }
    };
    let none: &[Truth] = &[];
    let breaches = |all: &[Artefact]| attack(none, all).breaches.len();
    assert_eq!(breaches(&[paper("2026-03", 40)]), 0);
    assert_eq!(breaches(&[paper("2026-03", 40), paper("2026-03", 40), paper("2026-04", 41)]), 0);
    let siege = attack(none, &[paper("2026-03", 40), paper("2026-03", 41)]);
    assert_eq!(siege.breaches.first().map(|b| b.finding), Some(Finding::Narrowed));
    assert_eq!(siege.closed, 1);
}

/// A schedule goes out with its report: it is no later figure. Another one with other bands is.
#[test]
fn guarantee_22_the_bands_that_went_out_with_a_report_are_no_news_when_its_rows_are_gone() {
    let report = Artefact {
        name: "report".to_owned(),
        text: r#"{"schema":"tithing.report/1","month":"2026-02","people_tier":"one-way","tables":[
            {"id":"use","measure":"volume","unit":"GB","base":1,"columns":[{"id":"volume"}],"rows":[]}]}"#
            .to_owned(),
    };
    let schedule = |band: &str| Artefact {
        name: "schedule".to_owned(),
        text: format!(
            r#"{{"schema":"tithing.schedule/1","month":"2026-02","device_volumes":[{{"asset":"A-001","band":"{band}"}}]}}"#
        ),
    };
    let breaches = |all: &[Artefact]| attack(&[], all).breaches.len();
    assert_eq!(breaches(&[report.clone(), schedule("1-10")]), 0);
    assert_eq!(breaches(&[report.clone(), schedule("1-10"), schedule("1-10")]), 0);
    assert_eq!(breaches(&[report, schedule("1-10"), schedule("10-50")]), 1);
}
