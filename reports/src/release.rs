//! From what the gate released to a [`Document`].

use model::{Category, Taxonomy, Treatment};

use crate::document::{
    Accounting, AssessmentRef, Attack, Audience, Busy, Cell, Column, Cost, CostSource, Coverage, Definition, Document,
    Fault, Hidden, Lasts, Layout, ListRef, Load, Mark, Measure, Money, Recipient, Requirement, Resolver, Row, SCHEMA,
    Shown, Sign, SignMeaning, Source, Status, Symbol, Table, TaxonomyChange, TaxonomyRef, Tier, Unit,
};
use crate::words;

/// Octets in a gigabyte.
const GB: u64 = 1_000_000_000;

/// What a document says beside the released figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Name and version of the program: `tithing 0.1.0`.
    pub software: String,
    /// The ledger just before the release, as a signed note.
    pub checkpoint: String,
    /// The key that checks it.
    pub checkpoint_key: String,
    /// The fixed clock, RFC 3339; none for the true one.
    pub test_clock: Option<String>,
    /// Whom to ask; where empty, the authority's clerk.
    pub contact: String,
    /// How to object or complain, from the assessment; may be empty.
    pub complaints: String,
    /// Who receives which document, from the assessment.
    pub recipients: Vec<Recipient>,
    /// The kinds of the authority's sources as configured: `flows`, `dns`, `leases`, ...
    pub sources: Vec<String>,
    /// Sentences to add to what was measured.
    pub measured: Vec<String>,
    /// Sentences to add to what was not measured.
    pub not_measured: Vec<String>,
    /// The lists of names that kinds of site were told by, with their licences, in the order of precedence.
    pub lists: Vec<ListRef>,
    /// Which rule wins where several cover a name.
    pub precedence: String,
    /// Changes of the lists within the month.
    pub taxonomy_changes: Vec<TaxonomyChange>,
}

impl Document {
    /// The document of a released month. Every figure in it is one that the gate released.
    pub fn new(released: &gate::Released, facts: &Facts) -> Self {
        let tables: Vec<Table> = released.tables().iter().map(table).collect();
        let tier = tier(released.people_tier());
        let mut document = Self {
            schema: SCHEMA.to_owned(),
            software: facts.software.clone(),
            authority: released.authority().to_owned(),
            name: released.name().to_owned(),
            month: released.month().to_string(),
            status: status(released.status()),
            audience: audience(released.audience()),
            test_clock: facts.test_clock.clone(),
            assessment: released
                .assessment()
                .map(|a| AssessmentRef { version: a.version.clone(), review_due: a.review_due }),
            people_tier: tier,
            definitions: definitions(tier, &tables),
            measured: measured(tier, released, facts),
            not_measured: not_measured(tier, released.mode(), facts),
            tables,
            costs: released.costs().iter().map(cost).collect(),
            claims_to_check: released.claims_to_check().and_then(|n| i64::try_from(n).ok()),
            security_notices: released.security_notices().and_then(|n| i64::try_from(n).ok()),
            coverage: released.coverage().iter().map(coverage).collect(),
            accounting: released.accounting().map(accounting),
            symbols: Vec::new(),
            taxonomy: TaxonomyRef {
                version: released.taxonomy().version.clone(),
                sha256: released.taxonomy().sha256.clone(),
                lists: facts.lists.clone(),
                precedence: facts.precedence.clone(),
                changes: facts.taxonomy_changes.clone(),
            },
            checkpoint: facts.checkpoint.clone(),
            checkpoint_key: facts.checkpoint_key.clone(),
            attack: Attack {
                profiles: released.attack().profiles.iter().map(|p| (*p).to_owned()).collect(),
                breaches: i64::from(released.attack().breaches),
                folded: i64::from(released.attack().folded),
            },
            reasons: released.reasons().to_vec(),
            requirements: released.requirements().iter().map(requirement).collect(),
            missing_nights: released.missing_nights().to_vec(),
            faults: released.faults().iter().map(fault).collect(),
            sources: sources(released.mode(), facts),
            queries: Vec::new(),
            recipients: facts.recipients.clone(),
            contact: contact(facts, released.name()),
            complaints: facts.complaints.clone(),
            notes: Vec::new(),
        };
        document.symbols = symbols(&document);
        document
    }
}

fn symbols(document: &Document) -> Vec<SignMeaning> {
    let meaning = |symbol: Sign| SignMeaning { symbol, meaning: words::sign_meaning(symbol).to_owned() };
    document.signs().into_iter().map(meaning).collect()
}

const fn status(status: gate::Status) -> Status {
    match status {
        gate::Status::Complete => Status::Complete,
        gate::Status::Gaps => Status::Gaps,
        gate::Status::Lowered => Status::Lowered,
        gate::Status::Withheld => Status::Withheld,
    }
}

const fn audience(audience: gate::Audience) -> Audience {
    match audience {
        gate::Audience::Public => Audience::Public,
        gate::Audience::Restricted => Audience::Restricted,
    }
}

const fn tier(tier: gate::PeopleTier) -> Tier {
    match tier {
        gate::PeopleTier::Totals => Tier::Totals,
        gate::PeopleTier::Neutral => Tier::Neutral,
        gate::PeopleTier::OneWay => Tier::OneWay,
        gate::PeopleTier::Crossed => Tier::Crossed,
    }
}

fn table(table: &gate::Table) -> Table {
    let (measure, unit) = match table.measure {
        gate::Measure::Volume => (Measure::Volume, Unit::Gigabyte),
        gate::Measure::Time => (Measure::Time, Unit::Hour),
        gate::Measure::Days => (Measure::Days, Unit::PersonDay),
    };
    let row =
        |r: &gate::Row| Row { id: r.id.clone(), label: r.label.clone(), cells: r.cells.iter().map(cell).collect() };
    Table {
        id: table.id.to_owned(),
        title: table.title.to_owned(),
        measure,
        unit,
        base: table.base,
        layout: table.laid_down.then_some(Layout::Mandated),
        columns: table.columns.iter().map(|c| Column { id: c.id.clone(), label: c.label.clone() }).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}

pub(crate) const fn symbol(symbol: gate::Symbol) -> Symbol {
    match symbol {
        gate::Symbol::C => Symbol::C,
        gate::Symbol::X => Symbol::X,
        gate::Symbol::Z => Symbol::Z,
        gate::Symbol::Low => Symbol::Low,
    }
}

fn cell(cell: &gate::Cell) -> Cell {
    let mark = |m: &gate::Mark| match m {
        gate::Mark::Estimated => Mark::E,
        gate::Mark::Revised => Mark::R,
    };
    match cell {
        gate::Cell::Shown { value, marks } => {
            Cell::Shown(Shown { shown: *value, marks: marks.iter().map(mark).collect() })
        }
        gate::Cell::Symbol(s) => Cell::symbol(symbol(*s)),
    }
}

fn money(cell: &gate::Cell) -> Money {
    match cell {
        gate::Cell::Shown { value, .. } => Money::Pence(*value),
        gate::Cell::Symbol(s) => Money::Symbol(Hidden { symbol: symbol(*s) }),
    }
}

fn cost(cost: &gate::Cost) -> Cost {
    let data = cost.warnings.iter().find(|w| w.of == gate::Share::Data);
    Cost {
        link: cost.link.clone(),
        kind: cost.kind.clone(),
        cycle_start: cost.cycle_start,
        cycle_end: cost.cycle_end,
        fixed: cost.fixed,
        usage: money(&cost.usage),
        abroad: money(&cost.abroad),
        total: money(&cost.total),
        budget: cost.budget,
        source: match cost.source {
            gate::CostSource::Operator => CostSource::Operator,
            gate::CostSource::Tariff => CostSource::Tariff,
            gate::CostSource::Claims => CostSource::Claims,
        },
        forecast: cost.forecast,
        low: cost.range.map(|(low, _)| low),
        high: cost.range.map(|(_, high)| high),
        data_reached: data.map(|w| i64::from(w.percent)),
        budget_reached: None,
        spent: None,
        spent_since: None,
        bundle_gb: cost.bundle.filter(|b| b % GB == 0).and_then(|b| i64::try_from(b / GB).ok()),
        lasts: cost.lasts.map(|l| match l {
            gate::Lasts::Yes => Lasts::Yes,
            gate::Lasts::Perhaps => Lasts::Perhaps,
            gate::Lasts::No => Lasts::No,
        }),
    }
}

fn coverage(coverage: &gate::Coverage) -> Coverage {
    Coverage {
        link: coverage.link.clone(),
        days: i64::from(coverage.days),
        days_complete: i64::from(coverage.days_complete),
        percent: i64::from(coverage.percent),
    }
}

fn accounting(a: &gate::Accounting) -> Accounting {
    Accounting {
        shown: cell(&a.shown),
        withheld: cell(&a.withheld),
        excluded: cell(&a.excluded),
        undecodable: cell(&a.undecodable),
        counted: cell(&a.counted),
        unit: Unit::Gigabyte,
        base: a.base,
    }
}

fn fault(f: &gate::Fault) -> Fault {
    let busy = |b: &gate::BusyFacts| Busy {
        date: b.date,
        start: format!("{:02}:{:02}", b.start.hour(), b.start.minute()),
        percent: i64::from(b.percent),
    };
    Fault {
        link: f.link.clone(),
        outages: i64::from(f.outages),
        outage_minutes: i64::from(f.outage_minutes),
        gaps: i64::from(f.gaps),
        lost_export_days: i64::from(f.lost_export_days),
        peak: f.peak.map(|p| match p {
            gate::Load::Light => Load::Light,
            gate::Load::Busy => Load::Busy,
            gate::Load::Full => Load::Full,
        }),
        busiest: f.busiest.iter().map(busy).collect(),
        resolver: f.resolver.map(|r| Resolver {
            failed_percent: i64::from(r.failed_percent),
            unknown_percent: i64::from(r.unknown_percent),
            delay_ms: r.delay_ms.map(i64::from),
            unusual_days: i64::from(r.unusual_days),
        }),
    }
}

fn requirement(r: &gate::Requirement) -> Requirement {
    Requirement {
        code: r.code.to_owned(),
        met: r.met,
        what: r.what.clone(),
        source: r.source.to_owned(),
        next: r.next.to_owned(),
    }
}

pub(crate) fn contact(facts: &Facts, name: &str) -> String {
    if facts.contact.is_empty() { format!("The clerk of {name}") } else { facts.contact.clone() }
}

/// What the kinds of use in the tables mean, in their order.
fn definitions(tier: Tier, tables: &[Table]) -> Vec<Definition> {
    let Some(table) = tables.iter().find(|t| t.id == "use") else { return Vec::new() };
    let definition =
        |row: &Row| Some(Definition { id: row.id.clone(), label: row.label.clone(), meaning: meaning(tier, row)? });
    table.rows.iter().filter_map(definition).collect()
}

/// Neutral rows join all kinds of one treatment; the others are kinds of the taxonomy.
fn meaning(tier: Tier, row: &Row) -> Option<String> {
    match (tier, row.id.as_str()) {
        (Tier::Neutral, "work-services") => Some(joined(Treatment::Work)),
        (Tier::Neutral, "updates") => Some(joined(Treatment::Background)),
        (_, id) => Taxonomy::find(id).map(|kind| kind.category().meaning.to_owned()),
    }
}

/// The kinds of one treatment in one sentence.
fn joined(treatment: Treatment) -> String {
    let kinds: Vec<&Category> = Taxonomy::ALL.iter().filter(|c| c.treatment == treatment).collect();
    kinds.iter().map(|c| c.label).collect::<Vec<_>>().join("; ")
}

fn measured(tier: Tier, released: &gate::Released, facts: &Facts) -> Vec<String> {
    if released.mode() == gate::Mode::Nothing {
        return vec!["Nothing: no record was read.".to_owned()];
    }
    let tables = released.tables();
    let mut lines = vec!["How much data each internet link carried, by the routers’ own counts.".to_owned()];
    match (released.mode(), tier) {
        (gate::Mode::Categories, Tier::Totals) => {
            lines.push("What kind of use devices made of it. This is not shown: there are too few people.".to_owned());
        }
        (gate::Mode::Categories, _) => {
            lines.push("What kind of use council devices made of it, from the names they looked up.".to_owned());
        }
        _ => {}
    }
    if tables.iter().any(|t| matches!(t.measure, gate::Measure::Time | gate::Measure::Days)) {
        lines.push("For how long and on how many days, added up over everyone.".to_owned());
    }
    if tables.iter().any(|t| t.id == "times" || t.id == "crossed") {
        lines.push("Whether it was in working hours, for employees with set hours.".to_owned());
    }
    if !released.costs().is_empty() {
        lines.push("What the links cost, from bills, price plans and claims.".to_owned());
    }
    lines.extend(facts.measured.iter().cloned());
    lines
}

fn not_measured(tier: Tier, mode: gate::Mode, facts: &Facts) -> Vec<String> {
    let mut lines = vec!["What anybody read, wrote, sent or received.".to_owned()];
    match (mode, tier) {
        (gate::Mode::Categories, Tier::Totals) => {
            lines.push("Health, faith, politics, unions, advice, private mail and messages.".to_owned());
        }
        (gate::Mode::Categories, _) => {
            lines.push("Any one person: no figure about use rests on fewer than five people.".to_owned());
            lines.push(
                "Health, faith, politics, unions, advice, private mail and messages: all part of “All other use”."
                    .to_owned(),
            );
        }
        _ => lines.push("Which sites were used: no kinds of site are shown.".to_owned()),
    }
    lines.push("People’s own devices and guests, except in a link’s total.".to_owned());
    lines.extend(facts.not_measured.iter().cloned());
    lines
}

/// The sources that were open: below categories, those that tell names stay closed.
fn sources(mode: gate::Mode, facts: &Facts) -> Vec<Source> {
    let open = |kind: &&String| match mode {
        gate::Mode::Nothing => false,
        gate::Mode::Totals => !matches!(kind.as_str(), "dns" | "packet-capture"),
        gate::Mode::Categories => true,
    };
    facts.sources.iter().filter(open).map(|s| source(s)).collect()
}

fn source(kind: &str) -> Source {
    let (name, meaning) = match kind {
        "flows" => ("Router records", "Each connection’s time, ends and amount of data."),
        "dns" => ("Name lookups", "Which names council devices looked up, and when."),
        "leases" => ("Address leases", "Which device had which address in the building, and when."),
        "neighbours" => ("Neighbour tables", "Which device had which address in the building."),
        "counters" => ("Router counters", "The total of each link, to check the records against."),
        "packet-capture" => ("Packet headers", "The headers of packets. The rest of each packet was dropped unread."),
        other => (other, "Read as configured."),
    };
    Source { kind: name.to_owned(), meaning: meaning.to_owned() }
}
