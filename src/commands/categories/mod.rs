//! `tithing categories`: the lists that tell kinds of site.

mod compile;
mod gaps;
mod import;
mod lookup;

use analyze::SourceFacts;

use crate::args::CategoriesAction;
use crate::clock::Clock;
use crate::config::Provider;
use crate::outcome::{Failure, Outcome};

/// Runs the chosen action.
pub(crate) fn run(provider: &Provider, clock: Clock, action: &CategoriesAction) -> Result<Outcome, Failure> {
    match action {
        CategoriesAction::Import(what) => import::run(provider, clock, what),
        CategoriesAction::Lookup { names } => lookup::run(provider, clock, names),
        CategoriesAction::Compile { adopt } => compile::run(provider, clock, adopt.as_deref()),
        CategoriesAction::Gaps { list, top } => gaps::run(provider, list, *top),
    }
}

/// What was left out of a list, by reason with the first lines, one a line of text.
fn left_out(facts: &SourceFacts) -> String {
    let mut text = String::new();
    for (why, rejected) in facts.rejected.iter() {
        let places: Vec<String> = rejected.places.iter().take(5).map(ToString::to_string).collect();
        let more = if rejected.count > places.len() as u64 { ", .." } else { "" };
        let lines = if places.is_empty() { String::new() } else { format!(" (line {}{more})", places.join(", ")) };
        text += &format!("  left out          {} {}{lines}\n", rejected.count, why.as_str());
    }
    if facts.ignored > 0 {
        text += &format!("  passed over       {} lines that say nothing about whole names\n", facts.ignored);
    }
    text
}
