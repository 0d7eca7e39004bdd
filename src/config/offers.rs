//! A file of offers: tariffs that could be had, in the shape of `authority.toml`, each with a name.

use std::path::Path;

use analyze::cost::{Offer, PriceKind};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::{Table, Value};

use super::tariff::TypedTariff;
use super::{nearest_key, parse_toml, read_text};
use crate::outcome::Failure;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    offers: Vec<Table>,
}

/// Reads the file.
///
/// # Errors
/// Where it cannot be read, or the first offer that breaks a rule.
pub(crate) fn load(path: &Path) -> Result<Vec<Offer>, Failure> {
    parse(path, &read_text(path)?)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Offer>, Failure> {
    let typed: Typed = parse_toml(path, text)?;
    let mut offers: Vec<Offer> = Vec::new();
    for (i, table) in typed.offers.into_iter().enumerate() {
        let offer = offer(path, i + 1, table)?;
        if offers.iter().any(|o| o.name == offer.name) {
            return Err(Failure::at(path, format!("offers: '{}' stands twice", offer.name)));
        }
        offers.push(offer);
    }
    if offers.is_empty() {
        return Err(Failure::at(path, "offers: none is listed").hint("each is one [[offers]] with name and kind"));
    }
    Ok(offers)
}

fn offer(path: &Path, number: usize, mut table: Table) -> Result<Offer, Failure> {
    let name = match table.remove("name") {
        Some(Value::String(name)) if !name.trim().is_empty() => name,
        _ => return Err(Failure::at(path, format!("offer {number}: name is missing"))),
    };
    let fail = |what: String| Failure::at(path, format!("offer '{name}': {what}"));
    if let Some(key) = ["link", "from"].into_iter().find(|k| table.contains_key(*k)) {
        return Err(fail(format!("has {key}")).hint("an offer is tried on each link's own days; take the key out"));
    }
    let number = |key: &str, value: Option<Value>| match value {
        None => Ok(None),
        Some(Value::Integer(n)) if n > 0 => Ok(Some(Decimal::from(n))),
        Some(Value::String(text)) => match text.parse::<Decimal>() {
            Ok(n) if n > Decimal::ZERO && n <= Decimal::from(1_000_000_000) => Ok(Some(n)),
            _ => Err(fail(format!("{key}: '{text}' is not a number above 0"))),
        },
        Some(_) => Err(fail(format!("{key}: a whole number above 0 is wanted, or a decimal in quotes"))),
    };
    let gb = number("top_up_gb", table.remove("top_up_gb"))?;
    let pence = number("top_up_pence", table.remove("top_up_pence"))?;
    let typed: TypedTariff = Value::Table(table).try_into().map_err(|e: toml::de::Error| {
        let failure = fail(e.message().trim_end().to_owned());
        match nearest_key(e.message()) {
            Some(key) => failure.hint(format!("did you mean `{key}`?")),
            None => failure,
        }
    })?;
    let tariff = typed.resolve(path, &name, Date::default())?;
    let prepaid = matches!(tariff.kind, PriceKind::Prepaid { .. });
    let pack = match (prepaid, gb, pence) {
        (true, Some(gb), Some(pence)) => {
            let octets = analyze::cost::gigabytes(gb).filter(|n| *n > 0);
            Some((octets.ok_or_else(|| fail("top_up_gb: at most nine decimals".to_owned()))?, pence))
        }
        (false, None, None) => None,
        (true, _, _) => return Err(fail("kind 'prepaid' needs top_up_gb and top_up_pence".to_owned())),
        (false, _, _) => return Err(fail("only kind 'prepaid' has top_up_gb and top_up_pence".to_owned())),
    };
    Ok(Offer { name, tariff, pack })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<usize, &str>) {
        match (parse(Path::new("offers.toml"), text), expected) {
            (Ok(offers), Ok(n)) => assert_eq!(offers.len(), n),
            (Err(e), Err(part)) => assert!(e.to_string().contains(part), "{e}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn offers() {
        let sample = include_str!("../../docs/samples/offers.toml");
        check(sample, Ok(4));
        check("offers = []", Err("none is listed"));
        check("[[offers]]\nkind = 'flat'", Err("offer 1: name is missing"));
        check("[[offers]]\nname = 'a'\nkind = 'flat'\nlink = 'd'", Err("has link"));
        check("[[offers]]\nname = 'a'\nkind = 'flat'\nprice_penc = 5", Err("did you mean `price_pence`?"));
        check("[[offers]]\nname = 'a'\nkind = 'prepaid'", Err("needs top_up_gb and top_up_pence"));
        check("[[offers]]\nname = 'a'\nkind = 'flat'\ntop_up_gb = 5", Err("only kind 'prepaid'"));
        check("[[offers]]\nname = 'a'\nkind = 'prepaid'\ntop_up_gb = 0\ntop_up_pence = 5", Err("above 0"));
        check("[[offers]]\nname = 'a'\nkind = 'flat'\n[[offers]]\nname = 'a'\nkind = 'flat'", Err("stands twice"));
    }
}
