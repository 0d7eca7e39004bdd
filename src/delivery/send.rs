//! The conversation with a mail server, step by step, so that it is always known whether a message may have arrived.
//!
//! Nothing that the server says is repeated but its three digits: its words may hold an address.

use std::io::ErrorKind;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::message::Message;
use crate::config::{Smtp, TlsMode};

/// How long a step may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Seconds before each further try within a run. The next run is the next try after that.
const PAUSES_S: [u64; 2] = [1, 4];

/// Why a message did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What happened. It holds no address.
    pub what: String,
    /// What to do.
    pub next: &'static str,
    kind: Kind,
}

/// What a trouble means for another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nobody answered.
    Unreachable,
    /// The server says: later.
    Later,
    /// The server says no, or we cannot.
    Refused,
    /// The message was on its way when the conversation broke: it may have arrived.
    Unknown,
}

const NEXT_RUN: &str = "it is tried again by the next run";
const NEXT_SETTINGS: &str = "look at [delivery.smtp] and at the server's own log; it is tried again by the next run";
const NEXT_SAME: &str = "the next run sends the same message, with the same Message-ID, so that a repeat can be known";

impl Trouble {
    fn new(kind: Kind, what: impl Into<String>) -> Self {
        let next = match kind {
            Kind::Unreachable | Kind::Later => NEXT_RUN,
            Kind::Refused => NEXT_SETTINGS,
            Kind::Unknown => NEXT_SAME,
        };
        Self { what: what.into(), next, kind }
    }

    /// Whether no server answered.
    pub(super) fn unreachable(&self) -> bool {
        self.kind == Kind::Unreachable
    }
}

/// Sends a message, with two more tries where it is certain that it did not arrive. A server that did not answer before in
/// this run (`down`) is not tried again.
///
/// # Errors
/// What stood in the way.
pub(super) fn with_patience(smtp: &Smtp, hello: &str, message: &Message, down: bool) -> Result<(), Trouble> {
    if down {
        return Err(Trouble::new(Kind::Unreachable, "the mail server did not answer before in this run"));
    }
    let password = smtp.login.as_ref().map(|(_, file)| password(file)).transpose()?;
    let mut pauses = PAUSES_S.into_iter();
    loop {
        let trouble = match once(smtp, hello, message, password.as_deref()) {
            Ok(()) => return Ok(()),
            Err(trouble) => trouble,
        };
        match pauses.next().filter(|_| matches!(trouble.kind, Kind::Unreachable | Kind::Later)) {
            Some(pause) => std::thread::sleep(Duration::from_secs(pause)),
            None => return Err(trouble),
        }
    }
}

/// The password: the file's first line. A file that others may read is refused.
fn password(file: &std::path::Path) -> Result<String, Trouble> {
    let refused = |what: &str| Trouble::new(Kind::Refused, format!("{}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| refused(&format!("cannot be read: {}", e.kind())))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            std::fs::metadata(file).map_err(|e| refused(&format!("cannot be read: {}", e.kind())))?.permissions();
        if mode.mode() & 0o077 != 0 {
            return Err(refused("others may read the password; chmod 600 is wanted"));
        }
    }
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(refused("its first line holds no password")),
    }
}

/// One conversation. Until the message itself is on its way, a break means that it did not arrive.
fn once(smtp: &Smtp, hello: &str, message: &Message, password: Option<&str>) -> Result<(), Trouble> {
    let server = format!("{} port {}", smtp.host, smtp.port);
    let before = |what: &'static str| {
        let server = server.clone();
        move |e: Error| early(&server, what, &e)
    };
    let hello = ClientId::Domain(hello.to_owned());
    let tls = match smtp.tls {
        TlsMode::NoTls => None,
        _ => Some(TlsParameters::new(smtp.host.clone()).map_err(before("the start of TLS"))?),
    };
    let at_once = tls.as_ref().filter(|_| smtp.tls == TlsMode::Implicit);
    let target = (smtp.host.as_str(), smtp.port);
    let mut connection =
        SmtpConnection::connect(target, Some(TIMEOUT), &hello, at_once, None).map_err(before("the greeting"))?;
    let upgrade = match smtp.tls {
        TlsMode::Required => true,
        TlsMode::Opportunistic => connection.can_starttls(),
        TlsMode::Implicit | TlsMode::NoTls => false,
    };
    if let Some(tls) = tls.as_ref().filter(|_| upgrade) {
        if !connection.can_starttls() {
            connection.abort();
            return Err(Trouble::new(Kind::Refused, format!("{server} does not offer TLS, and tls = \"required\"")));
        }
        connection.starttls(tls, &hello).map_err(before("the start of TLS"))?;
    }
    if let (Some((user, _)), Some(password)) = (&smtp.login, password) {
        let login = Credentials::new(user.clone(), password.to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &login).map_err(before("the log-in"))?;
    }
    converse(&mut connection, message, &server)
}

fn converse(connection: &mut SmtpConnection, message: &Message, server: &str) -> Result<(), Trouble> {
    let sender = Mail::new(message.envelope.from().cloned(), vec![]);
    let mut done = connection.command(sender).map_err(|e| early(server, "the sender", &e));
    for to in message.envelope.to() {
        let recipient = Rcpt::new(to.clone(), vec![]);
        done = done.and_then(|_| connection.command(recipient).map_err(|e| early(server, "the recipient", &e)));
    }
    let done = done.and_then(|_| connection.command(Data).map_err(|e| early(server, "the message's beginning", &e)));
    let done = done.and_then(|_| {
        connection.message(&message.bytes).map_err(|e| match e.status() {
            Some(_) => early(server, "the message", &e),
            None => Trouble::new(
                Kind::Unknown,
                format!("the conversation with {server} broke after the message: it may have arrived"),
            ),
        })
    });
    match done {
        Ok(_) => {
            // The message is taken; how the server says good-bye changes nothing.
            drop(connection.quit());
            Ok(())
        }
        Err(trouble) => {
            connection.abort();
            Err(trouble)
        }
    }
}

/// A trouble that leaves no doubt: the message did not arrive.
fn early(server: &str, what: &str, error: &Error) -> Trouble {
    if let Some(code) = error.status() {
        let kind = if error.is_transient() { Kind::Later } else { Kind::Refused };
        return Trouble::new(kind, format!("{server} answered {code} to {what}"));
    }
    let why = io_kind(error);
    // Broken TLS comes as data that make no sense.
    if error.is_tls() || why == Some(ErrorKind::InvalidData) {
        let what =
            format!("{server} and we found no TLS that both accept: is its certificate for that name, and trusted?");
        return Trouble::new(Kind::Refused, what);
    }
    if error.is_client() {
        return Trouble::new(Kind::Refused, format!("{what} failed with {server}: no way that both know"));
    }
    let why = why.map(|w| format!(" ({w})")).unwrap_or_default();
    Trouble::new(Kind::Unreachable, format!("{server} cannot be reached, or fell silent at {what}{why}"))
}

/// What the system said, at the bottom of an error.
fn io_kind(error: &Error) -> Option<ErrorKind> {
    let mut kind = None;
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        kind = inner.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(kind);
        source = inner.source();
    }
    kind
}
