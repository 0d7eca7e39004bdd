//! Documents built by hand: every figure in them is typed here and asserted again in the tests.

pub(crate) mod page;

use model::{Taxonomy, Treatment};
use reports::Document;
use reports::document::{
    Accounting, AssessmentRef, Attack, Audience, Busy, Cell, Column, Cost, CostSource, Coverage, Definition, Fault,
    Hidden, Lasts, Load, Mark, Measure, Money, Note, Recipient, Requirement, Resolver, Row, SCHEMA, Shown, Sign,
    SignMeaning, Source, Status, Symbol, Table, TaxonomyRef, Tier, Unit,
};

/// A figure, a symbol, or a figure with a mark.
#[derive(Clone, Copy)]
pub(crate) enum C {
    N(i64),
    E(i64),
    S(Symbol),
}

pub(crate) use C::{E, N};

pub(crate) const HIDDEN: C = C::S(Symbol::C);

fn cell(c: C) -> Cell {
    match c {
        N(v) => Cell::shown(v),
        E(v) => Cell::Shown(Shown { shown: v, marks: vec![Mark::E] }),
        C::S(s) => Cell::symbol(s),
    }
}

pub(crate) fn table(
    id: &str,
    title: &str,
    measure: Measure,
    base: i64,
    columns: &[(&str, &str)],
    rows: &[(&str, &str, &[C])],
) -> Table {
    let unit = match measure {
        Measure::Volume => Unit::Gigabyte,
        Measure::Time => Unit::Hour,
        Measure::Days => Unit::PersonDay,
    };
    let row = |(id, label, cells): &(&str, &str, &[C])| Row {
        id: (*id).to_owned(),
        label: (*label).to_owned(),
        cells: cells.iter().map(|c| cell(*c)).collect(),
    };
    Table {
        id: id.to_owned(),
        title: title.to_owned(),
        measure,
        unit,
        base,
        layout: None,
        columns: columns
            .iter()
            .map(|(id, label)| Column { id: (*id).to_owned(), label: (*label).to_owned() })
            .collect(),
        rows: rows.iter().map(row).collect(),
    }
}

fn date(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

pub(crate) fn cost(link: &str, kind: &str, cycle: (&str, &str), pence: (i64, i64, i64), budget: Option<i64>) -> Cost {
    let (fixed, usage, abroad) = pence;
    Cost {
        link: link.to_owned(),
        kind: kind.to_owned(),
        cycle_start: date(cycle.0),
        cycle_end: date(cycle.1),
        fixed,
        usage: Money::Pence(usage),
        abroad: Money::Pence(abroad),
        total: Money::Pence(fixed + usage + abroad),
        budget,
        source: CostSource::Tariff,
        forecast: false,
        low: None,
        high: None,
        data_reached: None,
        budget_reached: None,
        // The first bill of its year.
        spent: budget.map(|_| fixed + usage + abroad),
        spent_since: budget.map(|_| date(cycle.0)),
        bundle_gb: None,
        lasts: None,
    }
}

fn coverage(link: &str, days_complete: i64, percent: i64) -> Coverage {
    Coverage { link: link.to_owned(), days: 31, days_complete, percent }
}

/// A link that was never down, half full at its fullest.
fn calm(link: &str) -> Fault {
    Fault {
        link: link.to_owned(),
        outages: 0,
        outage_minutes: 0,
        gaps: 0,
        lost_export_days: 0,
        peak: Some(Load::Light),
        busiest: Vec::new(),
        resolver: None,
    }
}

fn base(authority: &str, name: &str, tier: Tier) -> Document {
    Document {
        schema: SCHEMA.to_owned(),
        software: "tithing 0.1.0".to_owned(),
        authority: authority.to_owned(),
        name: name.to_owned(),
        month: "2026-03".to_owned(),
        status: Status::Complete,
        audience: if tier == Tier::Totals { Audience::Restricted } else { Audience::Public },
        test_clock: None,
        assessment: Some(AssessmentRef { version: "2".to_owned(), review_due: Some(date("2027-02-01")) }),
        people_tier: tier,
        tables: Vec::new(),
        costs: Vec::new(),
        claims_to_check: None,
        security_notices: None,
        coverage: Vec::new(),
        accounting: None,
        symbols: Vec::new(),
        taxonomy: TaxonomyRef {
            version: "2026-27.1".to_owned(),
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            lists: Vec::new(),
            precedence: String::new(),
            changes: Vec::new(),
        },
        checkpoint: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".to_owned(),
        checkpoint_key: String::new(),
        attack: Attack { profiles: Vec::new(), breaches: 0, folded: 0 },
        definitions: Vec::new(),
        measured: vec![
            "How much data each internet link carried, by the routers’ own counts.".to_owned(),
            "What the links cost, from bills, price plans and claims.".to_owned(),
        ],
        not_measured: vec![
            "What anybody read, wrote, sent or received.".to_owned(),
            "People’s own devices and guests, except in a link’s total.".to_owned(),
        ],
        reasons: Vec::new(),
        requirements: Vec::new(),
        missing_nights: Vec::new(),
        faults: Vec::new(),
        sources: vec![source("Router records", "Each connection’s time, ends and amount of data.")],
        queries: Vec::new(),
        recipients: vec![Recipient { role: "clerk".to_owned(), document: "summary".to_owned() }],
        contact: format!("The clerk of {name}"),
        complaints: "Write to the clerk, or telephone 01632 960001. You will hear from us within 30 days".to_owned(),
        notes: Vec::new(),
    }
}

fn source(kind: &str, meaning: &str) -> Source {
    Source { kind: kind.to_owned(), meaning: meaning.to_owned() }
}

/// Fills in the list of symbols.
pub(crate) fn explained(mut document: Document) -> Document {
    let meaning = |s: Sign| match s {
        Sign::C => "too few people to show, or none",
        Sign::X => "not available: records are missing",
        Sign::Z => "does not apply",
        Sign::Low => "rounds to zero, but is not zero",
        Sign::E => "estimated",
        Sign::R => "revised",
    };
    document.symbols = document
        .signs()
        .into_iter()
        .map(|symbol| SignMeaning { symbol, meaning: meaning(symbol).to_owned() })
        .collect();
    document
}

fn accounting(shown: C, withheld: C, excluded: C, undecodable: C, counted: C) -> Option<Accounting> {
    Some(Accounting {
        shown: cell(shown),
        withheld: cell(withheld),
        excluded: cell(excluded),
        undecodable: cell(undecodable),
        counted: cell(counted),
        unit: Unit::Gigabyte,
        base: 1,
    })
}

const VOLUME: &[(&str, &str)] = &[("volume", "Data")];
const LOW: C = C::S(Symbol::Low);

/// A parish of three people: links, costs, coverage and advice.
pub(crate) fn totals() -> Document {
    let mut d = base("example-parish", "Example Parish Council", Tier::Totals);
    d.tables = vec![table(
        "links",
        "What each link carried",
        Measure::Volume,
        1,
        VOLUME,
        &[
            ("office", "Office broadband", &[N(118)]),
            ("hall", "Village hall router", &[N(41)]),
            ("total", "Total of the figures above", &[N(159)]),
        ],
    )];
    d.costs = vec![
        cost("office", "flat", ("2026-03-01", "2026-03-31"), (3_600, 0, 0), Some(4_000)),
        cost("hall", "bundle", ("2026-02-15", "2026-03-14"), (1_500, 525, 0), Some(1_800)),
        Cost {
            usage: Money::Symbol(Hidden { symbol: Symbol::C }),
            abroad: Money::Symbol(Hidden { symbol: Symbol::C }),
            total: Money::Symbol(Hidden { symbol: Symbol::C }),
            ..cost("dongle-1", "dongle", ("2026-02-20", "2026-03-19"), (1_000, 0, 0), None)
        },
    ];
    d.coverage = vec![coverage("office", 31, 99), coverage("hall", 31, 97)];
    let resolver = Resolver { failed_percent: 1, unknown_percent: 4, delay_ms: Some(15), unusual_days: 1 };
    d.faults = vec![
        Fault { outages: 2, outage_minutes: 180, resolver: Some(resolver), ..calm("office") },
        Fault { lost_export_days: 1, peak: None, ..calm("hall") },
    ];
    d.accounting = accounting(N(159), N(0), N(3), LOW, N(162));
    d.reasons = vec![
        "Fewer than five people used council devices all month, so any kind of site could point to one person"
            .to_owned(),
    ];
    d.measured
        .insert(1, "What kind of use devices made of it. This is not shown: there are too few people.".to_owned());
    explained(d)
}

/// The parish of [`totals`] in the last month of a financial year: its hall's router has a plan of 20 GB a cycle.
pub(crate) fn bundles() -> Document {
    let mut d = totals();
    let links = &mut d.tables[0].rows;
    (links[1].cells, links[2].cells) = (vec![cell(N(30))], vec![cell(N(148))]);
    d.tables.push(table(
        "cycles",
        "Data in each billing cycle",
        Measure::Volume,
        1,
        &[("month", "This month (GB)"), ("cycle", "In the cycle so far (GB)")],
        &[
            ("hall:2026-03-14", "Village hall router, cycle to 14 March 2026", &[N(13), N(22)]),
            ("hall:2026-04-14", "Village hall router, cycle to 14 April 2026", &[N(17), N(17)]),
        ],
    ));
    let office = cost("office", "flat", ("2026-03-01", "2026-03-31"), (3_600, 0, 0), Some(45_000));
    let hall = |cycle, pence| Cost { bundle_gb: Some(20), ..cost("hall", "bundle", cycle, pence, Some(13_000)) };
    d.costs = vec![
        Cost { spent: Some(43_200), spent_since: Some(date("2025-04-01")), ..office },
        Cost {
            spent: Some(14_025),
            spent_since: Some(date("2025-09-15")),
            budget_reached: Some(100),
            ..hall(("2026-02-15", "2026-03-14"), (1_500, 525, 0))
        },
        Cost {
            forecast: true,
            spent: None,
            spent_since: None,
            low: Some(3_100),
            high: Some(4_400),
            lasts: Some(Lasts::No),
            ..hall(("2026-03-15", "2026-04-14"), (1_500, 2_250, 0))
        },
    ];
    d.accounting = accounting(N(148), N(0), N(3), LOW, N(151));
    explained(d)
}

/// A parish whose notice covers e-mail alone: no record of names was opened, and a night is missing.
pub(crate) fn lowered() -> Document {
    let mut d = base("luttons-example", "Example Luttons Parish Council", Tier::Totals);
    d.status = Status::Lowered;
    d.test_clock = Some("2026-04-03T00:00:00Z".to_owned());
    d.tables = vec![table(
        "links",
        "What each link carried",
        Measure::Volume,
        1,
        VOLUME,
        &[("office", "Office broadband", &[N(64)])],
    )];
    d.costs = vec![cost("office", "flat", ("2026-03-01", "2026-03-31"), (2_999, 0, 0), None)];
    d.coverage = vec![coverage("office", 31, 100)];
    d.accounting = accounting(N(64), N(0), N(0), N(0), N(64));
    d.reasons = vec!["The council’s notice announces checks of e-mail only, so no kinds of site were read".to_owned()];
    d.requirements = vec![
        Requirement {
            code: "notice_web".to_owned(),
            met: false,
            what: "the notice to users covers e-mail and not the web".to_owned(),
            source: "Regulations of 2018, regulation 4".to_owned(),
            next: "tell everyone who may use the network that web use is measured, then set web = true under [notice]"
                .to_owned(),
        },
        Requirement {
            code: "purposes".to_owned(),
            met: true,
            what: "purposes are named".to_owned(),
            source: "UK GDPR article 5".to_owned(),
            next: String::new(),
        },
    ];
    d.not_measured.insert(1, "Which sites were used: no kinds of site are shown.".to_owned());
    explained(d)
}

/// A parish of six: neutral rows, with a missing night.
pub(crate) fn neutral() -> Document {
    let mut d = base("six-example", "Example Six Parish Council", Tier::Neutral);
    d.status = Status::Gaps;
    let rows = |w, b, o| {
        [
            ("work-services", "Work services", w),
            ("updates", "Updates and background services", b),
            ("other", "All other use", o),
        ]
    };
    let build = |id: &str, title: &str, measure, values: [(&str, &str, C); 3]| {
        let cells = values.map(|(_, _, c)| [c]);
        let rows: Vec<(&str, &str, &[C])> =
            values.iter().zip(&cells).map(|((id, label, _), c)| (*id, *label, c.as_slice())).collect();
        let step = if measure == Measure::Days { 5 } else { 1 };
        table(id, title, measure, step, &[(measure_id(measure), "Data")], &rows)
    };
    d.tables = vec![
        table(
            "links",
            "What each link carried",
            Measure::Volume,
            1,
            VOLUME,
            &[("office", "Office broadband", &[E(212)])],
        ),
        build("use", "Kinds of use", Measure::Volume, rows(E(58), N(37), N(94))),
        build("use-time", "Kinds of use: active time", Measure::Time, rows(N(143), N(71), N(166))),
        build("use-days", "Kinds of use: days", Measure::Days, rows(N(95), N(120), N(110))),
    ];
    d.costs = vec![Cost {
        source: CostSource::Operator,
        ..cost("office", "flat", ("2026-03-01", "2026-03-31"), (3_600, 0, 0), Some(3_600))
    }];
    d.coverage = vec![coverage("office", 30, 96)];
    d.missing_nights = vec![date("2026-03-17")];
    d.accounting = accounting(N(212), N(0), N(4), N(1), N(217));
    d.definitions = vec![
        Definition {
            id: "work-services".to_owned(),
            label: "Work services".to_owned(),
            meaning: "Government; council suppliers; office documents; banking; business services; IT tools".to_owned(),
        },
        Definition {
            id: "other".to_owned(),
            label: "All other use".to_owned(),
            meaning: "Everything not in another row".to_owned(),
        },
    ];
    d.notes = vec![Note {
        date: date("2026-05-06"),
        text: "The router at the office counted its own updates twice on one day. The figure for updates is too high."
            .to_owned(),
    }];
    explained(d)
}

fn measure_id(measure: Measure) -> &'static str {
    match measure {
        Measure::Volume => "volume",
        Measure::Time => "time",
        Measure::Days => "days",
    }
}

/// Every kind of use that may have a row of its own, with figures for some.
fn kinds(figures: &[(&str, C)]) -> Vec<(&'static str, &'static str, C)> {
    let own = Taxonomy::ALL.iter().filter(|c| c.treatment != Treatment::Pooled);
    own.map(|c| (c.id, c.label, figures.iter().find(|(id, _)| *id == c.id).map_or(HIDDEN, |(_, v)| *v))).collect()
}

fn kinds_table(id: &str, title: &str, measure: Measure, step: i64, figures: &[(&str, C)]) -> Table {
    let kinds = kinds(figures);
    let cells: Vec<[C; 1]> = kinds.iter().map(|(_, _, c)| [*c]).collect();
    let rows: Vec<(&str, &str, &[C])> = kinds.iter().zip(&cells).map(|((i, l, _), c)| (*i, *l, c.as_slice())).collect();
    table(id, title, measure, step, &[(measure_id(measure), "Data")], &rows)
}

fn definitions() -> Vec<Definition> {
    let own = Taxonomy::ALL.iter().filter(|c| c.treatment != Treatment::Pooled);
    own.map(|c| Definition { id: c.id.to_owned(), label: c.label.to_owned(), meaning: c.meaning.to_owned() }).collect()
}

/// A council of nine: one-way tables, most rows too small to show.
pub(crate) fn one_way() -> Document {
    let mut d = base("nine-example", "Example Nine Town Council", Tier::OneWay);
    d.tables = vec![
        table(
            "links",
            "What each link carried",
            Measure::Volume,
            5,
            VOLUME,
            &[("office", "Office broadband", &[N(310)]), ("depot", "Depot router", &[N(45)])],
        ),
        kinds_table(
            "use",
            "Kinds of use",
            Measure::Volume,
            5,
            &[("office", N(85)), ("updates", N(60)), ("social", N(15)), ("news", N(5)), ("other", N(120))],
        ),
        kinds_table(
            "use-time",
            "Kinds of use: active time",
            Measure::Time,
            5,
            &[("office", N(240)), ("updates", N(95)), ("social", N(40)), ("news", N(25)), ("other", N(210))],
        ),
        kinds_table(
            "use-days",
            "Kinds of use: days",
            Measure::Days,
            5,
            &[("office", N(150)), ("updates", N(180)), ("social", N(70)), ("news", N(65)), ("other", N(170))],
        ),
    ];
    d.costs = vec![
        cost("office", "flat", ("2026-03-01", "2026-03-31"), (4_500, 0, 0), Some(4_500)),
        cost("depot", "per-mb", ("2026-03-01", "2026-03-31"), (500, 1_250, 199), Some(1_500)),
    ];
    d.coverage = vec![coverage("office", 31, 99), coverage("depot", 31, 100)];
    let busy = |day: &str, start: &str, percent| Busy { date: date(day), start: start.to_owned(), percent };
    let busiest =
        vec![busy("2026-03-10", "11:15", 90), busy("2026-03-24", "14:00", 90), busy("2026-03-04", "10:45", 80)];
    d.faults = vec![
        Fault { outages: 1, outage_minutes: 90, peak: Some(Load::Full), busiest, ..calm("office") },
        Fault { gaps: 2, ..calm("depot") },
    ];
    d.accounting = accounting(N(355), N(0), N(10), LOW, N(365));
    d.definitions = definitions();
    d.sources.push(source("Name lookups", "Which names council devices looked up, and when."));
    explained(d)
}

/// A town of fourteen: kinds of use crossed with working hours.
pub(crate) fn crossed() -> Document {
    let mut d = one_way();
    d.authority = "town-example".to_owned();
    d.name = "Example Town Council".to_owned();
    d.contact = "The clerk of Example Town Council, clerk@town.example, telephone 01632 960002".to_owned();
    d.people_tier = Tier::Crossed;
    d.test_clock = Some("2026-04-03T00:00:00Z".to_owned());
    d.tables[0] = table(
        "links",
        "What each link carried",
        Measure::Volume,
        5,
        VOLUME,
        &[("office", "Office broadband", &[N(1_240)]), ("depot", "Depot router", &[N(85)])],
    );
    d.accounting = accounting(N(1_325), N(0), N(15), N(5), N(1_345));
    let volume = [
        ("government", N(20)),
        ("office", N(415)),
        ("it-tools", N(10)),
        ("updates", N(260)),
        ("advertising", N(15)),
        ("search", N(20)),
        ("news", N(30)),
        ("social", N(55)),
        ("shopping", N(10)),
        ("travel", LOW),
        ("other", N(345)),
    ];
    d.tables[1] = kinds_table("use", "Kinds of use", Measure::Volume, 5, &volume);
    let time = [
        ("government", N(75)),
        ("office", N(1_105)),
        ("it-tools", N(30)),
        ("updates", N(390)),
        ("advertising", N(160)),
        ("search", N(190)),
        ("news", N(95)),
        ("social", N(130)),
        ("shopping", N(35)),
        ("travel", N(10)),
        ("other", N(820)),
    ];
    d.tables[2] = kinds_table("use-time", "Kinds of use: active time", Measure::Time, 5, &time);
    let days = [
        ("government", N(120)),
        ("office", N(265)),
        ("it-tools", N(85)),
        ("updates", N(300)),
        ("advertising", N(245)),
        ("search", N(250)),
        ("news", N(170)),
        ("social", N(185)),
        ("shopping", N(90)),
        ("travel", N(40)),
        ("other", N(295)),
    ];
    d.tables[3] = kinds_table("use-days", "Kinds of use: days", Measure::Days, 5, &days);
    d.tables.push(table(
        "times",
        "Data by time of day",
        Measure::Volume,
        5,
        VOLUME,
        &[
            ("core", "Working hours", &[N(690)]),
            ("lunch", "Lunch breaks", &[N(75)]),
            ("outside", "Outside working hours", &[N(150)]),
        ],
    ));
    d.tables.push(table(
        "crossed",
        "Kinds of use by time of day",
        Measure::Volume,
        5,
        &[("core", "Working hours (GB)"), ("not-core", "Lunch and outside working hours (GB)")],
        &[
            ("office", "Office, documents and meetings", &[N(330), N(25)]),
            ("updates", "Updates, security and device services", &[N(165), N(70)]),
            ("social", "Social media", &[HIDDEN, N(30)]),
            ("other", "All other use", &[N(195), N(100)]),
        ],
    ));
    d.attack.profiles = vec!["outsider".to_owned(), "each contributor".to_owned()];
    explained(d)
}

/// The documents with a golden page, by name.
pub(crate) fn all() -> Vec<(&'static str, Document)> {
    vec![
        ("totals", totals()),
        ("bundles", bundles()),
        ("lowered", lowered()),
        ("neutral", neutral()),
        ("one-way", one_way()),
        ("crossed", crossed()),
    ]
}

/// Holds a text to its golden; where they differ, says in which lines.
pub(crate) fn same(what: &str, golden: &str, text: &str) {
    const LINES_MAX: usize = 12;
    let (old, new): (Vec<&str>, Vec<&str>) = (golden.lines().collect(), text.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let lines = |mark: &str, all: &[&str]| {
        let part = all[start..all.len() - end].iter().take(LINES_MAX);
        part.map(|l| format!("{mark} {l}\n")).collect::<String>()
    };
    let shown = lines("-", &old) + &lines("+", &new);
    assert!(golden == text, "{what} differs from its golden from line {} on:\n{shown}", start + 1);
}

#[test]
fn a_difference_is_shown_by_its_lines() {
    let said = std::panic::catch_unwind(|| same("it", "a\nb\nc\n", "a\nx\ny\nc\n")).unwrap_err();
    let said = said.downcast_ref::<String>().unwrap();
    assert_eq!(said, "it differs from its golden from line 2 on:\n- b\n+ x\n+ y\n");
}
