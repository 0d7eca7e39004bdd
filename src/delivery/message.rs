//! A message as it leaves: the words as plain text and as HTML, the documents attached. Equal parts give equal bytes.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, MultiPart, SinglePart};
use model::Month;
use reports::{Language, Letter};
use store::Handed;

use super::plan::Post;
use crate::config::Address;
use crate::outcome::Failure;

/// A file that goes with a message.
pub(super) struct Attached {
    /// What its format is called.
    pub format: String,
    /// The language of its fixed text; none of data, which has none.
    pub language: Option<Language>,
    /// Its name.
    pub file: String,
    media_type: String,
    octets: Vec<u8>,
}

impl Attached {
    /// A file of a folder; none where it is not there.
    pub(super) fn read(folder: &Path, format: &str, file: &str, media_type: &str) -> Result<Option<Self>, Failure> {
        let path = folder.join(file);
        match std::fs::read(&path) {
            Ok(octets) => {
                let own = |t: &str| t.to_owned();
                Ok(Some(Self {
                    format: own(format),
                    language: None,
                    file: own(file),
                    media_type: own(media_type),
                    octets,
                }))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Failure::at(&path, format!("cannot be read: {e}"))),
        }
    }

    /// The same in a language.
    pub(super) fn in_language(self, language: Option<Language>) -> Self {
        Self { language, ..self }
    }
}

/// What a message is made of.
pub(super) struct Parts<'a> {
    /// Whom it is from.
    pub from: &'a Address,
    /// Whom it is for.
    pub to: &'a Address,
    /// Its identification, without brackets.
    pub id: String,
    /// When it was first begun.
    pub date: Timestamp,
    /// The words.
    pub letter: Letter,
    /// The files.
    pub files: &'a [Attached],
}

/// A message ready to leave.
pub(super) struct Message {
    /// Its octets.
    pub bytes: Vec<u8>,
    /// From whom to whom, for a mail server.
    pub envelope: Envelope,
}

/// What identifies a message: the same document to the same role is the same message, however often it is sent.
pub(super) fn id(authority: &str, month: Month, post: &Post<'_>, domain: &str) -> String {
    let document = if post.document == Handed::Schedule { "schedule" } else { "summary" };
    let sha256 = store::to_hex(&post.sha256);
    let parts = ["tithing.message/1", authority, &month.to_string(), document, &sha256, &post.role];
    let hash = store::to_hex(&store::sha256(parts.join("\n").as_bytes()));
    format!("{month}.{authority}.{}@{domain}", hash.get(..32).unwrap_or(&hash))
}

/// Says that no person wrote it, so that no robot answers (RFC 3834).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Builds a message.
///
/// # Errors
/// Where a part has a form that no message can have.
pub(super) fn build(parts: Parts<'_>) -> Result<Message, Failure> {
    let Parts { from, to, id, date, letter, files } = parts;
    let word = store::to_hex(&store::sha256(id.as_bytes()));
    let word = word.get(..24).unwrap_or(&word);
    let words = MultiPart::alternative()
        .boundary(format!("words-{word}"))
        .singlepart(SinglePart::plain(letter.text))
        .singlepart(SinglePart::html(letter.html));
    let mut whole = MultiPart::mixed().boundary(format!("parts-{word}")).multipart(words);
    for file in files {
        whole = whole.singlepart(attachment(file)?);
    }
    let message = lettre::Message::builder()
        .from(from.mailbox().clone())
        .to(to.mailbox().clone())
        .date(SystemTime::from(date))
        .message_id(Some(format!("<{id}>")))
        .subject(letter.subject)
        .header(AutoSubmitted)
        .multipart(whole)
        // What it says could repeat an address.
        .map_err(|_| Failure::new("the message cannot be made").hint("look at the addresses in the configuration"))?;
    Ok(Message { bytes: message.formatted(), envelope: message.envelope().clone() })
}

/// Its octets arrive as they are: whoever holds it to the ledger's hash must find it unchanged.
fn attachment(file: &Attached) -> Result<SinglePart, Failure> {
    let media_type = ContentType::parse(&file.media_type)
        .map_err(|_| Failure::new(format!("{}: '{}' is no media type", file.file, file.media_type)))?;
    let body = Body::new_with_encoding(file.octets.clone(), ContentTransferEncoding::Base64)
        .map_err(|_| Failure::new(format!("{} cannot be attached", file.file)))?;
    Ok(Attachment::new(file.file.clone()).body(body, media_type))
}
