//! Reads imported lists from the provider's files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::{CategoryId, Taxonomy};

use super::defaults::default_lists;
use super::lists::{ListKind, ListSource, included};

/// The largest file of a list, in octets: twice the largest of UT1.
const LIST_LENGTH_MAX: u64 = 256 << 20;

/// The licence of the UT1 lists, as their own README and licence file state it.
pub const UT1_LICENCE: &str = "CC BY-SA 4.0, Université Toulouse Capitole (UT1)";

/// The licence of v2fly's lists.
pub const V2FLY_LICENCE: &str = "MIT, v2fly/domain-list-community";

/// A list's file that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file does not open or read.
    #[error("list {path}: {source}; give the path of a readable file, or take the list out of `categories`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is larger than any list of its kind.
    #[error("list {path}: {length} octets, more than the limit of {limit}; split it or take it out of `categories`")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length in octets.
        length: u64,
        /// The limit in octets.
        limit: u64,
    },
    /// The configuration names a format that is not read.
    #[error("list {path}: kind \"{kind}\" is not known; write list, v2fly, ut1, hosts, plain, abp or rpz")]
    KindUnknown {
        /// The file or folder.
        path: PathBuf,
        /// What was written.
        kind: String,
    },
    /// The configuration names a kind of site that the taxonomy lacks.
    #[error("list {path}: category \"{word}\" is not in the taxonomy; docs/categories.md has the words")]
    CategoryUnknown {
        /// The file or folder.
        path: PathBuf,
        /// What was written.
        word: String,
    },
    /// A list for which no kind of site is known.
    #[error("list {path}: no category is given and this list has no usual one; add `category`")]
    CategoryMissing {
        /// The file or folder.
        path: PathBuf,
    },
    /// A whole folder of lists under one kind of site.
    #[error(
        "list {path}: a folder of many lists cannot have one category; give the path of one list, or leave `category` out"
    )]
    CategoryForFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A file that is not in the form that an import writes.
    #[error("list {path}: {rule}; import it again with `tithing categories import`")]
    NotImported {
        /// The file.
        path: PathBuf,
        /// What is missing or wrong.
        rule: &'static str,
    },
    /// A folder without any list that has a usual kind of site.
    #[error(
        "list {path}: no known list is in this folder; give v2fly's `data` or UT1's `blacklists` folder, or one list"
    )]
    NoLists {
        /// The folder.
        path: PathBuf,
    },
}

impl LoadError {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            LoadError::Read { .. } => "list_read",
            LoadError::TooLong { .. } => "list_too_long",
            LoadError::KindUnknown { .. } => "list_kind_unknown",
            LoadError::CategoryUnknown { .. } => "list_category_unknown",
            LoadError::CategoryMissing { .. } => "list_category_missing",
            LoadError::CategoryForFolder { .. } => "list_category_for_folder",
            LoadError::NotImported { .. } => "list_not_imported",
            LoadError::NoLists { .. } => "lists_none",
        }
    }
}

impl ListSource {
    /// Reads a plain or hosts file. Octets that are not UTF-8 are replaced, and their names rejected.
    ///
    /// # Errors
    /// [`LoadError`] where the file does not read or is too long.
    pub fn from_file(
        path: &Path,
        name: &str,
        licence: &str,
        kind: ListKind,
        category: CategoryId,
    ) -> Result<Self, LoadError> {
        Ok(Self { name: name.to_owned(), licence: licence.to_owned(), category, kind, text: read(path)? })
    }

    /// Reads a list of v2fly's `data` folder with every file that it includes. `list` may end in `@attribute`.
    ///
    /// # Errors
    /// [`LoadError`] where the list itself does not read; an included file that is absent is a rejection of its line.
    pub fn from_v2fly(data: &Path, list: &str, category: CategoryId) -> Result<Self, LoadError> {
        let (file, attribute) = match list.split_once('@') {
            Some((file, attribute)) => (file, Some(attribute.to_owned())),
            None => (list, None),
        };
        let text = read(&in_folder(data, file))?;
        let mut includes = BTreeMap::new();
        let mut waiting: Vec<String> = included(&text).map(str::to_owned).collect();
        while let Some(name) = waiting.pop() {
            let path = in_folder(data, &name);
            if includes.contains_key(&name) || !is_file_name(&name) || !path.is_file() {
                continue;
            }
            let text = read(&path)?;
            waiting.extend(included(&text).map(str::to_owned));
            includes.insert(name, text);
        }
        let kind = ListKind::V2fly { includes, attribute };
        Ok(Self { name: format!("v2fly {list}"), licence: V2FLY_LICENCE.to_owned(), category, kind, text })
    }

    /// Reads a folder of the UT1 lists (`blacklists/NAME`): its `domains` file; `urls` and `expressions` are counted.
    ///
    /// # Errors
    /// [`LoadError`] where `domains` does not read.
    pub fn from_ut1(folder: &Path, category: CategoryId) -> Result<Self, LoadError> {
        let text = read(&folder.join("domains"))?;
        let mut ignored = 0;
        for other in ["urls", "expressions"].map(|f| folder.join(f)).iter().filter(|p| p.is_file()) {
            ignored += read(other)?.lines().filter(|l| !l.trim().is_empty()).count() as u64;
        }
        let name = last_part(folder);
        Ok(Self {
            name: format!("UT1 {name}"),
            licence: UT1_LICENCE.to_owned(),
            category,
            kind: ListKind::Ut1 { ignored },
            text,
        })
    }
}

/// Reads what one entry of the configuration names: a file, one list of a collection, or a whole collection.
///
/// - `plain`, `hosts`, `abp`, `rpz`: a file; `category` must be given.
/// - `list`: a file that was imported before, or a folder of them, in the order of their names; each says its own category.
/// - `v2fly`: one file of its `data` folder with what that file includes, or the folder itself.
/// - `ut1`: one folder that holds `domains`, or the folder of those folders (`blacklists`).
///
/// Of a whole collection the lists of [`default_lists`] that are present are read, in that order; one list without a
/// `category` takes its usual kind from there too. `licence` replaces the licence that the collection is known by.
///
/// # Errors
/// [`LoadError`]: all are faults of configuration, and each says what to write instead.
pub fn load_lists(
    path: &Path,
    kind: &str,
    category: Option<&str>,
    licence: Option<&str>,
) -> Result<Vec<ListSource>, LoadError> {
    let category = match category {
        None => None,
        Some(word) => Some(Taxonomy::find(word).ok_or_else(|| unknown(path, word))?),
    };
    let mut lists = match kind {
        "plain" => vec![file(path, ListKind::Plain, category)?],
        "hosts" => vec![file(path, ListKind::Hosts, category)?],
        "abp" => vec![file(path, ListKind::Abp, category)?],
        "rpz" => vec![file(path, ListKind::Rpz, category)?],
        "list" => imported(path, category)?,
        "v2fly" | "ut1" => collection(path, kind, category)?,
        _ => return Err(LoadError::KindUnknown { path: path.to_owned(), kind: kind.to_owned() }),
    };
    for list in &mut lists {
        list.licence = licence.map_or_else(|| list.licence.clone(), str::to_owned);
    }
    Ok(lists)
}

/// Holds one entry of the configuration to what can be told without reading a list: its words, and that something is there.
///
/// # Errors
/// [`LoadError`], as [`load_lists`].
pub fn check_list(path: &Path, kind: &str, category: Option<&str>) -> Result<(), LoadError> {
    if !["list", "plain", "hosts", "abp", "rpz", "v2fly", "ut1"].contains(&kind) {
        return Err(LoadError::KindUnknown { path: path.to_owned(), kind: kind.to_owned() });
    }
    if let Some(word) = category.filter(|w| Taxonomy::find(w).is_none()) {
        return Err(unknown(path, word));
    }
    // A list of v2fly may be named with an attribute, `google@ads`, which is no part of the file's name.
    let name = last_part(path);
    let file = name.split_once('@').map_or(name.as_str(), |(file, _)| file);
    let there = path.exists() || (kind == "v2fly" && in_folder(path.parent().unwrap_or(path), file).exists());
    let missing = || LoadError::Read { path: path.to_owned(), source: std::io::ErrorKind::NotFound.into() };
    if there { Ok(()) } else { Err(missing()) }
}

/// Lists that were imported before: a file, or every `.list` of a folder.
fn imported(path: &Path, category: Option<CategoryId>) -> Result<Vec<ListSource>, LoadError> {
    if !path.is_dir() {
        return Ok(vec![super::normal::parse(path, read(path)?, category)?]);
    }
    let fail = |source| LoadError::Read { path: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fail)? {
        files.push(entry.map_err(fail)?.path());
    }
    files.retain(|p| p.extension().is_some_and(|e| e == "list"));
    files.sort();
    let lists = files.iter().map(|p| super::normal::parse(p, read(p)?, category)).collect::<Result<Vec<_>, _>>()?;
    if lists.is_empty() { Err(LoadError::NoLists { path: path.to_owned() }) } else { Ok(lists) }
}

fn unknown(path: &Path, word: &str) -> LoadError {
    LoadError::CategoryUnknown { path: path.to_owned(), word: word.to_owned() }
}

fn file(path: &Path, kind: ListKind, category: Option<CategoryId>) -> Result<ListSource, LoadError> {
    let category = category.ok_or_else(|| LoadError::CategoryMissing { path: path.to_owned() })?;
    ListSource::from_file(path, &last_part(path), "not stated", kind, category)
}

/// One list, where the path is one, else every usual list of the folder.
fn collection(path: &Path, kind: &str, category: Option<CategoryId>) -> Result<Vec<ListSource>, LoadError> {
    let read_one = |folder: &Path, list: &str, category| match kind {
        "v2fly" => ListSource::from_v2fly(folder, list, category),
        _ => ListSource::from_ut1(&folder.join(list), category),
    };
    let is_list = |p: &Path| if kind == "v2fly" { !p.is_dir() } else { p.join("domains").is_file() };
    if is_list(path) {
        let name = last_part(path);
        let usual = || default_lists().into_iter().find(|d| d.collection == kind && d.list == name).map(|d| d.category);
        let category = category.or_else(usual).ok_or_else(|| LoadError::CategoryMissing { path: path.to_owned() })?;
        return Ok(vec![read_one(path.parent().unwrap_or(path), &name, category)?]);
    }
    if category.is_some() {
        return Err(LoadError::CategoryForFolder { path: path.to_owned() });
    }
    let inner = path.join(if kind == "v2fly" { "data" } else { "blacklists" });
    let folder = if inner.is_dir() { inner.as_path() } else { path };
    let present = |d: &super::DefaultList| {
        let at = in_folder(folder, d.list);
        d.collection == kind && at.exists() && is_list(&at)
    };
    let lists = default_lists().into_iter().filter(present).map(|d| read_one(folder, d.list, d.category));
    let lists = lists.collect::<Result<Vec<_>, _>>()?;
    if lists.is_empty() { Err(LoadError::NoLists { path: path.to_owned() }) } else { Ok(lists) }
}

fn last_part(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A list's file. v2fly writes `!` in names; copies of its folder often have `_` instead.
fn in_folder(folder: &Path, name: &str) -> PathBuf {
    let exact = folder.join(name);
    let plain = folder.join(name.replace('!', "_"));
    if !exact.exists() && plain.exists() { plain } else { exact }
}

/// An `include:` names a file beside its own, never a path.
fn is_file_name(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|f| f == name)
}

fn read(path: &Path) -> Result<String, LoadError> {
    let fail = |source| LoadError::Read { path: path.to_owned(), source };
    let length = std::fs::metadata(path).map_err(fail)?.len();
    if length > LIST_LENGTH_MAX {
        return Err(LoadError::TooLong { path: path.to_owned(), length, limit: LIST_LENGTH_MAX });
    }
    let octets = std::fs::read(path).map_err(fail)?;
    Ok(match String::from_utf8(octets) {
        Ok(text) => text,
        Err(wrong) => String::from_utf8_lossy(wrong.as_bytes()).into_owned(),
    })
}
