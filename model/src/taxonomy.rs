//! The kinds of site, in the one order in which every table prints them.

/// What a kind of site may do in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Treatment {
    /// The council's own work. May be shown as one row from five people on.
    Work,
    /// What machines do by themselves. May be shown as one row from five people on.
    Background,
    /// Says something about how people spend their time: a row of its own only where the tier allows it.
    Judgement,
    /// Special categories, private communications and the like: joined with uncategorised use before anything is stored.
    Pooled,
    /// Everything else.
    Other,
}

/// Index of a kind of site in [`Taxonomy::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CategoryId(u8);

/// One kind of site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The stable word, as stored.
    pub id: &'static str,
    /// The heading a clerk reads.
    pub label: &'static str,
    /// What it may do in a report.
    pub treatment: Treatment,
    /// One sentence for the definitions page.
    pub meaning: &'static str,
}

/// The version, frozen for a financial year.
pub const TAXONOMY_VERSION: &str = "2026-27.1";

const fn c(id: &'static str, label: &'static str, treatment: Treatment, meaning: &'static str) -> Category {
    Category { id, label, treatment, meaning }
}

use Treatment::{Background, Judgement, Other, Pooled, Work};

const CATEGORIES: &[Category] = &[
    c(
        "government",
        "Government and public services",
        Work,
        "Central and local government, emergency services, courts, public bodies.",
    ),
    c(
        "council-work",
        "Council suppliers and sector bodies",
        Work,
        "Associations of local councils, clerks' bodies, council software and training.",
    ),
    c(
        "office",
        "Office, documents and meetings",
        Work,
        "Shared documents, calendars, video meetings and business software.",
    ),
    c("finance", "Banking and payments", Work, "Banks, payment services, accounting and payroll."),
    c(
        "business",
        "Utilities, post and business services",
        Work,
        "Energy, water, telephone, post, insurance and trade suppliers.",
    ),
    c(
        "it-tools",
        "IT and software tools",
        Work,
        "Software makers, developer services, domain names and website tools.",
    ),
    c(
        "updates",
        "Updates, security and device services",
        Background,
        "Operating system and program updates, virus protection, time and connectivity checks.",
    ),
    c(
        "hosting",
        "Hosting and delivery networks",
        Background,
        "Shared delivery networks and hosting where the site behind is not known.",
    ),
    c(
        "advertising",
        "Advertising and measurement",
        Background,
        "Advertisements, visitor measurement and consent services embedded in other sites.",
    ),
    c("search", "Search and maps", Judgement, "Search engines, portals, maps and translation."),
    c(
        "learning",
        "Learning and reference",
        Judgement,
        "Courses, schools, universities, libraries, museums and reference works.",
    ),
    c("news", "News and weather", Judgement, "Newspapers, broadcasters' news and weather forecasts."),
    c(
        "social",
        "Social media",
        Judgement,
        "As the policy defines it: blogs, Wikipedia, YouTube, Facebook, LinkedIn, X, Instagram, TikTok, virtual worlds and the like. Messaging is not shown here.",
    ),
    c("video", "Video and television", Judgement, "Television, films and video streaming other than social media."),
    c("audio", "Music, radio and podcasts", Judgement, "Music streaming, radio and podcasts."),
    c("games", "Games", Judgement, "Online games, game shops and game downloads."),
    c("gambling", "Gambling", Judgement, "Betting, bingo, casino and lottery sites."),
    c("shopping", "Shopping", Judgement, "Online shops, auctions, price comparison and supermarkets."),
    c("travel", "Travel", Judgement, "Trains, buses, flights, hotels, driving and holidays."),
    c(
        "leisure",
        "Sport, food, home and hobbies",
        Judgement,
        "Sport, recipes, restaurants, gardens, crafts, tickets and days out.",
    ),
    c("property-jobs", "Property and jobs", Judgement, "House sales and lettings, job adverts."),
    c("personal-cloud", "Personal cloud storage", Judgement, "Storage and photo services for personal use."),
    c("ai", "AI assistants", Judgement, "Chat assistants and tools that write or draw."),
    c(
        "remote-sharing",
        "Remote access and file sharing",
        Judgement,
        "Remote control of computers, file transfer and peer-to-peer sharing.",
    ),
    c("health", "Health", Pooled, "Health services, conditions, medicines and counselling."),
    c("faith", "Faith", Pooled, "Religion and belief."),
    c("politics", "Politics and campaigns", Pooled, "Parties, campaigns and petitions."),
    c("union", "Trade unions", Pooled, "Trade unions and staff associations."),
    c("sexuality", "Relationships and sexuality", Pooled, "Dating, relationships, sexuality and adult sites."),
    c("legal-advice", "Legal and personal advice", Pooled, "Solicitors, law centres, debt and personal advice."),
    c(
        "whistleblowing",
        "Whistleblowing and complaints",
        Pooled,
        "Whistleblowing, ombudsmen and regulators of complaints.",
    ),
    c("webmail", "Webmail", Pooled, "Personal electronic mail."),
    c("messaging", "Messaging and calls", Pooled, "Private messages and calls."),
    c(
        "other",
        "All other use",
        Other,
        "Everything not in another row: sites not in our lists, private communications, protected subjects, encrypted tunnels.",
    ),
];

/// The list of kinds and its lookups.
#[derive(Debug, Clone, Copy)]
pub struct Taxonomy;

impl Taxonomy {
    /// Every kind, in the order in which tables print them. The last is "All other use".
    pub const ALL: &'static [Category] = CATEGORIES;

    /// The kind with this stable word.
    pub fn find(word: &str) -> Option<CategoryId> {
        CATEGORIES.iter().position(|c| c.id == word).map(|i| CategoryId(i as u8))
    }

    /// Every id in order.
    pub fn ids() -> impl Iterator<Item = CategoryId> {
        (0..CATEGORIES.len()).map(|i| CategoryId(i as u8))
    }
}

impl CategoryId {
    /// "All other use".
    pub const OTHER: CategoryId = CategoryId(CATEGORIES.len() as u8 - 1);

    /// What the id stands for.
    pub fn category(self) -> &'static Category {
        &CATEGORIES[usize::from(self.0)]
    }

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        self.category().id
    }

    /// Position in [`Taxonomy::ALL`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The kind under which it is stored: pooled kinds become "All other use", so that a protected name and an
    /// uncategorised one leave the same bytes everywhere.
    pub fn stored(self) -> CategoryId {
        match self.category().treatment {
            Pooled | Other => Self::OTHER,
            Work | Background | Judgement => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_other_is_last() {
        for (i, c) in Taxonomy::ALL.iter().enumerate() {
            assert_eq!(Taxonomy::find(c.id).unwrap().index(), i, "{}", c.id);
        }
        assert_eq!(CategoryId::OTHER.as_str(), "other");
        assert_eq!(CategoryId::OTHER.category().treatment, Other);
    }

    #[test]
    fn pooled_kinds_are_stored_as_other() {
        for word in [
            "health",
            "faith",
            "politics",
            "union",
            "sexuality",
            "legal-advice",
            "whistleblowing",
            "webmail",
            "messaging",
        ] {
            assert_eq!(Taxonomy::find(word).unwrap().stored(), CategoryId::OTHER, "{word}");
        }
        let social = Taxonomy::find("social").unwrap();
        assert_eq!(social.stored(), social);
    }
}
