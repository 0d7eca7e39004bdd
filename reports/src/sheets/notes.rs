//! The notes: what holds of several tables is said once, under a number that the tables name.

use super::book::{Entry, Sheet};
use super::text;
use crate::document::{Measure, Sign, Tier, Unit};
use crate::page::names::Names;
use crate::page::summary::attack;
use crate::page::trend::Months;
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
    pub(super) fn new(names: &Names<'_>, months: &[Months<'_>]) -> Self {
        let mut notes = Self { rows: Vec::new() };
        notes.signs(names, months);
        notes.rounding(names);
        notes.measures(names);
        notes.rules(names);
        notes.sentences(names);
        notes.lists(names);
        for recipient in &names.document.recipients {
            let role = text::said(names, &words::sentence_case(&recipient.role));
            let what = names.recipient(&recipient.document);
            notes.say(&names.say.text("heading-recipients"), &format!("{role}: {what}."));
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

    /// Every symbol and mark of the month and of the months beside it.
    fn signs(&mut self, names: &Names<'_>, months: &[Months<'_>]) {
        let mut signs: Vec<Sign> = months.iter().flat_map(Months::signs).chain(names.document.signs()).collect();
        signs.sort_unstable();
        signs.dedup();
        for sign in signs {
            self.say(&text::sign_head(names, sign), &sentence(&text::meaning_beside(names, months, sign)));
        }
    }

    fn rounding(&mut self, names: &Names<'_>) {
        let document = names.document;
        let tables = document.tables.iter().map(|t| (t.unit, t.base));
        let about = names.say.text("note-rounding");
        for (unit, base) in tables.chain(document.accounting.iter().map(|a| (a.unit, a.base))) {
            self.once(Topic::Rounding(unit, base), &about, &text::rounded_note(names, unit, base));
        }
    }

    fn measures(&mut self, names: &Names<'_>) {
        for measure in names.document.tables.iter().map(|t| t.measure) {
            let meaning = names.say.text(text::measure_meaning(measure));
            self.once(Topic::Measure(measure), &names.measure(measure), &meaning);
        }
    }

    fn rules(&mut self, names: &Names<'_>) {
        let (document, about) = (names.document, names.say.text("note-rules"));
        // For totals only where no reason says more, as on the page.
        if document.people_tier != Tier::Totals || document.reasons.is_empty() {
            self.say(&about, &names.say.text(text::tier(document.people_tier)));
        }
        self.say(&about, &text::shown(names));
        self.say(&names.say.text("about-attack"), &sentence(&attack(names).plain_text()));
    }

    /// What the document itself says, a sentence a note.
    fn sentences(&mut self, names: &Names<'_>) {
        let document = names.document;
        let unmet: Vec<String> = document.requirements.iter().filter(|r| !r.met).map(|r| r.what.clone()).collect();
        let lists = [
            ("note-reason", &document.reasons),
            ("heading-lacks", &unmet),
            ("heading-measured", &document.measured),
            ("heading-not-measured", &document.not_measured),
        ];
        for (about, texts) in lists {
            let about = names.say.text(about);
            texts.iter().for_each(|t| self.say(&about, &text::said(names, &sentence(t))));
        }
        let about = names.say.text("heading-records");
        for source in &document.sources {
            let kind = text::said(names, &source.kind);
            self.say(&format!("{about}: {kind}"), &text::said(names, &sentence(&source.meaning)));
        }
    }

    /// Version and makers of the list of kinds of use: their licences ask for it.
    fn lists(&mut self, names: &Names<'_>) {
        let (taxonomy, about) = (&names.document.taxonomy, names.say.text("about-list"));
        self.say(&about, &text::version(names, &taxonomy.version));
        for list in &taxonomy.lists {
            self.say(&about, &text::list_part(names, &list.name, &list.licence));
        }
        if !taxonomy.precedence.is_empty() {
            self.say(&about, &text::said(names, &sentence(&taxonomy.precedence)));
        }
    }

    /// The number of the note on a topic.
    pub(super) fn number(&self, topic: Topic) -> Option<usize> {
        self.rows.iter().position(|r| r.topic == Some(topic)).map(|i| i + 1)
    }

    /// The sheet of notes.
    pub(super) fn sheet(&self, names: &Names<'_>) -> Sheet {
        let row = |(i, row): (usize, &Row)| {
            vec![Entry::text(&text::note(names, i + 1)), Entry::text(&row.about), Entry::text(&row.text)]
        };
        let heads = text::words_heads(names, ["head-note", "head-about", "head-note-text"]);
        let mut sheet = Sheet::new(text::tab(names, "tab-notes"), &names.say.text("title-notes"));
        sheet.line(&names.say.text("sheet-one-table"));
        sheet.with(names, heads, self.rows.iter().enumerate().map(row).collect())
    }
}
