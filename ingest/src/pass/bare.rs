//! Export datagrams without a capture around them, one or many end to end.

use std::io::Read;

use model::{Reason, Tally};

use crate::FileError;
use crate::netflow::{Header, datagram_length};
use crate::sflow;
use crate::source::Source;

/// The longest datagram: IPFIX and UDP both end at 65,535 octets.
const DATAGRAM_MAX: usize = 65_535;
const WINDOW: usize = 4 * DATAGRAM_MAX;

/// What a run's next datagram is: its octets, or why there is none. A reason with octets says that they are cut.
type Next = fn(&[u8]) -> (usize, Option<Reason>);

/// Hands each NetFlow or IPFIX datagram of a run to `take`, with its place. What is no datagram ends the run and is
/// tallied.
pub(super) fn datagrams(
    source: &mut Source,
    tally: &mut Tally,
    take: &mut dyn FnMut(&[u8], u64),
) -> Result<(), FileError> {
    run(source, tally, take, |rest| {
        let header = match Header::parse(rest) {
            Ok(header) => header,
            Err(reason) => return (0, Some(reason)),
        };
        let cut = header.length.is_some_and(|n| n > rest.len()).then_some(Reason::FileCut);
        (datagram_length(rest).clamp(1, DATAGRAM_MAX), cut)
    })
}

/// The same for sFlow, whose datagrams are as long as their samples. One that does not hold together is the last.
pub(super) fn samples(
    source: &mut Source,
    tally: &mut Tally,
    take: &mut dyn FnMut(&[u8], u64),
) -> Result<(), FileError> {
    run(source, tally, take, |rest| match sflow::datagram_length(rest) {
        Some(n) => (n.min(DATAGRAM_MAX), None),
        None if sflow::looks_like_sflow(rest) => (rest.len(), None),
        None => (0, Some(Reason::LengthWrong)),
    })
}

fn run(source: &mut Source, tally: &mut Tally, take: &mut dyn FnMut(&[u8], u64), next: Next) -> Result<(), FileError> {
    let mut window = vec![0_u8; WINDOW];
    let (mut from, mut to, mut offset, mut ended) = (0, 0, 0_u64, false);
    loop {
        if to - from < 2 * DATAGRAM_MAX && !ended {
            window.copy_within(from..to, 0);
            to -= from;
            from = 0;
            while to < WINDOW {
                match source.read(&mut window[to..]) {
                    Ok(0) => {
                        ended = true;
                        break;
                    }
                    Ok(n) => to += n,
                    Err(e) => return Err(source.error(e)),
                }
            }
        }
        let rest = &window[from..to];
        if rest.is_empty() {
            return Ok(());
        }
        let (n, problem) = next(rest);
        if let Some(reason) = problem.filter(|_| n > 0 || rest.iter().any(|b| *b != 0)) {
            tally.add(reason, offset);
        }
        if n == 0 {
            return Ok(());
        }
        take(&rest[..n.min(rest.len())], offset);
        from += n.min(rest.len());
        offset += n as u64;
    }
}
