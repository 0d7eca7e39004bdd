//! What links, rows and kinds are called, in the reader's language.

use super::rich::Rich;
use crate::document::{Cost, Document, Measure, Row, Table, Unit};
use crate::say::{Args, Say};

/// Headings by id: a message of the reader's language, else what the document's own tables say.
pub(crate) struct Names<'a> {
    pub(crate) document: &'a Document,
    pub(crate) say: &'a Say,
}

impl<'a> Names<'a> {
    pub(crate) const fn new(document: &'a Document, say: &'a Say) -> Self {
        Self { document, say }
    }

    /// The heading of a link; its id where no table names it.
    pub(crate) fn link_text(&self, id: &str) -> String {
        if id == "issued" {
            return self.say.text("issued-links");
        }
        let table = self.document.table("links");
        table.and_then(|t| t.rows.iter().find(|r| r.id == id)).map_or(id, |r| r.label.as_str()).to_owned()
    }

    /// The same with its source: the table of links, else the line itself that names it.
    pub(crate) fn link(&self, id: &str, line: String) -> Rich {
        Rich::new().source(&self.link_text(id), &self.link_source(id, line))
    }

    /// Where the heading of a link stands.
    pub(crate) fn link_source(&self, id: &str, line: String) -> String {
        let table = self.document.table("links").filter(|_| id != "issued");
        let named = table.is_some_and(|t| t.rows.iter().any(|r| r.id == id));
        if named { format!("links/{id}/label") } else { line }
    }

    /// The heading of a row; its id where it has none. Links are called as the council calls them, but for the row that
    /// the program joins of several.
    pub(crate) fn row(&self, table: &Table, row: &Row) -> Rich {
        let source = format!("{}/{}/label", table.id, row.id);
        let label = if row.label.is_empty() { &row.id } else { &row.label };
        if table.id == "links" && super::prose::own(row) && row.id != "issued" {
            return Rich::new().source(label, &source);
        }
        if table.id == "cycles" {
            return self.cycle(row, &source);
        }
        self.say.said(label, &source)
    }

    /// The heading of a billing cycle: its link, and when it ends.
    fn cycle(&self, row: &Row, source: &str) -> Rich {
        let parts = row.id.rsplit_once(':').and_then(|(link, end)| Some((link, end.parse().ok()?)));
        let Some((link, end)) = parts else { return Rich::new().source(&row.label, source) };
        let link = Rich::new().source(&self.link_text(link), &self.link_source(link, source.to_owned()));
        let args = Args::new().rich("link", link).source("date", &self.say.date(end), source);
        self.say.rich("cycle-row", &args)
    }

    /// The same as plain text.
    pub(crate) fn row_text(&self, table: &Table, row: &Row) -> String {
        self.row(table, row).plain_text()
    }

    /// The unit as it follows a figure.
    pub(crate) fn unit(&self, unit: Unit) -> String {
        self.say.text(match unit {
            Unit::Gigabyte => "unit-gb",
            Unit::Hour => "unit-hour",
            Unit::PersonDay => "unit-person-day",
        })
    }

    /// The heading of a column of figures.
    pub(crate) fn measure(&self, measure: Measure) -> String {
        self.say.text(match measure {
            Measure::Volume => "measure-volume",
            Measure::Time => "measure-time",
            Measure::Days => "measure-days",
        })
    }

    /// What a document is called in the list of recipients. A word that is not known is printed as it stands.
    pub(crate) fn recipient(&self, document: &str) -> String {
        let known = self.say.known(&format!("recipient-{document}"));
        known.unwrap_or_else(|| crate::words::sentence_case(document))
    }

    /// The kind of a link or of its price plan. A word that is not known is printed as it stands.
    pub(crate) fn cost_kind(&self, kind: &str) -> String {
        self.say.known(&format!("cost-{kind}")).unwrap_or_else(|| crate::words::sentence_case(kind))
    }

    /// The row part of a cost's source: a link may have several cycles.
    pub(crate) fn cost(cost: &Cost) -> String {
        format!("{}:{}", cost.link, cost.cycle_end)
    }

    /// The link of a cost.
    pub(crate) fn cost_link(&self, cost: &Cost) -> Rich {
        self.link(&cost.link, format!("costs/{}/link", Self::cost(cost)))
    }
}
