//! One drawn council through its six months: released, attacked, corrected, and asked for again.

use fixtures::contributions::{Change, Drawn, draw};
use gate::{Artefact, Siege, Withheld};
use model::Month;
use serde_json::{Value, json};

use crate::fill;
use crate::primary::{self, Recovered};
use crate::tally::{MonthFigures, figures};
use crate::wall::{self, history};

/// What became of a council.
pub(crate) struct Outcome {
    pub(crate) months: Vec<MonthFigures>,
    /// Every text that was released.
    pub(crate) written: Vec<Artefact>,
    /// What the attacker says of all of them together.
    pub(crate) siege: Siege,
    /// With primary suppression alone, by number of people with hours: as `primary::each` has it.
    pub(crate) primary: Vec<(u32, [Recovered; 3])>,
    /// By sort of change: how many there were, and how many of them would have changed the published page.
    pub(crate) changes: [(u64, u64); 4],
    /// One line for the scripts.
    pub(crate) line: Option<String>,
}

/// Draws a council, publishes its months one after the other, and lets the corrections in afterwards.
pub(crate) fn run(seed: u64, number: u64, dump: bool) -> Outcome {
    let council = draw(seed, number);
    let mut published: Vec<Month> = Vec::new();
    let mut out = Outcome {
        months: Vec::new(),
        written: Vec::new(),
        siege: Siege::default(),
        primary: Vec::new(),
        changes: [(0, 0); 4],
        line: None,
    };
    let mut tables = Vec::new();
    for month in &council.months {
        let before = history(&published, &out.written);
        let released =
            fill::released(&council, month, &before).unwrap_or_else(|e| panic!("{} {}: {e}", council.id, month.month));
        out.months.push(figures(month, &released));
        let document = fill::document(&released);
        let text = reports::json(&document);
        if dump {
            tables.push(json!({ "people_tier": document.people_tier, "tables": document.tables }));
        }
        out.written.push(Artefact { name: format!("{}/report.json", month.month), text });
        published.push(fill::month_of(month));
    }
    let truths = council.months.iter().map(|m| fill::candidate(&council, m)).collect();
    out.siege = wall::attack(truths, &out.written);
    for month in council.months.iter().map(primary::timed).filter(|m| m.full_month >= 5) {
        out.primary.push((month.full_month, primary::each(&council, &month)));
    }
    for change in &council.changes {
        correct(&council, change, &published, &mut out);
    }
    out.line = dump.then(|| line(&council, tables));
    out
}

/// What a change would make of its month is refused; whether the page would have read otherwise is counted.
fn correct(council: &Drawn, change: &Change, published: &[Month], out: &mut Outcome) {
    let index = change.month();
    let after = change.applied(&council.months[index]);
    let kept = out.written.clone();
    let month = published[index];
    let refused = fill::released(council, &after, &history(published, &out.written));
    assert_eq!(refused, Err(Withheld::AlreadyReleased { month }), "{}: {change:?}", council.id);
    assert!(kept.iter().zip(&out.written).all(|(a, b)| a.text == b.text));
    // What would be on the page if published months were reckoned again.
    let again = fill::released(council, &after, &history(&[], &[]));
    let differs = again.is_ok_and(|r| reports::json(&fill::document(&r)) != out.written[index].text);
    let sort = match change {
        Change::Late { .. } => 0,
        Change::Objection { .. } => 1,
        Change::Recategorised { .. } => 2,
        Change::Rectified { .. } => 3,
    };
    out.changes[sort].0 += 1;
    out.changes[sort].1 += u64::from(differs);
}

fn line(council: &Drawn, reports: Vec<Value>) -> String {
    json!({ "drawn": council, "reports": reports }).to_string()
}
