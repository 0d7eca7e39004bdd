//! One authority with everything that its nights and reports need, opened once.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use analyze::Networks;
use jiff::civil::Date;
use model::{Micros, Month};
use store::{KeySource, Keys, Ledger, LedgerKey, MonthKey, Signing, Store};

use crate::clock::Clock;
use crate::config::{Authority, Provider, ThreatLists, load_networks};
use crate::outcome::Failure;
use crate::taxonomy::Taxonomies;

/// What all authorities of a provider share: lists and databases, loaded once.
pub(crate) struct Shared<'a> {
    /// The kinds of site, by date.
    pub taxonomies: Taxonomies<'a>,
    /// Databases that name the network of an address.
    pub networks: Option<Networks>,
    /// The threat lists, read once a council needs them.
    threats: OnceLock<ThreatLists>,
    /// The seed of synthetic keys, where `generate` left one.
    seed: Option<Vec<u8>>,
    /// Where the keys are.
    keys: PathBuf,
    /// Where the ledgers are.
    ledgers: PathBuf,
    /// Where the tables are.
    store: PathBuf,
    /// Whether the mail server did not answer in this run: it is not asked again for every council.
    pub mail_down: AtomicBool,
}

impl<'a> Shared<'a> {
    /// Loads databases, and looks at the lists.
    pub(crate) fn load(provider: &'a Provider) -> Result<Self, Failure> {
        let keys = provider.root.join("keys");
        let seed = match std::fs::read(keys.join("seed")) {
            Ok(seed) => Some(seed),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(Failure::at(&keys.join("seed"), format!("cannot be read: {e}"))),
        };
        Ok(Self {
            taxonomies: Taxonomies::load(provider)?,
            networks: load_networks(provider)?,
            threats: OnceLock::new(),
            seed,
            keys,
            ledgers: provider.root.join("ledger"),
            store: provider.store.clone(),
            mail_down: AtomicBool::new(false),
        })
    }

    /// The threat lists, which are read for nights that are watched for security and for nothing else.
    pub(crate) fn threats(&self, provider: &Provider) -> Result<&ThreatLists, Failure> {
        if let Some(lists) = self.threats.get() {
            return Ok(lists);
        }
        let lists = ThreatLists::load(provider)?;
        Ok(self.threats.get_or_init(|| lists))
    }

    /// The threat lists where they were read already.
    pub(crate) fn known_threats(&self) -> Option<&ThreatLists> {
        self.threats.get()
    }
}

impl Shared<'_> {
    /// The ledger of an authority, each line signed by its key.
    pub(crate) fn ledger(&self, id: &str) -> Result<Ledger, Failure> {
        let signing = Signing { keys: Keys::open(&self.keys, id)?, seed: self.seed.clone(), random };
        Ok(Ledger::open(&self.ledgers, id)?.signed(signing))
    }
}

/// One authority, opened.
pub(crate) struct Council<'a> {
    /// Its configuration.
    pub authority: Authority,
    /// The provider's settings.
    pub provider: &'a Provider,
    /// What all authorities share.
    pub shared: &'a Shared<'a>,
    /// Its tables.
    pub store: Store,
    /// Its keys.
    pub keys: Keys,
    /// Its ledger.
    pub ledger: Ledger,
    /// The only clock.
    pub clock: Clock,
}

impl<'a> Council<'a> {
    /// Reads the configuration and opens store, keys and ledger.
    pub(crate) fn open(
        provider: &'a Provider,
        shared: &'a Shared<'a>,
        id: &str,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let authority = Authority::load(provider, id)?;
        Ok(Self {
            authority,
            provider,
            shared,
            store: Store::open(&shared.store, id)?,
            keys: Keys::open(&shared.keys, id)?,
            ledger: shared.ledger(id)?,
            clock,
        })
    }

    /// The same, with the authority to oneself: no other command that changes it runs until the lock is dropped. A bad
    /// configuration stops before anything is written, and is read again under the lock.
    pub(crate) fn open_alone(
        provider: &'a Provider,
        shared: &'a Shared<'a>,
        id: &str,
        clock: Clock,
    ) -> Result<(std::fs::File, Self), Failure> {
        Authority::load(provider, id)?;
        let lock = alone(provider, id)?;
        Ok((lock, Self::open(provider, shared, id, clock)?))
    }

    /// Today in the authority's zone.
    pub(crate) fn today(&self) -> Date {
        self.clock.now.to_zoned(self.authority.calendar.zone().clone()).date()
    }

    /// The day by which retention goes: the later of the clock and the newest ledger entry.
    pub(crate) fn retention_day(&self) -> Result<Date, Failure> {
        let newest = self.ledger.verify(None)?.newest;
        let newest = newest.and_then(|t| jiff::Timestamp::from_microsecond(t).ok());
        let at = newest.map_or(self.clock.now, |t| t.max(self.clock.now));
        Ok(at.to_zoned(self.authority.calendar.zone().clone()).date())
    }

    /// The clock in microseconds.
    pub(crate) fn now(&self) -> Micros {
        self.clock.now.as_microsecond()
    }

    /// The month's key.
    pub(crate) fn month_key(&self, month: Month) -> Result<MonthKey, Failure> {
        let key = match &self.shared.seed {
            Some(seed) => self.keys.month(month, KeySource::Seed(seed)),
            None => self.keys.month(month, KeySource::Random(&mut random)),
        };
        Ok(key?)
    }

    /// The key of a hold, made where it does not exist yet.
    pub(crate) fn hold_key(&self, hold: i64) -> Result<MonthKey, Failure> {
        let key = match &self.shared.seed {
            Some(seed) => self.keys.hold(hold, KeySource::Seed(seed)),
            None => self.keys.hold(hold, KeySource::Random(&mut random)),
        };
        Ok(key?)
    }

    /// The key of what the ledger hashes.
    pub(crate) fn ledger_key(&self) -> Result<LedgerKey, Failure> {
        let key = match &self.shared.seed {
            Some(seed) => self.keys.ledger(KeySource::Seed(seed)),
            None => self.keys.ledger(KeySource::Random(&mut random)),
        };
        Ok(key?)
    }

    /// Hashes of the configuration by part, for the footer of a night.
    pub(crate) fn config_hashes(&self, date: Date) -> Result<Vec<(String, [u8; 32])>, Failure> {
        let part = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
        let mut all: Vec<_> =
            self.authority.files.iter().map(|(name, text)| (part(name), store::sha256(text.as_bytes()))).collect();
        all.push(("categories".to_owned(), self.shared.taxonomies.of_night(date)?.sha256()));
        Ok(all)
    }

    /// The same under the ledger's key, so that a reviewer can date every change and nobody can test guesses.
    pub(crate) fn keyed_hashes(&self, date: Date) -> Result<Vec<(String, [u8; 32])>, Failure> {
        let key = self.ledger_key()?;
        let plain = self.config_hashes(date)?;
        Ok(plain
            .into_iter()
            .map(|(part, hash)| {
                let keyed = key.hash(&part, &hash);
                (part, keyed)
            })
            .collect())
    }
}

/// One command at a time for an authority: from the look at its configuration to the entry that says what was done. A night
/// cannot be made by a register that a right has just changed.
pub(crate) fn alone(provider: &Provider, id: &str) -> Result<std::fs::File, Failure> {
    let folder = provider.root.join("ledger");
    let path = folder.join(format!("{id}.lock"));
    let open = || {
        std::fs::create_dir_all(&folder)?;
        let file = std::fs::File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    open().map_err(|e: std::io::Error| Failure::at(&path, format!("cannot be locked: {e}")))
}

fn random(secret: &mut [u8; 32]) -> std::io::Result<()> {
    getrandom::fill(secret).map_err(std::io::Error::other)
}
