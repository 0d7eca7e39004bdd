#!/usr/bin/env python3
"""The tool chain that people glue together, and `tithing nightly`, on the same night in the same run.

The chain: nfcapd receives the capture's export datagrams on loopback, `nfdump -o csv` prints them, DuckDB reads the
CSV, takes the dnsmasq log apart with a regular expression, joins each flow as of the latest answer to the same client
for the same server address, and groups by name. It knows no register, no categories, no hours, no links, no buckets:
it does less than the batch does.

Both must agree on the sum of bytes, or nothing is printed.

usage: chain.py PROVIDER_DIR AUTHORITY DATE TITHING   (needs nfdump and the PyPI package duckdb)
"""

import json
import os
import resource
import shutil
import signal
import socket
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
    done = subprocess.run(wrapped, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
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


def receive(capture, folder):
    """nfcapd's files of the capture; its CPU seconds are reported apart, since a collector runs all day."""
    port = 29995
    collector = subprocess.Popen(
        ["nfcapd", "-b", "127.0.0.1", "-p", str(port), "-w", folder, "-t", "86400", "-B", "33554432"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sent = 0
    for payload in datagrams(capture):
        out.sendto(payload, ("127.0.0.1", port))
        sent += 1
        if sent % 64 == 0:
            time.sleep(0.002)
    time.sleep(2)
    before = children()
    collector.send_signal(signal.SIGTERM)
    collector.wait()
    return children() - before


QUERY = r"""
SET threads TO 2;
CREATE TEMP TABLE lines AS
  SELECT regexp_extract(line, '^(\w+ +\d+ [\d:]+) dnsmasq\[\d+\]: (\d+) ([\d.]+)/\d+ reply (\S+) is ([\d.]+)$',
         ['stamp', 'serial', 'client', 'name', 'address']) AS x
  FROM read_csv('{log}', columns={{'line': 'VARCHAR'}}, delim='\x01', quote='', header=false, auto_detect=false);
CREATE TEMP TABLE answers AS
  SELECT strptime('{year} ' || x.stamp, '%Y %b %d %H:%M:%S') AS at, x.client AS client, x.address AS server, x.name AS name
  FROM lines WHERE x.serial <> '' ORDER BY at;
CREATE TEMP TABLE flows AS SELECT ts AS at, sa, da, ibyt FROM read_csv('{csv}', header=true, ignore_errors=true, null_padding=true)
  WHERE ibyt IS NOT NULL;
WITH both_ways AS (
  SELECT at, sa AS client, da AS server, ibyt FROM flows WHERE starts_with(sa, '192.168.') OR starts_with(sa, '10.')
  UNION ALL
  SELECT at, da, sa, ibyt FROM flows WHERE NOT (starts_with(sa, '192.168.') OR starts_with(sa, '10.'))
), joined AS (
  SELECT f.ibyt, a.name FROM both_ways f ASOF LEFT JOIN answers a
  ON f.client = a.client AND f.server = a.server AND f.at >= a.at
)
SELECT coalesce(name, '(none)') AS name, sum(ibyt)::BIGINT AS bytes FROM joined GROUP BY 1 ORDER BY 2 DESC;
"""

DUCK = """
import duckdb, json, sys
rows = duckdb.sql  # the name that a reader looks for
result = None
for statement in duckdb.extract_statements(sys.stdin.read()):
    result = duckdb.execute(statement)
found = result.fetchall()
print(json.dumps({"bytes": sum(r[1] for r in found), "none": sum(r[1] for r in found if r[0] == "(none)"), "names": len(found)}))
"""


def chain(capture, log, year, work):
    collected = receive(capture, work)
    files = sorted(Path(work).glob("nfcapd.*"))
    assert files, "nfcapd wrote nothing"
    csv = Path(work) / "flows.csv"
    began = children()
    cpu_dump, wall_dump, peak_dump, _ = measured(["sh", "-c", f"nfdump -R {work} -q -o csv > {csv}"])
    text = QUERY.format(log=log, csv=csv, year=year)
    cpu_duck, wall_duck, peak_duck, out = measured([sys.executable, "-c", DUCK], input=text)
    answer = json.loads(out.strip().splitlines()[-1])
    return {"cpu_s": children() - began, "wall_s": wall_dump + wall_duck, "peak_mib": max(peak_dump, peak_duck),
            "nfdump_cpu_s": cpu_dump, "duckdb_cpu_s": cpu_duck, "nfcapd_cpu_s": collected, **answer}


def main():
    root, authority, date, tithing = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    inbox = root / "authorities" / authority / "inbox"
    capture, log = next(inbox.glob(f"*{date}*.pcap")), next(inbox.glob(f"*{date}*.log"))
    shutil.rmtree(root / "store", ignore_errors=True)
    command = [tithing, "--config", str(root / "tithing.toml"), "nightly", "--authority", authority, "--date", date,
               "--format", "json"]
    cpu, wall, peak, out = measured(command)
    ours = json.loads(out.strip().splitlines()[-1])
    with tempfile.TemporaryDirectory() as work:
        theirs = chain(capture, log, date[:4], work)
    assert ours["counted"] == theirs["bytes"], f"the answers differ: {ours['counted']} and {theirs['bytes']} bytes"
    attributed = sum(v for k, v in ours["attributed"].items() if k in ("exact", "device"))
    print(json.dumps({
        "night": {"flows": ours["flows"], "lookups": ours["lookups"], "bytes": ours["counted"]},
        "tithing": {"cpu_s": round(cpu, 2), "wall_s": round(wall, 2), "peak_mib": round(peak), "attributed": attributed},
        "chain": {k: round(v, 2) if isinstance(v, float) else v for k, v in theirs.items()},
        "ratio_cpu": round(theirs["cpu_s"] / cpu, 2), "cores": os.cpu_count()}, indent=2))


if __name__ == "__main__":
    main()
