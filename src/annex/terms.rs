//! Parts of the annex that no setting can change: what is never collected, and when a figure may be shown.

use gate::{
    Assessment, CROSSED_PEOPLE_MIN, MATERIAL_DAYS_MIN, MATERIAL_MINUTES_MIN, MATERIAL_OCTETS_MIN, MATERIAL_PERCENT_MIN,
    ONE_WAY_PEOPLE_MIN, PEOPLE_MIN,
};
use reports::annex::Item;

use super::item;

/// What is never collected, and what would be with a source or an output that this assessment does not list.
pub(super) fn never(assessment: Option<&Assessment>) -> Vec<Item> {
    let mut all = vec![
        item("content", "Content", "What anybody reads, writes, sends or receives."),
        item("pages", "Pages and searches", "Which pages of a site were opened, and what was searched for."),
        item("sites", "Names of sites", "They are dropped as soon as the kind of site is known, and stored nowhere."),
        item("accounts", "Accounts", "User names, passwords, and who was signed in where."),
        item("screens", "Screens and keys", "What a screen shows, what is typed, where a mouse is."),
        item("places", "Places", "Where anybody is."),
        item("own", "People's own devices and guests", "Only as a part of a link's total, never by themselves."),
        item("homes", "Homes", "Nothing is collected from anybody's own line or router."),
        item(
            "protected",
            "Protected subjects",
            "Health, faith, politics, unions, sexuality, advice, whistleblowing, private mail and messages are not told apart from other use.",
        ),
        item("scores", "Scores", "No ranking, score, trend or judgement of a person is worked out."),
        item("hidden", "Hidden rules", "There is no covert mode: a rule that is not in this annex does not run."),
    ];
    let lists = |source: &str| assessment.is_some_and(|a| a.lists_source(source));
    if !lists("packet-capture") {
        all.push(item("packets", "Packets", "No capture of anybody's traffic is read."));
    }
    if !assessment.is_some_and(|a| a.lists_output("device-volumes")) {
        all.push(item(
            "volumes",
            "Totals by device",
            "No figure is made of how much one device used on a shared link.",
        ));
    }
    all
}

/// The thresholds that may be printed. How much of a figure one person may be is kept to the reviewer.
pub(super) fn figures() -> Vec<Item> {
    let mb = MATERIAL_OCTETS_MIN / 1_000_000;
    vec![
        item(
            "people",
            "People behind a figure",
            format!(
                "At least {PEOPLE_MIN} people each have a real part in it, and no one or two of them make up most of it."
            ),
        ),
        item(
            "material",
            "A real part",
            format!(
                "At least {MATERIAL_PERCENT_MIN} % of the figure, and {mb} MB, {MATERIAL_MINUTES_MIN} minutes or {MATERIAL_DAYS_MIN} day."
            ),
        ),
        item(
            "totals",
            "Fewer than five people",
            format!("Below {PEOPLE_MIN} people there are totals of links only, and they are not published."),
        ),
        item(
            "one-way",
            "Kinds of site",
            format!("A kind that says how people spend their time has a row from {ONE_WAY_PEOPLE_MIN} people on."),
        ),
        item(
            "crossed",
            "Kinds of site by time of day",
            format!(
                "From {CROSSED_PEOPLE_MIN} employees with set hours on, and then in two classes only: working hours, and all other times."
            ),
        ),
        item(
            "steps",
            "Rounding",
            "Figures are rounded to whole gigabytes, hours or five person-days, and more coarsely where they are large.",
        ),
        item(
            "zero",
            "None or too few",
            "Where nobody used a kind of site the same symbol stands as where too few did.",
        ),
        item(
            "published",
            "Published months",
            "A published month never changes. A mistake found later is printed as a correction.",
        ),
        item(
            "attack",
            "Attack before release",
            "Before a report is written, a program tries to work out single people from it, and the report is cut until it cannot.",
        ),
    ]
}
