//! Purposes: each table serves its own, and one whose purpose the assessment does not list is not written.

use gate::Assessment;
use store::Table;

/// Whether the assessment lists a purpose of a table.
pub(crate) fn listed(assessment: Option<&Assessment>, table: Table) -> bool {
    let purposes = assessment.map(Assessment::purposes).unwrap_or_default();
    table.purposes().iter().any(|p| purposes.iter().any(|listed| listed.trim() == *p))
}

/// What `check` says of each table.
pub(crate) fn lines(assessment: Option<&Assessment>) -> Vec<(String, String)> {
    let say = |table: &Table| {
        let purposes = table.purposes().join(" and ");
        let fate = match (listed(assessment, *table), table) {
            (true, _) => "listed".to_owned(),
            // The rung of totals needs no purpose beyond the signature: what an assessment lacks takes people away, not links.
            (false, Table::Links) => {
                "NOT listed: made all the same, since every night is accounted for by it".to_owned()
            }
            (false, _) => "NOT listed: not written".to_owned(),
        };
        (format!("table {table}"), format!("purpose {purposes}: {fate}"))
    };
    Table::ALL.iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the contract, table by table.
    #[test]
    fn guarantee_3_each_table_has_its_purposes_and_security_shares_none() {
        let of = |table: Table| table.purposes();
        assert_eq!(of(Table::Usage), ["policy"]);
        assert_eq!(of(Table::Links), ["operations", "cost"]);
        assert_eq!(of(Table::Cycles), ["cost"]);
        assert_eq!(of(Table::Security), ["security"]);
        for table in Table::ALL.iter().filter(|t| **t != Table::Security) {
            assert!(!of(*table).contains(&"security"), "{table}");
            assert!(*table == Table::Usage || !of(*table).contains(&"policy"), "{table}");
        }
    }

    #[test]
    fn a_table_is_served_by_what_the_assessment_lists() {
        let check = |purposes: &str, expected: &[bool]| {
            let assessment = Assessment::parse(&format!("purposes = [{purposes}]\n")).unwrap();
            let found: Vec<bool> = Table::ALL.iter().map(|t| listed(Some(&assessment), *t)).collect();
            assert_eq!(found, expected, "{purposes}");
        };
        check("\"policy\", \"operations\"", &[true, true, false, false, false, false]);
        check("\"cost\"", &[false, true, true, false, false, false]);
        check("\" security \"", &[false, false, false, true, false, false]);
        check("\"securities\"", &[false; 6]);
        assert!(!listed(None, Table::Usage));
    }
}
