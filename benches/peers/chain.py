#!/usr/bin/env python3
"""The tool chain that people glue together, and `tithing nightly`, on the same night in the same run.

The chain: nfcapd receives the capture's export datagrams on loopback, `nfdump -o csv` prints them, DuckDB reads the
CSV, takes the dnsmasq log apart with a regular expression, joins each flow as of the latest answer to the same client
for the same server address, and groups by name. It knows no register, no categories, no hours, no links, no buckets:
it does less than the batch does.

Both must agree on the sum of bytes, or nothing is printed. Figures are CPU seconds (user and system) of the processes
themselves; the sender of the datagrams is not counted, nor is nfcapd, which stands apart.

usage: chain.py PROVIDER_DIR AUTHORITY DATE TITHING [TIMES]   (needs nfdump and the PyPI package duckdb)
"""

import importlib.metadata
import importlib.util
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measured(command, **more):
    """Runs a command; gives its CPU seconds, wall seconds, peak resident MiB and output."""
    before, began = children(), time.monotonic()
    wrapped = [sys.executable, "-c", WRAP, *command]
    done = subprocess.run(wrapped, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with {done.returncode}:\n{done.stderr}")
    peak = int(done.stderr.rsplit("peak-kib ", 1)[1].split()[0]) / 1024
    return children() - before, time.monotonic() - began, peak, done.stdout


WRAP = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("\\npeak-kib", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(0 if code in (0, 2) else code)
"""


def datagrams(capture):
    """The UDP payloads of a classic little-endian Ethernet/IPv4 capture."""
    with open(capture, "rb") as file:
        head = file.read(24)
        assert head[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"), "a classic little-endian capture is wanted"
        while len(record := file.read(16)) == 16:
            packet = file.read(struct.unpack("<I", record[8:12])[0])
            offset = 14 + (packet[14] & 15) * 4
            if packet[23] == 17:
                yield packet[offset + 8:]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def waiting(port):
    """Octets in the socket's receive queue, as the kernel tells (proc_net_udp(5))."""
    wanted = f":{port:04X}"
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        part = line.split()
        if part[1].endswith(wanted):
            return int(part[4].split(":")[1], 16)
    return 0


def receive(capture, folder):
    """Has nfcapd write the capture's flows, waiting for it so that loopback drops nothing. Gives its CPU seconds, which
    are reported apart since a collector runs all day, and its file."""
    port, log = free_port(), Path(folder) / "nfcapd.log"
    with open(log, "wb") as said:
        collector = subprocess.Popen(["nfcapd", "-b", "127.0.0.1", "-p", str(port), "-w", folder, "-t", "86400"],
                                     stdout=said, stderr=said)
        time.sleep(1)
        flows = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for sent, payload in enumerate(datagrams(capture)):
                if sent % 16 == 0:
                    while waiting(port) > 32_768:
                        time.sleep(0.0002)
                out.sendto(payload, ("127.0.0.1", port))
                flows += struct.unpack(">H", payload[2:4])[0]
        while waiting(port):
            time.sleep(0.01)
        time.sleep(0.5)
        before = children()
        collector.send_signal(signal.SIGTERM)
        collector.wait()
    got = sum(int(line.split("Flows:")[1].split(",")[0]) for line in log.read_text().splitlines() if "Flows:" in line)
    assert got == flows, f"nfcapd got {got} of {flows} flows"
    log.unlink()
    return children() - before, next(Path(folder).glob("nfcapd.2*"))


QUERY = r"""
SET threads TO 2;
SET enable_progress_bar = false;
CREATE TEMP TABLE lines AS
  SELECT regexp_extract(line, '^(\w+ +\d+ [\d:]+) dnsmasq\[\d+\]: (\d+) ([\d.]+)/\d+ reply (\S+) is ([\d.]+)$',
         ['stamp', 'serial', 'client', 'name', 'address']) AS x
  FROM read_csv('{log}', columns={{'line': 'VARCHAR'}}, delim='\x01', quote='', header=false, auto_detect=false);
CREATE TEMP TABLE answers AS
  SELECT strptime('{year} ' || x.stamp, '%Y %b %d %H:%M:%S') AS moment, x.client AS client, x.address AS server, x.name AS name
  FROM lines WHERE x.serial <> '' ORDER BY moment;
CREATE TEMP TABLE flows AS
  SELECT ts AS moment, sa, da, ibyt
  FROM read_csv('{csv}', header=false, names=['ts', 'te', 'td', 'sa', 'da', 'sp', 'dp', 'pr', 'flg', 'fwd', 'stos', 'ipkt', 'ibyt']);
WITH both_ways AS (
  SELECT moment, sa AS client, da AS server, ibyt FROM flows WHERE starts_with(sa, '192.168.') OR starts_with(sa, '10.')
  UNION ALL
  SELECT moment, da, sa, ibyt FROM flows WHERE NOT (starts_with(sa, '192.168.') OR starts_with(sa, '10.'))
), joined AS (
  SELECT f.ibyt, a.name FROM both_ways f ASOF LEFT JOIN answers a
  ON f.client = a.client AND f.server = a.server AND f.moment >= a.moment
)
SELECT coalesce(name, '(none)') AS name, sum(ibyt)::BIGINT AS bytes FROM joined GROUP BY 1 ORDER BY 2 DESC;
"""

DUCK = """
import duckdb, json, sys
for statement in duckdb.extract_statements(sys.stdin.read()):
    result = duckdb.execute(statement)
found = result.fetchall()
none = sum(r[1] for r in found if r[0] == "(none)")
print(json.dumps({"bytes": sum(r[1] for r in found), "none": none, "names": len(found)}))
"""


def chain(capture, log, year, work):
    collected, stored = receive(capture, work)
    csv = Path(work) / "flows.csv"
    began = children()
    cpu_dump, wall_dump, peak_dump, _ = measured(["sh", "-c", f"TZ=UTC nfdump -r {stored} -q -o csv > {csv}"])
    text = QUERY.format(log=log, csv=csv, year=year)
    cpu_duck, wall_duck, peak_duck, out = measured([sys.executable, "-c", DUCK], input=text)
    answer = json.loads(out.strip().splitlines()[-1])
    return {"cpu_s": children() - began, "wall_s": wall_dump + wall_duck, "peak_mib": max(peak_dump, peak_duck),
            "nfdump_cpu_s": cpu_dump, "duckdb_cpu_s": cpu_duck, "nfcapd_cpu_s": collected, **answer}


def nightly(root, authority, date, tithing):
    """Our command on the same night, from nothing to committed usage."""
    shutil.rmtree(root / "store", ignore_errors=True)
    shutil.rmtree(root / "ledger", ignore_errors=True)
    command = [tithing, "--config", str(root / "tithing.toml"), "nightly", "--authority", authority, "--date", date,
               "--format", "json"]
    cpu, wall, peak, out = measured(command)
    account = json.loads(out.strip().splitlines()[-1])
    assert account["state"] == "built", account
    return {"cpu_s": cpu, "wall_s": wall, "peak_mib": peak, "account": account}


def median(runs, key):
    return statistics.median(r[key] for r in runs)


def missing():
    """What the chain needs and this machine lacks."""
    wanted = [tool for tool in ("nfcapd", "nfdump") if shutil.which(tool) is None]
    return wanted + ([] if importlib.util.find_spec("duckdb") else ["duckdb (PyPI)"])


def alone(root, authority, date, tithing, times):
    """Our command alone, where the chain cannot be run."""
    runs = [nightly(root, authority, date, tithing) for _ in range(times)]
    print(f"not beside the chain: {', '.join(missing())} missing here")
    print(json.dumps({"tithing": [{k: round(r[k], 2) for k in ("cpu_s", "wall_s", "peak_mib")} for r in runs]}, indent=2))


def main():
    root, authority, date, tithing = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    times = int(sys.argv[5]) if len(sys.argv) > 5 else 3
    if missing():
        return alone(root, authority, date, tithing, times)
    inbox = root / "authorities" / authority / "inbox"
    capture, log = next(inbox.glob(f"*{date}*.pcap")), next(inbox.glob(f"*{date}*.log"))
    ours, theirs = [], []
    for _ in range(times):
        ours.append(nightly(root, authority, date, tithing))
        with tempfile.TemporaryDirectory() as work:
            theirs.append(chain(capture, log, date[:4], work))
        got = (ours[-1]["account"]["counted"], theirs[-1]["bytes"])
        assert got[0] == got[1], f"the answers differ: {got[0]} and {got[1]} bytes"
    account = ours[-1]["account"]
    cpu, chain_cpu = median(ours, "cpu_s"), median(theirs, "cpu_s")
    lines = sum(block.count(b"\n") for block in iter(lambda f=open(log, "rb"): f.read(1 << 20), b""))
    print(json.dumps({
        "night": {k: account[k] for k in ("flows", "lookups", "counted", "kept", "excluded", "unmonitored", "attributed")}
        | {"log_lines": lines, "capture_octets": capture.stat().st_size, "log_octets": log.stat().st_size},
        "tithing": [{k: round(r[k], 2) for k in ("cpu_s", "wall_s", "peak_mib")} for r in ours],
        "chain": [{k: round(v, 2) for k, v in r.items()} for r in theirs],
        "median": {"tithing_cpu_s": round(cpu, 2), "chain_cpu_s": round(chain_cpu, 2), "ratio": round(chain_cpu / cpu, 2),
                   "tithing_peak_mib": round(median(ours, "peak_mib")), "chain_peak_mib": round(median(theirs, "peak_mib"))},
        "cores": os.cpu_count(), "python": sys.version.split()[0],
        "nfdump": subprocess.run(["nfdump", "-V"], capture_output=True, text=True).stdout.strip(),
        "duckdb": importlib.metadata.version("duckdb")}, indent=2))


if __name__ == "__main__":
    main()
