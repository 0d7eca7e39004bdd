//! The routers' own counters, for the reconciliation alone: no night and no bill is made from them.

use std::collections::BTreeMap;
use std::path::Path;

use analyze::cost::CounterDay;
use ingest::Options;
use jiff::civil::Date;

use crate::config::SourceKind;
use crate::council::Council;

/// Octets by link and date from every file of counters, as far as the assessment lets anything be read. A date that was
/// not over does not count; where several files have a date, the largest figure stands, since counters only grow. A file
/// that cannot be read is told and passed over.
pub(crate) fn read(council: &Council<'_>) -> Vec<CounterDay> {
    let authority = &council.authority;
    let ladder = gate::judge(authority.assessment.as_ref(), council.today());
    let opens = authority.assessment.as_ref().is_some_and(|a| a.opens("counters"));
    if ladder.mode == gate::Mode::Nothing || !opens {
        return Vec::new();
    }
    let mut days: BTreeMap<(String, Date), (u64, u64)> = BTreeMap::new();
    for source in authority.sources.iter().filter(|s| s.kind == SourceKind::Counters) {
        let Some(link) = &source.link else { continue };
        let pattern = authority.dir.join(&source.glob);
        let Ok(paths) = glob::glob(&pattern.to_string_lossy()) else { continue };
        let options = Options { zone: source.zone.clone(), dns: false, ..Options::default() };
        for path in paths.filter_map(Result::ok).filter(|p| p.is_file()) {
            match ingest::counters(&path, &options) {
                Ok((found, _)) => {
                    for day in one_interface(&authority.id, &path, found).into_iter().filter(|d| d.complete) {
                        let most = days.entry((link.clone(), day.date)).or_default();
                        *most = greater(*most, (day.bytes_in, day.bytes_out));
                    }
                }
                Err(error) => tracing::warn!("{}: {error}; it is left out of the reconciliation", authority.id),
            }
        }
    }
    let day = |((link, date), (bytes_in, bytes_out))| CounterDay { link, date, bytes_in, bytes_out };
    days.into_iter().map(day).collect()
}

/// The greater of two figures of one date.
fn greater(one: (u64, u64), other: (u64, u64)) -> (u64, u64) {
    let sum = |p: (u64, u64)| u128::from(p.0) + u128::from(p.1);
    if sum(other) > sum(one) { other } else { one }
}

/// A file about several interfaces counts the same octets more than once: the busiest stands for the link.
fn one_interface(id: &str, path: &Path, days: Vec<model::CounterDay>) -> Vec<model::CounterDay> {
    let mut sums: BTreeMap<Option<String>, u128> = BTreeMap::new();
    for day in &days {
        *sums.entry(day.interface.clone()).or_default() += u128::from(day.bytes_in) + u128::from(day.bytes_out);
    }
    let busiest = sums.iter().max_by_key(|(name, sum)| (**sum, std::cmp::Reverse((*name).clone())));
    let Some(chosen) = busiest.map(|(name, _)| name.clone()) else { return days };
    if sums.len() > 1 {
        let shown = chosen.as_deref().unwrap_or("the router as a whole");
        tracing::warn!(
            "{id}: {}: counters of {} interfaces for one link; {shown} has the most and stands for it; hint: export one \
             interface to a file",
            path.display(),
            sums.len()
        );
    }
    days.into_iter().filter(|d| d.interface == chosen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_busiest_interface_stands_for_the_link() {
        let day = |interface: Option<&str>, bytes_in| model::CounterDay {
            interface: interface.map(str::to_owned),
            date: date(2026, 3, 2),
            bytes_in,
            bytes_out: 1,
            complete: true,
            offset: 0,
        };
        let check = |days: Vec<model::CounterDay>, expected: &[u64]| {
            let kept: Vec<u64> = one_interface("example", Path::new("a"), days).iter().map(|d| d.bytes_in).collect();
            assert_eq!(kept, expected);
        };
        check(vec![day(Some("eth0"), 5), day(Some("ppp0"), 9), day(Some("eth0"), 1)], &[9]);
        check(vec![day(None, 5), day(None, 7)], &[5, 7]);
        // Equals: the first name, whatever the order of the file.
        check(vec![day(Some("b"), 6), day(Some("a"), 6)], &[6]);
        check(vec![], &[]);
        assert_eq!(greater((5, 1), (2, 5)), (2, 5));
    }
}
