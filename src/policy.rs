//! Hints about a council's adopted policy text. They lower nothing: the signed assessment counts, and no program reads law
//! out of a policy. But a policy that cites the Regulations wrongly, or says nothing of the web, is found in time.

use jiff::civil::Date;

/// How far from the word "interception" a year or number still belongs to it.
const NEAR: usize = 240;

/// What a reviewer would mark in the margin, each with its line where it has one.
pub(crate) fn hints(text: &str, review_due: Option<Date>) -> Vec<String> {
    let mut all = Vec::new();
    let flat = Flat::new(text);
    all.extend(title(&flat));
    all.extend(number(&flat));
    all.extend(older(&flat));
    let sentences = sentences(&flat.text);
    if !sentences.iter().any(|s| any(s, &WATCH) && any(s, &WEB)) {
        all.push(
            "it announces no monitoring of the use of the internet: a notice that covers e-mail alone allows totals only"
                .to_owned(),
        );
    }
    if !sentences
        .iter()
        .any(|s| any(s, &KEEP) && any(s, &SPANS) && (s.contains(|c: char| c.is_ascii_digit()) || any(s, &NUMBERS)))
    {
        all.push("it does not say for how long records are kept: [retention] of the assessment does".to_owned());
    }
    all.extend(review(&sentences, review_due));
    all
}

const WATCH: [&str; 3] = ["monitor", "measur", "logged"];
const WEB: [&str; 6] = ["internet", "web", "site", "online", "browsing", "network traffic"];
const KEEP: [&str; 6] = ["retain", "retention", "kept", "keep", "delet", "stored"];
const SPANS: [&str; 4] = ["day", "week", "month", "year"];
const NUMBERS: [&str; 8] = ["one ", "two ", "three ", "six ", "seven ", "twelve ", "thirty ", "ninety "];

fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.contains(w))
}

/// The text in lower case with single spaces, and the line that each byte came from.
struct Flat {
    text: String,
    lines: Vec<usize>,
}

impl Flat {
    fn new(text: &str) -> Self {
        let mut flat = Self { text: String::with_capacity(text.len()), lines: Vec::with_capacity(text.len()) };
        let mut blank = 0;
        for (number, line) in text.lines().enumerate() {
            blank = if line.trim().is_empty() { blank + 1 } else { 0 };
            let line = line.trim_start_matches(['#', '>', '*', '-', ' ', '\t']);
            for word in line.split_whitespace() {
                flat.push(&word.to_lowercase(), number + 1);
                flat.push(" ", number + 1);
            }
            if blank == 1 {
                flat.push(". ", number + 1);
            }
        }
        flat
    }

    fn push(&mut self, text: &str, line: usize) {
        self.text.push_str(text);
        self.lines.resize(self.text.len(), line);
    }

    fn line(&self, at: usize) -> usize {
        self.lines.get(at).copied().unwrap_or(1)
    }

    /// The text around a place.
    fn around(&self, at: usize) -> &str {
        let near =
            |at: usize| (at..=self.text.len()).find(|i| self.text.is_char_boundary(*i)).unwrap_or(self.text.len());
        let (from, until) = (near(at.saturating_sub(NEAR)), near((at + NEAR).min(self.text.len())));
        self.text.get(from..until).unwrap_or_default()
    }
}

fn true_title() -> String {
    format!("{} ({})", gate::REGULATIONS_2018, gate::REGULATIONS_NUMBER)
}

/// The Regulations' title: "Interception by Businesses etc. for Monitoring and Record-keeping Purposes".
fn title(flat: &Flat) -> Vec<String> {
    let wrong = |(at, _): (usize, &str)| {
        let rest = flat.text.get(at..)?;
        let end = rest.find("regulations").unwrap_or(rest.len()).min(200);
        let cited = rest.get(..end)?.replace(['-', '.', ','], " ");
        let cited = cited.split_whitespace().collect::<Vec<_>>().join(" ");
        let meant = cited.contains("monitoring and record");
        (meant && !cited.starts_with("interception by businesses etc for monitoring and record keeping purposes")).then(
            || {
                let line = flat.line(at);
                format!(
                    "line {line}: the Regulations are cited by a title that is not theirs; the true one is: {}",
                    true_title()
                )
            },
        )
    };
    flat.text.match_indices("interception by ").filter_map(wrong).collect()
}

/// A statutory number of 2018 near the word "interception" that is not 356.
fn number(flat: &Flat) -> Vec<String> {
    let forms = ["si 2018/", "s.i. 2018/", "2018 no. ", "2018 no "];
    let places = forms.iter().flat_map(|f| flat.text.match_indices(f).map(|(at, found)| (at, at + found.len())));
    let wrong = |(at, after): (usize, usize)| {
        let digits: String = flat.text.get(after..)?.chars().take_while(char::is_ascii_digit).collect();
        let about = flat.around(at).contains("interception") && !flat.around(at).contains("accessib");
        (about && !digits.is_empty() && digits != "356").then(|| {
            let line = flat.line(at);
            format!(
                "line {line}: the Regulations are cited with another number; it is {}: {}",
                gate::REGULATIONS_NUMBER,
                true_title()
            )
        })
    };
    places.filter_map(wrong).collect()
}

/// Regulations of 2000 near the word "interception": those came before the ones of 2018.
fn older(flat: &Flat) -> Option<String> {
    let forms = ["regulations 2000", "2000 regulations", "lawful business practice"];
    let about = |at: usize| any(flat.around(at), &["interception", "lawful business practice"]);
    let at = forms.iter().flat_map(|f| flat.text.match_indices(f)).map(|(at, _)| at).filter(|at| about(*at)).min()?;
    let line = flat.line(at);
    Some(format!("line {line}: Regulations of 2000 are cited; the ones to cite are: {}", true_title()))
}

fn sentences(text: &str) -> Vec<&str> {
    text.split(['.', '!', '?', ';']).map(str::trim).filter(|s| !s.is_empty()).collect()
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Months that a sentence about a review names, where the assessment's review is due in another.
fn review(sentences: &[&str], due: Option<Date>) -> Option<String> {
    let due = due?;
    let named: Vec<(i16, i8)> = sentences.iter().filter(|s| s.contains("review")).flat_map(|s| months(s)).collect();
    let other = !named.is_empty() && !named.contains(&(due.year(), due.month()));
    other.then(|| format!("its date of review is not the assessment's, which is due on {due}"))
}

/// `march 2027`, `4 march 2027` and `2027-03-04` in a sentence.
fn months(sentence: &str) -> Vec<(i16, i8)> {
    let words: Vec<&str> =
        sentence.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
    let mut found: Vec<(i16, i8)> =
        words.iter().filter_map(|w| w.parse::<Date>().ok()).map(|d| (d.year(), d.month())).collect();
    for pair in words.windows(2) {
        if let [month, year] = pair
            && let Some(month) = MONTHS.iter().position(|m| m == month)
            && let Ok(year) = year.parse::<i16>()
            && (2000..2100).contains(&year)
        {
            found.push((year, i8::try_from(month + 1).unwrap_or(1)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Date = jiff::civil::date(2027, 3, 31);
    const GOOD: &str = "Use of the internet is monitored in groups. Records are kept for 62 days.\n";

    /// The hints' telling words, in order.
    fn check(text: &str, expected: &[&str]) {
        let found = hints(text, Some(DUE));
        assert_eq!(found.len(), expected.len(), "{text}\n{found:#?}");
        for (hint, part) in found.iter().zip(expected) {
            assert!(hint.contains(part), "{hint}\n{part}");
        }
    }

    fn beside_good(text: &str, expected: &[&str]) {
        check(&format!("{GOOD}{text}"), expected);
    }

    #[test]
    fn a_wrong_title_or_number_of_the_regulations_gets_the_true_one() {
        let right = "The Investigatory Powers (Interception by Businesses etc. for Monitoring and Record-keeping Purposes) Regulations 2018 (SI 2018/356) allow it.";
        beside_good(right, &[]);
        beside_good(
            &right.replace("Businesses etc.", "Councils etc"),
            &["line 2: the Regulations are cited by a title"],
        );
        beside_good(&right.replace("Businesses etc.", "Businesses"), &["title that is not theirs"]);
        beside_good(&right.replace(" by Businesses", "\nby Councils"), &["line 2"]);
        beside_good(&right.replace("2018/356", "2018/365"), &["it is SI 2018/356"]);
        beside_good("The Regulations 2000 on interception allow it.", &["line 2: Regulations of 2000"]);
        beside_good(
            "Telecommunications (Lawful Business Practice) (Interception of Communications) Regulations 2000",
            &["Regulations of 2000"],
        );
        // Other laws of 2000 and 2018 are left alone.
        beside_good("The Freedom of Information Act 2000 and the Accessibility Regulations 2018 (SI 2018/952).", &[]);
        let title = hints(&right.replace("Businesses", "Councils"), None).remove(0);
        assert!(title.ends_with("Monitoring and Record-keeping Purposes) Regulations 2018 (SI 2018/356)"), "{title}");
    }

    #[test]
    fn guarantee_2_a_policy_that_announces_checks_of_e_mail_alone_is_told_so() {
        check(
            "The council may monitor e-mail sent from council accounts. Records are kept for 30 days.\n",
            &["announces no monitoring of the use of the internet"],
        );
    }

    #[test]
    fn a_policy_without_a_time_for_which_records_are_kept_is_told_so() {
        let text = "Use of the internet is monitored. Data are kept as the retention policy says.";
        check(text, &["for how long records are kept"]);
        check(&text.replace("as the retention policy says", "for two months"), &[]);
    }

    #[test]
    fn a_date_of_review_that_differs_is_told() {
        beside_good("This policy will be reviewed in March 2027.", &[]);
        beside_good("Review date: 2027-03-01.", &[]);
        beside_good("This policy will be reviewed in May 2027.", &["due on 2027-03-31"]);
        beside_good("Review: 4 March 2026", &["due on 2027-03-31"]);
        beside_good("Adopted in May 2026. It is reviewed yearly.", &[]);
        assert_eq!(hints(&format!("{GOOD}Reviewed in May 2027."), None), Vec::<String>::new());
    }

    #[test]
    fn any_text_is_read() {
        for text in ["", "\n\n\n", "é\u{2028}interception by", "si 2018/", "INTERCEPTION BY MONITORING AND RECORD"] {
            hints(text, Some(DUE));
        }
        hints(&"ü interception by ".repeat(500), Some(DUE));
    }
}
