//! `tithing categories lookup`: which rule of which list decides about a name, and which others lose.
//!
//! Nothing is written anywhere, neither the names asked about nor the answers: they go to standard output.

use analyze::{Categories, Hit, Match, Origin, PRECEDENCE, SourceFacts, Threats};
use model::Treatment;

use crate::clock::Clock;
use crate::config::{Provider, load_threats, read_lists};
use crate::council::Shared;
use crate::messages;
use crate::outcome::{Failure, Outcome};

/// The lists as they are now, together and each alone.
struct Lists {
    all: Categories,
    table: Categories,
    each: Vec<Categories>,
    in_force: Option<std::sync::Arc<Categories>>,
    threats: Option<Threats>,
}

/// Explains each name.
pub(crate) fn run(provider: &Provider, clock: Clock, names: &[String]) -> Result<Outcome, Failure> {
    let shared = Shared::load(provider)?;
    let sources = read_lists(provider)?;
    let today = clock.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let in_force = match shared.taxonomies.book().of(today)? {
        Some(_) => Some(shared.taxonomies.of_night(today)?),
        None => None,
    };
    let lists = Lists {
        all: Categories::with_lists(&sources).0,
        table: Categories::builtin(),
        each: sources.iter().map(Categories::of_list).collect(),
        in_force,
        threats: load_threats(provider)?,
    };
    let mut text = String::new();
    for name in names {
        text += &explain(&lists, name);
    }
    text += &format!("{PRECEDENCE}\n");
    if !sources.is_empty() {
        text +=
            "A list's own exception takes back its rules that are no longer than the exception, and no other list's.\n";
    }
    messages::data(&text)?;
    Ok(Outcome::Done)
}

fn explain(lists: &Lists, name: &str) -> String {
    let found = lists.all.lookup(name);
    let mut text = format!("{name}\n  kind              {}\n", kind(&found));
    if let Some(definition) = analyze::definitions().into_iter().find(|d| d.category == found.category) {
        text += &format!("  follows           {}\n", definition.follows);
    }
    let deciding = lists.all.hits(name).into_iter().find(|h| !h.taken_back);
    match &deciding {
        Some(hit) => text += &format!("  decided by        {}\n", said(hit, source(lists, hit.origin))),
        None => text += "  decided by        no rule\n",
    }
    for (hit, why) in losers(lists, name, deciding.as_ref()) {
        text += &format!("  lost              {}: {why}\n", said(&hit, source(lists, hit.origin)));
    }
    if let Some(in_force) = lists.in_force.as_ref().map(|c| c.lookup(name)).filter(|m| m.category != found.category) {
        text += &format!("  in force today    {}: the lists changed within the financial year\n", kind(&in_force));
    }
    text += &match lists.threats.as_ref().and_then(|t| t.find(name)) {
        Some(threat) => {
            let list = format!("{} ({})", threat.list, threat.licence);
            format!(
                "  threat lists      {} in {list}: for security notices alone, never for the kind\n\n",
                threat.entry
            )
        }
        None => "  threat lists      not listed\n\n".to_owned(),
    };
    text
}

fn kind(found: &Match) -> String {
    let category = found.category.category();
    let pooled = match category.treatment {
        Treatment::Pooled => ", protected: stored and shown as \"All other use\"",
        _ => "",
    };
    format!("{} ({}){pooled}", category.id, category.label)
}

fn said(hit: &Hit, source: Option<&SourceFacts>) -> String {
    let reach = if hit.exact { "that name alone" } else { "and all below it" };
    let list = source.map_or_else(String::new, |s| {
        if s.licence.is_empty() { s.name.clone() } else { format!("{} ({})", s.name, s.licence) }
    });
    format!("{}, {reach}: {} in {list}", hit.rule, hit.category.as_str())
}

fn source(lists: &Lists, origin: Origin) -> Option<&SourceFacts> {
    let place = match origin {
        Origin::None => return None,
        Origin::Override => 0,
        Origin::Builtin => 1,
        Origin::List(list) => 2 + usize::from(list),
    };
    lists.all.sources().get(place)
}

/// Every other rule that covers the name, in the order of precedence, with why it does not decide.
fn losers(lists: &Lists, name: &str, deciding: Option<&Hit>) -> Vec<(Hit, &'static str)> {
    let mut all = lists.table.hits(name);
    for (place, list) in (0..=u8::MAX).zip(&lists.each) {
        all.extend(list.hits(name).into_iter().map(|h| Hit { origin: Origin::List(place), ..h }));
    }
    all.retain(|h| deciding.is_none_or(|d| (h.origin, &h.rule, h.exact) != (d.origin, &d.rule, d.exact)));
    let labels = |h: &Hit| h.rule.split('.').count();
    let protected = |h: &Hit| h.category.category().treatment == Treatment::Pooled;
    all.sort_by_key(|h| (h.taken_back, std::cmp::Reverse(labels(h)), !protected(h), h.origin, !h.exact));
    let why = |h: &Hit| match deciding {
        _ if h.taken_back => "an exception of its own list takes it back",
        Some(d) if labels(h) < labels(d) => "it has fewer labels",
        Some(d) if protected(d) && !protected(h) => "a protected kind wins",
        Some(d) if d.origin == h.origin => "the rule for one name wins",
        _ => "it comes later in the order",
    };
    all.into_iter().map(|h| (why(&h), h)).map(|(why, h)| (h, why)).collect()
}
