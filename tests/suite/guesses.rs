//! Guesses at the ledger: whoever knows the council's lists, its networks and the names of the web tries them all, plain
//! and hashed without a key, and finds none.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::common::{Folder, expect, folder};

// ---- hashes that somebody might have used --------------------------------------------------------------------------

/// The message with its padding: a one bit, zeros, the length in bits (FIPS 180-4 section 5.1.1, RFC 1321 section 3.2).
fn padded(message: &[u8], big: bool) -> Vec<u8> {
    let mut all = message.to_vec();
    all.push(0x80);
    while all.len() % 64 != 56 {
        all.push(0);
    }
    let bits = message.len() as u64 * 8;
    all.extend(if big { bits.to_be_bytes() } else { bits.to_le_bytes() });
    all
}

/// SHA-1, FIPS 180-4 section 6.1.
fn sha1(message: &[u8]) -> Vec<u8> {
    let mut h: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message, true).chunks_exact(64) {
        let mut w: Vec<u32> = block.chunks_exact(4).map(|c| u32::from_be_bytes(c.try_into().unwrap())).collect();
        for t in 16..80 {
            w.push((w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (t, w) in w.iter().enumerate() {
            let (f, k) = match t / 20 {
                0 => ((b & c) ^ (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) ^ (b & d) ^ (c & d), 0x8f1b_bcdc_u32),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*w);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (h, v) in h.iter_mut().zip([a, b, c, d, e]) {
            *h = h.wrapping_add(v);
        }
    }
    h.iter().flat_map(|w| w.to_be_bytes()).collect()
}

/// MD5, RFC 1321 section 3.4.
fn md5(message: &[u8]) -> Vec<u8> {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut h: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(message, false).chunks_exact(64) {
        let m: Vec<u32> = block.chunks_exact(4).map(|c| u32::from_le_bytes(c.try_into().unwrap())).collect();
        let [mut a, mut b, mut c, mut d] = h;
        for i in 0..64 {
            let (f, g) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), (7 * i) % 16),
            };
            let k = (((i + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(f).wrapping_add(k).wrapping_add(m[g]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(SHIFTS[i / 16][i % 4])));
        }
        for (h, v) in h.iter_mut().zip([a, b, c, d]) {
            *h = h.wrapping_add(v);
        }
    }
    h.iter().flat_map(|w| w.to_le_bytes()).collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn the_hashes_are_those_of_their_standards() {
    assert_eq!(hex(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_eq!(
        hex(&sha1(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    );
    assert_eq!(hex(&md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(hex(&md5(b"message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
    let digits = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
    assert_eq!(hex(&md5(digits.as_bytes())), "57edf4a22be3c955ac49da2e2107b67a");
}

// ---- the guesses ---------------------------------------------------------------------------------------------------

fn base64(octets: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut out = String::new();
    for chunk in octets.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        out.extend((0..=chunk.len()).map(|i| digits[(word >> (18 - 6 * i) & 63) as usize]));
    }
    out
}

fn samples() -> Option<PathBuf> {
    let default = std::path::absolute("../shared/data").unwrap();
    let dir = std::env::var_os("TITHING_SHARED_DATA").map_or(default, PathBuf::from);
    let list = dir.join("toplist/npm_top-sites/top-sites.json");
    if list.is_file() {
        return Some(list);
    }
    println!("skipped: no list of top sites at {}", list.display());
    None
}

/// Assets, people, addresses of link layers, every address of the council's networks, host names, names looked up, top
/// sites where the samples are there, and reasons as clerks write them.
fn guesses(f: &Folder) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let column = |name: &str, at: usize| -> Vec<String> {
        let text = fs::read_to_string(f.council(name)).unwrap();
        text.lines().skip(1).filter_map(|l| l.split(',').nth(at).map(str::to_owned)).collect()
    };
    for (name, at) in
        [("register.csv", 0), ("register.csv", 2), ("register.csv", 4), ("register.csv", 5), ("people.csv", 0)]
    {
        all.extend(column(name, at));
    }
    let toml = fs::read_to_string(f.council("authority.toml")).unwrap();
    let mut networks = BTreeSet::new();
    for word in toml.split('"').filter(|w| w.ends_with("/24")) {
        networks.insert(word.trim_end_matches("0/24").to_owned());
    }
    assert!(!networks.is_empty(), "{toml}");
    all.extend(networks.iter().flat_map(|n| (0..256).map(move |h| format!("{n}{h}"))));
    let leases = fs::read_to_string(f.council("inbox/dnsmasq.leases")).unwrap();
    all.extend(leases.lines().flat_map(|l| l.split(' ').skip(1).take(3)).map(str::to_owned));
    for log in f.inbox(".log") {
        let text = fs::read_to_string(log).unwrap();
        let name = |l: &str| Some(l.split_once("query[")?.1.split_once("] ")?.1.split(' ').next()?.to_owned());
        all.extend(text.lines().filter_map(name));
    }
    if let Some(list) = samples() {
        let sites: serde_json::Value = serde_json::from_str(&fs::read_to_string(list).unwrap()).unwrap();
        all.extend(sites.as_array().unwrap().iter().map(|s| s["rootDomain"].as_str().unwrap().to_owned()));
    }
    all.insert(REASON.to_owned());
    all.retain(|g| g.len() > 3 && g != "*");
    all
}

const REASON: &str = "a list was wrong";

/// The first octets of a digest as they would stand in a line: eight of them tell it apart, however it was cut.
fn digests(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for form in [text.to_owned(), text.to_uppercase(), format!("{text}\n")] {
        for digest in [store::sha256(form.as_bytes()).to_vec(), sha1(form.as_bytes()), md5(form.as_bytes())] {
            found.push((hex(&digest[..8]), base64(&digest[..9])));
        }
    }
    found
}

/// What of the guesses stands in a text.
fn hits(text: &str, guesses: &BTreeSet<String>) -> Vec<String> {
    let small = text.to_lowercase();
    let windows = |n: usize, of: &str| -> BTreeSet<String> {
        of.as_bytes().windows(n).map(|w| String::from_utf8_lossy(w).into_owned()).collect()
    };
    let (hexes, sixes) = (windows(16, &small), windows(12, text));
    let mut found = Vec::new();
    for guess in guesses {
        let octets: Vec<u8> = guess.split(['.', ':']).filter_map(|p| p.parse().ok()).collect();
        let mut forms = vec![guess.to_lowercase(), hex(guess.as_bytes())];
        if guess.contains(':') {
            forms.push(guess.replace(':', "").to_lowercase());
        }
        let encoded = base64(guess.as_bytes());
        let plain = forms.iter().any(|f| small.contains(f)) || text.contains(encoded.trim_end_matches('='));
        let hashed = digests(guess).iter().any(|(h, b)| hexes.contains(h) || sixes.contains(b));
        // An address of four octets as it is: hashed, since four octets in hex may stand anywhere by chance.
        let raw = octets.len() == 4 && hexes.contains(&hex(&store::sha256(&octets)[..8]));
        if plain || hashed || raw {
            found.push(guess.clone());
        }
    }
    found
}

#[test]
fn guarantee_38_no_guess_is_found_in_the_ledger() {
    let f = folder();
    f.nightly(&["--date", "2026-03-02", "--now", "2026-03-03T01:00:00Z"]);
    fs::write(f.root.join("more.txt"), "example.org\n").unwrap();
    let settings = fs::read_to_string(f.root.join("tithing.toml")).unwrap();
    let list = "categories = [{ path = \"more.txt\", kind = \"plain\", category = \"games\", licence = \"CC0\" }]\n";
    fs::write(f.root.join("tithing.toml"), format!("{list}{settings}")).unwrap();
    expect(&f.root, &["categories", "compile", "--adopt", REASON, "--now", "2026-03-03T02:00:00Z"], 0);
    f.nightly(&["--date", "2026-03-03", "--now", "2026-03-04T01:00:00Z"]);
    expect(&f.root, &["inspect", &f.inbox(".log")[0].display().to_string()], 0);
    expect(&f.root, &["costs"], 0);
    expect(&f.root, &["faults", "--month", "2026-03"], 0);
    expect(&f.root, &["report", "--month", "2026-03"], 2);
    f.nightly(&["--now", "2026-06-02T12:00:00Z"]);
    let text = fs::read_to_string(f.root.join("ledger").join(format!("{}.jsonl", f.id))).unwrap();
    for kind in ["taxonomy", "key", "night", "read", "release", "deletion"] {
        assert!(text.contains(&format!("\"kind\":\"{kind}\"")), "{kind}: {text}");
    }
    assert!(text.contains("\"reason\":\""), "a reason was entered: {text}");
    let guesses = guesses(&f);
    assert!(guesses.len() > 300, "{}", guesses.len());
    assert_eq!(hits(&text, &guesses), Vec::<String>::new());
    // The look finds what is there.
    let one = guesses.iter().find(|g| g.contains(':')).expect("a link-layer address").clone();
    let only = BTreeSet::from([one.clone()]);
    for planted in [
        one.to_uppercase(),
        hex(one.as_bytes()),
        base64(one.as_bytes()),
        hex(&store::sha256(one.as_bytes())),
        hex(&sha1(one.as_bytes())),
        hex(&md5(one.as_bytes())[..10]),
        base64(&store::sha256(one.as_bytes())),
    ] {
        assert_eq!(hits(&format!("{text} {planted}"), &only), [one.as_str()], "{planted}");
    }
}
