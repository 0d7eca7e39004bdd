//! What the commands write into the council's own tables: an objection, a period without measuring, another holder.
//!
//! Each is a change by date in `people.csv` or `register.csv`, which stay the council's documents: only the cells named are
//! touched, and a night that is made again follows them.

use analyze::Period;
use jiff::ToSpan;
use jiff::civil::Date;

use super::sheet::{Edits, Record, Sheet};
use crate::outcome::Failure;

/// The list of people with an objection from a date on; none where it says so already.
///
/// A person has a row for each change of hours or office. The objection goes into every row that reaches the date, or into
/// the last where none does, so that no later row measures again what was objected to.
pub(super) fn object(text: &str, person: &str, from: Date) -> Result<Option<String>, Failure> {
    let sheet = Sheet::new(text);
    let own = of_person(&sheet, person);
    let reaches = |r: &&Record| date(&sheet.get(r, "until")).is_none_or(|u| from <= u);
    let mut rows: Vec<&Record> = own.iter().copied().filter(reaches).collect();
    if rows.is_empty() {
        rows.extend(own.last());
    }
    let stands = |r: &Record| date(&sheet.get(r, "objection")).is_some_and(|o| o <= from);
    let values: Vec<(&Record, String)> =
        rows.into_iter().filter(|r| !stands(r)).map(|r| (r, from.to_string())).collect();
    let mut edits = Edits::default();
    if !values.is_empty() {
        sheet.set("objection", &values, &mut edits);
    }
    Ok(changed(text, edits))
}

/// The list of people with a period in which the person is not measured; none where it holds the period already.
pub(super) fn restrict(text: &str, person: &str, period: Period) -> Result<Option<String>, Failure> {
    let sheet = Sheet::new(text);
    let own = of_person(&sheet, person);
    let Some(last) = own.last() else { return Ok(None) };
    let mut before = Vec::new();
    for record in &own {
        let cell = sheet.get(record, "restricted");
        before.extend(Period::parse_list(&cell).map_err(|e| Failure::new(format!("people.csv: restricted: {e}")))?);
    }
    let before = Period::union(before);
    let mut after = before.clone();
    after.push(period);
    let after = Period::union(after);
    if after == before {
        return Ok(None);
    }
    let mut edits = Edits::default();
    sheet.set("restricted", &[(*last, Period::write_list(&after))], &mut edits);
    Ok(changed(text, edits))
}

/// Whose an asset was from one date to another.
pub(super) struct Correction<'a> {
    /// The asset.
    pub(super) asset: &'a str,
    /// First day.
    pub(super) from: Date,
    /// Last day; none where it still is so.
    pub(super) until: Option<Date>,
    /// The person who held it.
    pub(super) holder: &'a str,
}

/// The register with another holder of an asset for a period; none where it says so already.
///
/// # Errors
/// Where the register has no such asset on those dates, or has it as a personal or shared device.
pub(super) fn correct(text: &str, c: &Correction<'_>) -> Result<Option<String>, Failure> {
    let sheet = Sheet::new(text);
    let mut edits = Edits::default();
    let mut known = false;
    let overlaps = |r: &&Record| {
        let first = date(&sheet.get(r, "from"));
        let last = date(&sheet.get(r, "until"));
        first.is_none_or(|f| c.until.is_none_or(|u| f <= u)) && last.is_none_or(|l| c.from <= l)
    };
    for record in sheet.records().iter().filter(|r| sheet.get(r, "asset") == c.asset).filter(overlaps) {
        known = true;
        if sheet.get(record, "ownership") != "council" {
            let what = format!("register.csv: asset '{}' is not a device of one holder on those dates", c.asset);
            return Err(Failure::new(what).hint(
                "change `ownership` in register.csv by hand, then run this command without --asset to key the rows anew",
            ));
        }
        if sheet.get(record, "holder") != c.holder {
            sheet.put(record, &split(&sheet, record, c), &mut edits);
        }
    }
    if !known {
        let what = format!("register.csv has no asset '{}' on those dates", c.asset);
        return Err(Failure::new(what).hint("check the asset number and --from"));
    }
    Ok(changed(text, edits))
}

/// A row cut into what was before the correction, the corrected part, and what comes after it.
fn split(sheet: &Sheet<'_>, record: &Record, c: &Correction<'_>) -> Vec<String> {
    let (first, last) = (date(&sheet.get(record, "from")), date(&sheet.get(record, "until")));
    let text = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    let mut lines = Vec::new();
    let before = first.filter(|f| *f < c.from).and_then(|_| c.from.yesterday().ok());
    if before.is_some() {
        lines.push(sheet.line(record, &[("until", text(before))]));
    }
    let end = match (last, c.until) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let start = first.map_or(c.from, |f| f.max(c.from));
    let own = [("holder", c.holder.to_owned()), ("from", start.to_string()), ("until", text(end))];
    lines.push(sheet.line(record, &own));
    let after = c.until.filter(|u| last.is_none_or(|l| *u < l)).map(|u| u.saturating_add(1.day()));
    if let Some(after) = after {
        lines.push(sheet.line(record, &[("from", after.to_string())]));
    }
    lines
}

fn of_person<'s>(sheet: &'s Sheet<'_>, person: &str) -> Vec<&'s Record> {
    sheet.records().iter().filter(|r| sheet.get(r, "person") == person).collect()
}

fn date(cell: &str) -> Option<Date> {
    cell.parse().ok()
}

fn changed(text: &str, edits: Edits) -> Option<String> {
    (!edits.is_empty()).then(|| edits.apply(text)).filter(|after| after != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: &str = "person,role,notice_date,objection,from,until,hours,duty\n\
                          P-1,employee,2026-01-05,,2026-01-05,2026-03-09,mon 09:00-17:00,clerk\n\
                          P-2,councillor,2026-01-05,,2026-01-05,,,chair\n\
                          P-1,employee,2026-01-05,,2026-03-10,,mon 09:00-13:00,clerk\n";
    const REGISTER: &str = "asset,kind,holder,ownership,mac,address,link,from,until\n\
                            A-1,laptop,P-1,council,02:00:5e:10:00:01,,,2026-01-05,\n\
                            A-1,laptop,P-1,council,02:00:5e:10:00:02,,,2026-02-01,2026-03-20\n\
                            A-3,printer,,shared,02:00:5e:10:00:03,,,2026-01-05,\n";

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn check(found: Result<Option<String>, Failure>, before: &str, changes: &[(&str, &str)]) {
        let expected = changes.iter().fold(before.to_owned(), |t, (from, to)| {
            assert!(t.contains(from), "{from}");
            t.replacen(from, to, 1)
        });
        assert_eq!(found.unwrap().as_deref(), (!changes.is_empty()).then_some(expected.as_str()));
    }

    #[test]
    fn an_objection_goes_into_every_row_that_reaches_its_date() {
        let second = ("2026-01-05,,2026-03-10", "2026-01-05,2026-03-12,2026-03-10");
        check(object(PEOPLE, "P-1", day("2026-03-12")), PEOPLE, &[second]);
        let both = [("P-1,employee,2026-01-05,,", "P-1,employee,2026-01-05,2026-03-01,"); 2];
        check(object(PEOPLE, "P-1", day("2026-03-01")), PEOPLE, &both);
        let once = object(PEOPLE, "P-1", day("2026-03-01")).unwrap().unwrap();
        check(object(&once, "P-1", day("2026-03-01")), &once, &[]);
        check(object(&once, "P-1", day("2026-03-20")), &once, &[]);
    }

    #[test]
    fn who_has_left_objects_in_their_last_row() {
        let left = PEOPLE.replace("2026-03-10,,mon", "2026-03-10,2026-03-31,mon");
        let change = ("2026-01-05,,2026-03-10", "2026-01-05,2026-04-20,2026-03-10");
        check(object(&left, "P-1", day("2026-04-20")), &left, &[change]);
    }

    #[test]
    fn a_restriction_adds_its_column_once_and_grows() {
        let period = |from: &str, until: Option<&str>| Period { from: day(from), until: until.map(day) };
        let once = restrict(PEOPLE, "P-1", period("2026-03-01", Some("2026-04-10"))).unwrap().unwrap();
        assert_eq!(once.lines().next().unwrap(), "person,role,notice_date,objection,from,until,hours,duty,restricted");
        assert_eq!(
            once.lines().nth(3).unwrap(),
            "P-1,employee,2026-01-05,,2026-03-10,,mon 09:00-13:00,clerk,2026-03-01/2026-04-10"
        );
        assert_eq!(once.lines().nth(2).unwrap(), "P-2,councillor,2026-01-05,,2026-01-05,,,chair,");
        check(restrict(&once, "P-1", period("2026-03-05", Some("2026-04-10"))), &once, &[]);
        let longer = ("2026-03-01/2026-04-10", "2026-03-01/");
        check(restrict(&once, "P-1", period("2026-04-11", None)), &once, &[longer]);
    }

    #[test]
    fn a_correction_cuts_the_register_by_date() {
        let of = |from: &'static str, until: Option<&str>| Correction {
            asset: "A-1",
            from: day(from),
            until: until.map(day),
            holder: "P-2",
        };
        let first = "A-1,laptop,P-1,council,02:00:5e:10:00:01,,,2026-01-05,";
        let second = "A-1,laptop,P-1,council,02:00:5e:10:00:02,,,2026-02-01,2026-03-20";
        let cut = "A-1,laptop,P-1,council,02:00:5e:10:00:01,,,2026-01-05,2026-03-09\n\
                   A-1,laptop,P-2,council,02:00:5e:10:00:01,,,2026-03-10,2026-03-20\n\
                   A-1,laptop,P-1,council,02:00:5e:10:00:01,,,2026-03-21,";
        let other = "A-1,laptop,P-1,council,02:00:5e:10:00:02,,,2026-02-01,2026-03-09\n\
                     A-1,laptop,P-2,council,02:00:5e:10:00:02,,,2026-03-10,2026-03-20";
        let changes = [(second, other), (first, cut)];
        check(correct(REGISTER, &of("2026-03-10", Some("2026-03-20"))), REGISTER, &changes);
        let whole = [(first, first.replace("P-1", "P-2")), (second, second.replace("P-1", "P-2"))];
        let whole = [(whole[0].0, whole[0].1.as_str()), (whole[1].0, whole[1].1.as_str())];
        check(correct(REGISTER, &of("2026-01-01", None)), REGISTER, &whole);
        let done = correct(REGISTER, &of("2026-03-10", Some("2026-03-20"))).unwrap().unwrap();
        check(correct(&done, &of("2026-03-10", Some("2026-03-20"))), &done, &[]);
    }

    #[test]
    fn what_is_nobodys_is_not_corrected_here() {
        let of = |asset: &'static str, from: &str| Correction { asset, from: day(from), until: None, holder: "P-2" };
        let told = |c: Correction<'_>| correct(REGISTER, &c).unwrap_err().to_string();
        assert!(told(of("A-3", "2026-03-01")).contains("not a device of one holder"));
        assert!(told(of("A-9", "2026-03-01")).contains("no asset 'A-9' on those dates"));
    }
}
