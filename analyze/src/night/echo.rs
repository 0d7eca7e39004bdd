//! The same traffic on both sides of address translation: once with the device's own address, once with the router's.
//!
//! A record with the router's outer address and no inside one may be the router's own traffic, or the echo of a device's
//! record made at the inner side. Nothing in it tells which. So such records wait until all others were taken; then the
//! flows are looked at once more, and each record of a device takes at most one echo away.

use model::Addr;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::prepare::Prepared;

/// Records that wait at most; beyond, they count at once as the router's own.
const WAITING_MAX: usize = 1 << 19;
/// Echoes are looked for where they could be more than one part in so many of what was counted.
const SHARE: u128 = 1_000;
/// Where the router chose another port, or both are ones that servers use, only so many octets tell one flow from another.
const TELLING_OCTETS: u64 = 10_000;
/// Ports below are the same for everybody (RFC 6335 section 6).
const DYNAMIC_PORTS: u16 = 1_024;

/// What a translator leaves as it is.
type Kept = (Addr, Option<u16>, Option<u8>, bool);

/// Records that may be echoes.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    waiting: Vec<Prepared>,
    octets: u128,
    /// The records that wait, by what a translator leaves as it is, in the order of their beginnings.
    index: FxHashMap<Kept, Vec<u32>>,
    found: Vec<bool>,
}

fn kept(flow: &Prepared) -> Kept {
    (flow.server, flow.server_port, flow.protocol, flow.sends)
}

impl Echoes {
    /// Takes records that wait, as long as there is room; gives back the rest.
    pub(super) fn wait(&mut self, flows: &mut Vec<Prepared>) {
        let room = WAITING_MAX.saturating_sub(self.waiting.len()).min(flows.len());
        self.octets += flows.iter().take(room).map(|f| u128::from(f.octets)).sum::<u128>();
        self.waiting.extend(flows.drain(..room));
    }

    /// Whether there may be enough of them for a second look.
    pub(super) fn worth_a_look(&self, counted: u128) -> bool {
        !self.waiting.is_empty() && self.octets * SHARE >= counted
    }

    /// Compares a device's record with those that wait, of which the first that is its echo goes. Only those that begin at
    /// nearly the same time are looked at: a monitor that asks one server all day makes very many of a kind.
    pub(super) fn compare(&mut self, flow: &Prepared) {
        let waiting = &self.waiting;
        let start = |i: &u32| waiting.get(*i as usize).map_or(0, |w| w.start);
        if self.index.is_empty() {
            self.found = vec![false; waiting.len()];
            for (i, flow) in (0..).zip(waiting) {
                self.index.entry(kept(flow)).or_default().push(i);
            }
            let mut lists: Vec<&mut Vec<u32>> = self.index.values_mut().collect();
            lists.par_iter_mut().for_each(|list| list.sort_unstable_by_key(|i| (start(i), *i)));
        }
        let Some(candidates) = self.index.get(&kept(flow)) else { return };
        let near = flow.seen().same_beginnings();
        let from = candidates.partition_point(|i| start(i) < *near.start());
        let near = candidates.iter().skip(from).take_while(|i| near.contains(&start(i))).map(|i| *i as usize);
        if let Some(echo) = near.filter(|i| !self.found[*i] && echoes(flow, &waiting[*i])).min() {
            self.found[echo] = true;
        }
    }

    /// The records that waited, each with whether it was an echo.
    pub(super) fn take(self) -> impl Iterator<Item = (Prepared, bool)> {
        let found = self.found.into_iter().chain(std::iter::repeat(false));
        self.waiting.into_iter().zip(found)
    }
}

/// Whether one is the other after translation: on the same link, alike in volume and time, and either with the device's own
/// port or with enough octets that no two flows share them.
fn echoes(flow: &Prepared, echo: &Prepared) -> bool {
    let port = flow.device_port == echo.device_port && flow.device_port.is_some_and(|p| p >= DYNAMIC_PORTS);
    let telling = port || flow.octets.min(echo.octets) >= TELLING_OCTETS;
    telling && flow.link == echo.link && flow.seen().same_traffic(&echo.seen())
}

#[cfg(test)]
mod tests {
    use model::MICROS_PER_S;

    use super::*;
    use crate::dice::Dice;

    fn flow(device: [u8; 4], port: u16, start_s: i64, octets: u64) -> Prepared {
        Prepared {
            start: start_s * MICROS_PER_S,
            end: (start_s + 5) * MICROS_PER_S,
            device: Addr::from_v4(device),
            server: Addr::from_v4([203, 0, 113, 7]),
            octets,
            place: 1,
            packets: 0,
            mac: None,
            device_port: Some(port),
            server_port: Some(443),
            protocol: Some(6),
            link: Some(0),
            sends: true,
            inside: device[0] == 192,
            estimated: false,
            reverse: false,
        }
    }

    /// Which of the records with the outer address are echoes of the device's.
    fn check(inner: &[(u16, i64, u64)], outer: &[(u16, i64, u64)], expected: &[bool]) {
        let mut echoes = Echoes::default();
        let mut waiting = outer.iter().map(|(p, s, o)| flow([198, 51, 100, 1], *p, *s, *o)).collect();
        echoes.wait(&mut waiting);
        assert!(waiting.is_empty());
        inner.iter().for_each(|(p, s, o)| echoes.compare(&flow([192, 168, 1, 11], *p, *s, *o)));
        let found: Vec<bool> = echoes.take().map(|(_, echo)| echo).collect();
        assert_eq!(found, expected, "{inner:?} {outer:?}");
    }

    #[test]
    fn one_record_takes_one_echo_away() {
        check(&[(50_000, 100, 700)], &[(50_000, 100, 700)], &[true]);
        check(&[(50_000, 100, 700)], &[(50_000, 101, 710), (50_000, 100, 700)], &[true, false]);
        check(&[(50_000, 100, 700), (50_000, 100, 700)], &[(50_000, 101, 710), (50_000, 100, 700)], &[true, true]);
        check(&[], &[(50_000, 100, 700)], &[false]);
    }

    #[test]
    fn another_port_needs_octets_that_tell() {
        check(&[(50_000, 100, 700)], &[(61_000, 100, 700)], &[false]);
        check(&[(50_000, 100, 70_000)], &[(61_000, 100, 70_000)], &[true]);
        // Two clocks that ask one time server are two.
        check(&[(123, 100, 76)], &[(123, 100, 76)], &[false]);
    }

    #[test]
    fn what_is_not_alike_stays() {
        check(&[(50_000, 100, 70_000)], &[(50_000, 110, 70_000)], &[false]);
        check(&[(50_000, 100, 70_000)], &[(50_000, 100, 75_000)], &[false]);
    }

    #[test]
    fn a_second_look_is_for_more_than_traces() {
        let mut echoes = Echoes::default();
        assert!(!echoes.worth_a_look(0));
        echoes.wait(&mut vec![flow([198, 51, 100, 1], 50_000, 1, 100)]);
        assert!(echoes.worth_a_look(100_000) && !echoes.worth_a_look(100_001));
    }

    /// The first of all that wait, without a look at when they began.
    fn plain(inner: &[Prepared], outer: &[Prepared]) -> Vec<bool> {
        let mut found = vec![false; outer.len()];
        for flow in inner {
            let echo =
                (0..outer.len()).find(|i| !found[*i] && kept(flow) == kept(&outer[*i]) && echoes(flow, &outer[*i]));
            echo.into_iter().for_each(|i| found[i] = true);
        }
        found
    }

    #[test]
    fn only_those_that_begin_near_are_looked_at_and_none_is_missed() {
        let mut dice = Dice(0x6563_686f);
        let mut taken = 0;
        for round in 0..2_000 {
            let scale = [1, 100, MICROS_PER_S as u64, 60 * MICROS_PER_S as u64][dice.below(4) as usize];
            let mut any = |device| {
                let (port, octets) = ([50_000, 50_001, 123][dice.below(3) as usize], 9_900 + dice.below(300));
                let start = dice.below(30 * scale) as i64;
                let end = start
                    + [0, dice.below(4 * scale), dice.below(40 * scale), 10 * scale][dice.below(4) as usize] as i64;
                let sends = dice.below(4) > 0;
                Prepared { start, end, sends, ..flow(device, port, 0, octets) }
            };
            let outer: Vec<Prepared> = (0..40).map(|_| any([198, 51, 100, 1])).collect();
            let inner: Vec<Prepared> = (0..40).map(|_| any([192, 168, 1, 11])).collect();
            let mut echoes = Echoes::default();
            echoes.wait(&mut outer.clone());
            inner.iter().for_each(|f| echoes.compare(f));
            let found: Vec<bool> = echoes.take().map(|(_, echo)| echo).collect();
            assert_eq!(found, plain(&inner, &outer), "round {round}");
            taken += found.iter().filter(|f| **f).count();
        }
        assert!(taken > 10_000, "too few echoes to say anything: {taken}");
    }

    #[test]
    fn one_server_asked_all_day_is_no_square() {
        // 400,000 records on both sides, one every seven seconds: compared one by one, that would be 1.6 * 10^11 pairs.
        let day = |device, port| (0..400_000).map(move |s| flow(device, port, s * 7, 700));
        let mut echoes = Echoes::default();
        echoes.wait(&mut day([198, 51, 100, 1], 50_000).collect());
        day([192, 168, 1, 11], 50_001).for_each(|f| echoes.compare(&f));
        assert!(echoes.take().all(|(_, echo)| !echo), "another port, and too few octets to tell");
    }
}
