//! `tithing.toml`: the provider's own settings.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::delivery::{self, Delivery, TypedDelivery};
use super::{parse_toml, read_text};
use crate::outcome::Failure;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    store: Option<PathBuf>,
    authorities: Option<Authorities>,
    categories: Vec<ListSpec>,
    threats: Vec<ThreatSpec>,
    geo: Option<OneOrMany>,
    now: Option<String>,
    limits: TypedLimits,
    attribution: TypedAttribution,
    delivery: Option<TypedDelivery>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Authorities {
    Folder(PathBuf),
    Ids(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(PathBuf),
    Many(Vec<PathBuf>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TypedLimits {
    coverage_min: Option<f64>,
    memory: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TypedAttribution {
    hold_s: Option<u32>,
    lease_s: Option<u32>,
}

/// A list of categories that the provider imports.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListSpec {
    /// A file, or a folder for v2fly and UT1.
    pub path: PathBuf,
    /// `list`, `v2fly`, `ut1`, `hosts`, `plain`, `abp` or `rpz`.
    #[serde(default = "imported")]
    pub kind: String,
    /// The kind of site that the list stands for; v2fly and UT1 folders have a mapping of their own.
    pub category: Option<String>,
    /// The licence to print in the report.
    pub licence: Option<String>,
}

fn imported() -> String {
    "list".to_owned()
}

/// A list of threats: for security notices alone, never joined to the kinds of site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThreatSpec {
    /// A file, or one folder of UT1.
    pub path: PathBuf,
    /// As in [`ListSpec`]; or `addresses`, one address or network a line.
    #[serde(default = "imported")]
    pub kind: String,
    /// The licence to print beside a notice.
    pub licence: Option<String>,
}

/// Limits of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Coverage below this many ten-thousandths is a gap.
    pub coverage_min_per_10k: u16,
    /// Octets of memory that one night should use. Checked and shown; not yet enforced.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { coverage_min_per_10k: 9_500, memory: 768 << 20 }
    }
}

/// A provider's folder, with every path resolved.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// The folder that `tithing.toml` is in.
    pub root: PathBuf,
    /// Where the tables are.
    pub store: PathBuf,
    /// The authorities, in order.
    pub authorities: Vec<String>,
    /// Where their folders are.
    pub authorities_dir: PathBuf,
    /// Lists to import, in order of precedence.
    pub lists: Vec<ListSpec>,
    /// Lists of threats, in order.
    pub threats: Vec<ThreatSpec>,
    /// Databases that name the network of an address.
    pub geo: Vec<PathBuf>,
    /// A fixed clock.
    pub now: Option<Timestamp>,
    /// Limits.
    pub limits: Limits,
    /// Seconds for which an answer without or past its TTL still explains a flow.
    pub hold_s: u32,
    /// Seconds of a lease, where nothing else says how long one lasts.
    pub lease_s: u32,
    /// How documents are handed out; none where they stay where they are.
    pub delivery: Option<Delivery>,
}

impl Provider {
    /// Reads and resolves the file.
    ///
    /// # Errors
    /// Where it cannot be read, has an unknown key, or a value outside its range.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = read_text(path)
            .map_err(|f| Failure::new(f.to_string()).hint("run inside a provider's folder, or give --config FILE"))?;
        let typed: Typed = parse_toml(path, &text)?;
        let root = match path.parent() {
            Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let (authorities_dir, authorities) = match typed.authorities {
            Some(Authorities::Ids(ids)) => (root.join("authorities"), ids),
            Some(Authorities::Folder(dir)) => (root.join(&dir), folders(&root.join(dir))?),
            None => (root.join("authorities"), folders(&root.join("authorities"))?),
        };
        for id in &authorities {
            check_id(path, id)?;
        }
        let now = typed.now.map(|t| t.parse::<Timestamp>()).transpose();
        let now = now.map_err(|e| Failure::at(path, format!("now: {e} (RFC 3339 is wanted)")))?;
        Ok(Self {
            store: root.join(typed.store.unwrap_or_else(|| PathBuf::from("store"))),
            authorities,
            authorities_dir,
            lists: typed.categories.into_iter().map(|l| ListSpec { path: root.join(&l.path), ..l }).collect(),
            threats: typed.threats.into_iter().map(|l| ThreatSpec { path: root.join(&l.path), ..l }).collect(),
            geo: match typed.geo {
                None => vec![],
                Some(OneOrMany::One(p)) => vec![root.join(p)],
                Some(OneOrMany::Many(all)) => all.into_iter().map(|p| root.join(p)).collect(),
            },
            now,
            limits: limits(path, &typed.limits)?,
            hold_s: hold(path, typed.attribution.hold_s)?,
            lease_s: lease(path, typed.attribution.lease_s)?,
            delivery: delivery::delivery(path, &root, typed.delivery)?,
            root,
        })
    }

    /// The folder of one authority.
    pub(crate) fn authority_dir(&self, id: &str) -> PathBuf {
        self.authorities_dir.join(id)
    }
}

fn limits(path: &Path, typed: &TypedLimits) -> Result<Limits, Failure> {
    let mut limits = Limits::default();
    if let Some(min) = typed.coverage_min {
        if !(0.0..=1.0).contains(&min) {
            return Err(Failure::at(path, "limits.coverage_min: a share from 0 to 1 is wanted, as in 0.95"));
        }
        limits.coverage_min_per_10k = (min * 10_000.0).round() as u16;
    }
    if let Some(memory) = &typed.memory {
        limits.memory = parse_size(memory)
            .ok_or_else(|| Failure::at(path, "limits.memory: a size is wanted, as in \"768 MiB\" or \"1 GiB\""))?;
    }
    Ok(limits)
}

fn hold(path: &Path, typed: Option<u32>) -> Result<u32, Failure> {
    match typed {
        None => Ok(3_600),
        Some(s) if s <= 86_400 => Ok(s),
        Some(_) => Err(Failure::at(path, "attribution.hold_s: at most 86400 seconds, the look-back over midnight")),
    }
}

/// From RFC 2131: a lease is renewed at half its length. Longer than 62 days would outlive every row that it explains.
fn lease(path: &Path, seconds: Option<u32>) -> Result<u32, Failure> {
    match seconds {
        None => Ok(analyze::LEASE_S_DEFAULT),
        Some(seconds) if (60..=62 * 86_400).contains(&seconds) => Ok(seconds),
        Some(_) => Err(Failure::at(path, "attribution.lease_s: 60 to 5356800 seconds, as the lease server is set")),
    }
}

/// Octets in `768 MiB`, `1 GiB`, `500MB`.
fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text.trim()[digits.len()..].trim();
    let factor = match unit {
        "" | "B" => 1,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// Refuses an authority id that could leave its folder or carry a name.
pub(crate) fn check_id(path: &Path, id: &str) -> Result<(), Failure> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !id.is_empty() && id.len() <= 64 && id.bytes().all(good) && !id.starts_with('-') {
        return Ok(());
    }
    Err(Failure::at(path, format!("'{id}' is not an authority id: lower-case letters, digits and hyphens, at most 64")))
}

fn folders(dir: &Path) -> Result<Vec<String>, Failure> {
    let entries = std::fs::read_dir(dir).map_err(|e| {
        Failure::at(dir, format!("cannot be listed: {e}")).hint("`tithing init ID` makes an authority's folder")
    })?;
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Failure::at(dir, format!("cannot be listed: {e}")))?;
        if entry.path().join("authority.toml").is_file() {
            ids.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, octets) in [("768 MiB", 805_306_368), ("1GiB", 1_073_741_824), ("500MB", 500_000_000), ("12", 12)] {
            assert_eq!(parse_size(text), Some(octets), "{text}");
        }
        for bad in ["", "MiB", "1 TBx", "-1", "99999999999999999999 GiB"] {
            assert_eq!(parse_size(bad), None, "{bad}");
        }
    }

    #[test]
    fn ids_cannot_leave_their_folder() {
        let check = |id| check_id(Path::new("tithing.toml"), id).is_ok();
        assert!(check("example-town") && check("a1"));
        assert!(!check("..") && !check("a/b") && !check("") && !check("Town") && !check("-x"));
    }
}
