//! Who may unlock a case, and when it is enough.
//!
//! Two people in two offices must unlock a case, and its subject is never one of them. Whether the clerk may be one of the
//! two therefore depends on whom the case is about, which nobody may learn by trying. So what is asked for is what is
//! **enough whoever it is about**: the list of people says who could be the subject of a rule (those employed; core time is
//! declared for nobody else), and the unlocks must leave two, one of them the clerk's or the chair's, when any one of those
//! is taken away. Two unlocks do where neither can be the subject (the chair and an adviser from outside); else a third
//! stands in. The answer is a function of the offices alone, the same for every subject and for none.

use model::PersonKey;

/// An office that may unlock and receive cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Office {
    /// The proper officer.
    Clerk,
    /// Who stands in for the clerk.
    Deputy,
    /// Who chairs the council.
    Chair,
    /// An adviser on staff matters from outside, named in the assessment.
    HrAdviser,
}

impl Office {
    /// Every office, in order.
    pub const ALL: [Office; 4] = [Self::Clerk, Self::Deputy, Self::Chair, Self::HrAdviser];

    /// The word in files and arguments.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Deputy => "deputy",
            Self::Chair => "chair",
            Self::HrAdviser => "hr-adviser",
        }
    }

    /// The office that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == word)
    }

    /// Whether the office itself can answer for a case: one of the two that count must be such.
    const fn leads(self) -> bool {
        matches!(self, Self::Clerk | Self::Chair)
    }
}

impl std::fmt::Display for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One unlock, by somebody whose office was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlock {
    /// In which office.
    pub office: Office,
    /// Who, under the key that the subject stands under.
    pub person: PersonKey,
    /// Whether a case of this rule could be about this person, by the list of people alone.
    pub may_be_subject: bool,
}

/// The unlocks of one case: different people in different offices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unlocks(Vec<Unlock>);

/// Why an unlock is not taken. None of these depends on whom the case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// The office has unlocked already.
    #[error("this office has unlocked the case already; hint: another office must unlock it")]
    OfficeTwice,
    /// The person has unlocked already, in another office.
    #[error("one person unlocks once, whatever offices they hold; hint: somebody else must unlock it")]
    PersonTwice,
}

/// Not enough unlocks. It says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the case is sealed: two people in two offices must unlock it, and a third where one of the two could be its subject"
)]
pub struct StillSealed;

impl Unlocks {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes one more.
    ///
    /// # Errors
    /// The same office or the same person twice.
    pub fn add(&mut self, unlock: Unlock) -> Result<(), UnlockError> {
        if self.0.iter().any(|u| u.person == unlock.person) {
            return Err(UnlockError::PersonTwice);
        }
        if self.0.iter().any(|u| u.office == unlock.office) {
            return Err(UnlockError::OfficeTwice);
        }
        self.0.push(unlock);
        Ok(())
    }

    /// Whether they are enough whoever the case is about.
    pub fn enough(&self) -> bool {
        let could_be = || self.0.iter().filter(|u| u.may_be_subject);
        self.without(None) && could_be().all(|u| self.without(Some(u.person)))
    }

    /// Whether two of them count, one of a leading office, when one person is taken away.
    fn without(&self, subject: Option<PersonKey>) -> bool {
        let counting = || self.0.iter().filter(|u| Some(u.person) != subject);
        counting().count() >= 2 && counting().any(|u| u.office.leads())
    }

    /// Whether they open a case about this subject: enough whoever it is about, and enough without the subject, should
    /// the list of people have been wrong about who it could be.
    pub(crate) fn open(&self, subject: PersonKey) -> bool {
        self.enough() && self.without(Some(subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: PersonKey = PersonKey(99);

    /// Unlocks in few words: `clerk` is person 1 and could be the subject, `chair` (2) and `hr` (4) could not, `deputy`
    /// (3) could; `clerk*` and `deputy*` could not (a clerk under contract, a member as deputy).
    fn unlocks(words: &str) -> Unlocks {
        let mut all = Unlocks::new();
        for word in words.split_whitespace() {
            let (office, person) = match word.trim_end_matches('*') {
                "clerk" => (Office::Clerk, 1),
                "chair" => (Office::Chair, 2),
                "deputy" => (Office::Deputy, 3),
                _ => (Office::HrAdviser, 4),
            };
            let may_be_subject = matches!(word, "clerk" | "deputy");
            all.add(Unlock { office, person: PersonKey(person), may_be_subject }).unwrap();
        }
        all
    }

    fn check(words: &str, expected: bool) {
        let all = unlocks(words);
        assert_eq!(all.enough(), expected, "{words}");
        // The answer is the same whoever it is about: each who could be the subject, somebody else, nobody.
        let could_be = all.0.iter().filter(|u| u.may_be_subject).map(|u| u.person);
        for subject in could_be.chain([PersonKey(7), NOBODY]) {
            assert_eq!(all.open(subject), expected, "{words}");
        }
    }

    #[test]
    fn guarantee_27_two_unlocks_are_enough_only_where_neither_can_be_the_subject() {
        check("", false);
        for one in ["clerk", "chair", "deputy", "hr", "clerk*"] {
            check(one, false);
        }
        check("chair hr", true);
        check("clerk* chair", true);
        check("clerk* hr", true);
        check("chair deputy*", true);
        for could_be in ["clerk chair", "clerk hr", "clerk deputy", "chair deputy", "deputy hr", "clerk* deputy"] {
            check(could_be, false);
        }
    }

    #[test]
    fn guarantee_27_a_third_stands_in_whoever_is_the_subject() {
        check("clerk chair hr", true);
        check("clerk chair deputy", true);
        check("chair deputy hr", true);
        check("clerk chair deputy hr", true);
        // Without the clerk, the deputy and the adviser would be left: neither answers for the council.
        check("clerk deputy hr", false);
        check("deputy* hr", false);
    }

    /// Every set of offices, each held by somebody who could or could not be the subject: 54 of them (an adviser never
    /// could).
    fn matrix() -> Vec<Unlocks> {
        let mut all = vec![Unlocks::new()];
        for (i, office) in Office::ALL.into_iter().enumerate() {
            let with = |before: &Unlocks, may_be_subject| {
                let mut after = before.clone();
                after.add(Unlock { office, person: PersonKey(i as i64), may_be_subject }).unwrap();
                after
            };
            let flags: &[bool] = if office == Office::HrAdviser { &[false] } else { &[false, true] };
            let longer: Vec<Unlocks> = all.iter().flat_map(|b| flags.iter().map(move |f| with(b, *f))).collect();
            all.extend(longer);
        }
        all
    }

    #[test]
    fn guarantee_27_over_the_whole_matrix_the_answer_is_one_for_every_subject() {
        let all = matrix();
        assert_eq!(all.len(), 54);
        for unlocks in &all {
            let could_be = unlocks.0.iter().filter(|u| u.may_be_subject).map(|u| u.person);
            for subject in could_be.chain([PersonKey(7), NOBODY]) {
                let open = unlocks.open(subject);
                assert_eq!(open, unlocks.enough(), "{unlocks:?}");
                let others: Vec<Office> = unlocks.0.iter().filter(|u| u.person != subject).map(|u| u.office).collect();
                let counting =
                    others.len() >= 2 && (others.contains(&Office::Clerk) || others.contains(&Office::Chair));
                assert!(!open || counting, "two in office, none of them the subject: {unlocks:?}");
            }
        }
        // Not everything is refused.
        let open = all.iter().filter(|u| u.enough()).count();
        assert_eq!(open, hand_count());
    }

    /// Opening sets by hand: L leads (clerk, chair), D deputy, H adviser; `*` could not be the subject.
    fn hand_count() -> usize {
        // Two: both `*`, one of them a lead. L*L* 1, L*D* 2, L*H 2.
        let two = 1 + 2 + 2;
        // Three. Clerk, chair and one more: whoever is taken away, a lead and another are left: 2*2*2 with the deputy,
        // 2*2 with the adviser. One lead with deputy and adviser: only where the lead could not be the subject: 2*2.
        let three = 8 + 4 + 4;
        // Four: always, 2*2*2.
        let four = 8;
        two + three + four
    }

    #[test]
    fn guarantee_27_a_subject_that_the_list_did_not_expect_never_counts() {
        let both = unlocks("chair hr");
        assert!(both.open(NOBODY));
        assert!(!both.open(PersonKey(2)), "the chair, an employee after all, is not one of two");
        assert!(!both.open(PersonKey(4)));
        assert!(unlocks("clerk chair hr").open(PersonKey(2)));
    }

    #[test]
    fn guarantee_27_one_person_and_one_office_count_once() {
        let mut all = unlocks("chair");
        let again = |office, person| Unlock { office, person: PersonKey(person), may_be_subject: false };
        assert_eq!(all.add(again(Office::Clerk, 2)), Err(UnlockError::PersonTwice));
        assert_eq!(all.add(again(Office::Chair, 2)), Err(UnlockError::PersonTwice));
        assert_eq!(all.add(again(Office::Chair, 5)), Err(UnlockError::OfficeTwice));
        assert_eq!(all, unlocks("chair"));
    }

    #[test]
    fn words_come_back() {
        for office in Office::ALL {
            assert_eq!(Office::from_word(office.as_str()), Some(office));
        }
        assert_eq!(Office::from_word("provider"), None);
    }
}
