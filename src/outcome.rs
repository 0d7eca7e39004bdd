//! Exit codes, and the errors that a person reads.

use std::fmt;
use std::path::Path;

/// How a command ended. Over several authorities the worst counts: failed, withheld, gaps, done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Everything asked for was done.
    Done,
    /// Done, with a bad file, low coverage or a missing night.
    Gaps,
    /// An output that the council's own `mode` asks for was withheld by the assessment.
    Withheld,
    /// Failed, or bad configuration.
    Failed,
}

impl Outcome {
    /// The process's exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Gaps => 2,
            Self::Withheld => 3,
        }
    }
}

/// What stopped a command: what, where, which rule, what next.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    next: Option<String>,
}

impl Failure {
    /// A failure with its place and rule in one sentence.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), next: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub(crate) fn hint(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// A failure about a list: it says its path and what to do itself.
    pub(crate) fn from_list(error: analyze::LoadError) -> Self {
        Self::new(error.to_string())
    }

    /// A failure about a file.
    pub(crate) fn at(path: &Path, what: impl fmt::Display) -> Self {
        Self::new(format!("{}: {what}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.next {
            Some(next) => write!(f, "; hint: {next}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

macro_rules! failure_from {
    ($($kind:ty),+ $(,)?) => { $(impl From<$kind> for Failure {
        fn from(error: $kind) -> Self { Self::new(error.to_string()) }
    })+ };
}

failure_from!(store::StoreError, ingest::FileError, jiff::Error, analyze::IndexError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_counts() {
        let worst = |all: &[Outcome]| all.iter().copied().max().unwrap().code();
        assert_eq!(worst(&[Outcome::Done, Outcome::Gaps]), 2);
        assert_eq!(worst(&[Outcome::Gaps, Outcome::Withheld, Outcome::Done]), 3);
        assert_eq!(worst(&[Outcome::Withheld, Outcome::Failed]), 1);
    }
}
