//! Small pages printed without any protection, for a second opinion on the attacker.
//!
//! A few people, a few kinds of site, and a page that prints whichever of them a coin chooses: some such pages give people
//! away and some do not. The gate's attacker says which, and `benches/peers/opinion.py` asks a linear program.

use fixtures::contributions::{Drawn, DrawnLink, DrawnMonth, DrawnUnit, MONTHS, Use};
use gate::Artefact;
use reports::document::{Cell, Column, Measure, Row, Symbol, Table, Tier, Unit};
use serde_json::{Value, json};

use crate::fill;
use crate::wall;

const KINDS: [&str; 4] = ["office", "news", "video", "other"];
const GB: u64 = 1_000_000_000;

/// A stream of numbers of the bench's own (splitmix64), so that the pages do not move when the councils do.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// One page, and what the gate's attacker says of it.
pub(crate) fn page(seed: u64, number: u64) -> Value {
    let mut numbers = Numbers(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let council = council(&mut numbers);
    let month = &council.months[0];
    let shown: Vec<bool> = KINDS.iter().map(|k| *k == "other" || numbers.below(3) > 0).collect();
    let history = wall::history(&[], &[]);
    let released = fill::released(&council, month, &history).expect("a small council is released or withheld");
    let mut document = fill::document(&released);
    document.people_tier = Tier::OneWay;
    document.accounting = None;
    document.tables = vec![table(month, &shown)];
    let written = Artefact { name: "report.json".to_owned(), text: reports::json(&document) };
    let found = wall::attack(vec![fill::candidate(&council, month)], std::slice::from_ref(&written));
    let amounts: Vec<Vec<u64>> = month.units.iter().map(|u| KINDS.map(|k| of(u, k)).to_vec()).collect();
    // Of sums that are not printed, those over everybody's whole month.
    let whole = found.breaches.iter().filter(|b| b.table == "use" && (b.printed || b.part.is_empty()));
    let breaches: Vec<Value> =
        whole.map(|b| json!({ "row": b.row, "printed": b.printed, "profile": b.profile })).collect();
    assert_eq!(found.attacked, 1, "the page and the truth disagree");
    json!({ "weak": {
        "kinds": KINDS, "amounts": amounts, "clerk": 0, "breaches": breaches,
        "page": serde_json::from_str::<Value>(&written.text).unwrap_or_default(),
    }})
}

/// Eight or nine people, and now and then one of them who uses most of a kind.
fn council(numbers: &mut Numbers) -> Drawn {
    let people = 8 + numbers.below(2);
    let units = (0..people).map(|key| unit(key as i64, numbers)).collect();
    let month = DrawnMonth {
        month: MONTHS[0].to_owned(),
        full_month: people as u32,
        with_hours: 0,
        unmonitored: 0,
        units,
        unmeasured: Vec::new(),
        excluded: 0,
    };
    let links = vec![DrawnLink { id: "office".to_owned(), holder: None }];
    Drawn { id: "drawn-weak".to_owned(), links, months: vec![month], changes: Vec::new() }
}

fn unit(key: i64, numbers: &mut Numbers) -> DrawnUnit {
    let mut uses = Vec::new();
    for kind in KINDS {
        let octets = match numbers.below(12) {
            0..3 => 0,
            11 => (20 + numbers.below(60)) * GB,
            _ => GB / 2 + numbers.below(9 * GB),
        };
        if octets > 0 {
            uses.push(Use { kind, octets, core: 0, lunch: 0, outside: 0, minutes: 300, days: 20 });
        }
    }
    let role = if key == 0 { "clerk" } else { "councillor" };
    DrawnUnit { key, role, full_month: true, hours: false, second_link: 0, minutes: 900, days: 20, uses }
}

fn of(unit: &DrawnUnit, kind: &str) -> u64 {
    unit.uses.iter().find(|u| u.kind == kind).map_or(0, |u| u.octets)
}

/// Every row of the layout; what the coin hides is part of "All other use".
fn table(month: &DrawnMonth, shown: &[bool]) -> Table {
    let total = |kind: &str| month.units.iter().map(|u| of(u, kind)).sum::<u64>();
    let hidden: u64 = KINDS.iter().zip(shown).filter(|(_, s)| !**s).map(|(k, _)| total(k)).sum();
    let all: u64 = KINDS.iter().map(|k| total(k)).sum();
    let base = if all <= 250 * GB { 1 } else { 5 };
    let figure = |octets: u64| match (octets * 2 + base * GB) / (2 * base * GB) * base {
        0 => Cell::symbol(Symbol::Low),
        value => Cell::shown(value as i64),
    };
    let cell = |id: &str| match KINDS.iter().position(|k| *k == id) {
        Some(_) if id == "other" => figure(total(id) + hidden),
        Some(i) if shown[i] => figure(total(id)),
        _ => Cell::symbol(Symbol::C),
    };
    let ids = model::Taxonomy::ids().filter(|k| k.stored() == *k).map(|k| k.as_str());
    let rows = ids.map(|id| Row { id: id.to_owned(), label: id.to_owned(), cells: vec![cell(id)] }).collect();
    Table {
        id: "use".to_owned(),
        title: "Data used by kind of site".to_owned(),
        measure: Measure::Volume,
        unit: Unit::Gigabyte,
        base: base as i64,
        layout: None,
        columns: vec![Column { id: "volume".to_owned(), label: "Data (GB)".to_owned() }],
        rows,
    }
}
