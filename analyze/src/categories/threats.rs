//! Threat lists: for security notices alone.
//!
//! They stand apart from the kinds of site on purpose. A name on a threat list has the kind that the other rules give it,
//! and no figure of any report depends on a threat list: what a notice says is another purpose, with its own retention.

use std::path::Path;
use std::sync::Arc;

use super::build::Builder;
use super::facts::{SourceFacts, SourceJson};
use super::index::{Index, IndexError};
use super::lists::ListSource;
use super::{FIRST_LIST, bare};

/// What an index of threats says it is for.
const PURPOSE: &str = "threats";

/// An entry of a threat list that covers a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Threat<'a> {
    /// The entry as the list has it: the one name that a notice may state.
    pub entry: &'a str,
    /// The list's name.
    pub list: &'a str,
    /// The list's licence.
    pub licence: &'a str,
    /// The list's SHA-256.
    pub sha256: &'a [u8; 32],
}

impl std::fmt::Debug for Threat<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Threat(..)")
    }
}

/// The compiled threat lists.
#[derive(Clone)]
pub struct Threats {
    index: Arc<Index>,
    sources: Vec<SourceFacts>,
}

impl std::fmt::Debug for Threats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Threats({} entries)", self.len())
    }
}

impl Threats {
    /// Compiles lists, with the number of entries that could not be used. The lists' kinds of site do not matter.
    pub fn with_lists(lists: &[ListSource]) -> (Self, u64) {
        let mut builder = Builder::default();
        builder.lists(lists);
        let (sources, rejected) = (builder.sources.clone(), builder.rejected());
        (Self { index: Arc::new(builder.seal(PURPOSE, &[])), sources }, rejected)
    }

    /// Maps a compiled index; only its header is read.
    ///
    /// # Errors
    /// [`IndexError`]: the file does not open, is damaged in its header, or holds something else.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let index = Index::open(path)?;
        let about = index.description();
        if about.purpose != PURPOSE {
            return Err(IndexError::Purpose { found: about.purpose.clone(), wanted: PURPOSE });
        }
        let sources: Option<Vec<_>> = about.sources.iter().map(SourceJson::to_facts).collect();
        let sources = sources.ok_or(IndexError::Damaged { rule: "a source has a form that is never written" })?;
        Ok(Self { index: Arc::new(index), sources })
    }

    /// Holds every octet of the entries to the hash in the header.
    ///
    /// # Errors
    /// [`IndexError::Damaged`].
    pub fn verify(&self) -> Result<(), IndexError> {
        self.index.verify()
    }

    /// The entry that covers a name: the longest; of equal ones, that of the earlier list.
    pub fn find(&self, name: &str) -> Option<Threat<'_>> {
        let found = self.index.find(bare(name))?;
        let source = self.sources.get(usize::from(found.source.checked_sub(FIRST_LIST)?))?;
        Some(Threat {
            entry: self.index.name(&found),
            list: &source.name,
            licence: &source.licence,
            sha256: &source.sha256,
        })
    }

    /// Whether some list has the name, or a name above it. Case and a final dot do not matter.
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The compiled index, as [`Threats::open`] reads it.
    pub fn octets(&self) -> &[u8] {
        self.index.octets()
    }

    /// The lists, in order.
    pub fn sources(&self) -> &[SourceFacts] {
        &self.sources
    }

    /// Entries in force.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use super::super::{Categories, ListKind};
    use super::*;

    #[test]
    fn entries_are_found_by_name_and_list() {
        let lists = [
            list("other", ListKind::Plain, "bad.example\nworse.bad.example\n"),
            list("other", ListKind::Hosts, "0.0.0.0 bad.example alone.example\n"),
        ];
        let (threats, rejected) = Threats::with_lists(&lists);
        let entry = |name| threats.find(name).map(|t| t.entry);
        assert_eq!((threats.len(), rejected), (4, 0));
        assert_eq!(entry("www.BAD.example."), Some("bad.example"));
        assert_eq!(entry("x.worse.bad.example"), Some("worse.bad.example"));
        assert_eq!(entry("alone.example"), Some("alone.example"));
        assert!(!threats.contains("www.alone.example") && !threats.contains("example"));
        assert_eq!(format!("{:?} {:?}", threats, threats.find("bad.example")), "Threats(4 entries) Some(Threat(..))");
    }

    /// The two purposes never meet: neither opens the other's index.
    #[test]
    fn threats_and_kinds_of_site_do_not_open_one_another() {
        let folder = tempfile::tempdir().unwrap();
        let (threats, kinds) = (folder.path().join("threats"), folder.path().join("categories"));
        let (made, _) = Threats::with_lists(&[list("other", ListKind::Plain, "bad.example\n")]);
        std::fs::write(&threats, made.octets()).unwrap();
        std::fs::write(&kinds, Categories::builtin().octets()).unwrap();
        assert_eq!(Threats::open(&kinds).unwrap_err().code(), "index_purpose");
        assert_eq!(Categories::open(&threats).unwrap_err().code(), "index_purpose");
        assert!(Threats::open(&threats).unwrap().contains("a.bad.example"));
    }
}
