//! Keys of an authority: one for each month's pseudonyms, one for the ledger's hashes of configuration, one that signs the
//! ledger.
//!
//! They live outside the store, so that a backup of the store does not hold them. A month's key lives exactly as long
//! as the month's `usage` rows; without it nobody can say whose a pseudonym was.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::{DeviceKey, Month, PersonKey};

use crate::StoreError;
use crate::atomic::{PRIVATE, create, make_folder, remove, rename, sync_folder};
use crate::hash::{from_hex, keyed, to_hex};
use crate::note::{CheckpointKey, PublicKey};
use crate::words::valid_id;

/// Name of the ledger's key beside the months'.
const LEDGER: &str = "ledger";
/// Name of the key that signs the ledger.
const SIGN: &str = "sign";
/// Name of the one that takes its place, until the ledger holds it.
const SIGN_NEXT: &str = "sign-next";

/// The keys of one authority below `ROOT/ID/`.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
    authority: String,
}

/// Where a key comes from when its file is not there yet.
pub enum KeySource<'a> {
    /// It must be there: a missing key means that its month is closed.
    Existing,
    /// 32 octets from the system's source of randomness.
    Random(&'a mut dyn FnMut(&mut [u8; 32]) -> io::Result<()>),
    /// Made from a seed, as synthetic councils need it.
    Seed(&'a [u8]),
}

/// A month's key. It is never printed or serialised.
pub struct MonthKey {
    secret: [u8; 32],
}

/// The key of the ledger's hashes of configuration files, so that the ledger tells that a file changed, but nobody can
/// test guesses of what it held.
pub struct LedgerKey {
    secret: [u8; 32],
}

impl Keys {
    /// The keys of an authority. Nothing is made until a key is asked for.
    pub fn open(root: &Path, authority: &str) -> Result<Self, StoreError> {
        if !valid_id(authority) {
            return Err(StoreError::IdInvalid { what: "the authority".to_owned() });
        }
        Ok(Self { folder: root.join(authority), authority: authority.to_owned() })
    }

    /// A month's key, made from `source` where its file is missing.
    pub fn month(&self, month: Month, source: KeySource<'_>) -> Result<MonthKey, StoreError> {
        Ok(MonthKey { secret: self.secret(&month.to_string(), source)? })
    }

    /// The ledger's key, made from `source` where its file is missing.
    pub fn ledger(&self, source: KeySource<'_>) -> Result<LedgerKey, StoreError> {
        Ok(LedgerKey { secret: self.secret(LEDGER, source)? })
    }

    /// The key that signs the ledger, made from `source` where its file is missing.
    pub fn signing(&self, source: KeySource<'_>) -> Result<CheckpointKey, StoreError> {
        Ok(CheckpointKey::new(&self.authority, self.secret(SIGN, source)?))
    }

    /// The key that shall take the place of the one that signs; the `generation`-th that is made from a seed.
    pub(crate) fn signing_next(&self, source: KeySource<'_>, generation: u64) -> Result<CheckpointKey, StoreError> {
        remove(&self.path(SIGN_NEXT))?;
        let secret = match source {
            KeySource::Seed(seed) => {
                let next = keyed(seed, &[b"tithing.key/1", SIGN_NEXT.as_bytes(), &generation.to_be_bytes()]);
                self.secret(SIGN_NEXT, KeySource::Seed(&next))?
            }
            source => self.secret(SIGN_NEXT, source)?,
        };
        Ok(CheckpointKey::new(&self.authority, secret))
    }

    /// Puts the next signing key into its place, where it is the one that the ledger names: a run was cut off in between.
    pub(crate) fn promote(&self, named: &PublicKey) -> Result<Option<CheckpointKey>, StoreError> {
        let Some(secret) = read(&self.path(SIGN_NEXT))? else { return Ok(None) };
        let key = CheckpointKey::new(&self.authority, secret);
        if key.public() != *named {
            return Ok(None);
        }
        rename(&self.path(SIGN_NEXT), &self.path(SIGN))?;
        sync_folder(&self.path(SIGN))?;
        Ok(Some(key))
    }

    /// Whether a signing key stands in its file, and which.
    pub fn signing_public(&self) -> Result<Option<PublicKey>, StoreError> {
        Ok(read(&self.path(SIGN))?.map(|secret| CheckpointKey::new(&self.authority, secret).public()))
    }

    /// A hold's key, made from `source` where its file is missing. It lives exactly as long as the rows that the hold
    /// copied, and the month's key goes on its day all the same.
    pub fn hold(&self, hold: i64, source: KeySource<'_>) -> Result<MonthKey, StoreError> {
        Ok(MonthKey { secret: self.secret(&format!("hold-{hold}"), source)? })
    }

    /// Removes a hold's key for good; says whether it was there.
    pub fn destroy_hold(&self, hold: i64) -> Result<bool, StoreError> {
        remove(&self.path(&format!("hold-{hold}")))
    }

    /// Removes a month's key for good; says whether it was there.
    pub fn destroy(&self, month: Month) -> Result<bool, StoreError> {
        remove(&self.path(&month.to_string()))
    }

    /// The months whose keys exist, in order.
    pub fn months(&self) -> Result<Vec<Month>, StoreError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(StoreError::io("list", &self.folder, e)),
        };
        let mut months = Vec::new();
        for entry in entries {
            let name = entry.map_err(|e| StoreError::io("list", &self.folder, e))?.file_name();
            months.extend(name.to_str().and_then(|n| n.parse::<Month>().ok()));
        }
        months.sort_unstable();
        Ok(months)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn secret(&self, name: &str, source: KeySource<'_>) -> Result<[u8; 32], StoreError> {
        let path = self.path(name);
        if let Some(secret) = read(&path)? {
            return Ok(secret);
        }
        let secret = match source {
            KeySource::Existing => return Err(StoreError::KeyMissing { path }),
            KeySource::Seed(seed) => keyed(seed, &[b"tithing.key/1", self.authority.as_bytes(), name.as_bytes()]),
            KeySource::Random(fill) => {
                let mut secret = [0_u8; 32];
                fill(&mut secret).map_err(|e| StoreError::io("draw random octets for", &path, e))?;
                secret
            }
        };
        make_folder(&path)?;
        if create(&path, PRIVATE, format!("{}\n", to_hex(&secret)).as_bytes())? {
            return Ok(secret);
        }
        // Another process was first: its key counts.
        read(&path)?.ok_or(StoreError::KeyMissing { path })
    }
}

/// Reads a key; none where there is no file. A file that others may read is closed to them first.
fn read(path: &Path) -> Result<Option<[u8; 32]>, StoreError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(StoreError::io("read", path, e)),
    };
    make_private(path)?;
    let text = std::str::from_utf8(&text).unwrap_or_default();
    let secret = from_hex(text.strip_suffix('\n').unwrap_or(text));
    secret.map(Some).ok_or_else(|| StoreError::KeyBroken { path: path.to_owned() })
}

#[cfg(unix)]
fn make_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|e| StoreError::io("read", path, e))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(PRIVATE))
        .map_err(|e| StoreError::io("take others' permissions from", path, e))
}

#[cfg(not(unix))]
fn make_private(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

impl MonthKey {
    /// A key from 32 octets, for tests and for synthetic councils.
    pub const fn from_secret(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// The pseudonym of a person of the register.
    pub fn person(&self, id: &str) -> PersonKey {
        PersonKey(self.pseudonym(b"person", id))
    }

    /// The pseudonym of a device by its asset number.
    pub fn device(&self, asset: &str) -> DeviceKey {
        DeviceKey(self.pseudonym(b"device", asset))
    }

    /// The first 8 octets of HMAC-SHA256, the kind of subject being part of the message.
    fn pseudonym(&self, kind: &[u8], id: &str) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = keyed(&self.secret, &[b"tithing.pseudonym/1", kind, id.as_bytes()]);
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl LedgerKey {
    /// A keyed hash of a configuration file, by the part of the configuration that it is.
    pub fn hash(&self, part: &str, bytes: &[u8]) -> [u8; 32] {
        keyed(&self.secret, &[b"tithing.config/1", part.as_bytes(), bytes])
    }

    /// A keyed hash of a text that somebody typed, by what it is the text of: nobody can test guesses of it.
    pub fn text(&self, what: &str, text: &str) -> [u8; 32] {
        keyed(&self.secret, &[b"tithing.text/1", what.as_bytes(), text.as_bytes()])
    }

    /// What stands for a person in the ledger: nobody without this key can tell whom, or test guesses.
    pub fn person(&self, id: &str) -> [u8; 32] {
        self.hash("person", id.as_bytes())
    }
}

impl fmt::Debug for MonthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MonthKey(..)")
    }
}

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LedgerKey(..)")
    }
}

impl fmt::Debug for KeySource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Existing => "Existing",
            Self::Random(_) => "Random(..)",
            Self::Seed(_) => "Seed(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_stays_until_it_is_destroyed() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(dir.path(), "ashby").unwrap();
        let march = month("2026-03");
        assert_eq!(keys.month(march, KeySource::Existing).unwrap_err().code(), "key_missing");
        let mut draws = 0_u8;
        let mut draw = |secret: &mut [u8; 32]| {
            draws += 1;
            *secret = [draws; 32];
            Ok(())
        };
        let first = keys.month(march, KeySource::Random(&mut draw)).unwrap();
        let again = keys.month(march, KeySource::Random(&mut draw)).unwrap();
        assert_eq!(first.person("p1"), again.person("p1"));
        assert_ne!(first.person("p1").0, first.device("p1").0);
        assert_eq!(draws, 1);
        assert_eq!(keys.months().unwrap(), [march]);
        assert!(keys.destroy(march).unwrap());
        assert!(!keys.destroy(march).unwrap());
        assert!(keys.months().unwrap().is_empty());
    }

    #[test]
    fn seeds_give_each_authority_and_month_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let person = |authority: &str, m: &str, seed: &[u8]| {
            let keys = Keys::open(dir.path(), authority).unwrap();
            let key = keys.month(month(m), KeySource::Seed(seed)).unwrap().person("p1");
            keys.destroy(month(m)).unwrap();
            key
        };
        let base = person("ashby", "2026-03", b"7");
        assert_eq!(base, person("ashby", "2026-03", b"7"));
        assert_ne!(base, person("ashby", "2026-04", b"7"));
        assert_ne!(base, person("barton", "2026-03", b"7"));
        assert_ne!(base, person("ashby", "2026-03", b"8"));
    }

    #[test]
    fn nothing_prints_a_key() {
        assert_eq!(format!("{:?}", MonthKey::from_secret([7; 32])), "MonthKey(..)");
        assert_eq!(format!("{:?}", LedgerKey { secret: [7; 32] }), "LedgerKey(..)");
        assert_eq!(format!("{:?}", KeySource::Seed(b"seed")), "Seed(..)");
    }

    #[test]
    fn a_damaged_key_is_no_key() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(dir.path(), "ashby").unwrap();
        fs::create_dir_all(dir.path().join("ashby")).unwrap();
        fs::write(dir.path().join("ashby/2026-03"), "00").unwrap();
        let error = keys.month(month("2026-03"), KeySource::Seed(b"7")).unwrap_err();
        assert_eq!(error.code(), "key_broken");
    }

    #[cfg(unix)]
    #[test]
    fn others_cannot_read_a_key() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(dir.path(), "ashby").unwrap();
        let path = dir.path().join("ashby/ledger");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let one = keys.ledger(KeySource::Seed(b"7")).unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let two = keys.ledger(KeySource::Existing).unwrap();
        assert_eq!(mode(), 0o600);
        assert_eq!(one.hash("register", b"a"), two.hash("register", b"a"));
        assert_ne!(one.hash("register", b"a"), one.hash("people", b"a"));
    }
}
