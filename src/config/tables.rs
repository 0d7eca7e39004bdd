//! The council's tables: register, people, claims, the operator's itemised usage.

use std::path::Path;
use std::str::FromStr;

use analyze::cost::{Claim, MobileUsage, TopUp};
use analyze::{Duty, Ownership, Period, PersonRow, RegisterRow, WeekHours};
use csv::StringRecord;
use jiff::civil::Date;
use model::{Addr, Mac, Unit};

use crate::outcome::Failure;

/// A table with a header row: UTF-8, unknown columns refused, every error with its line.
struct Table<'a> {
    path: &'a Path,
    columns: &'static [&'static str],
    places: Vec<Option<usize>>,
}

/// One line of a table.
struct Line<'a> {
    table: &'a Table<'a>,
    number: u64,
    record: StringRecord,
}

impl<'a> Table<'a> {
    fn new(path: &'a Path, columns: &'static [&'static str], header: &StringRecord) -> Result<Self, Failure> {
        for name in header {
            if !columns.contains(&name.trim()) {
                let nearest = columns
                    .iter()
                    .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
                let failure = Failure::at(path, format!("line 1: unknown column '{name}'"));
                return Err(failure.hint(format!("did you mean `{}`?", nearest.unwrap_or(&""))));
            }
        }
        let places = columns.iter().map(|c| header.iter().position(|h| h.trim() == *c)).collect();
        Ok(Self { path, columns, places })
    }
}

impl Line<'_> {
    fn fail(&self, what: impl std::fmt::Display) -> Failure {
        Failure::at(self.table.path, format!("line {}: {what}", self.number))
    }

    /// The cell under a column; empty cells and missing columns are none.
    fn get(&self, column: &str) -> Option<&str> {
        let place = self.table.columns.iter().position(|c| *c == column).and_then(|i| self.table.places[i]);
        place.and_then(|p| self.record.get(p)).map(str::trim).filter(|v| !v.is_empty())
    }

    fn need(&self, column: &str) -> Result<&str, Failure> {
        self.get(column).ok_or_else(|| self.fail(format!("{column} is missing")))
    }

    fn parse<T: FromStr>(&self, column: &str, wanted: &str) -> Result<Option<T>, Failure> {
        let parse = |v: &str| v.parse().map_err(|_| self.fail(format!("{column}: {wanted} is wanted")));
        self.get(column).map(parse).transpose()
    }

    fn date(&self, column: &str) -> Result<Option<Date>, Failure> {
        self.parse(column, "a date such as 2026-04-01")
    }

    fn need_date(&self, column: &str) -> Result<Date, Failure> {
        self.date(column)?.ok_or_else(|| self.fail(format!("{column} is missing")))
    }
}

fn each<T>(
    path: &Path,
    text: &str,
    columns: &'static [&'static str],
    mut row: impl FnMut(&Line<'_>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| Failure::at(path, e))?.clone();
    let table = Table::new(path, columns, &header)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| Failure::at(path, e).hint("every line needs the header's columns"))?;
        let number = record.position().map_or(0, csv::Position::line);
        rows.push(row(&Line { table: &table, number, record })?);
    }
    Ok(rows)
}

/// `register.csv`.
pub(super) fn register(path: &Path, text: &str) -> Result<Vec<RegisterRow>, Failure> {
    let columns = &["asset", "kind", "holder", "ownership", "mac", "address", "link", "from", "until"];
    each(path, text, columns, |line| {
        Ok(RegisterRow {
            asset: line.need("asset")?.to_owned(),
            kind: line.get("kind").unwrap_or_default().to_owned(),
            holder: line.get("holder").map(str::to_owned),
            ownership: match line.need("ownership")? {
                "council" => Ownership::Council,
                "personal" => Ownership::Personal,
                "shared" => Ownership::Shared,
                _ => return Err(line.fail("ownership: council, personal or shared is wanted")),
            },
            mac: line.parse::<Mac>("mac", "a MAC address such as 02:00:5e:10:00:01")?,
            address: line.parse::<std::net::IpAddr>("address", "an IP address")?.map(Addr::from),
            link: line.get("link").map(str::to_owned),
            from: line.need_date("from")?,
            until: line.date("until")?,
        })
    })
}

/// `people.csv`. Working hours stand as `mon 09:00-17:00; tue 09:00-13:00`; a person whose hours change has one row until
/// the day before and one from the change on.
pub(super) fn people(path: &Path, text: &str) -> Result<Vec<PersonRow>, Failure> {
    let columns = &["person", "role", "notice_date", "objection", "from", "until", "hours", "duty", "restricted"];
    each(path, text, columns, |line| {
        let role = line.need("role")?;
        let role = Unit::from_word(role).filter(|u| *u != Unit::Shared);
        Ok(PersonRow {
            person: line.need("person")?.to_owned(),
            role: role.ok_or_else(|| line.fail("role: employee, councillor, volunteer or contractor is wanted"))?,
            notice_date: line.date("notice_date")?,
            objection: line.date("objection")?,
            restricted: Period::parse_list(line.get("restricted").unwrap_or_default()).map_err(|e| line.fail(e))?,
            from: line.need_date("from")?,
            until: line.date("until")?,
            hours: line.get("hours").map(|h| WeekHours::parse_line(h).map_err(|e| line.fail(e))).transpose()?,
            duty: match line.get("duty") {
                None => None,
                Some("clerk") => Some(Duty::Clerk),
                Some("deputy") => Some(Duty::Deputy),
                Some("chair") => Some(Duty::Chair),
                Some(_) => return Err(line.fail("duty: clerk, deputy or chair is wanted, or nothing")),
            },
        })
    })
}

/// `paid-wifi.csv`: expense claims.
pub(super) fn claims(path: &Path, text: &str) -> Result<Vec<Claim>, Failure> {
    let columns = &["date", "asset", "venue", "minutes", "cost", "reason"];
    each(path, text, columns, |line| {
        Claim::parse(
            line.need("date")?,
            line.need("asset")?,
            line.get("minutes").unwrap_or_default(),
            line.get("cost").unwrap_or("0"),
        )
        .map(|claim| Claim { line: line.number, ..claim.at(line.get("venue").unwrap_or_default()) })
        .map_err(|e| line.fail(e))
    })
}

/// `mobile-usage.csv`: the operator's itemised usage.
pub(super) fn mobile_usage(path: &Path, text: &str) -> Result<Vec<MobileUsage>, Failure> {
    let columns = &["date", "link", "country", "bytes", "cost"];
    each(path, text, columns, |line| {
        MobileUsage::parse(
            line.need("date")?,
            line.need("link")?,
            line.need("country")?,
            line.get("bytes").unwrap_or("0"),
            line.get("cost").unwrap_or_default(),
        )
        .map(|row| MobileUsage { line: line.number, ..row })
        .map_err(|e| line.fail(e))
    })
}

/// `top-ups.csv`: data bought by hand.
pub(super) fn top_ups(path: &Path, text: &str) -> Result<Vec<TopUp>, Failure> {
    let columns = &["date", "link", "gb", "cost"];
    each(path, text, columns, |line| {
        TopUp::parse(line.need("date")?, line.need("link")?, line.need("gb")?, line.need("cost")?)
            .map_err(|e| line.fail(e))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(text: &str) -> String {
        register(Path::new("register.csv"), text).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_line_is_named_with_its_rule() {
        let head = "asset,kind,holder,ownership,mac,address,link,from,until\n";
        assert!(
            fails(&format!("{head}A-1,laptop,P1,ours,,,,2026-01-01,\n")).starts_with("register.csv: line 2: ownership")
        );
        assert!(
            fails(&format!("{head}A-1,laptop,P1,council,zz,,,2026-01-01,\n")).contains("line 2: mac: a MAC address")
        );
        assert!(
            fails("asset,kind,owner\n").ends_with("line 1: unknown column 'owner'; hint: did you mean `ownership`?")
        );
    }

    #[test]
    fn an_empty_table_is_no_rows() {
        assert!(register(Path::new("register.csv"), "").unwrap().is_empty());
    }
}
