//! Shares out a flow's octets over time in whole numbers, so that the parts always add up to the whole.
//!
//! The method is that of the largest remainder (Hamilton): each part gets its quota rounded down, and the octets that are
//! left go one each to the parts with the largest remainders, the earlier part first where two are equal. Every product is
//! taken in 128 bits: 2^64 octets times 2^63 microseconds fit.

use model::{BUCKET_S, MICROS_PER_S, Micros};

/// Microseconds of a bucket.
pub(crate) const BUCKET: i64 = BUCKET_S * MICROS_PER_S;
/// Microseconds of a minute.
const MINUTE: i64 = 60 * MICROS_PER_S;

/// Shares `total` in proportion to `weights`. Without any weight the first part gets all; without parts there is nothing.
pub(crate) fn share<const N: usize>(total: u64, weights: [u64; N]) -> [u64; N] {
    let mut parts = [0; N];
    share_into(total, &weights, &mut parts);
    parts
}

/// As [`share`], for a number of parts that is known at run time. `parts` is as long as `weights`.
pub(crate) fn share_into(total: u64, weights: &[u64], parts: &mut [u64]) {
    let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    if sum == 0 {
        if let Some(first) = parts.first_mut() {
            *first = total;
        }
        return;
    }
    let mut left = total;
    let product = |w: u64| u128::from(total) * u128::from(w);
    for (part, weight) in parts.iter_mut().zip(weights) {
        *part = (product(*weight) / sum) as u64;
        left -= *part;
    }
    let mut order: Vec<(std::cmp::Reverse<u128>, usize)> =
        weights.iter().enumerate().map(|(i, w)| (std::cmp::Reverse(product(*w) % sum), i)).collect();
    order.sort_unstable();
    for (_, i) in order.iter().take(left as usize) {
        parts[*i] += 1;
    }
}

/// A flow's octets over the buckets that it touches, each part worked out alone: a flow of any length costs the same, and
/// one night needs only its own part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spread {
    first: i64,
    last: i64,
    only: u64,
    parts: Parts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Parts {
    first: u64,
    between: u64,
    last: u64,
    /// How many of the parts between get one octet more; they are the earliest.
    extra: i64,
}

impl Spread {
    /// Octets that flowed evenly from `start` to just before `end`; all at once where `end` is not after `start`.
    #[inline]
    pub(crate) fn new(octets: u64, start: Micros, end: Micros) -> Self {
        let first = start.div_euclid(BUCKET);
        let last = if end > start { (end - 1).div_euclid(BUCKET) } else { first };
        let parts = if last > first { Self::parts(octets, start, end, first, last) } else { Parts::default() };
        Self { first, last, only: octets, parts }
    }

    fn parts(octets: u64, start: Micros, end: Micros, first: i64, last: i64) -> Parts {
        let total = (i128::from(end) - i128::from(start)) as u128;
        let head = (i128::from(first + 1) * i128::from(BUCKET) - i128::from(start)) as u128;
        let tail = (i128::from(end) - i128::from(last) * i128::from(BUCKET)) as u128;
        let between = (last - first - 1) as u128;
        let quota = |weight: u128| {
            let product = u128::from(octets) * weight;
            ((product / total) as u64, product % total)
        };
        let (mut q_head, r_head) = quota(head);
        let (q_mid, r_mid) = quota(BUCKET as u128);
        let (mut q_tail, r_tail) = quota(tail);
        let given = u128::from(q_head) + u128::from(q_mid) * between + u128::from(q_tail);
        let left = u128::from(octets) - given;
        // Ranks by remainder, the earlier part first: the head stands before the parts between, these before the tail.
        let rank_head = if r_mid > r_head { between } else { 0 } + u128::from(r_tail > r_head);
        let rank_tail = if r_mid >= r_tail { between } else { 0 } + u128::from(r_head >= r_tail);
        let ahead_of_mid = u128::from(r_head >= r_mid) + u128::from(r_tail > r_mid);
        q_head += u64::from(rank_head < left);
        q_tail += u64::from(rank_tail < left);
        let extra = left.saturating_sub(ahead_of_mid).min(between) as i64;
        Parts { first: q_head, between: q_mid, last: q_tail, extra }
    }

    /// First and last bucket, counted from the epoch.
    #[inline]
    pub(crate) const fn buckets(&self) -> (i64, i64) {
        (self.first, self.last)
    }

    /// The octets of one bucket.
    #[inline]
    pub(crate) fn part(&self, bucket: i64) -> u64 {
        if self.first == self.last {
            return if bucket == self.first { self.only } else { 0 };
        }
        match bucket {
            b if b < self.first || b > self.last => 0,
            b if b == self.first => self.parts.first,
            b if b == self.last => self.parts.last,
            b => self.parts.between + u64::from(b - self.first - 1 < self.parts.extra),
        }
    }
}

/// Octets that a record must carry in each minute, or its minutes are silent. What holds a connection open says this much
/// at most: TCP keep-alives (RFC 1122 section 4.2.3.6) of two bare headers, HTTP/2 PING frames (RFC 9113 section 6.7) or
/// WebSocket pings (RFC 6455 section 5.5.2) twice a minute stay below 500 octets a minute in each direction, and this is
/// twice that. The smallest thing that a person does, a message sent or a name typed, is more.
const KEEP_ALIVE: u64 = 1_000;
/// Octets a minute of the thinnest use that goes on by itself over TCP: music or a film at 80 kbit/s. A record longer than
/// a minute with less on average is a burst and then silence. Only TCP is held open in silence for so long: QUIC gives an
/// idle connection up within half a minute (RFC 9000 section 10.1), and speech over UDP is thinner than music.
const STEADY: u64 = 600_000;
/// Octets a minute at which a burst comes: 400 kbit/s, slower than any line on which a page is read.
const BURST: u64 = 3_000_000;
/// A page has come by then: a record no longer than this was active to its end. One of a minute, from an exporter that
/// reports each minute, may be a page and then silence.
const PAGE: Micros = 30 * MICROS_PER_S;
/// TCP's number in the IP header.
const TCP: u8 = 6;
/// A connection's records that begin this soon after its first are its opening, which is use whatever it carries.
const OPENING: Micros = 10 * MICROS_PER_S;

/// A record as far as its minutes go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lasting {
    /// Octets, scaled by sampling.
    pub(crate) octets: u64,
    /// First instant.
    pub(crate) start: Micros,
    /// First instant after it.
    pub(crate) end: Micros,
    /// When its connection's first record began.
    pub(crate) first: Micros,
    /// IP protocol; none counts as TCP.
    pub(crate) protocol: Option<u8>,
}

impl Lasting {
    /// Until when its minutes are active, from its start on; none where none is.
    ///
    /// An exporter says how much a record carried and from when to when, never when in between. A page of 900,000 octets
    /// whose connection then stays open for half an hour is one record of half an hour at an exporter that waits so long,
    /// so the octets bound the time. A connection is always active in its first minute, whatever it carries.
    #[inline]
    pub(crate) fn active_until(&self) -> Option<Micros> {
        let opens = self.start < self.first.saturating_add(OPENING);
        let length = self.end.saturating_sub(self.start).max(0);
        let minutes = u128::from(length.max(MINUTE).unsigned_abs());
        let carries = |per_minute: u64| u128::from(self.octets) * MINUTE as u128 >= u128::from(per_minute) * minutes;
        if !opens && !carries(KEEP_ALIVE) {
            return None;
        }
        let tcp = self.protocol.unwrap_or(TCP) == TCP;
        let whole =
            if length > MINUTE { carries(if tcp { STEADY } else { KEEP_ALIVE }) } else { length <= PAGE || !tcp };
        Some(if whole {
            self.end.max(self.start)
        } else {
            let burst = u128::from(self.octets) * MINUTE as u128 / u128::from(BURST);
            self.start.saturating_add(i64::try_from(burst).unwrap_or(i64::MAX)).min(self.end)
        })
    }
}

/// The minutes of a bucket in which something that lasted from `from` to just before `until` was active: bit i for minute
/// i. Both lie inside the bucket; a moment without length is active in its own minute.
#[inline]
pub(crate) fn minutes(bucket: i64, from: Micros, until: Micros) -> i64 {
    let begin = bucket * BUCKET;
    let minute = |t: Micros| ((t - begin) / MINUTE).clamp(0, 14);
    let (first, last) = (minute(from), minute((until - 1).max(from)));
    (1 << (last + 1)) - (1 << first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dice::Dice;

    fn by_hand(total: u64, weights: &[u64], expected: &[u64]) {
        let mut parts = vec![0; weights.len()];
        share_into(total, weights, &mut parts);
        assert_eq!(parts, expected, "{total} over {weights:?}");
    }

    #[test]
    fn how_long_a_record_was_active() {
        const S: i64 = MICROS_PER_S;
        const UDP: u8 = 17;
        // Octets, seconds, seconds after the connection's first record began, protocol; seconds active.
        for (octets, length, after, protocol, expected) in [
            // 30 minutes of film; of music at 80 kbit/s, first and later; of speech over UDP.
            (90_000_000, 1_800, 0, TCP, Some(1_800)),
            (18_000_000, 1_800, 0, TCP, Some(1_800)),
            (18_000_000, 1_800, 1_800, TCP, Some(1_800)),
            (6_000_000, 1_800, 0, UDP, Some(1_800)),
            // A page of 900,000 octets and half an hour of silence: 18 seconds at 50,000 octets a second.
            (900_000, 1_800, 0, TCP, Some(18)),
            (17_950_000, 1_800, 0, TCP, Some(359)),
            // Under 1,000 octets a minute: keep-alives. The opening counts, what follows does not.
            (29_950, 1_800, 0, TCP, Some(0)),
            (29_950, 1_800, 1_800, TCP, None),
            (50_000, 1_800, 1_800, TCP, Some(1)),
            (29_999, 1_800, 1_800, UDP, None),
            (30_000, 1_800, 1_800, UDP, Some(1_800)),
            // Records of a minute, from an exporter that reports each minute, and a moment later than the opening.
            (999, 60, 60, TCP, None),
            (1_000, 60, 60, TCP, Some(0)),
            (900_000, 60, 0, TCP, Some(18)),
            (900_000, 30, 0, TCP, Some(30)),
            (6_000_000, 60, 60, TCP, Some(60)),
            (1_000, 60, 60, UDP, Some(60)),
            (1, 60, 0, TCP, Some(0)),
            (1, 60, 0, UDP, Some(60)),
            (76, 0, 9, UDP, Some(0)),
            (76, 1, 10, UDP, None),
        ] {
            let start = 10_000 * S;
            let (end, first) = (start + length * S, start - after * S);
            let found = Lasting { octets, start, end, first, protocol: Some(protocol) }.active_until();
            let seconds = found.map(|until| (until - start) / S);
            assert_eq!(seconds, expected, "{octets} in {length} s, {after} s after the first");
        }
        let endless = Lasting { octets: u64::MAX, start: 0, end: i64::MAX, first: 0, protocol: None };
        assert_eq!(endless.active_until(), Some(i64::MAX));
    }

    #[test]
    fn largest_remainders_first() {
        by_hand(10, &[1, 1, 1], &[4, 3, 3]);
        by_hand(1, &[1, 3], &[0, 1]);
        by_hand(5, &[0, 0], &[5, 0]);
        by_hand(7, &[2, 3, 5], &[1, 2, 4]);
        by_hand(u64::MAX, &[u64::MAX, u64::MAX], &[1 << 63, (1 << 63) - 1]);
        by_hand(3, &[], &[]);
        assert_eq!(share(9, [1, 2]), [3, 6]);
    }

    #[test]
    fn a_flow_across_an_edge() {
        // 10 s before and 5 s after the edge of bucket 1: 15 octets are 10 and 5.
        let s = Spread::new(15, BUCKET - 10_000_000, BUCKET + 5_000_000);
        assert_eq!((s.buckets(), s.part(0), s.part(1), s.part(2)), ((0, 1), 10, 5, 0));
        let moment = Spread::new(7, BUCKET, BUCKET);
        assert_eq!((moment.buckets(), moment.part(1)), ((1, 1), 7));
        let touching = Spread::new(7, 0, BUCKET);
        assert_eq!(touching.buckets(), (0, 0));
    }

    #[test]
    fn minutes_of_a_bucket() {
        let minute = 60_000_000;
        for (from, until, expected) in [
            (0, 0, 0b1),
            (0, minute, 0b1),
            (0, minute + 1, 0b11),
            (minute - 1, minute + 1, 0b11),
            (14 * minute, 15 * minute, 1 << 14),
            (0, 15 * minute, (1 << 15) - 1),
        ] {
            assert_eq!(minutes(2, 2 * BUCKET + from, 2 * BUCKET + until), expected, "{from} {until}");
        }
    }

    /// Octets of every size: none, one, a few, past what a float holds exactly (2^53), the largest.
    fn any_octets(dice: &mut Dice) -> u64 {
        match dice.below(8) {
            0 => dice.below(3),
            1 => (1 << 53) + dice.below(1 << 20),
            2 => u64::MAX - dice.below(3),
            3 => dice.roll(),
            _ => dice.below(10_000_000),
        }
    }

    /// A beginning and an end: on edges of buckets and minutes as well as between them, without length, of one
    /// microsecond, of seconds, of weeks.
    fn any_times(dice: &mut Dice) -> (i64, i64) {
        let grid = [1, MINUTE, BUCKET, 3_600 * MICROS_PER_S][dice.below(4) as usize];
        let start = (dice.below(40 * BUCKET as u64) as i64 - 20 * BUCKET) / grid * grid;
        let length = match dice.below(5) {
            0 => 0,
            1 => 1,
            2 => dice.below(100 * MICROS_PER_S as u64) as i64,
            3 => dice.below(300) as i64 * BUCKET / 2,
            _ => dice.below(20 * BUCKET as u64) as i64,
        };
        (start, start + length)
    }

    /// Weights of a piece cut at edges that may lie anywhere in it, its two ends included.
    fn any_cut(dice: &mut Dice, from: i64, until: i64) -> [u64; 3] {
        let length = (until - from).max(0) as u64;
        let edge = |dice: &mut Dice| match dice.below(4) {
            0 => 0,
            1 => length,
            _ => dice.below(length + 1),
        };
        let (a, b) = (edge(dice), edge(dice));
        [a.min(b), a.abs_diff(b), length - a.max(b)]
    }

    #[test]
    fn a_million_flows_lose_no_octet() {
        let mut dice = Dice(0x7468_6569_7465_6d73);
        let (mut large, mut moments, mut pieces) = (0_u32, 0_u32, 0_u64);
        for _ in 0..1_000_000 {
            let octets = any_octets(&mut dice);
            let (start, end) = any_times(&mut dice);
            let spread = Spread::new(octets, start, end);
            let (first, last) = spread.buckets();
            let mut sum = 0_u128;
            for bucket in first..=last {
                let part = spread.part(bucket);
                let cut = any_cut(&mut dice, start.max(bucket * BUCKET), end.min((bucket + 1) * BUCKET));
                let shares = share(part, cut);
                assert_eq!(shares.iter().map(|s| u128::from(*s)).sum::<u128>(), u128::from(part), "{part} at {cut:?}");
                sum += u128::from(part);
                pieces += 1;
            }
            assert_eq!(sum, u128::from(octets), "{octets} from {start} to {end}");
            assert_eq!((spread.part(first - 1), spread.part(last + 1)), (0, 0));
            large += u32::from(octets > 1 << 53);
            moments += u32::from(start == end);
        }
        assert!(large > 200_000 && moments > 100_000 && pieces > 5_000_000, "{large} {moments} {pieces}");
    }

    fn whole(octets: u64, start: i64, end: i64) -> Vec<u64> {
        let (first, last) = Spread::new(octets, start, end).buckets();
        let overlap = |b: i64| (end.min((b + 1) * BUCKET) - start.max(b * BUCKET)).max(0) as u64;
        let weights: Vec<u64> = (first..=last).map(overlap).collect();
        let mut parts = vec![0; weights.len()];
        share_into(octets, &weights, &mut parts);
        parts
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn parts_add_up_and_agree_with_the_plain_method(
            octets in prop_oneof![0_u64..5_000, any::<u64>(), (1_u64 << 53)..(1 << 54)],
            start in -3 * BUCKET..3 * BUCKET,
            length in prop_oneof![Just(0_i64), 0..100 * BUCKET, 0..3_000_000_i64],
        ) {
            let spread = Spread::new(octets, start, start + length);
            let (first, last) = spread.buckets();
            let parts: Vec<u64> = (first..=last).map(|b| spread.part(b)).collect();
            prop_assert_eq!(parts.iter().map(|p| u128::from(*p)).sum::<u128>(), u128::from(octets));
            prop_assert_eq!(parts, whole(octets, start, start + length));
        }

        #[test]
        fn shares_are_within_one_octet_of_their_quota(
            total in any::<u64>(),
            weights in prop::collection::vec(0_u64..1_000_000, 1..9),
        ) {
            let mut parts = vec![0; weights.len()];
            share_into(total, &weights, &mut parts);
            prop_assert_eq!(parts.iter().map(|p| u128::from(*p)).sum::<u128>(), u128::from(total));
            let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
            for (p, w) in parts.iter().zip(&weights).filter(|_| sum > 0) {
                let quota = u128::from(total) * u128::from(*w) / sum;
                prop_assert!(u128::from(*p) >= quota && u128::from(*p) <= quota + 1);
            }
        }
    }
}
