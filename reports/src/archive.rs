//! The archive of what was published: an index per council, and the provider's page over all of them.
//!
//! The council's index is for publication. It links the documents of months that are, and of the others says that they
//! exist and are not for publication: it neither links them nor repeats anything of them, and no equipment schedule stands
//! in it. The provider's page has states and dates, and no figure about people.

use jiff::civil::Date;
use model::Month;

use crate::document::{Audience, Status};
use crate::render::Language;

/// The file of every page, in English.
pub const INDEX: &str = "index.html";

/// The index of a council in one of its languages: `reports/ID/index.html`, `index.cy.html`. Equal archives give equal bytes.
/// It links nothing that is not for publication, whatever the archive lists.
pub fn archive_html(archive: &Archive, language: Language) -> String {
    crate::html::drawn(&crate::page::archive::council(archive, language))
}

/// The provider's page: `reports/index.html`. Equal archives give equal bytes.
pub fn provider_html(archive: &ProviderArchive) -> String {
    crate::html::drawn(&crate::page::archive::provider(archive))
}

/// What a council's index is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The council's name.
    pub name: String,
    /// Published months, the newest first.
    pub months: Vec<ArchivedMonth>,
    /// Where the last month that is over stands, and the one that runs.
    pub standing: [Standing; 2],
    /// The day from which the impact assessment allows no more than totals.
    pub review_due: Option<Date>,
    /// Whom to ask; the clerk where it is empty.
    pub contact: String,
    /// The languages that there is an index in; each links the others.
    pub languages: Vec<Language>,
    /// Whether the clock is set by hand.
    pub test_clock: bool,
}

/// A published month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedMonth {
    /// The month.
    pub month: Month,
    /// Whether it is whole.
    pub status: Status,
    /// Who may read it.
    pub audience: Audience,
    /// Whether a correction was added.
    pub corrected: bool,
    /// Its documents, in the order of [`crate::FORMATS`]. Of a month that is not for publication none is printed, whatever
    /// stands here.
    pub documents: Vec<Linked>,
}

/// A document of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// What its format is called.
    pub name: String,
    /// The language of its fixed text; none of data, which has none.
    pub language: Option<Language>,
    /// Its file in the month's folder.
    pub file: String,
}

/// Where a month stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The month.
    pub month: Month,
    /// What became of it.
    pub state: MonthState,
    /// Nights without records, where a published document says so.
    pub missing_nights: Vec<Date>,
    /// Why something is not shown, where a published document says so: one sentence each.
    pub reasons: Vec<String>,
}

/// What became of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthState {
    /// Published.
    Released(Status, Audience),
    /// Withheld: nothing was released.
    Withheld,
    /// Over, and not reported yet.
    Waiting,
    /// Over, and nothing is stored of it.
    Missing,
    /// Over before the first night was made.
    Before,
    /// Not over: reported from this day on.
    Running(Date),
}

/// What the provider's page is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderArchive {
    /// The councils, in order.
    pub councils: Vec<CouncilRow>,
    /// Whether the clock is set by hand.
    pub test_clock: bool,
}

/// One council on the provider's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilRow {
    /// The authority's id, which names the folder of its index.
    pub authority: String,
    /// What is known of it; none where its configuration cannot be read.
    pub known: Option<CouncilState>,
}

/// What the provider's page says of a council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilState {
    /// Its name.
    pub name: String,
    /// The last month that is over.
    pub last_month: (Month, MonthState),
    /// The month of the last night that is over, with the nights of it that are over and have no records.
    pub missing: (Month, u32),
    /// The last night that was made.
    pub last_night: Option<Date>,
    /// The day from which the impact assessment allows no more than totals.
    pub review_due: Option<Date>,
    /// Whether that day has come.
    pub overdue: bool,
}

impl CouncilRow {
    /// Whether somebody should look.
    pub fn gap(&self) -> bool {
        let of = |k: &CouncilState| k.last_month.1.gap() || k.missing.1 > 0 || k.overdue || k.last_night.is_none();
        self.known.as_ref().is_none_or(of)
    }
}

impl MonthState {
    /// Whether somebody should look.
    pub const fn gap(self) -> bool {
        match self {
            Self::Released(status, _) => !matches!(status, Status::Complete),
            Self::Withheld | Self::Waiting | Self::Missing => true,
            Self::Before | Self::Running(_) => false,
        }
    }
}
