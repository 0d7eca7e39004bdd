#!/usr/bin/env python3
"""The simpler joins that others ship, as small queries over the same records, held against the same truth.

Three ways of naming a flow from DNS, each written out as one query for DuckDB over what `tithing inspect --records`
prints of a council's inputs:

- `server`: the latest answer to *anybody* that held the server's address, however old (the key of FlowDNS, which
  forgets after an hour or two; here nothing is forgotten, which names more).
- `client`: the latest answer to the *same device* that held the server's address, whatever its TTL and however old
  (the key of DN-Hunter: client and server, the last answer wins).
- `day`: every name that anybody's answers tied to the server's address on that date, before or after the flow (the
  daily sets of RITA); where several kinds are among them, the one with the most answers, then the first by alphabet.

To each of them is given what they do not have to find out: which device stands behind an address, from register, leases
and neighbor tables (an address of the register first, then the latest word before; both families of a device are one
client); records counted once; internal traffic and links issued to one holder left out; the same kinds of sites by name.

Measure, the same for theirs and ours: for each date, device and kind the smaller of the named bytes and the truth's,
added up. Used by scripts/measure; alone: joins.py PROVIDER_DIR AUTHORITY TITHING
"""

import ipaddress
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter

FLOWS = """
create or replace temp table flows as
select distinct on (r.start, r."end", r.src, r.dst, r.src_port, r.dst_port, r.protocol, r.bytes, r.packets)
  strftime(r.start::timestamptz at time zone $zone, '%Y-%m-%d') as date,
  epoch_us(r.start::timestamptz) as at,
  case when a.inside then r.src else r.dst end as client,
  case when a.inside then r.dst else r.src end as server,
  r.bytes * coalesce(r.sampling, 1) as octets
from records r
join addresses a on a.address = r.src
join addresses b on b.address = r.dst
where r.kind = 'flow' and a.inside <> b.inside and not list_contains($issued, r.exporter)
"""

# Who stood behind an address at a time: the register's word, else the latest lease before.
HOLDERS = """
create or replace temp table held as
select f.date, f.at, f.server, f.octets, coalesce(fixed.asset, leased.asset) as asset
from flows f
left join fixed on fixed.address = f.client
asof left join leased on leased.address = f.client and leased.at <= f.at
"""

ANSWERS = """
create or replace temp table answers as
with raw as (
  select client, name, epoch_us(time::timestamptz) as at,
    strftime(time::timestamptz at time zone $zone, '%Y-%m-%d') as date, unnest(answers).address as server
  from records where kind = 'dns'
)
select raw.at, raw.date, raw.server, raw.name, coalesce(fixed.asset, leased.asset) as asset
from raw
left join fixed on fixed.address = raw.client
asof left join leased on leased.address = raw.client and leased.at <= raw.at
where raw.server is not null
"""

JOINS = {
    "server": """
        select f.date, f.asset, n.kind, sum(f.octets)::bigint
        from held f asof join (select a.server, a.at, max(k.kind) as kind from answers a join kinds k using (name)
          group by all) n on n.server = f.server and n.at <= f.at
        group by all""",
    "client": """
        select f.date, f.asset, n.kind, sum(f.octets)::bigint
        from held f asof join (select a.asset, a.server, a.at, max(k.kind) as kind from answers a join kinds k using (name)
          where a.asset is not null group by all) n
        on n.asset = f.asset and n.server = f.server and n.at <= f.at
        group by all""",
    "day": """
        with tied as (
          select a.date, a.server, k.kind, count(*) as n from answers a join kinds k using (name) group by all
        ),
        chosen as (
          select date, server, first(kind order by n desc, kind) as kind from tied group by all
        )
        select f.date, f.asset, c.kind, sum(f.octets)::bigint
        from held f join chosen c on c.date = f.date and c.server = f.server
        group by all""",
}
LABELS = {
    "ours": "Tithing: client and server, within TTL or hold, conflicts told",
    "server": "server's address alone, latest answer to anybody (as FlowDNS)",
    "client": "client and server, latest answer, no TTL (as DN-Hunter)",
    "day": "server's address, names of the day as a set, most frequent kind (as RITA)",
}


def inspect(tithing, folder, settings, out):
    """Every record of a council's inputs, one JSON object a line."""
    files = sorted({p for s in settings["sources"] if s["kind"] in ("flows", "dns", "leases", "neighbours")
                    for p in folder.glob(s["glob"]) if p.is_file()})
    command = [tithing, "inspect", "--records", "--format", "json", "--zone", settings.get("zone", "Europe/London")]
    year = [] if not files else ["--year", min(y for p in files if (y := year_of(p.name)))]
    with open(out, "wb") as file:
        done = subprocess.run([*map(str, command), *year, *map(str, files)], stdout=file, stderr=subprocess.PIPE)
    if done.returncode not in (0, 2):
        raise RuntimeError(f"inspect ended with {done.returncode}: {done.stderr.decode()[-800:]}")


def year_of(name):
    """The year in a dated file's name; 9999 where it has none."""
    found = [part for part in name.replace(".", "-").split("-") if len(part) == 4 and part.startswith("20")]
    return found[0] if found else "9999"


def load(db, council, records, settings):
    """The records, who is inside, and who stood behind which address."""
    nets = [ipaddress.ip_network(n) for n in settings["lan"]]
    fields = {"kind": "VARCHAR", "start": "VARCHAR", "end": "VARCHAR", "src": "VARCHAR", "dst": "VARCHAR",
              "src_port": "INTEGER", "dst_port": "INTEGER", "protocol": "INTEGER", "bytes": "BIGINT",
              "packets": "BIGINT", "sampling": "BIGINT", "exporter": "VARCHAR", "time": "VARCHAR", "client": "VARCHAR",
              "name": "VARCHAR", "answers": "STRUCT(address VARCHAR)[]", "mac": "VARCHAR", "address": "VARCHAR"}
    columns = ", ".join(f"'{k}': '{v}'" for k, v in fields.items())
    db.execute(f"create or replace temp table records as from read_json('{records}', format='newline_delimited', "
               f"columns={{{columns}}})")
    seen = db.sql("select src from records where kind = 'flow' union select dst from records where kind = 'flow'")
    inside = lambda a: any(ipaddress.ip_address(a) in n for n in nets)
    rows = [(a, inside(a)) for (a,) in seen.fetchall()]
    db.execute("create or replace temp table addresses (address varchar, inside boolean)")
    insert(db, "addresses", rows)
    macs, fixed = {}, {}
    for row in council.register():
        if row["mac"]:
            macs[row["mac"].lower()] = row["asset"]
        if row["address"]:
            fixed[row["address"]] = row["asset"]
    db.execute("create or replace temp table fixed (address varchar, asset varchar)")
    insert(db, "fixed", sorted(fixed.items()))
    db.execute("create or replace temp table macs (mac varchar, asset varchar)")
    insert(db, "macs", sorted(macs.items()))
    # A look into a neighbor table tells of the minutes before it as well.
    db.execute("create or replace temp table leased as select r.address, case r.kind when 'lease' then "
               "epoch_us(r.start::timestamptz) else epoch_us(r.time::timestamptz) - 600_000_000 end as at, "
               "max(m.asset) as asset from records r left join macs m on m.mac = lower(r.mac) "
               "where r.kind in ('lease', 'neighbour') and coalesce(r.start, r.time) is not null group by all")


def insert(db, name, rows):
    if rows:
        db.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)


def overlap(a, b):
    return sum(min(n, b.get(key, 0)) for key, n in a.items())


def truths(council):
    """The truth by date, asset and kind: by hand, and with the kinds that the lists give the true sites."""
    hand, lists = Counter(), Counter()
    for row in council.rows:
        octets = row["up"] + row["down"]
        hand[(row["date"], row["asset"], council.stored(row["category"]))] += octets
        lists[(row["date"], row["asset"], council.run.rules.kind(row["site"]))] += octets
    return hand, lists


def compare(tithing, council):
    """Figures of each join for one council: `all`, `named`, `right`, `joined` bytes."""
    import duckdb

    db = duckdb.connect()
    settings = tomllib.loads((council.folder / "authority.toml").read_text(encoding="utf-8"))
    zone = {"zone": settings.get("zone", "Europe/London")}
    issued = [l["exporter"] for l in settings["links"] if l.get("issued_to") and l.get("exporter")]
    with tempfile.TemporaryDirectory(prefix="tithing-joins-") as temp:
        records = pathlib.Path(temp) / "records.json"
        inspect(tithing, council.folder, settings, records)
        load(db, council, records, settings)
    db.execute(FLOWS, {**zone, "issued": issued})
    db.execute(HOLDERS)
    db.execute(ANSWERS, zone)
    db.execute("create or replace temp table kinds (name varchar, kind varchar)")
    names = [n for (n,) in db.sql("select distinct name from answers").fetchall()]
    insert(db, "kinds", [(n, council.run.rules.kind(n)) for n in names])
    hand, lists = truths(council)
    devices = {(date, asset) for date, asset, _ in hand}
    whole = sum(hand.values())
    found = {"ours": score(ours(council), hand, lists, whole)}
    for name, text in JOINS.items():
        sums = {(d, a, k): n for d, a, k, n in db.sql(text).fetchall() if (d, a) in devices}
        found[name] = score(sums, hand, lists, whole)
    return found


def ours(council):
    """What the store holds with a name's evidence, by date, asset and kind."""
    assets = {}
    for row in council.rows:
        assets[(row["date"], council.place(row)[2])] = row["asset"]
    sums = Counter()
    for date, _, device, _, kind, evidence, octets, _ in council.usage:
        if evidence in ("exact", "device", "council") and (date, device) in assets:
            sums[(date, assets[(date, device)], kind)] += octets
    return sums


def score(sums, hand, lists, whole):
    return {"all": whole, "named": sum(sums.values()), "right": overlap(sums, hand), "joined": overlap(sums, lists)}


def show(total, table, percent):
    rows = []
    for name in LABELS:
        t = total[name]
        wrong = t["named"] - t["joined"]
        rows.append((LABELS[name], percent(t["named"], t["all"]), percent(t["right"], t["named"]),
                     percent(t["joined"], t["named"]), f"{max(wrong, 0) / 1e9:.3f}"))
    table(["join", "named, % of comparable bytes", "right kind, % of named", "right kind by the lists, % of named",
           "GB under another site's kind"], rows)


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 1
    import importlib.machinery
    import importlib.util

    import duckdb

    sys.dont_write_bytecode = True
    path = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts" / "measure"
    loader = importlib.machinery.SourceFileLoader("measure", str(path))
    measure = importlib.util.module_from_spec(importlib.util.spec_from_loader("measure", loader))
    loader.exec_module(measure)
    folder, authority = pathlib.Path(arguments[0]).resolve(), arguments[1]
    run = measure.Run(arguments[2], folder, 0, "")
    run.rules = measure.Rules(folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["authorities"]
    council = measure.Council(duckdb.connect(), run, authority, truth[authority])
    show(compare(arguments[2], council), measure.table, measure.percent)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
