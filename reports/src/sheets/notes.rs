//! The notes: what holds of several tables is said once, under a number that the tables name.

use super::book::{Entry, Grid, Head, Sheet};
use super::text;
use crate::document::{Document, Measure, Tier, Unit};
use crate::page::names::Names;
use crate::page::summary::attack;
use crate::say::sentence;
use crate::words;

/// What a table may want to name a note for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Rounding(Unit, i64),
    Measure(Measure),
}

/// The notes in order, numbered from 1.
pub(super) struct Notes {
    rows: Vec<Row>,
}

struct Row {
    topic: Option<Topic>,
    about: String,
    text: String,
}

impl Notes {
    pub(super) fn new(names: &Names<'_>) -> Self {
        let document = names.document;
        let mut notes = Self { rows: Vec::new() };
        for sign in document.signs() {
            notes.say(&text::sign_head(sign), &sentence(text::meaning(document, sign)));
        }
        notes.rounding(names);
        notes.measures(names);
        // For totals only where no reason says more, as on the page.
        if document.people_tier != Tier::Totals || document.reasons.is_empty() {
            notes.say(text::notes::RULES, &text::notes::tier(names));
        }
        notes.say(text::notes::RULES, &text::notes::shown(names));
        notes.say(text::notes::ATTACK, &sentence(&attack(names).plain_text()));
        let unmet: Vec<String> = document.requirements.iter().filter(|r| !r.met).map(|r| r.what.clone()).collect();
        let lists = [
            (text::notes::REASON, &document.reasons),
            (text::notes::LACKS, &unmet),
            (text::notes::MEASURED, &document.measured),
            (text::notes::NOT_MEASURED, &document.not_measured),
        ];
        for (about, texts) in lists {
            texts.iter().for_each(|t| notes.say(about, &sentence(t)));
        }
        for source in &document.sources {
            notes.say(&text::notes::source(&source.kind), &sentence(&source.meaning));
        }
        notes.lists(document);
        for recipient in &document.recipients {
            let role = words::sentence_case(&recipient.role);
            let what = names.recipient(&recipient.document);
            notes.say(text::notes::RECIPIENT, &text::notes::recipient(&role, &what));
        }
        notes
    }

    fn say(&mut self, about: &str, text: &str) {
        self.rows.push(Row { topic: None, about: about.to_owned(), text: text.to_owned() });
    }

    fn once(&mut self, topic: Topic, about: &str, text: &str) {
        if self.number(topic).is_none() {
            self.rows.push(Row { topic: Some(topic), about: about.to_owned(), text: text.to_owned() });
        }
    }

    fn rounding(&mut self, names: &Names<'_>) {
        let document = names.document;
        let tables = document.tables.iter().map(|t| (t.unit, t.base));
        for (unit, base) in tables.chain(document.accounting.iter().map(|a| (a.unit, a.base))) {
            self.once(Topic::Rounding(unit, base), text::notes::ROUNDING, &text::rounded_note(names, unit, base));
        }
    }

    fn measures(&mut self, names: &Names<'_>) {
        for measure in names.document.tables.iter().map(|t| t.measure) {
            self.once(Topic::Measure(measure), &names.measure(measure), &text::notes::measure(names, measure));
        }
    }

    /// Version and makers of the list of kinds of use: their licences ask for it.
    fn lists(&mut self, document: &Document) {
        let taxonomy = &document.taxonomy;
        self.say(text::notes::LIST, &text::notes::list(&taxonomy.version));
        for list in &taxonomy.lists {
            self.say(text::notes::LIST, &text::notes::list_part(&list.name, &list.licence));
        }
        if !taxonomy.precedence.is_empty() {
            self.say(text::notes::LIST, &sentence(&taxonomy.precedence));
        }
    }

    /// The number of the note on a topic.
    pub(super) fn number(&self, topic: Topic) -> Option<usize> {
        self.rows.iter().position(|r| r.topic == Some(topic)).map(|i| i + 1)
    }

    /// The sheet of notes.
    pub(super) fn sheet(&self) -> Sheet {
        let row = |(i, row): (usize, &Row)| {
            vec![Entry::text(&text::note(i + 1)), Entry::text(&row.about), Entry::text(&row.text)]
        };
        let heads = [text::head::NOTE, text::head::ABOUT, text::head::TEXT].map(Head::words).to_vec();
        let mut sheet = Sheet::new(text::tab::NOTES, text::title::NOTES);
        sheet.line(text::ONE_TABLE);
        sheet.with(Grid::new(text::tab::NOTES, heads, self.rows.iter().enumerate().map(row).collect()))
    }
}
