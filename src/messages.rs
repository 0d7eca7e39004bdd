//! Messages for people and machines, all on standard error. Data go to standard output and nowhere else.

use std::io::{self, Write};

use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use crate::args::LogFormat;

/// Chooses how messages look. A second call changes nothing.
pub(crate) fn start(format: LogFormat) {
    let builder = tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(tracing::Level::INFO);
    // A reader of standard error that went away is not an error.
    let builder = builder.log_internal_errors(false);
    let started = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(builder.event_format(Plain).finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(builder.json().flatten_event(true).finish()),
    };
    drop(started);
}

/// `tithing: warning: …`, without time or target: the timer's own log has those.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &tracing::Event<'_>,
    ) -> std::fmt::Result {
        let word = match *event.metadata().level() {
            tracing::Level::ERROR => "error: ",
            tracing::Level::WARN => "warning: ",
            _ => "",
        };
        write!(writer, "tithing: {word}")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

/// Writes data to standard output. A reader that went away is not an error.
pub(crate) fn data(text: &str) -> Result<(), crate::outcome::Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(crate::outcome::Failure::new(format!("standard output cannot be written: {e}")))
        }
        _ => Ok(()),
    }
}

/// Writes a text for people to standard error as it is.
pub(crate) fn note(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}
