//! Runs the SQL files over stored partitions with Polars: the only code that names it.

use std::path::PathBuf;

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::{Column, DataFrame, LazyFrame, PlRefPath, PolarsError, PolarsResult, ScanArgsParquet, TimeUnit};
use polars::sql::SQLContext;
use store::Table;

/// A roll-up: one SQL file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query {
    /// The file's name without its extension.
    pub(crate) name: &'static str,
    /// The table it reads.
    pub(crate) table: Table,
    /// Its text.
    pub(crate) sql: &'static str,
}

macro_rules! query {
    ($(#[$doc:meta])* $constant:ident, $file:literal, $table:ident) => {
        $(#[$doc])*
        pub(crate) const $constant: Query = Query {
            name: $file,
            table: Table::$table,
            sql: include_str!(concat!("../sql/", $file, ".sql")),
        };
    };
}

query!(
    /// Octets by kind of site and person.
    USE, "use", Usage
);
query!(
    /// Minutes by kind of site and person.
    USE_TIME, "use-time", Usage
);
query!(
    /// Dates by kind of site and person.
    USE_DAYS, "use-days", Usage
);
query!(
    /// Minutes of any kind by person.
    ANY_TIME, "any-time", Usage
);
query!(
    /// Dates of any kind by person.
    ANY_DAYS, "any-days", Usage
);
query!(
    /// Octets by time class and person.
    TIMES, "times", Usage
);
query!(
    /// Octets by kind of site, time class and person.
    CROSSED, "crossed", Usage
);
query!(
    /// Octets by link and person.
    LINK_USE, "link-use", Usage
);
query!(
    /// Octets by device, person and link.
    DEVICE_VOLUMES, "device-volumes", Usage
);
query!(
    /// Everybody's octets by link and date.
    LINKS, "links", Links
);

query!(
    /// Everybody's octets, losses and lookups by link and quarter of an hour.
    FAULTS, "faults", Links
);

query!(
    /// Minutes and octets of each person by kind of site and date, in core time.
    EXCEPTIONS, "exceptions", Usage
);

/// The roll-ups behind a report's tables: what each file is called, and its text.
pub fn report_queries(tables: &[&str]) -> Vec<(&'static str, &'static str)> {
    let of = |table: &str| -> &'static [Query] {
        match table {
            // The table `cycles` comes from the same two, over the days of each part.
            "links" => &[LINKS, LINK_USE],
            "use" => &[USE],
            "use-time" => &[USE_TIME, ANY_TIME],
            "use-days" => &[USE_DAYS, ANY_DAYS],
            "times" => &[TIMES],
            "crossed" => &[CROSSED],
            "faults" => &[FAULTS],
            _ => &[],
        }
    };
    tables.iter().flat_map(|t| of(t)).map(|q| (q.name, q.sql)).collect()
}

/// Every roll-up, for the tests that hold them to the schema.
#[cfg(test)]
pub(crate) const ALL: &[Query] =
    &[USE, USE_TIME, USE_DAYS, ANY_TIME, ANY_DAYS, TIMES, CROSSED, LINK_USE, DEVICE_VOLUMES, LINKS, FAULTS, EXCEPTIONS];

/// Why a roll-up has no result.
#[derive(Debug, thiserror::Error)]
pub enum RollupError {
    /// Polars could not run the file over the partitions.
    #[error(
        "{query}.sql could not be run over the stored partitions of '{table}': {source}; check the store and run again"
    )]
    Engine {
        /// The SQL file.
        query: &'static str,
        /// The table.
        table: Table,
        /// What Polars said.
        source: PolarsError,
    },
    /// A result is not what the SQL file promises.
    #[error("{query}.sql gave a {column} that is not allowed there; the partition was not written by this program")]
    Value {
        /// The SQL file.
        query: &'static str,
        /// The column.
        column: &'static str,
    },
}

impl RollupError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Engine { .. } => "rollup_engine",
            Self::Value { .. } => "rollup_value",
        }
    }
}

/// The rows that a roll-up ended in.
pub(crate) struct Rows {
    query: Query,
    frame: DataFrame,
}

/// Runs one SQL file over the partitions of its table. No partitions, no rows.
pub(crate) fn run(query: Query, partitions: &[PathBuf]) -> Result<Rows, RollupError> {
    let engine = |source| RollupError::Engine { query: query.name, table: query.table, source };
    if partitions.is_empty() {
        return Ok(Rows { query, frame: DataFrame::empty() });
    }
    let frame = collect(query, partitions).map_err(engine)?;
    Ok(Rows { query, frame })
}

fn collect(query: Query, partitions: &[PathBuf]) -> PolarsResult<DataFrame> {
    let paths = partitions.iter().map(|p| PlRefPath::try_from_path(p)).collect::<PolarsResult<Vec<_>>>()?;
    // Paths are taken as they are: a folder with a '[' in its name is no pattern.
    let args = ScanArgsParquet { glob: false, low_memory: true, ..ScanArgsParquet::default() };
    let table = LazyFrame::scan_parquet_files(paths.into_iter().collect(), args)?;
    let mut context = SQLContext::new();
    context.register(query.table.as_str(), table);
    context.execute(query.sql)?.collect()
}

impl Rows {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.frame.height()
    }

    /// A column of words.
    pub(crate) fn words(&self, name: &'static str) -> Result<Vec<String>, RollupError> {
        let Some(column) = self.column(name)? else { return Ok(Vec::new()) };
        let words = column.str().map_err(|_| self.bad(name))?;
        words.iter().map(|w| w.map(str::to_owned).ok_or_else(|| self.bad(name))).collect()
    }

    /// A column of pseudonyms, which a row may lack.
    pub(crate) fn keys(&self, name: &'static str) -> Result<Vec<Option<i64>>, RollupError> {
        let Some(column) = self.column(name)? else { return Ok(Vec::new()) };
        Ok(column.i64().map_err(|_| self.bad(name))?.iter().collect())
    }

    /// A column of sums, none of them negative.
    pub(crate) fn amounts(&self, name: &'static str) -> Result<Vec<u64>, RollupError> {
        let amount = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).ok_or_else(|| self.bad(name));
        self.keys(name)?.into_iter().map(amount).collect()
    }

    /// A column of dates.
    pub(crate) fn dates(&self, name: &'static str) -> Result<Vec<Date>, RollupError> {
        let Some(column) = self.column(name)? else { return Ok(Vec::new()) };
        let days = column.date().map_err(|_| self.bad(name))?;
        let epoch = jiff::civil::date(1970, 1, 1);
        let date = |n: Option<i32>| n.and_then(|n| epoch.checked_add(i64::from(n).days()).ok());
        days.physical().iter().map(|n| date(n).ok_or_else(|| self.bad(name))).collect()
    }

    /// A column of instants.
    pub(crate) fn instants(&self, name: &'static str) -> Result<Vec<model::Micros>, RollupError> {
        let Some(column) = self.column(name)? else { return Ok(Vec::new()) };
        let instants = column.datetime().map_err(|_| self.bad(name))?;
        if instants.time_unit() != TimeUnit::Microseconds {
            return Err(self.bad(name));
        }
        instants.physical().iter().map(|n| n.ok_or_else(|| self.bad(name))).collect()
    }

    /// That a value of a column is not allowed there.
    pub(crate) fn bad(&self, column: &'static str) -> RollupError {
        RollupError::Value { query: self.query.name, column }
    }

    /// None where there are no rows: an empty month has no columns either.
    fn column(&self, name: &'static str) -> Result<Option<&Column>, RollupError> {
        match self.frame.height() {
            0 => Ok(None),
            _ => self.frame.column(name).map(Some).map_err(|_| self.bad(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the common dialect that the files use.
    const DIALECT: &[&str] = &[
        "WITH", "AS", "SELECT", "FROM", "WHERE", "GROUP", "BY", "CASE", "WHEN", "THEN", "ELSE", "END", "SUM", "MAX",
        "COUNT", "DISTINCT", "CAST", "BIGINT", "AND",
    ];

    /// The words of a text outside comments and string constants.
    fn names(sql: &str) -> Vec<String> {
        let code: String = sql.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n");
        let outside: String = code.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
        outside
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()))
            .map(str::to_owned)
            .collect()
    }

    /// Names that a text gives to columns (`AS name`) and to common table expressions (`name AS (`).
    fn given(sql: &str) -> Vec<String> {
        let words = names(sql);
        let mut given: Vec<String> =
            words.windows(2).filter(|w| w[0] == "AS" && w[1] != "SELECT").map(|w| w[1].clone()).collect();
        given.extend(words.windows(3).filter(|w| w[1] == "AS" && w[2] == "SELECT").map(|w| w[0].clone()));
        given
    }

    #[test]
    fn files_name_only_stored_columns() {
        for query in ALL {
            let given = given(query.sql);
            let columns: Vec<&str> = query.table.columns().iter().map(|c| c.name).collect();
            for word in names(query.sql) {
                let known = DIALECT.contains(&word.as_str())
                    || word == query.table.as_str()
                    || columns.contains(&word.as_str())
                    || given.contains(&word);
                assert!(known, "{}.sql names '{word}', which {} does not store", query.name, query.table);
            }
        }
    }

    #[test]
    fn every_file_is_run_and_opens_with_its_form() {
        let folder = "sql";
        let mut files: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let mut queries: Vec<String> = ALL.iter().map(|q| format!("{}.sql", q.name)).collect();
        queries.sort();
        assert_eq!(files, queries);
        for query in ALL {
            let form: Vec<&str> = query.sql.lines().take_while(|l| l.starts_with("--")).collect();
            for part in ["-- Counts: ", "-- Cannot show: ", "-- Who may see it: "] {
                assert!(form.iter().any(|l| l.starts_with(part)), "{}.sql has no '{part}'", query.name);
            }
        }
    }

    #[test]
    fn words_of_a_closed_list_are_words_of_that_list() {
        for query in ALL {
            let code: String = query.sql.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n");
            for word in code.split('\'').skip(1).step_by(2) {
                let known = model::Unit::from_word(word).is_some()
                    || model::TimeClass::from_word(word).is_some()
                    || model::Evidence::from_word(word).is_some();
                assert!(known, "{}.sql compares with '{word}'", query.name);
            }
        }
    }
}
