//! What belongs to each kind of site, and whose definition it follows: `categories/definitions.csv`.

use model::{CategoryId, Taxonomy};

const TEXT: &str = include_str!("../../categories/definitions.csv");

/// The definition of a kind of site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// The kind.
    pub category: CategoryId,
    /// What belongs to it.
    pub belongs: &'static str,
    /// The policy's clause, Act or standard that it follows.
    pub follows: &'static str,
}

/// Every definition, in the order of the taxonomy. "All other use" has none: it is what no definition covers.
pub fn definitions() -> Vec<Definition> {
    let lines = TEXT.lines().filter(|l| !l.starts_with('#')).skip(1);
    let row = |line: &'static str| {
        let mut fields = line.split('|').map(str::trim);
        let category = Taxonomy::find(fields.next()?)?;
        Some(Definition { category, belongs: fields.next()?, follows: fields.next()? })
    };
    lines.filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_definition_in_order_and_the_manual_has_the_same_words() {
        let all = definitions();
        let kinds: Vec<_> = all.iter().map(|d| d.category).collect();
        let expected: Vec<_> = Taxonomy::ids().filter(|c| *c != CategoryId::OTHER).collect();
        assert_eq!(kinds, expected);
        let manual = include_str!("../../../docs/categories.md");
        for definition in &all {
            let Definition { category, belongs, follows } = definition;
            let row = format!("| `{}` | {belongs} | {follows} |", category.as_str());
            assert!(!follows.is_empty() && manual.contains(&row), "docs/categories.md lacks the row {row}");
        }
        assert!(all.iter().any(|d| d.category.as_str() == "social" && d.follows.starts_with("Policy clause 9.1")));
    }
}
