//! `[delivery]` of `tithing.toml`, and whom a council's messages go to.
//!
//! Mail addresses stand in the configuration and in the messages, and nowhere else: an [`Address`] prints `(..)`, and no error
//! repeats one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use lettre::message::Mailbox;
use serde::Deserialize;

use crate::outcome::Failure;

/// Where submission with TLS from the first octet is spoken.
const PORT_IMPLICIT: u16 = 465;
/// Where submission is spoken.
const PORT_SUBMISSION: u16 = 587;
/// Where relays on one's own network are.
const PORT_RELAY: u16 = 25;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedDelivery {
    from: Option<String>,
    folder: Option<PathBuf>,
    smtp: Option<TypedSmtp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedSmtp {
    host: String,
    port: Option<u16>,
    tls: Option<String>,
    user: Option<String>,
    password_file: Option<PathBuf>,
}

/// A mail address. It is printed by nothing but the message that it stands in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address(Mailbox);

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let mailbox = text.trim().parse::<Mailbox>().ok()?;
        // Other than ASCII needs an extension that not every mail server has.
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_graphic());
        (plain(mailbox.email.user()) && plain(mailbox.email.domain())).then_some(Self(mailbox))
    }

    /// With the name that may stand beside it.
    pub(crate) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    /// What stands after the `@`.
    pub(crate) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// How documents are handed out.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    /// Whom messages are from.
    pub from: Address,
    /// Where they are written as files.
    pub folder: Option<PathBuf>,
    /// The mail server they are given to.
    pub smtp: Option<Smtp>,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: TlsMode,
    /// User, and the file that holds the password.
    pub login: Option<(String, PathBuf)>,
}

/// How a connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsMode {
    /// By TLS from the first octet.
    Implicit,
    /// By STARTTLS; where the server does not offer it, nothing is sent.
    Required,
    /// By STARTTLS where the server offers it.
    Opportunistic,
    /// Not at all.
    NoTls,
}

impl TlsMode {
    /// The word in `tithing.toml`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Implicit | Self::Required => "required",
            Self::Opportunistic => "opportunistic",
            Self::NoTls => "none",
        }
    }
}

/// Resolves the section.
///
/// # Errors
/// Where neither way is given, an address is none, or a password would travel unprotected.
pub(super) fn delivery(path: &Path, root: &Path, typed: Option<TypedDelivery>) -> Result<Option<Delivery>, Failure> {
    let Some(typed) = typed else { return Ok(None) };
    let fail = |what: &str, next: &str| Failure::at(path, what).hint(next);
    if typed.folder.is_none() && typed.smtp.is_none() {
        return Err(fail(
            "delivery: neither a folder nor a mail server is named",
            "folder = \"outbox\", or [delivery.smtp] with host",
        ));
    }
    let from = typed.from.as_deref().and_then(Address::parse).ok_or_else(|| {
        fail("delivery.from: a mail address is wanted", "from = \"Network reports <reports@example.org>\", for example")
    })?;
    let smtp = typed.smtp.map(|s| smtp(path, root, s)).transpose()?;
    Ok(Some(Delivery { from, folder: typed.folder.map(|f| root.join(f)), smtp }))
}

fn smtp(path: &Path, root: &Path, typed: TypedSmtp) -> Result<Smtp, Failure> {
    let fail = |what: String, next: &str| Failure::at(path, format!("delivery.smtp: {what}")).hint(next);
    let host = typed.host.trim().to_owned();
    if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':')) {
        return Err(fail("host is no name of a machine".to_owned(), "host = \"mail.example.org\", for example"));
    }
    let tls = match (typed.tls.as_deref().unwrap_or("required"), typed.port) {
        ("required", Some(PORT_IMPLICIT)) => TlsMode::Implicit,
        ("required", _) => TlsMode::Required,
        ("opportunistic", _) => TlsMode::Opportunistic,
        ("none", _) => TlsMode::NoTls,
        (other, _) => {
            let what = format!("tls: '{other}' is not required, opportunistic or none");
            return Err(fail(what, "tls = \"required\" protects reports on their way"));
        }
    };
    let port = typed.port.unwrap_or(if tls == TlsMode::NoTls { PORT_RELAY } else { PORT_SUBMISSION });
    let login = match (typed.user, typed.password_file) {
        (None, None) => None,
        (Some(user), Some(file)) => Some((user, root.join(file))),
        _ => {
            let what = "user and password_file belong together".to_owned();
            return Err(fail(what, "put the password into a file that only you may read, and name the file"));
        }
    };
    let protected = matches!(tls, TlsMode::Implicit | TlsMode::Required);
    if login.is_some() && !protected && !local(&host) {
        let what = format!("tls = \"{}\" would let the password travel unprotected", tls.as_str());
        return Err(fail(what, "tls = \"required\", or no user"));
    }
    Ok(Smtp { host, port, tls, login })
}

fn local(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A role as one word: `The Clerk` and `clerk` are the same.
pub(crate) fn role_word(role: &str) -> String {
    let lower = role.trim().to_lowercase();
    let bare = lower.strip_prefix("the ").unwrap_or(&lower);
    let kept = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let word: String = bare.chars().map(kept).collect();
    word.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The addresses of a council by role: `clerk_email`, and `[emails]` for the others.
///
/// # Errors
/// Where a text is no mail address, or a role stands twice.
pub(super) fn addresses(
    path: &Path,
    clerk: Option<&str>,
    others: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Address>, Failure> {
    let mut all = BTreeMap::new();
    let clerk = clerk.map(|text| ("clerk_email".to_owned(), "clerk".to_owned(), text));
    let others = others.iter().map(|(role, text)| (format!("emails.{role}"), role_word(role), text.as_str()));
    for (key, role, text) in clerk.into_iter().chain(others) {
        let address = Address::parse(text).ok_or_else(|| {
            Failure::at(path, format!("{key}: a mail address is wanted")).hint("\"clerk@example.org\", for example")
        })?;
        if role.is_empty() || all.insert(role, address).is_some() {
            let hint = "each role of [[recipients]] once; the clerk's is clerk_email";
            return Err(Failure::at(path, format!("{key}: the role stands twice, or is no word")).hint(hint));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(Option<&str>, u16, TlsMode), &str>) {
        let typed = toml::from_str::<TypedDelivery>(text).unwrap();
        let found = delivery(Path::new("tithing.toml"), Path::new("root"), Some(typed));
        match (found, expected) {
            (Ok(Some(d)), Ok((folder, port, tls))) => {
                assert_eq!(d.folder.as_deref(), folder.map(Path::new), "{text}");
                assert_eq!(d.smtp.map_or((0, TlsMode::NoTls), |s| (s.port, s.tls)), (port, tls), "{text}");
            }
            (Err(e), Err(part)) => {
                let error = e.to_string();
                // An example stands in the hint; what was typed stands nowhere.
                let what = error.split("; hint").next().unwrap_or_default();
                assert!(error.contains(part) && !what.contains('@'), "{text}: {error}");
            }
            (found, expected) => panic!("{text}: {found:?}, {expected:?}"),
        }
    }

    #[test]
    fn sections_good_and_bad() {
        let from = "from = \"Reports <reports@example.org>\"\n";
        let with = |more: &str| format!("{from}{more}");
        check(&with("folder = \"outbox\""), Ok((Some("root/outbox"), 0, TlsMode::NoTls)));
        let smtp = |more: &str| with(&format!("[smtp]\nhost = \"mail.example.org\"\n{more}"));
        check(&smtp(""), Ok((None, 587, TlsMode::Required)));
        check(&smtp("port = 465"), Ok((None, 465, TlsMode::Implicit)));
        check(&smtp("tls = \"none\""), Ok((None, 25, TlsMode::NoTls)));
        check(&smtp("tls = \"opportunistic\""), Ok((None, 587, TlsMode::Opportunistic)));
        check(&smtp("tls = \"maybe\""), Err("is not required, opportunistic or none"));
        check(&smtp("user = \"u\""), Err("belong together"));
        check(&smtp("user = \"u\"\npassword_file = \"p\"\ntls = \"opportunistic\""), Err("unprotected"));
        check(&smtp("user = \"u\"\npassword_file = \"p\""), Ok((None, 587, TlsMode::Required)));
        check(from, Err("neither a folder nor a mail server"));
        check("folder = \"outbox\"", Err("delivery.from"));
        check("from = \"reports at example.org\"\nfolder = \"outbox\"", Err("delivery.from"));
        check(&with("[smtp]\nhost = \"a b\""), Err("host"));
    }

    #[test]
    fn addresses_by_role() {
        let path = Path::new("authority.toml");
        let others = |all: &[(&str, &str)]| all.iter().map(|(r, t)| ((*r).to_owned(), (*t).to_owned())).collect();
        let found = addresses(path, Some("clerk@example.org"), &others(&[("the chair", "chair@example.org")])).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["chair", "clerk"]);
        assert_eq!(format!("{found:?}"), "{\"chair\": Address(..), \"clerk\": Address(..)}");
        let twice = addresses(path, Some("clerk@example.org"), &others(&[("Clerk", "other@example.org")]));
        let none = addresses(path, Some("clerk at example.org"), &BTreeMap::new());
        for (error, part) in [(twice.unwrap_err(), "stands twice"), (none.unwrap_err(), "clerk_email")] {
            let error = error.to_string();
            assert!(error.contains(part) && !error.contains("other@") && !error.contains(" at "), "{error}");
        }
    }

    #[test]
    fn roles_are_words() {
        for (role, word) in [
            ("clerk", "clerk"),
            (" The Clerk ", "clerk"),
            ("Data protection adviser", "data-protection-adviser"),
            ("hr-adviser", "hr-adviser"),
            ("../x", "x"),
            ("—", ""),
        ] {
            assert_eq!(role_word(role), word, "{role}");
        }
    }
}
