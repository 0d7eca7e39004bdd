//! A mail server of a test: it speaks the dialogue of RFC 5321 over a socket, keeps what it took, and can be told to refuse.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How the server meets a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Temper {
    /// Takes it.
    Accept,
    /// Says: later, and repeats the recipient's address, as servers do.
    Later,
    /// Says no, and repeats the address.
    Never,
    /// Takes it, and breaks off before it says so.
    Break,
}

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The lines of the dialogue that the client wrote before the message.
    pub(crate) said: Vec<String>,
    /// The message.
    pub(crate) octets: Vec<u8>,
}

/// What the server is and has.
#[derive(Debug)]
struct State {
    temper: Temper,
    taken: Vec<Taken>,
    conversations: usize,
    commands: Vec<String>,
}

/// A running server on the loopback.
pub(crate) struct MailServer {
    /// Its port.
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

impl MailServer {
    /// Starts it. It runs as long as the test does.
    pub(crate) fn start(temper: Temper) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { temper, taken: vec![], conversations: 0, commands: vec![] }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                shared.lock().unwrap().conversations += 1;
                // A client that goes away is the client's business.
                drop(converse(stream, &shared));
            }
        });
        Self { port, state }
    }

    /// From now on it is of this temper.
    pub(crate) fn temper(&self, temper: Temper) {
        self.state.lock().unwrap().temper = temper;
    }

    /// What it took so far.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.clone()
    }

    /// How often somebody came.
    pub(crate) fn conversations(&self) -> usize {
        self.state.lock().unwrap().conversations
    }

    /// Everything that clients said outside of messages.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }
}

fn converse(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let mut said = Vec::new();
    out.write_all(b"220 mail.example.org ready\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        said.push(line.clone());
        state.lock().unwrap().commands.push(line.clone());
        let temper = state.lock().unwrap().temper;
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match (verb.as_str(), temper) {
            ("EHLO", _) => out.write_all(b"250-mail.example.org\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n")?,
            ("AUTH", _) => out.write_all(b"235 welcome\r\n")?,
            ("RCPT", Temper::Later) => out.write_all(format!("451 {line}: come again\r\n").as_bytes())?,
            ("RCPT", Temper::Never) => out.write_all(format!("550 {line}: nobody of that name\r\n").as_bytes())?,
            ("DATA", _) => {
                out.write_all(b"354 go on\r\n")?;
                let octets = message(&mut lines)?;
                state.lock().unwrap().taken.push(Taken { said: said.clone(), octets });
                if temper == Temper::Break {
                    return Ok(());
                }
                out.write_all(b"250 taken\r\n")?;
            }
            ("QUIT", _) => return out.write_all(b"221 good-bye\r\n"),
            _ => out.write_all(b"250 fine\r\n")?,
        }
    }
}

/// Up to the line with a dot alone; a dot that was put before a line is taken away (RFC 5321, 4.5.2).
fn message(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(octets);
        }
        octets.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
