//! The only clock: what `--now` says, else what `tithing.toml` fixes, else the system's.

use jiff::Timestamp;

/// What time it is, and whether somebody fixed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Now.
    pub now: Timestamp,
    /// Whether the time is not the system's: said by every command and marked on every report.
    pub fixed: bool,
}

impl Clock {
    /// Chooses the clock.
    pub(crate) fn choose(argument: Option<Timestamp>, configured: Option<Timestamp>) -> Self {
        let clock = match argument.or(configured) {
            Some(now) => Self { now, fixed: true },
            None => Self { now: Timestamp::now(), fixed: false },
        };
        if clock.fixed {
            tracing::info!("the clock is fixed at {}", clock.now);
        }
        clock
    }
}
