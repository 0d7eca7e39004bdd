//! The content canary: names, payloads, host names and client addresses that stand in the inputs stand in no file that a
//! night or a report writes, and in nothing that it says.
//!
//! What is sought are the labels that make a registrable domain unique, so that the name as text, as DNS labels and below
//! any host is found alike: in any case, as punycode and in Unicode, as UTF-16, hex and base64 at every alignment, and
//! inside the compressed columns of Parquet.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::common::{Folder, folder, snapshot};

/// Octets of packets that no schema has a field for.
pub(crate) const PAYLOAD: &str = "payloadcanary8h3kq";
/// What a TLS handshake says in the open of the name that it wants.
const SERVER_NAME: &str = "snicanary4r7wq";
/// What somebody calls themselves to a server.
const USER_NAME: &str = "usercanaryb6m2z";
/// A registrable domain that no table knows.
pub(crate) const PLAIN: &str = "plaincanaryq7xv2j";
/// A host below a name of our table, so that its flows leave under a kind of their own.
pub(crate) const KNOWN: &str = "knowncanaryw9zr4m";
/// An internationalized label as it is asked for (RFC 3492), and as people write it.
pub(crate) const PUNYCODE: &str = "xn--kanrienvogel7q-7hb";
pub(crate) const UNICODE: &str = "kanärienvogel7q";
/// What a device calls itself to the lease server.
pub(crate) const HOST_NAME: &str = "hostcanaryt5npd";

// ---- what is sought ------------------------------------------------------------------------------------------------

fn base64(octets: &[u8], url: bool) -> Vec<u8> {
    let last: &[u8] = if url { b"-_" } else { b"+/" };
    let digits: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(last.iter().copied()).collect();
    let mut out = Vec::new();
    for chunk in octets.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        out.extend((0..=chunk.len()).map(|i| digits[(word >> (18 - 6 * i) & 63) as usize]));
    }
    out
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

fn hex(octets: &[u8]) -> Vec<u8> {
    octets.iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect()
}

fn percent(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii() { char::from(b).to_string() } else { format!("%{b:02x}") }).collect()
}

/// The middle of the base64 of `octets` where `before` octets stand before them: digits that depend on nothing else.
fn aligned(octets: &[u8], before: usize, url: bool) -> Vec<u8> {
    let padded = [vec![0; before], octets.to_vec()].concat();
    let whole = padded.len() / 3 * 4;
    base64(&padded, url)[(before * 8).div_ceil(6)..whole].to_vec()
}

/// One thing that must not be found, in all its forms.
pub(crate) struct Needle {
    what: String,
    /// Sought where capital letters were made small.
    folded: Vec<Vec<u8>>,
    /// Sought as it is.
    exact: Vec<Vec<u8>>,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        let escaped: String =
            text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) }).collect();
        let mut folded = vec![text.as_bytes().to_vec(), utf16(text, false), utf16(text, true), hex(text.as_bytes())];
        folded.extend([escaped.into_bytes(), percent(text).into_bytes()]);
        let mut exact = Vec::new();
        for word in [text.to_owned(), text.to_uppercase()] {
            for form in [word.as_bytes().to_vec(), utf16(&word, false), utf16(&word, true)] {
                exact.extend((0..3).flat_map(|n| [aligned(&form, n, false), aligned(&form, n, true)]));
            }
        }
        Self { what: text.to_owned(), folded, exact }
    }

    /// Whether it is of this text.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.what == text
    }

    fn stands_in(&self, octets: &[u8], small: &[u8]) -> bool {
        let within = |hay: &[u8], form: &Vec<u8>| hay.windows(form.len()).any(|w| w == form.as_slice());
        self.folded.iter().any(|f| within(small, f)) || self.exact.iter().any(|f| within(octets, f))
    }
}

/// A file's content, and for Parquet also each text that its columns hold, one a line.
fn layers(path: &Path, octets: &[u8]) -> Vec<Vec<u8>> {
    let mut layers = vec![octets.to_vec()];
    if octets.starts_with(b"PAR1") {
        let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap().build().unwrap();
        let mut text = Vec::new();
        for batch in reader.map(Result::unwrap) {
            for column in batch.columns() {
                match column.data_type() {
                    DataType::Utf8 => {
                        let words = column.as_any().downcast_ref::<StringArray>().unwrap();
                        words.iter().flatten().for_each(|w| text.extend([w.as_bytes(), b"\n"].concat()));
                    }
                    DataType::Int64 | DataType::Boolean | DataType::Date32 | DataType::Timestamp(..) => {}
                    other => panic!("{}: this test cannot read a column of {other}", path.display()),
                }
            }
        }
        layers.push(text);
    } else if octets.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(octets)).unwrap();
        for i in 0..archive.len() {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut archive.by_index(i).unwrap(), &mut text).unwrap();
            layers.push(text);
        }
    } else if octets.starts_with(b"%PDF") {
        layers.extend(unpacked(path, octets));
    } else {
        let packed: [&[u8]; 2] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];
        assert!(!packed.iter().any(|p| octets.starts_with(p)), "{}: this test cannot read it", path.display());
    }
    layers
}

/// Every stream of a PDF that is deflated, and its text where the machine can read it.
fn unpacked(path: &Path, octets: &[u8]) -> Vec<Vec<u8>> {
    let mark = b"stream\n";
    let starts = (0..octets.len().saturating_sub(mark.len())).filter(|i| octets[*i..].starts_with(mark));
    let inflated = |at: usize| {
        let mut text = Vec::new();
        let mut reader = flate2::read::ZlibDecoder::new(&octets[at + mark.len()..]);
        std::io::Read::read_to_end(&mut reader, &mut text).ok().map(|_| text)
    };
    let mut all: Vec<Vec<u8>> = starts.filter_map(inflated).collect();
    assert!(all.len() > 5, "{}: a PDF without streams", path.display());
    let text = std::process::Command::new("pdftotext").arg(path).arg("-").output();
    all.push(text.expect("pdftotext, of the package poppler-utils").stdout);
    all
}

/// Which needles stand where.
pub(crate) fn found(needles: &[Needle], files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let mut hits = Vec::new();
    for (path, octets) in files {
        for layer in layers(path, octets) {
            let small = layer.to_ascii_lowercase();
            let here = needles.iter().filter(|n| n.stands_in(&layer, &small));
            hits.extend(here.map(|n| format!("{} in {}", n.what, path.display())));
        }
    }
    hits
}

// ---- the test can fail ---------------------------------------------------------------------------------------------

fn parquet_of(path: &Path, word: &str) {
    let schema = Arc::new(Schema::new(vec![Field::new("link", DataType::Utf8, false)]));
    let words = Arc::new(StringArray::from(vec!["office", word, "office"]));
    let packed = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), schema.clone(), Some(packed)).unwrap();
    writer.write(&RecordBatch::try_new(schema, vec![words]).unwrap()).unwrap();
    writer.close().unwrap();
}

/// Each form is what another program makes of the word; none is made by this file's code.
#[test]
fn every_planted_form_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let by_others: [(&str, &[u8]); 8] = [
        ("text", b"12:00 looked up www.PlainCanaryQ7xv2j.example"),
        ("wire", b"\x03www\x11plaincanaryq7xv2j\x07example\x00"),
        ("utf-16le", b"p\0l\0a\0i\0n\0c\0a\0n\0a\0r\0y\0q\x007\0x\0v\x002\0j\0"),
        ("utf-16be", b"\0p\0l\0a\0i\0n\0c\0a\0n\0a\0r\0y\0q\x007\0x\0v\x002\0j"),
        ("base64, first", b"cGxhaW5jYW5hcnlxN3h2MmouZXhhbXBsZQ=="),
        ("base64, second", b"LnBsYWluY2FuYXJ5cTd4djJqLmV4YW1wbGU="),
        ("base64, third", b"QS5wbGFpbmNhbmFyeXE3eHYyai5leGFtcGxl"),
        ("hex", b"\\x706C61696E63616E61727971377876326A"),
    ];
    for (what, octets) in by_others {
        let files = BTreeMap::from([(dir.path().join(what), octets.to_vec())]);
        assert_eq!(found(&[Needle::new(PLAIN)], &files).len(), 1, "{what}");
        assert!(found(&[Needle::new(KNOWN)], &files).is_empty(), "{what}");
    }
    for word in [UNICODE, "KANäRIENVOGEL7Q", "kan\\u00e4rienvogel7q", "kan%C3%A4rienvogel7q"] {
        let files = BTreeMap::from([(dir.path().join("unicode"), word.as_bytes().to_vec())]);
        assert_eq!(found(&[Needle::new(UNICODE)], &files).len(), 1, "{word}");
    }
    let path = dir.path().join("packed.parquet");
    parquet_of(&path, "www.plaincanaryq7xv2j.example");
    let raw = fs::read(&path).unwrap();
    let files = BTreeMap::from([(path, raw)]);
    assert!(!found(&[Needle::new(PLAIN)], &files).is_empty(), "inside Parquet");
}

// ---- the inputs ----------------------------------------------------------------------------------------------------

/// A leased device of the council: its address and link-layer address.
struct Client {
    address: [u8; 4],
    mac: [u8; 6],
}

fn client(f: &Folder) -> Client {
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    let leases = fs::read_to_string(f.council("inbox/dnsmasq.leases")).unwrap();
    let ours = |l: &&str| register.lines().any(|r| r.contains(",council,") && r.contains(l.split(' ').nth(1).unwrap()));
    let words: Vec<&str> = leases.lines().find(ours).expect("a leased device").split(' ').collect();
    let mut mac = [0; 6];
    mac.iter_mut().zip(words[1].split(':')).for_each(|(o, h)| *o = u8::from_str_radix(h, 16).unwrap());
    Client { address: words[2].parse::<std::net::Ipv4Addr>().unwrap().octets(), mac }
}

const ROUTER_MAC: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 0xfe];
const RESOLVER: [u8; 4] = [192, 168, 1, 1];
/// 2026-03-02T10:00:00Z.
const MORNING: u32 = 1_772_445_600;

/// A capture of Ethernet frames, written by hand from the formats' definitions.
struct Capture(Vec<u8>);

impl Capture {
    fn new() -> Self {
        Self(vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0])
    }

    fn frame(&mut self, second: u32, macs: ([u8; 6], [u8; 6]), ends: ([u8; 4], [u8; 4]), protocol: u8, segment: &[u8]) {
        let mut frame = [macs.1, macs.0].concat();
        frame.extend([8, 0, 0x45, 0]);
        frame.extend((20 + segment.len() as u16).to_be_bytes());
        frame.extend([0, 0, 0, 0, 64, protocol, 0, 0]);
        frame.extend([ends.0, ends.1].concat());
        frame.extend(segment);
        self.0.extend((MORNING + second).to_le_bytes());
        self.0.extend([0; 4]);
        self.0.extend([(frame.len() as u32).to_le_bytes(); 2].concat());
        self.0.extend(frame);
    }

    fn udp(&mut self, second: u32, macs: ([u8; 6], [u8; 6]), ends: ([u8; 4], [u8; 4]), ports: (u16, u16), data: &[u8]) {
        let mut segment = [ports.0.to_be_bytes(), ports.1.to_be_bytes()].concat();
        segment.extend((8 + data.len() as u16).to_be_bytes());
        segment.extend([0, 0]);
        segment.extend(data);
        self.frame(second, macs, ends, 17, &segment);
    }

    fn tcp(&mut self, second: u32, macs: ([u8; 6], [u8; 6]), ends: ([u8; 4], [u8; 4]), data: &[u8]) {
        let mut segment = [51_111_u16.to_be_bytes(), 443_u16.to_be_bytes()].concat();
        segment.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
        segment.extend(data);
        self.frame(second, macs, ends, 6, &segment);
    }
}

/// A question for an address, or its answer (RFC 1035 section 4.1).
fn dns(id: u16, name: &str, answer: Option<[u8; 4]>) -> Vec<u8> {
    let mut message = id.to_be_bytes().to_vec();
    message.extend(if answer.is_some() { [0x81, 0x80] } else { [1, 0] });
    message.extend([0, 1, 0, u8::from(answer.is_some()), 0, 0, 0, 0]);
    name.split('.').for_each(|l| message.extend([&[l.len() as u8], l.as_bytes()].concat()));
    message.extend([0, 0, 1, 0, 1]);
    if let Some(address) = answer {
        message.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4]);
        message.extend(address);
    }
    message
}

/// The first message of a TLS handshake, with the name of the server wanted (RFC 8446 section 4.1.2, RFC 6066 section 3).
fn client_hello(name: &str) -> Vec<u8> {
    let sized = |octets: &[u8]| [&(octets.len() as u16).to_be_bytes()[..], octets].concat();
    let host = [&[0][..], &sized(name.as_bytes())].concat();
    let extension = [&[0, 0][..], &sized(&sized(&host))].concat();
    let body = [&[3, 3][..], &[7; 32], &[0], &sized(&[0x13, 1]), &[1, 0], &sized(&extension)].concat();
    let hello = [&[1, 0][..], &sized(&body)].concat();
    [&[22, 3, 1][..], &sized(&hello)].concat()
}

fn names() -> [String; 3] {
    [format!("www.{PLAIN}.example"), format!("{KNOWN}.bbc.co.uk"), format!("www.{PUNYCODE}.example")]
}

/// Payloads and lookups of one device, with a connection to each name's address after it was looked up.
pub(crate) fn capture(f: &Folder) -> Vec<u8> {
    let Client { address, mac } = client(f);
    let (out, back) = ((mac, ROUTER_MAC), (ROUTER_MAC, mac));
    let mut capture = Capture::new();
    for (i, name) in names().iter().enumerate() {
        let (second, server) = (i as u32 * 10, [203, 0, 113, 200 + i as u8]);
        let (query, answer) = (dns(i as u16, name, None), dns(i as u16, name, Some(server)));
        capture.udp(second, out, (address, RESOLVER), (40_000, 53), &query);
        capture.udp(second, back, (RESOLVER, address), (53, 40_000), &answer);
        let login = String::from_utf8(base64(format!("{USER_NAME}:{PAYLOAD}").as_bytes(), false)).unwrap();
        let request = format!(
            "GET /{PAYLOAD}?user={USER_NAME} HTTP/1.1\r\nHost: {name}\r\nCookie: {PAYLOAD}\r\nAuthorization: Basic {login}\r\n\r\n"
        );
        capture.tcp(second + 1, out, (address, server), &client_hello(&format!("{SERVER_NAME}.{name}")));
        capture.tcp(second + 1, out, (address, server), format!("USER {USER_NAME}\r\nPASS {PAYLOAD}\r\n").as_bytes());
        capture.tcp(second + 1, out, (address, server), request.as_bytes());
        capture.tcp(second + 2, back, (server, address), format!("HTTP/1.1 200 OK\r\n\r\n{PAYLOAD}").as_bytes());
        capture.udp(second + 3, out, (address, server), (50_000, 443), format!("{PAYLOAD} {name}").as_bytes());
        // A message to the resolver that is none, and one that is cut inside its name.
        capture.udp(second + 4, out, (address, RESOLVER), (40_001, 53), PAYLOAD.as_bytes());
        capture.udp(second + 5, out, (address, RESOLVER), (40_002, 53), &query[..query.len() - 12]);
    }
    capture.0
}

/// Gives the names that the generated flows really go to away to the canaries, and adds a host name and lines that
/// cannot be read to log and leases.
pub(crate) fn rename(f: &Folder) {
    let [plain, known, punycode] = names();
    for log in f.inbox(".log") {
        let text = fs::read_to_string(&log).unwrap();
        for name in ["www.bbc.co.uk", "www.gov.uk", "www.shop.example"] {
            assert!(text.contains(name), "{name} is not in {}", log.display());
        }
        let text = text.replace("www.bbc.co.uk", &known);
        let text = text.replace("www.gov.uk", &plain).replace("www.shop.example", &punycode);
        fs::write(&log, text.replace("laptop-001", HOST_NAME)).unwrap();
    }
    let leases = f.council("inbox/dnsmasq.leases");
    let text = fs::read_to_string(&leases).unwrap();
    let text = text.replace("laptop-001", HOST_NAME) + &format!("soon 00:00 192.168.1. {HOST_NAME}\n");
    fs::write(&leases, text).unwrap();
}

/// Inputs that cannot be read to their ends, each with the canaries at the place where it breaks.
fn damage(f: &Folder) {
    let whole = capture(f);
    fs::write(f.council("inbox/flows-cut.pcap"), &whole[..whole.len() - 9]).unwrap();
    fs::write(f.council("inbox/lookups-cut.pcap"), &whole[..whole.len() - 30]).unwrap();
    fs::write(f.council("inbox/traffic-cut.pcap"), &whole[..whole.len() - 50]).unwrap();
    let [plain, known, punycode] = names();
    let mut log = fs::read(f.inbox(".log").remove(0)).unwrap();
    for name in [&plain, &known, &punycode, &UNICODE.to_owned()] {
        for line in [
            format!("Mar  2 10:00:00 dnsmasq[812]: 9 192.168.1.20/1 query[A] {name}"),
            format!("Mar  2 10:00:00 dnsmasq[812]: 9 192.168.1.20/1 query[A] {name}\0\u{1} from {name}"),
            format!("Mar  2 10:00:00 dnsmasq[812]: 9 192.168.1.20/1 reply {name} is {name} {PAYLOAD}"),
            format!("Mar 32 25:00:00 dnsmasq[812]: 9 {name}/1 query[A] {name} from {name}"),
            name.clone(),
        ] {
            log.extend(line.into_bytes());
            log.extend(b"\xff\xfe\n");
        }
    }
    fs::write(f.inbox(".log").remove(0), log).unwrap();
    let entry =
        |name: &str| format!("{{\"T\":\"2026-03-02T10:00:00Z\",\"QH\":\"{name}\",\"QT\":\"A\",\"QC\":\"IN\",\"IP\":");
    let query_log =
        format!("{}\"192.168.1.20\",\"Answer\":\"!{PAYLOAD}\"}}\n{}{PAYLOAD}\n", entry(&plain), entry(&known));
    fs::write(f.council("inbox/dns-query.log"), query_log).unwrap();
    fs::write(f.council("inbox/flows-zz.pcap"), format!("{PAYLOAD} {plain}")).unwrap();
}

/// The needles: what the inputs hold that nobody may find afterwards.
pub(crate) fn needles(f: &Folder) -> Vec<Needle> {
    let leases = fs::read_to_string(f.council("inbox/dnsmasq.leases")).unwrap();
    let words = [PAYLOAD, SERVER_NAME, USER_NAME, PLAIN, KNOWN, PUNYCODE, UNICODE, HOST_NAME];
    let mut texts: Vec<String> = words.map(str::to_owned).to_vec();
    for line in leases.lines().filter(|l| l.split(' ').count() == 5) {
        texts.extend(line.split(' ').skip(1).take(2).map(str::to_owned));
    }
    let register = fs::read_to_string(f.council("register.csv")).unwrap();
    texts.extend(register.lines().skip(1).flat_map(|l| l.split(',').skip(4).take(2)).map(str::to_owned));
    texts.retain(|t| !t.is_empty());
    texts.sort();
    texts.dedup();
    assert!(texts.len() > 20, "{texts:?}");
    texts.iter().map(|t| Needle::new(t)).collect()
}

// ---- the runs ------------------------------------------------------------------------------------------------------

/// A run with every place for files inside the temporary folder; what it said becomes two more files.
pub(crate) fn run(f: &Folder, name: &str, args: &[&str]) -> (i32, String) {
    let scratch = f.temp.path().join("scratch");
    fs::create_dir_all(&scratch).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tithing"));
    for variable in ["TMPDIR", "TMP", "TEMP", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"] {
        command.env(variable, &scratch);
    }
    let out = command.env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace").current_dir(&f.root).args(args).output();
    let out = out.expect("the command starts");
    let said = f.temp.path().join("said");
    fs::create_dir_all(&said).unwrap();
    fs::write(said.join(format!("{name}.out")), &out.stdout).unwrap();
    fs::write(said.join(format!("{name}.err")), &out.stderr).unwrap();
    (out.status.code().expect("the command ends by itself"), String::from_utf8(out.stdout).unwrap())
}

/// Everything that was not there before, or is no longer what it was.
pub(crate) fn written(f: &Folder, before: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut after = snapshot(f.temp.path());
    for (path, octets) in before {
        assert!(after.contains_key(path), "{} is gone", path.display());
        if path.starts_with(f.root.join("authorities")) {
            assert_eq!(after.get(path), Some(octets), "{} is an input and changed", path.display());
        }
    }
    after.retain(|path, octets| before.get(path) != Some(octets));
    after
}

fn figures(stdout: &str) -> serde_json::Value {
    serde_json::from_str(stdout.lines().next().expect("a night")).unwrap()
}

fn clean(f: &Folder, before: &BTreeMap<PathBuf, Vec<u8>>, least: &[&str]) {
    let (needles, files) = (needles(f), written(f, before));
    for part in least {
        assert!(files.keys().any(|p| p.to_string_lossy().contains(part)), "nothing was written to {part}");
    }
    let hits = found(&needles, &files);
    assert!(hits.is_empty(), "{}", hits.join("\n"));
    let inbox: BTreeMap<_, _> = snapshot(&f.council("inbox")).into_iter().collect();
    for word in [PAYLOAD, SERVER_NAME, USER_NAME, PLAIN, KNOWN, PUNYCODE, HOST_NAME] {
        assert!(!found(&[Needle::new(word)], &inbox).is_empty(), "{word} does not stand in the inputs");
    }
}

const EVERYWHERE: [&str; 7] = ["/usage/", "/links/", "/ledger/", "/keys/", "report.json", "summary.html", "/said/"];

#[test]
fn guarantee_4_and_5_a_capture_among_the_flows_leaves_nothing() {
    let f = folder();
    rename(&f);
    fs::write(f.council("inbox/flows-canary.pcap"), capture(&f)).unwrap();
    let before = snapshot(f.temp.path());
    let (code, stdout) = run(&f, "nightly", &["nightly", "--format", "json"]);
    let night = figures(&stdout);
    assert_eq!(code, 2, "the capture is neither an export stream nor a DNS source, and is left out");
    let said = fs::read_to_string(f.temp.path().join("said/nightly.err")).unwrap();
    assert!(said.contains("packet_other"), "its packets were not looked at: {said}");
    assert!(night["attributed"]["device"].as_u64() > Some(0), "{night}");
    run(&f, "report", &["report", "--month", "2026-03"]);
    run(&f, "ledger", &["ledger", "verify"]);
    clean(&f, &before, &EVERYWHERE);
}

/// The capture as an assessed source: packets become flows, its lookups evidence.
fn assessed(f: &Folder) {
    f.edit("assessment.toml", "sources = [", "sources = [\"packet-capture\", ");
    let more = "sources = [\n  { kind = \"packet-capture\", glob = \"inbox/traffic-*.pcap\" },\n  \
                { kind = \"dns\", glob = \"inbox/lookups-*.pcap\" },";
    f.edit("authority.toml", "sources = [", more);
}

#[test]
fn guarantee_4_and_5_an_assessed_capture_leaves_nothing() {
    let plain = folder();
    rename(&plain);
    let (_, stdout) = run(&plain, "nightly", &["nightly", "--format", "json"]);
    let without = figures(&stdout);
    let f = folder();
    rename(&f);
    assessed(&f);
    fs::write(f.council("inbox/traffic-canary.pcap"), capture(&f)).unwrap();
    let before = snapshot(f.temp.path());
    let (_, stdout) = run(&f, "nightly", &["nightly", "--format", "json"]);
    let night = figures(&stdout);
    for figure in ["counted", "flows", "lookups"] {
        assert!(night[figure].as_u64() > without[figure].as_u64(), "{figure}: the capture was not read: {night}");
    }
    let exact = |n: &serde_json::Value| n["attributed"]["exact"].as_u64().unwrap_or_default();
    assert!(exact(&night) > exact(&without), "its flows were not attributed by its lookups: {night}");
    run(&f, "report", &["report", "--month", "2026-03"]);
    clean(&f, &before, &EVERYWHERE);
}

#[test]
fn guarantee_4_and_5_runs_that_find_damage_say_nothing_of_what_they_read() {
    let f = folder();
    rename(&f);
    assessed(&f);
    damage(&f);
    let before = snapshot(f.temp.path());
    let (code, _) = run(&f, "nightly", &["nightly", "--format", "json", "--log", "json"]);
    assert_eq!(code, 2);
    run(&f, "nightly-again", &["nightly"]);
    run(&f, "report", &["report", "--month", "2026-03"]);
    clean(&f, &before, &["/usage/", "/links/", "/ledger/", "nightly.err"]);
    assert!(!fs::read(f.temp.path().join("said/nightly.err")).unwrap().is_empty(), "nothing was said of the damage");
}

#[test]
fn guarantee_4_and_5_a_run_that_fails_leaves_nothing() {
    let f = folder();
    rename(&f);
    assessed(&f);
    fs::write(f.council("inbox/traffic-canary.pcap"), capture(&f)).unwrap();
    let store = f.root.join("store").join(&f.id);
    fs::create_dir_all(&store).unwrap();
    // A file where a table's folder should be: the night is worked out, and cannot be written.
    fs::write(store.join("usage"), "in the way").unwrap();
    let before = snapshot(f.temp.path());
    let (code, _) = run(&f, "nightly", &["nightly", "--format", "json"]);
    assert_eq!(code, 1);
    let (code, _) = run(&f, "report", &["report", "--month", "2026-03"]);
    assert_ne!(code, 0);
    clean(&f, &before, &["nightly.err"]);
}
