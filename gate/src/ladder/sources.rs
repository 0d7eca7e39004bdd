//! Where requirements come from. Each title was checked against the text it names, or is said no more exactly than that.

/// The true title of the Regulations of 2018. Policies in use cite them with another.
pub const REGULATIONS_2018: &str = "The Investigatory Powers (Interception by Businesses etc. for Monitoring and Record-keeping Purposes) Regulations 2018";

/// Their number.
pub const REGULATIONS_NUMBER: &str = "SI 2018/356";

macro_rules! regulations {
    ($where:literal) => {
        concat!(
            "The Investigatory Powers (Interception by Businesses etc. for Monitoring and Record-keeping Purposes) ",
            "Regulations 2018 (SI 2018/356), ",
            $where
        )
    };
}

pub(super) const ASSESSMENT: &str =
    "UK GDPR article 35; the regulator's checklist on monitoring workers (3 October 2023): the decision is recorded";
pub(super) const REVIEW: &str = "UK GDPR article 35; the regulator's steps of an assessment: it is kept under review";
pub(super) const RISK: &str =
    "UK GDPR article 35; the regulator's steps of an assessment: a high risk that is left goes to the regulator first";
pub(super) const CONSULTATION: &str =
    "the regulator's checklist on monitoring workers: views are sought, or why not is recorded";
pub(super) const PURPOSES: &str = "UK GDPR article 35(7): purposes are described before the start";
pub(super) const BASIS: &str =
    "UK GDPR article 6; Data Protection Act 2018 section 7(3): legitimate interests are open to these councils";
pub(super) const BALANCE: &str = "UK GDPR article 6(1)(f): a balancing test is made";
pub(super) const NEEDED: &str = "the regulator's checklist on monitoring workers: only what is needed";
pub(super) const MEANS: &str =
    "the regulator's checklist on monitoring workers: necessary, and no reasonable less intrusive way";
pub(super) const OWN_DECISION: &str = "the council's own decision";
pub(super) const NOTICE: &str = regulations!(
    "regulation 4: all reasonable efforts to inform everyone who may use the system; and the regulator's checklist on monitoring workers"
);
pub(super) const RETENTION: &str = "UK GDPR article 5(1)(e): kept no longer than needed";
pub(super) const RECIPIENTS: &str =
    "the regulator's checklist on monitoring workers: people are told who receives what; access is limited";
pub(super) const COMPLAINTS: &str =
    "Data Protection Act 2018 section 164A: complaining is made easy, and acknowledged within 30 days";
pub(super) const ARTICLE_8: &str =
    "European Convention on Human Rights, article 8 (Barbulescu v Romania, no. 61496/08)";
pub(super) const CONSENT: &str =
    regulations!("regulation 3(1): by, or with the express consent of, the system controller");
pub(super) const OPERATOR: &str = regulations!(
    "regulation 3(1); the regulator's guidance: the provider is a processor, the council stays controller"
);
pub(super) const OWN_SYSTEM: &str =
    regulations!("regulation 4: communications relevant to the council's activities, on a system provided for them");
pub(super) const EVERYONE: &str =
    regulations!("regulation 4: all reasonable efforts to inform everyone who may use the system, visitors too");
pub(super) const LETTERS: &str = regulations!("regulations 3(2) and 4: each purpose is one of the list");
