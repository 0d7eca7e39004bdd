#!/usr/bin/env python3
"""The rules of the summary's tables by kind of site, in a script of its own, on the councils that `benches/siege` drew.

Written from the design's text and from nothing that the gate is made of: tiers by number of people, the cell test of each
measure, folding, rounding, and then the clerk plus one other reader who pool what they know. What it holds against the
gate: the share of bytes under a name, by number of people, and row by row whether a figure is printed.

The rules as they are read here:
- P is the people monitored on every working day. Under 5: no kinds. 5 to 7: work services, updates, all other. From 8 on:
  every kind that is not pooled.
- A contribution is material at 1 % of the cell and at 1 MB, 5 minutes, 1 day. At least 5 people of the whole month must be
  material; of all that is material (people there for part of it and shared devices among it) the sum less the two largest
  must be 20 % of the largest. A row passes where volume, time and days each do.
- Minutes and days of several kinds overlap: together they are at most the unit's own of any kind.
- What fails joins "All other use". While that fails, the printed row with the smallest rounded volume joins it, of equals
  the first; with none left there is no table.
- Clerk plus one other: for every material unit p of a printed row and every other reader, the row's figure, as high as its
  rounding lets it be, less the clerk's and the other's own must be at least 1.2 p. Where it is not, the row folds; where
  "All other use" is not safe, the smallest printed row joins it.

usage: gate.py DUMP [--raw FILE] [--exact]     DUMP: the lines of `cargo bench --bench siege -- --dump DUMP`
`--exact` takes a row's true total instead of its figure's upper edge. Standard library only.
"""

import argparse
import json
import sys
from collections import defaultdict

MEASURES = ("octets", "minutes", "days")
FLOOR = {"octets": 1_000_000, "minutes": 5, "days": 1}
UNIT = {"octets": 10**9, "minutes": 60, "days": 1}
TABLE = {"octets": "use", "minutes": "use-time", "days": "use-days"}
GROUPS = [("5-7", 5, 7), ("8-11", 8, 11), ("12-19", 12, 19), ("20-29", 20, 29), ("30-40", 30, 40),
          ("8", 8, 8), ("12", 12, 12), ("20", 20, 20), ("40", 40, 40)]


def step(measure, total):
    """How finely a table is printed, by its total."""
    if measure == "days":
        return 5
    return 1 if total <= 250 * UNIT[measure] else 5


def rounded(measure, amount, base):
    """Half up to a multiple of the base, in the table's unit."""
    size = UNIT[measure] * base
    return (2 * amount + size) // (2 * size) * base


def passes(measure, cell):
    """The cell test. `cell`: pairs of an amount and whether it is a person of the whole month."""
    total = sum(amount for amount, _ in cell)
    material = [(a, counts) for a, counts in cell if a >= FLOOR[measure] and 100 * a >= total]
    if sum(counts for _, counts in material) < 5:
        return False
    sizes = sorted((a for a, _ in material), reverse=True)
    return 5 * sum(sizes[2:]) >= sizes[0]


class Month:
    """One month's contributions and the rows that its number of people allows."""

    def __init__(self, drawn, treatments):
        self.units = drawn["units"]
        self.people = drawn["full_month"]
        self.rows = layout(self.people, treatments)
        self.used = [{u["kind"]: u for u in unit["uses"]} for unit in self.units]
        self.clerk = next((i for i, u in enumerate(self.units) if u["role"] == "clerk"), None)
        self.total = {m: sum(sum(self.of(i, kinds, m) for i in range(len(self.units))) for _, kinds in self.rows)
                      for m in MEASURES}
        self.base = {m: step(m, self.total[m]) for m in MEASURES}

    def of(self, unit, kinds, measure):
        """What a unit did of some kinds."""
        found = [self.used[unit][k][measure] for k in kinds if k in self.used[unit]]
        amount = sum(found)
        if measure != "octets" and len(kinds) > 1:
            amount = min(amount, self.units[unit][measure])
        return amount

    def cell(self, kinds, measure):
        return [(self.of(i, kinds, measure), u["full_month"]) for i, u in enumerate(self.units)]

    def safe(self, kinds):
        """The cell test in every measure."""
        return all(passes(m, self.cell(kinds, m)) for m in MEASURES)

    def size(self, kinds):
        return rounded("octets", sum(a for a, _ in self.cell(kinds, "octets")), self.base["octets"])

    def withstands(self, kinds, exact):
        """Whether the clerk and one other, who pool their own use, stay 20 % off everybody else's."""
        for measure in MEASURES:
            cell = [a for a, _ in self.cell(kinds, measure)]
            total = sum(cell)
            high = total
            if not exact:
                base = self.base[measure]
                high = rounded(measure, total, base) * UNIT[measure] + base * UNIT[measure] / 2
            known = 0 if self.clerk is None else cell[self.clerk]
            order = sorted((i for i in range(len(cell)) if i != self.clerk), key=lambda i: -cell[i])
            for p in range(len(cell)):
                if cell[p] < FLOOR[measure] or 100 * cell[p] < total:
                    continue
                others = [i for i in order if i != p]
                largest = cell[others[0]] if others else 0
                # The clerk as the one watched: then any two others are a lone reader each, not a pair with the clerk.
                own = 0 if p == self.clerk else known
                if 10 * (high - own - largest) < 12 * cell[p]:
                    return False
        return True


def layout(people, treatments):
    """The rows of a tier: a name and its kinds; the last is all other use."""
    of = lambda *words: [k for k, t in treatments if t in words]
    if people < 5:
        return []
    if people < 8:
        return [("work-services", of("work")), ("updates", of("background")), ("other", of("judgement", "other"))]
    return [(k, [k]) for k in of("work", "background", "judgement")] + [("other", ["other"])]


def fold(month, exact):
    """Which rows stay under their names; nothing where no table is printed. Second: the rows that fail the cell test."""
    if not month.rows:
        return None, set()
    named, (_, rest) = month.rows[:-1], month.rows[-1]
    failed = {name for name, kinds in named if not month.safe(kinds)}
    shown = [(name, kinds) for name, kinds in named if name not in failed]

    def other():
        names = {name for name, _ in shown}
        return [k for name, kinds in named if name not in names for k in kinds] + rest

    while True:
        weak = [row for row in shown if not month.withstands(row[1], exact)] if month.safe(other()) else []
        if weak:
            shown = [row for row in shown if row not in weak]
            continue
        if month.safe(other()) and month.withstands(other(), exact):
            return {name for name, _ in shown}, failed
        if not shown:
            return None, failed
        shown.remove(min(shown, key=lambda row: month.size(row[1])))


def printed(report):
    """The rows of the gate's page that carry a figure; nothing where it has no such table."""
    table = next((t for t in report["tables"] if t["id"] == "use"), None)
    if table is None:
        return None
    figure = lambda cell: "shown" in cell or cell.get("symbol") == "low"
    return {row["id"] for row in table["rows"] if figure(row["cells"][0]) and row["id"] != "other"}


def figures_differ(month, shown, report):
    """Figures of the gate that are not the ones of these rows."""
    if shown is None:
        return 0, 0
    names = [(n, k) for n, k in month.rows[:-1] if n in shown]
    rest = [k for n, kinds in month.rows if n not in shown for k in kinds]
    count = wrong = 0
    for measure in MEASURES:
        table = next(t for t in report["tables"] if t["id"] == TABLE[measure])
        cells = {row["id"]: row["cells"][0] for row in table["rows"]}
        wrong += table["base"] != month.base[measure]
        for name, kinds in [*names, ("other", rest)]:
            value = rounded(measure, sum(a for a, _ in month.cell(kinds, measure)), month.base[measure])
            want = {"shown": value} if value else {"symbol": "low"}
            got = {k: v for k, v in cells[name].items() if k != "marks"}
            count += 1
            wrong += got != want
    return count, wrong


def under_a_name(month, shown):
    """The share of octets in printed rows other than all other use."""
    octets = lambda kinds: sum(a for a, _ in month.cell(kinds, "octets"))
    all_of_it = sum(u["octets"] for unit in month.units for u in unit["uses"])
    return sum(octets(kinds) for name, kinds in month.rows if name in (shown or ())) / all_of_it if all_of_it else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump")
    parser.add_argument("--raw")
    parser.add_argument("--exact", action="store_true")
    options = parser.parse_args()
    shares, rows, tally = defaultdict(list), defaultdict(int), defaultdict(int)
    with open(options.dump, encoding="utf-8") as lines:
        treatments = [(c["id"], c["treatment"]) for c in json.loads(next(lines))["taxonomy"]]
        for line in lines:
            council = json.loads(line)
            if "drawn" not in council:
                continue
            for drawn, report in zip(council["drawn"]["months"], council["reports"], strict=True):
                judge(Month(drawn, treatments), report, options.exact, shares, rows, tally)
    show(shares, rows, tally)
    if options.raw:
        raw = {"rows": dict(rows), **tally, "groups": summary(shares)}
        with open(options.raw, "w", encoding="utf-8") as file:
            json.dump(raw, file, indent=1)
            file.write("\n")
    # What the cell test refuses must never be printed: that is no matter of taste.
    return 1 if tally["printed_though_refused"] or tally["figures_wrong"] else 0


def judge(month, report, exact, shares, rows, tally):
    shown, failed = fold(month, exact)
    theirs = printed(report)
    tally["months"] += 1
    tally["tables_differ"] += (shown is None) != (theirs is None)
    tally["printed_though_refused"] += len(failed & (theirs or set()))
    if month.people >= 5 and month.units:
        shares[month.people].append((under_a_name(month, shown), under_a_name(month, theirs)))
    for name, _ in month.rows[:-1]:
        ours, gates = name in (shown or ()), name in (theirs or ())
        rows[{(True, True): "both print", (False, False): "neither prints", (True, False): "script alone prints",
              (False, True): "gate alone prints"}[ours, gates]] += 1
    count, wrong = figures_differ(month, theirs, report)
    tally["figures"] += count
    tally["figures_wrong"] += wrong


def summary(shares):
    out = []
    for name, least, most in GROUPS:
        found = [pair for people, pairs in shares.items() if least <= people <= most for pair in pairs]
        if found:
            script, gate = (100 * sum(p[i] for p in found) / len(found) for i in (0, 1))
            out.append({"people": name, "months": len(found), "script": round(script, 2), "gate": round(gate, 2)})
    return out


def show(shares, rows, tally):
    print("| people | council-months | script | gate | gate - script, points |")
    print("|---|---:|---:|---:|---:|")
    for g in summary(shares):
        print(f"| {g['people']} | {g['months']} | {g['script']:.1f} % | {g['gate']:.1f} % | {g['gate'] - g['script']:+.1f} |")
    judged = sum(rows.values())
    agreed = rows["both print"] + rows["neither prints"]
    print(f"\nRows judged by both: {judged}; the same verdict: {agreed} ({100 * agreed / max(judged, 1):.2f} %).")
    for word, count in sorted(rows.items()):
        print(f"- {word}: {count}")
    print(f"Tables that one prints and the other does not: {tally['tables_differ']} of {tally['months']} months.")
    print(f"Rows printed that the cell test refuses: {tally['printed_though_refused']}.")
    print(f"Figures reckoned again: {tally['figures']}, of which other: {tally['figures_wrong']}.")


if __name__ == "__main__":
    sys.exit(main())
