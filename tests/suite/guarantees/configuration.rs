//! No panic can be reached from a configuration file: `check` reads it or says what is wrong with it, and nothing else.

use std::fs;

use crate::common::{expect, folder, run};

/// xorshift64*, from a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }
}

/// Words that mean something somewhere, and octets that mean nothing anywhere.
const PIECES: [&[u8]; 20] = [
    b"-1",
    b"0",
    b"9999-12-31",
    b"2026-02-30",
    b"9223372036854775807",
    b"1e400",
    b"\"",
    b"[",
    b"]]",
    b"{",
    b",,,,",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"mon 25:00-09:00",
    b"00:00-24:00",
    b"\xef\xbb\xbf",
    b"192.168.1.0/999",
    b"#",
];

fn mutate(octets: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = octets.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(out.len() + 1);
        let until = (at + random.below(40)).min(out.len());
        match random.below(6) {
            0 => out.truncate(at),
            1 => drop(out.drain(at..until)),
            2 => out.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied()).for_each(drop),
            3 => out.splice(at..until, PIECES[random.below(PIECES.len())].iter().copied()).for_each(drop),
            4 => out.splice(at..at, out[at..until].to_vec()).for_each(drop),
            _ if at < out.len() => out[at] ^= 1 << random.below(8),
            _ => {}
        }
    }
    out
}

#[test]
fn damaged_configuration_is_refused_in_words_and_never_by_a_panic() {
    let f = folder();
    expect(&f.root, &["check"], 0);
    let mut random = Random(0x7469_7468_696e_6721);
    let mut refused = 0;
    for name in
        ["assessment.toml", "people.csv", "register.csv", "authority.toml", "paid-wifi.csv", "../../tithing.toml"]
    {
        let path = f.council(name);
        let whole = fs::read(&path).unwrap();
        for round in 0..30 {
            let octets = mutate(&whole, &mut random);
            fs::write(&path, &octets).unwrap();
            let (code, stdout, stderr) = run(&f.root, &["check"]);
            let shown = String::from_utf8_lossy(&octets);
            assert!(matches!(code, 0 | 1), "{name}, round {round}: exit {code}\n{stderr}\n{shown}");
            assert!(!stderr.contains("panicked") && !stdout.contains("panicked"), "{name}, round {round}: {stderr}");
            if code == 1 {
                refused += 1;
                assert!(!stderr.trim().is_empty(), "{name}, round {round}: refused without a word\n{shown}");
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(refused > 60, "only {refused} of the damaged files were refused");
    expect(&f.root, &["check"], 0);
}
